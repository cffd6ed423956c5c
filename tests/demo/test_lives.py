"""Lives are planned before anything is written: dated in order, by the curves, over every stage."""

from __future__ import annotations

import dataclasses
from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingyuan.core import lifecycle
from qingyuan.core.lifecycle import Move, Stage
from qingyuan.demo import lives as living
from qingyuan.demo import papers
from qingyuan.demo.kinds import KINDS
from qingyuan.demo.lives import Life
from qingyuan.demo.schemes import SCHEMES, Scheme, day_at


def planned(scheme: Scheme, seed: int) -> list[Life]:
    """Lives with steps, without a place to stand."""
    random = Random(seed)
    lives = [
        Life(number, None, KINDS[number % len(KINDS)], str(number), None, random.random() < 0.7, {})  # type: ignore[arg-type]
        for number in range(scheme.count)
    ]
    living.plan(scheme, lives, random)
    living.trim(lives)
    return lives


@pytest.mark.parametrize("scheme", SCHEMES, ids=lambda scheme: scheme.key)
@given(seed=st.integers(0, 10_000))
def test_every_planned_life_walks_the_table_of_moves_in_order(scheme: Scheme, seed: int) -> None:
    for life in planned(scheme, seed):
        stage: Stage | None = None
        last = date.min
        for step in life.steps:
            assert step.on >= last
            last = step.on
            move = Move(step.act)
            arrow = lifecycle.TRANSITIONS[move]
            assert stage in arrow.sources, f"{move} from {stage}"
            stage = arrow.target


def test_all_five_together_end_in_every_stage_of_the_survey_and_the_remediation() -> None:
    ends = {
        lifecycle.TRANSITIONS[Move(life.steps[-1].act)].target
        for scheme in SCHEMES
        for life in planned(scheme, 2023)
        if life.steps
    }
    assert ends >= {
        Stage.SURVEYED,
        Stage.VERIFIED,
        Stage.TRACING,
        Stage.PARTY_FIXED,
        Stage.PROBLEM,
        Stage.PLAN_DRAFT,
        Stage.PLAN_APPROVED,
        Stage.REMEDIATING,
        Stage.IN_TRANSITION,
        Stage.AWAITING_ACCEPTANCE,
        Stage.ACCEPTED,
        Stage.RETAINED,
        Stage.MERGED,
        Stage.CLOSED,
        Stage.STANDARDISED,
        Stage.SUPERVISED,
        Stage.NO_PROBLEM,
    }


def test_a_curve_is_read_between_its_points_and_ends() -> None:
    curve = (("2023-01-01", 0.0), ("2023-01-11", 0.5))
    assert day_at(curve, 0.0) == date(2023, 1, 1)
    assert day_at(curve, 0.25) == date(2023, 1, 6)
    assert day_at(curve, 0.6) is None


def test_every_type_of_the_tree_has_a_kind() -> None:
    assert len({kind.key for kind in KINDS}) == len(KINDS) == 16


def test_a_paper_is_a_pdf_whose_table_points_at_its_objects() -> None:
    content = papers.pdf(["验收记录（演示）", "第二行"])
    table = content.index(b"xref\n")
    places = [int(line.split()[0]) for line in content[table:].splitlines()[3:10]]
    for number, place in enumerate(places, start=1):
        assert content[place:].startswith(b"%d 0 obj" % number)
    assert content.rstrip().endswith(b"%%EOF")
    assert "验收记录（演示）".encode("utf-16-be").hex().upper().encode() in content


def test_schemes_are_frozen_data() -> None:
    assert all(dataclasses.is_dataclass(scheme) for scheme in SCHEMES)
    assert {scheme.unit for scheme in SCHEMES} == {"419001", "410500", "140825", "140200", "220000"}
