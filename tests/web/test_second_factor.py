"""动态口令: enrolled with a code, asked after the password, counted by the same lock, taken once."""

import base64
import re
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.test import Client
from django.utils import timezone

from qingyuan.access import second_factor as factors
from qingyuan.access.models import Officer, SecondFactor
from qingyuan.access.queries import actor_of
from qingyuan.core.access import Role
from qingyuan.ledger import queries as ledger
from tests import build
from tests.web.people import client_of, words

PASSWORD = "Qingyuan-2023"


@pytest.fixture
def city(db):
    build.country(waters=False)
    return build.unit("140200")


def shown(secret, at=None):
    """What the telephone shows."""
    moment = (at or timezone.now()).timestamp()
    return TOTP(base64.b32decode(secret), 6, SHA1(), 30).generate(int(moment)).decode()


def enrolled(officer):
    """Enrol a minute ago, so that the present code has not been taken; the secret and the recovery codes."""
    secret, then = factors.new_secret(), timezone.now() - timedelta(minutes=2)
    by = actor_of(officer, on=timezone.localdate())
    return secret, factors.enrol_factor(officer, secret=secret, code=shown(secret, then), by=by, at=then)


def sign_in(client, officer, password=PASSWORD):
    return client.post("/sign-in", {"username": officer.username, "password": password, "next": "/outlets/"})


def test_an_officer_enrols_on_his_own_page_and_sees_the_recovery_codes_once(city):
    clerk = build.officer(Role.CLERK, city, password=PASSWORD)
    page = client_of(clerk)
    first = page.get("/me/second-factor").content.decode()
    assert "<svg" in first
    assert "<script" not in first[first.index("<svg") : first.index("</svg>")]
    secret = re.search(r'id="secret">([A-Z2-7]+)<', first)[1]
    assert page.post("/me/second-factor", {"code": "000000"}).status_code == 409
    assert not SecondFactor.objects.exists()
    codes = re.findall(
        r"<li><code>([a-z0-9-]{19})</code>", page.post("/me/second-factor", {"code": shown(secret)}).content.decode()
    )
    assert len(codes) == 8
    assert codes[0] not in page.get("/me/second-factor").content.decode()
    assert secret not in SecondFactor.objects.get().secret
    assert ledger.timeline("officer", str(clerk.pk))[0].act == "officer.enrol_factor"


def test_the_right_password_alone_opens_nothing_and_the_code_leads_to_where_he_wanted_to_go(city):
    clerk = build.officer(Role.CLERK, city, password=PASSWORD)
    secret, _codes = enrolled(clerk)
    client = Client()
    assert sign_in(client, clerk).url == "/sign-in/code"
    assert client.get("/outlets/").url.startswith("/sign-in")
    assert "动态口令" in words(client.get("/sign-in/code"))
    assert client.post("/sign-in/code", {"code": shown(secret)}).url == "/outlets/"
    assert client.get("/outlets/").status_code == 200


def test_a_code_is_taken_once(city):
    clerk = build.officer(Role.CLERK, city, password=PASSWORD)
    secret, codes = enrolled(clerk)
    for code in (shown(secret), codes[0]):
        for expected in (302, 403):
            client = Client()
            sign_in(client, clerk)
            assert client.post("/sign-in/code", {"code": code}).status_code == expected


@pytest.mark.parametrize("code", ["", "１２３４５６", "12345", "x" * 40, "abcd-efgh"])
def test_what_is_no_code_opens_nothing(city, code):
    clerk = build.officer(Role.CLERK, city, password=PASSWORD)
    enrolled(clerk)
    client = Client()
    sign_in(client, clerk)
    assert client.post("/sign-in/code", {"code": code}).status_code in {200, 403}
    assert client.get("/outlets/").status_code == 302


def test_wrong_codes_lock_the_name_like_wrong_passwords(city):
    clerk = build.officer(Role.CLERK, city, password=PASSWORD)
    secret, _codes = enrolled(clerk)
    client = Client()
    sign_in(client, clerk)
    for _time in range(5):
        answer = client.post("/sign-in/code", {"code": "abc"})
    assert answer.status_code == 429
    assert sign_in(Client(), clerk).status_code == 429
    assert client.post("/sign-in/code", {"code": shown(secret)}).url == "/sign-in"


def test_a_password_that_was_changed_meanwhile_or_ten_minutes_end_the_waiting(city):
    clerk = build.officer(Role.CLERK, city, password=PASSWORD)
    secret, _codes = enrolled(clerk)
    client = Client()
    sign_in(client, clerk)
    Officer.objects.filter(pk=clerk.pk).update(is_active=False)
    assert client.post("/sign-in/code", {"code": shown(secret)}).url == "/sign-in"
    Officer.objects.filter(pk=clerk.pk).update(is_active=True)
    session = client.session
    session["half_signed_in"] = session["half_signed_in"] | {"until": 0}
    session.save()
    assert client.post("/sign-in/code", {"code": shown(secret)}).url == "/sign-in"
    assert Client().get("/sign-in/code").url == "/sign-in"


def test_a_role_that_must_have_a_second_factor_is_led_to_the_page_and_nowhere_else(city):
    manager = build.officer(Role.ADMINISTRATOR, city, password=PASSWORD)
    client = Client()
    sign_in(client, manager)
    assert client.get("/officers/").url == "/me/second-factor"
    page = client.get("/me/second-factor")
    assert "您的角色须启用动态口令，请先启用。" in words(page)
    secret = re.search(r'id="secret">([A-Z2-7]+)<', page.content.decode())[1]
    assert "恢复码" in words(client.post("/me/second-factor", {"code": shown(secret)}))
    assert client.get("/officers/").status_code == 200


def test_accounts_of_the_demonstration_are_not_asked_for_one(city):
    manager = build.officer(Role.ADMINISTRATOR, city, password=PASSWORD)
    Officer.objects.filter(pk=manager.pk).update(is_demo=True)
    client = Client()
    sign_in(client, manager)
    assert client.get("/officers/").status_code == 200


def test_the_manager_resets_it_for_who_lost_his_telephone_but_not_for_himself(city):
    manager, clerk = build.officer(Role.ADMINISTRATOR, city), build.officer(Role.CLERK, city, password=PASSWORD)
    enrolled(clerk)
    enrolled(manager)
    page = client_of(manager)
    assert "解除动态口令" in words(page.get(f"/officers/{clerk.pk}"))
    for _time in range(2):
        assert page.post(f"/officers/{clerk.pk}/reset-second-factor").url == f"/officers/{clerk.pk}"
    assert sign_in(Client(), clerk).url == "/outlets/"
    page.post(f"/officers/{manager.pk}/reset-second-factor")
    assert factors.factor_of(manager) is not None


def test_recovery_codes_made_anew_put_the_old_ones_out_of_use(city):
    clerk = build.officer(Role.CLERK, city, password=PASSWORD)
    secret, old = enrolled(clerk)
    page = client_of(clerk)
    assert page.post("/me/second-factor", {"code": "abc"}).status_code == 409
    answer = page.post("/me/second-factor", {"code": shown(secret)}).content.decode()
    new = re.findall(r"<li><code>([a-z0-9-]{19})</code>", answer)
    assert not factors.take_code(clerk, old[1], at=timezone.now())
    assert factors.take_code(clerk, new[1].upper(), at=timezone.now())
