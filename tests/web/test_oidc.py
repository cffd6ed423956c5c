"""单点登录: the provider says who it is, the site's accounts say who may enter. A small provider on this machine."""

import base64
import hashlib
import json
import secrets
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from joserfc import jwt
from joserfc.jwk import RSAKey

from qingyuan.access import actions
from qingyuan.access.models import Officer
from qingyuan.core.access import CONSOLE, Role
from qingyuan.ledger import queries as ledger
from tests import build
from tests.web.people import words

pytestmark = [pytest.mark.enable_socket, pytest.mark.django_db]
CLIENT, SECRET = "qingyuan-test", "a-secret-of-the-test"


class Provider:
    """An issuer that is as right as `wrong` lets it be."""

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, parameters={"kid": "one"}, auto_kid=False)
        self.asked: dict[str, dict[str, str]] = {}
        self.wrong: dict[str, object] = {}
        self.who = ""
        self.url = ""
        self.reason = ""

    def authorize(self, address: str) -> str:
        """What the provider's own page does once a person has signed in there: back, with a code."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256"
        assert len(asked["nonce"]) >= 16
        code = secrets.token_urlsafe(8)
        self.asked[code] = asked
        return f"{asked['redirect_uri']}?code={code}&state={asked['state']}"

    def published(self) -> dict[str, object]:
        return {
            "issuer": self.wrong.get("published_issuer", self.url),
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/keys",
            "id_token_signing_alg_values_supported": ["RS256", "none"],
        }

    def token(self, form: dict[str, str]) -> dict[str, object] | None:
        asked = self.asked.pop(form["code"])
        proof = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).decode().rstrip("=")
        if proof != asked["code_challenge"]:
            self.reason = "the verifier does not fit"
            return None
        now = int(time.time())
        claims = {
            "iss": self.url,
            "aud": CLIENT,
            "sub": "7",
            "iat": now,
            "exp": now + 60,
            "nonce": asked["nonce"],
            "preferred_username": self.who,
        } | self.wrong.get("claims", {})
        key = self.wrong.get("key", self.key)
        signed = jwt.encode({"alg": "RS256", "kid": "one"}, {k: v for k, v in claims.items() if v is not None}, key)
        return {"access_token": "t", "token_type": "Bearer", "expires_in": 600, "id_token": signed}


@pytest.fixture
def provider(settings):
    made = Provider()

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            match self.path:
                case "/.well-known/openid-configuration":
                    self.say(made.published())
                case "/keys":
                    self.say({"keys": [made.key.as_dict(private=False)]})
                case _:
                    self.say({"sub": made.wrong.get("sub", "7"), "account": made.who})

        def do_POST(self) -> None:
            text = self.rfile.read(int(self.headers["Content-Length"])).decode()
            given = {name: values[0] for name, values in parse_qs(text).items()}
            answer = made.token(given)
            self.say(answer or {"error": "invalid_grant"}, 200 if answer else 400)

        def say(self, document: object, status: int = 200) -> None:
            body = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_words: object) -> None:
            """Quietly."""

    server = HTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    made.url = f"http://127.0.0.1:{server.server_port}"
    settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = made.url, CLIENT, SECRET
    settings.OIDC_NAME, settings.OIDC_CLAIM = "某市统一身份认证", "preferred_username"
    yield made
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def clerk(db):
    build.country(waters=False)
    return build.officer(Role.CLERK, build.unit("140213"))


@contextmanager
def nobody_signed_in(client):
    yield
    assert client.get("/outlets/").status_code == 302


def come_back(provider, client, *, to="/sign-in/oidc"):
    start = client.get(to)
    assert start.status_code == 302, words(start)
    return client.get(provider.authorize(start.url))


def test_the_button_stands_on_the_sign_in_page_only_where_the_site_has_a_provider(provider, settings):
    assert "用某市统一身份认证登录" in words(Client().get("/sign-in"))
    settings.OIDC_ISSUER = ""
    assert "统一身份认证" not in words(Client().get("/sign-in"))
    assert Client().get("/sign-in/oidc").status_code == 404


def test_an_officer_enters_by_the_provider_and_comes_to_where_he_wanted_to_go(provider, clerk):
    provider.who = clerk.username
    client = Client()
    assert come_back(provider, client, to="/sign-in/oidc?next=/outlets/").url == "/outlets/"
    assert client.get("/outlets/").status_code == 200
    assert ledger.timeline("officer", str(clerk.pk))[0].details["way"] == "oidc"
    elsewhere = come_back(provider, Client(), to="/sign-in/oidc?next=https://elsewhere.example/")
    assert elsewhere.url == "/"


def test_a_password_that_is_too_old_does_not_hinder_who_comes_by_the_provider(provider, clerk):
    provider.who = clerk.username
    Officer.objects.filter(pk=clerk.pk).update(must_change_password=True)
    client = Client()
    come_back(provider, client)
    assert client.get("/outlets/").status_code == 200


@pytest.mark.parametrize("who", ["nobody.here", "", "program"])
def test_who_has_no_account_here_is_told_so_and_none_is_made(provider, clerk, who):
    actions.enrol(username="program", name="程序", password=None, by=CONSOLE, at=build.NOON, is_program=True)
    provider.who = who
    before, client = Officer.objects.count(), Client()
    with nobody_signed_in(client):
        answer = come_back(provider, client)
        assert answer.status_code == 403
        assert "在本平台没有启用的账号，请联系管理员。" in words(answer)
    assert Officer.objects.count() == before


def test_an_account_switched_off_does_not_enter_by_the_provider_either(provider, clerk):
    provider.who = clerk.username
    actions.switch_off(clerk, on=build.DAY, by=CONSOLE, at=build.NOON)
    client = Client()
    with nobody_signed_in(client):
        assert come_back(provider, client).status_code == 403


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another-site"},
        {"iss": "https://elsewhere.example"},
        {"exp": 1_000_000_000},
        {"sub": None},
    ],
)
def test_a_token_that_was_not_made_for_this_sign_in_opens_nothing(provider, clerk, claims):
    provider.who, provider.wrong = clerk.username, {"claims": claims}
    client = Client()
    with nobody_signed_in(client):
        answer = come_back(provider, client)
        assert answer.status_code == 403
        assert "单点登录没有完成" in words(answer)


def test_a_token_signed_by_somebody_else_opens_nothing(provider, clerk):
    provider.who = clerk.username
    provider.wrong = {"key": RSAKey.generate_key(2048, parameters={"kid": "one"}, auto_kid=False)}
    client = Client()
    with nobody_signed_in(client):
        assert come_back(provider, client).status_code == 403


def test_a_state_of_another_browser_or_an_answer_taken_twice_opens_nothing(provider, clerk):
    provider.who = clerk.username
    first, second = Client(), Client()
    start = first.get("/sign-in/oidc")
    address = provider.authorize(start.url)
    with nobody_signed_in(second):
        assert second.get(address).status_code == 403
    assert first.get(address).status_code == 302
    assert second.get(address).status_code == 403
    assert Client().get("/sign-in/oidc/back?error=access_denied&state=x").status_code == 403
    assert Client().get("/sign-in/oidc/back").status_code == 403


def test_another_claim_may_hold_the_name_even_if_only_the_bearer_is_told_it(provider, clerk, settings):
    settings.OIDC_CLAIM = "account"
    provider.who = clerk.username
    assert come_back(provider, Client()).url == "/"
    provider.wrong = {"sub": "8"}
    assert come_back(provider, Client()).status_code == 403


def test_a_provider_that_names_another_issuer_or_does_not_answer_is_a_sentence(provider, settings):
    provider.wrong = {"published_issuer": "https://elsewhere.example"}
    assert "单点登录没有完成" in words(Client().get("/sign-in/oidc"))
    settings.OIDC_ISSUER = "http://127.0.0.1:9"
    assert Client().get("/sign-in/oidc").status_code == 403
