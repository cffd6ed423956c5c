"""Asking for leads: the inbox, one lead with what it may duplicate, what of earlier lists is still open, statistics.

What lies outside the asker's scope does not exist for him.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from qingyuan.core.access import Actor, Permission
from qingyuan.core.refusal import NotFound
from qingyuan.places.paths import within_q
from qingyuan.stages.survey.models_leads import Hint, Lead, LeadBatch
from qingyuan.stages.survey.twins import Twin, twins_of
from qingyuan.stages.survey.words_leads import LeadSource, LeadState

MOST = 20_000
OVERDUE = "overdue"


def scope_q(actor: Actor) -> Q:
    """The filter that keeps what the actor may see: territories, waters, and campaigns of his departments."""
    scope = Q(pk__in=[])
    for grant in actor.grants:
        for path in grant.reach.unit_paths:
            scope |= within_q("unit_path", path) if path else Q(pk__isnull=False)
        for path in grant.reach.water_paths:
            scope |= within_q("water__path", path)
        if grant.reach.body_ids:
            scope |= Q(campaign__managing_body__in=grant.reach.body_ids)
    return scope


def visible_to(actor: Actor) -> QuerySet[Lead]:
    """The leads the actor may see."""
    found = Lead.objects.filter(scope_q(actor)).select_related("unit", "water", "campaign", "batch", "outlet")
    return found.defer("water__geometry")


def lead(actor: Actor, key: str | int) -> Lead:
    """One lead by its id or key.

    Raises
    ------
    NotFound
        There is none, or it lies outside the actor's scope.
    """
    text = str(key)
    wanted = Q(key=text)
    if text.isdecimal() and len(text) < 18:
        wanted |= Q(pk=int(text))
    found = visible_to(actor).filter(wanted).select_related("same_as", "same_lead", "segment").first()
    if found is None:
        raise NotFound("lead", text)
    return found


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of the list. `state` may be "overdue"; `campaign` an id; `doubtful`: with a finding to look at."""

    state: str = ""
    source: str = ""
    campaign: int | None = None
    batch: int | None = None
    path: str = ""
    text: str = ""
    doubtful: bool = False


def narrowed(actor: Actor, asked: Asked, *, on: date) -> QuerySet[Lead]:
    """The leads asked for."""
    found = visible_to(actor).filter(within_q("unit_path", asked.path))
    if asked.state == OVERDUE:
        found = found.filter(state=LeadState.OPEN, due__lt=on)
    elif asked.state:
        found = found.filter(state=asked.state)
    if asked.source:
        found = found.filter(source=asked.source)
    if asked.campaign is not None:
        found = found.filter(campaign=asked.campaign)
    if asked.batch is not None:
        found = found.filter(batch=asked.batch)
    if asked.text:
        found = found.filter(Q(name__icontains=asked.text) | Q(code=asked.text) | Q(source_ref=asked.text))
    if asked.doubtful:
        found = found.exclude(findings=[])
    return found


def page(found: QuerySet[Lead], *, after: int = 0, size: int = 50) -> tuple[list[Lead], int]:
    """One page, the newest first, and the key of the next (0 at the end)."""
    rows = found.filter(pk__lt=after) if after else found
    listed = list(rows.order_by("-pk")[: size + 1])
    return (listed[:size], listed[size - 1].pk) if len(listed) > size else (listed, 0)


def counts(actor: Actor, asked: Asked, *, on: date) -> Mapping[str, int]:
    """How many leads each state has under the other filters, and how many are overdue."""
    rows = narrowed(actor, Asked("", asked.source, asked.campaign, asked.batch, asked.path, asked.text), on=on)
    found = dict(rows.order_by().values_list("state").annotate(many=Count("pk")))
    late = rows.filter(state=LeadState.OPEN, due__lt=on).count()
    return {"": sum(found.values()), **{state: found.get(state, 0) for state in LeadState.values}, OVERDUE: late}


def twins(actor: Actor, of: Lead, *, on: date) -> list[Twin]:
    """What may be this lead once more."""
    return twins_of(actor, of, seen=visible_to(actor), on=on)


def batches(actor: Actor, *, path: str = "", limit: int = 20) -> list[LeadBatch]:
    """The latest batches."""
    scope = Q(pk__in=[])
    for grant in actor.grants:
        for reached in grant.reach.unit_paths:
            scope |= within_q("unit_path", reached) if reached else Q(pk__isnull=False)
    rows = LeadBatch.objects.filter(scope, within_q("unit_path", path)).select_related("unit", "campaign")
    return list(rows.order_by("-pk")[:limit])


def batch(actor: Actor, pk: int) -> LeadBatch:
    """One batch; NotFound outside the actor's reach."""
    found = LeadBatch.objects.filter(pk=pk).select_related("unit", "campaign").first()
    paths = {path for grant in actor.grants for path in grant.reach.unit_paths}
    if found is None or not any(found.unit_path.startswith(path) for path in paths):
        raise NotFound("lead_batch", str(pk))
    return found


def hint(actor: Actor, pk: int) -> Hint:
    """One hint; NotFound outside the actor's reach."""
    found = Hint.objects.filter(pk=pk).select_related("unit", "water").first()
    paths = {path for grant in actor.grants for path in grant.reach.unit_paths}
    if found is None or not any(found.unit_path.startswith(path) for path in paths):
        raise NotFound("hint", str(pk))
    return found


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the statistics: a source or a technique, and what became of its leads."""

    label: str
    total: int
    open: int
    outlet: int
    not_outlet: int
    duplicate: int

    @property
    def settled(self) -> int:
        """Those that were ended."""
        return self.total - self.open


def by_source(found: QuerySet[Lead]) -> list[Line]:
    """What became of the leads of each source."""
    rows = found.order_by().values_list("source", "state").annotate(many=Count("pk"))
    cells: dict[str, dict[str, int]] = {}
    for source, state, many in rows:
        cells.setdefault(source, {})[state] = many
    return [_line(source, cells[source]) for source in LeadSource.values if source in cells]


def by_technique(found: QuerySet[Lead]) -> list[Line]:
    """What became of the leads of each technique; a lead found by two counts under both."""
    cells: dict[str, dict[str, int]] = {}
    for techniques, state in found.order_by().exclude(techniques=[]).values_list("techniques", "state")[:MOST]:
        for technique in dict.fromkeys(techniques):
            cell = cells.setdefault(str(technique), {})
            cell[state] = cell.get(state, 0) + 1
    return [_line(name, cells[name]) for name in sorted(cells)]


def _line(label: str, cell: Mapping[str, int]) -> Line:
    states = (LeadState.OPEN, LeadState.OUTLET, LeadState.NOT_OUTLET, LeadState.DUPLICATE)
    return Line(label, sum(cell.values()), *(cell.get(state, 0) for state in states))


def waiting_for(actor: Actor) -> QuerySet[Lead]:
    """Open leads the actor may settle: for 待办."""
    able = Actor(actor.id, actor.name, actor.holding(Permission.SURVEY_SETTLE))
    return Lead.objects.filter(scope_q(able), state=LeadState.OPEN).select_related("unit")


def several(actor: Actor, keys: Sequence[int]) -> list[Lead]:
    """The leads of these ids the actor may see, in their order; NotFound for one he may not."""
    found = {one.pk: one for one in visible_to(actor).filter(pk__in=keys)}
    if missing := [key for key in keys if key not in found]:
        raise NotFound("lead", str(missing[0]))
    return [found[key] for key in dict.fromkeys(keys)]
