"""A result in sentences: Chinese with named placeholders, translated at the door."""

from __future__ import annotations

from collections.abc import Iterator

from qingyuan.boards.what_if.against import By
from qingyuan.boards.what_if.judging import State
from qingyuan.boards.what_if.queries import Result, RuleLine
from qingyuan.core.policy.conditions import All, Any, Compare, Condition, Not
from qingyuan.core.policy.judging import Rule
from qingyuan.core.refusal import gettext_noop as _

UNKNOWN = _("不能断定")
LIMIT = {State.ABSENT: _("允许"), State.NO: _("允许"), State.UNKNOWN: UNKNOWN, State.YES: _("超出")}
BLOCK = {State.ABSENT: _("不禁止"), State.NO: _("不禁止"), State.UNKNOWN: UNKNOWN, State.YES: _("禁止")}
OTHER = {State.ABSENT: _("不适用"), State.NO: _("不适用"), State.UNKNOWN: UNKNOWN, State.YES: _("适用")}

Sentence = tuple[str, dict[str, object]]

NOTHING = _("%(unit)s的 %(outlets)s 个排污口按%(other)s的规则判断，没有变化。")
HEADS = {
    By.UNIT: _("%(unit)s的 %(outlets)s 个排污口按%(other)s的规则判断：%(changed)s 个的结论会变。"),
    By.PROPOSAL: _("%(unit)s的 %(outlets)s 个排污口按“%(other)s”（提案）判断：%(changed)s 个的结论会变。"),
    By.DAY: _("%(unit)s的 %(outlets)s 个排污口按 %(other)s 施行的规则判断：%(changed)s 个的结论会变。"),
}
RULE = _("按“%(rule)s”（%(clause)s）：%(number)s 个由“%(now)s”变为“%(then)s”。")
OPEN = _("另有 %(number)s 条规则，部分排污口缺少事实，由能够断定变为不能断定，或者相反。")
REWORDED = _("“%(rule)s”（%(clause)s）：适用的 %(number)s 个，要求的内容不同。")
TYPES = _("分类：%(number)s 个排污口的一级类型会变。")
TARGETS = _("目标：%(number)s 项的分母、分子或者要求会变。")
PARAMETERS = _("规定：%(number)s 项参数不同。")


def answer(rule: Rule, state: State) -> str:
    """What a rule's answer means, in its source language: 超出 of a limit, 禁止 of a block, else 适用."""
    if _limits(rule.when):
        return LIMIT[state]
    return (BLOCK if rule.effect == "block" else OTHER)[state]


def sentences(result: Result, *, most: int = 6) -> Iterator[Sentence]:
    """The result from the whole to the parts, the rules that move the most outlets first."""
    head = {
        "unit": result.unit.name,
        "other": result.against.name,
        "outlets": result.outlets,
        "changed": result.outlets_decided,
    }
    if result.is_empty:
        yield NOTHING, head
        return
    yield HEADS[result.against.by], head
    for line in result.moving[:most]:
        yield from _moves(line)
    if open_ones := sum(line.changed > line.settled for line in result.moving):
        yield OPEN, {"number": open_ones}
    for line in result.rules:
        if line.reworded and line.then is not None:
            yield REWORDED, {"rule": line.then.title, "clause": line.then.clause, "number": line.reworded}
    if moved := sum(line.number for line in result.types if line.moves):
        yield TYPES, {"number": moved}
    if aims := sum(line.moves for line in result.targets):
        yield TARGETS, {"number": aims}
    if result.parameters:
        yield PARAMETERS, {"number": len(result.parameters)}


def _moves(line: RuleLine) -> Iterator[Sentence]:
    rule = line.rule
    together: dict[tuple[str, str], int] = {}
    for now, then, number in line.moves:
        if State.UNKNOWN in (now, then):
            continue
        pair = (answer(rule, now), answer(rule, then))
        together[pair] = together.get(pair, 0) + number
    for (one, two), number in together.items():
        yield RULE, {"rule": rule.title, "clause": rule.clause, "number": number, "now": one, "then": two}


def _limits(condition: Condition) -> bool:
    match condition:
        case Compare(_, "over", str()):
            return True
        case All(parts) | Any(parts):
            return any(map(_limits, parts))
        case Not(part):
            return _limits(part)
        case _:
            return False
