"""`outlets registers list|publish|export`, `outlets reconcile-codes`, `outlets duplicates`: the register at work."""

from __future__ import annotations

import argparse
from pathlib import Path

from django.utils import timezone

from qingyuan.commands.answers import answer, verb
from qingyuan.core.access import CONSOLE
from qingyuan.core.refusal import Refusal, require
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.exchange.code_lists import read_codes
from qingyuan.exchange.registers import FORMATS, write_register
from qingyuan.places import queries as places
from qingyuan.registry import actions, duplicates, queries, registers, versions
from qingyuan.registry.code_matching import MATCH_LABELS, Match, reconcile

DUPLICATES_AT_MOST = 1_000


def add_verbs(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the verbs to `outlets`."""
    listing = verb(verbs, "registers", registers_, "名录和清单：列出、发布一版、导出")
    listing.add_argument("act", choices=["list", "publish", "export"])
    listing.add_argument("--unit", required=True, help="哪个区划（代码或名称）")
    listing.add_argument("--register", default="directory", help="哪个名录（标识，见 list）")
    listing.add_argument("--number", type=int, default=0, help="导出哪一版，缺省为现在的内容")
    listing.add_argument("--as", dest="form", default="xlsx", choices=FORMATS)
    listing.add_argument("--out", type=Path, help="导出到哪个文件")
    listing.add_argument("--note", default="", help="发布说明")
    codes = verb(verbs, "reconcile-codes", reconcile_codes, "国家编码清单与登记核对（不改登记）")
    codes.add_argument("file", type=Path, help="xlsx 或 csv")
    codes.add_argument("--unit", required=True, help="哪个区划（代码或名称）")
    twins = verb(verbs, "duplicates", list_duplicates, "疑似重复登记（不改登记）")
    twins.add_argument("--unit", required=True, help="哪个区划（代码或名称）")


def registers_(asked: argparse.Namespace) -> int:
    """One of the three acts on the registers of a unit."""
    match asked.act:
        case "publish":
            return _publish(asked)
        case "export":
            return _export(asked)
        case _:
            return _list(asked)


def _list(asked: argparse.Namespace) -> int:
    unit, on = places.unit_for(asked.unit), timezone.localdate()
    found = []
    for one in registers.registers_of(unit.path, on=on):
        last = versions.last_of(unit, one.key)
        found.append(
            {
                "register": one.key,
                "name": one.name,
                "clause": one.clause,
                "columns": list(one.columns),
                "rows": registers.how_many(one, unit, on=on),
                "version": last.number if last else None,
                "published": last.snapshot_day.isoformat() if last else None,
            }
        )
    lines = [
        f"{one['register']}　{one['name']}　{one['rows']} 个　{one['clause']}　"
        + (f"第 {one['version']} 版 {one['published']}" if one["version"] else "尚未发布")
        for one in found
    ]
    return answer(asked, {"unit": unit.code, "registers": found}, lines)


def _publish(asked: argparse.Namespace) -> int:
    unit = places.unit_for(asked.unit)
    last = versions.last_of(unit, asked.register)
    made = actions.publish_version(
        unit, asked.register, after=last.number if last else 0, note=asked.note, by=CONSOLE, at=timezone.now()
    )
    document = {
        "unit": unit.code,
        "register": made.register,
        "name": made.name,
        "version": made.number,
        "rows": made.rows,
        "added": made.added,
        "removed": made.removed,
        "changed": made.changed,
        "digest": made.digest,
        "sha256": made.sha256,
    }
    said = f"已发布{made.name}第 {made.number} 版：{made.rows} 个，+{made.added} −{made.removed} ±{made.changed}"
    return answer(asked, document, [said])


def _export(asked: argparse.Namespace) -> int:
    unit, on = places.unit_for(asked.unit), timezone.localdate()
    if asked.out is None:
        require(Refusal("exchange.out", _("请用 --out 指明导出到哪个文件。")))
    if not asked.out.parent.is_dir():
        require(Refusal("file.folder", _("没有文件夹“%(path)s”。"), {"path": str(asked.out.parent)}))
    register = registers.register_of(unit.path, asked.register, on=on)
    if asked.number:
        snapshot = versions.snapshot_of(versions.version_of(unit, asked.register, asked.number))
        columns, rows = snapshot.columns, iter(versions.rows_as_listed(snapshot))
    else:
        found = registers.outlets_in(register, unit, on=on)
        columns, rows = register.columns, registers.rows_of(register, found, unit, on=on)
    with asked.out.open("wb") as out:
        written = write_register(out, asked.form, name=register.name, columns=columns, rows=rows)
    document = {"unit": unit.code, "register": register.key, "rows": written, "out": str(asked.out)}
    return answer(asked, document, [f"已导出 {written} 行到 {asked.out}"])


def reconcile_codes(asked: argparse.Namespace) -> int:
    """A list of national codes beside the register; nothing is written. 0 when every line agrees, else 1."""
    if not asked.file.is_file():
        require(Refusal("file.missing", _("没有找到文件“%(path)s”。"), {"path": str(asked.file)}))
    unit = places.unit_for(asked.unit)
    report = reconcile(read_codes(asked.file, asked.file.name), unit, on=timezone.localdate())
    lines = [f"{MATCH_LABELS[match]}：{n}" for match, n in report.counts.items()]
    lines.append(f"登记中有、清单中没有：{report.only_here_count}")
    agrees = report.counts[Match.SAME] == len(report.rows) and not report.only_here_count
    return answer(asked, report.as_json(), lines, ok=agrees)


def list_duplicates(asked: argparse.Namespace) -> int:
    """Pairs that may be one outlet, at most a thousand of them."""
    unit, on = places.unit_for(asked.unit), timezone.localdate()
    found = queries.visible_to(CONSOLE)
    found = found.within(unit.path) if unit.path else found
    pairs: list[duplicates.Candidate] = []
    after = ""
    while len(pairs) < DUPLICATES_AT_MOST:
        page = duplicates.pairs_in(found, CONSOLE, on=on, after=after, size=100)
        pairs += page.pairs
        after = page.after
        if not after:
            break
    document = [
        {
            "first": one.first.pk,
            "second": one.second.pk,
            "names": [one.first.name, one.second.name],
            "distance_m": None if one.distance_m is None else round(one.distance_m, 1),
            "name_share": round(one.name_share, 3),
            "same_code": one.same_code,
            "same_party": one.same_party,
        }
        for one in pairs[:DUPLICATES_AT_MOST]
    ]
    lines = [f"{one.first.pk} {one.first.name}　{one.second.pk} {one.second.name}" for one in pairs]
    return answer(asked, document, lines or ["没有疑似重复的登记"])
