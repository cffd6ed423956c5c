"""The forms of plans. A form reads what was typed; whether it may be done is the guard's affair."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as plain
from django.utils.translation import gettext_lazy as _

from qingyuan.core.plans import BATCHES, Batch
from qingyuan.core.zones import LABELS as ZONES
from qingyuan.core.zones import ZoneKind
from qingyuan.registry import queries as registry
from qingyuan.registry.models import Outlet
from qingyuan.registry.rules import policy_of
from qingyuan.stages.remediation import guards_plans, rules_plans
from qingyuan.stages.remediation.drafts_plans import GivenMeasure, GivenStep, PlanGiven
from qingyuan.stages.remediation.models import Round
from qingyuan.stages.remediation.models_plans import Plan
from qingyuan.stages.remediation.words_plans import FloodAnswer
from qingyuan.web.fields import DayField
from qingyuan.web.outlets.act_forms import PaperField
from qingyuan.web.tracing.forms import BodyField

LONGEST = 1000
STEPS, SPARE, MOST_STEPS = 6, 5, 99
"""How many steps a form offers at least, how many beyond those that are filled in, and the most it reads."""
COLUMNS = ("title", "starts_on", "due", "body", "length_m")
STEP = re.compile(rf"step(\d{{1,2}})_(?:{'|'.join(COLUMNS)})")
StepRow = tuple[int, list[forms.BoundField]]


def note(label: Any, help_text: Any = "") -> forms.CharField:
    """A text of a plan that need not be given."""
    widget = forms.Textarea(attrs={"rows": 2})
    return forms.CharField(label=label, max_length=LONGEST, required=False, widget=widget, help_text=help_text)


class AboutRound(forms.Form):
    """What every form knows: the outlet it is about, the day it happened."""

    on = DayField(label=_("办理日期"), past=True)

    def __init__(self, *args: object, outlet: Outlet, **kwargs: object) -> None:
        kwargs["initial"] = {"on": timezone.localdate(), **(kwargs.get("initial") or {})}  # type: ignore[dict-item]
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.outlet = outlet
        self.policy = policy_of(outlet.unit_path, on=timezone.localdate())
        for field in self.fields.values():
            if isinstance(field, BodyField):
                field.near = outlet.unit_path
        self.prepare()

    def prepare(self) -> None:
        """Fill in what depends on what it is about."""

    def choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        """Say what may be chosen."""
        self.fields[name].choices = choices  # type: ignore[attr-defined]


class Batches(forms.RadioSelect):
    """The batches, each one `barred` of them greyed."""

    barred: frozenset[str] = frozenset()

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        if value in self.barred:
            option["attrs"]["disabled"] = True
        return option


class DraftPlan(AboutRound):
    """编制方案. Steps are rows of their own: `step1_title`, `step1_starts_on`, `step1_due`, `step1_body` …"""

    batch = forms.ChoiceField(label=_("整治批次"), widget=Batches)
    measures = forms.MultipleChoiceField(label=_("整治措施"), required=False, widget=forms.CheckboxSelectMultiple)
    measure_text = note(_("措施说明"), _("写明怎样做；选“其他措施”的必填"))
    due = DayField(label=_("完成期限"), required=False)
    responsible_body = BodyField(label=_("责任主体"), required=False)
    lead = BodyField(label=_("另定牵头单位（不填则按本地规定）"), required=False)
    problems = note(_("问题"))
    category = forms.CharField(label=_("类别"), max_length=200, required=False)
    territory = forms.CharField(label=_("属地单位"), max_length=200, required=False)
    departments = note(_("联动部门"))
    basis = note(_("法律或技术依据"))
    cost_yuan = forms.DecimalField(
        label=_("投资概算（元）"), min_value=0, max_digits=14, decimal_places=2, required=False
    )
    funding = forms.CharField(label=_("资金来源"), max_length=200, required=False)
    target_outlet = forms.CharField(label=_("并入的排污口（编码或编号）"), max_length=64, required=False)
    receiving_works = forms.CharField(label=_("接纳的污水处理设施"), max_length=128, required=False)
    flood_answer = forms.ChoiceField(label=_("是否可能影响防洪排涝、堤防安全"), required=False)
    flood_measure = note(_("消除防洪安全隐患的措施"))
    water_opinion = PaperField(label=_("水行政部门意见（建议附）"), required=False)
    livelihood_note = note(_("民生影响说明"), _("公共企事业单位、住宅小区等与群众生活密切相关的必填"))
    safety_note = note(_("安全有序措施"))
    water_supply_note = note(_("水生态环境和供水安全评估"), _("饮用水水源保护区内的必填"))
    legacy_case = note(_("历史遗留情况和处理决定"), _("认定违法设置而不取缔的必填"))
    merge_attempt = note(_("合并的经过和结果"), _("大厂区、多厂区的必填"))
    technology = note(_("治理技术及理由"))
    deviation_reason = note(_("另作处理的理由"), _("与“原则上”“尽可能”的规定不一致的必填"))
    risk_note = note(_("集中开工风险说明"))
    programmes = forms.MultipleChoiceField(
        label=_("统筹结合的工程"), required=False, widget=forms.CheckboxSelectMultiple
    )
    field_order = (
        "batch", "measures", "measure_text", *rules_plans.TEMPLATE, "due", "responsible_body", "lead", "basis"
    )  # fmt: skip

    def prepare(self) -> None:
        batches = rules_plans.batches(self.policy)
        self.choose("batch", [(one.value, plain(BATCHES[one])) for one in batches])
        locked = guards_plans.storm_lock(self.outlet, on=timezone.localdate(), batch=Batch.MERGE)
        if locked is not None:
            self.fields["batch"].widget.barred = frozenset({Batch.MERGE.value})
            said = plain(locked.text) % locked.params
            self.fields["batch"].help_text = f"{said}（{locked.clause}）" if locked.clause else said
        offered: dict[str, str] = {}
        for batch in batches:
            for one in rules_plans.offered(self.policy, batch=batch, type_key=self.outlet.type_key):
                offered[one.key] = one.title
        self.choose("measures", list(offered.items()))
        for name in set(guards_plans.required(self.policy)) & set(rules_plans.TEMPLATE):
            self.fields[name].required = True
        linked = rules_plans.texts_of(self.policy.value("remediation.linked_programmes", ()))
        self.choose("programmes", [(one, one) for one in linked])
        self.choose("flood_answer", [("", "—"), *((one.value, str(one.label)) for one in FloodAnswer)])
        for number in range(1, self.rows + 1):
            self.fields[f"step{number}_title"] = forms.CharField(label=_("内容"), max_length=200, required=False)
            self.fields[f"step{number}_starts_on"] = DayField(label=_("开始"), required=False)
            self.fields[f"step{number}_due"] = DayField(label=_("期限"), required=False)
            self.fields[f"step{number}_body"] = body = BodyField(label=_("单位"), required=False)
            body.near = self.outlet.unit_path
            self.fields[f"step{number}_length_m"] = forms.DecimalField(
                label=_("改造长度（m）"), min_value=0, max_digits=10, decimal_places=1, required=False
            )

        for name, field in self.fields.items():
            if name.startswith("step"):
                field.widget.attrs["class"] = "form-control"
        for name in ("measures", "programmes"):
            self.fields[name].widget.attrs["class"] = "form-check-input"

    @property
    def rows(self) -> int:
        """How many rows of steps there are: those with something in them, and some to spare."""
        return min(max(STEPS, self._filled + SPARE), MOST_STEPS)

    @property
    def _filled(self) -> int:
        """The last row with something in it."""
        said: Mapping[str, object] = self.data if self.is_bound else self.initial
        found = (STEP.fullmatch(name) for name in said if said.get(name) not in (None, ""))
        return min(max((int(one[1]) for one in found if one), default=0), MOST_STEPS)

    def _rows(self, numbers: Iterable[int]) -> list[StepRow]:
        return [(n, [self[f"step{n}_{name}"] for name in COLUMNS]) for n in numbers]

    @property
    def step_rows(self) -> list[StepRow]:
        """The rows of steps that are filled in, and one more when there is none."""
        return self._rows(range(1, max(self._filled, 1) + 1))

    @property
    def spare_rows(self) -> list[StepRow]:
        """The rows to be added, one after the other."""
        return self._rows(range(max(self._filled, 1) + 1, self.rows + 1))

    @property
    def plain_fields(self) -> list[forms.BoundField]:
        """Everything but batch, measures, programmes and steps."""
        apart = {"batch", "measures", "programmes"}
        return [one for one in self if one.name not in apart and not one.name.startswith("step")]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for number in range(1, self.rows + 1):
            title, due = given.get(f"step{number}_title"), given.get(f"step{number}_due")
            if bool(title) != bool(due) and f"step{number}_due" not in self.errors:
                self.add_error(f"step{number}_{'due' if title else 'title'}", _("内容和期限须同时填写。"))
        return given

    def given(self, *, target: Outlet | None, opinion_sha256: str) -> PlanGiven:
        """The plan as it was filled in."""
        said: dict[str, Any] = self.cleaned_data
        text = str(said.get("measure_text") or "")
        keys = list(said.get("measures") or [])
        told = "other" if "other" in keys else next(iter(keys), "")
        names = [
            *rules_plans.TEMPLATE,
            "batch", "due", "responsible_body", "lead", "cost_yuan", "funding", "basis", "receiving_works",
            "technology", "livelihood_note", "safety_note", "water_supply_note", "flood_answer", "flood_measure",
            "legacy_case", "merge_attempt", "deviation_reason", "risk_note",
        ]  # fmt: skip
        values: dict[str, Any] = {name: said.get(name) for name in names}
        values |= {name: _empty(name) for name, value in values.items() if value is None}
        return PlanGiven(
            measures=tuple(GivenMeasure(key, text if key == told else "") for key in keys),
            steps=tuple(self._steps()),
            target_outlet=target,
            water_opinion_sha256=opinion_sha256,
            programmes=tuple(said.get("programmes") or ()),
            **values,
        )

    def _steps(self) -> Iterator[GivenStep]:
        for number in range(1, self.rows + 1):
            title, starts, due, body, length = (self.cleaned_data.get(f"step{number}_{name}") for name in COLUMNS)
            if title and due:
                yield GivenStep(title, due, starts, body, length)


def _empty(name: str) -> Any:
    return None if name in ("due", "responsible_body", "lead", "cost_yuan") else ""


def initial_of(plan: Plan) -> dict[str, object]:
    """A plan on record as its form shows it."""
    names = ("batch", "due", "cost_yuan", "funding", "flood_answer", "programmes")
    found: dict[str, object] = {
        name: getattr(plan, name) for name in (*rules_plans.TEMPLATE, *rules_plans.NOTES, *names)
    }
    found["measures"] = [one["key"] for one in plan.measures]
    found["measure_text"] = next((one["text"] for one in plan.measures if one.get("text")), "")
    found["responsible_body"] = plan.responsible_body.name if plan.responsible_body else ""
    found["target_outlet"] = str(plan.target_outlet_id or "")
    found["lead"] = plan.duties.filter(duty="lead", clause="").values_list("name", flat=True).first() or ""
    for one in plan.steps.select_related("body").order_by("number")[:MOST_STEPS]:
        prefix = f"step{one.number}"
        found |= {
            f"{prefix}_title": one.title,
            f"{prefix}_starts_on": one.starts_on,
            f"{prefix}_due": one.due,
            f"{prefix}_body": one.body.name if one.body else "",
            f"{prefix}_length_m": one.length_m,
        }
    return found


def suggested(of: Round, *, on: date) -> dict[str, object]:
    """What the rules propose for an outlet that has no plan: batch, measures, the responsible party; and what is known
    of the fields that the scheme asks for."""
    outlet = of.outlet
    batch, measures = rules_plans.suggestion(outlet, on=on)
    found: dict[str, object] = {"batch": batch, "measures": list(measures), **rules_plans.template(of, on=on)}
    if outlet.party is not None:
        found["responsible_body"] = outlet.party.name
    return found


class Plain(AboutRound):
    """An act that asks for the day alone."""


class Approve(AboutRound):
    """审定方案."""

    note = note(_("审定意见"))
    paper = PaperField(label=_("方案文本（不附则由系统生成）"), required=False)
    field_order = ("note", "paper", "on")


class Return(AboutRound):
    """退回方案."""

    note = forms.CharField(label=_("理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    field_order = ("note", "on")


class OrderClosing(AboutRound):
    """登记取缔决定."""

    measure = forms.ChoiceField(label=_("措施"))
    zone_kind = forms.ChoiceField(label=_("区域类别"))
    body = BodyField(label=_("决定机关（名称或统一社会信用代码）"))
    legal_basis = forms.CharField(label=_("法律依据"), max_length=300)
    paper = PaperField(label=_("决定书"))
    field_order = ("measure", "zone_kind", "body", "legal_basis", "paper", "on")

    def prepare(self) -> None:
        self.choose("measure", [(one, one) for one in rules_plans.ban_measures(self.policy)])
        kinds = (
            ZoneKind.DRINKING_WATER,
            ZoneKind.NATURE_PROTECTED,
            ZoneKind.NATURE_RESERVE,
            ZoneKind.ECOLOGICAL_REDLINE,
            ZoneKind.SPRING_BASIN,
            ZoneKind.OTHER_SPECIAL,
        )
        choices = [(one.value, plain(ZONES[one])) for one in kinds]
        self.choose("zone_kind", [*choices, ("other", plain("其他违法设置"))])
        known = registry.facts_of(self.outlet, on=timezone.localdate())
        self.fields["zone_kind"].initial = "drinking_water" if known.get("in_zone_drinking_water") else "other"


class AskTransition(AboutRound):
    """申请过渡期."""

    reason = forms.CharField(label=_("困难和理由"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}))
    interim_measure = forms.CharField(
        label=_("过渡期内的措施"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3})
    )
    until = DayField(label=_("截止日期"))
    paper = PaperField(label=_("申请材料"))
    field_order = ("reason", "interim_measure", "until", "paper", "on")


class HardCase(AboutRound):
    """列为重点难点."""

    reason = forms.CharField(label=_("难点"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    field_order = ("reason", "on")


class Solved(AboutRound):
    """移出重点难点."""

    outcome = forms.CharField(label=_("解决情况"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    field_order = ("outcome", "on")


class AtOnce(AboutRound):
    """立行立改."""

    norm = forms.CharField(label=_("依据的技术规范"), max_length=200)
    text = forms.CharField(label=_("整改情况"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))
    before = PaperField(label=_("整改前照片"))
    after = PaperField(label=_("整改后照片"))
    report = PaperField(label=_("整改情况报告"))
    field_order = ("norm", "text", "before", "after", "report", "on")
