"""Signboards ready to print: the boards of many outlets in one PDF, one to look at, the letter that urges a party."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime

import segno

from qingyuan.core.days import local_day
from qingyuan.exchange import printing
from qingyuan.places.models import Unit
from qingyuan.places.paths import ancestors_of
from qingyuan.registry.models import Outlet
from qingyuan.stages.standardisation.board import LABELS, QR, Look, Row
from qingyuan.stages.standardisation.models import Sign, Urging

TITLE = "入河排污口标识牌"
HINT = "扫码查看"
DEMO = "演示"
MOST = 2_000
"""Boards in one PDF."""


def pdf_of(signs: Sequence[Sign], *, at: datetime) -> bytes:
    """One PDF of some boards, a page each, in one run.

    Raises
    ------
    ValueError
        None, or more than MOST.
    """
    if not 1 <= len(signs) <= MOST:
        raise ValueError(f"{len(signs)} signboards")
    boards = [_board(sign.content, sign.look, is_demo=sign.is_demo) for sign in signs]
    return printing.pdf("signboard", {"title": TITLE, "boards": boards}, at=at, tagged=len(boards) <= 50)


def svg_of(content: Iterable[Row], look: Look, *, is_demo: bool) -> bytes:
    """One board to look at."""
    return printing.svg("signboard", {"title": TITLE, "boards": [_board(content, look, is_demo=is_demo)]})


def _board(content: Iterable[Row], look: Look, *, is_demo: bool) -> dict[str, object]:
    rows, qr = [], ""
    for row in content:
        if row["key"] == QR:
            qr = square(row["text"])
        elif row["text"]:
            rows.append([LABELS.get(row["key"], row["key"]), row["text"]])
    mark = DEMO if is_demo else ""
    return {"title": TITLE, "rows": rows, "qr": qr, "hint": HINT if qr else "", "look": look, "mark": mark}


def square(text: str) -> str:
    """A text as a square code, SVG. Level M: a quarter of a scratched plate may be gone."""
    buffer = io.BytesIO()
    segno.make(text, error="m", micro=False).save(buffer, kind="svg", border=2, xmldecl=False)
    return buffer.getvalue().decode()


def letter_of(urging: Urging, *, at: datetime) -> bytes:
    """立牌敦促函: the paper a party gets that reads no notices."""
    outlet = urging.outlet
    return printing.pdf("letter", letter_data(urging, outlet, on=local_day(at)), at=at)


def letter_data(urging: Urging, outlet: Outlet, *, on: date) -> dict[str, object]:
    """What the letter says."""
    county = Unit.objects.filter(path__in=ancestors_of(outlet.unit_path), level=3).first() or outlet.unit
    basis = f"依据{urging.clause}，" if urging.clause else ""
    return {
        "title": "关于树立入河排污口标识牌的敦促函",
        "mark": DEMO if urging.is_demo else None,
        "facts": [
            ["责任主体", urging.body.name],
            ["排污口", outlet.name],
            ["编码", outlet.national_code],
            ["所在区划", county.name],
            ["第几次敦促", str(urging.turn)],
            ["敦促日期", urging.urged_on.isoformat()],
        ],
        "sections": [
            {
                "title": "事由",
                "text": [
                    f"{basis}入河排污口应在明显位置树立标识牌。该排污口自 {urging.waiting_since.isoformat()} "
                    "起未见标识牌照片，请尽快树立，并报送立牌照片和位置。"
                ],
            }
        ],
        "printed_on": on.isoformat(),
    }
