"""The forms of works. A form reads what was typed; whether it may be done is the guard's affair."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from qingyuan.bodies.models import Body
from qingyuan.core.access import Actor, Permission
from qingyuan.core.access import refusal as access_refusal
from qingyuan.registry.places_of import place_of
from qingyuan.registry.rules import policy_of
from qingyuan.stages.remediation import queries_works as queries
from qingyuan.stages.remediation import rules_works as rules
from qingyuan.stages.remediation.models import Round
from qingyuan.stages.remediation.queries_plans import plan_of
from qingyuan.stages.remediation.words_works import DoubtKind, EvidenceKind
from qingyuan.web.fields import DayField, no_program
from qingyuan.web.outlets.act_forms import PaperField, body_for

MOST_BYTES = 20 * 1024 * 1024
MOST_FILES = 20
_ROWS = forms.Textarea(attrs={"rows": 3})


class Files(forms.ClearableFileInput):
    """Several files at once; a phone offers its camera."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Photographs and papers, each no larger than the site takes in. An empty field is an empty list."""

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        given = [one for one in (data if isinstance(data, list) else [data]) if one]
        if self.required and not given:
            raise forms.ValidationError(_("请选择文件。"))
        if len(given) > MOST_FILES:
            raise forms.ValidationError(_("一次最多 %(n)d 个文件，请分次上传。") % {"n": MOST_FILES})
        for one in given:
            if one.size and one.size > MOST_BYTES:
                said = _("“%(name)s”超过 20 MB，没有收下；请用相机的较小尺寸，或压缩后再传。")
                raise forms.ValidationError(said % {"name": one.name})
            no_program(one)
        return [super(FilesField, self).clean(one, initial) for one in given]


class AboutRound(forms.Form):
    """What every act of the works asks: the day, and the press it is."""

    on = DayField(label=_("日期"), past=True)
    key = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)

    def __init__(self, *args: object, found: Round, by: Actor, of: int = 0, **kwargs: object) -> None:
        kwargs["initial"] = {"on": timezone.localdate(), "key": uuid4().hex}
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.found, self.by, self.of = found, by, of
        self.prepare()

    def prepare(self) -> None:
        """Fill in what depends on the round."""


class AddEvidence(AboutRound):
    """提交佐证: photographs and papers, several at once."""

    kind = forms.ChoiceField(label=_("这是什么"), choices=())
    files = FilesField(  # type: ignore[assignment]  # Django keeps fields apart from what was uploaded
        label=_("照片或文件"),
        widget=Files(attrs={"accept": "image/*,application/pdf"}),
        help_text=_("可一次选多张；单个不超过 20 MB。拍摄时间、位置和方向从照片中读取，请打开相机的定位。"),
    )
    measure = forms.ChoiceField(label=_("针对的措施"), choices=(), required=False)
    step = forms.ChoiceField(label=_("步骤"), choices=(), required=False)
    before = forms.ChoiceField(label=_("对照的整治前照片"), choices=(), required=False)
    longitude = forms.DecimalField(
        label=_("拍摄位置：经度（°）"), required=False, max_digits=9, decimal_places=6, min_value=73, max_value=136
    )
    latitude = forms.DecimalField(
        label=_("拍摄位置：纬度（°）"),
        required=False,
        max_digits=8,
        decimal_places=6,
        min_value=3,
        max_value=54,
        help_text=_("照片里有位置的，以照片为准。"),
    )
    bearing = forms.DecimalField(
        label=_("拍摄方向（°，正北为 0）"), required=False, max_digits=4, decimal_places=1, min_value=0, max_value=360
    )
    note = forms.CharField(label=_("说明"), required=False, max_length=500, widget=_ROWS)

    field_order = ["kind", "files", "on", "measure", "step", "before", "note", "longitude", "latitude", "bearing"]

    def prepare(self) -> None:
        place = place_of(self.found.outlet)
        accepts = access_refusal(self.by, Permission.REMEDIATION_ACCEPT, place) is None
        kinds = [one for one in EvidenceKind if accepts or one is not EvidenceKind.ACCEPTANCE]
        self.fields["kind"].choices = [(one.value, one.label) for one in kinds]  # type: ignore[attr-defined]
        titles = rules.measure_titles(policy_of(self.found.outlet.unit_path, on=timezone.localdate()))
        plan = plan_of(self.found)
        measures = [str(one.get("key", "")) for one in plan.measures] if plan else []
        self._offer("measure", [(one, titles.get(one, one)) for one in measures])
        self._offer("step", [(str(one.step.pk), one.step.title) for one in queries.progress_of(self.found)])
        befores = [(str(one.pk), f"{one.day} {one.title}") for one in queries.befores_of(self.found)]
        self._offer("before", befores)

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        if choices:
            self.fields[name].choices = [("", "—"), *choices]  # type: ignore[attr-defined]
        else:
            del self.fields[name]

    @property
    def position(self) -> tuple[Decimal, Decimal] | None:
        """The position that was typed."""
        longitude, latitude = self.cleaned_data.get("longitude"), self.cleaned_data.get("latitude")
        return None if longitude is None or latitude is None else (longitude, latitude)


class Progress(AboutRound):
    """报告进度."""

    percent = forms.IntegerField(label=_("完成（%）"), min_value=0, max_value=100)
    text = forms.CharField(label=_("进展"), required=False, max_length=500, widget=_ROWS)

    field_order = ["percent", "text", "on"]


class Done(AboutRound):
    """报告完工."""

    paper = PaperField(label=_("整治完成报告"))

    field_order = ["paper", "on"]


class Branch(AboutRound):
    """登记支管、支线."""

    name = forms.CharField(label=_("支管名称或位置"), max_length=128)
    owner = forms.CharField(
        label=_("由谁接入"),
        max_length=128,
        help_text=_("单位库中有的写全称或统一社会信用代码；没有的照实写，不清楚的写“不明”。"),
    )
    is_illegal = forms.BooleanField(label=_("违规接入，须清理"), required=False, initial=True)

    field_order = ["name", "owner", "is_illegal", "on"]

    @property
    def body(self) -> Body | None:
        """The registered body that was meant, or None."""
        return body_for(self.cleaned_data["owner"].strip(), near=self.found.outlet.unit_path)


class Clear(AboutRound):
    """清理支管、支线."""

    how = forms.CharField(label=_("如何清理"), max_length=500, widget=_ROWS)
    paper = PaperField(label=_("清理记录"), required=False)

    field_order = ["how", "paper", "on"]


class Doubt(AboutRound):
    """提出疑点."""

    kind = forms.ChoiceField(label=_("性质"), choices=DoubtKind.choices)
    text = forms.CharField(label=_("疑点"), max_length=1000, widget=_ROWS)

    field_order = ["kind", "text", "on"]
