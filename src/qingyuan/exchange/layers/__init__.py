"""The register as layers of features: 排污单位, 排污通道, 入河排污口, 受纳水体 and 特殊区域, each with its fields, its
scope and its pages. OGC API, the sharing service and files all hand out what is read here, so they say the same.

What enters is who asks and what for; what leaves are features in CGCS2000 degrees (read as CRS84: the two differ by
centimetres). Clauses: 济源 四(四), 安阳 三(三), 大同 四(十二), 吉林 三(十二).
"""

from __future__ import annotations

from collections.abc import Mapping

from qingyuan.core.refusal import NotFound
from qingyuan.exchange.layers.channels import CHANNELS
from qingyuan.exchange.layers.dischargers import DISCHARGERS
from qingyuan.exchange.layers.outlets import OUTLETS
from qingyuan.exchange.layers.shape import Asked, Attribute, Feature, Layer, Page
from qingyuan.exchange.layers.waters import WATERS
from qingyuan.exchange.layers.zones import ZONES

__all__ = ["LAYERS", "Asked", "Attribute", "Feature", "Layer", "Page", "layer"]

LAYERS: Mapping[str, Layer] = {one.key: one for one in (OUTLETS, WATERS, DISCHARGERS, CHANNELS, ZONES)}


def layer(key: str) -> Layer:
    """A layer by its key; NotFound for none."""
    found = LAYERS.get(key)
    if found is None:
        raise NotFound("layer", key)
    return found
