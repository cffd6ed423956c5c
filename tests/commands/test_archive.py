"""What a column holds is written to the archive and read back as it was, whatever kind of column it is."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from django.apps import apps
from django.db import models

from qingyuan.commands.archive import columns_of, plain, reader_of

AS_IT_WAS: dict[type[models.Field], object] = {
    models.BinaryField: b"\x00\xff",
    models.BooleanField: True,
    models.CharField: "口门",
    models.DateTimeField: datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC),
    models.DateField: date(2026, 1, 2),
    models.DecimalField: Decimal("1.50"),
    models.FloatField: 0.1,
    models.GenericIPAddressField: "10.0.0.1",
    models.IntegerField: 7,
    models.JSONField: {"a": [1, None]},
    models.TextField: "一\n二",
    models.UUIDField: UUID(int=5),
}
COLUMNS = [column for model in apps.get_models() if model._meta.managed for column in columns_of(model)]


@pytest.mark.parametrize("kind", sorted({type(column) for column in COLUMNS}, key=lambda kind: kind.__name__))
def test_every_kind_of_column_comes_back_as_it_was(kind: type[models.Field]) -> None:
    column = next(column for column in COLUMNS if type(column) is kind)
    target = column
    while isinstance(target, models.ForeignKey):
        target = target.target_field
    value = next(value for known, value in AS_IT_WAS.items() if isinstance(target, known))
    assert reader_of(column)(json.loads(json.dumps(plain(value)))) == value
