"""一口一档: the chain as a picture, what the scheme asks next, facts, rules, zones, the ledger."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from qingyuan.core.access import CONSOLE, Role
from qingyuan.core.lifecycle import Move, Paper, Stage
from qingyuan.registry import actions
from tests import build
from tests.web.people import client, words

MOST_QUERIES = 70


@pytest.fixture
def country(db):
    build.country()


def reviewer(code):
    return client(Role.REVIEWER, build.unit(code))


def page(browser, outlet):
    answer = browser.get(f"/outlets/{outlet.pk}")
    assert answer.status_code == 200
    return answer


def nodes(answer):
    return re.findall(r'data-node="(\w+)"', answer.content.decode())


def with_channel(outlet, *shares):
    sources = tuple((build.body(outlet.unit), share) for share in shares)
    return actions.add_channel(
        name="一号暗管", unit=outlet.unit, outlet=outlet, on=build.DAY, by=CONSOLE, at=build.NOON, sources=sources
    )


@pytest.mark.parametrize(
    ("code", "river"),
    [
        pytest.param("419001", "沁河", marks=pytest.mark.clause("JY-07"), id="济源"),
        pytest.param("410502", "安阳河", marks=pytest.mark.clause("AY-116"), id="安阳"),
        pytest.param("220102", "伊通河", marks=pytest.mark.clause("JL-08", "JL-148"), id="吉林"),
    ],
)
def test_the_chain_shows_four_nodes_in_order_and_without_the_channel_it_is_on_the_broken_list(country, code, river):
    unit, browser = build.unit(code), reviewer(code)
    outlet = build.outlet(unit, stage=Stage.PARTY_FIXED, receiving=build.water(river))
    with_channel(outlet, Decimal("0.6"), None)
    shown = page(browser, outlet)
    assert nodes(shown) == ["unit", "channel", "outlet", "water"]
    assert "断链" not in words(shown)
    assert all(name in words(shown) for name in (river, outlet.name, "一号暗管", outlet.party.name))
    assert "占 60.0 %" in words(shown)
    assert "占比未知" in words(shown)
    assert outlet.pk not in {row.outlet.pk for row in browser.get("/outlets/?special=broken").context["rows"]}

    actions.remove_channel(
        outlet.channels.get(), on=date(2023, 6, 2), by=CONSOLE, at=build.recorded(date(2023, 6, 2)), reason="封堵"
    )
    assert "断链 ：缺排污通道" in words(page(browser, outlet)).replace("断链：", "断链 ：")
    assert outlet.pk in {row.outlet.pk for row in browser.get("/outlets/?special=broken").context["rows"]}
    assert [one.pk for one in browser.get("/quality/broken-chain").context["outlets"]] == [outlet.pk]


@pytest.mark.clause("DT-155")
def test_a_scheme_of_three_links_shows_three_nodes_and_the_channel_when_there_is_one(country):
    browser = reviewer("140213")
    outlet = build.outlet(build.unit("140213"), stage=Stage.PARTY_FIXED, receiving=build.water("桑干河"))
    shown = page(browser, outlet)
    assert nodes(shown) == ["unit", "outlet", "water"]
    assert "断链" not in words(shown)
    assert outlet.pk not in {row.outlet.pk for row in browser.get("/outlets/?special=broken").context["rows"]}
    with_channel(outlet, None)
    assert nodes(page(browser, outlet)) == ["unit", "channel", "outlet", "water"]


def test_each_node_leads_to_what_it_shows(country):
    outlet = build.outlet(build.unit("140213"), stage=Stage.PARTY_FIXED, receiving=build.water("桑干河"))
    browser = reviewer("140213")
    shown = page(browser, outlet).content.decode()
    assert f'href="/bodies/{outlet.party_id}"' in shown
    assert outlet.name in words(browser.get(f"/bodies/{outlet.party_id}"))
    assert f'href="/outlets/?water={build.water("桑干河").code}"' in shown


def test_what_comes_next_stands_with_its_clause_and_a_button_that_is_not_grey(country):
    outlet = build.outlet(build.unit("140213"), stage=Stage.VERIFIED)
    shown = words(page(client(Role.CLERK, build.unit("140213")), outlet))
    assert "开展溯源 大同 二(一)" in shown
    assert "明确责任主体 大同 二(二)" in shown


def test_under_a_grey_button_stands_the_sentence_the_address_answers_with(country):
    outlet = build.outlet(build.unit("140213"), stage=Stage.SURVEYED)
    browser = client(Role.CLERK, build.unit("140213"))
    shown = page(browser, outlet)
    assert '<button class="btn" type="button" disabled>核实</button>' in shown.content.decode()
    reason = next(one.reason for one in shown.context["next"] if one.label == "核实")
    assert reason.sentence in words(shown)
    answer = browser.get(f"/outlets/{outlet.pk}/acts/verify")
    assert answer.status_code == 403
    assert reason.sentence in words(answer)


@pytest.mark.clause("AY-95", "XJ-10", "DT-19", "JL-35")
@pytest.mark.parametrize("code", ["410502", "140825", "140213", "220102"])
def test_a_change_of_the_remediation_state_is_an_entry_with_time_user_old_and_new_that_nobody_can_edit(country, code):
    from django.db import DatabaseError, transaction

    from qingyuan.ledger.models import Entry

    outlet = build.outlet(build.unit(code), stage=Stage.PLAN_APPROVED)
    build.step(outlet, Move.START_WORKS, on=date(2023, 6, 3))
    newest = page(reviewer(code), outlet).context["timeline"][0]
    assert (newest.what, newest.who, newest.occurred) == ("开工整治", "测试核实员", "2023-06-03")
    assert [(one.label, one.old, one.new) for one in newest.differences] == [("阶段", "方案已批准", "整治中")]
    assert newest.recorded_at == build.recorded(date(2023, 6, 3))
    entries = Entry.objects.filter(kind="outlet", subject_id=str(outlet.pk))
    for change in (lambda: entries.update(act="outlet.nothing"), entries.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_a_value_says_which_entry_it_comes_from(country):
    outlet = build.outlet(build.unit("140213"))
    actions.correct(
        outlet,
        values={"bank": "左岸"},
        reason="现场复核",
        on=date(2023, 6, 2),
        by=build.VERIFIER,
        at=build.recorded(date(2023, 6, 2)),
    )
    shown = page(reviewer("140213"), outlet).content.decode()
    assert 'title="更正信息 · 2023-06-02 · 测试核实员">左岸' in shown
    assert "理由：现场复核" in shown


def test_a_layer_that_is_not_loaded_answers_cannot_tell_never_no(country):
    outlet = build.outlet(build.unit("140213"))
    shown = words(page(reviewer("140213"), outlet))
    assert "饮用水水源保护区： 无法判断（图层未载入）" in shown
    assert "不在" not in shown.split("所在区域")[-1]


def test_a_rule_that_lacks_a_fact_says_which_and_one_that_holds_shows_its_clause(country):
    outlet = build.outlet(build.unit("140213"), stage=Stage.CLASSIFIED)
    shown = page(reviewer("140213"), outlet)
    holding = [one for one in shown.context["said"] if one.verdict is True]
    unknown = [one for one in shown.context["said"] if one.verdict is None]
    assert holding
    assert all(one.clause for one in holding)
    assert all(one.missing for one in unknown)
    for one in (*holding, *unknown):
        assert one.title in words(shown)


def test_what_the_file_lacks_is_a_list_and_gets_shorter(country):
    browser = reviewer("140213")
    outlet = build.outlet(build.unit("140213"), position=None)
    assert {"坐标", "受纳水体", "责任主体", "类型"} <= set(page(browser, outlet).context["completeness"])
    actions.correct(
        outlet, values={"water": build.water("桑干河")}, reason="补录", on=build.DAY, by=build.VERIFIER, at=build.NOON
    )
    assert "受纳水体" not in page(browser, outlet).context["completeness"]


def test_a_paper_is_only_ever_downloaded(country):
    outlet = build.outlet(build.unit("140213"))
    filed = actions.file_paper(
        outlet,
        kind=Paper.PHOTO,
        sha256=build.paper("<script>alert(1)</script>"),
        on=build.DAY,
        by=CONSOLE,
        at=build.NOON,
    )
    answer = reviewer("140213").get(f"/outlets/{outlet.pk}/papers/{filed.pk}")
    assert b"".join(answer.streaming_content) == b"<script>alert(1)</script>"
    assert answer["Content-Disposition"].startswith("attachment")
    other = build.outlet(build.unit("140213"))
    assert reviewer("140213").get(f"/outlets/{other.pk}/papers/{filed.pk}").status_code == 404


def test_the_page_asks_a_bounded_number_of_queries_however_long_the_story(country):
    browser = reviewer("140213")
    outlet = build.outlet(build.unit("140213"), stage=Stage.SUPERVISED, receiving=build.water("桑干河"))
    page(browser, outlet)
    with CaptureQueriesContext(connection) as few:
        page(browser, outlet)
    for number in range(12):
        with_channel(outlet, None)
        actions.file_paper(
            outlet, kind=Paper.OTHER, sha256=build.paper(f"材料{number}"), on=build.DAY, by=CONSOLE, at=build.NOON
        )
    with CaptureQueriesContext(connection) as many:
        page(browser, outlet)
    assert len(many) <= len(few) + 2
    assert len(many) <= MOST_QUERIES
