"""Laws of work items: whatever is pressed in whatever order, closing stays where it belongs and sums stay sums."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from qingyuan.bodies.models import Body
from qingyuan.core.access import Actor, Grant, Reach, Role
from qingyuan.core.functions import BodyFunction as F
from qingyuan.core.refusal import Refused, StaleRecord
from qingyuan.ledger import queries as ledger
from qingyuan.ledger.models import Entry
from qingyuan.stages.dispatch import actions, queries
from qingyuan.stages.dispatch.actions.writing import status_of
from qingyuan.stages.dispatch.models import Feedback, Part, WorkItem
from qingyuan.stages.dispatch.queries import RollUp
from qingyuan.stages.dispatch.words import ItemKind, ItemStatus, PartKind, PartState
from tests import build
from tests.stages.dispatch import bodies
from tests.stages.dispatch.bodies import DAY, NOON

pytestmark = pytest.mark.django_db

STATES = st.sampled_from(list(PartState))
PARTS = st.lists(st.tuples(st.sampled_from(list(PartKind)), STATES, st.booleans()), max_size=6)
PRESSES = st.lists(
    st.tuples(st.sampled_from(["feedback", "return", "close", "reopen", "pass_down"]), st.integers(0, 3)), max_size=12
)


@given(PARTS)
def test_what_supports_never_changes_where_an_item_stands(parts: list[tuple[PartKind, PartState, bool]]):
    made = [
        Part(part=kind, state=state, body_id=number if known else None, name="x")
        for number, (kind, state, known) in enumerate(parts, start=1)
    ]
    carrying = [part for part in made if part.part != PartKind.SUPPORTING]
    assert status_of(made) == status_of(carrying)
    if status_of(made) == ItemStatus.ANSWERED:
        assert all(part.state == PartState.ANSWERED for part in carrying if part.body_id)


def acting(body: Body | None) -> Actor:
    """Somebody who may everything everywhere, for one body."""
    grant = Grant(Role.CONSOLE, Reach(unit_paths=frozenset({""})), body_id=body.pk if body else None)
    return Actor(f"law:{body.pk if body else 0}", "测试", (grant,))


@pytest.fixture
def item() -> tuple[WorkItem, list[Body]]:
    """An item of two responsible bureaus and a supporting one, to be passed down to the towns of 新绛."""
    build.country(waters=False)
    known = bodies.bureaus("140825", bodies.XINJIANG_BUREAUS)
    bodies.governments("140825", level=4, function=F.TOWN)
    one, two, helper, *_rest = known.values()
    made = actions.issue(
        kind=ItemKind.TASK,
        subject="测试事项",
        unit=build.unit("140825"),
        responsible=[one, two],
        supporting=[helper],
        on=DAY,
        by=acting(None),
        at=NOON,
    )
    return made, [one, two, helper]


def press(item: WorkItem, what: str, who: int, known: list[Body], day: date) -> None:
    """One press of a button by an officer of a body; a refusal changes nothing."""
    body = (*known, None)[who]
    by, at = acting(body), build.recorded(day)
    part = next((one for one in queries.parts_of(item) if body and one.body_id == body.pk), queries.parts_of(item)[0])
    part.item = item
    match what:
        case "feedback":
            actions.feedback(part, text="已办理", on=day, by=by, at=at)
        case "return":
            actions.return_feedback(part, reason="请补充", on=day, by=by, at=at)
        case "close":
            actions.close(item, on=day, by=by, at=at)
        case "reopen":
            actions.reopen(item, reason="情况反复", on=day, by=by, at=at)
        case _:
            actions.pass_down(item, on=day, by=by, at=at)


def added_up(item: WorkItem, on: date) -> RollUp:
    """The counts of an item as the sum over its children, each counted by hand and then with what lies below it."""
    total = RollUp()
    for child in queries.children_of(item):
        closed = child.status == ItemStatus.CLOSED
        total += RollUp(
            total=1,
            answered=int(closed or child.status == ItemStatus.ANSWERED),
            closed=int(closed),
            returned=int(child.status == ItemStatus.RETURNED),
            overdue=int(not closed and child.due is not None and child.due < on),
            unregistered=int(all(part.body_id is None for part in child.parts.all())),
        )
        total += added_up(child, on)
    return total


@settings(max_examples=max(12, settings().max_examples // 12))  # each presses a dozen buttons on a real item
@given(presses=PRESSES)
def test_whatever_is_pressed_an_item_is_closed_only_by_who_answers_for_it(item, presses):
    with transaction.atomic():
        made, known = WorkItem.objects.get(pk=item[0].pk), item[1]
        day = DAY
        for what, who in presses:
            day += timedelta(days=1)
            before = made.status
            try:
                press(made, what, who, known, day)
            except Refused:
                made.refresh_from_db()
                assert made.status == before, "a refusal changes nothing"
            made = WorkItem.objects.get(pk=made.pk)
            parts = list(made.parts.all())
            if made.status == ItemStatus.CLOSED:
                carrying = [part for part in parts if part.part != PartKind.SUPPORTING]
                assert all(part.state == PartState.ANSWERED for part in carrying)
                assert all(
                    child.status == ItemStatus.CLOSED
                    for child in made.children.all()
                    if any(part.body_id for part in child.parts.all())
                )
                if before != ItemStatus.CLOSED:
                    assert who in (0, 1), "neither the supporting bureau nor who has no part in it"
            else:
                assert made.status == status_of(parts)
            assert queries.roll_up(made, on=day) == added_up(made, day)
        assert ledger.verify("item").whole
        transaction.set_rollback(True)


def test_a_button_pressed_twice_does_once(item):
    made, (one, two, _helper) = item
    by = acting(one)

    def written() -> tuple[int, int]:
        return WorkItem.objects.count(), Feedback.objects.count() + ledger.verify("item").entries

    again = {
        "kind": ItemKind.TASK,
        "subject": "一次",
        "unit": build.unit("140825"),
        "responsible": [two],
        "on": DAY,
        "by": by,
        "at": NOON,
        "key": "k",
    }
    first = actions.issue(**again)
    counted = written()
    assert actions.issue(**again) == first
    assert written() == counted

    for body in (one, two):
        for _press in range(2):
            made.refresh_from_db()
            part = queries.own_part(made, acting(body))
            actions.feedback(part, text="已办理", on=DAY, by=acting(body), at=NOON)
    assert Feedback.objects.count() == 2
    made.refresh_from_db()
    actions.close(made, on=DAY, by=by, at=NOON)
    counted = written()
    actions.close(made, on=DAY, by=by, at=NOON)
    assert written() == counted


def test_who_read_an_older_version_is_told_so(item):
    made, (one, two, _helper) = item
    stale = WorkItem.objects.get(pk=made.pk)
    part = queries.own_part(made, acting(one))
    actions.feedback(part, text="已办理", on=DAY, by=acting(one), at=NOON)
    with pytest.raises(StaleRecord):
        actions.decide(stale, text="意见", on=DAY, by=acting(two), at=NOON)


def test_what_officers_wrote_is_in_no_entry(item):
    made, (one, *_rest) = item
    secret = "张某某，电话 00000000000"
    part = queries.own_part(made, acting(one))
    actions.feedback(part, text=secret, on=DAY, by=acting(one), at=NOON)
    part = queries.own_part(made, acting(one))
    part.item = WorkItem.objects.get(pk=made.pk)
    actions.return_feedback(part, reason=secret, on=DAY, by=acting(None), at=NOON)
    entries = Entry.objects.filter(kind="item", subject_id=str(made.pk))
    assert entries.count() == 3
    assert not [entry for entry in entries if "张某某" in entry.body]
    assert {entry.clause for entry in entries} == {""}
    assert all("140825" in entry.body for entry in entries), "each names the packs it was made under"
