"""水体 by page: listed in one's scope, entered, corrected, flagged by a paper; progress follows at once."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from qingyuan.boards.progress import queries as progress
from qingyuan.boards.progress.queries import Asking, Where
from qingyuan.core.access import CONSOLE, Role
from qingyuan.core.lifecycle import Stage
from qingyuan.core.waters import WaterFlagKind
from qingyuan.ledger import queries as ledger
from qingyuan.places import queries
from qingyuan.places.models import Water
from qingyuan.registry.models import Outlet
from tests import build
from tests.web.people import client, words

pytestmark = pytest.mark.django_db
JIYUAN, ZHULONG, MANG = "419001", "DA0005", "DA0003"


@pytest.fixture(autouse=True)
def _country():
    build.country()


@pytest.fixture
def reviewer():
    return client(Role.REVIEWER, build.unit(JIYUAN))


def version(code):
    return Water.objects.get(code=code).version


def press(browser, code, act, **given):
    return browser.post(f"/places/waters/{code}/{act}", {"version": version(code), **given})


def counted(code=JIYUAN, **more):
    asking = Asking.today(timezone.now())
    board = progress.scoreboard(Where(code), asking, actor=CONSOLE, measured_only=True)
    return {cell.target.metric: cell.figure.denominator for cell in board.total.cells}


def test_the_waters_of_ones_scope_are_listed_searched_and_filtered_by_flag(reviewer):
    page = words(reviewer.get("/places/waters/"))
    assert "蟒河" in page
    assert "桑干河" not in page
    assert "珠龙河" not in words(reviewer.get("/places/waters/?flag=main_river"))
    found = words(reviewer.get("/places/waters/?q=珠龙"))
    assert "珠龙河" in found
    assert "沁河" not in found
    assert "没有符合条件的水体" in words(reviewer.get("/places/waters/?q=没有这条河"))


def test_a_water_tells_what_it_flows_into_and_what_flows_into_it(reviewer):
    page = words(reviewer.get(f"/places/waters/{MANG}"))
    assert "下游 黄河" in page
    for name in ("珠龙河", "济水", "演示塘坝"):
        assert name in page.partition("上游（直接汇入）")[2]
    assert reviewer.get("/places/waters/CC0003").status_code == 404


def test_a_flag_set_by_page_changes_the_denominator_at_once_and_rests_on_its_paper(reviewer):
    where = build.unit(JIYUAN)
    build.outlet(where, stage=Stage.VERIFIED, receiving=build.water("珠龙河"))
    before = counted()["tracing"]
    paper = SimpleUploadedFile("清单.txt", "主要河流清单".encode())
    given = {"flag": "main_river", "from_day": "2023-01-01", "source": "主要河流清单", "status": "read", "paper": paper}
    assert press(reviewer, ZHULONG, "set-flag", **given).status_code == 302
    assert counted()["tracing"] == before + 1
    page = reviewer.get(f"/places/waters/{ZHULONG}")
    assert "主要河流 2023-01-01 至今 主要河流清单 原文 今天有效" in words(page)
    last = ledger.timeline("water", ZHULONG)[0]
    assert (last.act, len(last.evidence)) == ("water.set_flag", 1)
    flag = Water.objects.get(code=ZHULONG).flags.get()
    assert b"".join(reviewer.get(f"/places/waters/{ZHULONG}/papers/{flag.pk}").streaming_content)
    given["paper"] = SimpleUploadedFile("清单.txt", "主要河流清单".encode())
    assert press(reviewer, ZHULONG, "set-flag", **given).status_code == 302  # the same once more: nothing is doubled
    assert len(ledger.timeline("water", ZHULONG)) == 1


def test_a_flag_ends_on_a_day_and_one_set_in_error_is_taken_back_for_all_days(reviewer):
    build.outlet(build.unit(JIYUAN), stage=Stage.VERIFIED, receiving=build.water("蟒河"))
    assert counted()["tracing"] == 1
    press(reviewer, MANG, "end-flag", flag="main_river", on="2024-01-01", source="调整通知")
    assert counted()["tracing"] == 0
    assert Water.objects.get(code=MANG).pk in queries.water_ids_with([WaterFlagKind.MAIN_RIVER], date(2023, 12, 31))
    press(reviewer, MANG, "set-flag", flag="main_river", from_day="2024-02-01", source="误", status="read")
    assert counted()["tracing"] == 1
    row = Water.objects.get(code=MANG).flags.get(from_day=date(2024, 2, 1))
    assert press(reviewer, MANG, "withdraw-flag", row=row.pk, reason="录入有误").status_code == 302
    assert counted()["tracing"] == 0
    assert "撤回" in words(reviewer.get(f"/places/waters/{MANG}"))
    again = press(reviewer, MANG, "withdraw-flag", row=row.pk, reason="录入有误")
    assert (again.status_code, "这条标记已经撤回" in words(again)) == (409, True)


def test_a_water_is_entered_with_a_code_of_its_own_and_corrected_with_its_outlets(reviewer):
    given = {"name": "村北沟", "kind": "ditch", "units": JIYUAN, "flows_into": "珠龙河", "source": "现场排查"}
    answer = reviewer.post("/places/waters/new", given)
    made = Water.objects.get(name="村北沟")
    assert answer.url == f"/places/waters/{made.code}"
    assert made.path.endswith(ZHULONG + made.code)
    twice = reviewer.post("/places/waters/new", given)
    assert (twice.status_code, "此处已登记名为“村北沟”的水体" in words(twice)) == (409, True)
    outlet = build.outlet(build.unit(JIYUAN), receiving=made)
    sent = given | {"flows_into": "蟒河", "on": "2023-06-01", "reason": "现场核对"}
    assert press(reviewer, made.code, "correct", **sent).status_code == 302
    outlet.refresh_from_db()
    made.refresh_from_db()
    assert outlet.water_path == made.path == build.water("蟒河").path + made.code
    assert Outlet.objects.within("41").filter(water_path=made.path).count() == 1


def test_a_water_does_not_flow_into_what_flows_into_it(reviewer):
    mang = Water.objects.get(code=MANG)
    sent = {"name": mang.name, "kind": "river", "units": JIYUAN, "flows_into": ZHULONG, "source": "现场"}
    answer = press(reviewer, MANG, "correct", **sent, on="2023-06-01", reason="改")
    assert (answer.status_code, "“珠龙河”本身汇入此水体" in words(answer)) == (409, True)


def test_who_has_only_a_part_of_a_river_sees_why_he_may_not_flag_it(reviewer):
    page = words(reviewer.get("/places/waters/DA0001"))  # 黄河 flows through 滑县 too
    assert "“黄河”还流经您管辖范围以外的地方（滑县）" in page
    assert press(reviewer, "DA0001", "set-flag", flag="main_river", source="x").status_code == 403
    clerk = client(Role.CLERK, build.unit(JIYUAN))
    assert clerk.get(f"/places/waters/{MANG}").status_code == 200
    assert clerk.get(f"/places/waters/{MANG}/set-flag").status_code == 403


def test_a_change_made_meanwhile_is_told(reviewer):
    given = {"flag": "main_river", "from_day": "2023-01-01", "source": "清单", "status": "read"}
    press(reviewer, ZHULONG, "set-flag", **given)
    answer = reviewer.post(f"/places/waters/{ZHULONG}/set-flag", {"version": 0, **given})
    assert (answer.status_code, "设置水体标记" in words(answer)) == (409, True)
