"""Asking for cases. What lies outside the asker's scope does not exist for him."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet

from qingyuan.bodies.models import Body
from qingyuan.core.access import Actor
from qingyuan.core.refusal import NotFound
from qingyuan.places.paths import within_q
from qingyuan.prepared import prepared
from qingyuan.registry import queries as registry
from qingyuan.registry.fallback import Fallback, fallback_of
from qingyuan.registry.models import Outlet, Proposal
from qingyuan.stages.tracing import following
from qingyuan.stages.tracing.following import Followed
from qingyuan.stages.tracing.models import Case, CaseBody, Edge, Node, Source, Step, StepFile
from qingyuan.stages.tracing.words import Conclusion

OPEN, WAITING = "open", "waiting"
STATES = (OPEN, WAITING, *Conclusion.values)
"""Open; concluded with nobody to answer yet; by conclusion."""


def visible_to(actor: Actor) -> QuerySet[Case]:
    """The cases about outlets the actor may see."""
    return Case.objects.filter(registry.all_seen(actor, leads=True)).select_related("outlet__unit", "outlet__party")


def case(actor: Actor, pk: int) -> Case:
    """One case.

    Raises
    ------
    NotFound
    """
    found = (
        visible_to(actor)
        .filter(pk=pk)
        .select_related(
            "outlet__unit", "outlet__managing_unit", "outlet__managing_body", "outlet__party", "outlet__water"
        )
        .defer("outlet__water__geometry")
        .first()
    )
    if found is None:
        raise NotFound("case", str(pk))
    return found


def in_state(found: QuerySet[Case], state: str) -> QuerySet[Case]:
    """Of these the cases in one of STATES."""
    match state:
        case "open":
            return found.filter(conclusion="")
        case "waiting":
            return found.exclude(conclusion="").filter(outlet__party=None)
        case "":
            return found
        case _:
            return found.filter(conclusion=state)


def listed(
    actor: Actor,
    *,
    path: str = "",
    state: str = "",
    why: str = "",
    text: str = "",
    body_ids: frozenset[int] = frozenset(),
    after: int = 0,
    limit: int = 50,
) -> list[Case]:
    """A page of cases, the newest first. `body_ids`: only those these bodies lead or support."""
    found = in_state(visible_to(actor).filter(within_q("outlet__unit_path", path)), state)
    if why:
        found = found.filter(why=why)
    if plain := text.strip():
        found = found.filter(Q(outlet__name__icontains=plain) | Q(outlet__national_code=plain))
    if body_ids:
        found = found.filter(pk__in=CaseBody.objects.filter(body__in=body_ids).values("case"))
    if after:
        found = found.filter(pk__lt=after)
    return list(found.prefetch_related("bodies").order_by("-pk")[:limit])


def counts(actor: Actor, *, path: str = "") -> Mapping[str, int]:
    """How many cases the actor sees in a unit by state."""
    here = visible_to(actor).filter(within_q("outlet__unit_path", path)).order_by()
    rows = dict(here.values_list("conclusion").annotate(many=Count("pk")))
    found = {state: rows.get(state, 0) for state in Conclusion.values}
    waiting = in_state(here, WAITING).count()
    return {"": sum(rows.values()), OPEN: rows.get("", 0), WAITING: waiting, **found}


def open_case_of(outlet: Outlet) -> Case | None:
    """The case under way about an outlet."""
    return Case.objects.filter(outlet=outlet, conclusion="").first()


def cases_of(outlet: Outlet) -> list[Case]:
    """All cases about an outlet, the newest first: for its page."""
    return _cases(outlet=outlet.pk)


@prepared
def _cases(outlet: Any) -> QuerySet[Case]:
    return Case.objects.filter(outlet_id=outlet).order_by("-pk")


def steps_of(found: Case) -> list[Step]:
    """The steps of a case by day, with their evidence; what was struck is among them."""
    return list(found.steps.prefetch_related("files").order_by("day", "pk"))


def sources_of(found: Case) -> list[Source]:
    """The sources that stand, the largest known share first."""
    rows = found.sources.filter(ended_at=None).select_related("body__parent", "body__supervising_body")
    return sorted(rows, key=lambda one: (-(one.share if one.share is not None else Decimal(-1)), one.pk))


def bodies_of(found: Case) -> list[CaseBody]:
    """Who leads, then who supports."""
    rows = list(found.bodies.select_related("body").order_by("pk"))
    return sorted(rows, key=lambda one: one.part != "lead")


def evidence(found: Case, pk: int) -> StepFile:
    """A piece of evidence of a case.

    Raises
    ------
    NotFound
    """
    file = StepFile.objects.filter(step__case=found, pk=pk).first()
    if file is None:
        raise NotFound("file", str(pk))
    return file


def party_proposals(outlet: Outlet) -> list[Proposal]:
    """Whom somebody proposed to answer for an outlet and nobody decided about, the newest first."""
    found = Proposal.objects.filter(outlet=outlet, about="party", decision="open").exclude(value="")
    return list(found.order_by("-pk"))


def fallback(outlet: Outlet, *, on: date) -> Fallback:
    """Whom the scheme makes answer where nobody can be found."""
    return fallback_of(outlet, on=on)


# --- the network ------------


@dataclass(frozen=True, slots=True)
class Network:
    """What was followed from a node: the nodes by id and how far away, the edges between them."""

    start: Node
    followed: Followed
    nodes: Mapping[int, Node]

    @property
    def dischargers(self) -> list[Body]:
        """The units at the ends."""
        found = [node.body for node in self.nodes.values() if node.body is not None]
        return sorted(set(found), key=lambda body: (body.name, body.pk))

    @property
    def outlets(self) -> list[Outlet]:
        """The outlets that were reached."""
        return [node.outlet for node in self.nodes.values() if node.outlet is not None]


def node(actor: Actor, pk: int) -> Node:
    """A point of the network, if it lies in a territory of the actor, or is an outlet he may see; NotFound else."""
    found = Node.objects.filter(pk=pk).select_related("unit", "body", "outlet").first()
    if found is None or not _sees(actor, found):
        raise NotFound("node", str(pk))
    return found


def _sees(actor: Actor, found: Node) -> bool:
    paths = {path for grant in actor.grants for path in grant.reach.unit_paths}
    if any(found.unit_path.startswith(path) for path in paths):
        return True
    if found.outlet_id is None:
        return False
    return registry.visible_to(actor, leads=True).filter(pk=found.outlet_id).exists()


def network(start: Node, *, upstream: bool = True, most: int = following.MOST) -> Network:
    """Everything upstream or downstream of a point."""
    found = following.follow(start.pk, upstream=upstream, most=most)
    return Network(start, found, following.nodes_of(found))


def edge(found: Case, pk: int) -> Edge:
    """An edge that a case found and that stands; NotFound else."""
    standing = Edge.objects.filter(case=found, pk=pk, ended_at=None).select_related("upper", "lower").first()
    if standing is None:
        raise NotFound("edge", str(pk))
    return standing
