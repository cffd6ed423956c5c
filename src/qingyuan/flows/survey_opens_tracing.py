"""排查 → 溯源: an outlet that has to be traced gets its case, and the applicant of an approved setting is proposed.

Which outlets: those flagged 责任不清 (济源 三(二)2, 安阳 二(一)2, 吉林 二(五)); every surveyed outlet without a
discharging unit where the scheme says all_surveyed (大同 二(一)); every outlet where it says all_outlets (新绛 二(一)).
Each case has a key of its own, so it does not matter whether a door asks right after an act or the clock asks once
more. It is done in the name of the site, not of whoever pressed a button that happened to ask for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from qingyuan.bodies import queries as bodies
from qingyuan.bodies.models import Body
from qingyuan.core.access import CONSOLE, Actor
from qingyuan.core.lifecycle import Stage
from qingyuan.core.refusal import StaleRecord
from qingyuan.flows import dry_flow_opens_tracing, facts_find_problems
from qingyuan.ledger import actions as ledger
from qingyuan.places.paths import within_q
from qingyuan.registry import actions as registry
from qingyuan.registry import guards, surveyed
from qingyuan.registry.guards_party import tracing_facts
from qingyuan.registry.models import ChannelSource, Fact, Outlet
from qingyuan.registry.queries import stated_facts
from qingyuan.registry.rules import policy_of
from qingyuan.rulebook.checking import unit_path_of
from qingyuan.rulebook.queries import packs_in_force
from qingyuan.stages.remediation.actions import Refreshed
from qingyuan.stages.tracing import actions
from qingyuan.stages.tracing.models import Case
from qingyuan.stages.tracing.words import Why

BATCH = 500
BEFORE = (Stage.SURVEYED, Stage.VERIFIED, Stage.TRACING)
"""Stages in which nobody answers for an outlet yet. One at 溯源 without a case had its stage moved by hand."""
LOOK_BACK = timedelta(days=3)
"""How far the clock looks back for facts: much longer than it can have been switched off between two turns that count;
a door asks at once."""
APPLICANT = "设置申请单位"


def open_for(
    outlets: Iterable[Outlet], *, on: date, at: datetime, by: Actor = CONSOLE, after_act: bool = False
) -> list[Case]:
    """Open what these outlets need. Asked twice, nothing is opened twice. `after_act`: right after an act upon them,
    whose day is the case's day too, so that what was done on paper last week can be entered with its own days."""
    opened = []
    for outlet in outlets:
        with transaction.atomic():
            _propose_applicant(outlet, on=on, by=by, at=at)
        case = _open(outlet, on=on, by=by, at=at, after_act=after_act)
        if case is not None:
            opened.append(case)
        else:
            _follow(outlet, on=outlet.stage_since if after_act else max(on, outlet.stage_since), by=by, at=at)
    return opened


def after_act(outlet: Outlet, *, on: date, at: datetime) -> list[Case]:
    """What a door asks right after an act upon an outlet: its leads of problems, and everything that opens a case about
    it. The record in hand is what stands afterwards: a door answers with its stage and version."""
    return _after(outlet, on=on, at=at)[1]


def _after(outlet: Outlet, *, on: date, at: datetime) -> tuple[Refreshed, list[Case]]:
    leads = facts_find_problems.after_act(outlet, on=on, at=at)
    opened = dry_flow_opens_tracing.open_for([outlet], on=on, at=at) or open_for([outlet], on=on, at=at, after_act=True)
    outlet.refresh_from_db()
    return leads, opened


def after_acts(pks: Iterable[int], *, on: date, at: datetime) -> list[Case]:
    """What a door asks after an act upon several outlets, once they are written: the records of a phone. One that
    another officer holds this moment is left to the clock."""
    opened: list[Case] = []
    for outlet in _each(pks, set()):
        with transaction.atomic():
            leads, cases = _after(outlet, on=on, at=at)
            if leads.opened or leads.withdrawn:  # the act was entered before: figures are counted anew after an entry
                details = {"outlets": 1, "opened": leads.opened, "withdrawn": leads.withdrawn}
                about = ("findings", f"outlet:{outlet.pk}")
                ledger.record(about, "findings.refresh", by=CONSOLE, at=at, occurred=on, details=details)
            opened += cases
    return opened


def open_due(*, on: date, at: datetime, by: Actor = CONSOLE) -> int:
    """Open every case that is due, for the clock. Returns how many."""
    opened = 0
    for outlet in _waiting(on=on, at=at):
        opened += len(open_for([outlet], on=on, at=at, by=by))
    return opened


def why_of(outlet: Outlet, *, on: date) -> Why | None:
    """Why an outlet has to be traced; None when it has not, or has been."""
    known = tracing_facts(outlet, on=on)
    if outlet.party_id is not None or not outlet.in_register or known.get("tracing_concluded") is True:
        return None
    if known.get("responsibility_unclear") is True:
        return Why.UNCLEAR
    if Stage(outlet.stage) not in BEFORE:
        return None
    scope = policy_of(outlet.unit_path, on=on).value("tracing.scope")
    if scope == "all_outlets":
        return Why.SCOPE
    if scope == "all_surveyed" and surveyed.incomplete(outlet) is None and not _has_unit(outlet, on=on):
        return Why.NO_UNIT
    return Why.OTHER if outlet.stage == Stage.TRACING else None


def _open(outlet: Outlet, *, on: date, by: Actor, at: datetime, after_act: bool) -> Case | None:
    if Case.objects.filter(outlet=outlet).exists():
        return None  # one that was concluded is opened again by hand alone
    why = why_of(outlet, on=on)
    if why is None:
        return None
    asked_then = after_act and why_of(outlet, on=outlet.stage_since) is why
    day = outlet.stage_since if asked_then else max(on, outlet.stage_since)
    text = "阶段已进入溯源" if why is Why.OTHER else ""
    return dry_flow_opens_tracing.open_once(
        outlet, why=why, why_text=text, key=f"auto:{outlet.pk}", on=day, by=by, at=at
    )


def _follow(outlet: Outlet, *, on: date, by: Actor, at: datetime) -> None:
    """A case that stood beside its outlet's stage: the outlet has been verified since, or has a party on another basis
    before anything was traced. Where another process moved the outlet this moment there is nothing left to do."""
    case = Case.objects.filter(outlet=outlet, conclusion="").select_related("outlet").first()
    if case is not None:
        with suppress(StaleRecord):
            actions.follow_stage(case, on=on, by=by, at=at)


def _has_unit(outlet: Outlet, *, on: date) -> bool:
    standing = Q(to_day=None) | Q(to_day__gt=on)
    return ChannelSource.objects.filter(
        standing, Q(channel__outlets__to_day=None) | Q(channel__outlets__to_day__gt=on), channel__outlets__outlet=outlet
    ).exists()


def _propose_applicant(outlet: Outlet, *, on: date, by: Actor, at: datetime) -> None:
    """The applicant of an approved setting is in principle who answers (安阳 二(一)2)."""
    default = policy_of(outlet.unit_path, on=on).parameters.get("responsibility.default_party")
    if default is None or default.value != APPLICANT or outlet.party_id is not None or not outlet.in_register:
        return
    known = stated_facts([("outlet", str(outlet.pk))], on=on)
    named = str(known.get("applicant") or "").strip()
    if not named or known.get("approved") is not True:
        return
    body = _applicant(named, outlet)
    if body is None or guards.withdrawn(outlet) is not None:
        return
    Outlet.objects.select_for_update().filter(pk=outlet.pk).values_list("pk").first()  # two who ask propose it once
    said = Fact.objects.filter(subject_kind="outlet", subject_id=str(outlet.pk), name="applicant", retracted_at=None)
    paper = said.order_by("-from_day", "-pk").values_list("sha256", flat=True).first() or ""
    registry.propose_party(
        outlet,
        body=body,
        basis="applicant",
        on=on,
        by=by,
        at=at,
        sha256=paper,
        origin="rule",
        clause=default.clause,
    )


def _applicant(text: str, outlet: Outlet) -> Body | None:
    found = list(bodies.search(text, limit=2)) if len(text) == 18 and text.isascii() else []
    if len(found) == 1:
        return found[0]
    for length in (6, 4, 2, 0):
        if (named := bodies.named(text, path=outlet.unit_path[:length])) is not None:
            return named
    return None


def _waiting(*, on: date, at: datetime) -> Iterator[Outlet]:
    """Outlets that may need something: where a pack traces all of them, those moved to 溯源 by hand, and those about
    which a fact was entered lately."""
    seen: set[int] = set()
    cases = Case.objects.filter(outlet=OuterRef("pk"))
    without = Outlet.objects.standing().filter(~Exists(cases), party=None)
    for path, scope in _scopes(on=on):
        if scope in {"all_outlets", "all_surveyed"}:
            here = without.filter(within_q("unit_path", path), stage__in=[stage.value for stage in BEFORE])
            yield from _each(here.values_list("pk", flat=True), seen)
    yield from _each(without.filter(stage=Stage.TRACING).values_list("pk", flat=True), seen)
    lately = Fact.objects.filter(
        name__in=("responsibility_unclear", "applicant", "approved"),
        subject_kind="outlet",
        recorded_at__gte=at - LOOK_BACK,
        retracted_at=None,
    )
    yield from _each((int(pk) for pk in lately.values_list("subject_id", flat=True)), seen)
    beside = Case.objects.filter(conclusion="", outlet__stage=Stage.VERIFIED, outlet__party=None)
    yield from _each(beside.values_list("outlet", flat=True), seen)


def _scopes(*, on: date) -> list[tuple[str, object]]:
    paths = sorted({unit_path_of(pack) for pack in packs_in_force(on=on).values()})
    return [(path, policy_of(path, on=on).value("tracing.scope")) for path in paths]


def _each(pks: Iterable[int], seen: set[int]) -> Iterator[Outlet]:
    new = [pk for pk in dict.fromkeys(pks) if pk not in seen]
    seen.update(new)
    for begin in range(0, len(new), BATCH):
        some = Outlet.objects.filter(pk__in=new[begin : begin + BATCH], withdrawn_at=None)
        yield from some.select_related("unit", "managing_unit", "managing_body").order_by("pk")
