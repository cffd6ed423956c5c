"""From a form that was filled in to the one action it asks for. What is said afterwards is returned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from qingyuan.core.access import Actor
from qingyuan.core.plans import Demand
from qingyuan.core.refusal import NotFound, Refusal, Refused
from qingyuan.core.refusal import gettext_noop as noop
from qingyuan.exchange import plan_papers
from qingyuan.library import actions as library
from qingyuan.registry import queries as registry
from qingyuan.registry.models import Outlet
from qingyuan.stages.remediation import actions, queries_plans, rules_plans
from qingyuan.stages.remediation.models import Round
from qingyuan.stages.remediation.models_plans import Plan, Transition
from qingyuan.web.dispatch.doing import kept


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked: about which stay, by a form that is in order."""

    round: Round
    form: Any
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

    def paper(self, name: str = "paper") -> str:
        """An uploaded file in the library; its hash, empty for none."""
        return kept(self.given.get(name), by=self.by, at=self.at)

    @property
    def draft(self) -> Plan:
        """The version in the making."""
        found = queries_plans.draft_of(self.round)
        if found is None:
            raise NotFound("plan", str(self.round.pk))
        return found


def address(found: Round) -> str:
    """The page of a stay."""
    return reverse("web:round", args=[found.pk])


def told(found: Round) -> list[Demand]:
    """What the rules say of the plan as it stands, or of the outlet while there is none."""
    on = timezone.localdate()
    plan = queries_plans.latest_of(found)
    if plan is None:
        return rules_plans.proposals(found.outlet, on=on)
    return queries_plans.sorted_demands(queries_plans.demands(plan, on=on))


def _target(asked: Asked) -> Outlet | None:
    text = str(asked.given.get("target_outlet") or "").strip()
    if not text:
        return None
    try:
        return registry.outlet(asked.by, text)
    except NotFound:
        said = noop("没有编码或编号为“%(text)s”的排污口，或不在您的管辖范围内。")
        raise Refused(Refusal("remediation.no_target", said, {"text": text})) from None


def draft(asked: Asked) -> str:
    """编制方案."""
    standing = queries_plans.latest_of(asked.round)
    opinion = asked.paper("water_opinion") or (standing.water_opinion_sha256 if standing else "")
    given = asked.form.given(target=_target(asked), opinion_sha256=opinion)
    actions.draft_plan(asked.round, given=given, **asked.acting)
    return _("方案已保存，核对后请提交。")


def submit(asked: Asked) -> str:
    """提交方案."""
    actions.submit(asked.draft, **asked.acting)
    return _("方案已提交，待审定。")


def recall(asked: Asked) -> str:
    """撤回方案."""
    actions.recall_plan(asked.draft, **asked.acting)
    return _("方案已撤回，修改后请重新提交。")


def approve(asked: Asked) -> str:
    """审定方案."""
    plan = asked.draft
    paper = asked.paper() or document(plan, by=asked.by, at=asked.at)
    actions.approve(plan, paper_sha256=paper, note=asked.given["note"], **asked.acting)
    return _("方案已审定。")


def document(plan: Plan, *, by: Actor, at: datetime) -> str:
    """The plan printed and kept; its hash."""
    content = plan_papers.plan_pdf(plan, at=at)
    name = f"{plan.round.outlet.name}整治方案.pdf"
    return library.file_bytes(content, name=name, by=by, at=at).sha256


def send_back(asked: Asked) -> str:
    """退回方案."""
    actions.return_plan(asked.draft, note=asked.given["note"], **asked.acting)
    return _("方案已退回。")


def start(asked: Asked) -> str:
    """开工."""
    actions.start_works(asked.round, **asked.acting)
    return _("已开工。")


def order(asked: Asked) -> str:
    """登记取缔决定."""
    given = asked.given
    actions.order_closing(
        asked.round,
        measure=given["measure"],
        zone_kind=given["zone_kind"],
        body=given["body"],
        legal_basis=given["legal_basis"],
        paper_sha256=asked.paper(),
        **asked.acting,
    )
    return _("已登记取缔决定。")


def ask_transition(asked: Asked) -> str:
    """申请过渡期."""
    given = asked.given
    actions.ask_transition(
        asked.round,
        reason=given["reason"],
        interim_measure=given["interim_measure"],
        until=given["until"],
        paper_sha256=asked.paper(),
        **asked.acting,
    )
    return _("过渡期申请已提交，待审定。")


def _period(asked: Asked, state: str) -> Transition:
    found = next((one for one in queries_plans.transitions_of(asked.round) if one.state == state), None)
    if found is None:
        raise NotFound("transition", str(asked.round.pk))
    found.plan.round = asked.round
    return found


def agree(asked: Asked) -> str:
    """同意过渡期."""
    actions.decide_transition(_period(asked, "asked"), agreed=True, note=asked.given["note"], **asked.acting)
    return _("已同意，过渡期内按截止日期计算逾期。")


def decline(asked: Asked) -> str:
    """不同意过渡期."""
    actions.decide_transition(_period(asked, "asked"), agreed=False, note=asked.given["note"], **asked.acting)
    return _("未同意过渡期。")


def end_transition(asked: Asked) -> str:
    """结束过渡期."""
    actions.end_transition(_period(asked, "approved"), **asked.acting)
    return _("过渡期已结束，继续整治。")


def hard(asked: Asked) -> str:
    """列为重点难点."""
    actions.list_hard_case(asked.round, reason=asked.given["reason"], **asked.acting)
    return _("已列为重点难点。")


def solved(asked: Asked) -> str:
    """移出重点难点."""
    case = queries_plans.hard_case_of(asked.round)
    if case is None:
        raise NotFound("hard_case", str(asked.round.pk))
    actions.end_hard_case(case, outcome=asked.given["outcome"], **asked.acting)
    return _("已移出重点难点。")
