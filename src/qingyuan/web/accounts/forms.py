"""Forms of officers: a person, a role, and how far it reaches."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from qingyuan.bodies import queries as bodies
from qingyuan.bodies.models import Body
from qingyuan.core.access import LABELS, Actor, Permission, Role
from qingyuan.core.refusal import NotFound
from qingyuan.places import queries as places
from qingyuan.places.models import Unit
from qingyuan.web.fields import DayField


def _roles() -> list[tuple[str, str]]:
    return [(role.value, str(_(LABELS[role]))) for role in Role if role is not Role.CONSOLE]


class Appointment(forms.Form):
    """A role within a reach: a unit's subtree, a water, a department's own area, or one's own party."""

    role = forms.ChoiceField(label=_("角色"), choices=_roles)
    unit = forms.CharField(label=_("行政区划（代码或名称）"), max_length=64, required=False)
    water = forms.CharField(label=_("水体（河湖长、流域机构）"), max_length=64, required=False)
    body = forms.CharField(label=_("所在单位"), max_length=128, required=False)
    own_area_only = forms.BooleanField(label=_("只管本部门责任区"), required=False)
    party = forms.CharField(label=_("排污单位（企业账号）"), max_length=128, required=False)
    from_day = DayField(label=_("起"))
    to_day = DayField(label=_("止"), required=False)

    def __init__(self, *args: object, actor: Actor, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.actor = actor

    @property
    def root(self) -> str:
        """The territory in which names are looked up: the manager's own."""
        paths = [p for grant in self.actor.holding(Permission.OFFICERS_MANAGE) for p in grant.reach.unit_paths]
        return min(paths, key=len, default="")

    def clean_unit(self) -> Unit | None:
        text = self.cleaned_data["unit"].strip()
        if not text:
            return None
        try:
            return places.unit_for(text, within=self.root)
        except NotFound:
            raise forms.ValidationError(_("没有这个行政区划，或名称不止一处，请填写代码。")) from None

    def clean_water(self) -> object:
        text = self.cleaned_data["water"].strip()
        found = places.waters_named(text, within=self.root) if text else []
        if text and len(found) != 1:
            raise forms.ValidationError(_("没有这个水体，或名称不止一处。"))
        return found[0] if found else None

    def clean_body(self) -> Body | None:
        return self._body("body")

    def clean_party(self) -> Body | None:
        return self._body("party")

    def _body(self, name: str) -> Body | None:
        text = self.cleaned_data[name].strip()
        found = bodies.named(text, path=self.root) if text else None
        if text and found is None:
            raise forms.ValidationError(_("没有这个单位，或名称不止一处。"))
        return found

    def clean(self) -> dict[str, object]:
        given = super().clean() or {}
        reached = given.get("unit") or given.get("water") or given.get("party")
        if not self.errors and not reached and not (given.get("own_area_only") and given.get("body")):
            raise forms.ValidationError(_("请填写管辖范围：行政区划、水体、本部门责任区或排污单位之一。"))
        if given.get("to_day") and given.get("from_day") and given["to_day"] <= given["from_day"]:
            self.add_error("to_day", _("结束日期须晚于开始日期。"))
        return given

    def reach(self) -> Mapping[str, Any]:
        """What access.actions.assign takes."""
        given = self.cleaned_data
        names = ("unit", "water", "body", "party", "own_area_only", "from_day", "to_day")
        return {"role": Role(given["role"]), **{name: given[name] for name in names}}


class Enrolment(Appointment):
    """A new account with its first assignment."""

    username = forms.CharField(
        label=_("登录名"),
        max_length=64,
        validators=[RegexValidator(r"^[\w.@+-]+\Z", _("登录名只用文字、数字和 . @ + - _，不含空格。"))],
    )
    name = forms.CharField(label=_("姓名"), max_length=64)

    field_order = ("username", "name", "role", "unit", "water", "body", "own_area_only", "party", "from_day", "to_day")
