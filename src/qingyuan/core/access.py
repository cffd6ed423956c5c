"""Who may do what, where.

Roles grant permissions (this file); assignments bind a role to a reach: a unit's subtree, waters, one's own department
or one's own party (access room). Departments route work, they never hide rows inside a scope.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from qingyuan.core.refusal import Refusal
from qingyuan.core.refusal import gettext_noop as _


class Permission(StrEnum):
    """One thing one may be allowed to do: room, dot, verb."""

    OUTLET_VIEW = "outlet.view"
    OUTLET_REGISTER = "outlet.register"
    OUTLET_VERIFY = "outlet.verify"
    OUTLET_PROPOSE_TYPE = "outlet.propose_type"
    OUTLET_CLASSIFY = "outlet.classify"
    OUTLET_FIX_PARTY = "outlet.fix_party"
    OUTLET_CORRECT = "outlet.correct"
    OUTLET_CHANGE_UNIT = "outlet.change_unit"
    OUTLET_BRING_IN = "outlet.bring_in"
    OUTLET_FILE_PAPER = "outlet.file_paper"
    OUTLET_ENTER_FACT = "outlet.enter_fact"
    OUTLET_IMPORT = "outlet.import"
    OUTLET_EXPORT = "outlet.export"
    OUTLET_RESOLVE_DUPLICATE = "outlet.resolve_duplicate"
    REGISTER_PUBLISH = "register.publish"
    SURVEY_LEAD = "survey.lead"
    SURVEY_APPROVE = "survey.approve"
    SURVEY_RECORD = "survey.record"
    SURVEY_SETTLE = "survey.settle"
    SURVEY_RECHECK = "survey.recheck"
    TRACING_OPEN = "tracing.open"
    TRACING_WORK = "tracing.work"
    TRACING_CONCLUDE = "tracing.conclude"
    REMEDIATION_TRIAGE = "remediation.triage"
    REMEDIATION_PLAN = "remediation.plan"
    REMEDIATION_APPROVE = "remediation.approve"
    REMEDIATION_ORDER = "remediation.order"
    REMEDIATION_WORK = "remediation.work"
    REMEDIATION_ACCEPT = "remediation.accept"
    REMEDIATION_FILE_UPWARD = "remediation.file_upward"
    REMEDIATION_REOPEN = "remediation.reopen"
    CODE_ISSUE = "code.issue"
    SIGN_ERECT = "sign.erect"
    STANDARDISATION_WORK = "standardisation.work"
    STANDARDISATION_CONFIRM = "standardisation.confirm"
    DISPATCH_ISSUE = "dispatch.issue"
    DISPATCH_FEEDBACK = "dispatch.feedback"
    DISPATCH_CLOSE = "dispatch.close"
    DISPATCH_URGE = "dispatch.urge"
    PLAN_FILE = "plan.file"
    PLAN_APPROVE = "plan.approve"
    REGULATION_MAINTAIN = "regulation.maintain"
    DATA_SHARE = "data.share"
    PLACES_MAINTAIN = "places.maintain"
    BODIES_MAINTAIN = "bodies.maintain"
    RULEBOOK_LOAD = "rulebook.load"
    RULEBOOK_PROPOSE = "rulebook.propose"
    RULEBOOK_APPROVE = "rulebook.approve"
    AUDIT_READ = "audit.read"
    LEDGER_VERIFY = "ledger.verify"
    OFFICERS_MANAGE = "officers.manage"
    SITE_OPERATE = "site.operate"


class Role(StrEnum):
    """The hats people wear."""

    ADMINISTRATOR = "administrator"
    LEADER = "leader"
    REVIEWER = "reviewer"
    CLERK = "clerk"
    SURVEYOR = "surveyor"
    AUDITOR = "auditor"
    RIVER_CHIEF = "river_chief"
    ENTERPRISE = "enterprise"
    CONSOLE = "console"


LABELS = {
    Role.ADMINISTRATOR: _("系统管理员"),
    Role.LEADER: _("领导"),
    Role.REVIEWER: _("审核人员"),
    Role.CLERK: _("经办人员"),
    Role.SURVEYOR: _("排查人员"),
    Role.AUDITOR: _("审计督察人员"),
    Role.RIVER_CHIEF: _("河湖长"),
    Role.ENTERPRISE: _("排污单位"),
    Role.CONSOLE: _("命令行"),
    Permission.OUTLET_VIEW: _("查看排污口"),
    Permission.OUTLET_REGISTER: _("登记排污口"),
    Permission.OUTLET_VERIFY: _("核实"),
    Permission.OUTLET_PROPOSE_TYPE: _("提出分类意见"),
    Permission.OUTLET_CLASSIFY: _("确认分类"),
    Permission.OUTLET_FIX_PARTY: _("明确责任主体"),
    Permission.OUTLET_CORRECT: _("更正信息"),
    Permission.OUTLET_CHANGE_UNIT: _("变更所在区划"),
    Permission.OUTLET_BRING_IN: _("带入在办台账"),
    Permission.OUTLET_FILE_PAPER: _("归入材料"),
    Permission.OUTLET_ENTER_FACT: _("录入事实"),
    Permission.OUTLET_IMPORT: _("导入台账"),
    Permission.OUTLET_EXPORT: _("导出台账"),
    Permission.OUTLET_RESOLVE_DUPLICATE: _("归并重复登记"),
    Permission.REGISTER_PUBLISH: _("发布名录和清单"),
    Permission.SURVEY_LEAD: _("开展排查专项"),
    Permission.SURVEY_APPROVE: _("审定排查溯源方案"),
    Permission.SURVEY_RECORD: _("现场排查"),
    Permission.SURVEY_SETTLE: _("处置线索"),
    Permission.SURVEY_RECHECK: _("抽查复核"),
    Permission.TRACING_OPEN: _("立案溯源"),
    Permission.TRACING_WORK: _("开展溯源"),
    Permission.TRACING_CONCLUDE: _("得出溯源结论"),
    Permission.REMEDIATION_TRIAGE: _("认定问题排污口"),
    Permission.REMEDIATION_PLAN: _("编制整治方案"),
    Permission.REMEDIATION_APPROVE: _("审定整治方案"),
    Permission.REMEDIATION_ORDER: _("作出取缔决定"),
    Permission.REMEDIATION_WORK: _("实施整治"),
    Permission.REMEDIATION_ACCEPT: _("验收销号"),
    Permission.REMEDIATION_FILE_UPWARD: _("销号备案"),
    Permission.REMEDIATION_REOPEN: _("回头看和重新列入"),
    Permission.CODE_ISSUE: _("命名编码"),
    Permission.SIGN_ERECT: _("登记立牌"),
    Permission.STANDARDISATION_WORK: _("开展规范化建设"),
    Permission.STANDARDISATION_CONFIRM: _("确认规范化"),
    Permission.DISPATCH_ISSUE: _("交办事项"),
    Permission.DISPATCH_FEEDBACK: _("反馈交办事项"),
    Permission.DISPATCH_CLOSE: _("办结交办事项"),
    Permission.DISPATCH_URGE: _("督促办理"),
    Permission.PLAN_FILE: _("报送实施方案"),
    Permission.PLAN_APPROVE: _("审核实施方案"),
    Permission.REGULATION_MAINTAIN: _("维护制度文件"),
    Permission.DATA_SHARE: _("共享数据"),
    Permission.PLACES_MAINTAIN: _("维护区划、水体和区域"),
    Permission.BODIES_MAINTAIN: _("维护单位"),
    Permission.RULEBOOK_LOAD: _("载入政策包"),
    Permission.RULEBOOK_PROPOSE: _("提交政策包"),
    Permission.RULEBOOK_APPROVE: _("审定政策包"),
    Permission.AUDIT_READ: _("查看访问日志"),
    Permission.LEDGER_VERIFY: _("核验变更留痕"),
    Permission.OFFICERS_MANAGE: _("管理账号"),
    Permission.SITE_OPERATE: _("运行维护"),
}

_VIEW = frozenset({Permission.OUTLET_VIEW, Permission.OUTLET_EXPORT, Permission.DATA_SHARE})
_CLERK = _VIEW | {
    Permission.OUTLET_REGISTER,
    Permission.OUTLET_PROPOSE_TYPE,
    Permission.OUTLET_FIX_PARTY,
    Permission.OUTLET_CORRECT,
    Permission.OUTLET_BRING_IN,
    Permission.OUTLET_FILE_PAPER,
    Permission.OUTLET_ENTER_FACT,
    Permission.OUTLET_IMPORT,
    Permission.BODIES_MAINTAIN,
    Permission.SURVEY_LEAD,
    Permission.SURVEY_RECORD,
    Permission.SURVEY_SETTLE,
    Permission.TRACING_OPEN,
    Permission.TRACING_WORK,
    Permission.TRACING_CONCLUDE,
    Permission.REMEDIATION_PLAN,
    Permission.REMEDIATION_WORK,
    Permission.SIGN_ERECT,
    Permission.STANDARDISATION_WORK,
    Permission.DISPATCH_FEEDBACK,
    Permission.PLAN_FILE,
}
_REVIEWER = _CLERK | {
    Permission.OUTLET_VERIFY,
    Permission.OUTLET_CLASSIFY,
    Permission.OUTLET_CHANGE_UNIT,
    Permission.OUTLET_RESOLVE_DUPLICATE,
    Permission.REGISTER_PUBLISH,
    Permission.SURVEY_APPROVE,
    Permission.SURVEY_RECHECK,
    Permission.REMEDIATION_TRIAGE,
    Permission.REMEDIATION_APPROVE,
    Permission.REMEDIATION_ORDER,
    Permission.REMEDIATION_ACCEPT,
    Permission.REMEDIATION_FILE_UPWARD,
    Permission.REMEDIATION_REOPEN,
    Permission.CODE_ISSUE,
    Permission.STANDARDISATION_CONFIRM,
    Permission.DISPATCH_ISSUE,
    Permission.DISPATCH_CLOSE,
    Permission.DISPATCH_URGE,
    Permission.PLAN_APPROVE,
    Permission.REGULATION_MAINTAIN,
    Permission.RULEBOOK_PROPOSE,
    Permission.PLACES_MAINTAIN,
}

GRANTS: dict[Role, frozenset[Permission]] = {
    Role.ADMINISTRATOR: frozenset(
        {
            Permission.OUTLET_VIEW,
            Permission.PLACES_MAINTAIN,
            Permission.BODIES_MAINTAIN,
            Permission.RULEBOOK_LOAD,
            Permission.RULEBOOK_PROPOSE,
            Permission.RULEBOOK_APPROVE,
            Permission.AUDIT_READ,
            Permission.LEDGER_VERIFY,
            Permission.OFFICERS_MANAGE,
            Permission.SITE_OPERATE,
        }
    ),
    Role.LEADER: _VIEW | {Permission.DISPATCH_ISSUE, Permission.DISPATCH_URGE, Permission.RULEBOOK_APPROVE},
    Role.REVIEWER: _REVIEWER,
    Role.CLERK: _CLERK,
    Role.SURVEYOR: frozenset(
        {
            Permission.OUTLET_VIEW,
            Permission.OUTLET_REGISTER,
            Permission.OUTLET_PROPOSE_TYPE,
            Permission.OUTLET_FILE_PAPER,
            Permission.OUTLET_ENTER_FACT,
            Permission.SURVEY_RECORD,
            Permission.TRACING_WORK,
        }
    ),
    Role.AUDITOR: _VIEW | {Permission.LEDGER_VERIFY, Permission.AUDIT_READ},
    Role.RIVER_CHIEF: _VIEW,
    Role.ENTERPRISE: frozenset({Permission.OUTLET_VIEW, Permission.REMEDIATION_WORK, Permission.SIGN_ERECT}),
    Role.CONSOLE: frozenset(Permission),
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record lies, as far as scope asks. Paths are places.paths; ids are database ids."""

    unit_path: str = ""
    managing_path: str = ""
    managing_body_id: int | None = None
    water_path: str = ""
    party_ids: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Reach:
    """How far an assignment reaches. An empty reach reaches nothing; the unit path "" reaches the nation."""

    unit_paths: frozenset[str] = frozenset()
    water_paths: frozenset[str] = frozenset()
    body_ids: frozenset[int] = frozenset()
    party_ids: frozenset[int] = frozenset()

    def covers(self, place: Place) -> bool:
        """Whether a record at this place lies within the reach. A territory covers what lies in it; only a zone also
        covers what it manages outside its own codes."""
        return (
            any(
                place.unit_path.startswith(path) or ("Z" in path and place.managing_path.startswith(path))
                for path in self.unit_paths
            )
            or any(bool(place.water_path) and place.water_path.startswith(path) for path in self.water_paths)
            or (place.managing_body_id is not None and place.managing_body_id in self.body_ids)
            or not self.party_ids.isdisjoint(place.party_ids)
        )


@dataclass(frozen=True, slots=True)
class Grant:
    """A role bound to a reach. `functions` and `seat_path` say for which kind of body of which unit the officer acts
    (an officer of a city ecology bureau: {"ecology"}, "1402"), which some schemes ask for (大同 三(三)). A role
    that was lent (代理) names its holder: `delegated_from` his opaque id, `lender` his name."""

    role: Role
    reach: Reach
    functions: frozenset[str] = frozenset()
    seat_path: str = ""
    body_id: int | None = None
    delegated_from: str = ""
    lender: str = ""

    @property
    def permissions(self) -> frozenset[Permission]:
        """What the role allows."""
        return GRANTS[self.role]


@dataclass(slots=True)
class Reliance:
    """Whose lent roles an actor needed for what he is doing: noted whenever a permission is asked for and only a lent
    role has it there, told in the ledger with every entry of the act, forgotten when the next act is asked for."""

    lenders: dict[str, str] = field(default_factory=dict)
    is_told: bool = False

    def note(self, grant: Grant) -> None:
        """A permission was found in this grant."""
        if self.is_told:
            self.lenders.clear()
            self.is_told = False
        if grant.delegated_from:
            self.lenders[grant.delegated_from] = grant.lender

    def tell(self) -> dict[str, str]:
        """Opaque id → name of everybody whose role was needed."""
        self.is_told = True
        return self.lenders


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: an opaque id, the name as it is today, and what was granted where."""

    id: str
    name: str
    grants: tuple[Grant, ...] = field(default=())
    reliance: Reliance = field(default_factory=Reliance, compare=False, repr=False)

    def holding(self, permission: Permission) -> tuple[Grant, ...]:
        """The grants that carry a permission."""
        return tuple(grant for grant in self.grants if permission in grant.permissions)


CONSOLE = Actor("console", "命令行", (Grant(Role.CONSOLE, Reach(unit_paths=frozenset({""}))),))
"""The site's own officer: commands and the clock act in its name."""


def may_see(actor: Actor, place: Place) -> bool:
    """Whether the place lies in any scope of the actor: if not, the record does not exist for him (404)."""
    return any(grant.reach.covers(place) for grant in actor.grants)


def refusal(actor: Actor, permission: Permission, place: Place | None = None) -> Refusal | None:
    """Why the actor may not use a permission (at a place), or None. Scope is asked before, by may_see (403, not
    404). A role of his own goes before one that was lent to him."""
    able = [grant for grant in actor.holding(permission) if place is None or grant.reach.covers(place)]
    if able:
        actor.reliance.note(next((grant for grant in able if not grant.delegated_from), able[0]))
        return None
    return Refusal("access.not_permitted", _("您没有在此办理“%(what)s”的权限。"), {"what": LABELS[permission]})
