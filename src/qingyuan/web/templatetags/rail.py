"""The left rail: the jobs in the order of an outlet's life, only what exists and what the reader may see."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from django import template
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from qingyuan.core.access import Actor, Permission
from qingyuan.web.lookup import unit_paths

register = template.Library()
OUTLET_PART = re.compile(r"/outlets/\d+/([a-z]+)")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the rail; `permission` None means everyone who is signed in; a child stands under the one before."""

    label: str
    name: str
    icon: str
    permission: Permission | None = None
    child: bool = False
    of_a_unit: bool = False
    """Only for who has a territory: a river chief, an enterprise, a department with its own area have none."""
    or_of_waters: bool = False
    """Also for who has waters instead."""
    also: str = ""
    """What the pages of the same work begin with besides the entry's own address."""
    of_outlet: tuple[str, ...] = ()
    """The parts of an outlet's file that belong to this work: /outlets/<number>/<part>."""


RAIL = (
    Entry(gettext_noop("待办"), "web:home", "list-check"),
    Entry(gettext_noop("交办"), "web:items", "send", Permission.OUTLET_VIEW, child=True),
    Entry(gettext_noop("一张图"), "web:map", "map", Permission.OUTLET_VIEW),
    Entry(gettext_noop("台账"), "web:outlets", "table", Permission.OUTLET_VIEW),
    Entry(gettext_noop("导入"), "web:imports", "upload", Permission.OUTLET_IMPORT, child=True, of_a_unit=True),
    Entry(
        gettext_noop("疑似重复"),
        "web:duplicates",
        "search",
        Permission.OUTLET_RESOLVE_DUPLICATE,
        child=True,
        of_a_unit=True,
    ),
    Entry(gettext_noop("编码核对"), "web:codes", "link", Permission.OUTLET_CORRECT, child=True, of_a_unit=True),
    Entry(gettext_noop("单位"), "web:bodies", "building-factory-2", Permission.OUTLET_VIEW, child=True),
    Entry(
        gettext_noop("名录和清单"), "web:registers", "list-check", Permission.OUTLET_VIEW, child=True, of_a_unit=True
    ),
    Entry(gettext_noop("排查"), "web:campaigns", "route", Permission.OUTLET_VIEW),
    Entry(gettext_noop("线索"), "web:leads", "search", Permission.OUTLET_VIEW, child=True),
    Entry(gettext_noop("现场"), "web:field", "map-pin", Permission.SURVEY_RECORD, child=True),
    Entry(gettext_noop("现场设备"), "web:survey-devices", "send", Permission.SURVEY_LEAD, child=True),
    Entry(gettext_noop("溯源"), "web:cases", "route", Permission.OUTLET_VIEW),
    Entry(gettext_noop("责任主体"), "web:parties", "building-factory-2", Permission.OUTLET_VIEW, child=True),
    Entry(gettext_noop("整治"), "web:problems", "list-check", Permission.OUTLET_VIEW, also="/remediation/"),
    Entry(gettext_noop("疑点"), "web:doubts", "alert-triangle", Permission.OUTLET_VIEW, child=True),
    Entry(
        gettext_noop("规范化"),
        "web:standardisation",
        "list-check",
        Permission.OUTLET_VIEW,
        of_outlet=("standardisation", "archive"),
    ),
    Entry(
        gettext_noop("命名编码"), "web:codes-waiting", "link", Permission.OUTLET_VIEW, child=True, of_outlet=("signs",)
    ),
    Entry(gettext_noop("标识牌"), "web:signs", "map-pin", Permission.OUTLET_VIEW, child=True),
    Entry(
        gettext_noop("考核报告"),
        "web:scoreboard",
        "chart-bar",
        Permission.OUTLET_VIEW,
        of_a_unit=True,
        or_of_waters=True,
    ),
    Entry(gettext_noop("监管责任"), "web:oversight", "users", Permission.OUTLET_VIEW, of_a_unit=True),
    Entry(gettext_noop("实施方案"), "web:plans", "send", Permission.OUTLET_VIEW, child=True, of_a_unit=True),
    Entry(gettext_noop("规则"), "web:rules", "book"),
    Entry(gettext_noop("制度库"), "web:regulations", "book", child=True),
    Entry(gettext_noop("区划图层"), "web:places", "map-pin", Permission.PLACES_MAINTAIN, child=True, of_a_unit=True),
    Entry(gettext_noop("水体"), "web:waters", "droplet", Permission.OUTLET_VIEW, child=True),
    Entry(gettext_noop("共享"), "web:sharing", "link", Permission.DATA_SHARE),
    Entry(gettext_noop("管理"), "web:officers", "settings", Permission.OFFICERS_MANAGE),
    Entry(gettext_noop("程序"), "web:programs", "link", Permission.OFFICERS_MANAGE, child=True),
    Entry(gettext_noop("审计"), "web:audit", "history", Permission.AUDIT_READ),
    Entry(gettext_noop("运行状况"), "web:running", "info-circle", Permission.SITE_OPERATE, child=True),
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it is drawn."""

    label: str
    url: str
    icon: str
    current: bool
    child: bool


def lines(actor: Actor | None, path: str) -> list[Line]:
    """What this reader's rail shows on the page at `path`. Nobody signed in: nothing."""
    if actor is None or not actor.grants:
        return []
    has_unit, has_waters = bool(unit_paths(actor)), any(grant.reach.water_paths for grant in actor.grants)
    open_to_him = [
        entry
        for entry in RAIL
        if (entry.permission is None or actor.holding(entry.permission))
        and (has_unit or not entry.of_a_unit or (entry.or_of_waters and has_waters))
    ]
    found = [(entry, url) for entry in open_to_him if (url := address(entry.name)) != "#"]
    known = [(begins, url) for entry, url in found for begins in (url, entry.also) if begins]
    fits = [(begins, url) for begins, url in known if path == begins or (begins != "/" and path.startswith(begins))]
    part = OUTLET_PART.match(path)
    of_outlet = (url for entry, url in found if part and part[1] in entry.of_outlet)
    here = next(of_outlet, max(fits, key=lambda one: len(one[0]), default=("", ""))[1])
    return [Line(_(entry.label), url, entry.icon, url == here, entry.child) for entry, url in found]


def address(name: str) -> str:
    """The address of a page that takes no arguments, `#` while there is no such page."""
    return _address(name, get_urlconf(), get_script_prefix())


@lru_cache(maxsize=256)
def _address(name: str, _urlconf: str | None, _prefix: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return "#"


@register.simple_tag(takes_context=True)
def rail_items(context: template.Context) -> list[Line]:
    """The rail for the request in hand."""
    request = context.get("request")
    return lines(getattr(request, "actor", None), request.path if request else "")


@register.simple_tag
def here_url(name: str) -> str:
    """The address of a named page, `#` while there is none (error pages stand before any page does)."""
    return address(name)
