"""Findings and reasons of a lead in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from qingyuan.core.leads import Reason
from qingyuan.stages.survey.doctoring import sentence_of
from qingyuan.stages.survey.models_leads import Lead
from qingyuan.stages.survey.twins import Twin
from qingyuan.stages.survey.words_leads import HintKind

REASONS = {
    HintKind.PERMIT: noop("排污许可证载明的排放口附近没有已登记的排污口"),
    HintKind.SEWER_END: noop("污水管网在此终止，附近没有已登记的排污口"),
    HintKind.COMPLAINT: noop("有投诉举报，附近没有已登记的排污口"),
    HintKind.LOAD_GAP: noop("两个断面之间的污染负荷有缺口"),
    HintKind.UNWALKED: noop("排查专项中尚未走到的岸线"),
}


@dataclass(frozen=True, slots=True)
class Said:
    """One finding: the sentence, how grave it is."""

    text: str
    severity: str


def findings(lead: Lead) -> list[Said]:
    """What was found about it on entry, as sentences."""
    return [_said(one) for one in lead.findings]


def _said(one: Mapping[str, object]) -> Said:
    params = one.get("params")
    text = _(sentence_of(one))
    filled = text % params if isinstance(params, Mapping) and params else text
    return Said(filled, str(one.get("severity", "")))


def reasons(found: Iterable[Reason]) -> list[str]:
    """Why a kilometre is on the list: each kind with its points and what it rests on."""
    return [
        _("%(what)s（%(points)s 分）：%(clues)s")
        % {
            "what": _(REASONS[HintKind(one.kind)]),
            "points": f"{one.points:g}",
            "clues": _("；").join(clue.text for clue in one.clues[:3]),
        }
        for one in found
    ]


def why(twin: Twin) -> str:
    """Why two may be one."""
    told = []
    if twin.distance_m is None:
        told.append(_("距离不明"))
    else:
        told.append(_("沿岸相距 %(m)s 米") % {"m": f"{twin.distance_m:.0f}"})
    told.append(_("名称相似度 %(share)s") % {"share": f"{twin.name_share:.2f}"})
    if twin.same_code:
        told.append(_("编码相同"))
    if twin.same_photo:
        told.append(_("同一张影像"))
    return " · ".join(told)
