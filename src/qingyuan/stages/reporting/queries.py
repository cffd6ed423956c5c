"""The register of plans: who must file, who did, who is overdue, on any day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from qingyuan.core.refusal import NotFound
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.stages.reporting.filers import Filer, Scheme
from qingyuan.stages.reporting.models import PlanState, SubordinatePlan


class Standing(StrEnum):
    """How a line of the register stands on a day."""

    OVERDUE = "overdue"
    MISSING = "missing"
    FILED = "filed"
    REFUSED = "refused"
    APPROVED = "approved"


LABELS = {
    Standing.OVERDUE: _("逾期"),
    Standing.MISSING: _("未报送"),
    Standing.FILED: _("已报送，待审核"),
    Standing.REFUSED: _("已退回，待重报"),
    Standing.APPROVED: _("审核通过"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One who must file, as of a day. `late_days`: how long after the due day the plan came, or has not come yet."""

    filer: Filer
    plan: SubordinatePlan | None
    standing: Standing
    late_days: int


def register(scheme: Scheme, *, on: date) -> list[Line]:
    """Every line of the register as it stood on a day: a plan filed later had not been filed."""
    latest: dict[str, SubordinatePlan] = {}
    rows = SubordinatePlan.objects.filter(root_path=scheme.root.path, filed_on__lte=on).select_related("unit", "body")
    for plan in rows.order_by("number"):
        latest[plan.filer] = plan
    return [_line(filer, latest.get(filer.key), scheme.due.day, on) for filer in scheme.filers]


def plan(pk: int) -> SubordinatePlan:
    """One plan; NotFound when there is none."""
    found = SubordinatePlan.objects.filter(pk=pk).select_related("unit", "body").first()
    if found is None:
        raise NotFound("plan", str(pk))
    return found


def plans_of(scheme: Scheme, key: str) -> list[SubordinatePlan]:
    """What one filer filed, the newest first."""
    return list(SubordinatePlan.objects.filter(root_path=scheme.root.path, filer=key).order_by("-number"))


def filer_of(scheme: Scheme, key: str) -> Filer:
    """A line's filer by its key; NotFound for one the scheme does not ask."""
    found = next((one for one in scheme.filers if one.key == key), None)
    if found is None:
        raise NotFound("plan", key)
    return found


def _line(filer: Filer, plan: SubordinatePlan | None, due: date | None, on: date) -> Line:
    decided = plan is not None and plan.decided_on is not None and plan.decided_on <= on
    state = plan.state if plan is not None and decided else PlanState.FILED
    if plan is not None and state != PlanState.REFUSED:
        late = max((plan.filed_on - due).days, 0) if due else 0
        return Line(filer, plan, Standing.APPROVED if state == PlanState.APPROVED else Standing.FILED, late)
    late = max((on - due).days, 0) if due else 0
    if late:
        return Line(filer, plan, Standing.OVERDUE, late)
    return Line(filer, plan, Standing.REFUSED if plan is not None else Standing.MISSING, 0)
