"""What stands in each section of an outlet's file, line by line, from the room that holds it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from qingyuan.boards.archive.completeness import APPROVED
from qingyuan.boards.archive.line import Line, Lines
from qingyuan.boards.archive.remediation import remediation
from qingyuan.core.archive import Section
from qingyuan.core.classification import tree_of
from qingyuan.core.lifecycle import PAPERS, STAGES, Milestone, Paper, Stage
from qingyuan.core.lifecycle_words import MILESTONES
from qingyuan.core.policy.facts import FACTS
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.registry.models import Fact, FiledPaper, MilestoneRecord, Outlet, Responsibility
from qingyuan.registry.rules import policy_of
from qingyuan.stages.standardisation.models import IssuedCode, Sign
from qingyuan.stages.standardisation.models_archive import ArchiveEntry, Facility, ItemCheck, SupervisionStart
from qingyuan.stages.standardisation.words_archive import EntryKind
from qingyuan.stages.tracing.models import Case

SECTION_OF: Mapping[Paper, Section] = {
    Paper.SOURCE_REGISTER: Section.SURVEY,
    Paper.SURVEY_RECORD: Section.SURVEY,
    Paper.VERIFICATION_RECORD: Section.SURVEY,
    Paper.TRACING_RECORD: Section.TRACING,
    Paper.PARTY_BASIS: Section.PARTY,
    Paper.CLASSIFICATION_OPINION: Section.CLASSIFICATION,
    Paper.TRIAGE_OPINION: Section.PLAN,
    Paper.REMEDIATION_PLAN: Section.PLAN,
    Paper.TRANSITION_REASON: Section.PLAN,
    Paper.CLOSING_ORDER: Section.PLAN,
    Paper.WORKS_REPORT: Section.WORKS,
    Paper.MERGE_RECORD: Section.WORKS,
    Paper.CLOSING_RECORD: Section.WORKS,
    Paper.ACCEPTANCE_RECORD: Section.ACCEPTANCE,
    Paper.FILING_PROOF: Section.ACCEPTANCE,
    Paper.REOPENING_BASIS: Section.ACCEPTANCE,
    Paper.APPLICATION_FORM: Section.APPROVAL,
    Paper.CONSULTATION_OPINION: Section.APPROVAL,
    Paper.APPROVAL_DECISION: Section.APPROVAL,
    Paper.REFUSAL_DECISION: Section.APPROVAL,
    Paper.COMPLETION_REPORT: Section.APPROVAL,
    Paper.SIGNBOARD_PHOTO: Section.SIGNBOARD,
    Paper.SUPERVISION_PLAN: Section.MONITORING,
    Paper.PHOTO: Section.PHOTOS,
}
"""Where a paper is filed; what is not here stands in the timeline."""


def lines_of(outlet: Outlet, *, on: date) -> dict[Section, list[Line]]:
    """Every line of an outlet's file by section."""
    found: dict[Section, list[Line]] = {section: [] for section in Section}
    readers = (_own, _facts, _papers, _tracing, _parties, remediation, _codes, _facilities, _by_hand, _milestones)
    for reader in readers:
        for section, line in reader(outlet, on):
            found[section].append(line)
    found[Section.PHOTOS] = found[Section.PHOTOS] or [line for line in found[Section.SIGNBOARD] if line.sha256]
    for section, line in _else(outlet):
        if not found[section]:
            found[section].append(line)
    return found


def _own(outlet: Outlet, on: date) -> Lines:
    """What the outlet's own record says."""
    yield Section.SURVEY, Line(_("受纳水体"), outlet.water.name if outlet.water else outlet.water_text)
    if outlet.longitude_deg is not None:
        yield Section.SURVEY, Line(_("经纬度"), f"{outlet.longitude_deg}, {outlet.latitude_deg}")
    yield from _said(Section.SURVEY, (_("入河方式"), outlet.conduit_form), (_("口门及位置"), outlet.mouth_text))
    if outlet.type_key:
        tree = tree_of(policy_of(outlet.unit_path, on=on))
        top, second = tree.top_of(outlet.type_key), tree.second(outlet.type_key)
        names = (one.name for one in (top, second) if one is not None)
        yield Section.CLASSIFICATION, Line(_("类型"), " / ".join(names))
    if outlet.approval_date:
        yield Section.APPROVAL, Line(_("设置审批日期"), day=outlet.approval_date)
    yield from _said(Section.PERMIT, (_("排污许可证编号"), outlet.permit_number))
    if outlet.permit_date:
        yield Section.PERMIT, Line(_("排污许可批准日期"), day=outlet.permit_date)
    yield from _said(Section.CODE, (_("国家编码"), outlet.national_code), (_("地方编码"), outlet.local_code))


def _facts(outlet: Outlet, _on: date) -> Lines:
    """What was entered with a source: that the setting was approved or registered."""
    entered = Fact.objects.filter(subject_kind="outlet", subject_id=str(outlet.pk), name__in=APPROVED, value=True)
    for fact in entered.filter(retracted_at=None).order_by("from_day", "pk"):
        yield Section.APPROVAL, Line(FACTS[fact.name].title, fact.source, fact.from_day, fact.sha256)


REACHED: Mapping[Milestone, Section] = {
    Milestone.PLAN_APPROVED: Section.PLAN,
    Milestone.WORKS_DONE: Section.WORKS,
    Milestone.ACCEPTED_1: Section.ACCEPTANCE,
    Milestone.SIGN_UP: Section.SIGNBOARD,
}
"""Sections that a milestone fills by itself, where a register that was brought in tells no more than its day."""


def _else(outlet: Outlet) -> Lines:
    """What stands in a section that would be there and empty: the milestone alone is known, the party's name, the
    stage."""
    records = MilestoneRecord.objects.filter(outlet=outlet, retracted_at=None, reached=True, milestone__in=REACHED)
    for record in records.order_by("day", "pk"):
        reached = Milestone(record.milestone)
        yield REACHED[reached], Line(MILESTONES[reached], _("没有另存材料"), record.day)
    if outlet.party is not None:
        yield Section.PARTY, Line(_("责任主体"), outlet.party.name)
    yield Section.TIMELINE, Line(STAGES[Stage(outlet.stage)], "", outlet.stage_since)


def _said(section: Section, *pairs: tuple[str, str]) -> Lines:
    for label, text in pairs:
        if text:
            yield section, Line(label, text)


def _papers(outlet: Outlet, _on: date) -> Lines:
    for paper in FiledPaper.objects.filter(outlet=outlet).order_by("day", "pk"):
        kind = Paper(paper.kind)
        title = "" if paper.title == PAPERS[kind] else paper.title
        yield SECTION_OF.get(kind, Section.TIMELINE), Line(PAPERS[kind], title, paper.day, paper.sha256)


def _tracing(outlet: Outlet, _on: date) -> Lines:
    for case in Case.objects.filter(outlet=outlet).order_by("pk"):
        said = str(case.get_conclusion_display()) if case.conclusion else _("在办")
        yield Section.TRACING, Line(_("溯源案件"), str(case.get_why_display()), case.opened_on)
        text = f"{said}。{case.note}" if case.note else said
        yield Section.TRACING, Line(_("溯源结论"), text, case.concluded_on, case.paper_sha256)


def _parties(outlet: Outlet, _on: date) -> Lines:
    answering = Responsibility.objects.filter(outlet=outlet).select_related("body").order_by("from_day", "pk")
    for one in answering:
        until = f"，{one.to_day.isoformat()}止" if one.to_day else ""
        yield Section.PARTY, Line(_("责任主体"), f"{one.body.name}（{one.get_basis_display()}{until}）", one.from_day)


def _codes(outlet: Outlet, _on: date) -> Lines:
    for code in IssuedCode.objects.filter(outlet=outlet).order_by("pk"):
        text = f"{code.text}（{code.get_state_display()}{'：' + code.void_reason if code.void_reason else ''}）"
        yield Section.CODE, Line(_("赋码"), text, code.issued_on)
    for sign in Sign.objects.filter(outlet=outlet).order_by("number"):
        text = f"{sign.code} {sign.get_state_display()}"
        yield Section.SIGNBOARD, Line(_("标识牌"), text, sign.erected_on or sign.designed_on, sign.photo_sha256)


def _facilities(outlet: Outlet, _on: date) -> Lines:
    for one in Facility.objects.filter(outlet=outlet).order_by("kind", "pk"):
        where = "，".join(filter(None, (one.name, one.place, one.device_number, str(one.get_state_display()))))
        yield Section.MONITORING, Line(str(one.get_kind_display()), where, one.built_on, one.photo_sha256)
        if one.filing_sha256:
            yield Section.MONITORING, Line(_("闸阀备案"), "", one.filed_on, one.filing_sha256)
    for check in ItemCheck.objects.filter(outlet=outlet, round=outlet.round).order_by("day", "pk"):
        text = "，".join(filter(None, (check.item, str(check.get_result_display()), check.reason)))
        yield Section.INSPECTION, Line(_("规范化核对"), text, check.day, check.photo_sha256)
    for start in SupervisionStart.objects.filter(outlet=outlet).select_related("owner").order_by("pk"):
        text = "，".join(filter(None, (start.owner.name, start.chief)))
        yield Section.INSPECTION, Line(_("日常监管单位"), text, start.day)


def _by_hand(outlet: Outlet, _on: date) -> Lines:
    entered = ArchiveEntry.objects.filter(outlet=outlet, withdrawn_at=None, kind=EntryKind.PAPER)
    for one in entered.order_by("day", "pk"):
        yield Section(one.section), Line(_("归入的材料"), one.title, one.day, one.sha256, one.pk)


def _milestones(outlet: Outlet, _on: date) -> Lines:
    records = MilestoneRecord.objects.filter(outlet=outlet, retracted_at=None)
    for one in sorted(records, key=lambda record: (record.day, record.recorded_at, record.pk)):
        label = MILESTONES[Milestone(one.milestone)]
        yield Section.TIMELINE, Line(label, "" if one.reached else _("撤回"), one.day)


def papers_in(lines: Mapping[Section, Iterable[Line]]) -> dict[str, tuple[Section, Line]]:
    """Every paper of a file once, by its hash, with the first line that names it."""
    found: dict[str, tuple[Section, Line]] = {}
    for section, listed in lines.items():
        for line in listed:
            if line.sha256:
                found.setdefault(line.sha256, (section, line))
    return found
