"""佐证和疑点: a piece of evidence with everything that is odd about it, and what a person makes of a doubt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import IntegrityError, transaction

from qingyuan.core.access import Actor, Permission
from qingyuan.core.days import local_day
from qingyuan.core.refusal import require
from qingyuan.library import actions as library
from qingyuan.library.queries import file
from qingyuan.registry.actions.moving import check_filed
from qingyuan.registry.models import Outlet
from qingyuan.registry.places_of import place_of
from qingyuan.registry.rules import policy_of
from qingyuan.stages.remediation import checking_works as checking
from qingyuan.stages.remediation import guards_works as guards
from qingyuan.stages.remediation import queries_works as queries
from qingyuan.stages.remediation import rules_works as rules
from qingyuan.stages.remediation.actions.noting import note as put_down
from qingyuan.stages.remediation.checking_works import DOUBT, FALSE, Position, Spoken
from qingyuan.stages.remediation.models import Round
from qingyuan.stages.remediation.models_plans import PlanStep
from qingyuan.stages.remediation.models_works import Doubt, Evidence
from qingyuan.stages.remediation.queries_plans import plan_of
from qingyuan.stages.remediation.words_works import PHOTOS, DoubtKind, DoubtState, EvidenceKind, EvidenceState


@dataclass(frozen=True, slots=True)
class Given:
    """A file as it was handed in: its bytes and name, or the hash of one that is in the library."""

    content: bytes = b""
    name: str = ""
    sha256: str = ""

    def keep(self, *, by: Actor, at: datetime) -> str:
        """In the library; its hash."""
        if self.sha256:
            return file(self.sha256).sha256
        return library.file_bytes(self.content, name=self.name, by=by, at=at).sha256


@transaction.atomic
def add_evidence(
    found: Round,
    *,
    kind: EvidenceKind,
    given: Given,
    on: date,
    by: Actor,
    at: datetime,
    measure: str = "",
    step: PlanStep | None = None,
    position: Position | None = None,
    bearing: Decimal | None = None,
    before: Evidence | None = None,
    note: str = "",
) -> Evidence:
    """提交佐证. Time, place and direction are read from the photograph; `position` (CGCS2000) and `bearing` stand in
    where it is silent. The same file for the same purpose is one piece. What is odd is kept with the piece; a doubt is
    raised where a person must decide (大同 四(十)).

    Raises
    ------
    Refused, NotFound
    """
    require(guards.upload(found, by=by))
    sha256 = given.keep(by=by, at=at)
    held = Evidence.objects.filter(round=found, kind=kind, measure=measure, sha256=sha256).first()
    if held is not None:
        return held
    seen = checking.shown(found, sha256, position=position, bearing=bearing)
    require(guards.add_evidence(found, kind=kind, is_photo=seen.is_photo, note=note, by=by, on=on, at=at, step=step))
    if kind is EvidenceKind.AFTER and before is None:
        before = _counterpart(found, seen)
    spoken = _examine(found, kind, sha256, seen, on=on, at=at, stated=position, before=before)
    try:
        with transaction.atomic():
            made = Evidence.objects.create(
                round=found,
                step=step,
                kind=kind,
                measure=measure,
                sha256=sha256,
                title=(given.name or file(sha256).name)[-200:],
                note=note.strip(),
                is_photo=seen.is_photo,
                **_as_shown(seen, on=on, at=at),
                pair=before if kind is EvidenceKind.AFTER else None,
                findings=[one.as_json() for one in spoken],
                state=EvidenceState.SUSPECTED if _doubtful(spoken) else EvidenceState.OK,
                body_id=_body_of(by, found),
                added_by=by.id,
                recorded_at=at,
            )
    except IntegrityError:  # the same file from another window this moment
        return Evidence.objects.get(round=found, kind=kind, measure=measure, sha256=sha256)
    details = {"evidence": made.pk, "kind": kind, "findings": [one.code for one in spoken]}
    put_down(
        found.outlet,
        "works.evidence",
        found=found,
        on=made.day,
        by=by,
        at=at,
        details=details,
        private={"note": note},
        files=(sha256,),
    )
    if _doubtful(spoken):
        _doubt_evidence(found, made, spoken, by=by, at=at)
    return made


def _as_shown(seen: checking.Shown, *, on: date, at: datetime) -> dict[str, object]:
    """When, where and which way a photograph was taken; the day that was stated where it does not tell a likely one."""
    longitude, latitude = seen.position or (None, None)
    return {
        "day": local_day(seen.taken_at) if seen.taken_at and seen.taken_at <= at else on,
        "taken_at": seen.taken_at,
        "longitude_deg": longitude,
        "latitude_deg": latitude,
        "position_source": seen.source,
        "bearing_deg": seen.bearing_deg,
        "off_m": seen.off_m,
    }


def _body_of(by: Actor, found: Round) -> int | None:
    """The body for which somebody works at an outlet."""
    place = place_of(found.outlet)
    return next((one.body_id for one in by.holding(Permission.REMEDIATION_WORK) if one.reach.covers(place)), None)


def _counterpart(found: Round, seen: checking.Shown) -> Evidence | None:
    """The before photo an after photo most likely answers: the one taken nearest."""
    befores = queries.befores_of(found)
    if not befores or seen.position is None:
        return befores[0] if befores else None
    lon, lat = seen.position
    near = [
        (abs(one.longitude_deg - lon) + abs(one.latitude_deg - lat), one.pk, one)
        for one in befores
        if one.longitude_deg is not None and one.latitude_deg is not None
    ]
    return min(near)[2] if near else befores[0]


def _examine(
    found: Round,
    kind: EvidenceKind,
    sha256: str,
    seen: checking.Shown,
    *,
    on: date,
    at: datetime,
    stated: Position | None,
    before: Evidence | None,
) -> list[Spoken]:
    """Everything that speaks against a piece. Papers have no place and no direction."""
    policy = policy_of(found.outlet.unit_path, on=on)
    if not seen.is_photo:
        return []
    plan = plan_of(found)
    started = plan.works_started_on if plan else None
    spoken = [
        *checking.place(seen, stated=stated, policy=policy),
        *checking.day(kind, seen, said=on, started=started, at=at, policy=policy),
    ]
    if kind is EvidenceKind.AFTER:
        spoken += checking.pair(seen, before, policy=policy)
    if kind in PHOTOS or kind is EvidenceKind.WORKS:
        spoken += checking.used(found, kind, sha256, policy=policy)
    return spoken


def _doubtful(spoken: Sequence[Spoken]) -> bool:
    return any(one.severity in (DOUBT, FALSE) for one in spoken)


def _doubt_evidence(found: Round, made: Evidence, spoken: Sequence[Spoken], *, by: Actor, at: datetime) -> Doubt:
    false = [one for one in spoken if one.severity == FALSE]
    told = [*false, *(one for one in spoken if one.severity == DOUBT)]
    return _raise(
        found.outlet,
        kind=DoubtKind.FALSIFICATION if false else DoubtKind.UNCLEAR,
        text="".join(one.sentence for one in told),
        clause=told[0].clause,
        on=local_day(at),
        by=by,
        at=at,
        found=found,
        evidence=made,
    )


def _raise(
    outlet: Outlet,
    *,
    kind: DoubtKind,
    text: str,
    clause: str,
    on: date,
    by: Actor,
    at: datetime,
    found: Round | None = None,
    evidence: Evidence | None = None,
    key: str = "",
) -> Doubt:
    days = rules.metres(policy_of(outlet.unit_path, on=on), "works.doubt_days", 7)
    made = Doubt.objects.create(
        outlet=outlet,
        unit_path=outlet.unit_path,
        round=found,
        evidence=evidence,
        key=key or None,
        kind=kind,
        text=text.strip()[: guards.LONGEST_DOUBT],
        clause=clause,
        raised_on=on,
        raised_by=by.id,
        recorded_at=at,
        due=on + timedelta(days),
        is_demo=outlet.is_demo,
    )
    details = {"doubt": made.pk, "kind": kind}
    put_down(
        outlet, "works.doubt", found=found, on=on, by=by, at=at, details=details, private={"text": text}, clause=clause
    )
    return made


@transaction.atomic
def raise_doubt(
    outlet: Outlet, *, kind: DoubtKind, text: str, on: date, by: Actor, at: datetime, key: str = ""
) -> Doubt:
    """提出疑点: harm to people, falsification, perfunctory work in survey or remediation (大同 四(十)).

    Raises
    ------
    Refused
    """
    if key and (made := Doubt.objects.filter(key=key).first()):
        return made
    require(guards.raise_doubt(outlet, text=text, by=by, on=on, at=at))
    clause = rules.integrity_clause(policy_of(outlet.unit_path, on=on))
    found = Round.objects.filter(outlet=outlet, ended_on=None).first()
    return _raise(outlet, kind=kind, text=text, clause=clause, on=on, by=by, at=at, found=found, key=key)


@transaction.atomic
def explain_doubt(found: Doubt, *, text: str, on: date, by: Actor, at: datetime) -> Doubt:
    """说明疑点. The same words again are said once; other words take the place of those before.

    Raises
    ------
    Refused
    """
    _lock(found)
    if found.explanation == text.strip() and found.explained_by == by.id and text.strip():
        return found
    require(guards.explain_doubt(found, text=text, by=by, on=on, at=at))
    found.state, found.explanation = DoubtState.EXPLAINED, text.strip()
    found.explained_by, found.explained_on = by.id, on
    _save(found, "state", "explanation", "explained_by", "explained_on")
    details = {"doubt": found.pk, "kind": found.kind}
    put_down(
        found.outlet, "works.explain", found=found.round, on=on, by=by, at=at, details=details, private={"text": text}
    )
    return found


@transaction.atomic
def decide_doubt(
    found: Doubt, *, confirmed: bool, reason: str, on: date, by: Actor, at: datetime, sha256: str = ""
) -> Doubt:
    """认定或排除疑点. What it was raised by counts again, or never.

    Raises
    ------
    Refused, NotFound
    """
    _lock(found)
    wanted = DoubtState.CONFIRMED if confirmed else DoubtState.DISMISSED
    if found.state == wanted and found.decided_by == by.id:
        return found
    require(guards.decide_doubt(found, confirmed=confirmed, reason=reason, by=by, on=on, at=at))
    if sha256:
        check_filed({sha256})
    found.state, found.reason, found.paper_sha256 = wanted, reason.strip(), sha256
    found.decided_by, found.decided_on = by.id, on
    _save(found, "state", "reason", "paper_sha256", "decided_by", "decided_on")
    if found.evidence_id is not None:
        state = EvidenceState.REJECTED if confirmed else EvidenceState.EXPLAINED
        Evidence.objects.filter(pk=found.evidence_id).update(state=state)
    details = {"doubt": found.pk, "kind": found.kind, "confirmed": confirmed}
    put_down(
        found.outlet,
        "works.decide",
        found=found.round,
        on=on,
        by=by,
        at=at,
        details=details,
        private={"reason": reason},
        clause=found.clause,
        files=(sha256,) if sha256 else (),
    )
    return found


def _lock(found: Doubt) -> None:
    Doubt.objects.select_for_update().filter(pk=found.pk).values_list("pk").first()
    found.refresh_from_db(fields=["state", "explanation", "explained_by", "explained_on", "decided_by", "version"])


def _save(found: Doubt, *names: str) -> None:
    found.version += 1
    found.save(update_fields=[*names, "version"])
