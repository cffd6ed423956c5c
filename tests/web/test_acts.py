"""The acts of the outlet page: a form, a guard, one entry in the ledger; a double click does nothing twice."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from qingyuan.core.access import CONSOLE, Role
from qingyuan.core.functions import BodyFunction, BodyKind
from qingyuan.core.lifecycle import Stage
from qingyuan.ledger import queries as ledger
from qingyuan.registry import actions, queries
from qingyuan.registry.models import Channel, Fact, FiledPaper, Outlet, Proposal
from tests import build
from tests.web.people import client, words


@pytest.fixture
def country(db):
    build.country()


def file(text="依据"):
    return SimpleUploadedFile("依据.txt", text.encode())


def do(browser, outlet, act, **given):
    given = {"on": "2023-06-02", "version": Outlet.objects.get(pk=outlet.pk).version, **given}
    return browser.post(f"/outlets/{outlet.pk}/acts/{act}", given)


def reviewer(code, **more):
    return client(Role.REVIEWER, build.unit(code), **more)


def city_bureau(code):
    where = build.unit(code)
    bureau = build.body(where, name="某市生态环境局", kind=BodyKind.GOVERNMENT, functions=(BodyFunction.ECOLOGY,))
    return client(Role.REVIEWER, where, body=bureau)


# --- the moves of this part of the life ------------


def test_an_outlet_goes_from_survey_to_type_by_the_forms_alone(country):
    outlet = build.outlet(build.unit("410502"))
    browser = reviewer("410502")
    assert do(browser, outlet, "verify").url == f"/outlets/{outlet.pk}"
    assert do(browser, outlet, "open-tracing").status_code == 302
    party = build.body(build.unit("410502"), name="某某纸业公司")
    given = {"party": party.name, "basis": "tracing", "paper": file()}
    assert do(browser, outlet, "fix-party", **given).status_code == 302
    assert do(browser, outlet, "classify", top="GY", type_key="GY.enterprise").status_code == 302
    outlet.refresh_from_db()
    assert (outlet.stage, outlet.party, outlet.type_key) == (Stage.CLASSIFIED, party, "GY.enterprise")


def test_nobody_verifies_what_he_registered_himself(country):
    officer = build.officer(Role.REVIEWER, build.unit("140213"))
    from tests.web.people import client_of

    browser = client_of(officer)
    browser.post("/outlets/new", entry())
    outlet = Outlet.objects.get(name="平城区新厂工业排污口")
    answer = do(browser, outlet, "verify")
    assert answer.status_code == 409
    assert "登记人不能核实自己登记的排污口" in words(answer)


def test_a_party_nobody_knows_yet_is_entered_with_the_decision(country):
    outlet = build.outlet(build.unit("410502"), stage=Stage.VERIFIED)
    given = {"party": "某村民委员会", "new": "on", "body_kind": "village", "basis": "tracing", "paper": file()}
    assert do(reviewer("410502"), outlet, "fix-party", **given).status_code == 302
    outlet.refresh_from_db()
    assert (outlet.party.name, outlet.party.kind) == ("某村民委员会", "village")


def test_a_party_that_is_not_in_the_books_is_a_sentence_at_its_field_and_changes_nothing(country):
    outlet = build.outlet(build.unit("410502"), stage=Stage.VERIFIED)
    answer = do(reviewer("410502"), outlet, "fix-party", party="无此公司", basis="tracing", paper=file())
    assert answer.status_code == 409
    assert "单位库中没有这个单位" in words(answer)
    assert Outlet.objects.get(pk=outlet.pk).stage == Stage.VERIFIED


def test_without_the_paper_the_party_is_not_fixed(country):
    outlet = build.outlet(build.unit("410502"), stage=Stage.VERIFIED)
    party = build.body(build.unit("410502"))
    answer = do(reviewer("410502"), outlet, "fix-party", party=party.name, basis="tracing")
    assert answer.status_code == 409
    assert "还缺材料：责任主体认定依据。" in words(answer)


# --- types ------------


def offered(browser, outlet, top):
    page = browser.get(f"/outlets/{outlet.pk}/acts/classify?top={top}").content.decode()
    return re.findall(r'name="type_key" value="([^"]+)"', page)


INDUSTRY = ["GY.enterprise", "GY.park_wwtp", "GY.enterprise_storm", "GY.park_wwtp_storm"]
FARMS = ["NY.livestock_large", "NY.aquaculture_large"]


@pytest.mark.parametrize(
    ("code", "top", "children", "foreign"),
    [
        pytest.param("419001", "GY", set(INDUSTRY), FARMS[0], marks=pytest.mark.clause("JY-28")),
        pytest.param("419001", "SH", {"SH.municipal_wwtp"}, "GY.enterprise", marks=pytest.mark.clause("JY-29")),
        pytest.param("419001", "NY", set(FARMS), "GY.enterprise", marks=pytest.mark.clause("JY-30")),
        pytest.param("419001", "QT", 8, FARMS[0], marks=pytest.mark.clause("JY-31")),
        pytest.param("140213", "GY", set(INDUSTRY), FARMS[0], marks=pytest.mark.clause("DT-35")),
        pytest.param("140213", "NY", set(FARMS), "GY.enterprise", marks=pytest.mark.clause("DT-36")),
        pytest.param("140213", "QT", 8, FARMS[0], marks=pytest.mark.clause("DT-37")),
        pytest.param("220102", "GY", set(INDUSTRY), FARMS[0], marks=pytest.mark.clause("JL-43")),
        pytest.param("220102", "NY", set(FARMS), "GY.enterprise", marks=pytest.mark.clause("JL-44")),
        pytest.param(
            "220102",
            "QT",
            {"QT.irrigation", "QT.aquaculture_small", "QT.rural_facility", "QT.rural_domestic"},
            "GY.enterprise",
            marks=pytest.mark.clause("JL-45"),
        ),
    ],
)
def test_below_a_first_level_stand_its_own_children_and_a_foreign_one_is_refused(country, code, top, children, foreign):
    outlet = build.outlet(build.unit(code), stage=Stage.PARTY_FIXED)
    browser = city_bureau({"140213": "140200", "220102": "220100"}.get(code, code))
    listed = offered(browser, outlet, top)
    if isinstance(children, int):
        named = [key for key in listed if key != "YH.urban_storm"]
        assert len(named) == children or len(listed) == children
    elif top == "QT":
        assert children <= set(listed)
    else:
        assert set(listed) == children
    assert foreign not in listed
    answer = do(browser, outlet, "classify", top=top, type_key=foreign)
    assert answer.status_code == 409
    assert "不能归入" in words(answer)
    assert Outlet.objects.get(pk=outlet.pk).type_key == ""


@pytest.mark.clause("DT-213")
def test_the_tree_of_datong_has_five_first_levels_with_sixteen_children_and_refuses_every_foreign_pair(country):
    outlet = build.outlet(build.unit("140213"), stage=Stage.PARTY_FIXED)
    browser = city_bureau("140200")
    tree = {top: offered(browser, outlet, top) for top in ("GY", "SH", "NY", "YH", "QT")}
    assert {top: len(listed) for top, listed in tree.items()} == {"GY": 4, "SH": 1, "NY": 2, "YH": 1, "QT": 8}
    for top in tree:
        for other, children in tree.items():
            if other != top:
                answer = do(browser, outlet, "classify", top=top, type_key=children[0])
                assert answer.status_code == 409
                assert "不能归入" in words(answer)


@pytest.mark.parametrize(
    ("code", "top", "name"),
    [
        pytest.param("419001", "QT", "其他排口", marks=pytest.mark.clause("JY-60")),
        pytest.param("140825", "YH", "城镇雨洪排口", marks=pytest.mark.clause("XJ-26")),
        pytest.param("140213", "YH", "城镇雨洪排口", marks=pytest.mark.clause("DT-34")),
        pytest.param("220102", "QT", "其他排口", marks=pytest.mark.clause("JL-46")),
    ],
)
def test_a_storm_outlet_belongs_to_the_first_level_its_scheme_says_and_keeps_its_second(country, code, top, name):
    outlet = build.outlet(build.unit(code), stage=Stage.PARTY_FIXED)
    browser = city_bureau({"140213": "140200", "220102": "220100"}.get(code, code))
    assert do(browser, outlet, "classify", top=top, type_key="YH.urban_storm").status_code == 302
    shown = browser.get(f"/outlets/{outlet.pk}")
    assert (shown.context["top"].name, shown.context["top"].code) == (name, top)
    assert shown.context["type_name"] == "城镇雨洪排口"
    assert Outlet.objects.get(pk=outlet.pk).type_key == "YH.urban_storm"


@pytest.mark.clause("DT-38")
def test_in_datong_a_county_may_propose_a_type_and_only_the_city_bureau_confirms_it(country):
    outlet = build.outlet(build.unit("140213"), stage=Stage.PARTY_FIXED)
    county = reviewer("140213")
    answer = do(county, outlet, "classify", top="GY", type_key="GY.enterprise")
    assert answer.status_code == 403
    assert "本地分类由" in words(answer)
    assert do(county, outlet, "propose-type", top="GY", type_key="GY.park_wwtp", reasons="园区").status_code == 302
    assert do(city_bureau("140200"), outlet, "classify", top="GY", type_key="GY.enterprise").status_code == 302
    outlet.refresh_from_db()
    assert outlet.type_key == "GY.enterprise"
    assert Proposal.objects.get(outlet=outlet).decision == "kept"


@pytest.mark.clause("XJ-24")
def test_industry_and_character_propose_a_type_and_both_inputs_are_kept(country):
    outlet = build.outlet(build.unit("140825"), stage=Stage.PARTY_FIXED)
    browser = reviewer("140825")
    answer = do(browser, outlet, "suggest-type", industry="畜禽养殖(规模化)", character="养殖废水")
    assert answer.status_code == 302
    proposal = Proposal.objects.get(outlet=outlet)
    assert proposal.value == "NY.livestock_large"
    assert proposal.text.startswith("农业排口")
    assert proposal.reasons == {"industry": "畜禽养殖(规模化)", "character": "养殖废水"}
    shown = words(browser.get(f"/outlets/{outlet.pk}"))
    assert "责任主体行业：畜禽养殖(规模化)；排放特征：养殖废水" in shown


def test_a_pair_the_table_does_not_have_is_left_to_people(country):
    outlet = build.outlet(build.unit("140825"), stage=Stage.PARTY_FIXED)
    answer = do(reviewer("140825"), outlet, "suggest-type", industry="港口码头", character="养殖废水")
    assert answer.status_code == 409
    assert "请由人判断" in words(answer)
    assert not Proposal.objects.filter(outlet=outlet).exists()


# --- registering ------------


def entry(**more):
    return {
        "name": "平城区新厂工业排污口",
        "unit": "140213",
        "is_direct": "on",
        "conduit_form": "管道",
        "longitude": "113°18′36″",
        "latitude": "40.09",
        "on": "2023-06-01",
        "paper": file("排查记录"),
        **more,
    }


def test_a_new_outlet_stands_in_the_register_with_its_position_and_its_paper(country):
    browser = client(Role.SURVEYOR, build.unit("140213"))
    browser.post("/outlets/new", entry(water="桑干河", type_proposed="GY.enterprise", party_proposed="某厂"))
    outlet = Outlet.objects.get(name="平城区新厂工业排污口")
    assert (outlet.stage, str(outlet.longitude_deg), outlet.water.name) == (Stage.SURVEYED, "113.310000", "桑干河")
    assert [one.kind for one in queries.papers_of(outlet)] == ["survey_record"]
    assert sorted(Proposal.objects.filter(outlet=outlet).values_list("about", flat=True)) == ["party", "type"]


@pytest.mark.clause("JY-26")
def test_what_does_not_reach_the_water_directly_stays_a_lead_outside_the_register_and_every_count(country):
    unit = build.unit("419001")
    browser = client(Role.CLERK, unit)
    sluice = entry(name="济源市某塘坝排污口", unit="419001", conduit_form="涵闸", longitude="112.60", latitude="35.07")
    browser.post("/outlets/new", sluice)
    listed = browser.get("/outlets/")
    assert [row.outlet.name for row in listed.context["rows"]] == ["济源市某塘坝排污口"]
    assert listed.context["rows"][0].outlet.conduit_form == "涵闸"

    indirect = entry(name="济源市某厂排污口", unit="419001", longitude="112.61", latitude="35.07", conduit_form="其他")
    del indirect["is_direct"]
    refused = browser.post("/outlets/new", indirect)
    assert refused.status_code == 409
    assert "请写明理由" in words(refused)
    indirect |= {"not_direct": "先入市政管网", "paper": file("排查记录")}
    assert browser.post("/outlets/new", indirect).status_code == 302
    lead = Outlet.objects.get(name="济源市某厂排污口")
    assert (lead.stage, lead.in_register) == (Stage.CANDIDATE, False)
    again = browser.get("/outlets/")
    assert again.context["count"] == 1
    assert lead.pk not in {row.outlet.pk for row in again.context["rows"]}
    assert lead.pk in {row.outlet.pk for row in browser.get("/outlets/?special=leads").context["rows"]}
    assert "先入市政管网" in words(browser.get(f"/outlets/{lead.pk}"))


def test_an_outlet_where_one_stands_already_is_entered_only_when_somebody_says_it_is_another(country):
    browser = client(Role.CLERK, build.unit("140213"))
    browser.post("/outlets/new", entry())
    second = entry(name="平城区新厂二号排污口", longitude="113.31002")
    answer = browser.post("/outlets/new", second)
    assert answer.status_code == 409
    assert "附近已有排污口" in words(answer)
    assert "平城区新厂工业排污口" in words(answer)
    second |= {"apart": "相邻两个口，管径不同", "paper": file("排查记录")}
    assert browser.post("/outlets/new", second).status_code == 302
    assert Outlet.objects.count() == 2


def test_outlets_near_a_point_are_named_with_their_distance(country):
    browser = client(Role.CLERK, build.unit("140213"))
    browser.post("/outlets/new", entry())
    near = browser.get("/outlets/nearby", {"longitude": "113.3105", "latitude": "40.09"})
    assert re.search(r"平城区新厂工业排污口.* 4\d m", words(near))
    assert "没有已登记的排污口" in words(browser.get("/outlets/nearby", {"longitude": "113.4", "latitude": "40.09"}))
    assert browser.get("/outlets/nearby", {"longitude": "x", "latitude": ""}).status_code == 200


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"unit": "419001"}, "没有这个行政区划"),
        ({"longitude": "40.09", "latitude": "113.31"}, "经度和纬度似乎填反了"),
        ({"longitude": "abc"}, "坐标无法识别。"),
        ({"water": "不存在河"}, "水体库中没有这个水体"),
        ({"on": "2999-01-01"}, "不能登记尚未发生的事"),
        ({"name": ""}, "这个字段是必填项"),
    ],
)
def test_a_form_with_a_fault_says_so_and_enters_nothing(country, given, said):
    answer = client(Role.CLERK, build.unit("140213")).post("/outlets/new", entry(**given))
    assert answer.status_code in {403, 409}
    if given != {"unit": "419001"}:
        assert said in words(answer)
    assert not Outlet.objects.exists()


def test_the_form_asks_what_the_type_calls_for(country):
    browser = client(Role.CLERK, build.unit("140213"))
    assert "排污许可证编号" in words(browser.get("/outlets/new?top=GY"))
    assert "排污许可证编号" not in words(browser.get("/outlets/new?top=YH"))
    assert "引流方式" in words(browser.get("/outlets/new?top=YH"))


# --- correcting, papers, facts, channels ------------


def correction(browser, outlet, **more):
    """The form as it stands, with some fields changed."""
    form = browser.get(f"/outlets/{outlet.pk}/acts/correct").context["form"]
    values = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in values.items() if value not in (None, False)} | more


def test_a_correction_needs_a_reason_and_writes_old_and_new_in_the_ledger(country):
    outlet = build.outlet(build.unit("140213"), receiving=build.water("桑干河"))
    browser = reviewer("140213")
    given = correction(browser, outlet, bank="左岸", daily_discharge_m3="12.5")
    assert do(browser, outlet, "correct", **given).status_code == 409
    assert do(browser, outlet, "correct", **given | {"reason": "现场复核"}).status_code == 302
    newest = ledger.timeline("outlet", str(outlet.pk))[0]
    assert newest.act == "outlet.correct"
    assert set(newest.changes) == {"bank", "daily_discharge_m3"}
    assert newest.changes["bank"] == ["", "左岸"]


def test_a_correction_that_changes_nothing_writes_nothing(country):
    outlet = build.outlet(build.unit("140213"), receiving=build.water("桑干河"))
    browser = reviewer("140213")
    before = len(ledger.timeline("outlet", str(outlet.pk)))
    answer = do(browser, outlet, "correct", **correction(browser, outlet, reason="看一看"))
    assert "没有重复写入" in words(browser.get(answer.url))
    assert len(ledger.timeline("outlet", str(outlet.pk))) == before


def test_an_outlet_moves_to_another_unit_by_a_paper_only(country):
    outlet = build.outlet(build.unit("140213"))
    browser = reviewer("140200")
    assert do(browser, outlet, "change-unit", unit="140212").status_code == 409
    assert do(browser, outlet, "change-unit", unit="140212", paper=file()).status_code == 302
    outlet.refresh_from_db()
    assert outlet.unit_path == "140212"
    assert "行政区划：平城区 → 新荣区" in re.sub(r"\s+", " ", words(browser.get(f"/outlets/{outlet.pk}"))).replace(
        "： ", "："
    )


def test_a_paper_filed_twice_stands_in_the_file_once(country):
    outlet = build.outlet(build.unit("140213"))
    browser = reviewer("140213")
    for _time in range(2):
        assert do(browser, outlet, "file-paper", kind="photo", title="口门照片", paper=file("照片")).status_code == 302
    assert FiledPaper.objects.filter(outlet=outlet, kind="photo").count() == 1


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [("dry_weather_sewage", "是", True), ("sharing_units", "3", 3), ("dry_hours", "72.5", 72.5)],
)
def test_a_fact_is_entered_in_its_own_type_with_its_source(country, name, value, kept):
    outlet = build.outlet(build.unit("140213"))
    browser = reviewer("140213")
    for _time in range(2):
        assert do(browser, outlet, "enter-fact", name=name, value=value, source="现场记录").status_code == 302
    assert Fact.objects.get(subject_id=str(outlet.pk), name=name).value == kept
    assert queries.facts_of(outlet, on=build.DAY.replace(day=2))[name] == kept
    assert "现场记录" in words(browser.get(f"/outlets/{outlet.pk}"))


def test_a_fact_of_the_wrong_type_is_a_sentence_at_its_field(country):
    outlet = build.outlet(build.unit("140213"))
    answer = do(reviewer("140213"), outlet, "enter-fact", name="sharing_units", value="好几家", source="现场记录")
    assert answer.status_code == 409
    assert "应填写数值" in words(answer)


def test_a_fact_about_the_party_waits_until_there_is_one(country):
    outlet = build.outlet(build.unit("140213"))
    answer = do(reviewer("140213"), outlet, "enter-fact", name="is_chemical", value="是", source="许可证")
    assert answer.status_code == 409
    assert "请先明确责任主体" in words(answer)


def test_a_channel_with_its_dischargers_and_shares_is_registered_once(country):
    unit = build.unit("419001")
    outlet = build.outlet(unit)
    one, other = build.body(unit), build.body(unit)
    given = {"name": "一号暗管", "kind": "管道", "body_1": one.name, "share_1": "60", "body_2": other.name}
    browser = reviewer("419001")
    for _time in range(2):
        assert do(browser, outlet, "add-channel", **given).status_code == 302
    assert Channel.objects.count() == 1
    too_much = given | {"name": "二号暗管", "share_2": "50"}
    answer = do(browser, outlet, "add-channel", **too_much)
    assert "占比之和超过 100 %" in words(answer)


# --- two devices, double clicks ------------


def test_a_second_device_is_told_what_changed_and_writes_nothing(country):
    outlet = build.outlet(build.unit("410502"))
    browser = reviewer("410502")
    read = outlet.version
    actions.correct(outlet, values={"bank": "右岸"}, reason="复核", on=build.DAY, by=build.VERIFIER, at=build.NOON)
    answer = do(browser, outlet, "verify", version=read)
    assert answer.status_code == 409
    assert "有人修改了这条记录" in words(answer)
    assert "岸别：（空） → 右岸" in words(answer)
    assert Outlet.objects.get(pk=outlet.pk).stage == Stage.SURVEYED


def test_a_double_click_moves_an_outlet_once(country):
    outlet = build.outlet(build.unit("410502"))
    browser = reviewer("410502")
    version = outlet.version
    first = do(browser, outlet, "verify", version=version)
    second = do(browser, outlet, "verify", version=version)
    assert (first.status_code, second.status_code) == (302, 409)
    assert [line.act for line in ledger.timeline("outlet", str(outlet.pk))].count("outlet.verify") == 1


def test_a_double_click_registers_once(country):
    browser = client(Role.CLERK, build.unit("140213"))
    browser.post("/outlets/new", entry())
    again = browser.post("/outlets/new", entry(same="on"))
    assert again.status_code == 302
    assert Outlet.objects.count() == 1


def test_for_htmx_a_refusal_is_a_notice_with_the_sentence_and_the_clause(country):
    outlet = build.outlet(build.unit("140213"), stage=Stage.PARTY_FIXED)
    headers = {"HX-Request": "true"}
    answer = reviewer("140213").get(f"/outlets/{outlet.pk}/acts/classify", headers=headers)
    assert answer.status_code == 403
    assert "<html" not in answer.content.decode()
    assert "本地分类由" in words(answer)
    assert 'class="clause-chip"' in answer.content.decode()


def test_what_the_console_did_is_told_as_the_systems_doing(country):
    outlet = build.outlet(build.unit("140213"))
    actions.correct(outlet, values={"bank": "左岸"}, reason="复核", on=build.DAY, by=CONSOLE, at=build.NOON)
    assert "命令行" in words(reviewer("140213").get(f"/outlets/{outlet.pk}"))
