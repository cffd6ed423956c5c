"""规则: what is in force for a unit on a day, in a sentence, down its ladder, and beside another unit."""

from datetime import date

import pytest

from qingyuan.core.access import Role
from qingyuan.registry.rules import policy_of
from qingyuan.web.rules.words import ladder_of, sentence
from tests import build
from tests.web.people import client, words


@pytest.fixture
def country(db):
    build.country(waters=False)


def inspector(code, **asked):
    return client(Role.LEADER, build.unit(code)).get("/rules/", asked)


def test_a_value_is_a_sentence_with_its_clause_and_the_rung_that_governs(country):
    page = inspector("140213", name="chain.nodes", on="2024-01-01")
    assert "2024-01-01，平城区的“链条环节”为：排污单位、入河排污口、受纳水体（自 2023-05-04 起）。" in words(page)
    assert "大同 四(十二)" in words(page)
    governing = [step for step in page.context["ladder"] if step.governs]
    assert [step.pack for step in governing] == ["140200-datong"]


def test_before_its_day_a_value_does_not_apply(country):
    page = inspector("140213", name="chain.nodes", on="2023-01-01")
    assert "受纳水体、排污口、排污通道、排污单位" in words(page)
    assert page.context["chosen"].origin == "000000-national"


def test_where_the_scheme_is_silent_the_screen_says_inherited(country):
    page = inspector("410502", name="scope.conduit_forms")
    assert page.context["chosen"].inherited
    assert "继承 本级方案未作规定，沿用上级" in words(page)
    assert "性质 推定" in words(page)
    assert "未作规定，沿用上级" in [step.said for step in page.context["ladder"]]


def test_a_proposed_value_is_called_proposed(country):
    assert "性质 建议值" in words(inspector("410502", name="signin.password_days"))


def test_the_search_finds_by_title_value_and_clause(country):
    def found(text):
        page = inspector("140200", q=text)
        return {line.name for _topic, lines in page.context["topics"] for line in lines}

    assert "chain.nodes" in found("链条")
    assert "chain.nodes" in found("大同 四(十二)")
    assert found("没有这样的词") == set()


def test_every_parameter_stands_under_one_topic(country):
    page = inspector("140200")
    listed = [line.name for _topic, lines in page.context["topics"] for line in lines]
    assert sorted(listed) == sorted(page.context["policy"].parameters)


@pytest.mark.parametrize("path", ["1402", "419001", "4105", "140825", "22"])
def test_every_parameter_of_every_scheme_has_a_sentence_and_a_ladder(country, path):
    policy = policy_of(path, on=date(2024, 6, 1))
    for resolved in policy.parameters.values():
        title = resolved.title.replace("“", "‘").replace("”", "’")  # within quotation marks
        assert title in sentence(resolved, unit="某地", on=policy.on)
        steps = ladder_of(resolved, policy, {})
        assert [step.pack for step in steps] == list(policy.packs)
        assert sum(step.governs for step in steps) == bool(resolved.ladder)


def test_two_units_stand_side_by_side_the_differences_first(country):
    page = client(Role.LEADER, build.unit("140200")).get("/rules/compare", {"with": "419001"})
    different = {row["name"]: row for row in page.context["different"]}
    assert "chain.nodes" in different
    assert different["chain.nodes"]["two_said"] == "受纳水体、排污口、排污通道、排污单位"
    assert "signin.password_days" in {row["name"] for row in page.context["same"]}
    text = words(page)
    assert text.index("链条环节") < text.index("相同的")


def test_nobody_can_compare_with_a_unit_that_is_not(country):
    browser = client(Role.LEADER, build.unit("140200"))
    assert browser.get("/rules/compare", {"with": "没有这个县"}).status_code == 404


def test_targets_rules_readings_and_packs_have_their_tabs(country):
    browser = client(Role.LEADER, build.unit("140200"))
    assert "国省考断面河流" in words(browser.get("/rules/targets"))
    assert "2023-12-31" in words(browser.get("/rules/targets"))
    assert "应当" in words(browser.get("/rules/rules"))
    assert "B-17" in words(browser.get("/rules/readings"))
    packs = browser.get("/rules/packs")
    assert [pack.code for pack in packs.context["packs"]] == ["000000-national", "140000-shanxi", "140200-datong"]
