"""The oracle on closure: checks, acceptance, filing, outcome, packs, relapses."""

from __future__ import annotations

from qingyuan.core.access import Permission
from qingyuan.registry.models import Outlet
from tests.access import closings, stays
from tests.access.site import Country
from tests.api.entry import DONE, Entry, Path

DAY, SHA = "2023-06-01", "0" * 64
REFUSED = DONE | {404, 409, 422}
"""Refused by the state of things, or because nobody filed the paper."""
VIEW, EXPORT, ACCEPT = Permission.OUTLET_VIEW, Permission.OUTLET_EXPORT, Permission.REMEDIATION_ACCEPT
FILE, REOPEN = Permission.REMEDIATION_FILE_UPWARD, Permission.REMEDIATION_REOPEN


def of_round(tail: str) -> Path:
    return lambda _country, one: f"rounds/{stays.stay(one).pk}/{tail}"


def of_filing(tail: str) -> Path:
    return lambda _country, one: f"filings/{closings.filing(one).pk}/{tail}"


def of_relapse(tail: str) -> Path:
    return lambda _country, one: f"relapses/{closings.relapse(one).pk}/{tail}"


def of_outlet(_country: Country, one: Outlet) -> str:
    return f"outlets/{one.pk}/relapses"


BY_EVERYBODY: dict[str, Entry] = {"remediation_closing_filings": Entry(VIEW, "filings")}
ABOUT_ONE: dict[str, Entry] = {
    "remediation_closing_shown": Entry(VIEW, of_round("closing")),
    "remediation_closing_check_site": Entry(
        ACCEPT, of_round("site-check"), {"on": DAY, "passed": True, "note": "合格"}, REFUSED
    ),
    "remediation_closing_accept": Entry(ACCEPT, of_round("accept"), {"on": DAY, "sha256": SHA}, REFUSED),
    "remediation_closing_return_works": Entry(ACCEPT, of_round("return-works"), {"on": DAY, "reason": "未完"}, REFUSED),
    "remediation_closing_file_upward": Entry(FILE, of_round("file-upward"), {"on": DAY, "sha256": SHA}, REFUSED),
    "remediation_closing_decide": Entry(ACCEPT, of_round("outcome"), {"on": DAY, "outcome": "retained"}, REFUSED),
    "remediation_closing_seal": Entry(EXPORT, of_round("seal"), {}, REFUSED),
    "remediation_closing_pack": Entry(EXPORT, of_round("pack"), answers={404}),
    "remediation_closing_take": Entry(FILE, of_filing("take"), {"on": DAY}, REFUSED),
    "remediation_closing_send_back": Entry(FILE, of_filing("return"), {"on": DAY, "reason": "不全"}, REFUSED),
    "remediation_closing_report": Entry(
        Permission.OUTLET_ENTER_FACT,
        of_outlet,
        {"on": DAY, "source": "complaint", "text": "有异味", "sha256": SHA},
        REFUSED,
    ),
    "remediation_closing_reopen": Entry(REOPEN, of_relapse("reopen"), {"on": DAY}, REFUSED),
    "remediation_closing_dismiss": Entry(REOPEN, of_relapse("dismiss"), {"on": DAY, "reason": "不实"}, REFUSED),
}
