"""What may be filed: papers, never programs. A document is taken by many people after it was handed in by one."""

from __future__ import annotations

from pathlib import PurePosixPath

from qingyuan.core.refusal import Refusal
from qingyuan.core.refusal import gettext_noop as _

PROGRAMS = frozenset(
    {".exe", ".dll", ".scr", ".com", ".msi", ".bat", ".cmd", ".ps1", ".vbs", ".js", ".mjs", ".jar", ".apk", ".sh"}
    | {".hta", ".lnk", ".reg", ".php", ".jsp", ".asp", ".aspx", ".htm", ".html", ".xhtml", ".svg", ".swf"}
)
"""Endings of what runs when it is opened, a page of the web among them."""
BEGINNINGS = (
    b"MZ",
    b"\x7fELF",
    b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",
    b"#!",
    b"<html",
    b"<!doctype html",
    b"<script",
    b"<svg",
)
"""How a program or a page begins, whatever its name says."""
HEAD = 512


def paper(name: str, head: bytes) -> Refusal | None:
    """Against a program or a page handed in as a paper: by its ending or by its beginning.

    Parameters
    ----------
    name
        As the sender calls it.
    head
        The first bytes, `HEAD` are enough.
    """
    begins = head[:HEAD].removeprefix(b"\xef\xbb\xbf").lstrip()
    lower = begins.lower()
    runs = any(lower.startswith(one.lower()) for one in BEGINNINGS)
    if PurePosixPath(name).suffix.lower() not in PROGRAMS and not runs:
        return None
    text = _("“%(name)s”是程序或网页文件，不能作为材料提交；请提交 PDF、图片、表格等文件。")
    return Refusal("library.program", text, {"name": name})
