"""What the phones of a demonstration sent: by the way of a phone, and recognisably made up."""

from __future__ import annotations

import pytest

from qingyuan.demo import fielding
from qingyuan.registry.models import FiledPaper, Outlet
from qingyuan.stages.survey.models_field import FieldHolding, FieldRecord
from tests.stages.survey import field

pytestmark = pytest.mark.django_db


def test_one_record_entered_with_its_photo_one_waits_and_one_is_still_on_the_phone():
    scene = field.scene()
    segment = scene.segments[0]
    for _time in range(2):
        assert fielding.send(segment, scene.actor, at=field.NOON) == 1
    states = FieldRecord.objects.values_list("state", flat=True)
    assert sorted(states) == ["accepted", "needs_you"]
    outlet = Outlet.objects.get()
    assert "演示" in outlet.name
    assert FiledPaper.objects.filter(outlet=outlet, kind="photo").count() == 1
    assert FieldHolding.objects.filter(kind="record").count() == 1
