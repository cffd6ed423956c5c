"""Days as people in China count them: an instant's calendar day in Beijing time."""

from datetime import UTC, date, datetime, timedelta, timezone

BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")


def local_day(at: datetime) -> date:
    """The calendar day of an instant in Beijing.

    >>> local_day(datetime(2023, 12, 31, 16, 0, tzinfo=UTC))
    datetime.date(2024, 1, 1)
    """
    return at.astimezone(BEIJING).date()


def end_of_day(day: date) -> datetime:
    """The first instant after a day in Beijing: what is known on a day is what was recorded before it."""
    return datetime.combine(day + timedelta(days=1), datetime.min.time(), BEIJING).astimezone(UTC)
