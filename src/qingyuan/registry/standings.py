"""Keeping the intervals (Standing) true to the statements they follow from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from qingyuan.core.lifecycle import Milestone, mask_of
from qingyuan.core.standing import END_OF_DAYS, Marks, Span, Statement, spans
from qingyuan.ledger import rows
from qingyuan.registry.models_history import END_OF_TIME, MilestoneRecord, Placement, Standing

COLUMNS = (
    "outlet_id",
    "valid_from",
    "valid_to",
    "recorded_from",
    "recorded_to",
    "unit_path",
    "managing_path",
    "body_id",
    "water_id",
    "type_key",
    "counted",
    "milestones",
)
CHUNK = 500


def refresh(outlet_ids: Sequence[int], *, at: datetime) -> None:
    """Close the intervals that no longer follow from the statements and open those that do, as known from `at` on."""
    for start in range(0, len(outlet_ids), CHUNK):
        part = outlet_ids[start : start + CHUNK]
        statements = statements_of(part)
        current = _current(part)
        closing: list[int] = []
        opening: list[tuple[int, Span]] = []
        for outlet_id in part:
            wanted = spans(statements.get(outlet_id, ()))
            held = current.get(outlet_id, {})
            closing += [pk for span, pk in held.items() if span not in wanted]
            opening += [(outlet_id, span) for span in wanted if span not in held]
        _close(closing, at=at)
        open_spans(opening, at=at)


def _close(ids: Sequence[int], *, at: datetime) -> None:
    """An interval opened at this very instant was never seen by anybody: it goes without a trace."""
    Standing.objects.filter(pk__in=ids, recorded_from=at).delete()
    Standing.objects.filter(pk__in=ids).update(recorded_to=at)


def open_spans(opening: Iterable[tuple[int, Span]], *, at: datetime) -> None:
    """Write spans as known from `at` on."""
    rows.insert(
        Standing,
        COLUMNS,
        [
            (
                outlet_id,
                span.valid_from,
                span.valid_to,
                at,
                END_OF_TIME,
                span.marks.unit_path,
                span.marks.managing_path,
                span.marks.body_id,
                span.marks.water_id,
                span.marks.type_key,
                span.marks.counted,
                span.marks.milestones,
            )
            for outlet_id, span in opening
        ],
    )


def open_new(opening: Iterable[tuple[int, date, tuple[object, ...]]], *, at: datetime) -> None:
    """Write intervals without an end, as known from `at` on, of outlets of which all is stated from one day on: the
    outlet, the day, and what a `Marks` holds in its order."""
    rows.insert(
        Standing,
        COLUMNS,
        [(outlet_id, day, END_OF_DAYS, at, END_OF_TIME, *marks) for outlet_id, day, marks in opening],
    )


def statements_of(outlet_ids: Sequence[int]) -> dict[int, list[Statement]]:
    """All statements that stand (not retracted) about the outlets. Two queries."""
    found: dict[int, list[Statement]] = {}
    placements = Placement.objects.filter(outlet_id__in=outlet_ids, retracted_at=None)
    for pk, outlet_id, aspect, value, day, recorded_at in placements.values_list(
        "pk", "outlet_id", "aspect", "value", "day", "recorded_at"
    ):
        found.setdefault(outlet_id, []).append(Statement(aspect, value, day, recorded_at, pk))
    records = MilestoneRecord.objects.filter(outlet_id__in=outlet_ids, retracted_at=None)
    for pk, outlet_id, milestone, reached, day, recorded_at in records.values_list(
        "pk", "outlet_id", "milestone", "reached", "day", "recorded_at"
    ):
        found.setdefault(outlet_id, []).append(milestone_statement(milestone, reached, day, recorded_at, pk))
    return found


def milestone_statement(milestone: str, reached: bool, day: date, recorded_at: datetime, order: int) -> Statement:
    """A milestone record as a statement."""
    return Statement(
        f"milestone.{milestone}", "1" if reached else "0", day, recorded_at, order, mask_of([Milestone(milestone)])
    )


def _current(outlet_ids: Sequence[int]) -> Mapping[int, dict[Span, int]]:
    found: dict[int, dict[Span, int]] = {}
    for row in Standing.objects.filter(outlet_id__in=outlet_ids, recorded_to=END_OF_TIME):
        marks = Marks(
            row.unit_path,
            row.managing_path,
            row.body_id,
            row.water_id,
            row.type_key,
            row.counted,
            row.milestones,
        )
        found.setdefault(row.outlet_id, {})[Span(row.valid_from, row.valid_to, marks)] = row.pk
    return found
