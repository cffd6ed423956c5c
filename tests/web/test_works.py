"""Pages of works: evidence from a phone, progress, doubts, branch pipes, the enterprise's own list."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from qingyuan.core.access import Role
from qingyuan.registry.models import Outlet
from qingyuan.stages.remediation import queries_works as queries
from qingyuan.stages.remediation.models import Round
from qingyuan.stages.remediation.models_works import Doubt, Evidence
from qingyuan.stages.remediation.words_works import EvidenceState
from tests import build
from tests.library import photos
from tests.stages.remediation import lives
from tests.web.people import client_of

LATER = build.DAY + timedelta(days=30)


@pytest.fixture(autouse=True)
def country(db):
    build.country()


@pytest.fixture
def found() -> Round:
    return lives.under_works(lives.problem(lives.classified(build.unit("140213"))))


def clerk(found: Round):
    return client_of(build.officer(Role.CLERK, found.outlet.unit))


def reviewer(found: Round):
    return client_of(build.officer(Role.REVIEWER, found.outlet.unit))


def page(browser, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200, answer.content[-800:]
    return answer.content.decode()


def photo(found: Round, seed: int, *, north_m: float = 0, day=LATER) -> SimpleUploadedFile:
    where = (float(found.outlet.longitude_deg), float(found.outlet.latitude_deg) + north_m / 111_000)
    taken = datetime(day.year, day.month, day.day, 9, 30)
    return SimpleUploadedFile(f"照片{seed}.jpg", photos.photo(seed, at=taken, position=where, bearing=90))


def upload(browser, found: Round, kind: str, *files, on=LATER, **given):
    return browser.post(
        f"/remediation/{found.pk}/works/evidence", {"kind": kind, "files": files, "on": on.isoformat(), **given}
    )


def test_several_photographs_are_handed_in_at_once_and_pressing_twice_does_no_harm(found):
    browser = clerk(found)
    form = page(browser, f"/remediation/{found.pk}/works/evidence")
    assert 'accept="image/*,application/pdf"' in form
    assert "multiple" in form
    for _press in range(2):
        answer = upload(
            browser, found, "before", photo(found, 1, day=build.DAY), photo(found, 2, day=build.DAY), on=build.DAY
        )
        assert answer.status_code == 302, answer.content[-900:]
    assert Evidence.objects.filter(round=found).count() == 2
    shown = page(browser, f"/remediation/{found.pk}/works")
    assert shown.count("<figure") == 2
    assert "整治前照片" in shown
    one = Evidence.objects.first()
    drawn = browser.get(f"/remediation/evidence/{one.pk}/picture")
    assert drawn["Content-Type"] == "image/jpeg"
    assert drawn.content.startswith(b"\xff\xd8")
    assert browser.get(f"/remediation/evidence/{one.pk}/file")["Content-Disposition"].startswith("attachment")


def test_a_file_that_is_too_large_is_refused_kindly_and_nothing_else_is_lost(found, monkeypatch):
    from qingyuan.web.remediation import works_forms

    monkeypatch.setattr(works_forms, "MOST_BYTES", 1_000)
    answer = upload(clerk(found), found, "works", photo(found, 3), note="沟槽开挖")
    assert answer.status_code == 409
    assert "没有收下" in answer.content.decode()
    assert "沟槽开挖" in answer.content.decode()
    assert Evidence.objects.count() == 0


def test_what_cannot_be_evidence_is_said_on_the_form(found):
    paper = SimpleUploadedFile("说明.pdf", b"%PDF-1.7")
    answer = upload(clerk(found), found, "after", paper)
    assert answer.status_code == 409
    assert "须为照片" in answer.content.decode()


def test_a_doubt_is_explained_by_one_and_decided_by_another(found):
    browser = clerk(found)
    upload(browser, found, "after", photo(found, 4, north_m=3_000))
    doubt = Doubt.objects.get()
    assert "疑似不在现场拍摄" in page(browser, f"/remediation/doubts/{doubt.pk}")
    assert "disabled" in page(browser, f"/remediation/doubts/{doubt.pk}")  # a clerk decides nothing
    today = timezone.localdate().isoformat()
    said = {"reason": "手机定位漂移", "on": today}
    assert browser.post(f"/remediation/doubts/{doubt.pk}/explain", said).status_code == 302
    assert browser.post(f"/remediation/doubts/{doubt.pk}/dismiss", said).status_code == 403
    judge = reviewer(found)
    assert found.outlet.name in page(judge, "/remediation/doubts")
    decided = judge.post(f"/remediation/doubts/{doubt.pk}/dismiss", {"reason": "现场复核属实", "on": today})
    assert decided.status_code == 302, decided.content[-900:]
    assert Evidence.objects.get().state == EvidenceState.EXPLAINED
    assert "没有疑点" in page(judge, "/remediation/doubts")
    assert found.outlet.name in page(judge, "/remediation/doubts?state=dismissed")


def test_the_grey_button_says_what_is_missing(found):
    shown = page(clerk(found), f"/remediation/{found.pk}/works")
    assert "还有步骤没有完成" in shown
    lives.steps_done(found, on=LATER)
    shown = page(clerk(found), f"/remediation/{found.pk}/works")
    assert "还缺佐证" in shown
    assert "整治后照片" in shown


def test_progress_branch_pipes_and_the_end_of_the_works(found):
    browser = clerk(found)
    step = queries.progress_of(found)[0].step
    address = f"/remediation/{found.pk}/works/progress?of={step.pk}"
    assert browser.post(address, {"percent": 100, "on": LATER.isoformat(), "key": "one"}).status_code == 302
    lives.steps_done(found, on=LATER)
    given = {"name": "北侧支管", "owner": "某洗车店", "is_illegal": "on", "on": LATER.isoformat(), "key": "two"}
    assert browser.post(f"/remediation/{found.pk}/works/branch", given).status_code == 302
    pipe = queries.open_branches(found.outlet)[0]
    assert "违规接入，未清理" in page(browser, f"/remediation/{found.pk}/works")
    cleared = browser.post(
        f"/remediation/{found.pk}/works/clear?of={pipe.pk}", {"how": "拆除接入口", "on": LATER.isoformat()}
    )
    assert cleared.status_code == 302
    lives.proven(found, on=LATER)
    done = browser.post(
        f"/remediation/{found.pk}/works/done",
        {"paper": SimpleUploadedFile("完成报告.pdf", b"%PDF-1.7"), "on": LATER.isoformat()},
    )
    assert done.status_code == 302, done.content[-900:]
    assert Outlet.objects.get(pk=found.outlet_id).stage == "awaiting_acceptance"


def test_an_enterprise_sees_its_own_duties_and_no_others(found):
    own = client_of(build.officer(Role.ENTERPRISE, None, party=found.outlet.party))
    other = client_of(build.officer(Role.ENTERPRISE, None, party=build.body(found.outlet.unit)))
    assert found.outlet.name in page(own, "/remediation/mine")
    assert "还缺佐证" in page(own, "/remediation/mine")
    assert "没有需要整治的排污口" in page(other, "/remediation/mine")
    assert other.get(f"/remediation/{found.pk}/works").status_code == 404
    assert upload(own, found, "before", photo(found, 9, day=build.DAY), on=build.DAY).status_code == 302


def test_a_raised_doubt_stands_on_the_list(found):
    judge = reviewer(found)
    said = {"kind": "harm", "text": "施工污水外溢", "on": LATER.isoformat(), "key": "press"}
    for _press in range(2):
        assert judge.post(f"/remediation/{found.pk}/works/doubt", said).status_code == 302
    assert Doubt.objects.count() == 1
    assert "损害群众切身利益" in page(judge, "/remediation/doubts")
