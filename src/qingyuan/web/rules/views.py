"""规则: what applies to a unit on a day, where it comes from, and how two units differ. Reads only; open to every
officer: the schemes are published."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop
from django.views.decorators.http import require_GET

from qingyuan.boards.oversight.queries import authority_of
from qingyuan.core.policy import FACTS, Policy
from qingyuan.core.policy.conditions import Condition, facts_of
from qingyuan.core.refusal import NotFound
from qingyuan.core.waters import LABELS, WaterFlagKind
from qingyuan.places import queries as places
from qingyuan.places.models import Unit
from qingyuan.registry.rules import policy_of
from qingyuan.rulebook import guards, queries
from qingyuan.rulebook.proposals import last_refused
from qingyuan.web import facts, lookup
from qingyuan.web.rules import words

EFFECTS = {
    "block": noop("禁止"),
    "require": noop("应当"),
    "recommend": noop("建议"),
    "warn": noop("提醒"),
    "route": noop("报送"),
    "assign": noop("指派"),
    "schedule": noop("安排"),
}


def frame(request: HttpRequest, tab: str) -> dict[str, object]:
    """What every page of the inspector stands in: the unit, the day, its policy."""
    at = lookup.here(request) or _nation()
    on = lookup.day(request)
    return {
        "tab": tab,
        "at": at,
        "on": on,
        "policy": policy_of(at.path, on=on),
        "trail": lookup.trail(request, at),
        "query": f"unit={at.code}&on={on.isoformat()}",
    }


def _nation() -> Unit:
    return places.unit("000000")


@require_GET
def parameters(request: HttpRequest) -> HttpResponse:
    """Left the parameters by topic, in the middle the one chosen as a sentence, right the ladder it came down."""
    context = frame(request, "parameters")
    policy: Policy = context["policy"]  # type: ignore[assignment]
    search = request.GET.get("q", "").strip()
    topics = words.by_topic(policy, search=search)
    chosen = policy.parameters.get(request.GET.get("name", ""))
    if chosen is None and topics:
        chosen = topics[0][1][0].resolved
    context |= {"topics": topics, "q": search, "chosen": chosen}
    if chosen is not None:
        at: Unit = context["at"]  # type: ignore[assignment]
        titles = {pack.code: pack.title for pack in queries.packs(on=policy.on)}
        context |= {
            "sentence": words.sentence(chosen, unit=at.name, on=policy.on),
            "status": words.status_words(chosen.status),
            "table": words.table_of(chosen.value),
            "ladder": words.ladder_of(chosen, policy, titles),
            "origin": titles.get(chosen.origin, chosen.origin),
            "waters": waters_words(chosen.waters),
            "overtaken": chosen.overtaken_by,
            "no_setting": guards.propose(unit=at, by=lookup.actor(request)),
            "status_of": words.status_words,
        }
    return render(request, "rules/parameters.html", context)


@require_GET
def targets(request: HttpRequest) -> HttpResponse:
    """The dated aims, earliest first."""
    context = frame(request, "targets")
    policy: Policy = context["policy"]  # type: ignore[assignment]
    context["targets"] = [
        (one, words.value_words(one.required, share=True) if one.required is not None else "", waters_words(one.waters))
        for one in policy.targets()
    ]
    return render(request, "rules/targets.html", context)


@require_GET
def rules(request: HttpRequest) -> HttpResponse:
    """The rules in force, with their effect and what they read."""
    context = frame(request, "rules")
    policy: Policy = context["policy"]  # type: ignore[assignment]
    context["authority"] = authority_of(policy)
    context["rules"] = [
        (rule, _(EFFECTS.get(rule.effect, rule.effect)), _("、").join(_facts(rule.when))) for rule in policy.rules
    ]
    return render(request, "rules/rules.html", context)


def _facts(condition: Condition) -> list[str]:
    """The titles of the facts a rule reads, each once."""
    return [facts.title(name) for name in dict.fromkeys(facts_of(condition)) if name in FACTS]


@require_GET
def readings(request: HttpRequest) -> HttpResponse:
    """How vague passages were read, each with its number and status."""
    context = frame(request, "readings")
    policy: Policy = context["policy"]  # type: ignore[assignment]
    context["readings"] = [(one, words.status_words(one.status)) for one in policy.readings]
    return render(request, "rules/readings.html", context)


@require_GET
def packs(request: HttpRequest) -> HttpResponse:
    """The packs of the ladder with issuer, document number and the text's hash."""
    context = frame(request, "packs")
    policy: Policy = context["policy"]  # type: ignore[assignment]
    at: Unit = context["at"]  # type: ignore[assignment]
    found = {pack.code: pack for pack in queries.packs(on=policy.on)}
    context["packs"] = [found[code] for code in policy.packs if code in found]
    own = next((code for code in policy.packs if code in found and found[code].unit_path == at.path), "")
    reaches = lookup.is_within_reach(lookup.actor(request), at.path)
    context["refused"] = last_refused(own, unit_path=at.path) if reaches else None
    return render(request, "rules/packs.html", context)


@require_GET
def compare(request: HttpRequest) -> HttpResponse:
    """Two units side by side, differences first."""
    context = frame(request, "compare")
    policy: Policy = context["policy"]  # type: ignore[assignment]
    asked = request.GET.get("with", "").strip()
    with_units = [places.unit(pack.unit) for pack in queries.packs(on=policy.on) if pack.unit]
    context |= {"asked": asked, "offered": with_units}
    if asked:
        try:
            other = places.unit_for(asked)
        except (NotFound, ValueError):
            raise NotFound("unit", asked) from None
        beside = policy_of(other.path, on=policy.on)
        rows = []
        for name in sorted({*policy.parameters, *beside.parameters}):
            one, two = policy.parameters.get(name), beside.parameters.get(name)
            shown = one or two
            same = (one.value if one else None) == (two.value if two else None)
            rows.append((same, shown.title if shown else name, name, one, two))
        context |= {
            "other": other,
            "different": [_side_by_side(row) for row in rows if not row[0]],
            "same": [_side_by_side(row) for row in rows if row[0]],
        }
    return render(request, "rules/compare.html", context)


def _side_by_side(row: tuple) -> dict[str, object]:
    _same, title, name, one, two = row
    return {
        "title": title or name,
        "name": name,
        "one": one,
        "two": two,
        "one_said": words.said(one) if one else _(words.UNSET),
        "two_said": words.said(two) if two else _(words.UNSET),
        "one_rests": one is not None and bool(one.ladder),
        "two_rests": two is not None and bool(two.ladder),
    }


def waters_words(waters: object) -> str:
    """The waters a value is about, in words."""
    if waters in (None, "all", ""):
        return ""
    listed = [waters] if isinstance(waters, str) else list(waters)  # type: ignore[call-overload]
    return _("、").join(_(LABELS[WaterFlagKind(one)]) if one in set(WaterFlagKind) else str(one) for one in listed)
