"""A question prepared once answers as the same question asked anew, whatever the values."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import QuerySet

from qingyuan.places.models import Unit
from qingyuan.prepared import prepared
from tests import build

pytestmark = pytest.mark.django_db


@prepared
def _named(names: Any, level: Any) -> QuerySet[Unit]:
    return Unit.objects.filter(name__in=names, level__gte=level).select_related("parent").order_by("path")


def test_the_same_question_with_other_values_has_other_answers():
    build.country()
    first, second = build.unit("140214"), build.unit("140200")
    for names in ([first.name], [second.name], [first.name, second.name], [], ["无"] * 30):
        for level in (0, second.level, 9):
            plain = Unit.objects.filter(name__in=names, level__gte=level).order_by("path")
            found = _named(names=names, level=level)
            assert found == list(plain)
            assert [one.parent for one in found] == [one.parent for one in plain]


def test_nothing_is_no_value_of_a_prepared_question():
    with pytest.raises(TypeError):
        _named(names=["云冈区"], level=None)
