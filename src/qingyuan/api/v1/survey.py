"""排查专项: campaigns, plans, segments, tracks, coverage, second walks."""

from __future__ import annotations

from decimal import Decimal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router

from qingyuan.api import asking
from qingyuan.api.paging import next_address
from qingyuan.api.shapes import Id, Page, Word
from qingyuan.api.v1 import survey_shapes as shapes
from qingyuan.api.v1.act_reading import body_of, unit_of, water_of
from qingyuan.api.v1.act_shapes import OnDay
from qingyuan.api.v1.ledger_shapes import entry_of
from qingyuan.api.v1.outlet_shapes import reason_of
from qingyuan.api.v1.survey_shapes import CampaignFile, CampaignRow, SegmentFile, SegmentRow
from qingyuan.api.writes import write
from qingyuan.bodies.models import Body
from qingyuan.core.access import Actor, Permission
from qingyuan.core.refusal import NotFound, Refusal
from qingyuan.flows import survey_support
from qingyuan.ledger import queries as ledger
from qingyuan.places.models import Water
from qingyuan.registry import queries as registry
from qingyuan.stages.survey import (
    finishing,
    guards,
    lines,
    queries,
    queries_coverage,
    queries_rechecks,
)
from qingyuan.stages.survey.actions import campaigns, plans, rechecks, segments, tracks
from qingyuan.stages.survey.actions.rechecks import Difference
from qingyuan.stages.survey.drafts import MemberDraft, StepDraft, TeamDraft
from qingyuan.stages.survey.models import Campaign, Segment, Team
from qingyuan.stages.survey.models_rechecks import RecheckSegment
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
def draft(request: HttpRequest, given: shapes.Draft) -> CampaignFile:
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
def add_team(request: HttpRequest, key: Word, given: shapes.AddTeam) -> CampaignFile:
    """排查队伍或者复核队伍。"""
    found, by = _to_change(request, key, LEAD), asking.actor(request)
    campaigns.add_team(found, _team(given.team), by=by, on=given.on, at=timezone.now())
    return _told(request, found)


@router.post("/campaigns/{key}/plan", response=CampaignFile, summary="提交方案")
@write(changes=True)
def file_plan(request: HttpRequest, key: Word, given: shapes.FilePlan) -> CampaignFile:
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
def withdraw(request: HttpRequest, key: Word, given: shapes.WithReason) -> CampaignFile:
    """撤销后不再计入；记录仍可查。"""
    found, by = _to_change(request, key, LEAD), asking.actor(request)
    campaigns.withdraw(found, reason=given.reason, by=by, on=given.on, at=timezone.now())
    return _told(request, found)


@router.post("/campaigns/{key}/cut", response=CampaignFile, summary="按河线划分岸段")
@write(changes=True)
def cut(request: HttpRequest, key: Word, given: shapes.Cut) -> CampaignFile:
    """按系统内的河线划分；官方河线文件在页面上传。"""
    found, by = _to_change(request, key, LEAD), asking.actor(request)
    segments.cut_water(
        found, _water(given.water), banks=given.banks, piece_m=given.piece_m, by=by, on=given.on, at=timezone.now()
    )
    return _told(request, found)


@router.post("/campaigns/{key}/segments", response=CampaignFile, summary="人工填报岸段")
@write(changes=True)
def add_segment(request: HttpRequest, key: Word, given: shapes.AddSegment) -> CampaignFile:
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
def assign(request: HttpRequest, key: Word, given: shapes.Assign) -> CampaignFile:
    """按岸段号分派给队伍。"""
    found, by = _to_change(request, key, LEAD), asking.actor(request)
    team = _team_of(found, given.team)
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


@router.get("/segments/{pk}", response=SegmentFile, summary="一个岸段")
def segment(request: HttpRequest, pk: Id) -> SegmentFile:
    """附河线。"""
    return _segment(request, queries.segment_of(asking.actor(request), pk))


@router.post("/segments/{pk}/levels", response=SegmentFile, summary="记录级次结果")
@write(changes=True)
def record_level(request: HttpRequest, pk: Id, given: shapes.LevelGiven) -> SegmentFile:
    """三级（攻坚）须在二级（徒步）之后。"""
    found, by = _segment_to_change(request, pk, RECORD), asking.actor(request)
    segments.record_level(
        found,
        level=given.level,
        result=given.result,
        techniques=given.techniques,
        note=given.note,
        by=by,
        on=given.on,
        at=timezone.now(),
    )
    return _segment(request, found)


@router.post("/segments/{pk}/close", response=SegmentFile, summary="完成岸段")
@write(changes=True)
def close_segment(request: HttpRequest, pk: Id, given: shapes.CloseSegment) -> SegmentFile:
    """有排口或者无排口；未走到的不能完成。"""
    found, by = _segment_to_change(request, pk, RECORD), asking.actor(request)
    segments.close_segment(found, has_outlets=given.has_outlets, by=by, on=given.on, at=timezone.now())
    return _segment(request, found)


@router.post("/segments/{pk}/reopen", response=SegmentFile, summary="重新排查岸段")
@write(changes=True)
def reopen_segment(request: HttpRequest, pk: Id, given: shapes.WithReason) -> SegmentFile:
    """走过的仍算走过。"""
    found, by = _segment_to_change(request, pk, LEAD), asking.actor(request)
    segments.reopen_segment(found, reason=given.reason, by=by, on=given.on, at=timezone.now())
    return _segment(request, found)


@router.post("/tracks", response=shapes.TrackTold, summary="上传轨迹")
@write(status=201)
def take_track(request: HttpRequest, given: shapes.TrackGiven) -> shapes.TrackTold:
    """同一 client_id 重发只入库一次。跳点、时钟错误等写明，轨迹照收。"""
    by = asking.require(request, RECORD)
    made = tracks.take_track(
        by,
        client_id=given.client_id,
        campaign_key=given.campaign,
        segment_id=given.segment,
        points=given.points,
        device=given.device,
        at=timezone.now(),
    )
    return shapes.track_of(made)


@router.get("/survey/coverage", response=shapes.CoverageTold, summary="岸线覆盖")
def coverage(request: HttpRequest, unit: Word = "", after: Word = "") -> shapes.CoverageTold:
    """按区划、水体的已走岸线和缺口。"""
    who = asking.require(request, Permission.OUTLET_VIEW)
    at = asking.unit_or_own(request, unit)
    if at is None:
        raise NotFound("unit", unit)
    page = queries_coverage.gaps(who, path=at.path, after=after, limit=SIZE)
    units, waters = queries_coverage.by_unit(who, at), queries_coverage.by_water(who, at)
    return shapes.CoverageTold(
        unit=at.code,
        units=[shapes.UnitTold(name=one.name, progress=shapes.progress_of(one.progress)) for one in units],
        waters=[shapes.UnitTold(name=one.name, progress=shapes.progress_of(one.progress)) for one in waters],
        gaps=[
            shapes.GapTold(
                segment=one.segment.pk,
                number=one.segment.number,
                campaign=one.segment.campaign.key,
                from_m=one.from_m,
                to_m=one.to_m,
            )
            for one in page.rows
        ],
        next=page.after,
    )


@router.post("/campaigns/{key}/rechecks", response=shapes.RecheckTold, summary="抽取复核岸段")
@write(status=201)
def draw(request: HttpRequest, key: Word, given: shapes.DrawGiven) -> shapes.RecheckTold:
    """按种子从完成的岸段中抽取，凭种子可以复算。"""
    by = asking.actor(request)
    found = queries.campaign(by, key)
    asking.require(request, Permission.SURVEY_RECHECK)
    made = rechecks.draw(
        found,
        team=_team_of(found, given.team),
        seed=given.seed,
        share=Decimal(str(given.share)),
        by=by,
        on=given.on,
        at=timezone.now(),
    )
    return _recheck(request, made.pk)


@router.get("/rechecks/{pk}", response=shapes.RecheckTold, summary="一次抽查复核")
def recheck(request: HttpRequest, pk: Id) -> shapes.RecheckTold:
    """抽到的岸段、两次结果的差异、漏查率和差错率。"""
    return _recheck(request, pk)


@router.post("/rechecks/{pk}/parts/{part}", response=shapes.RecheckTold, summary="登记复核结果")
@write()
def second_walk(request: HttpRequest, pk: Id, part: Id, given: shapes.SecondWalk) -> shapes.RecheckTold:
    """由复核队伍登记；首次排查的队员不能登记。"""
    by = asking.actor(request)
    found = queries_rechecks.recheck(by, pk)
    rows = RecheckSegment.objects.select_related("segment__campaign", "segment__water", "recheck__campaign")
    one = rows.select_related("recheck__team").filter(recheck=found, pk=part).first()
    if one is None:
        raise NotFound("part", str(part))
    findings = [
        Difference(
            given_one.kind,
            given_one.name,
            registry.outlet(by, given_one.outlet) if given_one.outlet else None,
            given_one.field,
            given_one.first,
            given_one.second,
        )
        for given_one in given.findings
    ]
    rechecks.record_second_walk(one, findings=findings, note=given.note, by=by, on=given.on, at=timezone.now())
    return _recheck(request, pk)


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


def _team(given: shapes.TeamGiven) -> TeamDraft:
    members = tuple(MemberDraft(one.name, one.officer) for one in given.members)
    return TeamDraft(given.name, members, body_of(given.body), given.is_technical, given.is_second)


def _team_of(found: Campaign, pk: int) -> Team:
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


def _segment_to_change(request: HttpRequest, pk: int, permission: Permission) -> Segment:
    found = queries.segment_of(asking.actor(request), pk)
    asking.require(request, permission)
    Segment.objects.select_for_update().filter(pk=pk).values_list("pk").first()
    found.refresh_from_db(fields=["version", "closed_on", "covered", "covered_m"])
    asking.as_read(request, found.version, str(found.number))
    return found


def _row(one: Segment) -> SegmentRow:
    gaps = [[gap.from_m, gap.to_m] for gap in queries.gaps([one])]
    return SegmentRow(**shapes.segment_fields(one, gaps))  # type: ignore[arg-type]


def _segment(request: HttpRequest, one: Segment) -> SegmentFile:
    asking.seen(request, one.version)
    gaps = [[gap.from_m, gap.to_m] for gap in queries.gaps([one])]
    line = [] if one.line is None else lines.as_array(one.line)[:, :2].round(6).tolist()
    return SegmentFile(**shapes.segment_fields(one, gaps), line=line)  # type: ignore[arg-type]


def _recheck(request: HttpRequest, pk: int) -> shapes.RecheckTold:
    found = queries_rechecks.recheck(asking.actor(request), pk)
    parts = queries_rechecks.parts_of(found)
    rates = queries_rechecks.rates(finding for part in parts for finding in part.findings.all())
    return shapes.RecheckTold(
        id=found.pk,
        campaign=found.campaign.key,
        team=found.team.name,
        seed=found.seed,
        share=float(found.share),
        pool=found.pool,
        as_drawn=queries_rechecks.is_as_drawn(found),
        missed_share=rates.missed_share,
        wrong_share=rates.wrong_share,
        parts=[
            shapes.PartTold(
                id=part.pk,
                version=part.version,
                segment=part.segment.number,
                done_on=part.done_on,
                findings=[
                    shapes.DifferenceGiven(
                        kind=one.kind,
                        name=one.name,
                        outlet=one.outlet_id,
                        field=one.field,
                        first=one.first,
                        second=one.second,
                    )
                    for one in part.findings.all()
                ],
            )
            for part in parts
        ],
    )


def _told(request: HttpRequest, found: Campaign) -> CampaignFile:
    who, on = asking.actor(request), asking.today()
    asking.seen(request, found.version)
    progress = queries.progress_of([found])[found.pk]
    missing = finishing.missing(found, on=on) if found.state == CampaignState.STARTED else []
    teams = found.teams.prefetch_related("members").order_by("pk")
    return CampaignFile(
        **shapes.fields_of(found, progress),  # type: ignore[arg-type]
        waters=[shapes.ref(one) for one in found.waters.defer("geometry").order_by("path")],
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
            shapes.StepRow(
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
            shapes.SupportRow(name=one.row.name, clause=one.row.clause, state=str(one.part.state) if one.part else None)
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
