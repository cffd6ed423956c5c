"""试算: what would change if the register of a unit were judged otherwise. Reads only."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop
from django.views.decorators.http import require_GET

from qingyuan.boards.what_if import against, queries
from qingyuan.boards.what_if import words as spoken
from qingyuan.boards.what_if.against import Against, By
from qingyuan.boards.what_if.judging import State
from qingyuan.core.access import Permission
from qingyuan.core.refusal import NotFound
from qingyuan.exchange.streaming import Value, write_csv, write_xlsx
from qingyuan.places import queries as places
from qingyuan.places.models import Unit
from qingyuan.rulebook import proposals
from qingyuan.rulebook import queries as rulebook
from qingyuan.web import lookup
from qingyuan.web.rules import words
from qingyuan.web.rules.views import frame

STATES = {state.name.lower(): state for state in State}
HEADER = (
    noop("排污口"),
    noop("编码"),
    noop("区划"),
    noop("责任主体"),
    noop("规则"),
    noop("现在"),
    noop("试算"),
    noop("内容"),
    noop("依据"),
)
PAGE = 50
CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks: the unit, the day, the other way to judge."""

    unit: Unit
    on: date
    other: Against

    @property
    def query(self) -> str:
        """The same in an address."""
        key = "by" if self.other.by is By.UNIT else str(self.other.by)
        given = {"unit": self.unit.code, "on": self.on.isoformat(), key: self.other.key}
        return urlencode(given)


def _asked(request: HttpRequest, at: Unit, on: date) -> Asked | None:
    """None while nothing was chosen yet."""
    unit, number, day = (request.GET.get(key, "").strip() for key in ("by", "proposal", "day"))
    if unit:
        try:
            other = places.unit_for(unit)
        except (NotFound, ValueError):
            raise NotFound("unit", unit) from None
        return Asked(at, on, against.by_unit(at, other, on=on))
    if number:
        if not number.isdecimal() or len(number) > 17:
            raise NotFound("proposal", number)
        found = proposals.proposal(lookup.actor(request), int(number))
        return Asked(at, on, against.by_proposal(found, on=max(on, found.wanted_from or on)))
    if day:
        try:
            return Asked(at, on, against.by_day(date.fromisoformat(day), on=on))
        except ValueError:
            raise NotFound("day", day) from None
    return None


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """Choose the other way to judge; then sentences, rules with counts, parameters, types and targets."""
    lookup.require(request, Permission.OUTLET_VIEW)
    context = frame(request, "what-if")
    at: Unit = context["at"]  # type: ignore[assignment]
    on: date = context["on"]  # type: ignore[assignment]
    waiting, _more = proposals.proposals(lookup.actor(request), state="waiting")
    context |= {
        "offered": [places.unit(pack.unit) for pack in rulebook.packs(on=on) if pack.unit],
        "waiting": waiting,
        "given": {key: request.GET.get(key, "") for key in ("by", "proposal", "day")},
    }
    asked = _asked(request, at, on)
    if asked is not None:
        result = queries.what_if(lookup.actor(request), at, asked.other, on=asked.on)
        lines = [line for rule in result.moving for line in _lines(rule)]
        context |= {
            "result": result,
            "asked": asked.query,
            "sentences": [_(text) % given for text, given in spoken.sentences(result)],
            "lines": [line for line in lines if not line["open"]],
            "open": [line for line in lines if line["open"]],
            "reworded": [rule for rule in result.rules if rule.reworded],
            "parameters": [
                {"one": one, "now": words.value_words(one.first), "then": words.value_words(one.second)}
                for one in result.parameters
            ],
            "types": [line for line in result.types if line.moves],
            "targets": [line for line in result.targets if line.moves],
        }
    return render(request, "rules/what_if.html", context)


def _lines(rule: queries.RuleLine) -> Iterator[dict[str, object]]:
    for now, then, number in rule.moves:
        yield {
            "rule": rule.rule,
            "now": _(spoken.answer(rule.rule, now)),
            "then": _(spoken.answer(rule.rule, then)),
            "number": number,
            "open": State.UNKNOWN in (now, then),
            "link": urlencode({"rule": rule.id, "now": now.name.lower(), "then": then.name.lower()}),
        }


@require_GET
def rows(request: HttpRequest) -> HttpResponse:
    """The outlets behind one count."""
    lookup.require(request, Permission.OUTLET_VIEW)
    context = frame(request, "what-if")
    asked = _required(request, context)
    rule, after = request.GET.get("rule", ""), request.GET.get("after", "")
    now, then = STATES.get(request.GET.get("now", "")), STATES.get(request.GET.get("then", ""))
    found, more = queries.rows(
        lookup.actor(request),
        asked.unit,
        asked.other,
        on=asked.on,
        rule=rule,
        now=now,
        then=then,
        after=int(after) if after.isdecimal() and len(after) < 18 else 0,
        limit=PAGE,
    )
    kept = {key: request.GET[key] for key in ("rule", "now", "then") if key in request.GET}
    context |= {
        "asked": asked.query,
        "rows": [(row, _(spoken.answer(row.rule, row.now)), _(spoken.answer(row.rule, row.then))) for row in found],
        "rule": found[0].rule if found else None,
        "other": asked.other,
        "next": f"{asked.query}&{urlencode({**kept, 'after': more})}" if more else "",
    }
    return render(request, "rules/what_if_rows.html", context)


@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """Every row as xlsx or csv."""
    lookup.require(request, Permission.OUTLET_EXPORT)
    asked = _required(request, frame(request, "what-if"))
    found = queries.every_row(
        lookup.actor(request), asked.unit, asked.other, on=asked.on, rule=request.GET.get("rule", "")
    )
    out = io.BytesIO()
    kind = "csv" if request.GET.get("as") == "csv" else "xlsx"
    cells = (_cells(row) for row in found)
    header = [_(word) for word in HEADER]
    write_csv(out, header, cells) if kind == "csv" else write_xlsx(out, header, cells, sheet=_("试算"))
    answer = HttpResponse(out.getvalue(), content_type=CONTENT_TYPES[kind])
    answer["Content-Disposition"] = f'attachment; filename="what-if-{asked.unit.code}.{kind}"'
    return answer


def _cells(row: queries.Row) -> list[Value]:
    one = row.outlet
    return [
        one.name,
        one.national_code or one.local_code or str(one.pk),
        one.unit.name,
        one.party.name if one.party else "",
        row.rule.title,
        _(spoken.answer(row.rule, row.now)),
        _(spoken.answer(row.rule, row.then)),
        row.rule.text,
        row.rule.clause,
    ]


def _required(request: HttpRequest, context: dict[str, object]) -> Asked:
    asked = _asked(request, context["at"], context["on"])  # type: ignore[arg-type]
    if asked is None:
        raise NotFound("what-if", "")
    return asked
