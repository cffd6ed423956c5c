"""Which zones the outlets lie in, found anew after an official file of zones: a small unit at once, a large one by the
clock, some thousand outlets a turn.

What waits is what has no `placed_at`. Where the work stands is kept with the file, so that it goes on after a kill;
doing a part twice changes nothing. Taking the file back begins anew: what was begun for it stops by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from qingyuan.core.days import local_day
from qingyuan.places.models import OfficialFile
from qingyuan.registry.actions import place_some_in_zones
from qingyuan.registry.models import Outlet

AT_ONCE = 3_000  # outlets a request has time for
BATCHES = 10  # of the clock's turn, so that its other work is not kept waiting
LEFT_BEHIND = timedelta(minutes=1)  # after so long nobody is at work on a small one any more


@dataclass(frozen=True, slots=True)
class Standing:
    """How many outlets were asked, of how many when it began."""

    asked: int
    of: int


def place_soon(file: OfficialFile, *, at: datetime) -> OfficialFile:
    """Place the outlets of a small unit now; leave those of a large one, or behind one, to the clock."""
    if file.subject != "zones":
        return file
    outlets = Outlet.objects.within(file.unit.path)
    behind = _queued().exclude(pk=file.pk).exists()
    if not behind and len(outlets.values_list("pk", flat=True)[: AT_ONCE + 1]) <= AT_ONCE:
        return place_again(file, at=at)
    _keep(file, {"after": 0, "asked": 0, "of": outlets.count()})
    return file


def place_again(file: OfficialFile, *, at: datetime) -> OfficialFile:
    """Place every outlet of the unit, however long it takes."""
    while file.subject == "zones" and file.placed_at is None and _place_some(file, at=at):
        pass
    return file


def place_waiting(*, at: datetime) -> int:
    """The clock's turn: go on with the oldest that waits. Returns how many files were finished."""
    finished, turns = 0, BATCHES
    for file in _waiting().select_related("unit").order_by("pk"):
        begun = max(filter(None, (file.taken_at, file.undone_at)), default=at)
        if "placing" not in file.before and begun > at - LEFT_BEHIND:
            continue  # the request that took it in is at work on it
        while turns and _place_some(file, at=at):
            turns -= 1
        finished += file.placed_at is not None
        if not turns:
            break
    return finished


def standing_of(file: OfficialFile) -> Standing | None:
    """How far it is; None when nothing waits."""
    if file.subject != "zones" or file.state not in ("taken", "undone") or file.placed_at is not None:
        return None
    placing = file.before.get("placing") or {}
    return Standing(placing.get("asked", 0), placing.get("of", 0))


def _waiting() -> QuerySet[OfficialFile]:
    return OfficialFile.objects.filter(subject="zones", state__in=("taken", "undone"), placed_at=None)


def _queued() -> QuerySet[OfficialFile]:
    return _waiting().filter(before__has_key="placing")


def _place_some(file: OfficialFile, *, at: datetime) -> bool:
    """One batch; False when it was the last, or when the file was taken back meanwhile."""
    placing = file.before.get("placing") or {"after": 0, "asked": 0, "of": 0}
    last, asked = place_some_in_zones(file.unit.path, on=local_day(at), after=placing["after"])
    if asked:
        return _keep(file, placing | {"after": last, "asked": placing["asked"] + asked})
    before = {name: value for name, value in file.before.items() if name != "placing"}
    if _same(file).update(placed_at=at, before=before):
        file.placed_at, file.before = at, before
    return False


def _keep(file: OfficialFile, placing: dict[str, int]) -> bool:
    file.before = file.before | {"placing": placing}
    return bool(_same(file).update(before=file.before))


def _same(file: OfficialFile) -> QuerySet[OfficialFile]:
    """The file as long as it is in the state in which the work began."""
    return OfficialFile.objects.filter(pk=file.pk, state=file.state, placed_at=None)
