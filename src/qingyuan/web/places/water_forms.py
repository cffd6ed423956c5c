"""The forms of a water: entering and correcting it, giving it a flag, ending a flag, taking one back."""

from __future__ import annotations

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as plain
from django.utils.translation import gettext_lazy as _

from qingyuan.core.refusal import NotFound
from qingyuan.core.waters import LABELS, Status, WaterFlagKind, WaterKind
from qingyuan.places import queries
from qingyuan.places.models import Unit, Water
from qingyuan.web.fields import DayField
from qingyuan.web.outlets.act_forms import PaperField, unit_for


def _kinds() -> list[tuple[str, str]]:
    return [(one.value, plain(LABELS[one])) for one in WaterKind]


def flag_words() -> list[tuple[str, str]]:
    """The flags with their names."""
    return [(one.value, plain(LABELS[one])) for one in WaterFlagKind]


def _statuses() -> list[tuple[str, str]]:
    return [(one.value, plain(LABELS[one])) for one in Status]


class WaterForm(forms.Form):
    """What a water is, what it flows into and through. `near` is where names are looked for first."""

    name = forms.CharField(label=_("名称"), max_length=64)
    other_names = forms.CharField(label=_("别名"), max_length=128, required=False, help_text=_("多个别名用顿号分开"))
    kind = forms.ChoiceField(label=_("类别"), choices=_kinds)
    flows_into = forms.CharField(
        label=_("汇入（下游水体的名称或编码）"), max_length=64, required=False, help_text=_("入海或内流的留空")
    )
    units = forms.CharField(
        label=_("流经区划（代码或名称）"), max_length=300, help_text=_("多个区划用顿号分开，填到县一级")
    )
    source = forms.CharField(label=_("来源"), max_length=256, help_text=_("文件名称和文号，或现场排查"))

    def __init__(self, *args: object, near: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.near = near

    def clean_flows_into(self) -> Water | None:
        text = "".join(str(self.cleaned_data["flows_into"]).split())
        return water_for(text, near=self.near) if text else None

    def clean_units(self) -> list[Unit]:
        texts = [one.strip() for one in str(self.cleaned_data["units"]).replace("，", "、").split("、") if one.strip()]
        held = {unit.name: unit for unit in self.initial.get("held_units", ())}
        found = [held.get(text) or unit_for(text, near=self.near) for text in texts]
        if not found:
            raise forms.ValidationError(_("请填写流经的行政区划。"))
        return list({unit.pk: unit for unit in found}.values())


class EnterWater(WaterForm):
    """登记水体."""

    code = forms.CharField(
        label=_("编码"), max_length=6, required=False, help_text=_("2 位水系字母加 4 位数字；留空按下游水系顺编")
    )

    field_order = ("name", "code")

    def clean_code(self) -> str:
        return str(self.cleaned_data["code"]).strip().upper()

    def clean(self) -> dict[str, object]:
        given = super().clean() or {}
        if not given.get("code") and not given.get("flows_into") and not self.errors:
            self.add_error("code", _("没有下游水体的，请填写编码。"))
        return given


class CorrectWater(WaterForm):
    """更正水体信息."""

    on = DayField(label=_("更正日期"), past=True)
    reason = forms.CharField(label=_("更正理由"), max_length=200)

    def values(self) -> dict[str, object]:
        """What is set."""
        given = self.cleaned_data
        named = {name: given[name] for name in ("name", "other_names", "kind", "source", "units")}
        return named | {"parent": given["flows_into"]}


class SetFlag(forms.Form):
    """设置标记: from a day on, until a day, by a paper."""

    flag = forms.ChoiceField(label=_("标记"), choices=flag_words)
    from_day = DayField(label=_("起（当日起计入）"), required=False, help_text=_("留空为一直如此"))
    to_day = DayField(label=_("止（当日起不再计入）"), required=False, help_text=_("留空为至今"))
    source = forms.CharField(label=_("依据"), max_length=256, help_text=_("文号或清单名称"))
    status = forms.ChoiceField(label=_("确认程度"), choices=_statuses)
    paper = PaperField(label=_("依据材料"), required=False)


class EndFlag(forms.Form):
    """取消标记: from a day on it no longer holds."""

    flag = forms.ChoiceField(label=_("标记"))
    on = DayField(label=_("自何日起不再计入"))
    source = forms.CharField(label=_("依据"), max_length=256, help_text=_("文号或清单名称"))
    paper = PaperField(label=_("依据材料"), required=False)

    def __init__(self, *args: object, flags: list[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["flag"].choices = flags  # type: ignore[attr-defined]


class WithdrawFlag(forms.Form):
    """撤回标记: it was entered in error."""

    reason = forms.CharField(label=_("撤回理由"), max_length=200)


def water_for(text: str, *, near: str) -> Water:
    """A water by its code or its name; ValidationError for none or several."""
    try:
        return queries.water(text.upper())
    except NotFound:
        found = queries.waters_named(text, within=near)
    if len(found) != 1:
        raise forms.ValidationError(_("水体库中没有这个水体，或名称不止一处，请填写编码。"))
    return found[0]


def standing_values(water: Water) -> dict[str, object]:
    """What the form of a correction shows to begin with."""
    units = list(water.units.order_by("path"))
    return {
        "name": water.name,
        "other_names": water.other_names,
        "kind": water.kind,
        "source": water.source,
        "flows_into": water.parent.code if water.parent else "",
        "units": "、".join(unit.code for unit in units),
        "held_units": units,
        "on": timezone.localdate(),
    }
