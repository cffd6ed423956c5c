"""Who supervises in a demonstration: local bodies but for a few places, contacts, plans, regulations, pilots."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from qingyuan.boards.oversight import queries as oversight
from qingyuan.core.access import CONSOLE, Role
from qingyuan.core.functions import BodyFunction as F
from qingyuan.core.lifecycle import Paper
from qingyuan.demo.papers import pdf
from qingyuan.demo.people import Officers
from qingyuan.demo.schemes import DATONG, JILIN, LAST_DAY, Scheme
from qingyuan.demo.walking import Walk
from qingyuan.library import actions as library
from qingyuan.places import queries as places
from qingyuan.places.models import Unit
from qingyuan.registry import actions
from qingyuan.registry.places_of import place_of
from qingyuan.registry.rules import policy_of
from qingyuan.rulebook import regulations
from qingyuan.stages.reporting import actions as reporting
from qingyuan.stages.reporting.filers import Filer, scheme_for
from qingyuan.stages.reporting.filers import Scheme as Plans
from qingyuan.stages.reporting.models import SubordinatePlan

PILOT_COUNTY = "140213"
MEASURED = 6
STEP_DEG = Decimal("0.0012")
"""About a hundred metres: beside another outlet, and no duplicate of it."""


def oversee(walk: Walk, officers: Officers) -> None:
    """Everything of this file, in one place."""
    supervisors(walk)
    without_supervisor(walk)
    contacts(walk.scheme, walk, officers)
    rules(walk)
    plans(walk)
    pilot(walk)
    measured(walk)


def supervisors(walk: Walk) -> None:
    """The local bodies the scheme makes answer, but for the place with the fewest outlets: 无人监管清单 shows it."""
    root = places.unit(walk.scheme.unit)
    missing = sorted(oversight.tasks(CONSOLE, root.path, on=LAST_DAY), key=lambda task: task.number)
    for task in missing[1:]:
        unit = Unit.objects.get(path=task.unit_path)
        if F.TOWN in task.functions and len(unit.path) > len("140213"):
            walk.bodies.town(unit)
        elif F.ZONE_COMMITTEE in task.functions:
            walk.bodies.bureau(unit, "管理委员会", F.ZONE_COMMITTEE)
        elif F.GOVERNMENT in task.functions:
            walk.bodies.county(unit)


def without_supervisor(walk: Walk) -> None:
    """Two finds whose town or county nobody stated yet: no local body can be found for them (无人监管清单)."""
    root, on = places.unit(walk.scheme.unit), date(2025, 12, 22)
    beside = [life.outlet for life in walk.lives if life.outlet is not None and life.outlet.longitude_deg is not None]
    for number, near in enumerate(beside[:2], start=1):
        assert near.longitude_deg is not None
        assert near.latitude_deg is not None
        at = _at(on)
        found = actions.NewOutlet(
            name=f"{root.name}待定区划{number}号排口（演示）",
            unit=root,
            on=on,
            papers=walk.papers.of([Paper.SURVEY_RECORD], on=on, by=walk.staff.surveyor, at=at),
            water=near.water,
            position=(near.longitude_deg + STEP_DEG * number, near.latitude_deg),
            fields={"remark": "演示数据"},
            is_demo=True,
            apart_reason="与相邻排污口不是同一个（演示）",
        )
        actions.register(found, by=walk.staff.surveyor, at=at)


def contacts(scheme: Scheme, walk: Walk, officers: Officers) -> None:
    """A named contact for two bureaus; the others stand on 责任落实."""
    root = places.unit(scheme.unit)
    officers.hire(f"{scheme.key}-transport", Role.CLERK, unit=root, body=walk.staff.bureaus["交通运输局"])
    officers.hire(f"{scheme.key}-agriculture", Role.CLERK, unit=root, body=walk.staff.bureaus["农业农村局"])


def rules(walk: Walk) -> None:
    """A management rule of the place; 大同 has a second version of it."""
    scheme, root = walk.scheme, places.unit(walk.scheme.unit)
    title = f"{scheme.name}入河排污口监督管理办法（演示）"
    first = None
    for number, day in enumerate((date(2024, 3, 1), date(2025, 6, 1)), start=1):
        if number == 2 and scheme is not DATONG:
            break
        at = _at(day)
        lines = [title, f"第{number}版", "本件为演示材料，内容均系虚构，不作任何依据。"]
        kept = library.file_bytes(pdf(lines), name=f"{title}第{number}版.pdf", by=walk.staff.reviewer, at=at)
        first = regulations.issue(
            unit=root,
            title=title,
            document_no=f"演示〔{day.year}〕{number}号",
            issuer=f"{root.name}人民政府（演示）",
            issued=day,
            sha256=kept.sha256,
            supersedes=first,
            by=walk.staff.reviewer,
            at=at,
            is_demo=True,
        )


def plans(walk: Walk) -> None:
    """One plan that was approved, one that waits, the others missing; 大同, whose scheme sets no day, decides one."""
    root = places.unit(walk.scheme.unit)
    asked = scheme_for(root, on=LAST_DAY)
    if asked is None:
        return
    if asked.due.day is None:
        day = date(2023, 5, 20)
        reason = "演示：市生态环境保护委员会办公室通知"
        reporting.set_due(
            asked, day=date(2023, 6, 30), reason=reason, on=day, by=walk.staff.reviewer, at=_at(day), is_demo=True
        )
    filers = [filer for filer in asked.filers if filer.body is None][:2]
    first = _file(walk, asked, filers[0], on=date(2023, 4, 24))
    approved = date(2023, 5, 9)
    reporting.approve_plan(first, asked, on=approved, by=walk.staff.reviewer, at=_at(approved))
    _file(walk, asked, filers[1], on=date(2023, 4, 27))


def pilot(walk: Walk) -> None:
    """平城区 brings the three kinds under supervision (大同 四(十))."""
    if walk.scheme is not DATONG:
        return
    county, day = places.unit(PILOT_COUNTY), date(2024, 9, 1)
    regulations.decide(
        unit=county,
        name=oversight.PILOT,
        value=True,
        from_day=day,
        reason="演示：区政府常务会议纪要",
        clause=oversight.pilot_of(county.path, on=day).clause,
        by=walk.staff.reviewer,
        at=_at(day),
        is_demo=True,
    )


def measured(walk: Walk) -> None:
    """A few monitoring results on the waters that go ahead (吉林 一(二))."""
    if walk.scheme is not JILIN:
        return
    on = date(2025, 11, 20)
    names = policy_of(places.unit(walk.scheme.unit).path, on=on).value("scope.pioneer_waters", ())
    outlets = [life.outlet for life in walk.lives if life.outlet is not None and life.outlet.in_register]
    ahead = [one for one in outlets if one.water and one.water.name in names]  # type: ignore[operator]
    for number, outlet in enumerate(ahead[:MEASURED]):
        actions.enter_fact(
            ("outlet", str(outlet.pk)),
            place=place_of(outlet),
            name="exceedances_last_year",
            value=number % 3,
            source="监测报告（演示）",
            on=on,
            by=walk.staff.clerk,
            at=_at(date(2025, 12, 31)),
        )


def _file(walk: Walk, asked: Plans, filer: Filer, *, on: date) -> SubordinatePlan:
    at = _at(on)
    title = f"{filer.name}入河排污口排查整治和监督管理实施方案（演示）"
    kept = library.file_bytes(
        pdf([title, "本件为演示材料，内容均系虚构，不作任何依据。"]), name=f"{title}.pdf", by=walk.staff.clerk, at=at
    )
    return reporting.file_plan(
        filer,
        asked,
        title=title,
        sha256=kept.sha256,
        issued_on=on,
        parts=asked.offered,
        on=on,
        by=walk.staff.clerk,
        at=at,
        is_demo=True,
    )


def _at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 2, 0, tzinfo=UTC)
