"""A refusal as a page, or as a notice in the page for htmx: the same sentence, the same clause, the right status."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from qingyuan.access import reading
from qingyuan.core.refusal import NotFound, Refusal, Refused, StaleRecord
from qingyuan.web import overtaken
from qingyuan.web.templatetags.qingyuan import refusal_sentence

FORBIDDEN, NOT_FOUND, CONFLICT = 403, 404, 409
PRESSED_TWICE = timedelta(minutes=1)
"""So soon after one's own act the same form comes from a second press, not from a second thought."""


class Stale(StaleRecord):
    """A stale record with what changed meanwhile, as lines of the ledger. `own`: when the one who asks changed it
    himself, alone and last; None when somebody else did, or nobody knows."""

    def __init__(self, what: str, *, since: Sequence[object] = (), back: str = "", own: datetime | None = None) -> None:
        super().__init__(what)
        self.since = tuple(since)
        self.back = back
        self.own = own


def status_of(reason: Refusal) -> int:
    """403 for a missing permission, 409 for what the state of things forbids."""
    return FORBIDDEN if reason.code.startswith("access.") else CONFLICT


def answer(request: HttpRequest, error: Exception) -> HttpResponse | None:
    """The answer to something the domain foresaw; None for anything else."""
    match error:
        case Refused():
            return refused(request, error.refusal)
        case StaleRecord():
            return stale(request, error)
        case NotFound():
            return _page(request, "404.html", _("没有这条记录，或者不在您的管辖范围内。"), NOT_FOUND)
        case _:
            return None


def refused(request: HttpRequest, reason: Refusal) -> HttpResponse:
    """The refusal with its clause; what was typed stays in its form as long as that is offered."""
    reading.with_refusal(request, reason.code)
    from qingyuan.web import remedies  # the acts answer with refusals themselves

    outlet = remedies.outlet_asked(request) if reason.code in remedies.MISSING else None
    context = {
        "refusal": reason,
        "back": _back(request),
        "sentence": refusal_sentence(reason),
        "remedy": remedies.remedy(request, reason, outlet),
    }
    is_about_what_was_sent = request.method == "POST" and status_of(reason) == CONFLICT
    if is_about_what_was_sent and not _in_place(request):
        notice = render_to_string("_refused_again.html", context, request=request)
        if (page := overtaken.form_again(request, notice)) is not None:
            return HttpResponse(page, status=CONFLICT)
    if _in_place(request):
        return render(
            request,
            "_notice.html",
            {"kind": "refused", "text": refusal_sentence(reason), "clause": reason.clause},
            status=status_of(reason),
        )
    return render(request, "refused.html", context, status=status_of(reason))


def stale(request: HttpRequest, error: StaleRecord) -> HttpResponse:
    """Somebody changed the record after it was read: say so and what changed, and show the form again with what was
    typed, to be sent again. Who changed it himself a moment ago pressed twice: he is told that it is done."""
    if _in_place(request):
        said = _("您打开页面之后，有人修改了这条记录。请返回刷新，核对后再办理；您刚才的内容没有写入。")
        return render(request, "_notice.html", {"kind": "warning", "text": said}, status=CONFLICT)
    own = getattr(error, "own", None)
    context = {
        "since": getattr(error, "since", ()),
        "back": getattr(error, "back", "") or _back(request),
        "own": own,
        "pressed_twice": own is not None and timezone.now() - own < PRESSED_TWICE,
    }
    if request.method == "POST" and not context["pressed_twice"]:
        notice = render_to_string("_overtaken.html", context, request=request)
        if (page := overtaken.form_again(request, notice)) is not None:
            return HttpResponse(page, status=CONFLICT)
    return render(request, "stale.html", {**context, "typed": overtaken.typed(request)}, status=CONFLICT)


def _page(request: HttpRequest, template: str, sentence: str, status: int) -> HttpResponse:
    if _in_place(request):
        return render(request, "_notice.html", {"kind": "refused", "text": sentence}, status=status)
    return render(request, template, status=status)


def _in_place(request: HttpRequest) -> bool:
    return bool(getattr(request, "htmx", False))


def _back(request: HttpRequest) -> str:
    """Where one came from, if that is a page of this site."""
    came = request.META.get("HTTP_REFERER", "")
    return came if url_has_allowed_host_and_scheme(came, {request.get_host()}) else "/"
