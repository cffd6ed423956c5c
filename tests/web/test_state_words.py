"""States and milestones of the ledger are said in words, never in codes."""

from datetime import UTC, datetime

import pytest

from qingyuan.access.models import Reading
from qingyuan.boards.audit.queries import Read
from qingyuan.ledger.queries import Line
from qingyuan.web.reading import shown
from qingyuan.web.state_words import STATES
from qingyuan.web.timeline import told
from tests import build

AT = datetime(2026, 11, 22, 8, tzinfo=UTC)


def entry(act: str, **said: object) -> Line:
    given = {"number": 1, "act": act, "occurred": "2026-11-22", "recorded_at": AT, "actor_id": "clock"}
    empty = {"actor_name": None, "clause": "", "pack": "", "changes": {}, "details": {}, "evidence": (), "hash": ""}
    return Line(**{**empty, **given, **said})


@pytest.mark.parametrize(("kind", "name"), sorted(STATES))
def test_every_state_of_a_room_is_said_in_its_words(db, kind, name):
    (said,) = told([entry(f"{kind}.act", changes={name: tuple(STATES[kind, name].values[:2])})])
    (change,) = said.differences
    assert change.label == "状态"
    assert (change.old, change.new) == tuple(str(one) for one in STATES[kind, name].labels[:2])


def test_milestones_are_said_in_words(db):
    (said,) = told([entry("outlet.register", details={"milestones": {"party_fixed": "2021-12-11"}})])
    assert said.details == (("已达节点", "明确责任主体 2021-12-11"),)


def test_an_instant_late_in_the_evening_of_greenwich_is_the_next_day_here(db):
    (said,) = told([entry("officer.sign_in", occurred="2026-11-22T17:32:00+00:00")])
    assert said.occurred == "2026-11-23"


def test_the_read_log_names_what_was_read_and_says_what_was_asked(db):
    build.country()
    outlet = build.outlet(build.unit("410502"))
    one = Reading(kind="outlet", subject=f"outlet:{outlet.pk}", asked="unit=410502&q=%E6%B4%B9%E6%B2%B3&sort=place")
    ((_row, about, url, asked),) = shown([Read(one, "甲", "文峰区")])
    assert (about, url) == (outlet.name, f"/outlets/{outlet.pk}")
    assert asked == "查找：洹河；排列：place"
