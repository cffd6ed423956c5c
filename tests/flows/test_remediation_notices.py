"""整治、销号 → 消息: who learns what, once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from qingyuan.access.queries import actor_of
from qingyuan.core.access import CONSOLE, Role
from qingyuan.core.functions import BodyFunction, BodyKind
from qingyuan.flows import remediation_notices
from qingyuan.stages.notice import queries
from qingyuan.stages.remediation import actions
from qingyuan.stages.remediation.models import Round
from tests import build
from tests.stages.remediation import lives
from tests.stages.remediation.lives import later
from tests.web.people import client_of, words

DAY = date(2024, 6, 1)


@pytest.fixture
def people(db):
    """In a county of 吉林, which files closures upward: who drafts, its bureau, the city's, the enterprise."""
    build.country()
    county, city = build.unit("220102"), build.unit("220100")
    bureaus = [build.body(unit, kind=BodyKind.GOVERNMENT, functions=(BodyFunction.ECOLOGY,)) for unit in (county, city)]
    outlet = lives.classified(county, on=DAY)
    return outlet, {
        "clerk": build.officer(Role.CLERK, county),
        "county": build.officer(Role.REVIEWER, county, body=bureaus[0]),
        "city": build.officer(Role.REVIEWER, city, body=bureaus[1]),
        "mill": build.officer(Role.ENTERPRISE, None, party=outlet.party),
    }


def who(officer, on: date = DAY):
    return actor_of(officer, on=on)


def acting(by, on: date) -> dict[str, object]:
    return {"on": on, "by": by, "at": build.recorded(later(on))}


def tell(found: Round, on: date) -> int:
    found = Round.objects.select_related("outlet").get(pk=found.pk)
    return remediation_notices.tell(found, by=CONSOLE, on=on, at=build.recorded(later(on)))


def heard(officer) -> list[str]:
    return [one.kind for one in reversed(queries.page(who(officer)).rows)]


def test_the_drafter_and_the_enterprise_are_told_of_the_plan_once_and_may_open_it(people):
    outlet, officers = people
    found = lives.problem(outlet, on=DAY)
    clerk = who(officers["clerk"])
    plan = actions.draft_plan(found, given=lives.given(on=DAY, responsible_body=outlet.party), **acting(clerk, DAY))
    actions.submit(plan, **acting(clerk, DAY))
    assert tell(found, DAY) == 0
    actions.return_plan(plan, note="措施不具体", **acting(build.VERIFIER, DAY))
    assert tell(found, DAY) == 1
    assert tell(found, DAY) == 0
    (one,) = queries.page(clerk).rows
    assert (one.kind, one.params) == ("plan.returned", {"name": outlet.name, "reason": "措施不具体"})
    plan = actions.draft_plan(found, given=lives.given(on=DAY, responsible_body=outlet.party), **acting(clerk, DAY))
    actions.submit(plan, **acting(clerk, DAY))
    actions.approve(plan, paper_sha256=build.paper(), **acting(build.VERIFIER, DAY))
    tell(found, DAY)
    assert heard(officers["clerk"]) == ["plan.returned", "plan.approved"]
    assert heard(officers["mill"]) == ["plan.approved"]
    page = client_of(officers["mill"]).get("/notices/")
    assert f"整治方案已审定，请按期开工：{outlet.name}" in words(page)
    (notice,) = queries.page(who(officers["mill"])).rows
    assert client_of(officers["mill"]).get(f"/remediation/{notice.link_args[0]}/").status_code == 200


def test_each_turn_of_a_closure_is_told_to_whom_it_concerns(people):
    outlet, officers = people
    found = lives.works_done(lives.planned(lives.problem(outlet, on=DAY)))
    county, city = who(officers["county"]), who(officers["city"])
    day = later(found.outlet.stage_since)
    actions.return_works(found, reason="排口仍有污水", **acting(county, day))
    tell(found, day)
    assert heard(officers["mill"])[-1] == "works.returned"
    assert heard(officers["county"]) == []
    lives.works_done(found, on=later(day, 3))
    day = later(day, 5)
    lives.checked(found, on=day)
    actions.accept(found, paper_sha256=build.paper(), **acting(county, day))
    filed = actions.file_upward(found, proof_sha256=build.paper(), **acting(county, day))
    tell(found, day)
    assert heard(officers["mill"])[-1] == "works.accepted"
    assert heard(officers["city"]) == ["filing.made"]
    actions.return_filing(filed, reason="缺照片", **acting(city, day))
    tell(found, day)
    assert heard(officers["county"]) == ["filing.returned"]
    filed = actions.file_upward(found, proof_sha256=build.paper(), **acting(county, later(day)))
    actions.take_filing(filed, **acting(city, later(day)))
    actions.decide_retain(found, **acting(county, later(day)))
    tell(found, later(day))
    assert heard(officers["county"]) == ["filing.returned", "filing.taken"]
    assert heard(officers["mill"])[-2:] == ["filing.taken", "outlet.retained"]
    due = later(day, 60)
    (look,) = actions.plan_look_back([found], due=due, **acting(county, later(day)))
    assert remediation_notices.tell_due(by=CONSOLE, on=due - timedelta(1), at=build.recorded(due)) == 0
    assert remediation_notices.tell_due(by=CONSOLE, on=due, at=build.recorded(due)) == 1
    assert heard(officers["county"])[-1] == "look_back.due"
    given = {"relapsed": True, "note": "又有污水", "paper_sha256": build.paper()}
    actions.look_back(look, **given, **acting(county, due))
    again = actions.reopen(look.relapses.get(), **acting(build.VERIFIER, due))
    assert remediation_notices.tell_due(by=CONSOLE, on=due, at=build.recorded(later(due))) > 0
    assert heard(officers["mill"])[-1] == "round.reopened"
    assert tell(again, due) == 0


def test_what_is_long_past_is_no_news(people):
    outlet, officers = people
    found = lives.retained(lives.accepted(lives.works_done(lives.planned(lives.problem(outlet, on=DAY)))))
    long_after = found.ended_on + timedelta(remediation_notices.NEWS_DAYS + 1)
    assert remediation_notices.tell_due(by=CONSOLE, on=long_after, at=build.recorded(long_after)) == 0
    assert heard(officers["mill"]) == []


def test_a_door_tells_right_after_the_act_whenever_it_happened(people):
    outlet, officers = people
    found = lives.works_done(lives.planned(lives.problem(outlet, on=DAY)))
    given = {"on": found.outlet.stage_since.isoformat(), "reason": "排口仍有污水"}
    page = client_of(officers["county"])
    assert page.post(f"/remediation/{found.pk}/closing/return", given).status_code == 302
    assert heard(officers["mill"])[-1] == "works.returned"
