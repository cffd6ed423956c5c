"""A lead from its report to its ending, and back."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal

import pytest

from qingyuan.core.access import Role
from qingyuan.core.geometry import cgcs2000_to_gcj02
from qingyuan.core.lifecycle import Stage
from qingyuan.core.refusal import Refused, StaleRecord
from qingyuan.ledger import queries as ledger
from qingyuan.registry import actions as registry
from qingyuan.registry import registers
from qingyuan.registry.duplicates import candidates
from qingyuan.registry.models import Outlet, Tally
from qingyuan.registry.nearby import near
from qingyuan.registry.tallies import PROGRESS, UNIT
from qingyuan.stages.survey import queries_leads as queries
from qingyuan.stages.survey.actions import lead_endings as endings
from qingyuan.stages.survey.actions.leads import mend_position
from qingyuan.stages.survey.models_leads import Lead
from tests import build
from tests.stages.survey import build_leads

pytestmark = pytest.mark.django_db
AT, ON = build.NOON, build.DAY


@pytest.fixture(autouse=True)
def country() -> None:
    build.country()


def codes(lead: Lead) -> set[str]:
    return {str(one["code"]) for one in lead.findings}


def complete(**more: object) -> dict[str, object]:
    """What a survey says of an outlet, with everything the schemes ask."""
    return {"discharge_pattern": "连续", "water_text": "御河", "unit_unknown": True, **more}


def figures() -> dict[tuple[str, int], int]:
    """What every unit counts, by milestones, deltas and folded sums together."""
    found: Counter[tuple[str, int]] = Counter()
    for key, mask, n in Tally.objects.filter(cube=PROGRESS, scope=UNIT).values_list("key", "milestones", "n"):
        found[key, mask] += n
    return {cell: n for cell, n in found.items() if n}


def test_a_lead_has_a_candidate_in_the_register_and_no_figure_moves() -> None:
    before, by = figures(), build_leads.clerk()
    lead = build_leads.lead(by, build.unit("140213"), photo_sha256=build.paper(), techniques=("遥感监测",))
    assert lead.outlet is not None
    assert lead.outlet.stage == Stage.CANDIDATE
    assert not lead.outlet.in_register
    assert figures() == before
    assert [one.act for one in ledger.timeline("lead", str(lead.pk))] == ["lead.report"]


def test_a_lead_ends_as_an_outlet_with_its_survey_record() -> None:
    by = build_leads.clerk()
    lead = build_leads.lead(by, build.unit("140213"))
    fields = complete(name="平城区测试企业排污口")
    endings.end_as_outlet(by, lead, fields=fields, paper_sha256=build.paper(), at=AT, on=ON)
    outlet = Outlet.objects.get(pk=lead.outlet_id)
    assert (outlet.stage, outlet.name, outlet.in_register) == (Stage.SURVEYED, "平城区测试企业排污口", True)
    assert (lead.state, lead.ended_by, outlet.missing) == ("outlet", by.id, [])
    assert outlet.longitude_deg == lead.longitude_deg


@pytest.mark.clause("JY-11", "JY-34", "AY-18", "XJ-16", "DT-12", "JL-34")
@pytest.mark.parametrize(
    ("code", "clause"),
    [
        ("140213", "大同 二(一)"),
        ("410502", "安阳 二(一)1"),
        ("140825", "新绛 二(一)"),
        ("419001", "济源 三(二)1"),
        ("220102", "吉林 二(四)2"),
    ],
)
def test_without_a_destination_it_stays_to_be_supplemented_and_nobody_verifies_it(code: str, clause: str) -> None:
    by, reviewer = build_leads.clerk(code), build.actor(Role.REVIEWER, build.unit(code))
    day, at = date(2024, 3, 1), build.recorded(date(2024, 3, 1))
    lead = build_leads.lead(by, build.unit(code), longitude=None, latitude=None, name="只有说明的线索", on=day)
    fields = {"discharge_pattern": "间断", "party_proposed": "某厂", "water": None, "position": ("113.4", "40.1")}
    endings.end_as_outlet(by, lead, fields=fields, paper_sha256=build.paper(), at=at, on=day)
    outlet = Outlet.objects.get(pk=lead.outlet_id)
    assert outlet.missing == ["destination"]
    with pytest.raises(Refused) as no:
        registry.verify(outlet, on=day, by=reviewer, at=at)
    assert no.value.refusal.code == "registry.incomplete"
    assert "污水去向" in no.value.refusal.sentence
    assert no.value.refusal.clause == clause
    directory = registers.register_of(outlet.unit_path, "directory", on=day)
    assert not registers.outlets_in(directory, build.unit(code), on=day).exists()
    registry.correct(outlet, values={"water_text": "某河"}, reason="补充去向", on=day, by=by, at=at)
    assert registry.verify(outlet, on=day, by=reviewer, at=at).stage == Stage.VERIFIED
    assert list(registers.outlets_in(directory, build.unit(code), on=day)) == [outlet]


def test_who_ended_the_lead_does_not_verify_the_outlet() -> None:
    by = build.actor(Role.REVIEWER, build.unit("140213"))
    lead = build_leads.lead(by, build.unit("140213"))
    endings.end_as_outlet(by, lead, fields=complete(), paper_sha256=build.paper(), at=AT, on=ON)
    with pytest.raises(Refused) as no:
        registry.verify(Outlet.objects.get(pk=lead.outlet_id), on=ON, by=by, at=AT)
    assert no.value.refusal.code == "registry.own_survey"


def test_a_lead_that_is_none_stays_a_candidate_outside_every_count() -> None:
    by, before = build_leads.clerk(), figures()
    lead = build_leads.lead(by, build.unit("140213"))
    endings.end_as_not_outlet(by, lead, why="not_direct", reason="先进入污水管网", at=AT, on=ON)
    assert Outlet.objects.get(pk=lead.outlet_id).stage == Stage.CANDIDATE
    assert figures() == before
    with pytest.raises(Refused) as no:
        endings.end_as_not_outlet(by, lead, why="nothing", reason="再按一次", at=AT, on=ON)
    assert no.value.refusal.code == "survey.lead_ended"


def test_the_candidate_of_an_ended_lead_is_no_double_of_anything_until_the_ending_is_taken_back() -> None:
    by, where = build_leads.clerk(), build.unit("140213")
    standing = build.outlet(where)
    lon, lat = standing.longitude_deg, standing.latitude_deg
    lead = build_leads.lead(by, where, longitude=lon, latitude=lat)

    def doubles() -> list[int]:
        return [one.second.pk for one in candidates(by, standing, on=ON)]

    assert doubles() == [lead.outlet_id]
    endings.end_as_not_outlet(by, lead, why="nothing", reason="现场没有", at=AT, on=ON)
    assert doubles() == []
    assert [one.outlet for one in near(by, float(lon), float(lat), within_m=50)] == [standing]
    assert Outlet.objects.get(pk=lead.outlet_id).stage == Stage.CANDIDATE, "it stays to be read"
    endings.reopen(by, lead, reason="重新核查", at=AT, on=ON)
    assert doubles() == [lead.outlet_id]


def test_an_ending_needs_a_reason_and_a_kind() -> None:
    by = build_leads.clerk()
    lead = build_leads.lead(by, build.unit("140213"))
    for why, reason, code in (("weather", "…", "survey.no_why"), ("clean", "  ", "survey.no_reason")):
        with pytest.raises(Refused) as no:
            endings.end_as_not_outlet(by, lead, why=why, reason=reason, at=AT, on=ON)
        assert no.value.refusal.code == code


def test_reopening_puts_everything_back_and_the_figures_with_it() -> None:
    by, before = build_leads.clerk(), figures()
    lead = build_leads.lead(by, build.unit("140213"))
    endings.end_as_outlet(by, lead, fields=complete(), paper_sha256=build.paper(), at=AT, on=ON)
    made = lead.outlet_id
    endings.reopen(by, lead, reason="核错了", at=AT, on=ON)
    lead.refresh_from_db()
    assert (lead.state, lead.ended_on) == ("open", None)
    assert Outlet.objects.get(pk=made).withdrawn_at is not None
    assert lead.outlet_id != made
    assert lead.outlet is not None
    assert lead.outlet.stage == Stage.CANDIDATE
    assert figures() == before
    endings.end_as_outlet(by, lead, fields=complete(), paper_sha256=build.paper(), at=AT, on=ON)
    assert Outlet.objects.get(pk=lead.outlet_id).in_register


def test_an_outlet_somebody_went_on_with_is_not_undone() -> None:
    by, reviewer = build_leads.clerk(), build.actor(Role.REVIEWER, build.unit("140213"))
    lead = build_leads.lead(by, build.unit("140213"))
    endings.end_as_outlet(by, lead, fields=complete(), paper_sha256=build.paper(), at=AT, on=ON)
    registry.verify(Outlet.objects.get(pk=lead.outlet_id), on=ON, by=reviewer, at=AT)
    lead = queries.lead(by, lead.pk)
    with pytest.raises(Refused) as no:
        endings.reopen(by, lead, reason="核错了", at=AT, on=ON)
    assert no.value.refusal.code == "survey.outlet_touched"


def test_two_people_who_read_the_same_lead_do_not_both_end_it() -> None:
    by = build_leads.clerk()
    first = build_leads.lead(by, build.unit("140213"))
    second = queries.lead(by, first.pk)
    endings.end_as_not_outlet(by, first, why="gone", reason="已拆除", at=AT, on=ON)
    with pytest.raises((StaleRecord, Refused)):
        endings.end_as_not_outlet(by, second, why="clean", reason="只有雨水", at=AT, on=ON)


def test_a_second_outlet_at_the_place_needs_a_reason_from_a_lead_too() -> None:
    by = build_leads.clerk()
    standing = build.outlet(build.unit("140213"))
    lead = build_leads.lead(
        by, build.unit("140213"), longitude=standing.longitude_deg, latitude=standing.latitude_deg + Decimal("0.0002")
    )
    with pytest.raises(Refused) as no:
        endings.end_as_outlet(by, lead, fields=complete(), paper_sha256=build.paper(), at=AT, on=ON)
    assert no.value.refusal.code == "registry.near_another"
    assert standing.name in no.value.refusal.sentence
    twins = queries.twins(by, lead, on=ON)
    assert [one.outlet for one in twins] == [standing]
    endings.end_as_duplicate(by, lead, of_outlet=standing, reason="同一个口", at=AT, on=ON)
    assert (lead.state, lead.same_as) == ("duplicate", standing)


def test_leads_of_one_place_one_code_or_one_photo_are_shown_to_each_other() -> None:
    by, where, photo = build_leads.clerk(), build.unit("140213"), build.paper()
    first = build_leads.lead(by, where, code="A-17", photo_sha256=photo)
    near = build_leads.lead(by, where, longitude=first.longitude_deg, latitude=first.latitude_deg)
    coded = build_leads.lead(by, where, code="A-17")
    pictured = build_leads.lead(by, where, photo_sha256=photo)
    other = build_leads.lead(by, where)
    found = {one.lead.pk: one for one in queries.twins(by, first, on=ON) if one.lead}
    assert set(found) == {near.pk, coded.pk, pictured.pk}
    assert found[coded.pk].same_code
    assert found[pictured.pk].same_photo
    assert "photo.used" in codes(pictured)
    assert queries.twins(by, other, on=ON) == []
    with pytest.raises(Refused) as no:
        endings.end_as_duplicate(by, first, of_lead=first, reason="自己", at=AT, on=ON)
    assert no.value.refusal.code == "survey.twin_is_duplicate"
    endings.end_as_duplicate(by, near, of_lead=first, reason="同一处", at=AT, on=ON)
    assert [one.lead.pk for one in queries.twins(by, coded, on=ON) if one.lead] == [first.pk]


def test_a_faulty_position_is_told_and_the_lead_is_kept() -> None:
    by, where = build_leads.clerk(), build.unit("140213")
    swapped = build_leads.lead(by, where, longitude="40.08", latitude="113.31")
    assert "coordinate.order" in codes(swapped)
    assert swapped.longitude_deg == Decimal("113.310000")
    assert swapped.position_given == "40.08, 113.31"
    for longitude, latitude, code in (
        ("不知道", "40", "coordinate.format"),
        ("12.5", "41.9", "coordinate.outside_china"),
        ("38512345.6", "4438123.4", "coordinate.projected"),
        ("", "", "coordinate.missing"),
    ):
        kept = build_leads.lead(by, where, longitude=longitude, latitude=latitude)
        assert code in codes(kept)
        assert kept.longitude_deg is None
        assert kept.outlet_id is not None


def test_a_position_of_a_public_map_is_converted_when_it_is_said_to_be_one() -> None:
    by, where = build_leads.clerk(), build.unit("140213")
    shifted = cgcs2000_to_gcj02(113.31, 40.08)
    lead = build_leads.lead(by, where, longitude=shifted[0], latitude=shifted[1], datum="gcj02")
    assert float(lead.longitude_deg or 0) == pytest.approx(113.31, abs=2e-6)
    assert "coordinate.converted" in codes(lead)
    mend_position(lead, longitude="113.32", latitude="40.08", datum="cgcs2000", reason="现场复测", on=ON, by=by, at=AT)
    assert lead.longitude_deg == Decimal("113.320000")
    assert lead.outlet is not None
    assert lead.outlet.longitude_deg == Decimal("113.320000")


def test_the_same_press_reports_once() -> None:
    by, where = build_leads.clerk(), build.unit("140213")
    assert build_leads.lead(by, where, key="press-1").pk == build_leads.lead(by, where, key="press-1").pk
    assert Lead.objects.count() == 1


def test_out_of_scope_it_does_not_exist_and_without_permission_it_is_refused() -> None:
    by = build_leads.clerk()
    lead = build_leads.lead(by, build.unit("140213"))
    assert not queries.visible_to(build_leads.clerk("410502")).filter(pk=lead.pk).exists()
    viewer = build.actor(Role.LEADER, build.unit("140213"))
    assert queries.lead(viewer, lead.key) == lead
    with pytest.raises(Refused) as no:
        endings.end_as_not_outlet(viewer, lead, why="gone", reason="已拆除", at=AT, on=ON)
    assert no.value.refusal.code == "access.not_permitted"


def test_a_lead_is_not_ended_before_it_was_found() -> None:
    by = build_leads.clerk()
    lead = build_leads.lead(by, build.unit("140213"))
    with pytest.raises(Refused) as no:
        endings.end_as_not_outlet(by, lead, why="gone", reason="已拆除", at=AT, on=date(2023, 5, 31))
    assert no.value.refusal.code == "survey.lead_order"
