"""One stay on the problem list: where it stands, what is next, its plan, its works, its closure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop
from django.views.decorators.http import require_safe

from qingyuan.core.access import Actor, Permission
from qingyuan.core.access import refusal as access_refusal
from qingyuan.core.lifecycle import Move, Stage
from qingyuan.core.plans import Batch
from qingyuan.core.refusal import NotFound, Refusal
from qingyuan.exchange import plan_papers
from qingyuan.ledger import queries as ledger
from qingyuan.ledger.queries import Line
from qingyuan.library import queries as library
from qingyuan.registry.places_of import place_of
from qingyuan.rulebook.chains import chain
from qingyuan.stages.remediation import queries, queries_plans, rules_closure
from qingyuan.stages.remediation.models import Round
from qingyuan.stages.remediation.words_closure import Source
from qingyuan.stages.remediation.words_works import DoubtKind, EvidenceKind
from qingyuan.web import lookup
from qingyuan.web.remediation import closing_section, findings_section, plans_doing, works_section
from qingyuan.web.remediation.plans_acts import ACTS, Act
from qingyuan.web.timeline import told

TIMELINE = 100
FORWARD = ("start", "submit", "approve", "draft", "order")
"""The acts that lead on, the nearest to the end first: the one that can be done stands out."""
LATEST = date.max.isoformat()
DECISION = noop("决定")
FILING = noop("备案")
LINE = (
    (noop("列入"), (Stage.PROBLEM,)),
    (noop("方案"), (Stage.PLAN_DRAFT,)),
    (DECISION, (Stage.PLAN_APPROVED,)),
    (noop("实施"), (Stage.REMEDIATING, Stage.IN_TRANSITION)),
    (noop("验收"), (Stage.AWAITING_ACCEPTANCE,)),
    (FILING, (Stage.ACCEPTED,)),
    (noop("结果"), (Stage.RETAINED, Stage.MERGED, Stage.CLOSED)),
)
"""The steps of a stay, with the stages in which the outlet stands at each."""
NEXT = {
    Stage.PROBLEM: noop("编制整治方案。"),
    Stage.PLAN_DRAFT: noop("提交方案，由牵头部门审定。"),
    Stage.PLAN_APPROVED: noop("开工；取缔的先由有权机关作出决定。"),
    Stage.REMEDIATING: noop("按步骤实施，上传佐证材料，完成后报告。"),
    Stage.IN_TRANSITION: noop("落实过渡期措施，截止前恢复整治。"),
    Stage.AWAITING_ACCEPTANCE: noop("由有权单位验收销号。"),
    Stage.ACCEPTED: noop("需要备案的报上级备案，然后确定保留、合并或取缔。"),
}

NEXT_AT = {
    Stage.PROBLEM: "acts",
    Stage.PLAN_DRAFT: "acts",
    Stage.PLAN_APPROVED: "acts",
    Stage.REMEDIATING: "works",
    Stage.IN_TRANSITION: "works",
    Stage.AWAITING_ACCEPTANCE: "closing",
    Stage.ACCEPTED: "closing",
}
"""The section of the page in which the next step is done."""
OF_THE_STAY = tuple(
    f"outlet.{one}"
    for one in (
        Move.LIST_AS_PROBLEM,
        Move.REMEDIATE_AT_ONCE,
        Move.REOPEN,
        Move.REPORT_DONE,
        Move.ACCEPT,
        Move.RETURN_WORKS,
        Move.FILE_UPWARD,
        Move.RETAIN,
        Move.MERGE,
        Move.CLOSE,
    )
)
"""Moves of the outlet that its stay does not tell itself."""


@dataclass(frozen=True, slots=True)
class Point:
    """A point of the line: past, present or to come."""

    label: str
    state: str


@dataclass(frozen=True, slots=True)
class Button:
    """An act that may be done, or the reason why not."""

    label: str
    url: str
    reason: Refusal | None
    first: bool = False


def points(found: Round, *, on: date) -> list[Point]:
    """The line of a stay; a stay that is over is at its end. 决定 is a step of closing, 备案 one where the scheme has a
    second level: elsewhere they are left out, and a stage that stood there stands at the step after."""
    plan = queries_plans.latest_of(found)
    decided = (plan is not None and plan.batch == Batch.BAN) or bool(queries_plans.orders_of(found))
    asked = {DECISION: decided, FILING: rules_closure.last_level(found.outlet, on=on) > 1}
    shown = [(label, last) for last, (label, _stages) in enumerate(LINE) if asked.get(label, True)]
    stage = Stage(found.outlet.stage)
    place = next((number for number, (_label, stages) in enumerate(LINE) if stage in stages), len(LINE) - 1)
    place = place if found.is_open else len(LINE) - 1
    at = next(number for number, (_label, last) in enumerate(shown) if last >= place)
    states = {True: "past", False: "next"}
    return [
        Point(_(label), "now" if number == at else states[number < at]) for number, (label, _last) in enumerate(shown)
    ]


@require_safe
def stay(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of one stay."""
    lookup.require(request, Permission.OUTLET_VIEW)
    who, at = lookup.actor(request), timezone.now()
    on = timezone.localdate(at)
    found = queries.round_by_id(who, pk)
    plan = queries_plans.latest_of(found)
    in_force = queries_plans.plan_of(found)
    context = {
        **findings_section.section(who, found),
        **works_section.section(who, found),
        **closing_section.section(who, found),
        "round": found,
        "outlet": found.outlet,
        "trail": lookup.trail(request, found.outlet.unit),
        "points": points(found, on=on),
        "next": _(NEXT[Stage(found.outlet.stage)]) if found.is_open and found.outlet.stage in NEXT else "",
        "next_at": NEXT_AT.get(Stage(found.outlet.stage), ""),
        "plan": plan,
        "in_force": in_force if plan is not None and in_force is not None and plan.pk != in_force.pk else None,
        "packs": chain(plan.pack, on=plan.drafted_on) if plan else (),
        "measures": queries_plans.measures_said(plan) if plan else [],
        "duties": queries_plans.duties_of(plan) if plan else [],
        "steps": queries_plans.steps_of(plan) if plan else [],
        "due": queries_plans.due_of(plan) if plan else None,
        "is_overdue": in_force is not None and queries_plans.is_plan_overdue(in_force, on=on),
        "demands": plans_doing.told(found) if found.is_open else [],
        "changes": queries_plans.changed_packs(plan, on=on) if plan and found.is_open else None,
        "versions": queries_plans.versions_of(found),
        "orders": queries_plans.orders_of(found),
        "transitions": queries_plans.transitions_of(found),
        "at_once": queries_plans.at_once_of(found),
        "hard": queries_plans.hard_case_of(found),
        "programmes": queries_plans.programmes_near(found.outlet.unit_path, plan.programmes if plan else []),
        "buttons": buttons(found, who, on=on, at=at),
        "today": on,
        "plan_timeline": told(
            trace(found),
            values={
                "kind": {key: str(label) for key, label in (*EvidenceKind.choices, *DoubtKind.choices)},
                "source": {key: str(label) for key, label in Source.choices},
            },
        ),
    }
    return render(request, "remediation/round.html", context)


def trace(found: Round) -> list[Line]:
    """What was done in this stay, the newest first: its own entries, and the outlet's from listing to outcome."""
    own = ledger.timeline("round", str(found.pk), limit=TIMELINE)
    days = (found.listed_on.isoformat(), found.ended_on.isoformat() if found.ended_on else LATEST)
    of_outlet = [
        one
        for one in ledger.timeline("outlet", str(found.outlet_id), limit=TIMELINE)
        if (one.act in OF_THE_STAY or one.act.startswith("closing.")) and days[0] <= one.occurred[:10] <= days[1]
    ]
    return sorted([*own, *of_outlet], key=lambda one: one.recorded_at, reverse=True)


def buttons(found: Round, who: Actor, *, on: date, at: datetime) -> list[Button]:
    """The acts of use now. What the officer could never do, whatever the state, is left out."""
    if not found.is_open:
        return []
    shown = [
        act
        for act in ACTS.values()
        if act.shown(found) and access_refusal(who, act.permission, place_of(found.outlet)) is None
    ]
    made = [_button(act, found, who, on=on, at=at) for act in shown]
    able = {act.name: one for act, one in zip(shown, made, strict=True) if one.reason is None}
    if queries_plans.plan_of(found) is not None:  # it may be revised; the way on is another
        able.pop("draft", None)
    plan = queries_plans.latest_of(found)
    if plan is not None and plan.batch != Batch.BAN:
        able.pop("order", None)
    first = next((able[name] for name in FORWARD if name in able), None)
    return [Button(one.label, one.url, one.reason, one is first) for one in made]


def _button(act: Act, found: Round, who: Actor, *, on: date, at: datetime) -> Button:
    url = reverse("web:round-act", args=[found.pk, act.name])
    label = _("修改方案") if act.name == "draft" and queries_plans.latest_of(found) else _(act.label)
    return Button(label, url, act.reason(found, who, on, at))


@require_safe
def paper(request: HttpRequest, pk: int, number: int) -> FileResponse:
    """The plan of a version: the paper that was approved, else as it stands. Always a download."""
    lookup.require(request, Permission.OUTLET_VIEW)
    found = queries.round_by_id(lookup.actor(request), pk)
    plan = next((one for one in queries_plans.versions_of(found) if one.number == number), None)
    if plan is None:
        raise NotFound("plan", str(number))
    plan.round = found
    if plan.paper_sha256:
        file = library.file(plan.paper_sha256)
        return FileResponse(BytesIO(library.content_of(file.sha256)), as_attachment=True, filename=file.name or "plan")
    content = plan_papers.plan_pdf(plan, at=timezone.now())
    name = f"{found.outlet.name}整治方案.pdf"
    return FileResponse(BytesIO(content), as_attachment=True, filename=name)
