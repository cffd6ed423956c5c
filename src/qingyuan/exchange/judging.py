"""Judge one line by itself: read each field, say what is missing, invalid or doubtful. Pure.

What a point means on the map is positions.py, what two lines mean to each other and to the register is identity.py. A
required field that is missing lets the row in as 待补充; an invalid one keeps it out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from qingyuan.core import coding
from qingyuan.core.credit_code import is_credit_code
from qingyuan.exchange import fields, words
from qingyuan.exchange.container import column_letters
from qingyuan.exchange.coordinates import judge_party_point, judge_point
from qingyuan.exchange.findings import ERROR, Finding, finding
from qingyuan.exchange.gazetteer import COUNTY, Fault, Gazetteer, UnitFact, Words
from qingyuan.exchange.names import judge_name
from qingyuan.exchange.papers import judge_papers, judge_type
from qingyuan.exchange.repeated import Repeated, taking
from qingyuan.exchange.tables import Line
from qingyuan.exchange.types import TypeIndex
from qingyuan.exchange.values import code_of, half_width, name_of, text_of

if TYPE_CHECKING:
    from qingyuan.registry.models import Outlet

_LIMITS = {"section_interval": 128, "mouth_text": 200, "note": 500, "party_name": 128, "water": 64, "party_type": 64}
_LIMITS |= {"entry_form": 32, "diversion_mode": 32, "town": 64, "village": 64, "local_code": 32}
_HAN = re.compile(r"[\u4e00-\u9fa5]")
_NONE = frozenset(
    {"无", "/", "-", "—", "\\", "暂无", "不详", "待定", "待补充", "空", "未知", "——", "n/a", "null", "none"}
)
_UNSETTLED = "（待核）"
_LOST = {"uncomputed": "field.uncomputed", "error": "field.cell_error"}
NOT_A_POINT = "coordinate.not_a_point"
# What the steps of judging look at: lines that say the same in these fields are judged once.
_PLACE = ("city", "county", "town", "village", "division_code", "managing_unit", "water")
_WORDS = ("entry_form", "diversion_mode", "party_type", "section_interval", "mouth_text", "note")
_TYPE = ("type_first", "type")
_PAPERS = ("approval_date", "found_on", "permit_number", "progress", "archived", "stage")
_PARTY = ("party_name", "party_credit_code", "party_longitude", "party_latitude", "party_coordinates")


@dataclass(slots=True)
class Judged:
    """A line as judged. `raw` is field → the cell as given; `values` what would be written; `verdict` comes later."""

    row: int
    raw: dict[str, object]
    said: tuple[str, ...] | None = None  # the mapped columns' texts, blanks too, where all are texts
    values: dict[str, object] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    unit: UnitFact | None = None
    zone: UnitFact | None = None
    point: tuple[float, float] | None = None
    missing: list[str] = field(default_factory=list)
    outlet_id: int | None = None
    former: Outlet | None = None  # the entry it names was dropped as a duplicate of `outlet_id`
    held: frozenset[str] = frozenset()  # columns that would go back to what was put aside when two entries became one
    verdict: str = ""

    @property
    def refused(self) -> bool:
        """Does an error keep the row out?"""
        return any(item.severity == ERROR for item in self.findings)

    @property
    def name(self) -> str:
        """The outlet's name as read, or a word for it."""
        return str(self.values.get("name") or "")


@dataclass(slots=True)
class Judge:
    """Reads lines of one table. `water_of` finds a water's id by name near a path; None when nobody knows it."""

    gazetteer: Gazetteer
    types: TypeIndex
    water_of: Callable[[str, str], int | None]
    labels: Sequence[str]
    mapping: Mapping[int, str]
    today: date
    uses_1904: bool = False
    columns: dict[str, int] = field(default_factory=dict)
    _pairs: tuple[tuple[int, str], ...] = ()
    _names: tuple[str, ...] = ()
    _pick: Callable[[Sequence[object]], tuple[object, ...]] = tuple  # of a line's cells those of the mapped columns
    _width: int = 0
    _missing_columns: frozenset[str] = frozenset()
    _shown: dict[str, tuple[str, str, str]] = field(default_factory=dict)  # field → title, header, letters of its cells
    _steps: tuple[Callable[[Judged], None], ...] = ()

    def __post_init__(self) -> None:
        self.columns = {name: column for column, name in self.mapping.items()}
        self._pairs = tuple(self.mapping.items())
        self._names = tuple(self.mapping.values())
        self._pick = taking(tuple(self.mapping))
        self._width = max(self.mapping, default=-1) + 1
        self._missing_columns = frozenset(self.missing_columns())
        self._shown = {name: self._place_of(name) for name in (*fields.TITLES, "")}
        self._steps = tuple(
            (Repeated(of, step, Judged, self._names) if of else step)
            for of, step in (
                (_PLACE, self._places),
                ((), self._codes),
                ((), partial(judge_name, self)),
                (_WORDS, self._words),
                ((), self._number),
                (_TYPE, partial(judge_type, self)),
                (_PAPERS, partial(judge_papers, self)),
                ((), partial(judge_point, self)),
                (_PARTY, self._party),
            )
        )

    def missing_columns(self) -> list[str]:
        """Required fields the table has no column for: told once, not for every line."""
        has_point = {"longitude", "latitude"} <= self.columns.keys() or "coordinates" in self.columns
        has_unit = bool(self.columns.keys() & {"county", "division_code"})
        present = {"coordinates": has_point, "county": has_unit}
        return [name for name in fields.REQUIRED if not present.get(name, name in self.columns)]

    def read(self, line: Line, repairs: Mapping[str, str] | None = None) -> Judged:
        """Every field of a line; `repairs` are accepted suggestions, field → new text."""
        judged = self._opened(line)
        if repairs:
            judged.raw.update(repairs)
            judged.said = None
        self._lost(line, judged, repairs or {})
        self._shifted(line, judged)
        for step in self._steps:
            step(judged)
        self._missing(judged)
        return judged

    def _opened(self, line: Line) -> Judged:
        """The line with its cells by field; nearly always all of them are texts."""
        cells = line.cells
        if len(cells) >= self._width:
            try:
                said = tuple(map(str.strip, self._pick(cells)))  # type: ignore[arg-type]
            except TypeError:  # a number, a day or nothing among them
                pass
            else:
                return Judged(
                    line.number, {name: text for name, text in zip(self._names, said, strict=True) if text}, said
                )
        return Judged(line.number, self._raw(cells))

    def _raw(self, cells: Sequence[object]) -> dict[str, object]:
        """Field → cell, blanks left out."""
        raw, width = {}, len(cells)
        for column, name in self._pairs:
            if column < width and (cell := cells[column]) is not None:
                kept = cell.strip() if cell.__class__ is str else _kept(cell)
                if kept != "":
                    raw[name] = kept
        return raw

    # --- telling -------------------------------------------------------------------------------------------------

    def tell(self, judged: Judged, code: str, name: str = "", **more: object) -> None:
        """Add a finding about a field of the row."""
        judged.findings.append(self.about(judged.row, code, name, **more))

    def about(self, row: int, code: str, name: str = "", **more: object) -> Finding:
        """A finding about a field of a line; `title` and the cell come from the field."""
        title, label, letters = self._shown[name] if name in self._shown else self._place_of(name)
        params: dict[str, Any] = {"title": title} | more
        return finding(code, row, column=label, cell=f"{letters}{row}" if letters else "", **params)

    def _place_of(self, name: str) -> tuple[str, str, str]:
        column = self.columns.get(name, -1)
        label = self.labels[column] if 0 <= column < len(self.labels) else ""
        return fields.TITLES.get(name, name), label, column_letters(column + 1) if column >= 0 else ""

    def text(self, judged: Judged, name: str) -> str:
        """A cell as text; words that mean nothing ("无", "/") are blanks."""
        value = judged.raw.get(name)
        if value is None:
            return ""
        text = text_of(value).removesuffix(_UNSETTLED)
        return "" if text.lower() in _NONE else text

    def _lost(self, line: Line, judged: Judged, repairs: Mapping[str, str]) -> None:
        for column, what in line.lost.items():
            name = self.mapping.get(column)
            if not name or name in words.KEPT_AS_GIVEN or name in repairs:
                continue
            if code := _LOST.get(what):
                self.tell(judged, code, name)
            else:
                self.tell(judged, NOT_A_POINT, name, shape=what)
        for column, top in line.filled.items():
            if name := self.mapping.get(column):
                self.tell(judged, "field.merged_cell", name, from_row=top)

    def _shifted(self, line: Line, judged: Judged) -> None:
        if len(line.cells) <= len(self.labels):
            return
        if extra := sum(1 for cell in line.cells[len(self.labels) :] if text_of(cell)):
            self.tell(judged, "file.shifted_row", count=extra)

    # --- where ---------------------------------------------------------------------------------------------------

    def _places(self, judged: Judged) -> None:
        where = Words(
            *(
                self.text(judged, name)
                for name in ("city", "county", "town", "village", "division_code", "managing_unit")
            )
        )
        found = self.gazetteer.resolve(where)
        judged.unit, judged.zone = found.unit, found.zone
        for fault in found.faults:
            self._tell_fault(judged, fault)
        for name, text in (("town", where.town), ("village", where.village)):
            self._keep(judged, name, f"{name}_text", text)
        if (water := name_of(self.text(judged, "water"))) and self._is_words(judged, "water", water):
            judged.values["water_id"] = self.water_of(water, found.unit.path)
            self._keep(judged, "water", "water_text", water)
            if judged.values["water_id"] is None:
                self.tell(judged, "field.unknown_word", "water", value=water)

    def _tell_fault(self, judged: Judged, fault: Fault) -> None:
        if fault.code == "code.old_division":
            self.tell(judged, fault.code, fault.field, value=fault.word, names=fault.suggestion)
        elif fault.code in ("code.division", "field.unknown_word"):
            self.tell(judged, fault.code, fault.field, value=fault.word, suggestion=fault.suggestion)
        else:
            here = self.gazetteer.top.name
            reason = {
                "elsewhere": f"它属于{fault.suggestion}，不在{here}的相应辖区内。"
                if fault.suggestion
                else f"它不在{here}辖区内。"
            }
            reason |= {"outside": f"不在{here}范围内。", "unknown": f"{here}没有这个名称。"}
            offered = fault.suggestion if fault.reason == "unknown" else ""
            repair = {fault.field: offered} if offered else {}
            self.tell(
                judged,
                "field.invalid",
                fault.field,
                value=fault.word,
                reason=reason[fault.reason],
                suggestion=offered,
                repair=repair,
            )

    # --- what it is called ---------------------------------------------------------------------------------------

    def _codes(self, judged: Judged) -> None:
        for name in ("national_code", "code", "local_code"):
            if name not in judged.raw or not (text := code_of(self.text(judged, name))):
                continue
            parsed = coding.parse_code(text) if name != "local_code" else None
            if isinstance(parsed, coding.Code):
                judged.values["national_code"] = str(parsed)
                self._code_against_row(judged, name, parsed)
            elif name == "local_code":
                self._keep(judged, name, "local_code", text)
            elif name == "code":
                self._keep(judged, "local_code", "local_code", text)
                self.tell(judged, "code.kept_as_local", name, value=text, reason=parsed.reason if parsed else "")
            else:
                self.tell(judged, "code.format", name, value=text, reason=parsed.reason if parsed else "")

    def _code_against_row(self, judged: Judged, name: str, code: coding.Code) -> None:
        county = self.gazetteer.above(judged.unit, COUNTY) if judged.unit else None
        current = self.gazetteer.by_code.get(code.county)
        if current is None and (became := self.gazetteer.replaced(code.county)):
            names = "、".join(unit.name for unit in became)
            self.tell(judged, "code.old_division", name, value=code.county, names=names)
        elif county is not None and county.code != code.county:
            self.tell(judged, "code.other_county", name, unit=county.name)

    # --- words and papers ----------------------------------------------------------------------------------------

    def _words(self, judged: Judged) -> None:
        for name, target, usual in (
            ("entry_form", "conduit_form", words.ENTRY_FORMS),
            ("diversion_mode", "diversion_mode", words.DIVERSION_MODES),
            ("party_type", "party_type", words.PARTY_TYPES),
        ):
            text = text_of(judged.raw.get(name)) if name == "diversion_mode" else self.text(judged, name)
            text = text.removesuffix(_UNSETTLED)
            if not text:
                continue
            self._keep(judged, name, target, text)
            if text not in usual:
                self.tell(judged, "field.unknown_word", name, value=text)
        for name, target in (
            ("section_interval", "section_interval"),
            ("mouth_text", "mouth_text"),
            ("note", "remark"),
        ):
            if text := self.text(judged, name):
                self._keep(judged, name, target, text)

    def _number(self, judged: Judged) -> None:
        if "seq" not in judged.raw:
            return
        seq = text_of(judged.raw["seq"])
        if seq and not re.fullmatch(r"[1-9]\d{0,6}", half_width(seq)):
            self.tell(judged, "field.invalid", "seq", value=seq, reason="应为从 1 起的整数。")

    def _party(self, judged: Judged) -> None:
        if (name := name_of(self.text(judged, "party_name"))) and self._is_words(judged, "party_name", name):
            self._keep(judged, "party_name", "party_name", name)
        if credit := code_of(self.text(judged, "party_credit_code")):
            judged.values["party_credit_code"] = credit
            if not is_credit_code(credit):
                self.tell(judged, "code.credit", "party_credit_code", value=credit)
        judge_party_point(self, judged)

    # --- shared --------------------------------------------------------------------------------------------------

    def _is_words(self, judged: Judged, name: str, text: str) -> bool:
        if _HAN.search(text):
            return True
        self.tell(judged, "field.invalid", name, value=text, reason="应为中文名称。")
        return False

    def _keep(self, judged: Judged, name: str, target: str, text: str) -> None:
        if not text:
            return
        if len(text) > _LIMITS.get(name, 128):
            self.tell(judged, "field.too_long", name, limit=_LIMITS.get(name, 128))
        else:
            judged.values[target] = text

    def _missing(self, judged: Judged) -> None:
        present = {
            "name": bool(judged.name),
            "county": judged.unit is not None and judged.unit.level >= COUNTY,
            "town": bool(judged.values.get("town_text")) or (judged.unit is not None and judged.unit.level > COUNTY),
            "water": bool(judged.values.get("water_text")),
            "coordinates": judged.point is not None,
        }
        for name in fields.REQUIRED:
            if present[name]:
                continue
            judged.missing.append(name)
            given = {"coordinates": ("longitude", "latitude", "coordinates")}.get(name, (name,))
            told = any(judged.raw.get(one) not in (None, "") for one in given)
            told |= name == "coordinates" and any(item.code == NOT_A_POINT for item in judged.findings)
            if name not in self._missing_columns and not told:
                self.tell(judged, "field.missing", name)


def _kept(cell: object) -> object:
    """A cell as it can be stored: numbers stay numbers, dates become text."""
    match cell:
        case None:
            return ""
        case str():
            return cell.strip()
        case bool() | int():
            return cell
        case float():
            return cell if abs(cell) < 1e300 and cell == cell else ""
        case datetime() | date():
            return cell.isoformat()
        case _:
            return str(cell)
