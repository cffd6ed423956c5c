"""From a form that was filled in to the one action it asks for. What is said afterwards is returned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from qingyuan.core.access import Actor
from qingyuan.library import actions as library
from qingyuan.registry import queries as registry
from qingyuan.stages.dispatch import actions
from qingyuan.stages.dispatch.models import Part, WorkItem
from qingyuan.stages.dispatch.words import PartKind


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked: about which item, and which part of it, by a form that is in order."""

    item: WorkItem
    part: Part | None
    form: forms.Form
    by: Actor
    at: datetime

    @property
    def given(self) -> Mapping[str, Any]:
        """The answers of the form."""
        return self.form.cleaned_data

    @property
    def one_part(self) -> Part:
        """The part it is about: the act's reason let nothing through without one."""
        assert self.part is not None
        return self.part


def feedback(asked: Asked) -> str:
    """反馈."""
    given = asked.given
    paper = kept(given["paper"], by=asked.by, at=asked.at)
    actions.feedback(asked.one_part, text=given["text"], sha256=paper, on=given["on"], by=asked.by, at=asked.at)
    return _("已反馈。")


def return_feedback(asked: Asked) -> str:
    """退回."""
    given = asked.given
    actions.return_feedback(asked.one_part, reason=given["reason"], on=given["on"], by=asked.by, at=asked.at)
    return _("已退回%(name)s的反馈。") % {"name": asked.one_part.name}


def name_body(asked: Asked) -> str:
    """对应单位."""
    (body,) = asked.given["bodies"]
    actions.name_body(asked.one_part, body=body, on=asked.given["on"], by=asked.by, at=asked.at)
    return _("“%(name)s”已对应单位库中的%(body)s。") % {"name": asked.one_part.name, "body": body.name}


def close(asked: Asked) -> str:
    """办结."""
    actions.close(asked.item, note=asked.given["note"], on=asked.given["on"], by=asked.by, at=asked.at)
    return _("已办结。")


def reopen(asked: Asked) -> str:
    """重新打开."""
    given = asked.given
    actions.reopen(asked.item, reason=given["reason"], due=given["due"], on=given["on"], by=asked.by, at=asked.at)
    return _("已重新打开，责任单位须重新反馈。")


def pass_down(asked: Asked) -> str:
    """分解下达."""
    made = actions.pass_down(asked.item, due=asked.given["due"], on=asked.given["on"], by=asked.by, at=asked.at)
    said = ngettext("已下达 %(n)s 个下级事项。", "已下达 %(n)s 个下级事项。", len(made)) % {"n": len(made)}
    return said if made else _("下级单位都已下达，没有重复下达。")


def decide(asked: Asked) -> str:
    """提出协调意见."""
    given = asked.given
    actions.decide(asked.item, text=given["text"], due=given["due"], on=given["on"], by=asked.by, at=asked.at)
    return _("协调意见已记录。")


def urge(asked: Asked) -> str:
    """督促."""
    actions.urge([asked.item], text=asked.given["text"], on=asked.given["on"], by=asked.by, at=asked.at)
    return _("已发出督促。")


def add_body(asked: Asked) -> str:
    """按“等”增加单位."""
    given = asked.given
    for body in given["bodies"]:
        actions.add_body(asked.item, body=body, part=PartKind(given["part"]), on=given["on"], by=asked.by, at=asked.at)
    return _("已增加%(names)s。") % {"names": _("、").join(body.name for body in given["bodies"])}


def link_outlets(asked: Asked) -> str:
    """关联排污口."""
    actions.link_outlets(asked.item, asked.given["outlets"], on=asked.given["on"], by=asked.by, at=asked.at)
    return _("已关联排污口。")


def unlink_outlet(asked: Asked) -> str:
    """解除关联: the outlet's number stands in the form."""
    given = asked.form.data.get("outlet", "")
    outlet = registry.outlet(asked.by, int(given) if given.isdecimal() and len(given) < 18 else 0)
    actions.unlink_outlet(asked.item, outlet, on=asked.given["on"], by=asked.by, at=asked.at)
    return _("已解除关联。")


def kept(given: UploadedFile | None, *, by: Actor, at: datetime) -> str:
    """The upload in the library; its content hash, "" for none."""
    return library.file_bytes(given.read(), name=given.name or "", by=by, at=at).sha256 if given else ""
