"""登记会议: a meeting of a mechanism with its decisions; those that name an outlet, an owner or a day become items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from qingyuan.bodies.models import Body
from qingyuan.core.access import Actor
from qingyuan.core.refusal import require
from qingyuan.ledger import actions as ledger
from qingyuan.library import queries as library
from qingyuan.places.models import Unit
from qingyuan.registry.models import Outlet
from qingyuan.stages.dispatch import guards, rules
from qingyuan.stages.dispatch.actions.issuing import issue
from qingyuan.stages.dispatch.models import Decision, Meeting
from qingyuan.stages.dispatch.words import ItemKind


@dataclass(frozen=True, slots=True)
class NewDecision:
    """One thing decided. With `owners` it becomes a work item, due on `due` (else by the pack's working days), about
    `outlets`."""

    text: str
    owners: Sequence[Body] = ()
    supporting: Sequence[Body] = ()
    due: date | None = None
    outlets: Sequence[Outlet] = ()
    clause: str = ""

    @property
    def is_work(self) -> bool:
        """Whether somebody has to do something about it."""
        return bool(self.owners or self.due or self.outlets or self.clause)


@transaction.atomic
def record_meeting(
    *,
    mechanism: str,
    title: str,
    unit: Unit,
    decisions: Sequence[NewDecision],
    on: date,
    by: Actor,
    at: datetime,
    minutes_sha256: str = "",
    key: str = "",
    is_demo: bool = False,
) -> Meeting:
    """登记会议. `on` is the day it was held. The same `key` again gives the meeting recorded before.

    Raises
    ------
    Refused, NotFound
        NotFound: the minutes are not in the library. Refused also when a decision that is to become an item names no
        owner and no clause of the scheme.
    """
    if key and (made := Meeting.objects.filter(key=key, recorded_by=by.id).first()):
        return made
    decisions = [one for one in decisions if one.text.strip()]
    require(
        guards.record_meeting(mechanism=mechanism, title=title, unit=unit, decisions=decisions, on=on, by=by, at=at)
    )
    if minutes_sha256:
        library.file(minutes_sha256)
    meeting = Meeting.objects.create(
        mechanism=mechanism,
        title=title.strip(),
        unit=unit,
        unit_path=unit.path,
        held_on=on,
        minutes_sha256=minutes_sha256,
        recorded_by=by.id,
        recorded_at=at,
        is_demo=is_demo,
        key=key or None,
    )
    policy = rules.policy_of(unit.path, on=on)
    ledger.record(
        ("meeting", str(meeting.pk)),
        "meeting.record",
        by=by,
        at=at,
        occurred=on,
        details={"mechanism": mechanism, "unit": unit.code, "decisions": len(decisions)},
        clause=rules.clause_of(policy, "organisation.mechanisms"),
        pack=rules.pack_of(policy),
        evidence=(minutes_sha256,) if minutes_sha256 else (),
        private={"title": meeting.title},
    )
    for number, one in enumerate(decisions, start=1):
        _decision(meeting, number, one, on=on, by=by, at=at)
    return meeting


def _decision(meeting: Meeting, number: int, one: NewDecision, *, on: date, by: Actor, at: datetime) -> None:
    text = one.text.strip()
    item = None
    if one.is_work:
        item = issue(
            kind=ItemKind.DECISION,
            subject=text if len(text) <= 200 else text[:199] + "…",
            text=text,
            unit=meeting.unit,
            clause=one.clause,
            due=one.due,
            responsible=one.owners,
            supporting=one.supporting,
            outlets=one.outlets,
            meeting=meeting,
            on=on,
            by=by,
            at=at,
            is_demo=meeting.is_demo,
        )
    Decision.objects.create(meeting=meeting, number=number, text=text, item=item)
