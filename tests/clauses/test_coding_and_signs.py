"""命名编码与标识牌 as the five schemes ask for them, each by the way an officer goes."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from qingyuan.core.access import CONSOLE, Role
from qingyuan.core.functions import BodyFunction as F
from qingyuan.core.functions import BodyKind
from qingyuan.core.lifecycle import Stage
from qingyuan.core.refusal import Refused
from qingyuan.flows import signboard_urging, standardisation_support
from qingyuan.registry.models import Outlet
from qingyuan.registry.rules import policy_of
from qingyuan.stages.notice.models import Notice
from qingyuan.stages.standardisation import queries
from qingyuan.stages.standardisation.actions import coding, signs
from qingyuan.stages.standardisation.models import IssuedCode, Urging
from tests import build
from tests.stages.tracing.cases import DAY, NOON, office, place
from tests.web.people import client_of, words

BY = {"on": DAY, "by": CONSOLE, "at": NOON}


@pytest.fixture(autouse=True)
def country(db):
    build.country()


def outlet(scheme: str, stage: Stage = Stage.CLASSIFIED, **more: object) -> Outlet:
    return build.outlet(place(scheme), stage=stage, on=DAY, **more)  # type: ignore[arg-type]


def reviewer(scheme: str, function: F, seat: str = "") -> Client:
    where = build.unit(seat) if seat else place(scheme)
    body = build.body(where, kind=BodyKind.GOVERNMENT, functions=(function,))
    return client_of(build.officer(Role.REVIEWER, where, body=body))


def issue(browser: Client, of: Outlet, **given: str):
    version = Outlet.objects.get(pk=of.pk).version
    return browser.post(f"/outlets/{of.pk}/signs/issue", {"version": version, **given})


def code_of(of: Outlet) -> str:
    return Outlet.objects.get(pk=of.pk).national_code


def picture() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (64, 48), (20, 120, 90)).save(buffer, "JPEG")
    return buffer.getvalue()


# --- 命名编码 ------------


@pytest.mark.parametrize(
    ("scheme", "function", "seat", "others"),
    [
        pytest.param("新绛", F.ECOLOGY, "140825", F.WATER, marks=pytest.mark.clause("XJ-59"), id="新绛分局"),
        pytest.param("大同", F.ECOLOGY, "140213", F.WATER, marks=pytest.mark.clause("DT-98"), id="大同分局"),
        pytest.param(
            "大同", F.ECOLOGY_ENFORCEMENT, "140200", F.HOUSING, marks=pytest.mark.clause("DT-98"), id="执法队"
        ),
        pytest.param("吉林", F.GOVERNMENT, "220102", F.ECOLOGY, marks=pytest.mark.clause("JL-85"), id="吉林县政府"),
        pytest.param("吉林", F.GOVERNMENT, "220100", F.ECOLOGY, marks=pytest.mark.clause("JL-85"), id="吉林市政府"),
    ],
)
def test_whom_the_scheme_names_codes_verified_and_classified_outlets_once(scheme, function, seat, others):
    kept, worked_on, early = (
        outlet(scheme, Stage.RETAINED),
        outlet(scheme, Stage.REMEDIATING),
        outlet(scheme, Stage.VERIFIED),
    )
    stranger, browser = reviewer(scheme, others, place(scheme).code), reviewer(scheme, function, seat)
    assert issue(stranger, kept).status_code == 403
    assert code_of(kept) == ""
    for of in (kept, worked_on):
        page = browser.get(f"/outlets/{of.pk}/signs")
        assert page.status_code == 200
        assert issue(browser, of).status_code == 302
    codes = [code_of(kept), code_of(worked_on)]
    assert len(set(codes)) == 2
    assert all(re.fullmatch(r"[A-Z]{2}-\d{6}-\d{4}-(GY|SH|NY|YH|QT)-\d{2}", code) for code in codes)
    second = issue(browser, kept)
    assert second.status_code == 409
    assert "只能注销后重新赋码" in words(second)
    by_hand = issue(browser, kept, code=f"{codes[0][:11]}0999-GY-00")
    assert by_hand.status_code == 409
    taken = issue(browser, outlet(scheme), code=codes[0])
    assert taken.status_code == 409
    assert code_of(kept) == codes[0]
    assert issue(browser, early).status_code == 409
    assert code_of(early) == ""


ANNEX_2 = {
    "GY": ("GY.enterprise", "GY.park_wwtp", "GY.enterprise_storm", "GY.park_wwtp_storm"),
    "SH": ("SH.municipal_wwtp",),
    "NY": ("NY.livestock_large", "NY.aquaculture_large"),
    "YH": ("YH.urban_storm",),
    "QT": (
        "QT.irrigation",
        "QT.port",
        "QT.livestock_small",
        "QT.aquaculture_small",
        "QT.urban_domestic",
        "QT.rural_facility",
        "QT.rural_domestic",
        "QT.other",
    ),
}


@pytest.mark.parametrize(
    "letters",
    [
        pytest.param("GY", marks=pytest.mark.clause("DT-208"), id="工业"),
        pytest.param("SH", marks=pytest.mark.clause("DT-209"), id="城镇污水处理厂"),
        pytest.param("NY", marks=pytest.mark.clause("DT-210", "DT-99"), id="农业"),
        pytest.param("YH", marks=pytest.mark.clause("DT-211"), id="城镇雨洪"),
        pytest.param("QT", marks=pytest.mark.clause("DT-212"), id="其他"),
    ],
)
def test_in_datong_the_type_segment_is_that_of_annex_2_and_other_letters_are_refused(letters):
    browser = reviewer("大同", F.ECOLOGY)
    for type_key in ANNEX_2[letters]:
        of = outlet("大同", type_key=type_key)
        for others in set(ANNEX_2) - {letters}:
            refused = issue(browser, of, code=f"CC-140213-0900-{others}-00")
            assert refused.status_code == 409
            assert f"应为 {letters}" in words(refused)
        assert code_of(of) == ""
        assert issue(browser, of).status_code == 302
        assert code_of(of).split("-")[3] == letters


def test_many_are_coded_after_a_confirmation_that_says_exactly_what_will_happen():
    browser, some = reviewer("新绛", F.ECOLOGY), [outlet("新绛") for _one in range(3)]
    listed = browser.get("/codes/issue?unit=140825")
    assert all(one.name in words(listed) for one in some)
    confirm = browser.post("/codes/issue/confirm", {"outlet": [one.pk for one in some]})
    assert "将为以下 3 个排污口赋码" in words(confirm)
    token = re.search(r'name="token" value="([^"]+)"', confirm.content.decode()).group(1)
    assert browser.post("/codes/issue/confirm", {"token": token}).status_code == 302
    assert [code_of(one)[-10:] for one in some] == ["0001-GY-00", "0002-GY-00", "0003-GY-00"]
    again = browser.post("/codes/issue/confirm", {"token": token})
    assert again.status_code == 409
    forged = browser.post("/codes/issue/confirm", {"token": token[:-3] + "abc"})
    assert forged.status_code == 409


def test_a_voided_code_and_a_range_by_the_pages():
    browser, of = reviewer("新绛", F.ECOLOGY), outlet("新绛")
    issue(browser, of)
    old = code_of(of)
    version = Outlet.objects.get(pk=of.pk).version
    assert browser.post(f"/outlets/{of.pk}/signs/void", {"version": version, "reason": "类型变更"}).status_code == 302
    assert old in words(browser.get(f"/outlets/{of.pk}/signs"))
    given = {"unit": "140825", "basin": "DB", "count": "5", "holder": "一队", "key": "k"}
    made = browser.post("/codes/segments?unit=140825", given)
    assert made.status_code == 302
    page = browser.get(made.url)
    version = re.search(r'name="version" value="(\d+)"', page.content.decode()).group(1)
    reported = browser.post(made.url, {"version": version, "act": "report", "lines": f"0004 {of.pk}"})
    assert reported.status_code == 302
    assert code_of(of) == "DB-140825-0004-GY-00"
    for address in (
        "/codes/issued",
        "/codes/table",
        "/codes/segments",
        f"/codes/segments/{IssuedCode.objects.latest('pk').segment_id}",
    ):
        assert browser.get(address).status_code == 200


# --- 标识牌 ------------


@pytest.mark.clause("DT-101")
def test_in_datong_a_party_without_a_board_is_urged_when_the_job_runs():
    of = outlet("大同", Stage.RETAINED)
    coding.issue_code(of, **BY)
    owner = build.officer(Role.ENTERPRISE, None, party=of.party)
    days = policy_of(of.unit_path, on=DAY).value("signboard.urge_days")
    in_time = DAY + timedelta(days=days)
    assert signboard_urging.urge_due(on=in_time, at=build.recorded(in_time)) == 0
    later = DAY + timedelta(days=days + 1)
    assert signboard_urging.urge_due(on=later, at=build.recorded(later)) == 1
    urging = Urging.objects.get()
    assert (urging.body, urging.clause) == (of.party, "大同 三(七)")
    assert Notice.objects.filter(officer=owner, kind="sign.urged").exists()
    told = words(client_of(owner).get("/notices/"))
    assert of.name in told
    page = reviewer("大同", F.ECOLOGY).get(f"/outlets/{of.pk}/signs")
    assert "第 1 次" in words(page)
    letter = reviewer("大同", F.ECOLOGY).get(f"/signboards/urgings/{urging.pk}.pdf")
    assert letter.content.startswith(b"%PDF-")
    assert signboard_urging.urge_due(on=later, at=build.recorded(later)) == 0, "once for each turn"


def test_a_board_goes_from_design_to_the_bank_by_the_pages():
    of = outlet("大同", Stage.RETAINED)
    coding.issue_code(of, **BY)
    browser = reviewer("大同", F.ECOLOGY)
    made = browser.post(f"/outlets/{of.pk}/signs/design")
    assert made.status_code == 302
    page = browser.get(made.url)
    assert of.party.name in words(page)
    assert browser.get(made.url + ".svg").content.startswith(b"<svg")
    assert browser.get(made.url + ".pdf").content.startswith(b"%PDF-")
    unmade = Client().get(f"/o/{code_of(of)}")
    assert unmade.status_code == 404
    assert "没有查到这块标识牌" in unmade.content.decode()
    sign = queries.sign_of(of)
    press(browser, sign, "print")
    public = Client().get(f"/o/{code_of(of)}")
    assert public.status_code == 200
    shown = [row["text"] for row in sign.content if row["key"] != "qr" and row["text"]]
    assert all(text in words(public) for text in shown)
    assert of.registered_by not in public.content.decode()
    refused = press(browser, sign, "erect")
    assert refused.status_code == 409
    assert "请上传立牌后的照片" in words(refused)
    photo = SimpleUploadedFile("a.jpg", picture(), "image/jpeg")
    place_of = {"longitude": str(of.longitude_deg), "latitude": str(of.latitude_deg)}
    assert press(browser, sign, "erect", photo=photo, **place_of).status_code == 302
    assert queries.sign_of(of).is_up
    assert browser.get(f"/signboards/{sign.pk}/photo").status_code == 200
    assert press(browser, sign, "damage", damage="倾倒").status_code == 302
    assert press(browser, sign, "void", reason="换新").status_code == 302
    assert queries.sign_of(of) is None


def press(browser: Client, sign, act: str, **given: object):
    version = queries.signs_of(sign.outlet)[0].version
    return browser.post(f"/signboards/{sign.pk}/acts/{act}", {"version": version, **given})


def test_many_boards_are_designed_and_printed_from_the_list():
    some = [outlet("大同", Stage.RETAINED) for _one in range(2)]
    for of in some:
        coding.issue_code(of, **BY)
    browser = reviewer("大同", F.ECOLOGY)
    keys = {"outlet": [of.pk for of in some]}
    assert browser.post("/signboards/together", {**keys, "act": "pdf"}).status_code == 409
    assert browser.post("/signboards/together", {**keys, "act": "design"}).status_code == 302
    assert browser.post("/signboards/together", {**keys, "act": "pdf"}).content.startswith(b"%PDF-")
    assert browser.post("/signboards/together", {**keys, "act": "print"}).status_code == 302
    listed = browser.get("/signboards/?unit=140213&state=printed")
    assert all(of.name in words(listed) for of in some)


# --- 配合单位 ------------


@pytest.mark.clause("DT-104")
@pytest.mark.parametrize("function", [F.WATER, F.AGRICULTURE, F.INDUSTRY])
def test_in_datong_a_supporting_bureau_brings_evidence_and_cannot_close(function):
    city = build.unit("140200")
    bureau = office(city, function)
    for other in {F.WATER, F.AGRICULTURE, F.INDUSTRY} - {function}:
        office(city, other)
    office(place("大同"), F.GOVERNMENT)
    of = outlet("大同")
    coding.issue_code(of, **BY)
    item = standardisation_support.after_code(of, on=DAY, by=CONSOLE, at=NOON)
    assert item == standardisation_support.after_code(of, on=DAY, by=CONSOLE, at=NOON)
    assert item.clause == "大同 三(七)"
    supporting = {part.body_id for part in item.parts.filter(part="supporting")}
    assert bureau.pk in supporting
    assert len(supporting) == 3
    browser = client_of(build.officer(Role.REVIEWER, city, body=bureau))
    part, today = item.parts.get(body=bureau), timezone.localdate().isoformat()
    assert browser.get(f"/dispatch/{item.pk}").status_code == 200
    evidence = SimpleUploadedFile("佐证.txt", "佐证材料".encode())
    given = {"version": item.version, "text": "已核对", "on": today, "paper": evidence}
    assert browser.post(f"/dispatch/{item.pk}/acts/feedback?part={part.pk}", given).status_code == 302
    assert part.feedbacks.get().sha256
    item.refresh_from_db()
    closing = {"version": item.version, "on": today}
    assert "disabled>办结</button>" in browser.get(f"/dispatch/{item.pk}").content.decode()
    assert browser.post(f"/dispatch/{item.pk}/acts/close", closing).status_code == 403
    item.refresh_from_db()
    assert item.closed_on is None


def test_a_refused_design_says_why():
    of = outlet("大同")
    with pytest.raises(Refused, match="signs"):
        signs.design_sign(of, **BY)
