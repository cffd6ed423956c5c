"""专项: fish farms collected together, farms and irrigation registered by type, industrial water that leaves the sewer,
and the first fields of a plan, as the schemes ask for them."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from qingyuan.boards.tasks import queries as tasks
from qingyuan.core.access import CONSOLE, Role
from qingyuan.core.duties import Duty, Group
from qingyuan.core.functions import BodyFunction, BodyKind
from qingyuan.core.lifecycle import Stage
from qingyuan.registry import actions as acts
from qingyuan.registry import queries as registry
from qingyuan.registry.models import Outlet
from qingyuan.stages.remediation import actions, queries_clusters
from qingyuan.stages.remediation.models import Round
from qingyuan.stages.remediation.models_plans import Plan
from qingyuan.stages.remediation.models_records import TypeRecord
from tests import build
from tests.clauses import plans_here as here
from tests.clauses.plans_here import PLACES, schemes
from tests.stages.remediation import lives
from tests.web.people import client_of, words

TYPE = "QT.aquaculture_small"
NAMES = ("problems", "category", "territory", "departments")


@pytest.fixture(autouse=True)
def country(db):
    build.country()


def officer(scheme: str, role: Role = Role.CLERK):
    """The browser of somebody of the county of a scheme."""
    return client_of(build.officer(role, build.unit(PLACES[scheme])))


def pond(scheme: str, number: int) -> Round:
    """A small fish farm's outlet on the problem list, 100 m from the one before."""
    where = (Decimal("113.300000") + Decimal(number) / 1000, Decimal("40.090000"))
    one = lives.classified(build.unit(PLACES[scheme]), type_key=TYPE, on=here.DAY, position=where)
    at = {"on": here.DAY, "by": build.VERIFIER, "at": build.recorded(here.DAY)}
    acts.correct(one, values={"longitude_deg": where[0]}, reason="实地复测", **at)
    return lives.problem(one, on=here.DAY)


@schemes(安阳="AY-50", 新绛="XJ-52", 大同="DT-89", 吉林="JL-69")
def test_six_fish_farms_in_a_row_get_one_treatment_and_one_outlet(scheme: str):
    rounds = [pond(scheme, number) for number in range(6)]
    far = pond(scheme, 300)
    browser, code = officer(scheme), PLACES[scheme]
    page = words(browser.get(f"/remediation/clusters/?unit={code}"))
    assert re.findall(r"(\d+) 个排污口", page) == ["6"]
    assert all(one.outlet.name in page for one in rounds)
    assert far.outlet.name not in page
    given = {"works": "连片养殖尾水处理站", "due": "2027-06-30", "basis": "HJ 1309—2023", "flood_answer": "no"}
    given |= {"deviation_reason": "统一收集后不再直排", "departments": "县农业农村局"}
    wrong = {**given, "round": [rounds[0].pk, far.pk], "keep": rounds[0].pk}
    refused = browser.post(f"/remediation/clusters/propose?unit={code}", wrong)
    assert refused.status_code == 409
    assert "不连片" in words(refused)
    assert not Plan.objects.exists()
    chosen = {**given, "round": [one.pk for one in rounds], "keep": rounds[0].pk}
    assert browser.post(f"/remediation/clusters/propose?unit={code}", chosen).status_code == 302
    kept = Plan.objects.get(round=rounds[0])
    members = [one.outlet.name for one in rounds[1:]]
    assert (kept.batch, kept.departments) == ("standardise", "县农业农村局")
    assert all(name in kept.measures[0]["text"] for name in members)
    assert "连片养殖尾水处理站" in words(browser.get(f"/remediation/{rounds[0].pk}/"))
    others = Plan.objects.filter(round__in=rounds[1:])
    assert {(one.batch, one.target_outlet_id) for one in others} == {("merge", rounds[0].outlet_id)}
    assert queries_clusters.clusters(CONSOLE, path=build.unit(code).path, on=timezone.localdate()) == []


@schemes(安阳="AY-50", 新绛="XJ-52", 大同="DT-89", 吉林="JL-69")
def test_of_the_six_one_outlet_remains_and_five_are_merged(scheme: str):
    rounds = [pond(scheme, number) for number in range(6)]
    kept, others, code = rounds[0], rounds[1:], PLACES[scheme]
    common = actions.Common(
        "连片养殖尾水处理站",
        due=here.DAY + timedelta(90),
        basis="HJ 1309—2023",
        flood_answer="no",
        deviation_reason="统一收集后不再直排",
        departments="县农业农村局",
    )
    actions.propose_common(kept, rounds, given=common, **here.acting())
    for plan in Plan.objects.order_by("pk").select_related("round__outlet"):
        actions.submit(plan, **here.acting())
        actions.approve(plan, paper_sha256=build.paper(), **here.acting(build.VERIFIER))
        plan.round.outlet.refresh_from_db()
        actions.start_works(plan.round, **here.acting())
    bureau = build.body(build.unit(code), kind=BodyKind.GOVERNMENT, functions=(BodyFunction.ECOLOGY,))
    reviewer = client_of(build.officer(Role.REVIEWER, build.unit(code), body=bureau))
    for number, found in enumerate(rounds):
        lives.accepted(found)
        day = lives.later(Outlet.objects.get(pk=found.outlet_id).stage_since)
        if number > 1:  # the first two by the page, the others as it does it
            actions.decide_merge(found, target=kept.outlet, paper_sha256=build.paper(), **here.acting(on=day))
            continue
        sent: dict[str, object] = {"on": day.isoformat()}
        if number:
            sent |= {"target": str(kept.outlet_id), "paper": SimpleUploadedFile("合并记录.txt", b"1")}
        done = reviewer.post(f"/remediation/{found.pk}/closing/{'merge' if number else 'retain'}", sent)
        assert done.status_code == 302, words(done)[-500:]
    stages = [Outlet.objects.get(pk=one.outlet_id).stage for one in rounds]
    assert stages == [Stage.RETAINED, *[Stage.MERGED] * 5]
    assert {Outlet.objects.get(pk=one.outlet_id).merged_into_id for one in others} == {kept.outlet_id}
    assert kept.outlet.name in words(reviewer.get(f"/outlets/{others[0].outlet_id}"))


@schemes(新绛="XJ-29", 大同="DT-40", 吉林="JL-50")
def test_the_template_of_a_plan_has_problem_category_ground_and_departments_and_requires_them(scheme: str):
    found = here.listed(scheme)
    browser = officer(scheme)
    form = browser.get(f"/remediation/{found.pk}/acts/draft").context["form"]
    wanted = NAMES if scheme != "吉林" else NAMES[:3]
    for name in wanted:
        assert form.fields[name].required
    assert all(form.initial[name] for name in NAMES[:3])  # what is known is filled in
    assert ("measures" if scheme == "吉林" else "departments") in form.fields
    plan = lives.drafted(found, on=here.DAY, **dict.fromkeys(wanted, ""))
    refused = here.no_to(actions.submit, plan, **here.acting())
    assert refused.code == "remediation.plan_incomplete"
    assert refused.clause.startswith(scheme)
    for name in wanted[1:]:
        Plan.objects.filter(pk=plan.pk).update(**{wanted[wanted.index(name) - 1]: "已填"})
        plan.refresh_from_db()
        assert here.no_to(actions.submit, plan, **here.acting()).code == "remediation.plan_incomplete"
    Plan.objects.filter(pk=plan.pk).update(**dict.fromkeys(wanted, "已填"))
    plan.refresh_from_db()
    assert here.submitted(plan).state == "submitted"


@pytest.mark.clause("AY-47")
def test_a_large_livestock_farm_without_its_share_of_manure_used_stays_to_be_supplemented():
    of = here.outlet("安阳", "NY.livestock_large")
    browser = officer("安阳")
    address = f"/remediation/records/{of.pk}/livestock"
    assert browser.get(address).status_code == 200
    partly = {"meets_standard": "yes", "permit_number": "无"}
    assert browser.post(address, partly).status_code == 302
    assert not TypeRecord.objects.get().is_complete
    listed = browser.get(f"/remediation/records/?kind=livestock&unit={PLACES['安阳']}")
    assert of.name in words(listed)
    assert re.search("安阳 二.二.2.*待补充", words(listed))
    version = TypeRecord.objects.get().version
    too_much = browser.post(address, {**partly, "manure_use_percent": "120", "version": version})
    assert too_much.status_code == 409
    assert browser.post(address, {**partly, "manure_use_percent": "95", "version": version}).status_code == 302
    held = TypeRecord.objects.get()
    assert held.is_complete
    assert held.values == {"manure_use_percent": 95, "meets_standard": True, "permit_number": "无"}
    again = browser.get(f"/remediation/records/?kind=livestock&unit={PLACES['安阳']}")
    assert "待补充" not in words(again)


@pytest.mark.clause("DT-77")
def test_a_connected_enterprise_is_to_be_assessed_until_both_questions_are_answered():
    of, inside = here.outlet("大同"), here.outlet("大同")
    for one in (of, inside):
        here.know(one, "to_municipal_wwtp", True)
    here.know(of, "basin_name", "永定河")
    here.know(inside, "basin_name", "桑干河")
    browser = officer("大同")
    listed = words(browser.get(f"/remediation/records/?kind=wwtp_assessment&unit={PLACES['大同']}"))
    assert of.name in listed
    assert inside.name not in listed
    assert "待评估" in listed
    address = f"/remediation/records/{of.pk}/wwtp_assessment"
    assert browser.post(address, {"treatable": "yes"}).status_code == 302
    assert not TypeRecord.objects.get().is_complete
    assert "待评估" in words(browser.get(f"/remediation/records/?kind=wwtp_assessment&unit={PLACES['大同']}"))
    both = {"treatable": "yes", "endangers": "no", "version": TypeRecord.objects.get().version}
    assert browser.post(address, both).status_code == 302
    held = TypeRecord.objects.get()
    assert held.is_complete
    assert held.due is None
    assert "待评估" not in words(browser.get(f"/remediation/records/?kind=wwtp_assessment&unit={PLACES['大同']}"))


@pytest.mark.clause("DT-78")
@pytest.mark.parametrize(("treatable", "endangers"), [("no", "no"), ("yes", "yes"), ("no", "yes")])
def test_either_finding_sets_the_day_until_which_the_water_leaves_the_sewer(treatable, endangers):
    of = here.outlet("大同")
    here.know(of, "to_municipal_wwtp", True)
    here.know(of, "basin_name", "永定河")
    browser, today = officer("大同"), timezone.localdate()
    address = f"/remediation/records/{of.pk}/wwtp_assessment"
    assert browser.post(address, {"treatable": treatable, "endangers": endangers}).status_code == 302
    held = TypeRecord.objects.get()
    assert held.due == today + timedelta(180)
    known = registry.facts_of(Outlet.objects.get(pk=of.pk), on=today)
    assert known["not_treatable_by_wwtp"] is (treatable == "no")
    assert known["endangers_wwtp_effluent"] is (endangers == "yes")
    listed = f"/remediation/records/?kind=wwtp_assessment&unit={PLACES['大同']}"
    assert f"限期退出 {held.due.isoformat()}" in words(browser.get(listed))
    clerk, where = build.actor(Role.CLERK, build.unit(PLACES["大同"])), build.unit(PLACES["大同"]).path
    (task,) = tasks.page(clerk, Duty.LEAVE_SEWER, Group.LATER, on=today, path=where)
    assert (task.outlet_id, task.due) == (of.pk, held.due)
    assert task.clause.startswith("大同 三(六)")
    barred = "许可不得延续、换发"
    assert barred in words(browser.get(listed))
    assert re.search(f"{barred} 大同 三.六.第二段", words(browser.get(f"/outlets/{of.pk}")))
    assert RENEWAL in barring(of)
    assert browser.post(f"/remediation/records/exited/{held.pk}").status_code == 302
    assert barred not in words(browser.get(listed))
    assert barred not in words(browser.get(f"/outlets/{of.pk}"))
    assert RENEWAL not in barring(of)
    held.refresh_from_db()
    assert held.done_on == today
    assert "已退出" in words(browser.get(listed))
    assert tasks.page(clerk, Duty.LEAVE_SEWER, Group.LATER, on=today, path=where) == []


RENEWAL = "industrial_in_municipal_wwtp.no_renewal"


def barring(of: Outlet) -> dict[str, str]:
    """The rules that forbid something about an outlet, as a program reads them: rule → clause."""
    told = here.program("大同").get(f"outlets/{of.pk}").json()
    return {one["rule"]: one["clause"] for one in told["rules"] if one["verdict"] and one["effect"] == "block"}


@pytest.mark.clause("DT-88")
def test_what_ditches_ponds_and_wetlands_hold_and_give_back_is_kept_and_totalled():
    of, other = (here.outlet("大同", "QT.irrigation") for _one in range(2))
    browser = officer("大同")
    for one, title, capacity, reused in (
        (of, "生态沟渠", 1200, 500),
        (of, "稳定塘", 3000, 900),
        (other, "人工湿地", 800, 300),
    ):
        given = {"title": title, "capacity_m3": capacity, "reused_m3": reused}
        assert browser.post(f"/remediation/records/{one.pk}/irrigation_ecology", given).status_code == 302
    refused = browser.post(f"/remediation/records/{of.pk}/irrigation_ecology", {"title": "水塔", "capacity_m3": 1})
    assert refused.status_code == 409
    listed = words(browser.get(f"/remediation/records/?kind=irrigation_ecology&unit={PLACES['大同']}"))
    assert re.search("容量 *5000 *m³", listed)
    assert re.search("年回用量 *1700 *m³", listed)
    assert all(name in listed for name in ("生态沟渠", "稳定塘", "人工湿地"))
