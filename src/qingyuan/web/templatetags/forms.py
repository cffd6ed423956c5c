"""Form fields as rows: label, widget, help, errors. Pure."""

from __future__ import annotations

from django import forms, template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from qingyuan.web.fields import class_of

register = template.Library()


@register.simple_tag
def field_row(bound: forms.BoundField) -> SafeString:
    """One field of a form. A required one is marked by a word for the reader and a star for the eye."""
    described = f"{bound.id_for_label}-note"
    attributes: dict[str, str | bool] = {"class": class_of(bound.field.widget)}
    if bound.help_text or bound.errors:
        attributes["aria-describedby"] = described
    if bound.errors:
        attributes["aria-invalid"] = "true"
    help_text = bound.help_text
    if isinstance(bound.field, forms.FileField) and bound.html_name in bound.form.files and not bound.errors:
        help_text = _("浏览器不保留已选的文件，请重新选择。")  # the page comes back because of something else
        attributes["aria-describedby"] = described
    if isinstance(bound.field.widget, forms.RadioSelect):
        bound.field.widget.attrs["class"] = "form-check-input"
    widget = bound.as_widget(attrs=attributes)
    if bound.is_hidden:
        return widget
    star = format_html(
        '<span class="required" aria-hidden="true"> *</span><span class="visually-hidden">{}</span>', _("必填")
    )
    notes = format_html(
        '<div id="{}">{}{}</div>',
        described,
        format_html('<div class="source">{}</div>', help_text) if help_text else "",
        format_html_join("", '<div class="field-error">{}</div>', ((error,) for error in bound.errors)),
    )
    if isinstance(bound.field.widget, forms.RadioSelect):
        choices = format_html_join(
            "",
            '<label class="form-check">{} {}</label>',
            ((one.tag(), one.data["label"]) for one in bound.subwidgets),
        )
        return format_html(
            '<fieldset class="form-row form-row-wide"><legend class="form-label">{}{}</legend>{}{}</fieldset>',
            bound.label,
            star if bound.field.required else "",
            choices,
            notes if bound.help_text or bound.errors else "",
        )
    if isinstance(bound.field.widget, forms.CheckboxInput):
        return format_html(
            '<div class="form-row"><label class="form-check">{} {}</label>{}</div>',
            widget,
            bound.label,
            notes if bound.help_text or bound.errors else "",
        )
    return format_html(
        '<div class="form-row"><label class="form-label" for="{}">{}{}</label>{}{}</div>',
        bound.id_for_label,
        bound.label,
        star if bound.field.required else "",
        widget,
        notes if help_text or bound.errors else mark_safe(""),
    )


@register.filter
def item(mapping: object, key: object) -> object:
    """A value of a mapping by key; nothing for a key it does not have."""
    return mapping.get(key, "") if hasattr(mapping, "get") else ""
