"""岸段、轨迹、覆盖和抽查复核: what was walked, and walked again."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router

from qingyuan.api import asking
from qingyuan.api.shapes import Id, Word
from qingyuan.api.v1 import survey_given as sent
from qingyuan.api.v1 import survey_shapes as shapes
from qingyuan.api.v1.survey import LEAD, RECORD, SIZE, team_of
from qingyuan.api.v1.survey_shapes import SegmentFile
from qingyuan.api.writes import write
from qingyuan.core.access import Permission
from qingyuan.core.refusal import NotFound
from qingyuan.registry import queries as registry
from qingyuan.stages.survey import lines, queries, queries_coverage, queries_rechecks
from qingyuan.stages.survey.actions import rechecks, segments, tracks
from qingyuan.stages.survey.actions.rechecks import Difference
from qingyuan.stages.survey.models import Segment
from qingyuan.stages.survey.models_rechecks import RecheckSegment

router = Router(tags=["排查"])


@router.get("/segments/{pk}", response=SegmentFile, summary="一个岸段")
def segment(request: HttpRequest, pk: Id) -> SegmentFile:
    """附河线。"""
    return _segment(request, queries.segment_of(asking.actor(request), pk))


@router.post("/segments/{pk}/levels", response=SegmentFile, summary="记录级次结果")
@write(changes=True)
def record_level(request: HttpRequest, pk: Id, given: sent.LevelGiven) -> SegmentFile:
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
def close_segment(request: HttpRequest, pk: Id, given: sent.CloseSegment) -> SegmentFile:
    """有排口或者无排口；未走到的不能完成。"""
    found, by = _segment_to_change(request, pk, RECORD), asking.actor(request)
    segments.close_segment(found, has_outlets=given.has_outlets, by=by, on=given.on, at=timezone.now())
    return _segment(request, found)


@router.post("/segments/{pk}/reopen", response=SegmentFile, summary="重新排查岸段")
@write(changes=True)
def reopen_segment(request: HttpRequest, pk: Id, given: sent.WithReason) -> SegmentFile:
    """走过的仍算走过。"""
    found, by = _segment_to_change(request, pk, LEAD), asking.actor(request)
    segments.reopen_segment(found, reason=given.reason, by=by, on=given.on, at=timezone.now())
    return _segment(request, found)


@router.post("/tracks", response=shapes.TrackTold, summary="上传轨迹")
@write(status=201)
def take_track(request: HttpRequest, given: sent.TrackGiven) -> shapes.TrackTold:
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


@router.post("/campaigns/{key}/tracks/{client_id}/place", response=shapes.TrackTold, summary="指定轨迹的岸段")
@write()
def place_track(request: HttpRequest, key: Word, client_id: UUID, given: sent.TrackPlace) -> shapes.TrackTold:
    """贴近河道中线、分不清左右岸的轨迹，由走过的队员或牵头人员指定岸段；重复指定不变。"""
    by = asking.actor(request)
    campaign = queries.campaign(by, key)
    asking.require(request, RECORD)
    found, segment = queries.track(campaign, client_id), queries.segment_of(by, given.segment)
    return shapes.track_of(tracks.place_track(found, segment, by=by, at=timezone.now()))


@router.get("/survey/coverage", response=shapes.CoverageTold, summary="岸线覆盖")
def coverage(request: HttpRequest, unit: Word = "", after: Id | None = None) -> shapes.CoverageTold:
    """按区划、水体的已走岸线和缺口。"""
    who = asking.require(request, Permission.OUTLET_VIEW)
    at = asking.unit_or_own(request, unit)
    if at is None:
        raise NotFound("unit", unit)
    page = queries_coverage.gaps(who, path=at.path, after=str(after or ""), limit=SIZE)
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
def draw(request: HttpRequest, key: Word, given: sent.DrawGiven) -> shapes.RecheckTold:
    """按种子从完成的岸段中抽取，凭种子可以复算。"""
    by = asking.actor(request)
    found = queries.campaign(by, key)
    asking.require(request, Permission.SURVEY_RECHECK)
    made = rechecks.draw(
        found,
        team=team_of(found, given.team),
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
def second_walk(request: HttpRequest, pk: Id, part: Id, given: sent.SecondWalk) -> shapes.RecheckTold:
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


def _segment_to_change(request: HttpRequest, pk: int, permission: Permission) -> Segment:
    found = queries.segment_of(asking.actor(request), pk)
    asking.require(request, permission)
    Segment.objects.select_for_update().filter(pk=pk).values_list("pk").first()
    found.refresh_from_db(fields=["version", "closed_on", "covered", "covered_m"])
    asking.as_read(request, found.version, str(found.number))
    return found


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
                    shapes.DifferenceTold(
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
