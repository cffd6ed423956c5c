"""岸段: cut from river lines or entered by length, given to teams, taken through three levels, closed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import shapely
from django.db import transaction
from django.db.models import Max

from qingyuan.core import coverage
from qingyuan.core.access import Actor
from qingyuan.core.refusal import Refusal, Refused, require
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.places import queries as places
from qingyuan.places.models import Unit, Water
from qingyuan.places.paths import is_within
from qingyuan.stages.survey import finishing, guards, lines, rules
from qingyuan.stages.survey.actions.writing import change, record
from qingyuan.stages.survey.models import Campaign, Segment, SegmentLevel, Team, Walk
from qingyuan.stages.survey.words import Bank, CampaignKind, CampaignState, LineSource

NEAR_M = 30.0
"""A new segment whose middle lies so near to one of the same water and bank is that one."""
MOST = 20_000


@dataclass(frozen=True, slots=True)
class _Piece:
    """A segment before it is one."""

    bank: str
    start_m: float
    line: lines.Array
    length_m: int
    unit: Unit


def cut_water(
    campaign: Campaign,
    water: Water,
    *,
    banks: Sequence[Bank],
    by: Actor,
    on: date,
    at: datetime,
    piece_m: int | None = None,
) -> list[Segment]:
    """划分岸段 from the line of a water within the campaign's unit.

    Raises
    ------
    Refused, StaleRecord
        The water has no line here, or another standing campaign has these banks.
    """
    piece = piece_m or rules.segment_m(rules.policy_of(campaign.unit_path, on=on))
    require(guards.cut(campaign, water=water, piece_m=piece, by=by, on=on, at=at))
    found = lines.of_water(water, campaign.unit)
    if not found:
        text = _("“%(name)s”在%(unit)s没有河线，请上传官方河线文件，或者人工填写岸段长度。")
        raise Refused(Refusal("survey.no_line", text, {"name": water.name, "unit": campaign.unit.name}))
    source = Water.objects.values_list("source", flat=True).get(pk=water.pk)
    return _cut(campaign, water, found, banks, piece, (LineSource.WATER, source), by=by, on=on, at=at)


def cut_file(
    campaign: Campaign,
    water: Water,
    shapes: Iterable[shapely.Geometry],
    *,
    name: str,
    banks: Sequence[Bank],
    by: Actor,
    on: date,
    at: datetime,
    piece_m: int | None = None,
) -> list[Segment]:
    """划分岸段 from the lines of an official file (degrees, CGCS2000); `name` says which file.

    Raises
    ------
    Refused, StaleRecord
    """
    piece = piece_m or rules.segment_m(rules.policy_of(campaign.unit_path, on=on))
    require(guards.cut(campaign, water=water, piece_m=piece, by=by, on=on, at=at))
    found = lines.parts_of(shapely.geometrycollections(list(shapes)))
    if not found:
        raise Refused(Refusal("survey.file_no_lines", _("文件中没有线，岸段须由线划分。")))
    return _cut(campaign, water, found, banks, piece, (LineSource.FILE, name), by=by, on=on, at=at)


@transaction.atomic
def _cut(
    campaign: Campaign,
    water: Water,
    found: Sequence[lines.Array],
    banks: Sequence[Bank],
    piece_m: int,
    source: tuple[LineSource, str],
    *,
    by: Actor,
    on: date,
    at: datetime,
) -> list[Segment]:
    units = places.outlines(campaign.unit_path)
    known: dict[str, Unit] = {campaign.unit_path: campaign.unit}
    cut = []
    for start_m, line in lines.pieces(found, piece_m):
        east, north = coverage.between(line, *(coverage.line_length_m(line) / 2,) * 2)[0]
        unit = _unit_at(float(east), float(north), campaign, units, known)
        length = max(1, round(coverage.line_length_m(line)))
        cut += [_Piece(bank, start_m, line, length, unit) for bank in dict.fromkeys(banks)]
    if len(cut) > MOST:
        text = _("岸段超过 %(most)s 个，请加大岸段长度。")
        raise Refused(Refusal("survey.too_many", text, {"most": MOST}))
    _not_cut_twice(campaign, water, cut)
    cut.sort(key=lambda one: (list(banks).index(Bank(one.bank)), one.start_m))
    change(campaign)
    first = _next_number(campaign)
    made = Segment.objects.bulk_create(
        _segment(campaign, water, first + place, one, source) for place, one in enumerate(cut)
    )
    details = {
        "water": water.code,
        "banks": list(banks),
        "segments": len(made),
        "from": first,
        "metres": sum(one.length_m for one in cut),
        "source": source[1],
    }
    record(campaign, "survey.cut", on=on, by=by, at=at, parameter="survey.technical_standard", details=details)
    return made


def _unit_at(lon: float, lat: float, campaign: Campaign, units: places.Outlines, known: dict[str, Unit]) -> Unit:
    path = units.county_of(lon, lat)
    if path is None or not is_within(path, campaign.unit_path):
        return campaign.unit
    if path not in known:
        known[path] = Unit.objects.get(path=path)
    return known[path]


def _next_number(campaign: Campaign) -> int:
    return (Segment.objects.filter(campaign=campaign).aggregate(last=Max("number"))["last"] or 0) + 1


def _segment(campaign: Campaign, water: Water, number: int, one: _Piece, source: tuple[LineSource, str]) -> Segment:
    west, south = one.line.min(axis=0)
    east, north = one.line.max(axis=0)
    return Segment(
        campaign=campaign,
        number=number,
        water=water,
        bank=one.bank,
        line_source=source[0],
        line_name=source[1][:256],
        start_m=round(one.start_m),
        length_m=one.length_m,
        unit=one.unit,
        unit_path=one.unit.path,
        west_deg=float(west),
        south_deg=float(south),
        east_deg=float(east),
        north_deg=float(north),
        line=lines.as_wkb(one.line),
    )


def _not_cut_twice(campaign: Campaign, water: Water, cut: Sequence[_Piece]) -> None:
    """One stretch of bank belongs to one first survey: else it would be counted twice. Who surveys again (再排查) or
    from above (省市技术排查) may."""
    others = Segment.objects.filter(water=water, line__isnull=False).exclude(campaign__state=CampaignState.WITHDRAWN)
    if campaign.kind == CampaignKind.SURVEY:
        others = others.filter(campaign__kind=CampaignKind.SURVEY)
    else:
        others = others.filter(campaign=campaign)
    standing = list(others.select_related("campaign"))
    if not standing:
        return
    shapes = [places.read_shape(one.line) for one in standing]
    for piece in cut:
        middle = coverage.between(piece.line, piece.length_m / 2, piece.length_m / 2)[0]
        for one, shape in zip(standing, shapes, strict=True):
            same_bank = Bank.BOTH in (one.bank, piece.bank) or one.bank == piece.bank
            box = (one.west_deg or 0, one.south_deg or 0, one.east_deg or 0, one.north_deg or 0)
            if not same_bank or not lines.near_box(box, middle):
                continue
            if places.line_distance_m(shape, float(middle[0]), float(middle[1])) < NEAR_M:
                text = _("“%(water)s”%(bank)s已由“%(campaign)s”划分岸段（第 %(number)s 段），不能重复划分。")
                params = {
                    "water": water.name,
                    "bank": str(Bank(piece.bank).label),
                    "campaign": one.campaign.title,
                    "number": one.number,
                }
                raise Refused(Refusal("survey.already_cut", text, params))


@transaction.atomic
def add_by_hand(
    campaign: Campaign,
    water: Water,
    *,
    bank: Bank,
    name: str,
    length_m: int,
    unit: Unit,
    by: Actor,
    on: date,
    at: datetime,
) -> Segment:
    """人工填报岸段: a length only, where there is no line.

    Raises
    ------
    Refused, StaleRecord
    """
    require(guards.cut(campaign, water=water, piece_m=length_m, by=by, on=on, at=at))
    if not is_within(unit.path, campaign.unit_path):
        text = _("%(unit)s不在专项的行政区划内。")
        raise Refused(Refusal("survey.elsewhere", text, {"unit": unit.name}))
    if not name.strip():
        raise Refused(Refusal("survey.segment_no_name", _("请填写岸段起止。")))
    change(campaign)
    made = Segment.objects.create(
        campaign=campaign,
        number=_next_number(campaign),
        water=water,
        bank=bank,
        name=name.strip(),
        line_source=LineSource.HAND,
        length_m=length_m,
        unit=unit,
        unit_path=unit.path,
    )
    details = {"water": water.code, "bank": bank, "number": made.number, "metres": length_m}
    record(campaign, "survey.add_segment", on=on, by=by, at=at, details=details)
    return made


@transaction.atomic
def assign(
    segments: Sequence[Segment],
    team: Team,
    *,
    by: Actor,
    on: date,
    at: datetime,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> None:
    """分派岸段 to a team with a period. Doing it twice changes nothing more.

    Raises
    ------
    Refused, StaleRecord
    """
    require(guards.assign(segments, team_id=team.pk, by=by, on=on, at=at))
    for one in segments:
        change(one, team_id=team.pk, starts_on=starts_on, ends_on=ends_on)
    details = {"team": team.name, "segments": [one.number for one in segments]}
    record(team.campaign, "survey.assign", on=on, by=by, at=at, details=details)


@transaction.atomic
def record_level(
    segment: Segment,
    *,
    level: int,
    result: str,
    by: Actor,
    on: date,
    at: datetime,
    techniques: Sequence[str] = (),
    note: str = "",
) -> SegmentLevel:
    """记录级次结果. On a segment without a line the walk (level 2) covers it whole.

    Raises
    ------
    Refused, StaleRecord
    """
    require(guards.record_level(segment, level=level, result=result, on=on, by=by, at=at))
    made = SegmentLevel.objects.create(
        segment=segment,
        level=level,
        result=result,
        done_on=on,
        by=by.id,
        techniques=list(dict.fromkeys(techniques)),
        note=note.strip(),
        recorded_at=at,
    )
    if segment.line is None and level == 2 and not segment.walks.exists():
        whole = [[0, segment.length_m]]
        Walk.objects.create(segment=segment, pieces=whole, walked_on=on, recorded_at=at)
        change(segment, covered=whole, covered_m=segment.length_m)
    else:
        change(segment)
    details = {"segment": segment.number, "level": level, "result": result, "techniques": list(made.techniques)}
    record(
        segment.campaign,
        "survey.level",
        on=on,
        by=by,
        at=at,
        parameter="survey.technical_standard",
        details=details,
        private={"note": made.note},
    )
    return made


@transaction.atomic
def close_segment(segment: Segment, *, has_outlets: bool, by: Actor, on: date, at: datetime) -> Segment:
    """完成岸段 with 有排口 or 无排口.

    Raises
    ------
    Refused, StaleRecord
    """
    lacking = finishing.lacking(segment, has_outlets=has_outlets, on=on)
    require(guards.close_segment(segment, lacking=lacking, on=on, by=by, at=at))
    change(segment, has_outlets=has_outlets, closed_on=on, closed_by=by.id)
    details = {"segment": segment.number, "has_outlets": has_outlets, "walked": segment.covered_m}
    record(segment.campaign, "survey.close_segment", on=on, by=by, at=at, parameter="survey.slogan", details=details)
    return segment


@transaction.atomic
def reopen_segment(segment: Segment, *, reason: str, by: Actor, on: date, at: datetime) -> Segment:
    """重新排查岸段: found wanting, it is open again. What was walked stays walked.

    Raises
    ------
    Refused, StaleRecord
    """
    require(guards.reopen_segment(segment, reason=reason, on=on, by=by, at=at))
    change(segment, has_outlets=None, closed_on=None, closed_by="")
    details = {"segment": segment.number}
    record(segment.campaign, "survey.reopen_segment", on=on, by=by, at=at, details=details, private={"reason": reason})
    return segment
