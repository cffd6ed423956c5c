"""登录、退出、修改密码、我的账号. Sign-ins stand in the officer's ledger, wrong ones in the lock's log."""

from __future__ import annotations

from urllib.parse import urlencode

from django import forms
from django.contrib import auth, messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from qingyuan.access import actions
from qingyuan.access.models import Officer
from qingyuan.access.officers import assignments_of
from qingyuan.access.people import delegations_by
from qingyuan.access.queries import actor_of
from qingyuan.access.second_factor import factor_of
from qingyuan.core.access import CONSOLE
from qingyuan.core.refusal import Refusal, Refused
from qingyuan.core.refusal import gettext_noop as noop
from qingyuan.ledger import actions as ledger
from qingyuan.web import lookup
from qingyuan.web.accounts import door, limits
from qingyuan.web.templatetags.qingyuan import refusal_sentence

WRONG = noop("账号或密码不正确。连续%(times)s次错误将锁定%(minutes)s分钟。")


class SignIn(forms.Form):
    """Name and password."""

    username = forms.CharField(max_length=64)
    password = forms.CharField(strip=False)


class NewPassword(forms.Form):
    """The old password and the new one twice."""

    old = forms.CharField(label=lazy("原密码"), strip=False, widget=forms.PasswordInput)
    new = forms.CharField(label=lazy("新密码"), strip=False, widget=forms.PasswordInput)
    again = forms.CharField(label=lazy("再输一次"), strip=False, widget=forms.PasswordInput)


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """登录. After the set number of wrong passwords the name is locked for a while, right password or not."""
    htmx = request.htmx  # type: ignore[attr-defined]
    if htmx:  # the session ended while a page stood open: the whole page goes, not the part it asked for
        asked = urlencode({"next": htmx.current_url_abs_path or "/"})
        return HttpResponse(headers={"HX-Redirect": f"{reverse('web:sign-in')}?{asked}"})
    target = request.POST.get("next") or request.GET.get("next", "")
    if request.method == "GET":
        if request.user.is_authenticated:
            return redirect("web:home")
        return render(request, "sign_in.html", {"form": SignIn(), "next": target})
    form = SignIn(request.POST)
    officer = auth.authenticate(request, **form.cleaned_data) if form.is_valid() else None
    if getattr(request, "axes_locked_out", False):
        return door.locked_out(request)
    if not isinstance(officer, Officer):
        words = {"times": limits.failures_before_lock(), "minutes": limits.lock_minutes()}
        reason = Refusal("signin.wrong", WRONG, words)
        return render(request, "sign_in.html", {"form": form, "next": target, "refusal": reason}, status=403)
    if factor_of(officer) is not None:
        return door.wait_for_code(request, officer, target=target)
    return door.enter(request, officer, target=target)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """退出."""
    at = timezone.now()
    who = lookup.actor(request)
    ledger.record(("officer", who.id.rpartition(":")[2]), "officer.sign_out", by=who, at=at, occurred=at)
    auth.logout(request)
    return redirect("web:sign-in")


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("old", "new", "again")
def change_password(request: HttpRequest) -> HttpResponse:
    """修改密码. Length and kinds of signs are the rulebook's (signin.*)."""
    officer = _signed_in(request)
    form = NewPassword(request.POST or None)
    rule = {"length": limits.password_min_length(), "kinds": limits.password_kinds(), "days": limits.password_days()}
    if request.method == "POST" and form.is_valid():
        if (error := _set(request, officer, form)) is None:
            messages.success(request, _("密码已修改。"))
            return redirect("web:home")
        form.add_error(*error)
    status = 409 if request.method == "POST" else 200
    return render(request, "accounts/password.html", {"form": form, "rule": rule}, status=status)


def _set(request: HttpRequest, officer: Officer, form: NewPassword) -> tuple[str, str] | None:
    """Change the password; else which field is wrong and why."""
    given = form.cleaned_data
    if not officer.check_password(given["old"]):
        return "old", _("原密码不正确。")
    if given["new"] != given["again"]:
        return "again", _("两次输入的新密码不一致。")
    if given["new"] == given["old"]:
        return "new", _("新密码不能与原密码相同。")
    if officer.username.casefold() in given["new"].casefold():
        return "new", _("新密码不能包含登录名。")
    try:
        actions.set_password(
            officer,
            text=given["new"],
            min_length=limits.password_min_length(),
            kinds=limits.password_kinds(),
            by=actor_of(officer, on=timezone.localdate()) if officer.is_active else CONSOLE,
            at=timezone.now(),
        )
    except Refused as error:
        return "new", refusal_sentence(error.refusal)
    auth.update_session_auth_hash(request, officer)
    return None


def _signed_in(request: HttpRequest) -> Officer:
    """The officer at the door; the middleware let nobody else through."""
    assert isinstance(request.user, Officer)
    return request.user


def my_account(request: HttpRequest) -> HttpResponse:
    """我的账号: what I am, where, and what I may do there."""
    grants = lookup.actor(request).grants
    today = timezone.localdate()
    return render(
        request,
        "accounts/me.html",
        {
            "assignments": assignments_of(_signed_in(request)),
            "permissions": sorted({permission for grant in grants for permission in grant.permissions}),
            "lent": delegations_by(_signed_in(request), on=today),
            "today": today,
        },
    )
