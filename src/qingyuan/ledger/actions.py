"""Writing in the ledger: the only way in. Every entry joins its subject's hash chain in the caller's transaction."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache

from django.conf import settings
from django.db import connection, transaction
from pydantic_core import to_json

from qingyuan.core import proof, sealed_check
from qingyuan.core.access import Actor
from qingyuan.ledger import rows
from qingyuan.ledger.models import Anchor, Entry, Head, Private

LENDER = "delegated_from"
_quoted = json.encoder.encode_basestring  # a text as `proof.canonical_text` writes it
COLUMNS = (
    "kind",
    "subject_id",
    "number",
    "act",
    "occurred",
    "recorded_at",
    "actor_id",
    "clause",
    "body",
    "algorithm",
    "previous",
    "hash",
)


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry to be written.

    `changes` maps a field to (old, new); `details` holds whatever else the act says; `private` texts (names, phones,
    complaint texts, private positions) go to an erasable table and stand in the entry as a key and a salted hash.
    """

    kind: str
    subject_id: str
    act: str
    occurred: date | datetime
    changes: Mapping[str, tuple[object, object]] = field(default_factory=dict)
    details: Mapping[str, object] = field(default_factory=dict)
    clause: str = ""
    pack: str = ""
    evidence: Sequence[str] = ()
    private: Mapping[str, str] = field(default_factory=dict)


def record(
    subject: tuple[str, str],
    act: str,
    *,
    by: Actor,
    at: datetime,
    occurred: date | datetime,
    changes: Mapping[str, tuple[object, object]] | None = None,
    details: Mapping[str, object] | None = None,
    clause: str = "",
    pack: str = "",
    evidence: Sequence[str] = (),
    private: Mapping[str, str] | None = None,
) -> Entry:
    """Write one entry about (kind, id). `occurred` is when it happened, `at` when it is recorded."""
    draft = Draft(
        subject[0], str(subject[1]), act, occurred, changes or {}, details or {}, clause, pack, evidence, private or {}
    )
    (number,) = record_many([draft], by=by, at=at)
    return Entry.objects.get(kind=draft.kind, subject_id=draft.subject_id, number=number)


def record_many(drafts: Iterable[Draft], *, by: Actor, at: datetime, begins: bool = False) -> list[int]:
    """Write entries in the given order; returns each one's number in its chain. The same chains as one by one.

    `begins`: the subjects are new, so that there are no chains to look for; were there one, the database refuses.
    Without a savepoint: what cannot be entered in the ledger does not happen at all, and a savepoint would make SQLite
    walk over everything the transaction wrote so far after every statement.
    """
    drafts = list(drafts)
    algorithm = settings.LEDGER_HASH
    with transaction.atomic(savepoint=False):
        recorded = moment(at)
        actor = {"id": by.id, "name": _keep_private(by.name, key=f"actor:{by.id}:{by.name}")}
        who = proof.canonical_text(actor)
        lent = _lent(by)
        heads = {} if begins else _heads({(draft.kind, draft.subject_id) for draft in drafts})
        begun = frozenset(heads)
        written, numbers = [], []
        for draft in drafts:
            number, previous = heads.get((draft.kind, draft.subject_id), (0, proof.GENESIS))
            occurred = moment(draft.occurred)
            body = _written(draft, number + 1, actor, occurred, recorded, lent, who=who)
            digest = proof.link(previous, body.encode(), algorithm)
            written.append(
                (
                    draft.kind,
                    draft.subject_id,
                    number + 1,
                    draft.act,
                    occurred,
                    at,
                    by.id,
                    draft.clause,
                    body,
                    algorithm,
                    previous,
                    digest,
                )
            )
            heads[draft.kind, draft.subject_id] = (number + 1, digest)
            numbers.append(number + 1)
        rows.insert(Entry, COLUMNS, written)
        _set_heads(heads, begun)
    return numbers


def _lent(by: Actor) -> tuple[dict[str, object], dict[str, object]]:
    """Whose lent role the actor needed: for the details the opaque id (of several a list), for the private part the
    names; both empty when his own roles sufficed."""
    lenders = by.reliance.tell()
    if not lenders:
        return {}, {}
    keys = sorted(lenders)
    names = _keep_private("、".join(lenders[key] for key in keys), key=f"lent:{secrets.token_hex(16)}")
    return {LENDER: keys[0] if len(keys) == 1 else keys}, {LENDER: names}


def _body(
    draft: Draft,
    number: int,
    actor: Mapping[str, object],
    occurred: str,
    recorded: str,
    lent: tuple[Mapping[str, object], Mapping[str, object]],
) -> dict:
    private = {name: _keep_private(text, key=secrets.token_hex(16)) for name, text in draft.private.items()}
    parts = {
        "v": 1,
        "kind": draft.kind,
        "subject": draft.subject_id,
        "number": number,
        "act": draft.act,
        "occurred": occurred,
        "recorded": recorded,
        "actor": actor,
        "changes": {
            name: [
                old if old.__class__ in _PLAIN else plain(old),
                new if new.__class__ in _PLAIN else plain(new),
            ]
            for name, (old, new) in draft.changes.items()
        },
        "details": plain({**draft.details, **lent[0]} if lent[0] else draft.details),
        "clause": draft.clause,
        "pack": draft.pack,
        "evidence": list(draft.evidence),
        "private": {**private, **lent[1]},
    }
    return {name: part for name, part in parts.items() if part}


def _written(
    draft: Draft,
    number: int,
    actor: Mapping[str, object],
    occurred: str,
    recorded: str,
    lent: tuple[Mapping[str, object], Mapping[str, object]],
    *,
    who: str,
) -> str:
    """The body as canonical text; `who` is the actor as such. Keys of a plain entry are laid in their order, so that
    the fast writer of JSON gives the canonical text.

    Law: the same text as of `_body`.
    """
    if draft.private or lent[0] or lent[1] or not (draft.kind and draft.subject_id and draft.act):
        return proof.canonical_text(_body(draft, number, actor, occurred, recorded, lent))  # `plain` left no float
    rest: dict[str, object] = {}
    if changes := draft.changes:
        rest["changes"] = {
            name: pair
            if (pair := changes[name])[1].__class__ in _PLAIN and pair[0].__class__ in _PLAIN
            else (_in_order(pair[0]), _in_order(pair[1]))
            for name in _sorted(tuple(changes))
        }
    if draft.clause:
        rest["clause"] = draft.clause
    if draft.details:
        rest["details"] = _in_order(draft.details)
    if draft.evidence:
        rest["evidence"] = draft.evidence
    rest["kind"], rest["number"], rest["occurred"] = draft.kind, number, occurred
    if draft.pack:
        rest["pack"] = draft.pack
    rest["recorded"], rest["subject"], rest["v"] = recorded, draft.subject_id, 1
    return f'{{"act":{_quoted(draft.act)},"actor":{who},{to_json(rest).decode()[1:]}'


@lru_cache(maxsize=1_000)
def _sorted(names: tuple[str, ...]) -> tuple[str, ...]:
    """Names in the order of canonical text; the entries of a batch are about the same ones."""
    return tuple(sorted(names))


def _in_order(value: object) -> object:
    """A value as `plain` says it, the keys in it in their order."""
    if value.__class__ in _PLAIN:
        return value
    if value.__class__ is dict:
        named = {str(name): part for name, part in value.items()}
        return {name: _in_order(named[name]) for name in sorted(named)}
    if value.__class__ is list:
        return [_in_order(part) for part in value]
    match plain(value):
        case dict() as parts:
            return {name: _in_order(parts[name]) for name in sorted(parts)}
        case list() as items:
            return list(map(_in_order, items))
        case said:
            return said


def moment(value: date | datetime) -> str:
    """A day as 2023-12-31, an instant in UTC as 2023-12-31T16:00:00.000000Z."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return value.isoformat()


_PLAIN = frozenset({str, int, bool, type(None)})


def plain(value: object) -> proof.Json:
    """A value in the words of the ledger: decimals as strings, times in UTC, sets sorted."""
    if type(value) in _PLAIN:  # nearly every one
        return value  # type: ignore[return-value]
    match value:
        case int() | str():
            return value
        case Decimal() | float():
            return str(value)
        case date():
            return moment(value)
        case Mapping():
            return {str(name): plain(part) for name, part in value.items()}
        case set() | frozenset():
            return sorted((plain(part) for part in value), key=str)
        case list() | tuple():
            return [plain(part) for part in value]
        case _:
            return str(value)


def _keep_private(text: str, *, key: str) -> dict[str, str]:
    kept, _created = Private.objects.get_or_create(key=key, defaults={"salt": secrets.token_hex(16), "text": text})
    return {"key": kept.key, "hash": proof.salted(text, kept.salt)}


def _heads(subjects: set[tuple[str, str]]) -> dict[tuple[str, str], tuple[int, str]]:
    found = {}
    for kind in {kind for kind, _subject in subjects}:
        ids = sorted(subject for of, subject in subjects if of == kind)
        for start in range(0, len(ids), 500):
            part = Head.objects.select_for_update().filter(kind=kind, subject_id__in=ids[start : start + 500])
            found.update({(kind, head.subject_id): (head.number, head.hash) for head in part})
    return found


def _set_heads(heads: Mapping[tuple[str, str], tuple[int, str]], begun: Set[tuple[str, str]]) -> None:
    """Write the heads: those of chains that were begun in place of the old ones, the others as they are."""
    new = [(*chain, *head) for chain, head in heads.items() if chain not in begun]
    rows.insert(Head, ("kind", "subject_id", "number", "hash"), new)
    values = [(*chain, *head) for chain, head in heads.items() if chain in begun]
    if not values:
        return
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO ledger_head (kind, subject_id, number, hash) VALUES (%s, %s, %s, %s) "
            "ON CONFLICT (kind, subject_id) DO UPDATE SET number = excluded.number, hash = excluded.hash",
            values,
        )


@transaction.atomic
def erase(key: str, *, by: Actor, at: datetime, reason: str) -> None:
    """Erase a private text. That it was erased, by whom and why, is itself an entry."""
    Private.objects.filter(key=key).update(text=None)
    record(("private", key), "private.erase", by=by, at=at, occurred=at, details={"reason": reason})


@transaction.atomic
def erase_everything(*, by: Actor, at: datetime, reason: str) -> int:
    """Erase every private text, as a copy for practice must. One entry says so. Returns how many were erased."""
    erased = Private.objects.filter(text__isnull=False).update(text=None)
    record(("private", "*"), "private.erase", by=by, at=at, occurred=at, details={"reason": reason, "count": erased})
    return erased


@transaction.atomic
def anchor(day: date, *, at: datetime) -> Anchor:
    """Fix all heads as they stand now as the anchor of a day. Doing it twice changes nothing."""
    if made := Anchor.objects.filter(day=day).first():
        return made
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE ledger_entry IN SHARE MODE")  # wait for writers whose ids are already given out
    last = Entry.objects.order_by("-id").values_list("id", flat=True).first() or 0
    heads = sorted(Head.objects.order_by().values_list("kind", "subject_id", "number", "hash").iterator())
    leaves = [leaf(*head) for head in heads]  # by code point, whatever order the database knows
    root = proof.merkle_root(leaves, settings.LEDGER_HASH)
    before = Anchor.objects.order_by("-day").values_list("hash", flat=True).first() or proof.GENESIS
    body = proof.canonical({"day": day.isoformat(), "heads": len(leaves), "last": last, "root": root})
    return Anchor.objects.create(
        day=day,
        last_entry_id=last,
        heads=len(leaves),
        root=root,
        algorithm=settings.LEDGER_HASH,
        previous=before,
        hash=proof.link(before, body, settings.LEDGER_HASH),
        recorded_at=at,
    )


def leaf(kind: str, subject_id: str, number: int, digest: str) -> str:
    """A head as a leaf of the Merkle tree."""
    return sealed_check.leaf(kind, subject_id, number, digest)
