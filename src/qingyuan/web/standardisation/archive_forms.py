"""The forms of the checklist, of facilities and of the file. Whether it may be done is the guard's affair."""

from __future__ import annotations

from decimal import Decimal

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from qingyuan.core.archive import NOT_BY_PAPER, Asked
from qingyuan.core.standardising import Answer
from qingyuan.registry.rules import policy_of
from qingyuan.stages.standardisation import rules_archive as rules
from qingyuan.stages.standardisation.words_archive import CheckResult, FacilityKind, FacilityState
from qingyuan.web.outlets.act_forms import PaperField, position_of
from qingyuan.web.tracing.forms import About, BodyField

NOTE = 200


class Plain(About):
    """Nothing but the day."""


class Check(About):
    """核对一个项目."""

    item = forms.ChoiceField(label=_("项目"), widget=forms.Select(attrs={"lang": "zh-Hans"}))
    result = forms.ChoiceField(label=_("结果"))
    reason = forms.CharField(label=_("说明或理由"), max_length=NOTE, required=False)
    paper = PaperField(label=_("照片"), required=False)
    field_order = ("item", "result", "reason", "paper", "on")

    def prepare(self) -> None:
        table = rules.rows(policy_of(self.outlet.unit_path, on=timezone.localdate()), rules.ITEMS)
        by_hand = [row for row in table if row.get("kind") == Answer.CHECKED or row.get("waivable")]
        self.choose("item", [(str(row["key"]), str(row["name"])) for row in by_hand])
        self.choose("result", [(one.value, str(one.label)) for one in CheckResult])


class AddFacility(About):
    """登记设施."""

    kind = forms.ChoiceField(label=_("设施"), choices=FacilityKind.choices)
    name = forms.CharField(label=_("名称"), max_length=128, required=False)
    place = forms.CharField(label=_("位置"), max_length=NOTE, required=False)
    longitude = forms.CharField(label=_("经度"), max_length=40, required=False, help_text=_("度，或度分秒；CGCS2000"))
    latitude = forms.CharField(label=_("纬度"), max_length=40, required=False)
    device_number = forms.CharField(label=_("设备编号或接入地址"), max_length=64, required=False)
    state = forms.ChoiceField(label=_("状态"), choices=FacilityState.choices[:2], initial=FacilityState.IN_USE.value)
    paper = PaperField(label=_("照片"), required=False)
    field_order = ("kind", "name", "place", "longitude", "latitude", "device_number", "state", "on", "paper")
    position: tuple[Decimal, Decimal] | None = None

    def clean(self) -> dict[str, object]:
        given = super().clean() or {}
        try:
            self.position = position_of(str(given.get("longitude", "")), str(given.get("latitude", "")))
        except forms.ValidationError as fault:
            self.add_error("longitude", fault)
        return given


class ChangeFacility(About):
    """变更设施状态."""

    state = forms.ChoiceField(label=_("状态"), choices=FacilityState.choices)
    note = forms.CharField(label=_("理由"), max_length=NOTE, required=False)
    paper = PaperField(label=_("材料"), required=False)
    field_order = ("state", "note", "on", "paper")


class WorkGate(About):
    """记录闸阀启闭."""

    is_open = forms.ChoiceField(label=_("启闭"), choices=[("1", _("开启")), ("0", _("关闭"))])
    note = forms.CharField(label=_("说明"), max_length=NOTE, required=False)
    field_order = ("is_open", "note", "on")


class FileGate(About):
    """闸阀备案."""

    paper = PaperField(label=_("备案材料"))
    note = forms.CharField(label=_("说明"), max_length=NOTE, required=False)
    field_order = ("paper", "note", "on")


class _Section(About):
    section = forms.ChoiceField(label=_("组成"))

    def prepare(self) -> None:
        listed = rules.sections(policy_of(self.outlet.unit_path, on=timezone.localdate()))
        self.choose("section", [(one.section.value, one.name) for one in listed if self.takes(one)])

    def takes(self, asked: Asked) -> bool:
        """Whether this form is about such a section."""
        return asked.section not in NOT_BY_PAPER


class EnterPaper(_Section):
    """归入档案."""

    title = forms.CharField(label=_("名称"), max_length=NOTE)
    paper = PaperField(label=_("文件"))
    field_order = ("section", "title", "paper", "on")


class PutAside(_Section):
    """注明不适用."""

    reason = forms.CharField(label=_("理由"), max_length=NOTE)
    field_order = ("section", "reason", "on")

    def takes(self, asked: Asked) -> bool:
        return asked.waivable


class Supervise(About):
    """纳入日常监管."""

    owner = BodyField(label=_("监管单位"))
    chief = forms.CharField(
        label=_("河湖长职务"), max_length=64, required=False, help_text=_("平台已设河湖长的可以不填")
    )
    paper = PaperField(label=_("监管方案"))
    field_order = ("owner", "chief", "paper", "on")
