"""Parameters in words: which topic they belong to, what their values say, the sentence of one in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from qingyuan.core.policy import Policy, Resolved, Rung
from qingyuan.core.policy.words import WORDS
from qingyuan.web.templatetags.qingyuan import READINGS

TOPICS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (noop("目标"), ("targets",)),
    (noop("范围"), ("scope", "jurisdiction", "policy", "platform", "legal", "pilot", "load", "research")),
    (noop("排查"), ("survey", "import", "coordinate", "duplicate")),
    (noop("溯源与责任主体"), ("tracing", "responsibility", "register", "party", "outlet")),
    (noop("分类与编码"), ("classification", "coding", "lead_by_type", "thresholds")),
    (
        noop("整治"),
        (
            "remediation",
            "storm_outlets",
            "urban_domestic",
            "in_park",
            "outside_park",
            "aquaculture",
            "livestock",
            "irrigation",
            "deregistration",
        ),
    ),
    (noop("规范化建设"), ("signboard", "standardisation", "archive", "chain")),
    (noop("设置审核"), ("approval", "planning")),
    (noop("监测、检查与执法"), ("monitoring", "inspection", "sampling", "supervision", "enforcement")),
    (noop("期限与工作日"), ("deadline", "calendar")),
    (
        noop("组织与职责"),
        ("organisation", "organisations", "responsibilities", "dispatch", "river_chief", "expert_assistance", "plans"),
    ),
    (noop("报告与考核"), ("report", "annual_report", "assessment")),
    (noop("公开与共享"), ("public", "complaint", "exchange")),
    (noop("登录与安全"), ("signin", "people")),
)
OTHER = noop("其他")
UNSET = noop("未作规定")


@dataclass(frozen=True, slots=True)
class Line:
    """A parameter as the list on the left shows it."""

    name: str
    title: str
    said: str
    resolved: Resolved


@dataclass(frozen=True, slots=True)
class Step:
    """One pack of the ladder: what it says, or that it is silent."""

    pack: str
    title: str
    rung: Rung | None
    said: str
    governs: bool


def topic_of(name: str) -> str:
    """The topic a parameter belongs to."""
    prefix = name.partition(".")[0].partition("[")[0]
    return next((topic for topic, prefixes in TOPICS if prefix in prefixes), OTHER)


def by_topic(policy: Policy, *, search: str = "") -> list[tuple[str, list[Line]]]:
    """The parameters under their topics, those whose title, name, value or clause hold the text searched for."""
    found: dict[str, list[Line]] = {topic: [] for topic in [*(topic for topic, _prefixes in TOPICS), OTHER]}
    for name, resolved in sorted(policy.parameters.items(), key=lambda pair: (pair[1].title, pair[0])):
        line = Line(name, resolved.title or name, short(said(resolved)), resolved)
        if search.lower() in f"{name} {line.title} {said(resolved)} {resolved.clause}".lower():
            found[topic_of(name)].append(line)
    return [(_(topic), lines) for topic, lines in found.items() if lines]


def said(resolved: Resolved) -> str:
    """The value in force in words, with its unit."""
    words = value_words(resolved.value, share=resolved.name.startswith("targets."))
    return f"{words} {resolved.unit}".strip() if resolved.unit and resolved.value is not None else words


def value_words(value: object, *, share: bool = False) -> str:
    """A value in words; nothing is 未作规定."""
    match value:
        case None:
            return _(UNSET)
        case bool():
            return _("是") if value else _("否")
        case float() | int() if share and 0 <= value <= 1:
            return f"{value * 100:g} %"
        case date():
            return value.isoformat()
        case Mapping():
            told = ((key, one) for key, one in value.items() if one is not None)
            return "；".join(f"{word(key)} {value_words(one, share=share and key == 'share')}" for key, one in told)
        case list() | tuple():
            return "、".join(value_words(one) for one in value) or _("（空）")
    return word(value)


def word(value: object) -> str:
    """A word of the packs ("principle") as people say it; a name stays as it is."""
    return _(WORDS.get(str(value), str(value)))


def table_of(value: object) -> tuple[list[str], list[list[str]]] | None:
    """A table value as headers and rows; None for any other value."""
    if not (isinstance(value, list | tuple) and value and all(isinstance(row, Mapping) for row in value)):
        return None
    headers = list(dict.fromkeys(key for row in value for key in row))
    return [word(header) for header in headers], [
        [value_words(row[key]) if key in row else "" for key in headers] for row in value
    ]


def short(text: str) -> str:
    """The beginning of a long value."""
    return text if len(text) <= 24 else text[:23] + "…"


def sentence(resolved: Resolved, *, unit: str, on: date) -> str:
    """The parameter in force in a unit on a day, as one sentence."""
    since = _("自 %(day)s 起") % {"day": resolved.from_day.isoformat()} if resolved.from_day else _("施行起始日不详")
    if resolved.value is None:
        return _("%(on)s，%(unit)s的“%(title)s”未作规定。") % {
            "on": on.isoformat(),
            "unit": unit,
            "title": resolved.title or resolved.name,
        }
    table = table_of(resolved.value)
    value = _("见下表") if table else said(resolved)
    return _("%(on)s，%(unit)s的“%(title)s”为：%(value)s（%(since)s）。") % {
        "on": on.isoformat(),
        "unit": unit,
        "title": (resolved.title or resolved.name).replace("“", "‘").replace("”", "’"),
        "value": value,
        "since": since,
    }


def status_words(status: str) -> str:
    """原文、推定、转引、建议值."""
    return _(READINGS.get(str(status), str(status)))


def ladder_of(resolved: Resolved, policy: Policy, titles: Mapping[str, str]) -> list[Step]:
    """The packs from the nation down, each with what it says or its silence, the one that governs marked."""
    rungs = {rung.pack: rung for rung in resolved.ladder}
    share = resolved.name.startswith("targets.")
    return [
        Step(
            pack=pack,
            title=titles.get(pack, pack),
            rung=rungs.get(pack),
            said=value_words(rungs[pack].value, share=share) if pack in rungs else _("未作规定，沿用上级"),
            governs=pack == resolved.origin and pack in rungs,
        )
        for pack in policy.packs
    ]
