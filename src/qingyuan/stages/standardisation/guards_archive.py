"""May they? Facilities, checks, entries by hand, T19 and T20. One function per action, with the same name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from qingyuan.access.models import Assignment
from qingyuan.bodies.models import Body
from qingyuan.core import access, archive
from qingyuan.core.access import Actor, Permission, Role
from qingyuan.core.archive import Completeness
from qingyuan.core.lifecycle import TRANSITIONS, Move, Paper
from qingyuan.core.refusal import Refusal, guard
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.core.standardising import Answer, open_items
from qingyuan.places.paths import ancestors_of
from qingyuan.registry.guards import move_refusal, not_yet, withdrawn
from qingyuan.registry.models import Outlet
from qingyuan.registry.places_of import place_of
from qingyuan.registry.rules import clause_of as move_clause
from qingyuan.registry.rules import policy_of
from qingyuan.registry.tallies import water_keys
from qingyuan.stages.standardisation import queries_archive as queries
from qingyuan.stages.standardisation import rules_archive as rules
from qingyuan.stages.standardisation.models_archive import ArchiveEntry, Facility
from qingyuan.stages.standardisation.words_archive import CheckResult, FacilityKind, FacilityState


@guard
def work(outlet: Outlet, *, by: Actor) -> Iterator[Refusal | None]:
    """Against anything this room writes about an outlet, whatever it says."""
    yield access.refusal(by, Permission.STANDARDISATION_WORK, place_of(outlet))
    yield withdrawn(outlet)
    if not outlet.in_register:
        yield Refusal("standardisation.not_registered", _("该口还不在名录中。"))


@guard
def add_facility(
    outlet: Outlet, *, place: str, positioned: bool, by: Actor, on: date, at: datetime
) -> Iterator[Refusal | None]:
    """登记设施. Where it stands is said in words or by a position."""
    yield work(outlet, by=by)
    if not place.strip() and not positioned:
        yield Refusal("standardisation.no_place", _("请填写位置或坐标。"))
    yield not_yet(on, at)


@guard
def change_facility(
    facility: Facility, *, state: FacilityState, note: str, by: Actor, on: date, at: datetime
) -> Iterator[Refusal | None]:
    """变更设施状态. What no longer works says why."""
    yield work(facility.outlet, by=by)
    if facility.state == FacilityState.REMOVED:
        yield Refusal("standardisation.removed", _("该设施已拆除，重新建设的请另行登记。"))
    if state in (FacilityState.BROKEN, FacilityState.REMOVED) and not note.strip():
        yield Refusal("standardisation.no_reason", _("请填写理由。"))
    yield not_yet(on, at)


@guard
def work_gate(facility: Facility, *, by: Actor, on: date, at: datetime) -> Iterator[Refusal | None]:
    """记录闸阀启闭. Only of a gate that is in use."""
    yield work(facility.outlet, by=by)
    if facility.kind != FacilityKind.GATE:
        yield Refusal("standardisation.no_gate", _("只有闸阀记录启闭。"))
    if facility.state != FacilityState.IN_USE:
        yield Refusal("standardisation.not_in_use", _("该闸阀不在用。"))
    yield not_yet(on, at)


@guard
def file_gate(facility: Facility, *, sha256: str, by: Actor, on: date, at: datetime) -> Iterator[Refusal | None]:
    """闸阀备案 (新绛 三(五)), with its paper."""
    yield work(facility.outlet, by=by)
    if facility.kind != FacilityKind.GATE:
        yield Refusal("standardisation.no_gate", _("只有闸阀须备案。"))
    if not sha256:
        clause = rules.clause_of(policy_of(facility.outlet.unit_path, on=on), "storm_control.gate_required")
        yield Refusal("standardisation.no_filing_paper", _("请附备案材料。"), {}, clause)
    yield not_yet(on, at)


@guard
def check_item(
    outlet: Outlet, *, item: str, result: CheckResult, reason: str, by: Actor, on: date, at: datetime
) -> Iterator[Refusal | None]:
    """核对项目. What the register itself answers nobody ticks; a waiver is the confirming officer's, with a reason."""
    yield work(outlet, by=by)
    row = rules.item_row(policy_of(outlet.unit_path, on=on), item)
    if row is None:
        yield Refusal("standardisation.no_item", _("核对项目中没有这一项。"))
        return
    clause, words = str(row.get("clause", "")), {"item": row["name"]}
    if result is CheckResult.WAIVED:
        yield access.refusal(by, Permission.STANDARDISATION_CONFIRM, place_of(outlet))
        yield rules.authority_refusal(outlet, by=by, on=on)
        if not row.get("waivable"):
            yield Refusal("standardisation.not_waivable", _("“%(item)s”不能逐口豁免。"), words, clause)
    elif row.get("kind") != Answer.CHECKED:
        yield Refusal("standardisation.not_by_hand", _("“%(item)s”由登记的内容判断，不能手工勾选。"), words, clause)
    if result is not CheckResult.DONE and not reason.strip():
        yield Refusal("standardisation.no_reason", _("请填写理由。"))
    yield not_yet(on, at)


@guard
def enter_paper(
    outlet: Outlet, *, section: str, sha256: str, by: Actor, on: date, at: datetime
) -> Iterator[Refusal | None]:
    """归入档案: a paper into a section by hand."""
    yield work(outlet, by=by)
    yield _section_refusal(outlet, section, on=on)
    if section in archive.NOT_BY_PAPER:
        yield Refusal("standardisation.not_by_paper", _("这一部分以登记的内容为准，不能归入材料代替。"))
    if not sha256:
        yield Refusal("standardisation.no_paper", _("请选择文件。"))
    yield not_yet(on, at)


@guard
def put_aside(
    outlet: Outlet, *, section: str, reason: str, by: Actor, on: date, at: datetime
) -> Iterator[Refusal | None]:
    """注明不适用: a section does not apply to this outlet, by the confirming officer, with the reason."""
    yield work(outlet, by=by)
    yield access.refusal(by, Permission.STANDARDISATION_CONFIRM, place_of(outlet))
    yield rules.authority_refusal(outlet, by=by, on=on)
    yield _section_refusal(outlet, section, on=on)
    asked = rules.section(policy_of(outlet.unit_path, on=on), section)
    if asked is not None and not asked.waivable:
        yield Refusal(
            "standardisation.always_asked", _("“%(name)s”是必有的组成，不能注明不适用。"), {"name": asked.name}
        )
    if not reason.strip():
        yield Refusal("standardisation.no_reason", _("请填写理由。"))
    yield not_yet(on, at)


def _section_refusal(outlet: Outlet, section: str, *, on: date) -> Refusal | None:
    if rules.section(policy_of(outlet.unit_path, on=on), section) is None:
        return Refusal("standardisation.no_section", _("档案中没有这一部分。"))
    return None


@guard
def withdraw_entry(entry: ArchiveEntry, *, by: Actor) -> Iterator[Refusal | None]:
    """撤回 what was entered by hand: it stays to be read in the ledger."""
    yield work(entry.outlet, by=by)
    if entry.withdrawn_at is not None:
        yield Refusal("standardisation.withdrawn_already", _("已经撤回。"))


def party_and_type_fixed(outlet: Outlet, *, on: date) -> Refusal | None:
    """Nothing is settled of an outlet for which nobody answers or whose type is open (济源 三(二)2, 安阳 二(一)2, 新绛
    二(二), 大同 二(二), 吉林 二(五)): 立行立改 may have gone past both."""
    lacking = []
    if outlet.party_id is None:
        lacking.append(_("责任主体"))
    if not outlet.type_key:
        lacking.append(_("分类"))
    if not lacking:
        return None
    clause = rules.clause_of(policy_of(outlet.unit_path, on=on), "responsibility.register_form")
    text = _("请先确定%(lacking)s。")
    return Refusal("standardisation.party_required", text, {"lacking": "、".join(lacking)}, clause)


@guard
def may_standardise(outlet: Outlet, *, by: Actor, on: date, at: datetime) -> Iterator[Refusal | None]:
    """Against T19 whatever the checklist says: who, where it stands, what must be fixed before."""
    yield access.refusal(by, Permission.STANDARDISATION_CONFIRM, place_of(outlet))
    yield rules.authority_refusal(outlet, by=by, on=on)
    yield withdrawn(outlet)
    yield move_refusal(outlet, Move.STANDARDISE, on=on, given=TRANSITIONS[Move.STANDARDISE].papers)
    yield party_and_type_fixed(outlet, on=on)
    yield not_yet(on, at)


@guard
def standardise(
    outlet: Outlet, *, archive: Completeness, by: Actor, on: date, at: datetime
) -> Iterator[Refusal | None]:
    """确认规范化 (T19): every item the policy asks is done or waived; the refusal names what is missing."""
    yield may_standardise(outlet, by=by, on=on, at=at)
    if missing := open_items(queries.items_of(outlet, archive=archive, on=on)):
        names = "、".join(f"{one.name}（{one.why}）" if one.why else one.name for one in missing)
        policy = policy_of(outlet.unit_path, on=on)
        clause = next((one.clause for one in missing if one.clause), move_clause(Move.STANDARDISE, policy=policy))
        text = _("规范化建设还有未完成的项目：%(items)s。")
        yield Refusal("standardisation.open_items", text, {"items": names}, clause)


@guard
def supervise(
    outlet: Outlet, *, owner: Body | None, chief: str, sha256: str, by: Actor, on: date, at: datetime
) -> Iterator[Refusal | None]:
    """纳入日常监管 (T20): a supervising body is set, a river chief present where the scheme asks it (吉林 四(十四))."""
    yield access.refusal(by, Permission.STANDARDISATION_CONFIRM, place_of(outlet))
    yield withdrawn(outlet)
    given = {Paper.SUPERVISION_PLAN} if sha256 else set()
    yield move_refusal(outlet, Move.SUPERVISE, on=on, given=TRANSITIONS[Move.SUPERVISE].papers)
    if owner is None:
        yield Refusal("standardisation.no_owner", _("请选择监管单位。"))
    policy = policy_of(outlet.unit_path, on=on)
    if policy.value(rules.CHIEF) is True and not chief.strip() and not has_chief(outlet, on=on):
        text = _("该口的受纳水体还没有河湖长，请先设置河湖长或填写河湖长职务。")
        yield Refusal("standardisation.no_chief", text, {}, rules.clause_of(policy, rules.CHIEF))
    yield move_refusal(outlet, Move.SUPERVISE, on=on, given=given)
    yield not_yet(on, at)


def has_chief(outlet: Outlet, *, on: date) -> bool:
    """Whether somebody is river chief of the outlet's water, or of its territory."""
    chiefs = Assignment.objects.filter(role=Role.RIVER_CHIEF, from_day__lte=on).exclude(to_day__lte=on)
    waters = water_keys(outlet.water_path)
    if waters and chiefs.filter(water__path__in=waters).exists():
        return True
    return chiefs.filter(unit__path__in=[path for path in ancestors_of(outlet.unit_path) if path]).exists()
