"""Asking about facilities, checks, entries and the checklist of outlets. Scope is asked by the register's queries."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from qingyuan.core.access import Actor
from qingyuan.core.archive import Completeness
from qingyuan.core.lifecycle import Paper
from qingyuan.core.refusal import NotFound
from qingyuan.core.standardising import Answer, Item, ItemState, Seen, checklist
from qingyuan.registry import queries as registry
from qingyuan.registry.models import FiledPaper, Outlet
from qingyuan.registry.rules import policies
from qingyuan.stages.standardisation import rules_archive as rules
from qingyuan.stages.standardisation.models import Sign
from qingyuan.stages.standardisation.models_archive import ArchiveEntry, Facility, ItemCheck, SupervisionStart
from qingyuan.stages.standardisation.words import SignState
from qingyuan.stages.standardisation.words_archive import CheckResult, FacilityKind, FacilityState

_FOUND = {
    CheckResult.DONE: ItemState.DONE,
    CheckResult.FAILED: ItemState.FAILED,
    CheckResult.WAIVED: ItemState.WAIVED,
}


def facilities_of(outlet: Outlet) -> list[Facility]:
    """What is built at an outlet, with what happened to each, in the order of kinds."""
    found = Facility.objects.filter(outlet=outlet).prefetch_related("events").order_by("kind", "pk")
    return list(found)


def facility(actor: Actor, pk: int) -> Facility:
    """One facility at an outlet of the actor's scope.

    Raises
    ------
    NotFound
    """
    found = Facility.objects.filter(registry.seen(actor), pk=pk).select_related("outlet")
    if (one := found.first()) is None:
        raise NotFound("facility", str(pk))
    return one


def has_facility(outlet: Outlet, kind: FacilityKind) -> bool:
    """Whether one of a kind is in use (a gate: and filed)."""
    found = Facility.objects.filter(outlet=outlet, kind=kind, state=FacilityState.IN_USE)
    if kind == FacilityKind.GATE:
        found = found.exclude(filed_on=None)
    return found.exists()


def checks_of(outlet: Outlet) -> dict[str, ItemCheck]:
    """What was found last of each item in the outlet's present round."""
    found = ItemCheck.objects.filter(outlet=outlet, round=outlet.round).order_by("day", "pk")
    return {one.item: one for one in found}


def entries_of(outlet: Outlet) -> list[ArchiveEntry]:
    """What was entered by hand and stands, oldest first."""
    return list(ArchiveEntry.objects.filter(outlet=outlet, withdrawn_at=None).order_by("day", "pk"))


def entry(actor: Actor, pk: int) -> ArchiveEntry:
    """One entry by hand of an outlet of the actor's scope.

    Raises
    ------
    NotFound
    """
    found = ArchiveEntry.objects.filter(registry.seen(actor), pk=pk)
    if (one := found.select_related("outlet").first()) is None:
        raise NotFound("archive_entry", str(pk))
    return one


def supervision_of(outlet: Outlet) -> SupervisionStart | None:
    """Who took over the daily supervision last."""
    return SupervisionStart.objects.filter(outlet=outlet).select_related("owner").order_by("-pk").first()


def sign_photo(outlet: Outlet) -> str:
    """The photo of the board that stands: the signboard's own, else one filed in this round; "" for none."""
    return _held([outlet])[outlet.pk].photo


def items_of(outlet: Outlet, *, archive: Completeness, on: date) -> tuple[Item, ...]:
    """The checklist of one outlet, as its packs ask for it, given how complete its file is."""
    return items_of_many([outlet], {outlet.pk: archive}, on=on)[outlet.pk]


def items_of_many(
    outlets: Sequence[Outlet], archives: Mapping[int, Completeness], *, on: date
) -> dict[int, tuple[Item, ...]]:
    """Id → the same of many outlets, in four queries and the packs of each county once."""
    policies_at, held, found = policies(), _held(outlets), {}
    for one in outlets:
        policy, mine = policies_at(one.unit_path, on), held[one.pk]
        done, lacking = _answers(one, archives[one.pk], mine)
        seen = Seen(one.type_key, one.special_kind, frozenset(done), lacking, mine.checked)
        table = policy.parameters.get(rules.ITEMS)
        status = table.status if table is not None else ""
        found[one.pk] = checklist(rules.rows(policy, rules.ITEMS), policy.parameters, seen, status=status)
    return found


@dataclass(slots=True)
class _Held:
    """What is on record of one outlet: the photo of its board, what is built, what was found of each item."""

    photo: str = ""
    built: list[Facility] = field(default_factory=list)
    checked: dict[str, tuple[ItemState, str]] = field(default_factory=dict)


def _held(outlets: Sequence[Outlet]) -> dict[int, _Held]:
    found, rounds = {one.pk: _Held() for one in outlets}, {one.pk: one.round for one in outlets}
    filed = FiledPaper.objects.filter(outlet__in=rounds, kind=Paper.SIGNBOARD_PHOTO).order_by("pk")
    for pk, number, sha256 in filed.values_list("outlet_id", "round", "sha256"):
        if number == rounds[pk]:
            found[pk].photo = sha256
    for sign in Sign.objects.filter(outlet__in=rounds).exclude(state=SignState.VOID).order_by("-pk"):
        if sign.is_up:
            found[sign.outlet_id].photo = sign.photo_sha256
    for facility in Facility.objects.filter(outlet__in=rounds).exclude(state=FacilityState.REMOVED):
        found[facility.outlet_id].built.append(facility)
    for check in ItemCheck.objects.filter(outlet__in=rounds).order_by("day", "pk"):
        if check.round == rounds[check.outlet_id]:
            found[check.outlet_id].checked[check.item] = (_FOUND[CheckResult(check.result)], check.reason)
    return found


def _answers(outlet: Outlet, archive: Completeness, held: _Held) -> tuple[Collection[Answer], dict[Answer, str]]:
    done: set[Answer] = set()
    if outlet.name.strip():
        done.add(Answer.NAME)
    if outlet.national_code:
        done.add(Answer.CODE)
    if held.photo:
        done.add(Answer.SIGNBOARD)
    if archive.is_complete:
        done.add(Answer.ARCHIVE)
    done |= {Answer(one.kind) for one in held.built if one.counts}
    lacking = {Answer.ARCHIVE: "、".join(one.why for one in archive.blocking)}
    unfit = (one for one in held.built if not one.counts and one.state != "in_use")
    lacking |= {Answer(one.kind): one.get_state_display() for one in unfit}
    return done, lacking
