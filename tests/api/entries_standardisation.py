"""The oracle's entries for 规范化, 一口一档 and the work board."""

from __future__ import annotations

from qingyuan.core.access import Permission
from tests.access import site
from tests.api.entry import Entry, Path

P = Permission
DONE = {200, 201}
REFUSED = DONE | {409, 422}
ABSENT = {404}
DAY = "2023-06-01"
HASH = "0" * 64


def of(tail: str) -> Path:
    return lambda _country, one: f"outlets/{one.pk}{tail}"


def paper(_country, one) -> str:
    return f"outlets/{one.pk}/archive/papers/{site.paper_of(one).sha256}"


BY_EVERYBODY = {
    "archives_work_board": Entry(P.OUTLET_VIEW, "work-board"),
    "standardisation_waiting": Entry(P.OUTLET_VIEW, "standardisation"),
}
ABOUT_ONE = {
    "archives_shown": Entry(P.OUTLET_VIEW, of("/archive")),
    "archives_as_pdf": Entry(P.OUTLET_EXPORT, of("/archive.pdf"), scope_first=False),
    "archives_as_pack": Entry(P.OUTLET_EXPORT, of("/archive.zip"), scope_first=False),
    "archives_paper": Entry(P.OUTLET_VIEW, paper),
    "archives_enter_paper": Entry(
        P.STANDARDISATION_WORK,
        of("/archive/papers"),
        {"on": DAY, "section": "monitoring", "sha256": HASH},
        REFUSED | ABSENT,
    ),
    "archives_put_aside": Entry(
        P.STANDARDISATION_CONFIRM, of("/archive/asides"), {"on": DAY, "section": "monitoring", "reason": "无"}, REFUSED
    ),
    "archives_withdraw": Entry(P.STANDARDISATION_WORK, of("/archive/entries/999999/withdraw"), {"on": DAY}, ABSENT),
    "standardisation_shown": Entry(P.OUTLET_VIEW, of("/standardisation")),
    "standardisation_check": Entry(
        P.STANDARDISATION_WORK, of("/checks"), {"on": DAY, "item": "setting", "result": "done"}, REFUSED
    ),
    "standardisation_add_facility": Entry(
        P.STANDARDISATION_WORK, of("/facilities"), {"on": DAY, "kind": "video", "place": "口门"}, REFUSED
    ),
    "standardisation_change_facility": Entry(
        P.STANDARDISATION_WORK, of("/facilities/999999/state"), {"on": DAY, "state": "in_use"}, ABSENT
    ),
    "standardisation_work_gate": Entry(
        P.STANDARDISATION_WORK, of("/facilities/999999/gate"), {"on": DAY, "is_open": True}, ABSENT
    ),
    "standardisation_file_gate": Entry(
        P.STANDARDISATION_WORK, of("/facilities/999999/file"), {"on": DAY, "sha256": HASH}, ABSENT
    ),
    "standardisation_standardise": Entry(P.STANDARDISATION_CONFIRM, of("/standardise"), {"on": DAY}, REFUSED),
    "standardisation_supervise": Entry(
        P.STANDARDISATION_CONFIRM, of("/supervise"), {"on": DAY, "owner": 1, "sha256": HASH}, REFUSED | ABSENT
    ),
}
