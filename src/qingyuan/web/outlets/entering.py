"""登记排污口: the form of the survey. What does not reach the water directly stays a lead (济源 三(一))."""

from __future__ import annotations

from decimal import Decimal

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_http_methods

from qingyuan.core.access import Permission
from qingyuan.core.classification import Tree, tree_of
from qingyuan.core.geometry import in_china
from qingyuan.core.lifecycle import Paper
from qingyuan.core.policy import Policy
from qingyuan.core.refusal import NotFound, Refused
from qingyuan.flows import survey_opens_tracing
from qingyuan.library import actions as library
from qingyuan.places import queries as places
from qingyuan.places.models import Unit, Water
from qingyuan.registry import actions, surveyed
from qingyuan.registry.duplicates import limits_at
from qingyuan.registry.models import Outlet
from qingyuan.registry.nearby import Neighbour, near
from qingyuan.registry.rules import policy_of
from qingyuan.web import lookup
from qingyuan.web.fields import DayField
from qingyuan.web.outlets.act_forms import PaperField, check_position, conduit_forms, position_of, water_for
from qingyuan.web.outlets.correct_form import column_of, text_field
from qingyuan.web.templatetags.qingyuan import refusal_sentence

# What is asked beside the common fields once a first level is thought of.
BY_TYPE = {
    "GY": ("emission_standard", "permit_number", "permit_date", "daily_discharge_m3"),
    "SH": ("emission_standard", "permit_number", "permit_date", "daily_discharge_m3", "approval_date"),
    "NY": ("emission_standard", "daily_discharge_m3"),
    "YH": ("diversion_mode",),
    "QT": ("daily_discharge_m3",),
}
TEXTS = (
    "town_text",
    "village_text",
    "mouth_text",
    "mouth_shape",
    "mouth_size_mm",
    "bank",
    "discharge_pattern",
    "remark",
)
UNITS_OFFERED = 30


class Register(forms.Form):
    """What a survey hands in about one outlet."""

    name = forms.CharField(
        label=lazy("名称"), max_length=128, help_text=lazy("县（区）＋河流或单位＋类型，如“新绛县某某公司工业排污口”")
    )
    unit = forms.CharField(
        label=lazy("行政区划（乡镇或县的代码、名称）"),
        max_length=64,
        widget=forms.TextInput(
            attrs={
                "list": "units",
                "autocomplete": "off",
                "hx-get": reverse_lazy("web:outlets-units"),
                "hx-trigger": "input changed delay:250ms",
                "hx-target": "#units",
            }
        ),
    )
    is_direct = forms.BooleanField(label=lazy("污水经此口直接排入水体"), required=False, initial=True)
    not_direct = forms.CharField(label=lazy("非直接入河的理由"), max_length=200, required=False)
    conduit_form = forms.ChoiceField(label=lazy("入河方式"))
    water = forms.CharField(label=lazy("受纳水体"), max_length=64, required=False)
    water_text = forms.CharField(label=lazy("受纳水体名称（原文，水体库中没有时）"), max_length=64, required=False)
    longitude = forms.CharField(
        label=lazy("经度"), max_length=40, required=False, help_text=lazy("度，或度分秒；CGCS2000")
    )
    latitude = forms.CharField(label=lazy("纬度"), max_length=40, required=False)
    party_proposed = forms.CharField(label=lazy("责任主体（现场了解，待明确）"), max_length=128, required=False)
    unit_unknown = forms.BooleanField(label=lazy("排污单位不明，待溯源"), required=False)
    type_proposed = forms.ChoiceField(label=lazy("拟定类型（待确认）"), required=False)
    on = DayField(label=lazy("排查日期"))
    paper = PaperField(label=lazy("排查记录"), required=False)
    apart = forms.CharField(label=lazy("不是同一个排污口的理由"), max_length=200, required=False)

    def __init__(self, *args: object, policy: Policy, tree: Tree, top: str, path: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.path = path
        self.position: tuple[Decimal, Decimal] | None = None
        self.extra = BY_TYPE.get(top, ())
        for name in TEXTS:
            self.fields[name] = text_field(name)
        for name in self.extra:
            self.fields[name] = _column_field(name)
        self.fields["conduit_form"].choices = [(one, _(one)) for one in conduit_forms(policy)]  # type: ignore[attr-defined]
        offered = [one for one in tree.tops if top in ("", one.code)]
        self.fields["type_proposed"].choices = [("", _("暂不填写"))] + [  # type: ignore[attr-defined]
            (_(one.name), [(child.key, _(child.name)) for child in one.children]) for one in offered
        ]

    def clean_unit(self) -> Unit:
        text = self.cleaned_data["unit"].strip()
        try:
            return places.unit_for(text, within=self.path)
        except (NotFound, ValueError):
            raise forms.ValidationError(_("没有这个行政区划，或名称不止一处，请填写代码。")) from None

    def clean(self) -> dict[str, object]:
        given = super().clean() or {}
        if not given.get("is_direct") and not given.get("not_direct"):
            self.add_error("not_direct", _("非直接入河的只记为线索，请写明理由。"))
        if given.get("is_direct") and not given.get("paper"):
            self.add_error("paper", _("登记排污口须附排查记录。"))
        unit = given.get("unit")
        try:
            self.position = position_of(str(given.get("longitude", "")), str(given.get("latitude", "")))
            check_position(self.position, unit_path=unit.path if isinstance(unit, Unit) else "")
        except forms.ValidationError as error:
            self.add_error("longitude", error)
        if isinstance(unit, Unit) and not str(given.get("apart") or "").strip():
            self._check_name(unit, str(given.get("name", "")).strip())
        if isinstance(unit, Unit) and given.get("water"):
            try:
                given["water"] = water_for(str(given["water"]), near=unit.path)
            except forms.ValidationError as error:
                self.add_error("water", error)
        return given

    def _check_name(self, unit: Unit, name: str) -> None:
        """A file with this name and unit would mean the outlet that has it: two of one name cannot be told apart."""
        named = Outlet.objects.filter(unit=unit, name=name, withdrawn_at=None)
        if self.position is not None:
            named = named.exclude(longitude_deg=self.position[0], latitude_deg=self.position[1])
        if name and named.exists():
            self.add_error("name", _("该行政区划已有同名的排污口，名称须有区别。"))


def _column_field(name: str) -> forms.Field:
    column = column_of(name)
    if name.endswith("_date"):
        return DayField(label=column.verbose_name, required=False, past=True)
    if name.endswith("_m3"):
        return forms.DecimalField(
            label=column.verbose_name, min_value=0, required=False, max_digits=12, decimal_places=2
        )
    return text_field(name)


@require_http_methods(["GET", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """排查登记: near outlets are shown before a second one is entered at the same place."""
    lookup.require(request, Permission.OUTLET_REGISTER)
    at_unit = lookup.here(request)
    path = at_unit.path if at_unit else ""
    policy = policy_of(path, on=timezone.localdate())
    tree = tree_of(policy)
    top = request.POST.get("top") or request.GET.get("top", "")
    form = Register(
        request.POST or None,
        request.FILES or None,
        policy=policy,
        tree=tree,
        top=top,
        path=path,
        initial={
            "on": timezone.localdate(),
            "unit": at_unit.code if at_unit else "",
            "is_direct": True,
            "longitude": request.GET.get("lon", ""),
            "latitude": request.GET.get("lat", ""),
        },
    )
    neighbours: list[Neighbour] = []
    if request.method == "POST" and form.is_valid():
        if (twin := _twin(request, form)) is not None:
            messages.success(request, _("内容相同，此前已经登记，没有重复写入。"))
            return redirect("web:outlet", pk=twin.pk)
        made = _enter(request, form)
        if made is not None:
            messages.success(request, _("已登记“%(name)s”。") % {"name": made.name})
            if made.missing:
                items = _("、").join(_(surveyed.ITEMS[item]) for item in made.missing)
                messages.warning(request, _("排查记录待补充：%(items)s；补充后才能核实、列入名录。") % {"items": items})
            return redirect("web:outlet", pk=made.pk)
        neighbours = _same_place(request, form)
    context = {
        "form": form,
        "tree": tree,
        "top": top,
        "neighbours": neighbours,
        "metres": int(limits_at(path, on=timezone.localdate()).distance_m),
        "units": places.units_below(path)[:UNITS_OFFERED] if at_unit else [],
        "trail": lookup.trail(request, at_unit),
        "clause": policy.parameters["scope.conduit_forms"],
    }
    return render(request, "outlets/register.html", context, status=409 if request.method == "POST" else 200)


def _same_place(request: HttpRequest, form: Register) -> list[Neighbour]:
    """What stands at the place the form gives, on the same bank as far as both say one."""
    given = form.cleaned_data
    water = given["water"] if isinstance(given["water"], Water) else None
    return surveyed.standing_near(
        lookup.actor(request),
        form.position,
        unit_path=given["unit"].path,
        water=water,
        bank=given.get("bank", ""),
        on=given["on"],
    )


def _twin(request: HttpRequest, form: Register) -> Outlet | None:
    """The same outlet, entered by the same officer a moment ago: a double click enters nothing twice."""
    longitude, latitude = form.position or (None, None)
    return Outlet.objects.filter(
        unit=form.cleaned_data["unit"],
        name=form.cleaned_data["name"].strip(),
        registered_by=lookup.actor(request).id,
        registered_at__date=timezone.localdate(),
        longitude_deg=longitude,
        latitude_deg=latitude,
        withdrawn_at=None,
    ).first()


def _enter(request: HttpRequest, form: Register) -> Outlet | None:
    """Enter it; None when the domain refused, and the form says why."""
    given = form.cleaned_data
    by, at = lookup.actor(request), timezone.now()
    water = given["water"] if isinstance(given["water"], Water) else None
    fields = {name: given[name] for name in (*TEXTS, *form.extra, "conduit_form", "water_text") if given.get(name)}
    with transaction.atomic():
        if (found := _twin(request, form)) is not None:
            return found
        papers = {}
        if given["paper"]:
            kept = library.file_bytes(given["paper"].read(), name=given["paper"].name or "", by=by, at=at)
            papers = {Paper.SURVEY_RECORD: kept.sha256}
        new = actions.NewOutlet(
            name=given["name"],
            unit=given["unit"],
            on=given["on"],
            papers=papers,
            water=water,
            position=form.position,
            fields={**fields, "is_direct": given["is_direct"]},
            type_proposed=(given["type_proposed"], "") if given["type_proposed"] else None,
            party_proposed=given["party_proposed"],
            details={} if given["is_direct"] else {"not_direct": given["not_direct"]},
            is_survey_record=True,
            unit_unknown=given["unit_unknown"],
            apart_reason=given["apart"],
        )
        try:
            made = actions.register(new, by=by, at=at)
            survey_opens_tracing.after_act(made, on=timezone.localdate(at), at=at)
            return made
        except Refused as error:
            if error.refusal.code.startswith("access."):
                raise
            form.add_error(None, refusal_sentence(error.refusal))
            return None


@require_GET
def nearby(request: HttpRequest) -> HttpResponse:
    """Outlets near a point, for the form that registers: what may be the same one."""
    lookup.require(request, Permission.OUTLET_REGISTER)
    try:
        position = position_of(request.GET.get("longitude", ""), request.GET.get("latitude", ""))
    except forms.ValidationError:
        position = None
    found: list[Neighbour] = []
    at_unit = lookup.here(request)
    policy = policy_of(at_unit.path if at_unit else "", on=timezone.localdate())
    metres = float(str(policy.value("duplicate.name_distance_m", 200)))
    if position is not None and in_china(float(position[0]), float(position[1])):
        found = near(lookup.actor(request), float(position[0]), float(position[1]), within_m=metres)
    return render(
        request, "outlets/_nearby.html", {"neighbours": found, "metres": int(metres), "asked": position is not None}
    )


@require_GET
def units(request: HttpRequest) -> HttpResponse:
    """Units of one's reach whose name or code begins so, as options of a list."""
    at_unit = lookup.standing(request)  # `unit` is what is being typed here, not where one goes
    text = "".join(request.GET.get("unit", "").split())
    found = places.units_below(at_unit.path, itself=True) if at_unit else Unit.objects.none()
    if text:
        found = found.filter(code__startswith=text) if text[:1].isdecimal() else found.filter(name__startswith=text)
    return render(request, "outlets/_units.html", {"units": found[:UNITS_OFFERED]})
