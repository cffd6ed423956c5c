"""The forms of campaigns. A form reads what was typed; whether it may be done is the guard's affair."""

from __future__ import annotations

import re
from datetime import date, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from qingyuan.access.models import Officer
from qingyuan.bodies.models import Body
from qingyuan.core.access import Actor
from qingyuan.places import queries as places
from qingyuan.places.models import Unit, Water
from qingyuan.stages.survey import queries, rules
from qingyuan.stages.survey.drafts import MemberDraft, StepDraft, TeamDraft
from qingyuan.stages.survey.models import Campaign, Segment
from qingyuan.stages.survey.words import Bank, CampaignKind, Procedure
from qingyuan.web.dispatch.forms import BodiesField, Lines
from qingyuan.web.fields import DayField
from qingyuan.web.outlets.act_forms import PaperField, body_for, unit_for
from qingyuan.web.templatetags.qingyuan import metres

MOST_FILE = 50 * 1024 * 1024
BANKS = (
    (f"{Bank.LEFT},{Bank.RIGHT}", _("左岸、右岸分别划分")),
    (Bank.LEFT.value, Bank.LEFT.label),
    (Bank.RIGHT.value, Bank.RIGHT.label),
    (Bank.BOTH.value, Bank.BOTH.label),
)


class GeoField(forms.FileField):
    """A file with lines or a track."""

    def clean(self, data: object, initial: object = None) -> object:
        given = super().clean(data, initial)
        if given and given.size > MOST_FILE:
            raise forms.ValidationError(_("文件超过 50 MB，请分段上传。"))
        return given


class MembersField(Lines):
    """Members of a team: a name a line; an account after it in brackets, or alone."""

    near = ""

    def clean(self, value: object) -> list[MemberDraft]:
        return [self._one(text) for text in self.lines(super().clean(value))]

    def _one(self, text: str) -> MemberDraft:
        named = re.fullmatch(r"(?P<name>[^（(]*)[（(](?P<account>[^）)]+)[）)]", text)
        account = (named["account"] if named else text).strip()
        found = Officer.objects.filter(username=account, is_active=True).first()
        if found is None and named:
            raise forms.ValidationError(_("没有账号“%(text)s”。"), params={"text": account})
        if found is None:
            return MemberDraft(text)
        return MemberDraft((named["name"].strip() if named else "") or found.name, f"officer:{found.pk}")


class TeamPart(forms.Form):
    """The fields of a team, in forms that have one."""

    team_name = forms.CharField(label=_("队伍名称"), max_length=64)
    team_body = BodiesField(label=_("所属单位"))
    team_members = MembersField(
        label=_("成员（每行一人，有账号的写“姓名（账号）”）"),
        help_text=_("有账号的成员可在手机上看到自己的岸段。"),
    )
    team_technical = forms.BooleanField(label=_("专业技术团队"), required=False)

    def team(self, *, second: bool = False) -> TeamDraft | None:
        """The team that was typed; None where nothing was."""
        given = self.cleaned_data
        if not given.get("team_name") and not given.get("team_members"):
            return None
        bodies = given.get("team_body") or []
        return TeamDraft(
            given.get("team_name", ""),
            tuple(given.get("team_members") or ()),
            body=bodies[0] if bodies else None,
            is_technical=bool(given.get("team_technical")),
            is_second=second,
        )


class NewCampaign(TeamPart):
    """拟定排查专项."""

    title = forms.CharField(label=_("专项名称"), max_length=200)
    kind = forms.ChoiceField(label=_("类别"), choices=CampaignKind.choices)
    waters = forms.MultipleChoiceField(
        label=_("排查水体"), widget=forms.SelectMultiple(attrs={"size": 8}), help_text=_("按住 Ctrl 可多选。")
    )
    starts_on = DayField(label=_("开始日期"))
    ends_on = DayField(label=_("结束日期"))
    managing = BodiesField(label=_("责任区单位（由部门排查自己的责任区时填写）"))
    supporting = BodiesField(label=_("增加的配合单位（每行一个）"), help_text=_("方案规定的配合单位自动列入。"))
    field_order = (
        *("title", "kind", "waters", "starts_on", "ends_on"),
        *("team_name", "team_body", "team_members", "team_technical", "managing", "supporting"),
    )

    def __init__(self, *args: object, unit: Unit, **kwargs: object) -> None:
        today = timezone.localdate()
        first = {"starts_on": today, "ends_on": today + timedelta(days=90)}
        kwargs["initial"] = {**first, **(kwargs.get("initial") or {})}  # type: ignore[dict-item]
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.known = {str(one.pk): one for one in places.waters_in(unit.path)}
        self.fields["waters"].choices = [(pk, one.name) for pk, one in self.known.items()]  # type: ignore[attr-defined]
        for field in self.fields.values():
            if isinstance(field, BodiesField):
                field.near = unit.path
        needs_team = bool(rules.policy_of(unit.path, on=today).value("survey.technical_team_required"))
        self.fields["team_name"].required = needs_team

    def chosen_waters(self) -> list[Water]:
        """The waters that were chosen."""
        return [self.known[pk] for pk in self.cleaned_data["waters"]]


class ForCampaign(forms.Form):
    """A form about one campaign: on which day it happened."""

    on = DayField(label=_("办理日期"), past=True)

    def __init__(self, *args: object, who: Actor, campaign: Campaign, **kwargs: object) -> None:
        kwargs["initial"] = {"on": timezone.localdate(), **(kwargs.get("initial") or {})}  # type: ignore[dict-item]
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.who, self.campaign = who, campaign
        for field in self.fields.values():
            if isinstance(field, BodiesField):
                field.near = campaign.unit_path
        self.prepare()

    def prepare(self) -> None:
        """Fill in what depends on the campaign."""

    def waters(self, name: str = "water") -> None:
        """Choices of the campaign's waters."""
        self.known = {str(one.pk): one for one in self.campaign.waters.defer("geometry").order_by("path")}
        self.fields[name].choices = [(pk, one.name) for pk, one in self.known.items()]  # type: ignore[attr-defined]

    @property
    def chosen_water(self) -> Water:
        """The water that was chosen."""
        return self.known[self.cleaned_data["water"]]

    @property
    def banks(self) -> list[Bank]:
        """The banks that were chosen."""
        return [Bank(one) for one in self.cleaned_data["bank"].split(",")]


class Day(ForCampaign):
    """An act that asks for the day alone."""


class Reason(ForCampaign):
    """An act with a reason."""

    reason = forms.CharField(label=_("原因"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    field_order = ("reason", "on")


class FilePlan(ForCampaign):
    """提交排查溯源方案."""

    paper = PaperField(label=_("方案文件"))
    procedures = forms.MultipleChoiceField(
        label=_("方案写明的工作程序"),
        choices=[(one.label, one.label) for one in Procedure],
        widget=forms.SelectMultiple(attrs={"size": 5}),
        required=False,
        help_text=_("按住 Ctrl 可多选。"),
    )
    roadmap = forms.CharField(label=_("路线图"), widget=forms.Textarea(attrs={"rows": 4}), required=False)
    timetable = Lines(
        label=_("时间表（每行：程序，工作内容，完成时限，责任单位）"),
        help_text=_("如：排查，徒步排查全部岸段，2026-06-30，大同市平城区人民政府"),
    )
    field_order = ("paper", "procedures", "roadmap", "timetable", "on")

    def clean_timetable(self) -> list[StepDraft]:
        field: Lines = self.fields["timetable"]  # type: ignore[assignment]
        return [self._step(line) for line in field.lines(self.cleaned_data["timetable"])]

    def _step(self, line: str) -> StepDraft:
        parts = [part.strip() for part in re.split(r"[，,\t]", line)]
        if len(parts) != 4:
            raise forms.ValidationError(_("“%(line)s”不是四项，请用逗号分开。"), params={"line": line})
        procedure, text, day, name = parts
        try:
            due = date.fromisoformat(day)
        except ValueError:
            raise forms.ValidationError(_("“%(day)s”不是日期，请写成 2026-06-30。"), params={"day": day}) from None
        return StepDraft(procedure, text, due, name, body_for(name, near=self.campaign.unit_path))


class AddTeam(TeamPart, ForCampaign):
    """增加队伍."""

    second = forms.BooleanField(label=_("复核队伍（抽查复核用）"), required=False)
    field_order = ("team_name", "team_body", "team_members", "team_technical", "second", "on")


class Cut(ForCampaign):
    """按河线划分岸段: from the water's own line, or from a file."""

    water = forms.ChoiceField(label=_("水体"))
    bank = forms.ChoiceField(label=_("岸别"), choices=BANKS)
    piece_m = forms.IntegerField(label=_("每段长度（m）"), min_value=50, max_value=100_000)
    file = GeoField(
        label=_("官方河线文件（不选则用系统内的河线）"),
        required=False,
        help_text=_("GeoJSON、GeoPackage、KML 或压缩的 shapefile，取其中的线。"),
    )
    field_order = ("water", "bank", "piece_m", "file", "on")

    def prepare(self) -> None:
        self.waters()
        policy = rules.policy_of(self.campaign.unit_path, on=timezone.localdate())
        self.fields["piece_m"].initial = rules.segment_m(policy)


class AddSegment(ForCampaign):
    """人工填报岸段."""

    water = forms.ChoiceField(label=_("水体"))
    bank = forms.ChoiceField(label=_("岸别"), choices=Bank.choices)
    name = forms.CharField(label=_("起止"), max_length=128)
    length_m = forms.IntegerField(label=_("长度（m）"), min_value=50, max_value=100_000)
    unit = forms.CharField(label=_("行政区划（名称或代码）"), required=False)
    field_order = ("water", "bank", "name", "length_m", "unit", "on")

    def prepare(self) -> None:
        self.waters()

    def clean_unit(self) -> Unit:
        text = self.cleaned_data["unit"].strip()
        return unit_for(text, near=self.campaign.unit_path) if text else self.campaign.unit


class Assign(ForCampaign):
    """分派岸段."""

    numbers = forms.CharField(label=_("岸段号（如 1-20，25；不填为全部未分派的）"), required=False)
    team = forms.ChoiceField(label=_("队伍"))
    starts_on = DayField(label=_("开始日期"), required=False)
    ends_on = DayField(label=_("结束日期"), required=False)
    field_order = ("numbers", "team", "starts_on", "ends_on", "on")

    def prepare(self) -> None:
        teams = self.campaign.teams.filter(is_second=False).order_by("pk")
        self.fields["team"].choices = [(str(one.pk), one.name) for one in teams]  # type: ignore[attr-defined]

    def clean_numbers(self) -> list[tuple[int, int]]:
        found = []
        for text in re.split(r"[，,、\s]+", self.cleaned_data["numbers"].strip()):
            if not text:
                continue
            span = re.fullmatch(r"(\d{1,7})(?:[-–—~～](\d{1,7}))?", text)
            if span is None:
                raise forms.ValidationError(_("“%(text)s”不是岸段号。"), params={"text": text})
            found.append((int(span[1]), int(span[2] or span[1])))
        return found


class TakeTrack(ForCampaign):
    """上传轨迹."""

    file = GeoField(label=_("轨迹文件（GPX 或 GeoJSON）"))
    device = forms.CharField(label=_("设备"), max_length=64, required=False)
    field_order = ("file", "device")

    def prepare(self) -> None:
        del self.fields["on"]


class PlaceTrack(ForCampaign):
    """指定轨迹的岸段."""

    track = forms.ChoiceField(label=_("轨迹"))
    number = forms.IntegerField(label=_("岸段号"), min_value=1, max_value=9_999_999)
    field_order = ("track", "number")

    def prepare(self) -> None:
        del self.fields["on"]
        self.fields["track"].choices = [  # type: ignore[attr-defined]
            (str(one.client_id), f"{one.walked_on} {one.officer_name} {metres(one.length_m)}")
            for one in queries.stray_tracks(self.campaign)
        ]

    def clean_number(self) -> Segment:
        found = self.campaign.segments.filter(number=self.cleaned_data["number"])
        one = found.select_related("campaign", "water", "unit", "team").first()
        if one is None:
            raise forms.ValidationError(_("本专项没有这个岸段号。"))
        return one


class Draw(ForCampaign):
    """抽取复核岸段."""

    team = forms.ChoiceField(label=_("复核队伍"))
    share = forms.DecimalField(label=_("抽取比例（%）"), min_value=1, max_value=100, decimal_places=1)
    seed = forms.CharField(
        label=_("随机种子"), max_length=64, help_text=_("事先约定的一段文字或数字；凭它可以重新算出同样的抽取结果。")
    )
    field_order = ("team", "share", "seed", "on")

    def prepare(self) -> None:
        teams = self.campaign.teams.filter(is_second=True).order_by("pk")
        self.fields["team"].choices = [(str(one.pk), one.name) for one in teams]  # type: ignore[attr-defined]
        policy = rules.policy_of(self.campaign.unit_path, on=timezone.localdate())
        self.fields["share"].initial = f"{float(str(policy.value('survey.recheck_share', 0.1))) * 100:g}"


def bodies_of(found: list[Body]) -> Body | None:
    """The one body of a field that may hold several; None for none."""
    return found[0] if found else None
