"""Papers as PDF: what a user wrote is printed and never run; the same data gives the same bytes."""

import json
import zlib
from datetime import UTC, date, datetime

import pytest

from qingyuan.exchange import printing
from qingyuan.exchange.printing import pdf

AT = datetime(2026, 3, 1, 8, tzinfo=UTC)


def letter(**more: object) -> dict[str, object]:
    return {"title": "整治方案", "facts": [["名称", "演示 1 号排口"], ["期限", date(2026, 5, 1)]], **more}


def test_the_same_data_gives_the_same_bytes():
    made = pdf("letter", letter(), at=AT)
    assert made.startswith(b"%PDF-")
    assert made == pdf("letter", letter(), at=AT)


@pytest.mark.parametrize(
    "hostile", ['#read("/etc/passwd")', "#panic()", '"] #panic("x") [', "*粗* $ x $ `raw` @ref <label> \\ \x00 \u202e"]
)
def test_markup_in_the_data_is_text(hostile: str):
    assert pdf("letter", letter(sections=[{"title": hostile, "text": [hostile], "facts": [[hostile, hostile]]}]))


def test_a_file_has_a_plain_name_and_the_template_is_one_of_ours():
    for name in ("../a.png", "paper.typ", "data.json", ".hidden", "a/b.png"):
        with pytest.raises(ValueError, match="no name"):
            pdf("letter", letter(), files={name: b""})
    for template in ("../letter", "none", "/etc/passwd"):
        with pytest.raises(ValueError, match="no template"):
            pdf(template, letter())


def test_a_picture_is_shown_and_a_paper_can_be_archival():
    picture = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/></svg>'
    section = {"title": "照片", "pictures": [{"file": "a.svg", "caption": "治理前"}]}
    made = pdf("letter", letter(sections=[section]), files={"a.svg": picture}, at=AT, archival=True)
    assert b"pdfaid" in made or b"pdfaid" in b"".join(_streams(made))


def test_a_missing_font_is_said(monkeypatch, tmp_path):
    monkeypatch.setattr(printing, "FONTS", tmp_path)
    printing._fonts.cache_clear()
    with pytest.raises(printing.FontsMissing):
        pdf("letter", letter())
    printing._fonts.cache_clear()


def _streams(made: bytes):
    for part in made.split(b"stream\n")[1:]:
        try:
            yield zlib.decompress(part)
        except zlib.error:
            yield json.dumps("").encode()
