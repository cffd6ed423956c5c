"""A responsible party's page and the list of parties, in the asker's scope."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q

from qingyuan.boards.parties.duties import Done, Duty, duties_of
from qingyuan.bodies.models import Body
from qingyuan.core.access import Actor
from qingyuan.core.policy.duties import PARTY_FACTS
from qingyuan.core.policy.parameters import Resolved
from qingyuan.core.refusal import NotFound
from qingyuan.core.workdays import Unknown, add_working_days
from qingyuan.places import queries as places
from qingyuan.places.paths import within_q
from qingyuan.registry import queries as registry
from qingyuan.registry.models import Fact, Outlet, Responsibility
from qingyuan.registry.rules import policies, policy_of

PAGE = 50


@dataclass(frozen=True, slots=True)
class Answered:
    """An outlet a party answers for: since when, on which basis, how its duties stand."""

    outlet: Outlet
    since: date | None
    basis: str
    due: date | None
    duties: tuple[Duty, ...]

    @property
    def undone(self) -> int:
        """How many duties are undone."""
        return sum(one.state is Done.UNDONE for one in self.duties)


def party(actor: Actor, pk: int) -> Body:
    """One body the actor may see as a responsible party: his own, one in his territory, or one that answers for an
    outlet he may see.

    Raises
    ------
    NotFound
    """
    found = registry.bodies_visible_to(actor).filter(pk=pk).select_related("unit", "parent", "supervising_body").first()
    if found is None:
        raise NotFound("body", str(pk))
    return found


def answers_for(actor: Actor, body: Body, *, on: date, after: int = 0, limit: int = PAGE) -> list[Answered]:
    """A page of the outlets a party answers for that the actor may see, each with its duties. Four queries."""
    mine = registry.visible_to(actor).filter(party=body)
    if after:
        mine = mine.filter(pk__gt=after)
    outlets = list(mine.select_related("unit", "water").defer("water__geometry").order_by("pk")[:limit])
    ids = [one.pk for one in outlets]
    held = {one.outlet_id: one for one in Responsibility.objects.filter(outlet__in=ids, to_day=None)}
    facts = _facts(ids, on=on)
    policy_in, calendar = policies(), places.calendar()
    found = []
    for one in outlets:
        policy, answering = policy_in(one.unit_path, on), held.get(one.pk)
        days = policy.value("responsibility.duty_days")
        due = add_working_days(answering.from_day, days, calendar) if answering and isinstance(days, int) else None
        day = None if isinstance(due, Unknown) else due
        duties = duties_of(one, policy, facts.get(one.pk, {}), due=day, on=on)
        found.append(
            Answered(
                one,
                answering.from_day if answering else None,
                answering.get_basis_display() if answering else "",
                day,
                duties,
            )
        )
    return found


def _facts(ids: list[int], *, on: date) -> dict[int, dict[str, Fact]]:
    """The latest record of each duty at each outlet."""
    entered = Fact.objects.filter(
        subject_kind="outlet",
        subject_id__in=[str(pk) for pk in ids],
        name__in=PARTY_FACTS.values(),
        from_day__lte=on,
        retracted_at=None,
    ).order_by("from_day", "pk")
    found: dict[int, dict[str, Fact]] = {}
    for fact in entered:
        found.setdefault(int(fact.subject_id), {})[fact.name] = fact
    return found


def asked_by(body: Body, first: Outlet | None, *, on: date) -> Resolved | None:
    """The parameter that names the duties, as it applies where the party's outlets lie."""
    return policy_of(first.unit_path if first else body.unit_path, on=on).parameters.get("responsibility.duties")


@dataclass(frozen=True, slots=True)
class Line:
    """A party and how many outlets it answers for."""

    body: Body
    outlets: int


def parties(actor: Actor, *, path: str = "", text: str = "", after: str = "", limit: int = PAGE) -> list[Line]:
    """A page of the bodies that answer for outlets the actor may see, by name. `after`: `name~id` of the last one."""
    mine = registry.visible_to(actor).filter(within_q("unit_path", path)).exclude(party=None).order_by()
    # Over the country each body is asked for one outlet; a list of all outlets' parties would have to be made first.
    wide = not path and registry.everywhere(actor)
    answers = Q(Exists(mine.filter(party=OuterRef("pk")))) if wide else Q(pk__in=mine.values("party"))
    found = Body.objects.filter(answers).select_related("unit")
    if plain := text.strip():
        found = found.filter(name__icontains=plain)
    name, _mark, pk = after.rpartition("~")
    if pk.isdecimal() and len(pk) < 18:
        found = found.filter(name__gt=name) | found.filter(name=name, pk__gt=int(pk))
    rows = list(found.order_by("name", "pk")[:limit])
    counts = dict(mine.filter(party__in=[row.pk for row in rows]).values_list("party").annotate(n=Count("pk")))
    return [Line(row, counts.get(row.pk, 0)) for row in rows]
