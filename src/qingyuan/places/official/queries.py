"""Which layers stand at a unit, from which source; which files were handed in, and what each would change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max, Q, QuerySet

from qingyuan.core.access import Actor, Permission
from qingyuan.core.refusal import NotFound
from qingyuan.core.zones import LABELS, ZoneKind
from qingyuan.places.models import Boundary, Layer, OfficialChange, OfficialFile, Unit, Water, Zone
from qingyuan.places.models_official import SUBJECTS
from qingyuan.places.paths import ancestors_of, is_within, within_q


@dataclass(frozen=True, slots=True)
class Standing:
    """A layer as it stands at a unit. `loaded` None: the question does not arise."""

    subject: str
    kind: str
    label: str
    count: int
    loaded: bool | None
    sources: Sequence[str] = ()
    map_numbers: Sequence[str] = ()
    day: date | None = None
    is_demo: bool = False
    drawn: int = 0


def layers_at(unit: Unit, *, on: date) -> list[Standing]:
    """Divisions, waters and every kind of zone, with source, map approval number, day and count."""
    return [_divisions(unit), _waters(unit), *(_zones(kind, unit, on) for kind in ZoneKind)]


def _divisions(unit: Unit) -> Standing:
    drawn = Boundary.objects.filter(within_q("unit__path", unit.path), unit__valid_to=None)
    count = Unit.objects.within(unit.path).standing().count()
    day = OfficialFile.objects.filter(subject="units", state="taken", unit=unit).aggregate(day=Max("day"))["day"]
    label = str(SUBJECTS["units"])
    sources, numbers = _said(drawn.values_list("source", "map_number").distinct()[:50])
    return Standing("units", "", label, count, None, sources, numbers, day, drawn=drawn.count())


def _waters(unit: Unit) -> Standing:
    here = Water.objects.filter(
        pk__in=Water.units.through.objects.filter(within_q("unit__path", unit.path)).values("water_id")
    )
    drawn = here.filter(geometry__isnull=False)
    sources, numbers = _said(drawn.values_list("source", "map_number").distinct()[:50])
    is_demo = here.filter(is_demo=True).exists()
    label = str(SUBJECTS["waters"])
    return Standing(
        "waters", "", label, here.count(), None, sources, numbers, None, is_demo=is_demo, drawn=drawn.count()
    )


def _zones(kind: ZoneKind, unit: Unit, on: date) -> Standing:
    rows = Zone.objects.filter(
        within_q("unit__path", unit.path), Q(valid_from=None) | Q(valid_from__lte=on), kind=kind, valid_to=None
    )
    about = rows.aggregate(count=Count("pk"), day=Max("valid_from"))
    sources, numbers = _said(rows.values_list("source", "map_number").distinct()[:50])
    loaded = Layer.objects.filter(kind=kind, unit__path__in=ancestors_of(unit.path)).exists()
    is_demo = rows.filter(is_demo=True).exists()
    return Standing(
        "zones", kind.value, LABELS[kind], about["count"], loaded, sources, numbers, about["day"], is_demo=is_demo
    )


def _said(pairs: QuerySet) -> tuple[list[str], list[str]]:
    listed = list(pairs)
    return sorted({source for source, _n in listed if source}), sorted({number for _s, number in listed if number})


def files_of(actor: Actor, unit: Unit, *, limit: int = 50) -> list[OfficialFile]:
    """Files handed in for a unit or anything below it that the actor may maintain, newest first."""
    rows = OfficialFile.objects.filter(within_q("unit__path", unit.path)).select_related("unit").order_by("-pk")
    return [one for one in rows[: limit * 2] if _may_see(actor, one)][:limit]


def file_of(actor: Actor, pk: int) -> OfficialFile:
    """One file; NotFound when there is none or it lies outside the actor's scope."""
    found = OfficialFile.objects.select_related("unit").filter(pk=pk).first()
    if found is None or not _may_see(actor, found):
        raise NotFound("official_file", str(pk))
    return found


def _may_see(actor: Actor, file: OfficialFile) -> bool:
    grants = actor.holding(Permission.PLACES_MAINTAIN)
    return any(is_within(file.unit.path, path) for grant in grants for path in grant.reach.unit_paths)


def changes_of(file: OfficialFile, change: str = "") -> QuerySet[OfficialChange]:
    """What the features would change, without their shapes."""
    rows = file.changes.defer("geometry", "geometry_before").order_by("number", "pk")
    return rows.filter(change=change) if change else rows
