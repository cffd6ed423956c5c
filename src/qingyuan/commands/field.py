"""`field rescue FILE`, `field devices`: what left a phone as a file comes in; which phones still hold something."""

from __future__ import annotations

import argparse
from pathlib import Path

from django.utils import timezone

from qingyuan.commands.answers import answer, verb
from qingyuan.core.access import CONSOLE
from qingyuan.core.refusal import Refusal, Refused
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.flows import survey_opens_tracing
from qingyuan.stages.survey import queries_field
from qingyuan.stages.survey.actions.batches import Receipt
from qingyuan.stages.survey.actions.rescue import take_rescue


def add_parser(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `field` with its verbs."""
    verbs = groups.add_parser("field", help="现场排查").add_subparsers(dest="verb", required=True, metavar="VERB")
    taking = verb(verbs, "rescue", rescue, "接收设备导出的救援文件；重复接收不会重复入库")
    taking.add_argument("file", type=Path)
    verb(verbs, "devices", devices, "各设备最近联系时间和仍在设备上的内容")


def rescue(asked: argparse.Namespace) -> int:
    """Take a rescue file in; 1 when an item was refused."""
    if not asked.file.is_file():
        raise Refused(Refusal("file.absent", _("没有找到文件“%(path)s”。"), {"path": str(asked.file)}))
    at = timezone.now()
    told = take_rescue(CONSOLE, asked.file.read_bytes(), at=at)
    entered = [one.outlet for one in told.receipts if one.outlet]
    survey_opens_tracing.after_acts(entered, on=timezone.localdate(at), at=at)
    states = [one.state for one in told.receipts]
    findings = [each for one in told.receipts for each in _found(one)]
    said = {
        "items": len(states),
        "accepted": states.count("accepted"),
        "needs_you": states.count("needs_you"),
        "uploaded": states.count("uploaded"),
        "refused": states.count("refused"),
        "photos": told.photos,
        "broken_photos": told.broken,
        "findings": findings,
    }
    lines = [
        f"共 {said['items']} 项：已入库 {said['accepted']}，待处理 {said['needs_you']}，未收下 {said['refused']}；"
        f"照片 {told.photos} 张，损坏 {told.broken} 张。",
        *(f"{one['id']}  {one['text']}" for one in findings),
    ]
    return answer(asked, said, lines, ok="refused" not in states and not told.broken)


def _found(receipt: Receipt) -> list[dict[str, object]]:
    return [
        {"id": receipt.id, "code": one["code"], "severity": one["severity"], "text": queries_field.reason(one).sentence}
        for one in receipt.findings
    ]


def devices(asked: argparse.Namespace) -> int:
    """Every phone with what it still holds."""
    found = [
        {
            "device": one.uid,
            "label": one.label,
            "officer": one.officer_name,
            "last_seen": one.last_seen.isoformat(),
            "records": one.holds_records,  # type: ignore[attr-defined]
            "photos": one.holds_photos,  # type: ignore[attr-defined]
            "tracks": one.holds_tracks,  # type: ignore[attr-defined]
            "clock_offset_s": one.clock_offset_s,
        }
        for one in queries_field.devices(CONSOLE)
    ]
    lines = [
        f"{one['officer']}  {one['device']}  {one['last_seen']}  "
        f"记录 {one['records']} 照片 {one['photos']} 轨迹 {one['tracks']}"
        for one in found
    ]
    return answer(asked, found, lines or ["还没有设备联系过本站。"])
