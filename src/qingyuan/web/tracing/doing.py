"""From a form that was filled in to the one action it asks for. What is said afterwards is returned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from qingyuan.core.access import Actor
from qingyuan.core.refusal import NotFound
from qingyuan.stages.tracing import actions, queries
from qingyuan.stages.tracing.models import Case, Node
from qingyuan.stages.tracing.words import Conclusion, Confidence, NodeKind
from qingyuan.web.dispatch.doing import kept


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked: about which case, and which part of it, by a form that is in order."""

    case: Case
    form: Any
    of: int
    by: Actor
    at: datetime

    @property
    def given(self) -> Mapping[str, Any]:
        """The answers of the form."""
        return self.form.cleaned_data

    @property
    def acting(self) -> dict[str, Any]:
        """Who, when it happened, when it is recorded."""
        on: date = self.given["on"]
        return {"on": on, "by": self.by, "at": self.at}


def add_step(asked: Asked) -> str:
    """记录步骤."""
    given = asked.given
    files = [one for one in (given["paper"], given["paper_2"]) if one]
    actions.add_step(
        asked.case,
        method=given["method"],
        method_note=given["method_note"],
        place=given["place"],
        position=asked.form.position,
        result=given["result"],
        confidence=Confidence(given["confidence"]),
        evidence={kept(one, by=asked.by, at=asked.at): one.name or "" for one in files},
        **asked.acting,
    )
    return _("已记录步骤。")


def strike_step(asked: Asked) -> str:
    """划去步骤."""
    step = asked.case.steps.filter(pk=asked.of).first()
    if step is None:
        raise NotFound("step", str(asked.of))
    step.case = asked.case
    actions.strike_step(step, reason=asked.given["reason"], **asked.acting)
    return _("已划去，原文仍可查看。")


def set_source(asked: Asked) -> str:
    """登记来源."""
    given = asked.given
    share = None if given["share"] is None else given["share"] / Decimal(100)
    actions.set_source(asked.case, body=given["body"], share=share, note=given["note"], **asked.acting)
    return _("已登记来源“%(name)s”。") % {"name": given["body"].name}


def end_source(asked: Asked) -> str:
    """删去来源."""
    source = asked.case.sources.filter(pk=asked.of).select_related("body").first()
    if source is None:
        raise NotFound("source", str(asked.of))
    source.case = asked.case
    actions.end_source(source, **asked.acting)
    return _("已删去来源“%(name)s”。") % {"name": source.body.name}


def extend(asked: Asked) -> str:
    """向上游延伸."""
    given = asked.given
    actions.extend(
        asked.case,
        lower=Node.objects.get(pk=given["lower"]),
        kind=NodeKind(given["kind"]),
        name=given["name"],
        body=given["body"],
        length_m=given["length_m"],
        **asked.acting,
    )
    return _("链条已延伸。")


def connect(asked: Asked) -> str:
    """连接两点."""
    upper, lower = (Node.objects.get(pk=asked.given[name]) for name in ("upper", "lower"))
    actions.connect(asked.case, upper=upper, lower=lower, **asked.acting)
    return _("已连接。")


def disconnect(asked: Asked) -> str:
    """断开."""
    actions.disconnect(queries.edge(asked.case, asked.of), asked.case, **asked.acting)
    return _("已断开。")


def set_lead(asked: Asked) -> str:
    """另定牵头单位."""
    actions.set_lead(asked.case, lead=asked.given["lead"], reason=asked.given["reason"], **asked.acting)
    return _("牵头单位已定为“%(name)s”。") % {"name": asked.given["lead"].name}


def conclude(asked: Asked) -> str:
    """得出结论."""
    given = asked.given
    paper = kept(given["paper"], by=asked.by, at=asked.at)
    case = actions.conclude(
        asked.case, conclusion=Conclusion(given["conclusion"]), note=given["note"], sha256=paper, **asked.acting
    )
    proposed = queries.party_proposals(case.outlet)
    if proposed and case.outlet.party_id is None:
        return _("已得出结论，建议责任主体为“%(name)s”，待明确。") % {"name": proposed[0].text}
    return _("已得出结论。")


def fix_party(asked: Asked) -> str:
    """明确责任主体."""
    given = asked.given
    actions.fix_party(
        asked.case,
        body=given["body"],
        basis=given["basis"],
        note=given["note"],
        sha256=kept(given["paper"], by=asked.by, at=asked.at),
        **asked.acting,
    )
    return _("责任主体已明确为“%(name)s”。") % {"name": given["body"].name}
