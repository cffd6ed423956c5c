"""The register as plain records for writing out: one flat record per outlet, read in chunks, names looked up once.

What nobody has confirmed yet, a type or a party that was only proposed, carries the words （待核）.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import islice

from django.db.models.fields.json import KeyTextTransform

from qingyuan.core.lifecycle import BITS, STAGES, Milestone, Stage
from qingyuan.exchange.comparing import LISTED, progress_of
from qingyuan.exchange.models import ImportRow
from qingyuan.exchange.types import TypeIndex
from qingyuan.places.models import Unit
from qingyuan.registry.models import OutletQuerySet, Proposal

CHUNK = 2_000
UNSETTLED = "（待核）"
_PARTY = ("party_longitude", "party_latitude", "party_type", "party_credit_code")
_COLUMNS = (
    "id",
    "national_code",
    "local_code",
    "name",
    "unit_path",
    "managing_path",
    "managing_body__name",
    "town_text",
    "village_text",
    "water__name",
    "water_text",
    "section_interval",
    "longitude_deg",
    "latitude_deg",
    "conduit_form",
    "mouth_text",
    "diversion_mode",
    "type_key",
    "party__name",
    "party__longitude_deg",
    "party__latitude_deg",
    "party__unit_type",
    "party__credit_code",
    "stage",
    "milestones",
    "round",
    "approval_date",
    "permit_date",
    "permit_number",
    "registered_at",
    "remark",
    "is_demo",
)


@dataclass(frozen=True, slots=True)
class Record:
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
    longitude: Decimal | None
    latitude: Decimal | None
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
    archived: bool
    approval_date: date | None
    permit_number: str
    registered_on: date
    remark: str
    is_demo: bool
    listed_not_begun: bool


def records(found: OutletQuerySet, *, types: TypeIndex, by_county: bool = True) -> Iterator[Record]:
    """Every outlet of a set, in the order of their units."""
    units = _Units()
    order = ("unit_path", "id") if by_county else ("id",)
    rows = found.order_by(*order).values_list(*_COLUMNS).iterator(chunk_size=CHUNK)
    while chunk := list(islice(rows, CHUNK)):
        held = [dict(zip(_COLUMNS, row, strict=True)) for row in chunk]
        proposed = _proposed(held)
        claimed = _claimed(held)
        for one in held:
            yield _record(one, units, types, proposed.get(one["id"], {}), claimed.get(one["id"], {}))


class _Units:
    """Names by path and level, read once."""

    def __init__(self) -> None:
        self._by_path = {path: (name, level) for path, name, level in Unit.objects.values_list("path", "name", "level")}
        self._known: dict[str, dict[int, str]] = {}

    def names(self, path: str) -> dict[int, str]:
        """Level → name of a unit and those above it."""
        if path not in self._known:
            steps = (self._by_path.get(path[:length]) for length in range(1, len(path) + 1))
            self._known[path] = {level: name for name, level in filter(None, steps)}
        return self._known[path]

    def name(self, path: str) -> str:
        """A unit's own name."""
        return self._by_path.get(path, ("", 0))[0]


def _proposed(held: Sequence[Mapping]) -> dict[int, dict[str, str]]:
    """Open proposals of outlets that have no type or no party yet, the latest of each."""
    ids = [one["id"] for one in held if not one["type_key"] or not one["party__name"]]
    found: dict[int, dict[str, str]] = {}
    rows = Proposal.objects.filter(outlet__in=ids, decision="open").order_by("pk")
    for outlet_id, about, value, text in rows.values_list("outlet_id", "about", "value", "text"):
        found.setdefault(outlet_id, {})[about] = value if about == "type" else text
    return found


def _claimed(held: Sequence[Mapping]) -> dict[int, dict[str, object]]:
    """What the file said of the party, for outlets whose party is only proposed."""
    ids = [one["id"] for one in held if not one["party__name"]]
    said = [KeyTextTransform(name, "values") for name in _PARTY]
    rows = ImportRow.objects.filter(outlet_id__in=ids, state="taken").order_by("pk").values_list("outlet_id", *said)
    return {row[0]: dict(zip(_PARTY, row[1:], strict=True)) for row in rows.iterator(CHUNK)}


def _record(
    one: Mapping, units: _Units, types: TypeIndex, proposed: Mapping[str, str], claimed: Mapping[str, object]
) -> Record:
    names = units.names(one["unit_path"])
    progress = progress_of(one["stage"], one["milestones"], one["round"])
    type_text = types.label(one["type_key"])
    if not one["type_key"] and proposed.get("type"):
        type_text = f"{types.label(proposed['type'])}{UNSETTLED}" if types.label(proposed["type"]) else ""
    party, fixed = one["party__name"] or "", bool(one["party__name"])
    if not fixed and proposed.get("party"):
        party = f"{proposed['party']}{UNSETTLED}"
    managing = one["managing_body__name"] or ""
    if not managing and one["managing_path"] != one["unit_path"]:
        managing = units.name(one["managing_path"])
    return Record(
        national_code=one["national_code"],
        local_code=one["local_code"],
        name=one["name"],
        province=names.get(1, ""),
        city=names.get(2, ""),
        county=names.get(3, ""),
        town=names.get(4, "") or one["town_text"],
        village=names.get(5, "") or one["village_text"],
        division_code=one["unit_path"].ljust(6, "0"),
        managing=managing,
        water=one["water__name"] or one["water_text"],
        section_interval=one["section_interval"],
        longitude=one["longitude_deg"],
        latitude=one["latitude_deg"],
        entry_form=one["conduit_form"],
        mouth_text=one["mouth_text"],
        diversion_mode=one["diversion_mode"],
        party=party,
        party_longitude=_text(one["party__longitude_deg"] if fixed else claimed.get("party_longitude")),
        party_latitude=_text(one["party__latitude_deg"] if fixed else claimed.get("party_latitude")),
        party_type=_text(one["party__unit_type"] if fixed else claimed.get("party_type")),
        party_credit_code=_text(one["party__credit_code"] if fixed else claimed.get("party_credit_code")),
        type=type_text,
        stage=STAGES[Stage(one["stage"])],
        progress=progress,
        archived=bool(one["milestones"] & BITS[Milestone.ARCHIVED]),
        approval_date=one["approval_date"] or one["permit_date"],
        permit_number=one["permit_number"],
        registered_on=one["registered_at"].date(),
        remark=one["remark"],
        is_demo=one["is_demo"],
        listed_not_begun=one["stage"] in LISTED and not progress,
    )


def _text(value: object) -> str:
    return "" if value is None else str(value)
