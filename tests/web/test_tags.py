"""The signs say what is known, never more."""

from datetime import UTC, date, datetime

import pytest
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from qingyuan.core.access import Actor, Grant, Reach, Role
from qingyuan.core.lifecycle import Stage
from qingyuan.core.refusal import Refusal
from qingyuan.web.templatetags import qingyuan as signs
from qingyuan.web.templatetags import rail


def drawn(source: str, **context: object) -> str:
    return Template("{% load qingyuan rail %}" + source).render(Context(context))


def test_a_number_has_thousands_separators_and_nothing_is_a_dash():
    assert drawn("{{ n|number }} {{ none|number }}", n=40512, none=None) == "40,512 —"


def test_a_share_shows_both_counts_beside_the_percentage():
    assert ">318 / 454 · 70.0 %<" in drawn("{% share 318 454 %}")
    assert ">1,200 / 40,512 · 2.9 %<" in drawn("{% share 1200 40512 %}")


@pytest.mark.parametrize(("numerator", "denominator"), [(None, 10), (3, None), (0, 0)])
def test_an_unknown_share_is_a_dash_with_its_reason(numerator, denominator):
    said = drawn("{% share n d reason='岸线尚未分段' %}", n=numerator, d=denominator)
    assert 'title="岸线尚未分段"' in said
    assert '<span class="visually-hidden">岸线尚未分段</span>' in said
    assert "%" not in said


@given(denominator=st.integers(1, 500_000), required=st.integers(0, 1000), missing=st.integers(1, 500_000))
def test_a_target_that_is_not_met_never_looks_met(denominator, required, missing):
    needed = -(-denominator * required // 1000)
    numerator = max(needed - missing, 0)
    if numerator < needed:
        shown = float(signs.percentage(numerator, denominator).removesuffix(" %"))
        assert shown < required / 10 or numerator * 1000 >= required * denominator


@pytest.mark.parametrize(
    ("by", "words", "tone"),
    [
        (date(2023, 12, 29), "还有 13 个工作日", "grey"),
        (date(2023, 12, 15), "还有 3 个工作日", "amber"),
        (date(2023, 12, 12), "今天到期", "amber"),
        (date(2023, 12, 9), "已逾期 3 天", "red"),
    ],
)
def test_a_due_day_is_said_in_working_days(by, words, tone):
    assert signs.due_words(by, date(2023, 12, 12)) == (words, tone)


def test_the_national_holiday_is_not_counted_as_working_days():
    assert signs.due_words(date(2024, 10, 8), date(2024, 9, 30)) == ("还有 1 个工作日", "amber")
    assert signs.due_words(date(2024, 10, 3), date(2024, 9, 30)) == ("还有 3 天，均为休息日", "amber")


def test_a_due_day_takes_today_from_the_page():
    said = drawn("{% due by %}", by=date(2023, 12, 9), today=date(2023, 12, 12))
    assert '<time datetime="2023-12-09">2023-12-09</time> 已逾期 3 天' in said


def test_no_due_day_is_said_with_its_reason():
    assert "没有规定期限" in drawn("{% due by %}", by=None)


def test_days_and_moments_read_alike_everywhere():
    at = datetime(2023, 12, 31, 1, 5, tzinfo=UTC)
    assert drawn("{{ at|day }} {{ at|moment }} {{ none|day }}", at=at, none=None) == "2023-12-31 2023-12-31 09:05 —"


@pytest.mark.parametrize("stage", Stage)
def test_every_stage_has_a_word_and_a_shape(stage):
    said = drawn("{% stage_badge stage %}", stage=stage.value)
    assert 'class="shape shape-' in said
    assert said.split("</span>")[1].strip()


def test_a_type_is_drawn_in_the_shape_of_its_group_and_no_type_is_said_to_be_missing():
    assert "type-ny" in drawn("{% type_badge 'NY.village' '农村生活污水散排口' %}")
    assert "农村生活污水散排口" in drawn("{% type_badge 'NY.village' '农村生活污水散排口' %}")
    assert "尚未分类" in drawn("{% type_badge '' %}")


@pytest.mark.django_db
def test_a_clause_chip_opens_to_its_source_and_status():
    said = drawn("{% clause_chip '安阳 一(二)' status='proposed' quote='基本完成' origin='410500-anyang' %}")
    assert "<summary" in said
    assert "建议值" in said
    assert "基本完成" in said
    assert "安阳市加强入河排污口监督管理工作实施方案" in said, "the pack by its title"
    assert "410500-anyang" not in said


def test_a_bare_clause_is_a_chip_that_does_not_pretend_to_open():
    assert drawn("{% clause_chip '大同 三(三)' %}") == '<span class="clause-chip">大同 三(三)</span>'


REASON = Refusal("lifecycle.missing", "还缺材料：%(papers)s。", {"papers": "核实记录"}, "大同 三(三)")


def test_a_button_one_may_not_press_stays_visible_with_the_sentence_under_it():
    said = drawn("{% press '核实' reason name='act' value='verify' %}", reason=REASON)
    assert " disabled>核实</button>" in said
    assert "还缺材料：核实记录。" in said
    assert "大同 三(三)" in said


def test_a_button_one_may_press_says_nothing_more():
    said = drawn("{% press '核实' none name='act' value='verify' kind='primary' %}", none=None)
    assert said == (
        '<span class="press"><button type="submit" class="btn btn-primary" name="act" value="verify">'
        "核实</button></span>"
    )


def test_what_a_record_says_is_never_markup():
    assert "<b>" not in drawn(
        "{% clause_chip c %}{% known c %}{% type_badge 'GY' c %}{% share n 1 reason=c %}", c="<b>", n=None
    )


def test_a_bar_marks_the_target_without_inline_style():
    said = drawn("{% bar 318 454 required=0.7 %}")
    assert 'x="70.0%"' in said
    assert "style=" not in said
    assert "bar-met" in said


def test_the_rail_shows_nothing_to_nobody_and_only_permitted_jobs_to_an_actor(monkeypatch):
    monkeypatch.setattr(rail, "reverse", lambda name: f"/{name.removeprefix('web:')}/")
    leader = Actor("1", "演示领导", (Grant(Role.LEADER, Reach(unit_paths=frozenset({"1402"}))),))
    assert rail.lines(None, "/") == []
    shown = [line.label for line in rail.lines(leader, "/outlets/17")]
    assert "台账" in shown
    assert "导入" not in shown
    assert "管理" not in shown
    assert [line.label for line in rail.lines(leader, "/outlets/17") if line.current] == ["台账"]


def test_the_rail_marks_the_work_whose_page_of_an_outlet_is_open():
    leader = Actor("leader", "甲", (Grant(Role.LEADER, Reach(unit_paths=frozenset({"14"}))),))
    here = {path: [line.label for line in rail.lines(leader, path) if line.current] for path in OF_AN_OUTLET}
    assert here == OF_AN_OUTLET


OF_AN_OUTLET = {
    "/outlets/17": ["台账"],
    "/outlets/17/standardisation": ["规范化"],
    "/outlets/17/archive": ["规范化"],
    "/outlets/17/signs": ["命名编码"],
    "/outlets/17/acts/correct": ["台账"],
}


@pytest.mark.parametrize(
    ("metres", "said"), [(None, "—"), (850, "850 m"), ("1250.50", "1,250.5 m"), (9000, "9,000 m"), (85075, "85.0 km")]
)
def test_a_length_is_said_with_separators_and_a_long_one_in_kilometres(metres, said):
    assert drawn("{{ value|metres }}", value=metres) == said


def test_the_rail_leaves_out_pages_that_are_not_there(monkeypatch):
    monkeypatch.setattr(rail, "address", lambda name: "/rules/" if name == "web:rules" else "#")
    console = Actor("console", "命令行", (Grant(Role.CONSOLE, Reach(unit_paths=frozenset({""}))),))
    assert [line.label for line in rail.lines(console, "/")] == ["规则"]


def test_beyond_the_published_calendar_plain_days_are_said_to_be_plain_days():
    assert signs.due_words(date(2040, 1, 11), date(2040, 1, 1)) == ("还有 10 天", "grey")
