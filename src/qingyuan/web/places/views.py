"""区划与图层. Every button is one act upon an official file; what may not be pressed is grey with its reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import gettext_noop as noop
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qingyuan.core.access import Permission
from qingyuan.core.refusal import NotFound, Refused
from qingyuan.core.zones import LABELS, ZoneKind
from qingyuan.exchange import official
from qingyuan.exchange.container import MAX_FILE_BYTES
from qingyuan.exchange.placing import standing_of
from qingyuan.places.guards import maintain
from qingyuan.places.locating import read_shape
from qingyuan.places.models import OfficialChange, OfficialFile, Unit
from qingyuan.places.models_official import CHANGES, SUBJECTS
from qingyuan.places.official import acts, guards, queries
from qingyuan.places.official.words import DETAILS, FAULTS
from qingyuan.web import lookup
from qingyuan.web.fields import DayField
from qingyuan.web.places.drawing import HEIGHT, WIDTH, Drawing, drawing
from qingyuan.web.templatetags.qingyuan import refusal_sentence

PER_PAGE = 50
OURS = {"wanted", "found", "why"}  # words of ours within a sentence; the rest is what the file says
MENDED_KM2 = lazy("可修复为 %(parts)d 块、%(area)s 平方公里的面。")


def subjects() -> list[tuple[str, str]]:
    """What a file may replace: divisions, waters, or one kind of zone."""
    kinds = [(f"zones:{kind.value}", _(LABELS[kind])) for kind in ZoneKind]
    return [("units", str(SUBJECTS["units"])), ("waters", str(SUBJECTS["waters"])), *kinds]


class Upload(forms.Form):
    """An official file with what makes it official."""

    subject = forms.ChoiceField(label=lazy("更新对象"), choices=subjects)
    file = forms.FileField(
        label=lazy("文件"),
        help_text=lazy(
            "GeoJSON、GeoPackage、KML、KMZ，或 shapefile 压缩成的 zip；行政区划也可用 xlsx、csv（代码、名称）"
        ),
    )
    source = forms.CharField(
        label=lazy("来源"), max_length=256, help_text=lazy("发布单位和文号，例如：某省人民政府关于……的批复")
    )
    map_number = forms.CharField(
        label=lazy("审图号"), max_length=64, required=False, help_text=lazy("留空则在地图上显示“未标注”")
    )
    day = DayField(label=lazy("启用日期"))
    whole = forms.BooleanField(
        label=lazy("文件是完整的：未列入的视为撤除"),
        required=False,
        initial=True,
        help_text=lazy("只补充或更正一部分时不要勾选"),
    )
    layer = forms.CharField(label=lazy("图层（留空自动选择）"), max_length=64, required=False)

    def clean_file(self) -> object:
        sent = self.cleaned_data["file"]
        if sent.size > MAX_FILE_BYTES:
            limit = {"limit": MAX_FILE_BYTES // 1024 // 1024}
            raise forms.ValidationError(_("文件超过 %(limit)d MB，请拆分后导入。") % limit)
        return sent


@require_http_methods(["GET", "POST"])
def places(request: HttpRequest) -> HttpResponse:
    """The layers that stand here, the files handed in, and a new file."""
    lookup.require(request, Permission.PLACES_MAINTAIN)
    at_unit, who = lookup.here(request), lookup.actor(request)
    if at_unit is None:
        raise NotFound("unit", "")
    asked = request.GET.get("subject", "")
    form = Upload(request.POST or None, request.FILES or None, initial={"subject": asked, "day": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            made = _stage(request, form, at_unit)
        except Refused as refused:
            form.add_error(None, refusal_sentence(refused.refusal))
        else:
            return redirect("web:places-file", pk=made.pk)
    context = {
        "form": form,
        "at": at_unit,
        "layers": queries.layers_at(at_unit, on=timezone.localdate()),
        "files": queries.files_of(who, at_unit),
        "why_not": maintain(who, at_unit),
        "trail": lookup.trail(request, at_unit),
    }
    return render(request, "places/places.html", context, status=409 if form.non_field_errors() else 200)


def _stage(request: HttpRequest, form: Upload, unit: Unit) -> OfficialFile:
    given = form.cleaned_data
    subject, _colon, kind = given["subject"].partition(":")
    what = official.Asked(
        subject,
        unit,
        acts.Official(given["source"], given["day"], given["map_number"]),
        zone_kind=kind,
        whole=given["whole"],
        layer=given["layer"],
    )
    sent = given["file"]
    return official.stage(sent.read(), sent.name, what, by=lookup.actor(request), at=timezone.now())


@dataclass(frozen=True, slots=True)
class Shown:
    """One change as the report tells it."""

    row: OfficialChange
    label: str
    details: list[str]
    faults: list[str]


@require_GET
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """The difference report of one file, and its buttons."""
    lookup.require(request, Permission.PLACES_MAINTAIN)
    who = lookup.actor(request)
    found = queries.file_of(who, pk)
    asked = request.GET.get("change", "")
    counts = {name: found.counts[name] for name in CHANGES if name in found.counts}  # JSON keeps no order everywhere
    change = asked if asked in counts else next(iter(counts), "")
    page = Paginator(queries.changes_of(found, change), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "file": found,
        "subject": _label(found),
        "counts": [(name, CHANGES[name], count) for name, count in counts.items()],
        "change": change,
        "page": page,
        "rows": [_shown(row) for row in page],
        "picture": _picture(found, request.GET.get("feature", "")),
        "width": WIDTH,
        "height": HEIGHT,
        "why_not_take_in": guards.take_in(found, by=who),
        "why_not_repair": guards.repair(found, by=who),
        "why_not_undo": guards.undo(found, by=who),
        "placing": standing_of(found),
        "trail": lookup.trail(request, found.unit),
    }
    return render(request, "places/file.html", context)


def _label(found: OfficialFile) -> str:
    return _(LABELS[ZoneKind(found.zone_kind)]) if found.zone_kind else str(SUBJECTS[found.subject])


def _shown(row: OfficialChange) -> Shown:
    faults = []
    for fault in row.faults:
        text = _worded(FAULTS, fault)
        faults.append(text + MENDED_KM2 % fault["repair"] if fault.get("repair") else text)
    return Shown(row, str(CHANGES[row.change]), [_worded(DETAILS, one) for one in row.details], faults)


def _worded(sentences: Mapping[str, str], one: Mapping[str, object]) -> str:
    words = {name: _(str(value)) if name in OURS else value for name, value in one.items()}
    return _(sentences[str(one["what"])]) % words


def _picture(found: OfficialFile, feature: str) -> tuple[OfficialChange, Drawing] | None:
    row = found.changes.filter(pk=int(feature)).first() if feature.isdecimal() else None
    if row is None:
        return None
    shapes = (read_shape(row.geometry_before), read_shape(row.geometry))
    made = drawing(*shapes)
    return (row, made) if made is not None else None


ACTS: dict[str, tuple[Callable[..., OfficialFile], str]] = {
    "take-in": (official.take_in, noop("已采用。")),
    "repair": (acts.repair, noop("已按建议修复图形，请重新核对变化。")),
    "undo": (official.undo, noop("已撤销，恢复到采用之前。")),
    "drop": (acts.drop, noop("已放弃这个文件。")),
}


@require_POST
def act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """One button of a file."""
    lookup.require(request, Permission.PLACES_MAINTAIN)
    who = lookup.actor(request)
    found = queries.file_of(who, pk)
    if act not in ACTS:
        raise NotFound("act", act)
    run, done = ACTS[act]
    run(found, by=who, at=timezone.now())
    messages.success(request, _(done))
    return redirect("web:places-file", pk=pk)
