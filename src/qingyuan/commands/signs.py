"""`signs pdf`, `erected`, `urge`, `list`: signboards, by the same functions as the pages."""

from __future__ import annotations

import argparse
from decimal import Decimal
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from qingyuan.commands.answers import answer, verb
from qingyuan.core.access import CONSOLE
from qingyuan.core.refusal import Refusal, Refused
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.exchange import signboards
from qingyuan.flows import signboard_urging
from qingyuan.places import queries as places
from qingyuan.registry import queries as registry
from qingyuan.stages.standardisation import queries
from qingyuan.stages.standardisation.actions import signs
from qingyuan.stages.standardisation.models import Sign


def add_parser(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `signs` with its verbs."""
    verbs = groups.add_parser("signs", help="标识牌").add_subparsers(dest="verb", required=True, metavar="VERB")
    draw = verb(verbs, "pdf", pdf, "一个区划里已编码排污口的标识牌，一块一页；没有设计的先设计")
    draw.add_argument("--unit", default="")
    draw.add_argument("--outlet", default="", metavar="KEY", help="只要这一个排污口")
    draw.add_argument("--out", required=True, metavar="FILE")
    draw.add_argument("--after", type=int, default=0, metavar="ID", help="接着这一排污口编号往下")
    draw.add_argument("--limit", type=int, default=1000)
    up = verb(verbs, "erected", erected, "登记立牌")
    up.add_argument("key", metavar="KEY", help="排污口编码或编号")
    up.add_argument("--photo", required=True, metavar="FILE")
    up.add_argument("--at", default="", metavar="LON,LAT", help="照片中没有位置时填写")
    up.add_argument("--reason", default="", help="距排污口较远的理由")
    verb(verbs, "urge", urge, "敦促逾期未立牌的责任主体").add_argument("--unit", default="")
    ask = verb(verbs, "list", list_signs, "已编码排污口的标识牌")
    ask.add_argument("--unit", default="")
    ask.add_argument("--state", choices=queries.STATES, default="")
    ask.add_argument("--after", type=int, default=0, metavar="ID")
    ask.add_argument("--limit", type=int, default=50)


def pdf(asked: argparse.Namespace) -> int:
    """The boards of a unit, or of one outlet, into a file."""
    at = timezone.now()
    on = timezone.localdate(at)
    if asked.outlet:
        outlets = [registry.outlet(CONSOLE, asked.outlet)]
    else:
        path = places.unit_for(asked.unit).path if asked.unit else ""
        limit = min(asked.limit, signboards.MOST)
        outlets = [row.outlet for row in queries.listed(CONSOLE, path=path, after=asked.after, limit=limit)]
    boards: list[Sign] = []
    with transaction.atomic():
        for outlet in outlets:
            boards.append(queries.sign_of(outlet) or signs.design_sign(outlet, on=on, by=CONSOLE, at=at))
    if not boards:
        raise Refused(Refusal("signs.none_chosen", _("请至少选择一个排污口。")))
    Path(asked.out).write_bytes(signboards.pdf_of(boards, at=at))
    last = outlets[-1].pk
    return answer(asked, {"signs": len(boards), "file": asked.out, "last": last}, [f"{len(boards)} 块 → {asked.out}"])


def erected(asked: argparse.Namespace) -> int:
    """The photograph of a board where it stands."""
    at = timezone.now()
    outlet = registry.outlet(CONSOLE, asked.key)
    found = queries.sign_of(outlet)
    if found is None:
        raise Refused(Refusal("signs.not_designed_yet", _("还没有标识牌，请先设计。")))
    longitude, _comma, latitude = asked.at.partition(",")
    position = (Decimal(longitude.strip()), Decimal(latitude.strip())) if latitude.strip() else None
    photo = Path(asked.photo)
    made = signs.erect_sign(
        found,
        photo=photo.read_bytes(),
        name=photo.name,
        position=position,
        reason=asked.reason,
        on=timezone.localdate(at),
        by=CONSOLE,
        at=at,
    )
    return answer(asked, {"id": made.pk, "state": made.state, "distance_m": made.distance_m}, [f"{made.code} 已立牌"])


def urge(asked: argparse.Namespace) -> int:
    """Urge who is due. Twice changes nothing."""
    at = timezone.now()
    path = places.unit_for(asked.unit).path if asked.unit else ""
    urged = signboard_urging.urge_due(on=timezone.localdate(at), at=at, path=path)
    return answer(asked, {"urged": urged}, [f"敦促 {urged} 次"])


def list_signs(asked: argparse.Namespace) -> int:
    """A page of coded outlets with their boards."""
    path = places.unit_for(asked.unit).path if asked.unit else ""
    rows = queries.listed(CONSOLE, path=path, state=asked.state, after=asked.after, limit=asked.limit)
    told = [
        {"outlet": row.outlet.pk, "code": row.outlet.national_code, "state": row.state, "urged": row.urged}
        for row in rows
    ]
    lines = [
        f"{row.outlet.national_code}  {row.sign.get_state_display() if row.sign else '没有标识牌'}  {row.outlet.name}"
        for row in rows
    ]
    return answer(asked, {"signs": told}, lines or ["没有"])
