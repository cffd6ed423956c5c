"""问题排污口清单 and what waits before it: 待认定, 待核查线索, 借道排污监管."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import islice
from tempfile import TemporaryFile
from urllib.parse import urlencode

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop
from django.views.decorators.http import require_safe

from qingyuan.core.access import Permission
from qingyuan.core.classification import tree_of
from qingyuan.core.lifecycle import STAGES
from qingyuan.core.refusal import Refusal, Refused
from qingyuan.exchange.streaming import Value, write_csv, write_xlsx
from qingyuan.registry import paging
from qingyuan.registry.models import PROBLEM_STAGES, OutletQuerySet
from qingyuan.registry.rules import policy_of
from qingyuan.stages.remediation import queries, rules
from qingyuan.stages.remediation.queries import Asked, Listed
from qingyuan.web import lookup

LISTED, AWAITING, LEADS, WATCH = "listed", "awaiting", "leads", "watch"
TABS = {
    LISTED: noop("问题排污口清单"),
    AWAITING: noop("待认定"),
    LEADS: noop("待核查线索"),
    WATCH: noop("借道排污监管"),
}
EMPTY = {
    LISTED: noop("没有符合条件的问题排污口。经研判列入清单的排污口会出现在这里，销号后离开。"),
    AWAITING: noop("没有待认定的排污口。确认分类之后的排污口在这里等待认定。"),
    LEADS: noop("没有待核查的线索。录入事实或图层更新之后，系统按本地规则列出线索。"),
    WATCH: noop("没有借道排污监管对象。每月核对一次：一个通道里有两家及以上排污单位的列在这里。"),
}
FORMATS = ("xlsx", "csv")
SIZE = paging.SIZE


@require_safe
def problems(request: HttpRequest) -> HttpResponse:
    """A page of one of the four lists, in the order of units."""
    lookup.require(request, Permission.OUTLET_VIEW)
    who, at, on = lookup.actor(request), lookup.here(request), timezone.localdate()
    tab = tab_of(request)
    asked = asked_of(request, path=at.path if at else "")
    page = paging.page_of(
        found_in(request, tab, asked, on=on).select_related("unit", "water", "party").defer("water__geometry"),
        sort="place",
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
        size=SIZE,
    )
    policy = policy_of(asked.path, on=on)
    given = {"tab": tab, "stage": asked.stage, "kind": asked.kind, "type": asked.type_key, "q": asked.text}

    def address(**more: str) -> str:
        return urlencode({name: value for name, value in {**given, **more}.items() if value})

    tree = tree_of(policy)
    context = {
        "at": at,
        "tab": tab,
        "tabs": [(key, _(label), address(tab=key)) for key, label in TABS.items()],
        "empty": _(EMPTY[tab]),
        "rows": queries.listed(page.rows),
        "watches": queries.watches_of(page.rows) if tab == WATCH else {},
        "next": address(after=page.after) if page.after else "",
        "previous": address(before=page.before) if page.before else "",
        "asked": asked,
        "kinds": [(key, name) for key, name in rules.kinds(policy).items()],
        "kind_words": rules.kinds(policy),
        "stages": [(one.value, _(STAGES[one])) for one in PROBLEM_STAGES],
        "types": [(child.key, _(child.name)) for top in tree.tops for child in top.children],
        "type_words": {child.key: child.name for top in tree.tops for child in top.children},
        "clause": policy.parameters.get("register.problem_list"),
        "may_triage": tab == AWAITING and bool(who.holding(Permission.REMEDIATION_TRIAGE)),
        "export": address() if who.holding(Permission.OUTLET_EXPORT) else "",
        "trail": lookup.trail(request, at),
    }
    return render(request, "remediation/problems.html", context)


def tab_of(request: HttpRequest) -> str:
    """Which of the lists is asked for."""
    tab = request.GET.get("tab", LISTED)
    return tab if tab in TABS else LISTED


def asked_of(request: HttpRequest, *, path: str) -> Asked:
    """What the list is narrowed to."""
    stage = request.GET.get("stage", "")
    return Asked(
        path=path,
        stage=stage if stage in {one.value for one in PROBLEM_STAGES} else "",
        kind=request.GET.get("kind", "")[:32],
        type_key=request.GET.get("type", "")[:40],
        text=request.GET.get("q", "").strip()[:60],
    )


def found_in(request: HttpRequest, tab: str, asked: Asked, *, on: date) -> OutletQuerySet:
    """The outlets of a list that the reader may see."""
    who = lookup.actor(request)
    match tab:
        case "awaiting":
            return queries.awaiting(who, asked=asked)
        case "leads":
            return queries.with_leads(who, asked=asked)
        case "watch":
            return queries.watched(who, asked=asked)
        case _:
            return queries.problems(who, asked=asked, on=on)


@require_safe
def export(request: HttpRequest) -> FileResponse:
    """The list as it is filtered, as xlsx or csv, streamed."""
    lookup.require(request, Permission.OUTLET_EXPORT)
    at, on, tab = lookup.here(request), timezone.localdate(), tab_of(request)
    form = request.GET.get("as", FORMATS[0])
    if form not in FORMATS:
        raise Refused(Refusal("exchange.format", noop("不支持导出为“%(form)s”。"), {"form": form}))
    asked = asked_of(request, path=at.path if at else "")
    policy = policy_of(asked.path, on=on)
    words = {child.key: child.name for top in tree_of(policy).tops for child in top.children}
    rows = _rows(found_in(request, tab, asked, on=on), words, dict(rules.kinds(policy)))
    out = TemporaryFile()  # noqa: SIM115 the answer closes it once it is sent
    try:
        if form == "csv":
            write_csv(out, HEADER, rows)
        else:
            write_xlsx(out, HEADER, rows, sheet=TABS[tab])
    except BaseException:
        out.close()
        raise
    out.seek(0)
    place = at.name if at else ""
    return FileResponse(out, as_attachment=True, filename=f"{place}{TABS[tab]}{on.isoformat()}.{form}")


HEADER = [
    "序号",
    "编码",
    "入河排污口名称",
    "行政区划",
    "受纳水体",
    "类型",
    "责任主体",
    "阶段",
    "列入日期",
    "问题类别",
    "问题",
    "条款",
]


def _rows(found: OutletQuerySet, types: dict[str, str], kinds: dict[str, str]) -> Iterator[list[Value]]:
    ordered = found.select_related("unit", "water", "party").defer("water__geometry").order_by("unit_path", "pk")
    source, number = ordered.iterator(chunk_size=1_000), 0
    while chunk := list(islice(source, 1_000)):
        for one in queries.listed(chunk):
            number += 1
            yield [number, *_line(one, types, kinds)]


def _line(one: Listed, types: dict[str, str], kinds: dict[str, str]) -> list[Value]:
    outlet = one.outlet
    return [
        outlet.national_code or outlet.local_code,
        outlet.name,
        outlet.unit.name,
        outlet.water.name if outlet.water else outlet.water_text,
        types.get(outlet.type_key, outlet.type_key),
        outlet.party.name if outlet.party else "未明确",
        STAGES[outlet.stage],  # type: ignore[index]
        one.round.listed_on.isoformat() if one.round else "",
        "；".join(dict.fromkeys(kinds.get(found.kind, found.kind) for found in one.findings)),
        "；".join(found.text for found in one.findings),
        "；".join(dict.fromkeys(found.clause for found in one.findings if found.clause)),
    ]
