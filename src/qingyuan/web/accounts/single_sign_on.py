"""单点登录 by OpenID Connect: the provider says who it is, the site's own accounts say who may enter.

No account is ever made here. State, nonce and PKCE are authlib's; what it keeps between the two requests lies in the
session. A provider that is down or answers nonsense is a sentence on the sign-in page, with the cause in the log.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.django_client import OAuth
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from joserfc.errors import JoseError

from qingyuan.access.models import Officer
from qingyuan.core.refusal import NotFound, Refusal
from qingyuan.core.refusal import gettext_noop as noop
from qingyuan.web.accounts import door

LOG = logging.getLogger(__name__)
NEXT = "oidc_next"
PATIENCE_S = 10
UNSIGNED = {"none"}
FAILED = noop("单点登录没有完成，请重试；仍不成功的，用账号密码登录或联系管理员。")
UNKNOWN = noop("统一身份“%(name)s”在本平台没有启用的账号，请联系管理员。")
FAULTS = (AuthlibBaseError, JoseError, requests.RequestException, ValueError, KeyError, TypeError, RuntimeError)


def is_configured() -> bool:
    """Whether the site has a provider (QINGYUAN_OIDC_ISSUER and QINGYUAN_OIDC_CLIENT_ID)."""
    return bool(settings.OIDC_ISSUER and settings.OIDC_CLIENT_ID)


@lru_cache(maxsize=4)
def _provider(issuer: str, client: str, secret: str) -> Any:
    """The provider as authlib knows it, once for each process; what it publishes is fetched on first use."""
    return OAuth().register(
        "qingyuan",
        client_id=client,
        client_secret=secret or None,
        server_metadata_url=issuer.rstrip("/") + "/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid profile",
            "code_challenge_method": "S256",
            "default_timeout": PATIENCE_S,
            **({} if secret else {"token_endpoint_auth_method": "none"}),
        },
    )


def provider() -> Any:
    """The provider of the settings; it must be the issuer it is taken for and must sign what it says.

    Raises
    ------
    NotFound
        The site has no provider.
    ValueError
        The provider names another issuer.
    """
    if not is_configured():
        raise NotFound("provider", "")
    found = _provider(settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET)
    published = found.load_server_metadata()
    if str(published.get("issuer", "")).rstrip("/") != settings.OIDC_ISSUER.rstrip("/"):
        raise ValueError(f"the provider names another issuer: {published.get('issuer')}")
    if signed := published.get("id_token_signing_alg_values_supported"):
        published["id_token_signing_alg_values_supported"] = [one for one in signed if one not in UNSIGNED]
    return found


@login_not_required
@never_cache
@require_GET
def begin(request: HttpRequest) -> HttpResponse:
    """On to the provider."""
    if not is_configured():
        raise NotFound("provider", "")
    request.session[NEXT] = request.GET.get("next", "")
    try:
        return provider().authorize_redirect(request, _back(request))
    except FAULTS as error:
        return _failed(request, error)


@login_not_required
@never_cache
@require_GET
def back(request: HttpRequest) -> HttpResponse:
    """Back from the provider: only an account that is there and switched on enters."""
    if not is_configured():
        raise NotFound("provider", "")
    try:
        name = _name(request)
    except FAULTS as error:
        return _failed(request, error)
    officer = Officer.objects.filter(username=name, is_program=False).first() if name else None
    if officer is None or not officer.is_active:
        LOG.warning("single sign-on refused: no account that is switched on for %r", name[:64])
        return _refused(request, Refusal("signin.unknown", UNKNOWN, {"name": name[:64]}))
    return door.enter(request, officer, target=str(request.session.pop(NEXT, "")), by_provider=True)


def _name(request: HttpRequest) -> str:
    """The name to sign in with, as the provider states it in the signed token, else to the bearer of the token."""
    found = provider()
    expected = {
        "iss": {"essential": True, "value": found.server_metadata["issuer"]},
        "aud": {"essential": True, "value": settings.OIDC_CLIENT_ID},
    }
    token = found.authorize_access_token(request, claims_options=expected)
    claims: Mapping[str, Any] = token["userinfo"]
    if settings.OIDC_CLAIM not in claims:
        more = found.userinfo(token=token)
        if more.get("sub") != claims.get("sub"):
            raise ValueError("the provider speaks of two people")
        claims = more
    value = claims.get(settings.OIDC_CLAIM)
    return value.strip() if isinstance(value, str) else ""


def _back(request: HttpRequest) -> str:
    """Where the provider sends people back to; behind a proxy that ends TLS the scheme is the settings'."""
    address = request.build_absolute_uri(reverse("web:single-sign-on-back"))
    return address.replace("http://", "https://", 1) if settings.SESSION_COOKIE_SECURE else address


def _failed(request: HttpRequest, error: Exception) -> HttpResponse:
    LOG.warning("single sign-on failed: %s: %s", type(error).__name__, error)
    return _refused(request, Refusal("signin.provider", FAILED))


def _refused(request: HttpRequest, reason: Refusal) -> HttpResponse:
    return render(request, "sign_in.html", {"refusal": reason}, status=403)
