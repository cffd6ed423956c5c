"""Two lists of the audit, the same filters, and both as a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from tempfile import TemporaryFile
from urllib.parse import urlencode

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop
from django.views.decorators.http import require_GET

from qingyuan.access.models import Officer
from qingyuan.access.reading import with_rows
from qingyuan.boards.audit import queries
from qingyuan.boards.audit.queries import Act, Asked, Read
from qingyuan.core.access import Permission
from qingyuan.core.reading import READ_KINDS, ReadKind
from qingyuan.core.refusal import NotFound
from qingyuan.exchange.streaming import Value, write_csv
from qingyuan.places import queries as places
from qingyuan.places.models import Unit
from qingyuan.web import lookup
from qingyuan.web.act_words import ACTS, kind_words
from qingyuan.web.reading import about, shown
from qingyuan.web.timeline import Told, told

MOST_EXPORTED = 20_000
LINKS = {"outlet": "web:outlet", "body": "web:body", "party": "web:body", "officer": "web:officer"}
ACT_HEADER = (
    noop("登记时间"),
    noop("发生日期"),
    noop("经办人"),
    noop("事项"),
    noop("对象"),
    noop("名称"),
    noop("变更内容"),
    noop("依据条款"),
    noop("哈希"),
)
READ_HEADER = (
    noop("时间"),
    noop("人员"),
    noop("程序"),
    noop("事项"),
    noop("区划"),
    noop("对象"),
    noop("条件"),
    noop("行数"),
    noop("来源地址"),
    noop("结果"),
)


@dataclass(frozen=True, slots=True)
class ActRow:
    """An act in words, with a link to what it was about where there is a page."""

    told: Told
    about: str
    name: str
    url: str


@require_GET
def acts(request: HttpRequest) -> HttpResponse:
    """Who did what."""
    asked, address = _asked(request)
    page = queries.acts(lookup.actor(request), asked, after=_after(request))
    context = _context(request, asked, address) | {
        "tab": "acts",
        "rows": rows_of(page.rows),
        "after": page.after,
        "words": sorted(((act, _(label)) for act, label in ACTS.items()), key=lambda one: one[1]),
        "export": f"{reverse('web:audit-export', args=['acts'])}?{urlencode(address)}",
    }
    return with_rows(render(request, "audit/acts.html", context), len(page.rows))


@require_GET
def reads(request: HttpRequest) -> HttpResponse:
    """Who read what."""
    asked, address = _asked(request)
    page = queries.reads(lookup.actor(request), asked, after=_after(request))
    context = _context(request, asked, address) | {
        "tab": "reads",
        "rows": shown(page.rows),
        "after": page.after,
        "words": [(kind.value, _(label)) for kind, label in READ_KINDS.items()],
        "until": queries.taken_in_until(),
        "export": f"{reverse('web:audit-export', args=['reads'])}?{urlencode(address)}",
    }
    return with_rows(render(request, "audit/reads.html", context), len(page.rows))


@require_GET
def export(request: HttpRequest, which: str) -> FileResponse:
    """Either list as csv, newest first, 20,000 rows at most: the days narrow it."""
    lookup.require(request, Permission.AUDIT_READ)
    if which not in {"acts", "reads"}:
        raise Http404
    asked, _address = _asked(request)
    rows = _act_cells(request, asked) if which == "acts" else _read_cells(request, asked)
    header = ACT_HEADER if which == "acts" else READ_HEADER
    out = TemporaryFile()  # noqa: SIM115 the answer closes it once it is sent
    try:
        count = write_csv(out, [_(label) for label in header], rows)
    except BaseException:
        out.close()
        raise
    out.seek(0)
    title = _("操作审计") if which == "acts" else _("访问审计")
    name = f"{title}{timezone.localdate().isoformat()}.csv"
    response = FileResponse(out, as_attachment=True, filename=name)
    with_rows(response, count)
    return response


def rows_of(page: Sequence[Act]) -> list[ActRow]:
    """Acts in words."""
    found = []
    for act, said in zip(page, told(act.line for act in page), strict=True):
        name = LINKS.get(act.kind, "")
        url = reverse(name, args=[act.subject_id]) if name and act.subject else ""
        found.append(ActRow(said, kind_words(act.kind), act.subject or act.subject_id, url))
    return found


def _act_cells(request: HttpRequest, asked: Asked) -> Iterator[Sequence[Value]]:
    after, written = 0, 0
    while written < MOST_EXPORTED:
        page = queries.acts(lookup.actor(request), asked, after=after, size=500)
        for row in rows_of(page.rows):
            one = row.told
            changed = "；".join(f"{each.label}：{each.old} → {each.new}" for each in one.differences)
            recorded = timezone.localtime(one.recorded_at).strftime("%Y-%m-%d %H:%M:%S")
            yield (recorded, one.occurred, one.who, one.what, row.about, row.name, changed, one.clause, one.hash)
        written += len(page.rows)
        if not (after := page.after):
            return


def _read_cells(request: HttpRequest, asked: Asked) -> Iterator[Sequence[Value]]:
    after, written = 0, 0
    while written < MOST_EXPORTED:
        page = queries.reads(lookup.actor(request), asked, after=after, size=500)
        yield from (read_cells(one) for one in page.rows)
        written += len(page.rows)
        if not (after := page.after):
            return


def read_cells(one: Read) -> Sequence[Value]:
    """One reading as a row of a file."""
    row = one.row
    at = timezone.localtime(row.at).strftime("%Y-%m-%d %H:%M:%S")
    kind = _(READ_KINDS[ReadKind(row.kind)])
    return (at, one.who, row.program, kind, one.unit, about(row), row.asked, row.rows, row.origin, row.status)


def _asked(request: HttpRequest) -> tuple[Asked, dict[str, str]]:
    """The filters of the address, and the address without the page."""
    lookup.require(request, Permission.AUDIT_READ)
    given = request.GET
    at = _unit(request)
    who = _officer(given)
    plain = {name: text for name in ("who", "what", "unit", "from", "to") if (text := given.get(name, "").strip())}
    return Asked(who, given.get("what", ""), at.path if at else "", _day(given, "from"), _day(given, "to")), plain


def _unit(request: HttpRequest) -> Unit | None:
    """The unit asked for. Without one, everything of one's scope, not the unit one stands at."""
    code = request.GET.get("unit", "").strip()
    if not code:
        return None
    found = places.unit(code)
    if not lookup.is_within_reach(lookup.actor(request), found.path):
        raise NotFound("unit", code)
    return found


def _officer(given: QueryDict) -> str:
    """An officer by name to sign in with; the opaque id of one there is not matches nothing."""
    text = given.get("who", "").strip()
    if not text:
        return ""
    pk = Officer.objects.filter(username=text).values_list("pk", flat=True).first()
    return f"officer:{pk}" if pk else text


def _day(given: QueryDict, name: str) -> date | None:
    try:
        return date.fromisoformat(given.get(name, ""))
    except ValueError:
        return None


def _after(request: HttpRequest) -> int:
    text = request.GET.get("after", "")
    return int(text) if text.isdecimal() and len(text) < 18 else 0


def _context(request: HttpRequest, asked: Asked, address: dict[str, str]) -> dict[str, object]:
    at = lookup.standing(request)
    return {
        "asked": asked,
        "given": address,
        "address": urlencode(address),
        "units": [*lookup.trail(request, at), *(places.children(at.path) if at else ())],
        "trail": lookup.trail(request, at),
    }
