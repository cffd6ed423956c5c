"""Judge one line by itself: read each field, say what is missing, invalid or doubtful. Pure.

What a point means on the map is positions.py, what two lines mean to each other and to the register is identity.py. A
required field that is missing lets the row in as 待补充; an invalid one keeps it out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from qingyuan.core import coding
from qingyuan.core.credit_code import is_credit_code
from qingyuan.exchange import fields
from qingyuan.exchange.coordinates import judge_party_point, judge_point
from qingyuan.exchange.findings import ERROR, Finding, finding
from qingyuan.exchange.gazetteer import COUNTY, Fault, Gazetteer, UnitFact, Words
from qingyuan.exchange.reading import Line, cell_name
from qingyuan.exchange.types import TypeIndex
from qingyuan.exchange.values import code_of, date_of, half_width, name_of, text_of

MAX_NAME = 100
_LIMITS = {"section_interval": 128, "mouth_text": 200, "note": 500, "party_name": 128, "water": 64, "party_type": 64}
_LIMITS |= {"entry_form": 32, "diversion_mode": 32, "town": 64, "village": 64, "local_code": 32}
_HAN = re.compile(r"[\u4e00-\u9fa5]")
_PERMIT = re.compile(r"[0-9A-Z]{18}\d{3}[A-Z]")
_NONE = frozenset(
    {"无", "/", "-", "—", "\\", "暂无", "不详", "待定", "待补充", "空", "未知", "——", "n/a", "null", "none"}
)
_UNSETTLED = "（待核）"
_PROGRESS = {"已完成": "已完成", "正在整治": "正在整治"}
_PROGRESS_MEANT = (
    (re.compile(r"未|无需|不需|尚"), ""),
    (re.compile(r"完成|销号|验收|是"), "已完成"),
    (re.compile(r"正在|整治中|进行|实施"), "正在整治"),
)
_YES, _NO = (
    frozenset({"是", "已完成", "完成", "已建档", "已登记", "√", "yes", "y", "1"}),
    frozenset({"否", "未完成", "未", "×", "no", "n", "0"}),
)


@dataclass(slots=True)
class Judged:
    """A line as judged. `raw` is field → the cell as given; `values` what would be written; `verdict` comes later."""

    row: int
    raw: dict[str, object]
    values: dict[str, object] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    unit: UnitFact | None = None
    zone: UnitFact | None = None
    point: tuple[float, float] | None = None
    missing: list[str] = field(default_factory=list)
    outlet_id: int | None = None
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

    def __post_init__(self) -> None:
        self.columns = {name: column for column, name in self.mapping.items()}

    def missing_columns(self) -> list[str]:
        """Required fields the table has no column for: told once, not for every line."""
        has_point = {"longitude", "latitude"} <= self.columns.keys() or "coordinates" in self.columns
        has_unit = bool(self.columns.keys() & {"county", "division_code"})
        present = {"coordinates": has_point, "county": has_unit}
        return [name for name in fields.REQUIRED if not present.get(name, name in self.columns)]

    def read(self, line: Line, repairs: Mapping[str, str] | None = None) -> Judged:
        """Every field of a line; `repairs` are accepted suggestions, field → new text."""
        raw = {name: _kept(line.cells[column]) for column, name in self.mapping.items() if column < len(line.cells)}
        judged = Judged(line.number, {name: value for name, value in raw.items() if value != ""})
        judged.raw.update(repairs or {})
        self._lost(line, judged, repairs or {})
        self._shifted(line, judged)
        self._places(judged)
        self._codes(judged)
        self._name(judged)
        self._words(judged)
        self._type(judged)
        self._papers(judged)
        judge_point(self, judged)
        self._party(judged)
        self._missing(judged)
        return judged

    # --- telling -------------------------------------------------------------------------------------------------

    def tell(self, judged: Judged, code: str, name: str = "", **more: object) -> None:
        """Add a finding about a field of the row."""
        judged.findings.append(self.about(judged.row, code, name, **more))

    def about(self, row: int, code: str, name: str = "", **more: object) -> Finding:
        """A finding about a field of a line; `title` and the cell come from the field."""
        column = self.columns.get(name, -1)
        label = self.labels[column] if 0 <= column < len(self.labels) else ""
        place = cell_name(column, row) if column >= 0 else ""
        return finding(code, row, column=label, cell=place, **({"title": fields.TITLES.get(name, name)} | more))

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
            if name and name not in fields.KEPT_AS_GIVEN and name not in repairs:
                self.tell(judged, "field.uncomputed" if what == "uncomputed" else "field.cell_error", name)
        for column, top in line.filled.items():
            if name := self.mapping.get(column):
                self.tell(judged, "field.merged_cell", name, from_row=top)

    def _shifted(self, line: Line, judged: Judged) -> None:
        extra = sum(1 for cell in line.cells[len(self.labels) :] if text_of(cell))
        if extra:
            self.tell(judged, "file.shifted_row", count=extra)

    # --- where ---------------------------------------------------------------------------------------------------

    def _places(self, judged: Judged) -> None:
        words = Words(
            *(
                self.text(judged, name)
                for name in ("city", "county", "town", "village", "division_code", "managing_unit")
            )
        )
        found = self.gazetteer.resolve(words)
        judged.unit, judged.zone = found.unit, found.zone
        for fault in found.faults:
            self._tell_fault(judged, fault)
        for name, text in (("town", words.town), ("village", words.village)):
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
            text = code_of(self.text(judged, name))
            if not text:
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

    def _name(self, judged: Judged) -> None:
        given = self.text(judged, "name")
        name = name_of(given)
        if not name:
            return
        if len(name) > MAX_NAME:
            self.tell(judged, "field.too_long", "name", limit=MAX_NAME)
        elif not _HAN.search(name):
            self.tell(judged, "field.invalid", "name", value=given, reason="名称应为中文。")
        judged.values["name"] = name

    def check_name(self, judged: Judged) -> None:
        """The pattern of HJ 1235, once the row's county is known."""
        name = judged.name
        if not name or judged.unit is None or not _HAN.search(name):
            return
        county = self.gazetteer.above(judged.unit, COUNTY)
        city = self.gazetteer.above(judged.unit, COUNTY - 1)
        letters = str(judged.values.get("type_letters") or _letters_of(name))
        told = coding.check_name(
            name, city=city.name if city else "", county=county.name if county else "", type_letters=letters
        )
        for item in told:
            code = _NAME_CODES.get(item.code)
            if code:
                self._tell_name(judged, code, item.text, name_of(item.suggestion))
        if name.endswith("排放口"):
            self._tell_name(
                judged,
                "name.suffix",
                "结尾应为“排污口”或“排口”，不是“排放口”。",
                name.removesuffix("排放口") + "排污口",
            )
        if not any(word in name for words in coding.TYPE_WORDS.values() for word in words) or not name.endswith(
            self.types.endings
        ):
            self._tell_name(judged, "name.type_word", "结尾的类型用语不是二级分类的名称。", "")

    def _tell_name(self, judged: Judged, code: str, reason: str, better: str) -> None:
        if any(item.code == code for item in judged.findings):
            return
        repair = {"name": better} if better else {}
        self.tell(judged, code, "name", value=judged.name, reason=reason, suggestion=better, repair=repair)

    # --- words and papers ----------------------------------------------------------------------------------------

    def _words(self, judged: Judged) -> None:
        for name, target, usual in (
            ("entry_form", "conduit_form", fields.ENTRY_FORMS),
            ("diversion_mode", "diversion_mode", fields.DIVERSION_MODES),
            ("party_type", "party_type", fields.PARTY_TYPES),
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
        seq = text_of(judged.raw.get("seq"))
        if seq and not re.fullmatch(r"[1-9]\d{0,6}", half_width(seq)):
            self.tell(judged, "field.invalid", "seq", value=seq, reason="应为从 1 起的整数。")

    def _type(self, judged: Judged) -> None:
        first, text = self.text(judged, "type_first"), self.text(judged, "type")
        word = text or first
        if not word:
            return
        found = self.types.find(word)
        if found is None:
            offered = self.types.nearest(word)
            repair = {"type": offered} if offered else {}
            self.tell(
                judged,
                "field.invalid",
                "type" if text else "type_first",
                value=word,
                reason="不在分类表中。",
                suggestion=offered,
                repair=repair,
            )
            return
        if found.second:
            judged.values["type_key"] = found.key
            judged.values["type_letters"] = found.letters
            above = self.types.find(first) if first and text else None
            if above is not None and above.first != found.first:
                self.tell(judged, "field.type_mismatch", "type", second=text, first=first)
        elif found.first:
            self.tell(judged, "field.type_first_level", "type" if text else "type_first", value=word)

    def _papers(self, judged: Judged) -> None:
        for name in ("approval_date", "found_on"):
            if self.text(judged, name):
                self._date(judged, name)
        if permit := code_of(self.text(judged, "permit_number")):
            judged.values["permit_number"] = permit
            if not _PERMIT.fullmatch(permit):
                self.tell(
                    judged,
                    "field.invalid",
                    "permit_number",
                    value=permit,
                    reason="应为 22 位：18 位统一社会信用代码、3 位数字、1 位字母。",
                )
            elif not is_credit_code(permit[:18]):
                self.tell(judged, "code.credit", "permit_number", value=permit[:18])
        if progress := self.text(judged, "progress"):
            self._progress(judged, progress)
        if archived := self.text(judged, "archived"):
            known = archived.lower() in _YES or archived.lower() in _NO
            judged.values["archived"] = archived.lower() in _YES if known else None
            if not known:
                self.tell(judged, "field.unknown_word", "archived", value=archived)
        if stage := self.text(judged, "stage"):
            judged.values["stage_text"] = stage

    def _date(self, judged: Judged, name: str) -> None:
        day = date_of(_cell(judged.raw[name]), uses_1904=self.uses_1904)
        if day is None:
            self.tell(judged, "field.invalid", name, value=self.text(judged, name), reason="不是有效日期。")
        elif day > self.today:
            self.tell(judged, "field.future_date", name, value=day.isoformat())
        else:
            judged.values[name] = day.isoformat()

    def _progress(self, judged: Judged, text: str) -> None:
        if text in _PROGRESS:
            judged.values["progress"] = text
            return
        meant = next((word for pattern, word in _PROGRESS_MEANT if pattern.search(text)), None)
        repair = {"progress": meant} if meant is not None else {}
        self.tell(
            judged, "field.invalid", "progress", value=text, reason="只能填“已完成”“正在整治”或留空。",
            suggestion="留空" if meant == "" else meant or "", repair=repair,
        )  # fmt: skip

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
        without_column = set(self.missing_columns())
        for name in fields.REQUIRED:
            if present[name]:
                continue
            judged.missing.append(name)
            given = {"coordinates": ("longitude", "latitude", "coordinates")}.get(name, (name,))
            told = any(judged.raw.get(one) not in (None, "") for one in given)
            if name not in without_column and not told:
                self.tell(judged, "field.missing", name)


_NAME_CODES = {
    coding.NameFault.NO_SUFFIX: "name.suffix",
    coding.NameFault.SUFFIX_OF_TYPE: "name.suffix",
    coding.NameFault.NO_COUNTY: "name.county_part",
    coding.NameFault.NO_TYPE_WORD: "name.type_word",
    coding.NameFault.ORDINAL: "name.ordinal",
}


def _letters_of(name: str) -> str:
    """The type a name speaks of, where the file has no type: enough to know which ending it should have."""
    if re.search("雨洪|雨水", name):
        return "YH"
    if "城镇污水" in name:
        return "SH"
    return "GY" if re.search("污水|废水|化工|公司|工业|企业", name) else ""


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


def _cell(kept: object) -> object:
    """A stored cell as date_of wants it: 2023-05-04T00:00:00 was a date cell."""
    if isinstance(kept, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}(T[\d:.]+)?", kept):
        return kept[:10]
    return kept
