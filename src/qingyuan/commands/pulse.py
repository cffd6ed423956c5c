"""The worker's pulse: when it last turned and which jobs it ran, in a file that boards.running reads."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import datetime, timedelta

from qingyuan.boards.running.queries import pulse_folder

BEATS_EVERY = timedelta(seconds=10)


class Heart:
    """The pulse of this process, at most every ten seconds; its file goes when the worker ends."""

    def __init__(self) -> None:
        self.last: datetime | None = None
        self.path = pulse_folder() / f"{os.getpid()}.json"

    def beat(self, turns: Mapping[str, str], *, at: datetime) -> None:
        """Show the pulse."""
        if self.last is not None and at - self.last < BEATS_EVERY:
            return
        self.last = at
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self.path.with_suffix(".part")
        draft.write_text(json.dumps({"at": at.isoformat(), "jobs": dict(turns)}), "utf-8")
        draft.replace(self.path)

    def stop(self) -> None:
        """Take the file away."""
        self.path.unlink(missing_ok=True)
