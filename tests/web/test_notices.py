"""消息: the bell and the page behind it."""

import pytest

from qingyuan.core.access import CONSOLE, Role
from qingyuan.stages.notice import actions
from qingyuan.stages.notice.actions import Told
from qingyuan.stages.notice.kinds import Kind
from tests import build
from tests.web.people import client_of, words


@pytest.fixture
def officer(db):
    build.country(waters=False, packs=False)
    return build.officer(Role.CLERK, build.unit("140200"))


def tell(officer, *numbers: int) -> None:
    actions.notify_many(
        [
            Told(
                f"item:{number}:issued",
                Kind.ITEM_ISSUED,
                ("item", str(number)),
                officers=[officer.pk],
                params={"from": "某市生态环境局", "title": f"第{number}件事"},
                link=("web:my-account", ()),
            )
            for number in numbers
        ],
        by=CONSOLE,
        on=build.DAY,
        at=build.NOON,
    )


def test_the_bell_says_how_many_are_unread_and_pressing_one_reads_it_and_opens_its_page(officer):
    tell(officer, 1, 2)
    browser = client_of(officer)
    page = browser.get("/notices/")
    assert "2 条未读" in words(page)
    assert "某市生态环境局交办：第2件事" in words(page)
    first = page.context["notices"][0]
    answer = browser.post(f"/notices/{first.pk}/read")
    assert answer.url == "/me"
    page = browser.get("/notices/")
    assert "1 条未读" in words(page)
    assert [one.read_at is None for one in page.context["notices"]] == [False, True]


def test_looking_at_the_page_reads_nothing(officer):
    tell(officer, 1)
    browser = client_of(officer)
    browser.get("/notices/")
    assert "1 条未读" in words(browser.get("/notices/"))


def test_all_are_read_at_once_and_unread_ones_can_be_asked_for_alone(officer):
    tell(officer, 1, 2, 3)
    browser = client_of(officer)
    newest = browser.get("/notices/").context["newest"]
    tell(officer, 4)
    answer = browser.post("/notices/read-all", {"up_to": newest}, follow=True)
    assert "已将 3 条消息标为已读" in words(answer)
    page = browser.get("/notices/?show=unread")
    assert [one.sentence for one in page.context["notices"]] == ["某市生态环境局交办：第4件事"]


def test_more_than_a_page_follow_by_a_link_and_an_empty_box_says_what_will_come(officer):
    browser = client_of(officer)
    assert "还没有消息" in words(browser.get("/notices/"))
    tell(officer, *range(60))
    page = browser.get("/notices/")
    following = browser.get(f"/notices/?{page.context['next']}")
    assert (len(page.context["notices"]), len(following.context["notices"])) == (50, 10)
    assert following.context["next"] == ""
