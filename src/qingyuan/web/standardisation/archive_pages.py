"""An outlet's checklist of 规范化建设 with its facilities, and its file: shown, exported, its papers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from qingyuan.boards.archive import queries as boards
from qingyuan.boards.archive.completeness import completeness_of
from qingyuan.boards.archive.queries import Archive
from qingyuan.core.access import Actor, Permission
from qingyuan.core.archive import BY_HAND, NOT_BY_PAPER, STATES, State
from qingyuan.core.lifecycle import Stage
from qingyuan.core.refusal import NotFound, Refusal
from qingyuan.core.standardising import ITEM_STATES, Answer, Item, ItemState
from qingyuan.exchange import archiving
from qingyuan.library import queries as library
from qingyuan.registry.models import Outlet
from qingyuan.registry.rules import policy_of
from qingyuan.stages.standardisation import queries, queries_archive
from qingyuan.stages.standardisation import rules_archive as rules
from qingyuan.stages.standardisation.words_archive import FacilityKind
from qingyuan.web import lookup
from qingyuan.web.standardisation.archive_acts import ACTS
from qingyuan.web.templatetags.qingyuan import in_words

TONES = {
    ItemState.DONE: "green",
    ItemState.OPEN: "amber",
    ItemState.FAILED: "red",
    ItemState.WAIVED: "grey",
    ItemState.NOT_ASKED: "grey",
    State.PRESENT: "green",
    State.MISSING: "amber",
    State.NOT_APPLICABLE: "grey",
}
PAST = {"confirm": (Stage.STANDARDISED, Stage.SUPERVISED), "supervise": (Stage.SUPERVISED,)}
"""The stages in which an act has been done and its button is of no use any more."""
SHAPES = {"green": "check", "amber": "triangle", "red": "square", "grey": "ring"}


@dataclass(frozen=True, slots=True)
class Button:
    """An act that may be done, or the reason why not."""

    label: str
    url: str
    reason: Refusal | None
    first: bool = False


def buttons(outlet: Outlet, who: Actor, *, of_archive: bool) -> list[Button]:
    """The acts of a page, each with the reason against it."""
    at = timezone.now()
    on = timezone.localdate(at)
    return [
        Button(
            _(act.label),
            reverse("web:standardisation-act", args=[outlet.pk, act.name]),
            act.reason(outlet, who, on, at),
            act.name == "confirm",
        )
        for act in ACTS.values()
        if not act.of_one and act.of_archive is of_archive and outlet.stage not in PAST.get(act.name, ())
    ]


@dataclass(frozen=True, slots=True)
class ItemLine:
    """An item of the checklist as the page shows it. `url`: where it is done, for who may."""

    name: str
    word: str
    tone: str
    shape: str
    why: str
    clause: str
    status: str
    url: str


@require_GET
def standardisation(request: HttpRequest, pk: int) -> HttpResponse:
    """The checklist of one outlet, its facilities, who supervises."""
    found, who, on = lookup.outlet(request, pk), lookup.actor(request), timezone.localdate()
    file = completeness_of(found, on=on)
    items = queries_archive.items_of(found, archive=file, on=on)
    may_work = ACTS["check"].reason(found, who, on, timezone.now()) is None
    policy = policy_of(found.unit_path, on=on)
    context = {
        "outlet": found,
        "trail": lookup.trail(request, found.unit),
        "items": [_item_line(found, one, may_work=may_work) for one in items],
        "open_count": sum(one.blocks for one in items),
        "facilities": queries_archive.facilities_of(found),
        "buttons": buttons(found, who, of_archive=False),
        "may_work": may_work,
        "file": file,
        "sign": queries.sign_of(found),
        "supervision": queries_archive.supervision_of(found),
        "authority": policy.parameters.get(rules.AUTHORITY),
        "season": policy.parameters.get("storm_control.flood_season"),
    }
    return render(request, "standardisation/outlet.html", context)


def _item_line(outlet: Outlet, one: Item, *, may_work: bool) -> ItemLine:
    tone = TONES[one.state]
    return ItemLine(
        _(one.name),
        _(ITEM_STATES[one.state]),
        f"tone-{tone}",
        f"shape-{SHAPES[tone]}",
        in_words(one.why) if one.why else "",
        one.clause,
        one.status,
        _where(outlet, one) if may_work and one.state is not ItemState.NOT_ASKED else "",
    )


def _where(outlet: Outlet, one: Item) -> str:
    """Where an item is done."""
    act = reverse("web:standardisation-act", args=[outlet.pk, "check"])
    if one.answer is Answer.CHECKED:
        return f"{act}?item={one.key}"
    if one.answer.value in FacilityKind.values:
        return f"{reverse('web:standardisation-act', args=[outlet.pk, 'facility'])}?kind={one.answer}"
    if one.answer is Answer.ARCHIVE:
        return reverse("web:outlet-archive", args=[outlet.pk])
    if one.answer in {Answer.NAME, Answer.CODE, Answer.SIGNBOARD}:
        return reverse("web:outlet-signs", args=[outlet.pk])
    return reverse("web:outlet", args=[outlet.pk])


@dataclass(frozen=True, slots=True)
class SectionLine:
    """A section of the file as the page shows it."""

    key: str
    name: str
    word: str
    tone: str
    shape: str
    why: str
    mandatory: bool
    clause: str
    by_hand: bool
    takes_paper: bool
    may_be_aside: bool
    lines: Sequence[object]


@require_GET
def archive(request: HttpRequest, pk: int) -> HttpResponse:
    """The file of one outlet, section by section."""
    found, who, on = lookup.outlet(request, pk), lookup.actor(request), timezone.localdate()
    file = boards.archive_of(found, on=on)
    asked = {one.section: one for one in rules.sections(policy_of(found.unit_path, on=on))}
    may_work = ACTS["paper"].reason(found, who, on, timezone.now()) is None
    context = {
        "outlet": found,
        "trail": lookup.trail(request, found.unit),
        "file": file,
        "whole": file.completeness,
        "sections": [
            SectionLine(
                key=part.standing.section.value,
                name=_(part.standing.name),
                word=_(STATES[part.standing.state]),
                tone=f"tone-{TONES[part.standing.state]}",
                shape=f"shape-{SHAPES[TONES[part.standing.state]]}",
                why=in_words(part.standing.why) if part.standing.why else "",
                mandatory=part.standing.mandatory,
                clause=part.standing.clause,
                by_hand=part.standing.section in BY_HAND,
                takes_paper=part.standing.section not in NOT_BY_PAPER,
                may_be_aside=part.standing.state is State.MISSING and asked[part.standing.section].waivable,
                lines=part.lines,
            )
            for part in file.parts
        ],
        "parameter": policy_of(found.unit_path, on=on).parameters.get(rules.SECTIONS),
        "buttons": buttons(found, who, of_archive=True),
        "may_work": may_work,
        "may_export": bool(who.holding(Permission.OUTLET_EXPORT)),
    }
    return render(request, "standardisation/archive.html", context)


def _file(request: HttpRequest, pk: int) -> Archive:
    lookup.require(request, Permission.OUTLET_EXPORT)
    return boards.archive_of(lookup.outlet(request, pk), on=timezone.localdate())


@require_GET
def as_pdf(request: HttpRequest, pk: int) -> FileResponse:
    """The file as one PDF."""
    made = archiving.as_pdf(_file(request, pk), at=timezone.now())
    return FileResponse(BytesIO(made.content), as_attachment=True, filename=made.name)


@require_GET
def as_pack(request: HttpRequest, pk: int) -> FileResponse:
    """The file as one sealed pack."""
    made = archiving.as_pack(_file(request, pk), by=lookup.actor(request).name, at=timezone.now())
    return FileResponse(BytesIO(made.content), as_attachment=True, filename=made.name)


@require_GET
def paper(request: HttpRequest, pk: int, sha256: str) -> FileResponse:
    """A paper of the file. Always a download: nothing uploaded is ever shown as a page of this site."""
    found = lookup.outlet(request, pk)
    if sha256 not in boards.archive_of(found, on=timezone.localdate()).papers:
        raise NotFound("paper", sha256)
    file = library.file(sha256)
    return FileResponse(BytesIO(library.content_of(sha256)), as_attachment=True, filename=file.name or sha256[:12])
