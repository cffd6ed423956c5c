"""May they? One function per action, with the same name."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date

from qingyuan.core import access
from qingyuan.core.access import Actor, Permission, Place
from qingyuan.core.refusal import Refusal, guard
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.library.models import File
from qingyuan.stages.reporting.filers import Filer, Scheme
from qingyuan.stages.reporting.models import PlanState, SubordinatePlan


def place_of(filer: Filer) -> Place:
    """Where a filer stands: a department is reached through its unit or through itself."""
    return Place(unit_path=filer.unit.path, managing_body_id=filer.body.pk if filer.body else None)


@guard
def file_plan(
    filer: Filer, scheme: Scheme, *, title: str, sha256: str, issued_on: date | None, on: date, by: Actor
) -> Iterator[Refusal | None]:
    """Reasons against filing a plan."""
    yield access.refusal(by, Permission.PLAN_FILE, place_of(filer))
    last = latest(scheme, filer)
    if last is not None and last.state == PlanState.APPROVED:
        yield Refusal("plan.approved_already", _("该单位的实施方案已审核通过。"))
    if last is not None and last.state == PlanState.FILED:
        yield Refusal("plan.waiting", _("该单位已报送实施方案，正在等待审核。"))
    if not title.strip():
        yield Refusal("plan.no_title", _("请填写方案名称。"))
    if issued_on is None:
        yield Refusal("plan.no_day", _("请填写印发日期。"))
    elif issued_on > on:
        yield Refusal("plan.later", _("印发日期不能晚于报送日期。"))
    if not File.objects.filter(sha256=sha256).exists():
        yield Refusal("plan.no_file", _("请上传方案文件。"))


@guard
def approve_plan(plan: SubordinatePlan, scheme: Scheme, *, by: Actor) -> Iterator[Refusal | None]:
    """Reasons against approving a plan: among them a part the scheme asks for that it does not have (吉林 四(十三))."""
    yield access.refusal(by, Permission.PLAN_APPROVE, Place(unit_path=plan.root_path))
    yield _decided(plan)
    if plan.filed_by == by.id:
        yield Refusal("plan.four_eyes", _("报送人不能审核自己报送的方案。"))
    if lacking := missing_parts(plan.parts, scheme):
        yield Refusal(
            "plan.part_missing",
            _("方案缺少“%(parts)s”部分，不能通过。"),
            {"parts": "、".join(lacking)},
            scheme.required_clause,
        )


@guard
def refuse_plan(plan: SubordinatePlan, *, reason: str, by: Actor) -> Iterator[Refusal | None]:
    """Reasons against sending a plan back."""
    yield access.refusal(by, Permission.PLAN_APPROVE, Place(unit_path=plan.root_path))
    yield _decided(plan)
    if not reason.strip():
        yield Refusal("plan.no_reason", _("请填写退回理由。"))


@guard
def set_due(scheme: Scheme, *, day: date | None, by: Actor) -> Iterator[Refusal | None]:
    """Reasons against deciding a day by which plans are due."""
    yield access.refusal(by, Permission.PLAN_APPROVE, Place(unit_path=scheme.root.path))
    if scheme.due.day is not None and not scheme.due.is_decision:
        yield Refusal("plan.due_is_set", _("方案已定报送期限，不能另定。"), clause=scheme.due.clause)
    if day is None:
        yield Refusal("plan.no_due", _("请填写报送期限。"))


def missing_parts(parts: Collection[str], scheme: Scheme) -> tuple[str, ...]:
    """The parts the scheme asks for that a plan does not have."""
    return tuple(one for one in scheme.required if one not in parts)


def latest(scheme: Scheme, filer: Filer) -> SubordinatePlan | None:
    """The plan a filer filed last."""
    rows = SubordinatePlan.objects.filter(root_path=scheme.root.path, filer=filer.key)
    return rows.order_by("-number").first()


def _decided(plan: SubordinatePlan) -> Refusal | None:
    if plan.state == PlanState.FILED:
        return None
    return Refusal("plan.decided", _("该方案已经审核。"))
