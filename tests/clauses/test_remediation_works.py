"""整治实施与佐证 as the schemes ask for them, each by the way an officer goes: pages and the acts behind them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from qingyuan.core.access import Role
from qingyuan.core.functions import BodyFunction, BodyKind
from qingyuan.core.lifecycle import Stage
from qingyuan.core.refusal import Refused
from qingyuan.registry.models import Outlet
from qingyuan.stages.remediation import actions
from qingyuan.stages.remediation import queries_works as queries
from qingyuan.stages.remediation.models import Round
from qingyuan.stages.remediation.models_works import Doubt, Evidence
from qingyuan.stages.remediation.words_works import DoubtKind, DoubtState, EvidenceState
from tests import build
from tests.clauses.plans_here import PLACES, schemes
from tests.library import photos
from tests.stages.remediation import lives
from tests.web.people import client_of

DAY = date(2024, 6, 1)
DONE = DAY + timedelta(days=20)


@pytest.fixture(autouse=True)
def country(db):
    build.country()


def page(browser, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200, answer.content[-800:]
    return answer.content.decode()


def done(scheme: str) -> Round:
    """An outlet of a scheme whose works are done and shown, checked on the ground."""
    return lives.works_done(lives.under_works(lives.problem(lives.classified(build.unit(PLACES[scheme]), on=DAY))))


def accept(found: Round, on: date) -> None:
    found.outlet.refresh_from_db()
    lives.checked(found, on=on)
    actions.accept(
        found, paper_sha256=build.paper(), on=on, by=build.SURVEYOR, at=build.recorded(on + timedelta(days=1))
    )


def bureau_reviewer(found: Round):
    """A reviewer of the county's ecology bureau, at his browser."""
    county = found.outlet.unit
    office = build.body(county, kind=BodyKind.GOVERNMENT, functions=(BodyFunction.ECOLOGY,))
    return client_of(build.officer(Role.REVIEWER, county, body=office))


@pytest.mark.clause("DT-125")
def test_an_acceptance_photo_from_three_kilometres_off_becomes_an_integrity_case_that_a_person_decides():
    found = done("大同")
    browser = bureau_reviewer(found)
    outlet = found.outlet
    where = (float(outlet.longitude_deg), float(outlet.latitude_deg) + 3_000 / 111_000)
    taken = datetime(DONE.year, DONE.month, DONE.day, 9, 30)
    file = SimpleUploadedFile("验收.jpg", photos.photo(77, at=taken, position=where))
    given = {"kind": "acceptance", "files": [file], "on": DONE.isoformat()}
    answer = browser.post(f"/remediation/{found.pk}/works/evidence", given)
    assert answer.status_code == 302, answer.content[-900:]
    piece = Evidence.objects.get(kind="acceptance")
    assert piece.state == EvidenceState.SUSPECTED
    assert 2_900 < piece.off_m < 3_100
    doubt = Doubt.objects.get()
    assert (doubt.kind, doubt.clause, doubt.state) == (DoubtKind.FALSIFICATION, "大同 四(十)", DoubtState.OPEN)
    shown = page(browser, "/remediation/doubts")
    assert outlet.name in shown
    assert "弄虚作假" in shown
    assert "疑似不在现场拍摄" in page(browser, f"/remediation/doubts/{doubt.pk}")
    with pytest.raises(Refused, match=r"remediation\.doubts_open"):
        accept(found, DONE + timedelta(days=3))
    today = timezone.localdate().isoformat()
    own = browser.post(f"/remediation/doubts/{doubt.pk}/dismiss", {"reason": "属实", "on": today})
    assert own.status_code == 409  # who handed it in does not decide
    other = bureau_reviewer(found)
    decided = other.post(f"/remediation/doubts/{doubt.pk}/confirm", {"reason": "照片摄于他处", "on": today})
    assert decided.status_code == 302, decided.content[-900:]
    piece.refresh_from_db()
    assert piece.state == EvidenceState.REJECTED
    assert outlet.name in page(other, "/remediation/doubts?state=confirmed")
    for kind, word in (("harm", "损害群众切身利益"), ("perfunctory", "敷衍应付")):
        said = {"kind": kind, "text": "群众反映", "on": today, "key": kind}
        assert other.post(f"/remediation/{found.pk}/works/doubt", said).status_code == 302
        assert word in page(other, f"/remediation/doubts?kind={kind}")


@schemes(新绛="XJ-54", 大同="DT-93", 吉林="JL-71")
def test_an_illegal_branch_pipe_is_cleared_before_the_outlet_is_accepted(scheme: str):
    found = done(scheme)
    browser = client_of(build.officer(Role.CLERK, found.outlet.unit))
    given = {"name": "东侧暗接支管", "owner": "某洗浴中心", "is_illegal": "on", "on": DONE.isoformat(), "key": "one"}
    answer = browser.post(f"/remediation/{found.pk}/works/branch", given)
    assert answer.status_code == 302, answer.content[-900:]
    pipe = queries.open_branches(found.outlet)[0]
    shown = page(browser, f"/remediation/{found.pk}/works")
    assert "东侧暗接支管" in shown
    assert "某洗浴中心" in shown
    on = DONE + timedelta(days=3)
    with pytest.raises(Refused) as refused:
        accept(found, on)
    assert refused.value.refusal.code == "remediation.open_branch"
    assert "东侧暗接支管" in refused.value.refusal.sentence
    assert refused.value.refusal.clause.startswith(scheme)
    cleared = browser.post(
        f"/remediation/{found.pk}/works/clear?of={pipe.pk}", {"how": "拆除并封堵支管", "on": on.isoformat()}
    )
    assert cleared.status_code == 302, cleared.content[-900:]
    accept(found, on)
    assert Outlet.objects.get(pk=found.outlet_id).stage == Stage.ACCEPTED


@schemes(安阳="AY-51", 新绛="XJ-55", 大同="DT-94", 吉林="JL-72")
def test_two_units_at_one_outlet_need_a_record_of_their_sharing_before_it_is_accepted(scheme: str):
    from qingyuan.registry import actions as registry

    found = done(scheme)
    outlet = Outlet.objects.select_related("unit").get(pk=found.outlet_id)
    two = (build.body(outlet.unit), build.body(outlet.unit))
    registry.add_channel(
        name="共用管道",
        unit=outlet.unit,
        outlet=outlet,
        on=DONE,
        by=build.VERIFIER,
        at=build.recorded(DONE + timedelta(days=1)),
        sources=tuple((one, None) for one in two),
    )
    browser = client_of(build.officer(Role.CLERK, outlet.unit))
    assert "还没有许可证载明共用和责任划分的记录" in page(browser, f"/remediation/{found.pk}/works")
    on = DONE + timedelta(days=3)
    with pytest.raises(Refused) as refused:
        accept(found, on)
    assert refused.value.refusal.code == "remediation.shared_outlet"
    assert refused.value.refusal.clause.startswith(scheme)
    lives.fact(outlet, "permit_names_sharing", True, on=on)
    accept(found, on)
    assert Outlet.objects.get(pk=found.outlet_id).stage == Stage.ACCEPTED
