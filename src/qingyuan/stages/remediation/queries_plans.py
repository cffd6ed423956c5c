"""Asking for plans, orders and transition periods. What lies outside the asker's scope does not exist for him."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from qingyuan.core.access import Actor
from qingyuan.core.lifecycle import Stage
from qingyuan.core.plans import Demand, is_overdue
from qingyuan.core.refusal import NotFound
from qingyuan.places.models import Unit
from qingyuan.places.paths import within_q
from qingyuan.registry import queries as registry
from qingyuan.registry.models import Outlet
from qingyuan.registry.rules import pack_of, policy_of
from qingyuan.stages.remediation import rules_plans
from qingyuan.stages.remediation.models import Round
from qingyuan.stages.remediation.models_plans import (
    AtOnce,
    FundingPackage,
    HardCase,
    Order,
    Plan,
    PlanDuty,
    PlanStep,
    Programme,
    Transition,
    YearPlan,
)
from qingyuan.stages.remediation.words_plans import OPEN_STATES, PlanState, TransitionState, YearPlanState

RELATED = ("round__outlet__unit", "round__outlet__party", "responsible_body", "target_outlet")
WORKING = (Stage.PLAN_APPROVED, Stage.REMEDIATING, Stage.IN_TRANSITION)


# --- one plan --------------------------------------------------------------------------------------------------------


def plan_of(of: Round) -> Plan | None:
    """The plan in force of a stay: the version that was approved last and not replaced."""
    return Plan.objects.filter(round=of, state=PlanState.APPROVED).select_related(*RELATED).first()


def draft_of(of: Round) -> Plan | None:
    """The version in the making: drafted, submitted or returned."""
    return Plan.objects.filter(round=of, state__in=OPEN_STATES).select_related(*RELATED).first()


def latest_of(of: Round) -> Plan | None:
    """The version in the making, else the one in force."""
    return draft_of(of) or plan_of(of)


def versions_of(of: Round) -> list[Plan]:
    """Every version, the newest first."""
    return list(Plan.objects.filter(round=of).order_by("-number"))


def plan(actor: Actor, pk: int) -> Plan:
    """One version of a plan about an outlet the actor may see.

    Raises
    ------
    NotFound
    """
    seen = registry.seen(actor, "round__outlet", leads=True)
    found = Plan.objects.filter(seen, pk=pk).select_related(*RELATED).first()
    if found is None:
        raise NotFound("plan", str(pk))
    return found


def steps_of(of: Plan) -> list[PlanStep]:
    """The steps of a plan in order."""
    return list(PlanStep.objects.filter(plan=of).select_related("body").order_by("number"))


def duties_of(of: Plan) -> list[PlanDuty]:
    """牵头、执行、指导督导 of a plan."""
    return list(PlanDuty.objects.filter(plan=of).select_related("body").order_by("pk"))


def orders_of(of: Round) -> list[Order]:
    """Orders to close, the newest first."""
    return list(Order.objects.filter(round=of).select_related("body").order_by("-issued_on", "-pk"))


def at_once_of(of: Round) -> AtOnce | None:
    """What was put right at once, for a stay without a plan."""
    return AtOnce.objects.filter(round=of).first()


def transitions_of(of: Round) -> list[Transition]:
    """Transition periods of a stay, the newest first."""
    return list(Transition.objects.filter(plan__round=of).select_related("plan").order_by("-pk"))


def transition_of(of: Plan) -> Transition | None:
    """The period that was asked for or runs."""
    states = [TransitionState.ASKED, TransitionState.APPROVED]
    return Transition.objects.filter(plan=of, state__in=states).first()


def hard_case_of(of: Round) -> HardCase | None:
    """Why the outlet is on the list of hard cases; None if it is not."""
    return HardCase.objects.filter(round=of, ended_on=None).first()


def measures_said(of: Plan) -> list[str]:
    """The measures in words: the title of the catalogue, and what was said beside."""
    known = rules_plans.catalogue(policy_of(of.round.outlet.unit_path, on=of.drafted_on))
    found = []
    for one in of.measures:
        title = known[one["key"]].title if one["key"] in known else str(one["key"])
        found.append(f"{title}（{one['text']}）" if one.get("text") else title)
    return found


# --- time ------------------------------------------------------------------------------------------------------------


def due_of(of: Plan) -> date | None:
    """Until when the works are to be done: the end of an approved transition period where there is one, else the
    plan's own deadline, which stays as it was (济源 三(三)3, 安阳 二(二)1, 大同 三(四), 吉林 二(六)2)."""
    period = Transition.objects.filter(plan=of, state__in=[TransitionState.APPROVED, TransitionState.ENDED])
    last = period.order_by("-until").values_list("until", flat=True).first()
    return max(filter(None, (last, of.due)), default=None) if last else of.due


def dues_of(some: Sequence[Plan]) -> dict[int, date | None]:
    """The same for a page of plans: one query."""
    states = [TransitionState.APPROVED, TransitionState.ENDED]
    ends = Transition.objects.filter(plan__in=[one.pk for one in some], state__in=states).order_by("until")
    until = dict(ends.values_list("plan", "until"))
    return {one.pk: max(filter(None, (until.get(one.pk), one.due)), default=None) for one in some}


def late_among(some: Sequence[Plan], *, on: date) -> set[int]:
    """Which of a page of plans are overdue on a day: in force, under works, past their day."""
    dues = dues_of(some)
    working = [one for one in some if one.state == PlanState.APPROVED and one.round.outlet.stage in WORKING]
    return {one.pk for one in working if is_overdue(dues[one.pk], on=on)}


def is_plan_overdue(of: Plan, *, on: date) -> bool:
    """Whether the works are overdue on a day: one to 2024-06-30 is overdue from 2024-07-01 on, until they are done."""
    return of.state == PlanState.APPROVED and of.round.outlet.stage in WORKING and is_overdue(due_of(of), on=on)


# --- what is owed ----------------------------------------------------------------------------------------------------


def demands(of: Plan, *, on: date) -> tuple[Demand, ...]:
    """What the packs under which a plan was made ask of it, judged on the facts of a day."""
    has_order = Order.objects.filter(round=of.round_id).exists()
    return rules_plans.demands_of(of, of.round.outlet, on=on, has_order=has_order)


@dataclass(frozen=True, slots=True)
class Change:
    """What another version of the packs says otherwise of a plan: a demand that came, went, or changed its force."""

    rule: str
    text: str
    clause: str
    before: str
    now: str


def changed_packs(of: Plan, *, on: date) -> list[Change] | None:
    """What the packs in force today say of a plan that those it was made under did not; None: they are the same."""
    if of.pack_hash == rules_plans.pack_hash(of.unit_path, on=on):
        return None
    outlet = of.round.outlet
    has_order = Order.objects.filter(round=of.round_id).exists()
    old = rules_plans.demands_of(of, outlet, on=of.drafted_on, known_at=of.recorded_at, has_order=has_order)
    new = rules_plans.demands_of(of, outlet, on=on, has_order=has_order)
    before, now = ({one.rule: one for one in found} for found in (old, new))
    found = []
    for rule in {**before, **now}:
        was, says = before.get(rule), now.get(rule)
        if (was and (was.effect, was.met, was.clause)) != (says and (says.effect, says.met, says.clause)):
            told = says or was
            assert told is not None
            found.append(Change(rule, told.text, told.clause, was.effect if was else "", says.effect if says else ""))
    return found


# --- lists -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list of plans is narrowed to. `overdue`: past their day on `on`; `slow`: a step is past its day."""

    on: date
    path: str = ""
    state: str = ""
    batch: str = ""
    overdue: bool = False
    slow: bool = False


def plans(actor: Actor, asked: Asked) -> QuerySet[Plan]:
    """The newest version of each stay that is not over, in the actor's scope, those due first."""
    live = [*OPEN_STATES, PlanState.APPROVED]
    found = Plan.objects.filter(registry.all_seen(actor, "round__outlet"), state__in=live, round__ended_on=None)
    found = found.filter(within_q("unit_path", asked.path)) if asked.path else found
    if asked.state:
        found = found.filter(state=asked.state)
    if asked.batch:
        found = found.filter(batch=asked.batch)
    if asked.overdue:
        found = found.filter(overdue_q(asked.on))
    if asked.slow:
        late = PlanStep.objects.filter(plan=OuterRef("pk"), done_on=None, due__lt=asked.on)
        found = found.filter(Exists(late), state=PlanState.APPROVED)
    return found.select_related(*RELATED).order_by("due", "pk")


def overdue_q(on: date) -> Q:
    """Plans in force whose day is past, and no transition period that reaches further; works not reported done."""
    extended = Transition.objects.filter(
        plan=OuterRef("pk"), state__in=[TransitionState.APPROVED, TransitionState.ENDED], until__gte=on
    )
    return Q(state=PlanState.APPROVED, due__lt=on, round__outlet__stage__in=WORKING) & ~Q(Exists(extended))


def without_plan(actor: Actor, *, path: str = "") -> QuerySet[Outlet]:
    """缺方案: outlets on the problem list that nobody has drafted a plan for (济源 三(三)3)."""
    drafted = Plan.objects.filter(round__ended_on=None).values("round__outlet")
    found = registry.visible_to(actor).filter(
        stage="problem", pk__in=Round.objects.filter(ended_on=None).values("outlet")
    )
    return (found.within(path) if path else found).exclude(pk__in=drafted)


def by_batch(actor: Actor, *, path: str = "") -> dict[tuple[str, str], int]:
    """(batch, state) → plans in the actor's scope: the newest of each stay that is not over."""
    rows = plans(actor, Asked(on=date.min, path=path)).order_by().values_list("batch", "state")
    return {(batch, state): number for batch, state, number in rows.annotate(number=Count("pk"))}


def transitions(actor: Actor, *, path: str = "") -> QuerySet[Transition]:
    """过渡期清单 in the actor's scope, those that end first."""
    found = Transition.objects.filter(registry.all_seen(actor, "plan__round__outlet"))
    found = found.filter(within_q("plan__unit_path", path)) if path else found
    return found.select_related("plan__round__outlet__unit", "plan__round__outlet__party").order_by("until", "pk")


def hard_cases(actor: Actor, *, path: str = "") -> QuerySet[HardCase]:
    """重点难点清单 in the actor's scope, open ones first."""
    found = HardCase.objects.filter(registry.all_seen(actor, "round__outlet"))
    found = found.filter(within_q("round__outlet__unit_path", path)) if path else found
    return found.select_related("round__outlet__unit").order_by("ended_on", "since", "pk")


def legacy_cases(actor: Actor) -> QuerySet[Plan]:
    """Plans that deviate from closing by a decided legacy case (济源 三(三)4, 大同 三(五), 吉林 二(六)3)."""
    return plans(actor, Asked(on=date.min)).exclude(legacy_case="")


def packages(actor: Actor) -> QuerySet[FundingPackage]:
    """Packages applied for in the actor's territories."""
    mine = Q(pk__in=[])
    for grant in actor.grants:
        for path in grant.reach.unit_paths:
            mine |= within_q("unit_path", path) if path else Q(pk__isnull=False)
    return FundingPackage.objects.filter(mine).select_related("unit").order_by("-pk")


def programmes(actor: Actor) -> QuerySet[Programme]:
    """统筹工程 in the actor's territories."""
    mine = Q(pk__in=[])
    for grant in actor.grants:
        for path in grant.reach.unit_paths:
            mine |= within_q("unit_path", path) if path else Q(pk__isnull=False)
    return Programme.objects.filter(mine).select_related("unit").order_by("unit_path", "pk")


def year_plans(actor: Actor, *, path: str = "") -> QuerySet[YearPlan]:
    """Plans of units and 责任区 in the actor's territories, the newest year first."""
    mine = Q(pk__in=[])
    for grant in actor.grants:
        for one in grant.reach.unit_paths:
            mine |= within_q("unit_path", one) if one else Q(pk__isnull=False)
        mine |= Q(body__in=grant.reach.body_ids)
    found = YearPlan.objects.filter(mine)
    found = found.filter(within_q("unit_path", path)) if path else found
    return found.select_related("unit", "body").order_by("-year", "unit_path", "pk")


def pack_said(outlet: Outlet, *, on: date) -> str:
    """The packs in force for an outlet, the nation's first."""
    return pack_of(policy_of(outlet.unit_path, on=on))


def sorted_demands(found: Iterable[Demand]) -> list[Demand]:
    """Demands as an officer reads them: what stands in the way, what asks a reason, what is open, what is met."""
    order = {True: 3, None: 2, False: 0}
    return sorted(found, key=lambda one: (order[one.met] + (0 if one.forbids else one.asks_reason), one.rule))


def lacks_area_plan(unit: Unit, *, on: date) -> bool:
    """缺方案: the scheme asks for a plan of the unit, yearly or once, and none is approved (新绛 三(四), 大同 三(四),
    吉林 二(六)2); or for a plan of every outlet on the list, and one lacks it (济源 三(三)3)."""
    asked = policy_of(unit.path, on=on).value("remediation.area_plan")
    if asked == "per_outlet":
        listed = Round.objects.filter(ended_on=None, outlet__stage=Stage.PROBLEM)
        return listed.filter(within_q("outlet__unit_path", unit.path)).exists()
    if asked not in ("annual", "once"):
        return False
    found = YearPlan.objects.filter(unit=unit, state=YearPlanState.APPROVED)
    return not (found.filter(year=on.year) if asked == "annual" else found).exists()


def linked_with(actor: Actor, programme: Programme, *, on: date) -> list[Plan]:
    """The plans linked with a programme in its unit; both dates are shown, neither moves the other."""
    found = plans(actor, Asked(on=on, path=programme.unit_path))
    return [one for one in found[:2000] if programme.kind in one.programmes]


def programmes_near(path: str, kinds: Iterable[str]) -> list[tuple[str, list[Programme]]]:
    """Each kind a plan is linked with → the programmes of that kind whose unit holds the place."""
    kinds = list(kinds)
    near = [one for one in Programme.objects.filter(kind__in=kinds) if path.startswith(one.unit_path)]
    return [(kind, [one for one in near if one.kind == kind]) for kind in kinds]


def rebuilt_m(actor: Actor, *, path: str = "") -> Decimal:
    """Metres of sewer rebuilt by steps that are done, of plans in force in the actor's scope (新绛 三(五))."""
    found = PlanStep.objects.filter(registry.all_seen(actor, "plan__round__outlet"), plan__state=PlanState.APPROVED)
    found = found.filter(within_q("plan__unit_path", path)) if path else found
    return found.exclude(done_on=None).aggregate(n=Sum("length_m"))["n"] or Decimal(0)
