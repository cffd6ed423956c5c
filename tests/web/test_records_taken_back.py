"""What was entered and turned out otherwise: a fact taken back, a channel corrected or ended, with the reason."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from qingyuan.core.access import CONSOLE, Role
from qingyuan.ledger import queries as ledger
from qingyuan.registry import actions, queries
from qingyuan.registry.models import Fact, MainLink, Outlet
from qingyuan.registry.places_of import place_of
from tests import build
from tests.api.asking import caller
from tests.web.people import client, words

pytestmark = pytest.mark.django_db
UNIT = "140213"


@pytest.fixture
def outlet():
    build.country()
    return build.outlet(build.unit(UNIT), receiving=build.water("桑干河"))


@pytest.fixture
def clerk(outlet):
    return client(Role.CLERK, build.unit(UNIT))


def do(browser, outlet, act, **given):
    given = {"version": Outlet.objects.get(pk=outlet.pk).version, "on": "2023-06-05", **given}
    return browser.post(f"/outlets/{outlet.pk}/acts/{act}", given)


def channel(outlet, name="西干管", **more):
    on = date(2023, 6, 2)
    made = actions.add_channel(
        name=name, unit=outlet.unit, outlet=outlet, on=on, by=CONSOLE, at=build.NOON.replace(day=3), **more
    )
    outlet.refresh_from_db()
    return made.outlets.get()


def fact(outlet, name="tracing_inconclusive", value=True):
    pk = str(outlet.pk)
    given = {"place": place_of(outlet), "name": name, "value": value, "source": "现场", "on": build.DAY}
    return actions.enter_fact(("outlet", pk), **given, by=CONSOLE, at=build.NOON)


def drawn(outlet, on=date(2023, 6, 20)):
    branches = queries.chain(Outlet.objects.get(pk=outlet.pk), on=on).branches
    return {one.channel.name: {source.body.name: source.share for source in one.sources} for one in branches}


def test_a_fact_entered_by_mistake_is_taken_back_with_its_reason_and_stays_in_the_ledger(outlet, clerk):
    made = fact(outlet)
    assert queries.facts_of(outlet, on=build.DAY)["tracing_inconclusive"] is True
    page = clerk.get(f"/outlets/{outlet.pk}").content.decode()
    assert f"/acts/retract-fact?fact={made.pk}" in page
    assert "自2023-06-01，现场" in words(clerk.get(f"/outlets/{outlet.pk}/acts/retract-fact?fact={made.pk}"))
    assert "必填" in words(do(clerk, outlet, "retract-fact", fact=made.pk, reason=""))
    assert do(clerk, outlet, "retract-fact", fact=made.pk, reason="查无此事").status_code == 302
    assert "tracing_inconclusive" not in queries.facts_of(outlet, on=build.DAY)
    last = ledger.timeline("outlet", str(outlet.pk))[0]
    assert (last.act, last.details["reason"]) == ("fact.retract", "查无此事")
    assert Fact.objects.get(pk=made.pk).retracted_at is not None
    again = do(clerk, outlet, "retract-fact", fact=made.pk, reason="查无此事")
    assert again.status_code == 409
    assert len([one for one in ledger.timeline("outlet", str(outlet.pk)) if one.act == "fact.retract"]) == 1


def test_the_rules_are_judged_anew_at_once(outlet, clerk):
    def holding():
        page = clerk.get(f"/outlets/{outlet.pk}").content.decode()
        return "兜底责任主体" in page.partition('id="rules"')[2].partition("<details>")[0]

    assert not holding()
    made = fact(outlet)
    assert holding()
    do(clerk, outlet, "retract-fact", fact=made.pk, reason="误")
    assert not holding()


def test_a_channel_is_corrected_and_the_chain_is_drawn_from_it(outlet, clerk):
    one, two = build.body(outlet.unit, name="甲厂"), build.body(outlet.unit, name="乙厂")
    link = channel(outlet, sources=((one, Decimal("0.5")),))
    page = clerk.get(f"/outlets/{outlet.pk}/acts/correct-channel?channel={link.pk}").content.decode()
    assert 'value="西干管"' in page
    assert 'value="甲厂"' in page
    given = {"channel": link.pk, "name": "东干管", "length_m": "120", "reason": "核图"}
    given |= {"body_1": "乙厂", "share_1": "70"}
    assert do(clerk, outlet, "correct-channel", **given).status_code == 302
    assert drawn(outlet) == {"东干管": {"乙厂": Decimal("0.7000")}}
    last = ledger.timeline("outlet", str(outlet.pk))[0]
    assert last.act == "outlet.correct_channel"
    assert last.changes["channel_name"] == ["西干管", "东干管"]
    told = words(clerk.get(f"/outlets/{outlet.pk}")).partition("变更留痕")[2]
    assert f"{one.name} 0.5000" in told
    assert f"{two.name} 0.7" in told
    count = len(ledger.timeline("outlet", str(outlet.pk)))
    assert do(clerk, outlet, "correct-channel", **given).status_code == 302  # the same again writes nothing
    assert len(ledger.timeline("outlet", str(outlet.pk))) == count


def test_shares_beyond_the_whole_are_refused_and_nothing_changes(outlet, clerk):
    build.body(outlet.unit, name="甲厂")
    build.body(outlet.unit, name="乙厂")
    link = channel(outlet)
    given = {"channel": link.pk, "name": "西干管", "reason": "核图", "body_1": "甲厂", "share_1": "70"}
    answer = do(clerk, outlet, "correct-channel", **given, body_2="乙厂", share_2="40")
    assert (answer.status_code, "超过 100 %" in words(answer)) == (409, True)
    assert drawn(outlet) == {"西干管": {}}


def test_a_channel_ends_from_a_day_and_its_branch_outlets_stay(outlet, clerk):
    branch = build.outlet(build.unit(UNIT))
    actions.set_main(branch, main=outlet, on=build.DAY, by=CONSOLE, at=build.NOON)
    outlet.refresh_from_db()
    kept, gone = channel(outlet, "南干管"), channel(outlet, "西干管")
    answer = do(clerk, outlet, "remove-channel", channel=gone.pk, reason="封堵", on="2023-06-10")
    assert answer.status_code == 302
    assert set(drawn(outlet)) == {kept.channel.name}
    assert set(drawn(outlet, on=date(2023, 6, 9))) == {"南干管", "西干管"}
    assert MainLink.objects.filter(branch=branch, main=outlet, to_day=None).exists()
    early = do(clerk, outlet, "remove-channel", channel=kept.pk, reason="误", on="2023-06-01")
    assert (early.status_code, "解除日期早于登记的起始日期2023-06-02" in words(early)) == (409, True)
    assert do(clerk, outlet, "remove-channel", channel=kept.pk, reason="登记有误", on="2023-06-02").status_code == 302
    assert drawn(outlet, on=date(2023, 6, 2)) == {"西干管": {}}


def test_who_may_not_correct_sees_no_link_but_the_reason(outlet):
    channel(outlet)
    page = words(client(Role.LEADER, build.unit(UNIT)).get(f"/outlets/{outlet.pk}"))
    assert "您没有在此办理“更正信息”的权限" in page.partition("排污通道 西干管")[2]


def test_a_program_corrects_a_channel_as_a_page_does(outlet):
    one = build.body(outlet.unit, name="甲厂")
    link = channel(outlet)
    who = caller(Role.CLERK, build.unit(UNIT))
    today = timezone.localdate().isoformat()
    change = {"on": today, "name": "东干管", "sources": [{"body": one.pk, "share": 0.25}], "reason": "核图"}
    etag = who.get(f"outlets/{outlet.pk}")["ETag"]
    answer = who.post(f"outlets/{outlet.pk}/channels/{link.pk}/correct", json=change, etag=etag)
    assert answer.status_code == 200, answer.content
    assert answer.json()["chain"]["channels"][0]["name"] == "东干管"
    stale = who.post(f"outlets/{outlet.pk}/channels/{link.pk}/remove", json={"on": today, "reason": "误"}, etag=etag)
    assert stale.status_code == 412
    ended = who.post(
        f"outlets/{outlet.pk}/channels/{link.pk}/remove", json={"on": today, "reason": "误"}, etag=answer["ETag"]
    )
    assert ended.json()["chain"]["channels"] == []
