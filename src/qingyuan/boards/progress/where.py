"""What a figure is asked about: a unit, perhaps narrowed to a department, a water or a type; as of when, known when."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import F, Q, QuerySet

from qingyuan.core.access import Actor
from qingyuan.core.days import local_day
from qingyuan.core.progress import Seen
from qingyuan.core.refusal import NotFound
from qingyuan.places.models import Water
from qingyuan.places.paths import within_q
from qingyuan.places.queries import upstream_of
from qingyuan.registry.models import Standing
from qingyuan.registry.models_history import END_OF_TIME

NONE = 0
"""As a body or water: those that have none."""


@dataclass(frozen=True, slots=True)
class Where:
    """Outlets of a unit's subtree (or of a zone that manages them). The others narrow it; None does not.

    `exact`: only what hangs on the unit itself. `body_id`, `water_id`: NONE asks for those without one. `water_ids`:
    those of somebody whose scope is waters (流域机构、河湖长). `scheme`: the unit whose targets judge, where it is not
    the unit itself (a county on its city's board).
    """

    path: str
    exact: bool = False
    body_id: int | None = None
    water_id: int | None = None
    type_key: str | None = None
    scheme: str | None = None
    water_ids: frozenset[int] | None = None

    @property
    def judged_by(self) -> str:
        """The path of the unit whose targets judge."""
        return self.path if self.scheme is None else self.scheme

    @property
    def is_zone(self) -> bool:
        """Whether the unit is a zone, which counts what it manages, wherever that lies."""
        return "Z" in self.path

    @property
    def is_plain(self) -> bool:
        """A unit and nothing else: what the tallies know."""
        return replace(self, scheme=None) == Where(self.path)

    def holds(self, seen: Seen) -> bool:
        """Whether an outlet lies here."""
        path = seen.managing_path if self.is_zone else seen.unit_path
        return (
            (path == self.path if self.exact else path.startswith(self.path))
            and (self.body_id is None or (seen.body_id or NONE) == self.body_id)
            and (self.water_id is None or (seen.water_id or NONE) == self.water_id)
            and (self.type_key is None or seen.type_key == self.type_key)
            and (self.water_ids is None or seen.water_id in self.water_ids)
        )

    def narrowed(self, **to: object) -> Where:
        """The same with one more condition."""
        return replace(self, **to)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Asking:
    """As of a day, as known at a time (None: as known now). `at` is the moment of asking."""

    as_of: date
    known_at: datetime | None
    at: datetime

    @classmethod
    def today(cls, at: datetime) -> Asking:
        """What stands now."""
        return cls(local_day(at), None, at)

    @property
    def is_now(self) -> bool:
        """Whether the tallies answer it."""
        return self.known_at is None and self.as_of >= local_day(self.at)

    @property
    def judged_on(self) -> date:
        """The day whose packs judge: today, or the day of the known-at."""
        return local_day(self.known_at or self.at)


def standings(where: Where, asking: Asking) -> QuerySet[Standing]:
    """How the outlets here stood on the day, as known."""
    return known_on(asking).filter(lying_in(where))


def known_on(asking: Asking) -> QuerySet[Standing]:
    """One row for each outlet in the register on the day, as known."""
    rows = Standing.objects.filter(valid_from__lte=asking.as_of, valid_to__gt=asking.as_of)
    if asking.known_at is None:
        return rows.filter(recorded_to=END_OF_TIME)
    return rows.filter(recorded_from__lte=asking.known_at, recorded_to__gt=asking.known_at)


def lying_in(where: Where) -> Q:
    """The filter on standings. A range of paths, never LIKE."""
    column = "managing_path" if where.is_zone else "unit_path"
    found = Q(**{column: where.path}) if where.exact else within_q(column, where.path)
    if where.is_zone:
        # Said so that the index of what is managed elsewhere than it lies is used.
        found &= ~Q(managing_path=F("unit_path"))
    if where.body_id is not None:
        found &= Q(body_id=where.body_id) if where.body_id else Q(body_id__isnull=True)
    if where.water_id is not None:
        found &= Q(water_id=where.water_id) if where.water_id else Q(water_id__isnull=True)
    if where.type_key is not None:
        found &= Q(type_key=where.type_key)
    if where.water_ids is not None:
        found &= Q(water_id__in=where.water_ids)
    return found


def check_scope(actor: Actor, where: Where) -> None:
    """A figure may be asked by whom every row behind it may be shown: over his territory, his department, his waters.

    Raises
    ------
    NotFound
        It reaches beyond the actor's scope: for him it does not exist.
    """
    for grant in actor.grants:
        if any(where.path.startswith(path) for path in grant.reach.unit_paths):
            return
        if where.body_id and where.body_id in grant.reach.body_ids:
            return
        if where.water_id and _reaches_water(grant.reach.water_paths, where.water_id):
            return
    if where.water_ids is not None and where.water_ids <= water_ids_of(actor):
        return
    raise NotFound("unit", where.path)


def water_ids_of(actor: Actor) -> frozenset[int]:
    """The actor's waters and all that flows into them. One query for each reach."""
    paths = {path for grant in actor.grants for path in grant.reach.water_paths}
    return frozenset(pk for path in paths for pk in upstream_of(path).values_list("pk", flat=True))


def _reaches_water(paths: frozenset[str], water_id: int) -> bool:
    path = Water.objects.filter(pk=water_id).values_list("path", flat=True).first() if paths else None
    return path is not None and any(path.startswith(reach) for reach in paths)
