"""编码核对: hand in a list, read the report, take codes one by one."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qingyuan.core.access import Permission
from qingyuan.core.refusal import NotFound, Refusal, Refused, require
from qingyuan.exchange.code_lists import read_codes
from qingyuan.library import actions as library
from qingyuan.library import queries as kept
from qingyuan.places.paths import within_q
from qingyuan.registry import actions, guards_work
from qingyuan.registry.code_matching import MATCH_LABELS, Match, reconcile
from qingyuan.registry.models import CodeList
from qingyuan.web import lookup
from qingyuan.web.outlets.act_forms import MOST_BYTES

SIZE = 50


@require_http_methods(["GET", "POST"])
def codes(request: HttpRequest) -> HttpResponse:
    """The lists handed in here, and the form for another."""
    lookup.require(request, Permission.OUTLET_CORRECT)
    at = lookup.here(request)
    if at is None:
        raise NotFound("unit", "")
    if request.method == "POST":
        return _hand_in(request)
    lists = CodeList.objects.filter(within_q("unit__path", at.path)).select_related("unit")
    context = {"at": at, "lists": list(lists.order_by("-pk")[:SIZE]), "trail": lookup.trail(request, at)}
    return render(request, "codes/list.html", context)


def _hand_in(request: HttpRequest) -> HttpResponse:
    unit = lookup.unit_in_reach(request, request.POST.get("unit", ""))
    require(guards_work.file_code_list(unit=unit, by=lookup.actor(request)))
    given = request.FILES.get("file")
    if given is None:
        raise Refused(Refusal("file.missing_upload", noop("请选择文件。")))
    if (given.size or 0) > MOST_BYTES:
        raise Refused(Refusal("file.too_large", noop("文件超过 20 MB，请压缩或分开上传。")))
    content, at = given.read(), timezone.now()
    entries = read_codes(content, given.name or "")
    file = library.file_bytes(content, name=given.name or "", by=lookup.actor(request), at=at)
    made = actions.file_code_list(
        unit=unit, sha256=file.sha256, name=given.name or "", rows=len(entries), by=lookup.actor(request), at=at
    )
    return redirect("web:code-list", pk=made.pk)


def _list(request: HttpRequest, pk: int) -> CodeList:
    lookup.require(request, Permission.OUTLET_CORRECT)
    found = CodeList.objects.select_related("unit").filter(pk=pk).first()
    if found is None or not lookup.is_within_reach(lookup.actor(request), found.unit.path):
        raise NotFound("code list", str(pk))
    return found


@require_GET
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """The list beside the register as it stands now, one kind of match at a time."""
    of = _list(request, pk)
    entries = read_codes(kept.content_of(of.sha256), of.name)
    found = reconcile(entries, of.unit, on=timezone.localdate())
    asked = request.GET.get("match", "")
    rows = [row for row in found.rows if not asked or row.match.value == asked]
    start = int(text) if (text := request.GET.get("from", "")).isdecimal() and len(text) < 9 else 0
    context = {
        "list": of,
        "kinds": [(match.value, _(MATCH_LABELS[match]), n) for match, n in found.counts.items()],
        "labels": {match.value: _(label) for match, label in MATCH_LABELS.items()},
        "asked": asked if asked in set(Match) else "",
        "rows": rows[start : start + SIZE],
        "next": start + SIZE if start + SIZE < len(rows) else None,
        "previous": max(0, start - SIZE) if start else None,
        "report": found,
        "trail": lookup.trail(request, of.unit),
    }
    return render(request, "codes/report.html", context)


@require_POST
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """采用编码, as the national code or as an alias."""
    of = _list(request, pk)
    at = timezone.now()
    key = request.POST.get("outlet", "")
    with transaction.atomic():
        outlet = lookup.outlet(request, int(key) if key.isdecimal() and len(key) < 18 else 0)
        actions.take_code(
            outlet,
            code=request.POST.get("code", ""),
            as_national=request.POST.get("as") == "national",
            on=timezone.localdate(at),
            by=lookup.actor(request),
            at=at,
            sha256=of.sha256,
        )
    messages.success(request, _("已采用编码 %(code)s。") % {"code": request.POST.get("code", "")})
    return redirect(f"{reverse('web:code-list', args=[pk])}?match={request.POST.get('match', '')[:20]}")
