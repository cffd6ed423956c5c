"""消息. A page never writes when it is looked at: reading a notice is pressing it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from qingyuan.stages.notice import actions, queries
from qingyuan.stages.notice.kinds import LABELS, SENTENCES, Kind
from qingyuan.stages.notice.models import Notice
from qingyuan.web import lookup


@dataclass(frozen=True, slots=True)
class Shown:
    """A notice as the page shows it."""

    pk: int
    label: str
    sentence: str
    body: str
    made_at: datetime
    read_at: datetime | None
    is_demo: bool


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """What the officer was told, the newest first; with `show=unread` only what he has not read."""
    who = lookup.actor(request)
    only_unread = request.GET.get("show") == "unread"
    page = queries.page(who, only_unread=only_unread, after=request.GET.get("after", ""))
    context = {
        "notices": [shown(one) for one in page.rows],
        "newest": page.rows[0].pk if page.rows else 0,
        "any_unread": any(one.read_at is None for one in page.rows),
        "only_unread": only_unread,
        "next": urlencode({**({"show": "unread"} if only_unread else {}), "after": page.after}) if page.after else "",
    }
    return render(request, "notices/notices.html", context)


@require_POST
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """Read one, and go on to what it speaks of."""
    found = actions.mark_read(pk, by=lookup.actor(request), at=timezone.now())
    return redirect(address(found))


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Everything up to the newest one that stood on the page is read; what came in meanwhile is not."""
    given = request.POST.get("up_to", "")
    up_to = int(given) if given.isdecimal() and len(given) < 18 else 0
    number = actions.mark_all_read(up_to=up_to, by=lookup.actor(request), at=timezone.now())
    said = ngettext("已将 %(n)s 条消息标为已读。", "已将 %(n)s 条消息标为已读。", number) % {"n": number}
    messages.success(request, said)
    return redirect("web:notices")


def shown(one: Notice) -> Shown:
    """A notice in the reader's language."""
    kind = Kind(one.kind)
    return Shown(
        pk=one.pk,
        label=_(LABELS[kind]),
        sentence=_(SENTENCES[kind]) % {"from": "", "title": "", **one.params},
        body=one.body.name if one.body else "",
        made_at=one.made_at,
        read_at=one.read_at,
        is_demo=one.is_demo,
    )


def address(one: Notice) -> str:
    """The page a notice leads to; the list of notices when there is no such page any more."""
    try:
        return reverse(one.link_name, args=one.link_args) if one.link_name else reverse("web:notices")
    except NoReverseMatch:
        return reverse("web:notices")
