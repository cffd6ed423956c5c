"""Asking for codes, number ranges and signboards. What lies outside the asker's scope does not exist for him."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from qingyuan.core.access import Actor
from qingyuan.core.lifecycle import Milestone, Stage, mask_of
from qingyuan.core.refusal import NotFound
from qingyuan.places.paths import within_q
from qingyuan.registry import queries as registry
from qingyuan.registry.models import Outlet, OutletQuerySet
from qingyuan.stages.standardisation import board, names, rules
from qingyuan.stages.standardisation.models import IssuedCode, Segment, Sign, Urging
from qingyuan.stages.standardisation.words import SignState

NONE, OUTDATED = "none", "outdated"
FEW = 2_000
STATES = (NONE, *SignState.values)
"""How coded outlets stand as to their board; `none`: without one."""
GONE = (Stage.CLOSED, Stage.MERGED)
CODABLE = mask_of([Milestone.VERIFIED, Milestone.CLASSIFIED])


def sign_of(outlet: Outlet) -> Sign | None:
    """The signboard in use of an outlet, whatever its state; None: there is none. `.is_up` says that it stands and has
    its photograph (`photo_sha256`)."""
    return Sign.objects.filter(outlet=outlet).exclude(state=SignState.VOID).first()


def signs_of(outlet: Outlet) -> list[Sign]:
    """Every signboard an outlet had, the newest first."""
    return list(Sign.objects.filter(outlet=outlet).order_by("-number"))


def sign(actor: Actor, pk: int) -> Sign:
    """One signboard.

    Raises
    ------
    NotFound
    """
    found = (
        Sign.objects.filter(registry.seen(actor, leads=True), pk=pk)
        .select_related("outlet__unit", "outlet__party", "outlet__water", "outlet__managing_unit")
        .defer("outlet__water__geometry")
        .first()
    )
    if found is None:
        raise NotFound("signboard", str(pk))
    return found


def public_sign(code: str) -> Sign | None:
    """The board in use that bears a code and is made: what its square code shows to everybody."""
    made = Sign.objects.filter(code=code, state__in=[SignState.PRINTED, SignState.ERECTED, SignState.DAMAGED])
    return made.filter(outlet__national_code=code, outlet__withdrawn_at=None).select_related("outlet").first()


@dataclass(frozen=True, slots=True)
class Line:
    """A coded outlet with its board in use (None: none) and how often its party was urged."""

    outlet: Outlet
    sign: Sign | None
    urged: int

    @property
    def state(self) -> str:
        """One of STATES."""
        return self.sign.state if self.sign else NONE


def listed(
    actor: Actor, *, path: str = "", state: str = "", text: str = "", after: int = 0, limit: int = 50
) -> list[Line]:
    """A page of coded outlets with their boards, by id. `state`: one of STATES, "" for all."""
    found = in_state(coded(_looked_up(registry.visible_to(actor).filter(within_q("unit_path", path)))), state)
    if text.strip():
        found = registry.search(found, text.strip())
    rows = list(found.filter(pk__gt=after).select_related("unit", "party").order_by("pk")[:limit])
    ids = [one.pk for one in rows]
    signs = {one.outlet_id: one for one in Sign.objects.filter(outlet__in=ids).exclude(state=SignState.VOID)}
    urged: dict[int, int] = {}
    for pk, turn in Urging.objects.filter(outlet__in=ids).values_list("outlet", "turn"):
        urged[pk] = max(turn, urged.get(pk, 0))
    return [Line(one, signs.get(one.pk), urged.get(one.pk, 0)) for one in rows]


def _looked_up(found: OutletQuerySet) -> OutletQuerySet:
    """The same, said so that coded outlets are looked up by their codes while they are few; among many a walk in the
    order of ids soon fills a page."""
    with_code = Outlet.objects.exclude(national_code="").order_by().values("pk")
    return found.filter(pk__in=with_code) if with_code[: FEW + 1].count() <= FEW else found


def coded(found: OutletQuerySet) -> OutletQuerySet:
    """Outlets with a national code that still stand: each is to have a board."""
    return found.exclude(national_code="").exclude(stage__in=GONE)


def in_state(found: OutletQuerySet, state: str) -> OutletQuerySet:
    """Coded outlets by the state of their board."""
    boards = Sign.objects.filter(outlet=OuterRef("pk"))
    match state:
        case "":
            return found
        case "none":
            return found.filter(~Exists(boards.exclude(state=SignState.VOID)))
        case "void":
            return found.filter(Exists(boards.filter(state=SignState.VOID)))
        case _:
            return found.filter(Exists(boards.filter(state=state)))


def without_board(found: OutletQuerySet) -> OutletQuerySet:
    """Coded outlets whose board does not stand: none, not erected yet, or damaged."""
    up = Sign.objects.filter(outlet=OuterRef("pk"), state=SignState.ERECTED)
    return coded(found).filter(~Exists(up))


def uncoded(found: OutletQuerySet) -> OutletQuerySet:
    """Outlets that may be coded and are not: verified and classified, standing."""
    able = found.filter(national_code="").exclude(stage__in=GONE).exclude(type_key="")
    return able.annotate(_able=F("milestones").bitand(CODABLE)).filter(_able=CODABLE)


def waiting_for_code(actor: Actor, *, path: str = "", after: int = 0, limit: int = 50) -> list[Outlet]:
    """A page of outlets that may be coded and are not, by id."""
    found = uncoded(registry.visible_to(actor).filter(within_q("unit_path", path))).filter(pk__gt=after)
    return list(found.select_related("unit", "party", "water").defer("water__geometry").order_by("pk")[:limit])


def issued_of(outlet: Outlet) -> list[IssuedCode]:
    """Every code an outlet was given here, the newest first."""
    return list(IssuedCode.objects.filter(outlet=outlet).select_related("segment").order_by("-pk"))


def issued(actor: Actor, *, path: str = "", text: str = "", after: int = 0, limit: int = 50) -> list[IssuedCode]:
    """A page of codes that were issued, the newest first."""
    found = IssuedCode.objects.filter(registry.all_seen(actor), within_q("outlet__unit_path", path))
    if text.strip():
        found = found.filter(text__startswith=text.strip().upper())
    if after:
        found = found.filter(pk__lt=after)
    return list(found.select_related("outlet__unit").order_by("-pk")[:limit])


def segments_visible_to(actor: Actor) -> QuerySet[Segment]:
    """Number ranges of counties in the actor's territory, or that hold it."""
    mine = Q(pk__in=[])
    for grant in actor.grants:
        for path in grant.reach.unit_paths:
            mine |= within_q("unit_path", path) if path else Q(pk__isnull=False)
    return Segment.objects.filter(mine).select_related("unit")


def segment(actor: Actor, pk: int) -> Segment:
    """One range.

    Raises
    ------
    NotFound
    """
    found = segments_visible_to(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound("segment", str(pk))
    return found


def urgings_of(outlet: Outlet) -> list[Urging]:
    """How often the party was urged to erect the board, the newest first."""
    return list(Urging.objects.filter(outlet=outlet).select_related("body").order_by("-turn"))


def urging(actor: Actor, pk: int) -> Urging:
    """One urging.

    Raises
    ------
    NotFound
    """
    found = (
        Urging.objects.filter(registry.seen(actor, leads=True), pk=pk).select_related("outlet__unit", "body").first()
    )
    if found is None:
        raise NotFound("urging", str(pk))
    return found


@dataclass(frozen=True, slots=True)
class Proposed:
    """What a form about one outlet begins with: the proposed name, basin letters and type letters, who codes."""

    name: str
    basin: str
    basin_name: str
    letters: rules.Letters | None
    authority: rules.Authority
    is_basin_known: bool


def proposed(outlet: Outlet, *, on: date) -> Proposed:
    """The proposal for an outlet's name and code."""
    policy = rules.policy_of(outlet.unit_path, on=on)
    table, basin = rules.basins(policy), rules.basin_of(outlet, policy)
    return Proposed(
        name=names.propose(outlet, policy),
        basin=basin,
        basin_name=table.get(basin, ""),
        letters=rules.letters_of(outlet, policy),
        authority=rules.authority(policy),
        is_basin_known=basin in table,
    )


def outdated(found: Sign, *, on: date) -> list[board.Difference]:
    """What on a board in use is not true any more."""
    if found.state == SignState.VOID:
        return []
    return board.differences(found, found.outlet, on=on)
