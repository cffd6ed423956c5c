"""The forms of closure. A form reads what was typed; whether it may be done is the guard's affair."""

from __future__ import annotations

from decimal import Decimal
from uuid import uuid4

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from qingyuan.core.access import Actor
from qingyuan.core.refusal import NotFound
from qingyuan.registry import queries as registry
from qingyuan.registry.models import Outlet
from qingyuan.stages.remediation.words_closure import Source
from qingyuan.web.fields import DayField
from qingyuan.web.outlets.act_forms import PaperField

LONGEST = 500
_ROWS = forms.Textarea(attrs={"rows": 3})


def _text(label: object, *, required: bool = True) -> forms.CharField:
    return forms.CharField(label=label, max_length=LONGEST, required=required, widget=_ROWS)  # type: ignore[arg-type]


class Closing(forms.Form):
    """What every act asks: the day, and the press it is."""

    on = DayField(label=_("办理日期"), past=True)
    key = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)

    def __init__(self, *args: object, by: Actor, **kwargs: object) -> None:
        initial = kwargs.pop("initial", None) or {}
        kwargs["initial"] = {"on": timezone.localdate(), "key": uuid4().hex, **initial}  # type: ignore[dict-item]
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.by = by


class CheckSite(Closing):
    """现场核查."""

    passed = forms.ChoiceField(
        label=_("核查结果"), choices=(("yes", _("合格")), ("no", _("不合格"))), widget=forms.RadioSelect
    )
    note = _text(_("现场情况"))
    photo = PaperField(label=_("现场照片"), required=False)

    field_order = ["passed", "note", "photo", "on"]


class Accept(Closing):
    """验收销号."""

    paper = PaperField(label=_("验收记录"))
    note = _text(_("验收意见"), required=False)

    field_order = ["paper", "note", "on"]


class Reason(Closing):
    """A reason, and a paper where there is one."""

    reason = _text(_("理由"))

    field_order = ["reason", "on"]


class Return(Reason):
    """退回整改."""

    paper = PaperField(label=_("整改意见书"), required=False)

    field_order = ["reason", "paper", "on"]


class FileUpward(Closing):
    """报上级备案."""

    paper = PaperField(label=_("证明材料"))
    note = _text(_("说明"), required=False)

    field_order = ["paper", "note", "on"]


class Note(Closing):
    """Words that may be left out."""

    note = _text(_("意见"), required=False)

    field_order = ["note", "on"]


class Merge(Closing):
    """确定合并."""

    target = forms.CharField(
        label=_("并入哪个排污口"),
        max_length=64,
        required=False,
        help_text=_("填写编码或编号；污水全部接入污水处理设施的可以不填。"),
    )
    paper = PaperField(label=_("合并记录"))

    field_order = ["target", "paper", "on"]

    def clean_target(self) -> Outlet | None:
        text = str(self.cleaned_data["target"]).strip()
        if not text:
            return None
        try:
            return registry.outlet(self.by, text)
        except NotFound:
            raise forms.ValidationError(_("没有这个排污口，或者不在您的管辖范围内。")) from None


class Close(Closing):
    """确定取缔."""

    order = PaperField(label=_("取缔决定"), required=False, help_text=_("已登记取缔决定的不用再交。"))
    paper = PaperField(label=_("拆除关闭记录"), required=False, help_text=_("已作为佐证提交的不用再交。"))

    field_order = ["order", "paper", "on"]


class Relapse(Closing):
    """登记反弹线索."""

    source = forms.ChoiceField(
        label=_("来源"), choices=[one for one in Source.choices if one[0] != Source.LOOK_BACK.value]
    )
    text = _text(_("什么情况"))
    paper = PaperField(label=_("材料"), help_text=_("监测报告、举报件或执法文书。"))

    field_order = ["source", "text", "paper", "on"]


class Look(Closing):
    """回头看结果."""

    relapsed = forms.ChoiceField(
        label=_("结果"), choices=(("no", _("没有反弹")), ("yes", _("有反弹"))), widget=forms.RadioSelect
    )
    note = _text(_("现场情况"))
    paper = PaperField(label=_("核查记录"), required=False, help_text=_("有反弹的须附材料。"))

    field_order = ["relapsed", "note", "paper", "on"]


class Draw(Closing):
    """A draw: the seed, published beforehand, and how many."""

    seed = forms.CharField(
        label=_("随机种子"),
        max_length=64,
        help_text=_("抽取前公布，例如下一期公开的开奖号码；任何人可据此重新抽取核对。"),
    )
    share = forms.DecimalField(
        label=_("抽取比例（%）"), min_value=Decimal("0.1"), max_value=100, max_digits=4, decimal_places=1
    )

    field_order = ["seed", "share", "on"]

    @property
    def part(self) -> Decimal:
        """The share, 0 to 1."""
        return Decimal(self.cleaned_data["share"]) / 100


class PlanLooks(Draw):
    """安排回头看: the picked ones, or a draw among them."""

    seed = forms.CharField(
        label=_("随机种子"), max_length=64, required=False, help_text=_("不填则全部安排；填写则从勾选的中抽取。")
    )
    share = forms.DecimalField(
        label=_("抽取比例（%）"),
        required=False,
        min_value=Decimal("0.1"),
        max_value=100,
        max_digits=4,
        decimal_places=1,
    )
    due = DayField(label=_("完成期限"))
    reason = forms.CharField(label=_("安排原因"), max_length=200, required=False)

    field_order = ["due", "reason", "seed", "share", "on"]
