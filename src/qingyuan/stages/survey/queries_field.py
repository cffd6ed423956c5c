"""What a phone takes along, and what the office sees of phones and their records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice

import shapely
from django.db.models import Count, Q, QuerySet

from qingyuan.core.access import Actor, Permission
from qingyuan.core.classification import tree_of
from qingyuan.core.geometry import bbox_around, tile_range, tiles_over
from qingyuan.core.policy import Policy
from qingyuan.core.refusal import NotFound, Refusal
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.places import shapes
from qingyuan.places.paths import within_q
from qingyuan.registry.models import Outlet
from qingyuan.registry.queries import visible_to
from qingyuan.registry.rules import policy_of
from qingyuan.stages.survey import form
from qingyuan.stages.survey.models import Segment
from qingyuan.stages.survey.models_field import FieldDevice, FieldHolding, FieldRecord, RecordState
from qingyuan.stages.survey.models_leads import Lead
from qingyuan.stages.survey.queries import my_segments
from qingyuan.stages.survey.words_leads import LeadState

MOST_OUTLETS = 5_000
MOST_LEADS = 2_000
MOST_RECORDS = 2_000
AROUND_M = 2_000.0
"""How far beside a segment outlets are taken along."""
PAGE = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of the form as it is asked in a unit: choices filled in from its policy."""

    question: form.Question
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Package:
    """What a phone takes along: its segments with their lines, what lies near, the form, records to go on with.
    `left_off` outlets were too many to take; `area`: west, south, east, north of where the officer works."""

    segments: tuple[Segment, ...]
    outlets: tuple[Outlet, ...]
    left_off: bool
    leads: tuple[Lead, ...]
    records: tuple[FieldRecord, ...]
    steps: tuple[tuple[form.Step, tuple[Asked, ...]], ...]
    types: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...]
    policy: Policy
    area: tuple[float, float, float, float] | None


def package(actor: Actor, *, on: date) -> Package:
    """The actor's own segments and what a walk along them needs, as of a day."""
    mine = my_segments(actor, on)
    policy = policy_of(mine[0].unit_path if mine else _home(actor), on=on)
    outlets = _outlets_along(actor, mine)
    ids = [one.pk for one in mine]
    leads = Lead.objects.filter(segment__in=ids, state=LeadState.OPEN).order_by("pk")[:MOST_LEADS]
    records = FieldRecord.objects.filter(segment__in=ids).select_related("outlet").prefetch_related("revisions")
    return Package(
        tuple(mine),
        tuple(outlets[:MOST_OUTLETS]),
        len(outlets) > MOST_OUTLETS,
        tuple(leads),
        tuple(records.order_by("-recorded_at")[:MOST_RECORDS]),
        _steps(policy),
        tuple(
            (top.code, top.name, tuple((child.key, child.name) for child in top.children))
            for top in tree_of(policy).tops
        ),
        policy,
        shapes.extent(home) if (home := _home(actor)) else None,
    )


def _home(actor: Actor) -> str:
    return min((path for grant in actor.grants for path in grant.reach.unit_paths), default="")


def _steps(policy: Policy) -> tuple[tuple[form.Step, tuple[Asked, ...]], ...]:
    listed = policy.value("scope.conduit_forms", ())
    conduits = tuple(str(one) for one in listed) if isinstance(listed, list | tuple) else ()
    return tuple(
        (step, tuple(Asked(one, conduits if one.name == "conduit_form" else one.choices) for one in step.questions))
        for step in form.STEPS
    )


OUTLET_COLUMNS = ("pk", "name", "national_code", "type_key", "stage", "longitude_deg", "latitude_deg", "in_register")
MOST_TILES = 64


def _outlets_along(actor: Actor, mine: list[Segment]) -> list[Outlet]:
    """Outlets and leads' records within some kilometres of the segments, by ranges of tile keys."""
    near = Q(pk__in=[])
    for box in _boxes(mine):
        zoom = next(each for each in range(16, 0, -1) if len(list(islice(tiles_over(box, each), 65))) <= MOST_TILES)
        for x, y in tiles_over(box, zoom):
            first, last = tile_range(zoom, x, y)
            near |= Q(mkey__gte=first, mkey__lt=last)
    found = visible_to(actor, leads=True).filter(near, withdrawn_at=None).only(*OUTLET_COLUMNS)
    return list(found.order_by("pk")[: MOST_OUTLETS + 1])


def _boxes(mine: list[Segment]) -> list[tuple[float, float, float, float]]:
    """One rectangle for each water of a campaign: few, so that the question stays short."""
    found: dict[tuple[int, int], tuple[float, float, float, float]] = {}
    for one in mine:
        if not one.line:
            continue
        west, south, east, north = shapely.from_wkb(bytes(one.line)).bounds
        box = (*bbox_around(west, south, AROUND_M)[:2], *bbox_around(east, north, AROUND_M)[2:])
        key = (one.campaign_id, one.water_id)
        before = found.get(key, box)
        found[key] = (
            min(before[0], box[0]),
            min(before[1], box[1]),
            max(before[2], box[2]),
            max(before[3], box[3]),
        )
    return list(found.values())


# --- the office ------------


def _within(actor: Actor) -> Q:
    """What lies in the territories where the actor leads surveys."""
    found = Q(pk__in=[])
    for grant in actor.holding(Permission.SURVEY_LEAD):
        for path in grant.reach.unit_paths:
            found |= within_q("unit_path", path) if path else Q(pk__isnull=False)
    return found


def devices(actor: Actor, *, path: str = "") -> QuerySet[FieldDevice]:
    """Devices of the actor's territories, those heard of last first, each with what it still holds."""
    return (
        FieldDevice.objects.filter(_within(actor), within_q("unit_path", path))
        .annotate(
            holds_records=Count("holdings", filter=Q(holdings__kind="record")),
            holds_photos=Count("holdings", filter=Q(holdings__kind="photo")),
            holds_tracks=Count("holdings", filter=Q(holdings__kind="track")),
        )
        .order_by("-last_seen", "-pk")
    )


def device(actor: Actor, pk: int) -> FieldDevice:
    """One device of the actor's territories.

    Raises
    ------
    NotFound
    """
    found = devices(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound("device", str(pk))
    return found


def holdings(of: FieldDevice) -> list[FieldHolding]:
    """What a device still holds, the oldest first."""
    return list(of.holdings.order_by("since", "kind", "item")[:500])


def records_waiting(actor: Actor, *, path: str = "", after: int = 0) -> list[FieldRecord]:
    """Records a person must decide, the newest first; `after` is the last id of the page before."""
    found = FieldRecord.objects.filter(_within(actor), within_q("unit_path", path), state=RecordState.NEEDS_YOU)
    if after:
        found = found.filter(pk__lt=after)
    return list(found.select_related("segment", "campaign", "outlet").order_by("-pk")[: PAGE + 1])


def record(actor: Actor, pk: int) -> FieldRecord:
    """One record: of the actor's territories, or one he filled in himself.

    Raises
    ------
    NotFound
    """
    scope = _within(actor) | Q(officer_id=actor.id)
    found = FieldRecord.objects.filter(scope, pk=pk).select_related("segment", "campaign", "outlet", "unit").first()
    if found is None:
        raise NotFound("record", str(pk))
    return found


def title_of(name: str) -> str:
    """What the form calls a field."""
    if name in form.QUESTIONS:
        return form.QUESTIONS[name].title
    return _PLACES.get(name, name)


_PLACES: Mapping[str, str] = {
    "longitude": _("经度"),
    "latitude": _("纬度"),
    "datum": _("坐标系"),
    "accuracy_m": _("定位精度（m）"),
    "unit_code": _("行政区划代码"),
    "type_key": _("拟定类型"),
    "same_as": _("与此排污口相同"),
    "not_same": _("不是同一个的理由"),
}


def reason(found: Mapping[str, object]) -> Refusal:
    """A kept finding as a sentence a door can say in the reader's language."""
    params = found.get("params")
    return Refusal(str(found["code"]), str(found["text"]), params if isinstance(params, Mapping) else {})
