"""Which unit do these words mean? County, town and village texts and old codes, found among the units of one import.

Pure: the units are handed in. Full names win over short ones (平城区 over 平城); a city may be written without 市; a
county that hangs directly under its province (济源, 仙桃) may stand in the city column.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches

from qingyuan.exchange.values import half_width

PROVINCE, CITY, COUNTY, TOWN, VILLAGE = 1, 2, 3, 4, 5
_ENDINGS = {
    PROVINCE: r"(维吾尔自治区|壮族自治区|回族自治区|自治区|特别行政区|省|市)$",
    CITY: r"((?:[\u4e00-\u9fa5]{1,4}族)*自治州|地区|盟|市|州)$",
    COUNTY: r"((?:[\u4e00-\u9fa5]{1,4}族)*自治县|自治旗|林区|特区|矿区|市|区|县|旗)$",
    TOWN: r"((?:[\u4e00-\u9fa5]{1,4}族)?乡|街道办事处|街道办|街道|办事处|地区|镇|苏木)$",
    VILLAGE: r"(村民委员会|居民委员会|村委会|居委会|社区|村)$",
}
_HAN = re.compile(r"[\u4e00-\u9fa5]")
_ETHNIC = re.compile(
    r"(土家族|苗族|藏族|彝族|回族|壮族|侗族|瑶族|傣族|白族|羌族|蒙古族|蒙古|朝鲜族|满族|布依族|哈尼族|景颇族|傈僳族|哈萨克|柯尔克孜|黎族)+$"
)


@dataclass(frozen=True, slots=True)
class UnitFact:
    """What an import needs to know of a unit."""

    id: int
    code: str
    name: str
    level: int
    path: str
    kind: str = "division"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a word. `refuses`: the row cannot be placed; otherwise the word stays as text."""

    field: str
    code: str
    word: str
    reason: str  # unknown, elsewhere, outside, old
    suggestion: str = ""
    refuses: bool = False


@dataclass(frozen=True, slots=True)
class Resolution:
    """The deepest unit the words lead to, the zone one of them named, and what could not be read."""

    unit: UnitFact
    zone: UnitFact | None = None
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Words:
    """What a row says about where it is."""

    city: str = ""
    county: str = ""
    town: str = ""
    village: str = ""
    division_code: str = ""
    managing_unit: str = ""


def short_name(name: str, level: int) -> str:
    """恩施土家族苗族自治州 → 恩施, 平城区 → 平城; a name of one character keeps its ending (滑县)."""
    bare = _ETHNIC.sub("", re.sub(_ENDINGS.get(level, "$^"), "", name))
    return bare if len(bare) >= 2 else name


class Gazetteer:
    """The units at, above and below the unit of one import, by code and by name."""

    def __init__(
        self, top: UnitFact, units: Iterable[UnitFact], changes: Mapping[str, tuple[str, ...]] | None = None
    ) -> None:
        self.top = top
        self.by_code: dict[str, UnitFact] = {}
        self.by_path: dict[str, UnitFact] = {}
        self._full: dict[tuple[int, str], list[UnitFact]] = {}
        self._short: dict[tuple[int, str], list[UnitFact]] = {}
        self._changes = changes or {}
        self._known: dict[Words, Resolution] = {}
        self._counties: dict[str, list[UnitFact]] = {}
        self._names: dict[tuple[int, str], list[str]] = {}
        self._above: dict[tuple[str, int], UnitFact | None] = {}
        for unit in units:
            self.by_code[unit.code] = unit
            self.by_path[unit.path] = unit
            if unit.kind == "zone":  # a zone manages, it is no county: found by _zone alone
                continue
            self._full.setdefault((unit.level, unit.name), []).append(unit)
            self._short.setdefault((unit.level, short_name(unit.name, unit.level)), []).append(unit)

        # A zone has no ground of its own in the tree: its outlets lie in divisions of its parent.
        is_zone = top.kind == "zone"
        self.zone = top if is_zone else None
        self.ground = self.by_path.get(top.path.split("Z")[0], top) if is_zone else top

    def above(self, unit: UnitFact, level: int) -> UnitFact | None:
        """The unit's ancestor of a level, or itself; None where the tree leaves that level out."""
        key = (unit.path, level)
        if key not in self._above:
            lines = (self.by_path.get(unit.path[:step]) for step in range(len(unit.path), -1, -1))
            divisions = (one for one in lines if one is not None and one.kind == "division")
            self._above[key] = next((one for one in divisions if one.level == level), None)
        return self._above[key]

    def counties_of(self, unit: UnitFact) -> list[UnitFact]:
        """Every county in a unit."""
        if unit.path not in self._counties:
            self._counties[unit.path] = [
                one
                for one in self.by_path.values()
                if one.level == COUNTY and one.kind == "division" and one.path.startswith(unit.path)
            ]
        return self._counties[unit.path]

    def resolve(self, words: Words) -> Resolution:
        """Where a row lies. The same words always give the same answer, so it is kept."""
        if _HAN.search(words.village):
            above = self.resolve(replace(words, village=""))
            if not self.names_below(VILLAGE, above.unit.path):  # nobody listed the villages: the word stays as it is
                return above
        if (known := self._known.get(words)) is None:
            known = _Search(self, words).run()
            if len(self._known) < 200_000:
                self._known[words] = known
        return known

    def find(self, word: str, level: int, within: str) -> list[UnitFact]:
        """Units of a level by full name, else by short name, in a subtree."""
        text = re.sub(r"\s", "", half_width(word))
        for index, key in ((self._full, text), (self._short, text), (self._short, short_name(text, level))):
            hits = [unit for unit in index.get((level, key), ()) if unit.path.startswith(within)]
            if hits:
                return hits
        return []

    def replaced(self, code: str) -> tuple[UnitFact, ...]:
        """What an abolished code became, as far as it lies here."""
        return tuple(self.by_code[new] for new in self._changes.get(code, ()) if new in self.by_code)

    def nearest(self, word: str, level: int, within: str) -> str:
        """The name most like a word, for a suggestion."""
        return next(iter(get_close_matches(word, self.names_below(level, within), 1, 0.6)), "")

    def names_below(self, level: int, within: str) -> list[str]:
        """Every name of a level in a subtree; none means that nobody listed them and nobody can tell."""
        key = (level, within)
        if key not in self._names:
            units = self.by_path.values()
            self._names[key] = [one.name for one in units if one.level == level and one.path.startswith(within)]
        return self._names[key]


@dataclass
class _Search:
    """One walk from the import's unit down to the leaf."""

    gazetteer: Gazetteer
    words: Words
    faults: list[Fault] = field(default_factory=list)
    zone: UnitFact | None = None

    def run(self) -> Resolution:
        self.unit = self.gazetteer.ground
        self.zone = self.gazetteer.zone
        if self.words.division_code:
            self._by_code(self.words.division_code)
        if self.words.managing_unit:
            self.zone = self._zone(self.words.managing_unit) or self.zone
        self._descend("city", self.words.city, CITY)
        self._descend("county", self.words.county, COUNTY)
        self._descend("town", self.words.town, TOWN)
        self._descend("village", self.words.village, VILLAGE)
        return Resolution(self.unit, self.zone, tuple(self.faults))

    def _by_code(self, code: str) -> None:
        digits = re.sub(r"\D", "", half_width(code))
        unit = self.gazetteer.by_code.get(digits) or self.gazetteer.by_code.get(re.sub("(000000|000)$", "", digits))
        if unit is None:
            became = self.gazetteer.replaced(digits)
            names = "、".join(one.name for one in became)
            if became:
                self.faults.append(Fault("division_code", "code.old_division", code, "old", names, False))
                unit = became[0] if len(became) == 1 else None
            else:
                self.faults.append(Fault("division_code", "code.division", code, "unknown"))
        if unit is not None and unit.level > self.unit.level:
            if unit.path.startswith(self.unit.path):
                self.unit = unit
            else:
                self._outside("division_code", code)

    def _zone(self, word: str) -> UnitFact | None:
        text = half_width(word).strip()
        zones = [one for one in self.gazetteer.by_path.values() if one.kind == "zone"]
        return next((one for one in zones if text in (one.name, one.code)), None) or next(
            (one for one in zones if text and (text in one.name or one.name in text)), None
        )

    def _descend(self, name: str, word: str, level: int) -> None:
        if not word:
            return
        text = self._without_ancestors(word)
        if not text or self._is_above(text, level):
            return
        hits = self.gazetteer.find(text, level, self.unit.path)
        if not hits and level == CITY:
            hits = self.gazetteer.find(text, COUNTY, self.unit.path)
        if not hits and level == COUNTY and (zone := self._zone(text)) is not None:
            self.zone = self.zone or zone
            return
        if len(hits) == 1:
            self.unit = hits[0]
        elif len(hits) > 1:
            self.faults.append(Fault(name, "field.unknown_word", word, "ambiguous", "、".join(h.name for h in hits)))
        else:
            self._explain(name, word, text, level)

    def _without_ancestors(self, word: str) -> str:
        """大同市平城区 in the county column is 平城区."""
        text = re.sub(r"\s", "", half_width(word))
        for step in range(1, len(self.unit.path) + 1):
            above = self.gazetteer.by_path.get(self.unit.path[:step])
            if above is not None and text.startswith(above.name) and len(text) > len(above.name):
                text = text.removeprefix(above.name)
        return text

    def _is_above(self, text: str, level: int) -> bool:
        """The word names a unit the row already lies in."""
        for step in range(len(self.unit.path) + 1):
            above = self.gazetteer.by_path.get(self.unit.path[:step])
            if above is not None and above.level and text in (above.name, short_name(above.name, above.level)):
                return above.level == level or (level == CITY and above.level == COUNTY) or above.level < level
        return False

    def _explain(self, name: str, word: str, text: str, level: int) -> None:
        wider = self.gazetteer.above(self.unit, level - 2) if level > TOWN else self.gazetteer.top
        elsewhere = self.gazetteer.find(text, level, wider.path if wider else "")
        if not elsewhere and level <= COUNTY:  # names of towns repeat across the country
            elsewhere = self.gazetteer.find(text, level, "")
        if elsewhere:
            place = self.gazetteer.by_path.get(elsewhere[0].path[: -3 if level >= TOWN else -2])
            within = place.name if place is not None else ""
            self.faults.append(Fault(name, "field.invalid", word, "elsewhere", within, True))
            return
        # A town or village nobody listed stays as text; a county must be one of the table.
        if level <= COUNTY or not _HAN.search(text):
            suggestion = self.gazetteer.nearest(text, level, self.unit.path)
            self.faults.append(Fault(name, "field.invalid", word, "unknown", suggestion, True))
        elif self.gazetteer.names_below(level, self.unit.path):
            suggestion = self.gazetteer.nearest(text, level, self.unit.path)
            self.faults.append(Fault(name, "field.unknown_word", word, "unknown", suggestion))

    def _outside(self, name: str, word: str) -> None:
        self.faults.append(Fault(name, "field.invalid", word, "outside", self.unit.name, True))
