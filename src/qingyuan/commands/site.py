"""`init` and `demo`: a site of one's own, or a demonstration. Neither asks; a site that exists is left alone."""

from __future__ import annotations

import argparse
import secrets
import string
from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from qingyuan.access import actions as access
from qingyuan.access.models import Officer
from qingyuan.commands.answers import answer, note, verb
from qingyuan.core.access import CONSOLE, Role
from qingyuan.core.refusal import Refusal, require
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.places import actions as places
from qingyuan.places import queries
from qingyuan.places.models import Unit
from qingyuan.rulebook import actions as rulebook


def add_parser(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `init` and `demo`."""
    begin = verb(groups, "init", init, "建立新站点")
    begin.add_argument("--unit", required=True, metavar="CODE", help="所辖行政区划代码；000000 为全国")
    show = verb(groups, "demo", demo, "建立演示站点")
    show.add_argument("--scale", choices=["five", "nation"], default="five", help="five：五地；nation：全国四十万个")
    show.add_argument("--seed", type=int, default=2023, help="同一种子得到同一名录")
    show.add_argument("--count", type=int, default=400_000, help="nation 的排污口数")
    show.add_argument("--force", action="store_true", help="站点里已有演示数据时仍继续")


def init(asked: argparse.Namespace) -> int:
    """Tables, places, packs and the first administrator with a printed one-time password. A second time is refused."""
    at = timezone.now()
    _lay_tables()
    require(_already_there())
    counts = lay_ground(asked.unit, at=at, say=lambda text: note(asked, text))
    unit = queries.unit(asked.unit)
    password = one_time_password()
    with transaction.atomic():
        officer = access.enrol(
            username="admin", name=_("系统管理员"), password=password, must_change_password=True, by=CONSOLE, at=at
        )
        access.assign(officer, role=Role.ADMINISTRATOR, unit=unit, by=CONSOLE, at=at, from_day=timezone.localdate(at))
    document = {"unit": unit.code, "name": unit.name, **counts, "administrator": "admin", "password": password}
    lines = [
        f"站点已建立：{unit.code} {unit.name}",
        f"区划 {counts['units']} 个，水体 {counts['waters']} 个，政策包 {counts['packs']} 个",
        f"管理员：admin    一次性密码：{password}（首次登录须修改，只显示这一次）",
        "运行：qingyuan serve",
    ]
    return answer(asked, document, lines)


def demo(asked: argparse.Namespace) -> int:
    """The five schemes, or a register of national size, every record marked 演示. Log-ins are printed."""
    from qingyuan.demo import builder

    at = timezone.now()
    _lay_tables()
    if not asked.force:
        require(_already_there())

    def say(text: str) -> None:
        note(asked, text)

    if not Unit.objects.exists():
        lay_ground("000000", at=builder.BEGAN, say=say)
    made = builder.build(scale=asked.scale, seed=asked.seed, count=asked.count, at=at, say=say)
    document = {
        "scale": asked.scale,
        "seed": asked.seed,
        "outlets": made.outlets,
        "entries": made.entries,
        "password": builder.PASSWORD,
        "log_ins": [
            {"username": one.username, "name": one.name, "role": one.role, "reach": one.reach} for one in made.log_ins
        ],
    }
    lines = [f"演示站点已建立：排污口 {made.outlets} 个，留痕 {made.entries} 条。", ""]
    lines += [f"  {one.username:<20}{one.role}　{one.reach}" for one in made.log_ins]
    lines += ["", f"全部账号的密码：{builder.PASSWORD}"]
    return answer(asked, document, lines)


def lay_ground(unit_code: str, *, at: datetime, say: Callable[[str], None]) -> dict[str, int]:
    """Load divisions, basins, waters and the shipped packs. May be repeated."""
    say("载入行政区划")
    units = places.load_divisions(unit_code, at=at, by=CONSOLE)
    queries.unit(unit_code)  # NotFound for a code nobody knows
    say("载入流域和水体")
    places.load_basins(at=at, by=CONSOLE)
    waters = places.load_waters(at=at, by=CONSOLE)
    say("载入政策包")
    packs = rulebook.load_shipped(by=CONSOLE, at=at)
    return {"units": units.new + units.unchanged, "waters": waters.new + waters.unchanged, "packs": len(packs)}


def _lay_tables() -> None:
    settings.HOME.mkdir(parents=True, exist_ok=True)
    call_command("migrate", verbosity=0, interactive=False)


def _already_there() -> Refusal | None:
    if "access_officer" in connection.introspection.table_names() and Officer.objects.exists():
        return Refusal("site.exists", _("站点已经建立，没有作任何改动。"))
    return None


def one_time_password() -> str:
    """Sixteen signs of three kinds, none that is read for another."""
    letters = "".join(set(string.ascii_letters) - set("lIO"))
    signs = [secrets.choice(letters) for _place in range(11)] + [secrets.choice("23456789") for _place in range(4)]
    secrets.SystemRandom().shuffle(signs)
    return secrets.choice("ABCDEFGH") + "".join(signs)
