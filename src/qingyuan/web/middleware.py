"""What happens around every page: who acts, whether his password still holds, and how a refusal is answered.

`request.actor` is the signed-in officer as an Actor on today; nobody signed in is an Actor without grants.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from qingyuan.access.models import Officer
from qingyuan.access.queries import actor_of
from qingyuan.core.access import Actor
from qingyuan.core.refusal import DomainError, NotFound
from qingyuan.rulebook import queries as rulebook
from qingyuan.web import refusals
from qingyuan.web.accounts import door, limits

Answer = Callable[[HttpRequest], HttpResponse]
READS = frozenset({"GET", "HEAD"})
NOBODY = Actor("nobody", "", ())
OPEN_WITH_OLD_PASSWORD = {"web:change-password", "web:sign-out", "web:sign-in", "set_language"}


class ActorMiddleware:
    """`request.actor`, found on first use and kept for the request; a page that is only read stands on one reading of
    which texts there are."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: _actor(request))  # type: ignore[attr-defined]
        if request.method not in READS:
            return self.get_response(request)
        with rulebook.asked_once():
            return self.get_response(request)


def _actor(request: HttpRequest) -> Actor:
    officer = request.user
    return actor_of(officer, on=timezone.localdate()) if isinstance(officer, Officer) else NOBODY


class PasswordMiddleware:
    """A one-time password, or one that is too old, leads to one page only: the page that changes it. So does a second
    factor that the role must have and nobody enrolled."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        officer = request.user
        match = request.resolver_match
        if not officer.is_authenticated or match is None or match.view_name in OPEN_WITH_OLD_PASSWORD:
            return None
        by_provider = request.session.get(door.SIGNED_IN_BY) == "oidc"  # whose password is the provider's affair
        if not by_provider and (why := password_is_over(officer)):
            messages.warning(request, why)
            return redirect("web:change-password")
        if request.session.get(door.MUST_ENROL) and match.view_name != "web:second-factor":
            messages.warning(request, _("您的角色须启用动态口令，请先启用。"))
            return redirect("web:second-factor")
        return None


def password_is_over(officer: Officer) -> str:
    """Why the officer must change the password now; empty when it still holds."""
    if officer.must_change_password:
        return _("您使用的是一次性密码，请先修改密码。")
    days = limits.password_days()
    changed = officer.password_changed_at
    if not officer.is_demo and days and changed and timezone.now() - changed > timedelta(days=days):
        return _("密码已使用超过%(days)s天，请修改后继续。") % {"days": days}
    return ""


class RefusalMiddleware:
    """Everything the domain foresees going wrong becomes an answer here, and only here."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        """A NUL is no text: PostgreSQL refuses to look for it, and nobody types it."""
        return refusals.answer(request, NotFound("text", "")) if "%00" in request.META["QUERY_STRING"] else None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return refusals.answer(request, error) if isinstance(error, DomainError) else None
