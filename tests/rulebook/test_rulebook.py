"""The rulebook: texts taken in whole or not at all, and what governs a unit on a day, as known now or then."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from qingyuan.core.access import CONSOLE, Actor, Grant, Reach, Role
from qingyuan.core.policy import PackError
from qingyuan.core.refusal import Refused
from qingyuan.ledger import queries as ledger
from qingyuan.rulebook import actions, queries, texts
from qingyuan.rulebook.models import PackVersion

pytestmark = pytest.mark.django_db

EARLY = datetime(2023, 1, 3, 1, 0, tzinfo=UTC)
LATER = datetime(2024, 3, 1, 1, 0, tzinfo=UTC)
DAY = date(2024, 6, 1)
HEAD = 'pack: 140202-demo\nunit: "140213"\ntitle: 平城区（演示）\n'


def parameter(name: str, value: str, clause: str = "演示 一") -> str:
    entry = f"{{from: null, value: {value}, clause: {clause}, status: read}}"
    return f'parameters:\n  "{name}":\n    values:\n      - {entry}\n'


def folder(tmp_path: Path, *, head: str = HEAD, **files: str) -> Path:
    tmp_path.mkdir(exist_ok=True)
    for name, text in {"pack": head, **files}.items():
        (tmp_path / f"{name}.yaml").write_text(text, "utf-8")
    return tmp_path


def admin(path: str) -> Actor:
    return Actor("test:admin", "测试管理员", (Grant(Role.ADMINISTRATOR, Reach(unit_paths=frozenset({path}))),))


def test_the_packs_shipped_are_taken_in_once_with_their_hashes_in_the_ledger():
    first = actions.load_shipped(by=CONSOLE, at=EARLY)
    assert len(first) == 9
    assert actions.load_shipped(by=CONSOLE, at=LATER) == []
    assert PackVersion.objects.count() == 9
    (entry,) = ledger.timeline("pack", "140200-datong")
    assert first[0].sha256 == texts.digest(first[0].text)
    assert entry.act == "pack.load"
    assert not ledger.verify().breaks


def test_an_empty_rulebook_answers_with_the_packs_shipped():
    before = queries.policy_for("140213", on=DAY)
    actions.load_shipped(by=CONSOLE, at=EARLY)
    after = queries.policy_for("140213", on=DAY)
    assert before.parameters == after.parameters
    assert before.unit_path == after.unit_path == "140213"


def test_a_unit_below_takes_the_scheme_of_its_city_and_a_neighbour_does_not():
    actions.load_shipped(by=CONSOLE, at=EARLY)
    in_datong = queries.policy_for("1402Z01", on=DAY).parameters["in_park.max_outlets"]
    assert (in_datong.value, in_datong.origin, in_datong.inherited) == (1, "140200-datong", False)
    assert queries.policy_for("1401", on=DAY).value("in_park.max_outlets") is None
    assert queries.policy_for("14", on=DAY).value("rural.daily_sewage_threshold_m3") == 500


def test_a_bureaus_own_pack_applies_in_its_unit_from_its_day(tmp_path):
    actions.load_shipped(by=CONSOLE, at=EARLY)
    pack = folder(tmp_path, own=parameter("outlet.units_per_outlet", "1", "平城 二"))
    actions.load_pack(pack, from_day=date(2024, 7, 1), by=admin("1402"), at=LATER)
    name = "outlet.units_per_outlet"
    assert queries.policy_for("140213001", on=date(2024, 6, 30)).parameters[name].clause == "大同 三(七)"
    assert queries.policy_for("140213001", on=date(2024, 7, 1)).parameters[name].clause == "平城 二"
    assert queries.policy_for("140214", on=date(2024, 7, 1)).parameters[name].clause == "大同 三(七)"
    as_known_before = datetime(2024, 2, 1, tzinfo=UTC)
    then = queries.policy_for("140213001", on=date(2024, 7, 1), known_at=as_known_before)
    assert then.parameters[name].clause == "大同 三(七)"


@pytest.mark.parametrize(
    ("files", "codes"),
    [
        ({"own": parameter("storm_outlets.may_be_merged_or_blocked", "true")}, {"POLICY_LOCKED"}),
        ({"own": parameter("outside_park.max_industrial_outlets", "3")}, {"POLICY_LOOSENED"}),
        (
            {"own": parameter("no.such", "1"), "two": parameter("outside_park.max_storm_outlets", '"many"')},
            {"POLICY_UNDECLARED", "POLICY_TYPE"},
        ),
        ({"own": "parameters: {a: 1, a: 2}\n"}, {"POLICY_YAML"}),
        ({"own": "parameters: [unclosed\n"}, {"POLICY_YAML"}),
        ({"head": HEAD.replace('"140213"', '"pingcheng"')}, {"POLICY_UNIT"}),
        ({"head": HEAD.replace('"140213"', '"140200"')}, {"POLICY_UNIT"}),
        (
            {
                "own": "cases:\n  - name: 错\n    day: 2024-06-01\n    facts: {tracing_inconclusive: true}\n"
                "    expect: {responsibility.fallback: false}\n"
            },
            {"POLICY_CASE"},
        ),
    ],
)
def test_a_pack_with_faults_is_refused_whole_and_the_last_good_one_stays(tmp_path, files, codes):
    actions.load_shipped(by=CONSOLE, at=EARLY)
    before = queries.policy_for("140213", on=DAY)
    with pytest.raises(PackError) as caught:
        actions.load_pack(folder(tmp_path, **files), from_day=DAY, by=CONSOLE, at=LATER)
    assert {fault.code for fault in caught.value.faults} == codes
    assert all(fault.file and fault.reason for fault in caught.value.faults)
    assert PackVersion.objects.count() == 9
    assert queries.policy_for("140213", on=DAY) == before


def test_one_bad_pack_among_several_takes_none_in(tmp_path):
    folder(tmp_path / "good", own=parameter("outlet.units_per_outlet", "1"))
    folder(tmp_path / "bad", head=HEAD.replace("140202-demo", "x").replace("140213", "140214"), own="rules: 1\n")
    actions.load_shipped(by=CONSOLE, at=EARLY)
    with pytest.raises(PackError):
        actions.load_pack(tmp_path, from_day=DAY, by=CONSOLE, at=LATER)
    assert PackVersion.objects.count() == 9


def test_aliases_that_blow_up_are_refused(tmp_path):
    rows = "\n".join(f"k{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9))
    with pytest.raises(PackError) as caught:
        actions.load_pack(folder(tmp_path, bomb=f"k0: &a0 x\n{rows}\n"), from_day=DAY, by=CONSOLE, at=LATER)
    assert "别名展开后过大" in str(caught.value)


def test_a_folder_without_a_pack_is_refused_by_name(tmp_path):
    with pytest.raises(PackError) as caught:
        actions.load_pack(tmp_path, from_day=DAY, by=CONSOLE, at=LATER)
    assert caught.value.faults[0].code == "POLICY_FILE"


def test_only_who_may_load_packs_there_loads_them(tmp_path):
    pack = folder(tmp_path, own=parameter("outlet.units_per_outlet", "1"))
    for stranger in (Actor("nobody", "某人"), admin("22"), admin("140214")):
        with pytest.raises(Refused) as caught:
            actions.load_pack(pack, from_day=DAY, by=stranger, at=LATER)
        assert caught.value.refusal.code == "access.not_permitted"


def test_a_withdrawn_text_gives_way_to_the_one_before_and_stays_readable(tmp_path):
    actions.load_shipped(by=CONSOLE, at=EARLY)
    pack = folder(tmp_path, own=parameter("outlet.units_per_outlet", "1", "平城 二"))
    (version,) = actions.load_pack(pack, from_day=DAY, by=CONSOLE, at=LATER)
    name = "outlet.units_per_outlet"
    assert queries.policy_for("140213", on=DAY).parameters[name].clause == "平城 二"
    actions.withdraw(version, reason="演示", by=CONSOLE, at=datetime(2024, 7, 1, tzinfo=UTC))
    assert queries.policy_for("140213", on=DAY).parameters[name].clause == "大同 三(七)"
    known_in_june = datetime(2024, 6, 15, tzinfo=UTC)
    assert queries.policy_for("140213", on=DAY, known_at=known_in_june).parameters[name].clause == "平城 二"
    assert [one.status for one in queries.versions("140202-demo")] == [PackVersion.Status.WITHDRAWN]
    with pytest.raises(Refused):
        actions.withdraw(version, reason="再次", by=CONSOLE, at=LATER)


def test_two_units_are_compared_parameter_by_parameter():
    found = {one.name: one for one in queries.compare("419001", "4105", on=DAY)}
    assert (found["approval.water_opinion"].first, found["approval.water_opinion"].second) == (
        "guidance",
        "when_relevant",
    )
    assert found["annual_report.due"].second_clause == "安阳 四(一)"
    assert "outside_park.max_industrial_outlets" not in found
    assert queries.compare("419001", "419001", on=DAY) == []


def test_the_list_of_packs_names_parents_documents_and_counts():
    found = {pack.code: pack for pack in queries.packs(on=DAY)}
    assert len(found) == 9
    assert found["140825-xinjiang"].parent == "140800-yuncheng"
    assert found["140200-datong"].document_no == "同政办发〔2023〕8号"
    assert found["140800-yuncheng"].values == 0
    assert all(pack.rules for code, pack in found.items() if code[:6] in ("000000", "419001", "410500", "140825"))


def test_the_first_pack_of_a_bureau_on_an_empty_rulebook_brings_the_shipped_ones_it_stands_on(tmp_path):
    pack = folder(tmp_path, own=parameter("outlet.units_per_outlet", "1", "平城 二"))
    (version,) = actions.load_pack(pack, from_day=DAY, by=CONSOLE, at=LATER)
    assert version.pack == "140202-demo"
    assert PackVersion.objects.filter(shipped=True).count() == 9
    assert queries.policy_for("140213", on=DAY).packs[0] == "000000-national"


def test_a_new_release_leaves_alone_what_a_bureau_replaced(tmp_path):
    actions.load_shipped(by=CONSOLE, at=EARLY)
    own = texts.read_folder(texts.SHIPPED / "140800-yuncheng")["140800-yuncheng"]
    own["pack.yaml"] += "\n# 市局改写\n"
    actions.load_texts({"140800-yuncheng": own}, from_day=DAY, by=CONSOLE, at=LATER)
    assert actions.load_shipped(by=CONSOLE, at=LATER) == []
    assert [one.shipped for one in queries.versions("140800-yuncheng")] == [False, True]
