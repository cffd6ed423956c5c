"""The signs every page speaks in: numbers, shares, days, badges, clause chips, refusals.

A state is a word first; colour and shape only repeat it. What is unknown is `—` with its reason. templates/base.html
lists the tags for those who write pages. Nothing here asks the database, but `refusal` for a way out.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_DOWN, Decimal
from functools import lru_cache

from chinese_calendar.constants import holidays, workdays
from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from qingyuan.core.lifecycle import GROUPS
from qingyuan.core.lifecycle_words import STAGES, Stage, StageGroup
from qingyuan.core.progress import METRES
from qingyuan.core.refusal import Refusal
from qingyuan.core.workdays import Calendar, Unknown, working_days_between
from qingyuan.registry.models import Outlet
from qingyuan.rulebook.queries import packs_in_force
from qingyuan.web import built

register = template.Library()

SOON_WORKING_DAYS = 5  # within a working week a due day is amber
NOTHING = "—"
IN_KILOMETRES = 10_000  # metres: a length from here on is said in kilometres

# kind → (word, tone, shape); the tones are those of frontend/src/app.css
SEVERITIES = {
    "error": (gettext_noop("退回"), "red", "square"),
    "warning": (gettext_noop("提醒"), "amber", "triangle"),
    "info": (gettext_noop("说明"), "blue", "circle"),
}
STATES = {
    "met": (gettext_noop("达标"), "green", "check"),
    "missed": (gettext_noop("未达标"), "red", "square"),
    "due": (gettext_noop("即将到期"), "amber", "triangle"),
    "overdue": (gettext_noop("已逾期"), "red", "square"),
    "open": (gettext_noop("未到期"), "grey", "circle"),
    "unknown": (gettext_noop("无法判断"), "grey", "ring"),
    "demonstration": (gettext_noop("演示"), "amber", "ring"),
    "pending": (gettext_noop("待补充"), "amber", "triangle"),
}
READINGS = {
    "read": gettext_noop("原文"),
    "inferred": gettext_noop("推定"),
    "secondary": gettext_noop("转引"),
    "proposed": gettext_noop("建议值"),
}
# Colour-blind safe, the same shapes as on the map (frontend/src/shapes.ts).
TYPE_GROUPS = {
    "GY": gettext_noop("工业排污口"),
    "SH": gettext_noop("城镇污水处理厂排污口"),
    "NY": gettext_noop("农业排口"),
    "YH": gettext_noop("城镇雨洪排口"),
    "QT": gettext_noop("其他排口"),
}
# What has been done is green; the rest of the life is told by its word and shape alone.
STAGE_SIGNS = {
    StageGroup.LEAD: ("grey", "ring"),
    StageGroup.SURVEY: ("grey", "ring"),
    StageGroup.TRACING: ("grey", "circle"),
    StageGroup.REMEDIATION: ("grey", "triangle"),
    StageGroup.DONE: ("green", "check"),
    StageGroup.SUPERVISION: ("green", "check"),
    StageGroup.GONE: ("grey", "square"),
    StageGroup.APPLICATION: ("grey", "ring"),
}


@lru_cache(maxsize=1)
def published_calendar() -> Calendar:
    """The holidays and make-up days published so far; a page may hand in the site's own table as `calendar`."""
    exceptions = dict.fromkeys(holidays, False) | dict.fromkeys(workdays, True)
    return Calendar(date(min(exceptions).year, 1, 1), date(max(exceptions).year, 12, 31), exceptions)


def unknown(reason: str = "") -> SafeString:
    """A dash for the eye, the reason on hover and for the screen reader."""
    why = reason or _("尚无数据")
    return format_html(
        '<span class="unknown" title="{0}"><span aria-hidden="true">—</span>'
        '<span class="visually-hidden">{0}</span></span>',
        why,
    )


@register.filter
def number(value: object) -> str:
    """40512 → 40,512; decimals keep their digits; nothing is a dash."""
    if value is None or value == "":
        return NOTHING
    return f"{value:,}" if isinstance(value, int | float | Decimal) else str(value)


@register.filter
def kilometres(metres: object) -> str:
    """12,345 m → 12.3, cut off and never rounded up; nothing is a dash."""
    if metres is None or metres == "":
        return NOTHING
    return f"{(Decimal(str(metres)) / 1000).quantize(Decimal('0.1'), rounding=ROUND_DOWN):,}"


@register.filter
def metres(value: object) -> str:
    """850 m; 1,250.5 m; from ten kilometres on 85.0 km, cut off; nothing is a dash."""
    if value is None or value == "":
        return NOTHING
    exact = Decimal(str(value))
    if exact >= IN_KILOMETRES:
        return f"{kilometres(exact)} km"
    return f"{exact.normalize() if exact % 1 else exact.to_integral_value():,f} m"


@register.filter
def measured(value: object, measure: str) -> str:
    """A number of outlets, or metres of bank as kilometres, as a figure says."""
    return kilometres(value) if measure == METRES else number(value)


def percentage(numerator: int, denominator: int) -> str:
    """`70.0 %`, cut off and never rounded up: a target that is not met never looks met."""
    cut = (Decimal(numerator) * 100 / Decimal(denominator)).quantize(Decimal("0.1"), rounding=ROUND_DOWN)
    return f"{cut} %"


@register.simple_tag
def share(numerator: int | None, denominator: int | None, reason: str = "", measure: str = "") -> SafeString | str:
    """`318 / 454 · 70.0 %`; a dash with the reason when either part is unknown or nothing is to be counted. Bank is
    said in kilometres: `31.8 / 45.4 公里 · 70.0 %`."""
    if numerator is None or denominator is None:
        return unknown(reason)
    if denominator == 0:
        return unknown(reason or _("没有应计的排污口"))
    return format_html(
        '<span class="share">{} / {} · {}</span>',
        measured(numerator, measure),
        f"{measured(denominator, measure)}{_(' 公里') if measure == METRES else ''}",
        percentage(numerator, denominator),
    )


@register.simple_tag
def bar(numerator: int | None, denominator: int | None, required: object = None) -> SafeString:
    """A bar with the target's tick, as an svg; says nothing the share beside it does not say, so readers skip it."""
    filled = 0.0 if not denominator or numerator is None else 100 * numerator / denominator
    tick = None if required is None or required == "" else 100 * float(str(required))
    reached = filled >= 100 if tick is None else filled >= tick
    tone = "none" if not denominator else "met" if reached else "short"
    mark = (
        ""
        if tick is None
        else format_html('<rect class="bar-tick" x="{}%" y="0" width="2" height="10"/>', f"{tick:.1f}")
    )
    return format_html(
        '<svg class="bar bar-{}" width="100%" height="10" aria-hidden="true">'
        '<rect class="bar-ground" y="2" width="100%" height="6" rx="1"/>'
        '<rect class="bar-fill" y="2" width="{}%" height="6" rx="1"/>{}</svg>',
        tone,
        f"{filled:.1f}",
        mark,
    )


@register.simple_tag
def known(value: object, reason: str = "") -> object:
    """The value itself, or a dash with the reason."""
    return unknown(reason) if value is None or value == "" else value


@register.filter
def day(value: object) -> str:
    """2023-12-31; nothing is a dash."""
    if isinstance(value, datetime):
        value = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{value:%Y-%m-%d}" if isinstance(value, date) else NOTHING


@register.filter
def moment(value: object) -> str:
    """2023-12-31 09:05 in the site's time; nothing is a dash."""
    if not isinstance(value, datetime):
        return NOTHING
    return f"{timezone.localtime(value) if timezone.is_aware(value) else value:%Y-%m-%d %H:%M}"


def due_words(by: date, today: date, calendar: Calendar | None = None) -> tuple[str, str]:
    """How a due day is said on a day, and its tone: 还有 12 个工作日 / 今天到期 / 已逾期 3 天.

    Where the table of working days does not reach, plain days are counted and said to be plain days.
    """
    days = (by - today).days
    if days < 0:
        return ngettext("已逾期 %(days)s 天", "已逾期 %(days)s 天", -days) % {"days": number(-days)}, "red"
    if days == 0:
        return _("今天到期"), "amber"
    left = working_days_between(today, by, calendar or published_calendar())
    if isinstance(left, Unknown):
        said = ngettext("还有 %(days)s 天", "还有 %(days)s 天", days) % {"days": number(days)}
        return said, "amber" if days <= SOON_WORKING_DAYS else "grey"
    if left == 0:
        return ngettext("还有 %(days)s 天，均为休息日", "还有 %(days)s 天，均为休息日", days) % {"days": days}, "amber"
    said = ngettext("还有 %(days)s 个工作日", "还有 %(days)s 个工作日", left) % {"days": number(left)}
    return said, "amber" if left <= SOON_WORKING_DAYS else "grey"


@register.simple_tag(takes_context=True)
def due(context: template.Context, by: date | None, reason: str = "") -> SafeString:
    """A due day in words with the day itself beside it; `today` of the context, else the day of the clock."""
    if by is None:
        return unknown(reason or _("没有规定期限"))
    words, tone = due_words(by, context.get("today") or timezone.localdate(), context.get("calendar"))
    return format_html('<span class="due due-{}"><time datetime="{}">{}</time> {}</span>', tone, *(f"{by}",) * 2, words)


@register.simple_tag
def icon(name: str) -> SafeString:
    """One picture of the sprite; the words beside it carry the meaning."""
    return _icon(name, asset("icons.svg"))


@lru_cache(maxsize=256)
def _icon(name: str, sprite: str) -> SafeString:
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>', sprite, name)


@register.simple_tag
def notice_icon(kind: str) -> SafeString:
    """The picture of a notice."""
    names = {"done": "circle-check", "success": "circle-check", "warning": "alert-triangle"}
    return icon("ban" if kind in {"refused", "error"} else names.get(kind, "info-circle"))


@register.simple_tag
def asset(name: str) -> str:
    """The address of a built file, with its content's hash so that an old copy is never used."""
    return built.address_of(name)


def badge(word: str, tone: str, shape: str) -> SafeString:
    """A word with a shape; the colour repeats what they say."""
    return format_html(
        '<span class="badge-word tone-{}"><span class="shape shape-{}" aria-hidden="true"></span>{}</span>',
        tone,
        shape,
        word,
    )


@register.simple_tag
def stage_badge(stage: str) -> SafeString:
    """Where an outlet stands, in the words of the lifecycle."""
    if not stage:
        return unknown(_("没有阶段"))
    tone, shape = STAGE_SIGNS[GROUPS[Stage(stage)]]
    return badge(_(STAGES[Stage(stage)]), tone, shape)


@register.simple_tag
def type_badge(type_key: str, label: str = "") -> SafeString:
    """An outlet's type: the shape of its group on the map, and the word (the group's when no finer one is given)."""
    group = (type_key or "").partition(".")[0]
    if not group:
        return unknown(_("尚未分类"))
    return badge(_(label or TYPE_GROUPS.get(group, group)), "plain", f"type-{group.lower()}")


@register.simple_tag
def severity_badge(severity: str) -> SafeString:
    """How heavy a finding is."""
    word, tone, shape = SEVERITIES[severity]
    return badge(_(word), tone, shape)


@register.simple_tag
def status_badge(state: str) -> SafeString:
    """How a target or a duty stands."""
    word, tone, shape = STATES[state]
    return badge(_(word), tone, shape)


def pack_titles(origin: str) -> str:
    """Where a clause comes from in words: a ladder of pack codes ("000000-national+410000-henan") by their titles."""
    if not origin:
        return ""
    titles = _pack_titles(timezone.localdate())
    return "、".join(titles.get(code, code) for code in origin.split("+"))


@lru_cache(maxsize=2)
def _pack_titles(on: date) -> dict[str, str]:
    return {pack.code: pack.title for pack in packs_in_force(on=on).values()}


@register.simple_tag
def clause_chip(what: object, status: str = "", quote: str = "", origin: str = "") -> SafeString | str:
    """A small chip with the clause; opens to source, status, words of the text and where the value is inherited from.

    `what` is the clause itself or anything with .clause and, if it has them, .status .quote .origin .inherited .text.
    """
    clause = _(what if isinstance(what, str) else getattr(what, "clause", ""))  # 未作规定 stands where none is
    if not clause:
        return ""
    lines = [
        (_("来源"), pack_titles(origin or getattr(what, "origin", ""))),
        (
            _("性质"),
            _(READINGS.get(status or getattr(what, "status", ""), ""))
            if (status or getattr(what, "status", ""))
            else "",
        ),
        (_("用语"), quote or getattr(what, "quote", "")),
        (_("继承"), _("本级方案未作规定，沿用上级") if getattr(what, "inherited", False) else ""),
    ]
    told = [(name, text) for name, text in lines if text]
    if not told:
        return format_html('<span class="clause-chip">{}</span>', clause)
    quoted = _("用语")
    rows = mark_safe(  # noqa: S308 each part escaped
        "".join(
            format_html("<dt>{}</dt><dd{}>{}</dd>", name, mark_safe(' lang="zh-Hans"') if name == quoted else "", text)
            for name, text in told
        )
    )
    return format_html(
        '<details class="clause"><summary class="clause-chip">{}</summary><dl class="clause-card">{}</dl></details>',
        clause,
        rows,
    )


@register.simple_tag(takes_context=True)
def refusal(context: template.Context, reason: Refusal | None) -> SafeString | str:
    """The sentence under a grey button: why not, under which clause, and where what is missing is entered. Nothing when
    there is no reason."""
    if not isinstance(reason, Refusal):  # a template's missing variable is an empty string
        return ""
    chip = clause_chip(reason.clause) if reason.clause else ""
    said, way = refusal_sentence(reason), way_out(context, reason)
    return format_html('<span class="refusal" data-code="{}">{} {}{}</span>', reason.code, said, chip, way)


def way_out(context: template.Context, reason: Refusal) -> SafeString | str:
    """The link to where what a refusal misses is entered; nothing where the page is about no outlet."""
    from qingyuan.web import remedies  # the acts draw buttons themselves

    request, outlet = context.get("request"), context.get("outlet")
    if request is None or reason.code not in remedies.MISSING or not isinstance(outlet, Outlet):
        return ""
    told: dict[object, SafeString | str] = request.__dict__.setdefault("ways_out", {})  # a list asks for the same again
    if (asked := (outlet.pk, reason.code)) not in told:
        found = remedies.remedy(request, reason, outlet)
        told[asked] = format_html(' <a href="{}">{}</a>', found.address, found.label) if found else ""
    return told[asked]


def in_words(text: str) -> str:
    """A word, or several set beside each other, each in the reader's language; names stay as they are."""
    words = text.split("、")
    said = [_(one) for one in words]
    return text if said == words else _("、").join(said)


@register.filter(name="said")
def refusal_sentence(reason: Refusal) -> str:
    """A refusal in the reader's language, its words filled in."""
    words = {
        name: in_words(value) if isinstance(value, str) and value else value for name, value in reason.params.items()
    }
    return _(reason.text) % words if words else _(reason.text)


@register.simple_tag(takes_context=True)
def press(
    context: template.Context,
    label: str,
    reason: Refusal | None = None,
    name: str = "",
    value: str = "",
    kind: str = "",
) -> SafeString:
    """A button that sends its form; with a reason against it it is grey and the reason stands under it."""
    refused = isinstance(reason, Refusal)
    attributes = format_html(' name="{}" value="{}"', name, value) if name else ""
    return format_html(
        '<span class="press"><button type="submit" class="btn{}"{}{}>{}</button>{}</span>',
        f" btn-{kind}" if kind else "",
        attributes,
        mark_safe(" disabled") if refused else "",
        label,
        refusal(context, reason) if refused else "",
    )
