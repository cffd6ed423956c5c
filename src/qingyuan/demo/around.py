"""What stands around the outlets: channels with shares, facts with sources, a flag set late, log-ins of every role."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from qingyuan.core.access import CONSOLE, Role
from qingyuan.core.lifecycle import Stage
from qingyuan.core.waters import WaterFlagKind
from qingyuan.demo.lives import Life
from qingyuan.demo.people import Officers
from qingyuan.demo.schemes import ANYANG, DATONG, JILIN, JIYUAN, Scheme
from qingyuan.demo.walking import Walk
from qingyuan.places import actions as places
from qingyuan.places import queries
from qingyuan.places.models import Unit
from qingyuan.registry import actions
from qingyuan.registry.places_of import place_of

DAY = date(2025, 11, 20)
AT = datetime(2025, 12, 31, 8, 0, tzinfo=UTC)
SOURCE = "现场核查记录（演示）"

OUTLET_FACTS: dict[str, tuple[tuple[str, object], ...]] = {
    "GY": (("applicant_known", True), ("in_park", False), ("can_join_sewer", True), ("approved", True)),
    "SH": (("applicant_known", True), ("has_video", True), ("has_sampling_point", True), ("approved", True)),
    "NY": (("applicant_known", True), ("can_join_sewer", False)),
    "YH": (("dry_weather_sewage", True), ("mixed_flow", True), ("dry_hours", 96)),
    "QT": (("can_join_sewer", True), ("livelihood_related", True), ("immediate_fix_possible", False)),
}
PARTY_FACTS: tuple[tuple[str, object], ...] = (
    ("is_chemical", False),
    ("sewer_separated", True),
    ("sites_of_party", 1),
)

WORKS = (Stage.REMEDIATING, Stage.PLAN_APPROVED, Stage.PLAN_DRAFT, Stage.AWAITING_ACCEPTANCE, Stage.PROBLEM)


def channels(walk: Walk) -> None:
    """Pipes and ditches with their users: one user, two with shares, two whose shares nobody knows."""
    standing = [life for life in walk.lives if life.outlet is not None and life.outlet.in_register]
    for place, life in enumerate(standing[::3]):
        assert life.outlet is not None
        outlet = life.outlet
        on = outlet.stage_since
        first = life.party or walk.bodies.town(life.spot.town)
        sources: tuple = ((first, Decimal(1)),)
        if place % 4 == 1:
            second = walk.bodies.discharger("enterprise", life.spot.stretch.county, place)
            sources = ((first, Decimal("0.65")), (second, Decimal("0.35"))) if second != first else sources
        elif place % 4 == 2:
            sources = ((first, None),)
        name = f"{outlet.name.removesuffix('排污口').removesuffix('排口')}{life.kind.conduit}"
        actions.add_channel(
            name=name[:120],
            unit=outlet.unit,
            outlet=outlet,
            on=on,
            by=walk.staff.clerk,
            at=AT,
            kind=life.kind.conduit,
            length_m=Decimal(60 + 35 * (place % 20)),
            sources=sources,
        )


def facts(walk: Walk) -> None:
    """Dated facts about outlets, parties and waters, so that the packs' rules have something to say."""
    standing = [life for life in walk.lives if life.outlet is not None and life.outlet.in_register]
    told: set[int] = set()
    for life in standing[1::5]:
        assert life.outlet is not None
        for name, value in OUTLET_FACTS[life.kind.key[:2]]:
            _enter(walk, ("outlet", str(life.outlet.pk)), life, name, value)
        if life.kind.owner == "enterprise" and life.party and life.party.pk not in told:
            told.add(life.party.pk)
            for name, value in PARTY_FACTS:
                _enter(walk, ("party", str(life.party.pk)), life, name, value)
    waters = {life.outlet.water_id: life for life in standing if life.outlet is not None and life.outlet.water_id}
    for place, (water_id, life) in enumerate(sorted(waters.items())):
        _enter(walk, ("water", str(water_id)), life, "water_quality_failing", place % 3 == 0)
        _enter(walk, ("water", str(water_id)), life, "affects_flood_or_supply", place % 4 == 0)


def _enter(walk: Walk, subject: tuple[str, str], life: Life, name: str, value: object) -> None:
    assert life.outlet is not None
    place = place_of(life.outlet)
    actions.enter_fact(subject, place=place, name=name, value=value, source=SOURCE, on=DAY, by=walk.staff.clerk, at=AT)


def late_flag(scheme: Scheme) -> None:
    """A stream that was a main river all along, as a list published later says (济源); one that no longer is (安阳)."""
    at = datetime(2024, 5, 17, 8, 0, tzinfo=UTC)
    source = "主要河流清单（演示）"
    if scheme is JIYUAN:
        water = queries.water("DA0005")
        flag = WaterFlagKind.MAIN_RIVER
        places.set_flag(water, flag, from_day=date(2023, 1, 1), source=source, by=CONSOLE, at=at)
    elif scheme is ANYANG:
        water = queries.water("CF0002")
        places.clear_flag(water, WaterFlagKind.MAIN_RIVER, on=date(2025, 1, 1), source=source, by=CONSOLE, at=at)


def more_officers(scheme: Scheme, walk: Walk, officers: Officers) -> None:
    """Log-ins that belong to one place only: county reviewer, department, river chief, enterprise."""
    if scheme is DATONG:
        from qingyuan.core.functions import BodyFunction

        for name, code in (("datong-county", "140214"), ("datong-branch", "140213")):
            county = queries.unit(code)
            branch = walk.bodies.bureau(county, "生态环境分局", BodyFunction.ECOLOGY, BodyFunction.ECOLOGY_ENFORCEMENT)
            officers.hire(name, Role.REVIEWER, unit=county, body=branch)
        officers.hire("datong-chengguan", Role.CLERK, body=walk.staff.bureaus["城市管理局"], own_area_only=True)
        officers.hire("river-chief", Role.RIVER_CHIEF, water=queries.water("CC0003"))
    if scheme is JILIN:
        officers.hire("changchun-reviewer", Role.REVIEWER, unit=queries.unit("220100"))
    if scheme is ANYANG:
        officers.hire("enterprise", Role.ENTERPRISE, party=_with_works(walk).party)


def _with_works(walk: Walk) -> Life:
    """An enterprise whose log-in finds work that waits: of an outlet as near to its works as there is one."""
    owned = [
        (WORKS.index(one.outlet.stage) if one.outlet.stage in WORKS else len(WORKS), one)
        for one in walk.lives
        if one.kind.owner == "enterprise" and one.outlet is not None and one.outlet.party_id
    ]
    return min(owned, key=lambda found: found[0])[1]


def published(walk: Walk, root: Unit) -> None:
    """The first version of the directory, by the bureau that keeps it."""
    actions.publish_version(root, "directory", after=0, note="演示", by=walk.staff.reviewer, at=AT)
