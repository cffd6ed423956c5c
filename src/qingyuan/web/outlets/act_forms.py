"""The forms of acts upon an outlet. A form reads what was typed; whether it may be done is the guard's affair."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext as plain
from django.utils.translation import gettext_lazy as _

from qingyuan.bodies import queries as bodies
from qingyuan.bodies.models import Body
from qingyuan.core.classification import tree_of
from qingyuan.core.functions import BODY_KINDS, BodyKind
from qingyuan.core.geometry import CoordinateFault, ProjectedPoint, read_point
from qingyuan.core.lifecycle import PAPERS
from qingyuan.core.policy.facts import FACTS
from qingyuan.core.refusal import NotFound
from qingyuan.places import queries as places
from qingyuan.places.models import Unit, Water
from qingyuan.places.paths import ancestors_of
from qingyuan.registry.choices import PARTY_BASES
from qingyuan.registry.guards_party import open_party_proposal
from qingyuan.registry.models import MilestoneRecord, Outlet
from qingyuan.registry.positions import elsewhere
from qingyuan.registry.rules import policy_of
from qingyuan.web import facts
from qingyuan.web.fields import DayField, no_program

MOST_BYTES = 20 * 1024 * 1024


class PaperField(forms.FileField):
    """A document for the outlet's file."""

    def clean(self, data: object, initial: object = None) -> UploadedFile | None:
        given = super().clean(data, initial)
        if given and given.size > MOST_BYTES:
            raise forms.ValidationError(_("文件超过 20 MB，请压缩或分开上传。"))
        if given:
            no_program(given)
        return given or None


class ActForm(forms.Form):
    """What every act asks: the day it happened. `outlet` is what it is about."""

    on = DayField(label=_("办理日期"))

    def __init__(self, *args: object, outlet: Outlet, **kwargs: object) -> None:
        kwargs["initial"] = {"on": timezone.localdate(), **(kwargs.get("initial") or {})}  # type: ignore[dict-item]
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.outlet = outlet
        self.policy = policy_of(outlet.unit_path, on=timezone.localdate())
        self.prepare()

    def prepare(self) -> None:
        """Fill in what depends on the outlet and its policy."""

    def earliest(self) -> date | None:
        """The first day on which the act can have happened: the outlet stood on record."""
        reached = MilestoneRecord.objects.filter(outlet=self.outlet, reached=True, retracted_at=None)
        return reached.aggregate(day=Min("day"))["day"]

    def clean_on(self) -> date:
        on: date = self.cleaned_data["on"]
        earliest = self.earliest()
        if earliest is not None and on < earliest:
            raise forms.ValidationError(
                _("不能早于%(day)s，即排污口进入当前状态的日期。"), params={"day": earliest.isoformat()}
            )
        return on


class MoveForm(ActForm):
    """An act that moves the stage: it cannot have happened before the stage was entered."""

    def earliest(self) -> date | None:
        return self.outlet.stage_since


class Verify(MoveForm):
    """核实."""

    paper = PaperField(label=_("核实记录"), required=False)


class OpenTracing(MoveForm):
    """开展溯源."""


class FixParty(ActForm):
    """明确责任主体: a body that is known, or a new one."""

    party = forms.CharField(label=_("责任主体（名称或统一社会信用代码）"), max_length=128)
    new = forms.BooleanField(label=_("单位库中没有，新登记此单位"), required=False)
    body_kind = forms.ChoiceField(label=_("单位性质（新登记时）"), required=False)
    credit_code = forms.CharField(label=_("统一社会信用代码（新登记时）"), max_length=18, required=False)
    industry = forms.CharField(label=_("行业类别（新登记时）"), max_length=64, required=False)
    basis = forms.ChoiceField(label=_("认定依据"))
    paper = PaperField(label=_("责任主体认定依据材料"), required=False)
    note = forms.CharField(label=_("说明"), max_length=200, required=False)

    found: Body | None = None

    def earliest(self) -> date | None:
        """The first party is a move; a later one cannot begin before the one it follows."""
        held = self.outlet.responsibilities.filter(to_day=None).first()
        return held.from_day if held else self.outlet.stage_since

    def prepare(self) -> None:
        self.fields["basis"].choices = [(key, str(label)) for key, label in PARTY_BASES.items()]  # type: ignore[attr-defined]
        self.fields["body_kind"].choices = [  # type: ignore[attr-defined]
            (kind.value, plain(BODY_KINDS[kind])) for kind in BodyKind
        ]
        if (proposed := open_party_proposal(self.outlet)) is not None:
            self.initial.update(party=proposed.text, basis=proposed.reasons.get("basis", "tracing"))

    def clean(self) -> dict[str, object]:
        given = super().clean() or {}
        text = str(given.get("party", "")).strip()
        if text and not given.get("new"):
            self.found = body_for(text, near=self.outlet.unit_path)
            if self.found is None:
                self.add_error(
                    "party", _("单位库中没有这个单位，或名称不止一处：请填写统一社会信用代码，或勾选新登记。")
                )
        return given


class ChooseType(ActForm):
    """The second level below a first level that was chosen before (?top=…)."""

    top = forms.CharField(widget=forms.HiddenInput)
    type_key = forms.ChoiceField(label=_("二级类型"), widget=forms.RadioSelect)
    reasons = forms.CharField(label=_("理由"), max_length=200, required=False)

    def prepare(self) -> None:
        tree = tree_of(self.policy)
        top = str(self.data.get("top") or self.initial.get("top") or "")
        self.fields["type_key"].choices = [(child.key, plain(child.name)) for child in tree.children(top)]  # type: ignore[attr-defined]
        # A foreign child is let through to the guard: it gives the sentence and the clause, not the form.
        sent = str(self.data.get("type_key", ""))
        if sent and tree.second(sent) is not None and sent not in dict(self.fields["type_key"].choices):  # type: ignore[attr-defined]
            self.fields["type_key"].choices = [*self.fields["type_key"].choices, (sent, sent)]  # type: ignore[attr-defined]


class Classify(ChooseType):
    """确认分类. The first is a move; a later one changes the type alone."""

    def earliest(self) -> date | None:
        return super().earliest() if self.outlet.type_key else self.outlet.stage_since

    special_kind = forms.ChoiceField(label=_("特殊情形"), required=False)

    def prepare(self) -> None:
        super().prepare()
        kinds = tree_of(self.policy).special_kinds
        self.fields["special_kind"].choices = [("", plain("无")), *((kind.key, plain(kind.name)) for kind in kinds)]  # type: ignore[attr-defined]


class SuggestType(ActForm):
    """The industry of the party and the character of the discharge, in the words of the pack's table."""

    industry = forms.ChoiceField(label=_("责任主体行业"))
    character = forms.ChoiceField(label=_("排放特征"))

    def prepare(self) -> None:
        rows = self.policy.value("classification.suggestions", ())
        for name in ("industry", "character"):
            words = dict.fromkeys(row[name] for row in rows)  # type: ignore[attr-defined]
            self.fields[name].choices = [(word, word) for word in words]  # type: ignore[attr-defined]


class ChangeUnit(ActForm):
    """变更所在区划."""

    unit = forms.CharField(label=_("变更后的行政区划（代码或名称）"), max_length=64)
    paper = PaperField(label=_("区划调整文件"))

    def clean_unit(self) -> Unit:
        found = unit_for(self.cleaned_data["unit"], near=self.outlet.unit_path)
        if found.path == self.outlet.unit_path:
            raise forms.ValidationError(_("排污口现在就在这个行政区划。"))
        return found


class FilePaper(ActForm):
    """归入材料. A paper may be older than the record."""

    kind = forms.ChoiceField(label=_("材料类型"))
    title = forms.CharField(label=_("名称"), max_length=200, required=False)
    paper = PaperField(label=_("文件"))

    def earliest(self) -> None:
        return None

    def prepare(self) -> None:
        self.fields["on"].label = plain("形成日期")
        self.fields["kind"].choices = [(kind.value, plain(label)) for kind, label in PAPERS.items()]  # type: ignore[attr-defined]


class EnterFact(ActForm):
    """录入事实: a word of the vocabulary with its value and source."""

    name = forms.ChoiceField(label=_("事实"))
    value = forms.CharField(label=_("值"), max_length=200, help_text=_("是／否、数值或文字，按事实的类型填写"))
    source = forms.CharField(label=_("来源"), max_length=200, help_text=_("文件、监测报告、现场记录等"))
    paper = PaperField(label=_("依据材料"), required=False)

    def earliest(self) -> None:
        return None

    def prepare(self) -> None:
        self.fields["on"].label = plain("自何日起")
        subjects = {"outlet": plain("排污口"), "party": plain("责任主体"), "water": plain("受纳水体")}
        subjects |= {"zone": plain("所在区域"), "village": plain("村庄")}
        groups: dict[str, list[tuple[str, str]]] = {}
        for fact in FACTS.values():
            if fact.name not in {"type_key", "special_kind", "stage"}:
                unit = f"（{fact.unit}）" if fact.unit else ""
                groups.setdefault(subjects[fact.subject], []).append((fact.name, f"{facts.title(fact.name)}{unit}"))
        self.fields["name"].choices = list(groups.items())  # type: ignore[attr-defined]

    def clean(self) -> dict[str, object]:
        given = super().clean() or {}
        if given.get("name") in FACTS and given.get("value"):
            value = _typed(FACTS[str(given["name"])].type, str(given["value"]).strip())
            if value is None:
                self.add_error("value", _("该事实应填写数值或“是／否”。"))
            given["value"] = value
        return given

    def subject(self) -> tuple[str, str] | None:
        """Whom the fact is about; None when the outlet has no such party or water."""
        kind = FACTS[self.cleaned_data["name"]].subject
        pk = {"party": self.outlet.party_id, "water": self.outlet.water_id}.get(kind, self.outlet.pk)
        return None if pk is None else (kind if kind in {"party", "water"} else "outlet", str(pk))


class AddChannel(ActForm):
    """登记排污通道 with up to three dischargers."""

    name = forms.CharField(label=_("通道名称"), max_length=128)
    kind = forms.ChoiceField(label=_("形式"), required=False)
    length_m = forms.DecimalField(label=_("长度（m）"), min_value=0, max_digits=10, decimal_places=1, required=False)
    body_1 = forms.CharField(label=_("排污单位一（名称或信用代码）"), max_length=128, required=False)
    share_1 = forms.DecimalField(label=_("水量占比（%）"), min_value=0, max_value=100, required=False)
    body_2 = forms.CharField(label=_("排污单位二"), max_length=128, required=False)
    share_2 = forms.DecimalField(label=_("水量占比（%）"), min_value=0, max_value=100, required=False)
    body_3 = forms.CharField(label=_("排污单位三"), max_length=128, required=False)
    share_3 = forms.DecimalField(label=_("水量占比（%）"), min_value=0, max_value=100, required=False)

    def earliest(self) -> None:
        return None

    def prepare(self) -> None:
        self.fields["on"].label = plain("自何日起")
        self.fields["kind"].choices = [("", "—"), *((form, plain(form)) for form in conduit_forms(self.policy))]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, object]:
        given = super().clean() or {}
        sources: list[tuple[Body | None, Decimal | None]] = []
        for number in "123":
            if text := str(given.get(f"body_{number}") or "").strip():
                found = self.body_named(text)
                if found is None:
                    self.add_error(f"body_{number}", _("单位库中没有这个单位，或名称不止一处。"))
                elif found in (body for body, _share in sources):
                    self.add_error(f"body_{number}", _("同一个单位只填写一次。"))
                share = given.get(f"share_{number}")
                sources.append((found, share / 100 if isinstance(share, Decimal) else None))
        if sum((share or Decimal(0) for _body, share in sources), Decimal(0)) > 1:
            raise forms.ValidationError(_("各单位水量占比之和超过 100 %。"))
        given["sources"] = tuple(sources)
        return given

    def body_named(self, text: str) -> Body | None:
        """The discharger of a name or credit code."""
        return body_for(text, near=self.outlet.unit_path)


def body_for(text: str, *, near: str) -> Body | None:
    """The one body of a credit code, or of a name: in the county first, then in the city, the province, anywhere."""
    by_code = list(bodies.search(text, limit=2)) if len(text) == 18 and text.isascii() else []
    if len(by_code) == 1:
        return by_code[0]
    for path in reversed(ancestors_of(near)):
        if (found := bodies.named(text, path=path)) is not None:
            return found
    return None


def unit_for(text: str, *, near: str) -> Unit:
    """A unit by code, or by a name that is unique in the province; ValidationError else."""
    try:
        return places.unit_for(text, within=near[:2])
    except (NotFound, ValueError):
        raise forms.ValidationError(_("没有这个行政区划，或名称不止一处，请填写代码。")) from None


def water_for(text: str, *, near: str) -> Water | None:
    """A water by its name, of the unit's own waters first; ValidationError for none or several."""
    if not text.strip():
        return None
    found = places.waters_named(text, within=near)
    if len(found) != 1:
        raise forms.ValidationError(_("水体库中没有这个水体，或名称不止一处；可先填写“受纳水体名称（原文）”。"))
    return found[0]


def position_of(longitude: str, latitude: str) -> tuple[Decimal, Decimal] | None:
    """A position as people write it, in degrees; None when nothing was written; ValidationError when it cannot be."""
    if not longitude.strip() and not latitude.strip():
        return None
    if not longitude.strip() or not latitude.strip():
        raise forms.ValidationError(_("经度和纬度须同时填写。"))
    read = read_point(longitude, latitude)
    if isinstance(read, CoordinateFault):
        raise forms.ValidationError(plain(read.text))
    if isinstance(read, ProjectedPoint):
        raise forms.ValidationError(_("请填写经纬度；投影坐标请用导入功能换算。"))
    if read.swapped:
        raise forms.ValidationError(_("经度和纬度似乎填反了，请核对。"))
    return Decimal(f"{read.longitude_deg:.6f}"), Decimal(f"{read.latitude_deg:.6f}")


def check_position(position: tuple[Decimal, Decimal] | None, *, unit_path: str) -> None:
    """ValidationError when the point lies in another city than the outlet; where no outline says so, nothing.

    The same fault refuses a row of a file (coordinate.outside_unit); within the city an outline may be generalised.
    """
    if reason := elsewhere(position, unit_path=unit_path):
        raise forms.ValidationError(plain(reason.text), params=dict(reason.params))


def conduit_forms(policy: object) -> tuple[str, ...]:
    """The forms in which a discharge reaches the water, in the words of the policy (济源 三(一))."""
    value = policy.value("scope.conduit_forms", ())  # type: ignore[attr-defined]
    return tuple(value)


def _typed(kind: str, text: str) -> object:
    words: Mapping[str, bool] = {"是": True, "否": False, "true": True, "false": False, "有": True, "无": False}
    if kind == "boolean":
        return words.get(text.lower())
    if kind == "text":
        return text
    try:
        number = int(text) if kind == "integer" else float(text)
    except ValueError:
        return None
    # Every number of the vocabulary is a count or a measure; "nan" and "1e999" are words, not numbers.
    return number if math.isfinite(number) and number >= 0 else None
