"""Stage names in files: the labels of the lifecycle and what people call the same. Pure."""

from __future__ import annotations

from qingyuan.core.lifecycle import IN_REGISTER, STAGES, Stage
from qingyuan.exchange.values import plain

_OTHER_WORDS = {
    "已排查": Stage.SURVEYED,
    "待核实": Stage.SURVEYED,
    "已溯源": Stage.PARTY_FIXED,
    "正在整治": Stage.REMEDIATING,
    "正在溯源": Stage.TRACING,
    "已验收": Stage.ACCEPTED,
    "已完成整治": Stage.ACCEPTED,
    "规范化建设完成": Stage.STANDARDISED,
    "无需整治": Stage.NO_PROBLEM,
}
_BY_TEXT = {plain(label): stage for stage, label in STAGES.items() if stage in IN_REGISTER}
_BY_TEXT |= {stage.value: stage for stage in IN_REGISTER}
_BY_TEXT |= {plain(word): stage for word, stage in _OTHER_WORDS.items()}


def stage_named(text: str) -> Stage | None:
    """The stage a word means, or None.

    >>> stage_named("整治中")
    <Stage.REMEDIATING: 'remediating'>
    """
    return _BY_TEXT.get(plain(text)) or _BY_TEXT.get(text.strip().lower())
