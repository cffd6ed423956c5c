"""Made-up papers: small PDF files, one for each kind, place and month, so that every move has something on file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime

from django.db import transaction

from qingyuan.core.access import Actor
from qingyuan.core.lifecycle import PAPERS, Paper
from qingyuan.core.refusal import Refused
from qingyuan.library import actions as library


class Papers:
    """The papers of one place; each is filed the first time it is needed."""

    def __init__(self, place: str) -> None:
        self.place = place
        self.filed: dict[tuple[Paper, str], str] = {}

    def of(self, kinds: Sequence[Paper], *, on: date, by: Actor, at: datetime) -> dict[Paper, str]:
        """Kind → content hash for the month of a day."""
        return {kind: self._one(kind, f"{on:%Y-%m}", by=by, at=at) for kind in kinds}

    @contextmanager
    def all_or_nothing(self) -> Iterator[None]:
        """One transaction: when it is refused, the papers filed in it go with the rest."""
        filed = dict(self.filed)
        try:
            with transaction.atomic():
                yield
        except Refused:
            self.filed = filed
            raise

    def _one(self, kind: Paper, month: str, *, by: Actor, at: datetime) -> str:
        if (kind, month) not in self.filed:
            label = PAPERS[kind]
            lines = [f"{label}（演示）", f"{self.place}　{month}", "本件为演示材料，内容均系虚构，不作任何依据。"]
            name = f"{self.place}{month}{label}（演示）.pdf"
            self.filed[kind, month] = library.file_bytes(pdf(lines), name=name, by=by, at=at).sha256
        return self.filed[kind, month]


def pdf(lines: Sequence[str]) -> bytes:
    """One A4 page of Chinese lines, in a font every reader brings along (nothing embedded).

    >>> pdf(["演示"]).startswith(b"%PDF-1.4")
    True
    """
    shown = b" ".join(
        b"<%s> Tj 0 -28 Td" % line.encode("utf-16-be").hex().upper().encode() for line in lines if line.strip()
    )
    stream = b"BT /F1 16 Tf 72 760 Td " + shown + b" ET"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [6 0 R] >>",
        b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light"
        b" /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /FontDescriptor 7 0 R >>",
        b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 4 /FontBBox [-25 -254 1000 880] /ItalicAngle 0"
        b" /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>",
    ]
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(out)
