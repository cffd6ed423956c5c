"""变更留痕 as people read it: what was done, who, when it happened and was recorded, what changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from qingyuan.core.access import LABELS, Role
from qingyuan.core.lifecycle import PAPERS, STAGES, Milestone, Paper, Stage
from qingyuan.core.lifecycle_words import MILESTONES
from qingyuan.core.policy.facts import FACTS
from qingyuan.ledger.queries import Line
from qingyuan.places.models import Unit, Water
from qingyuan.prepared import prepared
from qingyuan.registry.models import Outlet
from qingyuan.registry.surveyed import ITEMS
from qingyuan.web import facts
from qingyuan.web.act_words import act_words
from qingyuan.web.state_words import states_of

FIELDS = {
    "due": noop("期限"),
    "outlet_name": noop("排污口"),
    "lead": noop("牵头单位"),
    "method": noop("方法"),
    "body_name": noop("排污单位"),
    "party_name": noop("责任主体"),
    "upper_name": noop("上游的点"),
    "lower_name": noop("下游的点"),
    "share": noop("占比"),
    "bodies": noop("办理单位"),
    "items": noop("下级事项"),
    "age_days": noop("已历天数（d）"),
    "overdue_days": noop("逾期天数（d）"),
    "step": noop("第几步"),
    "state": noop("状态"),
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
    "channel_name": noop("排污通道"),
    "channel_kind": noop("通道形式"),
    "channel_length_m": noop("通道长度（m）"),
    "dischargers": noop("排污单位和水量占比"),
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
            differences=tuple(words.of(line.act).differences(line.changes)),
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

    def of(self, act: str) -> Words:
        """The words for the entries of one act: its states are said in the words of its room."""
        states = states_of(act)
        return replace(self, values={**states, **self.values}) if states else self

    def differences(self, changes: Mapping[str, Sequence[object]]) -> Iterator[Difference]:
        """What changed, but for what is told elsewhere."""
        return (self.difference(name, *pair) for name, pair in changes.items() if name not in UNTOLD)

    def difference(self, name: str, old: object, new: object) -> Difference:
        """One changed value."""
        return Difference(self.label(name), self.value(name, old), self.value(name, new))

    def details(self, details: Mapping[str, object]) -> Iterator[tuple[str, str]]:
        """What else the entry says, where there is a word for it."""
        for name, value in details.items():
            worded = name in self.labels or (name in FIELDS and name not in UNTOLD)
            if worded and value not in (None, "", {}, []):
                yield self.label(name), self.value(name, value)

    def key(self, name: str, text: str) -> str:
        """What a part of a value is called."""
        return _(MILESTONES[Milestone(text)]) if name == "milestones" and text in set(Milestone) else text

    def value(self, name: str, value: object) -> str:
        """A value as people say it."""
        match value:
            case None | "":
                return ""
            case bool():
                return _("是") if value else _("否")
            case Mapping():
                return _("；").join(f"{self.key(name, str(key))} {self.value('', one)}" for key, one in value.items())
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
        for code, path, name in _units_at(paths=sorted(places)):
            found |= {code: name, path: name}
        for code, path, name in _units_coded(codes=sorted(places - set(found))):
            found |= {code: name, path: name}
    return found | dict(_waters_coded(codes=sorted(said["water"])))


@prepared
def _units_at(paths: Any) -> QuerySet[Unit, Any]:
    return Unit.objects.filter(path__in=paths).values_list("code", "path", "name")


@prepared
def _units_coded(codes: Any) -> QuerySet[Unit, Any]:
    return Unit.objects.filter(code__in=codes).values_list("code", "path", "name")


@prepared
def _waters_coded(codes: Any) -> QuerySet[Water, Any]:
    return Water.objects.filter(code__in=codes).values_list("code", "name")


def _day(text: str) -> str:
    """The day something happened, whether a day or an instant was recorded; an instant by the site's clock."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        moment = parse_datetime(text)
        if moment is None:
            return text
        return f"{timezone.localtime(moment) if timezone.is_aware(moment) else moment:%Y-%m-%d}"
