"""May they? The register at work: publishing, duplicates, branches, codes. One function per action, same name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from qingyuan.core import access
from qingyuan.core.access import Actor, Permission, Place
from qingyuan.core.coding import CodeFault, parse_code
from qingyuan.core.refusal import Refusal, guard
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.places.models import Unit
from qingyuan.places.paths import path_of
from qingyuan.prepared import prepared
from qingyuan.registry import rules
from qingyuan.registry.guards import CORRECTABLE, not_yet, withdrawn
from qingyuan.registry.models import Alias, MainLink, Outlet, Resolution
from qingyuan.registry.places_of import place_of
from qingyuan.registry.queries import coded
from qingyuan.registry.registers import Register

TAKEN_OVER = CORRECTABLE | {"national_code"}
"""What a kept entry may take from the dropped one. Type and party are decisions of their own, with their papers."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided about a pair: which entry stays, which of the other's values it takes, and why."""

    keep: Outlet
    drop: Outlet
    taken: frozenset[str]
    reason: str


@guard
def publish_version(register: Register, *, unit: Unit, by: Actor, on: date) -> Iterator[Refusal | None]:
    yield access.refusal(by, Permission.REGISTER_PUBLISH, Place(unit_path=unit.path, managing_path=unit.path))
    yield keeper_refusal(register, unit=unit, by=by, on=on)


def keeper_refusal(register: Register, *, unit: Unit, by: Actor, on: date) -> Refusal | None:
    """Where the scheme gives one body the duty to keep the register, nobody else publishes it (济源 五(二): 示范区生态
    环境局). The body sits at the unit whose pack names it."""
    resolved = rules.policy_of(unit.path, on=on).parameters.get("organisations")
    bodies = resolved.value if resolved and isinstance(resolved.value, list | tuple) else ()
    keepers = [body for body in bodies if register.duty and register.duty in body.get("duties", ())]
    if not keepers or resolved is None:
        return None
    functions = {body.get("function") for body in keepers}
    seat = path_of(resolved.origin.split("-")[0])
    for grant in by.holding(Permission.REGISTER_PUBLISH):
        if grant.role is access.Role.CONSOLE or (grant.functions & functions and grant.seat_path == seat):
            return None
    names = "、".join(str(body["name"]) for body in keepers)
    text = _("“%(register)s”由%(keeper)s建立和发布。")
    clause = str(keepers[0].get("clause", resolved.clause))
    return Refusal("access.not_keeper", text, {"register": register.name, "keeper": names}, clause)


@guard
def resolve_duplicate(decision: Decision, *, by: Actor, on: date, at: datetime) -> Iterator[Refusal | None]:
    keep, drop = decision.keep, decision.drop
    for outlet in (keep, drop):
        yield access.refusal(by, Permission.OUTLET_RESOLVE_DUPLICATE, place_of(outlet))
        yield withdrawn(outlet)
    if keep.pk == drop.pk:
        yield Refusal("registry.one_entry", _("请选择两条不同的登记。"))
    if not decision.reason.strip():
        yield Refusal("registry.no_reason", _("请填写归并理由。"))
    if unknown := decision.taken - TAKEN_OVER:
        yield Refusal("registry.field", _("“%(fields)s”不能在此更正。"), {"fields": "、".join(sorted(unknown))})
    if "national_code" in decision.taken and keep.national_code:
        yield Refusal("registry.code_is_fixed", _("国家编码一经赋予不得更改，只能注销后重新赋码。"))
    if drop.in_register and not keep.in_register:
        yield Refusal("registry.keep_the_registered", _("请保留已在名录中的登记，归并不在名录的线索。"))
    yield has_branches(drop)
    yield not_yet(on, at)


def has_branches(drop: Outlet) -> Refusal | None:
    """A main outlet cannot go while branches share its mouth, nor a branch while it is linked."""
    linked = MainLink.objects.filter(Q(main=drop) | Q(branch=drop), to_day=None).exists()
    if not linked:
        return None
    return Refusal("registry.linked", _("“%(name)s”登记有支口关系，请先解除。"), {"name": drop.name})


@guard
def undo_resolve(
    resolution: Resolution, *, keep: Outlet, drop: Outlet, reason: str, by: Actor, on: date, at: datetime
) -> Iterator[Refusal | None]:
    for outlet in (keep, drop):
        yield access.refusal(by, Permission.OUTLET_RESOLVE_DUPLICATE, place_of(outlet))
    if not reason.strip():
        yield Refusal("registry.no_reason", _("请填写撤销归并的理由。"))
    for outlet, version in ((keep, resolution.kept_version), (drop, resolution.dropped_version)):
        if outlet.version != version:
            text = _("“%(name)s”归并后又有变更，不能撤销归并。")
            yield Refusal("registry.touched_since", text, {"name": outlet.name})
    yield not_yet(on, at)


@guard
def keep_apart(one: Outlet, other: Outlet, *, by: Actor, on: date, at: datetime) -> Iterator[Refusal | None]:
    for outlet in (one, other):
        yield access.refusal(by, Permission.OUTLET_RESOLVE_DUPLICATE, place_of(outlet))
        yield withdrawn(outlet)
    if one.pk == other.pk:
        yield Refusal("registry.one_entry", _("请选择两条不同的登记。"))
    yield not_yet(on, at)


def not_linked(branch: Outlet) -> Refusal | None:
    """One level, one main at a time: neither a branch already nor a main of others."""
    links = _standing_links(outlet=branch.pk)
    if any(of == branch.pk for of, _main in links):
        return Refusal("registry.has_main", _("“%(name)s”已登记为支口，请先解除。"), {"name": branch.name})
    if links:
        return Refusal("registry.is_main", _("“%(name)s”是其他支口的主口，不能再作支口。"), {"name": branch.name})
    return None


@prepared
def _standing_links(outlet: Any) -> QuerySet[MainLink, Any]:
    found = MainLink.objects.filter(Q(branch_id=outlet) | Q(main_id=outlet), to_day=None)
    return found.values_list("branch_id", "main_id")


@prepared
def _linked_since(outlet: Any) -> QuerySet[MainLink, date]:
    return MainLink.objects.filter(branch_id=outlet).order_by("-pk").values_list("from_day", flat=True)[:1]


@guard
def set_main(branch: Outlet, *, main: Outlet, by: Actor, on: date, at: datetime) -> Iterator[Refusal | None]:
    for outlet in (branch, main):
        yield access.refusal(by, Permission.OUTLET_CORRECT, place_of(outlet))
        yield withdrawn(outlet)
    if branch.pk == main.pk:
        yield Refusal("registry.one_entry", _("请选择两条不同的登记。"))
    yield not_linked(branch)
    if MainLink.objects.filter(branch=main, to_day=None).exists():
        yield Refusal("registry.has_main", _("“%(name)s”已登记为支口，不能作主口。"), {"name": main.name})
    yield branch_code_refusal(branch, main)
    yield not_yet(on, at)


def branch_code_refusal(branch: Outlet, main: Outlet) -> Refusal | None:
    """National codes of one mouth agree but for the branch number: 00 for the main, 01 and on for the others."""
    codes = parse_code(branch.national_code), parse_code(main.national_code)
    one, other = codes
    if isinstance(one, CodeFault) or isinstance(other, CodeFault):
        return None  # not coded yet
    if one.main == other and one.branch:
        return None
    text = _("国家编码“%(branch)s”与主口“%(main)s”不相符：支口除末两位外应与主口相同，主口末两位为 00。")
    said = {"branch": branch.national_code, "main": main.national_code}
    return Refusal("registry.branch_code", text, said, "HJ 1235-2021")


@guard
def end_main(branch: Outlet, *, by: Actor, on: date, at: datetime) -> Iterator[Refusal | None]:
    yield access.refusal(by, Permission.OUTLET_CORRECT, place_of(branch))
    yield withdrawn(branch)
    since = _linked_since.first(outlet=branch.pk)
    if since is None:
        yield Refusal("registry.no_main", _("没有登记支口关系。"))
    elif on < since:
        text = _("日期%(day)s早于支口关系的起始日期%(since)s。")
        yield Refusal("registry.out_of_order", text, {"day": on.isoformat(), "since": since.isoformat()})
    yield not_yet(on, at)


@guard
def file_code_list(*, unit: Unit, by: Actor) -> Iterator[Refusal | None]:
    yield access.refusal(by, Permission.OUTLET_CORRECT, Place(unit_path=unit.path, managing_path=unit.path))


@guard
def take_code(
    outlet: Outlet, *, code: str, as_national: bool, by: Actor, on: date, at: datetime
) -> Iterator[Refusal | None]:
    yield access.refusal(by, Permission.OUTLET_CORRECT, place_of(outlet))
    yield withdrawn(outlet)
    if isinstance(parse_code(code), CodeFault):
        yield Refusal("registry.no_code", _("“%(code)s”不是国家编码。"), {"code": code})
    if as_national and outlet.national_code:
        yield Refusal("registry.code_is_fixed", _("国家编码一经赋予不得更改，只能注销后重新赋码。"))
    yield code_taken(outlet, code)
    yield not_yet(on, at)


def code_taken(outlet: Outlet, code: str) -> Refusal | None:
    """Against a code that another outlet has, or had: none is given twice."""
    if Outlet.objects.filter(coded(code, "national_code")).exclude(pk=outlet.pk).exists():
        return Refusal("registry.code_in_use", _("编码“%(code)s”已属于另一个排污口。"), {"code": code})
    if Alias.objects.filter(kind="national", text=code).exclude(outlet=outlet).exists():
        return Refusal("registry.code_retired", _("编码“%(code)s”曾属于另一个排污口，不能再次使用。"), {"code": code})
    return None


@guard
def give_code(outlet: Outlet, *, code: str, on: date, at: datetime) -> Iterator[Refusal | None]:
    """赋码: whatever the room asked before, a code is not changed, not given twice, and not given again."""
    yield withdrawn(outlet)
    if outlet.national_code:
        yield Refusal("registry.code_is_fixed", _("国家编码一经赋予不得更改，只能注销后重新赋码。"))
    if Alias.objects.filter(kind="national", text=code, outlet=outlet).exists():
        yield Refusal("registry.code_retired", _("编码“%(code)s”已注销，不能再次使用。"), {"code": code})
    yield code_taken(outlet, code)
    yield not_yet(on, at)


@guard
def end_code(outlet: Outlet, *, on: date, at: datetime) -> Iterator[Refusal | None]:
    """注销编码: not of an outlet that has none."""
    yield withdrawn(outlet)
    if not outlet.national_code:
        yield Refusal("registry.no_national_code", _("还没有国家编码。"))
    yield not_yet(on, at)
