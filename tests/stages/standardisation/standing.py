"""What the tests of 规范化 have in common: a retained outlet of a scheme, and what it needs to be standardised."""

from __future__ import annotations

from qingyuan.core.access import CONSOLE
from qingyuan.core.lifecycle import Paper, Stage
from qingyuan.registry import actions as register
from qingyuan.registry.models import Outlet
from qingyuan.stages.standardisation.actions import instruments, standardising
from qingyuan.stages.standardisation.words_archive import CheckResult, FacilityKind
from tests import build
from tests.stages.tracing.cases import DAY, NOON, place

BY = {"on": DAY, "by": CONSOLE, "at": NOON}
CHECKED = ("access", "setting", "visible")


def retained(scheme: str, *, type_key: str = "GY.enterprise", **more: object) -> Outlet:
    """An outlet of a scheme that stays, after a problem was put right."""
    made = build.outlet(place(scheme), stage=Stage.RETAINED, on=DAY, type_key=type_key, **more)  # type: ignore[arg-type]
    made.refresh_from_db()
    return made


def complete(outlet: Outlet, *, leave: str = "") -> Outlet:
    """Everything the checklist can ask, but for one item."""
    if leave != "code":
        number = f"{outlet.pk:04d}"
        letters = "GY" if outlet.type_key.startswith("GY") else outlet.type_key[:2]
        code = f"FJ-{outlet.unit_path[:6]}-{number}-{letters}-00"
        register.take_code(outlet, code=code, as_national=True, **BY)
    if leave != "signboard":
        sign(outlet)
    for item in CHECKED:
        if item != leave:
            standardising.check_item(outlet, item=item, result=CheckResult.DONE, **BY)
    for kind in (FacilityKind.SAMPLING_POINT, FacilityKind.VIDEO, FacilityKind.GATE):
        if kind != leave:
            facility(outlet, kind)
    if leave != "photos":
        register.file_paper(outlet, kind=Paper.PHOTO, sha256=build.paper(), **BY)
    outlet.refresh_from_db()
    return outlet


def sign(outlet: Outlet) -> None:
    """The photo of the erected board into the outlet's file."""
    register.file_paper(outlet, kind=Paper.SIGNBOARD_PHOTO, sha256=build.paper(), **BY)


def facility(outlet: Outlet, kind: FacilityKind) -> None:
    """A facility in use; a gate filed."""
    made = instruments.add_facility(outlet, kind=kind, place="口门上游 3 m", **BY)
    if kind is FacilityKind.GATE:
        instruments.file_gate(made, sha256=build.paper(), **BY)
