"""The forms of tracing. A form reads what was typed; whether it may be done is the guard's affair."""

from __future__ import annotations

from decimal import Decimal

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as plain
from django.utils.translation import gettext_lazy as _

from qingyuan.bodies.models import Body
from qingyuan.registry.choices import PARTY_BASES
from qingyuan.registry.models import Outlet
from qingyuan.stages.tracing import queries, rules
from qingyuan.stages.tracing.models import Case
from qingyuan.stages.tracing.words import Conclusion, Confidence, NodeKind, Why
from qingyuan.web.fields import DayField
from qingyuan.web.outlets.act_forms import PaperField, body_for, position_of

LONGEST = 4000


class BodyField(forms.CharField):
    """One registered organisation by name or credit code; `near`: the place about which one means it."""

    near = ""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(max_length=128, **kwargs)  # type: ignore[arg-type]

    def clean(self, value: object) -> Body | None:
        text = super().clean(value).strip()
        if not text:
            return None
        if (found := body_for(text, near=self.near)) is None:
            said = _("单位库中没有这个单位，或名称不止一处：请先登记该单位，或填写统一社会信用代码。")
            raise forms.ValidationError(said)
        return found


class About(forms.Form):
    """What every form knows: the day it happened, the place it is about."""

    on = DayField(label=_("办理日期"), past=True)

    def __init__(self, *args: object, outlet: Outlet, **kwargs: object) -> None:
        kwargs["initial"] = {"on": timezone.localdate(), **(kwargs.get("initial") or {})}  # type: ignore[dict-item]
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.outlet = outlet
        for field in self.fields.values():
            if isinstance(field, BodyField):
                field.near = outlet.unit_path
        self.prepare()

    def prepare(self) -> None:
        """Fill in what depends on what it is about."""

    def choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        """Say what may be chosen."""
        self.fields[name].choices = choices  # type: ignore[attr-defined]


class OpenCase(About):
    """立案."""

    why = forms.ChoiceField(label=_("立案原因"), choices=Why.choices)
    why_text = forms.CharField(label=_("说明"), max_length=200, required=False)
    lead = BodyField(label=_("另定牵头单位（不填则按本地规定）"), required=False)
    lead_reason = forms.CharField(label=_("另定牵头单位的理由"), max_length=200, required=False)
    field_order = ("why", "why_text", "lead", "lead_reason", "on")


class AboutCase(About):
    """A form about one case. `of`: the step, source, point or edge it is about."""

    def __init__(self, *args: object, case: Case, of: int = 0, **kwargs: object) -> None:
        self.case, self.of = case, of
        super().__init__(*args, outlet=case.outlet, **kwargs)


class AddStep(AboutCase):
    """记录步骤."""

    method = forms.ChoiceField(label=_("方法"))
    method_note = forms.CharField(
        label=_("方法说明"), max_length=200, required=False, help_text=_("选“其他”时写明是什么方法")
    )
    place = forms.CharField(label=_("位置"), max_length=200, required=False)
    longitude = forms.CharField(label=_("经度"), max_length=40, required=False, help_text=_("度，或度分秒；CGCS2000"))
    latitude = forms.CharField(label=_("纬度"), max_length=40, required=False)
    result = forms.CharField(label=_("结果"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}))
    confidence = forms.ChoiceField(label=_("可信程度"), choices=Confidence.choices)
    paper = PaperField(label=_("证据"), required=False)
    paper_2 = PaperField(label=_("证据二"), required=False)
    field_order = (
        "method",
        "method_note",
        "on",
        "place",
        "longitude",
        "latitude",
        "result",
        "confidence",
        "paper",
        "paper_2",
    )
    position: tuple[Decimal, Decimal] | None = None

    def prepare(self) -> None:
        offered = rules.methods(rules.policy_of(self.outlet.unit_path, on=timezone.localdate()))
        self.choose("method", [(one, plain(one)) for one in offered])
        self.fields["confidence"].initial = Confidence.MEDIUM.value

    def clean(self) -> dict[str, object]:
        given = super().clean() or {}
        try:
            self.position = position_of(str(given.get("longitude", "")), str(given.get("latitude", "")))
        except forms.ValidationError as fault:
            self.add_error("longitude", fault)
        return given


class Strike(AboutCase):
    """划去步骤."""

    reason = forms.CharField(label=_("理由"), max_length=200)
    field_order = ("reason", "on")


class SetSource(AboutCase):
    """登记来源."""

    body = BodyField(label=_("排污单位（名称或统一社会信用代码）"))
    share = forms.DecimalField(
        label=_("占比（%）"), min_value=0, max_value=100, required=False, help_text=_("不清楚的不填")
    )
    note = forms.CharField(label=_("说明"), max_length=200, required=False)
    field_order = ("body", "share", "note", "on")


class Extend(AboutCase):
    """向上游延伸."""

    lower = forms.ChoiceField(label=_("流向（下游的点）"))
    kind = forms.ChoiceField(label=_("类别"))
    name = forms.CharField(label=_("名称或编号"), max_length=128, required=False)
    body = BodyField(label=_("排污单位（末端时填写）"), required=False)
    length_m = forms.DecimalField(label=_("长度（m）"), min_value=0, max_digits=10, decimal_places=1, required=False)
    field_order = ("lower", "kind", "name", "body", "length_m", "on")

    def prepare(self) -> None:
        nodes = queries.network(self.case.outlet.node).nodes.values()
        self.choose("lower", [(str(one.pk), one.name) for one in nodes if one.kind != NodeKind.DISCHARGER])
        kinds = [(kind.value, str(kind.label)) for kind in NodeKind if kind is not NodeKind.OUTLET]
        self.choose("kind", kinds)
        if self.of:
            self.fields["lower"].initial = str(self.of)


class Connect(AboutCase):
    """连接两点."""

    upper = forms.ChoiceField(label=_("上游的点"))
    lower = forms.ChoiceField(label=_("下游的点"))
    field_order = ("upper", "lower", "on")

    def prepare(self) -> None:
        nodes = queries.network(self.case.outlet.node).nodes.values()
        choices = [(str(one.pk), f"{one.name}（{one.get_kind_display()}）") for one in nodes]
        self.choose("upper", choices)
        self.choose("lower", choices)


class Plain(AboutCase):
    """An act that asks for the day alone."""


class Lead(AboutCase):
    """另定牵头单位."""

    lead = BodyField(label=_("牵头单位"))
    reason = forms.CharField(label=_("理由"), max_length=200, required=False)
    field_order = ("lead", "reason", "on")


class Conclude(AboutCase):
    """得出结论."""

    conclusion = forms.ChoiceField(label=_("结论"), choices=Conclusion.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("说明"), max_length=LONGEST, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    paper = PaperField(label=_("溯源报告"), required=False)
    field_order = ("conclusion", "note", "paper", "on")


class FixParty(AboutCase):
    """接受并明确责任主体."""

    body = BodyField(label=_("责任主体（名称或统一社会信用代码）"))
    basis = forms.ChoiceField(label=_("认定依据"))
    paper = PaperField(label=_("责任主体认定依据材料（不附则用溯源报告）"), required=False)
    note = forms.CharField(label=_("说明"), max_length=200, required=False)
    field_order = ("body", "basis", "paper", "note", "on")

    def prepare(self) -> None:
        fallback = queries.fallback(self.outlet, on=timezone.localdate())
        offered = [key for key in PARTY_BASES if key != "designated" or fallback.may_designate]
        self.choose("basis", [(key, str(PARTY_BASES[key])) for key in offered])
        for proposal in reversed(queries.party_proposals(self.outlet)):
            self.initial.update(body=proposal.text, basis=proposal.reasons.get("basis", "tracing"))
