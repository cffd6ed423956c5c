"""May they? One function per action, with the same name."""

from __future__ import annotations

from collections.abc import Iterator, Set

from qingyuan.bodies.models import Body
from qingyuan.core import access
from qingyuan.core.access import Actor, Permission, Place
from qingyuan.core.credit_code import is_credit_code
from qingyuan.core.refusal import Refusal, guard
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.places.models import Unit

CORRECTABLE = frozenset(
    {"name", "kind", "unit_type", "industry", "credit_code", "longitude_deg", "latitude_deg", "valid_from", "valid_to"}
)


@guard
def enter(*, name: str, unit: Unit, credit_code: str, by: Actor) -> Iterator[Refusal | None]:
    yield access.refusal(by, Permission.BODIES_MAINTAIN, Place(unit_path=unit.path))
    if not name.strip():
        yield Refusal("bodies.no_name", _("请填写单位名称。"))
    yield credit_code_refusal(credit_code)
    if not credit_code and Body.objects.filter(unit=unit, name=name.strip(), valid_to=None).exists():
        yield Refusal("bodies.twice", _("%(unit)s已有名为“%(name)s”的单位。"), {"unit": unit.name, "name": name})


@guard
def credit_code_refusal(credit_code: str, *, of: Body | None = None) -> Iterator[Refusal | None]:
    """Against a credit code that does not check, or that another body has."""
    if credit_code and not is_credit_code(credit_code):
        yield Refusal("bodies.credit_code", _("统一社会信用代码“%(code)s”校验不通过。"), {"code": credit_code})
    others = Body.objects.exclude(pk=of.pk) if of else Body.objects.all()
    if credit_code and others.filter(credit_code=credit_code).exists():
        yield Refusal("bodies.twice", _("已有同一统一社会信用代码的单位。"))


@guard
def correct(body: Body, *, fields: Set[str], reason: str, by: Actor) -> Iterator[Refusal | None]:
    yield access.refusal(by, Permission.BODIES_MAINTAIN, Place(unit_path=body.unit_path))
    if unknown := fields - CORRECTABLE:
        yield Refusal("bodies.field", _("“%(fields)s”不能在此更正。"), {"fields": "、".join(sorted(unknown))})
    if not reason.strip():
        yield Refusal("bodies.no_reason", _("请填写更正理由。"))
