"""试算: a register judged by other rules says what each outlet, asked alone under both, would say."""

from datetime import date

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from qingyuan.boards.what_if import against, judging, queries, words
from qingyuan.boards.what_if.judging import State
from qingyuan.core.access import CONSOLE, Actor, Grant, Reach, Role
from qingyuan.core.functions import BodyKind
from qingyuan.core.lifecycle import TRANSITIONS, Move, Stage
from qingyuan.core.refusal import NotFound, Refused
from qingyuan.core.zones import ZoneKind
from qingyuan.places.models import Layer
from qingyuan.registry import actions, columns
from qingyuan.registry import queries as registry
from qingyuan.registry.models import Outlet
from qingyuan.registry.places_of import place_of
from qingyuan.registry.rules import policy_of
from qingyuan.rulebook import proposing
from tests import build
from tests.rulebook.test_proposals import CLERK, own

ON = date(2024, 6, 1)
STORM = "outside_park.storm_outlets"
INDUSTRY = "outside_park.industrial_outlets"


def typed(where, party, type_key, **more) -> Outlet:
    made = build.outlet(where, stage=Stage.VERIFIED, **more)
    given = build.papers(*TRANSITIONS[Move.FIX_PARTY].papers)
    actions.fix_party(
        made, body=party, basis="tracing", on=build.DAY, by=build.VERIFIER, at=build.recorded(build.DAY), papers=given
    )
    if type_key:
        actions.classify(made, type_key=type_key, on=build.DAY, by=build.VERIFIER, at=build.recorded(build.DAY))
    return made


def state(of: Outlet, name: str, value: object, *, subject: tuple[str, str] | None = None, on: date = build.DAY):
    actions.enter_fact(
        subject or ("outlet", str(of.pk)),
        place=place_of(of),
        name=name,
        value=value,
        source="现场核查记录（演示）",
        on=on,
        by=CONSOLE,
        at=build.recorded(on),
    )


@pytest.fixture
def register(db):
    """济源 with enterprises of two rain outlets, of one, of two for sewage, of one not classified; and other kinds."""
    build.country()
    jiyuan, datong = build.unit("419001"), build.unit("140213")
    for kind in (ZoneKind.PARK, ZoneKind.SEWER_NETWORK):
        Layer.objects.create(kind=kind, unit=jiyuan, loaded_at=build.LONG_AGO, source="演示")
    firms = [build.body(jiyuan, kind=BodyKind.ENTERPRISE) for _n in range(4)]
    made = {
        "two rain": [typed(jiyuan, firms[0], "GY.enterprise_storm") for _n in range(2)],
        "one rain": [typed(jiyuan, firms[1], "GY.enterprise_storm")],
        "two sewage": [typed(jiyuan, firms[2], "GY.enterprise") for _n in range(2)],
        "half classified": [typed(jiyuan, firms[3], "GY.enterprise_storm"), typed(jiyuan, firms[3], "")],
        "urban": [build.outlet(jiyuan, stage=Stage.CLASSIFIED, type_key="YH.urban_storm")],
        "domestic": [build.outlet(jiyuan, stage=Stage.CLASSIFIED, type_key="QT.urban_domestic")],
        "unlocated": [build.outlet(jiyuan, position=None)],
        "elsewhere": [typed(datong, firms[0], "GY.enterprise_storm")],
    }
    state(made["domestic"][0], "in_sewer_area", True)
    state(made["two sewage"][0], "approved", False)
    state(made["one rain"][0], "storm_outlets_of_party", 3, subject=("party", str(firms[1].pk)))
    state(made["urban"][0], "dry_weather_sewage", True)
    state(made["urban"][0], "dry_weather_sewage", False, on=date(2023, 7, 1))
    state(made["urban"][0], "dry_weather_sewage", True, on=date(2024, 7, 1))
    return made


def under_datong():
    jiyuan = build.unit("419001")
    return jiyuan, against.by_unit(jiyuan, build.unit("140200"), on=ON)


def one_by_one(other: against.Against, path: str) -> dict[tuple[int, str], tuple[State, State]]:
    """Each outlet asked alone, under both policies."""
    words_of = {True: State.YES, False: State.NO, None: State.UNKNOWN}
    found = {}
    for outlet in Outlet.objects.standing().within(path):
        facts = registry.facts_of(registry.outlet(CONSOLE, outlet.pk), on=ON)
        now = {one.rule: words_of[one.verdict] for one in policy_of(outlet.unit_path, on=ON).judge(facts)}
        then = {one.rule: words_of[one.verdict] for one in other.then(outlet.unit_path[:6]).judge(facts)}
        for rule in {*now, *then}:
            pair = now.get(rule, State.ABSENT), then.get(rule, State.ABSENT)
            if max(pair[0], State.NO) != max(pair[1], State.NO):
                found[outlet.pk, rule] = pair
    return found


def test_the_facts_by_column_are_the_facts_of_each_outlet(register, monkeypatch):
    names = set(columns.FACTS)
    found = Outlet.objects.standing().within("419001")
    alone = {
        pk: dict(registry.facts_of(registry.outlet(CONSOLE, pk), on=ON)) for pk in found.values_list("pk", flat=True)
    }
    for chunk in (columns.CHUNK, 2):  # facts asked subject by subject, and over the range of a batch
        monkeypatch.setattr(columns, "CHUNK", chunk)
        seen = {}
        for batch in columns.batches(found, path="419001", on=ON, names=names, size=3):
            for place, pk in enumerate(batch.ids):
                seen[pk] = {name: one.values[place] for name, one in batch.columns.items() if one.known[place]}
        assert seen == alone


def test_between_two_batches_no_statement_is_left_open(register):
    with CaptureQueriesContext(connection) as asked:
        found = Outlet.objects.standing().within("419001")
        many = sum(1 for _batch in columns.batches(found, path="419001", on=ON, names={"stage"}, size=3))
    outlets = [one["sql"] for one in asked if '"registry_outlet"."milestones"' in one["sql"]]
    assert many > 1
    assert len(outlets) >= many
    assert all("LIMIT 3" in one for one in outlets)


def test_jiyuan_under_the_rule_of_datong_changes_the_enterprises_with_two_rain_outlets(register):
    jiyuan, other = under_datong()
    result = queries.what_if(CONSOLE, jiyuan, other, on=ON)
    line = next(one for one in result.moving if one.id == STORM)
    assert (State.NO, State.YES, 3) in line.moves  # two of one enterprise, and one whose count was entered as 3
    page, more = queries.rows(CONSOLE, jiyuan, other, on=ON, rule=STORM, then=State.YES)
    expected = [*register["two rain"], *register["one rain"]]
    assert [row.outlet.pk for row in page] == sorted(one.pk for one in expected)
    assert more is None
    assert {words.answer(row.rule, row.now) for row in page} == {"允许"}
    assert {words.answer(row.rule, row.then) for row in page} == {"超出"}
    assert page[0].rule.clause == "大同 三(六)第二段"
    said = [text % given for text, given in words.sentences(result)]
    assert any("3 个由“允许”变为“超出”" in one and "大同 三(六)第二段" in one for one in said)
    unknown = next((move for move in line.moves if move[1] is State.UNKNOWN), None)
    assert unknown is not None  # what is not classified yet cannot be counted
    assert INDUSTRY not in {one.id for one in result.moving}  # both allow one


def test_what_changes_is_what_each_outlet_says_alone_under_both(register):
    jiyuan, other = under_datong()
    expected = one_by_one(other, "419001")
    found = {
        (row.outlet.pk, row.rule.id): (row.now, row.then) for row in queries.every_row(CONSOLE, jiyuan, other, on=ON)
    }
    assert found == expected
    result = queries.what_if(CONSOLE, jiyuan, other, on=ON)
    assert sum(line.changed for line in result.moving) == len(expected)
    assert result.outlets_changed == len({pk for pk, _rule in expected})


@pytest.mark.parametrize("code", ["419001", "140200", "140213", "140000"])
def test_a_unit_under_its_own_packs_does_not_change(register, code):
    unit = build.unit(code)
    result = queries.what_if(CONSOLE, unit, against.by_unit(unit, unit, on=ON), on=ON)
    assert result.is_empty
    assert result.outlets == Outlet.objects.standing().within(unit.path).count()
    assert [text % given for text, given in words.sentences(result)] == [
        f"{unit.name}的 {result.outlets} 个排污口按{unit.name}的规则判断，没有变化。"
    ]


def test_another_day_judges_by_what_was_in_force_then(register):
    jiyuan = build.unit("419001")
    same = queries.what_if(CONSOLE, jiyuan, against.by_day(ON, on=ON), on=ON)
    assert same.is_empty
    before = queries.what_if(CONSOLE, jiyuan, against.by_day(date(2020, 1, 1), on=ON), on=ON)
    assert before.parameters


def test_a_proposal_is_judged_as_if_it_were_in_force_and_nothing_is_written(register):
    pingcheng = build.unit("140213")
    files = own("outside_park.max_storm_outlets", "0", since="2024-01-01")
    made = proposing.propose(files, unit=pingcheng, wanted_from=None, reason="演示", by=CLERK, at=build.recorded(ON))
    assert made.state == "waiting", made.faults
    Layer.objects.create(kind=ZoneKind.PARK, unit=pingcheng, loaded_at=build.LONG_AGO, source="演示")
    result = queries.what_if(CONSOLE, pingcheng, against.by_proposal(made, on=ON), on=ON)
    assert {line.id: line.moves for line in result.moving} == {
        STORM: ((State.NO, State.YES, 1),),
        "outside_park.storm_exception": ((State.NO, State.UNKNOWN, 1),),  # nobody entered whether it was approved
    }
    assert [one.name for one in result.parameters] == ["outside_park.max_storm_outlets"]
    assert policy_of("140213", on=ON).value("outside_park.max_storm_outlets") == 1
    faulty = proposing.propose(
        own("no.such", "1"), unit=pingcheng, wanted_from=None, reason="", by=CLERK, at=build.recorded(ON)
    )
    with pytest.raises(Refused):
        against.by_proposal(faulty, on=ON)


def test_types_and_targets_are_told_before_and_after(register):
    jiyuan, other = under_datong()
    result = queries.what_if(CONSOLE, jiyuan, other, on=ON)
    storm = next(line for line in result.types if line.type_key == "YH.urban_storm")
    tops = [policy.value("classification.storm_as_own_type") for policy in (other.now("419001"), other.then("419001"))]
    assert storm.moves is (tops[0] != tops[1])
    assert any(line.now is None for line in result.targets)
    assert any(line.then is None for line in result.targets)


def test_rows_are_paged_by_id_without_a_gap(register):
    jiyuan, other = under_datong()
    after, seen = 0, []
    while True:
        page, more = queries.rows(CONSOLE, jiyuan, other, on=ON, rule=STORM, after=after, limit=2)
        seen += [row.outlet.pk for row in page]
        if more is None:
            break
        after = more
    whole, _more = queries.rows(CONSOLE, jiyuan, other, on=ON, rule=STORM, limit=500)
    assert seen == [row.outlet.pk for row in whole]


def test_a_unit_out_of_scope_does_not_exist(register):
    stranger = Actor("test:far", "外人", (Grant(Role.CLERK, Reach(unit_paths=frozenset({"22"}))),))
    jiyuan, other = under_datong()
    with pytest.raises(NotFound):
        queries.what_if(stranger, jiyuan, other, on=ON)


def test_no_rule_and_a_rule_that_does_not_apply_say_the_same():
    states = np.array([State.ABSENT, State.NO, State.UNKNOWN, State.YES], dtype=np.int8)
    assert judging.differs(states, np.full(4, State.NO, dtype=np.int8)).tolist() == [False, False, True, True]


def test_a_closed_outlet_is_kept_no_longer(register):
    first, second = register["two rain"]
    assert registry.facts_of(registry.outlet(CONSOLE, first.pk), on=ON)["storm_outlets_of_party"] == 2
    build.walk(second, Stage.CLOSED, on=build.DAY)
    assert registry.facts_of(registry.outlet(CONSOLE, first.pk), on=ON)["storm_outlets_of_party"] == 1
