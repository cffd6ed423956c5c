"""The form that corrects what is on record: every field as it stands, a reason, nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django import forms
from django.db import models
from django.utils.translation import gettext as plain
from django.utils.translation import gettext_lazy as _

from qingyuan.core.classification import tree_of
from qingyuan.places.models import Water
from qingyuan.registry.models import Outlet
from qingyuan.web.fields import DayField
from qingyuan.web.outlets.act_forms import ActForm, body_for, check_position, conduit_forms, position_of, water_for

TEXTS = (
    "name",
    "local_code",
    "town_text",
    "village_text",
    "water_text",
    "section_interval",
    "position_given",
    "mouth_text",
    "mouth_shape",
    "mouth_size_mm",
    "bank",
    "diversion_mode",
    "discharge_pattern",
    "emission_standard",
    "permit_number",
    "remark",
)
DAYS = ("approval_date", "permit_date")


def column_of(name: str) -> models.Field:
    """A column of the register."""
    return next(column for column in Outlet._meta.concrete_fields if column.name == name)


def text_field(name: str, *, required: bool = False) -> forms.CharField:
    """A text column of the register as a form field."""
    column = column_of(name)
    return forms.CharField(label=column.verbose_name, max_length=column.max_length, required=required)


class Correct(ActForm):
    """更正信息. Fields left as they were change nothing."""

    water = forms.CharField(label=_("受纳水体"), max_length=64, required=False)
    longitude = forms.CharField(label=_("经度"), max_length=40, required=False, help_text=_("度，或度分秒；CGCS2000"))
    latitude = forms.CharField(label=_("纬度"), max_length=40, required=False)
    conduit_form = forms.ChoiceField(label=_("入河方式"), required=False)
    special_kind = forms.ChoiceField(label=_("特殊情形"), required=False)
    managing_body = forms.CharField(label=_("责任区部门"), max_length=128, required=False)
    daily_discharge_m3 = forms.DecimalField(
        label=_("日排放量（m³/d）"), min_value=0, max_digits=12, decimal_places=2, required=False
    )
    reason = forms.CharField(label=_("更正理由"), max_length=200)

    def prepare(self) -> None:
        for name in TEXTS:
            self.fields[name] = text_field(name, required=name == "name")
        for name in DAYS:
            label = column_of(name).verbose_name
            self.fields[name] = DayField(label=label, required=False, past=True)
        forms_of = dict.fromkeys([*conduit_forms(self.policy), self.outlet.conduit_form])
        self.fields["conduit_form"].choices = [("", "—"), *((one, plain(one)) for one in forms_of if one)]  # type: ignore[attr-defined]
        kinds = tree_of(self.policy).special_kinds
        self.fields["special_kind"].choices = [("", plain("无")), *((kind.key, plain(kind.name)) for kind in kinds)]  # type: ignore[attr-defined]
        self.initial = {
            **self.initial,
            **{name: getattr(self.outlet, name) for name in (*TEXTS, *DAYS)},
            **self._said(),
        }
        self.order_fields(["name", "local_code", "longitude", "latitude", "water", *TEXTS[2:]])
        self.order_fields([*(name for name in self.fields if name not in {"reason", "on"}), "reason", "on"])

    def _said(self) -> dict[str, object]:
        of = self.outlet
        return {
            "water": of.water.name if of.water else "",
            "longitude": str(of.longitude_deg or ""),
            "latitude": str(of.latitude_deg or ""),
            "conduit_form": of.conduit_form,
            "special_kind": of.special_kind,
            "managing_body": of.managing_body.name if of.managing_body else "",
            "daily_discharge_m3": of.daily_discharge_m3,
        }

    def clean_water(self) -> Water | None:
        if self.cleaned_data["water"] == self.initial["water"]:
            return self.outlet.water
        return water_for(self.cleaned_data["water"], near=self.outlet.unit_path)

    def clean_managing_body(self) -> object:
        text = self.cleaned_data["managing_body"].strip()
        if text == self.initial["managing_body"]:
            return self.outlet.managing_body
        found = body_for(text, near=self.outlet.unit_path) if text else None
        if text and found is None:
            raise forms.ValidationError(_("单位库中没有这个单位，或名称不止一处。"))
        return found

    def clean(self) -> dict[str, object]:
        given = super().clean() or {}
        self.position: tuple[Decimal, Decimal] | None = None
        try:
            self.position = position_of(str(given.get("longitude", "")), str(given.get("latitude", "")))
            if self.position != (self.outlet.longitude_deg, self.outlet.latitude_deg):
                check_position(self.position, unit_path=self.outlet.unit_path)
        except forms.ValidationError as error:
            self.add_error("longitude", error)
        return given

    def values(self) -> Mapping[str, object]:
        """What registry.actions.correct takes: every field as it now is said to be."""
        given = self.cleaned_data
        longitude, latitude = self.position or (None, None)
        plainly = {name: given[name] for name in (*TEXTS, *DAYS, "water", "conduit_form", "special_kind")}
        plainly |= {name: given[name] for name in ("managing_body", "daily_discharge_m3")}
        return {**plainly, "longitude_deg": longitude, "latitude_deg": latitude}
