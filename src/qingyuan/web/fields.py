"""How form fields look: the classes of the frame's style on Django's own widgets."""

from __future__ import annotations

from django import forms


class DayInput(forms.DateInput):
    """A day, with the browser's calendar; 2023-12-31 in either language."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def class_of(widget: forms.Widget) -> str:
    """The class a widget wears."""
    if isinstance(widget, forms.CheckboxInput | forms.RadioSelect):
        return "form-check-input"
    return "form-select" if isinstance(widget, forms.Select) else "form-control"
