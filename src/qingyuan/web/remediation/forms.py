"""The forms of triage. A form reads what was typed; whether it may be done is the guard's affair."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext_lazy as _

from qingyuan.core.refusal import Refusal
from qingyuan.web.fields import DayField
from qingyuan.web.outlets.act_forms import PaperField

LONGEST = 500


class Find(forms.Form):
    """登记问题线索."""

    kind = forms.ChoiceField(label=_("问题类别"), widget=forms.Select(attrs={"lang": "zh-Hans"}))
    text = forms.CharField(label=_("是什么问题"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}))
    paper = PaperField(label=_("佐证材料"), required=False)
    on = DayField(label=_("发现日期"), past=True)

    def __init__(self, *args: object, kinds: Mapping[str, str], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["kind"].choices = [("", "—"), *kinds.items()]  # type: ignore[attr-defined]


class Decide(forms.Form):
    """A decision: the reason, the day, the paper."""

    reason = forms.CharField(label=_("理由"), max_length=LONGEST, required=False)
    on = DayField(label=_("办理日期"), past=True)
    paper = PaperField(label=_("依据材料"), required=False)

    @property
    def first_fault(self) -> Refusal | None:
        """The first thing wrong with the form, as a refusal."""
        for name, found in self.errors.items():
            label = self.fields[name].label if name in self.fields else ""
            return Refusal("remediation.form", "%(label)s：%(said)s", {"label": str(label), "said": str(found[0])})
        return None
