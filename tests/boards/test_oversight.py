"""监管责任: who supervises an outlet, and what happens where nobody does."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qingyuan.access.queries import actor_of
from qingyuan.boards.oversight import queries
from qingyuan.boards.oversight.owners import Owners, spot_of
from qingyuan.bodies import actions as bodies
from qingyuan.bodies.models import Body
from qingyuan.core.access import CONSOLE, Role
from qingyuan.core.functions import BodyFunction as F
from qingyuan.core.functions import BodyKind
from qingyuan.core.lifecycle import Stage
from qingyuan.registry import actions
from qingyuan.registry.models import Outlet
from qingyuan.registry.places_of import place_of
from qingyuan.stages.dispatch import actions as dispatch
from qingyuan.stages.dispatch.models import WorkItem
from qingyuan.stages.dispatch.words import ItemKind
from tests import build
from tests.web.people import client, words

DAY = build.DAY


@pytest.fixture
def country(db):
    build.country()


def office(where, name, *functions):
    return build.body(where, name=name, kind=BodyKind.GOVERNMENT, functions=functions)


def owner(outlet):
    found, _duty = queries.owner_of(Outlet.objects.get(pk=outlet.pk), on=date.today())
    return found.body.name if found else None


def unowned_page(code, role=Role.CLERK):
    answer = client(role, build.unit(code)).get("/oversight/unowned")
    assert answer.status_code == 200
    return answer


def seats(mark, root, clause, found):
    """One case for each seat: the outlet's unit, the zone that manages it, the seat's name, and who sits there."""
    return [pytest.param(root, clause, *one, marks=mark, id=one[2]) for one in found]


PLACES = [
    *seats(
        pytest.mark.clause("JY-81", "JY-97"),
        root="419001",
        clause="济源 四(二)、五(一)",
        found=[("419001100", "", "克井镇", F.TOWN), ("419001001", "", "沁园街道", F.TOWN)],
    ),
    *seats(
        pytest.mark.clause("AY-76", "AY-103"),
        root="410500",
        clause="安阳 三(二)、四(一)",
        found=[("410502", "", "文峰区", F.GOVERNMENT)],
    ),
    *seats(
        pytest.mark.clause("XJ-87"),
        root="140825",
        clause="新绛 五(十一)",
        found=[
            ("140825100", "", "龙兴镇", F.TOWN),
            ("140825100", "140825Z01", "新绛经济技术开发区", F.ZONE_COMMITTEE),
        ],
    ),
    *seats(
        pytest.mark.clause("DT-128", "DT-159"),
        root="140200",
        clause="大同 四(十)、五(十三)",
        found=[("140213", "", "平城区", F.GOVERNMENT), ("140213", "1402Z01", "大同经济技术开发区", F.ZONE_COMMITTEE)],
    ),
    *seats(
        pytest.mark.clause("JL-10", "JL-100", "JL-129"),
        root="220000",
        clause="吉林 一(二)、三(十)、四(十三)",
        found=[("220122", "", "农安县", F.GOVERNMENT), ("220100", "", "长春市", F.GOVERNMENT)],
    ),
]


@pytest.mark.parametrize(("root", "clause", "where", "zone", "seat", "function"), PLACES)
def test_nobody_supervises_until_the_local_body_is_registered_and_the_duty_is_its_units(
    country, root, clause, where, zone, seat, function
):
    seated = zone or where
    managing = {"managing_unit": build.unit(zone)} if zone else {}
    outlet = build.outlet(build.unit(where), stage=Stage.CLASSIFIED, type_key="QT.other", **managing)
    page = unowned_page(root)
    assert outlet.name in words(page)
    assert clause in words(page)
    assert f'data-duty="{build.unit(seated).path}"' in page.content.decode()
    assert f"{seat}" in words(page)
    assert "无人监管" in words(client(Role.CLERK, build.unit(root)).get(f"/outlets/{outlet.pk}"))
    home = words(client(Role.CLERK, build.unit(seated)).get("/"))
    assert "落实监管责任" in home
    assert clause in home
    office(build.unit(seated), f"{seat}测试机关", function)
    page = unowned_page(root)
    assert outlet.name not in words(page)
    assert "每个排污口都有监管单位" in words(page)
    shown = words(client(Role.CLERK, build.unit(root)).get(f"/outlets/{outlet.pk}"))
    assert f"{seat}测试机关" in shown
    assert clause in shown
    assert "落实监管责任" not in words(client(Role.CLERK, build.unit(seated)).get("/"))


def test_a_body_without_the_function_or_in_another_place_supervises_nothing(country):
    outlet = build.outlet(build.unit("410502"), stage=Stage.CLASSIFIED, type_key="QT.other")
    office(build.unit("410503"), "邻区政府", F.GOVERNMENT)
    office(build.unit("410502"), "本区水利局", F.WATER)
    assert owner(outlet) is None
    Body.objects.filter(name="邻区政府").update(valid_to=date(2023, 1, 1))
    office(build.unit("410502"), "本区政府", F.GOVERNMENT)
    assert owner(outlet) == "本区政府"


def test_the_department_of_the_type_comes_before_the_local_government(country):
    county = build.unit("410502")
    outlet = build.outlet(county, stage=Stage.CLASSIFIED, type_key="SH.municipal_wwtp")
    office(county, "本区政府", F.GOVERNMENT)
    assert owner(outlet) == "本区政府"
    office(county, "本区住建局", F.HOUSING)
    assert owner(outlet) == "本区住建局"


def test_the_department_supervises_its_own_area_where_the_scheme_has_areas(country):
    county, city = build.unit("140213"), build.unit("140200")
    bureau = office(city, "测试城管局", F.URBAN_MANAGEMENT)
    office(county, "本区政府", F.GOVERNMENT)
    inside = build.outlet(county, managing_body=bureau)
    beside = build.outlet(county)
    assert (owner(inside), owner(beside)) == ("测试城管局", "本区政府")


@pytest.mark.clause("AY-64")
def test_an_outlet_the_basin_bureau_approved_is_supervised_by_the_local_government(country):
    assert _owner_after_approval("410502", levels=("national",)) == {"本地政府"}


@pytest.mark.clause("JL-111")
def test_whichever_level_approved_the_local_government_supervises(country):
    assert _owner_after_approval("220122", levels=("national", "provincial", "city", "county")) == {"本地政府"}


def _owner_after_approval(code, *, levels):
    where = build.unit(code)
    office(where, "本地政府", F.GOVERNMENT)
    office(where.parent, "上级生态环境局", F.ECOLOGY)
    browser, seen = client(Role.CLERK, where), set()
    for level in levels:
        outlet = build.outlet(where, stage=Stage.SUPERVISED, type_key="QT.port")
        for name, value in (("national_authority", level == "national"), ("eia_authority", level), ("approved", True)):
            actions.enter_fact(
                ("outlet", str(outlet.pk)),
                place=place_of(outlet),
                name=name,
                value=value,
                source="审批文件",
                on=DAY,
                by=CONSOLE,
                at=build.NOON,
            )
        page = words(browser.get(f"/outlets/{outlet.pk}"))
        assert "由哪一级审核，不改变监管单位" in page
        assert "监管单位 本地政府" in page
        seen.add(owner(outlet))
    return seen


def test_the_chief_is_the_one_whose_reach_covers_the_water(country):
    river = build.water("桑干河")
    outlet = build.outlet(build.unit("140213"), receiving=river)
    browser = client(Role.CLERK, build.unit("140213"))
    assert "没有管辖到此处的河湖长" in words(browser.get(f"/outlets/{outlet.pk}"))
    chief = build.officer(Role.RIVER_CHIEF, None, water=river)
    assert f"河湖长 {chief.name}" in words(browser.get(f"/outlets/{outlet.pk}"))


JILIN = (
    *("工业和信息化", "财政", "自然资源", "住房城乡建设", "交通运输", "水利", "农业农村", "商务"),
    *("林草", "畜牧"),
)
MATRIX = [
    pytest.param(
        "419001", ("水利", "住房和城乡建设", "农业农村"), "济源", marks=pytest.mark.clause("JY-83"), id="济源"
    ),
    pytest.param(
        "410500", ("水利", "住房城乡建设", "农业农村"), "三(二)", marks=pytest.mark.clause("AY-78"), id="安阳"
    ),
    pytest.param("140200", ("工业和信息化", "公安"), "大同", marks=pytest.mark.clause("DT-131"), id="大同"),
    pytest.param(
        "220000",
        (*JILIN, "政务服务和数字化"),
        "吉林 一(二)",
        marks=pytest.mark.clause("JL-12"),
        id="吉林十一类部门",
    ),
    pytest.param("220000", JILIN, "三(十)", marks=pytest.mark.clause("JL-102"), id="吉林分工协作"),
]


def rows_shown(answer):
    """The lines of the matrix as the page has them: name, duties, clause."""
    assert answer.status_code == 200
    cells = r"<tr data-row[^>]*><th[^>]*>(.*?)</th><td>(.*?)</td><td>(.*?)</td>"
    return re.findall(cells, answer.content.decode(), flags=re.S)


@pytest.mark.parametrize(("code", "names", "clause"), MATRIX)
def test_the_duty_matrix_names_the_departments_each_with_a_duty(country, code, names, clause):
    shown = rows_shown(client(Role.CLERK, build.unit(code)).get("/oversight/"))
    for name in names:
        lines = [line for line in shown if name in line[0]]
        assert any(duties.strip() and clause in chip for _name, duties, chip in lines), name


FOUR = {
    "市水务局": F.WATER,
    "市住房和城乡建设局": F.HOUSING,
    "市城市管理局": F.URBAN_MANAGEMENT,
    "市农业农村局": F.AGRICULTURE,
}


@pytest.mark.parametrize("name", FOUR)
def test_the_four_bureaus_of_datong_trace_and_remediate_within_their_areas(country, name):
    city = build.unit("140200")
    (duties,) = [line[1] for line in rows_shown(client(Role.CLERK, city).get("/oversight/")) if line[0] == name]
    assert "实施溯源" in duties
    assert "实施整治" in duties
    bureau = office(city, f"大同{name}", FOUR[name])
    outlet = build.outlet(build.unit("140213"), stage=Stage.VERIFIED, managing_body=bureau)
    beside = build.outlet(build.unit("140213"), stage=Stage.VERIFIED)
    assert (owner(outlet), owner(beside)) == (f"大同{name}", None)
    browser = client(Role.REVIEWER, None, body=bureau, own_area_only=True)
    home = words(browser.get("/"))
    assert f"{outlet.name}：立案溯源或明确责任主体" in home
    assert beside.name not in home
    other = next(one for one in FOUR if one != name)
    neighbour = office(city, f"大同{other}", FOUR[other])
    assert outlet.name not in words(client(Role.REVIEWER, None, body=neighbour, own_area_only=True).get("/"))


@pytest.mark.clause("JL-126")
def test_a_department_without_a_named_contact_is_on_the_responsibility_report(country):
    city = build.unit("220100")
    bureau = office(city, "测试水利局", F.WATER)
    browser = client(Role.CLERK, city)
    assert "测试水利局 分工协作" in words(browser.get("/oversight/contacts"))
    build.officer(Role.CLERK, city, body=bureau)
    assert "测试水利局" not in words(browser.get("/oversight/contacts"))


@pytest.mark.clause("AY-79")
def test_a_department_that_recorded_nothing_in_a_month_is_on_the_daily_report(country):
    city = build.unit("410500")
    bureau = office(city, "测试水利局", F.WATER)
    officer = build.officer(Role.CLERK, city, body=bureau)
    outlet = build.outlet(build.unit("410502"))
    browser = client(Role.CLERK, city)
    office(city, "测试林业局", F.FORESTRY)
    listed = words(browser.get("/oversight/daily?month=2023-06"))
    assert "测试水利局" in listed
    assert "测试林业局" not in listed, "it has no duty of daily supervision"
    actions.enter_fact(
        ("outlet", str(outlet.pk)),
        place=place_of(outlet),
        name="has_video",
        value=True,
        source="日常巡查",
        on=date(2023, 6, 12),
        by=actor_of(officer, on=DAY),
        at=build.recorded(date(2023, 6, 13)),
    )
    assert "测试水利局" not in words(browser.get("/oversight/daily?month=2023-06"))
    assert "测试水利局" in words(browser.get("/oversight/daily?month=2023-07"))


@pytest.mark.clause("JY-80")
def test_the_page_shows_the_department_of_the_partys_industry_with_its_open_tasks(country):
    place = build.unit("419001")
    bureau = office(place, "测试工信局", F.INDUSTRY)
    party = bodies.enter(
        name="测试焦化厂", kind=BodyKind.ENTERPRISE, unit=place, industry="C25", by=CONSOLE, at=build.LONG_AGO
    )
    outlet = build.outlet(place, party=party)
    browser = client(Role.CLERK, place)
    page = words(browser.get(f"/outlets/{outlet.pk}"))
    assert "行业主管部门 测试工信局 C25" in page
    assert "管行业必须管环保" in page
    assert "没有未办结的事项" in page
    dispatch.issue(
        kind=ItemKind.TASK,
        subject="督促焦化厂整改",
        unit=place,
        on=date.today(),
        responsible=[bureau],
        outlets=[outlet],
        by=CONSOLE,
        at=datetime.now(UTC),
    )
    assert "督促焦化厂整改" in words(browser.get(f"/outlets/{outlet.pk}"))


@pytest.mark.clause("DT-114")
def test_the_authority_is_shown_with_its_principle_and_makes_no_task(country):
    outlet = build.outlet(build.unit("140213"))
    browser = client(Role.CLERK, build.unit("140213"))
    for address in (f"/outlets/{outlet.pk}", "/oversight/", "/rules/rules"):
        page = words(browser.get(address))
        assert "审核权限 大同 四(九)" in page
        assert "市生态环境局" in page
        assert "按照对辖区水环境质量负主体责任的原则" in page
    assert not WorkItem.objects.exists()
    for role, where in ((Role.CLERK, "140213"), (Role.REVIEWER, "140213"), (Role.REVIEWER, "140200")):
        assert "四(九)" not in words(client(role, build.unit(where)).get("/")), "no duty rests on the principle"


@pytest.fixture
def mixed(country):
    """Outlets of several places and types, with some bodies in place."""
    units = [build.unit(code) for code in ("140213", "140213001", "410502", "419001100", "220122", "140825100")]
    kinds = ("GY.enterprise", "QT.other", "SH.municipal_wwtp", "QT.urban_domestic")
    outlets = [build.outlet(unit, stage=Stage.CLASSIFIED, type_key=kind) for unit in units for kind in kinds]
    return outlets


SEATS = ("140213", "140200", "410502", "419001", "419001100", "220100", "220122", "140825", "140825100")


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(SEATS), st.sampled_from([F.GOVERNMENT, F.TOWN, F.HOUSING])), max_size=4))
def test_law_the_list_the_duties_and_one_by_one_agree(mixed, chosen):
    with transaction.atomic():
        for number, (code, function) in enumerate(chosen):
            office(build.unit(code), f"机关{number}", function)
        today = date.today()
        alone = {one.pk for one in mixed if queries.owner_of(one, on=today)[0] is None}
        together = Owners(on=today)
        answers = together.of(map(spot_of, mixed))
        assert {one.pk for one in mixed if answers[spot_of(one)] is None} == alone
        for paths in (("",), ("14", "22", "41")):  # walked, and by the spots that lack somebody
            listed, after = [], 0
            for path in paths:
                while True:
                    page = queries.unowned(CONSOLE, path, on=today, after=after, limit=5)
                    listed += [row.outlet.pk for row in page.rows]
                    if not (after := page.after):
                        break
            assert sorted(listed) == sorted(alone)
            assert len(set(listed)) == len(listed)
        assert sum(task.number for task in queries.tasks(CONSOLE, "", on=today)) == len(alone)
        transaction.set_rollback(True)
