"""Asking for closure: acceptances, filings, packs, looks back, relapses. What lies outside the asker's scope does not
exist for him."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import Exists, Q, QuerySet

from qingyuan.core.access import Actor, Permission
from qingyuan.core.lifecycle import Paper, Stage
from qingyuan.core.plans import Duty
from qingyuan.core.refusal import NotFound
from qingyuan.places.paths import ancestors_of, within_q
from qingyuan.registry import queries as registry
from qingyuan.registry.models import FiledPaper, Outlet
from qingyuan.stages.remediation import queries
from qingyuan.stages.remediation.models import Round
from qingyuan.stages.remediation.models_closure import (
    Acceptance,
    ClosingPack,
    Filing,
    LookBack,
    Relapse,
    Review,
    SiteCheck,
)
from qingyuan.stages.remediation.models_plans import AtOnce, PlanDuty, PlanStep
from qingyuan.stages.remediation.models_works import Evidence, StepReport
from qingyuan.stages.remediation.queries_plans import plan_of
from qingyuan.stages.remediation.words import Outcome
from qingyuan.stages.remediation.words_closure import FilingState, RelapseState, Verdict

ACCEPT_REVIEW, LOOK_REVIEW = "accept", "look_back"
OUTLET = ("outlet__unit", "outlet__party", "outlet__managing_unit", "outlet__managing_body", "outlet__merged_into")


# --- one round -------------------------------------------------------------------------------------------------------


def has_evidence(found: Round) -> bool:
    """Whether at least one piece proves something about a round; what was put right at once has its two photos."""
    held = Evidence.objects.filter(round=found).select_related("doubt")
    return any(one.proves for one in held) or AtOnce.objects.filter(round=found).exists()


def who_worked(found: Round) -> frozenset[str]:
    """The officers who reported progress or the end of the works, or handed in evidence."""
    reported = StepReport.objects.filter(step__plan__round=found).values_list("reported_by", flat=True)
    handed = Evidence.objects.filter(round=found).values_list("added_by", flat=True)
    at_once = AtOnce.objects.filter(round=found).values_list("done_by", flat=True)
    outlet = found.outlet
    done = FiledPaper.objects.filter(outlet=outlet, kind=Paper.WORKS_REPORT.value, round=outlet.round)
    return frozenset({*reported, *handed, *at_once, *done.values_list("filed_by", flat=True)})


def bodies_that_worked(found: Round) -> Mapping[int, str]:
    """The bodies that carry the works out and are no government: id → name."""
    plan = plan_of(found)
    bodies = [plan.responsible_body] if plan is not None else [found.outlet.party]
    if plan is not None:
        duties = PlanDuty.objects.filter(plan=plan, duty=Duty.EXECUTE, body__isnull=False).select_related("body")
        steps = PlanStep.objects.filter(plan=plan, body__isnull=False).select_related("body")
        bodies += [one.body for one in duties]
        bodies += [one.body for one in steps]
    known = {one.pk: one.name for one in bodies if one is not None and one.kind != "government"}
    return known


def site_check_of(found: Round) -> SiteCheck | None:
    """The last check on the ground that still counts."""
    return SiteCheck.objects.filter(round=found, is_void=False).order_by("-checked_on", "-pk").first()


def acceptances_of(found: Round) -> list[Acceptance]:
    """Every decision, the first first; what was taken back is among them."""
    return list(Acceptance.objects.filter(round=found).select_related("body").order_by("pk"))


def accepted(found: Round) -> Acceptance | None:
    """The acceptance of the first level that stands."""
    return Acceptance.objects.filter(round=found, verdict=Verdict.PASSED, is_void=False, level=1).first()


def filings_of(found: Round) -> list[Filing]:
    """Every filing, the first first."""
    return list(Filing.objects.filter(round=found).order_by("pk"))


def filing_state(found: Round) -> str:
    """待备案, 已备案 or 退回 of the last filing; empty where nothing was filed."""
    last = Filing.objects.filter(round=found).order_by("-pk").first()
    return last.state if last else ""


def packs_of(found: Round) -> list[ClosingPack]:
    """Sealed packs, the newest first."""
    return list(ClosingPack.objects.filter(round=found).order_by("-pk"))


def look_backs_of(outlet: Outlet) -> list[LookBack]:
    """Looks back at an outlet over all its rounds, the newest first."""
    return list(LookBack.objects.filter(round__outlet=outlet).select_related("round").order_by("-pk"))


def relapses_of(outlet: Outlet) -> list[Relapse]:
    """Reported relapses, the newest first."""
    return list(Relapse.objects.filter(outlet=outlet).order_by("-pk"))


def last_round(outlet: Outlet) -> Round | None:
    """The stay that ended last."""
    return Round.objects.filter(outlet=outlet).exclude(ended_on=None).order_by("-number").first()


# --- in a scope ------------------------------------------------------------------------------------------------------


def one_seen(actor: Actor, outlet: str) -> Exists:
    """The filter on one row: its outlet is one the actor may see, closed and merged ones too."""
    return registry.seen(actor, outlet, leads=True)


def all_seen(actor: Actor, outlet: str) -> Q:
    """The same on a list of rows."""
    return registry.all_seen(actor, outlet, leads=True)


def filing(actor: Actor, pk: int) -> Filing:
    """One filing; NotFound outside the scope."""
    found = Filing.objects.filter(one_seen(actor, "round__outlet"), pk=pk).select_related(
        "round__outlet__unit", "round__outlet__party"
    )
    if (one := found.first()) is None:
        raise NotFound("filing", str(pk))
    return one


def look_back(actor: Actor, pk: int) -> LookBack:
    """One look back; NotFound outside the scope."""
    found = LookBack.objects.filter(one_seen(actor, "round__outlet"), pk=pk).select_related("round__outlet__unit")
    if (one := found.first()) is None:
        raise NotFound("look_back", str(pk))
    return one


def relapse(actor: Actor, pk: int) -> Relapse:
    """One reported relapse; NotFound outside the scope."""
    found = Relapse.objects.filter(one_seen(actor, "outlet"), pk=pk).select_related("outlet__unit", "outlet__party")
    if (one := found.first()) is None:
        raise NotFound("relapse", str(pk))
    return one


def review(actor: Actor, pk: int) -> Review:
    """A batch all of whose outlets the actor may see."""
    found = Review.objects.filter(pk=pk).first()
    if found is not None:
        seen = Round.objects.filter(one_seen(actor, "outlet"), pk__in=found.pool).count()
        if seen == len(found.pool):
            return found
    raise NotFound("review", str(pk))


def rounds(actor: Actor, ids: Sequence[int]) -> list[Round]:
    """Some rounds by id, in that order.

    Raises
    ------
    NotFound
        One of them is not there, or lies outside the scope.
    """
    rows = Round.objects.filter(one_seen(actor, "outlet"), pk__in=ids).select_related(*OUTLET)
    by_id = {one.pk: one for one in rows}
    for pk in ids:
        if pk not in by_id:
            raise NotFound("round", str(pk))
    return [by_id[pk] for pk in ids]


def awaiting(actor: Actor, *, path: str = "", after: int = 0, limit: int = 50) -> list[Round]:
    """待验收: open rounds whose works were reported done, the longest waiting first."""
    found = _listed(actor, path).filter(ended_on=None, outlet__stage=Stage.AWAITING_ACCEPTANCE, pk__gt=after)
    return list(found.order_by("pk")[:limit])


def accepted_undecided(actor: Actor, *, path: str = "", after: int = 0, limit: int = 50) -> list[Round]:
    """已验收待定去向 or 待备案: accepted, not yet retained, merged or closed."""
    found = _listed(actor, path).filter(ended_on=None, outlet__stage=Stage.ACCEPTED, pk__gt=after)
    return list(found.order_by("pk")[:limit])


def _listed(actor: Actor, path: str) -> QuerySet[Round]:
    found = Round.objects.filter(all_seen(actor, "outlet")).select_related(*OUTLET)
    return found.filter(within_q("outlet__unit_path", path)) if path else found


def filings(
    actor: Actor, *, state: str = "", path: str = "", after: int = 0, limit: int = 50, mine: bool = False
) -> list[Filing]:
    """Filings in the scope, the newest first. `mine`: only those that the actor's own seats are to decide."""
    found = Filing.objects.filter(all_seen(actor, "round__outlet")).select_related("round__outlet__unit")
    if path:
        found = found.filter(within_q("unit_path", path))
    if state:
        found = found.filter(state=state)
    if mine:
        seats = {one.seat_path for one in actor.holding(Permission.REMEDIATION_FILE_UPWARD)}
        found = found.filter(to_path__in=seats)
    if after:
        found = found.filter(pk__lt=after)
    return list(found.order_by("-pk")[:limit])


def returned_filings(actor: Actor, *, path: str = "", limit: int = 50) -> list[Filing]:
    """退回待改: filings that were returned and after which none was handed in."""
    found = [
        one
        for one in filings(actor, state=FilingState.RETURNED, path=path, limit=limit)
        if one.round.is_open and not Filing.objects.filter(round=one.round, pk__gt=one.pk).exists()
    ]
    return found


def look_backs(actor: Actor, *, path: str = "", state: str = "due", after: int = 0, limit: int = 50) -> list[LookBack]:
    """Looks back in the scope: due (not done yet, the earliest due first), done, or all; the newest first."""
    found = LookBack.objects.filter(all_seen(actor, "round__outlet")).select_related("round__outlet__unit")
    if path:
        found = found.filter(within_q("unit_path", path))
    if state == "due":
        found = found.filter(result="")
    elif state:
        found = found.exclude(result="") if state == "done" else found.filter(result=state)
    if after:
        found = found.filter(pk__lt=after)
    return list(found.order_by("-pk")[:limit])


def relapses(actor: Actor, *, path: str = "", state: str = "", after: int = 0, limit: int = 50) -> list[Relapse]:
    """Reported relapses in the scope, the newest first."""
    found = Relapse.objects.filter(all_seen(actor, "outlet")).select_related("outlet__unit", "new_round")
    if path:
        found = found.filter(within_q("unit_path", path))
    if state:
        found = found.filter(state=state)
    if after:
        found = found.filter(pk__lt=after)
    return list(found.order_by("-pk")[:limit])


def closed_rounds(actor: Actor, *, path: str = "", outcome: str = "", after: int = 0, limit: int = 50) -> list[Round]:
    """Rounds that are over, the newest first."""
    found = _listed(actor, path).exclude(ended_on=None)
    if outcome:
        found = found.filter(outcome=outcome)
    if after:
        found = found.filter(pk__lt=after)
    return list(found.order_by("-pk")[:limit])


@dataclass(frozen=True, slots=True)
class RelapseRate:
    """反弹率: of the outlets whose rounds ended until a day, how many came back. None: nothing ended yet."""

    closed: int
    relapsed: int
    repeats: int

    @property
    def share(self) -> Fraction | None:
        """The exact share."""
        return Fraction(self.relapsed, self.closed) if self.closed else None


def relapse_rate(actor: Actor, *, path: str = "", on: date) -> RelapseRate:
    """Of the stays that ended until a day, how many were reopened by then. `repeats`: outlets that came back twice or
    more. The rows are relapsed_rounds and closed_rounds."""
    ended = _listed(actor, path).filter(ended_on__lte=on)
    came_back = Relapse.objects.filter(state=RelapseState.CONFIRMED, decided_on__lte=on, closed_round__in=ended)
    again = Round.objects.filter(all_seen(actor, "outlet"), cause="reopened", number__gte=3, listed_on__lte=on)
    if path:
        again = again.filter(within_q("outlet__unit_path", path))
    return RelapseRate(
        ended.order_by().count(),
        came_back.values("closed_round").distinct().count(),
        again.values("outlet").distinct().count(),
    )


def relapsed_rounds(actor: Actor, *, path: str = "", on: date, limit: int = 50) -> list[Relapse]:
    """The rows of the numerator: confirmed relapses of stays that had ended."""
    found = Relapse.objects.filter(
        all_seen(actor, "outlet"), decided_on__lte=on, state=RelapseState.CONFIRMED, closed_round__isnull=False
    )
    if path:
        found = found.filter(within_q("unit_path", path))
    return list(found.select_related("outlet__unit", "closed_round", "new_round").order_by("-pk")[:limit])


def repeats(outlet: Outlet) -> int:
    """How often an outlet came back."""
    return outlet.round


def outcomes(actor: Actor, *, path: str = "") -> Mapping[str, int]:
    """Rounds that are over, by outcome."""
    ended = queries.round_outcomes(actor, path=path).order_by()
    return {one.value: ended.filter(outcome=one).count() for one in Outcome}


def open_reviews(actor: Actor, *, limit: int = 20) -> list[Review]:
    """Batches of acceptance that are not over and all of whose outlets the actor may see, the newest first."""
    found = Review.objects.filter(kind=ACCEPT_REVIEW, ended_on=None, opened_by=actor.id).order_by("-pk")[:limit]
    return list(found)


def review_in_hand(of: Round) -> Review | None:
    """The batch, whoever opened it, in which these works were drawn from and that is not over. Works that were returned
    and reported done again since are other works."""
    above = ancestors_of(of.outlet.unit_path)
    opened = Review.objects.filter(kind=ACCEPT_REVIEW, ended_on=None, unit_path__in=above)
    since = of.outlet.stage_since
    return next(
        (one for one in opened.order_by("-pk") if of.pk in one.pool and (since is None or one.opened_on >= since)), None
    )
