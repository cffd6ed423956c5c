"""The file of one outlet as PDF and as sealed pack, the work board of the nation and of a province, and whether the
files of a part of the register are complete; many at once beside one by one."""

from __future__ import annotations

import io

from django.db import transaction
from django.utils import timezone
from PIL import Image

from benchmarks.measuring import Measured, beside
from qingyuan.boards.archive.completeness import COLUMNS, Row, archived, completeness_of
from qingyuan.boards.archive.queries import archive_of
from qingyuan.boards.work import queries as work
from qingyuan.core.access import CONSOLE
from qingyuan.core.lifecycle import Paper, Stage
from qingyuan.exchange import archiving
from qingyuan.library import actions as library
from qingyuan.places.models import Unit
from qingyuan.registry import actions as registry
from qingyuan.registry.models import Outlet

PHOTOS = 12
PART = 2_000


def measure() -> list[Measured]:
    """An outlet with twelve photographs of twelve megapixels in its file; everything is rolled back."""
    at = timezone.now()
    on = timezone.localdate(at)
    nation, province = Unit.objects.get(path=""), Unit.objects.filter(level=1).order_by("path")[3]
    some = list(Outlet.objects.standing().order_by("pk")[:PART])
    rows = [Row(*values) for values in Outlet.objects.standing().order_by("pk").values_list(*COLUMNS)[:PART]]
    found = []
    with transaction.atomic():
        outlet = Outlet.objects.standing().filter(stage=Stage.RETAINED).select_related("unit", "water").first()
        assert outlet is not None
        for number in range(PHOTOS):
            kept = library.file_bytes(_photo(number), name=f"照片{number}.jpg", by=CONSOLE, at=at)
            registry.file_paper(outlet, kind=Paper.PHOTO, sha256=kept.sha256, on=on, by=CONSOLE, at=at)
        aim = "≤ 2 s own time"
        for what, run in (
            ("file of an outlet read", lambda: archive_of(outlet, on=on)),
            (f"as PDF, {PHOTOS} photographs", lambda: archiving.as_pdf(archive_of(outlet, on=on), at=at)),
            ("as sealed pack", lambda: archiving.as_pack(archive_of(outlet, on=on), by="-", at=at)),
        ):
            found.append(beside("archives", what, run, rounds=5, aim=aim))
        transaction.set_rollback(True)
    board = "≤ 100 ms"
    found.append(beside("archives", "work board of the nation", lambda: work.board(CONSOLE, nation, on=on), aim=board))
    what = f"work board of {province.name}"
    found.append(beside("archives", what, lambda: work.board(CONSOLE, province, on=on), aim=board))
    found.append(
        beside(
            "archives",
            f"whether {PART:,} files are complete",
            lambda: archived(rows, on=on),
            lambda: [completeness_of(one, on=on).is_complete for one in some],
            rounds=5,
            peer_rounds=1,
            peer_name="one by one",
        )
    )
    return found


def _photo(number: int) -> bytes:
    image = Image.effect_noise((4000, 3000), 40).convert("RGB")
    image.paste((number * 20, 90, 60), (0, 0, 2000, 3000))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=85)
    return out.getvalue()
