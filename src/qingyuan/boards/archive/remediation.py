"""What the room of remediation holds for an outlet's file: rounds with their problems, plans, works, acceptance."""

from __future__ import annotations

from datetime import date

from qingyuan.boards.archive.line import Line, Lines
from qingyuan.core.archive import Section
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.registry.models import Outlet
from qingyuan.stages.remediation.models import Finding, Round
from qingyuan.stages.remediation.models_closure import Acceptance, Filing, SiteCheck
from qingyuan.stages.remediation.models_plans import Order, Plan
from qingyuan.stages.remediation.models_works import Evidence, StepReport


def remediation(outlet: Outlet, _on: date) -> Lines:
    """Every line of every round, oldest first."""
    for one in Round.objects.filter(outlet=outlet).order_by("number"):
        said = f"{one.get_cause_display()}{'，' + one.get_outcome_display() if one.outcome else ''}"
        yield Section.PLAN, Line(_("列入问题清单"), said, one.listed_on)
    for finding in Finding.objects.filter(outlet=outlet, state="confirmed", withdrawn_at=None).order_by("pk"):
        yield Section.PLAN, Line(_("认定的问题"), finding.text, finding.decided_on, finding.basis_sha256)
    for plan in Plan.objects.filter(round__outlet=outlet).order_by("round__number", "number"):
        due = f"，期限 {plan.due.isoformat()}" if plan.due else ""
        text = f"{plan.get_batch_display()}，{plan.get_state_display()}{due}"
        yield Section.PLAN, Line(_("整治方案"), text, plan.decided_on or plan.drafted_on, plan.paper_sha256)
    for order in Order.objects.filter(round__outlet=outlet).select_related("body").order_by("issued_on", "pk"):
        yield Section.PLAN, Line(_("取缔决定"), order.body.name, order.issued_on, order.paper_sha256)
    for report in StepReport.objects.filter(step__plan__round__outlet=outlet).select_related("step").order_by("pk"):
        text = f"{report.step.title} {report.percent} %{'，' + report.text if report.text else ''}"
        yield Section.WORKS, Line(_("整治进度"), text, report.day)
    for proof in Evidence.objects.filter(round__outlet=outlet).order_by("day", "pk"):
        section = Section.PHOTOS if proof.is_photo else Section.WORKS
        text = "，".join(filter(None, (str(proof.get_kind_display()), proof.title, str(proof.get_state_display()))))
        yield section, Line(_("整治佐证"), text, proof.day, proof.sha256)
    yield from _closing(outlet)


def _closing(outlet: Outlet) -> Lines:
    for check in SiteCheck.objects.filter(round__outlet=outlet, is_void=False).order_by("checked_on", "pk"):
        yield Section.ACCEPTANCE, Line(_("现场核查"), check.note, check.checked_on, check.photo_sha256)
    for one in Acceptance.objects.filter(round__outlet=outlet, is_void=False).order_by("decided_on", "pk"):
        text = "，".join(filter(None, (one.title, str(one.get_verdict_display()), one.reason)))
        yield Section.ACCEPTANCE, Line(_("验收"), text, one.decided_on, one.paper_sha256)
    for filing in Filing.objects.filter(round__outlet=outlet).order_by("filed_on", "pk"):
        text = f"{filing.title}，{filing.get_state_display()}"
        yield Section.ACCEPTANCE, Line(_("销号备案"), text, filing.filed_on, filing.proof_sha256)
