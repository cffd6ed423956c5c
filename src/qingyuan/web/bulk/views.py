"""批量办理 in three steps on one address: what it asks, what will happen exactly, the doing; then the receipt.

What was chosen and what was asked travel signed from step to step: nothing is kept on the server before the last press,
and the last press carries the operation key of its page, so that sending it twice changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop
from django.views.decorators.http import require_GET, require_http_methods

from qingyuan.core.refusal import NotFound, Refusal, Refused
from qingyuan.registry import actions, queries
from qingyuan.registry.actions.together import MOST_ROWS, STALE, errand_from, refusal_of
from qingyuan.registry.models import BulkRun, Outlet
from qingyuan.web import lookup
from qingyuan.web.bulk.forms import KINDS, BulkForm, Kind, offered
from qingyuan.web.outlets import filters
from qingyuan.web.outlets.register import narrowed, tree_at
from qingyuan.web.templatetags.qingyuan import refusal_sentence

SALT = "bulk"
MAX_AGE_S = 12 * 3600
Chosen = list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Against:
    """A chosen outlet that cannot be done, and why."""

    outlet_id: int
    name: str
    reason: Refusal


@require_http_methods(["GET", "POST"])
def bulk(request: HttpRequest) -> HttpResponse:
    """One address for the three steps."""
    if not offered(lookup.actor(request)):
        raise Refused(Refusal("access.not_permitted", noop("您没有批量办理的权限。")))
    if request.method == "GET":
        return redirect("web:outlets")
    match request.POST.get("step", ""):
        case "do":
            return _do(request)
        case "check":
            return _check(request)
        case _:
            return _ask(request)


def _kind(request: HttpRequest, act: str) -> Kind:
    kind = KINDS.get(act)
    if kind is None:
        raise Refused(Refusal("registry.no_act", noop("请选择要批量办理的事项。")))
    lookup.require(request, kind.permission)
    return kind


def _ask(request: HttpRequest) -> HttpResponse:
    kind = _kind(request, request.POST.get("act", ""))
    chosen = _chosen(request)
    if not chosen:
        raise Refused(Refusal("registry.none_chosen", noop("没有选中排污口，请先在台账中勾选。")))
    form = _form(request, kind, initial={"on": timezone.localdate()})
    return _page(request, kind, form, chosen)


def _chosen(request: HttpRequest) -> Chosen:
    """The rows ticked, or everything the filter shows, with the versions as read."""
    if request.POST.get("all"):
        at = lookup.standing(request) if not request.POST.get("unit") else None
        at = lookup.unit_in_reach(request, request.POST["unit"]) if request.POST.get("unit") else at
        asked = filters.read(
            QueryDict(request.POST.get("query", "")), at=at, tree=tree_at(at), who=lookup.actor(request)
        )
        found = narrowed(request, asked).order_by("unit_path", "pk").values_list("pk", "version")
        rows = list(found[: MOST_ROWS + 1])
    else:
        pairs = (one.partition(":") for one in request.POST.getlist("chosen")[: MOST_ROWS + 1])
        rows = [(int(pk), int(read)) for pk, _mark, read in pairs if _is_id(pk) and _is_id(read)]
    if len(rows) > MOST_ROWS:
        raise Refused(Refusal("registry.too_many", noop("一次最多办理 %(n)s 个，请缩小范围。"), {"n": MOST_ROWS}))
    return list(dict(rows).items())


def _is_id(text: str) -> bool:
    return text.isdecimal() and len(text) < 18


def _form(request: HttpRequest, kind: Kind, **more: object) -> BulkForm:
    at = lookup.standing(request)
    given = (request.POST, request.FILES) if request.POST.get("step") == "check" else ()
    return kind.form(*given, near=at.path if at else "", tree=tree_at(at), **more)


def _page(request: HttpRequest, kind: Kind, form: BulkForm, chosen: Chosen, *, status: int = 200) -> HttpResponse:
    context = {
        "kind": kind,
        "form": form,
        "count": len(chosen),
        "selection": signing.dumps(chosen, salt=SALT, compress=True),
        "has_files": form.is_multipart(),
    }
    return render(request, "bulk/ask.html", context, status=status)


def _check(request: HttpRequest) -> HttpResponse:
    """Say exactly what will be done and what will not."""
    kind = _kind(request, request.POST.get("act", ""))
    chosen = [(int(pk), int(read)) for pk, read in _unsigned(request, "selection")]
    form = _form(request, kind)
    if not form.is_valid():
        return _page(request, kind, form, chosen, status=409)
    at = timezone.now()
    errand = kind.errand(form, by=lookup.actor(request), at=at)
    found = _found(request, [pk for pk, _read in chosen])
    against = []
    for pk, read in chosen:
        outlet = found.get(pk)
        if outlet is None:
            continue  # out of scope or gone: the receipt says so without a name
        reason = STALE if outlet.version != read else refusal_of(outlet, errand, by=lookup.actor(request), at=at)
        if reason is not None:
            against.append(Against(pk, outlet.name, reason))
    said = form.sentence() % {"n": len(chosen)}
    payload = {"errand": errand.plain(), "chosen": chosen, "said": said, "key": uuid4().hex}
    context = {
        "kind": kind,
        "said": said,
        "against": against,
        "reasons": Counter(refusal_sentence(one.reason) for one in against).most_common(),
        "count": len(chosen),
        "doable": len(chosen) - len(against),
        "names": [found[pk].name for pk, _read in chosen if pk in found][:20],
        "signed": signing.dumps(payload, salt=SALT, compress=True),
    }
    return render(request, "bulk/confirm.html", context)


def _found(request: HttpRequest, ids: Sequence[int]) -> dict[int, Outlet]:
    known = queries.visible_to(lookup.actor(request), leads=True)
    return known.select_related("unit", "water", "party", "managing_body").in_bulk(list(ids))


def _do(request: HttpRequest) -> HttpResponse:
    given = _unsigned(request, "signed")
    errand = errand_from(given["errand"])
    _kind(request, errand.act)
    chosen = [(int(pk), int(read)) for pk, read in given["chosen"]]
    run = actions.do_together(
        given["key"], errand, chosen, said=given["said"], by=lookup.actor(request), at=timezone.now()
    )
    messages.success(request, _("已办理。逐个结果见下。"))
    return redirect("web:bulk-run", pk=run.pk)


def _unsigned(request: HttpRequest, name: str) -> Any:
    try:
        return signing.loads(request.POST.get(name, ""), salt=SALT, max_age=MAX_AGE_S)
    except signing.BadSignature:
        raise Refused(Refusal("registry.selection_gone", noop("选择已经失效，请回到台账重新选择。"))) from None


@require_GET
def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """What became of each row. One's own runs only."""
    run = BulkRun.objects.filter(pk=pk, run_by=lookup.actor(request).id).first()
    if run is None:
        raise NotFound("bulk", str(pk))
    found = _found(request, [row[0] for row in run.results])
    rows = [
        Against(row[0], found[row[0]].name if row[0] in found else "—", Refusal(row[1], row[2], row[3], row[4]))
        for row in run.results
    ]
    context = {
        "run": run,
        "done": [one for one in rows if not one.reason.code],
        "refused": [one for one in rows if one.reason.code],
    }
    return render(request, "bulk/receipt.html", context)
