"""轨迹: ways walked in the field, kept with their faults, and what of the banks they cover."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Sequence
from datetime import UTC, date, datetime
from uuid import UUID

import numpy as np
from django.db import transaction
from django.db.models import F, Q

from qingyuan.core import coverage
from qingyuan.core.access import Actor
from qingyuan.core.coverage import Array, Fault, Limits
from qingyuan.core.days import local_day
from qingyuan.core.geometry import in_china
from qingyuan.core.refusal import NotFound, Refusal, Refused, require
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.stages.survey import guards, lines, queries, rules
from qingyuan.stages.survey.actions.writing import record
from qingyuan.stages.survey.models import Campaign, Segment, Track, Walk
from qingyuan.stages.survey.words import Bank, CampaignState

Fix = Sequence[float | None]
"""One point of a track: longitude_deg, latitude_deg, epoch_s or None, accuracy_m or None."""
MOST_POINTS = 100_000
FAR_DEG = 0.01
LATEST_S = 4_102_444_800  # 2100: beyond it no clock of a phone means anything


def take_track(
    by: Actor,
    *,
    client_id: UUID,
    campaign_key: str,
    segment_id: int | None,
    points: Sequence[Fix],
    device: str,
    at: datetime,
) -> Track:
    """入库轨迹: idempotent by `client_id`. The same id with other points is refused (`survey.track_conflict`). A track
    with faults is kept with them; it covers what of it is sound.

    Raises
    ------
    Refused, NotFound
    """
    content = _digest(points)
    if made := _made(client_id, content, by):
        return made
    campaign = queries.campaign(by, campaign_key)
    segment = _segment(by, campaign, segment_id)
    require(guards.may_record(by, segment) if segment else guards.recording(campaign, by))
    require(guards.in_state(campaign, CampaignState.STARTED, CampaignState.FINISHED))
    _readable(points)
    fixes = coverage.as_fixes(points)
    limits = rules.limits(rules.policy_of(campaign.unit_path, on=local_day(at)))
    with transaction.atomic():
        # Two phones that send the same track at once: the second waits here and finds it made.
        Campaign.objects.select_for_update().filter(pk=campaign.pk).values_list("pk").first()
        if made := _made(client_id, content, by):
            return made
        track = Track(
            client_id=client_id,
            campaign=campaign,
            segment=segment,
            officer_id=by.id,
            officer_name=by.name,
            device=device[:64],
            points=[[None if value is None else value for value in point] for point in points],
            content=content,
            length_m=round(_length_m(fixes, limits)),
            recorded_at=at,
            **_times(fixes, at),
        )
        found = list(coverage.faults(fixes, limits, received_s=at.timestamp()))
        laid, unclear = _lay(campaign, segment, fixes, limits)
        found += unclear + _about_the_days(track, campaign)
        if not laid and not unclear:
            found.append(Fault("track.nowhere", _("轨迹不在本专项的任何岸段上，已保存，未计入已走岸线。")))
        track.findings = [{"code": one.code, "text": one.text, "params": one.params} for one in found]
        track.save(force_insert=True)
        for one, pieces in laid:
            Walk.objects.create(segment=one, track=track, pieces=pieces, walked_on=track.walked_on, recorded_at=at)
            _cover_again(one, limits)
        details = {
            "track": str(client_id),
            "points": len(points),
            "metres": track.length_m,
            "segments": [one.number for one, _pieces in laid],
            "findings": [one.code for one in found],
            "content": content,
        }
        record(campaign, "survey.track", on=track.walked_on, by=by, at=at, details=details)
    return track


@transaction.atomic
def place_track(track: Track, segment: Segment, *, by: Actor, at: datetime) -> Track:
    """指定岸段: say which bank a track that lies near the middle of the river walked. Doing it twice changes nothing.

    Raises
    ------
    Refused
    """
    require(guards.may_record(by, segment))
    if segment.campaign_id != track.campaign_id:
        raise Refused(Refusal("survey.other_campaign", _("轨迹和岸段不属于同一专项。")))
    if track.segment_id == segment.pk:
        return track
    limits = rules.limits(rules.policy_of(segment.unit_path, on=local_day(at)))
    laid, _unclear = _lay(track.campaign, segment, coverage.as_fixes(track.points), limits)
    for one, pieces in laid:
        Walk.objects.get_or_create(
            segment=one,
            track=track,
            defaults={"pieces": pieces, "walked_on": track.walked_on, "recorded_at": at},
        )
        _cover_again(one, limits)
    Track.objects.filter(pk=track.pk).update(segment=segment)
    track.segment = segment
    details = {"track": str(track.client_id), "segments": [one.number for one, _pieces in laid]}
    record(track.campaign, "survey.place_track", on=local_day(at), by=by, at=at, details=details)
    return track


def _digest(points: Sequence[Fix]) -> str:
    plain = [[None if value is None else float(value) for value in (*point, None, None)[:4]] for point in points]
    return hashlib.sha256(json.dumps(plain, separators=(",", ":")).encode()).hexdigest()


def _made(client_id: UUID, content: str, by: Actor) -> Track | None:
    """The track of this id, if it was sent before."""
    made = Track.objects.filter(client_id=client_id).first()
    if made is None:
        return None
    if made.officer_id != by.id:
        raise NotFound("track", str(client_id))
    if made.content != content:
        raise Refused(Refusal("survey.track_conflict", _("这条轨迹已经入库，内容不同；请作为新的轨迹上传。")))
    return made


def _segment(by: Actor, campaign: Campaign, segment_id: int | None) -> Segment | None:
    if segment_id is None:
        return None
    found = queries.segment_of(by, segment_id)
    if found.campaign_id != campaign.pk:
        raise NotFound("segment", str(segment_id))
    return found


def _readable(points: Sequence[Fix]) -> None:
    """Points that are none cannot be kept as a track; everything else can."""
    if not points:
        raise Refused(Refusal("survey.track_empty", _("轨迹没有点。")))
    if len(points) > MOST_POINTS:
        raise Refused(Refusal("survey.track_long", _("一条轨迹不超过 %(n)s 个点，请分段上传。"), {"n": MOST_POINTS}))
    for place, point in enumerate(points, 1):
        lon, lat = (*point, None, None)[:2]
        if lon is None or lat is None or not in_china(lon, lat):
            swapped = lon is not None and lat is not None and in_china(lat, lon)
            text = (
                _("第 %(n)s 个点的经纬度颠倒，请按经度、纬度的顺序给出。")
                if swapped
                else _("第 %(n)s 个点不在中国范围内。")
            )
            raise Refused(Refusal("survey.track_point", text, {"n": place}))


def _length_m(fixes: Array, limits: Limits) -> float:
    """The way walked: without jumps and breaks."""
    fixes_m = coverage.plane(fixes, origin=coverage.middle(fixes))
    return float(coverage.steps(fixes_m)[coverage.legs(fixes, fixes_m, limits)].sum()) if len(fixes) > 1 else 0.0


def _times(fixes: Array, at: datetime) -> dict[str, datetime | date | None]:
    """When it was walked, by the phone's clock; by the day it came in where the clock says nothing sane."""
    known = fixes[:, 2][~np.isnan(fixes[:, 2])]
    known = known[(known > 0) & (known < LATEST_S)]
    if not len(known):
        return {"started_at": None, "ended_at": None, "walked_on": local_day(at)}
    first, last = (datetime.fromtimestamp(math.floor(one), UTC) for one in (known.min(), known.max()))
    return {"started_at": first, "ended_at": last, "walked_on": min(local_day(last), local_day(at))}


def _about_the_days(track: Track, campaign: Campaign) -> list[Fault]:
    if campaign.started_on and track.walked_on < campaign.started_on:
        params: dict[str, object] = {"day": str(track.walked_on), "start": str(campaign.started_on)}
        return [Fault("track.before_campaign", _("轨迹日期%(day)s早于专项启动日期%(start)s，请核对。"), params)]
    return []


def _lay(
    campaign: Campaign, segment: Segment | None, fixes: Array, limits: Limits
) -> tuple[list[tuple[Segment, list[list[int]]]], list[Fault]]:
    """The segments a track covers and their pieces. With a segment its bank is known: its neighbours on the same bank
    count too. Without one the side of the line decides; too near to the middle nobody can tell."""
    if segment is not None and segment.line is None:
        return [(segment, [[0, segment.length_m]])], []
    west, south = fixes[:, :2].min(axis=0)
    east, north = fixes[:, :2].max(axis=0)
    rows = Segment.objects.filter(
        campaign=campaign,
        line__isnull=False,
        west_deg__lte=east + FAR_DEG,
        east_deg__gte=west - FAR_DEG,
        south_deg__lte=north + FAR_DEG,
        north_deg__gte=south - FAR_DEG,
    ).select_related("campaign", "water")
    if segment is not None:
        rows = rows.filter(Q(water=segment.water_id, bank=segment.bank))
    found, unclear = [], []
    for one in rows.order_by("number"):
        line = lines.as_array(one.line or b"")
        pieces = [[round(a), round(b)] for a, b in coverage.lay(line, fixes, limits) if round(b) > round(a)]
        if not pieces:
            continue
        if segment is None and one.bank != Bank.BOTH and (side := coverage.side(line, fixes, limits)) != one.bank:
            if side is None:
                unclear.append(one.number)
            continue
        found.append((one, pieces))
    if found or not unclear:
        return found, []
    text = _("轨迹贴近河道中线，分不清左右岸（岸段 %(names)s），请指定岸段。")
    names = "、".join(str(number) for number in unclear[:6])
    return found, [Fault("track.bank_unclear", text, {"names": names})]


def _cover_again(segment: Segment, limits: Limits) -> None:
    """What all walks of a segment cover together: the same in whatever order they came."""
    walked = [piece for one in Walk.objects.filter(segment=segment) for piece in one.pieces]
    united = coverage.unite(walked, length_m=segment.length_m)
    closed = coverage.close_slivers(united, segment.length_m, least_m=limits.bank_m) if united else []
    covered = [[round(a), round(b)] for a, b in closed]
    total = min(segment.length_m, round(coverage.measure(closed)))
    Segment.objects.filter(pk=segment.pk).update(covered=covered, covered_m=total, version=F("version") + 1)
