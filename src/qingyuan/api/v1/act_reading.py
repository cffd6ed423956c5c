"""What was sent with an act, as the actions take it: units, bodies and waters found, words of the scheme checked."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_noop as _

from qingyuan.api import asking
from qingyuan.api.problems import Problem
from qingyuan.api.shapes import Position
from qingyuan.api.v1 import act_shapes as shapes
from qingyuan.bodies.models import Body
from qingyuan.core.classification import tree_of
from qingyuan.core.policy import Policy
from qingyuan.core.refusal import NotFound, require
from qingyuan.places import queries as places
from qingyuan.places.models import Unit, Water
from qingyuan.registry import positions
from qingyuan.registry.models import Outlet
from qingyuan.registry.rules import policy_of

EXACT_M3 = Decimal("0.01")


def body_of(pk: int | None) -> Body | None:
    """A standing body anywhere: a party may sit in another county; NotFound for none."""
    if pk is None:
        return None
    found = Body.objects.filter(pk=pk, valid_to=None).first()
    if found is None:
        raise NotFound("body", str(pk))
    return found


def unit_of(request: HttpRequest, code: str) -> Unit:
    """A unit that stands, in the actor's reach: an outlet lies in a place, not in the nation."""
    found = asking.unit(request, code)
    if not found.path or found.valid_to is not None:
        raise NotFound("unit", code)
    return found


def corrected(found: Outlet, given: shapes.Corrected) -> dict[str, object]:
    """The columns a correction sets."""
    sent = {name: getattr(given, name) for name in given.model_fields_set}
    values = described(
        {name: value for name, value in sent.items() if name not in {"position", "water", "managing_body"}}
    )
    check_words(policy_of(found.unit_path, on=asking.today()), values, kept=found)
    if "position" in sent:
        pair = position_of(given.position, found.unit_path) or (None, None)
        values |= {"longitude_deg": pair[0], "latitude_deg": pair[1]}
    if "water" in sent:
        values["water"] = water_of(given.water)
    if "managing_body" in sent:
        values["managing_body"] = body_of(given.managing_body)
    return values


def water_of(code: str | None) -> Water | None:
    """A water by its code; "" and null are none."""
    return places.water(code) if code else None


def described(sent: dict[str, Any]) -> dict[str, object]:
    """Columns as they are kept."""
    if (flow := sent.get("daily_discharge_m3")) is not None:
        sent["daily_discharge_m3"] = Decimal(str(flow)).quantize(EXACT_M3)
    return sent


def position_of(given: Position | None, unit_path: str) -> tuple[Decimal, Decimal] | None:
    """A point as it is kept, if it lies where the outlet does; Refused else."""
    pair = given.pair if given else None
    require(positions.elsewhere(pair, unit_path=unit_path))
    return pair


def check_words(policy: Policy, fields: Mapping[str, object], *, kept: Outlet | None = None) -> None:
    """The form of entry and the special kind are words of the scheme; what stands on record may stay."""
    form, listed = fields.get("conduit_form"), policy.value("scope.conduit_forms", ())
    known = listed if isinstance(listed, list | tuple) else ()
    if form and form not in known and not (kept and kept.conduit_form == form):
        raise wrong("conduit_form", _("不在本地方案所列的范围内。"))
    kind, kinds = fields.get("special_kind"), {one.key for one in tree_of(policy).special_kinds}
    if kind and kind not in kinds and not (kept and kept.special_kind == kind):
        raise wrong("special_kind", _("不在本地方案所列的范围内。"))


def known_type(unit: Unit, type_key: str) -> None:
    """422 unless the scheme of the unit has the type."""
    if tree_of(policy_of(unit.path, on=asking.today())).second(type_key) is None:
        raise wrong("type", _("不在本地方案所列的范围内。"))


def known_kind(found: Outlet, kind: str) -> None:
    """422 unless the scheme of the outlet has the special kind."""
    check_words(policy_of(found.unit_path, on=asking.today()), {"special_kind": kind}, kept=found)


def wrong(place: str, text: str, **params: str) -> Problem:
    """A field that is wrong, with its place."""
    told = Problem(422, "api.invalid", text, errors=(), **params)
    told.errors = ({"place": f"body.{place}", "text": told.sentence},)
    return told
