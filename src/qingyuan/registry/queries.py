"""Asking the register. What lies outside the asker's scope does not exist for him."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from unicodedata import normalize

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Cast

from qingyuan.bodies.models import Body
from qingyuan.core.access import Actor, may_see
from qingyuan.core.policy.facts import FACTS
from qingyuan.core.refusal import NotFound
from qingyuan.core.zones import ZoneKind, fact_of
from qingyuan.places import queries as places
from qingyuan.places.models import Water
from qingyuan.places.paths import path_after, within_q
from qingyuan.prepared import any_of, prepared
from qingyuan.registry import kept, rules
from qingyuan.registry.models import (
    Alias,
    Channel,
    ChannelOutlet,
    ChannelSource,
    Fact,
    FiledPaper,
    NameGram,
    Outlet,
    OutletQuerySet,
    Responsibility,
)
from qingyuan.registry.names import grams
from qingyuan.registry.places_of import place_of

FEW = 500
FEW_WATERS = 2
MOST_GRAMS = 8


def scope_q(actor: Actor, *, by_path: bool = False) -> Q:
    """The filter that keeps what the actor may see: territories and zones, waters, own departments, own parties.

    Many waters are asked by their ids, which have an index each by each, where many ranges would be given up for a run
    through everything; `by_path`: by ranges all the same, for questions along the index of tiles, which holds paths.
    """
    scope, waters = Q(pk__in=[]), Q()
    for grant in actor.grants:
        for path in grant.reach.unit_paths:
            scope |= within_q("unit_path", path) if path else Q(pk__isnull=False)
            if "Z" in path:
                scope |= within_q("managing_path", path)
        if grant.reach.body_ids:
            scope |= Q(managing_body__in=grant.reach.body_ids)
        if grant.reach.party_ids:
            scope |= Q(party__in=grant.reach.party_ids)
    paths = {path for grant in actor.grants for path in grant.reach.water_paths}
    column = "water_path" if by_path or len(paths) <= FEW_WATERS else "path"
    for path in sorted(paths):
        waters |= within_q(column, path)
    if column == "path":
        return scope | Q(water__in=Water.objects.filter(waters).order_by().values("pk"))
    return scope | waters


def visible_to(actor: Actor, *, leads: bool = False) -> OutletQuerySet:
    """The outlets of the register that lie in the actor's scope; with `leads` also what is not in the register."""
    found = Outlet.objects.filter(scope_q(actor))
    return found.filter(withdrawn_at=None) if leads else found.standing()


def everywhere(actor: Actor) -> bool:
    """Whether his scope is the whole country."""
    return any("" in grant.reach.unit_paths for grant in actor.grants)


def seen(actor: Actor, outlet: str = "outlet", *, leads: bool = False) -> Exists:
    """The filter on one row, or a few, about an outlet (a case, a code, a round …): the actor may see that outlet. Each
    row asks for its own; a list of all outlets of a scope would have to be made first."""
    return Exists(visible_to(actor, leads=leads).filter(pk=OuterRef(outlet)))


def all_seen(actor: Actor, outlet: str = "outlet", *, leads: bool = False) -> Q:
    """The same filter on a list of such rows. In a part of the country the list of its outlets is short, and leads have
    an index of their own; over the country each row asks."""
    if everywhere(actor):
        return Q(seen(actor, outlet, leads=leads))
    found = Q(**{f"{outlet}__in": visible_to(actor).values("pk")})
    if leads:
        out_of_register = visible_to(actor, leads=True).filter(in_register=False)
        found |= Q(**{f"{outlet}__in": out_of_register.values("pk")})
    return found


def without_ended_leads(found: OutletQuerySet) -> OutletQuerySet:
    """Of these those that are no candidate of a lead that ended as none or as a double: such a record stays to be read
    and stands in nobody's way."""
    said = Fact.objects.filter(subject_kind="outlet", name="lead_ended", value=True, retracted_at=None)
    ended = Exists(said.filter(subject_id=Cast(OuterRef("pk"), CharField())))
    return found.exclude(Q(in_register=False) & ended)


def bodies_visible_to(actor: Actor) -> QuerySet[Body]:
    """Organisations that sit in the actor's territories, his own, and those that answer for outlets he may see."""
    mine = Q(pk__in=[])
    for grant in actor.grants:
        for path in grant.reach.unit_paths:
            mine |= within_q("unit_path", path) if path else Q(pk__isnull=False)
        mine |= Q(pk__in=grant.reach.party_ids | grant.reach.body_ids)
    answering = visible_to(actor).exclude(party=None).values("party")
    return Body.objects.filter(mine | Q(pk__in=answering))


def outlet(actor: Actor, key: str | int) -> Outlet:
    """One outlet by id, national code, local code or alias. One query, two for an alias.

    Raises
    ------
    NotFound
        There is none, several share the local code, or it lies outside the actor's scope.
    """
    text = str(key).strip()
    if isinstance(key, int) and (one := _by_id.first(pk=key)) and may_see(actor, place_of(one)):
        return one
    scoped = Outlet.objects.filter(scope_q(actor)).select_related(
        "unit", "managing_unit", "managing_body", "water", "party", "merged_into"
    )
    found = list(scoped.filter(pk__in=known_as(text))[:2]) if text else []
    if not found and text:
        found = list(scoped.filter(pk__in=Alias.objects.filter(text=text).values("outlet"))[:2])
    exact = [one for one in found if text in (one.national_code, str(one.pk))]
    if len(found) != 1 and len(exact) != 1:
        raise NotFound("outlet", text)
    return (exact or found)[0]


@prepared
def _by_id(pk: Any) -> QuerySet[Outlet]:
    with_what_it_names = Outlet.objects.select_related(
        "unit", "managing_unit", "managing_body", "water", "party", "merged_into"
    )
    return with_what_it_names.defer("water__geometry").filter(pk=pk)


def known_as(text: str) -> QuerySet[Outlet, Any]:
    """Ids of the entries of this number or code: each looked up by its own index, never one by one through a scope."""
    ways = [coded(text, "national_code"), coded(text, "local_code")]
    if text.isdecimal() and len(text) < 18:
        ways.append(Q(pk=int(text)))
    first, *others = (Outlet.objects.filter(way).values("pk") for way in ways)
    return first.union(*others, all=True)


def coded(text: str, column: str) -> Q:
    """Entries whose code it is. Said to be not empty as well: the index leaves out the empty ones, and SQLite takes it
    only where the question does."""
    return Q(**{column: text}) & ~Q(**{column: ""})


def search(found: OutletQuerySet, *spellings: str) -> OutletQuerySet:
    """Narrow a set of outlets to those whose name or code holds the text, in any of its spellings (Policy.spellings):
    by its bigrams, then letter by letter."""
    given = ["".join(text.split()) for text in spellings]
    texts = list(dict.fromkeys([*given, *(normalize("NFKC", text) for text in given)]))  # full-width as well
    holds = Q(pk__in=[])
    for plain in filter(None, texts):
        holds |= _named(plain) | _coded(plain)
    return found.filter(holds) if any(texts) else found


def _named(plain: str) -> Q:
    """Names that hold the text: where few have its bigrams they are looked up first, else the list is walked in its own
    order and each name asked, which soon fills a page."""
    if len(plain) < 2:
        return Q(name__contains=plain)
    rarest, *others = sorted(list(grams(plain))[:MOST_GRAMS], key=_how_common)
    rows = NameGram.objects.filter(gram=rarest)
    for other in others[:2]:
        same = NameGram.objects.filter(gram=other, unit_path=OuterRef("unit_path"), outlet=OuterRef("outlet"))
        rows = rows.filter(Exists(same))
    few = list(rows.values_list("outlet", flat=True)[: FEW + 1])
    if len(few) <= FEW:
        return Q(pk__in=few) & Q(name__icontains=plain)
    here = NameGram.objects.filter(gram=rarest, unit_path=OuterRef("unit_path"), outlet=OuterRef("pk"))
    # With an "or" each row of the walk is asked; PostgreSQL would else gather all that have the bigram, and sort them.
    return (Q(Exists(here)) | Q(pk=None)) & Q(name__icontains=plain)


def _coded(plain: str) -> Q:
    """Outlets whose national code begins so, or whose local code it is."""
    if not plain.isascii():
        return Q(pk__in=[])
    begin = plain.upper()
    begins = Q(national_code__gte=begin, national_code__lt=path_after(begin)) & ~Q(national_code="")
    ids = [*Outlet.objects.filter(begins).values_list("pk", flat=True)[:FEW]]
    local = Outlet.objects.filter(coded(plain, "local_code"))
    return Q(pk__in=[*ids, *local.values_list("pk", flat=True)[:FEW]])


def _how_common(gram: str) -> int:
    return NameGram.objects.filter(gram=gram)[: FEW * 4].count()


@dataclass(frozen=True, slots=True)
class Source:
    """A discharger on a channel, with its share of the flow (None: unknown)."""

    body: Body
    share: Decimal | None


@dataclass(frozen=True, slots=True)
class Branch:
    """A channel that leads to the outlet, and who uses it."""

    link: ChannelOutlet
    channel: Channel
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Chain:
    """排污单位 — 排污通道 — 排污口 — 受纳水体 of one outlet on a day."""

    outlet: Outlet
    branches: tuple[Branch, ...]
    party: Body | None
    water: Water | None

    @property
    def broken(self) -> tuple[str, ...]:
        """The links that are missing: water, channel, unit."""
        missing = {
            "water": self.water is None,
            "channel": not self.branches,
            "unit": self.party is None and not any(branch.sources for branch in self.branches),
        }
        return tuple(name for name, absent in missing.items() if absent)


def chain(of: Outlet, *, on: date) -> Chain:
    """The chain of an outlet on a day. Two queries beside the outlet's own."""
    channels = _channels(outlet=of.pk, on=on)
    sources: dict[int, list[Source]] = {}
    for source in _sources(channels=[link.channel_id for link in channels], on=on):
        sources.setdefault(source.channel_id, []).append(Source(source.body, source.share))
    branches = tuple(Branch(link, link.channel, tuple(sources.get(link.channel_id, ()))) for link in channels)
    return Chain(of, branches, of.party, of.water)


@prepared
def _channels(outlet: Any, on: Any) -> QuerySet[ChannelOutlet]:
    return ChannelOutlet.objects.filter(_on(on), outlet_id=outlet).select_related("channel").order_by("pk")


@prepared
def _sources(channels: Any, on: Any) -> QuerySet[ChannelSource]:
    found = ChannelSource.objects.filter(_on(on), any_of("channel_id", channels))
    return found.select_related("body").order_by("pk")


def _on(day: date) -> Q:
    return (Q(from_day=None) | Q(from_day__lte=day)) & (Q(to_day=None) | Q(to_day__gt=day))


def broken_chains(found: OutletQuerySet, *, on: date) -> OutletQuerySet:
    """Outlets whose chain lacks a water, a unit, or a channel where the outlet's own scheme asks for one (断链清单)."""
    linked = ChannelOutlet.objects.filter(_on(on))
    sourced = linked.filter(channel__sources__in=ChannelSource.objects.filter(_on(on)))
    return found.filter(
        Q(water=None)
        | (_owes_channel(on) & ~Q(pk__in=linked.values("outlet")))
        | (Q(party=None) & ~Q(pk__in=sourced.values("outlet")))
    )


def _owes_channel(on: date) -> Q:
    """Outlets of schemes that count the channel among the links; a pack below may say otherwise than the one above."""
    owes = Q(pk__isnull=False)
    for path, asked in rules.chains_by_place(on=on):
        here = within_q("unit_path", path) if path else Q(pk__isnull=False)
        owes = owes | here if asked else owes & ~here
    return owes


def papers_of(of: Outlet) -> list[FiledPaper]:
    """The outlet's file, newest first."""
    return _papers(outlet=of.pk)


@prepared
def _papers(outlet: Any) -> QuerySet[FiledPaper]:
    return FiledPaper.objects.filter(outlet_id=outlet).order_by("-day", "-pk")


def parties_of(of: Outlet) -> list[Responsibility]:
    """Who answers and answered for the outlet, newest first."""
    return _answering(outlet=of.pk)


@prepared
def _answering(outlet: Any) -> QuerySet[Responsibility]:
    found = Responsibility.objects.filter(outlet_id=outlet)
    return found.select_related("body").order_by("-from_day", "-pk")


def stated_facts(subjects: list[tuple[str, str]], *, on: date) -> dict[str, object]:
    """Facts entered about the subjects, as of a day; the later day wins."""
    kinds, ids = [kind for kind, _subject in subjects], [str(subject_id) for _kind, subject_id in subjects]
    return {one.name: one.value for one in reversed(_stated(kinds=kinds, ids=ids)) if one.from_day <= on}


def facts_about(of: Outlet) -> list[Fact]:
    """Facts in force about the outlet, its party and its water: of each in turn, the newest first. One query."""
    subjects = subjects_of(of)
    order = {kind: place for place, (kind, _subject) in enumerate(subjects)}
    found = _stated(kinds=[kind for kind, _subject in subjects], ids=[subject for _kind, subject in subjects])
    return sorted(found, key=lambda one: order[one.subject_kind])


def subjects_of(of: Outlet) -> list[tuple[str, str]]:
    """Whom facts about an outlet are entered about: itself, its party, its water."""
    known = (("outlet", of.pk), ("party", of.party_id), ("water", of.water_id))
    return [(kind, str(pk)) for kind, pk in known if pk]


@prepared
def _stated(kinds: Any, ids: Any) -> QuerySet[Fact]:
    about = Q()
    for kind, subject in zip(kinds, ids, strict=True):
        about |= Q(subject_kind=kind, subject_id=subject)
    return Fact.objects.filter(about, retracted_at=None).order_by("-from_day", "-pk")


def facts_of(of: Outlet, *, on: date) -> Mapping[str, object]:
    """Everything the packs may ask about an outlet: what was entered, and what the register itself knows. A fact that
    is absent is unknown, not false; an unloaded zone layer leaves its fact out."""
    known: dict[str, object] = {"stage": of.stage, "direct_to_water": of.is_direct, **zone_facts(of)}
    if of.type_key:
        known["type_key"] = of.type_key
    if of.special_kind:
        known["special_kind"] = of.special_kind
    if of.conduit_form:
        known["conduit_form"] = of.conduit_form
    if of.party and of.party.industry:
        known["party_industry"] = of.party.industry
    if of.water:
        known["water_name"] = of.water.name
    known |= kept.facts_of_one(of, in_park=known.get(fact_of(ZoneKind.PARK)))
    return known | stated_facts(subjects_of(of), on=on)


def zone_facts(of: Outlet) -> dict[str, bool]:
    """In which kinds of zone the point lies. Kinds whose layer is not loaded for the unit are not in the answer."""
    if of.longitude_deg is None:
        return {}
    lies_in = set(kept.zones_of_one(of).values())
    known = places.layers_loaded(of.unit_path) | {ZoneKind(kind) for kind in lies_in}
    found = {fact_of(kind): kind.value in lies_in for kind in ZoneKind if kind in known}
    return {name: holds for name, holds in found.items() if name in FACTS}
