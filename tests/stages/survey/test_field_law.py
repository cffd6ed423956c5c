"""The law of the field: whatever the line does, the register is that of one honest clerk: nothing lost or doubled.

A failure names its seed: `played(scene, story(scene, Random(seed)), Random(seed + 1))` plays it again.
"""

from __future__ import annotations

from random import Random

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from qingyuan.ledger.queries import verify
from qingyuan.registry.models import FiledPaper, Outlet
from qingyuan.stages.survey.models import Segment, Track
from qingyuan.stages.survey.models_field import FieldRecord, FieldRevision
from tests.stages.survey import field, phones


@pytest.fixture
def scene(db) -> field.Scene:
    return field.scene()


class _Undo(Exception):
    pass


def seen(scene: field.Scene) -> tuple[object, ...]:
    """All that anybody can see of what came from the phones."""
    records = [
        (str(one.client_id), one.fields, sorted(one.photos), one.state, [each["field"] for each in one.conflicts])
        for one in FieldRecord.objects.order_by("client_id")
    ]
    walked = list(Segment.objects.order_by("number").values_list("number", "covered", "covered_m"))
    return field.register_of(scene), records, walked


# Each plays two whole days of phones: some 2 s of a processor.
@settings(max_examples=min(100, max(4, settings().max_examples // 12)))
@given(st.integers(0, 2**32))
def test_any_interleaving_gives_the_register_of_one_honest_clerk(scene, seed):
    found: list[tuple[object, ...]] = []
    for play in (phones.honest, lambda scene, told: phones.played(scene, told, Random(seed + 1))):
        told = phones.story(scene, Random(seed))
        try:
            with transaction.atomic():
                play(scene, told)
                found.append(seen(scene))
                assert FieldRevision.objects.count() == told.written, seed
                assert Outlet.objects.count() == told.records, seed
                assert Track.objects.count() == told.tracks, seed
                assert FiledPaper.objects.filter(kind="photo").count() == told.written, seed
                if play is not phones.honest:
                    assert all(one.is_done for one in told.phones), seed
                    assert not verify().breaks
                raise _Undo
        except _Undo:
            pass
    assert found[0] == found[1], seed


@pytest.mark.parametrize("step", range(8))
def test_the_site_dies_at_each_step_and_the_phone_sends_again(scene, step):
    item = field.record(scene, field.answers(scene), [field.near_photo()])
    try:
        with phones.dying(step):
            field.send(scene.actor, item)
    except phones.Killed:
        assert not FieldRecord.objects.exists()
        assert not Outlet.objects.exists()
    assert field.receipt(scene.actor, item).state == "accepted"
    assert (FieldRecord.objects.count(), FieldRevision.objects.count(), Outlet.objects.count()) == (1, 1, 1)
