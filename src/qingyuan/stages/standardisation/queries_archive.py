"""Asking about facilities, checks, entries and the checklist of outlets. Scope is asked by the register's queries."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from qingyuan.core.access import Actor
from qingyuan.core.archive import Completeness
from qingyuan.core.lifecycle import Paper
from qingyuan.core.refusal import NotFound
from qingyuan.core.standardising import Answer, Item, ItemState, Seen, checklist
from qingyuan.registry import queries as registry
from qingyuan.registry.models import FiledPaper, Outlet
from qingyuan.registry.rules import policy_of
from qingyuan.stages.standardisation import rules_archive as rules
from qingyuan.stages.standardisation.models_archive import ArchiveEntry, Facility, ItemCheck, SupervisionStart
from qingyuan.stages.standardisation.queries import sign_of
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
    sign = sign_of(outlet)
    if sign is not None and sign.is_up:
        return sign.photo_sha256
    filed = FiledPaper.objects.filter(outlet=outlet, kind=Paper.SIGNBOARD_PHOTO, round=outlet.round)
    return filed.order_by("-pk").values_list("sha256", flat=True).first() or ""


def items_of(outlet: Outlet, *, archive: Completeness, on: date) -> tuple[Item, ...]:
    """The checklist of one outlet, as its packs ask for it, given how complete its file is."""
    policy = policy_of(outlet.unit_path, on=on)
    done, lacking = _answers(outlet, archive)
    checked = {item: (_FOUND[CheckResult(one.result)], one.reason) for item, one in checks_of(outlet).items()}
    seen = Seen(outlet.type_key, outlet.special_kind, frozenset(done), lacking, checked)
    table = policy.parameters.get(rules.ITEMS)
    return checklist(
        rules.rows(policy, rules.ITEMS), policy.parameters, seen, status=table.status if table is not None else ""
    )


def _answers(outlet: Outlet, archive: Completeness) -> tuple[Collection[Answer], dict[Answer, str]]:
    done: set[Answer] = set()
    if outlet.name.strip():
        done.add(Answer.NAME)
    if outlet.national_code:
        done.add(Answer.CODE)
    if sign_photo(outlet):
        done.add(Answer.SIGNBOARD)
    if archive.is_complete:
        done.add(Answer.ARCHIVE)
    standing = Facility.objects.filter(outlet=outlet).exclude(state=FacilityState.REMOVED)
    built = list(standing)
    done |= {Answer(one.kind) for one in built if one.counts}
    lacking = {Answer.ARCHIVE: "、".join(one.why for one in archive.blocking)}
    lacking |= {Answer(one.kind): one.get_state_display() for one in built if not one.counts and one.state != "in_use"}
    return done, lacking
