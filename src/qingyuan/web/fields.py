"""How form fields look: the classes of the frame's style on Django's own widgets."""

from __future__ import annotations

from datetime import date

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

EARLIEST = date(1949, 10, 1)
"""No record of an outlet is older: an earlier day is a slip of the keys (0025 for 2025)."""


class DayInput(forms.DateInput):
    """A day, with the browser's calendar; 2023-12-31 in either language."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class DayField(forms.DateField):
    """A day people can mean. `past`: not one that is still to come."""

    def __init__(self, *, past: bool = False, **kwargs: object) -> None:
        super().__init__(widget=DayInput, **kwargs)  # type: ignore[arg-type]
        self.past = past

    def clean(self, value: object) -> date | None:
        day = super().clean(value)
        if day and day < EARLIEST:
            raise forms.ValidationError(_("年份有误，请核对。"))
        if day and self.past and day > timezone.localdate():
            raise forms.ValidationError(_("日期晚于今天，请核对。"))
        return day


def class_of(widget: forms.Widget) -> str:
    """The class a widget wears."""
    if isinstance(widget, forms.CheckboxInput | forms.RadioSelect):
        return "form-check-input"
    return "form-select" if isinstance(widget, forms.Select) else "form-control"
