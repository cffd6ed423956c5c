"""The schemes at the door: parents and origins, locks, what a city may set for itself, the words of a scheme."""

from __future__ import annotations

import argparse
import json
import shutil
from datetime import date
from pathlib import Path

import pytest

import qingyuan.packs
from qingyuan.commands import packs as command
from qingyuan.core.access import CONSOLE, Role
from qingyuan.core.policy import PackError
from qingyuan.registry.rules import policy_of
from qingyuan.rulebook import actions
from qingyuan.rulebook.models import PackVersion
from tests import build
from tests.web.people import client, words

SHIPPED = Path(qingyuan.packs.__file__).parent
DAY = date(2024, 6, 1)


@pytest.fixture
def country(db):
    build.country()


@pytest.fixture
def packs(capsys):
    """`qingyuan packs WORDS --json`: exit code and the document printed."""

    def run(*asked: str):
        parser = argparse.ArgumentParser()
        command.add_parser(parser.add_subparsers())
        read = parser.parse_args(["packs", *asked, "--json"])
        code = read.run(read)
        return code, json.loads(capsys.readouterr().out)

    return run


def pack_of(folder: Path, code: str, unit: str, name: str, value: str, clause: str = "演示 一") -> Path:
    """A pack with one parameter in a file of its own."""
    folder.mkdir()
    (folder / "pack.yaml").write_text(f'pack: {code}\nunit: "{unit}"\ntitle: 演示方案\n', "utf-8")
    entry = f"{{from: null, value: {value}, clause: {clause}, status: read}}"
    (folder / "own.yaml").write_text(f'parameters:\n  "{name}":\n    values:\n      - {entry}\n', "utf-8")
    return folder


# --- parents and origins ------------

SCHEMES = [
    pytest.param("419001", "", "2023-09-14", ["豫政办〔2023〕9号"], marks=pytest.mark.clause("JY-01"), id="济源"),
    pytest.param(
        "410500", "", None, ["国办函〔2022〕17号", "豫政办〔2023〕9号"], marks=pytest.mark.clause("AY-01"), id="安阳"
    ),
    pytest.param(
        "140825",
        "新政办发〔2023〕30号",
        "2023-12-11",
        ["晋政办发〔2022〕102号", "运政办发〔2023〕27号"],
        marks=pytest.mark.clause("XJ-01"),
        id="新绛",
    ),
    pytest.param(
        "140200",
        "同政办发〔2023〕8号",
        "2023-05-04",
        ["国办《实施意见》", "晋政办发〔2022〕102号"],
        marks=pytest.mark.clause("DT-01"),
        id="大同",
    ),
    pytest.param(
        "220000",
        "吉政办发〔2023〕13号",
        "2023-04-03",
        ["国办函〔2022〕17号", "环办水体〔2022〕34号"],
        marks=pytest.mark.clause("JL-01"),
        id="吉林",
    ),
]


@pytest.mark.parametrize(("code", "number", "issued", "parents"), SCHEMES)
def test_a_scheme_shows_its_header_its_parents_and_for_every_parameter_where_it_comes_from(
    country, packs, code, number, issued, parents
):
    _done, answer = packs("show", code, "--on", "2024-06-01")
    assert set(parents) <= set(answer["parents"])
    own = answer["packs"][-1]
    assert own.startswith(code)
    origins = {one["origin"] for one in answer["parameters"].values()}
    assert own in origins
    assert origins <= set(answer["packs"])
    assert all(one["clause"] for one in answer["parameters"].values())
    # What the scheme itself says comes from the scheme, what it is silent about from above.
    stated, silent = answer["parameters"]["policy.parents"], answer["parameters"]["signin.password_days"]
    assert (stated["value"], stated["origin"], stated["inherited"]) == (parents, own, False)
    assert (silent["origin"], silent["inherited"]) == ("000000-national", True)

    browser = client(Role.LEADER, build.unit(code))
    head = next(pack for pack in browser.get("/rules/packs").context["packs"] if pack.code == own)
    assert (head.document_no, head.issued.isoformat() if head.issued else None) == (number, issued)
    assert "、".join(parents) in words(browser.get("/rules/packs"))
    page = browser.get("/rules/", {"name": "policy.parents", "on": "2024-06-01"})
    assert [step.pack for step in page.context["ladder"] if step.governs] == [own]
    assert head.title in words(page)


# --- what may be moved ------------


@pytest.mark.clause("JY-04")
def test_a_file_below_jiyuan_that_unlocks_the_storm_outlets_is_not_loaded_and_file_and_key_are_named(
    country, packs, tmp_path
):
    name = "storm_outlets.may_be_merged_or_blocked"
    below = pack_of(tmp_path / "below", "419001100-town", "419001100", name, "true")
    before = PackVersion.objects.count()
    for asked in (("check", str(below)), ("load", str(below), "--from", "2024-07-01")):
        code, answer = packs(*asked)
        assert code == 1
        assert [(one["code"], one["file"], one["key"]) for one in answer["faults"]] == [
            ("POLICY_LOCKED", "419001100-town/own.yaml", name)
        ]
    assert PackVersion.objects.count() == before
    assert policy_of("419001", on=date(2024, 7, 2)).value(name) is False
    same = pack_of(tmp_path / "same", "419001100-town", "419001100", name, "false")
    assert packs("check", str(same))[0] == 0


@pytest.mark.clause("JL-13")
@pytest.mark.parametrize("rung", ["220000", "220100", "220102"], ids=["省", "市", "县"])
def test_what_the_nation_sets_for_all_neither_province_nor_city_nor_county_of_jilin_changes(country, tmp_path, rung):
    name = "coding.standard"
    before = policy_of("220102", on=DAY).value(name)
    if rung == "220000":
        folder = tmp_path / "220000-jilin"
        shutil.copytree(SHIPPED / "220000-jilin", folder)
        text = (folder / "classification.yaml").read_text("utf-8")
        (folder / "classification.yaml").write_text(text.replace("value: HJ1235—2021", "value: DB22"), "utf-8")
    else:
        folder = pack_of(tmp_path / "below", f"{rung}-demo", rung, name, "DB22")
    with pytest.raises(PackError) as caught:
        actions.load_pack(folder, from_day=DAY, by=CONSOLE, at=build.NOON)
    assert {(fault.code, fault.key) for fault in caught.value.faults} == {("POLICY_LOOSENED", name)}
    assert policy_of("220102", on=DAY).value(name) == before == "HJ1235—2021"


@pytest.mark.clause("JL-17")
def test_a_city_of_jilin_sets_what_may_be_set_for_itself_alone_and_the_screen_says_so(country, tmp_path):
    name = "classification.lead"
    folder = pack_of(tmp_path / "city", "220100-demo", "220100", name, "[市生态环境局]", "演示市 二")
    actions.load_pack(folder, from_day=date(2024, 5, 1), by=CONSOLE, at=build.NOON)

    def at(path, on=DAY):
        return policy_of(path, on=on).parameters[name]

    for inside in ("2201", "220102"):
        assert (at(inside).value, at(inside).origin, at(inside).clause) == (
            ("市生态环境局",),
            "220100-demo",
            "演示市 二",
        )
    for outside in ("22", "2202", "220221"):
        assert at(outside).origin == "000000-national"
    assert at("2201", date(2024, 4, 30)).origin == "000000-national"

    page = client(Role.LEADER, build.unit("220102")).get("/rules/", {"name": name, "on": "2024-06-01"})
    assert [step.pack for step in page.context["ladder"] if step.governs] == ["220100-demo"]
    assert "演示市 二" in words(page)
    assert "演示方案" in words(page)


# --- the words of a scheme ------------


@pytest.mark.clause("AY-02")
def test_in_anyang_an_outlet_is_found_by_its_short_and_its_full_word_and_the_form_says_what_the_word_means(country):
    unit = build.unit("410502")
    outlet = build.outlet(unit, name="文峰区某厂工业排污口")
    full = build.outlet(unit, name="文峰区某村生活污水入河排污口")
    browser = client(Role.CLERK, unit)
    meaning = "“排污口”即“入河排污口”"

    def found(text):
        listed = {row.outlet.pk for row in browser.get("/outlets/", {"q": text}).context["rows"]}
        searched = {one.pk for one in browser.get("/search", {"q": text}).context["outlets"]}
        assert listed == searched
        return listed

    assert found("某厂工业入河排污口") == {outlet.pk}
    assert found("某村生活污水排污口") == {full.pk}
    assert found("排污口") == found("入河排污口") == {outlet.pk, full.pk}
    assert found("某厂工业雨洪口") == set()
    assert meaning in words(browser.get("/outlets/new"))
    assert meaning in words(browser.get("/search", {"q": "排污口"}))

    there = build.unit("419001")
    other = build.outlet(there, name="济源市某厂工业排污口")
    elsewhere = client(Role.CLERK, there)
    assert not elsewhere.get("/search", {"q": "某厂工业入河排污口"}).context["outlets"]
    assert [one.pk for one in elsewhere.get("/search", {"q": "某厂工业排污口"}).context["outlets"]] == [other.pk]
    assert meaning not in words(elsewhere.get("/outlets/new"))
