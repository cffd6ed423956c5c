"""`outlets import`, `export`, `show`, `check-code`: the same functions as the pages."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import yaml
from django.utils import timezone

from qingyuan.boards.progress import queries as progress
from qingyuan.bodies.models import Body
from qingyuan.commands import registers
from qingyuan.commands.answers import answer, verb
from qingyuan.core.access import CONSOLE
from qingyuan.core.coding import CodeFault, parse_code, parse_old_local
from qingyuan.core.lifecycle import STAGES, Stage, milestones_of
from qingyuan.core.lifecycle_words import MILESTONES
from qingyuan.core.refusal import NotFound, Refusal, Refused, require
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.exchange import queries as exchange
from qingyuan.exchange.actions import run_import
from qingyuan.ledger import queries as ledger
from qingyuan.library import actions as library
from qingyuan.places import queries as places
from qingyuan.registry import queries as registry
from qingyuan.registry.models import Outlet

FIELDS = [
    field
    for field in Outlet._meta.concrete_fields
    if not field.is_relation
    and field.attname not in ("id", "mkey", "milestones", "water_flags", "unit_path", "managing_path", "water_path")
]


def add_parser(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `outlets` with its verbs."""
    verbs = groups.add_parser("outlets", help="排污口").add_subparsers(dest="verb", required=True, metavar="VERB")
    take = verb(verbs, "import", import_file, "导入台账")
    take.add_argument("file", type=Path, help="xlsx、xls、csv、GeoJSON、GeoPackage、KML、KMZ 或 shapefile（zip）")
    take.add_argument("--unit", required=True, help="导入到哪个区划（代码或名称）")
    take.add_argument("--dry-run", action="store_true", help="只核对，不入库")
    take.add_argument("--sheet", default="", help="工作表或图层")
    take.add_argument("--map", dest="mapping", type=Path, help="JSON 或 YAML：表头 → 字段")
    take.add_argument("--stage", choices=[stage.value for stage in Stage], help="按在办台账带入到这一阶段")
    take.add_argument("--source-paper", type=Path, help="来源台账文件，带入时必填")
    give = verb(verbs, "export", export_file, "导出台账")
    give.add_argument("--unit", help="哪个区划（代码或名称）")
    give.add_argument("--body", help="哪个责任部门（名称或编号）")
    give.add_argument("--as", dest="form", required=True, choices=exchange.FORMATS)
    give.add_argument("--out", required=True, type=Path)
    look = verb(verbs, "show", show, "一个排污口的全部信息")
    look.add_argument("key", help="国家编码、地方编码或编号")
    code = verb(verbs, "check-code", check_code, "校验编码")
    code.add_argument("code")
    registers.add_verbs(verbs)


def import_file(asked: argparse.Namespace) -> int:
    """Stage, judge and take in. 0 once every row is judged, 1 when the file itself is refused."""
    at = timezone.now()
    require(_no_file(asked.file))
    unit = places.unit_for(asked.unit)
    sha256 = ""
    if asked.source_paper is not None and not asked.dry_run:
        require(_no_file(asked.source_paper))
        paper = library.file_bytes(asked.source_paper.read_bytes(), name=asked.source_paper.name, by=CONSOLE, at=at)
        sha256 = paper.sha256
    done = run_import(
        asked.file,
        asked.file.name,
        unit=unit,
        by=CONSOLE,
        at=at,
        dry_run=asked.dry_run,
        sheet=asked.sheet,
        mapping=_mapping(asked.mapping) if asked.mapping else None,
        stated=Stage(asked.stage) if asked.stage else None,
        source_sha256=sha256,
    )
    lines = [
        f"{'核对' if asked.dry_run else '导入'} {done.rows} 行：新增 {done.new}，更新 {done.updated}，"
        f"无变化 {done.unchanged}，退回 {done.refused}"
    ]
    for finding in done.findings:
        said = finding.as_json()
        hint = f"　建议：{said['suggestion']}" if said["suggestion"] else ""
        lines.append(f"第 {said['row']} 行 {said['column']}：{said['text']}（{said['severity']} {said['code']}）{hint}")
    return answer(asked, done.as_json(), lines)


def _no_file(path: Path) -> Refusal | None:
    if not path.is_file():
        return Refusal("file.missing", _("没有找到文件“%(path)s”。"), {"path": str(path)})
    return None


def _mapping(path: Path) -> Mapping[str, str | None]:
    require(_no_file(path))
    try:
        read = yaml.safe_load(path.read_text("utf-8"))  # JSON is YAML
    except (UnicodeDecodeError, yaml.YAMLError):
        read = None
    if not isinstance(read, Mapping):
        raise Refused(Refusal("file.mapping", _("对应关系文件应是“表头 → 字段”的表。")))
    return {str(label): None if field is None else str(field) for label, field in read.items()}


def export_file(asked: argparse.Namespace) -> int:
    """Write the outlets of a unit or of a department to a file."""
    if not (asked.unit or asked.body):
        require(Refusal("exchange.where", _("请指明 --unit 或 --body。")))
    unit = places.unit_for(asked.unit) if asked.unit else None
    body = _body(asked.body, unit.path if unit else "") if asked.body else None
    if not asked.out.parent.is_dir():
        require(Refusal("file.folder", _("没有文件夹“%(path)s”。"), {"path": str(asked.out.parent)}))
    done = exchange.export_outlets(asked.out, asked.form, by=CONSOLE, on=timezone.localdate(), unit=unit, body=body)
    lines = [f"已导出 {done.rows} 行到 {asked.out}", *done.warnings]
    return answer(asked, {**done.as_json(), "out": str(asked.out)}, lines)


def _body(text: str, path: str) -> Body:
    from qingyuan.bodies import queries as bodies

    found = bodies.named(text, path=path)
    if found is None and text.isdecimal():
        return bodies.body(int(text))
    if found is None:
        raise NotFound("body", text)
    return found


def show(asked: argparse.Namespace) -> int:
    """Everything on record about one outlet."""
    outlet = registry.outlet(CONSOLE, asked.key)
    document = file_of(outlet, on=timezone.localdate())
    lines = [
        f"{outlet.national_code or outlet.local_code or outlet.pk}  {outlet.name}",
        f"{document['unit_name']}　{document['water'] or '水体待补充'}　{STAGES[Stage(outlet.stage)]}",
        *(f"{line['recorded']}　{line['act']}　{line['actor']}　{line['clause']}" for line in document["ledger"]),
    ]
    return answer(asked, document, lines)


def _scope(outlet: Outlet) -> dict:
    """In which dated targets it counts and to which groups its water belongs, today."""
    scope = progress.scope_of(outlet, progress.Asking.today(timezone.now()))
    return {
        "in_scope": scope.in_scope,
        "waters": scope.waters,
        "clause": scope.clause,
        "targets": [target.key for target in scope.targets],
        "groups": [{"flag": one.flag, "from": _plain(one.from_day), "source": one.source} for one in scope.groups],
    }


def file_of(outlet: Outlet, *, on: date) -> dict:
    """The whole file of an outlet as plain values."""
    chain = registry.chain(outlet, on=on)
    return {
        "id": outlet.pk,
        **{field.attname: _plain(getattr(outlet, field.attname)) for field in FIELDS},
        "unit": outlet.unit.code,
        "unit_name": places.full_name(outlet.unit_path),
        "managing_unit": outlet.managing_unit.code,
        "managing_body": outlet.managing_body.name if outlet.managing_body else None,
        "water": outlet.water.name if outlet.water else None,
        "party": outlet.party.name if outlet.party else None,
        "merged_into": outlet.merged_into_id,
        "milestones": [{"milestone": one.value, "name": MILESTONES[one]} for one in milestones_of(outlet.milestones)],
        "chain": {
            "channels": [
                {
                    "name": branch.channel.name,
                    "sources": [{"body": one.body.name, "share": _plain(one.share)} for one in branch.sources],
                }
                for branch in chain.branches
            ],
            "broken": list(chain.broken),
        },
        "scope": _scope(outlet),
        "facts": dict(registry.facts_of(outlet, on=on)),
        "papers": [
            {"kind": one.kind, "title": one.title, "day": one.day.isoformat(), "sha256": one.sha256}
            for one in registry.papers_of(outlet)
        ],
        "ledger": [
            {
                "number": line.number,
                "act": line.act,
                "occurred": line.occurred,
                "recorded": line.recorded_at.isoformat(),
                "actor": line.actor_name,
                "clause": line.clause,
                "pack": line.pack,
                "changes": dict(line.changes),
                "hash": line.hash,
            }
            for line in ledger.timeline("outlet", str(outlet.pk))
        ],
    }


def _plain(value: object) -> object:
    match value:
        case Decimal():
            return float(value)
        case datetime() | date():
            return value.isoformat()
        case _:
            return value


def check_code(asked: argparse.Namespace) -> int:
    """The segments of a national code, or why it is none."""
    read = parse_code(asked.code)
    if isinstance(read, CodeFault):
        old = parse_old_local(asked.code)
        document = {"ok": False, "code": read.code, "reason": read.reason, "old_local": asdict(old) if old else None}
        return answer(asked, document, [read.reason], ok=False)
    county = None
    try:
        county = places.full_name(places.unit(read.county).path)
    except NotFound:
        county = None
    document = {"ok": True, "written": str(read), **asdict(read), "county_name": county}
    lines = [
        f"{read}  流域水系 {read.basin}  区划 {read.county} {county or '（区划表中没有）'}  顺序 {read.serial:04d}"
        f"  类型 {read.type}  支口 {read.branch:02d}"
    ]
    return answer(asked, document, lines)
