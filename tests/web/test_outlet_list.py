"""台账: filters that read as a sentence, pages by key, counts without counting, export of what is seen."""

import csv
import io
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from qingyuan.core.access import CONSOLE, Role
from qingyuan.core.lifecycle import Stage
from qingyuan.registry import actions, paging
from qingyuan.registry.models import Outlet
from tests import build
from tests.web.people import client, words

MOST_QUERIES = 20


@pytest.fixture
def register(db):
    build.country()
    river = build.water("桑干河")
    return {
        "surveyed": build.outlet(build.unit("140213"), name="平城区甲厂工业排污口", receiving=river),
        "classified": build.outlet(build.unit("140213"), stage=Stage.CLASSIFIED, receiving=river),
        "storm": build.outlet(build.unit("140212"), stage=Stage.PROBLEM, type_key="YH.urban_storm"),
        "no_point": build.outlet(build.unit("140221"), position=None),
        "elsewhere": build.outlet(build.unit("419001")),
    }


@pytest.fixture
def clerk(register):
    return client(Role.CLERK, build.unit("140200"))


def listed(clerk, **asked):
    return {row.outlet.pk for row in clerk.get("/outlets/", asked).context["rows"]}


def keys(register, *names):
    return {register[name].pk for name in names}


def test_each_filter_keeps_what_it_says_and_all_of_it(register, clerk):
    here = ("surveyed", "classified", "storm", "no_point")
    assert listed(clerk) == keys(register, *here)
    assert listed(clerk, unit="140213") == keys(register, "surveyed", "classified")
    assert listed(clerk, unit="140200", type="GY") == keys(register, "classified")
    assert listed(clerk, type="YH.urban_storm") == keys(register, "storm")
    assert listed(clerk, type="none") == keys(register, "surveyed", "no_point")
    assert listed(clerk, stage="surveyed") == keys(register, "surveyed", "no_point")
    assert listed(clerk, stage="group:remediation") == keys(register, "storm")
    assert listed(clerk, water=build.water("桑干河").code) == keys(register, "surveyed", "classified")
    assert listed(clerk, party=register["storm"].party_id) == keys(register, "storm")
    assert listed(clerk, position="no") == keys(register, "no_point")
    assert listed(clerk, position="yes") == keys(register, "surveyed", "classified", "storm")
    assert listed(clerk, source="survey") == keys(register, *here)
    assert listed(clerk, source="brought_in") == set()
    assert listed(clerk, special="pending") == set()
    assert listed(clerk, q="甲厂") == keys(register, "surveyed")
    assert listed(clerk, q="甲厂", stage="problem") == set()


def test_the_filters_read_as_a_sentence_and_each_can_be_dropped(register, clerk):
    page = clerk.get("/outlets/", {"type": "YH", "stage": "group:remediation", "unit": "140212"})
    assert "新荣区 · 类型 = 城镇雨洪排口 · 阶段 = 整治 · 1 个" in words(page)
    assert [part.without for part in page.context["sentence"]] == [
        "stage=group%3Aremediation&unit=140212",
        "type=YH&unit=140212",
    ]


def test_words_nobody_knows_in_the_address_ask_nothing(register, clerk):
    nonsense = {
        "type": "XX",
        "stage": "flying",
        "position": "maybe",
        "source": "?",
        "special": "x",
        "after": "~",
        "q": "",
    }
    assert listed(clerk, **nonsense) == listed(clerk)


def test_paging_forwards_and_backwards_shows_every_outlet_once_in_order(register, clerk, monkeypatch):
    monkeypatch.setitem(paging.page_of.__kwdefaults__, "size", 3)
    unit = build.unit("140214")
    batch = [build.new_outlet(unit, name=f"云冈区{n % 4}号排污口") for n in range(8)]
    actions.register_many(batch, by=CONSOLE, at=build.recorded(date(2023, 6, 1)))
    for sort in ("place", "name"):
        forwards, address = [], f"/outlets/?sort={sort}&unit=140214"
        while address:
            page = clerk.get(address)
            forwards.append([row.outlet.pk for row in page.context["rows"]])
            address = f"/outlets/?{page.context['after']}" if page.context["after"] else ""
        backwards = [forwards[-1]]
        while page.context["before"]:
            page = clerk.get(f"/outlets/?{page.context['before']}")
            backwards.insert(0, [row.outlet.pk for row in page.context["rows"]])
        assert forwards == backwards
        flat = [pk for one in forwards for pk in one]
        columns = {"place": ("unit_path", "pk"), "name": ("name", "pk")}[sort]
        expected = Outlet.objects.filter(unit_path__startswith="140214").order_by(*columns).values_list("pk", flat=True)
        assert flat == list(expected)


def test_by_unit_type_and_stage_the_number_comes_from_the_tallies_and_no_row_is_counted(register, clerk):
    with CaptureQueriesContext(
        connection,
    ) as asked:
        page = clerk.get("/outlets/", {"type": "GY", "stage": "classified"})
    assert page.context["count"] == 1
    assert not [q for q in asked.captured_queries if "COUNT(" in q["sql"].upper() and "registry_outlet" in q["sql"]]


def test_more_than_a_thousand_is_said_and_not_counted(register, clerk, monkeypatch):
    from qingyuan.web.outlets import register as page

    monkeypatch.setattr(page, "MOST_COUNTED", 1)
    assert "超过 1 个" in words(clerk.get("/outlets/", {"position": "yes"}))


def test_the_list_asks_the_same_number_of_queries_however_long_it_is(register, clerk):
    clerk.get("/outlets/")
    with CaptureQueriesContext(connection) as few:
        clerk.get("/outlets/")
    for _time in range(10):
        build.outlet(build.unit("140214"), receiving=build.water("桑干河"))
    with CaptureQueriesContext(connection) as many:
        clerk.get("/outlets/")
    assert len(many) == len(few) <= MOST_QUERIES


def test_a_page_writes_nothing_to_the_database(register, clerk):
    with CaptureQueriesContext(connection) as asked:
        clerk.get("/outlets/", {"unit": "140213", "columns": ["stage", "party"]})
        clerk.get(f"/outlets/{register['storm'].pk}")
    assert not [q["sql"] for q in asked if q["sql"].split()[0] in {"INSERT", "UPDATE", "DELETE"}]


def test_the_columns_chosen_are_remembered(register, clerk):
    clerk.get("/outlets/", {"columns": ["stage", "permit"]})
    assert clerk.get("/outlets/").context["columns"] == ["stage", "permit"]
    assert "排污许可证" in words(clerk.get("/outlets/"))


def test_what_is_exported_is_what_is_seen(register, clerk):
    page = clerk.get("/outlets/", {"type": "GY"})
    answer = clerk.get(page.context["export"] + "&as=csv")
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert [row["入河排污口名称"] for row in rows] == [row.outlet.name for row in page.context["rows"]]


@pytest.mark.parametrize("form", ["xlsx", "annex1"])
def test_the_list_also_leaves_as_a_workbook(register, clerk, form):
    answer = clerk.get("/outlets/export", {"as": form})
    assert b"".join(answer.streaming_content)[:2] == b"PK"


def test_an_unknown_form_is_refused_with_its_name(register, clerk):
    answer = clerk.get("/outlets/export", {"as": "pdf"})
    assert answer.status_code == 409
    assert "pdf" in words(answer)


def test_a_row_opens_in_place_and_without_script_on_its_own_page(register, clerk):
    row = register["classified"]
    page = clerk.get("/outlets/").content.decode()
    assert f'href="/outlets/{row.pk}" hx-get="/outlets/{row.pk}/card"' in page
    card = clerk.get(f"/outlets/{row.pk}/card", headers={"HX-Request": "true"})
    assert row.name in words(card)
    assert "<html" not in card.content.decode()


def test_the_search_finds_outlets_parties_rivers_and_units_of_ones_scope(register, clerk):
    assert register["surveyed"].name in words(clerk.get("/search", {"q": "甲厂"}))
    assert register["storm"].party.name in words(clerk.get("/search", {"q": register["storm"].party.name}))
    assert "桑干河" in words(clerk.get("/search", {"q": "桑干"}))
    assert "平城区" in words(clerk.get("/search", {"q": "平城"}))
    assert "济源市" not in words(clerk.get("/search", {"q": "济源"})).replace("查找“济源”", "")


def test_a_code_typed_whole_goes_straight_to_its_outlet(register, clerk):
    actions.correct(
        register["surveyed"], values={"local_code": "DT-0007"}, reason="补录", on=build.DAY, by=CONSOLE, at=build.NOON
    )
    assert clerk.get("/search", {"q": "DT-0007"}).url == f"/outlets/{register['surveyed'].pk}"
    assert clerk.get("/outlets/", {"q": "DT-0007"}).url == f"/outlets/{register['surveyed'].pk}"
