"""The page of one stay on the problem list."""

from __future__ import annotations

import pytest

from qingyuan.core.access import Role
from tests import build
from tests.stages.remediation import lives
from tests.web.people import client_of, words


@pytest.mark.parametrize(
    ("code", "said"),
    [("140213", "国家 + 山西省 + 大同市（2023-05-04）"), ("220102", "国家 + 吉林省（2023-04-03）")],
)
def test_the_packs_of_a_plan_are_named_by_place_and_day(db, code: str, said: str):
    build.country()
    found = lives.problem(lives.classified(build.unit(code)))
    plan = lives.drafted(found)
    answer = client_of(build.officer(Role.CLERK, build.unit(code))).get(f"/remediation/{found.pk}/")
    assert said in words(answer)
    assert "000000-national" not in words(answer)
    assert f'title="{plan.pack}"' in answer.content.decode()
