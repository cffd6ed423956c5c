"""变更留痕 as people read it: what was done, who, when it happened and was recorded, what changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from qingyuan.core.access import LABELS, Role
from qingyuan.core.lifecycle import MOVES, PAPERS, STAGES, Move, Paper, Stage
from qingyuan.core.policy.facts import FACTS
from qingyuan.ledger.queries import Line
from qingyuan.places.models import Unit, Water
from qingyuan.registry.models import Outlet
from qingyuan.registry.surveyed import ITEMS
from qingyuan.web import facts

ACTS = {
    "outlet.correct": noop("更正信息"),
    "outlet.change_unit": noop("变更所在区划"),
    "outlet.change_party": noop("变更责任主体"),
    "outlet.propose_type": noop("提出分类意见"),
    "outlet.suggest_type": noop("规则建议类型"),
    "outlet.reclassify": noop("调整分类"),
    "outlet.file_paper": noop("归入材料"),
    "outlet.add_channel": noop("登记排污通道"),
    "outlet.remove_channel": noop("解除排污通道"),
    "outlet.withdraw_entry": noop("撤销登记"),
    "outlet.update": noop("更新信息"),
    "outlet.drop_duplicate": noop("作为重复登记归并"),
    "outlet.keep_duplicate": noop("归并重复登记"),
    "outlet.undo_duplicate": noop("撤销归并"),
    "outlet.keep_apart": noop("认定不是重复登记"),
    "outlet.set_main": noop("登记为支口"),
    "outlet.end_main": noop("解除支口关系"),
    "outlet.take_code": noop("采用编码"),
    "register.publish": noop("发布名录和清单"),
    "bulk.run": noop("批量办理"),
    "view.save": noop("保存筛选"),
    "view.rename": noop("筛选改名"),
    "view.delete": noop("删除筛选"),
    "view.pass": noop("移交筛选"),
    "item.issue": noop("交办"),
    "item.pass_down": noop("由上级事项分解下达"),
    "item.passed_down": noop("分解下达"),
    "item.add_body": noop("按“等”增加单位"),
    "item.name_body": noop("对应单位"),
    "item.link_outlets": noop("关联排污口"),
    "item.unlink_outlet": noop("解除关联排污口"),
    "item.feedback": noop("反馈"),
    "item.return": noop("退回"),
    "item.close": noop("办结"),
    "item.reopen": noop("重新打开"),
    "item.escalate": noop("提级"),
    "item.urge": noop("督促"),
    "item.decide": noop("提出协调意见"),
    "meeting.record": noop("登记会议"),
    "fact.enter": noop("录入事实"),
    "fact.retract": noop("撤回事实"),
    "body.enter": noop("登记单位"),
    "body.correct": noop("更正单位信息"),
    "body.set_functions": noop("调整职能"),
    "water.add": noop("登记水体"),
    "water.correct": noop("更正水体信息"),
    "water.set_flag": noop("设置水体标记"),
    "water.clear_flag": noop("取消水体标记"),
    "water.withdraw_flag": noop("撤回水体标记"),
    "outlet.correct_channel": noop("更正排污通道"),
    "officer.enrol": noop("新建账号"),
    "officer.assign": noop("任职"),
    "officer.end_assignment": noop("结束任职"),
    "officer.delegate": noop("委托代理"),
    "officer.stand_in": noop("受托代理"),
    "officer.end_delegation": noop("结束代理"),
    "officer.hand_over": noop("交接"),
    "officer.switch_off": noop("停用账号"),
    "officer.switch_on": noop("启用账号"),
    "officer.enrol_factor": noop("启用动态口令"),
    "officer.reset_factor": noop("解除动态口令"),
    "officer.recovery_codes": noop("重新生成恢复码"),
    "officer.set_password": noop("修改密码"),
    "officer.issue_token": noop("签发令牌"),
    "officer.end_token": noop("停用令牌"),
    "officer.sign_in": noop("登录"),
    "officer.sign_out": noop("退出"),
    "pack.load": noop("载入政策包"),
    "plan.file": noop("报送实施方案"),
    "plan.approve": noop("实施方案审核通过"),
    "plan.refuse": noop("退回实施方案"),
    "regulation.issue": noop("制度入库"),
    "regulation.supersede": noop("由新版本代替"),
    "decision.make": noop("作出本地决定"),
    "pack.withdraw": noop("撤回政策包"),
    "pack.propose": noop("提交政策包"),
    "pack.propose_faulty": noop("提交政策包，检查未通过"),
    "pack.approve": noop("审定政策包"),
    "pack.reject": noop("退回政策包"),
    "pack.withdraw_proposal": noop("撤回提交的政策包"),
    "reading.close": noop("封存访问日志"),
}
FIELDS = {
    "due": noop("期限"),
    "bodies": noop("办理单位"),
    "items": noop("下级事项"),
    "age_days": noop("已历天数（d）"),
    "overdue_days": noop("逾期天数（d）"),
    "step": noop("第几步"),
    "status": noop("状态"),
    "mechanism": noop("工作机制"),
    "decisions": noop("决定"),
    "stage": noop("阶段"),
    "managing": noop("管理单位"),
    "reason": noop("理由"),
    "reasons": noop("理由"),
    "note": noop("说明"),
    "basis": noop("认定依据"),
    "before": noop("原责任主体"),
    "channel": noop("排污通道"),
    "sources": noop("排污单位"),
    "kind": noop("材料类型"),
    "top": noop("一级类型"),
    "type": noop("类型"),
    "standard": noop("分类标准"),
    "role": noop("角色"),
    "prefix": noop("令牌前缀"),
    "label": noop("用途"),
    "source": noop("来源"),
    "row": noop("文件行号"),
    "import": noop("导入"),
    "milestones": noop("已达节点"),
    "not_direct": noop("不列入名录的理由"),
    "kept_name": noop("保留的登记"),
    "dropped_name": noop("归并的登记"),
    "other_name": noop("另一条登记"),
    "aliases": noop("别名"),
    "main_name": noop("主口"),
    "code": noop("编码"),
    "rows": noop("个数"),
    "number": noop("版本"),
    "digest": noop("内容摘要"),
}
NAMED = {"parent", "supervising_body"}  # an id with the name as it was
UNTOLD = {"verified_by", "assignment", "to", "body", "standard", "sources", "channel"}
BASES = {
    "applicant": noop("设置申请单位"),
    "tracing": noop("溯源结论"),
    "designated": noop("指定"),
    "fallback": noop("政府兜底"),
}
SYSTEM = {"console": noop("系统（命令行）"), "clock": noop("系统（定时）")}


@dataclass(frozen=True, slots=True)
class Difference:
    """One value before and after, in words; either may be nothing."""

    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Told:
    """One entry of the ledger in words."""

    number: int
    what: str
    who: str
    occurred: str
    recorded_at: datetime
    clause: str
    pack: str
    differences: tuple[Difference, ...]
    details: tuple[tuple[str, str], ...]
    evidence: Sequence[str]
    hash: str

    @property
    def sentence(self) -> str:
        """The entry in one line: when, who, what, which values."""
        empty, colon = _("（空）"), _("：")
        said = _("；").join(f"{one.label}{colon}{one.old or empty} → {one.new or empty}" for one in self.differences)
        return f"{self.occurred} {self.who} {self.what}" + (_("（%(said)s）") % {"said": said} if said else "")


def told(
    lines: Iterable[Line],
    *,
    types: Mapping[str, str] | None = None,
    labels: Mapping[str, str] | None = None,
    values: Mapping[str, Mapping[str, str]] | None = None,
) -> list[Told]:
    """Entries in words, in the order given. `types`: names of the second level by key; `labels` and `values`: what
    fields and their values are called where the subject is no outlet. At most two queries."""
    given = list(lines)
    words = Words(types or {}, _names(given), labels or {}, values or {})
    return [
        Told(
            number=line.number,
            what=act_words(line.act),
            who=who_words(line),
            occurred=_day(line.occurred),
            recorded_at=line.recorded_at,
            clause=line.clause,
            pack=line.pack,
            differences=tuple(
                words.difference(name, *pair) for name, pair in line.changes.items() if name not in UNTOLD
            ),
            details=tuple(words.details(line.details)),
            evidence=line.evidence,
            hash=line.hash,
        )
        for line in given
    ]


def who_words(line: Line) -> str:
    """Who did it; whoever needed a role that was lent to him did it for its holder: 李某（代 张某）."""
    name = _(SYSTEM.get(line.actor_id, "")) or line.actor_name or line.actor_id
    lent = line.details.get("delegated_from")
    if not lent:
        return name
    said = [str(one) for one in lent] if isinstance(lent, list) else [str(lent)]
    return _("%(name)s（代 %(other)s）") % {"name": name, "other": line.lender_name or _("、").join(said)}


def act_words(act: str) -> str:
    """What an act is called."""
    if act in ACTS:
        return _(ACTS[act])
    verb = act.rpartition(".")[2]
    return _(MOVES[Move(verb)]) if verb in set(Move) else act


def label_of(name: str) -> str:
    """What a field is called."""
    if name in FIELDS:
        return _(FIELDS[name])
    if name in ITEMS:
        return _(ITEMS[name])
    if name in FACTS:
        return facts.title(name)
    columns = {one.name: one.verbose_name for one in Outlet._meta.concrete_fields}
    return str(columns.get(name, name))


@dataclass(frozen=True, slots=True)
class Words:
    """Stored values as words: types by their names, units and waters by theirs."""

    types: Mapping[str, str]
    names: Mapping[str, str]
    labels: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def label(self, name: str) -> str:
        """What a field is called here."""
        return self.labels.get(name) or label_of(name)

    def difference(self, name: str, old: object, new: object) -> Difference:
        """One changed value."""
        return Difference(self.label(name), self.value(name, old), self.value(name, new))

    def details(self, details: Mapping[str, object]) -> Iterator[tuple[str, str]]:
        """What else the entry says, where there is a word for it."""
        for name, value in details.items():
            worded = name in self.labels or (name in FIELDS and name not in UNTOLD)
            if worded and value not in (None, "", {}, []):
                yield self.label(name), self.value(name, value)

    def value(self, name: str, value: object) -> str:
        """A value as people say it."""
        match value:
            case None | "":
                return ""
            case bool():
                return _("是") if value else _("否")
            case Mapping():
                return _("；").join(f"{self.value('', key)} {self.value('', one)}" for key, one in value.items())
            case [int() | str(), str(named)] if name in NAMED:
                return named
            case list() | tuple():
                return _("、").join(self.value(name if name in self.values else "", one) for one in value)
        text = str(value)
        if text in self.values.get(name, {}):
            return self.values[name][text]
        if name == "stage" and text in set(Stage):
            return _(STAGES[Stage(text)])
        if name == "kind" and text in set(Paper):
            return _(PAPERS[Paper(text)])
        if name == "role" and text in set(Role):
            return _(LABELS[Role(text)])
        if name == "basis" and text in BASES:
            return _(BASES[text])
        if name in {"type", "type_key", "value"} and text in self.types:
            return _(self.types[text])
        if name in {"unit", "managing", "water", "managing_unit"}:
            return self.names.get(text, text)
        return text


def _names(lines: Sequence[Line]) -> dict[str, str]:
    """The names of the units (by path and by code) and waters the entries speak of."""
    said = {
        name: {str(value) for line in lines for value in [*line.changes.get(name, ()), line.details.get(name)] if value}
        for name in ("unit", "managing", "water")
    }
    places = said["unit"] | said["managing"]
    found: dict[str, str] = {}
    if places:
        for code, path, name in Unit.objects.filter(path__in=places).values_list("code", "path", "name"):
            found |= {code: name, path: name}
        for code, path, name in Unit.objects.filter(code__in=places - set(found)).values_list("code", "path", "name"):
            found |= {code: name, path: name}
    if said["water"]:
        found |= dict(Water.objects.filter(code__in=said["water"]).values_list("code", "name"))
    return found


def _day(text: str) -> str:
    """The day something happened, whether a day or an instant was recorded."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        moment = parse_datetime(text)
        return f"{moment:%Y-%m-%d}" if moment else text
