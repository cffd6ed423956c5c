"""一口一档 as a rule: which sections an outlet's file has, what fills each, what is missing, and how complete it is.

Pure. What a section is called, whether a complete file must have it and for which types it is asked is a table of the
packs (archive.sections); what fills it is here, because only the lifecycle knows its papers and milestones. Whether the
file is complete (是否完成登记建档, 大同 附件1) is computed from the sections that are mandatory and apply.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from qingyuan.core.lifecycle import BITS, Milestone, Paper
from qingyuan.core.refusal import gettext_noop as _


class Section(StrEnum):
    """The sections an outlet's file can have."""

    SURVEY = "survey"
    TRACING = "tracing"
    PARTY = "party"
    CLASSIFICATION = "classification"
    PLAN = "plan"
    WORKS = "works"
    ACCEPTANCE = "acceptance"
    APPROVAL = "approval"
    PERMIT = "permit"
    MONITORING = "monitoring"
    INSPECTION = "inspection"
    SIGNBOARD = "signboard"
    CODE = "code"
    PHOTOS = "photos"
    TIMELINE = "timeline"


class State(StrEnum):
    """How a section stands."""

    PRESENT = "present"
    MISSING = "missing"
    NOT_APPLICABLE = "not_applicable"


STATES: Mapping[State, str] = {
    State.PRESENT: _("已有"),
    State.MISSING: _("缺"),
    State.NOT_APPLICABLE: _("不适用"),
}

BY_HAND: frozenset[Section] = frozenset({Section.MONITORING, Section.INSPECTION})
"""Sections whose papers are entered by hand, because the register holds no records of that kind."""
NOT_BY_PAPER: frozenset[Section] = frozenset({Section.PARTY, Section.CLASSIFICATION, Section.CODE, Section.TIMELINE})
"""Sections that are what the register itself says: no paper entered by hand fills them."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A section as the packs ask for it. `types` empty: every type."""

    section: Section
    name: str
    mandatory: bool
    clause: str = ""
    types: frozenset[str] = frozenset()
    waivable: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """What all rooms hold of one outlet, as far as its file asks.

    `held`: sections of which a room has a record of its own; `under_way`: sections a room is still working at;
    `entered`: sections for which a paper was entered by hand; `put_aside`: sections said not to apply, with the reason.
    """

    milestones: int
    papers: frozenset[Paper] = frozenset()
    type_key: str = ""
    national_code: str = ""
    has_party: bool = False
    has_approval: bool = False
    has_permit: bool = False
    asks_signboard: bool = True
    held: frozenset[Section] = frozenset()
    under_way: frozenset[Section] = frozenset()
    entered: frozenset[Section] = frozenset()
    put_aside: Mapping[Section, str] = field(default_factory=dict)

    def has(self, *papers: Paper) -> bool:
        """Whether any of these papers is on file."""
        return not self.papers.isdisjoint(papers)

    def reached(self, milestone: Milestone) -> bool:
        """Whether the milestone is reached."""
        return bool(self.milestones & BITS[milestone])


@dataclass(frozen=True, slots=True)
class Standing:
    """One section of one file. `why` names what is missing or why the section does not apply (a source string)."""

    section: Section
    name: str
    state: State
    mandatory: bool
    why: str = ""
    clause: str = ""

    @property
    def blocks(self) -> bool:
        """Whether the file is incomplete because of it."""
        return self.mandatory and self.state is State.MISSING


@dataclass(frozen=True, slots=True)
class Completeness:
    """How complete a file is. Law: complete exactly when no mandatory section that applies is missing."""

    sections: tuple[Standing, ...]

    @property
    def applying(self) -> tuple[Standing, ...]:
        """The sections that apply."""
        return tuple(one for one in self.sections if one.state is not State.NOT_APPLICABLE)

    @property
    def present(self) -> int:
        """How many of the sections that apply are there: the numerator of the score."""
        return sum(one.state is State.PRESENT for one in self.applying)

    @property
    def score(self) -> int:
        """Percent of the sections that apply, rounded down: 100 only when all are there."""
        return 100 * self.present // len(self.applying) if self.applying else 0

    @property
    def missing(self) -> tuple[Standing, ...]:
        """What is missing, mandatory or not."""
        return tuple(one for one in self.sections if one.state is State.MISSING)

    @property
    def blocking(self) -> tuple[Standing, ...]:
        """The mandatory sections that are missing."""
        return tuple(one for one in self.sections if one.blocks)

    @property
    def is_complete(self) -> bool:
        """是否完成登记建档."""
        return not self.blocking


def asked_of(table: Iterable[Mapping[str, object]]) -> tuple[Asked, ...]:
    """The sections as a pack lists them, in its order; what no rule here knows is left out."""
    known = set(Section)
    return tuple(
        Asked(
            Section(str(row["key"])),
            str(row["name"]),
            bool(row.get("mandatory")),
            str(row.get("clause", "")),
            frozenset(map(str, row.get("types") or ())),  # type: ignore[call-overload]
            bool(row.get("waivable")),
        )
        for row in table
        if row.get("key") in known
    )


def completeness(asked: Sequence[Asked], known: Known) -> Completeness:
    """How each section stands for one outlet."""
    return Completeness(tuple(_standing(one, known) for one in asked))


def _standing(asked: Asked, known: Known) -> Standing:
    state, why = _judged(asked, known)
    return Standing(asked.section, asked.name, state, asked.mandatory, why, asked.clause)


def _judged(asked: Asked, known: Known) -> tuple[State, str]:
    section = asked.section
    missing = _MISSING[section](known)
    by_paper = section in known.entered and section not in NOT_BY_PAPER
    if by_paper or not missing:
        return State.PRESENT, ""
    if section in known.put_aside:
        return State.NOT_APPLICABLE, known.put_aside[section]
    if asked.types and known.type_key not in asked.types:
        return State.NOT_APPLICABLE, _("该类排污口不要求")
    if why := _NOT_ASKED.get(section, _always)(known):
        return State.NOT_APPLICABLE, why
    return State.MISSING, missing


def _always(_known: Known) -> str:
    return ""


def _survey(known: Known) -> str:
    there = known.has(Paper.SURVEY_RECORD, Paper.SOURCE_REGISTER) or Section.SURVEY in known.held
    return "" if there else _("排查记录")


def _tracing(known: Known) -> str:
    if Section.TRACING in known.under_way:
        return _("溯源结论")
    return "" if Section.TRACING in known.held or known.has(Paper.TRACING_RECORD) else _("溯源记录")


def _party(known: Known) -> str:
    if not known.has_party:
        return _("责任主体")
    return "" if known.has(Paper.PARTY_BASIS, Paper.SOURCE_REGISTER) else _("责任主体认定依据")


def _classification(known: Known) -> str:
    return "" if known.type_key and known.reached(Milestone.CLASSIFIED) else _("确认的分类")


def _plan(known: Known) -> str:
    there = known.reached(Milestone.PLAN_APPROVED) or known.has(Paper.REMEDIATION_PLAN)
    return "" if there else _("批准的整治方案")


def _works(known: Known) -> str:
    there = known.reached(Milestone.WORKS_DONE) or known.has(Paper.WORKS_REPORT)
    return "" if there else _("完工报告")


def _acceptance(known: Known) -> str:
    there = known.reached(Milestone.ACCEPTED_1) or known.has(Paper.ACCEPTANCE_RECORD)
    return "" if there else _("验收销号记录")


def _approval(known: Known) -> str:
    there = known.has_approval or known.has(Paper.APPROVAL_DECISION)
    return "" if there else _("设置审核（审批）决定或备案（登记）")


def _permit(known: Known) -> str:
    return "" if known.has_permit else _("排污许可证")


def _monitoring(known: Known) -> str:
    return "" if Section.MONITORING in known.held else _("监测报告（由人工归入）")


def _inspection(known: Known) -> str:
    return "" if Section.INSPECTION in known.held else _("检查记录（由人工归入）")


def _signboard(known: Known) -> str:
    there = known.has(Paper.SIGNBOARD_PHOTO) or Section.SIGNBOARD in known.held or known.reached(Milestone.SIGN_UP)
    return "" if there else _("树立后的标识牌照片")


def _code(known: Known) -> str:
    return "" if known.national_code else _("国家编码")


def _photos(known: Known) -> str:
    there = known.has(Paper.PHOTO, Paper.SIGNBOARD_PHOTO) or Section.PHOTOS in known.held
    return "" if there else _("照片")


_MISSING: Mapping[Section, Callable[[Known], str]] = {
    Section.SURVEY: _survey,
    Section.TRACING: _tracing,
    Section.PARTY: _party,
    Section.CLASSIFICATION: _classification,
    Section.PLAN: _plan,
    Section.WORKS: _works,
    Section.ACCEPTANCE: _acceptance,
    Section.APPROVAL: _approval,
    Section.PERMIT: _permit,
    Section.MONITORING: _monitoring,
    Section.INSPECTION: _inspection,
    Section.SIGNBOARD: _signboard,
    Section.CODE: _code,
    Section.PHOTOS: _photos,
    Section.TIMELINE: _always,
}


def _no_tracing(known: Known) -> str:
    settled = known.has_party and Section.TRACING not in known.under_way
    return _("责任主体明确，没有立案溯源") if settled else ""


def _no_problem(known: Known) -> str:
    return "" if known.reached(Milestone.PROBLEM_LISTED) else _("没有列入问题清单")


def _no_plan(known: Known) -> str:
    at_once = known.reached(Milestone.WORKS_DONE) and not known.reached(Milestone.PLAN_APPROVED)
    return _no_problem(known) or (_("立行立改，没有编制方案") if at_once else "")


def _no_signboard(known: Known) -> str:
    return "" if known.asks_signboard else _("本地不要求树立标识牌")


_NOT_ASKED: Mapping[Section, Callable[[Known], str]] = {
    Section.TRACING: _no_tracing,
    Section.PLAN: _no_plan,
    Section.WORKS: _no_problem,
    Section.ACCEPTANCE: _no_problem,
    Section.SIGNBOARD: _no_signboard,
}
