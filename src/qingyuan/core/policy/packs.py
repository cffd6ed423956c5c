"""Reading one policy pack from plain mappings, one per file. Every fault is found and reported together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from qingyuan.core.policy.conditions import (
    All,
    Any,
    Compare,
    Condition,
    ConditionError,
    In,
    Is,
    Not,
    facts_of,
    read_condition,
)
from qingyuan.core.policy.facts import FACTS, fits
from qingyuan.core.policy.judging import EFFECTS, Rule
from qingyuan.core.policy.parameters import Declaration, Entry, Kind, PackFault, Status, Stricter, type_fault

HEAD = ("pack", "unit", "title", "issuer", "document_no", "issued", "parents", "glossary", "note")
SECTIONS = ("parameters", "rules", "cases", "readings")
DECLARES = ("title", "type", "unit", "stricter", "locked", "overridable", "scope", "meaning")
ENTRY = ("from", "value", "clause", "status", "quote", "waters", "note")
RULE = (
    *("id", "title", "effect", "when", "text", "clause"),
    *("clause_of", "status", "overridable", "gives", "finding", "settles"),
)
CASE = ("name", "day", "facts", "expect")
READING = ("number", "question", "answer", "parameters", "status")


@dataclass(frozen=True, slots=True)
class SameAs:
    """A value that stands for whatever another parameter's value is."""

    parameter: str


@dataclass(frozen=True, slots=True)
class Case:
    """What the rules of a pack must answer on some facts. A pack brings its own proofs."""

    name: str
    day: date
    facts: Mapping[str, object]
    expect: Mapping[str, bool | None]
    file: str


@dataclass(frozen=True, slots=True)
class Reading:
    """How an ambiguity of the texts is read, under its number (A-6, B-5, C-12), and which parameters carry it."""

    number: str
    question: str
    answer: str
    parameters: tuple[str, ...]
    status: str


@dataclass(frozen=True, slots=True)
class Pack:
    """One pack as written. `unit` is the division code it governs; `files` names the file each key was read from."""

    code: str
    unit: str
    title: str
    issuer: str = ""
    document_no: str = ""
    issued: date | None = None
    parents: tuple[str, ...] = ()
    glossary: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    declarations: Mapping[str, Declaration] = field(default_factory=dict)
    entries: Mapping[str, tuple[Entry, ...]] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    cases: tuple[Case, ...] = ()
    readings: tuple[Reading, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)


def read_pack(files: Mapping[str, object]) -> tuple[Pack | None, list[PackFault]]:
    """Read a pack from its files, name → parsed mapping. None when it cannot be used; then there are faults."""
    reader = _Reader()
    for name, content in sorted(files.items(), key=lambda item: (not item[0].endswith("pack.yaml"), item[0])):
        reader.read_file(name, content)
    return reader.finish(next(iter(sorted(files)), "pack.yaml"))


class _Reader:
    """Collects what the files of one pack say, and every fault in them."""

    def __init__(self) -> None:
        self.faults: list[PackFault] = []
        self.head: dict[str, object] = {}
        self.declarations: dict[str, Declaration] = {}
        self.entries: dict[str, tuple[Entry, ...]] = {}
        self.rules: list[Rule] = []
        self.cases: list[Case] = []
        self.readings: list[Reading] = []
        self.files: dict[str, str] = {}

    def fault(self, file: str, key: str, reason: str, code: str = "POLICY_SHAPE") -> None:
        self.faults.append(PackFault(file, key, reason, code))

    def read_file(self, file: str, content: object) -> None:
        if not isinstance(content, Mapping):
            self.fault(file, "", "文件应是键值表")
            return
        if not self._string_keys(file, "", content):
            return
        for key, value in content.items():
            if key in SECTIONS:
                getattr(self, f"_read_{key}")(file, value)
            elif key in HEAD and key not in self.head:
                self.head[key] = value
            else:
                self.fault(file, key, "重复的键" if key in HEAD else "不认识的键")

    def finish(self, first_file: str) -> tuple[Pack | None, list[PackFault]]:
        head = self.head
        for key, kind in (("pack", str), ("unit", str), ("title", str)):
            if not isinstance(head.get(key), kind):
                self.fault(first_file, key, "缺少或不是文字")
        optional: tuple[tuple[str, type], ...] = (
            ("issuer", str),
            ("document_no", str),
            ("issued", date),
            ("note", str),
        )
        for word, wanted in optional:
            if head.get(word) is not None and not isinstance(head[word], wanted):
                self.fault(first_file, word, f"应为 {wanted.__name__}", "POLICY_TYPE")
        if not isinstance(head.get("glossary") or {}, Mapping):
            self.fault(first_file, "glossary", "应为词到含义的表", "POLICY_TYPE")
        parents = frozen(head.get("parents") or [])
        if type_fault(Kind.LIST, parents):
            self.fault(first_file, "parents", "应为文字列表", "POLICY_TYPE")
        if self.faults:
            return None, self.faults
        return self._pack(parents), []

    def _pack(self, parents: object) -> Pack:
        head = self.head
        return Pack(
            code=str(head["pack"]),
            unit=str(head["unit"]),
            title=str(head["title"]),
            issuer=str(head.get("issuer") or ""),
            document_no=str(head.get("document_no") or ""),
            issued=head.get("issued"),  # type: ignore[arg-type]
            parents=parents,  # type: ignore[arg-type]
            glossary=dict(head.get("glossary") or {}),  # type: ignore[call-overload]
            note=str(head.get("note") or ""),
            declarations=self.declarations,
            entries=self.entries,
            rules=tuple(replace(rule, origin=str(head["pack"])) for rule in self.rules),
            cases=tuple(self.cases),
            readings=tuple(self.readings),
            files=self.files,
        )

    # --- parameters

    def _read_parameters(self, file: str, raw: object) -> None:
        if not isinstance(raw, Mapping) or not self._string_keys(file, "parameters", raw):
            self.fault(file, "parameters", "应是参数名到内容的表")
            return
        for name, body in raw.items():
            if name in self.files:
                self.fault(file, name, f"已在 {self.files[name]} 中写过")
            elif not isinstance(body, Mapping) or not self._known_keys(file, name, body, (*DECLARES, "values")):
                self.fault(file, name, "参数应是一张表")
            else:
                self.files[name] = file
                self._read_parameter(file, name, body)

    def _read_parameter(self, file: str, name: str, body: Mapping) -> None:
        if any(key in body for key in DECLARES):
            try:
                self.declarations[name] = _declaration(name, body)
            except (KeyError, ValueError, TypeError) as slip:
                self.fault(file, name, f"参数声明不全或有误：{slip}", "POLICY_TYPE")
        values = body.get("values") or []
        if not isinstance(values, Sequence) or isinstance(values, str):
            self.fault(file, name, "values 应是列表")
            return
        entries = [entry for raw in values if (entry := self._entry(file, name, raw)) is not None]
        days = [entry.from_day for entry in entries]
        if len(set(days)) != len(days):
            self.fault(file, name, "同一起始日写了两个值")
        if entries:
            self.entries[name] = tuple(sorted(entries, key=lambda entry: entry.from_day or date.min))

    def _entry(self, file: str, name: str, raw: object) -> Entry | None:
        if not isinstance(raw, Mapping) or not self._known_keys(file, name, raw, ENTRY):
            return None
        before = len(self.faults)
        for key in ("from", "value", "status"):
            if key not in raw:
                self.fault(file, name, f"值缺少 {key}")
        clause = raw.get("clause")
        if not isinstance(clause, str) or not clause.strip():
            self.fault(file, name, "值没有出处条款", "POLICY_CLAUSE")
        day = raw.get("from")
        if day is not None and type(day) is not date:
            self.fault(file, name, f"from 应为日期，而写的是 {day!r}", "POLICY_TYPE")
        if not isinstance(raw.get("status"), str) or raw["status"] not in set(Status):
            self.fault(file, name, f"status 不认识：{raw.get('status')!r}")
        waters = frozen(raw.get("waters"))
        if waters is not None and not name.startswith("targets."):
            self.fault(file, name, "只有 targets.* 可以写 waters")
        elif waters is not None and waters != "all" and type_fault(Kind.LIST, waters):
            self.fault(file, name, "waters 应为 all 或标记列表", "POLICY_TYPE")
        if len(self.faults) > before:
            return None
        value = frozen(raw["value"])
        if isinstance(value, Mapping) and set(value) == {"same_as"}:
            value = SameAs(str(value["same_as"]))
        text = {key: str(raw.get(key) or "") for key in ("quote", "note")}
        return Entry(day, value, str(clause), Status(raw["status"]), waters=waters, **text)  # type: ignore[arg-type]

    # --- rules, cases, readings

    def _read_rules(self, file: str, raw: object) -> None:
        for item in self._items(file, "rules", raw, RULE):
            key = str(item.get("id", "rules"))
            if any(rule.id == key for rule in self.rules):
                self.fault(file, key, "规则重复")
            elif (rule := self._rule(file, key, item)) is not None:
                self.rules.append(rule)
                self.files[f"rule {key}"] = file

    def _rule(self, file: str, key: str, raw: Mapping) -> Rule | None:
        before = len(self.faults)
        for word in ("id", "title", "effect", "text"):
            if not isinstance(raw.get(word), str) or not raw[word]:
                self.fault(file, key, f"规则缺少 {word}")
        if not isinstance(raw.get("effect"), str) or raw["effect"] not in EFFECTS:
            self.fault(file, key, f"effect 不认识：{raw.get('effect')!r}")
        if not raw.get("clause") and not raw.get("clause_of"):
            self.fault(file, key, "规则没有出处条款", "POLICY_CLAUSE")
        status = raw.get("status", Status.READ)
        if not isinstance(status, str) or status not in set(Status):
            self.fault(file, key, f"status 不认识：{raw.get('status')!r}")
        if not isinstance(raw.get("gives") or {}, Mapping) or not isinstance(raw.get("overridable", False), bool):
            self.fault(file, key, "gives 应是一张表，overridable 应为 true 或 false")
        self._finding(file, key, raw)
        try:
            when = read_condition(raw.get("when"))
        except ConditionError as slip:
            self.fault(file, key, str(slip))
            return None
        for reason in condition_faults(when):
            self.fault(file, key, reason, "POLICY_FACT")
        if len(self.faults) > before:
            return None
        return Rule(
            id=key,
            title=raw["title"],
            effect=raw["effect"],
            when=when,
            text=raw["text"],
            clause=str(raw.get("clause") or ""),
            origin="",
            status=str(raw.get("status") or Status.READ),
            clause_of=str(raw.get("clause_of") or ""),
            overridable=bool(raw.get("overridable")),
            gives=dict(raw.get("gives") or {}),
            finding=str(raw.get("finding") or ""),
            settles=str(raw.get("settles") or ""),
        )

    def _finding(self, file: str, key: str, raw: Mapping) -> None:
        """What a rule finds is a kind of problem; what settles it is a yes-or-no fact."""
        finding, settles = raw.get("finding", ""), raw.get("settles", "")
        if not isinstance(finding, str) or not isinstance(settles, str):
            self.fault(file, key, "finding 和 settles 应是文字", "POLICY_FINDING")
        elif settles and not finding:
            self.fault(file, key, "只有写明 finding 的规则才有 settles", "POLICY_FINDING")
        elif settles and (settles not in FACTS or FACTS[settles].type != "boolean"):
            self.fault(file, key, f"settles 应是是非事实，{settles} 不是", "POLICY_FACT")

    def _read_cases(self, file: str, raw: object) -> None:
        for item in self._items(file, "cases", raw, CASE):
            key = str(item.get("name", "cases"))
            facts, expect = item.get("facts"), item.get("expect")
            if type(item.get("day")) is not date or not isinstance(facts, Mapping) or not isinstance(expect, Mapping):
                self.fault(file, key, "案例须有 day、facts、expect")
                continue
            wrong = [str(name) for name, value in facts.items() if not _is_fact(name, value)]
            if wrong:
                self.fault(file, key, f"词表中没有这些事实，或类型不对：{'、'.join(wrong)}", "POLICY_FACT")
                continue
            if not all(answer is None or isinstance(answer, bool) for answer in expect.values()):
                self.fault(file, key, "expect 只能是 true、false、null", "POLICY_TYPE")
                continue
            self.cases.append(Case(key, item["day"], dict(facts), dict(expect), file))

    def _read_readings(self, file: str, raw: object) -> None:
        for item in self._items(file, "readings", raw, READING):
            number, question, answer = (item.get(key) for key in ("number", "question", "answer"))
            if not all(isinstance(word, str) and word for word in (number, question, answer)):
                self.fault(file, str(item.get("number", "readings")), "读法须有编号、问题、答案")
                continue
            parameters = frozen(item.get("parameters") or [])
            self.readings.append(
                Reading(str(number), str(question), str(answer), parameters, str(item.get("status") or Status.PROPOSED))  # type: ignore[arg-type]
            )

    # --- shapes

    def _items(self, file: str, section: str, raw: object, allowed: tuple[str, ...]) -> list[Mapping]:
        if not isinstance(raw, list):
            self.fault(file, section, "应是列表")
            return []
        good = []
        for item in raw:
            if not isinstance(item, Mapping):
                self.fault(file, section, f"应是一张表：{item!r}")
            elif self._known_keys(file, section, item, allowed):
                good.append(item)
        return good

    def _known_keys(self, file: str, key: str, raw: Mapping, allowed: tuple[str, ...]) -> bool:
        if not self._string_keys(file, key, raw):
            return False
        extra = [word for word in raw if word not in allowed]
        if extra:
            self.fault(file, key, f"不认识的词：{'、'.join(extra)}")
        return not extra

    def _string_keys(self, file: str, key: str, raw: Mapping) -> bool:
        odd = [word for word in raw if not isinstance(word, str)]
        if odd:
            self.fault(file, key, f"键不是文字：{odd!r}")
        return not odd


def _is_fact(name: object, value: object) -> bool:
    return isinstance(name, str) and name in FACTS and (value is None or fits(FACTS[name].type, value))


def _declaration(name: str, body: Mapping) -> Declaration:
    for flag in ("locked", "overridable"):
        if not isinstance(body.get(flag, False), bool):
            raise TypeError(f"{flag} 应为 true 或 false")
    kind, stricter = Kind(body["type"]), Stricter(body.get("stricter", "none"))
    if stricter is not Stricter.NONE and (kind is Kind.LIST) is not (stricter in (Stricter.SUBSET, Stricter.SUPERSET)):
        raise ValueError(f"{kind.value} 不能按 {stricter.value} 比较宽严")
    if stricter is not Stricter.NONE and kind in (Kind.TEXT, Kind.MAPPING, Kind.TABLE):
        raise ValueError(f"{kind.value} 不能比较宽严")
    return Declaration(
        name=name,
        title=str(body["title"]),
        kind=kind,
        unit=str(body.get("unit") or ""),
        stricter=stricter,
        locked=body.get("locked", False),
        overridable=body.get("overridable", False),
        scope=str(body.get("scope") or ""),
        meaning=str(body.get("meaning") or ""),
    )


def frozen(value: object) -> object:
    """Lists as tuples, all the way down, so that a policy once built cannot be changed by its readers."""
    if isinstance(value, list | tuple):
        return tuple(frozen(item) for item in value)
    if isinstance(value, Mapping):
        return {key: frozen(item) for key, item in value.items()}
    return value


def condition_faults(condition: Condition) -> list[str]:
    """Facts that the vocabulary lacks, and literals that are not of their fact's type."""
    faults = [f"词表中没有事实 {name}" for name in dict.fromkeys(facts_of(condition)) if name not in FACTS]
    return faults or list(_literal_faults(condition))


def _literal_faults(condition: Condition) -> Iterator[str]:
    match condition:
        case Is(fact, value) if not fits(FACTS[fact].type, value):
            yield f"{fact} 应为 {FACTS[fact].type}，而写的是 {value!r}"
        case In(fact, tuple() as values):
            yield from (f"{fact} 不可能是 {value!r}" for value in values if not fits(FACTS[fact].type, value))
        case Compare(fact) if FACTS[fact].type not in ("number", "integer"):
            yield f"{fact} 不是数，不能比较"
        case Not(part):
            yield from _literal_faults(part)
        case All(parts) | Any(parts):
            for part in parts:
                yield from _literal_faults(part)
        case _:
            return
