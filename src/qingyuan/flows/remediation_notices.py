"""整治、销号 → 消息: whom a stay on the problem list concerns learns that its plan was returned or approved, its works
returned or accepted, its closure filed upward, filed or sent back, what became of the outlet, that it came back onto
the list, and that a look back is due.

What is to be told is read off the records as they stand, each thing under a key of its own: a door asks right after an
act, the clock asks for what doors left untold, and nobody is told twice. What lies NEWS_DAYS before the newest is no
news.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Q

from qingyuan.access.models import Assignment, Officer
from qingyuan.bodies.models import BodyDuty
from qingyuan.core.access import Actor
from qingyuan.core.functions import BodyFunction
from qingyuan.core.plans import Duty
from qingyuan.registry.rules import policy_of
from qingyuan.stages.notice.actions import Told, notify_many
from qingyuan.stages.notice.kinds import Kind
from qingyuan.stages.notice.queries import officer_id
from qingyuan.stages.remediation import rules_closure
from qingyuan.stages.remediation.models import Round
from qingyuan.stages.remediation.models_closure import Acceptance, Filing, LookBack
from qingyuan.stages.remediation.models_plans import Plan, PlanDuty
from qingyuan.stages.remediation.words import Cause, Outcome
from qingyuan.stages.remediation.words_closure import FilingState, Verdict
from qingyuan.stages.remediation.words_plans import PlanState

BATCH = 200
NEWS_DAYS = 30
PAGE = "web:round"
OUTCOMES = {
    Outcome.RETAINED: Kind.OUTLET_RETAINED,
    Outcome.MERGED: Kind.OUTLET_MERGED,
    Outcome.CLOSED: Kind.OUTLET_CLOSED,
}
FILINGS = {FilingState.FILED: Kind.FILING_TAKEN, FilingState.RETURNED: Kind.FILING_RETURNED}


@dataclass(slots=True)
class Circle:
    """Whom a stay concerns: the responsible party with its own accounts, who carries the plan out, who drew it up, in
    whose 责任区 the outlet lies."""

    party: list[int] = field(default_factory=list)
    owners: list[int] = field(default_factory=list)
    executing: list[int] = field(default_factory=list)
    drafters: list[int] = field(default_factory=list)
    managing: list[int] = field(default_factory=list)


def tell(found: Round, *, by: Actor, on: date, at: datetime) -> int:
    """Tell of a stay what nobody was told yet. Returns how many notices are new."""
    return notify_many(_told(found, on=on), by=by, on=on, at=at)


def tell_due(*, by: Actor, on: date, at: datetime) -> int:
    """Tell of every stay something happened to lately, or that is to be looked at again by today; for the clock."""
    waiting, told = sorted(_lately(on)), 0
    for begin in range(0, len(waiting), BATCH):
        rounds = Round.objects.filter(pk__in=waiting[begin : begin + BATCH]).order_by("pk")
        chunk = rounds.select_related("outlet", "outlet__party")
        told += notify_many([one for found in chunk for one in _told(found, on=on)], by=by, on=on, at=at)
    return told


def _lately(on: date) -> set[int]:
    """The stays that may have news."""
    since = on - timedelta(NEWS_DAYS)
    held = (
        Plan.objects.filter(decided_on__gte=since).values_list("round"),
        Acceptance.objects.filter(decided_on__gte=since).values_list("round"),
        Filing.objects.filter(Q(filed_on__gte=since) | Q(decided_on__gte=since)).values_list("round"),
        Round.objects.filter(Q(ended_on__gte=since) | Q(listed_on__gte=since, cause=Cause.REOPENED)).values_list("pk"),
        LookBack.objects.filter(result="", due__lte=on).values_list("round"),
    )
    return {pk for rows in held for (pk,) in rows}


def _told(found: Round, *, on: date) -> list[Told]:
    """What there is to tell of one stay: what was entered late counts by its own day, like all the rest."""
    events = list(_events(found, _circle(found, on=on), on=on))
    since = max((day for day, _one in events), default=on) - timedelta(NEWS_DAYS)
    return [one for day, one in events if day >= since] + list(_looks(found, on=on))


def _events(found: Round, circle: Circle, *, on: date) -> Iterator[tuple[date, Told]]:
    """Everything that happened to a stay, each with its day."""
    if found.cause == Cause.REOPENED:
        yield found.listed_on, _again(found, circle, on=on)
    for plan in Plan.objects.filter(round=found).exclude(decided_on=None).order_by("pk"):
        yield from _of_plan(found, plan, circle)
    for one in Acceptance.objects.filter(round=found, is_void=False).order_by("pk"):
        yield one.decided_on, _of_works(found, one, circle)
    for filing in Filing.objects.filter(round=found).order_by("pk"):
        yield from _of_filing(found, filing, circle, on=on)
    if found.ended_on is not None:
        kind = OUTCOMES[Outcome(found.outcome)]
        bodies = [*circle.party, *circle.executing, *circle.managing]
        officers = [*circle.owners, *circle.drafters]
        yield found.ended_on, _say(found, f"ended:{found.ended_on}", kind, bodies, officers, but=found.ended_by)


def _looks(found: Round, *, on: date) -> Iterator[Told]:
    """The look back that is due."""
    for look in LookBack.objects.filter(round=found, result="", due__lte=on):
        bodies = _accepting(found) or _seated(frozenset(), rules_closure.county_of(found.outlet), on=on)
        due = {"due": look.due.isoformat()}
        yield _say(found, f"look:{look.pk}:{look.due}", Kind.LOOK_DUE, bodies, _active(look.planned_by), **due)


def _again(found: Round, circle: Circle, *, on: date) -> Told:
    """It came back: those of the stay before are concerned too."""
    before = Round.objects.filter(outlet=found.outlet_id, number__lt=found.number).order_by("-number").first()
    earlier = _circle(before, on=on) if before is not None else Circle()
    bodies = [*circle.party, *circle.managing, *earlier.executing]
    officers = [*circle.owners, *earlier.drafters]
    return _say(found, "reopened", Kind.ROUND_REOPENED, bodies, officers, but=found.listed_by)


def _of_plan(found: Round, plan: Plan, circle: Circle) -> Iterator[tuple[date, Told]]:
    day = plan.decided_on or plan.drafted_on
    match plan.state:
        case PlanState.RETURNED:
            said = {"reason": plan.decision_note}
            drew = _active(plan.drafted_by, plan.submitted_by)
            yield (
                day,
                _say(found, f"plan:{plan.pk}:returned", Kind.PLAN_RETURNED, [], drew, but=plan.decided_by, **said),
            )
        case PlanState.APPROVED:
            bodies = [*circle.executing, *circle.party]
            officers = [*circle.drafters, *circle.owners]
            yield (
                day,
                _say(found, f"plan:{plan.pk}:approved", Kind.PLAN_APPROVED, bodies, officers, but=plan.decided_by),
            )


def _of_works(found: Round, one: Acceptance, circle: Circle) -> Told:
    bodies, officers = [*circle.executing, *circle.party], [*circle.drafters, *circle.owners]
    if one.verdict == Verdict.RETURNED:
        said = {"reason": one.reason}
        what = f"works:{one.pk}:returned"
        return _say(found, what, Kind.WORKS_RETURNED, bodies, officers, but=one.decided_by, **said)
    filing = [one.body_id] if one.body_id else []  # who accepted it also files it upward and says what becomes of it
    what, said = f"works:{one.pk}:accepted", {"level": one.title}
    return _say(found, what, Kind.WORKS_ACCEPTED, [*bodies, *filing], officers, but=one.decided_by, **said)


def _of_filing(found: Round, filing: Filing, circle: Circle, *, on: date) -> Iterator[tuple[date, Told]]:
    if filing.state == FilingState.PENDING:
        policy = policy_of(filing.unit_path, on=on)
        level = next((one for one in rules_closure.levels(policy) if one.number == filing.level), None)
        upper = _seated(level.functions if level else frozenset(), filing.to_path, on=on)
        yield filing.filed_on, _say(found, f"filing:{filing.pk}:made", Kind.FILING_MADE, upper, [], but=filing.filed_by)
    kind = FILINGS.get(FilingState(filing.state))
    if kind is not None and filing.decided_on is not None:
        bodies = _accepting(found)
        bodies += circle.party if kind is Kind.FILING_TAKEN else []
        officers = [*_active(filing.filed_by), *(circle.owners if kind is Kind.FILING_TAKEN else [])]
        what, said = f"filing:{filing.pk}:{filing.state}", {"reason": filing.reason}
        yield filing.decided_on, _say(found, what, kind, bodies, officers, but=filing.decided_by, **said)


def _say(
    found: Round, what: str, kind: Kind, bodies: list[int], officers: list[int], *, but: str = "", **params: str
) -> Told:
    outlet = found.outlet
    return Told(
        key=f"round:{found.pk}:{what}",
        kind=kind,
        about=("round", str(found.pk)),
        bodies=list(dict.fromkeys(bodies)),
        officers=list(dict.fromkeys(officers)),
        params={"name": outlet.name, **params},
        link=(PAGE, (found.pk,)),
        but=officer_id(Actor(but, "")),
        is_demo=found.is_demo,
    )


# --- who -------------------------------------------------------------------------------------------------------------


def _circle(found: Round, *, on: date) -> Circle:
    outlet = found.outlet
    plan = Plan.objects.filter(round=found).exclude(state=PlanState.SUPERSEDED).order_by("-number").first()
    parties = [outlet.party_id, plan.responsible_body_id if plan else None]
    party = [pk for pk in dict.fromkeys(parties) if pk is not None]
    duties = (
        PlanDuty.objects.filter(plan=plan, duty=Duty.EXECUTE).exclude(body=None) if plan else PlanDuty.objects.none()
    )
    return Circle(
        party=party,
        owners=_owners(party, on=on),
        executing=list(duties.order_by("pk").values_list("body", flat=True)),
        drafters=_active(plan.drafted_by, plan.submitted_by) if plan else [],
        managing=[outlet.managing_body_id] if outlet.managing_body_id else [],
    )


def _owners(party: Collection[int], *, on: date) -> list[int]:
    """The accounts of the enterprises themselves."""
    own = Assignment.objects.filter(
        Q(to_day=None) | Q(to_day__gt=on), party__in=party, from_day__lte=on, officer__is_active=True
    )
    return list(own.order_by("officer").values_list("officer", flat=True).distinct())


def _active(*actors: str) -> list[int]:
    """The officers that these were, as long as they have an account."""
    numbers = [officer_id(Actor(one, "")) for one in actors]
    return list(
        Officer.objects.filter(pk__in=[one for one in numbers if one], is_active=True).values_list("pk", flat=True)
    )


def _accepting(found: Round) -> list[int]:
    """The bodies that accepted the works."""
    held = Acceptance.objects.filter(round=found, verdict=Verdict.PASSED, is_void=False).exclude(body=None)
    return list(held.order_by("pk").values_list("body", flat=True))


def _seated(functions: Collection[str], path: str, *, on: date) -> list[int]:
    """The bodies of some functions at the seat of a unit; the ecology bureau where a scheme names none."""
    duties = BodyDuty.objects.filter(
        Q(from_day=None) | Q(from_day__lte=on),
        Q(to_day=None) | Q(to_day__gt=on),
        function__in=sorted(functions) or [BodyFunction.ECOLOGY],
        body__unit_path=path,
        body__valid_to=None,
    )
    return sorted(set(duties.values_list("body", flat=True)))
