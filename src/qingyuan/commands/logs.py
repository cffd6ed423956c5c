"""The log file turned over: once a day the clock gives yesterday's file its day as a name and takes away what is older
than the site keeps. Every process notices (WatchedFileHandler) and goes on in a new file."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone


def turn_over(at: datetime) -> int:
    """Name the log file after yesterday and remove those older than LOG_DAYS. Returns how many files went. Doing it
    twice in a day changes nothing."""
    if not settings.LOG_FILE:
        return 0
    log, today = Path(settings.LOG_FILE), timezone.localdate(at)
    turned = log.with_name(f"{log.stem}-{today - timedelta(1):%Y-%m-%d}{log.suffix}")
    if log.exists() and log.stat().st_size and not turned.exists():
        log.rename(turned)
    gone = [path for path in log.parent.glob(f"{log.stem}-*{log.suffix}") if _is_old(path, log, today)]
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)


def _is_old(path: Path, log: Path, today: date) -> bool:
    try:
        day = date.fromisoformat(path.stem.removeprefix(f"{log.stem}-"))
    except ValueError:
        return False
    return day < today - timedelta(settings.LOG_DAYS)
