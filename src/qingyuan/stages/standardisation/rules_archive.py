"""What the packs say about the checklist, the file and who confirms that an outlet is standardised."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import cast

from qingyuan.bodies import naming
from qingyuan.core import archive
from qingyuan.core.access import Actor, Permission, Role
from qingyuan.core.policy import Policy
from qingyuan.core.refusal import Refusal
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.places.paths import path_of
from qingyuan.registry.models import Outlet
from qingyuan.registry.rules import policy_of

AUTHORITY = "standardisation.authority"
ITEMS = "standardisation.items"
SECTIONS = "archive.sections"
CHIEF = "supervision.chief_required"


def rows(policy: Policy, name: str) -> tuple[Mapping[str, object], ...]:
    """The rows of a table of the packs."""
    return cast("tuple[Mapping[str, object], ...]", policy.value(name, ()) or ())


def clause_of(policy: Policy, name: str) -> str:
    """The clause of a parameter; empty where none is set."""
    found = policy.parameters.get(name)
    return found.clause if found is not None and found.value is not None else ""


def sections(policy: Policy) -> tuple[archive.Asked, ...]:
    """The sections of a file, each under its own clause or that of the local form of file (archive.form)."""
    return archive.asked_of(rows(policy, SECTIONS))


def section(policy: Policy, key: str) -> archive.Asked | None:
    """One section by its key."""
    return next((one for one in sections(policy) if one.section.value == key), None)


def item_row(policy: Policy, key: str) -> Mapping[str, object] | None:
    """One item of the checklist by its key."""
    return next((row for row in rows(policy, ITEMS) if row.get("key") == key), None)


def authority_refusal(outlet: Outlet, *, by: Actor, on: date) -> Refusal | None:
    """Where the scheme names the body that standardises, nobody else confirms (新绛 三(六): 市生态环境局新绛分局)."""
    policy = policy_of(outlet.unit_path, on=on)
    names = cast("Iterable[str]", policy.value(AUTHORITY, ()) or ())
    listed = list(names)
    if not listed:
        return None
    known = {str(row["name"]): row for row in rows(policy, "organisations")}
    organisations = policy.parameters.get("organisations")
    seat = path_of(organisations.origin.split("-")[0]) if organisations else ""
    functions = {str(known[name].get("function", "")) for name in listed if name in known}
    bodies = {
        one.body.pk
        for one in naming.bodies_named(listed, policy=policy, unit=outlet.unit, on=on)
        if one.body is not None
    }
    for grant in by.holding(Permission.STANDARDISATION_CONFIRM):
        seated = grant.seat_path == seat and bool(grant.functions & functions)
        if grant.role is Role.CONSOLE or seated or (grant.body_id is not None and grant.body_id in bodies):
            return None
    text = _("本地由%(bodies)s开展规范化建设，其他单位不能确认。")
    return Refusal("access.not_standardiser", text, {"bodies": "、".join(listed)}, clause_of(policy, AUTHORITY))
