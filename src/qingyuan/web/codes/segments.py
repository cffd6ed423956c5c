"""号段: reserve numbers for who names offline, report what was used, take the rest back."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop
from django.views.decorators.http import require_http_methods

from qingyuan.core.access import Permission
from qingyuan.core.refusal import NotFound, Refusal, Refused
from qingyuan.places.paths import within_q
from qingyuan.registry import queries as registry
from qingyuan.stages.standardisation import guards, queries, rules
from qingyuan.stages.standardisation.actions import coding
from qingyuan.stages.standardisation.models import Segment
from qingyuan.web import lookup

SIZE = 50
MOST_LINES = 500


@require_http_methods(["GET", "HEAD", "POST"])
def segments(request: HttpRequest) -> HttpResponse:
    """The ranges of a place, and the form for another."""
    lookup.require(request, Permission.OUTLET_VIEW)
    at = lookup.here(request)
    if at is None:
        raise NotFound("unit", "")
    if request.method == "POST":
        return _reserve(request)
    after, now = request.GET.get("after", ""), timezone.now()
    found = queries.segments_visible_to(lookup.actor(request)).filter(within_q("unit_path", at.path)).order_by("-pk")
    if after.isdecimal() and len(after) < 18:
        found = found.filter(pk__lt=int(after))
    rows = list(found[: SIZE + 1])
    on, policy = timezone.localdate(now), rules.policy_of(at.path, on=timezone.localdate(now))
    basin = str(policy.value("coding.default_basin", "") or "")
    by = lookup.actor(request)
    barred = guards.reserve_segment(at, basin=basin or "AA", count=1, holder="…", by=by, on=on, at=now)
    context = {
        "at": at,
        "rows": rows[:SIZE],
        "next": rows[SIZE - 1].pk if len(rows) > SIZE else None,
        "reason": barred,
        "basin": basin,
        "key": f"{by.id}:{now.timestamp():.0f}",
        "trail": lookup.trail(request, at),
    }
    return render(request, "codes/segments.html", context)


def _reserve(request: HttpRequest) -> HttpResponse:
    given, at = request.POST, timezone.now()
    unit = lookup.unit_in_reach(request, given.get("unit", ""))
    count = given.get("count", "")
    made = coding.reserve_segment(
        unit,
        basin=given.get("basin", "").strip().upper()[:2],
        count=int(count) if count.isdecimal() and len(count) < 6 else 0,
        holder=given.get("holder", "")[:128],
        purpose=given.get("purpose", "")[:200],
        key=given.get("key", "")[:64],
        on=timezone.localdate(at),
        by=lookup.actor(request),
        at=at,
    )
    messages.success(request, _("已预留 %(segment)s。") % {"segment": made})
    return redirect("web:code-segment", pk=made.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def segment(request: HttpRequest, pk: int) -> HttpResponse:
    """One range: what of it was used; 上报 and 收回."""
    lookup.require(request, Permission.OUTLET_VIEW)
    by, at = lookup.actor(request), timezone.now()
    found = queries.segment(by, pk)
    if request.method == "POST":
        return _act(request, found)
    used = list(found.codes.select_related("outlet").order_by("serial"))
    context = {
        "segment": found,
        "used": used,
        "unused": found.last - found.first + 1 - len({one.serial for one in used}),
        "reason": guards.report_segment(found, by=by, on=timezone.localdate(at), at=at),
        "trail": lookup.trail(request, found.unit),
    }
    return render(request, "codes/segment.html", context)


def _act(request: HttpRequest, found: Segment) -> HttpResponse:
    by, at = lookup.actor(request), timezone.now()
    if request.POST.get("version") != str(found.version):
        back = reverse("web:code-segment", args=[found.pk])
        raise lookup.overtaken(request, ("segment_of_codes", found.pk), name=str(found), back=back)
    with transaction.atomic():
        if request.POST.get("act") == "close":
            coding.close_segment(found, on=timezone.localdate(at), by=by, at=at)
            messages.success(request, _("已收回 %(segment)s。") % {"segment": found})
        else:
            used = _lines(request, request.POST.get("lines", ""))
            made = coding.report_segment(found, used, on=timezone.localdate(at), by=by, at=at)
            messages.success(request, _("已上报 %(n)d 个编码。") % {"n": len(made)})
    return redirect("web:code-segment", pk=found.pk)


def _lines(request: HttpRequest, text: str) -> list[coding.Used]:
    """`0012 排污口编号或地方编码` a line, as a team writes it down.

    Raises
    ------
    Refused
        A line cannot be read, or names no outlet of the scope.
    """
    used = []
    lines = [line for line in text.splitlines() if line.strip()]
    for number, line in enumerate(lines[:MOST_LINES], 1):
        serial, _space, rest = line.strip().replace(",", " ").replace("，", " ").partition(" ")
        try:
            outlet = registry.outlet(lookup.actor(request), rest.strip()) if rest.strip() else None
        except NotFound:
            outlet = None
        if not serial.isdecimal() or len(serial) > 4 or outlet is None:
            text = noop("第 %(line)s 行读不出：应为“顺序码 排污口编号或编码”，且排污口在您的管辖范围内。")
            raise Refused(Refusal("coding.line", text, {"line": number}))
        used.append(coding.Used(outlet, int(serial)))
    if not used:
        raise Refused(Refusal("coding.no_lines", noop("请逐行填写用掉的顺序码和排污口。")))
    return used
