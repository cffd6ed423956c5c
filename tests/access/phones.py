"""A phone in an outlet's unit, and the record it sent: what the pages about devices and records are asked about."""

from __future__ import annotations

import uuid

from qingyuan.core.access import Role
from qingyuan.registry.models import Outlet
from qingyuan.stages.survey.actions.batches import take_batch
from qingyuan.stages.survey.models_field import FieldDevice, FieldRecord
from tests import build


def device(outlet: Outlet) -> FieldDevice:
    """A phone heard of in the outlet's unit; the same one however often it is asked."""
    uid = f"oracle:{outlet.pk}"
    if known := FieldDevice.objects.filter(uid=uid).first():
        return known
    item = {
        "kind": "record",
        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, uid)),
        "form_version": "gone",
        "fields": {"unit_code": outlet.unit.code, "name": f"现场记录{outlet.pk}", "longitude": "江边", "latitude": "3"},
        "occurred_at": build.NOON.isoformat(),
    }
    clerk = build.actor(Role.CLERK, outlet.unit)
    take_batch(clerk, {"device": {"id": uid, "now": build.NOON.timestamp()}, "items": [item]}, at=build.NOON)
    return FieldDevice.objects.get(uid=uid)


def record(outlet: Outlet) -> FieldRecord:
    """The record it sent, which waits for a person."""
    return FieldRecord.objects.get(device=device(outlet))
