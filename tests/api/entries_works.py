"""The oracle on works, evidence, doubts and branch pipes."""

from __future__ import annotations

from qingyuan.core.access import Permission
from qingyuan.registry.models import Outlet
from qingyuan.stages.remediation.models_works import Doubt
from tests.access import stays, workings
from tests.access.site import Country
from tests.api.entry import DONE, Entry, Path

DAY = "2023-06-01"
ABSENT = {404}
REFUSED = DONE | {409, 422}
WORK = Permission.REMEDIATION_WORK


def of_round(tail: str) -> Path:
    return lambda _country, one: f"rounds/{stays.stay(one).pk}/{tail}"


def of_doubt(tail: str = "") -> Path:
    return lambda _country, one: f"doubts/{workings.doubt(one).pk}{tail}"


def of_branch(_country: Country, one: Outlet) -> str:
    return f"rounds/{stays.stay(one).pk}/branches/{workings.branch(one).pk}/clear"


def version(_country: Country, one: Outlet) -> int:
    return Doubt.objects.get(pk=workings.doubt(one).pk).version


BY_EVERYBODY: dict[str, Entry] = {"remediation_works_doubts": Entry(Permission.OUTLET_VIEW, "doubts")}
ABOUT_ONE: dict[str, Entry] = {
    "remediation_works_shown": Entry(Permission.OUTLET_VIEW, of_round("works")),
    "remediation_works_add_evidence": Entry(WORK, of_round("evidence"), answers=REFUSED, form=True),
    "remediation_works_file": Entry(
        Permission.OUTLET_VIEW, lambda _country, one: f"evidence/{workings.evidence(one).pk}/file"
    ),
    "remediation_works_progress": Entry(WORK, of_round("steps/999999/progress"), {"on": DAY, "percent": 50}, ABSENT),
    "remediation_works_done": Entry(WORK, of_round("done"), {"on": DAY, "sha256": "0" * 64}, REFUSED),
    "remediation_works_branch": Entry(
        Permission.REMEDIATION_PLAN, of_round("branches"), {"on": DAY, "name": "支管", "owner_text": "不明"}
    ),
    "remediation_works_clear": Entry(WORK, of_branch, {"on": DAY, "how": "拆除"}),
    "remediation_works_raise_doubt": Entry(
        Permission.REMEDIATION_REOPEN, of_round("doubts"), {"on": DAY, "kind": "harm", "text": "扰民"}
    ),
    "remediation_works_one_doubt": Entry(Permission.OUTLET_VIEW, of_doubt()),
    "remediation_works_explain": Entry(
        WORK, of_doubt("/explain"), {"on": DAY, "text": "说明"}, REFUSED, version=version
    ),
    "remediation_works_decide": Entry(
        Permission.REMEDIATION_ACCEPT,
        of_doubt("/decide"),
        {"on": DAY, "confirmed": False, "reason": "不属实"},
        REFUSED,
        version=version,
    ),
}
FORMS = {"remediation_works_add_evidence": {"kind": "other", "on": DAY}}
