"""溯源 and 责任主体 as the five schemes ask for them, each by the way an officer goes."""

from __future__ import annotations

import csv
import io
import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from qingyuan.boards.progress import queries as progress
from qingyuan.bodies import actions as bodies
from qingyuan.core.access import CONSOLE, Role
from qingyuan.core.functions import BodyFunction as F
from qingyuan.core.functions import BodyKind
from qingyuan.core.lifecycle import Paper, Stage
from qingyuan.core.refusal import Refused
from qingyuan.flows import survey_opens_tracing
from qingyuan.registry import actions as register
from qingyuan.registry.fallback import fallback_of
from qingyuan.registry.models import Outlet, Responsibility
from qingyuan.registry.places_of import place_of
from qingyuan.stages.dispatch.models import Feedback, Part, WorkItem
from qingyuan.stages.dispatch.words import PartKind
from qingyuan.stages.tracing import actions, queries
from qingyuan.stages.tracing.models import Case
from qingyuan.stages.tracing.words import Conclusion, Why
from tests import build
from tests.stages.tracing import cases
from tests.stages.tracing.cases import DAY, NOON
from tests.web.people import client_of

BY = {"on": DAY, "by": CONSOLE, "at": NOON}


@pytest.fixture(autouse=True)
def country(db):
    build.country()


def one_per_scheme(**clauses: str):
    """A case for each scheme, with the clause it shows."""
    return [pytest.param(name, marks=pytest.mark.clause(clause), id=name) for name, clause in clauses.items()]


def today() -> str:
    return timezone.localdate().isoformat()


def paper():
    return SimpleUploadedFile("文件.txt", "认定文件".encode())


def reviewer(unit, **more):
    return client_of(build.officer(Role.REVIEWER, unit, **more))


def act(browser, case: Case, press: str, **given):
    address = f"/tracing/{case.pk}/acts/{press}"
    version = re.search(r'name="version" value="(\d+)"', browser.get(address).content.decode()).group(1)
    return browser.post(address, {"version": version, "on": today(), **given})


def words(answer) -> str:
    return answer.content.decode()


def state(of: Outlet, name: str, value: object) -> None:
    register.enter_fact(
        ("outlet", str(of.pk)),
        place=place_of(of),
        name=name,
        value=value,
        source="现场记录",
        sha256=build.paper(),
        **BY,
    )


def flagged(name: str) -> tuple[Outlet, Case]:
    """An outlet of which it is unclear who answers, and the case that opened by itself."""
    of = cases.outlet(cases.place(name))
    state(of, "responsibility_unclear", True)
    (case,) = survey_opens_tracing.after_act(of, on=DAY, at=NOON)
    return of, case


# --- 溯源 ------------


@pytest.mark.parametrize("name", one_per_scheme(济源="JY-42", 安阳="AY-24", 大同="DT-25", 吉林="JL-38"))
def test_an_unclear_outlet_has_a_case_that_is_definite_only_with_a_discharging_unit(name):
    of, case = flagged(name)
    browser = reviewer(cases.place(name))
    assert case.why == Why.UNCLEAR
    factory = cases.discharger(cases.place(name))
    with pytest.raises(Refused, match="not_traced"):
        register.fix_party(of, body=factory, basis="tracing", papers=build.papers(Paper.PARTY_BASIS), **BY)
    cases.step(case)
    refused = act(browser, case, "conclude", conclusion="definite", paper=paper())
    assert refused.status_code == 409
    assert "结论为“确定”的，须先登记排污单位。" in words(refused)
    assert Case.objects.get(pk=case.pk).is_open
    assert act(browser, case, "source", body=factory.name, share="100").status_code == 302
    assert act(browser, case, "conclude", conclusion="definite", paper=paper()).status_code == 302
    assert act(browser, case, "fix-party", body=factory.name, basis="tracing").status_code == 302
    assert Outlet.objects.get(pk=of.pk).party == factory


@pytest.mark.parametrize("name", one_per_scheme(安阳="AY-25", 大同="DT-26", 吉林="JL-39"))
def test_a_conclusion_that_names_a_unit_without_affiliation_is_refused(name):
    where = cases.place(name)
    _of, case = flagged(name)
    browser = reviewer(where)
    factory = cases.discharger(where, affiliated=False)
    act(browser, case, "source", body=factory.name)
    refused = act(browser, case, "conclude", conclusion="definite", paper=paper())
    assert refused.status_code == 409
    assert f"“{factory.name}”还没有隶属关系" in words(refused)
    assert Case.objects.get(pk=case.pk).is_open
    parent = build.body(where)
    bodies.correct(factory, values={"parent": parent}, reason="补充", **BY)
    assert act(browser, case, "conclude", conclusion="definite", paper=paper()).status_code == 302
    assert parent.name in words(browser.get(f"/tracing/{case.pk}"))


@pytest.mark.clause("JY-43")
def test_in_jiyuan_a_conclusion_needs_a_method_and_any_method_is_accepted_with_a_description():
    _of, case = flagged("济源")
    browser = reviewer(cases.place("济源"))
    form = words(browser.get(f"/tracing/{case.pk}/acts/step"))
    offered = re.findall(r'<option value="([^"]+)"', form)
    assert offered[:3] == ["现场快速监测", "自动在线监测", "人工取样监测"]
    refused = act(browser, case, "conclude", conclusion="inconclusive", note="查不到")
    assert refused.status_code == 409
    assert "还没有记录溯源方法" in words(refused)
    nameless = act(browser, case, "step", method="其他", result="无", confidence="low")
    assert nameless.status_code == 409
    named = act(browser, case, "step", method="其他", method_note="走访群众", result="无", confidence="low")
    assert named.status_code == 302
    assert act(browser, case, "conclude", conclusion="inconclusive", note="查不到").status_code == 302


def test_elsewhere_a_conclusion_without_a_recorded_method_is_not_refused():
    _of, case = flagged("安阳")
    browser = reviewer(cases.place("安阳"))
    assert act(browser, case, "conclude", conclusion="inconclusive", note="查不到").status_code == 302


@pytest.mark.clause("DT-13")
def test_in_datong_a_surveyed_outlet_without_a_discharging_unit_gets_a_case_by_itself():
    where = cases.place("大同")
    of = cases.outlet(where, Stage.SURVEYED)
    linked = cases.outlet(where, Stage.SURVEYED)
    register.add_channel(name="排水管", unit=where, outlet=linked, sources=((build.body(where), None),), **BY)
    survey_opens_tracing.after_act(of, on=DAY, at=NOON)
    survey_opens_tracing.after_act(linked, on=DAY, at=NOON)
    assert [case.why for case in Case.objects.filter(outlet=of)] == [Why.NO_UNIT]
    assert not Case.objects.filter(outlet=linked).exists()
    assert of.name in words(reviewer(where).get("/tracing/"))


@pytest.mark.clause("XJ-17")
def test_in_xinjiang_every_outlet_is_traced_and_counts_only_once_a_party_is_fixed():
    where = cases.place("新绛")
    fen = build.water("汾河")
    town = cases.town_of(where)
    office = cases.office(town, F.TOWN, "某镇人民政府")
    day = date(2023, 12, 20)
    of = build.outlet(town, stage=Stage.VERIFIED, on=day, receiving=fen)
    at = build.recorded(date(2023, 12, 30))
    (case,) = survey_opens_tracing.after_act(of, on=day, at=at)
    assert case.why == Why.SCOPE

    def figure() -> tuple[int | None, int | None]:
        asking = progress.Asking(date(2023, 12, 31), None, build.recorded(date(2024, 1, 5)))
        board = progress.scoreboard(progress.Where(where.path), asking, actor=CONSOLE, parts=False)
        (cell,) = [one for one in board.total.cells if one.target.key == "targets.tracing[2023-12-31]"]
        return cell.figure.numerator, cell.figure.denominator

    acting = {"on": day, "by": CONSOLE, "at": at}
    assert figure() == (0, 1)
    actions.conclude(case, conclusion=Conclusion.INCONCLUSIVE, note="查不到", **acting)
    assert figure() == (0, 1)
    actions.fix_party(case, body=office, basis="fallback", sha256=build.paper(), **acting)
    assert figure() == (1, 1)


# --- 兜底 ------------


def inconclusive(of: Outlet) -> Case:
    """A case about an outlet that ended 无法确定."""
    case = queries.open_case_of(of) or cases.case(of)
    cases.step(case)
    return actions.conclude(case, conclusion=Conclusion.INCONCLUSIVE, note="管网资料缺失", sha256=build.paper(), **BY)


def refused_for(of: Outlet, body, basis: str) -> Refused:
    with pytest.raises(Refused) as caught:
        register.fix_party(of, body=body, basis=basis, papers=build.papers(Paper.PARTY_BASIS), **BY)
    return caught.value


@pytest.mark.clause("JY-41")
def test_in_jiyuan_the_town_or_street_office_of_the_place_answers_where_nobody_can_be_found():
    where = cases.place("济源")
    town = cases.town_of(where)
    other = cases.new_town(where, "另一镇", "419001199")
    office, elsewhere = cases.office(town, F.TOWN), cases.office(other, F.TOWN)
    of = cases.outlet(town)
    case = inconclusive(of)
    browser = reviewer(where)
    assert f'value="{office.name}"' in words(browser.get(f"/tracing/{case.pk}/acts/fix-party"))
    for wrong in (elsewhere, build.body(where), cases.office(where, F.GOVERNMENT)):
        no = act(browser, case, "fix-party", body=wrong.name, basis="fallback")
        assert no.status_code == 409
        assert "济源 三(二)2" in words(no)
    assert act(browser, case, "fix-party", body=office.name, basis="fallback").status_code == 302
    held = Responsibility.objects.get(outlet=of, to_day=None)
    assert (held.body, held.basis) == (office, "fallback")


@pytest.mark.clause("XJ-22")
def test_in_xinjiang_the_town_answers_and_designation_is_not_offered():
    where = cases.place("新绛")
    town = cases.town_of(where)
    office = cases.office(town, F.TOWN)
    of = cases.outlet(town)
    case = inconclusive(of)
    browser = reviewer(where)
    form = words(browser.get(f"/tracing/{case.pk}/acts/fix-party"))
    assert f'value="{office.name}"' in form
    assert 'value="designated"' not in form
    anybody = build.body(where)
    assert refused_for(of, anybody, "designated").refusal.code == "registry.no_designation"
    no = refused_for(of, anybody, "fallback").refusal
    assert (no.code, no.clause) == ("registry.not_fallback", "新绛 二(二)")
    assert act(browser, case, "fix-party", body=office.name, basis="fallback").status_code == 302
    assert Outlet.objects.get(pk=of.pk).party == office


@pytest.mark.clause("AY-26")
def test_in_anyang_the_county_government_answers_or_whom_it_designates_with_a_document():
    where = cases.place("安阳")
    government = cases.office(where, F.GOVERNMENT)
    town = cases.town_of(where)
    cases.office(town, F.TOWN)
    of, second = cases.outlet(town), cases.outlet(where)
    case, other = inconclusive(of), inconclusive(second)
    browser = reviewer(where)
    assert f'value="{government.name}"' in words(browser.get(f"/tracing/{case.pk}/acts/fix-party"))
    anybody = build.body(where)
    no = refused_for(of, anybody, "fallback").refusal
    assert (no.code, no.clause) == ("registry.not_fallback", "安阳 二(一)2")
    assert act(browser, case, "fix-party", body=government.name, basis="fallback").status_code == 302
    Case.objects.filter(pk=other.pk).update(paper_sha256="")
    bare = act(browser, other, "fix-party", body=anybody.name, basis="designated")
    assert bare.status_code == 409
    assert "还缺材料" in words(bare)
    assert act(browser, other, "fix-party", body=anybody.name, basis="designated", paper=paper()).status_code == 302
    assert Outlet.objects.get(pk=second.pk).party == anybody


@pytest.mark.clause("DT-27")
def test_in_datong_the_county_the_zone_or_the_department_of_the_area_answers_or_its_designee():
    where, city = cases.place("大同"), build.unit("140200")
    government = cases.office(where, F.GOVERNMENT)
    department = cases.office(city, F.URBAN_MANAGEMENT)
    zone = type(where).objects.filter(kind="zone", path__startswith="1402Z").first()
    committee = cases.office(zone, F.ZONE_COMMITTEE)
    plain = cases.outlet(where)
    managed = cases.outlet(where, managing_body=department)
    in_zone = cases.outlet(where, managing_unit=zone)
    for of, body in ((plain, government), (managed, department), (in_zone, committee)):
        named = fallback_of(of, on=DAY).named
        assert named is not None
        assert named.body == body
        case = inconclusive(of)
        wrong = government if body != government else department
        no = refused_for(of, wrong, "fallback").refusal
        assert (no.code, no.clause) == ("registry.not_fallback", "大同 二(二)")
        browser = reviewer(city)
        assert f'value="{body.name}"' in words(browser.get(f"/tracing/{case.pk}/acts/fix-party"))
        assert act(browser, case, "fix-party", body=body.name, basis="fallback").status_code == 302
    another = cases.outlet(where)
    case, designee = inconclusive(another), build.body(where)
    assert act(reviewer(city), case, "fix-party", body=designee.name, basis="designated").status_code == 302


@pytest.mark.clause("JL-40")
def test_in_jilin_the_local_government_at_the_level_that_is_set_answers_or_its_designee():
    where, city = cases.place("吉林"), build.unit("220100")
    county, municipal = cases.office(where, F.GOVERNMENT), cases.office(city, F.GOVERNMENT)
    of = cases.outlet(where)
    case = inconclusive(of)
    no = refused_for(of, municipal, "fallback").refusal
    assert (no.code, no.clause) == ("registry.not_fallback", "吉林 二(五)")
    browser = reviewer(where)
    assert f'value="{county.name}"' in words(browser.get(f"/tracing/{case.pk}/acts/fix-party"))
    assert act(browser, case, "fix-party", body=county.name, basis="fallback").status_code == 302
    designee = build.body(where)
    other = inconclusive(cases.outlet(where))
    assert act(browser, other, "fix-party", body=designee.name, basis="designated").status_code == 302


def test_a_fallback_before_anything_was_traced_is_refused():
    where = cases.place("安阳")
    government = cases.office(where, F.GOVERNMENT)
    of = cases.outlet(where)
    assert refused_for(of, government, "fallback").refusal.code == "registry.fallback_untraced"


@pytest.mark.clause("JY-100")
def test_in_jiyuan_a_town_designates_in_its_own_area_and_sees_no_other():
    where = cases.place("济源")
    town, other = cases.town_of(where), cases.new_town(where, "另一镇", "419001199")
    office = cases.office(town, F.TOWN)
    mine, theirs = cases.outlet(town), cases.outlet(other)
    factory = build.body(where)
    browser = reviewer(town, body=office)

    def designate(of: Outlet):
        given = {"party": factory.name, "basis": "designated", "on": today(), "paper": paper(), "version": of.version}
        return browser.post(f"/outlets/{of.pk}/acts/fix-party", given)

    assert designate(mine).status_code == 302
    held = Responsibility.objects.get(outlet=mine, to_day=None)
    assert (held.body, held.basis) == (factory, "designated")
    assert designate(theirs).status_code == 404
    assert Outlet.objects.get(pk=theirs.pk).party is None


@pytest.mark.clause("AY-23")
def test_in_anyang_the_applicant_of_an_approved_setting_is_the_party_unless_a_reason_says_otherwise():
    where = cases.place("安阳")
    applicant, another = cases.discharger(where, name="某化工有限公司"), build.body(where)
    of = cases.outlet(where)
    browser = reviewer(where)
    for name, value in (("approved", "是"), ("applicant", applicant.name)):
        of.refresh_from_db()
        given = {"name": name, "value": value, "source": "设置审核决定", "on": today(), "version": of.version}
        answer = browser.post(f"/outlets/{of.pk}/acts/enter-fact", {**given, "paper": paper()})
        assert answer.status_code == 302
    assert f'value="{applicant.name}"' in words(browser.get(f"/outlets/{of.pk}/acts/fix-party"))
    of.refresh_from_db()
    asked = {"party": another.name, "basis": "tracing", "on": today(), "paper": paper(), "version": of.version}
    no = browser.post(f"/outlets/{of.pk}/acts/fix-party", asked)
    assert no.status_code == 409
    assert "原则上设置申请单位“某化工有限公司”为责任主体" in words(no)
    yes = {**asked, "party": applicant.name, "basis": "applicant", "paper": paper()}
    assert browser.post(f"/outlets/{of.pk}/acts/fix-party", yes).status_code == 302
    held = Responsibility.objects.get(outlet=of, to_day=None)
    assert (held.body, held.basis) == (applicant, "applicant")


# --- 配合单位 ------------


@pytest.mark.parametrize(
    ("name", "bodies_", "seat", "clause"),
    [
        pytest.param(
            "大同",
            {
                "大同市生态环境局": F.ECOLOGY,
                "大同市水务局": F.WATER,
                "大同市农业农村局": F.AGRICULTURE,
                "大同市规划和自然资源局": F.RESOURCES,
                "大同市工业和信息化局": F.INDUSTRY,
            },
            "140200",
            "大同 二(二)",
            marks=pytest.mark.clause("DT-32"),
        ),
        pytest.param("济源", {"济源示范区生态环境局": F.ECOLOGY}, "419001", "济源 五(二)"),
    ],
)
def test_who_supports_finding_the_party_gets_an_item_brings_evidence_and_cannot_close_it(name, bodies_, seat, clause):
    where, above = cases.place(name), build.unit(seat)
    if name == "济源":
        where = build.unit("419001001")
        cases.office(where, F.TOWN)
    helping = [cases.office(above, function, called) for called, function in bodies_.items()]
    of = cases.outlet(where)
    state(of, "responsibility_unclear", True)
    (case,) = survey_opens_tracing.after_act(of, on=DAY, at=NOON)
    survey_opens_tracing.after_act(of, on=DAY, at=NOON)
    item = WorkItem.objects.get(outlet_links__outlet=of)
    assert item.clause == clause
    for body in helping:
        part = Part.objects.get(item=item, body=body)
        assert part.part == PartKind.SUPPORTING
        browser = reviewer(above, body=body)
        page = words(browser.get(f"/dispatch/{item.pk}"))
        assert re.search(r"<button[^>]*disabled[^>]*>\s*办结", page)
        assert "是配合单位，可以反馈，不能办结" in page
        given = {"version": WorkItem.objects.get(pk=item.pk).version, "text": "提供管网资料", "on": today()}
        told = browser.post(f"/dispatch/{item.pk}/acts/feedback?part={part.pk}", given | {"paper": paper()})
        assert told.status_code == 302
        assert Feedback.objects.get(part=part).sha256
        closing = {"version": WorkItem.objects.get(pk=item.pk).version, "on": today()}
        assert browser.post(f"/dispatch/{item.pk}/acts/close", closing).status_code == 403
    shown = words(reviewer(where).get(f"/tracing/{case.pk}"))
    assert shown.count("已反馈") == len(helping)
    assert f'href="/dispatch/{item.pk}"' in shown


def test_a_case_opened_on_the_page_hands_its_supporting_work_out_in_the_officers_name():
    where = cases.place("大同")
    government = cases.office(where, F.GOVERNMENT)
    helping = cases.office(build.unit("140200"), F.WATER, "大同市水务局")
    of = cases.outlet(where)
    browser = reviewer(where, body=government)
    given = {"why": "unclear", "on": today(), "key": "a" * 32}
    for _press in range(2):
        assert browser.post(f"/tracing/new?outlet={of.pk}", given).status_code == 302
    item = WorkItem.objects.get(outlet_links__outlet=of)
    assert item.issued_body == government
    assert {part.body for part in item.parts.filter(part=PartKind.SUPPORTING)} >= {helping}


def test_an_outlet_of_a_whole_city_has_the_citys_own_bodies_lead_and_not_every_county():
    city = build.unit("140200")
    leads = [cases.office(city, F.HOUSING, "大同市住房和城乡建设局")]
    helping = cases.office(city, F.WATER, "大同市水务局")
    cases.office(cases.place("大同"), F.GOVERNMENT)
    of = cases.outlet(city)
    state(of, "responsibility_unclear", True)
    (case,) = survey_opens_tracing.after_act(of, on=DAY, at=NOON)
    named = [one.name for one in queries.bodies_of(case) if one.part == "lead"]
    assert named == ["市城市管理局", "市住房和城乡建设局"]
    item = WorkItem.objects.get(outlet_links__outlet=of)
    assert {part.body for part in item.parts.all()} == {*leads, helping}
    assert "大同 二(二)" in item.text


def test_where_the_scheme_names_nobody_who_supports_no_item_is_handed_out():
    _of, case = flagged("吉林")
    assert not WorkItem.objects.exists()
    assert [one.part for one in queries.bodies_of(case)] == ["lead"]


# --- 责任主体清单 ------------


@pytest.mark.parametrize(
    ("name", "key"),
    [
        pytest.param("济源", "parties", marks=pytest.mark.clause("JY-40")),
        pytest.param("安阳", "parties", marks=pytest.mark.clause("AY-22")),
        pytest.param("大同", "parties", marks=pytest.mark.clause("DT-24")),
        pytest.param("吉林", "parties", marks=pytest.mark.clause("JL-37")),
        pytest.param("新绛", "directory", marks=pytest.mark.clause("XJ-21")),
    ],
)
def test_of_ten_outlets_nine_carry_a_party_with_its_basis_and_one_is_not_determined(name, key):
    where = cases.place(name)
    for _number in range(9):
        cases.outlet(where, Stage.PARTY_FIXED)
    open_one = cases.outlet(where)
    browser = reviewer(where)
    rows = list(csv.DictReader(io.StringIO(exported(browser, key))))
    assert len(rows) == 10
    column = "责任主体"
    unknown = [row for row in rows if row[column] == "未明确"]
    assert len(unknown) == 1
    assert open_one.name in unknown[0].values()
    assert all(row[column] for row in rows)
    if key == "parties":
        assert {row["认定依据"] for row in rows if row[column] != "未明确"} == {"溯源结论"}
        assert all(re.match(r"\d{4}-\d\d-\d\d", row["明确日期"]) for row in rows if row[column] != "未明确")
    page = words(browser.get(f"/registers/{key}/"))
    section = page[page.index('id="undetermined"') :]
    assert open_one.name in section[: section.index("</section>")]


def exported(browser, key: str) -> str:
    answer = browser.get(f"/registers/{key}/export?as=csv")
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return text.decode("utf-8-sig")


# --- 职责 ------------


@pytest.mark.parametrize("name", one_per_scheme(济源="JY-44", 安阳="AY-27", 新绛="XJ-23", 大同="DT-28", 吉林="JL-41"))
@pytest.mark.parametrize("kind", [BodyKind.ENTERPRISE, BodyKind.GOVERNMENT])
def test_a_party_sees_its_duties_at_each_outlet_and_which_are_undone(name, kind):
    where = cases.place(name)
    party = build.body(where, kind=kind)
    of = cases.outlet(where)
    register.fix_party(of, body=party, basis="tracing", papers=build.papers(Paper.PARTY_BASIS), **BY)
    state(of, "source_control_done", True)
    stranger = cases.outlet(where, Stage.PARTY_FIXED)
    browser = client_of(build.officer(Role.ENTERPRISE, None, party=party))
    page = words(browser.get(f"/parties/{party.pk}"))
    found = dict(re.findall(r'data-duty="([^"]+)" data-state="([^"]+)"', page))
    assert {"源头治理", "整治", "规范化建设", "维护管理"} <= set(found)
    assert found["源头治理"] == "done"
    assert found["维护管理"] == "undone"
    assert page.count(f'data-outlet="{of.pk}"') == 1
    assert stranger.name not in page
    assert browser.get(f"/parties/{stranger.party_id}").status_code == 404
    assert f"/parties/{party.pk}" in words(browser.get("/"))


# --- 旱天污水直排 ------------


@pytest.mark.parametrize(
    ("name", "leads"),
    [
        pytest.param("新绛", ["县住建局"], marks=pytest.mark.clause("XJ-38")),
        pytest.param(
            "大同",
            ["平城区人民政府", "市生态环境局", "市城市管理局", "市农业农村局", "市水务局"],
            marks=pytest.mark.clause("DT-137"),
        ),
        pytest.param("吉林", ["南关区人民政府"], marks=pytest.mark.clause("JL-108")),
    ],
)
def test_sewage_from_a_storm_outlet_in_dry_weather_opens_a_case_for_the_schemes_lead(name, leads):
    where = cases.place(name)
    of = cases.outlet(where, Stage.CLASSIFIED, type_key="YH.urban_storm")
    browser = reviewer(where)
    for fact, value in (("dry_hours", "72"), ("dry_flow_seen", "是"), ("sewage_sign", "发黑，氨氮快速检测超标")):
        assert not Case.objects.filter(outlet=of).exists()
        of.refresh_from_db()
        given = {"name": fact, "value": value, "source": "现场记录", "on": today(), "version": of.version}
        answer = browser.post(f"/outlets/{of.pk}/acts/enter-fact", {**given, "paper": paper()})
        assert answer.status_code == 302, words(answer)
    case = Case.objects.get(outlet=of)
    assert case.why == Why.DRY_FLOW
    assert [one.name for one in queries.bodies_of(case) if one.part == "lead"] == leads
    shown = words(browser.get(f"/tracing/{case.pk}"))
    assert "旱天污水直排" in shown
    assert leads[0] in shown
