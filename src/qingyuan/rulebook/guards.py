"""May they? One function per action, with the same name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from qingyuan.core import access
from qingyuan.core.access import Actor, Permission, Place
from qingyuan.core.policy.parameters import Declaration
from qingyuan.core.refusal import Refusal, guard
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.places.models import Unit
from qingyuan.places.paths import level_of
from qingyuan.rulebook.models import PackProposal, PackVersion

COUNTY = 3


@guard
def load_packs(*, unit_paths: Sequence[str], by: Actor) -> Iterator[Refusal | None]:
    for path in unit_paths:
        yield access.refusal(by, Permission.RULEBOOK_LOAD, Place(unit_path=path))


@guard
def withdraw(version: PackVersion, *, by: Actor) -> Iterator[Refusal | None]:
    yield access.refusal(by, Permission.RULEBOOK_LOAD, Place(unit_path=version.unit_path))
    if version.status == PackVersion.Status.WITHDRAWN:
        yield Refusal("rulebook.withdrawn", _("该版本已经撤回。"))
    if version.shipped and version.unit_path == "":
        yield Refusal("rulebook.national", _("国家基准不能撤回，只能由新版本接替。"))


@guard
def propose(*, unit: Unit, by: Actor) -> Iterator[Refusal | None]:
    yield access.refusal(by, Permission.RULEBOOK_PROPOSE, Place(unit_path=unit.path))
    if "Z" not in unit.path and level_of(unit.path) > COUNTY:
        yield Refusal("rulebook.below_county", _("政策包到县级为止，乡镇、村沿用所在县的规定。"))


@guard
def propose_setting(*, declared: Declaration | None, name: str) -> Iterator[Refusal | None]:
    if declared is None:
        yield Refusal("rulebook.no_parameter", _("没有这个参数：%(name)s。"), {"name": name})
    elif declared.locked:
        yield Refusal("rulebook.locked", _("“%(title)s”由上级锁定，下级不得改动。"), {"title": declared.title})


@guard
def is_new(*, against: str, sha256: str) -> Iterator[Refusal | None]:
    if against == sha256:
        yield Refusal("rulebook.unchanged", _("与在用版本完全相同，没有可提交的改动。"))


@guard
def approve(
    of: PackProposal, *, from_day: date | None, today: date, reason: str, newest: PackVersion | None, by: Actor
) -> Iterator[Refusal | None]:
    """`from_day` None: asked before a day is chosen, for the button."""
    yield access.refusal(by, Permission.RULEBOOK_APPROVE, Place(unit_path=of.unit_path))
    yield _waits(of)
    if of.proposed_by == by.id:
        yield Refusal("rulebook.second_officer", _("提交人不能审定自己提交的政策包，须由另一名人员审定。"))
    if newest is not None and newest.sha256 != of.against:
        yield Refusal("rulebook.base_moved", _("提交之后该政策包又有了新版本，请撤回后对照新版本重新提交。"))
    if from_day is not None and from_day < today and not reason.strip():
        yield Refusal("rulebook.retroactive", _("施行日早于今天的，须写明追溯施行的理由。"))
    if from_day is not None and newest is not None and from_day < (newest.in_force_from or date.min):
        yield Refusal(
            "rulebook.before_standing",
            _("施行日不能早于现有版本的施行日 %(day)s。"),
            {"day": (newest.in_force_from or date.min).isoformat()},
        )


@guard
def reject(of: PackProposal, *, reason: str, by: Actor) -> Iterator[Refusal | None]:
    yield access.refusal(by, Permission.RULEBOOK_APPROVE, Place(unit_path=of.unit_path))
    yield _waits(of)
    if not reason.strip():
        yield Refusal("rulebook.no_reason", _("退回须写明理由。"))


@guard
def withdraw_proposal(of: PackProposal, *, by: Actor) -> Iterator[Refusal | None]:
    yield access.refusal(by, Permission.RULEBOOK_PROPOSE, Place(unit_path=of.unit_path))
    yield _waits(of)
    if of.proposed_by != by.id:
        yield Refusal("rulebook.not_yours", _("只有提交人可以撤回。"))


def _waits(of: PackProposal) -> Refusal | None:
    if of.state == PackProposal.State.WAITING:
        return None
    if of.state == PackProposal.State.FAULTY:
        return Refusal("rulebook.faulty", _("检查未通过的政策包不能审定，请改正后重新提交。"))
    return Refusal("rulebook.decided", _("该提案已经办结。"))
