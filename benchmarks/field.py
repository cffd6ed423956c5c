"""500 records with 1,000 photos over a line that loses 30 % of what is sent and of what is answered, while the site
dies at random steps: through the door of the room on the site's own database, committed as in life.

Run by itself, on a fresh site: `python -m benchmarks.field [--records 500] [--photos 2] [--kilobytes 200] [--seed 1]`.
The peer in the same run is one honest clerk over a line that never fails, with as many other records.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from random import Random
from unittest import mock

LOSS, KILLS, PIECE, BATCH = 0.3, 0.03, 192 * 1024, 20


def main() -> int:
    """Play it, count, print; 1 when anything was lost or doubled."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--records", type=int, default=500)
    asked.add_argument("--photos", type=int, default=2)
    asked.add_argument("--kilobytes", type=int, default=200)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--alone", action="store_true", help="without the peer")
    words = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["QINGYUAN_HOME"] = folder
        os.environ.setdefault("QINGYUAN_SECRET_KEY", "only-for-benchmarks")
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qingyuan.project.settings")
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        return _measured(words)


class Dead(BaseException):
    """The site is no more."""


def _measured(words: argparse.Namespace) -> int:
    from qingyuan.ledger.queries import verify
    from qingyuan.registry.models import FiledPaper, Outlet
    from qingyuan.stages.survey.models_field import FieldRecord
    from tests.stages.survey import field

    scene = field.scene()
    chance = Random(words.seed)
    clerk = [] if words.alone else _items(scene, field, words, first=words.records)
    began = time.monotonic()
    for item, shots in clerk:
        field.send(scene.actor, item)
        for shot in shots:
            field.upload(scene.actor, shot, piece=PIECE)
    honest_s = time.monotonic() - began
    items = _items(scene, field, words, first=0)
    began = time.monotonic()
    tries = _played(scene, field, items, chance)
    bad_s = time.monotonic() - began
    records, outlets = FieldRecord.objects.count(), Outlet.objects.count()
    photos = FiledPaper.objects.filter(kind="photo").count()
    before = len(clerk)
    wanted = before + words.records
    whole = (records, outlets, photos) == (wanted, wanted, wanted * words.photos) and verify().whole
    sys.stdout.write(
        f"{words.records} records, {words.records * words.photos} photos of {words.kilobytes} KB, "
        f"{LOSS:.0%} lost each way, seed {words.seed}\n"
        f"bad line    {bad_s:8.1f} s   {tries[0]} requests, {tries[1]} lost, the site died {tries[2]} times\n"
        f"honest peer {honest_s:8.1f} s{' (not played)' if words.alone else ''}\n"
        f"records {records - before} of {words.records}, outlets {outlets - before}, "
        f"photos {photos - before * words.photos} of {words.records * words.photos}: "
        f"{'nothing lost, nothing doubled' if whole else 'NOT THE SAME'}\n"
    )
    return 0 if whole else 1


def _items(scene, field, words: argparse.Namespace, *, first: int) -> list[tuple[dict, list]]:
    made = []
    for number in range(first, first + words.records):
        row, column = divmod(number, 250)
        lat = f"{field.LATITUDE + row * 0.0015:.6f}"
        answers = field.answers(scene, column, name=f"第{number}口", latitude=lat)
        answers["longitude"] = f"{field.WEST + 0.0005 + column * 0.0011:.6f}"
        at = scene.segments[min(len(scene.segments) - 2, int(column * 0.0011 * 90_600 / scene.segments[0].length_m))]
        said = {"taken_at": field.NOON.isoformat(), "longitude": float(answers["longitude"]), "latitude": float(lat)}
        shots = [
            field.Photo(field.photo(number * 10 + turn, words.kilobytes * 1024), dict(said))
            for turn in range(words.photos)
        ]
        made.append((field.record(scene, answers, shots, segment=at.pk), shots))
    return made


def _played(scene, field, items: list[tuple[dict, list]], chance: Random) -> tuple[int, int, int]:
    """Every batch and every piece again until its own receipt is there."""
    from qingyuan.ledger import actions as ledger
    from qingyuan.stages.survey.actions.uploads import how_far, take_piece

    tries = [0, 0, 0]
    write, left = ledger.record_many, [-1]

    def dying(*args, **kwargs):
        if left[0] == 0:
            left[0] = -1
            raise Dead
        left[0] -= left[0] > 0
        return write(*args, **kwargs)

    def over_the_line(act: Callable[[], object]) -> object:
        tries[0] += 1
        if chance.random() < LOSS:
            tries[1] += 1
            return None
        left[0] = chance.randint(0, 8) if chance.random() < KILLS else -1
        try:
            told = act()
        except Dead:
            tries[2] += 1
            return None
        if chance.random() < LOSS:
            tries[1] += 1
            return None
        return told

    with mock.patch.object(ledger, "record_many", dying):
        waiting = [item for item, _shots in items]
        while waiting:
            chance.shuffle(waiting)
            batch, at = waiting[:BATCH], field.NOON + timedelta(hours=1)
            told = over_the_line(lambda batch=batch, at=at: field.send(scene.actor, *batch, at=at))
            done = {one.id for one in told.receipts if one.state == "accepted"} if told else set()  # type: ignore[attr-defined]
            waiting = [one for one in waiting if one["id"] not in done]
        photos = [shot for _item, shots in items for shot in shots]
        while photos:
            shot = chance.choice(photos)
            far = over_the_line(lambda shot=shot: how_far(scene.actor, shot.sha256))
            while far is not None and not far.whole:  # type: ignore[attr-defined]
                start, size = far.received, len(shot.content)  # type: ignore[attr-defined]
                piece = shot.content[start : start + PIECE]
                far = over_the_line(
                    lambda shot=shot, start=start, size=size, piece=piece: take_piece(
                        scene.actor, sha256=shot.sha256, size=size, offset=start, piece=piece, at=field.NOON
                    )
                )
            if far is not None:
                photos.remove(shot)
    return tries[0], tries[1], tries[2]


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    raise SystemExit(main())
