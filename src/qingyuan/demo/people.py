"""Who works in a demonstration: bureaus with their functions and seats, made-up dischargers, officers of every role.

No person and no company here is real; every body and officer is marked 演示.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from random import Random

from qingyuan.access import actions as access
from qingyuan.access import queries as access_queries
from qingyuan.access.models import Officer
from qingyuan.bodies import actions as bodies
from qingyuan.bodies.models import Body
from qingyuan.core.access import CONSOLE, LABELS, Actor, Role
from qingyuan.core.functions import BodyFunction as F
from qingyuan.core.functions import BodyKind
from qingyuan.demo.kinds import INDUSTRIES, INDUSTRY_OF_OWNER
from qingyuan.demo.schemes import Scheme
from qingyuan.places.models import Unit, Water

FIRST_DAY = date(2023, 1, 1)
BUREAUS = {
    "生态环境局": (F.ECOLOGY, F.PERMIT_ISSUER),
    "水利局": (F.WATER,),
    "住房和城乡建设局": (F.HOUSING,),
    "城市管理局": (F.URBAN_MANAGEMENT,),
    "农业农村局": (F.AGRICULTURE,),
    "工业和信息化局": (F.INDUSTRY,),
    "交通运输局": (F.TRANSPORT,),
}


@dataclass(frozen=True, slots=True)
class LogIn:
    """One line of what is printed at the end."""

    username: str
    name: str
    role: str
    reach: str


@dataclass(slots=True)
class Staff:
    """The people of one place, by the hat they wear when an act is recorded."""

    surveyor: Actor
    clerk: Actor
    reviewer: Actor
    upper: Actor
    bureaus: dict[str, Body] = field(default_factory=dict)


class Bodies:
    """The bodies of one place; a discharger is entered the first time an outlet needs it."""

    def __init__(self, scheme: Scheme, root: Unit, random: Random, *, at: datetime) -> None:
        self.scheme, self.root, self.random, self.at = scheme, root, random, at
        self.known: dict[str, Body] = {}

    def bureau(self, unit: Unit, word: str, *functions: F) -> Body:
        """A bureau of a unit with its functions."""
        return self._enter(f"{unit.name}{word}", BodyKind.GOVERNMENT, unit, functions=functions)

    def town(self, unit: Unit) -> Body:
        """The government of a town, or the office of a street."""
        word = "" if unit.name.endswith("街道") else "人民政府"
        name = f"{unit.name}办事处" if not word else f"{unit.name}{word}"
        functions = (F.TOWN, F.GOVERNMENT)
        parent = unit.parent.name if unit.parent else ""
        return self._enter(f"{parent}{name}", BodyKind.GOVERNMENT, unit, functions=functions)

    def county(self, unit: Unit) -> Body:
        """The government of a county."""
        return self._enter(f"{unit.name}人民政府", BodyKind.GOVERNMENT, unit, functions=(F.GOVERNMENT,))

    def discharger(self, owner: str, county: Unit, number: int) -> Body:
        """A made-up discharger of a county, the same for the same number."""
        match owner:
            case "enterprise":
                industry = INDUSTRIES[number % len(INDUSTRIES)]
                name, kind = f"{county.name}演示{industry}{number % 3 + 1}厂", BodyKind.ENTERPRISE
            case "park":
                name, kind = f"{county.name}演示产业园污水处理厂", BodyKind.ENTERPRISE
            case "plant":
                name, kind = f"{county.name}演示第{'一二三'[number % 3]}净水厂", BodyKind.ENTERPRISE
            case "farm":
                name, kind = f"{county.name}演示养殖{number % 4 + 1}场", BodyKind.ENTERPRISE
            case "irrigation":
                name, kind = f"{county.name}演示灌区管理所", BodyKind.INSTITUTION
            case _:
                name, kind = f"{county.name}演示码头", BodyKind.ENTERPRISE
        word = INDUSTRY_OF_OWNER.get(owner, "")
        return self._enter(name, kind, county, functions=(F.DISCHARGER,), industry=word, unit_type=word)

    def village(self, unit: Unit) -> Body:
        """The committee of a village."""
        name = unit.name if unit.name.endswith("委员会") else f"{unit.name.removesuffix('村委会')}村民委员会"
        parent = unit.parent.name if unit.parent else ""
        return self._enter(f"{parent}{name}（演示）", BodyKind.VILLAGE, unit, functions=(F.DISCHARGER,))

    def _enter(
        self,
        name: str,
        kind: BodyKind,
        unit: Unit,
        *,
        functions: tuple[F, ...],
        industry: str = "",
        unit_type: str = "",
    ) -> Body:
        if name not in self.known:
            self.known[name] = bodies.enter(
                name=name,
                kind=kind,
                unit=unit,
                functions=functions,
                industry=industry,
                unit_type=unit_type,
                from_day=FIRST_DAY,
                by=CONSOLE,
                at=self.at,
                is_demo=True,
            )
        return self.known[name]


class Officers:
    """The officers of the site. Passwords are set at the end, as of the day the site is made."""

    def __init__(self, *, at: datetime) -> None:
        self.at = at
        self.made: list[tuple[Officer, LogIn]] = []

    def hire(
        self,
        username: str,
        role: Role,
        *,
        unit: Unit | None = None,
        body: Body | None = None,
        water: Water | None = None,
        party: Body | None = None,
        own_area_only: bool = False,
    ) -> Actor:
        """Enrol an officer with one assignment; returns him as he acts."""
        where = unit.name if unit else (water.name if water else (party or body or "").__str__())
        label = LABELS[role]
        officer = access.enrol(
            username=username, name=f"演示{label}（{where}）", password=None, by=CONSOLE, at=self.at, is_demo=True
        )
        access.assign(
            officer,
            role=role,
            unit=unit,
            body=body,
            water=water,
            party=party,
            own_area_only=own_area_only,
            by=CONSOLE,
            at=self.at,
            from_day=FIRST_DAY,
        )
        reach = "、".join(str(part.name) for part in (unit, water, party, body) if part)
        self.made.append((officer, LogIn(username, officer.name, str(label), reach)))
        return access_queries.actor_of(officer, on=FIRST_DAY)

    def set_passwords(self, text: str, *, at: datetime) -> None:
        """One password for all, not to be changed: it is a demonstration."""
        for officer, _line in self.made:
            access.set_password(officer, text=text, min_length=8, kinds=3, by=CONSOLE, at=at)

    @property
    def log_ins(self) -> list[LogIn]:
        """What to print."""
        return [line for _officer, line in self.made]


def staff(scheme: Scheme, root: Unit, found: Bodies, officers: Officers) -> Staff:
    """The bureaus of a place and the three who record its work; a surveyor never verifies his own find."""
    bureaus = {word: found.bureau(root, word, *functions) for word, functions in BUREAUS.items()}
    ecology = bureaus["生态环境局"]
    return Staff(
        surveyor=officers.hire(f"{scheme.key}-surveyor", Role.SURVEYOR, unit=root, body=ecology),
        clerk=officers.hire(f"{scheme.key}-clerk", Role.CLERK, unit=root, body=ecology),
        reviewer=officers.hire(f"{scheme.key}-reviewer", Role.REVIEWER, unit=root, body=ecology),
        upper=officers.hire(f"{scheme.key}-leader", Role.LEADER, unit=root, body=ecology),
        bureaus=bureaus,
    )
