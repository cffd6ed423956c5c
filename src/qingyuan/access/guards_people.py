"""May they? Delegation, hand-over, switching off and on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from qingyuan.access.models import Assignment, Officer
from qingyuan.core import access
from qingyuan.core.access import Actor, Permission, Place
from qingyuan.core.refusal import Refusal, guard
from qingyuan.core.refusal import gettext_noop as _


@guard
def delegate(
    assignment: Assignment,
    *,
    to: Officer | None,
    from_day: date,
    to_day: date,
    max_days: int,
    places: Sequence[Place],
    is_colleague: bool,
    on: date,
    by: Actor,
) -> Iterator[Refusal | None]:
    """`to` None: before anybody is chosen. Only the holder himself or who manages officers in every place concerned."""
    if by.id != f"officer:{assignment.officer_id}":
        for place in places:
            yield access.refusal(by, Permission.OFFICERS_MANAGE, place)
    if assignment.delegated_from_id is not None:
        yield Refusal("delegation.passed_on", _("代理取得的任职不能再委托他人。"))
    if not assignment.officer.is_active or (assignment.to_day is not None and assignment.to_day <= on):
        yield Refusal("delegation.ended", _("该任职已经结束，不能委托代理。"))
    if assignment.officer.is_program:
        yield Refusal("delegation.program", _("程序的任职不能委托代理。"))
    if to is None:
        return
    if to.pk == assignment.officer_id:
        yield Refusal("delegation.oneself", _("不能委托给本人。"))
    if to.is_program or not to.is_active or not is_colleague:
        yield Refusal("delegation.no_colleague", _("受托人须是启用的人员账号，并在同一管辖范围内任职。"))
    if from_day < max(on, assignment.from_day):
        yield Refusal("delegation.begins_early", _("代理不能早于今天，也不能早于该任职开始之日。"))
    if to_day <= from_day:
        yield Refusal("delegation.days", _("结束日期须晚于开始日期。"))
    if (to_day - from_day).days > max_days:
        yield Refusal("delegation.too_long", _("一次委托代理最长%(days)s天。"), {"days": max_days})
    if assignment.to_day is not None and to_day > assignment.to_day:
        yield Refusal("delegation.outlasts", _("代理不能晚于该任职的截止日期。"))
    if Assignment.objects.filter(
        delegated_from=assignment, officer=to, from_day__lt=to_day, to_day__gt=from_day
    ).exists():  # a button pressed twice delegates once
        yield Refusal("delegation.twice", _("该期间已经委托此人代理。"))


@guard
def end_delegation(delegation: Assignment, *, places: Sequence[Place], on: date, by: Actor) -> Iterator[Refusal | None]:
    """By who gave it, who holds it, or who manages officers there."""
    origin = delegation.delegated_from
    if origin is None:
        yield Refusal("delegation.none", _("该任职不是代理。"))
        return
    if by.id not in {f"officer:{delegation.officer_id}", f"officer:{origin.officer_id}"}:
        for place in places:
            yield access.refusal(by, Permission.OFFICERS_MANAGE, place)
    if delegation.to_day is None or delegation.to_day <= on:
        yield Refusal("delegation.over", _("该代理已经结束。"))


@guard
def hand_over(
    officer: Officer, *, to: Officer | None, on: date, today: date, places: Sequence[Place], by: Actor
) -> Iterator[Refusal | None]:
    """`to` None: before a successor is chosen."""
    yield from _manages(officer, places, by)
    if not officer.is_active:
        yield Refusal("officers.off_already", _("该账号已经停用。"))
    if officer.is_program:
        yield Refusal("officers.program", _("程序不办理交接，请停用其令牌。"))
    if on > today:
        yield Refusal("officers.hand_over_ahead", _("交接日期不能晚于今天；提前安排的，请填写任职的起止日期。"))
    if to is None:
        return
    if to.pk == officer.pk:
        yield Refusal("officers.hand_over_oneself", _("接任人员不能是本人。"))
    if to.is_program or not to.is_active:
        yield Refusal("officers.no_successor", _("接任人员须是启用的人员账号。"))


@guard
def switch_off(officer: Officer, *, places: Sequence[Place], by: Actor) -> Iterator[Refusal | None]:
    yield from _manages(officer, places, by)
    if not officer.is_active:
        yield Refusal("officers.off_already", _("该账号已经停用。"))


@guard
def switch_on(officer: Officer, *, places: Sequence[Place], by: Actor) -> Iterator[Refusal | None]:
    yield from _manages(officer, places, by)
    if officer.is_active:
        yield Refusal("officers.on_already", _("该账号已经启用。"))


def _manages(officer: Officer, places: Sequence[Place], by: Actor) -> Iterator[Refusal | None]:
    """Whoever acts upon an account manages officers wherever it reaches; one that reaches nothing is the nation's.
    Nobody acts upon his own: a site would lose its last administrator by a slip."""
    for place in places or [Place()]:
        yield access.refusal(by, Permission.OFFICERS_MANAGE, place)
    if by.id == f"officer:{officer.pk}":
        yield Refusal("officers.oneself", _("不能对本人账号办理此事，请由另一名管理员办理。"))
