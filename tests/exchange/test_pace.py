"""A batch holds the writers' lock for a fraction of what others may wait, however slow the machine is."""

from __future__ import annotations

import pytest

from qingyuan.exchange import judgement, pace


@pytest.mark.parametrize(
    ("seconds_a_row", "settles_at"),
    [(1e-5, judgement.BATCH), (pace.HELD_S / 400, 400), (1.0, pace.LEAST)],
    ids=["quick", "busy", "hardly moving"],
)
def test_the_size_of_a_batch_follows_how_long_one_takes(monkeypatch, seconds_a_row, settles_at):
    now = [0.0]
    monkeypatch.setattr(pace.time, "monotonic", lambda: now[0])
    one = pace.Pace(one_writer=True)
    for _batch in range(8):
        began, rows = now[0], one.rows
        now[0] += rows * seconds_a_row
        one.took(rows, began)
        assert one.rows <= min(2 * rows, judgement.BATCH)
    assert one.rows == pytest.approx(settles_at, rel=0.01)


def test_a_batch_is_never_larger_than_what_is_judged_at_once(monkeypatch):
    monkeypatch.setattr(judgement, "BATCH", 10)
    one = pace.Pace(one_writer=True)
    assert one.rows == 10
    one.took(10, pace.time.monotonic() - 60)
    assert one.rows == 10


def test_where_several_write_at_once_a_batch_is_whole():
    one = pace.Pace(one_writer=False)
    one.took(10, pace.time.monotonic() - 60)
    assert one.rows == judgement.BATCH
