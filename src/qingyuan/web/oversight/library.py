"""制度库: the management rules of a place, searched, read, and brought in with their versions."""

from __future__ import annotations

from datetime import date
from io import BytesIO

from django import forms
from django.contrib import messages
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods, require_safe

from qingyuan.core import access
from qingyuan.core.access import Permission, Place
from qingyuan.core.refusal import Refused
from qingyuan.ledger import queries as ledger
from qingyuan.library import actions as files_in
from qingyuan.library import queries as files
from qingyuan.places import queries as places
from qingyuan.places.models import Unit
from qingyuan.places.paths import code_of
from qingyuan.rulebook import regulations as rules
from qingyuan.rulebook.models import Regulation
from qingyuan.web import lookup
from qingyuan.web.fields import DayField, DocumentField
from qingyuan.web.templatetags.qingyuan import refusal_sentence
from qingyuan.web.timeline import told

PAGE = 50


class RegulationForm(forms.Form):
    """A regulation as it is brought in."""

    title = forms.CharField(label=lazy("名称"), max_length=200)
    document_no = forms.CharField(label=lazy("文号"), max_length=64, required=False)
    issuer = forms.CharField(label=lazy("发文单位"), max_length=128)
    issued = DayField(label=lazy("印发日期"), past=True)
    valid_to = DayField(label=lazy("有效期至（长期有效的留空）"), required=False)
    file = DocumentField(label=lazy("文件"))


@require_safe
def regulations(request: HttpRequest) -> HttpResponse:
    """What applies where one stands, newest first; searched by name, number or issuer. Open to every officer."""
    at = lookup.here(request) or places.unit("000000")
    on = timezone.localdate()
    text, every = request.GET.get("q", ""), request.GET.get("all") == "1"
    found = rules.regulations(at.path, text=text, on=on, all_versions=every)
    page = list(_after(found, request.GET.get("after", ""))[: PAGE + 1])
    names = _units(page)
    context = {
        "at": at,
        "trail": lookup.trail(request, at),
        "rows": [
            (one, names.get(one.unit_path, one.unit_path), rules.ends_on(one), _standing(one, on))
            for one in page[:PAGE]
        ],
        "q": text,
        "every": every,
        "next": f"{page[PAGE - 1].issued.isoformat()}~{page[PAGE - 1].pk}" if len(page) > PAGE else "",
        "reason": access.refusal(lookup.actor(request), Permission.REGULATION_MAINTAIN, Place(unit_path=at.path)),
    }
    return render(request, "oversight/regulations.html", context)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """登记制度, or a new version of one."""
    lookup.require(request, Permission.REGULATION_MAINTAIN)
    at = lookup.here(request) or places.unit("000000")
    given = request.POST if request.method == "POST" else request.GET
    before = _before(given.get("supersedes", ""))
    if before is not None:
        at = lookup.unit_in_reach(request, code_of(before.unit_path))
    initial = {"title": before.title, "issuer": before.issuer} if before else {}
    form = RegulationForm(request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = _issue(form, at, before, request)
        except Refused as error:
            form.add_error(None, refusal_sentence(error.refusal))
        else:
            messages.success(request, _("已存入制度库。"))
            return redirect("web:regulation", pk=made.pk)
    context = {"form": form, "at": at, "before": before, "trail": lookup.trail(request, at)}
    return render(request, "oversight/regulation_new.html", context, status=409 if request.method == "POST" else 200)


@require_safe
def regulation(request: HttpRequest, pk: int) -> HttpResponse:
    """One regulation with all its versions."""
    found = rules.regulation(pk)
    on = timezone.localdate()
    later = rules.versions_of(found)
    reason = access.refusal(lookup.actor(request), Permission.REGULATION_MAINTAIN, Place(unit_path=found.unit_path))
    context = {
        "one": found,
        "unit": _units([found]).get(found.unit_path, found.unit_path),
        "standing": _standing(found, on),
        "ends": rules.ends_on(found),
        "versions": [(one, _standing(one, on)) for one in later],
        "newest": later[0],
        "reason": reason,
        "timeline": told(ledger.timeline("regulation", str(found.pk), limit=50)),
    }
    return render(request, "oversight/regulation.html", context)


@require_safe
def document(_request: HttpRequest, pk: int) -> FileResponse:
    """The regulation's file. Always a download."""
    found = rules.regulation(pk)
    file = files.file(found.sha256)
    return FileResponse(BytesIO(files.content_of(found.sha256)), as_attachment=True, filename=file.name or found.title)


def _issue(form: RegulationForm, at: Unit, before: Regulation | None, request: HttpRequest) -> Regulation:
    given, now, who = form.cleaned_data, timezone.now(), lookup.actor(request)
    with transaction.atomic():
        kept = files_in.file_bytes(given["file"].read(), name=given["file"].name, by=who, at=now)
        return rules.issue(
            unit=at,
            title=given["title"],
            document_no=given["document_no"],
            issuer=given["issuer"],
            issued=given["issued"],
            valid_to=given["valid_to"],
            sha256=kept.sha256,
            supersedes=before,
            by=who,
            at=now,
        )


def _after(found: QuerySet[Regulation], key: str) -> QuerySet[Regulation]:
    """What follows a row in the order of the list: older days, and of the same day the smaller number."""
    day, _mark, pk = key.partition("~")
    try:
        issued = date.fromisoformat(day)
    except ValueError:
        return found
    if not pk.isdecimal() or len(pk) > 17:
        return found
    return found.filter(Q(issued__lt=issued) | Q(issued=issued, pk__lt=int(pk)))


def _before(pk: str) -> Regulation | None:
    return rules.regulation(int(pk)) if pk.isdecimal() and len(pk) < 18 else None


def _standing(one: Regulation, on: date) -> str:
    """有效, 已被代替, 已失效, 尚未施行 on a day, in words."""
    if one.superseded_on is not None and one.superseded_on <= on:
        return _("已被新版本代替")
    if one.valid_to is not None and one.valid_to < on:
        return _("已失效")
    return _("有效") if one.issued <= on else _("尚未施行")


def _units(found: list[Regulation]) -> dict[str, str]:
    return dict(Unit.objects.filter(path__in={one.unit_path for one in found}).values_list("path", "name"))
