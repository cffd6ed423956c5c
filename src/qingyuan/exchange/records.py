"""The register as plain records for writing out: one flat record per outlet, read in chunks, names looked up once.

What nobody has confirmed yet, a type or a party that was only proposed, carries the words （待核）.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import islice
from operator import attrgetter
from typing import NamedTuple

from django.db.models import FloatField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from qingyuan.boards.archive.completeness import COLUMNS, Reading, Row
from qingyuan.core.days import local_day
from qingyuan.core.lifecycle import STAGES, Stage
from qingyuan.exchange.comparing import LISTED, progress_of
from qingyuan.exchange.models import ImportRow
from qingyuan.exchange.types import TypeIndex
from qingyuan.places.models import Unit
from qingyuan.registry.models import OutletQuerySet, Proposal

CHUNK = 2_000
DIGITS = 6  # of a degree, as the register keeps them
UNSETTLED = "（待核）"
_NOTHING: dict = {}
_PARTY = ("party_longitude", "party_latitude", "party_type", "party_credit_code")


class _Row(NamedTuple):
    """The columns read, in their order. A tuple, because there are 400,000 of them."""

    id: int
    national_code: str
    local_code: str
    name: str
    unit_path: str
    managing_path: str
    managing_body__name: str | None
    town_text: str
    village_text: str
    water__name: str | None
    water_text: str
    section_interval: str
    longitude: float | None
    latitude: float | None
    conduit_form: str
    mouth_text: str
    diversion_mode: str
    type_key: str
    party_id: int | None
    party__name: str | None
    party__longitude_deg: object
    party__latitude_deg: object
    party__unit_type: object
    party__credit_code: object
    stage: str
    milestones: int
    round: int
    approval_date: date | None
    permit_date: date | None
    permit_number: str
    registered_at: datetime
    remark: str
    is_demo: bool


# As floats: a decimal made for each of them costs more than the writing of it.
_POINT = {
    "longitude": Cast("longitude_deg", FloatField()),
    "latitude": Cast("latitude_deg", FloatField()),
}


_filed = attrgetter(*COLUMNS)


class Record(NamedTuple):
    """An outlet as forms print it, in CGCS2000 degrees; `listed_not_begun` is the case C-37 asks a warning for."""

    national_code: str
    local_code: str
    name: str
    province: str
    city: str
    county: str
    town: str
    village: str
    division_code: str
    managing: str
    water: str
    section_interval: str
    longitude: float | None
    latitude: float | None
    entry_form: str
    mouth_text: str
    diversion_mode: str
    party: str
    party_longitude: str
    party_latitude: str
    party_type: str
    party_credit_code: str
    type: str
    stage: str
    progress: str
    archived: str
    approval_date: date | None
    permit_number: str
    registered_on: date
    remark: str
    demo: str
    listed_not_begun: bool


def records(found: OutletQuerySet, *, types: TypeIndex, on: date, by_county: bool = True) -> Iterator[Record]:
    """Every outlet of a set, in the order of their units; whether its file is complete as the packs ask on a day."""
    words, files = _Words(types), Reading(on)
    order = ("unit_path", "id") if by_county else ("id",)
    wanted = found.order_by(*order).annotate(**_POINT).values_list(*_Row._fields)
    rows = map(_Row._make, wanted.iterator(chunk_size=CHUNK))
    while held := list(islice(rows, CHUNK)):
        proposed, claimed = _proposed(held), _claimed(held)
        archived = files.archived([Row(*_filed(one)) for one in held])
        for one in held:
            file = "是" if archived[one.id] else "否"
            yield _record(one, words, proposed.get(one.id, _NOTHING), claimed.get(one.id, _NOTHING), file)


class _Words:
    """Words that many outlets share, worked out once: of units, types, stages."""

    def __init__(self, types: TypeIndex) -> None:
        self._types = types
        self._by_path = {path: (name, level) for path, name, level in Unit.objects.values_list("path", "name", "level")}
        self._above: dict[str, tuple[str, str, str, str, str]] = {}
        self._labels: dict[str, str] = {}
        self._standing: dict[tuple[str, int, int], tuple[str, str, bool]] = {}

    def above(self, path: str) -> tuple[str, str, str, str, str]:
        """Province, city, county, town and village of a unit, "" where there is none."""
        if (known := self._above.get(path)) is None:
            steps = (self._by_path.get(path[:length]) for length in range(1, len(path) + 1))
            names = {level: name for name, level in filter(None, steps)}
            known = names.get(1, ""), names.get(2, ""), names.get(3, ""), names.get(4, ""), names.get(5, "")
            self._above[path] = known
        return known

    def name(self, path: str) -> str:
        """A unit's own name."""
        return self._by_path.get(path, ("", 0))[0]

    def type(self, key: str) -> str:
        """A type as 附件1 prints it."""
        if (known := self._labels.get(key)) is None:
            known = self._labels[key] = self._types.label(key)
        return known

    def standing(self, stage: str, milestones: int, round_: int) -> tuple[str, str, bool]:
        """Stage, 整治进展情况, and whether it is listed and not begun."""
        if (known := self._standing.get((stage, milestones, round_))) is None:
            progress = progress_of(stage, milestones, round_)
            known = STAGES[Stage(stage)], progress, stage in LISTED and not progress
            self._standing[stage, milestones, round_] = known
        return known


def _proposed(held: Sequence[_Row]) -> dict[int, dict[str, str]]:
    """Open proposals of outlets that have no type or no party yet, the latest of each."""
    ids = [one.id for one in held if not one.type_key or not one.party__name]
    found: dict[int, dict[str, str]] = {}
    rows = Proposal.objects.filter(outlet_id__in=ids, decision="open").order_by("pk")
    for outlet_id, about, value, text in rows.values_list("outlet_id", "about", "value", "text"):
        found.setdefault(outlet_id, {})[about] = value if about == "type" else text
    return found


def _claimed(held: Sequence[_Row]) -> dict[int, dict[str, object]]:
    """What the file said of the party, for outlets whose party is only proposed."""
    ids = [one.id for one in held if not one.party__name]
    said = [KeyTextTransform(name, "values") for name in _PARTY]
    rows = ImportRow.objects.filter(outlet_id__in=ids, state="taken").order_by("pk").values_list("outlet_id", *said)
    return {row[0]: dict(zip(_PARTY, row[1:], strict=True)) for row in rows.iterator(CHUNK)}


def _record(
    one: _Row, words: _Words, proposed: Mapping[str, str], claimed: Mapping[str, object], archived: str
) -> Record:
    province, city, county, town, village = words.above(one.unit_path)
    stage, progress, listed_not_begun = words.standing(one.stage, one.milestones, one.round)
    managing = one.managing_body__name or ""
    if not managing and one.managing_path != one.unit_path:
        managing = words.name(one.managing_path)
    # By position, in the order of the fields: by name it takes twice as long.
    return Record(
        one.national_code,
        one.local_code,
        one.name,
        province,
        city,
        county,
        town or one.town_text,
        village or one.village_text,
        one.unit_path.ljust(6, "0"),
        managing,
        one.water__name or one.water_text,
        one.section_interval,
        round(one.longitude, DIGITS) if one.longitude is not None else None,
        round(one.latitude, DIGITS) if one.latitude is not None else None,
        one.conduit_form,
        one.mouth_text,
        one.diversion_mode,
        *_party(one, proposed.get("party", ""), claimed),
        words.type(one.type_key) if one.type_key else _unsettled(words.type(proposed.get("type", ""))),
        stage,
        progress,
        archived,
        one.approval_date or one.permit_date,
        one.permit_number,
        local_day(one.registered_at),
        one.remark,
        "演示" if one.is_demo else "",
        listed_not_begun,
    )


def _party(one: _Row, proposed: str, claimed: Mapping[str, object]) -> tuple[str, str, str, str, str]:
    """The party with its place, type and code: the record's, else what was proposed and claimed."""
    if one.party__name:
        return (
            one.party__name,
            _text(one.party__longitude_deg),
            _text(one.party__latitude_deg),
            _text(one.party__unit_type),
            _text(one.party__credit_code),
        )
    if not claimed:
        return _unsettled(proposed), "", "", "", ""
    longitude, latitude, kind, code = (_text(claimed.get(name)) for name in _PARTY)
    return _unsettled(proposed), longitude, latitude, kind, code


def _unsettled(text: str) -> str:
    return f"{text}{UNSETTLED}" if text else ""


def _text(value: object) -> str:
    return "" if value is None else str(value)
