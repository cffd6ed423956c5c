"""名录和清单: generated live, fixed by versions, published by whom the scheme names."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingyuan.core.access import CONSOLE, Role
from qingyuan.core.comparing import difference
from qingyuan.core.functions import BodyFunction, BodyKind
from qingyuan.core.lifecycle import Stage
from qingyuan.core.refusal import NotFound, Refused, StaleRecord
from qingyuan.ledger import queries as ledger
from qingyuan.registry import actions, registers, versions
from qingyuan.registry.models import RegisterVersion
from tests import build
from tests.web.people import client_of, words

pytestmark = pytest.mark.django_db
DAY = date(2024, 3, 1)
AT = build.recorded(DAY)


@pytest.fixture(autouse=True)
def _country():
    build.country()


def publish(unit, key="directory", *, after=0, by=CONSOLE, at=AT):
    return actions.publish_version(unit, key, after=after, note="", by=by, at=at)


def names(unit, key):
    register = registers.register_of(unit.path, key, on=DAY)
    return {row[register.columns.index("name")] for row in versions.live(register, unit, on=DAY).rows.values()}


@pytest.mark.parametrize(
    ("code", "name"),
    [
        pytest.param("419001", "济源示范区入河排污口名录", marks=pytest.mark.clause("JY-37")),
        pytest.param("140825", "入河排污口清单（含责任主体）", marks=pytest.mark.clause("XJ-20")),
        pytest.param("140200", "入河排污口清单", marks=pytest.mark.clause("DT-18")),
    ],
)
def test_a_verified_outlet_is_in_the_next_version_and_the_change_list_says_one_more(code, name):
    unit = build.unit(code)
    county = build.unit("140213") if code == "140200" else unit
    bureau = build.body(unit, kind=BodyKind.GOVERNMENT, functions=(BodyFunction.ECOLOGY,))
    officer = build.officer(Role.REVIEWER, unit, body=bureau)
    browser = client_of(officer)
    address = "/registers/directory/"
    publishing = {"unit": code, "after": 0}
    answered_for = build.outlet(county, stage=Stage.PARTY_FIXED)
    unverified = build.outlet(county)
    assert browser.post(f"{address}publish", publishing).status_code == 302

    added = build.outlet(county, stage=Stage.VERIFIED)
    page = browser.get(address, {"unit": code})
    assert name in words(page)
    assert "+1 新增 · −0 减少 · ±0 变更" in words(page)
    assert page.context["difference"].added == 1
    assert page.context["difference"].removed == 0
    assert [one.outlet_id for one in page.context["difference"].rows] == [added.pk]

    assert browser.post(f"{address}publish", {**publishing, "after": 1}).status_code == 302
    second = browser.get(f"{address}versions/2", {"unit": code})
    assert added.pk in {row.outlet_id for row in second.context["rows"]}
    assert unverified.pk not in {row.outlet_id for row in second.context["rows"]}
    assert "+1 新增 · −0 减少 · ±0 变更" in words(second)
    assert second.context["changes"].added == 1
    exported = browser.get(f"{address}export", {"unit": code, "version": 2, "as": "csv"})
    text = b"".join(exported.streaming_content).decode("utf-8-sig")
    assert added.name in text
    assert unverified.name not in text
    answered_for.refresh_from_db()
    assert "责任主体" in text
    assert answered_for.party.name in text


@pytest.mark.clause("JY-102")
@pytest.mark.parametrize("key", ["directory", "problems"])
def test_in_jiyuan_the_ecology_bureau_publishes_and_a_town_does_not(key):
    jiyuan, kejing = build.unit("419001"), build.unit("419001100")
    build.outlet(kejing, stage=Stage.PROBLEM)
    town = build.body(kejing, name="某镇人民政府", kind=BodyKind.GOVERNMENT, functions=(BodyFunction.TOWN,))
    bureau = build.body(jiyuan, name="某生态环境局", kind=BodyKind.GOVERNMENT, functions=(BodyFunction.ECOLOGY,))
    asked = {"unit": "419001", "after": 0}
    for role in (Role.CLERK, Role.REVIEWER):
        for reach in (jiyuan, kejing):
            browser = client_of(build.officer(role, reach, body=town))
            answer = browser.post(f"/registers/{key}/publish", asked | {"unit": reach.code})
            assert answer.status_code == 403
    assert "示范区生态环境局" in words(answer)
    assert "济源" in words(answer)
    assert RegisterVersion.objects.count() == 0

    done = client_of(build.officer(Role.REVIEWER, jiyuan, body=bureau)).post(f"/registers/{key}/publish", asked)
    assert done.status_code == 302
    assert RegisterVersion.objects.get().register == key


def test_a_version_says_in_the_ledger_what_it_fixed():
    unit = build.unit("140825")
    build.outlet(unit, stage=Stage.VERIFIED)
    made = publish(unit)
    (line,) = ledger.timeline("register", "140825:directory")
    assert line.act == "register.publish"
    assert line.details["digest"] == made.digest
    assert list(line.evidence) == [made.sha256]
    assert line.clause == "新绛 二(二)"
    snapshot = versions.snapshot_of(made)
    assert versions.written(snapshot)[1] == made.digest


def test_pressed_twice_it_is_one_version_and_without_a_change_there_is_none():
    unit = build.unit("140825")
    build.outlet(unit, stage=Stage.VERIFIED)
    first = publish(unit)
    assert publish(unit) == first
    with pytest.raises(Refused) as caught:
        publish(unit, after=1)
    assert caught.value.refusal.code == "registry.nothing_changed"
    assert RegisterVersion.objects.count() == 1


def test_somebody_who_saw_an_older_version_is_told():
    unit = build.unit("140825")
    build.outlet(unit, stage=Stage.VERIFIED)
    publish(unit)
    build.outlet(unit, stage=Stage.VERIFIED)
    with pytest.raises(StaleRecord):
        publish(unit, after=0)


def test_a_changed_field_is_told_with_both_values():
    unit = build.unit("140825")
    outlet = build.outlet(unit, stage=Stage.VERIFIED, name="某旧名排污口")
    publish(unit)
    actions.correct(outlet, values={"name": "某新名排污口"}, reason="笔误", on=DAY, by=CONSOLE, at=AT)
    made = publish(unit, after=1)
    assert (made.added, made.removed, made.changed) == (0, 0, 1)
    (row,) = versions.differs(
        versions.snapshot_of(versions.version_of(unit, "directory", 1)), versions.snapshot_of(made)
    ).changed
    assert row.changes == {"name": ("某旧名排污口", "某新名排污口")}


def test_each_kind_of_register_holds_what_its_milestones_say():
    unit = build.unit("419001")
    surveyed = build.outlet(unit)
    verified = build.outlet(unit, stage=Stage.VERIFIED)
    problem = build.outlet(unit, stage=Stage.PROBLEM)
    retained = build.outlet(unit, stage=Stage.RETAINED)
    closed = build.outlet(unit, stage=Stage.CLOSED)
    assert names(unit, "directory") == {verified.name, problem.name, retained.name}
    assert names(unit, "problems") == {problem.name}
    assert names(unit, "retained") == {retained.name}
    assert names(unit, "parties") == {verified.name, problem.name, retained.name}
    register = registers.register_of(unit.path, "parties", on=DAY)
    rows = versions.live(register, unit, on=DAY).rows
    assert rows[verified.pk][register.columns.index("party")] == "未明确"
    assert rows[problem.pk][register.columns.index("basis")] == "溯源结论"
    for key in ("directory", "problems", "retained", "parties"):
        register = registers.register_of(unit.path, key, on=DAY)
        assert registers.how_many(register, unit, on=DAY) == registers.outlets_in(register, unit, on=DAY).count()
    assert surveyed.name not in names(unit, "directory")
    assert closed.name not in names(unit, "directory")


def test_a_register_the_scheme_does_not_name_is_none():
    with pytest.raises(NotFound):
        publish(build.unit("140825"), "problems")


values = st.dictionaries(st.integers(1, 9), st.tuples(st.sampled_from("甲乙"), st.sampled_from("丙丁")))


@given(values, values)
def test_the_numbers_of_a_difference_add_up(before, now):
    columns = ("name", "type")
    found = difference(columns, before, columns, now)
    assert len(now) == len(before) + len(found.added) - len(found.removed)
    assert difference(columns, now, columns, now).is_empty
    rebuilt = {pk: row for pk, row in before.items() if pk not in found.removed}
    rebuilt |= {pk: now[pk] for pk in found.added} | {one.id: now[one.id] for one in found.changed}
    assert rebuilt == now
