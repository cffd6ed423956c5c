"""Which handbook page explains each page of the site, and on which parameters of the rulebook it rests.

The names are those of the addresses (`web:scoreboard` → `scoreboard`). A parameter ending in `*` means all that begin
so. `NOTHING` is said on purpose: such a page rests on no clause. A test holds this table against web/urls.py and the
parameters against the packs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from qingyuan.core.policy import Policy, Resolved

NOTHING: tuple[str, ...] = ()
NOT_SET = "未作规定"  # the clause of a value about which no text says anything
CHIPS = 6  # beyond that the line is longer than what it stands under


@dataclass(frozen=True, slots=True)
class Job:
    """Pages of one job. `names` are separated by spaces, `handbook` is the handbook's page."""

    handbook: str
    names: str
    rests_on: tuple[str, ...]


JOBS = (
    Job(
        "线索",
        "leads lead lead-new leads-import leads-bulk lead-act lead-photo",
        ("survey.use_prior_results", "survey.required_items", "survey.require_unit_basics", "survey.slogan"),
    ),
    Job(
        "排查",
        "campaigns campaign-new campaign campaign-act campaign-plan campaign-step",
        (
            "survey.lead_roles",
            "survey.support_roles",
            "survey.technical_team_required",
            "survey.plan_*",
            "survey.slogan",
        ),
    ),
    Job(
        "排查",
        "segment segment-act survey-coverage",
        ("survey.completeness", "survey.technical_standard", "survey.segment_m", "survey.bank_*", "survey.track_*"),
    ),
    Job(
        "现场排查",
        "survey-devices survey-device survey-rescue survey-records survey-record survey-record-accept "
        "survey-record-amend survey-record-photo field field-worker field-manifest field-session field-package "
        "field-batch field-photo",
        ("field.*", "register.duplicate_distance_m"),
    ),
    Job("排查", "recheck second-walk", ("survey.recheck_share",)),
    Job("排查", "survey-techniques survey-experience", ("survey.techniques", "survey.experience")),
    Job("线索", "leads-missing leads-missing-turn hint-new hint-retract", ("survey.missing_weights",)),
    Job("待办", "home tasks duties", ("report.deadlines", "deadline.verify_days", "deadline.trace_days")),
    Job(
        "交办",
        "items item-new item item-evidence item-act",
        ("responsibilities", "organisation.implementing_levels", "dispatch.due_days", "dispatch.escalate_to"),
    ),
    Job(
        "溯源与责任主体",
        "cases case-new case case-act case-evidence case-report tracing-node",
        ("tracing.*", "responsibility.fallback_party", "storm_outlets.dry_*"),
    ),
    Job(
        "问题清单",
        "problems problems-export problems-bulk triage triage-act finding-act finding-basis",
        (
            "register.problem_list",
            "remediation.ban_zones",
            "remediation.triage_functions",
            "remediation.finding_kinds",
            "remediation.no_problem_papers",
            "outlet.units_per_outlet",
        ),
    ),
    Job(
        "整治方案",
        "remediation-plans plans-bulk round round-act plan-paper at-once remediation-area remediation-area-act",
        (
            "remediation.batches",
            "remediation.plan_level",
            "remediation.plan_required_fields",
            "remediation.executor_roles",
            "remediation.transition.*",
            "remediation.immediate_allowed",
            "remediation.ban_authority",
            "lead_by_type",
        ),
    ),
    Job(
        "整治方案",
        "clusters clusters-propose type-record type-record-exited type-records",
        ("aquaculture.merge_small", "irrigation.return_water_direct", "livestock.large_farm_rule"),
    ),
    Job(
        "销号与回头看",
        "acceptance review-open review filings filing-proof look-backs look-backs-plan closing-about closing-act "
        "closing-seal closing-pack",
        ("deregistration.*", "look_back.*", "deadline.acceptance_days", "deadline.retain_days"),
    ),
    Job(
        "整治实施与佐证",
        "works works-act works-mine evidence-picture evidence-file doubts doubt doubt-act",
        ("works.*", "deregistration.evidence", "enforcement.integrity_focus", "outlet.units_per_outlet"),
    ),
    Job(
        "规范化建设与一口一档",
        "standardisation standardise-many outlet-standardisation standardisation-act",
        ("standardisation.*", "signboard.required", "storm_control.gate_required", "supervision.chief_required"),
    ),
    Job(
        "规范化建设与一口一档",
        "outlet-archive outlet-archive-pdf outlet-archive-zip archive-paper",
        ("archive.*",),
    ),
    Job("规范化建设与一口一档", "work-board", ("work.stages",)),
    Job("溯源与责任主体", "parties party", ("responsibility.duties", "responsibility.duty_days")),
    Job("交办", "dispatch-board dispatch-urge", ("report.dispatch", "dispatch.escalate_to", "dispatch.escalate_days")),
    Job("交办", "meetings meeting-new meeting meeting-minutes", ("organisation.mechanism*",)),
    Job("消息", "notices notices-read-all notice-read", NOTHING),
    Job(
        "登录与页面",
        "sign-in sign-in-code single-sign-on single-sign-on-back second-factor sign-out my-account change-password",
        ("signin.*",),
    ),
    Job(
        "管理账号",
        "officers enrol permissions officer assign one-time-password end-assignment hand-over switch-off switch-on "
        "delegate end-delegation officers-many officers-template officers-enterprise reset-second-factor",
        ("signin.*",),
    ),
    Job(
        "接口",
        "programs program-new program program-assign program-issue program-end-token",
        ("exchange.systems", "exchange.sharing_objects"),
    ),
    Job(
        "查找排污口",
        "search outlets outlets-export outlets-ledger view-save view-rename view-delete",
        ("scope.waters", "register.directory_name"),
    ),
    Job(
        "查找排污口",
        "register outlets-nearby outlets-units",
        ("survey.require_unit_basics", "survey.lead_roles", "outlet.units_per_outlet", "coordinate.decimals"),
    ),
    Job(
        "查找排污口",
        "outlet outlet-card outlet-ledger outlet-paper",
        ("classification.lead", "responsibility.fallback_party", "chain.nodes", "archive.form"),
    ),
    Job(
        "核实与分类",
        "act",
        (
            *("survey.require_verification", "tracing.require_affiliation", "responsibility.fallback_party"),
            *("classification.lead", "classification.basis"),
        ),
    ),
    Job(
        "单位",
        "bodies body body-new body-correct body-functions",
        ("responsibility.default_party", "responsibility.duties", "tracing.require_affiliation"),
    ),
    Job(
        "名录与清单",
        "registers register-live register-export register-publish register-version",
        ("registers", "register.directory_name", "register.problem_list", "survey.summary_period"),
    ),
    Job(
        "归并与批量",
        "duplicates duplicate duplicate-apart duplicate-undo",
        ("register.duplicate_distance_m", "register.duplicate_name_share", "duplicate.name_distance_m"),
    ),
    Job("归并与批量", "bulk bulk-run", NOTHING),
    Job("归并与批量", "codes code-list code-take", ("coding.*",)),
    Job(
        "命名编码与标识牌",
        "codes-waiting codes-issue-many codes-issued codes-table code-segments code-segment outlet-signs code-issue "
        "code-void",
        ("coding.*",),
    ),
    Job(
        "命名编码与标识牌",
        "signs signs-together sign sign-svg sign-pdf sign-photo sign-act sign-design sign-urging public-sign",
        ("signboard.*",),
    ),
    Job(
        "导入台账",
        "imports import import-columns import-accept import-skip import-take-in import-undo import-progress "
        "import-refused",
        ("survey.use_prior_results", "survey.require_unit_basics", "coordinate.*", "import.same_point_m"),
    ),
    Job("地图", "map map-tile map-shapes map-card", NOTHING),
    Job("规则查看", "rules rules-targets rules-rules rules-readings rules-packs rules-compare rules-pack", NOTHING),
    Job("自定义规则", "rules-proposals rules-proposal rules-proposal-decide rules-setting", NOTHING),
    Job("试算", "rules-what-if rules-what-if-rows rules-what-if-export", NOTHING),
    Job("区划与图层更新", "places places-file places-file-act", NOTHING),
    Job("水体", "waters water water-new water-act water-paper", ("scope.waters", "targets.*")),
    Job("看进度", "scoreboard scoreboard-rows", ("targets.*",)),
    Job("看进度", "quality quality-rows", ("coordinate.*", "survey.require_verification")),
    Job(
        "监管责任",
        "oversight oversight-contacts oversight-unowned oversight-unowned-csv",
        ("supervision.local_owner", "supervision.department_by_type", "organisations", "responsibilities"),
    ),
    Job("监管责任", "oversight-daily", ("supervision.daily_duties", "supervision.local_owner")),
    Job("监管责任", "oversight-list oversight-pilot", ("supervision.pilot_types", "supervision.fixed_types")),
    Job(
        "实施方案与制度",
        "plans plan-file plans-due plan plan-document plan-approve plan-refuse",
        ("plans.filers", "plans.required_parts", "targets.subordinate_plan_due"),
    ),
    Job(
        "实施方案与制度",
        "regulations regulation-new regulation regulation-document",
        ("targets.management_system",),
    ),
    Job("审计", "audit audit-reads audit-export", ("audit.read_log_days",)),
    Job("数据共享", "sharing sharing-download", ("exchange.sharing_objects", "exchange.systems")),
    Job("安装与运行", "running health metrics", NOTHING),
    Job("README", "help help-page help-screen", NOTHING),
)
PAGES: Mapping[str, Job] = {name: job for job in JOBS for name in job.names.split()}


def job_of(view_name: str) -> Job | None:
    """The job that the page of an address belongs to; None for addresses that are not the pages'."""
    space, _colon, name = view_name.rpartition(":")
    return PAGES.get(name) if space == "web" else None


def clauses(job: Job, policy: Policy) -> list[Resolved]:
    """The clauses a page rests on, each once: those a text says before those proposed, none where nothing is set."""
    found: dict[str, Resolved] = {}
    for one in sorted(_resolved(job, policy), key=lambda resolved: resolved.status == "proposed"):
        if one.clause and one.clause != NOT_SET:
            found.setdefault(one.clause, one)
    return list(found.values())[:CHIPS]


def _resolved(job: Job, policy: Policy) -> Iterator[Resolved]:
    for asked in job.rests_on:
        if asked.endswith("*"):
            yield from (one for name, one in policy.parameters.items() if name.startswith(asked[:-1]))
        elif asked in policy.parameters:
            yield policy.parameters[asked]
