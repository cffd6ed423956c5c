"""Asking for works: evidence, what is missing, doubts, branch pipes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from qingyuan.core.access import Actor
from qingyuan.core.refusal import NotFound
from qingyuan.places.paths import within_q
from qingyuan.registry import queries as registry
from qingyuan.registry.models import Outlet
from qingyuan.registry.rules import policy_of
from qingyuan.stages.remediation import rules_works
from qingyuan.stages.remediation.models import Round
from qingyuan.stages.remediation.models_plans import PlanStep
from qingyuan.stages.remediation.models_works import BranchPipe, Doubt, Evidence, StepReport
from qingyuan.stages.remediation.queries_plans import plan_of
from qingyuan.stages.remediation.rules import clause_of
from qingyuan.stages.remediation.rules_works import Wanted, wanted
from qingyuan.stages.remediation.words_plans import PlanState
from qingyuan.stages.remediation.words_works import UNDECIDED, EvidenceKind


def evidence_of(found: Round) -> list[Evidence]:
    """Everything that was handed in, in the order of its days."""
    rows = Evidence.objects.filter(round=found).select_related("step", "pair", "body", "doubt")
    return list(rows.order_by("day", "pk"))


def evidence(actor: Actor, pk: int) -> Evidence:
    """One piece about an outlet the actor may see.

    Raises
    ------
    NotFound
    """
    seen = registry.seen(actor, "round__outlet", leads=True)
    rows = Evidence.objects.filter(seen, pk=pk).select_related("round__outlet__unit", "pair", "doubt")
    found = rows.first()
    if found is None:
        raise NotFound("evidence", str(pk))
    return found


# --- the checklist ------------


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the checklist, with the pieces that show it; `title` as people read it."""

    wanted: Wanted
    title: str
    pieces: tuple[Evidence, ...]

    @property
    def done(self) -> bool:
        """Whether something that proves it is there."""
        return any(piece.proves for piece in self.pieces)


def checklist_of(found: Round, *, on: date | None = None) -> tuple[Item, ...]:
    """What the plan in force asks the works to show. Without a plan (立行立改) nothing is asked here."""
    plan = plan_of(found)
    if plan is None:
        return ()
    day = on or plan.decided_on or plan.drafted_on
    titles = rules_works.measure_titles(policy_of(plan.unit_path, on=day))
    said = {str(one.get("key", "")): str(one.get("text") or "") for one in plan.measures}
    held = evidence_of(found)
    items = []
    for one in wanted(plan, on=day):
        # A piece that names no measure shows every measure of its kind: one video of a trench with three pipes.
        pieces = tuple(e for e in held if e.kind == one.kind and e.measure in ("", one.measure))
        name = str(one.kind.label)
        if one.measure:
            name = f"{titles.get(one.measure) or said.get(one.measure) or one.measure}：{name}"
        items.append(Item(one, name, pieces))
    return tuple(items)


def missing_of(found: Round) -> tuple[str, ...]:
    """What the checklist still lacks, by name. A piece that is doubted or rejected shows nothing."""
    return tuple(item.title for item in checklist_of(found) if not item.done)


@dataclass(frozen=True, slots=True)
class Progress:
    """A step with its last report; a step that nobody reported on has none."""

    step: PlanStep
    report: StepReport | None

    @property
    def percent(self) -> int:
        """How far it is."""
        if self.step.done_on is not None:
            return 100
        return self.report.percent if self.report else 0


def progress_of(found: Round) -> list[Progress]:
    """The steps of the plan in force, each with its last report. Two queries."""
    plan = plan_of(found)
    if plan is None:
        return []
    steps = list(PlanStep.objects.filter(plan=plan).select_related("body").order_by("number"))
    last = {one.step_id: one for one in StepReport.objects.filter(step__in=steps).order_by("day", "pk")}
    return [Progress(step, last.get(step.pk)) for step in steps]


def step(found: Round, pk: int) -> PlanStep:
    """A step of the plan in force.

    Raises
    ------
    NotFound
    """
    row = PlanStep.objects.filter(pk=pk, plan__round=found, plan__state=PlanState.APPROVED).first()
    if row is None:
        raise NotFound("step", str(pk))
    return row


def befores_of(found: Round) -> list[Evidence]:
    """The before photos, to which an after photo is the counterpart."""
    return list(Evidence.objects.filter(round=found, kind=EvidenceKind.BEFORE).order_by("day", "pk"))


# --- doubts ------------


def doubts(actor: Actor, *, path: str = "", kind: str = "", state: str = "") -> QuerySet[Doubt]:
    """疑点 in the actor's scope. `state`: open (nobody has decided), confirmed, dismissed; empty for all."""
    found = Doubt.objects.filter(registry.all_seen(actor, leads=True))
    if path:
        found = found.filter(within_q("unit_path", path))
    if kind:
        found = found.filter(kind=kind)
    if state:
        found = found.filter(state__in=UNDECIDED) if state == "open" else found.filter(state=state)
    return found


def doubt_page(found: QuerySet[Doubt], *, after: int | None = None, limit: int = 50) -> list[Doubt]:
    """A page, newest first."""
    if after is not None:
        found = found.filter(pk__lt=after)
    return list(found.select_related("outlet__unit", "evidence").order_by("-pk")[:limit])


def doubt(actor: Actor, pk: int) -> Doubt:
    """One doubt about an outlet the actor may see.

    Raises
    ------
    NotFound
    """
    seen = registry.seen(actor, leads=True)
    rows = Doubt.objects.filter(seen, pk=pk).select_related("outlet__unit", "round", "evidence")
    found = rows.first()
    if found is None:
        raise NotFound("doubt", str(pk))
    return found


def open_doubts_of(outlet: Outlet) -> list[Doubt]:
    """Doubts about an outlet on which nobody has decided."""
    return list(Doubt.objects.filter(outlet=outlet, state__in=UNDECIDED).order_by("pk"))


# --- branch pipes and units ------------


def branches_of(outlet: Outlet) -> list[BranchPipe]:
    """Every branch pipe on record, those not cleared first."""
    rows = BranchPipe.objects.filter(outlet=outlet).select_related("owner")
    return sorted(rows, key=lambda one: (one.cleared_on is not None or not one.is_illegal, one.pk))


def branch(outlet: Outlet, pk: int) -> BranchPipe:
    """One branch pipe of an outlet.

    Raises
    ------
    NotFound
    """
    row = BranchPipe.objects.filter(pk=pk, outlet=outlet).first()
    if row is None:
        raise NotFound("branch", str(pk))
    return row


def open_branches(outlet: Outlet) -> list[BranchPipe]:
    """违规接入 that nobody cleared yet (新绛 三(六), 大同 三(七), 吉林 二(六)5)."""
    rows = BranchPipe.objects.filter(outlet=outlet, is_illegal=True, cleared_on=None)
    return list(rows.select_related("owner").order_by("pk"))


@dataclass(frozen=True, slots=True)
class Sharing:
    """Who discharges through an outlet, how many its scheme allows (None: not said), and whether the permit names the
    sharing (None: nobody said)."""

    units: tuple[str, ...]
    count: int
    allowed: int | None
    recorded: bool | None
    clause: str

    @property
    def owes_record(self) -> bool:
        """Whether more units use it than the scheme allows without a record of the sharing."""
        return self.allowed is not None and self.count > self.allowed and self.recorded is not True


def units_and_shared_record(outlet: Outlet, *, on: date) -> Sharing:
    """一口只对应一个排污单位: units by the chain, or as stated where that is more (安阳 二(二)2, 新绛 三(六), 大同
    三(七), 吉林 二(六)5)."""
    policy = policy_of(outlet.unit_path, on=on)
    chain = registry.chain(outlet, on=on)
    named = {source.body.pk: source.body.name for branch in chain.branches for source in branch.sources}
    stated = registry.stated_facts([("outlet", str(outlet.pk))], on=on)
    said = stated.get("sharing_units")
    count = max(len(named), said if isinstance(said, int) and not isinstance(said, bool) else 0)
    allowed, recorded = policy.value("outlet.units_per_outlet"), stated.get("permit_names_sharing")
    return Sharing(
        tuple(named.values()),
        count,
        allowed if isinstance(allowed, int) else None,
        recorded if isinstance(recorded, bool) else None,
        clause_of(policy, "outlet.units_per_outlet"),
    )


# --- what one's own outlets owe ------------


def own_rounds(actor: Actor, *, limit: int = 50) -> list[Round]:
    """Open rounds of the outlets whose responsible party the actor acts for, the oldest first."""
    parties: set[int] = set().union(*(grant.reach.party_ids for grant in actor.grants))
    if not parties:
        return []
    rows = Round.objects.filter(ended_on=None, outlet__party__in=parties)
    return list(rows.select_related("outlet__unit").order_by("listed_on", "pk")[:limit])


def suspected(rounds: Iterable[Round]) -> QuerySet[Evidence]:
    """Pieces of some rounds that prove nothing yet."""
    return Evidence.objects.filter(Q(doubt__state__in=UNDECIDED), round__in=list(rounds))
