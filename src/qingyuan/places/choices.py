"""Labels for stored values. Handed to fields as functions, so that rewording a label makes no migration."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from qingyuan.core import waters
from qingyuan.core import zones as core_zones

Choices = list[tuple[str, str]]


def _labelled(kinds: Iterable[StrEnum], labels: Mapping[StrEnum, str]) -> Choices:
    return [(one.value, str(_(labels[one]))) for one in kinds if one.value]


def unit_kinds() -> Choices:
    return [("division", str(_("行政区划"))), ("zone", str(_("开发区、管理区")))]


def statuses() -> Choices:
    return _labelled(waters.Status, waters.LABELS)


def water_kinds() -> Choices:
    return _labelled(waters.WaterKind, waters.LABELS)


def flags() -> Choices:
    return _labelled(waters.WaterFlagKind, waters.LABELS)


def section_levels() -> Choices:
    return _labelled(waters.SectionLevel, waters.LABELS)


def zones() -> Choices:
    return _labelled(core_zones.ZoneKind, core_zones.LABELS)


def protection_levels() -> Choices:
    return _labelled(core_zones.ProtectionLevel, core_zones.LABELS)
