"""Asking the ledger: what happened to a subject, and whether anybody has been at the book."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from qingyuan.core import proof, sealed_check, sealing
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.ledger import triggers
from qingyuan.ledger.actions import LENDER, leaf
from qingyuan.ledger.models import Anchor, Entry, Head, Private
from qingyuan.prepared import prepared

PAGE = 200
"""The entries a page shows of one subject."""


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as people read it."""

    number: int
    act: str
    occurred: str
    recorded_at: datetime
    actor_id: str
    actor_name: str | None
    clause: str
    pack: str
    changes: Mapping[str, Sequence[object]]
    details: Mapping[str, object]
    evidence: Sequence[str]
    hash: str
    lender_name: str | None = None
    """Whose lent role the actor needed (details: delegated_from), as the name was."""


@dataclass(frozen=True, slots=True)
class Break:
    """A place where a chain does not hold."""

    kind: str
    subject_id: str
    number: int
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a verification saw."""

    entries: int
    chains: int
    breaks: tuple[Break, ...]

    @property
    def whole(self) -> bool:
        """Whether nothing was found wrong."""
        return not self.breaks


def timeline(kind: str, subject_id: str, *, limit: int | None = None) -> list[Line]:
    """The entries of one subject, newest first. Two queries."""
    if limit == PAGE:
        return [line for _entry, line in lines_of(_newest(kind=kind, subject=str(subject_id)))]
    entries = list(Entry.objects.filter(kind=kind, subject_id=str(subject_id)).order_by("-number")[:limit])
    return [line for _entry, line in lines_of(entries)]


@prepared
def _newest(kind: Any, subject: Any) -> QuerySet[Entry]:
    return Entry.objects.filter(kind=kind, subject_id=subject).order_by("-number")[:PAGE]


def timelines(kind: str, subject_ids: Sequence[str]) -> dict[str, list[Line]]:
    """The entries of some subjects, oldest first, by subject; one without entries is not there. Two queries."""
    entries = Entry.objects.filter(kind=kind, subject_id__in=subject_ids).order_by("subject_id", "number")
    found: dict[str, list[Line]] = {}
    for entry, line in lines_of(list(entries)):
        found.setdefault(entry.subject_id, []).append(line)
    return found


@prepared
def _names(keys: Any) -> QuerySet[Private, Any]:
    return Private.objects.filter(key__in=keys).values_list("key", "text")


def lines_of(entries: Sequence[Entry]) -> Iterator[tuple[Entry, Line]]:
    """Entries as people read them, in the order given. One query."""
    bodies = [json.loads(entry.body) for entry in entries]
    keys = {body["actor"]["name"]["key"] for body in bodies} | {_lender_key(body) for body in bodies}
    names = dict(_names(keys=sorted(keys)))
    for entry, body in zip(entries, bodies, strict=True):
        yield (
            entry,
            Line(
                number=entry.number,
                act=entry.act,
                occurred=entry.occurred,
                recorded_at=entry.recorded_at,
                actor_id=entry.actor_id,
                actor_name=names.get(body["actor"]["name"]["key"]),
                clause=entry.clause,
                pack=body.get("pack", ""),
                changes=body.get("changes", {}),
                details=body.get("details", {}),
                evidence=body.get("evidence", ()),
                hash=entry.hash,
                lender_name=names.get(_lender_key(body)),
            ),
        )


def _lender_key(body: Mapping[str, Mapping[str, Mapping[str, str]]]) -> str:
    return body.get("private", {}).get(LENDER, {}).get("key", "")


def verify(kind: str | None = None, subject_id: str | None = None) -> Report:
    """Walk the chains (all, or one subject's) and name every break: edited, dropped, reordered, loose, unguarded."""
    entries, heads = Entry.objects.all(), Head.objects.all()
    if kind is not None:
        entries, heads = entries.filter(kind=kind), heads.filter(kind=kind)
    if subject_id is not None:
        entries, heads = entries.filter(subject_id=subject_id), heads.filter(subject_id=subject_id)
    known = {(head.kind, head.subject_id): (head.number, head.hash) for head in heads.iterator()}
    counted, breaks = _walk(entries, known)
    breaks += [
        Break(of, subject, number, _("有链头而无留痕：整条链被删除"))
        for (of, subject), (number, _hash) in known.items()
    ]
    breaks += [Break("ledger", name, 0, _("防改触发器缺失")) for name in triggers.missing()]
    if kind is None:
        breaks += list(_anchor_breaks())
    return Report(entries=sum(counted.values()), chains=len(counted), breaks=tuple(breaks))


def _walk(
    entries: QuerySet[Entry], known: dict[tuple[str, str], tuple[int, str]]
) -> tuple[dict[tuple[str, str], int], list[Break]]:
    """Check each chain; takes from `known` the heads it met."""
    counted: dict[tuple[str, str], int] = {}
    breaks: list[Break] = []
    subject, expected, previous = ("", ""), 1, proof.GENESIS

    def close() -> None:
        if subject != ("", "") and known.pop(subject, None) != (expected - 1, previous):
            breaks.append(Break(*subject, expected - 1, _("末尾留痕被删除：链头与末条不符")))

    for entry in entries.order_by("kind", "subject_id", "number").iterator(chunk_size=5000):
        if (entry.kind, entry.subject_id) != subject:
            close()
            subject, expected, previous = (entry.kind, entry.subject_id), 1, proof.GENESIS
        if entry.number != expected:
            breaks.append(Break(*subject, expected, _("缺失：此前有留痕被删除")))
        elif entry.previous != previous:
            breaks.append(Break(*subject, entry.number, _("与前一条不衔接：被调换或替换")))
        if (reason := _own_fault(entry)) is not None:
            breaks.append(Break(*subject, entry.number, reason))
        counted[subject] = counted.get(subject, 0) + 1
        expected, previous = entry.number + 1, entry.hash
    close()
    return counted, breaks


def _own_fault(entry: Entry) -> str | None:
    if proof.link(entry.previous, entry.body.encode(), entry.algorithm) != entry.hash:
        return _("内容或哈希被改动")
    body = json.loads(entry.body)
    said = (body["kind"], body["subject"], body["number"], body["act"], body["occurred"], body["actor"]["id"])
    shown = (entry.kind, entry.subject_id, entry.number, entry.act, entry.occurred, entry.actor_id)
    if said != shown or body.get("clause", "") != entry.clause:
        return _("检索列与内容不符")
    return None


def last_anchor() -> Anchor | None:
    """The anchor made last."""
    return Anchor.objects.order_by("-day").first()


def anchored_number(kind: str, subject_id: str, anchor: Anchor) -> int:
    """How many entries a chain had when an anchor was made; 0 when it began after."""
    found = Entry.objects.filter(kind=kind, subject_id=subject_id, id__lte=anchor.last_entry_id)
    return found.order_by("-number").values_list("number", flat=True).first() or 0


def paths_to(anchor: Anchor, chains: Sequence[tuple[str, str]]) -> dict[tuple[str, str], sealing.Path]:
    """The way of each chain to the root of an anchor; one that began after is not there, nor is any where the heads of
    that day no longer give the root (`verify` names such a break). Reads all heads: some seconds for a million."""
    heads = {(kind, subject): (number, digest) for kind, subject, number, digest in _all_heads()}
    since = Entry.objects.filter(id__gt=anchor.last_entry_id).order_by("kind", "subject_id", "number")
    moved: set[tuple[str, str]] = set()
    for kind, subject, number, previous in since.values_list("kind", "subject_id", "number", "previous").iterator():
        if (kind, subject) in moved:
            continue
        moved.add((kind, subject))
        heads[kind, subject] = (number - 1, previous)
    standing = sorted((*chain, *head) for chain, head in heads.items() if head[0])
    leaves, places = [leaf(*one) for one in standing], {(one[0], one[1]): n for n, one in enumerate(standing)}
    asked = [chain for chain in chains if chain in places]
    steps = proof.merkle_paths(leaves, [places[chain] for chain in asked], anchor.algorithm)
    digest = proof.DIGESTS[anchor.algorithm]
    return {
        chain: sealing.Path(heads[chain][0], path)
        for chain, path in zip(asked, steps, strict=True)
        if sealed_check.climb(leaves[places[chain]], path, digest) == anchor.root
    }


def _all_heads() -> Iterator[tuple[str, str, int, str]]:
    return Head.objects.order_by().values_list("kind", "subject_id", "number", "hash").iterator(chunk_size=5000)


def _anchor_breaks() -> Iterator[Break]:
    """Whether each anchor still is the root of what stood before it."""
    before = proof.GENESIS
    for anchor in Anchor.objects.order_by("day"):
        last: dict[tuple[str, str], tuple[int, str]] = {}
        entries = Entry.objects.filter(id__lte=anchor.last_entry_id).order_by("kind", "subject_id", "number")
        for of, subject, number, digest in entries.values_list("kind", "subject_id", "number", "hash").iterator():
            last[of, subject] = (number, digest)
        root = proof.merkle_root([leaf(*key, *last[key]) for key in sorted(last)], anchor.algorithm)
        body = proof.canonical(
            {"day": anchor.day.isoformat(), "heads": anchor.heads, "last": anchor.last_entry_id, "root": anchor.root}
        )
        if root != anchor.root:
            yield Break("anchor", anchor.day.isoformat(), 0, _("锚定前的留痕被删除或改动"))
        if anchor.previous != before or proof.link(before, body, anchor.algorithm) != anchor.hash:
            yield Break("anchor", anchor.day.isoformat(), 0, _("锚定记录被改动"))
        before = anchor.hash
