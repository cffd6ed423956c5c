"""What comes from the field: kept whatever it says, entered once, and said clearly where something is wrong."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from qingyuan.core.geometry import cgcs2000_to_gcj02
from qingyuan.core.lifecycle import Paper, Stage
from qingyuan.ledger.models import Entry
from qingyuan.registry import actions as registry
from qingyuan.registry.models import FiledPaper, Outlet, Proposal
from qingyuan.stages.survey import form
from qingyuan.stages.survey.actions.lead_endings import end_as_not_outlet
from qingyuan.stages.survey.actions.leads import report_lead
from qingyuan.stages.survey.actions.records import accept_record, amend_record
from qingyuan.stages.survey.actions.uploads import how_far, take_piece
from qingyuan.stages.survey.models_field import FieldDevice, FieldHolding, FieldRecord, FieldRevision
from tests import build
from tests.stages.survey import field
from tests.stages.survey.field import NOON, answers, codes, near_photo, receipt, record, send, upload

pytestmark = pytest.mark.django_db


def kept() -> FieldRecord:
    return FieldRecord.objects.get()


def test_a_record_becomes_an_outlet_with_its_sheet_and_the_photos_follow():
    scene = field.scene()
    shot = near_photo()
    told = receipt(scene.actor, record(scene, answers(scene), [shot]))
    assert (told.state, told.findings, told.missing) == ("accepted", (), (shot.sha256,))
    outlet = Outlet.objects.get()
    assert (outlet.name, outlet.stage, outlet.bank) == ("测试0号口", Stage.SURVEYED, "左岸")
    assert outlet.water == scene.segments[0].water
    assert outlet.unit_path == "140825"
    assert FiledPaper.objects.filter(outlet=outlet, kind=Paper.SURVEY_RECORD).count() == 1
    assert not FiledPaper.objects.filter(kind=Paper.PHOTO).exists()
    upload(scene.actor, shot)
    assert FiledPaper.objects.get(outlet=outlet, kind=Paper.PHOTO).sha256 == shot.sha256


def test_the_same_batch_again_changes_nothing():
    scene = field.scene()
    item = record(scene, answers(scene), [near_photo()])
    first = receipt(scene.actor, item)
    entries = Entry.objects.count()
    assert receipt(scene.actor, item) == first
    assert (Outlet.objects.count(), FieldRevision.objects.count(), Entry.objects.count()) == (1, 1, entries)


def test_the_same_record_with_other_content_mends_the_outlet_nobody_has_touched():
    scene = field.scene()
    item = record(scene, answers(scene))
    receipt(scene.actor, item)
    again = {**item, "revision": "second", "base": [item["revision"]], "fields": answers(scene, bank="右岸")}
    assert receipt(scene.actor, again).state == "accepted"
    assert Outlet.objects.get().bank == "右岸"
    assert FiledPaper.objects.filter(kind=Paper.SURVEY_RECORD).count() == 2


def test_a_later_saving_that_says_another_type_or_party_proposes_anew():
    scene = field.scene()
    item = record(scene, answers(scene, type_key="GY.enterprise", party="某化工厂"))
    receipt(scene.actor, item)
    outlet = Outlet.objects.get()
    said = answers(scene, type_key="YH.urban_storm", party="某县住建局")
    again = {**item, "revision": "second", "base": [item["revision"]], "fields": said}
    for _time in range(2):
        assert receipt(scene.actor, again).state == "accepted"
    rows = Proposal.objects.filter(outlet=outlet).order_by("about", "pk")
    assert [(one.about, one.value or one.text, one.decision) for one in rows] == [
        ("party", "某化工厂", "kept"),
        ("party", "某县住建局", "open"),
        ("type", "GY.enterprise", "kept"),
        ("type", "YH.urban_storm", "open"),
    ]
    outlet.refresh_from_db()
    assert (outlet.type_key, outlet.party) == ("", None), "a proposal decides nothing"


def lead_here(scene: field.Scene):
    """A lead on the first segment."""
    found = report_lead(
        scene.lead,
        source="remote_sensing",
        longitude=f"{field.WEST + 0.0005:.6f}",
        latitude=f"{field.LATITUDE:.6f}",
        datum="cgcs2000",
        unit=build.unit(field.COUNTY),
        campaign=scene.campaign,
        segment=scene.segments[0],
        source_ref="影像一",
        name="疑似一号",
        at=NOON,
        on=field.DAY,
    )
    assert found.segment == scene.segments[0]
    return found


def test_a_record_about_a_lead_ends_it_as_that_outlet_and_a_second_one_adds_its_sheet():
    scene = field.scene()
    lead = lead_here(scene)
    candidate = lead.outlet
    item = record(scene, answers(scene, name=""), [near_photo()], lead=lead.pk)
    told = receipt(scene.actor, item)
    assert (told.state, told.outlet) == ("accepted", candidate.pk)
    lead.refresh_from_db()
    assert (lead.state, lead.outlet_id) == ("outlet", candidate.pk)
    outlet = Outlet.objects.get()
    assert (outlet.stage, outlet.name, outlet.conduit_form) == (Stage.SURVEYED, "疑似一号", "管道")
    mended = {**item, "revision": "2", "base": [item["revision"]], "fields": answers(scene, name="", bank="右岸")}
    assert receipt(scene.actor, mended).state == "accepted"
    other = record(scene, answers(scene, name=""), lead=lead.pk)
    assert receipt(scene.actor, other, device="d2").outlet == candidate.pk
    assert Outlet.objects.get().bank == "右岸"
    assert FiledPaper.objects.filter(outlet=outlet, kind=Paper.SURVEY_RECORD).count() == 3


def test_a_record_about_a_lead_that_was_ended_otherwise_is_kept_and_waits_with_the_reason():
    scene = field.scene()
    lead = lead_here(scene)
    end_as_not_outlet(scene.lead, lead, why="nothing", reason="现场没有", at=NOON, on=field.DAY)
    told = receipt(scene.actor, record(scene, answers(scene), lead=lead.pk))
    assert told.state == "needs_you"
    assert codes(told) >= {"record.lead_ended"}
    assert kept().outlet is None


def test_after_somebody_verified_it_the_difference_waits_for_a_person():
    scene = field.scene()
    item = record(scene, answers(scene))
    receipt(scene.actor, item)
    registry.verify(Outlet.objects.get(), on=field.DAY, by=build.VERIFIER, at=NOON)
    again = {**item, "revision": "second", "base": [item["revision"]], "fields": answers(scene, bank="右岸")}
    told = receipt(scene.actor, again)
    assert told.state == "needs_you"
    assert codes(told) >= {"record.not_written"}
    assert Outlet.objects.get().bank == "左岸"
    accept_record(kept(), version=kept().version, by=scene.lead, at=NOON)
    assert kept().state == "accepted"


def test_two_phones_that_wrote_the_same_field_are_both_heard_and_a_person_decides():
    scene = field.scene()
    item = record(scene, answers(scene))
    receipt(scene.actor, item)
    for device, conduit, minute in (("d1", "管道", 1), ("d2", "明渠", 2)):
        said = {
            **item,
            "revision": device,
            "base": [item["revision"]],
            "fields": answers(scene, conduit_form=conduit, mouth_shape=f"{device}形"),
            "occurred_at": (NOON + timedelta(minutes=minute)).isoformat(),
        }
        told = receipt(scene.actor, said, device=device)
    assert told.state == "needs_you"
    assert set(told.conflicts) == {"mouth_shape"}
    assert Outlet.objects.get().mouth_shape == "d2形"
    found = kept()
    assert [one["value"] for one in found.conflicts[0]["sayings"]] == ["d2形", "d1形"]
    amend_record(
        found, fields={"mouth_shape": "d1形"}, settles=["mouth_shape"], version=found.version, by=scene.lead, at=NOON
    )
    assert kept().state == "accepted"
    assert kept().conflicts == []
    assert Outlet.objects.get().mouth_shape == "d1形"


def test_a_phone_a_year_late_is_put_right_and_told():
    scene = field.scene()
    late = NOON - timedelta(days=365)
    shot = near_photo(taken_at=late.isoformat())
    item = record(scene, answers(scene), [shot], occurred_at=late.isoformat(), offset_s=None)
    answer = send(scene.actor, item, now=late.timestamp())
    assert answer.offset_s == pytest.approx(365 * 86_400)
    (told,) = answer.receipts
    assert told.state == "accepted"
    assert codes(told) == {"clock.off"}
    assert kept().occurred_at == NOON
    assert kept().revisions.get().said_at == late
    assert Outlet.objects.get().stage_since == field.DAY
    assert FieldDevice.objects.get().clock_offset_s == 365 * 86_400


def test_a_record_of_tomorrow_waits():
    scene = field.scene()
    told = receipt(scene.actor, record(scene, answers(scene), occurred_at=(NOON + timedelta(days=2)).isoformat()))
    assert told.state == "needs_you"
    assert "record.future" in codes(told)
    assert not Outlet.objects.exists()


def test_photos_without_or_with_a_false_position_or_time_are_said_and_stop_nothing():
    scene = field.scene()
    shots = [
        near_photo(1, longitude=None, latitude=None, taken_at=None),
        near_photo(2, longitude=field.EAST, taken_at=(NOON - timedelta(days=9)).isoformat()),
    ]
    told = receipt(scene.actor, record(scene, answers(scene), shots))
    assert told.state == "accepted"
    assert codes(told) == {"photo.no_position", "photo.no_time", "photo.far", "photo.time"}


def test_the_same_photo_at_two_outlets_is_said_at_both():
    scene = field.scene()
    shot = near_photo()
    first = record(scene, answers(scene, 0), [shot])
    second = record(scene, answers(scene, 1), [shot])
    receipt(scene.actor, first)
    assert "photo.shared" in codes(receipt(scene.actor, second))
    told = {one["code"] for one in FieldRecord.objects.get(client_id=first["id"]).findings}
    assert "photo.shared" in told


def test_a_form_version_that_is_gone_is_read_by_names_and_the_rest_is_kept_aside():
    scene = field.scene()
    old = {"name": "旧表口", "entry_method": "明渠", "cod": "12", "favourite_colour": "青"}
    told = receipt(scene.actor, record(scene, answers(scene) | old, form_version="2019"))
    assert told.state == "accepted"
    assert codes(told) == {"form.gone", "form.aside", "photo.none"}
    assert kept().fields["quick_cod"] == "31.5", "the form's own name goes before the former one"
    assert kept().aside == {"favourite_colour": "青"}
    fresh = {name: value for name, value in answers(scene, 5).items() if name != "conduit_form"}
    receipt(scene.actor, record(scene, fresh | {"entry_method": "明渠"}, form_version="2019"))
    assert Outlet.objects.get(name="测试5号口").conduit_form == "明渠"


def test_a_record_outside_the_teams_area_is_kept_and_waits_for_the_lead():
    scene = field.scene()
    far = answers(scene, longitude=f"{field.EAST - 0.001:.6f}")
    told = receipt(scene.actor, record(scene, far, segment=scene.segments[-1].pk))
    assert told.state == "needs_you"
    assert "record.outside_area" in codes(told)
    assert not Outlet.objects.exists()
    accept_record(kept(), version=kept().version, by=scene.lead, at=NOON)
    assert kept().state == "accepted"
    assert Outlet.objects.count() == 1


def test_a_point_far_from_its_segment_waits():
    scene = field.scene()
    told = receipt(scene.actor, record(scene, answers(scene, latitude="35.700000")))
    assert told.state == "needs_you"
    assert "record.far" in codes(told)


def test_a_point_read_off_a_map_is_converted_and_a_shifted_one_is_noticed():
    scene = field.scene()
    true = (field.WEST + 0.0005, field.LATITUDE)
    lon, lat = cgcs2000_to_gcj02(*true)
    shifted = {"longitude": f"{lon:.6f}", "latitude": f"{lat:.6f}"}
    told = receipt(scene.actor, record(scene, answers(scene, datum="gcj02") | shifted, [near_photo()]))
    assert codes(told) == {"coordinate.datum"}
    found = Outlet.objects.get()
    assert float(found.longitude_deg) == pytest.approx(true[0], abs=2e-6)
    assert found.position_given.endswith("(GCJ02)")
    other = record(scene, answers(scene, 0, name="另一口") | shifted, [near_photo(0)])
    assert "coordinate.datum_doubtful" in codes(receipt(scene.actor, other))


def test_an_outlet_at_the_same_point_asks_whether_it_is_the_same():
    scene = field.scene()
    receipt(scene.actor, record(scene, answers(scene)))
    again = record(scene, answers(scene, name="又一口"))
    told = receipt(scene.actor, again)
    assert told.state == "needs_you"
    assert "registry.near_another" in codes(told)
    assert Outlet.objects.count() == 1
    same = {**again, "revision": "r2", "base": [again["revision"]]}
    same["fields"] = {**again["fields"], "same_as": Outlet.objects.get().pk}
    told = receipt(scene.actor, same)
    assert told.state == "accepted"
    assert told.outlet == Outlet.objects.get().pk
    other = {**again, "id": str(uuid.uuid4()), "revision": "r3", "fields": {**again["fields"], "not_same": True}}
    told = receipt(scene.actor, other)
    assert told.state == "accepted", told.findings
    assert Outlet.objects.count() == 2


def test_what_does_not_reach_the_water_directly_stays_a_candidate():
    scene = field.scene()
    receipt(scene.actor, record(scene, answers(scene, is_direct="否", not_direct="排入市政管网")))
    assert Outlet.objects.get().stage == Stage.CANDIDATE


def test_without_a_position_or_a_name_it_enters_with_what_is_still_missing():
    scene = field.scene()
    bare = answers(scene, name="", discharge_pattern="", longitude="", latitude="")
    told = receipt(scene.actor, record(scene, bare))
    assert told.state == "accepted"
    assert "record.no_position" in codes(told)
    found = Outlet.objects.get()
    assert found.missing == ["coordinates", "character"]
    assert found.name.startswith("新绛县")


def test_numbers_out_of_range_and_unreadable_points_are_said():
    scene = field.scene()
    told = receipt(scene.actor, record(scene, answers(scene, ph="71", quick_tp="很多")))
    assert codes(told) >= {"field.range", "field.number"}
    assert told.state == "accepted"
    told = receipt(scene.actor, record(scene, answers(scene, 1, longitude="江边")))
    assert told.state == "needs_you"


def test_who_may_record_nowhere_is_refused_and_nothing_is_kept():
    scene = field.scene()
    reader = build.actor(build.Role.AUDITOR, build.unit("140825"))
    assert field.refused(lambda: send(reader, record(scene, answers(scene)))) == "access.not_permitted"
    assert not FieldRecord.objects.exists()


def test_one_unreadable_item_does_not_hold_up_the_others():
    scene = field.scene()
    good = record(scene, answers(scene))
    wrong = [
        {**good, "id": "nothing"},
        {**good, "id": str(uuid.uuid4()), "fields": []},
        {**good, "id": str(uuid.uuid4()), "occurred_at": None},
        {"kind": "song", "id": "1"},
        {**good, "id": str(uuid.uuid4()), "photos": [{"sha256": "x"}]},
    ]
    told = send(scene.actor, *wrong, good).receipts
    assert [one.state for one in told] == ["refused"] * len(wrong) + ["accepted"]
    assert all(one.findings[0]["text"] for one in told[:-1])
    assert [one.revision for one in told[:3]] == [good["revision"]] * 3, "the phone knows which saving was not taken"


@pytest.mark.parametrize("said", ["+058860-01-03T11:20:00.000Z", "1970-01-01T00:00:00Z", "昨天"])
def test_a_phone_whose_clock_is_absurd_is_told_so_and_keeps_its_record(said):
    scene = field.scene()
    item = record(scene, answers(scene), occurred_at=said)
    told = receipt(scene.actor, item)
    assert (told.state, told.revision) == ("refused", item["revision"])
    assert "请核对手机的日期和时间" in str(told.findings[0]["text"])
    assert receipt(scene.actor, {**item, "occurred_at": NOON.isoformat()}).state == "accepted"


def test_a_photo_goes_on_where_it_stopped_and_a_broken_one_begins_anew():
    scene = field.scene()
    shot = near_photo()
    by, size = scene.actor, len(shot.content)

    def piece(offset: int, content: bytes):
        return take_piece(by, sha256=shot.sha256, size=size, offset=offset, piece=content, at=NOON)

    assert piece(0, shot.content[:100]).received == 100
    assert piece(200, shot.content[200:]).received == 100, "a gap is not filled"
    assert piece(50, shot.content[50:150]).received == 150
    assert how_far(by, shot.sha256).received == 150
    assert field.refused(lambda: piece(150, b"\x00" * (size - 150))) == "field.photo_broken"
    assert how_far(by, shot.sha256).received == 0
    assert piece(0, shot.content).whole
    assert how_far(by, shot.sha256).whole
    assert piece(0, shot.content).whole


def test_what_is_no_photo_is_not_taken():
    scene = field.scene()
    one = field.Photo(b"<html>" + b"x" * 50)
    assert field.refused(lambda: upload(scene.actor, one)) == "field.not_a_photo"


def test_the_office_sees_what_a_device_still_holds_and_what_has_left_it():
    scene = field.scene()
    holding = [
        {"kind": "record", "id": "a", "title": "左岸3号口", "state": "draft", "since": NOON.isoformat()},
        {"kind": "photo", "id": "b", "state": "saved"},
        {"kind": "secret", "id": "c", "state": "saved"},
    ]
    device = {"id": "d1", "label": "手机", "now": NOON.timestamp(), "keeps": True}
    field.take_batch(scene.actor, {"device": device, "items": [], "holding": holding}, at=NOON)
    assert set(FieldHolding.objects.values_list("kind", "item", "state")) == {
        ("record", "a", "draft"),
        ("photo", "b", "saved"),
    }
    field.take_batch(scene.actor, {"device": device, "items": [], "holding": []}, at=NOON)
    assert not FieldHolding.objects.exists()
    found = FieldDevice.objects.get()
    assert (found.officer_name, found.keeps, found.unit_path) == (scene.walker.name, True, "140825")


def test_the_form_asks_nothing_twice_and_names_columns_the_register_has():
    columns = {one.name for one in Outlet._meta.concrete_fields}
    named = [one.column for one in form.QUESTIONS.values() if one.column]
    assert len(named) == len(set(named))
    assert set(named) <= columns
    assert not set(form.FORMERLY) & set(form.QUESTIONS)
