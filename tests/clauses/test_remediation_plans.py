"""一口一策 as the five schemes ask for it: who may plan, what a plan holds, what it may never do."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone

from qingyuan.access import reading
from qingyuan.access.models import Reading
from qingyuan.core.access import CONSOLE, Role
from qingyuan.core.functions import BodyFunction, BodyKind
from qingyuan.core.lifecycle import Stage
from qingyuan.stages.remediation import actions, queries_plans
from qingyuan.stages.remediation.words import Cause
from tests import build
from tests.api.asking import caller
from tests.clauses import plans_here as here
from tests.clauses.plans_here import DAY, schemes
from tests.stages.remediation import lives
from tests.web.people import client_of, words


@pytest.fixture(autouse=True)
def country(db, settings, tmp_path):
    settings.READING_ROOT = tmp_path / "reading"
    build.country()


@schemes(济源="JY-13", 吉林="JL-51")
def test_no_works_begin_without_an_approved_plan_for_the_outlet(scheme):
    found = here.listed(scheme)
    said = here.refused(here.post(here.program(scheme), found, "start"))
    assert said["code"] == "remediation.plan_required"
    assert str(said["clause"]).startswith(scheme)
    lives.approved(found)
    assert here.post(here.program(scheme), found, "start").status_code == 200
    found.outlet.refresh_from_db()
    assert found.outlet.stage == "remediating"


@schemes(济源="JY-39", 安阳="AY-21", 新绛="XJ-19", 大同="DT-23", 吉林=("JL-09", "JL-36"))
def test_nobody_plans_what_nobody_answers_for(scheme):
    one = build.outlet(build.unit(here.PLACES[scheme]), stage=Stage.VERIFIED, on=DAY)
    found = actions.open_round(one, cause=Cause.BROUGHT_IN, on=DAY, by=build.SURVEYOR, at=build.recorded(DAY))
    said = here.refused(here.post(here.program(scheme), found, "plan", **here.plan_json(found)))
    assert said["code"] == "remediation.party_required"
    assert str(said["clause"]).startswith(scheme)
    page = client_of(build.officer(Role.REVIEWER, one.unit)).get(f"/remediation/{found.pk}/")
    assert "责任主体" in words(page)


@schemes(济源="JY-47", 安阳="AY-29", 新绛="XJ-28", 大同="DT-39", 吉林="JL-47")
def test_a_plan_has_exactly_one_batch_of_the_scheme_and_is_counted_there(scheme):
    found, who = here.listed(scheme), here.program(scheme)
    said = here.refused(here.post(who, found, "plan", **here.plan_json(found, batch="repair")))
    names = ["清理合并", "规范整治"] if scheme == "新绛" else ["依法取缔", "清理合并", "规范整治"]
    assert all(name in str(said["detail"]) for name in names)
    assert ("依法取缔" in str(said["detail"])) == (scheme != "新绛")
    assert here.post(who, found, "plan", **here.plan_json(found, "merge")).status_code == 200
    told = who.get("remediation/plans?batch=merge").json()["items"]
    assert [one["round"] for one in told] == [found.pk]
    assert who.get("remediation/plans?batch=standardise").json()["items"] == []
    other = here.listed(scheme)
    assert here.post(who, other, "plan", **here.plan_json(other)).status_code == 200
    board = client_of(build.officer(Role.REVIEWER, found.outlet.unit)).get("/remediation/plans/")
    counted = {name: number for _key, name, number in board.context["in_batches"]}
    assert counted == {name: 0 if name == "依法取缔" else 1 for name in names}
    assert " · ".join(f"{name} {number}" for name, number in counted.items()) in words(board)
    one = client_of(build.officer(Role.REVIEWER, found.outlet.unit)).get("/remediation/plans/?batch=merge")
    assert found.outlet.name in words(one)
    assert other.outlet.name not in words(one)


@pytest.mark.clause("XJ-28")
def test_closing_stays_a_means_where_it_is_no_batch():
    found, who = here.listed("新绛"), here.program("新绛")
    assert here.refused(here.post(who, found, "plan", **here.plan_json(found, "ban")))["code"] == "remediation.batch"
    branch = build.body(found.outlet.unit, kind=BodyKind.GOVERNMENT, functions=(BodyFunction.ECOLOGY,))
    sent = {"measure": "依法取缔", "zone_kind": "other", "body": branch.pk, "legal_basis": "水污染防治法第八十四条"}
    acting = here.program("新绛", body=branch)
    assert here.post(acting, found, "order", sha256=build.paper(), **sent).status_code == 200
    (order,) = queries_plans.orders_of(found)
    assert (order.measure, order.clause.startswith("新绛")) == ("依法取缔", True)
    lives.works_done(lives.planned(found))
    lives.accepted(found)
    day = lives.later(found.outlet.stage_since)
    actions.decide_close(
        found, order_sha256=build.paper(), record_sha256=build.paper(), **here.acting(build.VERIFIER, day)
    )
    found.outlet.refresh_from_db()
    assert found.outlet.stage == Stage.CLOSED


@pytest.mark.parametrize(
    ("scheme", "left_out", "word"),
    [
        pytest.param(scheme, left_out, word, marks=pytest.mark.clause(clause), id=f"{scheme}-{left_out}")
        for scheme, clause, asked in (
            ("济源", "JY-50", {"measures": "措施", "due": "时间节点", "responsible_body": "责任主体"}),
            ("安阳", "AY-30", {"measures": "措施", "due": "时间节点", "responsible_body": "责任主体"}),
            ("新绛", "XJ-31", {"measures": "措施", "due": "期限"}),
            ("大同", "DT-48", {"measures": "措施", "due": "期限"}),
        )
        for left_out, word in asked.items()
    ],
)
def test_an_incomplete_plan_is_not_submitted_and_the_field_is_named(scheme, left_out, word):
    found = here.listed(scheme)
    left = {left_out: [] if left_out == "measures" else None}
    if left_out == "due":
        left["steps"] = []
    said = here.refused(here.try_submit(scheme, found, **left))
    assert said["code"] == "remediation.plan_incomplete"
    assert word in str(said["detail"])
    assert queries_plans.draft_of(found).state == "draft"  # nothing is lost


@schemes(吉林="JL-03")
def test_a_plan_without_legal_or_technical_basis_is_not_submitted(scheme):
    said = here.refused(here.try_submit(scheme, here.listed(scheme), basis=None))
    assert said["code"] == "remediation.plan_basis"


def tries(scheme: str) -> list[Reading]:
    """What the read log has of tries at what is banned, in the county of a scheme."""
    reading.take_in(by=CONSOLE, at=timezone.now(), keep_days=200)
    return list(Reading.objects.filter(kind="tried", unit_path=here.PLACES[scheme]).order_by("pk"))


@schemes(济源="JY-59", 安阳="AY-38", 大同="DT-139", 吉林="JL-110")
def test_a_storm_outlet_of_the_town_is_never_merged_or_sealed(scheme):
    found, who = here.listed(scheme, "YH.urban_storm"), here.program(scheme)
    wrong = [
        here.plan_json(found, "merge"),
        here.plan_json(found, measures=[{"key": "dry_flow_control", "text": "口门封堵"}]),
        here.plan_json(found, steps=[{"title": "与一号口合并", "due": "2024-07-01"}]),
    ]
    for sent in wrong:
        said = here.refused(here.post(who, found, "plan", **sent))
        assert said["code"] == "remediation.storm_outlet_protected"
        assert str(said["clause"]).startswith(scheme)
    offered = who.get(f"rounds/{found.pk}").json()["offered"]
    assert not {one["key"] for measures in offered.values() for one in measures} & {"seal", "merge_into"}
    assert queries_plans.versions_of(found) == []
    audited = tries(scheme)
    assert len(audited) == len(wrong)
    assert {(one.subject, one.unit_path, one.status) for one in audited} == {
        (f"round:{found.pk}", found.outlet.unit_path, 409)
    }
    assert all(one.actor_id.startswith("officer:") and one.program for one in audited)
    officer = build.officer(Role.REVIEWER, found.outlet.unit)
    browser, address = client_of(officer), f"/remediation/{found.pk}/acts/draft"
    read = re.search(r'name="read" value="([^"]*)"', browser.get(address).content.decode()).group(1)
    typed = {"read": read, "on": timezone.localdate().isoformat(), "batch": "standardise"}
    typed |= {"measures": ["dry_flow_control"], "step1_title": "封堵口门", "step1_due": "2027-07-01"}
    typed |= dict.fromkeys(("problems", "category", "territory", "departments"), "已填")
    refused = browser.post(address, typed)
    assert refused.status_code == 409
    assert "严禁合并、封堵" in words(refused)
    assert (tries(scheme)[-1].actor_id, tries(scheme)[-1].subject) == (f"officer:{officer.pk}", f"round:{found.pk}")
    own = here.listed(scheme, "GY.enterprise_storm")  # rain outlets of enterprises may be merged
    assert here.post(who, own, "plan", **here.plan_json(own, "merge")).status_code == 200


AREAS = [
    ("JY-99", "419001100", "", "town", "419001101"),
    ("JY-99", "419001001", "", "town", "419001100"),
    ("AY-20", "410502", "", "government", "410503"),
    ("XJ-27", "140825100", "", "town", "140825101"),
    ("XJ-27", "140825100", "140825Z01", "zone_committee", "140825101"),
    ("XJ-27", "140825", "", "housing", "140802"),
    ("DT-20", "140213", "", "government", "140212"),
    ("DT-20", "140213", "1402Z01", "zone_committee", "140212"),
    ("DT-20", "140200", "", "water", "140825"),
    ("JL-14", "220102", "", "government", "220103"),
    ("JL-14", "220100", "", "government", "220200"),
]


@pytest.mark.parametrize(
    ("code", "zone", "function", "beside"),
    [
        pytest.param(*row[1:], marks=pytest.mark.clause(row[0]), id=f"{row[0]}-{row[1]}{row[2]}-{row[3]}")
        for row in AREAS
    ],
)
def test_who_carries_it_out_plans_in_its_own_area_and_nowhere_else(code, zone, function, beside):
    seat = build.unit(zone or code)
    body = build.body(seat, kind=BodyKind.GOVERNMENT, functions=(BodyFunction(function),))
    managed = {"managing_unit": seat} if zone else {}
    if function in ("water", "housing"):
        managed = {"managing_body": body}
    own = lives.problem(lives.classified(build.unit(code), on=DAY, **managed), on=DAY)
    other = lives.problem(lives.classified(build.unit(beside), on=DAY), on=DAY)
    who = caller(Role.CLERK, seat, body=body)
    assert here.post(who, own, "plan", **here.plan_json(own)).status_code == 200
    assert queries_plans.draft_of(own) is not None
    assert here.post(who, other, "plan", **here.plan_json(other)).status_code == 404
    assert queries_plans.draft_of(other) is None
    browser = client_of(build.officer(Role.CLERK, seat, body=body))
    assert browser.get(f"/remediation/{own.pk}/acts/draft").status_code == 200
    assert browser.get(f"/remediation/{other.pk}/acts/draft").status_code == 404


@schemes(济源=("JY-54", "JY-55"), 安阳="AY-34")
def test_a_simple_problem_is_put_right_at_once_by_a_named_norm(scheme):
    one = build.outlet(build.unit(here.PLACES[scheme]), stage=Stage.TRACING, on=DAY)
    who = here.program(scheme)
    sent = {
        "on": DAY.isoformat(),
        "text": "清理口门垃圾",
        "before_sha256": build.paper(),
        "after_sha256": build.paper(),
        "report_sha256": build.paper(),
    }

    def press(**more):
        etag = who.get(f"outlets/{one.pk}")["ETag"]
        return who.post(f"outlets/{one.pk}/remediate-at-once", etag=etag, json={**sent, **more})

    said = here.refused(press(norm=""))
    assert said["code"] == "remediation.no_norm"
    assert str(said["clause"]).startswith(scheme)
    assert here.refused(press(norm="HJ 1309—2023", after_sha256=None))["code"] == "remediation.no_photos"
    assert press(norm="HJ 1309—2023").status_code == 200
    one.refresh_from_db()
    assert one.stage == "awaiting_acceptance"
    assert queries_plans.versions_of(one.rounds.get()) == []


@pytest.mark.parametrize("scheme", ["新绛", "大同", "吉林"])
def test_nothing_is_put_right_at_once_where_the_scheme_does_not_know_it(scheme):
    one = build.outlet(build.unit(here.PLACES[scheme]), stage=Stage.TRACING, on=DAY)
    said = here.no_to(
        actions.remediate_at_once,
        one,
        norm="HJ 1309—2023",
        text="清理",
        before_sha256=build.paper(),
        after_sha256=build.paper(),
        report_sha256=build.paper(),
        **here.acting(),
    )
    assert said.code == "remediation.not_at_once"


@schemes(济源="JY-62")
def test_works_wait_for_the_conclusion_of_tracing(scheme):
    found = here.listed(scheme, facts={"tracing_concluded": False})
    lives.approved(found)
    said = here.refused(here.post(here.program(scheme), found, "start"))
    assert said["code"] == "remediation.tracing_open"
    here.know(found.outlet, "tracing_concluded", True)
    assert here.post(here.program(scheme), found, "start").status_code == 200


AGAINST = {
    "济源": (),
    "安阳": (),
    "新绛": ("调整排污口位置", "调整管线走向", "混错接改造", "管网更新", "破损修复改造"),
    "大同": ("调整排污口位置", "调整管线走向", "混错接改造", "管网更新", "破损修复改造"),
    "吉林": ("调整排污口位置", "调整管线走向", "更新维护设施"),
}
"""What the scheme names beside the inspection well."""


@schemes(济源="JY-71", 安阳="AY-52", 新绛="XJ-58", 大同="DT-97", 吉林="JL-75")
def test_an_inspection_well_is_offered_against_hard_upkeep(scheme):
    found = here.listed(scheme, facts={"defect_no_manhole": True})
    told = here.program(scheme).get(f"rounds/{found.pk}").json()
    assert "inspection_well" in told["proposed_measures"]
    titles = {one["title"] for one in told["offered"]["standardise"]}
    assert "设置检查井" in titles
    assert ("更新维护设施" in titles) == (scheme in ("吉林", "济源"))
    assert ("破损修复改造" in titles) == (scheme != "吉林")
    form = client_of(build.officer(Role.REVIEWER, found.outlet.unit)).get(f"/remediation/{found.pk}/acts/draft")
    shown = words(form)
    assert "设置检查井" in shown
    assert "inspection_well" in form.context["form"].initial["measures"]
    assert [name for name in AGAINST[scheme] if name not in shown] == []
