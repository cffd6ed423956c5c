"""A small country with one officer of every role: what the oracle walks through."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from qingyuan.access import actions as access
from qingyuan.access.models import Assignment, Officer
from qingyuan.core.access import CONSOLE, Role
from qingyuan.core.functions import BodyFunction, BodyKind
from qingyuan.core.lifecycle import Paper, Stage
from qingyuan.core.policy.parameters import Status
from qingyuan.exchange import actions as exchange
from qingyuan.exchange import official
from qingyuan.exchange.models import Import
from qingyuan.library import actions as library
from qingyuan.places.models import OfficialFile, Unit
from qingyuan.places.official.acts import Official
from qingyuan.registry import actions
from qingyuan.registry.guards_work import Decision
from qingyuan.registry.models import CodeList, FiledPaper, Outlet, Resolution
from qingyuan.rulebook import proposing as rulebook
from qingyuan.rulebook import regulations as rules
from qingyuan.rulebook.models import PackProposal, Regulation
from qingyuan.stages.dispatch import actions as dispatch
from qingyuan.stages.dispatch.models import Feedback, Meeting, WorkItem
from qingyuan.stages.dispatch.queries import mechanisms_of
from qingyuan.stages.dispatch.words import ItemKind
from qingyuan.stages.notice import actions as notices
from qingyuan.stages.notice.actions import Told
from qingyuan.stages.notice.kinds import Kind
from qingyuan.stages.notice.models import Notice
from qingyuan.stages.remediation import actions as remediation
from qingyuan.stages.remediation.models import Finding
from qingyuan.stages.remediation.models_records import TypeRecord
from qingyuan.stages.reporting import actions as reporting
from qingyuan.stages.reporting import queries as plans
from qingyuan.stages.reporting.filers import scheme_for
from qingyuan.stages.reporting.models import SubordinatePlan
from qingyuan.stages.survey.actions.lead_batches import enter_hint
from qingyuan.stages.survey.actions.leads import report_lead
from qingyuan.stages.survey.models_leads import Hint, Lead
from qingyuan.stages.tracing import actions as tracing
from qingyuan.stages.tracing.models import Case
from qingyuan.stages.tracing.words import Why
from tests import build, rows

WITH_A_UNIT = [role for role in Role if role not in {Role.CONSOLE, Role.RIVER_CHIEF, Role.ENTERPRISE}]


@dataclass(frozen=True)
class Country:
    """An outlet in everybody's scope and one in nobody's, and who asks."""

    near: Outlet
    far: Outlet
    officers: dict[Role, Officer]
    colleague: Officer
    far_officer: Officer
    imports: dict[str, Import]
    proposals: dict[str, PackProposal] = field(default_factory=dict)


def country() -> Country:
    """大同 is home; 济源 is elsewhere."""
    return rows.once("country of the oracles", _country)


def _country() -> Country:
    build.country()
    datong, pingcheng, jiyuan = (build.unit(code) for code in ("140200", "140213", "419001"))
    river = build.water("桑干河")
    bureau = build.body(datong, name="某市生态环境局", kind=BodyKind.GOVERNMENT, functions=(BodyFunction.ECOLOGY,))
    near = build.outlet(pingcheng, stage=Stage.PARTY_FIXED, receiving=river)
    far = build.outlet(jiyuan, stage=Stage.PARTY_FIXED)
    for outlet in (near, far):
        actions.file_paper(
            outlet, kind=Paper.PHOTO, sha256=build.paper(), on=build.DAY, by=CONSOLE, at=build.recorded(build.DAY)
        )
    officers = {role: build.officer(role, datong, body=bureau) for role in WITH_A_UNIT}
    officers[Role.RIVER_CHIEF] = build.officer(Role.RIVER_CHIEF, None, water=river)
    officers[Role.ENTERPRISE] = build.officer(Role.ENTERPRISE, None, party=near.party)
    colleague, stranger = build.officer(Role.CLERK, pingcheng), build.officer(Role.CLERK, jiyuan)
    imports = {unit.path: staged(unit) for unit in (pingcheng, jiyuan)}
    proposals = {unit.path: proposed(unit) for unit in (pingcheng, jiyuan)}
    return Country(near, far, officers, colleague, stranger, imports, proposals)


def proposed(unit: Unit) -> PackProposal:
    """One setting of a unit that somebody handed in."""
    return rulebook.propose_setting(
        unit=unit,
        name="signin.password_days",
        value="60",
        clause="演示 一",
        status=Status.READ,
        from_day=build.DAY,
        reason="演示",
        by=build.SURVEYOR,
        at=build.NOON,
    )


def staged(unit: Unit) -> Import:
    """A file that was handed in for a unit and waits for its columns."""
    text = "入河排污口名称,县区\n某排污口,某县\n"
    return exchange.stage(text.encode(), "台账.csv", unit=unit, by=CONSOLE, at=build.NOON)


def twin_of(outlet: Outlet, mark: str) -> Outlet:
    """Another entry in the same place, of the same water and party, made when it is first asked for."""
    name = f"{outlet.name}（{mark}）"
    found = Outlet.objects.filter(name=name).first()
    return found or build.outlet(outlet.unit, name=name, receiving=outlet.water, party=outlet.party)


def resolution_near(outlet: Outlet) -> Resolution:
    """Two more entries of the same place, of which one was resolved as a duplicate of the other."""
    keep, drop = twin_of(outlet, "保留"), twin_of(outlet, "重复")
    decision = Decision(keep, drop, frozenset(), "同一个口")
    return actions.resolve_duplicate(decision, on=build.DAY, by=CONSOLE, at=build.recorded(build.DAY))


def code_list(unit: Unit) -> CodeList:
    """A list of codes that was handed in for a unit."""
    text = "国家编码,入河排污口名称\nDB-140213-0001-GY-00,某排污口\n"
    kept = library.file_bytes(text.encode(), name="编码.csv", by=CONSOLE, at=build.NOON)
    return actions.file_code_list(unit=unit, sha256=kept.sha256, name="编码.csv", rows=1, by=CONSOLE, at=build.NOON)


def paper_of(outlet: Outlet) -> FiledPaper:
    """A paper of the outlet's file."""
    return FiledPaper.objects.filter(outlet=outlet, kind=Paper.PHOTO).get()


def handed_out(outlet: Outlet) -> WorkItem:
    """Something handed out where an outlet lies, to a body that sits there; the same one however often it is asked."""
    key = f"oracle:{outlet.pk}"
    if made := WorkItem.objects.filter(key=key).first():
        return made
    return dispatch.issue(
        kind=ItemKind.TASK,
        subject="核实来水",
        unit=outlet.unit,
        responsible=[build.body(outlet.unit, kind=BodyKind.GOVERNMENT)],
        outlets=[outlet],
        key=key,
        on=build.DAY,
        by=CONSOLE,
        at=build.NOON,
    )


def fed_back(outlet: Outlet) -> Feedback:
    """A feedback with its paper, by the body that answers for the item."""
    part = handed_out(outlet).parts.get()
    if given := part.feedbacks.first():
        return given
    who = build.actor(Role.CLERK, outlet.unit, body=part.body)
    return dispatch.feedback(part, text="已核实", sha256=build.paper(), on=build.DAY, by=who, at=build.NOON)


def found_against(outlet: Outlet) -> Finding:
    """A finding about an outlet with its paper; the same one however often it is asked."""
    made = Finding.objects.filter(outlet=outlet, kind="other", rule="").first()
    return made or remediation.find(
        outlet,
        kind="other",
        text="口门堵塞",
        sha256=build.paper("问题依据"),
        on=outlet.stage_since,
        by=CONSOLE,
        at=build.recorded(outlet.stage_since),
    )


def traced(outlet: Outlet) -> Case:
    """A case about an outlet with one step and its evidence; the same one however often it is asked."""
    key = f"oracle:{outlet.pk}"
    made = Case.objects.filter(key=key).first() or tracing.open_case(
        outlet, why=Why.UNCLEAR, key=key, on=build.DAY, by=CONSOLE, at=build.NOON
    )
    tracing.add_step(
        made,
        method="资料溯源",
        result="查无资料",
        evidence={build.paper("溯源证据"): "证据"},
        key=key,
        on=build.DAY,
        by=CONSOLE,
        at=build.NOON,
    )
    return made


def met(outlet: Outlet) -> Meeting:
    """A meeting where an outlet lies, with its minutes."""
    mechanism = mechanisms_of(outlet.unit, on=build.DAY)[0]
    return dispatch.record_meeting(
        mechanism=mechanism,
        title="会议",
        unit=outlet.unit,
        decisions=[dispatch.NewDecision("通报")],
        minutes_sha256=build.paper("纪要"),
        key=f"oracle:{outlet.pk}",
        on=build.DAY,
        by=CONSOLE,
        at=build.NOON,
    )


def spare(unit: Unit) -> Officer:
    """A clerk of a unit of whom nothing else is asked; the same when asked again."""
    found = Officer.objects.filter(username=f"spare-{unit.code}").first()
    if found is None:
        found = access.enrol(username=f"spare-{unit.code}", name="测试", password=None, by=CONSOLE, at=build.LONG_AGO)
        day = build.LONG_AGO.date()
        access.assign(found, role=Role.CLERK, unit=unit, from_day=day, by=CONSOLE, at=build.LONG_AGO)
    return found


def lent(country: Country, *, near: bool) -> Assignment:
    """A colleague's role, lent to another of the same unit."""
    holder = country.colleague if near else country.far_officer
    own = holder.assignments.filter(delegated_from=None).first()
    if found := Assignment.objects.filter(delegated_from=own).first():
        return found
    today = timezone.localdate()
    return access.delegate(
        own,
        to=spare(own.unit),
        from_day=today,
        to_day=today + timedelta(days=9),
        max_days=90,
        on=today,
        by=CONSOLE,
        at=build.NOON,
    )


def notice_to(officer: Officer) -> Notice:
    """Something that was told to one officer and to nobody else."""
    told = Told("oracle", Kind.ITEM_ISSUED, ("item", "1"), officers=[officer.pk])
    notices.notify_many([told], by=CONSOLE, on=build.DAY, at=build.NOON)
    return Notice.objects.get(officer=officer, key="oracle")


def plan_of(outlet: Outlet, *, near: bool) -> SubordinatePlan:
    """A plan that was filed for the outlet's county, or far away; the same when asked again."""
    unit = outlet.unit if near else build.unit("220100")
    scheme = scheme_for(unit, on=build.DAY)
    assert scheme is not None
    filer = plans.filer_of(scheme, f"unit:{unit.path}")
    if filed := plans.plans_of(scheme, filer.key):
        return filed[0]
    return reporting.file_plan(
        filer,
        scheme,
        title="实施方案",
        sha256=build.paper("实施方案"),
        issued_on=build.DAY,
        parts=scheme.offered,
        on=build.DAY,
        by=CONSOLE,
        at=build.NOON,
    )


def regulation() -> Regulation:
    """A regulation of 大同; the same when asked again."""
    return rules.issue(
        unit=build.unit("140200"),
        title="排污口监督管理制度",
        issuer="某市人民政府",
        issued=build.DAY,
        sha256=build.paper("制度"),
        by=CONSOLE,
        at=build.NOON,
    )


def scattered() -> list[Outlet]:
    """Outlets scattered over units, zones, waters, departments and parties, so that every reach cuts through them."""
    build.country()
    units = [build.unit(code) for code in ("140213", "140212", "140221", "140825", "419001", "410502")]
    zones = list(type(units[0]).objects.filter(kind="zone", path__startswith="1402Z")[:2])
    waters = [None, build.water("桑干河"), build.water("御河"), build.water("汾河")]
    bodies = [None, build.body(units[0]), build.body(units[1])]
    parties = [None, build.body(units[0]), build.body(units[3])]
    batch = [
        build.new_outlet(
            unit,
            receiving=waters[number % 4],
            managing_unit=([None, None, *zones, units[0]])[number % (3 + len(zones))],
            managing_body=bodies[number % 3],
            party=parties[number % 3 if number % 2 else 0],
            position=(Decimal("113.1") + Decimal(number) / 1000, Decimal("40.1")),
        )
        for number, unit in enumerate(units * 8)
    ]
    return actions.register_many(batch, by=CONSOLE, at=build.recorded(date(2023, 6, 1)))


def official_file(unit: Unit) -> OfficialFile:
    """A file of zones that was handed in for a unit."""
    known = OfficialFile.objects.filter(unit=unit).first()
    if known is not None:
        return known
    ring = [[113.28, 40.07], [113.34, 40.07], [113.34, 40.12], [113.28, 40.07]]
    feature = {
        "type": "Feature",
        "properties": {"名称": "某园区"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    data = json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()
    what = official.Asked("zones", unit, Official("测试", build.DAY), zone_kind="park")
    return official.stage(data, "园区.geojson", what, by=CONSOLE, at=build.NOON)


def lead_near(one: Outlet) -> Lead:
    """A lead in the outlet's unit, with an image and no position."""
    key = f"oracle-{one.pk}"
    return Lead.objects.filter(key=key).first() or report_lead(
        CONSOLE,
        source="hand",
        longitude=None,
        latitude=None,
        datum="cgcs2000",
        unit=one.unit,
        at=build.recorded(build.DAY),
        on=build.DAY,
        photo_sha256=build.paper(),
        key=key,
    )


def hint_near(one: Outlet) -> Hint:
    """A fact that speaks for a missed outlet in the outlet's unit."""
    return enter_hint(
        kind="complaint",
        unit=one.unit,
        text="有异味",
        sha256=build.paper(),
        water=build.water("桑干河"),
        key=f"oracle-{one.pk}",
        by=CONSOLE,
        on=build.DAY,
        at=build.recorded(build.DAY),
    )


def type_record(one: Outlet) -> TypeRecord:
    """A record of what a scheme has registered of outlets of one type."""
    day = build.DAY
    made, _new = TypeRecord.objects.get_or_create(
        outlet=one, kind="wwtp_assessment", defaults={"saved_by": "test", "saved_on": day, "recorded_at": build.NOON}
    )
    return made
