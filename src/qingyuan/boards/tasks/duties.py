"""Which records carry a duty for somebody, and since when or until when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from qingyuan.boards.tasks import closing, items, plans, problems, remediation_plans, signs, steps, tracing
from qingyuan.core.access import Actor, Grant, Permission
from qingyuan.core.days import BEIJING
from qingyuan.core.duties import RULES, Cutoffs, Duty, Group, Source, cutoffs, group_of
from qingyuan.core.policy import Policy
from qingyuan.core.workdays import Calendar
from qingyuan.places import queries as places
from qingyuan.places.paths import is_within, within_q
from qingyuan.registry.guards import classification_lead_refusal
from qingyuan.registry.models import ApartPair, MainLink, Outlet, OutletQuerySet, Proposal
from qingyuan.registry.queries import broken_chains, everywhere, scope_q
from qingyuan.registry.rules import policies
from qingyuan.registry.shared_points import sharing
from qingyuan.rulebook.checking import unit_path_of
from qingyuan.rulebook.queries import packs_in_force
from qingyuan.stages.dispatch.models import Part, WorkItem
from qingyuan.stages.remediation.models import Finding
from qingyuan.stages.reporting.models import SubordinatePlan
from qingyuan.stages.survey.models import PlanStep
from qingyuan.stages.survey.models_leads import Lead
from qingyuan.stages.survey.queries_leads import waiting_for
from qingyuan.stages.tracing.models import Case

Row = Outlet | Proposal | Finding | Part | WorkItem | SubordinatePlan | PlanStep | Lead | Case
Rows = (
    QuerySet[Outlet]
    | QuerySet[Proposal]
    | QuerySet[Finding]
    | QuerySet[Part]
    | QuerySet[WorkItem]
    | QuerySet[SubordinatePlan]
    | QuerySet[PlanStep]
    | QuerySet[Lead]
    | QuerySet[Case]
)


@dataclass(frozen=True, slots=True)
class Found:
    """So many records carry a duty and are due then; `first` is the earliest of the column their order goes by, None:
    there are none, or it was not asked."""

    number: int
    first: date | datetime | int | None = None


NONE = Found(0)
Numbers = Mapping[Group, Found]

TRIAGING = frozenset({Duty.TRIAGE, Duty.BACK_REVIEW, Duty.CHECK_LEAD})


@dataclass(frozen=True, slots=True)
class Segment:
    """The part of somebody's scope in which one pack governs: a subtree without the subtrees of packs below it."""

    path: str
    below: tuple[str, ...]
    days: int | None = None

    def q(self, column: str) -> Q:
        """The filter on a path column."""
        # Said in full for the nation: an empty condition would vanish from an "or".
        found = within_q(column, self.path) if self.path else Q(pk__isnull=False)
        for path in self.below:
            found &= ~within_q(column, path)
        return found


@dataclass(frozen=True, slots=True)
class Ground:
    """What one asking stands on: who, where, on which day, the calendar, the packs that govern there, and where another
    body than the actor's confirms types."""

    actor: Actor
    path: str
    on: date
    calendar: Calendar
    policies: Mapping[str, Policy]
    not_lead: tuple[Segment, ...]
    known: dict[int | None, Cutoffs] = field(default_factory=dict)
    carried: dict[Duty, Rows] = field(default_factory=dict)
    scopes: dict[tuple[Grant, ...], OutletQuerySet] = field(default_factory=dict)

    def outlets(self, able: Actor) -> OutletQuerySet:
        """The register in the scope of these grants, within the unit. Nothing, yet with the same columns, without any:
        what is asked next is ordered by a day that some duties annotate."""
        if able.grants not in self.scopes:
            scope = Outlet.objects.filter(scope_q(able)).standing().within(self.path)
            self.scopes[able.grants] = scope if able.grants else Outlet.objects.none()
        return self.scopes[able.grants]

    def cutoffs(self, days: int | None) -> Cutoffs:
        """The days of beginning that part the groups, for a number of working days; counted once."""
        if days not in self.known:
            self.known[days] = cutoffs(days, today=self.on, calendar=self.calendar)
        return self.known[days]

    def policy(self, unit_path: str) -> Policy:
        """The policy of the innermost pack above an outlet."""
        return self.policies[max((path for path in self.policies if is_within(unit_path, path)), key=len, default="")]

    def segments(self, duty: Duty) -> list[Segment]:
        """Parts with one number of days each: one part as long as no pack says otherwise than the nation."""
        parameter = RULES[duty].deadline
        days = {path: _days(policy, parameter) for path, policy in self.policies.items()}
        if len(set(days.values())) == 1:
            return [Segment("", (), days[""])]
        return [Segment(path, _below(path, days), days[path]) for path in days]


def ground(actor: Actor, *, on: date, path: str) -> Ground:
    """Ask the rulebook once: of the packs in force only those above or below the unit."""
    everywhere = {"", *(unit_path_of(pack) for pack in packs_in_force(on=on).values())}
    paths = sorted(one for one in everywhere if is_within(one, path) or is_within(path, one))
    asked = policies()
    found = {one: asked(one, on) for one in paths}
    able = Actor(actor.id, actor.name, actor.holding(Permission.OUTLET_CLASSIFY))
    barred = [
        Segment(one, _below(one, paths))
        for one in (paths if able.grants else ())
        if classification_lead_refusal(found[one], by=able) is not None
    ]
    return Ground(actor, path, on, places.calendar(), found, tuple(barred))


def _below(path: str, paths: Iterable[str]) -> tuple[str, ...]:
    return tuple(other for other in paths if other != path and other.startswith(path))


def _days(policy: Policy, parameter: str) -> int | None:
    value = policy.value(parameter) if parameter else None
    return value if isinstance(value, int) else None


def carrying(duty: Duty, by: Ground) -> Rows:
    """What waits for the actor: only where he may do it (a disagreement waits as the proposal it is, work handed out as
    the part his body has in it). Said once in an asking, which counts it and reads the first of it."""
    if duty not in by.carried:
        by.carried[duty] = _carrying(duty, by)
    return by.carried[duty]


def _carrying(duty: Duty, by: Ground) -> Rows:
    rule = RULES[duty]
    if rule.source in items.SOURCES:
        return items.carrying(duty, by.actor, path=by.path)
    if rule.source is Source.STEP:
        return steps.carrying(by.actor, path=by.path)
    if rule.source is Source.PLAN:
        return plans.to_decide(by.actor, path=by.path)
    if duty is Duty.SETTLE_LEAD:
        return waiting_for(by.actor).filter(within_q("unit_path", by.path))
    if duty is Duty.PARTY_DUTY:
        return tracing.undone(by.actor, path=by.path)
    able = able_for(duty, by)
    scope = by.outlets(able)
    if (at_stage := of_stage(duty, by)) is not None:
        return scope.filter(at_stage)
    match duty:
        case Duty.FIX_PARTY:
            return tracing.to_fix(scope)
        case Duty.CONCLUDE_CASE:
            return tracing.to_conclude(scope)
        case Duty.CHECK_LEAD:
            return problems.oldest_leads(scope, few=bool(by.path) or not everywhere(able)).select_related("outlet")
        case Duty.DECIDE_PLAN:
            return remediation_plans.to_decide(scope, by=able.id)
        case Duty.FINISH_WORKS:
            return remediation_plans.to_finish(scope)
        case Duty.TAKE_FILING:
            return closing.to_file(able, scope)
        case Duty.LOOK_BACK:
            return closing.to_look(able, found=scope)
        case Duty.ERECT_SIGN:
            return signs.to_erect(scope)
        case Duty.MEND_SIGN:
            return signs.to_mend(scope)
        case Duty.LEAVE_SEWER:
            return signs.to_leave(scope)
        case Duty.UNSHARE:
            return sharing(scope, everywhere=not by.path).filter(_shares_a_point(able))
        case Duty.LOCATE:
            return scope.filter(longitude_deg__isnull=True)
        case Duty.SUPPLEMENT:
            return scope.exclude(missing=[])
        case Duty.DECIDE:
            # Before the decision an opinion is part of classifying; after it, it is a disagreement.
            decided = Proposal.objects.filter(about="type", decision="open").exclude(outlet__type_key="")
            return decided.filter(_where_lead(by, "outlet__unit_path"), Exists(scope.filter(pk=OuterRef("outlet"))))
        case _:
            # Before it is classified nobody is late with the chain: tracing is what finds it.
            return broken_chains(scope.exclude(type_key=""), on=by.on)


def able_for(duty: Duty, by: Ground) -> Actor:
    """The actor with the grants that let him do it; who triages is his department's affair."""
    rule = RULES[duty]
    if duty in TRIAGING:
        grants = problems.competent(by.actor, rule, policy=by.policy(by.path))
    else:
        grants = by.actor.holding(rule.permission)
    return Actor(by.actor.id, by.actor.name, grants)


def of_stage(duty: Duty, by: Ground) -> Q | None:
    """The condition on outlets of a duty that is a stage and little more; None for every other duty."""
    here = Q(stage=RULES[duty].stage)
    match duty:
        case Duty.VERIFY:
            # Without a position it waits to be located, and nobody verifies what he entered himself.
            return here & Q(longitude_deg__isnull=False) & ~Q(registered_by=by.actor.id)
        case Duty.CLASSIFY:
            return here & _where_lead(by, "unit_path")
        case Duty.DECIDE_OUTCOME:
            return here & closing.undecided()
        case Duty.CODE:
            return here & Q(national_code="")
        case (
            Duty.TRACE
            | Duty.STANDARDISE
            | Duty.SUPERVISE
            | Duty.PLAN_OUTLET
            | Duty.START_WORKS
            | Duty.ACCEPT_WORKS
            | Duty.TRIAGE
            | Duty.BACK_REVIEW
        ):
            return here
    return None


def _shares_a_point(able: Actor) -> Q:
    """Another outlet of the register that the actor may resolve it with stands on the very same point, and nobody has
    found the two to be different, or one a branch of the other. Every such pair is among 疑似重复; those that only lie
    near or are called alike are there too, and are nobody's duty."""
    twins = Outlet.objects.filter(
        scope_q(able),
        mkey=OuterRef("mkey"),
        longitude_deg=OuterRef("longitude_deg"),
        latitude_deg=OuterRef("latitude_deg"),
        in_register=True,
    ).exclude(pk=OuterRef("pk"))
    here, there = OuterRef(OuterRef("pk")), OuterRef("pk")
    apart = ApartPair.objects.filter(Q(first=here, second=there) | Q(first=there, second=here))
    branches = MainLink.objects.filter(Q(branch=here, main=there) | Q(branch=there, main=here), to_day=None)
    # With an "or" each row is asked by the index; PostgreSQL would else join the few rows with the whole register.
    return Q(Exists(twins.filter(~Exists(apart), ~Exists(branches)))) | Q(pk=None)


def _where_lead(by: Ground, column: str) -> Q:
    """Where the actor is the one who confirms types (大同 三(三)): everywhere but where a pack names another."""
    barred = Q(pk__in=[])
    for segment in by.not_lead:
        barred |= segment.q(column)
    return ~barred


def since_column(duty: Duty) -> str:
    """The column a duty's days count from, or its due day, as it stands in the rows of `carrying`: their order."""
    columns = {
        "registered_on": "registered_at",
        "proposed_on": "proposed_at",
        "lead_since": "found_on",
        "due": items.DUE,
        "": "pk",
    }
    return columns.get(RULES[duty].since, RULES[duty].since)


def in_group(duty: Duty, group: Group, by: Ground) -> Q:
    """The filter on the rows of `carrying` that are due then."""
    if RULES[duty].since == "due":
        return items.in_group(group, today=by.on)
    column, parts, found = since_column(duty), by.segments(duty), Q(pk__in=[])
    if len(parts) == 1 and not parts[0].path:  # everywhere the same days: nothing is said of places
        return _between(column, by.cutoffs(parts[0].days), group, dated=parts[0].days is not None)
    path = path_column(duty)
    dated, undated = [part for part in parts if part.days is not None], [part for part in parts if part.days is None]
    for segment in dated:
        found |= segment.q(path) & _between(column, by.cutoffs(segment.days), group, dated=True)
    found &= _at_widest(column, dated, group, by)
    for segment in undated if group is Group.LATER else ():
        found |= segment.q(path)
    return found


def path_column(duty: Duty) -> str:
    """The column of the rows of `carrying` that says in which unit a duty lies."""
    elsewhere = dict.fromkeys((Duty.DECIDE, Duty.CONCLUDE_CASE, Duty.CHECK_LEAD), "outlet__unit_path")
    return {**elsewhere, Duty.APPROVE_PLAN: "root_path"}.get(duty, "unit_path")


def sorted_out(duty: Duty, told: Iterable[tuple[Any, ...]], by: Ground) -> Numbers:
    """The same as in_group, of a few rows that are read: (since,), and where the days differ from place to place
    (since, unit path)."""
    parts, column = by.segments(duty), since_column(duty)
    found = dict.fromkeys(Group, NONE)
    for since, *where in told:
        group = _group(duty, column, since, parts if len(parts) == 1 else _innermost(parts, where[0]), by)
        if group is not None:
            before = found[group]
            found[group] = Found(before.number + 1, since if before.first is None else min(before.first, since))
    return found


def _innermost(parts: Iterable[Segment], unit_path: str) -> list[Segment]:
    return [max((part for part in parts if is_within(unit_path, part.path)), key=lambda part: len(part.path))]


def _group(duty: Duty, column: str, since: Any, parts: list[Segment], by: Ground) -> Group | None:
    if RULES[duty].since == "due":
        return None if since is None else group_of(since, today=by.on)
    if (days := parts[0].days) is None:
        return Group.LATER
    if since is None:
        return None
    cut = by.cutoffs(days)
    return (
        Group.OVERDUE
        if since < _as(column, cut.overdue)
        else Group.WEEK
        if since < _as(column, cut.later)
        else Group.LATER
    )


def _at_widest(column: str, dated: Iterable[Segment], group: Group, by: Ground) -> Q:
    """What the days of all parts have in common, said once for all: so that an index by day helps."""
    cuts = [by.cutoffs(part.days) for part in dated]
    if not cuts:
        return Q()
    overdue, later = [cut.overdue for cut in cuts], [cut.later for cut in cuts]
    match group:
        case Group.OVERDUE:
            return Q(**{f"{column}__lt": _as(column, max(overdue))})
        case Group.WEEK:
            return Q(**{f"{column}__gte": _as(column, min(overdue)), f"{column}__lt": _as(column, max(later))})
        case _:
            return Q(**{f"{column}__gte": _as(column, min(later))})


def _between(column: str, cut: Cutoffs, group: Group, *, dated: bool) -> Q:
    if not dated:
        return Q(pk__isnull=False) if group is Group.LATER else Q(pk__in=[])
    overdue, later = (_as(column, day) for day in (cut.overdue, cut.later))
    match group:
        case Group.OVERDUE:
            return Q(**{f"{column}__lt": overdue})
        case Group.WEEK:
            return Q(**{f"{column}__gte": overdue, f"{column}__lt": later})
        case _:
            return Q(**{f"{column}__gte": later})


def _as(column: str, day: date) -> date | datetime:
    """A day as the column holds it: an instant column by the beginning of the day in Beijing."""
    return datetime.combine(day, datetime.min.time(), BEIJING) if column.endswith("_at") else day


def duties_of(actor: Actor) -> Iterable[Duty]:
    """The duties the actor may do anywhere."""
    return [duty for duty in Duty if actor.holding(RULES[duty].permission)]
