"""May they? One function per action, with the same name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from qingyuan.bodies.models import Body
from qingyuan.core import access
from qingyuan.core.access import Actor, Permission, Place
from qingyuan.core.credit_code import is_credit_code
from qingyuan.core.refusal import Refusal, guard
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.places.models import Unit

CORRECTABLE = frozenset(
    {
        "name",
        "kind",
        "unit_type",
        "industry",
        "credit_code",
        "parent",
        "supervising_body",
        "longitude_deg",
        "latitude_deg",
        "valid_from",
        "valid_to",
    }
)
MOST_LEVELS = 12


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
def correct(body: Body, *, values: Mapping[str, object], reason: str, by: Actor) -> Iterator[Refusal | None]:
    yield access.refusal(by, Permission.BODIES_MAINTAIN, Place(unit_path=body.unit_path))
    if unknown := set(values) - CORRECTABLE:
        yield Refusal("bodies.field", _("“%(fields)s”不能在此更正。"), {"fields": "、".join(sorted(unknown))})
    if not reason.strip():
        yield Refusal("bodies.no_reason", _("请填写更正理由。"))
    if "name" in values:
        yield name_refusal(body, str(values["name"]), credit_code=str(values.get("credit_code", body.credit_code)))
    if "credit_code" in values:
        yield credit_code_refusal(str(values["credit_code"]), of=body)
    yield order_refusal(values.get("valid_from", body.valid_from), values.get("valid_to", body.valid_to))
    for field in ("parent", "supervising_body"):
        yield affiliation_refusal(body, field, values.get(field))


def name_refusal(body: Body, name: str, *, credit_code: str) -> Refusal | None:
    """Against no name, and against the name of another body that can be told apart by nothing else."""
    if not name.strip():
        return Refusal("bodies.no_name", _("请填写单位名称。"))
    same = Body.objects.filter(unit=body.unit, name=name.strip(), valid_to=None).exclude(pk=body.pk)
    if credit_code or name.strip() == body.name or not same.exists():
        return None
    return Refusal("bodies.twice", _("%(unit)s已有名为“%(name)s”的单位。"), {"unit": body.unit.name, "name": name})


def order_refusal(first: object, last: object) -> Refusal | None:
    """A body cannot end before it began."""
    if isinstance(first, date) and isinstance(last, date) and last < first:
        return Refusal("bodies.day_order", _("撤销日期早于成立日期，请核对。"))
    return None


def affiliation_refusal(body: Body, field: str, other: object) -> Refusal | None:
    """A body belongs neither to itself nor to one that belongs to it, and only to one that stands."""
    if not isinstance(other, Body):
        return None
    if other.valid_to is not None:
        return Refusal("bodies.gone", _("“%(name)s”已撤销，请另选单位。"), {"name": other.name})
    above: Body | None = other
    for _level in range(MOST_LEVELS):
        if above is None:
            return None
        if above.pk == body.pk:
            return Refusal("bodies.circle", _("“%(name)s”隶属于本单位，不能再作本单位的上级。"), {"name": other.name})
        above = getattr(above, field)
    return None


@guard
def set_functions(body: Body, *, reason: str, by: Actor) -> Iterator[Refusal | None]:
    yield access.refusal(by, Permission.BODIES_MAINTAIN, Place(unit_path=body.unit_path))
    if not reason.strip():
        yield Refusal("bodies.no_reason", _("请填写更正理由。"))
