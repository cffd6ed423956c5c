"""The pages of 监管责任. Reads only, but for the county's switch of a pilot."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from urllib.parse import urlencode

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from qingyuan.boards.oversight import queries
from qingyuan.core import access
from qingyuan.core.access import Permission, Place
from qingyuan.core.functions import FUNCTIONS, BodyFunction
from qingyuan.core.policy import words
from qingyuan.core.refusal import NotFound, Refusal
from qingyuan.exchange.streaming import write_csv
from qingyuan.places import queries as places
from qingyuan.places.models import Unit
from qingyuan.registry.rules import policy_of
from qingyuan.rulebook import regulations
from qingyuan.web import lookup
from qingyuan.web.fields import DayField

PAGE = 50
COUNTED_FROM_LEVEL = 1
"""The numbers beside the list are grouped over the whole subtree: for the nation they are asked a level below."""
TABS = (
    ("web:oversight", "职责矩阵"),
    ("web:oversight-contacts", "责任落实"),
    ("web:oversight-unowned", "无人监管"),
    ("web:oversight-daily", "日常监管"),
    ("web:oversight-list", "监管清单"),
)


def unit_of(request: HttpRequest) -> Unit:
    """The unit one stands at; who has no territory has no such page."""
    at = lookup.here(request)
    if at is None:
        raise NotFound("unit", "")
    return at


def frame(request: HttpRequest, at: Unit, tab: str) -> dict[str, object]:
    """What every page of this subject shows."""
    return {
        "at": at,
        "trail": lookup.trail(request, at),
        "tab": tab,
        "tabs": [(_(label), f"{reverse(name)}?unit={at.code}", name == tab) for name, label in TABS],
        "below": list(places.children(at.path)[:60]),
    }


@require_safe
def matrix(request: HttpRequest) -> HttpResponse:
    """职责矩阵: every organisation of the scheme, its duties, the bodies and people behind it."""
    lookup.require(request, Permission.OUTLET_VIEW)
    at, on = unit_of(request), timezone.localdate()
    lines = [(line, [_(words.said(tag)) for tag in line.duties]) for line in queries.matrix(at, on=on)]
    policy = policy_of(at.path, on=on)
    context = frame(request, at, "web:oversight") | {
        "lines": lines,
        "authority": queries.authority_of(policy),
        "principle": policy.parameters.get("supervision.industry_principle"),
    }
    return render(request, "oversight/matrix.html", context)


@require_safe
def contacts(request: HttpRequest) -> HttpResponse:
    """责任落实: departments with a duty and no named contact."""
    lookup.require(request, Permission.OUTLET_VIEW)
    at, on = unit_of(request), timezone.localdate()
    gaps = [(gap, [_(words.said(tag)) for tag in gap.duties]) for gap in queries.without_contact(at, on=on)]
    context = frame(request, at, "web:oversight-contacts") | {"gaps": gaps, "on": on}
    return render(request, "oversight/contacts.html", context)


@require_safe
def daily(request: HttpRequest) -> HttpResponse:
    """日常监管: departments that owe supervision and left no record of it in a month."""
    lookup.require(request, Permission.OUTLET_VIEW)
    at, on = unit_of(request), timezone.localdate()
    month = _month(request.GET.get("month", ""), on)
    first, after = queries.month_of(month)
    gaps = [(gap, [_(words.said(tag)) for tag in gap.duties]) for gap in queries.without_record(at, month=month, on=on)]
    context = frame(request, at, "web:oversight-daily") | {
        "gaps": gaps,
        "month": f"{first:%Y-%m}",
        "unfinished": after > on,
        "before": f"{first - timedelta(days=1):%Y-%m}",
        "tags": policy_of(at.path, on=on).parameters.get("supervision.daily_duties"),
    }
    return render(request, "oversight/daily.html", context)


def _month(text: str, on: date) -> date:
    """The month asked for as 2023-06; the last one that is over when none is asked."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return on.replace(day=1) - timedelta(days=1)


@require_safe
def unowned(request: HttpRequest) -> HttpResponse:
    """无人监管清单, with the unit whose duty each outlet is."""
    lookup.require(request, Permission.OUTLET_VIEW)
    at, on, who = unit_of(request), timezone.localdate(), lookup.actor(request)
    counted = at.level >= COUNTED_FROM_LEVEL
    page, tasks = queries.unowned_and_tasks(who, at.path, on=on, after=_after(request), limit=PAGE, counted=counted)
    context = frame(request, at, "web:oversight-unowned") | {
        "rows": [(row, functions_said(row.duty.functions)) for row in page.rows],
        "tasks": [(task, functions_said(task.functions)) for task in tasks],
        "names": _type_names(at),
        "next": urlencode({"unit": at.code, "after": page.after}) if page.after else "",
        "may_export": bool(who.holding(Permission.OUTLET_EXPORT)),
    }
    return render(request, "oversight/unowned.html", context)


@require_safe
def unowned_csv(request: HttpRequest) -> FileResponse:
    """The whole list as csv."""
    at, on = unit_of(request), timezone.localdate()
    lookup.require(request, Permission.OUTLET_EXPORT)
    names = _type_names(at)
    header = [_("编码"), _("名称"), _("区划"), _("类型"), _("责任主体"), _("应落实监管的单位"), _("依据")]
    rows = (
        [
            row.outlet.national_code or row.outlet.local_code or str(row.outlet.pk),
            row.outlet.name,
            row.outlet.unit.name,
            names.get(row.outlet.type_key, ""),
            row.outlet.party.name if row.outlet.party else "",
            f"{row.duty_unit} {functions_said(row.duty.functions)}",
            row.duty.clause,
        ]
        for row in queries.all_unowned(lookup.actor(request), at.path, on=on)
    )
    out = BytesIO()
    write_csv(out, header, rows)
    out.seek(0)
    return FileResponse(out, as_attachment=True, filename=f"{at.name}{_('无人监管清单')}{on.isoformat()}.csv")


@require_safe
def supervision_list(request: HttpRequest) -> HttpResponse:
    """监管清单: the outlets that join inspection and monitoring plans, and the pilots that decide about some types."""
    lookup.require(request, Permission.OUTLET_VIEW)
    at, on, who = unit_of(request), lookup.day(request), lookup.actor(request)
    found = queries.joining(who, at, on=on).select_related("unit", "party", "water").defer("water__geometry")
    page = list(found.filter(pk__gt=_after(request)).order_by("pk")[: PAGE + 1])
    names = _type_names(at)
    types = queries.types_of(policy_of(at.path, on=on))
    asked = {"unit": at.code, "on": on.isoformat(), "after": str(page[PAGE - 1].pk)} if len(page) > PAGE else {}
    context = frame(request, at, "web:oversight-list") | {
        "on": on,
        "outlets": page[:PAGE],
        "names": names,
        "pilot": queries.pilot_of(at.path, on=on),
        "fixed": [names.get(key, key) for key in types.fixed],
        "piloted": [names.get(key, key) for key in types.pilot],
        "counties": [(unit, pilot, _switch_refusal(request, unit)) for unit, pilot in queries.counties(at, on=on)],
        "next": urlencode(asked),
        "today": timezone.localdate(),
    }
    return render(request, "oversight/list.html", context)


@require_POST
def switch_pilot(request: HttpRequest) -> HttpResponse:
    """先行先试: a county switches its pilot types on or off from a day."""
    lookup.require(request, Permission.REGULATION_MAINTAIN)
    back = redirect("web:oversight-list")
    if not request.POST.get("county"):
        messages.error(request, _("请选择县（市、区）。"))
        return back
    county = lookup.unit_in_reach(request, request.POST["county"])
    from_day = DayField(required=False).clean(request.POST.get("from_day") or None) or timezone.localdate()
    pilot = queries.pilot_of(county.path, on=from_day)
    if not queries.may_pilot(county) or not pilot.types:
        messages.error(request, _("所在方案没有先行先试的类型，或者不是县（市、区）。"))
        return back
    turn_on = request.POST.get("turn") == "on"
    regulations.decide(
        unit=county,
        name=queries.PILOT,
        value=turn_on,
        from_day=from_day,
        reason=request.POST.get("reason", ""),
        clause=pilot.clause,
        by=lookup.actor(request),
        at=timezone.now(),
    )
    said = _("%(unit)s自%(day)s起开启先行先试。") if turn_on else _("%(unit)s自%(day)s起关闭先行先试。")
    messages.success(request, said % {"unit": county.name, "day": from_day.isoformat()})
    return redirect(f"{reverse('web:oversight-list')}?unit={county.code}")


def functions_said(functions: tuple[str, ...]) -> str:
    """What kind of body, in words."""
    return _("、").join(_(FUNCTIONS[BodyFunction(one)]) for one in functions)


def _switch_refusal(request: HttpRequest, county: Unit) -> Refusal | None:
    return access.refusal(lookup.actor(request), Permission.REGULATION_MAINTAIN, Place(unit_path=county.path))


def _type_names(at: Unit) -> dict[str, str]:
    tree = queries.tree_at(at, on=timezone.localdate())
    return {child.key: child.name for top in tree.tops for child in top.children}


def _after(request: HttpRequest) -> int:
    after = request.GET.get("after", "")
    return int(after) if after.isdecimal() and len(after) < 18 else 0
