"""问题排污口清单 and triage as the five schemes ask for them, each by the way an officer goes."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from qingyuan.core.access import CONSOLE, Role
from qingyuan.core.refusal import Refused
from qingyuan.registry import actions as register
from qingyuan.registry.models import Outlet
from qingyuan.stages.dispatch.models import Feedback, Part, WorkItem
from qingyuan.stages.dispatch.words import PartKind
from qingyuan.stages.remediation import actions, queries, rules_plans
from tests import build
from tests.stages.dispatch import bodies
from tests.stages.remediation import lives
from tests.stages.tracing import cases
from tests.web.people import client, client_of

DAY, NOON = cases.DAY, cases.NOON
ZONES = {
    "济源": ("in_zone_drinking_water", "in_zone_nature_protected"),
    "安阳": ("in_zone_drinking_water", "in_zone_nature_protected"),
    "大同": ("in_zone_drinking_water", "in_zone_spring_basin", "in_zone_nature_reserve", "in_zone_ecological_redline"),
    "吉林": ("in_zone_drinking_water", "in_zone_nature_protected"),
}


@pytest.fixture(autouse=True)
def country(db):
    build.country()


def one_per_scheme(**clauses: str):
    """A case for each scheme, with the clause it shows."""
    return [pytest.param(name, marks=pytest.mark.clause(clause), id=name) for name, clause in clauses.items()]


def today() -> str:
    return timezone.localdate().isoformat()


def page(browser, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200, answer.content[-800:]
    return answer.content.decode()


def reviewer(unit):
    return client(Role.REVIEWER, unit)


def act(browser, outlet: Outlet, press: str, **given):
    version = re.search(r'name="version" value="(\d+)"', page(browser, f"/problems/outlets/{outlet.pk}")).group(1)
    return browser.post(f"/problems/outlets/{outlet.pk}/{press}", {"version": version, "on": today(), **given})


def classified(name: str, **more: object) -> Outlet:
    return lives.classified(cases.place(name), on=DAY, **more)


@pytest.mark.clause("JY-38")
def test_a_borrowed_channel_puts_the_outlet_on_the_list_which_it_leaves_by_acceptance_alone():
    outlet = classified("济源")
    browser = reviewer(cases.place("济源"))
    form = page(browser, f"/outlets/{outlet.pk}/acts/enter-fact")
    version = re.search(r'name="version" value="(\d+)"', form).group(1)
    given = {"name": "borrowed_discharge", "value": "是", "source": "现场核查", "version": version, "on": today()}
    said = browser.post(f"/outlets/{outlet.pk}/acts/enter-fact", given)
    assert said.status_code == 302, said.content.decode()[-600:]
    lead = lives.lead(outlet, "borrowed")  # at once, by the act itself
    assert outlet.name in page(browser, "/problems/?tab=leads")
    assert act(browser, outlet, "list", finding=[lead.pk]).status_code == 302
    listed = page(browser, "/problems/?kind=borrowed")
    assert outlet.name in listed
    assert "借道排污" in listed
    assert today() in listed
    assert outlet.name in page(browser, "/registers/problems/")
    refused = browser.post(f"/problems/findings/{lead.pk}/dismiss", {"on": today(), "reason": "已整改"})
    assert refused.status_code == 409
    assert "只能经销号了结" in refused.content.decode()


@pytest.mark.clause("JY-38")
def test_the_outlet_is_on_the_list_until_the_day_it_is_accepted():
    outlet = classified("济源")
    stay = lives.problem(outlet, on=DAY)
    browser = reviewer(cases.place("济源"))
    lives.planned(stay)
    assert outlet.name in page(browser, "/problems/")
    lives.works_done(stay)
    assert outlet.name in page(browser, "/problems/")
    lives.accepted(stay)
    assert outlet.name not in page(browser, "/problems/")
    assert outlet.name not in page(browser, "/registers/problems/")


@pytest.mark.parametrize("name", one_per_scheme(济源="JY-63", 安阳="AY-41", 大同="DT-54", 吉林="JL-59"))
def test_a_point_in_a_zone_is_a_lead_and_the_finding_with_its_basis_is_what_closes_an_outlet(name):
    browser = reviewer(cases.place(name))
    for zone in ZONES[name]:
        outlet = classified(name)
        lives.fact(outlet, zone, True, on=DAY)
        lead = lives.lead(outlet, "zone")
        assert rules_plans.suggestion(outlet, on=DAY)[0] == ""  # a lead presets nothing
        refused = browser.post(f"/problems/findings/{lead.pk}/confirm", {"on": today(), "reason": "违法设置"})
        assert refused.status_code == 409
        assert lead.clause in refused.content.decode()
    early = classified(name)
    lives.fact(early, zone, True, on=DAY)
    stay = lives.problem(early, on=DAY)
    plan = lives.drafted(stay, "ban")
    with pytest.raises(Refused) as no:
        actions.submit(plan, on=DAY, by=build.SURVEYOR, at=build.recorded(DAY))
    assert (no.value.refusal.code, no.value.refusal.clause) == ("remediation.zone_undecided", lead.clause)

    basis = SimpleUploadedFile("认定.txt", "依据水污染防治法认定".encode())
    given = {"on": today(), "reason": "违反水污染防治法", "paper": basis}
    assert browser.post(f"/problems/findings/{lead.pk}/confirm", given).status_code == 302
    (found,) = queries.findings_of(outlet)
    assert (found.kind, found.state) == ("illegal_zone", "confirmed")
    assert found.basis_sha256
    on = timezone.localdate()
    batch, _measures = rules_plans.suggestion(outlet, on=on)
    assert batch == "ban"
    assert act(browser, outlet, "list").status_code == 302
    outlet.refresh_from_db()
    other = lives.drafted(queries.round_of(outlet), "standardise", on=on)
    with pytest.raises(Refused) as no:
        actions.submit(other, on=on, by=build.SURVEYOR, at=timezone.now())
    assert no.value.refusal.code == "remediation.rule"
    assert no.value.refusal.clause == found.clause


@pytest.mark.parametrize("name", one_per_scheme(济源="JY-63", 安阳="AY-41", 吉林="JL-59"))
def test_an_outlet_found_lawful_in_a_zone_presets_nothing(name):
    outlet = classified(name)
    lives.fact(outlet, ZONES[name][0], True, on=DAY)
    lead = lives.lead(outlet, "zone")
    browser = reviewer(cases.place(name))
    said = browser.post(f"/problems/findings/{lead.pk}/dismiss", {"on": today(), "reason": "依法设置，手续齐全"})
    assert said.status_code == 302
    assert queries.zone_finding(outlet, on=timezone.localdate()) is False
    assert rules_plans.suggestion(outlet, on=timezone.localdate())[0] == ""
    actions.refresh(on=timezone.localdate(), at=timezone.now())
    assert [one.state for one in queries.findings_of(outlet)] == ["dismissed"]


@pytest.mark.parametrize("name", one_per_scheme(大同="DT-138", 吉林="JL-109"))
def test_the_monthly_check_puts_an_outlet_with_a_second_unit_on_the_watch_list(name):
    outlet, single = classified(name), classified(name)
    for of, many in ((outlet, 2), (single, 1)):
        units = tuple((build.body(of.unit), None) for _one in range(many))
        register.add_channel(name="排水渠", unit=of.unit, outlet=of, sources=units, on=DAY, by=CONSOLE, at=NOON)
    assert actions.check_borrowed(on=DAY, at=NOON) == 1
    browser = reviewer(cases.place(name))
    shown = page(browser, "/problems/?tab=watch")
    assert outlet.name in shown
    assert single.name not in shown
    assert "2 家排污单位" in shown


@pytest.mark.parametrize(
    ("type_key", "fact", "clause", "supporters"),
    [
        pytest.param(
            "QT.port",
            "borrowed_discharge",
            "大同 三(四)",
            {"生态环境局", "水务局", "规划和自然资源局", "工业和信息化局"},
            marks=pytest.mark.clause("DT-53"),
        ),
        pytest.param(
            "GY.enterprise",
            "illegal_setting_found",
            "大同 三(五)",
            {
                "生态环境局",
                "住房和城乡建设局",
                "农业农村局",
                "城市管理局",
                "水务局",
                "规划和自然资源局",
                "工业和信息化局",
            },
            marks=pytest.mark.clause("DT-59"),
        ),
        pytest.param(
            "QT.urban_domestic",
            "borrowed_discharge",
            "大同 三(六)第一段",
            {"生态环境局", "工业和信息化局"},
            marks=pytest.mark.clause("DT-68"),
        ),
        pytest.param(
            "GY.enterprise",
            "borrowed_discharge",
            "大同 三(六)第二段",
            {"水务局", "规划和自然资源局"},
            marks=pytest.mark.clause("DT-80"),
        ),
        pytest.param(
            "QT.rural_domestic",
            "borrowed_discharge",
            "大同 三(六)第三段",
            {"水务局", "规划和自然资源局"},
            marks=pytest.mark.clause("DT-91"),
        ),
    ],
)
def test_who_supports_a_remediation_gets_an_item_brings_evidence_and_cannot_close_it(
    type_key, fact, clause, supporters
):
    bodies.datong()
    outlet = classified("大同", type_key=type_key)
    lives.fact(outlet, fact, True, on=DAY)
    browser = reviewer(cases.place("大同"))
    found = [one.pk for one in queries.findings_of(outlet)]
    assert act(browser, outlet, "list", finding=found).status_code == 302
    item = WorkItem.objects.get(outlet_links__outlet=outlet)
    assert item.clause == clause
    parts = list(item.parts.filter(part=PartKind.SUPPORTING))
    assert {one.body.name.removeprefix("大同市") for one in parts} == supporters
    for part in Part.objects.filter(pk__in=[one.pk for one in parts]):
        helper = client_of(build.officer(Role.REVIEWER, part.body.unit, body=part.body))
        version = WorkItem.objects.get(pk=item.pk).version
        evidence = SimpleUploadedFile("佐证.txt", "已提供管网资料".encode())
        given = {"version": version, "text": "提供管网资料", "on": today(), "paper": evidence}
        told = helper.post(f"/dispatch/{item.pk}/acts/feedback?part={part.pk}", given)
        assert told.status_code == 302, told.content.decode()[-500:]
        assert Feedback.objects.get(part=part).sha256
        closing = {"version": WorkItem.objects.get(pk=item.pk).version, "on": today()}
        assert helper.post(f"/dispatch/{item.pk}/acts/close", closing).status_code == 403
