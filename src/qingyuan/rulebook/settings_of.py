"""One setting changed in a pack's texts, everything else left as written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import yaml

from qingyuan.core.policy import PackError, PackFault, Resolved
from qingyuan.core.policy.packs import frozen
from qingyuan.core.policy.parameters import KIND_WORDS, Kind, Status, type_fault
from qingyuan.rulebook.texts import Texts, parse

FILE = "settings.yaml"
YES, NO = ("是", "true", "yes", "1"), ("否", "false", "no", "0")


def value_of(kind: Kind, text: str, *, name: str) -> object:
    """A value as an officer writes it in a form: a number, 是 or 否, a day, lines for a list, YAML for a table.

    Raises
    ------
    PackError
        The text is no value of the parameter's type.
    """
    plain = text.strip()
    fault = PackFault(FILE, name, f"应为{KIND_WORDS[kind]}，而写的是 {plain!r}", "POLICY_TYPE")
    try:
        value = _read(kind, plain)
    except (ValueError, yaml.YAMLError, RecursionError):
        raise PackError([fault]) from None
    if value is None or type_fault(kind, frozen(value)):
        raise PackError([fault])
    return value


def _read(kind: Kind, text: str) -> object:
    match kind:
        case Kind.BOOLEAN:
            return True if text.lower() in YES else False if text.lower() in NO else None
        case Kind.INTEGER:
            return int(text)
        case Kind.NUMBER:
            return float(text)
        case Kind.SHARE:
            return float(text.rstrip("%％")) / 100 if text.endswith(("%", "％")) else float(text)
        case Kind.DATE:
            return date.fromisoformat(text)
        case Kind.LIST:
            return [part.strip() for part in text.replace("、", "\n").splitlines() if part.strip()]
        case Kind.TEXT:
            return text or None
        case _:
            return yaml.safe_load(text)


def written(value: object) -> str:
    """A value as the form shows it for changing: the inverse of value_of."""
    match value:
        case None:
            return ""
        case bool():
            return YES[0] if value else NO[0]
        case date():
            return value.isoformat()
        case tuple() if all(isinstance(one, str) for one in value):
            return "\n".join(value)
        case tuple() | Mapping():
            return _dumped(_plain(value))
    return str(value)


def fresh(*, code: str, unit: str, title: str) -> Texts:
    """The smallest pack of a unit that has none."""
    head = {"pack": code, "unit": unit, "title": title}
    return {"pack.yaml": _dumped(head)}


def changed(texts: Texts, name: str, entry: Mapping[str, object], *, of: Resolved | None = None) -> Texts:
    """The texts with one entry of one parameter added, or put in the place of the one of the same day.

    The file that holds the parameter is written anew (its comments go); the others stay letter by letter. `of`: what a
    target says beside its value (waters, quote) goes with it.
    """
    pack, _faults = parse(texts)
    file = pack.files.get(name, FILE) if pack is not None else FILE
    content = yaml.safe_load(texts[file]) if file in texts else {}
    parameters = content.setdefault("parameters", {})
    values = parameters.setdefault(name, {}).setdefault("values", [])
    values[:] = [one for one in values if one.get("from") != entry["from"]]
    beside = {"waters": _plain(of.waters)} if of is not None and of.waters is not None else {}
    values.append({**entry, **beside})
    values.sort(key=lambda one: one.get("from") or date.min)
    return {**texts, file: _dumped(content)}


def entry_of(value: object, *, from_day: date, clause: str, status: Status, quote: str = "") -> dict[str, object]:
    """An entry as packs write it."""
    entry: dict[str, object] = {"from": from_day, "value": value, "clause": clause, "status": status.value}
    return {**entry, "quote": quote} if quote else entry


def _plain(value: object) -> object:
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    return value


class _Dumper(yaml.SafeDumper):
    """Writes every value out: an alias would hide a change."""

    def ignore_aliases(self, _data: object) -> bool:
        return True


def _dumped(content: object) -> str:
    return yaml.dump(content, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=120)
