"""Asking about proposals: which wait, what one would change, how its cases come out, who inherits the change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from qingyuan.core.access import Actor, Place, may_see
from qingyuan.core.policy import Pack, PackError, PackFault
from qingyuan.core.refusal import NotFound
from qingyuan.places.paths import within_q
from qingyuan.rulebook import queries, texts
from qingyuan.rulebook.checking import CaseResult, case_results, faults_of_texts, ladder_of, unit_path_of
from qingyuan.rulebook.differences import PackDifference, difference
from qingyuan.rulebook.models import PackProposal, PackVersion


@dataclass(frozen=True, slots=True)
class Inherits:
    """A pack below: of the parameters that change, those it says itself, and those it takes from above."""

    pack: str
    title: str
    unit_path: str
    own: tuple[str, ...]
    inherited: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Examined:
    """A proposal beside the text it stands against: the difference, the cases, the packs below."""

    difference: PackDifference
    cases: tuple[CaseResult, ...]
    below: tuple[Inherits, ...]
    faults: tuple[PackFault, ...]

    @property
    def failed(self) -> tuple[CaseResult, ...]:
        """The expectations that are not met."""
        return tuple(case for case in self.cases if not case.passed)


def visible_to(actor: Actor) -> Q:
    """The proposals of units in the actor's territories."""
    found = Q(pk__in=[])
    for grant in actor.grants:
        for path in grant.reach.unit_paths:
            found |= within_q("unit_path", path) if path else Q(pk__isnull=False)
    return found


def proposals(
    actor: Actor, *, path: str = "", state: str = "", after: int | None = None, limit: int = 50
) -> tuple[list[PackProposal], int | None]:
    """A page of proposals in the actor's territories, the newest first, and the id the next page comes after."""
    found = PackProposal.objects.filter(visible_to(actor), within_q("unit_path", path)).defer("text")
    if state:
        found = found.filter(state=state)
    if after is not None:
        found = found.filter(pk__lt=after)
    page = list(found.order_by("-pk")[: limit + 1])
    return page[:limit], page[limit - 1].pk if len(page) > limit else None


def proposal(actor: Actor, pk: int) -> PackProposal:
    """One proposal.

    Raises
    ------
    NotFound
        There is none, or its unit lies outside the actor's territories.
    """
    found = PackProposal.objects.filter(pk=pk).first()
    if found is None or not may_see(actor, Place(unit_path=found.unit_path)):
        raise NotFound("pack proposal", str(pk))
    return found


def last_refused(pack: str, *, unit_path: str) -> PackProposal | None:
    """The last upload for a unit or of a pack that the check refused."""
    faulty = PackProposal.objects.filter(state=PackProposal.State.FAULTY)
    return faulty.filter(Q(pack=pack) | Q(unit_path=unit_path)).order_by("-pk").first()


def pack_at(path: str, *, on: date) -> Pack | None:
    """The pack that a unit has of its own on a day."""
    packs = queries.packs_in_force(on=on)
    return next((pack for pack in packs.values() if unit_path_of(pack) == path), None)


def faults_beside(text: str, *, on: date) -> list[PackFault]:
    """Every fault of a text that reads well, beside the packs in force on a day and on each later day of change."""
    pack = texts.parsed(text)
    if taken := queries.name_faults(pack):
        return taken
    faults: dict[PackFault, None] = {}
    for day in [on, *queries.later_days(after=on)]:
        standing = queries.texts_in_force(on=day) or texts.shipped_texts()
        faults |= dict.fromkeys(faults_of_texts(frozenset({**standing, pack.code: text}.values())))
    return list(faults)


def examined(of: PackProposal, *, on: date) -> Examined:
    """What a proposal would change on a day. A faulty one has its faults only."""
    if of.state == PackProposal.State.FAULTY:
        faults = tuple(PackFault(**fault) for fault in of.faults)
        return Examined(PackDifference((), (), ()), (), (), faults)
    after = texts.parsed(of.text)
    before = version_text(of.pack, of.against)
    packs = {**queries.packs_in_force(on=on), after.code: after}
    above = [pack for pack in ladder_of(packs.values(), unit_path_of(after)) if pack.code != after.code]
    try:
        changes = difference(above, before, after)
        cases = tuple(case_results(packs, after.code))
    except PackError as slip:
        return Examined(PackDifference((), (), ()), (), (), slip.faults)
    return Examined(changes, cases, tuple(_below(packs, after, changes)), ())


def _below(packs: dict[str, Pack], after: Pack, changes: PackDifference) -> list[Inherits]:
    path = unit_path_of(after)
    names = tuple(dict.fromkeys(change.name for change in changes.parameters))
    found = []
    for pack in sorted(packs.values(), key=unit_path_of):
        here = unit_path_of(pack)
        if here.startswith(path) and here != path:
            own = tuple(name for name in names if name in pack.entries)
            rest = tuple(name for name in names if name not in pack.entries)
            found.append(Inherits(pack.code, pack.title, here, own, rest))
    return found


def version_text(pack: str, sha256: str) -> Pack | None:
    """The pack of a hash: a version taken in, else the one shipped; None for an empty or unknown hash."""
    text = PackVersion.objects.filter(pack=pack, sha256=sha256).values_list("text", flat=True).first()
    if text is None:
        shipped = texts.shipped_texts().get(pack, "")
        text = shipped if shipped and texts.digest(shipped) == sha256 else None
    return texts.parsed(text) if text is not None else None


def between(pack: str, first: str, second: str, *, on: date) -> PackDifference:
    """What the second of two texts of a pack says otherwise than the first.

    Raises
    ------
    NotFound
        The pack has no such text.
    """
    one, two = version_text(pack, first), version_text(pack, second)
    if one is None or two is None:
        raise NotFound("pack version", f"{pack} {first} {second}")
    among = {**queries.packs_in_force(on=on), pack: two}
    above = [step for step in ladder_of(among.values(), unit_path_of(two)) if step.code != pack]
    return difference(above, one, two)


def reading_of(of: PackProposal) -> dict[str, str]:
    """The files of a proposal as handed in."""
    return texts.read_canonical(of.text)
