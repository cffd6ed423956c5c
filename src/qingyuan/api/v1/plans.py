"""实施方案登记: who must file a plan, who did, who is overdue; filing, approving, sending back."""

from __future__ import annotations

from datetime import date, datetime

from django.http import FileResponse, HttpRequest
from django.utils import timezone
from ninja import Router
from pydantic import Field

from qingyuan.api import asking
from qingyuan.api.openapi_parts import binary
from qingyuan.api.shapes import Day, Given, Id, Reason, Ref, Sha256, Told, Word, text
from qingyuan.api.v1.downloads import download
from qingyuan.api.v1.outlet_shapes import reason_of
from qingyuan.api.writes import write
from qingyuan.core.access import Permission, Place, may_see
from qingyuan.core.refusal import NotFound
from qingyuan.places.models import Unit
from qingyuan.stages.reporting import actions, guards, queries
from qingyuan.stages.reporting.filers import Scheme, scheme_for
from qingyuan.stages.reporting.models import SubordinatePlan
from qingyuan.stages.reporting.queries import Line

router = Router(tags=["实施方案"])


class FilerRow(Told):
    """A line of the register. `plan`: the one filed last."""

    filer: str
    name: str
    unit: Ref
    clause: str
    standing: str = Field(description="overdue 逾期、missing 未报送、filed 待审核、refused 已退回、approved 通过")
    late_days: int = Field(description="逾期天数，d")
    plan: int | None


class PlanRegister(Told):
    """What a coordinating unit asks for, and how every line stands on a day. `due` null: nobody set a day."""

    unit: Ref
    on: date
    due: date | None
    due_clause: str
    due_is_decision: bool
    parts: list[str]
    required: list[str]
    required_clause: str
    lines: list[FilerRow]


class PlanFile(Told):
    """One plan: what it has and lacks, and what may be done now (null: it may)."""

    id: int
    version: int
    filer: str
    name: str
    unit: Ref
    number: int
    title: str
    sha256: str
    issued_on: date
    filed_on: date
    filed_at: datetime
    parts: list[str]
    missing: list[str]
    state: str
    reason: str
    decided_on: date | None
    is_demo: bool
    why_not_approve: Reason | None
    why_not_refuse: Reason | None


class NewPlan(Given):
    """A plan; its file is uploaded to /files before."""

    unit: Word = Field(description="行政区划代码")
    filer: text(48, least=1) = Field(description="登记表一行的键（filer）")  # type: ignore[valid-type]
    title: text(200, least=1)  # type: ignore[valid-type]
    sha256: Sha256
    issued_on: Day
    parts: list[Word] = Field(default_factory=list, max_length=50)


class PlanOpinion(Given):
    """Why it is sent back."""

    reason: text(500, least=1)  # type: ignore[valid-type]


class DueDay(Given):
    """The day the coordinating unit decides."""

    unit: Word
    day: Day
    reason: text(200) = ""  # type: ignore[valid-type]


@router.get("/plans", response=PlanRegister, summary="实施方案登记表")
def listed(request: HttpRequest, unit: Word = "", on: Day | None = None) -> PlanRegister:
    """某日的情况：应报、已报、逾期、未报。所在方案不要求报送的，答 404。"""
    asking.require(request, Permission.OUTLET_VIEW)
    day = on or asking.today()
    at, scheme = _scheme(request, unit, on=day)
    who = asking.actor(request)
    seen = [line for line in queries.register(scheme, on=day) if may_see(who, guards.place_of(line.filer))]
    lines = [line for line in seen if line.filer.unit.path.startswith(at.path)] or seen
    return PlanRegister(
        unit=Ref(id=scheme.root.code, name=scheme.root.name),
        on=day,
        due=scheme.due.day,
        due_clause=scheme.due.clause,
        due_is_decision=scheme.due.is_decision,
        parts=list(scheme.offered),
        required=list(scheme.required),
        required_clause=scheme.required_clause,
        lines=[_line(one) for one in lines],
    )


@router.post("/plans", response=PlanFile, summary="报送实施方案")
@write(status=201)
def file_plan(request: HttpRequest, given: NewPlan) -> PlanFile:
    """同一单位等待审核时不能再报；退回后可以再报。"""
    by, at, on = asking.require(request, Permission.PLAN_FILE), timezone.now(), asking.today()
    _at, scheme = _scheme(request, given.unit, on=on)
    filer = queries.filer_of(scheme, given.filer)
    if not may_see(by, guards.place_of(filer)):
        raise NotFound("plan", given.filer)
    made = actions.file_plan(
        filer,
        scheme,
        title=given.title,
        sha256=given.sha256,
        issued_on=given.issued_on,
        parts=given.parts,
        on=on,
        by=by,
        at=at,
    )
    asking.located(request, f"/api/v1/plans/{made.pk}")
    return _told(request, made)


@router.post("/plans/due", response=PlanRegister, summary="确定报送期限")
@write()
def set_due(request: HttpRequest, given: DueDay) -> PlanRegister:
    """方案没有规定期限的，由牵头地区确定；注明是本地决定。"""
    by, on = asking.require(request, Permission.PLAN_APPROVE), asking.today()
    _at, scheme = _scheme(request, given.unit, on=on)
    actions.set_due(scheme, day=given.day, reason=given.reason, on=on, by=by, at=timezone.now())
    return listed(request, given.unit)


@router.get("/plans/{pk}", response=PlanFile, summary="一份实施方案")
def shown(request: HttpRequest, pk: Id) -> PlanFile:
    """有哪些部分、缺哪些部分、审核结果。"""
    asking.require(request, Permission.OUTLET_VIEW)
    return _told(request, _plan(request, pk))


@router.get("/plans/{pk}/document", summary="下载实施方案", openapi_extra=binary())
def document(request: HttpRequest, pk: Id) -> FileResponse:
    """方案文件，总是作为附件。"""
    asking.require(request, Permission.OUTLET_VIEW)
    found = _plan(request, pk)
    return download(found.sha256, found.title)


@router.post("/plans/{pk}/approve", response=PlanFile, summary="审核通过")
@write(changes=True)
def approve(request: HttpRequest, pk: Id) -> PlanFile:
    """报送人以外的人审核；缺少方案要求的部分不能通过。"""
    found = _to_change(request, pk)
    scheme = _scheme_of(found)
    made = actions.approve_plan(found, scheme, on=asking.today(), by=asking.actor(request), at=timezone.now())
    return _told(request, made)


@router.post("/plans/{pk}/refuse", response=PlanFile, summary="退回实施方案")
@write(changes=True)
def refuse(request: HttpRequest, pk: Id, given: PlanOpinion) -> PlanFile:
    """须写明理由；报送单位可以再报。"""
    found, by = _to_change(request, pk), asking.actor(request)
    made = actions.refuse_plan(found, reason=given.reason, on=asking.today(), by=by, at=timezone.now())
    return _told(request, made)


def _scheme(request: HttpRequest, code: str, *, on: date) -> tuple[Unit, Scheme]:
    at = asking.unit_or_own(request, code)
    scheme = scheme_for(at, on=on) if at else None
    if at is None or scheme is None:
        raise NotFound("plan", code)
    return at, scheme


def _scheme_of(found: SubordinatePlan) -> Scheme:
    scheme = scheme_for(found.unit, on=asking.today())
    if scheme is None:
        raise NotFound("plan", str(found.pk))
    return scheme


def _plan(request: HttpRequest, pk: int) -> SubordinatePlan:
    found = queries.plan(pk)
    if not may_see(asking.actor(request), Place(unit_path=found.unit.path, managing_body_id=found.body_id)):
        raise NotFound("plan", str(pk))
    return found


def _to_change(request: HttpRequest, pk: int) -> SubordinatePlan:
    found = _plan(request, pk)
    asking.require(request, Permission.PLAN_APPROVE)
    asking.as_read(request, found.version, found.title)
    return found


def _line(one: Line) -> FilerRow:
    filer = one.filer
    return FilerRow(
        filer=filer.key,
        name=filer.name,
        unit=Ref(id=filer.unit.code, name=filer.unit.name),
        clause=filer.clause,
        standing=one.standing.value,
        late_days=one.late_days,
        plan=one.plan.pk if one.plan else None,
    )


def _told(request: HttpRequest, found: SubordinatePlan) -> PlanFile:
    scheme, who = _scheme_of(found), asking.actor(request)
    asking.seen(request, found.version)
    plain = ("version", "filer", "number", "title", "sha256", "issued_on", "filed_on", "filed_at", "parts", "state")
    return PlanFile(
        **{name: getattr(found, name) for name in (*plain, "reason", "decided_on", "is_demo")},
        id=found.pk,
        name=found.body.name if found.body else found.unit.name,
        unit=Ref(id=found.unit.code, name=found.unit.name),
        missing=list(guards.missing_parts(found.parts, scheme)),
        why_not_approve=reason_of(guards.approve_plan(found, scheme, by=who)),
        why_not_refuse=reason_of(guards.refuse_plan(found, reason="-", by=who)),
    )
