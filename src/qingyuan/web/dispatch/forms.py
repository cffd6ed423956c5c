"""The forms of work handed out. A form reads what was typed; whether it may be done is the guard's affair."""

from __future__ import annotations

from datetime import date

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from qingyuan.bodies.models import Body
from qingyuan.core.access import Actor
from qingyuan.places.models import Unit
from qingyuan.registry import queries as registry
from qingyuan.registry.models import Outlet
from qingyuan.stages.dispatch import queries
from qingyuan.stages.dispatch.models import WorkItem
from qingyuan.stages.dispatch.words import PartKind
from qingyuan.web.fields import DayField
from qingyuan.web.outlets.act_forms import PaperField, body_for

MOST_LINES = 200
LONGEST = 4000


class Lines(forms.CharField):
    """Several things, one a line."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 2}), required=False, **kwargs)  # type: ignore[arg-type]

    def lines(self, text: str) -> list[str]:
        """What stands on the lines, each once."""
        found = list(dict.fromkeys(line.strip() for line in text.replace("；", "\n").splitlines() if line.strip()))
        if len(found) > MOST_LINES:
            raise forms.ValidationError(_("一次最多 %(n)s 行。"), params={"n": MOST_LINES})
        return found


class BodiesField(Lines):
    """Organisations by name or credit code; `near`: the unit about which one means them."""

    near = ""

    def clean(self, value: object) -> list[Body]:
        found = []
        for text in self.lines(super().clean(value)):
            if (one := body_for(text, near=self.near)) is None:
                raise forms.ValidationError(
                    _("单位库中没有“%(text)s”，或名称不止一处；请先登记该单位，或填写统一社会信用代码。"),
                    params={"text": text},
                )
            found.append(one)
        return list(dict.fromkeys(found))


class OutletsField(Lines):
    """Outlets by number, code or name; only those `who` may see."""

    who: Actor

    def clean(self, value: object) -> list[Outlet]:
        return list(dict.fromkeys(self._one(text) for text in self.lines(super().clean(value))))

    def _one(self, text: str) -> Outlet:
        visible = registry.visible_to(self.who, leads=True)
        by_code = visible.filter(pk__in=registry.known_as(text))
        found = list(by_code[:2]) or list(visible.filter(name=text)[:2])
        if len(found) != 1:
            said = _("没有排污口“%(text)s”。") if not found else _("“%(text)s”不止一处，请填写编码。")
            raise forms.ValidationError(said, params={"text": text})
        return found[0]


class About(forms.Form):
    """What every form knows: who fills it in, and on which day it happened."""

    on = DayField(label=_("办理日期"), past=True)

    def __init__(self, *args: object, who: Actor, near: str, **kwargs: object) -> None:
        kwargs["initial"] = {"on": timezone.localdate(), **(kwargs.get("initial") or {})}  # type: ignore[dict-item]
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for field in self.fields.values():
            if isinstance(field, BodiesField):
                field.near = near
            if isinstance(field, OutletsField):
                field.who = who


def long_text(label: object, *, required: bool = True) -> forms.CharField:
    """A text of some lines."""
    return forms.CharField(
        label=label,  # type: ignore[arg-type]
        required=required,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class Issue(About):
    """交办. The bodies come from the clause; fields for further ones only where its list ends in 等, or there is no
    clause."""

    subject = forms.CharField(label=_("事项"), max_length=200)
    text = long_text(_("内容和要求"), required=False)
    due = DayField(label=_("办理期限"), required=False)
    responsible = BodiesField(label=_("责任单位（每行一个）"))
    supporting = BodiesField(label=_("配合单位（每行一个）"))
    outlets = OutletsField(label=_("涉及的排污口（编码或名称，每行一个）"))

    field_order = ("subject", "text", "responsible", "supporting", "due", "outlets", "on")

    def __init__(self, *args: object, unit: Unit, clause: str, is_open: bool, on: date, **kwargs: object) -> None:
        super().__init__(*args, near=unit.path, **kwargs)  # type: ignore[arg-type]
        self.order_fields(self.field_order)
        default = queries.due_for(unit, on=on)
        if default is not None:
            self.fields["due"].help_text = _("不填则为 %(day)s（按本地规定的工作日数）。") % {"day": default}
        if clause and not is_open:
            del self.fields["responsible"], self.fields["supporting"]
        elif clause:
            self.fields["responsible"].label = _("按“等”增加责任单位（每行一个，可不填）")
            self.fields["supporting"].label = _("按“等”增加配合单位（每行一个，可不填）")
        else:
            self.fields["responsible"].required = True


class ForItem(About):
    """A form about one item."""

    def __init__(self, *args: object, item: WorkItem, **kwargs: object) -> None:
        super().__init__(*args, near=item.unit_path, **kwargs)  # type: ignore[arg-type]
        self.item = item
        self.prepare()

    def prepare(self) -> None:
        """Fill in what depends on the item."""

    def clean_on(self) -> date:
        on: date = self.cleaned_data["on"]
        if on < self.item.issued_on:
            raise forms.ValidationError(_("不能早于交办日期%(day)s。"), params={"day": self.item.issued_on})
        return on


class FeedBack(ForItem):
    """反馈."""

    text = long_text(_("办理情况"))
    paper = PaperField(label=_("佐证材料"), required=False)
    field_order = ("text", "paper", "on")


class Return(ForItem):
    """退回."""

    reason = long_text(_("退回理由"))
    field_order = ("reason", "on")


class Close(ForItem):
    """办结."""

    note = long_text(_("办结说明"), required=False)
    field_order = ("note", "on")


class Reopen(ForItem):
    """重新打开."""

    reason = long_text(_("理由"))
    due = DayField(label=_("新的办理期限"), required=False)
    field_order = ("reason", "due", "on")


class PassDown(ForItem):
    """分解下达."""

    due = DayField(label=_("下级办理期限（不填则同本事项）"), required=False)
    field_order = ("due", "on")


class Decide(ForItem):
    """提出协调意见."""

    text = long_text(_("协调意见"))
    due = DayField(label=_("重新确定的期限"), required=False)
    field_order = ("text", "due", "on")


class Urge(ForItem):
    """督促."""

    text = long_text(_("督促要求"), required=False)
    field_order = ("text", "on")


class AddBody(ForItem):
    """按“等”增加单位."""

    bodies = BodiesField(label=_("增加的单位（每行一个）"))
    part = forms.ChoiceField(label=_("角色"))
    field_order = ("bodies", "part", "on")

    def prepare(self) -> None:
        self.fields["bodies"].required = True
        self.fields["part"].choices = [  # type: ignore[attr-defined]
            (one.value, one.label) for one in (PartKind.RESPONSIBLE, PartKind.SUPPORTING)
        ]


class NameBody(ForItem):
    """对应单位."""

    bodies = BodiesField(label=_("单位库中的单位（名称或统一社会信用代码）"))
    field_order = ("bodies", "on")

    def prepare(self) -> None:
        self.fields["bodies"].required = True

    def clean_bodies(self) -> list[Body]:
        found: list[Body] = self.cleaned_data["bodies"]
        if len(found) != 1:
            raise forms.ValidationError(_("请填写一个单位。"))
        return found


class LinkOutlets(ForItem):
    """关联排污口."""

    outlets = OutletsField(label=_("排污口（编码或名称，每行一个）"))
    field_order = ("outlets", "on")

    def prepare(self) -> None:
        self.fields["outlets"].required = True


class Plain(ForItem):
    """An act that asks for the day alone."""


class NewMeeting(About):
    """登记会议."""

    mechanism = forms.ChoiceField(label=_("工作机制"))
    title = forms.CharField(label=_("会议名称"), max_length=200)
    minutes = PaperField(label=_("会议纪要"), required=False)
    field_order = ("mechanism", "title", "on", "minutes")

    def __init__(self, *args: object, unit: Unit, **kwargs: object) -> None:
        super().__init__(*args, near=unit.path, **kwargs)  # type: ignore[arg-type]
        self.fields["on"].label = _("召开日期")
        known = queries.mechanisms_of(unit, on=timezone.localdate())
        self.fields["mechanism"].choices = [(one, one) for one in known]  # type: ignore[attr-defined]


class NewDecision(About):
    """One decision of a meeting: with an owner, a day, an outlet or a clause it becomes an item."""

    text = forms.CharField(
        label=_("决定内容"), max_length=LONGEST, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    clause = forms.ChoiceField(label=_("条款（按条款名单交办）"), required=False)
    owners = BodiesField(label=_("责任单位（每行一个）"))
    supporting = BodiesField(label=_("配合单位（每行一个）"))
    due = DayField(label=_("完成期限"), required=False)
    outlets = OutletsField(label=_("涉及的排污口（编码或名称，每行一个）"))

    def __init__(self, *args: object, unit: Unit, clauses: list[str], **kwargs: object) -> None:
        super().__init__(*args, near=unit.path, **kwargs)  # type: ignore[arg-type]
        del self.fields["on"]
        self.fields["clause"].choices = [("", "—"), *((one, one) for one in clauses)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, object]:
        given = super().clean() or {}
        work = any(given.get(name) for name in ("owners", "due", "outlets", "clause", "supporting"))
        if work and not given.get("text") and "text" not in self.errors:
            self.add_error("text", _("请填写决定内容。"))
        if work and not given.get("owners") and not given.get("clause") and "owners" not in self.errors:
            self.add_error("owners", _("请写明责任单位，或选择条款。"))
        return given
