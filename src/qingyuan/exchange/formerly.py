"""What the outlets of the register were called before: codes they bore, and entries dropped as duplicates of them.

An old file names them as it always did. Its rows lead to the entry that was kept; the dropped one never comes again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from copy import copy
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models.fields.json import KT

from qingyuan.registry.models import Alias, Outlet, Resolution

# What an entry may have taken over and a file may say otherwise (comparing.py), as columns of its record.
_TAKEN = (
    "name",
    "local_code",
    "section_interval",
    "conduit_form",
    "mouth_text",
    "diversion_mode",
    "permit_number",
    "remark",
    "town_text",
    "village_text",
    "water_id",
    "water_text",
    "longitude_deg",
    "latitude_deg",
    "approval_date",
    "permit_date",
)


@dataclass(frozen=True, slots=True)
class Former:
    """An entry dropped as a duplicate, as it stood: `outlet` is its id, `kept` the id of what stands for it now."""

    outlet: int
    kept: int
    name: str
    unit_path: str
    point: tuple[float, float] | None
    national_code: str
    local_code: str


@dataclass(slots=True)
class Formers:
    """Every dropped entry, read once; asked by id, code and name."""

    by_outlet: dict[int, Former] = field(default_factory=dict)
    kept: set[int] = field(default_factory=set)
    by_code: dict[str, list[Former]] = field(default_factory=dict)
    by_name: dict[str, list[Former]] = field(default_factory=dict)

    @classmethod
    def read(cls) -> Formers:
        """One query. Resolutions that were undone do not count."""
        state = [KT(f"state__columns__drop__{name}") for name in ("national_code", "local_code")]
        columns = ("dropped_id", "kept_id", "dropped__name", "dropped__unit_path")
        point = ("dropped__longitude_deg", "dropped__latitude_deg")
        found = cls()
        for outlet, kept, name, path, lon, lat, national, local in (
            Resolution.objects.filter(undone_at=None).values_list(*columns, *point, *state).iterator()
        ):
            where = (float(lon), float(lat)) if lon is not None and lat is not None else None
            found.kept.add(kept)
            found.by_outlet[outlet] = Former(outlet, kept, name, path, where, national or "", local or "")
        for pk, former in found.by_outlet.items():
            found.by_outlet[pk] = former = replace(former, kept=found.leads_to(former.kept))
            found.by_name.setdefault(former.name, []).append(former)
            for code in filter(None, (former.national_code, former.local_code)):
                found.by_code.setdefault(code, []).append(former)
        return found

    def leads_to(self, pk: int) -> int:
        """The entry that stands for this one: itself, or what it was dropped for, however many times over."""
        while (former := self.by_outlet.get(pk)) is not None:
            pk = former.kept
        return pk

    def coded(self, kept: int, codes: Iterable[str]) -> Former | None:
        """The entry with one of these codes that this outlet now stands for."""
        for code in codes:
            for former in self.by_code.get(code, ()):
                if former.kept == kept:
                    return former
        return None

    def as_it_stood(self, pks: Iterable[int]) -> dict[int, Outlet]:
        """Dropped entries with the codes they had; not to be saved."""
        outlets = Outlet.objects.select_related("water").in_bulk(list(pks))
        for pk, outlet in outlets.items():
            outlet.national_code, outlet.local_code = self.by_outlet[pk].national_code, self.by_outlet[pk].local_code
        return outlets

    def before(self, outlets: Iterable[Outlet]) -> dict[int, list[Outlet]]:
        """Kept entries as they stood before they took values of a dropped one, by id; not to be saved. One query when
        there are any. A value that was corrected again since is not among them."""
        here = {outlet.pk: outlet for outlet in outlets if outlet.pk in self.kept}
        found: dict[int, list[Outlet]] = {}
        resolved = Resolution.objects.filter(undone_at=None, kept__in=here).order_by("pk") if here else ()
        for one in resolved:
            was, other = one.state["columns"]["keep"], one.state["columns"]["drop"]
            outlet, back = here[one.kept_id], copy(here[one.kept_id])
            for name in _TAKEN:
                column: Any = Outlet._meta.get_field(name)
                if was[name] != other[name] and column.to_python(other[name]) == getattr(outlet, name):
                    setattr(back, name, column.to_python(was[name]))
            found.setdefault(outlet.pk, []).append(back)
        return found

    def located(self) -> Iterator[tuple[int, float, float]]:
        """Id and position of those that have one."""
        return ((one.outlet, *one.point) for one in self.by_outlet.values() if one.point is not None)


def aliases(kind: str, codes: Iterable[str], *, path: str | None = None) -> Iterator[tuple[str, int]]:
    """Codes with the outlets that bore them, in one query; with `path` only in a unit."""
    known = Alias.objects.filter(kind=kind, text__in=list(codes))
    if path is not None:
        known = known.filter(outlet__in=Outlet.objects.within(path))
    return known.values_list("text", "outlet_id").iterator()
