"""Boards that wait to be erected or mended; who may code; the party hands in the photograph of its own board."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from qingyuan.access.queries import actor_of
from qingyuan.boards.tasks import queries as tasks
from qingyuan.core.access import CONSOLE, Role
from qingyuan.core.duties import Duty, Group
from qingyuan.core.lifecycle import Stage
from qingyuan.stages.standardisation import queries
from qingyuan.stages.standardisation.actions import coding, signs
from tests import build
from tests.library import photos
from tests.stages.tracing.cases import DAY, NOON, place
from tests.web.people import client_of

BY = {"on": DAY, "by": CONSOLE, "at": NOON}
LATE = DAY + timedelta(90)


@pytest.fixture(autouse=True)
def country(db):
    build.country()


def waiting(who, duty: Duty, group: Group = Group.OVERDUE) -> list[int]:
    return [task.about_id for task in tasks.page(who, duty, group, on=LATE, path=place("大同").path)]


def test_a_board_that_was_made_waits_to_be_erected_and_a_damaged_one_to_be_mended():
    of = build.outlet(place("大同"), stage=Stage.RETAINED, on=DAY)
    clerk = build.actor(Role.CLERK, place("大同"))
    party = actor_of(build.officer(Role.ENTERPRISE, None, party=of.party), on=DAY)
    coding.issue_code(of, **BY)
    made = signs.design_sign(of, **BY)
    assert waiting(clerk, Duty.ERECT_SIGN) == []
    signs.mark_printed([made], **BY)
    assert waiting(clerk, Duty.ERECT_SIGN) == [of.pk]
    assert [one.about_id for one in tasks.page(party, Duty.ERECT_SIGN, Group.OVERDUE, on=LATE)] == [of.pk]
    where = (of.longitude_deg, of.latitude_deg)
    signs.erect_sign(made, photo=photos.photo(1), name="a.jpg", position=where, **BY)
    assert waiting(clerk, Duty.ERECT_SIGN) == []
    signs.report_damage(made, damage="倾倒", **BY)
    assert waiting(clerk, Duty.MEND_SIGN) == [of.pk]
    (task,) = tasks.page(clerk, Duty.MEND_SIGN, Group.OVERDUE, on=LATE, path=place("大同").path)
    assert task.clause.startswith("大同")
    signs.void_sign(made, reason="换新", **BY)
    assert waiting(clerk, Duty.MEND_SIGN) == []


def test_who_may_not_issue_codes_has_no_duty_to_code():
    of = build.outlet(place("大同"), stage=Stage.CLASSIFIED, on=DAY)
    assert waiting(build.actor(Role.REVIEWER, place("大同")), Duty.CODE) == [of.pk]
    assert Duty.CODE not in {
        one.duty for one in tasks.waiting(build.actor(Role.CLERK, place("大同")), on=LATE, path="").counts
    }


def test_an_enterprise_hands_in_the_photograph_of_its_own_board_and_of_no_other():
    mine, other = (build.outlet(place("大同"), stage=Stage.RETAINED, on=DAY) for _one in range(2))
    browser = client_of(build.officer(Role.ENTERPRISE, None, party=mine.party))
    boards = []
    for of in (mine, other):
        coding.issue_code(of, **BY)
        boards.append(signs.design_sign(of, **BY))
    signs.mark_printed(boards, **BY)

    def erect(board):
        photo = SimpleUploadedFile("a.jpg", photos.photo(board.pk), "image/jpeg")
        of = board.outlet
        where = {"longitude": str(of.longitude_deg), "latitude": str(of.latitude_deg)}
        given = {"version": board.version, "photo": photo, **where}
        return browser.post(f"/signboards/{board.pk}/acts/erect", given)

    assert erect(boards[1]).status_code == 404
    assert erect(boards[0]).status_code == 302
    assert queries.sign_of(mine).is_up
    voided = browser.post(f"/signboards/{boards[0].pk}/acts/void", {"version": boards[0].version, "reason": "换新"})
    assert voided.status_code == 403
    assert queries.sign_of(mine).is_up
