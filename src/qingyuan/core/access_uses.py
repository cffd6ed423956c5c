"""Where a permission is used: on which pages, by which operations of the API. Shown on 角色与权限 and in the book.

Paths of the API stand below /api/v1; a test holds them against its description, and every permission has its line.
"""

from __future__ import annotations

from dataclasses import dataclass

from qingyuan.core.access import Permission
from qingyuan.core.refusal import gettext_noop as _


@dataclass(frozen=True, slots=True)
class Use:
    """Pages in words, operations by their paths; none where only people or only programs do it."""

    pages: str
    operations: tuple[str, ...] = ()


USES: dict[Permission, Use] = {
    Permission.OUTLET_VIEW: Use(
        _("台账、排污口页、一张图、名录和清单、考核报告、监管责任、试算"),
        ("GET /outlets", "GET /map", "GET /registers"),
    ),
    Permission.OUTLET_REGISTER: Use(_("台账：登记排污口"), ("POST /outlets",)),
    Permission.OUTLET_VERIFY: Use(_("排污口页：核实"), ("POST /outlets/{key}/verify",)),
    Permission.OUTLET_PROPOSE_TYPE: Use(
        _("排污口页：提出分类意见"), ("POST /outlets/{key}/propose-type", "POST /outlets/{key}/suggest-type")
    ),
    Permission.OUTLET_CLASSIFY: Use(_("排污口页：确认分类"), ("POST /outlets/{key}/classify",)),
    Permission.OUTLET_FIX_PARTY: Use(
        _("排污口页：开展溯源、明确责任主体"), ("POST /outlets/{key}/open-tracing", "POST /outlets/{key}/fix-party")
    ),
    Permission.OUTLET_CORRECT: Use(
        _("排污口页：更正信息、排污通道；编码核对"), ("POST /outlets/{key}/correct", "POST /code-lists")
    ),
    Permission.OUTLET_CHANGE_UNIT: Use(_("排污口页：变更所在区划"), ("POST /outlets/{key}/change-unit",)),
    Permission.OUTLET_BRING_IN: Use(_("导入：带入在办台账"), ("POST /outlets/bring-in",)),
    Permission.OUTLET_FILE_PAPER: Use(_("排污口页：归入材料；批量办理"), ("POST /outlets/{key}/papers",)),
    Permission.OUTLET_ENTER_FACT: Use(_("排污口页：录入、撤回事实"), ("POST /outlets/{key}/facts",)),
    Permission.OUTLET_IMPORT: Use(_("导入"), ("GET /imports", "POST /imports")),
    Permission.OUTLET_EXPORT: Use(
        _("台账、名录和清单、试算：导出；排污口页：导出变更留痕"),
        ("GET /exports/outlets", "GET /registers/{name}/export"),
    ),
    Permission.OUTLET_RESOLVE_DUPLICATE: Use(
        _("疑似重复：归并、认定不是重复、撤销"), ("POST /duplicates/resolve", "POST /duplicates/apart")
    ),
    Permission.REGISTER_PUBLISH: Use(_("名录和清单：发布"), ("POST /registers/{name}/publish",)),
    Permission.SURVEY_LEAD: Use(
        _("排查专项：拟定、划分岸段、分派、启动、完成、撤销"), ("POST /campaigns", "POST /campaigns/{key}/finish")
    ),
    Permission.SURVEY_APPROVE: Use(
        _("排查专项：审定方案（制定人以外的人员）"), ("POST /campaigns/{key}/approve-plan",)
    ),
    Permission.SURVEY_RECORD: Use(
        _("现场排查：轨迹、记录、岸段结果"),
        (
            "POST /tracks",
            "POST /campaigns/{key}/tracks/{client_id}/place",
            "POST /segments/{pk}/levels",
            "POST /segments/{pk}/close",
            "POST /field/batch",
            "POST /field/photos/{sha256}",
        ),
    ),
    Permission.SURVEY_SETTLE: Use(
        _("线索：登记、导入、处置、撤销处置；漏查研判"),
        ("POST /leads", "POST /leads/import", "POST /leads/{key}/outlet", "POST /leads/{key}/reopen", "POST /hints"),
    ),
    Permission.SURVEY_RECHECK: Use(_("排查专项：抽查复核"), ("POST /campaigns/{key}/rechecks",)),
    Permission.TRACING_OPEN: Use(_("溯源：立案"), ("POST /cases", "POST /cases/{pk}/lead")),
    Permission.TRACING_WORK: Use(
        _("溯源：步骤、证据、来源"), ("POST /cases/{pk}/step", "POST /cases/{pk}/source", "POST /cases/{pk}/extend")
    ),
    Permission.TRACING_CONCLUDE: Use(_("溯源：结论"), ("POST /cases/{pk}/conclude",)),
    Permission.REMEDIATION_TRIAGE: Use(
        _("问题清单：认定或排除线索、撤回认定，列为问题排污口，认定没有问题，无问题保留"),
        (
            "POST /problems/{key}/list",
            "POST /problems/{key}/no-problem",
            "POST /findings/{pk}/confirm",
            "POST /findings/{pk}/take-back",
        ),
    ),
    Permission.REMEDIATION_PLAN: Use(
        _("整治方案：编制、提交、撤回、开工；过渡期申请；立行立改；区域方案、资金打包、统筹工程"),
        (
            "POST /rounds/{pk}/plan",
            "POST /rounds/{pk}/submit",
            "POST /rounds/{pk}/recall",
            "POST /rounds/{pk}/start",
            "POST /rounds/{pk}/transition",
            "POST /outlets/{key}/remediate-at-once",
        ),
    ),
    Permission.REMEDIATION_APPROVE: Use(
        _("整治方案：审定、退回；过渡期审定"),
        (
            "POST /rounds/{pk}/approve",
            "POST /rounds/{pk}/return",
            "POST /rounds/{pk}/transition/decide",
        ),
    ),
    Permission.REMEDIATION_ORDER: Use(_("整治方案：作出取缔决定"), ("POST /rounds/{pk}/order",)),
    Permission.REMEDIATION_WORK: Use(
        _("整治实施：进度、佐证、报告完工；疑点：说明"),
        (
            "POST /rounds/{pk}/evidence",
            "POST /rounds/{pk}/steps/{number}/progress",
            "POST /rounds/{pk}/done",
            "POST /doubts/{pk}/explain",
        ),
    ),
    Permission.REMEDIATION_ACCEPT: Use(
        _("销号：现场核查、验收、退回、保留、合并、取缔"),
        (
            "POST /rounds/{pk}/site-check",
            "POST /rounds/{pk}/accept",
            "POST /rounds/{pk}/return-works",
            "POST /rounds/{pk}/outcome",
        ),
    ),
    Permission.REMEDIATION_FILE_UPWARD: Use(
        _("销号备案：报备、备案、退回"),
        ("POST /rounds/{pk}/file-upward", "POST /filings/{pk}/take", "POST /filings/{pk}/return"),
    ),
    Permission.REMEDIATION_REOPEN: Use(
        _("回头看：核查、重新列入问题清单"), ("POST /relapses/{pk}/reopen", "POST /relapses/{pk}/dismiss")
    ),
    Permission.CODE_ISSUE: Use(
        _("命名编码：赋码、号段、注销"),
        (
            "POST /codes",
            "POST /outlets/{key}/code",
            "POST /outlets/{key}/code/void",
            "POST /code-segments",
            "POST /code-segments/{pk}/report",
            "POST /code-segments/{pk}/close",
        ),
    ),
    Permission.SIGN_ERECT: Use(_("标识牌：上传立牌照片（排污单位限本单位的排污口）"), ("POST /signboards/{pk}/erect",)),
    Permission.STANDARDISATION_WORK: Use(
        _("规范化建设：标识牌、监测点、设备、档案"),
        (
            "POST /outlets/{key}/checks",
            "POST /outlets/{key}/facilities",
            "POST /outlets/{key}/archive/papers",
            "POST /signboards",
            "POST /signboards/{pk}/print",
            "POST /signboards/{pk}/damage",
            "POST /signboards/{pk}/void",
        ),
    ),
    Permission.STANDARDISATION_CONFIRM: Use(
        _("规范化建设：确认规范化、转入日常监管"),
        ("POST /outlets/{key}/standardise", "POST /outlets/{key}/supervise"),
    ),
    Permission.DISPATCH_ISSUE: Use(_("交办：交办、会议"), ("POST /work-items", "POST /meetings")),
    Permission.DISPATCH_FEEDBACK: Use(_("交办事项：反馈（本单位）"), ("POST /work-items/{pk}/feedback",)),
    Permission.DISPATCH_CLOSE: Use(_("交办事项：退回、办结、重新打开"), ("POST /work-items/{pk}/close",)),
    Permission.DISPATCH_URGE: Use(_("交办：督促、提级、提出协调意见"), ("POST /work-items/urge",)),
    Permission.PLAN_FILE: Use(_("实施方案：报送"), ("POST /plans",)),
    Permission.PLAN_APPROVE: Use(_("实施方案：审核、退回"), ("POST /plans/{pk}/approve", "POST /plans/{pk}/refuse")),
    Permission.REGULATION_MAINTAIN: Use(_("制度库：入库；监管责任：试点"), ("POST /regulations",)),
    Permission.DATA_SHARE: Use(_("共享"), ("GET /share/{unit}", "GET /share/{unit}/{object}")),
    Permission.PLACES_MAINTAIN: Use(
        _("区划与图层：上传、核对、替换；水体：登记、更正、标记"),
        ("GET /official-files", "POST /official-files", "POST /waters", "POST /waters/{code}/flags"),
    ),
    Permission.BODIES_MAINTAIN: Use(
        _("单位：登记、更正、调整职能"), ("POST /bodies", "POST /bodies/{pk}/correct", "POST /bodies/{pk}/functions")
    ),
    Permission.RULEBOOK_LOAD: Use(_("命令行：packs load")),
    Permission.RULEBOOK_PROPOSE: Use(_("规则：提交政策包、修改参数"), ("POST /pack-proposals", "POST /pack-settings")),
    Permission.RULEBOOK_APPROVE: Use(
        _("规则：审定政策包（提交人以外的人员）"),
        ("POST /pack-proposals/{pk}/approve", "POST /pack-proposals/{pk}/reject"),
    ),
    Permission.AUDIT_READ: Use(_("审计：谁办了什么、谁看了什么"), ("GET /audit/acts", "GET /audit/reads")),
    Permission.LEDGER_VERIFY: Use(_("变更留痕：核验"), ("GET /ledger/verify",)),
    Permission.OFFICERS_MANAGE: Use(
        _("管理：账号、批量新建、企业账号、交接、停用、解除动态口令；程序"),
        ("GET /officers", "POST /officers/{pk}/assignments", "POST /officers/{pk}/hand-over", "POST /officer-files"),
    ),
    Permission.SITE_OPERATE: Use(_("运行状况")),
}
