"""The oracle on the problem list and triage."""

from __future__ import annotations

from qingyuan.core.access import Permission
from qingyuan.registry.models import Outlet
from tests.access import site
from tests.access.site import Country
from tests.api.entry import DONE, Entry, Path

DAY = "2023-06-01"
REFUSED = DONE | {409, 422}
TRIAGE = Permission.REMEDIATION_TRIAGE


def problem(tail: str = "") -> Path:
    return lambda _country, one: f"problems/{one.pk}{tail}"


def finding(tail: str) -> Path:
    return lambda _country, one: f"findings/{site.found_against(one).pk}{tail}"


def version(_country: Country, one: Outlet) -> int:
    return Outlet.objects.get(pk=one.pk).version


def upon(path: Path, json: dict) -> Entry:
    return Entry(TRIAGE, path, {"on": DAY, **json}, REFUSED, version=version, scope_first=False)


BY_EVERYBODY: dict[str, Entry] = {"remediation_listed": Entry(Permission.OUTLET_VIEW, "problems")}
ABOUT_ONE: dict[str, Entry] = {
    "remediation_shown": Entry(Permission.OUTLET_VIEW, problem()),
    "remediation_find": Entry(
        Permission.OUTLET_ENTER_FACT,
        problem("/find"),
        {"on": DAY, "kind": "other", "text": "口门堵塞"},
        REFUSED,
        scope_first=False,
    ),
    "remediation_list_as_problem": upon(problem("/list"), {}),
    "remediation_no_problem": upon(problem("/no-problem"), {"reason": "没有问题"}),
    "remediation_retain": upon(problem("/retain"), {}),
    "remediation_confirm": Entry(TRIAGE, finding("/confirm"), {"on": DAY}, REFUSED),
    "remediation_take_back": Entry(TRIAGE, finding("/take-back"), {"on": DAY, "reason": "有误"}, REFUSED),
    "remediation_dismiss": Entry(TRIAGE, finding("/dismiss"), {"on": DAY, "reason": "不属实"}, REFUSED),
}
