"""一口一策 and the plan of a unit as papers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from qingyuan.exchange import printing
from qingyuan.stages.remediation import queries_plans, rules_plans
from qingyuan.stages.remediation.models_plans import Plan, YearPlan


def plan_pdf(plan: Plan, *, at: datetime) -> bytes:
    """The plan of one outlet, in its version, with the duties, the steps and what the rules say of it."""
    outlet = plan.round.outlet
    due = queries_plans.due_of(plan)
    labels = {one.name: str(one.verbose_name) for one in Plan._meta.fields}
    rows = [
        ("排污口", str(outlet.name)),
        ("编码", outlet.national_code or outlet.local_code),
        ("行政区划", outlet.unit.name),
        ("责任主体", plan.responsible_body.name if plan.responsible_body else ""),
        *((labels[name], getattr(plan, name)) for name in rules_plans.TEMPLATE if getattr(plan, name)),
        ("整治批次", str(plan.get_batch_display())),
        ("整治措施", "；".join(queries_plans.measures_said(plan))),
        ("完成期限", due.isoformat() if due else ""),
        ("法律或技术依据", plan.basis),
        ("并入", plan.target_outlet.name if plan.target_outlet else ""),
        ("接纳的污水处理设施", plan.receiving_works),
        ("投资概算（元）", str(plan.cost_yuan) if plan.cost_yuan is not None else ""),
        ("资金来源", plan.funding),
        ("统筹结合的工程", "、".join(plan.programmes)),
    ]
    rows += [(labels[name], getattr(plan, name)) for name in rules_plans.NOTES if getattr(plan, name)]
    duties = [[str(one.get_duty_display()), one.name, one.clause] for one in queries_plans.duties_of(plan)]
    steps = [
        [one.number, one.title, one.starts_on.isoformat() if one.starts_on else "", one.due.isoformat()]
        for one in queries_plans.steps_of(plan)
    ]
    rules = [[one.text, one.clause] for one in queries_plans.demands(plan, on=plan.drafted_on) if one.met is not None]
    data = {
        "title": f"{outlet.name}整治方案",
        "mark": "演示" if plan.is_demo else None,
        "version": f"第 {plan.number} 版 · {plan.get_state_display()}",
        "rows": [list(row) for row in rows],
        "duties": duties,
        "steps": steps,
        "rules": rules,
    }
    return printing.pdf("plan", data, at=at)


def year_plan_pdf(plan: YearPlan, plans: Iterable[Plan], *, at: datetime) -> bytes:
    """The plan of a unit or 责任区 with the plans of its outlets."""
    year = f"{plan.year} 年度" if plan.year else ""
    rows = [
        [
            one.round.outlet.name,
            str(one.get_batch_display()),
            one.due.isoformat() if one.due else "",
            str(one.get_state_display()),
        ]
        for one in plans
    ]
    data = {
        "title": plan.title,
        "mark": None,
        "version": " · ".join(filter(None, [plan.body.name if plan.body else plan.unit.name, year])),
        "text": plan.text,
        "heads": [_("排污口"), _("整治批次"), _("完成期限"), _("状态")],
        "plans": rows,
    }
    return printing.pdf("year_plan", data, at=at)
