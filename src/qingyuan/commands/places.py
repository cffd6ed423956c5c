"""qingyuan places: which unit, zones and waters hold or pass a point; take in a file of zones."""

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
from qingyuan.places import actions, queries
from qingyuan.registry.actions import count_under_flags, place_in_zones


def add_parser(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `places` with its verbs."""
    verbs = groups.add_parser("places", help="行政区划、水体、区域").add_subparsers(dest="verb", required=True)
    where = verbs.add_parser("locate", help="查询点位所在的区划和区域")
    where.add_argument("longitude", metavar="LON", help="经度（°，可为度分秒）")
    where.add_argument("latitude", metavar="LAT", help="纬度（°，可为度分秒）")
    where.add_argument("--datum", choices=[datum.value for datum in Datum], default=Datum.CGCS2000.value)
    where.add_argument("--json", action="store_true")
    where.set_defaults(handler=locate)
    take = verbs.add_parser("import", help="导入区域图形（GeoJSON）")
    take.add_argument("file", metavar="FILE", type=Path)
    take.add_argument("--kind", required=True, choices=[kind.value for kind in ZoneKind])
    take.add_argument("--unit", required=True, metavar="UNIT")
    take.add_argument("--source", default="", help="来源，默认为文件名")
    take.add_argument("--map-number", default="", help="审图号")
    take.add_argument("--part", action="store_true", help="仅补充，不代表该类区域的全部")
    take.add_argument("--json", action="store_true")
    take.set_defaults(handler=import_zones)
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


def import_zones(asked: argparse.Namespace) -> int:
    """Take in a file of zones, whole or not at all; 1 with the findings when it is refused."""
    now = timezone.now()
    try:
        done = actions.import_zones(
            asked.file.read_bytes(),
            kind=ZoneKind(asked.kind),
            unit=queries.unit_for(asked.unit),
            source=asked.source or asked.file.name,
            map_number=asked.map_number,
            whole_layer=not asked.part,
            by=CONSOLE,
            at=now,
            on=timezone.localdate(now),
        )
    except OSError:
        return _refuse(asked, "file.unreadable", _("文件无法读取。"))
    except NotFound:
        return _refuse(asked, "places.unknown_unit", _("没有此行政区划。"))
    except Refused as refused:
        return _refuse(asked, refused.refusal.code, refused.refusal.sentence)
    place_in_zones(queries.unit_for(asked.unit).path, on=timezone.localdate(now))
    findings = [{"feature": one.feature, "name": one.name, "code": one.code, "text": one.text} for one in done.findings]
    lines = [_("导入 %(count)s 个区域。") % {"count": done.taken}] + [
        _("第 %(feature)s 个要素“%(name)s”：%(text)s") % finding for finding in findings
    ]
    _print(asked, {"taken": done.taken, "findings": findings}, lines)
    return 1 if findings else 0


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
