"""首页. Left what waits for me, right how my unit stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from qingyuan.boards.tasks import queries as boards
from qingyuan.core.access import LABELS, Actor, Role
from qingyuan.core.duties import GROUP_LABELS, RULES, SINCE, SOURCES, Duty, Group, Source
from qingyuan.core.lifecycle import GROUPS, STAGES, Stage, StageGroup
from qingyuan.core.policy import Policy
from qingyuan.core.refusal import NotFound
from qingyuan.registry import queries as registry
from qingyuan.registry.counts import how_many
from qingyuan.registry.models import Outlet
from qingyuan.registry.rules import policy_of
from qingyuan.stages.dispatch import queries as dispatch
from qingyuan.stages.dispatch.models import Part
from qingyuan.stages.dispatch.words import PartState
from qingyuan.web import lookup
from qingyuan.web.outlets.page import Next, next_of
from qingyuan.web.oversight.home import my_duties
from qingyuan.web.progress.views import my_unit, my_waters

NEWEST = 8
MINE = 20
PAGE = 50
NAMED = 3
ACTS: dict[Duty, str] = {
    Duty.VERIFY: "verify",
    Duty.FIX_PARTY: "fix-party",
    Duty.CLASSIFY: "classify",
    Duty.LOCATE: "correct",
    Duty.SUPPLEMENT: "correct",
    Duty.DECIDE: "classify",
    Duty.MEND_CHAIN: "add-channel",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A task with the one button that does it."""

    sentence: str
    due: date | None
    clause: str
    status: str
    button: str
    url: str
    page: str
    carried: tuple[str, str] | None = None


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """待办 and the scoreboard of my unit; who has no territory (a river chief, an enterprise) sees his outlets."""
    at = lookup.here(request)
    who = lookup.actor(request)
    on = timezone.localdate()
    waiting = boards.waiting(who, on=on, path=at.path if at else "")
    names = _carried(task for _group, _number, tasks in waiting.groups for task in tasks)
    groups = [
        {
            "key": group,
            "title": _(GROUP_LABELS[group]),
            "number": number,
            "tasks": [shown(task, names) for task in tasks],
        }
        for group, number, tasks in waiting.groups
        if number
    ]
    counts = [(count, [(group, getattr(count, group.value)) for group in Group]) for count in waiting.counts]
    context: dict[str, object] = {"at": at, "grants": who.grants, "groups": groups, "counts": counts}
    context["most"] = waiting.most
    context |= {"reports": waiting.reports, "group_labels": [_(label) for label in GROUP_LABELS.values()]}
    if at is None and is_party(who):
        context |= of_party(who, on=on)
    elif at is None:
        outlets = registry.visible_to(who).select_related("unit").order_by("pk")
        context["outlets"] = list(outlets[:NEWEST])
        context["mine"] = my_waters(who, at=timezone.now())
    else:
        context |= {"mine": my_unit(who, at, at=timezone.now()), "count": how_many(at.path)}
        context["oversight_duties"] = my_duties(who, at, on=on)
    return render(request, "home/home.html", context)


def is_party(who: Actor) -> bool:
    """Whether all that somebody holds is an enterprise's."""
    return bool(who.grants) and all(grant.role is Role.ENTERPRISE for grant in who.grants)


def of_party(who: Actor, *, on: date) -> dict[str, object]:
    """What an enterprise asks first: my outlets, where each stands and what comes next, what I answer for."""
    outlets = list(registry.visible_to(who).select_related("unit").order_by("pk")[: MINE + 1])
    mine = [(one, _steps(one, who, on=on)) for one in outlets[:MINE]]
    policy = policy_of(outlets[0].unit_path if outlets else "", on=on)
    duties = policy.parameters.get("responsibility.duties")
    own = frozenset[int]().union(*(grant.reach.party_ids for grant in who.grants))
    parties = registry.bodies_visible_to(who).filter(pk__in=own).order_by("name", "pk")
    return {
        "is_party": True,
        "mine": mine,
        "more": len(outlets) > MINE,
        "duties": duties,
        "my_parties": list(parties),
    }


def _steps(one: Outlet, who: Actor, *, on: date) -> list[Next]:
    """What leads on. What is closed or merged asks nothing more of its party: to reopen it is no step that waits."""
    if GROUPS[Stage(one.stage)] is StageGroup.GONE:
        return []
    return next_of(one, policy_of(one.unit_path, on=on), who, on=on, at=timezone.now())


@require_safe
def tasks(request: HttpRequest) -> HttpResponse:
    """All tasks of one group of due days, of one duty or (without `duty`) of all, page by page."""
    at = lookup.here(request)
    given, group = request.GET.get("duty", ""), request.GET.get("group", "")
    if not given and not group:  # the way back over a territory
        return redirect("web:home")
    if (given and given not in set(Duty)) or group not in set(Group):
        raise NotFound("duty", given)
    who, after = lookup.actor(request), request.GET.get("after", "")
    asked = {"on": timezone.localdate(), "path": at.path if at else "", "after": after, "limit": PAGE + 1}
    if given:
        found = [(one.after, one) for one in boards.page(who, Duty(given), Group(group), **asked)]  # type: ignore[arg-type]
    else:
        found = boards.page_of_group(who, Group(group), **asked)  # type: ignore[arg-type]
    names = _carried(task for _key, task in found[:PAGE])
    following = {"duty": given, "group": group, "after": found[PAGE - 1][0]} if len(found) > PAGE else {}
    context = {
        "label": _(RULES[Duty(given)].label) if given else _("待办"),
        "group": _(GROUP_LABELS[Group(group)]),
        "tasks": [shown(task, names) for _key, task in found[:PAGE]],
        "next": urlencode(following),
        "trail": lookup.trail(request, at),
    }
    return render(request, "home/tasks.html", context)


def address(task: boards.Task) -> str:
    """The page of the record a task is about."""
    match task.about:
        case Source.ITEM:
            return reverse("web:item", args=[task.about_id])
        case Source.PLAN:
            return reverse("web:plan", args=[task.about_id])
        case Source.STEP:
            return reverse("web:campaign", args=[task.about_id])
        case Source.LEAD:
            return reverse("web:lead", args=[task.about_id])
        case Source.CASE:
            return reverse("web:case", args=[task.about_id])
        case Source.FILER:
            return reverse("web:plans")
    return reverse("web:outlet", args=[task.about_id])


@require_safe
def duties(request: HttpRequest) -> HttpResponse:
    """Every kind of duty: where it comes from, who has it, by when, what ends it, as the scheme of the unit says."""
    at = lookup.here(request)
    policy = policy_of(at.path if at else "", on=timezone.localdate())
    context = {"rows": [explained(duty, policy) for duty in Duty], "at": at, "trail": lookup.trail(request, at)}
    return render(request, "home/duties.html", context)


@dataclass(frozen=True, slots=True)
class Explained:
    """A kind of duty as the page shows it."""

    label: str
    source: str
    owner: str
    due: str
    closes: str
    deadline: object
    asked_by: object


def explained(duty: Duty, policy: Policy) -> Explained:
    """One kind of duty under a policy."""
    rule = RULES[duty]
    deadline, days = policy.parameters.get(rule.deadline), policy.value(rule.deadline) if rule.deadline else None
    match days:
        case None:
            due = _("没有规定期限")
        case 0:
            due = _("当日")
        case date():
            due = days.isoformat()
        case _ if rule.since == "due":
            due = _("交办时写明的日期；没有写的为交办后 %(days)s 个工作日") % {"days": days}
        case _:
            due = _("%(since)s后 %(days)s 个工作日") % {"since": _(SINCE[rule.since]), "days": days}
    able = _("可以“%(permission)s”的人员") % {"permission": _(LABELS[rule.permission])}
    return Explained(
        label=_(rule.label),
        source=_(SOURCES[rule.source]) + (_("：%(stage)s") % {"stage": _(STAGES[rule.stage])} if rule.stage else ""),
        owner=_("本单位%(able)s") % {"able": able} if rule.body_acts else able,
        due=due,
        closes=_(rule.closes),
        deadline=deadline if days is not None else None,
        asked_by=policy.parameters.get(rule.clause_of),
    )


def _carried(tasks: Iterable[boards.Task]) -> dict[int, tuple[str, str]]:
    """Whom the items that were put before somebody wait for: several of one title differ in nothing else."""
    found = dispatch.carriers(task.about_id for task in tasks if task.duty is Duty.COORDINATE)
    return {item: _waits_for(parts) for item, parts in found.items()}


def _waits_for(parts: Sequence[Part]) -> tuple[str, str]:
    late = [one.name for one in parts if one.state == PartState.AWAITING]
    names = late or [one.name for one in parts]
    said = _("、").join(names[:NAMED])
    if len(names) > NAMED:
        said = _("%(names)s等 %(n)s 家") % {"names": said, "n": len(names)}
    return (_("待反馈") if late else _("已反馈，待办结")), said


def shown(task: boards.Task, carried: Mapping[int, tuple[str, str]] | None = None) -> Shown:
    """A task of the board as the page shows it."""
    page = address(task)
    act = ACTS.get(task.duty)
    url = reverse("web:act", args=[task.about_id, act]) if act else page
    url = reverse("web:duplicates") if task.duty is Duty.UNSHARE else url
    if task.duty in {Duty.STANDARDISE, Duty.SUPERVISE}:
        url = reverse("web:outlet-standardisation", args=[task.about_id])
    if task.duty in {Duty.CODE, Duty.ERECT_SIGN, Duty.MEND_SIGN}:
        url = reverse("web:outlet-signs", args=[task.about_id])
    if task.duty is Duty.LEAVE_SEWER:
        url = f"{reverse('web:type-records')}?kind=wwtp_assessment"
    if task.duty is Duty.TRACE:
        url = f"{reverse('web:case-new')}?outlet={task.about_id}"
    return Shown(
        sentence=task.sentence,
        due=task.due,
        clause=task.clause,
        status=task.status,
        button=_(RULES[task.duty].label),
        url=url,
        page=page,
        carried=(carried or {}).get(task.about_id) if task.duty is Duty.COORDINATE else None,
    )
