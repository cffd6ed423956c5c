"""What a bulk errand asks, and the errand it makes. Whether a row may be done is the single action's guard's affair."""

from __future__ import annotations

from datetime import date, datetime

from django import forms
from django.utils.translation import gettext as plain
from django.utils.translation import gettext_lazy as _

from qingyuan.core.access import Actor, Permission
from qingyuan.core.classification import Tree
from qingyuan.core.lifecycle import PAPERS
from qingyuan.library import actions as library
from qingyuan.registry.actions import Errand
from qingyuan.registry.choices import PARTY_BASES
from qingyuan.web.fields import DayField
from qingyuan.web.outlets.act_forms import PaperField, body_for, water_for
from qingyuan.web.outlets.correct_form import column_of

FIELDS = ("town_text", "water", "section_interval", "bank", "emission_standard", "remark")
"""What may be corrected in one go: what many outlets have in common."""


class BulkForm(forms.Form):
    """What every errand asks: the day it happened. `near`: the path of the unit one stands at."""

    on = DayField(label=_("办理日期"), past=True)

    def __init__(self, *args: object, near: str, tree: Tree, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.near, self.tree = near, tree
        self.prepare()

    by: Actor
    at: datetime

    def prepare(self) -> None:
        """Fill in what depends on the unit."""

    def values(self) -> dict[str, object]:
        """The errand's values. A paper is kept in the library first: confirming names it by its hash."""
        return {}

    def sentence(self) -> str:
        """What will be done, with %(n)s for how many."""
        raise NotImplementedError

    def kept(self) -> str:
        """The upload's content hash, "" without one."""
        given = self.cleaned_data.get("paper")
        if not given:
            return ""
        return library.file_bytes(given.read(), name=given.name or "", by=self.by, at=self.at).sha256


class Verify(BulkForm):
    """核实."""

    paper = PaperField(label=_("核实记录"), required=False)

    def values(self) -> dict[str, object]:
        return {"paper": self.kept()}

    def sentence(self) -> str:
        return plain("核实 %(n)s 个排污口")


class BodyForm(BulkForm):
    """An errand about one organisation."""

    body = forms.CharField(label=_("单位（名称或统一社会信用代码）"), max_length=128)

    def clean_body(self) -> object:
        found = body_for(self.cleaned_data["body"].strip(), near=self.near)
        if found is None:
            raise forms.ValidationError(_("单位库中没有这个单位，或名称不止一处。"))
        return found


class FixParty(BodyForm):
    """明确责任主体."""

    basis = forms.ChoiceField(label=_("认定依据"))
    paper = PaperField(label=_("责任主体认定依据材料"), required=False)
    note = forms.CharField(label=_("说明"), max_length=200, required=False)

    def prepare(self) -> None:
        self.fields["basis"].choices = [(key, str(label)) for key, label in PARTY_BASES.items()]  # type: ignore[attr-defined]

    def values(self) -> dict[str, object]:
        given = self.cleaned_data
        kept = self.kept()
        return {"body": given["body"].pk, "basis": given["basis"], "note": given["note"], "paper": kept}

    def sentence(self) -> str:
        return plain("将 %(n)s 个排污口的责任主体明确为“{name}”").format(name=_bare(self.cleaned_data["body"].name))


class ManagingBody(BodyForm):
    """责任区部门."""

    reason = forms.CharField(label=_("更正理由"), max_length=200)

    def values(self) -> dict[str, object]:
        return {"body": self.cleaned_data["body"].pk, "reason": self.cleaned_data["reason"]}

    def sentence(self) -> str:
        return plain("将 %(n)s 个排污口的责任区部门改为“{name}”").format(name=_bare(self.cleaned_data["body"].name))


class ProposeType(BulkForm):
    """提出分类意见."""

    type_key = forms.ChoiceField(label=_("二级类型"))
    reasons = forms.CharField(label=_("理由"), max_length=200, required=False)

    def prepare(self) -> None:
        self.fields["type_key"].choices = [  # type: ignore[attr-defined]
            (plain(top.name), [(child.key, plain(child.name)) for child in top.children]) for top in self.tree.tops
        ]

    def values(self) -> dict[str, object]:
        return {"type_key": self.cleaned_data["type_key"], "reasons": self.cleaned_data["reasons"]}

    def sentence(self) -> str:
        second = self.tree.second(self.cleaned_data["type_key"])
        return plain("对 %(n)s 个排污口提出分类意见“{name}”").format(name=_bare(plain(second.name) if second else ""))


class FilePaper(BulkForm):
    """归入材料."""

    kind = forms.ChoiceField(label=_("材料类型"))
    title = forms.CharField(label=_("名称"), max_length=200, required=False)
    paper = PaperField(label=_("文件"))

    def prepare(self) -> None:
        self.fields["on"].label = plain("形成日期")
        self.fields["kind"].choices = [(kind.value, plain(label)) for kind, label in PAPERS.items()]  # type: ignore[attr-defined]

    def values(self) -> dict[str, object]:
        given = self.cleaned_data
        return {"kind": given["kind"], "title": given["title"], "paper": self.kept()}

    def sentence(self) -> str:
        label = dict(self.fields["kind"].choices)[self.cleaned_data["kind"]]  # type: ignore[attr-defined]
        return plain("将一份“{name}”归入 %(n)s 个排污口的材料").format(name=label)


class CorrectField(BulkForm):
    """更正一个栏目."""

    field = forms.ChoiceField(label=_("栏目"))
    value = forms.CharField(label=_("更正为"), max_length=120)
    reason = forms.CharField(label=_("更正理由"), max_length=200)

    def prepare(self) -> None:
        self.fields["field"].choices = [(name, str(column_of(name).verbose_name)) for name in FIELDS]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, object]:
        given = super().clean() or {}
        name, text = given.get("field"), str(given.get("value", "")).strip()
        if name == "water" and text:
            try:
                self.water = water_for(text, near=self.near)
            except forms.ValidationError as error:
                self.add_error("value", error)
        elif name and len(text) > (column_of(str(name)).max_length or 200):
            self.add_error("value", _("内容太长。"))
        return given

    def values(self) -> dict[str, object]:
        given = self.cleaned_data
        value = self.water.code if given["field"] == "water" and self.water else given["value"].strip()
        return {"field": given["field"], "value": value, "reason": given["reason"]}

    def sentence(self) -> str:
        label = str(column_of(self.cleaned_data["field"]).verbose_name)
        said = plain("将 %(n)s 个排污口的{field}更正为“{value}”")
        return said.format(field=label, value=_bare(self.cleaned_data["value"].strip()))


def _bare(text: str) -> str:
    """A word inside a sentence that is still to be filled in."""
    return text.replace("%", "%%")


class Kind:
    """An errand of the bar: its word, the permission it takes, its form."""

    def __init__(self, act: str, label: object, permission: Permission, form: type[BulkForm]) -> None:
        self.act, self.label, self.permission, self.form = act, label, permission, form

    def errand(self, form: BulkForm, *, by: Actor, at: datetime) -> Errand:
        """The errand of a filled-in form."""
        on: date = form.cleaned_data["on"]
        form.by, form.at = by, at
        return Errand(self.act, on, form.values())


KINDS = {
    kind.act: kind
    for kind in (
        Kind("verify", _("核实"), Permission.OUTLET_VERIFY, Verify),
        Kind("fix_party", _("明确责任主体"), Permission.OUTLET_FIX_PARTY, FixParty),
        Kind("propose_type", _("提出分类意见"), Permission.OUTLET_PROPOSE_TYPE, ProposeType),
        Kind("managing_body", _("更正责任区部门"), Permission.OUTLET_CORRECT, ManagingBody),
        Kind("correct", _("更正一个栏目"), Permission.OUTLET_CORRECT, CorrectField),
        Kind("file_paper", _("归入材料"), Permission.OUTLET_FILE_PAPER, FilePaper),
    )
}


def offered(who: Actor) -> list[Kind]:
    """The errands an actor may do somewhere."""
    return [kind for kind in KINDS.values() if who.holding(kind.permission)]
