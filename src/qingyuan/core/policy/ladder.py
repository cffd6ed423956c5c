"""Merging the packs of a ladder, from the nation down to a unit, into the policy that applies there on a day.

Silence inherits. A pack below may tighten; it may loosen only what is declared `overridable`; what is `locked` never
moves. Where a pack above tightened later than a pack below was written, the stricter one governs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from qingyuan.core.policy import judging
from qingyuan.core.policy.conditions import All, Any, Compare, Condition, In, Not, ParameterHas, parameters_of
from qingyuan.core.policy.facts import check_facts
from qingyuan.core.policy.judging import Answers, Column, Rule, Verdict
from qingyuan.core.policy.packs import Pack, Reading, SameAs
from qingyuan.core.policy.parameters import (
    Declaration,
    Entry,
    Kind,
    PackError,
    PackFault,
    Resolved,
    Rung,
    Status,
    Target,
    is_loosening,
    type_fault,
)

UNSET_CLAUSE = "未作规定"
FINDING_KINDS = "remediation.finding_kinds"
"""The parameter that holds the kinds of problem a rule may find: key → name."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What applies in a unit on a day. Parameters carry where they came from; rules may answer "cannot tell"."""

    unit_path: str
    on: date
    packs: tuple[str, ...]
    parameters: Mapping[str, Resolved]
    rules: tuple[Rule, ...]
    limits: Mapping[str, object] = field(repr=False)
    glossary: Mapping[str, str] = field(default_factory=dict, repr=False)
    parents: tuple[str, ...] = ()
    readings: tuple[Reading, ...] = field(default=(), repr=False)

    def value(self, name: str, default: object = None) -> object:
        """The value in force, or `default` where nothing is set."""
        found = self.limits.get(name)
        return default if found is None else found

    def meaning(self, word: str) -> str:
        """What a word of the scheme stands for (安阳 序言: 排污口 is 入河排污口); else the word itself."""
        return self.glossary.get(word, word)

    def spellings(self, text: str) -> tuple[str, ...]:
        """A text and the same with the scheme's short words said in full and the other way round, so that a search
        finds either (安阳 序言: 排污口 is 入河排污口). One that holds another is left out: the shorter finds it."""
        found = [text]
        for word, meaning in self.glossary.items():
            for one in tuple(found):
                said = one.replace(meaning, word) if meaning in one else one.replace(word, meaning)
                if said not in found:
                    found.append(said)
        return tuple(one for one in found if not any(other != one and other in one for other in found))

    def judge(self, facts: Mapping[str, object], only: Collection[str] | None = None) -> list[Verdict]:
        """Every rule on one subject's facts.

        Raises
        ------
        FactError
            A fact is not of the vocabulary, or not of its type.
        """
        check_facts(facts)
        return judging.judge(self.rules, facts, self.limits, only)

    def judge_columns(
        self, columns: Mapping[str, Column], *, rows: int, only: Collection[str] | None = None
    ) -> dict[str, Answers]:
        """Every rule on many subjects at once, fact by column; the same answers as `judge`."""
        return judging.judge_columns(self.rules, columns, self.limits, rows=rows, only=only)

    def targets(self) -> tuple[Target, ...]:
        """The dated aims, earliest first; those without a date last."""
        found = [_target(item) for name, item in self.parameters.items() if _is_target(name, item)]
        return tuple(sorted(found, key=lambda target: (target.due or date.max, target.key)))


@dataclass(frozen=True, slots=True)
class Ladder:
    """Packs from the nation down that were found to fit each other."""

    packs: tuple[Pack, ...]

    def policy(self, unit_path: str, on: date) -> Policy:
        """The policy of a unit on a day."""
        parameters = {name: self._resolve(declared, on) for name, declared in declarations(self.packs).items()}
        limits = {name: item.value for name, item in parameters.items()}
        return Policy(
            unit_path=unit_path,
            on=on,
            packs=tuple(pack.code for pack in self.packs),
            parameters=parameters,
            rules=tuple(_with_clause(rule, parameters) for rule in merged_rules(self.packs)),
            limits=limits,
            glossary={word: meaning for pack in self.packs for word, meaning in pack.glossary.items()},
            parents=tuple(dict.fromkeys(number for pack in self.packs for number in pack.parents)),
            readings=tuple(reading for pack in self.packs for reading in pack.readings),
        )

    def _resolve(self, declared: Declaration, on: date) -> Resolved:
        rungs: list[tuple[Pack, Entry, object]] = []
        governing: tuple[Pack, Entry, object] | None = None
        for pack in self.packs:
            entry = in_force(pack.entries.get(declared.name, ()), on)
            if entry is None:
                continue
            rung = (pack, entry, self._plain(entry.value, on))
            rungs.append(rung)
            if governing is None or not _may_not_move(declared, governing[2], rung[2]):
                governing = rung
        ladder = tuple(
            Rung(pack.code, value, entry.from_day, entry.clause, entry.status) for pack, entry, value in rungs
        )
        return self._resolved(declared, governing, ladder)

    def _resolved(
        self, declared: Declaration, governing: tuple[Pack, Entry, object] | None, ladder: tuple[Rung, ...]
    ) -> Resolved:
        if governing is None:
            origin = next(pack.code for pack in self.packs if declared.name in pack.declarations)
            pack_code, entry, value = origin, Entry(None, None, UNSET_CLAUSE, Status.PROPOSED), None
        else:
            pack_code, entry, value = governing[0].code, governing[1], governing[2]
        return Resolved(
            name=declared.name,
            value=value,
            from_day=entry.from_day,
            clause=entry.clause,
            origin=pack_code,
            status=entry.status,
            locked=declared.locked,
            inherited=pack_code != self.packs[-1].code,
            quote=entry.quote,
            waters=entry.waters,
            title=declared.title,
            unit=declared.unit,
            scope=declared.scope,
            meaning=declared.meaning,
            note=entry.note,
            ladder=ladder,
        )

    def _plain(self, value: object, on: date) -> object:
        """A value, or the one it points at. `build` has made sure that it points at a declared parameter."""
        if isinstance(value, SameAs):
            return self._resolve(declarations(self.packs)[value.parameter], on).value
        return value


def build(packs: Sequence[Pack]) -> Ladder:
    """Put packs on a ladder, the nation first.

    Raises
    ------
    PackError
        With every parameter that is undeclared, of a wrong type, loosened or locked, and every rule that reads
        something the ladder does not know.
    """
    faults = [fault for depth in range(len(packs)) for fault in _faults_of(packs[: depth + 1])]
    if faults:
        raise PackError(faults)
    return Ladder(tuple(packs))


def declarations(packs: Sequence[Pack]) -> dict[str, Declaration]:
    """Every parameter declared on the ladder, first declaration first."""
    found: dict[str, Declaration] = {}
    for pack in packs:
        for name, declared in pack.declarations.items():
            found.setdefault(name, declared)
    return found


def merged_rules(packs: Sequence[Pack]) -> list[Rule]:
    """Every rule of the ladder; a rule below stands in the place of one above with the same id."""
    found: dict[str, Rule] = {}
    for pack in packs:
        found |= {rule.id: rule for rule in pack.rules}
    return list(found.values())


def in_force(entries: Sequence[Entry], on: date) -> Entry | None:
    """The entry that applies on a day: the latest whose `from` is not after it; None when none has begun."""
    begun = [entry for entry in entries if entry.from_day is None or entry.from_day <= on]
    return begun[-1] if begun else None


def case_faults(ladder: Ladder) -> list[PackFault]:
    """Every case of the ladder's lowest pack that its rules decide otherwise than the case says."""
    pack, faults = ladder.packs[-1], []
    for case in pack.cases:
        policy = ladder.policy("", case.day)
        given = {verdict.rule: verdict.verdict for verdict in policy.judge(case.facts)}
        for rule_id, expected in case.expect.items():
            if rule_id not in given:
                faults.append(PackFault(case.file, case.name, f"没有规则 {rule_id}", "POLICY_CASE"))
            elif given[rule_id] is not expected:
                reason = f"{rule_id} 应为 {expected}，而判为 {given[rule_id]}"
                faults.append(PackFault(case.file, case.name, reason, "POLICY_CASE"))
    return faults


# --- checks of one rung against those above


def _faults_of(packs: Sequence[Pack]) -> Iterator[PackFault]:
    """The faults of the last pack, seen from the packs above it."""
    *above, pack = packs
    known, known_above = declarations(packs), declarations(above)
    for name in pack.declarations:
        if name in known_above:
            yield _fault(pack, name, "上级已声明此参数，不能重复声明", "POLICY_REDECLARED")
    for name, entries in pack.entries.items():
        if name not in known:
            yield _fault(pack, name, "没有声明过的参数", "POLICY_UNDECLARED")
        else:
            yield from _entry_faults(pack, above, known, entries, known[name])
    yield from _rule_faults(pack, above, known)


def _entry_faults(
    pack: Pack, above: Sequence[Pack], known: Mapping[str, Declaration], entries: Sequence[Entry], declared: Declaration
) -> Iterator[PackFault]:
    for entry in entries:
        if isinstance(entry.value, SameAs):
            pointed = known.get(entry.value.parameter)
            if pointed is None:
                reason = f"same_as 指向没有声明过的 {entry.value.parameter}"
                yield _fault(pack, declared.name, reason, "POLICY_UNDECLARED")
            elif pointed.kind is not declared.kind or _points(entry.value.parameter, [*above, pack]):
                reason = f"same_as 只能指向同类型、自己有值的参数，{entry.value.parameter} 不是"
                yield _fault(pack, declared.name, reason, "POLICY_TYPE")
            continue
        kind = Kind.MAPPING if _is_dated_share(declared, entry.value) else declared.kind
        if wrong := type_fault(kind, entry.value):
            yield _fault(pack, declared.name, wrong, "POLICY_TYPE")
        elif declared.name not in pack.declarations:
            yield from _move_faults(pack, Ladder(tuple(above)), declared, entry)


def _points(name: str, packs: Sequence[Pack]) -> bool:
    """Whether a parameter itself stands for another somewhere on the ladder."""
    return any(isinstance(entry.value, SameAs) for pack in packs for entry in pack.entries.get(name, ()))


def _move_faults(pack: Pack, above: Ladder, declared: Declaration, entry: Entry) -> Iterator[PackFault]:
    higher = above._resolve(declared, entry.from_day or date.min)
    if type_fault(declared.kind, higher.value):
        return  # the fault of the pack above, and told there
    if not _may_not_move(declared, higher.value, entry.value):
        return
    said = f"{higher.origin}（{higher.clause}）定为 {higher.value!r}，此处写 {entry.value!r}"
    if declared.locked:
        yield _fault(pack, declared.name, f"锁定的参数不得改动：{said}", "POLICY_LOCKED")
    else:
        yield _fault(pack, declared.name, f"只可从严，不可放宽：{said}", "POLICY_LOOSENED")


def _may_not_move(declared: Declaration, above: object, below: object) -> bool:
    if declared.locked:
        return above is not None and above != below
    return not declared.overridable and is_loosening(declared.stricter, above, below)


def _rule_faults(pack: Pack, above: Sequence[Pack], known: Mapping[str, Declaration]) -> Iterator[PackFault]:
    earlier = {rule.id: rule for rule in merged_rules(above)}
    kinds = _finding_kinds([*above, pack])
    for rule in pack.rules:
        if rule.finding and rule.finding not in kinds:
            yield _rule_fault(pack, rule, f"{FINDING_KINDS} 里没有问题类别 {rule.finding}", "POLICY_FINDING")
        names = [*parameters_of(rule.when), *([rule.clause_of] if rule.clause_of else [])]
        for name in dict.fromkeys(names):
            if name not in known:
                yield _rule_fault(pack, rule, f"读了没有声明过的参数 {name}", "POLICY_UNDECLARED")
        for name, wanted in kinds_wanted(rule.when):
            if name in known and known[name].kind not in wanted:
                yield _rule_fault(pack, rule, f"参数 {name} 是 {known[name].kind}，不能这样用", "POLICY_TYPE")
        if rule.id in earlier and not earlier[rule.id].overridable:
            yield _rule_fault(pack, rule, f"{earlier[rule.id].origin} 的规则不得改写", "POLICY_LOOSENED")


def _finding_kinds(packs: Sequence[Pack]) -> set[str]:
    """The kinds of problem the ladder knows, of any day."""
    entries = [entry for pack in packs for entry in pack.entries.get(FINDING_KINDS, ())]
    return {str(kind) for entry in entries if isinstance(entry.value, Mapping) for kind in entry.value}


def kinds_wanted(condition: Condition) -> Iterator[tuple[str, tuple[Kind, ...]]]:
    """The parameters a condition reads in a way that only some types allow."""
    match condition:
        case Compare(_, _, str(name)):
            yield name, (Kind.NUMBER, Kind.INTEGER, Kind.SHARE)
        case In(_, str(name)) | ParameterHas(name):
            yield name, (Kind.LIST,)
        case Not(part):
            yield from kinds_wanted(part)
        case All(parts) | Any(parts):
            for part in parts:
                yield from kinds_wanted(part)
        case _:
            return


def _fault(pack: Pack, key: str, reason: str, code: str) -> PackFault:
    return PackFault(f"{pack.code}/{pack.files.get(key, 'pack.yaml')}", key, reason, code)


def _rule_fault(pack: Pack, rule: Rule, reason: str, code: str) -> PackFault:
    return PackFault(f"{pack.code}/{pack.files.get(f'rule {rule.id}', 'pack.yaml')}", rule.id, reason, code)


# --- targets and clauses


def _with_clause(rule: Rule, parameters: Mapping[str, Resolved]) -> Rule:
    if not rule.clause_of:
        return rule
    rests_on = parameters[rule.clause_of]
    return replace(rule, clause=rests_on.clause, origin=rests_on.origin)


def _is_dated_share(declared: Declaration, value: object) -> bool:
    return declared.kind is Kind.SHARE and isinstance(value, Mapping) and set(value) <= {"share", "due", "subjects"}


def _is_target(name: str, item: Resolved) -> bool:
    return name.startswith("targets.") and bool(item.ladder) and name != "targets.basically_complete_share"


def _target(item: Resolved) -> Target:
    metric, _, rest = item.name.removeprefix("targets.").partition("[")
    due = date.fromisoformat(rest.rstrip("]")) if rest else None
    value, required = item.value, None
    if isinstance(value, Mapping):
        due, value = value.get("due", due), value.get("share")
    if type(value) is date:
        due = value
    elif value is not None:
        required = float(value)  # type: ignore[arg-type]
    return Target(
        key=item.name,
        metric=metric,
        due=due,
        required=required,
        clause=item.clause,
        waters=item.waters if item.waters is not None else "all",
        quote=item.quote,
        title=item.title,
        scope=item.scope,
        status=item.status,
        origin=item.origin,
    )
