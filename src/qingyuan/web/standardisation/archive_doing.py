"""From a form that was filled in to the one action it asks for. What is said afterwards is returned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from qingyuan.core.access import Actor
from qingyuan.core.refusal import NotFound
from qingyuan.flows import standardising as flow
from qingyuan.registry.models import Outlet
from qingyuan.stages.standardisation import queries_archive as queries
from qingyuan.stages.standardisation.actions import instruments, standardising
from qingyuan.stages.standardisation.models_archive import ArchiveEntry, Facility
from qingyuan.stages.standardisation.words_archive import CheckResult, FacilityKind, FacilityState
from qingyuan.web.dispatch.doing import kept


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked: about which outlet, and which part of it, by a form that is in order. `key` is the press."""

    outlet: Outlet
    form: Any
    of: int
    key: str
    by: Actor
    at: datetime

    @property
    def given(self) -> Mapping[str, Any]:
        """The answers of the form."""
        return self.form.cleaned_data

    @property
    def acting(self) -> dict[str, Any]:
        """Who, when it happened, when it is recorded."""
        return {"on": self.given["on"], "by": self.by, "at": self.at}

    @property
    def paper(self) -> str:
        """The upload in the library; "" for none."""
        return kept(self.given.get("paper"), by=self.by, at=self.at)

    @property
    def facility(self) -> Facility:
        """The facility of this outlet it is about."""
        found = queries.facility(self.by, self.of)
        if found.outlet_id != self.outlet.pk:
            raise NotFound("facility", str(self.of))
        return found

    @property
    def entry(self) -> ArchiveEntry:
        """The entry of this outlet it is about."""
        found = queries.entry(self.by, self.of)
        if found.outlet_id != self.outlet.pk:
            raise NotFound("archive_entry", str(self.of))
        return found


def check(asked: Asked) -> str:
    """核对."""
    given = asked.given
    standardising.check_item(
        asked.outlet,
        item=given["item"],
        result=CheckResult(given["result"]),
        reason=given["reason"],
        photo_sha256=asked.paper,
        key=asked.key,
        **asked.acting,
    )
    return _("已记录核对结果。")


def facility(asked: Asked) -> str:
    """登记设施."""
    given = asked.given
    instruments.add_facility(
        asked.outlet,
        kind=FacilityKind(given["kind"]),
        name=given["name"],
        place=given["place"],
        position=asked.form.position,
        device_number=given["device_number"],
        state=FacilityState(given["state"]),
        photo_sha256=asked.paper,
        key=asked.key,
        **asked.acting,
    )
    return _("已登记设施。")


def facility_state(asked: Asked) -> str:
    """变更设施状态."""
    given = asked.given
    state = FacilityState(given["state"])
    instruments.change_facility(asked.facility, state=state, note=given["note"], sha256=asked.paper, **asked.acting)
    return _("设施状态已变更。")


def gate(asked: Asked) -> str:
    """记录闸阀启闭."""
    given = asked.given
    instruments.work_gate(asked.facility, is_open=given["is_open"] == "1", note=given["note"], **asked.acting)
    return _("已记录闸阀启闭。")


def file_gate(asked: Asked) -> str:
    """闸阀备案."""
    instruments.file_gate(asked.facility, sha256=asked.paper, note=asked.given["note"], **asked.acting)
    return _("闸阀已备案。")


def paper(asked: Asked) -> str:
    """归入档案."""
    given = asked.given
    standardising.enter_paper(
        asked.outlet, section=given["section"], title=given["title"], sha256=asked.paper, key=asked.key, **asked.acting
    )
    return _("已归入档案。")


def aside(asked: Asked) -> str:
    """注明不适用."""
    given = asked.given
    standardising.put_aside(
        asked.outlet, section=given["section"], reason=given["reason"], key=asked.key, **asked.acting
    )
    return _("已注明不适用。")


def withdraw(asked: Asked) -> str:
    """撤回归入的材料."""
    standardising.withdraw_entry(asked.entry, **asked.acting)
    return _("已撤回。")


def confirm(asked: Asked) -> str:
    """确认规范化."""
    flow.standardise(asked.outlet, **asked.acting)
    return _("已确认规范化。")


def supervise(asked: Asked) -> str:
    """纳入日常监管."""
    given = asked.given
    standardising.supervise(
        asked.outlet, owner=given["owner"], chief=given["chief"], sha256=asked.paper, **asked.acting
    )
    return _("已纳入日常监管。")
