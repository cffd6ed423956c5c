"""What stands around the remediation of a place at the end: doubts in words, plans in every state, the plan of the
area, a hard case, a package of projects, a batch by draw, looks back, sealed packs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from qingyuan.core.access import Actor
from qingyuan.core.lifecycle import Paper
from qingyuan.core.refusal import Refused
from qingyuan.demo.remediating import acceptor
from qingyuan.demo.schemes import LAST_DAY
from qingyuan.demo.walking import Walk
from qingyuan.places.models import Unit
from qingyuan.registry.models import Outlet
from qingyuan.stages.remediation import actions, queries, queries_closure, queries_plans
from qingyuan.stages.remediation.drafts_plans import GivenMeasure, PlanGiven
from qingyuan.stages.remediation.models import Round
from qingyuan.stages.remediation.models_closure import Relapse
from qingyuan.stages.remediation.models_plans import Plan, Transition
from qingyuan.stages.remediation.words_plans import PlanState, TransitionState
from qingyuan.stages.remediation.words_works import DoubtKind

SHARE = Decimal("0.5")


@dataclass(slots=True)
class Evening:
    """The last day of a place: who acts, and when."""

    walk: Walk
    root: Unit
    on: date = LAST_DAY

    @property
    def at(self) -> datetime:
        """When it is recorded."""
        return datetime.combine(self.on, time(8), UTC)

    def acting(self, by: Actor) -> dict[str, Any]:
        """Who, when it happened, when it is recorded."""
        return {"on": self.on, "by": by, "at": self.at}

    def paper(self, kind: Paper) -> str:
        """A paper of the month."""
        return self.walk.papers.of([kind], on=self.on, by=self.walk.staff.clerk, at=self.at)[kind]

    def rounds(self, *, is_open: bool) -> Iterable[Round]:
        """Stays of the place that went through the rooms."""
        found = Round.objects.filter(outlet__unit_path__startswith=self.root.path, ended_on__isnull=is_open)
        return found.select_related("outlet", "outlet__party", "outlet__unit").order_by("pk")


def round_off(walk: Walk, root: Unit) -> None:
    """All of it. What a scheme does not know (a package, a year) is left out there."""
    evening = Evening(walk, root)
    _take_up(evening)
    for act in (_doubt, _plans, _transition, _area, _hard, _package, _batch, _looks, _seals):
        attempt(partial(act, evening), walk, act.__name__)


def attempt(act: Callable[[], object], walk: Walk, name: str) -> bool:
    """Do it, or count why not."""
    try:
        with walk.papers.all_or_nothing():
            act()
    except Refused as refused:
        walk.rooms.left[f"{name} {refused.refusal.code}"] += 1
        return False
    return True


def _take_up(evening: Evening) -> None:
    """Outlets that the register walked: their stay as one brought in."""
    for life in evening.walk.lives:
        outlet = life.outlet
        if outlet is not None and queries.round_of(outlet) is None:
            outlet.refresh_from_db()
            actions.take_up(outlet, at=evening.at)


def _doubt(evening: Evening) -> None:
    waiting = [
        one for one in evening.rounds(is_open=True) if one.outlet.stage in ("remediating", "awaiting_acceptance")
    ]
    for one in waiting[:1]:
        text = "施工期间污水外溢，周边群众多次反映（演示）。"
        acting = evening.acting(evening.walk.staff.reviewer)
        actions.raise_doubt(one.outlet, kind=DoubtKind.HARM, text=text, **acting)


def _plans(evening: Evening) -> None:
    """One that is being drafted, one that came back."""
    staff = evening.walk.staff
    listed = [one for one in evening.rounds(is_open=True) if one.outlet.stage == "problem"]
    for one in listed[:1]:
        given = PlanGiven(batch="standardise", measures=(GivenMeasure("standards"),), basis="HJ 1309—2023")
        actions.draft_plan(one, given=given, **evening.acting(staff.clerk))
    waiting = Plan.objects.filter(state=PlanState.SUBMITTED, unit_path__startswith=evening.root.path).order_by("pk")
    if waiting.count() > 1:
        back = waiting.select_related("round__outlet").first()
        assert back is not None
        actions.return_plan(back, note="施工步骤不具体，请细化（演示）", **evening.acting(staff.reviewer))


def _transition(evening: Evening) -> None:
    """One period is over, the others go on."""
    running = Transition.objects.filter(
        state=TransitionState.APPROVED, plan__unit_path__startswith=evening.root.path
    ).select_related("plan__round__outlet")
    if running.count() > 1:
        actions.end_transition(running.order_by("pk")[0], **evening.acting(evening.walk.staff.clerk))


def _area(evening: Evening) -> None:
    """The plan of the place, approved; the next one in the making."""
    staff, name = evening.walk.staff, evening.root.name
    for year, approved in ((2025, True), (2026, False)):
        made = actions.draft_year_plan(
            evening.root,
            year=year,
            title=f"{name}{year}年度入河排污口整治方案（演示）",
            text="先易后难，分批销号；城镇雨洪排口只清理不封堵（演示）。",
            **evening.acting(staff.clerk),
        )
        if approved:
            paper = evening.paper(Paper.REMEDIATION_PLAN)
            actions.approve_year_plan(made, paper_sha256=paper, **evening.acting(staff.reviewer))


def _hard(evening: Evening) -> None:
    late = [one for one in evening.rounds(is_open=True) if queries_plans.plan_of(one) is not None]
    for one in late[:1]:
        reason = "位于老城区，管网错接复杂，需结合道路改造实施（演示）"
        actions.list_hard_case(one, reason=reason, **evening.acting(evening.walk.staff.clerk))


def _package(evening: Evening) -> None:
    clerk = evening.walk.staff.clerk
    package = actions.open_package(
        evening.root, title=f"{evening.root.name}入河排污口整治项目包（演示）", **evening.acting(clerk)
    )
    kept = Outlet.objects.filter(
        unit_path__startswith=evening.root.path,
        stage__in=("retained", "standardised"),
        party__kind__in=("government", "village"),
    )
    for outlet in kept.select_related("party").order_by("pk")[:3]:
        actions.add_to_package(package, outlet=outlet, **evening.acting(clerk))


def _batch(evening: Evening) -> None:
    """Those that await acceptance, by draw: the sample is checked on the ground, the others are accepted with it."""
    everybody = queries_closure.awaiting(evening.walk.staff.reviewer, path=evening.root.path, limit=200)
    planned = [one for one in everybody if queries_plans.plan_of(one) is not None]
    reviewer = acceptor(evening.walk, planned[0].outlet) if planned else evening.walk.staff.reviewer
    ready = [one for one in planned if acceptor(evening.walk, one.outlet).id == reviewer.id][:2]
    review = actions.open_review(ready, seed=f"演示{evening.on:%Y%m%d}", share=SHARE, **evening.acting(reviewer))
    for one in ready:
        if one.pk in review.drawn:
            note = "抽中核查，现场与佐证一致（演示）"
            actions.check_site(one, passed=True, note=note, review=review, **evening.acting(reviewer))
    paper = evening.paper(Paper.ACCEPTANCE_RECORD)
    actions.accept_batch(review, ready, paper_sha256=paper, **evening.acting(reviewer))


def _looks(evening: Evening) -> None:
    """Some are planned, one holds, one came back and is on the list again."""
    reviewer = evening.walk.staff.reviewer
    ended = [one for one in evening.rounds(is_open=False) if one.outlet.stage in ("retained", "merged", "closed")]
    due = evening.on + timedelta(60)
    looks = actions.plan_look_back(ended[-4:], due=due, reason="销号后一年回头看（演示）", **evening.acting(reviewer))
    paper = evening.paper(Paper.REOPENING_BASIS)
    for place, look in enumerate(looks[:2]):
        note = "口门又见污水外溢（演示）" if place else "未见反弹（演示）"
        actions.look_back(
            look, relapsed=bool(place), note=note, paper_sha256=paper if place else "", **evening.acting(reviewer)
        )
    told = Relapse.objects.filter(look_back__in=looks).select_related("outlet").first()
    if told is not None:
        actions.reopen(told, reason="经复核属实（演示）", **evening.acting(reviewer))


def _seals(evening: Evening) -> None:
    """The packs of the last ones that went all the way through the rooms."""
    through = [one for one in evening.rounds(is_open=False) if queries_plans.plan_of(one) is not None]
    for one in through[-2:]:
        actions.seal_round(one, **evening.acting(evening.walk.staff.reviewer))
