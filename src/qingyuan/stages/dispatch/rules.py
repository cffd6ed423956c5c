"""What the packs say about handing work out, asked for one unit and day."""

from __future__ import annotations

from datetime import date
from typing import cast

from qingyuan.core.policy import Policy
from qingyuan.core.workdays import Unknown, add_working_days
from qingyuan.places import queries as places
from qingyuan.registry.rules import pack_of, policy_of

__all__ = ["clause_of", "days_to_escalate", "due_for", "escalation_names", "mechanisms", "pack_of", "policy_of"]


def due_for(policy: Policy, on: date) -> date | None:
    """The day an item issued today is due when nobody gives one; None: no number is set, or the table of working days
    does not reach."""
    days = policy.value("dispatch.due_days")
    found = add_working_days(on, days, places.calendar()) if isinstance(days, int) else None
    return None if isinstance(found, Unknown) else found


def days_to_escalate(policy: Policy) -> int | None:
    """After how many calendar days an open item goes one step up; None: never."""
    return cast("int | None", policy.value("dispatch.escalate_days"))


def escalation_names(policy: Policy) -> tuple[str, ...]:
    """Whom the scheme has coordinate what does not get on."""
    return cast("tuple[str, ...]", policy.value("dispatch.escalate_to", ()))


def mechanisms(policy: Policy) -> tuple[str, ...]:
    """The mechanisms whose meetings are recorded here, the national ones first."""
    return cast("tuple[str, ...]", policy.value("organisation.mechanisms", ()))


def clause_of(policy: Policy, parameter: str) -> str:
    """The clause a parameter's value rests on; empty for none."""
    found = policy.parameters.get(parameter)
    return found.clause if found and found.value is not None else ""
