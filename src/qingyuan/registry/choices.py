"""Labels for stored values. Handed to fields as functions, so that rewording a label makes no migration."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from qingyuan.core.lifecycle import PAPERS, STAGES

ALIAS_KINDS = {"national": _("国家编码"), "local": _("地方编码"), "name": _("曾用名")}
PARTY_BASES = {
    "applicant": _("设置申请单位"),
    "tracing": _("溯源结论"),
    "designated": _("指定"),
    "fallback": _("政府兜底"),
}
PROPOSAL_ABOUTS = {"type": _("分类"), "party": _("责任主体")}
PROPOSAL_ORIGINS = {"rule": _("规则建议"), "file": _("导入文件"), "officer": _("人员意见")}
PROPOSAL_DECISIONS = {"open": _("待定"), "taken": _("已采纳"), "kept": _("保留不同意见")}


def stages() -> list[tuple[str, str]]:
    """Stages."""
    return [(stage.value, str(_(label))) for stage, label in STAGES.items()]


def papers() -> list[tuple[str, str]]:
    """Kinds of paper."""
    return [(paper.value, str(_(label))) for paper, label in PAPERS.items()]


def alias_kinds() -> list[tuple[str, str]]:
    """Kinds of alias."""
    return [(key, str(label)) for key, label in ALIAS_KINDS.items()]


def party_bases() -> list[tuple[str, str]]:
    """On which basis a party was fixed (申请单位、溯源、指定、兜底)."""
    return [(key, str(label)) for key, label in PARTY_BASES.items()]


def proposal_abouts() -> list[tuple[str, str]]:
    """What a proposal is about."""
    return [(key, str(label)) for key, label in PROPOSAL_ABOUTS.items()]


def proposal_origins() -> list[tuple[str, str]]:
    """Where a proposal comes from."""
    return [(key, str(label)) for key, label in PROPOSAL_ORIGINS.items()]


def proposal_decisions() -> list[tuple[str, str]]:
    """What became of a proposal."""
    return [(key, str(label)) for key, label in PROPOSAL_DECISIONS.items()]
