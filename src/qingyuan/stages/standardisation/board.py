"""What stands on a signboard and how it looks: the list, the sizes and the colours are the scheme's (HJ 1309—2023; what
its text was not at hand for is an editable setting whose status is shown)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypedDict, cast

from django.conf import settings
from django.db.models import Q

from qingyuan.bodies.models import Body, BodyDuty
from qingyuan.core.classification import tree_of
from qingyuan.core.functions import BodyFunction, BodyKind
from qingyuan.core.policy import Policy
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.places.paths import ancestors_of
from qingyuan.registry.models import Outlet
from qingyuan.stages.standardisation.models import Sign
from qingyuan.stages.standardisation.rules import clause_of, policy_of

QR = "qr"
LABELS: Mapping[str, str] = {
    "name": _("名称"),
    "code": _("编码"),
    "type": _("类型"),
    "party": _("责任主体"),
    "supervisor": _("监督管理单位"),
    "phone": _("监督电话"),
    "receiving": _("受纳水体"),
    "emission_standard": _("执行标准"),
    "position": _("经纬度"),
    QR: _("二维码"),
}
STATUSES = ("signboard.content", "signboard.size_mm", "signboard.colours", "signboard.phones", "signboard.mounting")
"""Settings of a board, each shown with its clause and how sure it is."""


class Row(TypedDict):
    """One row of a board: the key of LABELS and what is printed."""

    key: str
    text: str


class Look(TypedDict):
    """Size in millimetres and colours in hex."""

    width: float
    height: float
    ground: str
    lettering: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that was printed and what would be printed today."""

    key: str
    printed: str
    today: str


def content_of(outlet: Outlet, *, on: date) -> list[Row]:
    """The rows of an outlet's board on a day, in the scheme's order. What is not known is left empty."""
    policy = policy_of(outlet.unit_path, on=on)
    keys = cast("Iterable[str]", policy.value("signboard.content", tuple(LABELS)))
    return [Row(key=key, text=_SAYING[key](outlet, policy)) for key in keys if key in _SAYING]


def look_of(policy: Policy) -> Look:
    """Size and colours of the boards of a place."""
    size = cast("Mapping[str, float]", policy.value("signboard.size_mm", {"width": 480, "height": 300}))
    colours = cast("Mapping[str, str]", policy.value("signboard.colours", {}))
    return Look(
        width=size["width"],
        height=size["height"],
        ground=colours.get("ground", "#00693e"),
        lettering=colours.get("lettering", "#ffffff"),
    )


def differences(sign: Sign, outlet: Outlet, *, on: date) -> list[Difference]:
    """What on a board in use is not true any more: party, type, phone, code … Empty: it is up to date."""
    printed = {row["key"]: row["text"] for row in sign.content}
    today = {row["key"]: row["text"] for row in content_of(outlet, on=on)}
    keys = dict.fromkeys([*printed, *today])
    pairs = [Difference(key, printed.get(key, ""), today.get(key, "")) for key in keys]
    return [one for one in pairs if one.printed != one.today]


def address_of(code: str) -> str:
    """The public page a board's square code leads to."""
    return f"{settings.PUBLIC_URL}/o/{code}"


def degrees(value: float) -> Decimal:
    """A coordinate as it is kept, to six places."""
    return Decimal(str(value)).quantize(Decimal("0.000001"))


def erected_by(policy: Policy) -> tuple[str, str]:
    """Who erects the boards of a place, in the scheme's words, and the clause (读法 B-16)."""
    names = cast("Iterable[str]", policy.value("signboard.erected_by", ()))
    return "、".join(names), clause_of(policy, "signboard.erected_by")


def _type(outlet: Outlet, policy: Policy) -> str:
    found = tree_of(policy).second(outlet.type_key) if outlet.type_key else None
    return found.name if found else ""


def _party(outlet: Outlet, _policy: Policy) -> str:
    """The party's name; a private person's name is not put on a board."""
    party = outlet.party
    if party is None:
        return ""
    return party.name if party.kind != BodyKind.INDIVIDUAL else "个人（名称不公开）"


def _supervisor(outlet: Outlet, policy: Policy) -> str:
    if named := str(policy.value("signboard.supervisor", "") or ""):
        return named
    body = _ecology_bureau(outlet)
    return body.name if body else f"{outlet.unit.name}生态环境主管部门"


def _ecology_bureau(outlet: Outlet) -> Body | None:
    """The ecology bureau at the nearest seat above the outlet."""
    duties = BodyDuty.objects.filter(
        Q(to_day=None),
        function=BodyFunction.ECOLOGY,
        body__unit_path__in=[path for path in ancestors_of(outlet.unit_path) if path],
        body__valid_to=None,
    ).select_related("body")
    found = sorted(duties, key=lambda duty: (-len(duty.body.unit_path), duty.body_id))
    return found[0].body if found else None


def _phones(_outlet: Outlet, policy: Policy) -> str:
    return "、".join(cast("Iterable[str]", policy.value("signboard.phones", ())))


def _water(outlet: Outlet, _policy: Policy) -> str:
    return outlet.water.name if outlet.water else outlet.water_text


def _position(outlet: Outlet, _policy: Policy) -> str:
    if outlet.longitude_deg is None or outlet.latitude_deg is None:
        return ""
    return f"东经 {outlet.longitude_deg:.6f}°，北纬 {outlet.latitude_deg:.6f}°"


_SAYING: Mapping[str, Callable[[Outlet, Policy], str]] = {
    "name": lambda outlet, _policy: outlet.name,
    "code": lambda outlet, _policy: outlet.national_code,
    "type": _type,
    "party": _party,
    "supervisor": _supervisor,
    "phone": _phones,
    "receiving": _water,
    "emission_standard": lambda outlet, _policy: outlet.emission_standard,
    "position": _position,
    QR: lambda outlet, _policy: address_of(outlet.national_code),
}
