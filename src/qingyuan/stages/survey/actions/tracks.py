"""轨迹: ways walked in the field, kept with their faults, and what of the banks they cover."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from qingyuan.core.access import Actor
from qingyuan.stages.survey.models import Track

Fix = Sequence[float | None]
"""One point of a track: longitude_deg, latitude_deg, epoch_s or None, accuracy_m or None."""


def take_track(
    by: Actor,
    *,
    client_id: UUID,
    campaign_key: str,
    segment_id: int | None,
    points: Sequence[Fix],
    device: str,
    at: datetime,
) -> Track:
    """入库轨迹: idempotent by `client_id`. The same id with other points is refused (`survey.track_conflict`).

    Raises
    ------
    Refused, NotFound
    """
    raise NotImplementedError
