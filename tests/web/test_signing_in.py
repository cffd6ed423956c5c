"""Signing in, the lock, passwords: the numbers are the rulebook's."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from qingyuan.access.models import Officer
from qingyuan.core.access import Role
from qingyuan.ledger import queries as ledger
from tests import build
from tests.web.people import client_of, words

PASSWORD = "Qingyuan-2023"


@pytest.fixture
def clerk(db):
    build.country(waters=False)
    return build.officer(Role.CLERK, build.unit("140213"), password=PASSWORD)


def sign_in(client, name, password, **more):
    return client.post("/sign-in", {"username": name, "password": password, **more})


def test_who_signs_in_comes_to_the_home_page_and_the_ledger_says_so(clerk):
    client = Client()
    assert sign_in(client, clerk.username, PASSWORD).url == "/"
    assert client.get("/").status_code == 200
    assert "officer.sign_in" in [line.act for line in ledger.timeline("officer", str(clerk.pk))]


def test_who_was_sent_to_sign_in_comes_back_to_where_he_wanted_to_go_but_never_to_another_site(clerk):
    client = Client()
    assert client.get("/outlets/").url == "/sign-in?next=/outlets/"
    assert sign_in(client, clerk.username, PASSWORD, next="/outlets/").url == "/outlets/"
    assert sign_in(Client(), clerk.username, PASSWORD, next="https://elsewhere.example/").url == "/"


def test_a_wrong_password_is_answered_in_a_sentence_that_does_not_say_which_part_was_wrong(clerk):
    answer = sign_in(Client(), clerk.username, "wrong")
    assert answer.status_code == 403
    assert "账号或密码不正确。连续5次错误将锁定30分钟。" in words(answer)
    assert words(sign_in(Client(), "nobody", "wrong")) == words(answer).replace(clerk.username, "nobody")


def test_five_wrong_passwords_lock_the_name_even_for_the_right_one(clerk):
    client = Client()
    for _time in range(5):
        answer = sign_in(client, clerk.username, "wrong")
    assert answer.status_code == 429
    right = sign_in(Client(), clerk.username, PASSWORD)
    assert right.status_code == 429
    assert "密码连续5次错误，账号已锁定30分钟" in words(right)


def test_the_lock_ends_after_thirty_minutes(clerk):
    from axes.models import AccessAttempt

    for _time in range(5):
        sign_in(Client(), clerk.username, "wrong")
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=31))
    assert sign_in(Client(), clerk.username, PASSWORD).status_code == 302


def test_signing_out_needs_a_post_and_leaves_nothing_open(clerk):
    client = client_of(clerk)
    assert client.get("/sign-out").status_code == 405
    assert client.post("/sign-out").url == "/sign-in"
    assert client.get("/outlets/").status_code == 302


def test_a_one_time_password_opens_one_page_only_until_it_is_changed(clerk):
    Officer.objects.filter(pk=clerk.pk).update(must_change_password=True)
    client = client_of(clerk)
    assert client.get("/outlets/").url == "/me/password"
    assert "一次性密码，请先修改密码" in words(client.get("/me/password"))
    answer = client.post("/me/password", {"old": PASSWORD, "new": "Xinmima-2026", "again": "Xinmima-2026"})
    assert answer.url == "/"
    assert client.get("/outlets/").status_code == 200


def test_a_password_of_ninety_one_days_must_be_changed(clerk):
    Officer.objects.filter(pk=clerk.pk).update(password_changed_at=timezone.now() - timedelta(days=91))
    client = client_of(clerk)
    assert client.get("/").url == "/me/password"
    assert "密码已使用超过90天" in words(client.get("/me/password"))


@pytest.mark.parametrize(
    ("old", "new", "again", "said"),
    [
        ("wrong", "Xinmima-2026", "Xinmima-2026", "原密码不正确。"),
        (PASSWORD, "Xinmima-2026", "Xinmima-2027", "两次输入的新密码不一致。"),
        (PASSWORD, PASSWORD, PASSWORD, "新密码不能与原密码相同。"),
        (PASSWORD, "Ab-1", "Ab-1", "密码至少8位。"),
        (PASSWORD, "abcdefgh1", "abcdefgh1", "密码须含大写字母、小写字母、数字、符号中的3种。"),
    ],
)
def test_a_password_that_does_not_do_is_refused_at_its_field(clerk, old, new, again, said):
    answer = client_of(clerk).post("/me/password", {"old": old, "new": new, "again": again})
    assert answer.status_code == 409
    assert said in words(answer)
    clerk.refresh_from_db()
    assert clerk.check_password(PASSWORD)
