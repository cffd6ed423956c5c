"""待规范化: the outlets that stay and are not yet standardised, and confirming several at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop
from django.views.decorators.http import require_POST, require_safe

from qingyuan.boards.archive.completeness import completenesses, row_of
from qingyuan.core.access import Permission
from qingyuan.core.archive import Completeness
from qingyuan.core.lifecycle import Stage
from qingyuan.core.refusal import Refusal, Refused
from qingyuan.core.standardising import open_items
from qingyuan.flows import standardising as flow
from qingyuan.registry import queries as registry
from qingyuan.registry.counts import at_stages, how_many
from qingyuan.registry.models import Outlet
from qingyuan.stages.standardisation import queries_archive as queries
from qingyuan.web import lookup
from qingyuan.web.templatetags.qingyuan import refusal_sentence

SIZE = 30
MOST = 200
SALT = "standardise"
MAX_AGE_S = 12 * 3600
STAGES = {
    "": (Stage.RETAINED,),
    "standardised": (Stage.STANDARDISED,),
    "supervised": (Stage.SUPERVISED,),
}
LABELS = {"": noop("待规范化"), "standardised": noop("已规范化，待纳入监管"), "supervised": noop("日常监管")}


@dataclass(frozen=True, slots=True)
class Line:
    """One outlet of the list: what is open, how complete its file is."""

    outlet: Outlet
    missing: Sequence[str]
    file: Completeness


@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """The outlets of a state, page by page, each with what is missing."""
    lookup.require(request, Permission.OUTLET_VIEW)
    who, at, on = lookup.actor(request), lookup.here(request), timezone.localdate()
    state = request.GET.get("state", "")
    state = state if state in STAGES else ""
    text, after = request.GET.get("q", "").strip()[:60], request.GET.get("after", "")
    whole = registry.everywhere(who) and not (at and at.path)
    found = at_stages(registry.visible_to(who), STAGES[state], whole=whole).select_related("unit", "party")
    if at is not None and at.path:
        found = found.within(at.path)
    if text:
        found = registry.search(found, text)
    if after.isdecimal() and len(after) < 18:
        found = found.filter(pk__gt=int(after))
    rows = list(found.order_by("pk")[: SIZE + 1])
    files = dict(completenesses([row_of(one) for one in rows[:SIZE]], on=on))
    open_ones = [one for one in rows[:SIZE] if one.stage == Stage.RETAINED]
    items = queries.items_of_many(open_ones, files, on=on)
    lines = [Line(one, [item.name for item in open_items(items.get(one.pk, ()))], files[one.pk]) for one in rows[:SIZE]]

    def address(**more: str) -> str:
        return urlencode({name: value for name, value in {"state": state, "q": text, **more}.items() if value})

    tabs = [
        (value, _(label), how_many(at.path, stages=STAGES[value]) if at else None, address(state=value))
        for value, label in LABELS.items()
    ]
    context = {
        "at": at,
        "lines": lines,
        "state": state,
        "q": text,
        "tabs": tabs,
        "may_confirm": not state and bool(who.holding(Permission.STANDARDISATION_CONFIRM)),
        "next": address(after=str(rows[SIZE - 1].pk)) if len(rows) > SIZE else "",
        "trail": lookup.trail(request, at),
    }
    return render(request, "standardisation/waiting.html", context)


@require_POST
def confirm(request: HttpRequest) -> HttpResponse:
    """Say exactly what will happen to each of the chosen; then, signed, do it."""
    lookup.require(request, Permission.STANDARDISATION_CONFIRM)
    if request.POST.get("signed"):
        return _do(request)
    pairs = (one.partition(":") for one in request.POST.getlist("chosen")[: MOST + 1])
    chosen = {int(pk): int(version) for pk, _mark, version in pairs if _is_id(pk) and _is_id(version)}
    if not chosen:
        raise Refused(Refusal("standardisation.none_chosen", noop("没有选中排污口，请先在列表中勾选。")))
    if len(chosen) > MOST:
        raise Refused(Refusal("standardisation.too_many", noop("一次最多办理 %(n)s 个。"), {"n": MOST}))
    who, at = lookup.actor(request), timezone.now()
    on = timezone.localdate(at)
    found = registry.visible_to(who).select_related("unit", "water", "party").in_bulk(list(chosen))
    against = [(one, flow.refusal(one, on=on, by=who, at=at)) for one in found.values()]
    able = [one for one, reason in against if reason is None]
    context = {
        "able": able,
        "against": [(one, reason) for one, reason in against if reason is not None],
        "count": len(chosen),
        "signed": signing.dumps([(one.pk, chosen[one.pk]) for one in able], salt=SALT, compress=True),
    }
    return render(request, "standardisation/confirm.html", context)


def _is_id(text: str) -> bool:
    return text.isdecimal() and len(text) < 18


def _do(request: HttpRequest) -> HttpResponse:
    try:
        given = signing.loads(request.POST["signed"], salt=SALT, max_age=MAX_AGE_S)
    except signing.BadSignature:
        gone = Refusal("standardisation.selection_gone", noop("选择已经失效，请回到列表重新选择。"))
        raise Refused(gone) from None
    at = timezone.now()
    chosen = [(int(pk), int(version)) for pk, version in given]
    done = flow.standardise_many(chosen, on=timezone.localdate(at), by=lookup.actor(request), at=at)
    if number := sum(one.reason is None for one in done):
        messages.success(request, _("已确认 %(n)s 个排污口规范化。") % {"n": number})
    for one in done:
        if one.reason is not None:
            messages.warning(request, f"{one.name}{_('：')}{refusal_sentence(one.reason)}")
    return redirect("web:standardisation")
