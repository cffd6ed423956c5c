"""What the round's page shows of its closure: levels, checks, filings, outcome, the pack, looks back, buttons."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from qingyuan.core import access
from qingyuan.core.access import Actor, Permission
from qingyuan.core.lifecycle import TRANSITIONS, Move, Stage
from qingyuan.core.refusal import Refusal
from qingyuan.registry.places_of import place_of
from qingyuan.registry.rules import policy_of
from qingyuan.stages.remediation import guards_closure, queries_closure, rules_closure
from qingyuan.stages.remediation.models import Round
from qingyuan.web.remediation.closing import ROUND_ACTS

AT_STAGE = {
    Stage.AWAITING_ACCEPTANCE: ("check", "accept", "return"),
    Stage.ACCEPTED: ("file", "retain", "merge", "close", "return"),
}


@dataclass(frozen=True, slots=True)
class Offered:
    """A button of the section and why it is grey."""

    name: str
    label: str
    reason: Refusal | None


@dataclass(frozen=True, slots=True)
class Step:
    """One level of 销号 and whether it was reached."""

    level: rules_closure.Level
    is_done: bool


def section(actor: Actor, found: Round) -> dict[str, object]:
    """The context of remediation/_closing.html."""
    at = timezone.now()
    on = timezone.localdate(at)
    outlet = found.outlet
    policy = policy_of(outlet.unit_path, on=found.ended_on or on)
    done = rules_closure.reached(outlet) if found.is_open else len(rules_closure.levels(policy))
    levels = [Step(level, level.number <= done) for level in rules_closure.levels(policy)]
    names = AT_STAGE.get(Stage(outlet.stage), ()) if found.is_open else ()
    if len(levels) == 1:
        names = tuple(name for name in names if name != "file")
    offered = [
        Offered(name, _(ROUND_ACTS[name].label), ROUND_ACTS[name].reason(found, actor, on, at)) for name in names
    ]
    return {
        "closing_round": found,
        "closing_levels": levels,
        "closing_offered": offered,
        "closing_checks": list(found.site_checks.order_by("pk")),
        "closing_acceptances": queries_closure.acceptances_of(found),
        "closing_filings": queries_closure.filings_of(found),
        "closing_packs": queries_closure.packs_of(found),
        "closing_against_pack": guards_closure.seal_round(found, by=actor),
        "closing_looks": list(found.look_backs.order_by("-pk")),
        "closing_relapses": queries_closure.relapses_of(outlet),
        "closing_repeats": queries_closure.repeats(outlet),
        "closing_may_relapse": not found.is_open
        and Stage(outlet.stage) in TRANSITIONS[Move.REOPEN].sources
        and access.refusal(actor, Permission.OUTLET_ENTER_FACT, place_of(outlet)) is None,
        "closing_not_begun": found.is_open and not names and not done,
    }
