"""The oracle's entries for names, codes and signboards."""

from __future__ import annotations

from qingyuan.core.access import Permission
from tests.access import signs
from tests.api.entry import Entry, Path

P = Permission
DONE = {200, 201}
REFUSED = DONE | {403, 409, 422}
ABSENT = {404}
DAY = "2023-06-01"
HASH = "0" * 64
VIEW, ISSUE, WORK = P.OUTLET_VIEW, P.CODE_ISSUE, P.STANDARDISATION_WORK


def of(tail: str) -> Path:
    return lambda _country, one: f"outlets/{one.pk}{tail}"


def board(tail: str = "") -> Path:
    return lambda _country, one: f"signboards/{signs.sign(one).pk}{tail}"


def numbers(tail: str = "") -> Path:
    return lambda _country, one: f"code-segments/{signs.segment(one).pk}{tail}"


def board_version(_country, one) -> int:
    return signs.sign(one).version


def numbers_version(_country, one) -> int:
    return signs.segment(one).version


BY_EVERYBODY = {
    "coding_listed": Entry(VIEW, "codes"),
    "coding_waiting": Entry(VIEW, "codes/waiting"),
    "coding_segments": Entry(VIEW, "code-segments"),
    "signboards_listed": Entry(VIEW, "signboards"),
}
ABOUT_ONE = {
    "coding_issue_many": Entry(
        ISSUE,
        "codes",
        lambda _country, one: {"on": DAY, "codes": [{"outlet": one.pk, "code": "ZZ-140213-0001-QT-00"}]},
        REFUSED,
        scope_first=False,
    ),
    "coding_shown": Entry(VIEW, of("/code")),
    "coding_issue": Entry(ISSUE, of("/code"), {"on": DAY}, REFUSED),
    "coding_void": Entry(ISSUE, of("/code/void"), {"on": DAY, "reason": "重复"}, REFUSED),
    "coding_reserve": Entry(
        ISSUE,
        "code-segments",
        lambda _country, one: {"on": DAY, "unit": one.unit.code, "basin": "ZZ", "count": 3, "holder": "某队"},
        REFUSED,
        scope_first=False,
    ),
    "coding_segment": Entry(VIEW, numbers(), of_a_unit=True),
    "coding_report": Entry(
        ISSUE,
        numbers("/report"),
        {"on": DAY, "used": [{"outlet": "999999", "serial": 1}]},
        REFUSED | ABSENT,
        of_a_unit=True,
        version=numbers_version,
    ),
    "coding_close": Entry(ISSUE, numbers("/close"), {"on": DAY}, REFUSED, of_a_unit=True, version=numbers_version),
    "signboards_design": Entry(
        WORK, "signboards", lambda _country, one: {"on": DAY, "outlet": one.pk}, REFUSED, scope_first=False
    ),
    "signboards_together": Entry(
        VIEW, "signboards/pdf", lambda _country, one: {"signs": [signs.sign(one).pk]}, scope_first=False
    ),
    "signboards_shown": Entry(VIEW, board()),
    "signboards_pdf": Entry(VIEW, board("/pdf")),
    "signboards_photo": Entry(VIEW, board("/photo")),
    "signboards_mark_printed": Entry(WORK, board("/print"), {"on": DAY}, REFUSED, version=board_version),
    "signboards_erect": Entry(
        P.SIGN_ERECT, board("/erect"), {"on": DAY, "photo": HASH}, REFUSED, version=board_version
    ),
    "signboards_damage": Entry(WORK, board("/damage"), {"on": DAY, "damage": "倒"}, REFUSED, version=board_version),
    "signboards_void": Entry(WORK, board("/void"), {"on": DAY, "reason": "换"}, REFUSED, version=board_version),
}
