"""Making the whole demonstration: ground, people, lives, and what stands around them (zones, channels, facts)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from random import Random

from django.db import transaction

from qingyuan.bodies.models import Body
from qingyuan.core.access import CONSOLE, Role
from qingyuan.core.lifecycle import Move
from qingyuan.demo import afterwards, around, cases, handing_out, leading, overseeing, standardising, surveying, tracing
from qingyuan.demo import lives as living
from qingyuan.demo.ground import Ground, stretches
from qingyuan.demo.kinds import KINDS, Kind
from qingyuan.demo.lives import Life
from qingyuan.demo.papers import Papers
from qingyuan.demo.people import Bodies, LogIn, Officers, Staff, staff
from qingyuan.demo.schemes import DATONG, LAST_DAY, SCHEMES, Scheme
from qingyuan.demo.walking import Walk
from qingyuan.ledger.models import Entry
from qingyuan.places import actions as places
from qingyuan.places import queries
from qingyuan.places.models import Unit
from qingyuan.registry import tallies
from qingyuan.registry.models import Outlet
from qingyuan.rulebook.queries import asked_once

BEGAN = datetime(2023, 1, 3, 1, 0, tzinfo=UTC)
PASSWORD = "Yanshi@2023"  # noqa: S105  printed on purpose: it opens a demonstration


@dataclass(frozen=True, slots=True)
class Made:
    """What a demonstration holds."""

    outlets: int
    entries: int
    log_ins: tuple[LogIn, ...]


def build(*, scale: str, seed: int, count: int, at: datetime, say: Callable[[str], None]) -> Made:
    """Make the demonstration. On the day of `at` the passwords are set, and what is handed out is dated back from
    it; everything else follows from the seed.

    Raises
    ------
    Refused, NotFound
        The ground (divisions, waters, packs) is not laid.
    """
    officers = Officers(at=BEGAN)
    with transaction.atomic():
        officers.hire("admin", Role.ADMINISTRATOR, unit=queries.unit("000000"))
        officers.hire("auditor", Role.AUDITOR, unit=queries.unit("000000"))
    if scale == "nation":
        from qingyuan.demo import nation

        nation.fill(count, seed=seed, say=say)
    for scheme in SCHEMES:
        with transaction.atomic(), asked_once():
            made = make_place(scheme, officers, seed=seed, at=at)
        say(f"{scheme.name}：{made} 个排污口")
    with transaction.atomic():
        officers.set_passwords(PASSWORD, at=at)
        tallies.refresh_water_flags(on=LAST_DAY)
    while tallies.fold():
        pass
    return Made(Outlet.objects.standing().count(), Entry.objects.count(), tuple(officers.log_ins))


def make_place(scheme: Scheme, officers: Officers, *, seed: int, at: datetime = around.AT) -> int:
    """One of the five places; what is handed out is dated back from `at`. Returns how many outlets were entered."""
    random = Random(f"{seed}-{scheme.key}")  # noqa: S311  repeatable, not secret
    root = queries.unit(scheme.unit)
    places.demo_zones(root, by=CONSOLE, at=BEGAN)
    bodies = Bodies(scheme, root, random, at=BEGAN)
    people = staff(scheme, root, bodies, officers)
    found = stretches(scheme, root)
    ground = Ground(found, random)
    made = Maker(scheme, root, ground, bodies, people, random)
    main = made.lives(scheme.count)
    living.plan(scheme, main, random)
    living.trim(main)
    if scheme.at_once:
        cases.at_once(main)
    cases.found_late(main, 3)
    cases.reopened(main, random, levels=scheme.levels)
    cases.uncounted(main, 3)
    cases.disputed(main)
    cases.on_another_water(main, found)
    cases.in_another_unit(main, 3)
    cases.with_another_type(main)
    cases.counted_no_longer(main)
    cases.with_another_department(main, people.bureaus["水利局"])
    living.trim(main)
    made.two_rain_outlets(main)
    extra = made.extras()
    walk = Walk(scheme, people, Papers(root.name), bodies, [*main, *extra])
    walk.run()
    afterwards.round_off(walk, root)
    around.channels(walk)
    around.facts(walk)
    around.late_flag(scheme)
    around.more_officers(scheme, walk, officers)
    standardising.standardise(afterwards.Evening(walk, root), officers)
    around.published(walk, root)
    handing_out.hand_out(walk, root, officers, at=at)
    overseeing.oversee(walk, officers)
    tracing.trace(walk, root, at=at)
    surveying.survey(walk, root, at=at)
    leading.lead(walk, root, at=at)
    return len(walk.lives)


class Maker:
    """Makes lives without steps: a spot, a type, a name, a party and the descriptive fields."""

    def __init__(
        self, scheme: Scheme, root: Unit, ground: Ground, bodies: Bodies, people: Staff, random: Random
    ) -> None:
        self.scheme, self.root, self.ground, self.bodies, self.random = scheme, root, ground, bodies, random
        self.people = people
        self.names: Counter[str] = Counter()
        self.made = 0

    def lives(self, count: int) -> list[Life]:
        """Lives in the order they will be surveyed; the share on target waters is exact."""
        on_target = round(count * self.scheme.target_share)
        groups = [True] * on_target + [False] * (count - on_target)
        self.random.shuffle(groups)
        return [self.life(in_target=group) for group in groups]

    def extras(self) -> list[Life]:
        """The lives of the cases that are not among the planned ones."""
        withdrawn = [self.life(in_target=True) for _place in range(2)]
        cases.withdrawn(withdrawn)
        leads = [self.life(in_target=place == 1) for place in range(3)]
        cases.leads(leads)
        incomplete = [self.life(in_target=False) for _place in range(6)]
        cases.incomplete(incomplete)
        brought = [self.life(in_target=place % 2 == 1) for place in range(16 if self.scheme.levels > 1 else 10)]
        zone = next((one for one in queries.children(self.root.path) if one.kind == "zone"), None)
        cases.brought_in(brought, zone=zone, levels=self.scheme.levels)
        return withdrawn + leads + incomplete + brought

    def life(self, *, in_target: bool) -> Life:
        """One outlet to be."""
        number = self.made
        self.made += 1
        spot = self.ground.spot(in_target=in_target)
        kind = self.random.choices(KINDS, [kind.weight for kind in KINDS])[0]
        party = self._party(kind, spot.stretch.county, spot.town, spot.village)
        life = Life(
            number=number,
            spot=spot,
            kind=kind,
            name=self._name(kind, spot.stretch.county, spot.town, party.name if party else ""),
            party=party,
            in_target=in_target,
            fields=self._fields(kind, number),
        )
        if self.scheme is DATONG and kind.owner == "urban" and number % 3 == 0:
            life.managing_body = self.people.bureaus["城市管理局"]
        return life

    def two_rain_outlets(self, lives: Sequence[Life]) -> None:
        """Enterprises that keep two rain outlets: two of a county, both classified, are one enterprise's (大同 三(六)
        allows one, 济源 sets no limit)."""
        alone: dict[str, Life] = {}
        for life in lives:
            if life.kind.key != "GY.enterprise_storm" or life.party is None or life.day_of(Move.CLASSIFY) is None:
                continue
            county = life.spot.stretch.county
            first = alone.pop(county.path, None)
            if first is None or first.party is None:
                alone[county.path] = life
            else:
                life.party = first.party
                life.name = self._name(life.kind, county, life.spot.town, first.party.name)

    def _party(self, kind: Kind, county: Unit, town: Unit, village: Unit | None) -> Body | None:
        match kind.owner:
            case "urban":
                return self.people.bureaus["城市管理局"]
            case "town":
                return self.bodies.town(town) if self.random.random() < 0.8 else None
            case "village":
                return self.bodies.village(village) if village else self.bodies.town(town)
            case owner:
                return self.bodies.discharger(owner, county, self.random.randrange(12))

    def _name(self, kind: Kind, county: Unit, town: Unit, party: str) -> str:
        city = county.parent.name if county.parent and county.parent.level == 2 else ""
        if kind.owner in ("enterprise", "park", "plant", "farm", "irrigation", "port"):
            stem = f"{city}{party}"
        else:
            stem = f"{city}{county.name}{town.name}"
        key = stem + kind.key
        self.names[key] += 1
        return f"{stem}{self.names[key]}号{kind.word}"

    def _fields(self, kind: Kind, number: int) -> dict[str, object]:
        random = self.random
        low, high = kind.flow_m3
        fields: dict[str, object] = {
            "conduit_form": kind.conduit,
            "bank": random.choice(("左岸", "右岸")),
            "mouth_shape": random.choice(("圆形", "方形", "梯形")),
            "mouth_size_mm": str(random.choice((200, 300, 400, 600, 800, 1000))),
            "mouth_text": random.choice(("堤岸挡墙", "桥下", "河岸护坡", "沟口", "闸下")),
            "diversion_mode": random.choice(("自流", "泵排")),
            "discharge_pattern": random.choice(("连续", "间歇")) if high else "间歇",
            "emission_standard": kind.standard,
            "special_kind": "",
            "remark": "演示数据",
        }
        if high:
            fields["daily_discharge_m3"] = Decimal(random.randint(low, high))
        if kind.owner in ("enterprise", "plant", "park") and random.random() < 0.7:
            fields["permit_number"] = f"YS{self.scheme.unit}{number:010d}001P"  # of the right form, checked by no one
            fields["permit_date"] = date(2020, 1, 1 + number % 28)
        if random.random() < 0.25:
            fields["approval_date"] = date(2019, 1 + number % 12, 1 + number % 28)
        if random.random() < 0.2:
            fields["local_code"] = f"YS{self.scheme.unit}{number:03d}"
        return fields
