"""The threshold: between the right password and the open door lies, for who has one, the second factor.

Until then nobody is signed in; the session only remembers, for ten minutes, whose password was right.
"""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.contrib import auth
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme

from qingyuan.access.models import Officer
from qingyuan.access.queries import actor_of
from qingyuan.core.refusal import Refusal
from qingyuan.core.refusal import gettext_noop as noop
from qingyuan.ledger import actions as ledger
from qingyuan.web.accounts import limits

BACKEND = "django.contrib.auth.backends.ModelBackend"
LOCKED = 429
LOCKED_TEXT = noop("密码连续%(times)s次错误，账号已锁定%(minutes)s分钟，请稍后再试或联系管理员。")
WAITING, MUST_ENROL, SIGNED_IN_BY = "half_signed_in", "must_enrol", "signed_in_by"
PATIENCE = timedelta(minutes=10)


def wait_for_code(request: HttpRequest, officer: Officer, *, target: str) -> HttpResponse:
    """The password was right: ask for the code."""
    request.session.cycle_key()
    until = (timezone.now() + PATIENCE).timestamp()
    sign = officer.get_session_auth_hash()
    request.session[WAITING] = {"officer": officer.pk, "until": until, "sign": sign, "next": target}
    return redirect("web:sign-in-code")


def waiting(request: HttpRequest) -> tuple[Officer, str] | None:
    """Who stands on the threshold and where he wants to go; None when nobody does, or for too long."""
    kept = request.session.get(WAITING)
    if not isinstance(kept, dict) or kept["until"] < timezone.now().timestamp():
        return None
    officer = Officer.objects.filter(pk=kept["officer"], is_active=True).first()
    if officer is None or not constant_time_compare(kept["sign"], officer.get_session_auth_hash()):
        return None
    return officer, str(kept["next"])


def forget(request: HttpRequest) -> None:
    """Nobody stands on the threshold any more."""
    request.session.pop(WAITING, None)


def enter(request: HttpRequest, officer: Officer, *, target: str, by_provider: bool = False) -> HttpResponse:
    """Sign in: session, ledger, and on to where he wanted to go, never to another site. A provider asks for its own
    second factor; who came by password and whose role must have one is led to the page where he gets it."""
    forget(request)
    auth.login(request, officer, backend=BACKEND)
    at = timezone.now()
    by = actor_of(officer, on=timezone.localdate(at))
    roles = {str(grant.role) for grant in by.grants}
    if by_provider:
        request.session[SIGNED_IN_BY] = "oidc"
    elif is_asked(officer) and roles & limits.roles_with_second_factor() and not hasattr(officer, "second_factor"):
        request.session[MUST_ENROL] = True
    details = {"way": "oidc"} if by_provider else {}
    ledger.record(("officer", str(officer.pk)), "officer.sign_in", by=by, at=at, occurred=at, details=details)
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return redirect(target if safe else "web:home")


def is_asked(officer: Officer) -> bool:
    """Whether the rule of the second factor asks the account at all: not where several people share it, in a
    demonstration or a copy to practise on."""
    return not officer.is_demo and not (settings.HOME / "training").exists()


def locked_out(request: HttpRequest, *_args: object, **_kwargs: object) -> HttpResponse:
    """The sign-in page while a name is locked."""
    words = {"times": limits.failures_before_lock(), "minutes": limits.lock_minutes()}
    reason = Refusal("signin.locked", LOCKED_TEXT, words)
    return render(request, "sign_in.html", {"refusal": reason}, status=LOCKED)
