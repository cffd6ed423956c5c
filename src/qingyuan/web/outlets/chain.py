"""The chain as a picture: 排污单位 → 排污通道 → 排污口 → 受纳水体, each node with its address, missing links named."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from qingyuan.core.policy import Policy
from qingyuan.registry.branches import links_of
from qingyuan.registry.models import Outlet
from qingyuan.registry.queries import Chain
from qingyuan.registry.rules import asks_for_channel
from qingyuan.web.templatetags.qingyuan import metres as said_metres

MISSING = {
    "unit": noop("缺排污单位"),
    "channel": noop("缺排污通道"),
    "water": noop("缺受纳水体"),
}


@dataclass(frozen=True, slots=True)
class Thing:
    """One body, channel, outlet or water in a node, with what is said beside it."""

    name: str
    url: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Node:
    """One link of the chain as drawn; `missing` says what is not on record."""

    kind: str
    title: str
    things: tuple[Thing, ...] = ()
    missing: str = ""
    here: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """The nodes from left to right, the clause that asks for them, and the links that are missing."""

    nodes: tuple[Node, ...]
    resolved: Any
    broken: tuple[str, ...]


def picture(of: Chain, policy: Policy) -> Picture:
    """The chain of an outlet as its scheme draws it. A scheme of three links (大同 四(十二)) shows the channel when
    there is one and does not call its absence a break."""
    wants_channel = asks_for_channel(policy)
    nodes = [_units(of), _channels(of), _outlet(of), _water(of)]
    if not wants_channel:
        nodes = [node for node in nodes if node.kind != "channel" or node.things]
    nodes = [replace(node, missing="" if node.things else _(MISSING.get(node.kind, ""))) for node in nodes]
    broken = tuple(_(MISSING[name]) for name in of.broken if wants_channel or name != "channel")
    return Picture(tuple(nodes), policy.parameters.get("chain.nodes"), broken)


def _units(of: Chain) -> Node:
    things = []
    seen = set()
    for branch in of.branches:
        for source in branch.sources:
            seen.add(source.body.pk)
            note = _share(source.share, branch.channel.name)
            things.append(Thing(source.body.name, reverse("web:body", args=[source.body.pk]), note))
    if of.party is not None:
        note = _("责任主体")
        if of.party.pk in seen:
            party = of.party.name
            things = [replace(one, note=f"{note} · {one.note}") if one.name == party else one for one in things]
        else:
            things.insert(0, Thing(of.party.name, reverse("web:body", args=[of.party.pk]), note))
    return Node("unit", _("排污单位"), tuple(things))


def _channels(of: Chain) -> Node:
    things = [
        Thing(
            branch.channel.name, "", " · ".join(filter(None, [branch.channel.kind, _length(branch.channel.length_m)]))
        )
        for branch in of.branches
    ]
    return Node("channel", _("排污通道"), tuple(things))


def _outlet(of: Chain) -> Node:
    outlet = of.outlet
    code = _code(outlet)
    links = links_of(outlet, on=timezone.localdate())
    shared = [(one, _("支口")) for one in links.branches]
    shared += [(links.main, _("主口"))] if links.main is not None else []
    things = [Thing(one.name, _address(one), " · ".join(filter(None, (word, _code(one))))) for one, word in shared]
    return Node("outlet", _("排污口"), (Thing(outlet.name, _address(outlet), code), *things), here=True)


def _code(outlet: Outlet) -> str:
    return outlet.national_code or outlet.local_code


def _address(outlet: Outlet) -> str:
    return reverse("web:outlet", args=[outlet.pk])


def _water(of: Chain) -> Node:
    if of.water is None:
        text = of.outlet.water_text
        return Node("water", _("受纳水体"), (Thing(text, "", _("原文，未与水体库对应")),) if text else ())
    address = f"{reverse('web:outlets')}?water={of.water.code}"
    return Node("water", _("受纳水体"), (Thing(of.water.name, address, of.outlet.section_interval),))


def _share(share: Decimal | None, channel: str) -> str:
    said = _("占比未知") if share is None else _("占 %(share)s %%") % {"share": f"{share * 100:.1f}"}
    return f"{channel} · {said}"


def _length(metres: Decimal | None) -> str:
    return "" if metres is None else said_metres(metres)
