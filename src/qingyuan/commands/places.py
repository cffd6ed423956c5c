"""qingyuan places: which unit, zones and waters hold or pass a point; take in official files, or take them back."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from qingyuan.core.access import CONSOLE
from qingyuan.core.geometry import CoordinateFault, Datum, ProjectedPoint, read_point, to_cgcs2000
from qingyuan.core.refusal import NotFound, Refused
from qingyuan.core.zones import LABELS, ZoneKind
from qingyuan.exchange import official
from qingyuan.exchange.placing import place_again
from qingyuan.places import actions, queries
from qingyuan.places.models_official import CHANGES
from qingyuan.places.official import acts, comparing
from qingyuan.places.official import queries as files
from qingyuan.places.official.words import DETAILS, FAULTS, said
from qingyuan.registry.actions import count_under_flags


def add_parser(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `places` with its verbs."""
    verbs = groups.add_parser("places", help="行政区划、水体、区域").add_subparsers(dest="verb", required=True)
    where = verbs.add_parser("locate", help="查询点位所在的区划和区域")
    where.add_argument("longitude", metavar="LON", help="经度（°，可为度分秒）")
    where.add_argument("latitude", metavar="LAT", help="纬度（°，可为度分秒）")
    where.add_argument("--datum", choices=[datum.value for datum in Datum], default=Datum.CGCS2000.value)
    where.add_argument("--json", action="store_true")
    where.set_defaults(handler=locate)
    take = verbs.add_parser("import", help="采用官方文件：特殊区域、水体、行政区划")
    take.add_argument("file", metavar="FILE", type=Path, help="GeoJSON、GeoPackage、KML、KMZ 或 shapefile（zip）")
    take.add_argument(
        "--kind", required=True, choices=[*ZoneKind, "waters", "units"], help="区域类别，或水体、行政区划"
    )
    take.add_argument("--unit", required=True, metavar="UNIT")
    take.add_argument("--source", default="", help="来源，默认为文件名")
    take.add_argument("--map-number", default="", help="审图号")
    take.add_argument("--day", type=date.fromisoformat, default=None, help="启用日期，默认今天")
    take.add_argument("--layer", default="", help="图层")
    take.add_argument("--part", action="store_true", help="仅补充，不代表该类的全部")
    take.add_argument("--repair", action="store_true", help="不合法的图形按建议修复")
    take.add_argument("--dry-run", action="store_true", help="只比对，不采用")
    take.add_argument("--json", action="store_true")
    take.set_defaults(handler=import_official)
    back = verbs.add_parser("undo", help="撤销一次采用的官方文件")
    back.add_argument("number", type=int, help="采用时给出的编号")
    back.add_argument("--json", action="store_true")
    back.set_defaults(handler=undo_official)
    listed = verbs.add_parser("import-waters", help="导入水体清单（csv，列：编码 或 名称）")
    listed.add_argument("file", metavar="FILE", type=Path)
    listed.add_argument("--source", default="", help="来源，默认为文件名")
    listed.add_argument("--within", default="", metavar="UNIT", help="清单管到的区划（代码或名称）")
    listed.add_argument("--from", dest="from_day", type=date.fromisoformat, default=None, help="自哪一天起")
    listed.add_argument("--json", action="store_true")
    listed.set_defaults(handler=import_waters)
    wider = verbs.add_parser("extend", help="把首批流域以外的水体纳入范围（全省扩展）")
    wider.add_argument("water", metavar="WATER", help="水体代码或名称")
    wider.add_argument("--on", required=True, type=date.fromisoformat, help="自哪一天起")
    wider.add_argument("--source", required=True, help="依据")
    wider.add_argument("--json", action="store_true")
    wider.set_defaults(handler=extend)


def locate(asked: argparse.Namespace) -> int:
    """Print the units, zones and nearby waters of a point; 1 where the point cannot be read."""
    point = read_point(asked.longitude, asked.latitude)
    if isinstance(point, CoordinateFault):
        return _refuse(asked, point.code, _(point.text))
    if isinstance(point, ProjectedPoint):
        return _refuse(asked, "coordinate.projected", _("坐标为投影坐标（米），请先换算为经纬度。"))
    lon, lat = to_cgcs2000(point.longitude_deg, point.latitude_deg, Datum(asked.datum))
    found = queries.locate(lon, lat)
    zones = queries.zones_at(lon, lat, timezone.localdate(), unit_path=found.path)
    document = {
        "longitude": round(lon, 8),
        "latitude": round(lat, 8),
        "swapped": point.swapped,
        "known": found.known,
        "units": [
            {"code": unit.code, "name": unit.name, "level": unit.level, "path": unit.path} for unit in found.units
        ],
        "zones": [
            {
                "kind": kind.value,
                "inside": presence.inside,
                "zones": [{"id": zone.pk, "name": zone.name, "level": zone.level} for zone in presence.zones],
            }
            for kind, presence in zones.items()
        ],
        "waters": [
            {"code": water.code, "name": water.name, "distance_m": round(metres)}
            for water, metres in queries.nearest_waters(lon, lat)
        ],
    }
    _print(asked, document, _located_lines(document))
    return 0


def _located_lines(document: dict[str, Any]) -> list[str]:
    names = "".join(unit["name"] for unit in reversed(document["units"]) if unit["level"])
    lines = [_("所在区划：%(names)s") % {"names": names or _("不明（没有覆盖此点的界线）")}]
    if document["swapped"]:
        lines.append(_("经纬度顺序颠倒，已按正确顺序查询。"))
    for zone in document["zones"]:
        match zone["inside"]:
            case True:
                answer = "、".join(one["name"] for one in zone["zones"])
            case False:
                answer = _("否")
            case _unknown:
                answer = _("不明（图层未载入）")
        lines.append(f"{_(LABELS[ZoneKind(zone['kind'])])}：{answer}")
    lines += [
        _("附近水体：%(name)s（%(metres)s m）") % {"name": one["name"], "metres": one["distance_m"]}
        for one in document["waters"]
    ]
    return lines


def import_official(asked: argparse.Namespace) -> int:
    """Take in an official file, whole or not at all; 1 with the findings when it is refused."""
    now = timezone.now()
    try:
        what = _asked(asked, on=timezone.localdate(now))
        found, notes = official.compare(asked.file, asked.file.name, what, by=CONSOLE)
        counts, number = acts.counts_of(found), None
        mendable = asked.repair and not any(_unmended(one) for one in found)
        if not asked.dry_run and (mendable or not counts.get("fault")):
            file = official.stage(asked.file, asked.file.name, what, by=CONSOLE, at=now)
            if counts.get("fault"):
                file = acts.repair(file, by=CONSOLE, at=now)
            file = place_again(official.take_in(file, by=CONSOLE, at=now), at=now)
            counts, number = file.counts, file.pk
    except NotFound:
        return _refuse(asked, "places.unknown_unit", _("没有此行政区划。"))
    except Refused as refused:
        return _refuse(asked, refused.refusal.code, refused.refusal.sentence)
    faults = [] if number is not None else [(one, fault) for one in found for fault in one.faults]
    document = {
        "taken": sum(counts.get(name, 0) for name in ("new", "changed", "unchanged")) if number is not None else 0,
        "findings": [
            {"feature": one.number, "name": one.name, "code": str(fault["what"]), "text": said(FAULTS, fault)}
            for one, fault in faults
        ],
        "file": number,
        "counts": counts,
        "notes": list(notes),
        "changes": [
            {
                "feature": one.number,
                "code": one.code,
                "name": one.name,
                "change": one.change,
                "details": [said(DETAILS, detail) for detail in one.details],
            }
            for one in found
            if one.change != "unchanged"
        ],
    }
    _print(asked, document, _told(document))
    return 1 if faults else 0


def _asked(asked: argparse.Namespace, *, on: date) -> official.Asked:
    is_zone = asked.kind not in ("waters", "units")
    return official.Asked(
        "zones" if is_zone else asked.kind,
        queries.unit_for(asked.unit),
        acts.Official(asked.source or asked.file.name, asked.day or on, asked.map_number),
        zone_kind=asked.kind if is_zone else "",
        whole=not asked.part,
        layer=asked.layer,
    )


def _unmended(one: comparing.Found) -> bool:
    return any(not fault.get("repair") for fault in one.faults)


def _told(document: dict[str, Any]) -> list[str]:
    lines = [*document["notes"]]
    for one in document["changes"]:
        code = f"{one['code']} " if one["code"] else ""
        lines.append(f"{CHANGES[one['change']]}：{code}{one['name']}　{'；'.join(one['details'])}".rstrip("　"))
    lines += [_("第 %(feature)s 个要素“%(name)s”：%(text)s") % one for one in document["findings"]]
    if document["file"] is not None:
        lines.append(_("导入 %(count)s 个区域。") % {"count": document["taken"]} + f"（#{document['file']}）")
    return lines or [_("没有变化。")]


def undo_official(asked: argparse.Namespace) -> int:
    """Put back what an official file changed; 1 when something later touched it."""
    now = timezone.now()
    try:
        file = official.undo(files.file_of(CONSOLE, asked.number), by=CONSOLE, at=now)
    except NotFound:
        return _refuse(asked, "places.unknown_file", _("没有此文件。"))
    except Refused as refused:
        return _refuse(asked, refused.refusal.code, refused.refusal.sentence)
    _print(asked, {"file": file.pk, "state": file.state}, [_("已撤销“%(name)s”。") % {"name": file.filename}])
    return 0


def import_waters(asked: argparse.Namespace) -> int:
    """Take in a list of waters, whole or not at all, and count their outlets under it (吉林 一(三))."""
    now = timezone.now()
    try:
        done = actions.import_water_list(
            asked.file.read_text("utf-8-sig"),
            source=asked.source or asked.file.stem,
            from_day=asked.from_day,
            within=queries.unit_for(asked.within).path if asked.within else "",
            by=CONSOLE,
            at=now,
        )
    except (OSError, UnicodeDecodeError):
        return _refuse(asked, "file.unreadable", _("文件无法读取。"))
    except NotFound:
        return _refuse(asked, "places.unknown_unit", _("没有此行政区划。"))
    except Refused as refused:
        return _refuse(asked, refused.refusal.code, refused.refusal.sentence)
    counted = 0 if done.unknown else count_under_flags(on=timezone.localdate(now))
    unknown = [{"line": line, "name": name} for line, name in done.unknown]
    document = {
        "flagged": list(done.flagged),
        "unflagged": list(done.unflagged),
        "kept": list(done.kept),
        "unknown": unknown,
        "outlets": counted,
    }
    lines = [
        _("清单列入 %(listed)s 条水体，移出 %(dropped)s 条。")
        % {"listed": len(done.flagged) + len(done.kept), "dropped": len(done.unflagged)}
    ]
    _print(asked, document, [_("第 %(line)s 行：没有水体“%(name)s”。") % one for one in unknown] or lines)
    return 1 if unknown else 0


def extend(asked: argparse.Namespace) -> int:
    """Add a water to the scope from a day on; the day is kept (吉林 一(二))."""
    now = timezone.now()
    try:
        found = queries.waters_named(asked.water) or [queries.water(asked.water)]
        if len(found) > 1:
            return _refuse(asked, "places.many_waters", _("同名水体不止一条，请用代码。"))
        flag = actions.extend_scope(found[0], on=asked.on, source=asked.source, by=CONSOLE, at=now)
    except NotFound:
        return _refuse(asked, "places.unknown_water", _("没有此水体。"))
    except Refused as refused:
        return _refuse(asked, refused.refusal.code, refused.refusal.sentence)
    counted = count_under_flags(on=timezone.localdate(now))
    document = {"water": found[0].code, "flag": flag.flag, "from": asked.on.isoformat(), "outlets": counted}
    told = {"water": found[0].name, "day": asked.on.isoformat()}
    _print(asked, document, [_("“%(water)s”自 %(day)s 起列入全省扩展。") % told])
    return 0


def _refuse(asked: argparse.Namespace, code: str, text: str) -> int:
    if asked.json:
        print(json.dumps({"refused": {"code": code, "text": text}}, ensure_ascii=False))
    else:
        print(text, file=sys.stderr)
    return 1


def _print(asked: argparse.Namespace, document: dict[str, Any], lines: list[str]) -> None:
    print(json.dumps(document, ensure_ascii=False) if asked.json else "\n".join(lines))
