"""Pages of leads: the inbox, one lead on one screen, files, bulk, probable missed outlets."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from qingyuan.access.queries import actor_of
from qingyuan.core.access import Actor, Role
from qingyuan.core.geometry import cgcs2000_to_gcj02
from qingyuan.places.locating import line_distance_m, read_shape
from qingyuan.registry import registers
from qingyuan.registry.models import Outlet
from qingyuan.stages.survey.models_leads import Hint, Lead
from tests import build
from tests.stages.survey import build_leads
from tests.web.people import client_of

pytestmark = pytest.mark.django_db
PIXEL = b"\x89PNG\r\n\x1a\n" + b"\x00" * 16


@pytest.fixture
def clerk() -> tuple[Client, Actor]:
    build.country()
    officer = build.officer(Role.CLERK, build.unit("140213"))
    return client_of(officer), actor_of(officer, on=date(2023, 6, 1))


def paper(name: str = "排查记录.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"%PDF-1.4 test", "application/pdf")


def as_outlet(lead: Lead, **more: object) -> dict[str, object]:
    """The settle form of a lead, filled in."""
    given = {
        "name": lead.name,
        "longitude": str(lead.longitude_deg),
        "latitude": str(lead.latitude_deg),
        "water": "",
        "water_text": "御河",
        "discharge_pattern": "连续",
        "unit_unknown": "on",
        "level": "2",
        "on": timezone.localdate().isoformat(),
        "paper": paper(),
        **more,
    }
    return {"version": lead.version, **{f"outlet-{name}": value for name, value in given.items()}}


def test_the_inbox_is_empty_first_and_then_lists_what_was_reported(clerk: tuple[Client, Actor]) -> None:
    client, by = clerk
    assert "还没有线索" in client.get(reverse("web:leads")).content.decode()
    lead = build_leads.lead(by, build.unit("140213"), longitude="40.08", latitude="113.31")
    page = client.get(reverse("web:leads")).content.decode()
    assert lead.name in page
    assert "填反" in page
    assert lead.name not in client.get(reverse("web:leads"), {"source": "permit"}).content.decode()


def test_a_lead_is_reported_by_hand_once_however_often_one_presses(clerk: tuple[Client, Actor]) -> None:
    client, _by = clerk
    given = {
        "key": "k1",
        "source": "complaint",
        "unit": "140213",
        "longitude": "113.31",
        "latitude": "40.08",
        "datum": "gcj02",
        "text": "有异味",
        "level": "1",
        "on": "2023-06-01",
        "photo": SimpleUploadedFile("p.png", PIXEL, "image/png"),
    }
    for _press in range(2):
        given["photo"] = SimpleUploadedFile("p.png", PIXEL, "image/png")
        answer = client.post(reverse("web:lead-new"), given)
        assert answer.status_code == 302
    lead = Lead.objects.get()
    assert client.get(reverse("web:lead", args=[lead.pk])).status_code == 200
    assert client.get(reverse("web:lead-photo", args=[lead.pk])).headers["Content-Type"] == "image/png"


@pytest.mark.clause("DT-30")
def test_a_second_outlet_within_the_duplicate_distance_is_blocked_until_linked_or_justified(
    clerk: tuple[Client, Actor],
) -> None:
    client, by = clerk
    standing = build.outlet(build.unit("140213"))
    lead = build_leads.lead(
        by, build.unit("140213"), longitude=standing.longitude_deg, latitude=float(standing.latitude_deg) + 0.0002
    )
    address = reverse("web:lead-act", args=[lead.pk, "outlet"])
    blocked = client.post(address, as_outlet(lead))
    assert blocked.status_code == 409
    assert standing.name in blocked.content.decode()
    # The form of the register blocks the same, and offers the outlet that stands there.
    form = {
        "name": "第二个口",
        "unit": "140213",
        "is_direct": "on",
        "conduit_form": "管道",
        "longitude": str(standing.longitude_deg),
        "latitude": str(standing.latitude_deg),
        "on": "2023-06-01",
        "paper": paper(),
    }
    second = client.post(reverse("web:register"), form)
    assert second.status_code == 409
    assert reverse("web:outlet", args=[standing.pk]) in second.content.decode()
    assert not Outlet.objects.filter(name="第二个口").exists()
    form |= {"paper": paper(), "apart": "相邻两个口，管径不同"}
    assert client.post(reverse("web:register"), form).status_code == 302
    assert Outlet.objects.filter(name="第二个口").exists()
    # Linked: the lead ends as the outlet that stands there.
    lead.refresh_from_db()
    linked = {
        "version": lead.version,
        "duplicate-twin": f"o{standing.pk}",
        "duplicate-reason": "同一个口",
        "duplicate-on": "2023-06-01",
    }
    assert client.post(reverse("web:lead-act", args=[lead.pk, "duplicate"]), linked).status_code == 302
    lead.refresh_from_db()
    assert (lead.state, lead.same_as_id) == ("duplicate", standing.pk)


def test_one_settles_a_lead_on_its_screen_and_takes_it_back(clerk: tuple[Client, Actor]) -> None:
    client, by = clerk
    lead = build_leads.lead(by, build.unit("140213"))
    address = reverse("web:lead-act", args=[lead.pk, "outlet"])
    answer = client.post(address, as_outlet(lead, water_text="", discharge_pattern=""), follow=True)
    assert "污水去向" in answer.content.decode()
    lead.refresh_from_db()
    assert lead.outlet is not None
    assert set(lead.outlet.missing) == {"destination", "character"}
    stale = client.post(address, as_outlet(lead) | {"version": 1})
    assert stale.status_code == 409
    undo = {"version": lead.version, "reopen-reason": "看错了", "reopen-on": timezone.localdate().isoformat()}
    assert client.post(reverse("web:lead-act", args=[lead.pk, "reopen"]), undo).status_code == 302
    lead.refresh_from_db()
    assert lead.state == "open"


def test_a_file_of_points_comes_in_with_its_images_and_nothing_is_lost(clerk: tuple[Client, Actor]) -> None:
    client, _by = clerk
    rows = [
        "图斑编号,名称,经度,纬度,影像,坐标系",
        "T1,疑似点一,113.31,40.08,a.png,",
        "T2,疑似点二,40.08,113.32,b.png,GCJ-02",
    ]
    rows += ["T3,疑似点三,看不清,,,"]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("images/a.png", PIXEL)
    given = {
        "file": SimpleUploadedFile("遥感疑似点.csv", "\n".join(rows).encode()),
        "images": SimpleUploadedFile("images.zip", packed.getvalue()),
        "title": "2023年遥感疑似点",
        "source": "remote_sensing",
        "datum": "cgcs2000",
        "level": "1",
        "on": "2023-06-01",
    }
    answer = client.post(reverse("web:leads-import"), given)
    assert answer.status_code == 302
    leads = {one.source_ref: one for one in Lead.objects.all()}
    assert set(leads) == {"T1", "T2", "T3"}
    assert leads["T1"].photo_sha256
    assert leads["T1"].name == "疑似点一"
    codes = {str(one["code"]) for one in leads["T2"].findings}
    assert {"coordinate.order", "coordinate.converted", "lead.no_image"} <= codes
    assert leads["T3"].longitude_deg is None
    told = client.get(reverse("web:lead", args=[leads["T2"].pk])).content.decode()
    assert "经度、纬度填反" in told, "who settles the lead reads what was wrong with it"
    assert "GCJ-02" in told or "GCJ02" in told
    page = client.get(answer.headers["Location"]).content.decode()
    assert "没有收到影像" in page


def test_points_of_a_public_map_in_a_file_that_does_not_say_so_are_doubted_and_never_shifted(
    clerk: tuple[Client, Actor],
) -> None:
    client, _by = clerk
    line = read_shape(build.water("桑干河").geometry)
    points = (line.interpolate(part / 20, normalized=True).coords[0] for part in range(1, 20))
    as_on_a_map = ([round(value, 6) for value in cgcs2000_to_gcj02(*one)] for one in points)
    lon, lat = next(one for one in as_on_a_map if line_distance_m(line, *one) > 250)
    rows = ["图斑编号,名称,经度,纬度,受纳水体", f"T1,疑似点一,{lon},{lat},桑干河", f"T2,疑似点二,{lon},{lat},"]
    given = {
        "title": "没有写明坐标系的疑似点",
        "source": "remote_sensing",
        "datum": "cgcs2000",
        "level": "1",
        "on": "2023-06-01",
    }
    sent = {"file": SimpleUploadedFile("疑似点.csv", "\n".join(rows).encode())}
    assert client.post(reverse("web:leads-import"), given | sent).status_code == 302
    leads = list(Lead.objects.all())
    assert len(leads) == 2
    for lead in leads:
        assert (float(lead.longitude_deg or 0), float(lead.latitude_deg or 0)) == (lon, lat), "as it was given"
        assert "coordinate.datum" in {str(one["code"]) for one in lead.findings}
        assert "coordinate.converted" not in {str(one["code"]) for one in lead.findings}
        told = client.get(reverse("web:lead", args=[lead.pk])).content.decode()
        assert "坐标可能是GCJ-02" in told
        assert "请核对后更正" in told
    # Said by who brings the file in, it is converted, and the finding says that.
    other = {"file": SimpleUploadedFile("疑似点.csv", "\n".join([*rows[:1], rows[1].replace("T1", "T9")]).encode())}
    assert (
        client.post(reverse("web:leads-import"), given | other | {"datum": "gcj02", "title": "另一批"}).status_code
        == 302
    )
    moved = Lead.objects.get(source_ref="T9")
    assert "coordinate.converted" in {str(one["code"]) for one in moved.findings}
    assert abs(float(moved.longitude_deg or 0) - lon) > 0.002


def test_several_are_ended_after_one_confirmation_that_says_what_will_happen(clerk: tuple[Client, Actor]) -> None:
    client, by = clerk
    leads = [build_leads.lead(by, build.unit("140213")) for _number in range(3)]
    given: dict[str, object] = {"lead": [one.pk for one in leads], "kind": "nothing", "reason": "逐处踏勘，没有排口"}
    page = client.post(reverse("web:leads-bulk"), given).content.decode()
    assert all(one.name in page for one in leads)
    assert Lead.objects.filter(state="open").count() == 3
    given |= {"confirm": "1", **{f"version_{one.pk}": one.version for one in leads}}
    assert client.post(reverse("web:leads-bulk"), given).status_code == 302
    assert Lead.objects.filter(state="not_outlet").count() == 3


def test_a_kilometre_says_why_an_outlet_was_probably_missed_and_turns_into_a_lead(
    clerk: tuple[Client, Actor],
) -> None:
    client, _by = clerk
    assert "没有研判依据" in client.get(reverse("web:leads-missing")).content.decode()
    given = {
        "kind": "permit",
        "text": "某厂许可证载明的废水总排口",
        "unit": "140213",
        "water": "御河",
        "longitude": "113.35",
        "latitude": "40.05",
        "datum": "cgcs2000",
        "on": "2023-06-01",
        "paper": paper("许可证.pdf"),
    }
    assert client.post(reverse("web:hint-new"), given).status_code == 302
    page = client.get(reverse("web:leads-missing")).content.decode()
    assert "某厂许可证载明的废水总排口" in page
    key = page.split('name="key" value="')[1].split('"')[0]
    for _press in range(2):
        assert client.post(reverse("web:leads-missing-turn"), {"key": key}).status_code == 302
    lead = Lead.objects.get()
    assert lead.source == "ranking"
    assert lead.score == 30
    assert "某厂" in lead.reasons[0]["text"]
    hint = Hint.objects.get()
    client.post(reverse("web:hint-retract", args=[hint.pk]), {"reason": "许可证已注销"})
    assert "没有研判依据" in client.get(reverse("web:leads-missing")).content.decode()


def test_who_only_looks_sees_grey_buttons_and_may_not_press_them(clerk: tuple[Client, Actor]) -> None:
    _client, by = clerk
    lead = build_leads.lead(by, build.unit("140213"))
    leader = client_of(build.officer(Role.LEADER, build.unit("140213")))
    page = leader.get(reverse("web:lead", args=[lead.pk])).content.decode()
    assert "没有在此办理“处置线索”的权限" in page
    assert leader.post(reverse("web:lead-act", args=[lead.pk, "not-outlet"]), {}).status_code == 403
    far = client_of(build.officer(Role.CLERK, build.unit("410502")))
    assert far.get(reverse("web:lead", args=[lead.pk])).status_code == 404


def test_an_open_lead_waits_in_the_tasks_of_who_settles_it(clerk: tuple[Client, Actor]) -> None:
    client, by = clerk
    lead = build_leads.lead(by, build.unit("140213"))
    page = client.get(reverse("web:home")).content.decode()
    assert f"{lead.name}：核实线索" in page
    assert reverse("web:lead", args=[lead.pk]) in page
    leader = client_of(build.officer(Role.LEADER, build.unit("140213")))
    assert lead.name not in leader.get(reverse("web:home")).content.decode()


@pytest.mark.clause("JY-35")
def test_who_surveyed_does_not_verify_and_until_a_second_person_does_it_is_in_no_count() -> None:
    build.country()
    where, today = build.unit("419001"), timezone.localdate()
    surveyor = build.officer(Role.REVIEWER, where)
    lead = build_leads.lead(actor_of(surveyor, on=date(2023, 6, 1)), where, longitude="112.6", latitude="35.09")
    own, second = client_of(surveyor), client_of(build.officer(Role.REVIEWER, where))
    given = as_outlet(lead, longitude="112.6", latitude="35.09", water_text="蟒河")
    assert own.post(reverse("web:lead-act", args=[lead.pk, "outlet"]), given).status_code == 302
    outlet = Outlet.objects.get(in_register=True)
    directory = registers.register_of(where.path, "directory", on=today)
    assert "已排查待核实" in own.get(reverse("web:outlet", args=[outlet.pk])).content.decode()
    assert registers.how_many(directory, where, on=today) == 0
    act = {"version": outlet.version, "on": today.isoformat()}
    address = reverse("web:act", args=[outlet.pk, "verify"])
    barred = own.post(address, act)
    assert barred.status_code == 409
    assert "由第二人核实" in barred.content.decode()
    assert second.post(address, act).status_code == 302
    assert registers.how_many(directory, where, on=today) == 1
