"""The oracle on tracing and responsible parties."""

from __future__ import annotations

from qingyuan.core.access import Permission
from qingyuan.registry.models import Outlet
from qingyuan.stages.tracing.models import Case
from tests.access import site
from tests.access.site import Country
from tests.api.entry import DONE, Entry, Path

DAY = "2023-06-01"
ABSENT = {404}
REFUSED = DONE | {409, 422}
WORK = Permission.TRACING_WORK


def case(tail: str = "") -> Path:
    return lambda _country, one: f"cases/{site.traced(one).pk}{tail}"


def of_step(_country: Country, one: Outlet) -> str:
    made = site.traced(one)
    return f"cases/{made.pk}/steps/{made.steps.get().pk}/strike"


def evidence(_country: Country, one: Outlet) -> str:
    made = site.traced(one)
    return f"cases/{made.pk}/evidence/{made.steps.get().files.get().pk}"


def node(tail: str) -> Path:
    return lambda _country, one: f"nodes/{site.traced(one).outlet.node.pk}/{tail}"


def version(_country: Country, one: Outlet) -> int:
    return Case.objects.get(pk=site.traced(one).pk).version


def upon(permission: Permission, path: Path, json, answers=REFUSED) -> Entry:
    return Entry(permission, path, json, answers, version=version)


def of_node(**more: object):
    return lambda _country, one: {"on": DAY, "lower": site.traced(one).outlet.node.pk, **more}


def of_party(**more: object):
    return lambda _country, one: {"on": DAY, "body": one.party_id, **more}


BY_EVERYBODY: dict[str, Entry] = {
    "tracing_listed": Entry(Permission.OUTLET_VIEW, "cases"),
    "parties_listed": Entry(Permission.OUTLET_VIEW, "parties"),
}
ABOUT_ONE: dict[str, Entry] = {
    "tracing_open_case": Entry(
        Permission.TRACING_OPEN,
        "cases",
        lambda _country, one: {"on": DAY, "outlet": one.pk, "why": "unclear"},
        REFUSED,
        scope_first=False,
    ),
    "tracing_shown": Entry(Permission.OUTLET_VIEW, case()),
    "tracing_evidence": Entry(Permission.OUTLET_VIEW, evidence),
    "tracing_step": upon(WORK, case("/step"), {"on": DAY, "method": "资料溯源", "result": "查无"}),
    "tracing_strike": upon(WORK, of_step, {"on": DAY, "reason": "记错"}),
    "tracing_source": upon(WORK, case("/source"), of_party()),
    "tracing_end_source": upon(WORK, case("/sources/1/end"), {"on": DAY}, ABSENT),
    "tracing_extend": upon(WORK, case("/extend"), of_node(kind="well", name="井")),
    "tracing_connect": upon(
        WORK,
        case("/connect"),
        lambda _country, one: {"on": DAY, "upper": 1, "lower": site.traced(one).outlet.node.pk},
        REFUSED | ABSENT,
    ),
    "tracing_disconnect": upon(WORK, case("/disconnect"), {"on": DAY, "upper": 1, "lower": 2}, ABSENT),
    "tracing_lead": upon(Permission.TRACING_OPEN, case("/lead"), of_party(reason="就近")),
    "tracing_conclude": upon(
        Permission.TRACING_CONCLUDE, case("/conclude"), {"on": DAY, "conclusion": "inconclusive", "note": "查不到"}
    ),
    "tracing_fix_party": upon(Permission.OUTLET_FIX_PARTY, case("/fix-party"), of_party(basis="tracing")),
    "tracing_upstream": Entry(Permission.OUTLET_VIEW, node("upstream")),
    "tracing_downstream": Entry(Permission.OUTLET_VIEW, node("downstream")),
    "parties_shown": Entry(Permission.OUTLET_VIEW, lambda _country, one: f"parties/{one.party_id}"),
}
