"""整治实施与佐证: what the works must show, and what a photograph gives away."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from qingyuan.core.access import CONSOLE, Role
from qingyuan.core.lifecycle import Stage
from qingyuan.core.refusal import Refused
from qingyuan.ledger import queries as ledger
from qingyuan.registry.models import Outlet
from qingyuan.stages.remediation import actions
from qingyuan.stages.remediation import queries_works as queries
from qingyuan.stages.remediation.actions import Given
from qingyuan.stages.remediation.models import Round
from qingyuan.stages.remediation.models_works import Doubt, Evidence
from qingyuan.stages.remediation.words_works import DoubtKind, DoubtState, EvidenceKind, EvidenceState
from tests import build
from tests.library import photos
from tests.stages.remediation import lives

LATER = build.DAY + timedelta(days=30)
DECIDED = LATER + timedelta(days=1)
AT = build.recorded(DECIDED)
BY = {"by": CONSOLE, "at": AT}


@pytest.fixture(autouse=True)
def country(db):
    build.country()


@pytest.fixture
def found() -> Round:
    """A round whose works have begun, by a plan to clear branch pipes."""
    return lives.under_works(lives.problem(lives.classified(build.unit("140213"))))


def refused(code: str):
    return pytest.raises(Refused, match=code)


def place(found: Round, *, north_m: float = 0) -> tuple[float, float]:
    """Where its outlet is, or metres north of it."""
    return float(found.outlet.longitude_deg), float(found.outlet.latitude_deg) + north_m / 111_000


def photo(found: Round, seed: int, *, day: date = LATER, north_m: float = 0, bearing: float | None = None) -> bytes:
    at = datetime(day.year, day.month, day.day, 9, 30)
    return photos.photo(seed, at=at, position=place(found, north_m=north_m), bearing=bearing)


def add(found: Round, kind: EvidenceKind, content: bytes, *, on: date = LATER, **more) -> Evidence:
    return actions.add_evidence(found, kind=kind, given=Given(content, "照片.jpg"), on=on, **{**BY, **more})


def codes(piece: Evidence) -> list[str]:
    return [one["code"].removeprefix("evidence.") for one in piece.findings]


def test_a_photograph_of_the_outlet_on_the_day_proves_what_it_shows(found):
    piece = add(found, EvidenceKind.AFTER, photo(found, 1), before=None)
    assert codes(piece) == ["no_pair"]
    assert piece.state == EvidenceState.OK
    assert piece.off_m < 5
    assert piece.position_source == "camera"
    assert "works.evidence" in [line.act for line in ledger.timeline("round", str(found.pk))]


def test_the_same_file_for_the_same_purpose_is_one_piece(found):
    content = photo(found, 2)
    first = add(found, EvidenceKind.WORKS, content)
    assert add(found, EvidenceKind.WORKS, content) == first
    assert Evidence.objects.filter(round=found).count() == 1


def test_an_acceptance_photo_three_kilometres_off_raises_a_suspicion_of_falsification(found):
    piece = add(found, EvidenceKind.ACCEPTANCE, photo(found, 3, north_m=3_000))
    assert piece.state == EvidenceState.SUSPECTED
    doubt = Doubt.objects.get(evidence=piece)
    assert doubt.kind == DoubtKind.FALSIFICATION
    assert doubt.clause == "大同 四(十)"
    assert "距排污口30" in doubt.text


@pytest.mark.parametrize(
    ("north_m", "code", "kind"),
    [(150, None, None), (400, "far", DoubtKind.UNCLEAR), (1_500, "elsewhere", DoubtKind.FALSIFICATION)],
)
def test_how_far_a_photograph_may_be_from_the_outlet_is_data(found, north_m, code, kind):
    piece = add(found, EvidenceKind.BEFORE, photo(found, 4, day=build.DAY, north_m=north_m), on=build.DAY)
    assert codes(piece) == ([code] if code else [])
    assert [one.kind for one in Doubt.objects.all()] == ([kind] if kind else [])


def test_a_photograph_from_another_day_or_from_before_the_works_is_flagged_and_kept(found):
    old = add(found, EvidenceKind.AFTER, photo(found, 5, day=build.DAY - timedelta(60)))
    assert {"other_day", "before_works"} <= set(codes(old))
    assert not old.proves
    late = add(found, EvidenceKind.BEFORE, photo(found, 6, day=LATER))
    assert codes(late) == ["after_start"]


def test_before_and_after_are_taken_from_the_same_place_in_the_same_direction(found):
    before = add(found, EvidenceKind.BEFORE, photo(found, 7, day=build.DAY, bearing=90), on=build.DAY)
    good = add(found, EvidenceKind.AFTER, photo(found, 8, north_m=10, bearing=100))
    assert (good.pair, codes(good)) == (before, [])
    moved = add(found, EvidenceKind.AFTER, photo(found, 9, north_m=80, bearing=95))
    assert codes(moved) == ["pair_apart"]
    turned = add(found, EvidenceKind.AFTER, photo(found, 10, bearing=350))
    assert codes(turned) == ["pair_bearing"]
    assert Doubt.objects.filter(kind=DoubtKind.UNCLEAR).count() == 2


def test_a_picture_of_another_outlet_is_found_again_however_it_was_altered(found):
    other = lives.under_works(lives.problem(lives.classified(build.unit("140213"))))
    add(other, EvidenceKind.AFTER, photo(other, 11))
    image = photos.brightened(photos.cropped(photos.scene(11), left=0.07), 1.15).rotate(90, expand=True)
    said = photos.exif(at=datetime(LATER.year, LATER.month, LATER.day, 10), position=place(found))
    piece = add(found, EvidenceKind.AFTER, photos.jpeg(image, quality=60, exif=said))
    assert "altered" in codes(piece)
    assert Doubt.objects.get(evidence=piece).kind == DoubtKind.FALSIFICATION
    same = add(found, EvidenceKind.WORKS, photo(other, 11))
    assert "reused" in codes(same)


def test_one_picture_does_not_show_both_before_and_after(found):
    content = photo(found, 12, day=build.DAY)
    add(found, EvidenceKind.BEFORE, content, on=build.DAY)
    assert "reused" in codes(add(found, EvidenceKind.AFTER, content, on=build.DAY))


def test_where_the_camera_is_silent_the_uploader_may_say_where(found):
    lon, lat = place(found, north_m=50)
    piece = add(
        found,
        EvidenceKind.BEFORE,
        photos.jpeg(photos.scene(13)),
        on=build.DAY,
        position=(Decimal(str(round(lon, 6))), Decimal(str(round(lat, 6)))),
    )
    assert piece.position_source == "stated"
    assert piece.off_m == pytest.approx(50, abs=2)


def test_what_must_be_a_photograph_is_one(found):
    with refused("remediation.not_a_photo"):
        add(found, EvidenceKind.AFTER, b"%PDF-1.7")
    assert add(found, EvidenceKind.MONITORING, b"%PDF-1.7").is_photo is False


def test_done_is_reported_when_every_step_is_done_and_everything_asked_for_is_shown(found):
    report = build.paper()
    with refused("remediation.steps_open"):
        actions.report_done(found, sha256=report, on=LATER, **BY)
    lives.steps_done(found, on=LATER)
    with pytest.raises(Refused) as barred:
        actions.report_done(found, sha256=report, on=LATER, **BY)
    assert barred.value.refusal.code == "remediation.evidence_missing"
    assert "整治前照片" in barred.value.refusal.sentence
    assert "清理违规接入的支管、支线：支管清理记录" in barred.value.refusal.sentence
    far = add(found, EvidenceKind.BEFORE, photo(found, 20, day=build.DAY, north_m=1_500), on=build.DAY)
    assert "整治前照片" in queries.missing_of(found)
    actions.explain_doubt(far.doubt, text="拍摄手机定位漂移", on=DECIDED, **BY)
    actions.decide_doubt(far.doubt, confirmed=False, reason="经现场核实属实", on=DECIDED, **BY)
    assert "整治前照片" not in queries.missing_of(found)
    add(found, EvidenceKind.AFTER, photo(found, 21, north_m=1_500), before=far)
    add(found, EvidenceKind.AFTER, photo(found, 22), before=far)
    actions.decide_doubt(
        Doubt.objects.get(evidence__sha256=Evidence.objects.get(off_m__lt=10).sha256),
        confirmed=False,
        reason="整治前照片定位漂移，方位一致",
        on=DECIDED,
        **BY,
    )
    add(found, EvidenceKind.BRANCH_RECORD, b"%PDF-1.7 branch")
    add(found, EvidenceKind.MONITORING, b"%PDF-1.7 water")
    assert queries.missing_of(found) == ()
    actions.report_done(found, sha256=report, on=LATER, **BY)
    assert Outlet.objects.get(pk=found.outlet_id).stage == Stage.AWAITING_ACCEPTANCE


def test_a_rejected_piece_never_counts_again(found):
    piece = add(found, EvidenceKind.AFTER, photo(found, 23, north_m=3_000))
    with refused("remediation.no_reason"):
        actions.decide_doubt(piece.doubt, confirmed=True, reason="", on=DECIDED, **BY)
    actions.decide_doubt(piece.doubt, confirmed=True, reason="冒用他处照片", on=DECIDED, **BY)
    piece.refresh_from_db()
    assert (piece.state, piece.doubt.state) == (EvidenceState.REJECTED, DoubtState.CONFIRMED)
    with refused("remediation.doubt_decided"):
        actions.explain_doubt(piece.doubt, text="再说明", on=DECIDED, **BY)


def test_who_explained_does_not_decide(found):
    reviewer = build.actor(Role.REVIEWER, build.unit("140213"))
    other = build.actor(Role.REVIEWER, build.unit("140213"))
    doubt = actions.raise_doubt(
        found.outlet, kind=DoubtKind.HARM, text="施工污水外溢，群众反映强烈", on=LATER, by=reviewer, at=AT
    )
    assert doubt.clause == "大同 四(十)"
    actions.explain_doubt(doubt, text="已清运", on=DECIDED, by=other, at=AT)
    with refused("remediation.own_doubt"):
        actions.decide_doubt(doubt, confirmed=False, reason="", on=DECIDED, by=other, at=AT)
    actions.decide_doubt(doubt, confirmed=False, reason="", on=DECIDED, by=reviewer, at=AT)


def test_progress_is_reported_in_order_of_days_and_a_step_back_is_explained(found):
    first = queries.progress_of(found)[0].step
    actions.report_progress(found, step=first, percent=40, on=LATER, key="press", **BY)
    actions.report_progress(found, step=first, percent=40, on=LATER, key="press", **BY)
    with refused("remediation.report_order"):
        actions.report_progress(found, step=first, percent=50, on=LATER - timedelta(1), **BY)
    with refused("remediation.percent_back"):
        actions.report_progress(found, step=first, percent=30, on=LATER, **BY)
    with refused("remediation.before_start"):
        actions.report_progress(found, step=first, percent=50, on=build.DAY - timedelta(9), **BY)
    actions.report_progress(found, step=first, percent=100, on=LATER, **BY)
    assert queries.progress_of(found)[0].percent == 100
    assert first.reports.count() == 2
    with refused("remediation.step_done"):
        actions.report_progress(found, step=first, percent=100, on=LATER, **BY)


def test_the_responsible_party_reports_for_its_own_outlet_and_no_other(found):
    own = build.actor(Role.ENTERPRISE, None, party=found.outlet.party)
    stranger = build.actor(Role.ENTERPRISE, None, party=build.body(found.outlet.unit))
    step = queries.progress_of(found)[0].step
    actions.report_progress(found, step=step, percent=10, on=LATER, by=own, at=AT)
    with refused("access.not_permitted"):
        actions.report_progress(found, step=step, percent=20, on=LATER, by=stranger, at=AT)
    assert [one.pk for one in queries.own_rounds(own)] == [found.pk]
    assert queries.own_rounds(stranger) == []


def test_a_branch_pipe_is_recorded_once_and_cleared_once(found):
    pipe = actions.record_branch(found.outlet, name="北侧支管", owner_text="某洗车店", on=LATER, key="one", **BY)
    assert actions.record_branch(found.outlet, name="北侧支管", on=LATER, key="one", **BY) == pipe
    assert pipe.clause == "大同 三(七)"
    with refused("remediation.no_how"):
        actions.clear_branch(pipe, how=" ", on=LATER, **BY)
    for _press in range(2):
        actions.clear_branch(pipe, how="拆除并封堵接入口", on=LATER, **BY)
    assert queries.open_branches(found.outlet) == []
    with refused("remediation.cleared_already"):
        actions.clear_branch(pipe, how="再清理", on=LATER, **BY)


def test_units_are_counted_by_the_chain_or_as_stated_where_that_is_more(found):
    assert not queries.units_and_shared_record(found.outlet, on=LATER).owes_record
    lives.fact(found.outlet, "sharing_units", 2, on=LATER)
    assert queries.units_and_shared_record(found.outlet, on=LATER).owes_record
    lives.fact(found.outlet, "permit_names_sharing", True, on=LATER)
    assert not queries.units_and_shared_record(found.outlet, on=LATER).owes_record


def test_nothing_is_added_to_a_round_that_is_over(found):
    Round.objects.filter(pk=found.pk).update(ended_on=LATER, outcome="retained")
    found.refresh_from_db()
    with refused("remediation.round_over"):
        add(found, EvidenceKind.AFTER, photo(found, 30))
