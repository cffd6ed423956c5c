"""Which packs govern a unit on a day, and what they say there.

A site whose rulebook is still empty is answered by the packs shipped with the release.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet

from qingyuan.core.policy import Ladder, Pack, PackFault, Policy
from qingyuan.core.policy.ladder import build
from qingyuan.prepared import prepared
from qingyuan.rulebook import texts
from qingyuan.rulebook.checking import ladder_of, unit_path_of
from qingyuan.rulebook.models import PackVersion


@dataclass(frozen=True, slots=True)
class PackSummary:
    """A pack as lists show it. `parent` is the pack it comes down from; `sha256` names the text in force."""

    code: str
    unit: str
    unit_path: str
    title: str
    issuer: str
    document_no: str
    issued: date | None
    parents: tuple[str, ...]
    parent: str
    in_force_from: date | None
    recorded_at: datetime | None
    sha256: str
    parameters: int
    values: int
    rules: int
    cases: int
    readings: int
    note: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A parameter on which two units differ. A clause is empty where the unit's ladder does not know the parameter."""

    name: str
    title: str
    first: object
    second: object
    first_clause: str
    second_clause: str
    first_origin: str
    second_origin: str


@dataclass(frozen=True, slots=True)
class _Version:
    """A version without its text."""

    id: int
    pack: str
    unit_path: str
    sha256: str
    in_force_from: date | None
    recorded_at: datetime
    withdrawn_at: datetime | None

    def stands(self, on: date, known_at: datetime | None) -> bool:
        begun = self.in_force_from is None or self.in_force_from <= on
        if known_at is None:
            return begun and self.withdrawn_at is None
        known = self.recorded_at <= known_at
        return begun and known and (self.withdrawn_at is None or self.withdrawn_at > known_at)

    @property
    def order(self) -> tuple[date, int]:
        return self.in_force_from or date.min, self.id


_PAGE: ContextVar[list[_Version] | None] = ContextVar("texts of one page", default=None)
"""Inside asked_once: the texts there are, once they were asked for."""


def policy_for(path: str, *, on: date, known_at: datetime | None = None) -> Policy:
    """What applies in a unit on a day, by the texts known now or at a time. Cached by the texts themselves.

    Where no text was in force or known yet, the packs shipped answer.
    """
    return policies_on(on, known_at=known_at)(path)


def policies_on(on: date, *, known_at: datetime | None = None) -> Callable[[str], Policy]:
    """policy_for of many units on one day: which texts stand is asked once."""
    standing = _standing(on, known_at)

    def asked(path: str) -> Policy:
        ladder = tuple(sha256 for unit_path, sha256 in standing if path.startswith(unit_path))
        policy = _policy(ladder, on) if standing else _shipped_policy(_shipped_ladder(path), on)
        return policy if policy.unit_path == path else replace(policy, unit_path=path)

    return asked


def packs_in_force(*, on: date, known_at: datetime | None = None) -> dict[str, Pack]:
    """The packs in force on a day, by code. An empty rulebook gives those shipped."""
    standing = _standing(on, known_at)
    if not standing:
        return {code: texts.parsed(text) for code, text in texts.shipped_texts().items()}
    found = [_pack(sha256) for _path, sha256 in standing]
    return {pack.code: pack for pack in found}


def texts_in_force(*, on: date) -> dict[str, str]:
    """The canonical text of each pack loaded and in force on a day, by code; nothing from an empty rulebook."""
    hashes = {sha256 for _path, sha256 in _standing(on, None)}
    rows = PackVersion.objects.filter(sha256__in=hashes).values_list("pack", "text")
    return dict(rows)


def text_in_force(pack: str, *, on: date) -> str:
    """The canonical text of a pack in force on a day; the shipped one from an empty rulebook."""
    return (texts_in_force(on=on) or texts.shipped_texts())[pack]


def packs(*, on: date) -> list[PackSummary]:
    """The packs in force on a day, from the nation down."""
    found = packs_in_force(on=on)
    versions = {version.pack: version for version in _newest(on, None)}
    return [
        _summary(pack, found.values(), versions.get(pack.code))
        for pack in sorted(found.values(), key=lambda pack: unit_path_of(pack))
    ]


def versions(pack: str) -> list[PackVersion]:
    """Every text of a pack that was ever taken in, the newest first, withdrawn ones among them."""
    return list(PackVersion.objects.filter(pack=pack).order_by("-id"))


def newest_version(pack: str) -> PackVersion | None:
    """The text of a pack taken in last and not withdrawn."""
    standing = PackVersion.objects.filter(pack=pack, status=PackVersion.Status.IN_FORCE)
    return standing.order_by("-id").first()


def name_faults(pack: Pack) -> list[PackFault]:
    """A code belongs to one unit for ever: a text of another unit under it would take the place of that unit's own."""
    other = PackVersion.objects.filter(pack=pack.code).exclude(unit_path=unit_path_of(pack)).exists()
    shipped = texts.shipped_texts().get(pack.code)
    if shipped is not None and not other:
        other = unit_path_of(texts.parsed(shipped)) != unit_path_of(pack)
    reason = "此代码是其他区划的政策包"
    return [PackFault(f"{pack.code}/pack.yaml", "pack", reason, "POLICY_UNIT")] if other else []


def later_days(*, after: date) -> list[date]:
    """The days after a day on which another text comes into force."""
    coming = PackVersion.objects.filter(in_force_from__gt=after, status=PackVersion.Status.IN_FORCE)
    return sorted({day for day in coming.values_list("in_force_from", flat=True) if day is not None})


def policies_under(text: str, *, on: date) -> Callable[[str], Policy]:
    """What would apply in any unit on a day if a text of a pack, read without fault, were in force beside the others.

    Raises
    ------
    PackError
        (on asking) The text does not fit the packs in force on that day.
    """
    pack = texts.parsed(text)
    among = {**packs_in_force(on=on), pack.code: pack}
    known: dict[tuple[str, ...], Policy] = {}

    def asked(path: str) -> Policy:
        chain = ladder_of(among.values(), path)
        codes = tuple(one.code for one in chain)
        if codes not in known:
            known[codes] = build(chain).policy(unit_path_of(chain[-1]), on)
        return known[codes]

    return asked


def compare(path_a: str, path_b: str, *, on: date) -> list[Difference]:
    """The parameters on which two units differ on a day, by name."""
    return compare_policies(policy_for(path_a, on=on), policy_for(path_b, on=on))


def compare_policies(one_policy: Policy, other_policy: Policy) -> list[Difference]:
    """The parameters on which two policies differ, by name."""
    first, second = one_policy.parameters, other_policy.parameters
    found = []
    for name in sorted({*first, *second}):
        one, other = first.get(name), second.get(name)
        if (one.value if one else None) == (other.value if other else None):
            continue
        found.append(
            Difference(
                name=name,
                title=(one or other).title,  # type: ignore[union-attr]
                first=one.value if one else None,
                second=other.value if other else None,
                first_clause=one.clause if one else "",
                second_clause=other.clause if other else "",
                first_origin=one.origin if one else "",
                second_origin=other.origin if other else "",
            )
        )
    return found


def _standing(on: date, known_at: datetime | None) -> tuple[tuple[str, str], ...]:
    """(unit path, hash) of the text in force of each pack, the nation first."""
    found = sorted((version.unit_path, version.pack, version.sha256) for version in _newest(on, known_at))
    return tuple((path, sha256) for path, _pack, sha256 in found)


def _newest(on: date, known_at: datetime | None) -> Iterable[_Version]:
    newest: dict[str, _Version] = {}
    for version in _versions():
        if version.stands(on, known_at) and (version.pack not in newest or newest[version.pack].order < version.order):
            newest[version.pack] = version
    return newest.values()


@contextmanager
def asked_once() -> Iterator[None]:
    """Inside, which texts there are is asked of the database once: for a page, which shows one state of the rulebook,
    and for whoever else writes nothing into it meanwhile. Every other caller asks anew."""
    token = _PAGE.set([])
    try:
        yield
    finally:
        _PAGE.reset(token)


def _versions() -> list[_Version]:
    kept = _PAGE.get()
    if kept:
        return kept
    found = [_Version(*row) for row in _rows()]
    if kept is not None:
        kept.extend(found)
    return found


@prepared
def _rows() -> QuerySet[PackVersion, Any]:
    columns = ("id", "pack", "unit_path", "sha256", "in_force_from", "recorded_at", "withdrawn_at")
    return PackVersion.objects.values_list(*columns)


@lru_cache(maxsize=128)
def _pack(sha256: str) -> Pack:
    """The pack of a hash; the same hash is the same text for ever."""
    return texts.parsed(PackVersion.objects.filter(sha256=sha256).values_list("text", flat=True)[0])


@lru_cache(maxsize=128)
def _ladder(hashes: tuple[str, ...]) -> Ladder:
    return build([_pack(sha256) for sha256 in hashes])


def _policy(hashes: tuple[str, ...], on: date) -> Policy:
    """Between two days on which a value begins nothing changes: a policy is put together once for each such span."""
    begun = max((day for day in _first_days(hashes) if day <= on), default=on)
    return replace(_policy_of_span(hashes, begun), on=on)


@lru_cache(maxsize=128)
def _first_days(hashes: tuple[str, ...]) -> frozenset[date]:
    entries = [entry for pack in _ladder(hashes).packs for listed in pack.entries.values() for entry in listed]
    return frozenset({date.min, *(entry.from_day for entry in entries if entry.from_day is not None)})


@lru_cache(maxsize=512)
def _policy_of_span(hashes: tuple[str, ...], begun: date) -> Policy:
    ladder = _ladder(hashes)
    return ladder.policy(unit_path_of(ladder.packs[-1]), begun)


def _shipped_ladder(path: str) -> tuple[str, ...]:
    shipped = {code: texts.parsed(text) for code, text in texts.shipped_texts().items()}
    return tuple(pack.code for pack in ladder_of(shipped.values(), path))


@lru_cache(maxsize=128)
def _shipped_policy(codes: tuple[str, ...], on: date) -> Policy:
    chain = [texts.parsed(texts.shipped_texts()[code]) for code in codes]
    return build(chain).policy(unit_path_of(chain[-1]), on)


def _summary(pack: Pack, among: Iterable[Pack], version: _Version | None) -> PackSummary:
    chain = [one.code for one in ladder_of(among, unit_path_of(pack))]
    above = chain[: chain.index(pack.code)]
    return PackSummary(
        code=pack.code,
        unit=pack.unit,
        unit_path=unit_path_of(pack),
        title=pack.title,
        issuer=pack.issuer,
        document_no=pack.document_no,
        issued=pack.issued,
        parents=pack.parents,
        parent=above[-1] if above else "",
        in_force_from=version.in_force_from if version else None,
        recorded_at=version.recorded_at if version else None,
        sha256=version.sha256 if version else texts.digest(texts.shipped_texts()[pack.code]),
        parameters=len(pack.declarations),
        values=sum(map(len, pack.entries.values())),
        rules=len(pack.rules),
        cases=len(pack.cases),
        readings=len(pack.readings),
        note=pack.note,
    )
