"""What reopening does to the share of remediation, and how it is explained."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from qingyuan.boards.progress import queries
from qingyuan.boards.progress.queries import Asking, Where
from qingyuan.core.access import CONSOLE
from qingyuan.stages.remediation import actions
from tests import build
from tests.stages.remediation import lives

pytestmark = pytest.mark.django_db
THEN, MEANWHILE, NOW = date(2024, 3, 1), date(2024, 3, 20), date(2024, 4, 1)
REMEDIATION = "targets.remediation[2024-12-31]"


def test_a_confirmed_relapse_takes_one_from_the_numerator_and_the_board_says_why():
    build.country()
    county = build.unit("140214")
    began = date(2024, 1, 5)
    outlet = lives.classified(county, on=began, receiving=build.water("十里河"))
    lives.retained(lives.works_done(lives.under_works(lives.problem(outlet, on=began))))
    outlet.refresh_from_db()
    assert outlet.stage_since < THEN
    how = {"on": MEANWHILE, "by": CONSOLE, "at": build.recorded(MEANWHILE)}
    relapse = actions.report_relapse(outlet, source="exceedance", text="氨氮超标", paper_sha256=build.paper(), **how)
    actions.reopen(relapse, **how)
    at = build.recorded(NOW) + timedelta(hours=5)
    earlier, later = Asking(THEN, build.recorded(THEN) + timedelta(hours=5), at), Asking(NOW, None, at)
    found = queries.explain(Where(county.path), earlier, later, actor=CONSOLE)
    told = next(one for one in found if one.target.key == REMEDIATION)
    assert (told.before.numerator, told.before.denominator) == (1, 1)
    assert (told.after.numerator, told.after.denominator) == (0, 1)
    changes = [(one.reason.value, one.numerator, one.denominator, one.outlets) for one in told.changes]
    assert changes == [("reopened", -1, 0, (outlet.pk,))]
