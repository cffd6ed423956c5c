"""Papers as PDF: a typst template of this package, its data handed over as JSON, the bundled Chinese font.

A template lies in `exchange/print/NAME.typ`, begins with `#import "paper.typ": *` (which holds `data`, the page's look
and `picture`), and reads what it is given with `data.…`. Nothing a user wrote is ever spliced into typst source, so a
name such as `#read("/etc/passwd")` is printed as it stands. A template sees its own folder, the files handed in and
nothing else; no package is fetched.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import typst

TEMPLATES = Path(__file__).resolve().parent / "print"
FONTS = Path(__file__).resolve().parent.parent / "web" / "static" / "dist" / "fonts"
FAMILY = "Noto Sans SC"


class FontsMissing(RuntimeError):
    """The Chinese font is not where set-up puts it: `make setup`, or a damaged installation."""


def pdf(
    template: str,
    data: Mapping[str, object],
    *,
    files: Mapping[str, bytes] | None = None,
    at: datetime | None = None,
    archival: bool = False,
    tagged: bool = True,
) -> bytes:
    """One PDF of a template. The same template, data, files and `at` give the same bytes.

    Parameters
    ----------
    template
        The name of a file of `exchange/print`, without its ending.
    data
        What JSON can hold, and days, times and decimals (which become text; days as 2023-05-04).
    files
        Pictures by their name (`photo1.jpg`, no folders); the template shows them with `picture("photo1.jpg")`.
    at
        When the paper was made, for the PDF's own date; without it the paper has none.
    archival
        PDF/A-2b, for papers that are kept.
    tagged
        With the structure a screen reader follows; False for thousands of like pages.

    Raises
    ------
    FontsMissing, ValueError, typst.TypstError
    """
    how = {"format": "pdf", "pdf_standards": ["a-2b"] if archival else [], "pdf_tags": tagged}
    return _compile(template, data, files=files, at=at, how=how)


def svg(template: str, data: Mapping[str, object], *, files: Mapping[str, bytes] | None = None) -> bytes:
    """The one page of a template as SVG, to look at before it is printed. Letters are outlines: no font is asked for.

    Raises
    ------
    FontsMissing, ValueError, typst.TypstError
    """
    return _compile(template, data, files=files, at=None, how={"format": "svg"})


def _compile(
    template: str,
    data: Mapping[str, object],
    *,
    files: Mapping[str, bytes] | None,
    at: datetime | None,
    how: Mapping[str, Any],
) -> bytes:
    source = TEMPLATES / f"{template}.typ"
    if not template.replace("_", "").isalnum() or not source.is_file():
        raise ValueError(f"no template {template!r}")
    with TemporaryDirectory(prefix="qingyuan-print-") as folder:
        root = Path(folder)
        for one in TEMPLATES.glob("*.typ"):
            (root / one.name).write_bytes(one.read_bytes())
        for name, content in (files or {}).items():
            (root / _plain(name)).write_bytes(content)
        given = {**data, "made_on": at.date().isoformat() if at else ""}
        (root / "data.json").write_text(json.dumps(given, ensure_ascii=False, default=_as_text), "utf-8")
        made = typst.compile(
            root / source.name,
            root=root,
            font_paths=_fonts(),
            package_path=root,
            package_cache_path=root,
            timestamp=int(at.timestamp()) if at else 0,
            **how,
        )
    return bytes(made)


@cache
def _fonts() -> typst.Fonts:
    """The bundled font alone, so that a paper looks the same on every machine. Read once for a process."""
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])
    if FAMILY not in fonts.families():
        raise FontsMissing(str(FONTS))
    return fonts


def _plain(name: str) -> str:
    """A name of a handed-in file: in the folder itself, and none of ours."""
    if name != Path(name).name or name.startswith(".") or name.endswith(".typ") or name == "data.json":
        raise ValueError(f"no name for a file of a paper: {name!r}")
    return name


def _as_text(value: object) -> str:
    match value:
        case datetime() | date():
            return value.isoformat()
        case Decimal():
            return str(value)
        case _:
            return str(value)
