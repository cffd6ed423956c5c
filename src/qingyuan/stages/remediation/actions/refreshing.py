"""What the rules find, kept up to date: of one outlet right after a change, of the whole register by the clock.

A rule that begins to hold opens a lead; one that holds no more withdraws its lead or its dismissal. What was confirmed
is left alone. Run twice it changes nothing. Leads are what follows from facts and rules, so they are no entries of the
ledger one by one: a run over the register is one entry with its counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import numpy as np
from django.db import transaction
from django.db.models import Q
from numpy.typing import NDArray

from qingyuan.core.access import CONSOLE, Actor
from qingyuan.core.policy import Policy
from qingyuan.core.policy.facts import FactError
from qingyuan.core.policy.judging import Column, Rule
from qingyuan.ledger import actions as ledger
from qingyuan.ledger import rows
from qingyuan.registry import columns, kept
from qingyuan.registry.columns import Batch
from qingyuan.registry.models import Outlet, OutletQuerySet
from qingyuan.registry.queries import facts_of
from qingyuan.registry.rules import pack_of, policy_of
from qingyuan.rulebook.checking import unit_path_of
from qingyuan.rulebook.queries import packs_in_force, policies_on
from qingyuan.stages.remediation import rules
from qingyuan.stages.remediation.models import Finding
from qingyuan.stages.remediation.words import FindingState

COLUMNS = (
    "outlet_id",
    "kind",
    "rule",
    "origin",
    "clause",
    "text",
    "facts",
    "state",
    "found_on",
    "found_by",
    "recorded_at",
    "basis_sha256",
    "decided_by",
    "reason",
    "version",
)
CHUNK = 500
LEAD = FindingState.LEAD.value


@dataclass(slots=True)
class Refreshed:
    """What a run did."""

    outlets: int = 0
    opened: int = 0
    withdrawn: int = 0


@dataclass(frozen=True, slots=True)
class _Known:
    """A finding of a rule that stands."""

    pk: int
    is_lead: bool


@dataclass(slots=True)
class _Work:
    """What one batch has to write."""

    new: list[tuple] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)


def judged(found: OutletQuerySet) -> OutletQuerySet:
    """The outlets that are judged: what is merged or closed has no problem any more."""
    return found.filter(in_register=True, withdrawn_at=None).exclude(stage__in=[one.value for one in kept.GONE])


# --- one outlet ------------


@transaction.atomic
def refresh_one(outlet: Outlet, *, on: date, at: datetime, by: Actor = CONSOLE) -> Refreshed:
    """The leads of one outlet, right after a change."""
    policy = policy_of(outlet.unit_path, on=on)
    finders = rules.finders(policy) if _is_judged(outlet) else ()
    known = facts_of(outlet, on=on) if finders else {}
    holding = {rule.id: rule for rule in _holding(policy, finders, known)}
    standing = _standing_of([outlet.pk]).get(outlet.pk, {})
    work = _Work()
    for rule in holding.values():
        if rule.id not in standing and not _is_settled(rule, known):
            facts = rules.shown_facts(rule, known)
            work.new.append(_row(outlet.pk, rule, facts, on=on, at=at, by=by))
    for key, one in standing.items():
        held = holding.get(key)
        if held is None or (one.is_lead and _is_settled(held, known)):
            work.gone.append(one.pk)
    _write(work, at=at)
    return Refreshed(1, len(work.new), len(work.gone))


def _is_judged(outlet: Outlet) -> bool:
    return outlet.in_register and outlet.withdrawn_at is None and outlet.stage not in kept.GONE


def _is_settled(rule: Rule, known: Mapping[str, object]) -> bool:
    return bool(rule.settles) and known.get(rule.settles) is not None


def _holding(policy: Policy, finders: Sequence[Rule], known: Mapping[str, object]) -> Iterator[Rule]:
    only = {rule.id for rule in finders}
    try:
        verdicts = policy.judge(known, only)
    except FactError as error:  # a fact entered before the vocabulary changed is unknown
        verdicts = policy.judge({name: value for name, value in known.items() if name not in error.reasons}, only)
    holds = {one.rule for one in verdicts if one.verdict is True}
    return (rule for rule in finders if rule.id in holds)


def _row(outlet: int, rule: Rule, facts: Mapping[str, object], *, on: date, at: datetime, by: Actor) -> tuple:
    origin, clause, text = rule.origin[:40], rule.clause[:200], rule.text[:500]
    return (outlet, rule.finding, rule.id, origin, clause, text, dict(facts), LEAD, on, by.id, at, "", "", "", 0)


def _standing_of(ids: Sequence[int]) -> dict[int, dict[str, _Known]]:
    """Outlet → rule → what stands of it, confirmed ones among them (without their id: these are left alone). An outlet
    of which nothing stands is left out."""
    among = set(ids)
    found: dict[int, dict[str, _Known]] = {}
    standing = Finding.objects.filter(withdrawn_at=None).exclude(rule="")
    if len(ids) == 1:
        standing = standing.filter(outlet=ids[0])
    else:
        standing = standing.filter(outlet__gte=ids[0], outlet__lte=ids[-1])
    for pk, outlet, rule, state, settled in standing.values_list("pk", "outlet", "rule", "state", "settled_on"):
        if outlet in among:
            stays = state == FindingState.CONFIRMED and settled is None
            found.setdefault(outlet, {})[rule] = _Known(0 if stays else pk, state == LEAD)
    return found


def _write(work: _Work, *, at: datetime) -> int:
    """How many were withdrawn: what was confirmed or withdrawn since it was read is left alone."""
    rows.insert(Finding, COLUMNS, work.new)
    gone, done = [pk for pk in work.gone if pk], 0
    for start in range(0, len(gone), CHUNK):
        part = Finding.objects.filter(pk__in=gone[start : start + CHUNK], withdrawn_at=None)
        done += part.exclude(state=FindingState.CONFIRMED, settled_on=None).update(withdrawn_at=at)
    return done


def _put_down(work: _Work, *, at: datetime) -> tuple[int, int]:
    """(opened, withdrawn) of what a batch found out without a lock. Written a little at a time, so that nobody who
    writes beside it waits long; what somebody else opened meanwhile is not opened twice."""
    opened = withdrawn = 0
    for start in range(0, len(work.new), CHUNK):
        part = work.new[start : start + CHUNK]
        with transaction.atomic():
            standing = Finding.objects.filter(outlet__in={row[0] for row in part}, withdrawn_at=None).exclude(rule="")
            there = set(standing.values_list("outlet", "rule"))
            new = [row for row in part if (row[0], row[2]) not in there]
            _write(_Work(new), at=at)
        opened += len(new)
    for start in range(0, len(work.gone), CHUNK):
        with transaction.atomic():
            withdrawn += _write(_Work([], work.gone[start : start + CHUNK]), at=at)
    return opened, withdrawn


# --- the whole register ------------


def refresh(*, on: date, at: datetime, path: str = "", by: Actor = CONSOLE) -> Refreshed:
    """The leads of every outlet within a unit, column by column, batch by batch, written in short transactions."""
    ask = _policies(on)
    policies = [ask(unit_path_of(pack)) for pack in packs_in_force(on=on).values()]
    names = rules.facts_read(policies)
    done = Refreshed()
    outlets = judged(Outlet.objects.all())
    for batch in columns.batches(outlets.within(path) if path else outlets, path=path, on=on, names=names):
        work = _batch(batch, ask, on=on, at=at, by=by)
        opened, withdrawn = _put_down(work, at=at)
        done.outlets += len(batch.ids)
        done.opened += opened
        done.withdrawn += withdrawn
    done.withdrawn += _withdraw_gone(at=at, path=path)
    if done.opened or done.withdrawn:
        details = {"outlets": done.outlets, "opened": done.opened, "withdrawn": done.withdrawn}
        pack = pack_of(ask(path))
        ledger.record(
            ("findings", path or "all"), "findings.refresh", by=by, at=at, occurred=on, details=details, pack=pack
        )
    return done


def _policies(on: date) -> Callable[[str], Policy]:
    ask, known = policies_on(on), dict[str, Policy]()

    def asked(path: str) -> Policy:
        if path not in known:
            known[path] = ask(path)
        return known[path]

    return asked


def _batch(batch: Batch, ask: Callable[[str], Policy], *, on: date, at: datetime, by: Actor) -> _Work:
    standing = _standing_of(batch.ids)
    holding: dict[int, set[str]] = {}
    settled: dict[int, set[str]] = {}
    nothing: set[str] = set()
    work = _Work()
    for policy, places in _by_policy(batch, ask):
        taken = _taken(batch.columns, places, len(batch.ids))
        finders = rules.finders(policy)
        answers = policy.judge_columns(taken, rows=len(places), only={rule.id for rule in finders})
        for rule in finders:
            known = taken.get(rule.settles) if rule.settles else None
            for at_place in np.flatnonzero(answers[rule.id].holds):
                outlet = batch.ids[places[at_place]]
                holding.setdefault(outlet, set()).add(rule.id)
                if known is not None and known.known[at_place]:
                    settled.setdefault(outlet, set()).add(rule.id)
                elif rule.id not in standing.get(outlet, nothing):
                    facts = rules.shown_facts(rule, _facts_at(taken, int(at_place), rule))
                    work.new.append(_row(outlet, rule, facts, on=on, at=at, by=by))
    for outlet, found in standing.items():
        held, answered = holding.get(outlet, nothing), settled.get(outlet, nothing)
        work.gone += [
            one.pk for key, one in found.items() if one.pk and (key not in held or (one.is_lead and key in answered))
        ]
    return work


def _by_policy(batch: Batch, ask: Callable[[str], Policy]) -> list[tuple[Policy, NDArray[np.intp]]]:
    first: dict[tuple[str, ...], Policy] = {}
    number: dict[tuple[str, ...], int] = {}
    of_county: dict[str, int] = {}
    for county in dict.fromkeys(batch.counties):
        policy = ask(county)
        first.setdefault(policy.packs, policy)
        of_county[county] = number.setdefault(policy.packs, len(number))
    under = np.array([of_county[county] for county in batch.counties], dtype=np.intp)
    return [(first[packs], np.flatnonzero(under == one)) for packs, one in number.items()]


def _taken(given: Mapping[str, Column], places: NDArray[np.intp], rows_: int) -> Mapping[str, Column]:
    if len(places) == rows_:
        return given
    return {name: Column(column.values[places], column.known[places]) for name, column in given.items()}


def _facts_at(taken: Mapping[str, Column], place: int, rule: Rule) -> dict[str, object]:
    """The facts a rule reads of one row, as plain values."""
    found: dict[str, object] = {}
    for name in rules.facts_in(rule):
        column = taken.get(name)
        if column is not None and column.known[place]:
            value = column.values[place]
            found[name] = _plain(value)
    return found


def _plain(value: object) -> object:
    if isinstance(value, np.bool_):
        return bool(value)
    if isinstance(value, np.floating | float):
        number = float(value)
        return int(number) if number.is_integer() else number
    return value


def _withdraw_gone(*, at: datetime, path: str) -> int:
    """Leads of outlets that are not judged any more."""
    outlets = Outlet.objects.within(path) if path else Outlet.objects.all()
    over = outlets.filter(Q(stage__in=[one.value for one in kept.GONE]) | Q(in_register=False))
    leads = Finding.objects.filter(state=LEAD, withdrawn_at=None, outlet__in=over)
    pks = list(leads.values_list("pk", flat=True))
    done = 0
    for start in range(0, len(pks), CHUNK):
        done += leads.filter(pk__in=pks[start : start + CHUNK]).update(withdrawn_at=at)
    return done
