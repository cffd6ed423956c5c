"""登记支口 and 解除支口关系: which main outlet, from which day."""

from __future__ import annotations

from datetime import date, datetime

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as noop

from qingyuan.core import access
from qingyuan.core.access import Actor, Permission
from qingyuan.core.refusal import NotFound, Refusal, Refused
from qingyuan.registry import actions, guards_work, queries
from qingyuan.registry.models import MainLink, Outlet
from qingyuan.registry.places_of import place_of
from qingyuan.web.outlets.act_forms import ActForm


class SetMain(ActForm):
    """The main outlet by its code or number."""

    main = forms.CharField(label=_("主口（国家编码、地方编码或序号）"), max_length=32)


class EndMain(ActForm):
    """Nothing but the day."""


def may_set(outlet: Outlet, by: Actor, _on: date, _at: datetime) -> Refusal | None:
    """Whether it may be asked; the main outlet comes with the form."""
    return access.refusal(by, Permission.OUTLET_CORRECT, place_of(outlet)) or guards_work.not_linked(outlet)


def may_end(outlet: Outlet, by: Actor, on: date, at: datetime) -> Refusal | None:
    """Whether there is a relation to end."""
    return guards_work.end_main(outlet, by=by, on=on, at=at)


def _main(by: Actor, text: str) -> Outlet:
    try:
        return queries.outlet(by, text)
    except NotFound:
        said = noop("没有编码或序号为“%(text)s”的排污口，或者不在您的管辖范围内。")
        raise Refused(Refusal("registry.no_such_main", said, {"text": text})) from None


def set_main(outlet: Outlet, form: forms.Form, by: Actor, at: datetime) -> bool:
    """登记为支口.

    Raises
    ------
    Refused
        No such main outlet in the actor's scope, among others.
    """
    main = _main(by, form.cleaned_data["main"])
    if MainLink.objects.filter(branch=outlet, main=main, to_day=None).exists():
        return False
    actions.set_main(outlet, main=main, on=form.cleaned_data["on"], by=by, at=at)
    return True


def end_main(outlet: Outlet, form: forms.Form, by: Actor, at: datetime) -> bool:
    """解除支口关系."""
    actions.end_main(outlet, on=form.cleaned_data["on"], by=by, at=at)
    return True


__all__ = ["EndMain", "SetMain", "end_main", "may_end", "may_set", "set_main"]
