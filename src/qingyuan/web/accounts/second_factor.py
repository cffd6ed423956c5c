"""动态口令: the second page of signing in, one's own page to enrol, and the manager's reset."""

from __future__ import annotations

import segno
from axes.handlers.proxy import AxesProxyHandler
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from qingyuan.access import officers as queries
from qingyuan.access import second_factor as factors
from qingyuan.access.models import Officer
from qingyuan.core.access import Permission
from qingyuan.core.refusal import Refusal, Refused
from qingyuan.core.refusal import gettext_noop as noop
from qingyuan.web import lookup
from qingyuan.web.accounts import door, limits
from qingyuan.web.templatetags.qingyuan import refusal_sentence

SECRET_IN_SESSION = "new_factor"  # noqa: S105 the name of a key
WRONG = noop("动态口令或恢复码不正确。连续%(times)s次错误将锁定%(minutes)s分钟。")


class Code(forms.Form):
    """What the telephone shows, or a recovery code."""

    code = forms.CharField(label=lazy("动态口令"), max_length=32)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["code"].widget.attrs |= {"autocomplete": "one-time-code", "inputmode": "text"}


@login_not_required
@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def ask_code(request: HttpRequest) -> HttpResponse:
    """The second page of signing in. A wrong code counts towards the lock like a wrong password."""
    waiting = door.waiting(request)
    if waiting is None:
        return redirect("web:sign-in")
    officer, target = waiting
    form = Code(request.POST or None)
    if request.method == "GET" or not form.is_valid():
        return render(request, "accounts/code.html", {"form": form})
    credentials = {"username": officer.username}
    if not AxesProxyHandler.is_allowed(request, credentials):
        return door.locked_out(request)
    if factors.take_code(officer, form.cleaned_data["code"], at=timezone.now()):
        return door.enter(request, officer, target=target)
    user_login_failed.send(sender=__name__, credentials=credentials, request=request)  # the lock counts it
    if getattr(request, "axes_locked_out", False):
        door.forget(request)
        return door.locked_out(request)
    words = {"times": limits.failures_before_lock(), "minutes": limits.lock_minutes()}
    context = {"form": Code(), "refusal": Refusal("signin.wrong_code", WRONG, words)}
    return render(request, "accounts/code.html", context, status=403)


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """One's own: enrol with a square picture and a code; later the recovery codes anew."""
    officer = request.user
    assert isinstance(officer, Officer)
    factor = factors.factor_of(officer)
    form = Code(request.POST or None)
    secret = str(request.session.get(SECRET_IN_SESSION) or "")
    if factor is None and not secret:
        secret = request.session[SECRET_IN_SESSION] = factors.new_secret()
    if request.method == "POST" and form.is_valid():
        given, who, at = form.cleaned_data["code"], lookup.actor(request), timezone.now()
        try:
            if factor is None:
                codes = factors.enrol_factor(officer, secret=secret, code=given, by=who, at=at)
            else:
                codes = factors.renew_codes(officer, code=given, by=who, at=at)
        except Refused as error:
            form.add_error("code", refusal_sentence(error.refusal))
        else:
            request.session.pop(SECRET_IN_SESSION, None)
            request.session.pop(door.MUST_ENROL, None)
            return render(request, "accounts/recovery_codes.html", {"codes": codes})
    context: dict[str, object] = {"form": form, "factor": factor, "left": factors.codes_left(officer)}
    if factor is None:
        address = factors.address_of(secret, username=officer.username, issuer=_("清源"))
        picture = segno.make(address).svg_inline(scale=4, border=3, light="#fff", svgclass=None, lineclass=None)
        # The picture is drawn by the library out of the address: nothing of it was typed by anybody.
        context |= {"picture": mark_safe(picture), "secret": secret}  # noqa: S308
    context["must"] = bool(request.session.get(door.MUST_ENROL))
    return render(request, "accounts/second_factor.html", context, status=409 if request.method == "POST" else 200)


@require_POST
def reset(request: HttpRequest, pk: int) -> HttpResponse:
    """解除动态口令 of an officer who lost his telephone and his codes."""
    lookup.require(request, Permission.OFFICERS_MANAGE)
    who = lookup.actor(request)
    found = queries.officer_in_scope(who, pk, wholly=True)
    try:
        factors.reset_factor(found, by=who, at=timezone.now())
        messages.success(request, _("已解除动态口令，本人下次登录后可重新启用。"))
    except Refused as error:
        if error.refusal.code.startswith("access."):
            raise
        messages.info(request, refusal_sentence(error.refusal))
    return redirect("web:officer", pk=pk)
