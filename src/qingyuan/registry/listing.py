"""The list of outlets as both doors ask for it: what is asked, applied to what the asker may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q, Value
from django.db.models.functions import Concat

from qingyuan.bodies.models import Body
from qingyuan.core.access import Actor
from qingyuan.core.classification import Tree
from qingyuan.core.lifecycle import BITS, GROUPS, Milestone, StageGroup
from qingyuan.places.models import Unit, Water
from qingyuan.places.paths import within_q
from qingyuan.registry import queries
from qingyuan.registry.counts import how_many
from qingyuan.registry.models import OutletQuerySet
from qingyuan.registry.rules import policy_of

GROUP = "group:"
SOURCES = ("survey", "file", "brought_in")
SPECIAL = ("pending", "broken", "leads")
MANY = 5_000


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of the list; everything empty asks for all. `types` and `stages` None: any."""

    at: Unit | None = None
    types: tuple[str, ...] | None = None
    stages: tuple[str, ...] | None = None
    position: bool | None = None
    source: str = ""
    special: str = ""
    q: str = ""
    water: Water | None = None
    party: Body | None = None
    department: Body | None = None

    def apply(self, found: OutletQuerySet, *, on: date) -> OutletQuerySet:
        """Narrow a set of outlets to those asked for; leads and broken chains are narrowed()'s affair."""
        if self.at is not None and self.at.path:
            found = found.within(self.at.path)
        if self.types is not None:
            found = found.filter(type_key__in=self.types)
        if self.stages is not None:
            found = self._in_stages(found, self.stages)
        if self.position is not None:
            found = found.filter(longitude_deg__isnull=not self.position)
        if self.water is not None:
            found = found.filter(water__in=Water.objects.filter(within_q("path", self.water.path)).values("pk"))
        if self.party is not None:
            found = found.filter(party=self.party)
        if self.department is not None:
            found = found.filter(managing_body=self.department)
        found = _by_source(found, self.source)
        if self.special == "pending":
            found = found.exclude(missing=[])
        if not self.q:
            return found
        policy = policy_of(self.at.path if self.at else "", on=on)
        return queries.search(found, *policy.spellings(self.q))

    def _in_stages(self, found: OutletQuerySet, stages: tuple[str, ...]) -> OutletQuerySet:
        """Over the whole register, where many stand in these stages, the list is walked in its own order and each row
        asked, which soon fills a page; else they are gathered by the index of stages and sorted."""
        others = (self.source, self.special, self.q, self.water, self.party, self.department, self.position is False)
        everywhere = (self.at is None or not self.at.path) and not any(others)
        if everywhere and how_many("", types=self.types, stages=stages) > MANY:
            return found.alias(standing=Concat("stage", Value(""))).filter(standing__in=stages)  # which has no index
        return found.filter(stage__in=stages)


def narrowed(actor: Actor, asked: Asked, *, on: date) -> OutletQuerySet:
    """What the actor may see of what is asked for."""
    found = queries.visible_to(actor, leads=asked.special == "leads")
    if asked.special == "leads":
        found = found.filter(in_register=False)
    found = asked.apply(found, on=on)
    return queries.broken_chains(found, on=on) if asked.special == "broken" else found


def stages_asked(text: str) -> tuple[str, ...] | None:
    """The stages a stage, several with commas between, or `group:` and a group of stages, stand for; None for any."""
    if text.startswith(GROUP):
        group = StageGroup(text.removeprefix(GROUP))
        return tuple(stage.value for stage, one in GROUPS.items() if one is group)
    return tuple(text.split(",")) if text else None


def types_asked(tree: Tree, text: str) -> tuple[str, ...]:
    """The second-level keys below a first-level code, or the one key itself; `none` are those not yet classified."""
    if text == "none":
        return ("",)
    below = tuple(child.key for child in tree.children(text))
    return below or ((text,) if tree.second(text) else ())


def _by_source(found: OutletQuerySet, source: str) -> OutletQuerySet:
    bit = BITS[Milestone.BROUGHT_IN]
    match source:
        case "brought_in":
            return found.annotate(brought=F("milestones").bitand(bit)).filter(brought=bit)
        case "file":
            return found.annotate(brought=F("milestones").bitand(bit)).filter(~Q(source=""), brought=0)
        case "survey":
            return found.annotate(brought=F("milestones").bitand(bit)).filter(source="", brought=0)
    return found
