"""The rows behind a figure: as many as the figure says, by construction of the same conditions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import F, QuerySet

from qingyuan.boards.progress.aims import Aim, aims_of, flags_on, policy_at
from qingyuan.boards.progress.where import Asking, Where, check_scope, standings
from qingyuan.core.access import Actor
from qingyuan.core.refusal import NotFound
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.registry.models import Outlet, Standing
from qingyuan.registry.queries import scope_q


class Part(StrEnum):
    """Which part of a figure: those that reached it, all that count, those that are lacking."""

    NUMERATOR = "numerator"
    DENOMINATOR = "denominator"
    MISSING = "missing"


PART_LABELS = {Part.NUMERATOR: _("已完成"), Part.DENOMINATOR: _("应计"), Part.MISSING: _("尚未完成")}


@dataclass(frozen=True, slots=True)
class Row:
    """An outlet behind a figure as it stood on the day. `visible`: it still lies in the actor's scope."""

    outlet_id: int
    name: str
    code: str
    unit_path: str
    water_id: int | None
    type_key: str
    milestones: int
    stage: str
    visible: bool


@dataclass(frozen=True, slots=True)
class Page:
    """Rows in the order of their ids; `after` asks for the next page, None when there is none."""

    aim: Aim
    rows: tuple[Row, ...]
    after: int | None


def aim_of(where: Where, key: str, asking: Asking) -> Aim:
    """A target of the unit's scheme by its key.

    Raises
    ------
    NotFound
    """
    found = next((aim for aim in aims_of(policy_at(where.judged_by, asking)) if aim.target.key == key), None)
    if found is None:
        raise NotFound("target", key)
    return found


def ids_behind(where: Where, aim: Aim, part: Part, asking: Asking) -> QuerySet[Standing]:
    """The standings that make up a part of a figure. Unknown figures have none."""
    if aim.rule is None:
        return Standing.objects.none()
    counting = aim.rule.counting
    rows = standings(where, asking).filter(counted=True)
    if aim.rule.waters is not None:
        bearing = [water_id for water_id, flags in flags_on(asking).items() if flags & aim.rule.waters]
        rows = rows.filter(water_id__in=bearing)
    rows = rows.annotate(
        has=F("milestones").bitand(counting.denominator),
        done=F("milestones").bitand(counting.numerator),
        gone=F("milestones").bitand(counting.without),
    ).filter(has=counting.denominator, gone=0)
    match part:
        case Part.NUMERATOR:
            return rows.filter(done=counting.numerator)
        case Part.MISSING:
            return rows.exclude(done=counting.numerator)
        case _:
            return rows


def rows_behind(
    where: Where,
    target: str,
    part: Part,
    asking: Asking,
    *,
    actor: Actor,
    after: int = 0,
    limit: int = 50,
) -> Page:
    """One page of the outlets behind a figure, by id.

    Raises
    ------
    NotFound
        The unit lies outside the actor's scope, or its scheme has no such target.
    """
    check_scope(actor, where)
    aim = aim_of(where, target, asking)
    found = list(ids_behind(where, aim, part, asking).filter(outlet_id__gt=after).order_by("outlet_id")[: limit + 1])
    page = found[:limit]
    return Page(aim, tuple(_described(page, actor)), page[-1].outlet_id if len(found) > limit else None)


def _described(page: Sequence[Standing], actor: Actor) -> list[Row]:
    """With names and codes as they are now; what has left the scope since is named but not linked."""
    ids = [row.outlet_id for row in page]
    outlets = Outlet.objects.in_bulk(ids)
    seen = set(Outlet.objects.filter(scope_q(actor), pk__in=ids).values_list("pk", flat=True))
    return [
        Row(
            row.outlet_id,
            outlets[row.outlet_id].name,
            outlets[row.outlet_id].national_code or outlets[row.outlet_id].local_code,
            row.unit_path,
            row.water_id,
            row.type_key,
            row.milestones,
            outlets[row.outlet_id].stage,
            row.outlet_id in seen,
        )
        for row in page
    ]
