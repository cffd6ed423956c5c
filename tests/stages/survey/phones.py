"""Phones and a bad line, played out from a seed: the same seed, the same story.

A phone here goes through the states of frontend/field/queue.ts: every finish freezes a revision that knows the ones its
writer had; it stays in the outbox until its own receipt is there. Its tracks wait there too. The line loses a request
or its answer, delivers late or twice; the phone's page or the site dies at any step, and what each had on disk stays. A
phone may break on the way: its rescue file is taken in at the office, though some of it came before or comes after.
"""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from unittest import mock

from qingyuan.core.refusal import Refused
from qingyuan.ledger import actions as ledger
from qingyuan.stages.survey.actions.batches import Receipt, take_batch
from qingyuan.stages.survey.actions.rescue import FORMAT, take_rescue
from qingyuan.stages.survey.actions.uploads import how_far, take_piece
from tests.stages.survey.field import LATITUDE, NOON, WEST, Photo, Scene, answers, near_photo, record

PIECE = 97
CHOICES = {"bank": ("左岸", "右岸"), "conduit_form": ("管道", "沟", "渠"), "mouth_shape": ("圆形", "方形", "不规则")}


class Killed(BaseException):
    """The process is no more."""


@dataclass
class Phone:
    """What one phone has on disk."""

    name: str
    outbox: list[dict] = field(default_factory=list)
    photos: list[Photo] = field(default_factory=list)
    sent: set[str] = field(default_factory=set)
    receipts: dict[str, str] = field(default_factory=dict)

    def answered(self, receipts: tuple[Receipt, ...]) -> None:
        """Receipts came: each settles its own revision and those the site says it has, and no other."""
        for one in receipts:
            if one.state != "refused":
                settled = {one.revision, *one.kept} if one.kind == "record" else {one.id}
                self.outbox = [each for each in self.outbox if each.get("revision", each["id"]) not in settled]
                self.receipts[one.id] = one.state

    @property
    def is_done(self) -> bool:
        """Nothing is only here any more."""
        return not self.outbox and all(one.sha256 in self.sent for one in self.photos)


@dataclass
class Story:
    """Who wrote what: the phones with everything they will ever send."""

    phones: list[Phone]
    written: int
    records: int
    tracks: int = 0


def story(scene: Scene, chance: Random, *, records: int = 2, phones: int = 3) -> Story:
    """Records written by one phone and gone on with, by it or by others that had the first saving before them."""
    told = Story([Phone(f"设备{number}") for number in range(phones)], 0, records)
    for number in range(records):
        name = str(uuid.UUID(int=chance.getrandbits(128), version=4))
        first = answers(scene, number, remark=f"第{number}口")
        known: list[str] = []
        for turn in range(chance.randint(1, 4)):
            phone = told.phones[(number + turn * chance.randint(0, 1)) % phones]
            fields = dict(first) if turn == 0 else {**first, **_edits(chance)}
            shot = near_photo(number * 10 + turn)
            shot.said |= {"longitude": float(str(fields["longitude"]))}
            revision = f"{chance.getrandbits(96):024x}"
            at = NOON + timedelta(minutes=number * 7 + turn)
            item = record(
                scene,
                fields,
                [shot],
                id=name,
                revision=revision,
                base=list(known[: chance.randint(1, len(known))]) if known else [],
                occurred_at=at.isoformat(),
            )
            known.append(revision)
            phone.outbox.append(item)
            phone.photos.append(shot)
            told.written += 1
    for phone in told.phones:
        for _turn in range(chance.randint(0, 2)):
            phone.outbox.append(_track(scene, chance))
            told.tracks += 1
    return told


def _track(scene: Scene, chance: Random) -> dict:
    """A way along some of the first two segments, with a jump now and then."""
    began = chance.randint(0, 30)
    fixes: list[list[float | None]] = [
        [WEST + 0.001 * step, LATITUDE + 0.0003, NOON.timestamp() + 120 * step, 5.0]
        for step in range(began, began + chance.randint(2, 12))
    ]
    if chance.random() < 0.3:
        fixes[len(fixes) // 2][0] = WEST + 0.2
    name = str(uuid.UUID(int=chance.getrandbits(128), version=4))
    segment = chance.choice([None, scene.segments[0].pk])
    return {"kind": "track", "id": name, "segment": segment, "campaign": scene.campaign.key, "points": fixes}


def _edits(chance: Random) -> dict[str, object]:
    names = chance.sample(sorted(CHOICES), chance.randint(1, 2))
    return {name: chance.choice(CHOICES[name]) for name in names}


def honest(scene: Scene, told: Story) -> None:
    """One careful clerk: everything once, in the order it was written, over a line that never fails."""
    items = [one for phone in told.phones for one in phone.outbox]
    items.sort(key=lambda one: one.get("occurred_at", ""))
    for item in items:
        _send(scene, "办公室", [item])
    for phone in told.phones:
        for shot in phone.photos:
            _photo(scene, phone, shot, lambda: None)


def played(
    scene: Scene, told: Story, chance: Random, *, loss: float = 0.3, kills: float = 0.1, steps: int = 24
) -> None:
    """The story over a bad line, then over a good one until every phone is empty."""
    late: list[tuple[Phone, list[dict]]] = []
    broken = chance.randrange(2 * steps)
    for step in range(steps):
        if step == broken:
            _rescue(scene, chance.choice(told.phones), chance, kills)
            continue
        phone = chance.choice(told.phones)
        if late and chance.random() < 0.3:  # what was thought lost arrives after all
            whose, items = late.pop(chance.randrange(len(late)))
            _try(lambda whose=whose, items=items: _send(scene, whose.name, items), chance, kills)
            continue
        if chance.random() < 0.5:
            _batch(scene, phone, chance, late, loss=loss, kills=kills)
        elif phone.photos:
            shot = chance.choice(phone.photos)
            _try(lambda phone=phone, shot=shot: _photo(scene, phone, shot, _bad(chance, loss)), chance, kills)
    for _round in range(2):
        for phone in told.phones:
            phone.answered(_send(scene, phone.name, phone.outbox))
            for shot in phone.photos:
                _photo(scene, phone, shot, lambda: None)
    for whose, items in late:  # and at the very end everything that still was on its way
        _send(scene, whose.name, items)


def _rescue(scene: Scene, phone: Phone, chance: Random, kills: float) -> None:
    """The phone broke: what is only there goes to the office as one file, again if the site dies over it."""
    officer = {"id": scene.actor.id, "name": scene.actor.name}
    whole = {
        "format": FORMAT,
        "version": 1,
        "device": {"id": phone.name, "now": NOON.timestamp(), "offset_s": 0},
        "items": [{**one, "officer": officer} for one in phone.outbox],
        "photos": {one.sha256: base64.b64encode(one.content).decode() for one in phone.photos},
    }
    content, at = json.dumps(whole).encode(), NOON + timedelta(hours=1)
    if _try(lambda: take_rescue(scene.lead, content, at=at), chance, kills) is None:
        take_rescue(scene.lead, content, at=at)
    phone.outbox = []
    phone.sent = {one.sha256 for one in phone.photos}


class Lost(Exception):
    """The line was cut."""


def _bad(chance: Random, loss: float) -> Callable[[], None]:
    def cut() -> None:
        if chance.random() < loss:
            raise Lost

    return cut


def _batch(
    scene: Scene, phone: Phone, chance: Random, late: list[tuple[Phone, list[dict]]], *, loss: float, kills: float
) -> None:
    items = phone.outbox[:]
    chance.shuffle(items)
    items = items[: chance.randint(1, 3)]
    if not items:
        return
    if chance.random() < loss:  # the request is lost, or only late
        late.append((phone, items))
        return
    answer = _try(lambda: _send(scene, phone.name, items), chance, kills)
    if answer is None or chance.random() < loss:  # no answer, or the page died before it was kept
        return
    phone.answered(answer)
    if chance.random() < 0.2:  # and the same answer once more
        phone.answered(answer)


def _send(scene: Scene, name: str, items: list[dict]) -> tuple[Receipt, ...]:
    said = {"id": name, "now": NOON.timestamp() + 3600, "label": name}
    return take_batch(
        scene.actor, json.loads(json.dumps({"device": said, "items": items})), at=NOON + timedelta(hours=1)
    ).receipts


def _photo(scene: Scene, phone: Phone, shot: Photo, cut: Callable[[], None]) -> None:
    by, size = scene.actor, len(shot.content)
    try:
        while not (far := how_far(by, shot.sha256)).whole:
            cut()
            piece = shot.content[far.received : far.received + PIECE]
            at = NOON + timedelta(hours=1)
            take_piece(by, sha256=shot.sha256, size=size, offset=far.received, piece=piece, at=at)
            cut()
        phone.sent.add(shot.sha256)
    except (Lost, Refused):
        return


def _try(act: Callable[[], object], chance: Random, kills: float):
    """Do it, unless the site dies on the way: at a step of its own, wherever that is."""
    try:
        if chance.random() >= kills:
            return act()
        with dying(chance.randint(0, 6)):
            return act()
    except Killed:
        return None


@contextmanager
def dying(step: int) -> Iterator[None]:
    """The site dies when it is about to write its n-th entry: whatever transaction is open comes to nothing."""
    left = [step]
    write = ledger.record_many

    def counted(*args, **kwargs):
        left[0] -= 1
        if left[0] < 0:
            raise Killed
        return write(*args, **kwargs)

    with mock.patch.object(ledger, "record_many", counted):
        yield
