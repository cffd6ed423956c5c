"""Names after HJ 1235: 市 + 县（市、区） + who answers or the place + N号 + type, one of each in a county."""

from __future__ import annotations

import re

from qingyuan.core.classification import tree_of
from qingyuan.core.coding import NameFinding, build_name, check_name, short_name
from qingyuan.core.functions import BodyKind
from qingyuan.core.policy import Policy
from qingyuan.places.models import Level, Unit
from qingyuan.places.paths import ancestors_of
from qingyuan.registry.models import Outlet
from qingyuan.stages.standardisation.rules import letters_of

LONGEST = 100
_COMPANY = re.compile(r"(（集团）|\(集团\))?(有限责任公司|股份有限公司|有限公司)")


def propose(outlet: Outlet, policy: Policy) -> str:
    """A name after the pattern that no other outlet of the county has; the present one where the type is not known."""
    tree = tree_of(policy)
    second = tree.second(outlet.type_key) if outlet.type_key else None
    if second is None:
        return outlet.name
    city, county = _divisions(outlet)
    owner = _owner(outlet, city, county)
    others = _others(outlet, county)
    for number in (None, *range(2, 1000)):
        name = build_name(city=city, county=county, owner=owner, type_words=second.name, number=number)[:LONGEST]
        if name not in others:
            return name
    return outlet.name


def is_taken(outlet: Outlet, name: str) -> bool:
    """Whether another outlet of the same county bears the name."""
    _city, county = _divisions_units(outlet)
    same = Outlet.objects.filter(name=name, in_register=True, withdrawn_at=None).exclude(pk=outlet.pk)
    return same.within(county.path if county else outlet.unit_path).exists()


def findings(outlet: Outlet, policy: Policy) -> list[NameFinding]:
    """What in the present name does not follow the pattern."""
    city, county = _divisions(outlet)
    letters = letters_of(outlet, policy)
    return check_name(outlet.name, city=city, county=county, type_letters=letters.letters if letters else "")


def _others(outlet: Outlet, county: str) -> set[str]:
    _city, unit = _divisions_units(outlet)
    found = Outlet.objects.filter(in_register=True, withdrawn_at=None).exclude(pk=outlet.pk)
    found = found.within(unit.path if unit else outlet.unit_path)
    return set(found.filter(name__contains=short_name(county) if county else "").values_list("name", flat=True))


def _divisions_units(outlet: Outlet) -> tuple[Unit | None, Unit | None]:
    above = Unit.objects.filter(path__in=ancestors_of(outlet.unit_path), kind="division")
    by_level = {one.level: one for one in above}
    return by_level.get(Level.CITY), by_level.get(Level.COUNTY)


def _divisions(outlet: Outlet) -> tuple[str, str]:
    city, county = _divisions_units(outlet)
    return (city.name if city else "", county.name if county else "")


def _owner(outlet: Outlet, city: str, county: str) -> str:
    """The party of an enterprise's outlet by its short name, else the village or the town."""
    party = outlet.party
    if party is not None and party.kind == BodyKind.ENTERPRISE:
        name = party.name
        for front in (city, county, short_name(city) if city else "", short_name(county) if county else ""):
            name = name.removeprefix(front) if front else name
        return _COMPANY.sub("公司", name)
    return (outlet.town_text or "") + (outlet.village_text or "")
