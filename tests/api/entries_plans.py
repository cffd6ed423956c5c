"""The oracle on plans, orders and transition periods."""

from __future__ import annotations

from qingyuan.core.access import Permission
from qingyuan.registry.models import Outlet
from tests.access import stays
from tests.access.site import Country
from tests.api.entry import DONE, Entry, Path

DAY = "2023-06-01"
SHA = "0" * 64
REFUSED = DONE | {404, 409, 422}
PLAN, APPROVE = Permission.REMEDIATION_PLAN, Permission.REMEDIATION_APPROVE


def stay(tail: str = "") -> Path:
    return lambda _country, one: f"rounds/{stays.stay(one).pk}{tail}"


def version(_country: Country, one: Outlet) -> int:
    from qingyuan.api.v1.remediation_plans import version_of

    return version_of(stays.stay(one))


def upon(permission: Permission, tail: str, json: dict) -> Entry:
    return Entry(permission, stay(tail), {"on": DAY, **json}, REFUSED, version=version)


BY_EVERYBODY: dict[str, Entry] = {"remediation_plans_listed": Entry(Permission.OUTLET_VIEW, "remediation/plans")}
ABOUT_ONE: dict[str, Entry] = {
    "remediation_plans_shown": Entry(Permission.OUTLET_VIEW, stay()),
    "remediation_plans_draft": upon(PLAN, "/plan", {"batch": "standardise"}),
    "remediation_plans_submit": upon(PLAN, "/submit", {}),
    "remediation_plans_recall": upon(PLAN, "/recall", {}),
    "remediation_plans_approve": upon(APPROVE, "/approve", {"sha256": SHA}),
    "remediation_plans_send_back": upon(APPROVE, "/return", {"note": "不妥"}),
    "remediation_plans_start": upon(PLAN, "/start", {}),
    "remediation_plans_order": upon(
        Permission.REMEDIATION_ORDER,
        "/order",
        {"measure": "处罚", "zone_kind": "other", "body": 999_999, "legal_basis": "法", "sha256": SHA},
    ),
    "remediation_plans_transition": upon(
        PLAN, "/transition", {"reason": "难", "interim_measure": "罐车", "until": "2030-01-01", "sha256": SHA}
    ),
    "remediation_plans_decide_transition": upon(APPROVE, "/transition/decide", {"agreed": True}),
    "remediation_plans_at_once": Entry(
        PLAN,
        lambda _country, one: f"outlets/{one.pk}/remediate-at-once",
        {"on": DAY, "norm": "HJ 1309", "text": "清理"},
        REFUSED,
    ),
}
