"""一口一档 as one PDF and as one sealed pack that verifies without the system (core/sealing.py).

The pack holds the PDF, the same content as JSON, every paper under the section it belongs to, and the outlet's chain of
the ledger. A paper whose bytes are gone is named in the JSON and left out: the export never fails for one lost file.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath

from PIL import Image, ImageOps

from qingyuan.boards.archive.line import Line
from qingyuan.boards.archive.queries import Archive
from qingyuan.core import sealing
from qingyuan.core.archive import STATES, Section, State
from qingyuan.core.lifecycle import STAGES, Stage
from qingyuan.core.proof import Json
from qingyuan.core.refusal import NotFound
from qingyuan.exchange.printing import pdf
from qingyuan.ledger.models import Anchor, Entry
from qingyuan.library import queries as library
from qingyuan.library.models import File

MOST_PICTURES = 24
LONGEST_SIDE = 900
JPEG_QUALITY = 78
_PLAIN = str.maketrans(dict.fromkeys('/\\:*?"<>|\n\r\t\0', "_"))
Pictures = dict[str, tuple[bytes, str, Section]]


@dataclass(frozen=True, slots=True)
class Exported:
    """A finished export: its name and bytes."""

    name: str
    content: bytes
    missing: tuple[str, ...] = ()


def as_pdf(archive: Archive, *, at: datetime) -> Exported:
    """The file of an outlet as one paper, its pictures in it."""
    return Exported(f"{stem(archive)}.pdf", _pdf(archive, _pictures(archive), at))


def as_pack(archive: Archive, *, by: str, at: datetime) -> Exported:
    """The file of an outlet as one sealed zip. `by`: who asked for it, as his name is today."""
    files: dict[str, bytes] = {}
    papers, missing = _papers(archive)
    for name, (_sha256, content) in papers.items():
        files[name] = content
    named = {sha256: name for name, (sha256, _content) in papers.items()}
    files["archive.json"] = _document(archive, named, missing)
    files["archive.pdf"] = _pdf(archive, _pictures(archive), at)
    about: dict[str, Json] = {
        "kind": "outlet_archive",
        "subject": str(archive.outlet.pk),
        "code": archive.outlet.national_code,
        "title": archive.outlet.name,
        "day": archive.on.isoformat(),
        "score": archive.completeness.score,
        "complete": archive.completeness.is_complete,
        "sealed_by": by,
        "sealed_at": at.isoformat(),
    }
    content = sealing.seal(files, about=about, chains=[_chain(archive)], anchor=_anchor())
    return Exported(f"{stem(archive)}.zip", content, tuple(missing))


def stem(archive: Archive) -> str:
    """The name of an export without its ending."""
    code = archive.outlet.national_code or archive.outlet.local_code or str(archive.outlet.pk)
    return _file_name(f"{code}_{archive.outlet.name}_一口一档_{archive.on.isoformat()}")


def _file_name(text: str) -> str:
    return text.translate(_PLAIN).strip(" .")[:80] or "未命名"


def _papers(archive: Archive) -> tuple[dict[str, tuple[str, bytes]], list[str]]:
    """Path in the pack → (hash, bytes) of every paper; and the hashes whose bytes are gone."""
    found: dict[str, tuple[str, bytes]] = {}
    missing: list[str] = []
    listed = archive.papers
    names = dict(File.objects.filter(sha256__in=list(listed)).values_list("sha256", "name"))
    order = {
        part.standing.section: f"{number:02d}_{part.standing.name}" for number, part in enumerate(archive.parts, 1)
    }
    for sha256, (section, line) in listed.items():
        try:
            content = library.content_of(sha256)
        except NotFound:
            missing.append(sha256)
            continue
        ending = PurePosixPath(names.get(sha256, "")).suffix[:10].translate(_PLAIN)
        day = line.day.isoformat() if line.day else ""
        title = _file_name(f"{day}_{line.text or line.label}"[:50])
        found[f"papers/{_file_name(order[section])}/{title}_{sha256[:8]}{ending}"] = (sha256, content)
    return found, missing


def _document(archive: Archive, named: Mapping[str, str], missing: list[str]) -> bytes:
    outlet, whole = archive.outlet, archive.completeness
    document = {
        "outlet": {
            "id": outlet.pk,
            "national_code": outlet.national_code,
            "local_code": outlet.local_code,
            "name": outlet.name,
            "unit": outlet.unit.code,
            "stage": outlet.stage,
            "type": outlet.type_key,
            "demonstration": outlet.is_demo,
        },
        "day": archive.on.isoformat(),
        "form": archive.form,
        "clause": archive.clause,
        "score": whole.score,
        "present": whole.present,
        "applying": len(whole.applying),
        "complete": whole.is_complete,
        "sections": [
            {
                "section": part.standing.section.value,
                "name": part.standing.name,
                "state": part.standing.state.value,
                "mandatory": part.standing.mandatory,
                "why": part.standing.why,
                "lines": [_line(line, named) for line in part.lines],
            }
            for part in archive.parts
        ],
        "missing_files": missing,
    }
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True).encode()


def _line(line: Line, named: Mapping[str, str]) -> dict[str, object]:
    told: dict[str, object] = {"label": line.label, "text": line.text}
    if line.day:
        told["day"] = line.day.isoformat()
    if line.sha256:
        told |= {"sha256": line.sha256, "file": named.get(line.sha256, "")}
    return told


def _chain(archive: Archive) -> sealing.Chain:
    rows = Entry.objects.filter(kind="outlet", subject_id=str(archive.outlet.pk)).order_by("number")
    entries = list(rows.values_list("previous", "algorithm", "body", "hash"))
    return sealing.Chain("outlet", str(archive.outlet.pk), entries)


def _anchor() -> dict[str, Json] | None:
    last = Anchor.objects.order_by("-day").first()
    return {"day": last.day.isoformat(), "root": last.root, "hash": last.hash} if last else None


def _pictures(archive: Archive) -> Pictures:
    """The photographs of the file, made small: file name → (bytes, caption, section). What is no picture is no page."""
    listed = archive.papers
    kinds = File.objects.filter(sha256__in=list(listed), media_type__in=("image/jpeg", "image/png", "image/webp"))
    found: Pictures = {}
    for sha256 in kinds.order_by("filed_at", "sha256").values_list("sha256", flat=True)[:MOST_PICTURES]:
        section, line = listed[sha256]
        if (small := _small(sha256)) is not None:
            caption = " ".join(filter(None, (line.label, line.text, line.day.isoformat() if line.day else "")))
            found[f"{sha256[:16]}.jpg"] = (small, caption, section)
    return found


def _small(sha256: str) -> bytes | None:
    try:
        with Image.open(io.BytesIO(library.content_of(sha256))) as image:
            image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            upright = ImageOps.exif_transpose(image).convert("RGB")
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            out = io.BytesIO()
            upright.save(out, "JPEG", quality=JPEG_QUALITY)
    except (NotFound, OSError, ValueError, Image.DecompressionBombError):
        return None
    return out.getvalue()


def _pdf(archive: Archive, pictures: Pictures, at: datetime) -> bytes:
    outlet, whole = archive.outlet, archive.completeness
    data = {
        "title": f"{outlet.name} 一口一档",
        "mark": "演示" if outlet.is_demo else None,
        "facts": [
            ["国家编码", outlet.national_code],
            ["行政区划", outlet.unit.name],
            ["阶段", STAGES[Stage(outlet.stage)]],
            ["日期", archive.on.isoformat()],
            ["完整程度", f"{whole.present} / {len(whole.applying)}（{whole.score} %）"],
            ["是否完成登记建档", "是" if whole.is_complete else "否"],
            ["尚缺", "、".join(f"{one.name}（{one.why}）" for one in whole.missing)],
        ],
        "sections": [*_sections(archive, pictures)],
    }
    files = {name: content for name, (content, _caption, _section) in pictures.items()}
    return pdf("letter", data, files=files, at=at)


def _sections(archive: Archive, pictures: Pictures) -> Iterator[dict[str, object]]:
    for number, part in enumerate(archive.parts, 1):
        standing = part.standing
        told: dict[str, object] = {"title": f"{number}. {standing.name}（{STATES[standing.state]}）"}
        if standing.state is not State.PRESENT and standing.why:
            told["text"] = [standing.why]
        if part.lines:
            told |= {"heads": ["日期", "事项", "内容"], "rows": [_cells(line) for line in part.lines]}
        told["pictures"] = [
            {"file": name, "caption": caption}
            for name, (_content, caption, section) in pictures.items()
            if section is standing.section
        ]
        yield told


def _cells(line: Line) -> list[str]:
    return [line.day.isoformat() if line.day else "", line.label, line.text]
