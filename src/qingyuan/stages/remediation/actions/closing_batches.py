"""批量验收: several outlets in one press, of which a drawn sample was checked on the ground."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import F

from qingyuan.core import draw as drawing
from qingyuan.core.access import Actor
from qingyuan.core.refusal import Refusal, Refused, StaleRecord, require
from qingyuan.registry.actions.deciding import record
from qingyuan.registry.actions.moving import check_filed
from qingyuan.stages.remediation import guards_looking as guards
from qingyuan.stages.remediation import queries_closure
from qingyuan.stages.remediation.actions.closing import accept
from qingyuan.stages.remediation.models import Round
from qingyuan.stages.remediation.models_closure import Review


@dataclass(frozen=True, slots=True)
class Done:
    """What a batch came to: rounds accepted, and those that stay with the reason."""

    accepted: tuple[Round, ...]
    refused: tuple[tuple[Round, Refusal], ...]


@transaction.atomic
def open_review(
    rounds: Sequence[Round], *, seed: str, share: Decimal, on: date, by: Actor, at: datetime, key: str = ""
) -> Review:
    """抽取: the sample to be checked on the ground. With the seed and the pool, which are kept, anybody draws the same.

    Raises
    ------
    Refused
    """
    if key and (made := Review.objects.filter(key=key, opened_by=by.id).first()):
        return made
    require(guards.open_review(rounds, seed=seed, share=share, by=by, on=on, at=at))
    return draw(rounds, kind=queries_closure.ACCEPT_REVIEW, seed=seed, share=share, on=on, by=by, at=at, key=key)


def draw(
    rounds: Sequence[Round], *, kind: str, seed: str, share: Decimal, on: date, by: Actor, at: datetime, key: str
) -> Review:
    """Draw a share of some rounds by a seed, and write it down for each outlet that took part."""
    members = {str(one.pk): one for one in rounds}
    drawn = drawing.drawn(seed.strip(), members, share=share)
    made = Review.objects.create(
        key=key or None,
        kind=kind,
        unit_path=common_path([one.outlet.unit_path for one in rounds]),
        seed=seed.strip(),
        share=share,
        pool=sorted(int(one) for one in members),
        drawn=[int(one) for one in drawn],
        opened_on=on,
        opened_by=by.id,
        recorded_at=at,
    )
    for one in rounds:
        details = {
            "review": made.pk,
            "seed": made.seed,
            "share": share,
            "of": len(rounds),
            "drawn": str(one.pk) in drawn,
        }
        record(one.outlet, f"closing.draw_{kind}", on=on, by=by, at=at, details=details)
    return made


def common_path(paths: Sequence[str]) -> str:
    """The smallest territory that holds all these paths."""
    first, last = min(paths), max(paths)
    same = next((place for place, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(map(len, paths)))
    return (
        first[:same] if same in (0, 2, 4, 6, 9, 12) else first[: max(step for step in (0, 2, 4, 6, 9) if step <= same)]
    )


def accept_batch(
    review: Review, rounds: Sequence[Round], *, paper_sha256: str, on: date, by: Actor, at: datetime, note: str = ""
) -> Done:
    """批量验收: each outlet in its own transaction, by its own guard; what is refused stays and says why. The batch is
    over once nothing awaits acceptance any more.

    Raises
    ------
    Refused, NotFound
        The sample is not checked, or does not hold: nothing was accepted.
    """
    require(guards.accept_batch(review, rounds=rounds, paper_sha256=paper_sha256))
    check_filed({paper_sha256})
    done, refused = [], []
    for one in rounds:
        try:
            accept(one, paper_sha256=paper_sha256, on=on, by=by, at=at, note=note, review=review)
        except Refused as no:
            refused.append((one, no.refusal))
        else:
            done.append(one)
    if not refused:
        end_review(review, on=on)
    return Done(tuple(done), tuple(refused))


def end_review(review: Review, *, on: date) -> None:
    """The batch is over.

    Raises
    ------
    StaleRecord
    """
    if not Review.objects.filter(pk=review.pk, version=review.version).update(ended_on=on, version=F("version") + 1):
        raise StaleRecord(str(review))
    review.ended_on, review.version = on, review.version + 1


__all__ = ["Done", "accept_batch", "common_path", "draw", "end_review", "open_review"]
