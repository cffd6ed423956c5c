"""排查专项: campaigns, plans, segments, tracks, coverage, second walks."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router

from qingyuan.api import asking
from qingyuan.api.paging import next_address
from qingyuan.api.shapes import Id, Page, Ref, Word
from qingyuan.api.v1 import survey_given as sent
from qingyuan.api.v1 import survey_shapes as shapes
from qingyuan.api.v1.act_reading import body_of, unit_of, water_of
from qingyuan.api.v1.act_shapes import OnDay
from qingyuan.api.v1.ledger_shapes import entry_of
from qingyuan.api.v1.outlet_shapes import reason_of
from qingyuan.api.v1.survey_shapes import CampaignFile, CampaignRow, SegmentRow
from qingyuan.api.writes import write
from qingyuan.bodies.models import Body
from qingyuan.core.access import Actor, Permission
from qingyuan.core.refusal import NotFound, Refusal
from qingyuan.flows import survey_support
from qingyuan.ledger import queries as ledger
from qingyuan.places.models import Water
from qingyuan.stages.survey import (
    finishing,
    guards,
    queries,
)
from qingyuan.stages.survey.actions import campaigns, plans, segments
from qingyuan.stages.survey.drafts import MemberDraft, StepDraft, TeamDraft
from qingyuan.stages.survey.models import Campaign, Segment, Team
from qingyuan.stages.survey.words import CampaignState

router = Router(tags=["排查"])
SIZE = 50
TIMELINE = 100
LEAD = Permission.SURVEY_LEAD
RECORD = Permission.SURVEY_RECORD
SOME = "—"


@router.get("/campaigns", response=Page[CampaignRow], summary="排查专项列表")
def listed(
    request: HttpRequest, unit: Word = "", state: CampaignState | None = None, q: Word = "", after: Id | None = None
) -> Page[CampaignRow]:
    """范围内的专项，新的在前，附已走岸线。"""
    who = asking.require(request, Permission.OUTLET_VIEW)
    path = asking.unit(request, unit).path if unit else ""
    found = queries.listed(who, path=path, state=state.value if state else "", text=q, after=after or 0, limit=SIZE + 1)
    rows = found[:SIZE]
    progress = queries.progress_of(rows)
    last = rows[-1].pk if len(found) > SIZE else None
    items = [CampaignRow(**shapes.fields_of(one, progress[one.pk])) for one in rows]  # type: ignore[arg-type]
    return Page[CampaignRow](items=items, next=next_address(request, last))


@router.post("/campaigns", response=CampaignFile, summary="拟定排查专项")
@write(status=201)
def draft(request: HttpRequest, given: sent.Draft) -> CampaignFile:
    """由方案规定的排查主体拟定；其他单位答 403。方案规定的配合单位自动列入。"""
    by, at = asking.require(request, LEAD), timezone.now()
    made = campaigns.draft(
        by,
        title=given.title,
        kind=given.kind,
        unit=unit_of(request, given.unit),
        waters=[_water(code) for code in given.waters],
        starts_on=given.starts_on,
        ends_on=given.ends_on,
        managing_body=body_of(given.managing_body),
        teams=[_team(one) for one in given.teams],
        supporting=[_body(pk) for pk in given.supporting],
        on=given.on,
        at=at,
    )
    asking.located(request, f"/api/v1/campaigns/{made.key}")
    return _told(request, made)


@router.get("/campaigns/{key}", response=CampaignFile, summary="一个排查专项")
def shown(request: HttpRequest, key: Word) -> CampaignFile:
    """进度、队伍、方案、配合单位，完成之前还缺什么，以及不能办理的理由。"""
    return _told(request, queries.campaign(asking.actor(request), key))


@router.post("/campaigns/{key}/teams", response=CampaignFile, summary="增加队伍")
@write(changes=True)
def add_team(request: HttpRequest, key: Word, given: sent.AddTeam) -> CampaignFile:
    """排查队伍或者复核队伍。"""
    found, by = _to_change(request, key, LEAD), asking.actor(request)
    campaigns.add_team(found, _team(given.team), by=by, on=given.on, at=timezone.now())
    return _told(request, found)


@router.post("/campaigns/{key}/plan", response=CampaignFile, summary="提交方案")
@write(changes=True)
def file_plan(request: HttpRequest, key: Word, given: sent.FilePlan) -> CampaignFile:
    """方案文件、工作程序、路线图、时间表和责任单位。"""
    found, by = _to_change(request, key, LEAD), asking.actor(request)
    steps = [StepDraft(one.procedure, one.text, one.due, one.body_name, body_of(one.body)) for one in given.timetable]
    steps = [one if one.body_name or not one.body else StepDraft(*_named(one)) for one in steps]
    plans.file_plan(
        found,
        paper=given.paper,
        procedures=given.procedures,
        roadmap=given.roadmap,
        steps=steps,
        by=by,
        on=given.on,
        at=timezone.now(),
    )
    return _told(request, found)


def _named(step: StepDraft) -> tuple:
    return step.procedure, step.text, step.due, step.body.name if step.body else "", step.body


@router.post("/campaigns/{key}/approve-plan", response=CampaignFile, summary="审定方案")
@write(changes=True)
def approve_plan(request: HttpRequest, key: Word, given: OnDay) -> CampaignFile:
    """由拟定人以外的人员审定；缺少程序的退回并写明。"""
    found, by = _to_change(request, key, Permission.SURVEY_APPROVE), asking.actor(request)
    plans.approve_plan(found, by=by, on=given.on, at=timezone.now())
    return _told(request, found)


@router.post("/campaigns/{key}/start", response=CampaignFile, summary="启动排查")
@write(changes=True)
def start(request: HttpRequest, key: Word, given: OnDay) -> CampaignFile:
    """方案要求先有实施方案的，未审定时答 PLAN_REQUIRED。配合单位随即收到交办事项。"""
    found, by, at = _to_change(request, key, LEAD), asking.actor(request), timezone.now()
    campaigns.start(found, by=by, on=given.on, at=at)
    survey_support.hand_out(found, by=by, on=asking.today(), at=at)
    return _told(request, found)


@router.post("/campaigns/{key}/finish", response=CampaignFile, summary="完成排查")
@write(changes=True)
def finish(request: HttpRequest, key: Word, given: OnDay) -> CampaignFile:
    """岸段全部完成、走到、有结果，线索全部处置；否则写明缺什么。"""
    found, by = _to_change(request, key, LEAD), asking.actor(request)
    campaigns.finish(found, by=by, on=given.on, at=timezone.now())
    return _told(request, found)


@router.post("/campaigns/{key}/withdraw", response=CampaignFile, summary="撤销专项")
@write(changes=True)
def withdraw(request: HttpRequest, key: Word, given: sent.WithReason) -> CampaignFile:
    """撤销后不再计入；记录仍可查。"""
    found, by = _to_change(request, key, LEAD), asking.actor(request)
    campaigns.withdraw(found, reason=given.reason, by=by, on=given.on, at=timezone.now())
    return _told(request, found)


@router.post("/campaigns/{key}/cut", response=CampaignFile, summary="按河线划分岸段")
@write(changes=True)
def cut(request: HttpRequest, key: Word, given: sent.Cut) -> CampaignFile:
    """按系统内的河线划分；官方河线文件在页面上传。"""
    found, by = _to_change(request, key, LEAD), asking.actor(request)
    segments.cut_water(
        found, _water(given.water), banks=given.banks, piece_m=given.piece_m, by=by, on=given.on, at=timezone.now()
    )
    return _told(request, found)


@router.post("/campaigns/{key}/segments", response=CampaignFile, summary="人工填报岸段")
@write(changes=True)
def add_segment(request: HttpRequest, key: Word, given: sent.AddSegment) -> CampaignFile:
    """没有河线的沟渠、塘坝等，只填长度。"""
    found, by = _to_change(request, key, LEAD), asking.actor(request)
    segments.add_by_hand(
        found,
        _water(given.water),
        bank=given.bank,
        name=given.name,
        length_m=given.length_m,
        unit=unit_of(request, given.unit) if given.unit else found.unit,
        by=by,
        on=given.on,
        at=timezone.now(),
    )
    return _told(request, found)


@router.post("/campaigns/{key}/assign", response=CampaignFile, summary="分派岸段")
@write(changes=True)
def assign(request: HttpRequest, key: Word, given: sent.Assign) -> CampaignFile:
    """按岸段号分派给队伍。"""
    found, by = _to_change(request, key, LEAD), asking.actor(request)
    team = team_of(found, given.team)
    rows = Segment.objects.filter(campaign=found, number__in=given.segments).select_related("campaign")
    segments.assign(
        list(rows.order_by("number")),
        team,
        starts_on=given.starts_on,
        ends_on=given.ends_on,
        by=by,
        on=given.on,
        at=timezone.now(),
    )
    return _told(request, found)


@router.get("/campaigns/{key}/segments", response=Page[SegmentRow], summary="专项的岸段")
def segments_of(request: HttpRequest, key: Word, open_only: bool = False, after: Id | None = None) -> Page[SegmentRow]:
    """按岸段号，附三级结果、已走部分和缺口。"""
    who = asking.actor(request)
    found = queries.campaign(who, key)
    rows = queries.segments(who, found, open_only=open_only, after=after or 0, limit=SIZE + 1)
    last = rows[SIZE - 1].number if len(rows) > SIZE else None
    return Page[SegmentRow](items=[_row(one) for one in rows[:SIZE]], next=next_address(request, last))


def _row(one: Segment) -> SegmentRow:
    gaps = [[gap.from_m, gap.to_m] for gap in queries.gaps([one])]
    return SegmentRow(**shapes.segment_fields(one, gaps))  # type: ignore[arg-type]


# --- reading what was sent, telling what stands


def _water(code: str) -> Water:
    found = water_of(code)
    if found is None:
        raise NotFound("water", code)
    return found


def _body(pk: int) -> Body:
    found = body_of(pk)
    if found is None:
        raise NotFound("body", str(pk))
    return found


def _team(given: sent.TeamGiven) -> TeamDraft:
    members = tuple(MemberDraft(one.name, one.officer) for one in given.members)
    return TeamDraft(given.name, members, body_of(given.body), given.is_technical, given.is_second)


def team_of(found: Campaign, pk: int) -> Team:
    """A team of a campaign; NotFound for none."""
    team = Team.objects.filter(campaign=found, pk=pk).select_related("campaign").first()
    if team is None:
        raise NotFound("team", str(pk))
    return team


def _to_change(request: HttpRequest, key: str, permission: Permission) -> Campaign:
    """The campaign to be acted upon, as the client read it; held until the act is done."""
    found = queries.campaign(asking.actor(request), key)
    asking.require(request, permission)
    Campaign.objects.select_for_update().filter(pk=found.pk).values_list("pk").first()
    found.refresh_from_db(fields=["version", "state"])
    asking.as_read(request, found.version, found.title)
    return found


def _told(request: HttpRequest, found: Campaign) -> CampaignFile:
    who, on = asking.actor(request), asking.today()
    asking.seen(request, found.version)
    progress = queries.progress_of([found])[found.pk]
    missing = finishing.missing(found, on=on) if found.state == CampaignState.STARTED else []
    teams = found.teams.prefetch_related("members").order_by("pk")
    return CampaignFile(
        **shapes.fields_of(found, progress),  # type: ignore[arg-type]
        waters=[Ref(id=one.pk, name=one.name) for one in found.waters.defer("geometry").order_by("path")],
        procedures=found.procedures,
        roadmap=found.roadmap,
        plan=found.plan_sha256,
        plan_filed_on=found.plan_filed_on,
        approved_on=found.approved_on,
        started_on=found.started_on,
        teams=[
            shapes.TeamRow(
                id=one.pk,
                name=one.name,
                is_technical=one.is_technical,
                is_second=one.is_second,
                members=[member.name for member in one.members.all()],
            )
            for one in teams
        ],
        timetable=[
            shapes.TimetableRow(
                number=one.number,
                procedure=one.procedure,
                text=one.text,
                due=one.due,
                body=one.body_name,
                done_on=one.done_on,
            )
            for one in queries.steps_of(found)
        ],
        supporting=[
            shapes.SupportRow(name=one.name, clause=one.clause, state=str(one.part.state) if one.part else None)
            for one in survey_support.states(found)
        ],
        missing=[told for one in missing if (told := reason_of(one))],
        against={name: reason_of(one) for name, one in _against(found, who).items()},
        timeline=[entry_of(line) for line in ledger.timeline("campaign", str(found.pk), limit=TIMELINE)],
    )


def _against(found: Campaign, by: Actor) -> dict[str, Refusal | None]:
    """What stands against each act; what will be sent with it is taken to be in order."""
    at, on = timezone.now(), asking.today()
    return {
        "plan": guards.file_plan(found, paper=SOME, steps=(), by=by, on=on, at=at),
        "approve-plan": guards.approve_plan(found, by=by, on=on, at=at),
        "start": guards.start(found, by=by, on=on, at=at),
        "finish": guards.finish(found, missing=finishing.missing(found, on=on), by=by, on=on, at=at),
        "withdraw": guards.withdraw(found, reason=SOME, by=by, on=on, at=at),
    }
