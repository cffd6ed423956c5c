"""What the wizard shows of an import: columns with their guesses, findings by kind and row, points on a map."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from qingyuan.exchange.columns import SURE, guess
from qingyuan.exchange.container import column_letters
from qingyuan.exchange.fields import FIELDS
from qingyuan.exchange.findings import GROUPS
from qingyuan.exchange.header import Heading
from qingyuan.exchange.models import FindingRow, Import, ImportRow
from qingyuan.places.models import Boundary
from qingyuan.web.imports import said

PER_PAGE = 50
_WEIGHT = {"error": 0, "warning": 1, "info": 2}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the file: where it stands, what it is taken for and how surely."""

    number: int
    letters: str
    label: str
    group: str
    field: str
    sure: bool


@dataclass(frozen=True, slots=True)
class Kind:
    """Findings of one code."""

    code: str
    group: str
    severity: str
    count: int
    repairs: int
    example: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One finding with its row: the sentence, the suggestion, the name of the outlet and the cell as given."""

    finding: FindingRow
    text: str
    suggestion: str
    name: str
    given: str
    verdict: str


def columns(batch: Import) -> list[Column]:
    """Every column with a label."""
    heading = Heading(1, 1, tuple(batch.labels), tuple(batch.groups))
    guesses = {item.column: item for item in guess(heading)}
    return [
        Column(
            number,
            column_letters(number + 1),
            label,
            batch.groups[number] if number < len(batch.groups) else "",
            batch.mapping.get(str(number), ""),
            batch.mapping.get(str(number), "") != guesses[number].field or guesses[number].confidence >= SURE,
        )
        for number, label in enumerate(batch.labels)
        if label
    ]


def fields() -> list[tuple[str, str]]:
    """The fields a column may be, for a select."""
    return [(item.name, _(item.title)) for item in FIELDS]


def kinds(batch: Import) -> list[Kind]:
    """Codes of findings with their counts, the gravest first."""
    rows = batch.findings.values("code", "severity").annotate(
        n=Count("pk"), repairs=Count("pk", filter=~Q(repair={}) & ~Q(settled="accepted"))
    )
    last_first = batch.findings.order_by("-number").values_list("code", "severity", "text")
    first = {(code, severity): text for code, severity, text in last_first}
    found = [
        Kind(
            row["code"],
            _(GROUPS.get(row["code"].split(".")[0], "")),
            row["severity"],
            row["n"],
            row["repairs"],
            said.finding(row["code"], first.get((row["code"], row["severity"]), "")),
        )
        for row in rows
    ]
    return sorted(found, key=lambda kind: (_WEIGHT[kind.severity], -kind.count, kind.code))


def rows_of(batch: Import, kind: Kind | None, page: str) -> tuple[Page, list[Shown]]:
    """One page of findings of a kind, each with its row."""
    found = batch.findings.filter(code=kind.code, severity=kind.severity) if kind else batch.findings.none()
    pages = Paginator(found.order_by("number", "pk"), PER_PAGE)
    shown = pages.get_page(page)
    items = list(shown.object_list)
    lines = {line.number: line for line in batch.lines.filter(number__in={item.number for item in items})}
    return shown, [_shown(item, lines.get(item.number), batch) for item in items]


def _shown(finding: FindingRow, line: ImportRow | None, batch: Import) -> Shown:
    told = said.finding(finding.code, finding.text), said.phrase(finding.suggestion)
    if line is None:
        return Shown(finding, *told, "", "", "")
    name = str(line.values.get("name") or line.raw.get("name") or "")
    column = batch.labels.index(finding.column) if finding.column in batch.labels else -1
    given = line.raw.get(batch.mapping.get(str(column), ""), "")
    return Shown(finding, *told, name, str(given), line.verdict)


def cells(batch: Import) -> dict[str, str]:
    """Cell name → the gravest severity found in it, of the lines the sample shows."""
    numbers = [number for number, _texts in batch.sample]
    marked: dict[str, str] = {}
    for cell, severity in batch.findings.filter(number__in=numbers).values_list("cell", "severity"):
        if cell and _WEIGHT[severity] < _WEIGHT.get(marked.get(cell, "info"), 2):
            marked[cell] = severity
    return marked


def sheet(batch: Import) -> list[tuple[int, list[tuple[str, str]]]]:
    """The file's first lines as it shows them: line number, then (text, severity) of each cell."""
    marked = cells(batch)
    return [
        (number, [(text, marked.get(f"{column_letters(n)}{number}", "")) for n, text in enumerate(texts, start=1)])
        for number, texts in batch.sample
    ]


def points(batch: Import, found: Sequence[Shown], one: str = "") -> str:
    """The points of these findings for the small map; for one finding also the middle of the unit the row names."""
    numbers = {item.finding.number for item in found if not one or str(item.finding.pk) == one}
    lines = batch.lines.filter(number__in=numbers).values_list("number", "values")
    known = [(number, values) for number, values in lines if values.get("longitude")]
    marks: list[Mapping[str, object]] = [
        {
            "lon": float(values["longitude"]),
            "lat": float(values["latitude"]),
            "type": "QT",
            "label": _("第 %(line)d 行") % {"line": number},
            "tone": "red",
        }
        for number, values in known
    ]
    if one and known:
        marks = [*marks, *_said(known[0][1])]
    return json.dumps(marks, ensure_ascii=False) if marks else ""


def _said(values: Mapping[str, object]) -> list[Mapping[str, object]]:
    box = Boundary.objects.filter(unit__code=str(values.get("unit_code"))[:6]).first()
    if box is None:
        return []
    west, south, east, north = box.west_deg, box.south_deg, box.east_deg, box.north_deg
    if west is None or south is None or east is None or north is None:
        return []
    middle = {"lon": (west + east) / 2, "lat": (south + north) / 2}
    return [middle | {"type": "QT", "label": _("行内所写的县（市、区）"), "tone": "blue"}]
