"""Leads of a demonstration: a file of remote sensing with images and faults, an earlier list, a patrol, some ended, and
what speaks for missed outlets. No outlet is made of them: the figures of the place stay what they are."""

from __future__ import annotations

import struct
import zlib
from datetime import datetime, timedelta
from decimal import Decimal

from qingyuan.core.days import local_day
from qingyuan.core.geometry import cgcs2000_to_gcj02
from qingyuan.demo.papers import pdf
from qingyuan.demo.walking import Walk
from qingyuan.exchange import leads as files
from qingyuan.library import actions as library
from qingyuan.places.models import Unit
from qingyuan.registry.models import Outlet
from qingyuan.stages.survey import queries_leads as queries
from qingyuan.stages.survey.actions.lead_batches import enter_hint
from qingyuan.stages.survey.actions.lead_endings import end_as_duplicate, end_as_not_outlet
from qingyuan.stages.survey.actions.leads import report_lead

POINTS = 8
AGO = timedelta(days=12)
AWAY_DEG = Decimal("0.0045")
"""Some four hundred metres: beside an outlet of the register, and none of it."""
SIDE_PX = 48


def lead(walk: Walk, root: Unit, *, at: datetime) -> None:
    """Leads of one place."""
    placed = [one.outlet for one in walk.lives if one.outlet is not None and one.outlet.longitude_deg is not None]
    if len(placed) < POINTS:
        return
    when = at - AGO
    _images(walk, root, placed[:POINTS], at=when)
    _earlier(walk, root, placed[:3], at=when)
    _patrol(walk, placed[3], at=when)
    _settled(walk, at=at)
    _hints(walk, placed, at=when)


def _images(walk: Walk, root: Unit, near: list[Outlet], *, at: datetime) -> None:
    """A csv as an institute sends it: one point in GCJ-02, one with its axes swapped, two beside known outlets."""
    lines = ["图斑编号,名称,经度,纬度,坐标系,影像,技术手段,说明"]
    for number, one in enumerate(near, start=1):
        off = Decimal("0.0001") if number > POINTS - 2 else AWAY_DEG
        lon, lat = float((one.longitude_deg or 0) + off), float(one.latitude_deg or 0)
        cells = [f"{lon:.6f}", f"{lat:.6f}", ""]
        if number == 1:
            shifted = cgcs2000_to_gcj02(lon, lat)
            cells = [f"{shifted[0]:.6f}", f"{shifted[1]:.6f}", "GCJ-02"]
        if number == 2:
            cells = [cells[1], cells[0], ""]
        place = one.water.name if one.water else root.name
        cells = [f"YG{number:03}", f"{place}疑似点{number}（演示）", *cells]
        lines.append(",".join([*cells, f"yg{number:03}.png", "遥感监测", "河岸疑似排水痕迹"]))
    asked = files.Asked(
        title=f"{root.name}遥感疑似排污口（演示）",
        source="remote_sensing",
        unit=root,
        origin="演示遥感解译单位",
        images={f"yg{number:03}.png": image(number, root.code) for number in range(1, POINTS)},
    )
    content = "\n".join(lines).encode()
    name = f"{root.name}遥感疑似点（演示）.csv"
    files.take_in(content, name, asked, by=walk.staff.clerk, on=local_day(at), at=at, is_demo=True)


def _earlier(walk: Walk, root: Unit, known: list[Outlet], *, at: datetime) -> None:
    """An earlier list: some are in the register by now, one is not."""
    lines = ["编号,排污口名称,经度,纬度,备注"]
    lines += [f"L{number},{one.name},{one.longitude_deg},{one.latitude_deg}," for number, one in enumerate(known, 1)]
    lines.append(f"L9,{root.name}旧名单九号口（演示）,,,位置不详")
    asked = files.Asked(
        title=f"{root.name}2018年排查名单（演示）",
        source="prior_list",
        unit=root,
        origin="演示历史台账",
        year=2018,
    )
    name = f"{root.name}2018年排查名单（演示）.csv"
    content = "\n".join(lines).encode()
    files.take_in(content, name, asked, by=walk.staff.clerk, on=local_day(at), at=at, is_demo=True)


def _patrol(walk: Walk, near: Outlet, *, at: datetime) -> None:
    report_lead(
        walk.staff.clerk,
        source="chief_patrol",
        source_ref="XH001",
        longitude=(near.longitude_deg or 0) - AWAY_DEG,
        latitude=near.latitude_deg,
        datum="cgcs2000",
        unit=near.unit,
        at=at,
        on=local_day(at),
        text="巡河发现岸边管口，有水流出（演示）。",
        techniques=("管线排查",),
        level=2,
        is_demo=True,
    )


def _settled(walk: Walk, *, at: datetime) -> None:
    """One is no outlet, one is an outlet that stands already; the others wait."""
    by, on = walk.staff.clerk, local_day(at)
    here = list(queries.visible_to(by).filter(state="open", is_demo=True).order_by("pk"))
    if len(here) > POINTS:
        end_as_not_outlet(by, here[2], why="not_direct", reason="先进入污水管网（演示）", at=at, on=on)
    for one in here[POINTS:]:
        twins = [twin for twin in queries.twins(by, one, on=on) if twin.outlet is not None]
        if twins:
            end_as_duplicate(by, one, of_outlet=twins[0].outlet, reason="已登记（演示）", at=at, on=on)
            return


def _hints(walk: Walk, placed: list[Outlet], *, at: datetime) -> None:
    """A permit's point and a complaint with no outlet near."""
    told = (("permit", "演示企业排污许可证载明的废水总排口", -1), ("complaint", "群众反映河面有异味（演示）", 1))
    for kind, text, side in told:
        near = placed[0] if kind == "permit" else placed[-1]
        paper = library.file_bytes(pdf([text]), name=f"{text}.pdf", by=walk.staff.clerk, at=at)
        enter_hint(
            kind=kind,
            unit=near.unit,
            text=text,
            sha256=paper.sha256,
            longitude=near.longitude_deg,
            latitude=(near.latitude_deg or 0) + side * AWAY_DEG,
            water=near.water,
            by=walk.staff.clerk,
            on=local_day(at),
            at=at,
            is_demo=True,
        )


def image(number: int, code: str) -> bytes:
    """A small made-up picture: water on one side, bank on the other, a spot where something comes out."""
    rows, tone = [], zlib.crc32(code.encode()) % 40
    for y in range(SIDE_PX):
        row = bytearray(b"\0")
        for x in range(SIDE_PX):
            water = x < SIDE_PX // 2 + (y + number * 5) % 7
            spot = abs(x - SIDE_PX // 2) < 4 and abs(y - 10 - number * 3) < 4
            row += bytes((70, 60, 50) if spot else (90, 130, 150) if water else (150, 150, 90 + tone))
        rows.append(bytes(row))
    head = struct.pack(">IIBBBBB", SIDE_PX, SIDE_PX, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(b"".join(rows))), (b"IEND", b""))
    body = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + body
