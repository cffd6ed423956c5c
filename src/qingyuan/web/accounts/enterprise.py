"""新建企业账号: look the party up, then enrol its person. The account sees that party's outlets and no others."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from qingyuan.access import actions
from qingyuan.access import officers as queries
from qingyuan.access.models import Officer
from qingyuan.bodies import queries as bodies
from qingyuan.bodies.models import Body
from qingyuan.core.access import Actor, Permission, Role
from qingyuan.core.refusal import NotFound, Refused
from qingyuan.places.paths import is_within
from qingyuan.registry import queries as registry
from qingyuan.web import lookup
from qingyuan.web.accounts.passwords import new_password
from qingyuan.web.fields import DayField
from qingyuan.web.templatetags.qingyuan import refusal_sentence

FOUND = 30


class Account(forms.Form):
    """Somebody of the enterprise."""

    username = forms.CharField(
        label=_("登录名"),
        max_length=64,
        validators=[RegexValidator(r"^[\w.@+-]+\Z", _("登录名只用文字、数字和 . @ + - _，不含空格。"))],
    )
    name = forms.CharField(label=_("姓名"), max_length=64)
    from_day = DayField(label=_("起"))
    to_day = DayField(label=_("止"), required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("to_day") and given.get("from_day") and given["to_day"] <= given["from_day"]:
            self.add_error("to_day", _("结束日期须晚于开始日期。"))
        return given


@never_cache
@require_http_methods(["GET", "POST"])
def enrol(request: HttpRequest) -> HttpResponse:
    """First the party by a part of its name, then its person."""
    lookup.require(request, Permission.OFFICERS_MANAGE)
    who, text = lookup.actor(request), request.GET.get("q", "").strip()
    if not (chosen := request.GET.get("party", "")):
        root = min(queries.managed_paths(who), key=len, default="")
        found = list(bodies.search(text, path=root, limit=FOUND + 1)) if text else []
        context = {"q": text, "found": found[:FOUND], "more": len(found) > FOUND}
        return render(request, "accounts/enterprise_search.html", context)
    party = _party(chosen, who)
    form = Account(request.POST or None, initial={"from_day": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            return _done(request, party, form.cleaned_data, by=who)
        except Refused as error:
            if error.refusal.code.startswith("access."):
                raise
            form.add_error(None, refusal_sentence(error.refusal))
    context = {
        "form": form,
        "party": party,
        "there": Officer.objects.filter(assignments__party=party).distinct().order_by("username")[:20],
        "outlets": registry.visible_to(who).filter(party=party).order_by("pk")[:20],
    }
    return render(request, "accounts/enterprise.html", context, status=409 if request.method == "POST" else 200)


def _done(request: HttpRequest, party: Body, given: dict[str, Any], *, by: Actor) -> HttpResponse:
    at, password = timezone.now(), new_password()
    with transaction.atomic():
        username, name = given["username"].strip(), given["name"].strip()
        made = actions.enrol(username=username, name=name, password=password, by=by, at=at)
        days = {"from_day": given["from_day"], "to_day": given["to_day"]}
        actions.assign(made, role=Role.ENTERPRISE, party=party, by=by, at=at, **days)
    return render(request, "accounts/enrolled.html", {"officer": made, "password": password})


def _party(text: str, who: Actor) -> Body:
    """The party chosen, if it sits where the actor manages officers; NotFound else."""
    try:
        found = bodies.body(int(text))
    except ValueError:
        raise NotFound("body", text) from None
    if not any(is_within(found.unit_path, path) for path in queries.managed_paths(who)):
        raise NotFound("body", text)
    return found
