"""规范化建设: the checklist and T19, T20."""

from __future__ import annotations

import pytest

from qingyuan.boards.archive.queries import checklist_of
from qingyuan.core.access import CONSOLE
from qingyuan.core.lifecycle import BITS, Milestone, Paper, Stage
from qingyuan.core.refusal import Refused
from qingyuan.core.standardising import ItemState
from qingyuan.flows import standardising as flow
from qingyuan.registry.models import Fact, FiledPaper
from qingyuan.stages.standardisation.actions import instruments, standardising
from qingyuan.stages.standardisation.models_archive import Facility, ItemCheck
from qingyuan.stages.standardisation.words_archive import CheckResult, FacilityKind, FacilityState
from tests import build
from tests.stages.standardisation.standing import BY, complete, facility, retained
from tests.stages.tracing.cases import DAY, NOON


@pytest.fixture(autouse=True)
def country(db):
    build.country()


def states(outlet) -> dict[str, ItemState]:
    return {one.key: one.state for one in checklist_of(outlet, on=DAY)}


def test_an_outlet_with_everything_done_is_standardised_with_its_index_and_photo_on_file():
    outlet = complete(retained("大同"))
    flow.standardise(outlet, **BY)
    outlet.refresh_from_db()
    assert outlet.stage == Stage.STANDARDISED
    for milestone in (Milestone.STANDARDISED, Milestone.ARCHIVED, Milestone.SIGN_UP):
        assert outlet.milestones & BITS[milestone]
    filed = FiledPaper.objects.filter(outlet=outlet, kind=Paper.ARCHIVE_INDEX)
    assert filed.count() == 1
    again = outlet.version
    flow.standardise(outlet, **BY)
    outlet.refresh_from_db()
    assert outlet.version == again


@pytest.mark.parametrize("leave", ["code", "signboard", "access", "setting", "visible"])
def test_one_open_item_refuses_and_is_named(leave):
    outlet = complete(retained("安阳"), leave=leave)
    name = next(one.name for one in checklist_of(outlet, on=DAY) if one.key == leave)
    with pytest.raises(Refused) as told:
        flow.standardise(outlet, **BY)
    assert told.value.refusal.code == "standardisation.open_items"
    assert name in told.value.refusal.sentence
    outlet.refresh_from_db()
    assert outlet.stage == Stage.RETAINED


def test_a_file_that_lacks_a_section_refuses_and_names_the_section():
    outlet = retained("济源")
    with pytest.raises(Refused) as told:
        flow.standardise(outlet, **BY)
    assert "一口一档" in told.value.refusal.sentence
    assert "照片" in told.value.refusal.sentence


def test_jilin_asks_a_sampling_point_and_video_and_others_do_not():
    jilin, jiyuan = retained("吉林"), retained("济源")
    assert states(jilin)["sampling_point"] is ItemState.OPEN
    assert states(jilin)["video"] is ItemState.OPEN
    assert states(jiyuan)["sampling_point"] is ItemState.NOT_ASKED
    assert states(jiyuan)["video"] is ItemState.NOT_ASKED
    facility(jilin, FacilityKind.VIDEO)
    assert states(jilin)["video"] is ItemState.DONE
    assert Fact.objects.get(subject_id=str(jilin.pk), name="has_video").value is True


def test_xinjiang_asks_a_gate_that_is_filed_of_enterprise_storm_outlets_only():
    storm, plain = retained("新绛", type_key="GY.enterprise_storm"), retained("新绛")
    assert states(plain)["gate"] is ItemState.NOT_ASKED
    assert states(storm)["gate"] is ItemState.OPEN
    gate = instruments.add_facility(storm, kind=FacilityKind.GATE, place="出水口", **BY)
    assert states(storm)["gate"] is ItemState.OPEN
    instruments.file_gate(gate, sha256=build.paper(), **BY)
    assert states(storm)["gate"] is ItemState.DONE
    instruments.work_gate(gate, is_open=True, **BY)
    assert [one.kind for one in gate.events.order_by("pk")] == ["built", "filed", "opened"]


def test_a_facility_that_breaks_no_longer_counts_and_the_fact_says_so():
    outlet = retained("吉林")
    made = instruments.add_facility(outlet, kind=FacilityKind.VIDEO, place="口门", key="press", **BY)
    assert instruments.add_facility(outlet, kind=FacilityKind.VIDEO, place="口门", key="press", **BY) == made
    with pytest.raises(Refused):
        instruments.change_facility(made, state=FacilityState.BROKEN, **BY)
    instruments.change_facility(made, state=FacilityState.BROKEN, note="雷击", **BY)
    assert states(outlet)["video"] is ItemState.OPEN
    said = (
        Fact.objects.filter(subject_id=str(outlet.pk), name="has_video").order_by("pk").values_list("value", flat=True)
    )
    assert list(said) == [True, False]
    assert Facility.objects.count() == 1


def test_what_the_register_answers_cannot_be_ticked_and_a_waiver_says_why():
    outlet = retained("吉林")
    for item, result in (("code", CheckResult.DONE), ("setting", CheckResult.WAIVED), ("access", CheckResult.FAILED)):
        with pytest.raises(Refused):
            standardising.check_item(outlet, item=item, result=result, reason="", **BY)
    with pytest.raises(Refused):
        standardising.check_item(outlet, item="setting", result=CheckResult.WAIVED, reason="没有必要", **BY)
    standardising.check_item(outlet, item="sampling_point", result=CheckResult.WAIVED, reason="口门即采样点", **BY)
    assert states(outlet)["sampling_point"] is ItemState.WAIVED
    assert ItemCheck.objects.count() == 1


def test_without_party_or_type_nothing_is_standardised():
    outlet = complete(retained("安阳"))
    outlet.type_key = ""
    reason = flow.refusal(outlet, on=DAY, by=CONSOLE, at=NOON)
    assert reason is not None
    assert reason.code == "standardisation.party_required"


def test_supervision_needs_an_owner_a_plan_and_in_jilin_a_river_chief():
    outlet = flow.standardise(complete(retained("吉林")), **BY)
    owner = build.body(outlet.unit)
    cases = [
        ({"owner": None, "sha256": build.paper()}, "standardisation.no_owner"),
        ({"owner": owner, "sha256": build.paper()}, "standardisation.no_chief"),
        ({"owner": owner, "sha256": "", "chief": "县级河长"}, "lifecycle.missing_papers"),
    ]
    for given, code in cases:
        with pytest.raises(Refused) as told:
            standardising.supervise(outlet, **given, **BY)
        assert told.value.refusal.code == code
    standardising.supervise(outlet, owner=owner, sha256=build.paper(), chief="县级河长", **BY)
    outlet.refresh_from_db()
    assert outlet.stage == Stage.SUPERVISED


def test_many_at_once_are_done_as_each_alone_and_the_others_told_why():
    ready, lacking = complete(retained("大同")), retained("大同")
    chosen = [(ready.pk, ready.version), (lacking.pk, lacking.version), (10**9, 0)]
    done = flow.standardise_many(chosen, **BY)
    assert [one.reason.code if one.reason else "" for one in done] == [
        "",
        "standardisation.open_items",
        "standardisation.gone",
    ]
    again = flow.standardise_many(chosen[:1], **BY)
    assert again[0].reason is None
