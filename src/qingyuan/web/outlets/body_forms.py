"""The forms of an organisation: entering it, correcting it, saying what it does from a day on."""

from __future__ import annotations

from decimal import Decimal

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as plain
from django.utils.translation import gettext_lazy as _

from qingyuan.bodies.models import Body
from qingyuan.core.functions import BODY_KINDS, FUNCTIONS, BodyFunction, BodyKind
from qingyuan.places.models import Unit
from qingyuan.web.fields import DayField
from qingyuan.web.outlets.act_forms import body_for, position_of, unit_for

NAMED = _("单位库中没有这个单位，或名称不止一处：请填写统一社会信用代码。")


def _kinds() -> list[tuple[str, str]]:
    return [(kind.value, plain(BODY_KINDS[kind])) for kind in BodyKind]


def _functions() -> list[tuple[str, str]]:
    return [(one.value, plain(FUNCTIONS[one])) for one in BodyFunction]


class BodyForm(forms.Form):
    """What an organisation is and where it belongs. `near` is where names are looked for first."""

    name = forms.CharField(label=_("名称"), max_length=128)
    kind = forms.ChoiceField(label=_("单位性质"), choices=_kinds)
    unit_type = forms.CharField(label=_("排污单位类型"), max_length=64, required=False)
    industry = forms.CharField(label=_("行业类别"), max_length=64, required=False)
    credit_code = forms.CharField(label=_("统一社会信用代码"), max_length=18, required=False)
    parent = forms.CharField(
        label=_("隶属单位（名称或统一社会信用代码）"),
        max_length=128,
        required=False,
        help_text=_("上级公司、主办单位或上级机关"),
    )
    supervising_body = forms.CharField(
        label=_("主管部门（名称或统一社会信用代码）"),
        max_length=128,
        required=False,
        help_text=_("行业主管部门"),
    )

    def __init__(self, *args: object, near: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.near = near

    def clean_credit_code(self) -> str:
        return str(self.cleaned_data["credit_code"]).strip().upper()

    def clean_parent(self) -> Body | None:
        return self._named("parent")

    def clean_supervising_body(self) -> Body | None:
        return self._named("supervising_body")

    def _named(self, field: str) -> Body | None:
        text = str(self.cleaned_data[field]).strip()
        if not text:
            return None
        held = self.initial.get(f"{field}_body")
        if isinstance(held, Body) and text == held.name:  # what stands may stay, though the name is not unique
            return held
        found = body_for(text, near=self.near)
        if found is None:
            raise forms.ValidationError(NAMED)
        return found


class EnterBody(BodyForm):
    """登记单位."""

    unit = forms.CharField(label=_("所在区划（代码或名称）"), max_length=64)
    from_day = DayField(label=_("成立日期"), required=False, past=True)

    def clean_unit(self) -> Unit:
        return unit_for(self.cleaned_data["unit"], near=self.near)


class CorrectBody(BodyForm):
    """更正单位信息."""

    longitude = forms.CharField(label=_("经度"), max_length=40, required=False)
    latitude = forms.CharField(label=_("纬度"), max_length=40, required=False)
    valid_from = DayField(label=_("成立日期"), required=False, past=True)
    valid_to = DayField(
        label=_("撤销日期"), required=False, past=True, help_text=_("单位已撤销、注销的填写；留空为存续")
    )
    on = DayField(label=_("更正日期"), past=True)
    reason = forms.CharField(label=_("更正理由"), max_length=200)

    def clean(self) -> dict[str, object]:
        given = super().clean() or {}
        try:
            given["position"] = position_of(str(given.get("longitude") or ""), str(given.get("latitude") or ""))
        except forms.ValidationError as fault:
            self.add_error("longitude", fault)
        return given

    def values(self) -> dict[str, object]:
        """The columns to be set."""
        given = self.cleaned_data
        plain_ones = ("name", "kind", "unit_type", "industry", "credit_code", "parent", "supervising_body")
        values = {name: given[name] for name in (*plain_ones, "valid_from", "valid_to")}
        position: tuple[Decimal | None, Decimal | None] = given["position"] or (None, None)
        return values | {"longitude_deg": position[0], "latitude_deg": position[1]}


class SetFunctions(forms.Form):
    """调整职能."""

    functions = forms.MultipleChoiceField(
        label=_("职能"), choices=_functions, required=False, widget=forms.CheckboxSelectMultiple
    )
    on = DayField(label=_("自何日起"), past=True)
    reason = forms.CharField(label=_("调整理由"), max_length=200, help_text=_("机构改革文件、授权文件等"))


def standing_values(body: Body) -> dict[str, object]:
    """What the form of a correction shows to begin with."""
    plain_ones = ("name", "kind", "unit_type", "industry", "credit_code", "valid_from", "valid_to")
    return {name: getattr(body, name) for name in plain_ones} | {
        "parent": body.parent.name if body.parent else "",
        "parent_body": body.parent,
        "supervising_body": body.supervising_body.name if body.supervising_body else "",
        "supervising_body_body": body.supervising_body,
        "longitude": "" if body.longitude_deg is None else str(body.longitude_deg),
        "latitude": "" if body.latitude_deg is None else str(body.latitude_deg),
        "on": timezone.localdate(),
    }
