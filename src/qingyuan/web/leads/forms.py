"""The forms of leads. A form reads what was typed; whether it may be done is the guard's affair."""

from __future__ import annotations

from decimal import Decimal

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as plain
from django.utils.translation import gettext_lazy as _

from qingyuan.core.classification import tree_of
from qingyuan.core.refusal import NotFound
from qingyuan.places import queries as places
from qingyuan.places.models import Unit, Water
from qingyuan.registry.rules import policy_of
from qingyuan.stages.survey.models_leads import Lead
from qingyuan.stages.survey.words_leads import DATUMS, ENTERED_HINTS, HintKind, LeadSource, NotOutlet
from qingyuan.web.fields import DayField
from qingyuan.web.outlets.act_forms import PaperField, check_position, conduit_forms, position_of, water_for
from qingyuan.web.outlets.correct_form import text_field

LEVELS = [("1", _("一级：资料与遥感")), ("2", _("二级：徒步")), ("3", _("三级：攻坚"))]
BY_FILE = (
    LeadSource.REMOTE_SENSING,
    LeadSource.PRIOR_LIST,
    LeadSource.PERMIT,
    LeadSource.COMPLAINT,
    LeadSource.CHIEF_PATROL,
)
BY_HAND = (
    LeadSource.HAND,
    LeadSource.REMOTE_SENSING,
    LeadSource.PERMIT,
    LeadSource.COMPLAINT,
    LeadSource.CHIEF_PATROL,
)


class Dated(forms.Form):
    """What every form asks: the day."""

    on = DayField(label=_("日期"), past=True)

    def __init__(self, *args: object, **kwargs: object) -> None:
        kwargs["initial"] = {"on": timezone.localdate(), **(kwargs.get("initial") or {})}  # type: ignore[dict-item]
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]


class Placed(Dated):
    """A form with a unit of one's reach, a water and a position that may be odd: it is diagnosed, not refused."""

    unit = forms.CharField(label=_("行政区划（代码或名称）"), max_length=64)
    water = forms.CharField(label=_("水体"), max_length=64, required=False)
    longitude = forms.CharField(label=_("经度"), max_length=40, required=False, help_text=_("度，或度分秒"))
    latitude = forms.CharField(label=_("纬度"), max_length=40, required=False)
    datum = forms.ChoiceField(label=_("坐标系"), choices=list(DATUMS.items()), initial="cgcs2000")

    def __init__(self, *args: object, path: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.path = path

    def clean_unit(self) -> Unit:
        try:
            return places.unit_for(self.cleaned_data["unit"].strip(), within=self.path)
        except (NotFound, ValueError):
            raise forms.ValidationError(plain("没有这个行政区划，或名称不止一处，请填写代码。")) from None

    def clean(self) -> dict[str, object]:
        given = super().clean() or {}
        unit = given.get("unit")
        given["water"] = _water(self, str(given.get("water") or ""), unit.path if isinstance(unit, Unit) else "")
        return given


def _water(form: forms.Form, text: str, near: str) -> Water | None:
    try:
        return water_for(text, near=near)
    except forms.ValidationError as error:
        form.add_error("water", error)
        return None


class NewLead(Placed):
    """登记线索, by hand."""

    source = forms.ChoiceField(label=_("来源"), choices=[(one.value, one.label) for one in BY_HAND])
    name = forms.CharField(label=_("名称"), max_length=128, required=False)
    code = forms.CharField(label=_("编码"), max_length=32, required=False)
    text = forms.CharField(label=_("说明"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    photo = PaperField(label=_("影像"), required=False)
    level = forms.ChoiceField(label=_("发现级次"), choices=LEVELS)

    field_order = (
        *("source", "name", "code", "unit", "water", "longitude", "latitude", "datum"),
        *("text", "photo", "level", "on"),
    )


class File(Dated):
    """导入线索."""

    file = forms.FileField(label=_("文件（GeoJSON、KML、GeoPackage、shapefile 压缩包、csv、xls、xlsx）"))
    images = forms.FileField(label=_("影像（一张，或按文件中的名称打成压缩包）"), required=False)
    title = forms.CharField(label=_("这批线索的名称"), max_length=200)
    source = forms.ChoiceField(label=_("来源"), choices=[(one.value, one.label) for one in BY_FILE])
    origin = forms.CharField(label=_("出处（编制单位、文号）"), max_length=200, required=False)
    year = forms.IntegerField(
        label=_("年份"), min_value=1950, max_value=2200, required=False, help_text=_("历次排查成果须写明年份")
    )
    datum = forms.ChoiceField(label=_("坐标系（文件没有写明时）"), choices=list(DATUMS.items()))
    technique = forms.ChoiceField(label=_("技术手段"), required=False)
    level = forms.ChoiceField(label=_("发现级次"), choices=LEVELS)

    def __init__(self, *args: object, path: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        listed = policy_of(path, on=timezone.localdate()).value("survey.techniques", ())
        words = [str(one) for one in listed] if isinstance(listed, list | tuple) else []
        self.fields["technique"].choices = [("", plain("不填"))] + [(one, plain(one)) for one in words]  # type: ignore[attr-defined]


class AsOutlet(Dated):
    """是排污口: the survey record with what the scheme asks of it."""

    name = forms.CharField(label=_("名称"), max_length=128)
    longitude = forms.CharField(label=_("经度"), max_length=40, required=False)
    latitude = forms.CharField(label=_("纬度"), max_length=40, required=False)
    water = forms.CharField(label=_("受纳水体"), max_length=64, required=False)
    water_text = text_field("water_text")
    conduit_form = forms.ChoiceField(label=_("入河方式"), required=False)
    discharge_pattern = text_field("discharge_pattern")
    bank = text_field("bank")
    mouth_text = text_field("mouth_text")
    party_proposed = forms.CharField(label=_("排污单位（现场了解，待明确）"), max_length=128, required=False)
    unit_unknown = forms.BooleanField(label=_("排污单位不明，待溯源"), required=False)
    type_proposed = forms.ChoiceField(label=_("拟定类型（待确认）"), required=False)
    level = forms.ChoiceField(label=_("确认级次"), choices=LEVELS, initial="2")
    paper = PaperField(label=_("排查记录"))
    apart = forms.CharField(label=_("不是附近排污口的理由"), max_length=200, required=False)

    def __init__(self, *args: object, lead: Lead, **kwargs: object) -> None:
        kwargs["initial"] = {
            "name": lead.name,
            "longitude": lead.longitude_deg if lead.longitude_deg is not None else "",
            "latitude": lead.latitude_deg if lead.latitude_deg is not None else "",
            "water": lead.water.name if lead.water else "",
            "bank": lead.bank,
            **(kwargs.get("initial") or {}),  # type: ignore[dict-item]
        }
        super().__init__(*args, **kwargs)
        self.lead, self.position = lead, None
        self.order_fields([name for name in self.fields if name not in ("on", "apart")] + ["on", "apart"])
        policy = policy_of(lead.unit_path, on=timezone.localdate())
        forms_of = [("", plain("不填"))] + [(one, plain(one)) for one in conduit_forms(policy)]
        self.fields["conduit_form"].choices = forms_of  # type: ignore[attr-defined]
        self.fields["type_proposed"].choices = [("", plain("暂不填写"))] + [  # type: ignore[attr-defined]
            (plain(top.name), [(child.key, plain(child.name)) for child in top.children])
            for top in tree_of(policy).tops
        ]

    position: tuple[Decimal, Decimal] | None

    def clean(self) -> dict[str, object]:
        given = super().clean() or {}
        try:
            self.position = position_of(str(given.get("longitude", "")), str(given.get("latitude", "")))
            check_position(self.position, unit_path=self.lead.unit_path)
        except forms.ValidationError as error:
            self.add_error("longitude", error)
        given["water"] = _water(self, str(given.get("water") or ""), self.lead.unit_path)
        return given


class AsNone(Dated):
    """不是排污口."""

    why = forms.ChoiceField(label=_("情形"), choices=NotOutlet.choices)
    reason = forms.CharField(label=_("理由"), max_length=200)
    level = forms.ChoiceField(label=_("确认级次"), choices=LEVELS, initial="2")
    field_order = ("why", "reason", "level", "on")


class AsTwin(Dated):
    """重复: `twin` is o followed by an outlet's number, or l by a lead's."""

    twin = forms.RegexField(r"^[ol]\d{1,17}$", error_messages={"invalid": _("请选择与哪一个排污口或线索重复。")})
    reason = forms.CharField(label=_("理由"), max_length=200)


class WithReason(Dated):
    """An act that asks a reason."""

    reason = forms.CharField(label=_("理由"), max_length=200)


class Mend(Dated):
    """更正线索的位置."""

    longitude = forms.CharField(label=_("经度"), max_length=40)
    latitude = forms.CharField(label=_("纬度"), max_length=40)
    datum = forms.ChoiceField(label=_("坐标系"), choices=list(DATUMS.items()))
    reason = forms.CharField(label=_("理由"), max_length=200)
    field_order = ("longitude", "latitude", "datum", "reason", "on")

    def __init__(self, *args: object, lead: Lead, **kwargs: object) -> None:
        given = [one.strip() for one in lead.position_given.split(",")]
        pair = given if len(given) == 2 else ["", ""]
        kwargs["initial"] = {"longitude": pair[0], "latitude": pair[1], "datum": lead.datum}
        super().__init__(*args, **kwargs)


class NewHint(Placed):
    """登记研判依据."""

    kind = forms.ChoiceField(label=_("依据类别"), choices=[(one.value, one.label) for one in ENTERED_HINTS])
    text = forms.CharField(label=_("内容"), max_length=200)
    share = forms.FloatField(
        label=_("缺口比例（断面负荷缺口）"), min_value=0, max_value=1, required=False, help_text=_("0～1")
    )
    from_km = forms.FloatField(label=_("自（km，沿河线）"), min_value=0, max_value=10_000, required=False)
    until_km = forms.FloatField(label=_("至（km）"), min_value=0, max_value=10_000, required=False)
    paper = PaperField(label=_("依据材料"))
    field_order = (
        *("kind", "text", "unit", "water", "longitude", "latitude", "datum"),
        *("share", "from_km", "until_km", "paper", "on"),
    )

    def clean(self) -> dict[str, object]:
        given = super().clean()
        if given.get("kind") == HintKind.LOAD_GAP and not given.get("share"):
            self.add_error("share", plain("断面负荷缺口须填写缺口比例（0～1）。"))
        return given
