"""消息: told once, read once, nobody else's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from qingyuan.access.queries import actor_of
from qingyuan.core.access import CONSOLE, Role
from qingyuan.core.functions import BodyKind
from qingyuan.core.refusal import NotFound, Refused
from qingyuan.ledger.queries import timeline
from qingyuan.stages.notice import actions, queries
from qingyuan.stages.notice.actions import Told
from qingyuan.stages.notice.kinds import Kind
from tests import build

AT = datetime(2023, 6, 5, 2, 0, tzinfo=UTC)


@pytest.fixture
def bureau(db):
    build.country(waters=False, packs=False)
    return build.body(build.unit("140200"), name="某市水务局", kind=BodyKind.GOVERNMENT)


def told(bureau, key="item:1:issued", **more) -> Told:
    return Told(
        key,
        Kind.ITEM_ISSUED,
        ("item", "1"),
        bodies=[bureau.pk],
        params={"from": "某局", "title": "排查某河"},
        link=("web:item", (1,)),
        **more,
    )


def tell(*given: Told, at: datetime = AT) -> int:
    return actions.notify_many(given, by=CONSOLE, on=at.date(), at=at)


def two_officers(bureau):
    return [build.officer(Role.CLERK, build.unit("140200"), body=bureau) for _ in range(2)]


def test_the_officers_of_a_body_are_told_once_however_often_the_flow_runs(bureau):
    officers = two_officers(bureau)
    stranger = build.officer(Role.CLERK, build.unit("140200"))
    assert tell(told(bureau)) == 2
    assert tell(told(bureau), at=AT + timedelta(hours=1)) == 0
    assert tell(told(bureau, key="item:1:urged:2023-06-05")) == 2
    for officer in officers:
        assert queries.unread(actor_of(officer, on=AT.date())) == 2
    assert queries.unread(actor_of(stranger, on=AT.date())) == 0


def test_who_did_the_act_is_not_told_of_it_and_who_acts_for_two_bodies_is_told_once(bureau):
    first, second = two_officers(bureau)
    other = build.body(build.unit("140200"), name="某市城市管理局", kind=BodyKind.GOVERNMENT)
    one = told(bureau, but=first.pk)
    one = Told(one.key, one.kind, one.about, bodies=[bureau.pk, other.pk], officers=[second.pk], but=first.pk)
    assert tell(one) == 1


def test_an_officer_whose_assignment_has_ended_is_not_told(bureau):
    from qingyuan.access import actions as access

    officer = build.officer(Role.CLERK, build.unit("140200"), body=bureau)
    access.end_assignment(officer.assignments.get(), on=AT.date(), by=CONSOLE, at=AT)
    assert tell(told(bureau)) == 0


def test_reading_is_kept_with_its_moment_and_twice_is_once(bureau):
    officer, _other = two_officers(bureau)
    who = actor_of(officer, on=AT.date())
    tell(told(bureau))
    (one,) = queries.page(who).rows
    later = AT + timedelta(minutes=5)
    assert actions.mark_read(one.pk, by=who, at=later).read_at == later
    assert actions.mark_read(one.pk, by=who, at=later + timedelta(hours=1)).read_at == later
    assert queries.unread(who) == 0
    assert [line.act for line in timeline("notice", str(one.pk))] == ["notice.read", "notice.tell"]


def test_nobody_reads_what_was_told_to_another(bureau):
    officer, other = two_officers(bureau)
    tell(told(bureau))
    (one,) = queries.page(actor_of(officer, on=AT.date())).rows
    with pytest.raises(NotFound):
        actions.mark_read(one.pk, by=actor_of(other, on=AT.date()), at=AT)
    with pytest.raises(Refused):
        actions.mark_all_read(up_to=one.pk, by=CONSOLE, at=AT)


def test_what_comes_in_while_the_page_is_read_stays_unread(bureau):
    officer, _other = two_officers(bureau)
    who = actor_of(officer, on=AT.date())
    tell(*(told(bureau, key=f"item:{number}:issued") for number in range(3)))
    newest = queries.page(who).rows[0].pk
    tell(told(bureau, key="item:9:issued"), at=AT + timedelta(minutes=1))
    assert actions.mark_all_read(up_to=newest, by=who, at=AT + timedelta(minutes=2)) == 3
    assert queries.unread(who) == 1


def test_pages_follow_each_other_newest_first_without_gap_or_double(bureau):
    officer, _other = two_officers(bureau)
    who = actor_of(officer, on=AT.date())
    tell(*(told(bureau, key=f"item:{number}:issued") for number in range(7)))
    seen, after = [], ""
    while True:
        page = queries.page(who, after=after, size=3)
        seen += [one.pk for one in page.rows]
        if not (after := page.after):
            break
    assert seen == sorted(seen, reverse=True)
    assert len(set(seen)) == 7


def test_read_notices_are_taken_away_after_their_time_and_unread_ones_never(bureau):
    officer, _other = two_officers(bureau)
    who = actor_of(officer, on=AT.date())
    tell(told(bureau), told(bureau, key="item:2:issued"))
    first = queries.page(who).rows[-1]
    actions.mark_read(first.pk, by=who, at=AT)
    assert actions.forget_read(before=AT) == 0
    assert actions.forget_read(before=AT + timedelta(days=1)) == 1
    assert queries.unread(who) == 1
    assert timeline("notice", str(first.pk))
