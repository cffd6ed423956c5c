"""Evidence, doubts and branch pipes for the oracle: one where an outlet lies, the same however often it is asked."""

from __future__ import annotations

from qingyuan.core.access import CONSOLE
from qingyuan.registry.models import Outlet
from qingyuan.stages.remediation import actions
from qingyuan.stages.remediation.models_works import BranchPipe, Doubt, Evidence
from qingyuan.stages.remediation.words_works import DoubtKind, EvidenceKind
from tests import build
from tests.access.stays import stay
from tests.library import photos


def _when(outlet: Outlet) -> dict[str, object]:
    return {"on": outlet.stage_since, "by": CONSOLE, "at": build.recorded(outlet.stage_since)}


def evidence(outlet: Outlet) -> Evidence:
    """A before photo."""
    given = actions.Given(photos.photo(outlet.pk), "整治前.jpg")
    made = Evidence.objects.filter(round=stay(outlet)).first()
    return made or actions.add_evidence(stay(outlet), kind=EvidenceKind.BEFORE, given=given, **_when(outlet))


def doubt(outlet: Outlet) -> Doubt:
    """A doubt that an officer raised."""
    stay(outlet)
    key = f"oracle:{outlet.pk}"
    return actions.raise_doubt(outlet, kind=DoubtKind.HARM, text="施工扰民", key=key, **_when(outlet))


def branch(outlet: Outlet) -> BranchPipe:
    """A branch pipe that stands."""
    key = f"oracle:{outlet.pk}"
    return actions.record_branch(outlet, name="支管", owner_text="不明", key=key, **_when(outlet))
