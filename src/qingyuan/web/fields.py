"""How form fields look: the classes of the frame's style on Django's own widgets."""

from __future__ import annotations

from datetime import date

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from qingyuan.exchange.container import MAX_FILE_BYTES
from qingyuan.library import guards

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


class DocumentField(forms.FileField):
    """A document to be kept, no larger than the site takes in."""

    def clean(self, data: object, initial: object = None) -> object:
        sent = super().clean(data, initial)
        if sent and sent is not initial and sent.size > MAX_FILE_BYTES:
            limit = {"limit": MAX_FILE_BYTES // 1024 // 1024}
            raise forms.ValidationError(_("文件超过 %(limit)d MB，请拆分后上传。") % limit)
        if sent and sent is not initial:
            no_program(sent)
        return sent


def no_program(given: UploadedFile) -> None:
    """Against a program handed in as a paper; the file is read from its beginning afterwards.

    Raises
    ------
    ValidationError
    """
    head = given.read(guards.HEAD)
    given.seek(0)
    refused = guards.paper(given.name or "", head)
    if refused is not None:
        raise forms.ValidationError(gettext(refused.text) % dict(refused.params))


def class_of(widget: forms.Widget) -> str:
    """The class a widget wears."""
    if isinstance(widget, forms.CheckboxInput | forms.RadioSelect):
        return "form-check-input"
    return "form-select" if isinstance(widget, forms.Select) else "form-control"
