"""From a judged row to the register: what is handed to its actions, whose own rules hold. Writes nothing.

A new row enters by 排查登记 with the file as its survey record, or by 带入 when the import names a stage and a source.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from qingyuan.core.lifecycle import IMPLIED, Milestone, Move, Paper, Stage
from qingyuan.exchange.models import Import, ImportRow
from qingyuan.places.models import Unit, Water
from qingyuan.registry.actions import NewOutlet

UNNAMED = "待命名排污口"
_TEXTS = (
    "national_code",
    "local_code",
    "town_text",
    "village_text",
    "water_text",
    "section_interval",
    "conduit_form",
    "mouth_text",
    "diversion_mode",
    "permit_number",
    "position_given",
    "remark",
)


@dataclass(slots=True)
class Waiting:
    """A judged line that waits to be taken in, and where it went; what ImportRow keeps, without the cost of one."""

    pk: int
    number: int
    verdict: str
    outlet_id: int | None
    values: Mapping[str, Any]
    before: Mapping[str, object] = field(default_factory=dict)
    version_after: int | None = None

    @property
    def type_text(self) -> str:
        """The type in the file's own words; a line judged by an earlier release has it in its cells alone."""
        if (said := self.values.get("type_text")) is None:
            raw = ImportRow.objects.values_list("raw", flat=True).get(pk=self.pk)
            said = raw.get("type") or raw.get("type_first") or ""
        return str(said)


@dataclass(slots=True)
class Shelf:
    """Units and waters that rows speak of, fetched once."""

    units: dict[str, Unit] = field(default_factory=dict)
    waters: dict[int, Water] = field(default_factory=dict)

    def fetch(self, rows: Iterable[ImportRow | Waiting]) -> None:
        """Read what these rows need and is not here yet."""
        codes, ids = set(), set()
        for row in rows:
            values = row.values
            codes.add(values.get("unit_code"))
            codes.add(values.get("zone_code"))
            ids.add(values.get("water_id"))
            if changed := values.get("changes"):
                ids.add(changed.get("water"))
        codes -= {None, ""}
        ids.discard(None)
        self.units |= {unit.code: unit for unit in Unit.objects.filter(code__in=codes - self.units.keys())}
        self.waters |= Water.objects.defer("geometry").in_bulk(ids - self.waters.keys())


def new_outlet(batch: Import, row: Waiting, shelf: Shelf, *, today: date) -> NewOutlet:
    """What the register is asked to enter for a new row."""
    values = row.values
    stated = values.get("stage") or batch.stage_stated
    brings_in = bool(batch.source_sha256) and bool(stated)
    stage = Stage(stated) if brings_in else None
    on = date.fromisoformat(str(values["found_on"])) if values.get("found_on") else today
    fields: dict[str, object] = {name: text for name in _TEXTS if (text := values.get(name))}
    fields["missing"] = list(values.get("missing") or [])
    fields["source"] = f"导入：{batch.filename}"[:64]
    if values.get("approval_date"):
        fields["approval_date"] = date.fromisoformat(str(values["approval_date"]))
    type_key = str(values.get("type_key") or "")
    classified = stage is not None and Milestone.CLASSIFIED in IMPLIED.get(stage, ())
    paper = Paper.SOURCE_REGISTER if brings_in else Paper.SURVEY_RECORD
    return NewOutlet(
        name=str(values.get("name") or UNNAMED),
        unit=shelf.units[str(values["unit_code"])],
        on=on,
        papers={paper: batch.source_sha256 if brings_in else batch.sha256},
        move=Move.BRING_IN if brings_in else Move.REGISTER,
        stage=stage,
        managing_unit=shelf.units.get(str(values.get("zone_code") or "")),
        water=shelf.waters.get(values["water_id"]) if values.get("water_id") is not None else None,
        type_key=type_key if classified else "",
        position=_position(values),
        fields=fields,
        type_proposed=(type_key, row.type_text) if type_key else None,
        party_proposed=str(values.get("party_name") or ""),
        details={"import": batch.pk, "line": row.number},
    )


def _position(values: Mapping[str, object]) -> tuple[Decimal, Decimal] | None:
    if not values.get("longitude"):
        return None
    return Decimal(str(values["longitude"])), Decimal(str(values["latitude"]))


def corrections(row: Waiting, shelf: Shelf) -> dict[str, object]:
    """Column → new value of an update, as registry.actions.correct takes it."""
    return restored(row.values.get("changes") or {}, shelf)


def restored(stored: Mapping[str, object], shelf: Shelf) -> dict[str, object]:
    """Values out of their stored form: decimals, dates, waters."""
    found: dict[str, object] = {}
    for name, value in stored.items():
        match name:
            case "longitude_deg" | "latitude_deg":
                found[name] = Decimal(str(value)) if value is not None else None
            case "approval_date":
                found[name] = date.fromisoformat(str(value)) if value is not None else None
            case "water":
                found[name] = shelf.waters.get(int(str(value))) if value is not None else None
            case _:
                found[name] = value
    return found


def kept(value: object) -> object:
    """A column's value in its stored form."""
    match value:
        case Water():
            return value.pk
        case Decimal():
            return str(value)
        case date():
            return value.isoformat()
        case _:
            return value
