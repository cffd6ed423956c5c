"""专项台账: the kinds of a place, the outlets each is asked of, registering and the exit."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qingyuan.core.access import Permission
from qingyuan.core.access import refusal as access_refusal
from qingyuan.core.refusal import Refusal, Refused
from qingyuan.registry.rules import policy_of
from qingyuan.stages.remediation import actions, queries_records, rules_records
from qingyuan.stages.remediation.models_records import TypeRecord
from qingyuan.stages.remediation.rules_records import BOOLEAN, NUMBER, Field, RecordKind
from qingyuan.web import lookup

SIZE = 50
CONFLICT = 409
ANSWERS = {"yes": True, "no": False}


@require_safe
def records(request: HttpRequest) -> HttpResponse:
    """A page of one kind."""
    lookup.require(request, Permission.OUTLET_VIEW)
    who, at, on = lookup.actor(request), lookup.here(request), timezone.localdate()
    path = at.path if at else ""
    kinds = rules_records.kinds(policy_of(path, on=on))
    kind = next((one for one in kinds if one.key == request.GET.get("kind")), kinds[0] if kinds else None)
    skip = request.GET.get("after", "")
    after = int(skip) if skip.isdecimal() and len(skip) < 18 else 0
    rows = queries_records.page(who, kind, path=path, on=on, after=after, limit=SIZE) if kind else []
    sums = queries_records.totals(who, kind, path=path, on=on) if kind else {}
    context = {
        "at": at,
        "kinds": kinds,
        "kind": kind,
        "rows": [(one, [(held, _said(kind, held)) for held in one.records]) for one in rows] if kind else [],
        "totals": [(one, sums[one.key]) for one in kind.fields if one.key in sums] if kind else [],
        "next": urlencode({"kind": kind.key, "after": rows[-1].outlet.pk}) if kind and len(rows) == SIZE else "",
        "today": on,
        "may_plan": access_refusal(who, Permission.REMEDIATION_PLAN) is None,
        "trail": lookup.trail(request, at),
    }
    return render(request, "remediation/records.html", context)


def _said(kind: RecordKind, held: TypeRecord) -> list[tuple[Field, str]]:
    return [(one, _word(held.values.get(one.key), one)) for one in kind.fields]


def _word(value: object, field: Field) -> str:
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return _("是") if value else _("否")
    return f"{value:g} {field.unit}".strip() if isinstance(value, int | float) else str(value)


@require_http_methods(["GET", "POST"])
def record(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """The form of one record of an outlet, or the saving of it."""
    lookup.require(request, Permission.REMEDIATION_PLAN)
    outlet, on = lookup.outlet(request, pk), timezone.localdate()
    kind = queries_records.kind_at(outlet.unit_path, key, on=on)
    title = request.POST.get("title", request.GET.get("title", ""))[:32]
    held = TypeRecord.objects.filter(outlet=outlet, kind=key, title=title).first()
    fault, status = None, 200
    if request.method == "POST":
        by, at = lookup.actor(request), timezone.now()
        read = request.POST.get("version", "")
        try:
            with transaction.atomic():
                made = actions.save_record(
                    outlet,
                    kind,
                    title=title,
                    values=_given(kind, request),
                    read_version=int(read) if read.isdecimal() and len(read) < 9 else None,
                    on=on,
                    by=by,
                    at=at,
                )
        except Refused as no:
            if no.refusal.code.startswith("access."):
                raise
            fault, status = no.refusal, CONFLICT
        else:
            messages.success(
                request, _("已登记。") if made.is_complete else _("已登记，%(open)s。") % {"open": kind.open}
            )
            return redirect(f"/remediation/records/?{urlencode({'kind': key})}")
    fields = [(one, request.POST.get(one.key) or _shown(held, one)) for one in kind.fields]
    context = {"outlet": outlet, "kind": kind, "held": held, "title": title, "fields": fields, "fault": fault}
    return render(request, "remediation/record.html", context, status=status)


def _shown(held: TypeRecord | None, field: Field) -> str:
    value = held.values.get(field.key) if held else None
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _given(kind: RecordKind, request: HttpRequest) -> dict[str, object]:
    found: dict[str, object] = {}
    for one in kind.fields:
        text = request.POST.get(one.key, "").strip()[:200]
        if not text:
            continue
        if one.kind == BOOLEAN:
            found[one.key] = ANSWERS.get(text)
        elif one.kind == NUMBER:
            try:
                found[one.key] = float(text)
            except ValueError:
                raise Refused(
                    Refusal("remediation.record_value", noop("“%(field)s”的值不对。"), {"field": one.title})
                ) from None
        else:
            found[one.key] = text
    return found


@require_POST
def exited(request: HttpRequest, pk: int) -> HttpResponse:
    """已退出."""
    lookup.require(request, Permission.REMEDIATION_PLAN)
    by, at = lookup.actor(request), timezone.now()
    with transaction.atomic():
        found = queries_records.record(by, pk)
        actions.mark_exited(found, on=timezone.localdate(at), by=by, at=at)
    messages.success(request, _("已登记退出。"))
    return redirect(f"/remediation/records/?{urlencode({'kind': found.kind})}")
