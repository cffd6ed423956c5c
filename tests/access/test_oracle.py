"""Every address of the site against an oracle that says, by role and scope, what it answers.

A new address without an entry here fails the first test: nobody can forget to say who may use it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from qingyuan.access import actions as access
from qingyuan.access.models import Assignment, Officer, ProgramToken
from qingyuan.core.access import CONSOLE, GRANTS, Permission, Role
from qingyuan.registry.models import Outlet
from tests import build
from tests.access import closings, phones, signs, site, stays, surveys, workings
from tests.access.site import Country

DONE, SEEN, AWAY, FORBIDDEN, ABSENT, CONFLICT = {302}, {200}, {302}, {403}, {404}, {409}
Args = Callable[[Country, Outlet], dict[str, object]]


@dataclass(frozen=True)
class Entry:
    """Who may use an address. `permission` None: everybody signed in. `args` build the address about an outlet, in
    scope and out of it, `about` the query; `needs_territory`: absent for who has no unit (a river chief)."""

    permission: Permission | None = None
    args: Args | None = None
    method: str = "get"
    open: bool = False
    answers: set[int] = field(default_factory=lambda: set(SEEN))
    query: str = ""
    about: Callable[[Outlet], str] | None = None
    needs_territory: bool = False
    or_waters: bool = False
    """Whose scope is waters uses it for these, though it needs a territory of others."""
    scope_first: bool = False
    """Out of scope is absent for whoever asks; else it is first said who may not do this at all."""

    def is_absent_for(self, role: Role) -> bool:
        """Whether a role without a territory finds nothing there."""
        without = {Role.ENTERPRISE} if self.or_waters else {Role.ENTERPRISE, Role.RIVER_CHIEF}
        return self.needs_territory and role in without


def outlet(_country: Country, one: Outlet) -> dict[str, object]:
    return {"pk": one.pk}


def party(_country: Country, one: Outlet) -> dict[str, object]:
    return {"pk": one.party_id}


def water(_country: Country, one: Outlet) -> dict[str, object]:
    return {"code": one.water.code if one.water else "DA0003"}  # a river of 济源


def paper(_country: Country, one: Outlet) -> dict[str, object]:
    return {"pk": one.pk, "paper": site.paper_of(one).pk}


def archive_paper(_country: Country, one: Outlet) -> dict[str, object]:
    return {"pk": one.pk, "sha256": site.paper_of(one).sha256}


def stay(_country: Country, one: Outlet) -> dict[str, object]:
    return {"pk": stays.stay(one).pk}


def officer(country: Country, one: Outlet) -> dict[str, object]:
    return {"pk": country.colleague.pk if one == country.near else country.far_officer.pk}


def assignment(country: Country, one: Outlet) -> dict[str, object]:
    return {"pk": Assignment.objects.filter(officer=officer(country, one)["pk"]).first().pk}


def delegation(country: Country, one: Outlet) -> dict[str, object]:
    """An assignment of a colleague's that is lent to another colleague, or the same far away."""
    return {"pk": site.lent(country, near=one == country.near).pk}


def unused(_country: Country, one: Outlet) -> dict[str, object]:
    """An account in the outlet's unit that stands for nothing else."""
    return {"pk": site.spare(one.unit).pk}


def plan(country: Country, one: Outlet) -> dict[str, object]:
    return {"pk": site.plan_of(one, near=one == country.near).pk}


def regulation(_country: Country, _one: Outlet) -> dict[str, object]:
    return {"pk": site.regulation().pk}


def proposal(country: Country, one: Outlet) -> dict[str, object]:
    return {"pk": country.proposals[one.unit.path].pk}


def approval(country: Country, one: Outlet) -> dict[str, object]:
    return {**proposal(country, one), "act": "approve"}


def program(country: Country, one: Outlet) -> dict[str, object]:
    """A program at work in the outlet's unit."""
    code = f"program-{one.unit.code}"
    made = Officer.objects.filter(username=code).first()
    if made is None:
        made = access.enrol(
            username=code, name="测试程序", password=None, by=CONSOLE, at=build.LONG_AGO, is_program=True
        )
        day = build.LONG_AGO.date()
        access.assign(made, role=Role.CLERK, unit=one.unit, from_day=day, by=CONSOLE, at=build.LONG_AGO)
        access.issue_token(made, label="测试", from_day=day, by=CONSOLE, at=build.LONG_AGO)
    return {"pk": made.pk}


def token(country: Country, one: Outlet) -> dict[str, object]:
    found = program(country, one)
    return {**found, "token": ProgramToken.objects.get(officer=found["pk"]).pk}


def batch(country: Country, one: Outlet) -> dict[str, object]:
    return {"pk": country.imports[one.unit.path].pk}


def official_file(_country: Country, one: Outlet) -> dict[str, object]:
    return {"pk": site.official_file(one.unit).pk}


def told_to_another(country: Country, _one: Outlet) -> dict[str, object]:
    return {"pk": site.notice_to(country.colleague).pk}


def twin(_country: Country, one: Outlet) -> dict[str, object]:
    return {"first": one.pk, "second": site.twin_of(one, "另一条").pk}


def resolution(_country: Country, one: Outlet) -> dict[str, object]:
    return {"pk": site.resolution_near(one).pk}


def board(_country: Country, one: Outlet) -> dict[str, object]:
    return {"pk": signs.sign(one).pk}


def board_act(_country: Country, one: Outlet) -> dict[str, object]:
    return {"pk": signs.sign(one).pk, "name": "void"}


def numbers(_country: Country, one: Outlet) -> dict[str, object]:
    return {"pk": signs.segment(one).pk}


def codes(_country: Country, one: Outlet) -> dict[str, object]:
    return {"pk": site.code_list(one.unit).pk}


def directory(*_: object) -> dict[str, object]:
    return {"key": "directory"}


def item(country: Country, one: Outlet) -> dict[str, object]:
    return {"pk": site.handed_out(one).pk}


def evidence(country: Country, one: Outlet) -> dict[str, object]:
    return {"pk": site.handed_out(one).pk, "feedback": site.fed_back(one).pk}


def case(_country: Country, one: Outlet) -> dict[str, object]:
    return {"pk": site.traced(one).pk}


def case_file(_country: Country, one: Outlet) -> dict[str, object]:
    made = site.traced(one)
    return {"pk": made.pk, "file": made.steps.get().files.get().pk}


def node(_country: Country, one: Outlet) -> dict[str, object]:
    return {"pk": site.traced(one).outlet.node.pk}


def lead(_country: Country, one: Outlet) -> dict[str, object]:
    return {"pk": site.lead_near(one).pk}


def lead_act(country: Country, one: Outlet) -> dict[str, object]:
    return {**lead(country, one), "name": "not-outlet"}


def hint(_country: Country, one: Outlet) -> dict[str, object]:
    return {"pk": site.hint_near(one).pk}


def meeting(_country: Country, one: Outlet) -> dict[str, object]:
    return {"pk": site.met(one).pk}


def campaign(_country: Country, one: Outlet) -> dict[str, object]:
    return {"pk": surveys.campaign(one).pk}


def campaign_step(_country: Country, one: Outlet) -> dict[str, object]:
    return {"pk": surveys.campaign(one).pk, "step": 1}


def segment(_country: Country, one: Outlet) -> dict[str, object]:
    return {"pk": surveys.segment(one).pk}


def phone(_country: Country, one: Outlet) -> dict[str, object]:
    return {"pk": phones.device(one).pk}


def field_record(_country: Country, one: Outlet) -> dict[str, object]:
    return {"pk": phones.record(one).pk}


def field_photo(country: Country, one: Outlet) -> dict[str, object]:
    return {**field_record(country, one), "sha256": "0" * 64}


def recheck(_country: Country, one: Outlet) -> dict[str, object]:
    return {"pk": surveys.recheck(one).pk}


def second_walk(_country: Country, one: Outlet) -> dict[str, object]:
    found = surveys.recheck(one)
    return {"pk": found.pk, "part": found.segments.get().pk}


IMPORT = Permission.OUTLET_IMPORT
MANAGE, VIEW = Permission.OFFICERS_MANAGE, Permission.OUTLET_VIEW
ISSUE = Permission.DISPATCH_ISSUE
SETTLE = Permission.SURVEY_SETTLE
EVERYBODY: dict[str, Entry] = {
    "set_language": Entry(open=True, method="post", answers={302, 204}),
    "web:sign-in": Entry(open=True),
    "web:sign-in-code": Entry(open=True, answers=DONE),
    "web:single-sign-on": Entry(open=True, answers=ABSENT),  # the site has no provider
    "web:single-sign-on-back": Entry(open=True, answers=ABSENT),
    "web:second-factor": Entry(),
    "web:home": Entry(),
    "web:tasks": Entry(query="duty=verify&group=later"),
    "web:duties": Entry(),
    "web:items": Entry(VIEW),
    "web:item-new": Entry(ISSUE),
    "web:dispatch-board": Entry(VIEW),
    "web:dispatch-urge": Entry(Permission.DISPATCH_URGE, method="post", answers=CONFLICT),
    "web:meetings": Entry(VIEW),
    "web:leads": Entry(VIEW),
    "web:lead-new": Entry(SETTLE),
    "web:leads-import": Entry(SETTLE),
    "web:leads-bulk": Entry(SETTLE, method="post", answers=CONFLICT),
    "web:leads-missing": Entry(VIEW),
    "web:leads-missing-turn": Entry(SETTLE, method="post", answers=ABSENT),
    "web:hint-new": Entry(SETTLE),
    "web:campaigns": Entry(VIEW),
    "web:campaign-new": Entry(Permission.SURVEY_LEAD, answers=SEEN | FORBIDDEN),  # asked of the body one acts for
    "web:survey-coverage": Entry(VIEW, needs_territory=True),
    "web:field": Entry(open=True),
    "web:field-worker": Entry(open=True),
    "web:field-manifest": Entry(open=True),
    "web:field-session": Entry(),
    "web:field-package": Entry(Permission.SURVEY_RECORD),
    "web:field-batch": Entry(Permission.SURVEY_RECORD, method="post", answers={400}),
    "web:field-photo": Entry(Permission.SURVEY_RECORD, lambda *_: {"sha256": "0" * 64}),
    "web:survey-devices": Entry(Permission.SURVEY_LEAD),
    "web:survey-rescue": Entry(Permission.SURVEY_LEAD, method="post", answers=CONFLICT),
    "web:survey-records": Entry(Permission.SURVEY_LEAD),
    "web:survey-techniques": Entry(VIEW, needs_territory=True),
    "web:survey-experience": Entry(VIEW),
    "web:cases": Entry(VIEW),
    "web:works-mine": Entry(),
    "web:doubts": Entry(VIEW),
    "web:problems": Entry(VIEW),
    "web:acceptance": Entry(VIEW),
    "web:review-open": Entry(Permission.REMEDIATION_ACCEPT, method="post", answers=DONE),
    "web:filings": Entry(VIEW),
    "web:look-backs": Entry(VIEW),
    "web:look-backs-plan": Entry(Permission.REMEDIATION_REOPEN, method="post", answers=DONE),
    "web:problems-export": Entry(Permission.OUTLET_EXPORT),
    "web:remediation-plans": Entry(VIEW),
    "web:plans-bulk": Entry(Permission.REMEDIATION_APPROVE, method="post"),
    "web:remediation-area": Entry(VIEW),
    "web:clusters": Entry(VIEW),
    "web:clusters-propose": Entry(Permission.REMEDIATION_PLAN, method="post", answers=CONFLICT),
    "web:type-records": Entry(VIEW),
    "web:remediation-area-act": Entry(
        Permission.REMEDIATION_PLAN, lambda *_: {"name": "year-plan"}, method="post", answers=CONFLICT
    ),
    "web:problems-bulk": Entry(Permission.REMEDIATION_TRIAGE, method="post", answers=ABSENT),
    "web:parties": Entry(VIEW),
    "web:meeting-new": Entry(ISSUE),
    "web:notices": Entry(),
    "web:notices-read-all": Entry(method="post", answers=DONE),
    "web:notice-read": Entry(args=told_to_another, method="post", answers=ABSENT),
    "web:outlets-export": Entry(Permission.OUTLET_EXPORT, query="as=csv"),
    "web:outlets-ledger": Entry(Permission.OUTLET_EXPORT),
    "web:my-account": Entry(),
    "web:change-password": Entry(),
    "web:permissions": Entry(),
    "web:search": Entry(VIEW, query="q=测试"),
    "web:outlets": Entry(VIEW),
    "web:bodies": Entry(VIEW),
    "web:body-new": Entry(Permission.BODIES_MAINTAIN),
    "web:rules": Entry(),
    "web:rules-targets": Entry(),
    "web:rules-rules": Entry(),
    "web:rules-readings": Entry(),
    "web:rules-packs": Entry(),
    "web:rules-compare": Entry(query="with=419001"),
    "web:rules-pack": Entry(args=lambda *_: {"code": "140200-datong"}),
    "web:rules-proposals": Entry(),
    "web:rules-setting": Entry(Permission.RULEBOOK_PROPOSE, query="name=signin.password_days"),
    "web:rules-what-if": Entry(VIEW, query="by=419001", needs_territory=True),
    "web:rules-what-if-rows": Entry(VIEW, query="by=419001&rule=chemical.goals", needs_territory=True),
    "web:rules-what-if-export": Entry(Permission.OUTLET_EXPORT, query="by=419001&as=csv", needs_territory=True),
    "web:register": Entry(Permission.OUTLET_REGISTER),
    "web:outlets-nearby": Entry(Permission.OUTLET_REGISTER, query="longitude=113.3&latitude=40.09"),
    "web:outlets-units": Entry(),
    "web:imports": Entry(IMPORT),
    "web:places": Entry(Permission.PLACES_MAINTAIN),
    "web:waters": Entry(VIEW),
    "web:water-new": Entry(Permission.PLACES_MAINTAIN),
    "web:duplicates": Entry(VIEW),
    "web:codes": Entry(Permission.OUTLET_CORRECT),
    "web:bulk": Entry(Permission.OUTLET_FILE_PAPER, answers=DONE),
    "web:work-board": Entry(Permission.OUTLET_VIEW),
    "web:standardisation": Entry(Permission.OUTLET_VIEW),
    "web:codes-waiting": Entry(VIEW),
    "web:codes-issued": Entry(VIEW),
    "web:codes-table": Entry(VIEW),
    "web:codes-issue-many": Entry(Permission.CODE_ISSUE, method="post", answers=CONFLICT),
    "web:code-segments": Entry(VIEW, needs_territory=True),
    "web:signs": Entry(VIEW),
    "web:signs-together": Entry(VIEW, method="post", answers=CONFLICT),
    "web:public-sign": Entry(open=True, args=lambda _country, one: {"code": signs.sign(one).code}),
    "web:standardise-many": Entry(Permission.STANDARDISATION_CONFIRM, method="post", answers=CONFLICT),
    "web:view-save": Entry(VIEW, method="post", answers=DONE | CONFLICT),
    "web:view-delete": Entry(VIEW, lambda *_: {"pk": 1}, method="post", answers=DONE),
    "web:view-rename": Entry(VIEW, lambda *_: {"pk": 1}, method="post", answers=ABSENT | CONFLICT),
    "web:bulk-run": Entry(VIEW, lambda *_: {"pk": 1}, answers=ABSENT),
    "web:registers": Entry(VIEW, needs_territory=True),
    "web:register-live": Entry(VIEW, directory, needs_territory=True),
    "web:register-version": Entry(VIEW, lambda *_: {"key": "directory", "number": 1}, answers=SEEN | ABSENT),
    "web:register-export": Entry(Permission.OUTLET_EXPORT, directory, query="as=csv", needs_territory=True),
    "web:register-publish": Entry(Permission.REGISTER_PUBLISH, directory, method="post", answers=DONE | CONFLICT),
    "web:map": Entry(VIEW),
    "web:map-tile": Entry(VIEW, lambda *_: {"zoom": 7, "x": 104, "y": 48}, answers={200, 204}),
    "web:map-shapes": Entry(VIEW, lambda *_: {"layer": "zones", "x": 104, "y": 48}),
    "web:scoreboard": Entry(VIEW, needs_territory=True, or_waters=True),
    "web:scoreboard-rows": Entry(
        VIEW, query="target=targets.tracing[2023-12-31]", needs_territory=True, or_waters=True
    ),
    "web:quality": Entry(VIEW),
    "web:quality-rows": Entry(VIEW, lambda *_: {"name": "broken-chain"}),
    "web:oversight": Entry(VIEW, needs_territory=True),
    "web:oversight-contacts": Entry(VIEW, needs_territory=True),
    "web:oversight-unowned": Entry(VIEW, needs_territory=True),
    "web:oversight-unowned-csv": Entry(Permission.OUTLET_EXPORT, needs_territory=True),
    "web:oversight-daily": Entry(VIEW, query="month=2023-06", needs_territory=True),
    "web:oversight-list": Entry(VIEW, needs_territory=True),
    "web:oversight-pilot": Entry(Permission.REGULATION_MAINTAIN, method="post", answers=DONE),
    "web:plans": Entry(VIEW, needs_territory=True),
    "web:plan-file": Entry(Permission.PLAN_FILE, query="filer=unit:140212"),
    "web:plans-due": Entry(Permission.PLAN_APPROVE, method="post", answers=DONE | CONFLICT),
    "web:regulations": Entry(),
    "web:regulation-new": Entry(Permission.REGULATION_MAINTAIN),
    "web:regulation": Entry(args=regulation),
    "web:regulation-document": Entry(args=regulation),
    "web:officers": Entry(MANAGE),
    "web:programs": Entry(MANAGE),
    "web:program-new": Entry(MANAGE),
    "web:audit": Entry(Permission.AUDIT_READ),
    "web:audit-reads": Entry(Permission.AUDIT_READ),
    "web:audit-export": Entry(Permission.AUDIT_READ, lambda *_: {"which": "reads"}),
    "web:sharing": Entry(Permission.DATA_SHARE),
    "web:sharing-download": Entry(Permission.DATA_SHARE, lambda *_: {"what": "outlets", "form": "csv"}),
    "web:help": Entry(open=True, query="words=整治"),
    "web:help-page": Entry(open=True, args=lambda *_: {"name": "看进度"}),
    "web:help-screen": Entry(open=True, args=lambda *_: {"name": "home.png"}),
    "web:health": Entry(open=True),
    "web:metrics": Entry(open=True),
    "web:running": Entry(Permission.SITE_OPERATE),
    "web:enrol": Entry(MANAGE),
    "web:officers-many": Entry(MANAGE),
    "web:officers-enterprise": Entry(MANAGE, query="q=测试"),
    "web:officers-template": Entry(MANAGE, lambda *_: {"form": "csv"}),
    "web:sign-out": Entry(method="post", answers=DONE),
}
ABOUT_ONE: dict[str, Entry] = {
    "web:lead": Entry(VIEW, lead, needs_territory=True),
    "web:lead-photo": Entry(VIEW, lead, needs_territory=True),
    "web:lead-act": Entry(SETTLE, lead_act, method="post", answers=CONFLICT),
    "web:hint-retract": Entry(SETTLE, hint, method="post", answers=CONFLICT),
    "web:outlet": Entry(VIEW, outlet),
    "web:outlet-card": Entry(VIEW, outlet),
    "web:outlet-ledger": Entry(Permission.OUTLET_EXPORT, outlet),
    "web:outlet-standardisation": Entry(VIEW, outlet),
    "web:outlet-archive": Entry(VIEW, outlet),
    "web:outlet-archive-pdf": Entry(Permission.OUTLET_EXPORT, args=outlet),
    "web:outlet-archive-zip": Entry(Permission.OUTLET_EXPORT, args=outlet),
    "web:archive-paper": Entry(VIEW, archive_paper),
    "web:outlet-paper": Entry(VIEW, paper),
    "web:outlet-signs": Entry(VIEW, outlet),
    "web:code-issue": Entry(Permission.CODE_ISSUE, outlet, method="post", answers=CONFLICT),
    "web:code-void": Entry(Permission.CODE_ISSUE, outlet, method="post", answers=CONFLICT),
    "web:code-segment": Entry(VIEW, numbers, needs_territory=True),
    "web:sign-design": Entry(Permission.STANDARDISATION_WORK, outlet, method="post", answers=CONFLICT),
    "web:sign": Entry(VIEW, board),
    "web:sign-svg": Entry(VIEW, board),
    "web:sign-pdf": Entry(VIEW, board),
    "web:sign-photo": Entry(VIEW, board),
    "web:sign-act": Entry(Permission.STANDARDISATION_WORK, board_act, method="post", answers=CONFLICT),
    "web:sign-urging": Entry(VIEW, lambda _country, one: {"pk": signs.urging(one).pk}),
    "web:code-list": Entry(Permission.OUTLET_CORRECT, codes),
    "web:code-take": Entry(Permission.OUTLET_CORRECT, codes, method="post", answers=ABSENT),
    "web:duplicate": Entry(VIEW, twin),
    "web:duplicate-apart": Entry(Permission.OUTLET_RESOLVE_DUPLICATE, twin, method="post", answers=DONE),
    "web:duplicate-undo": Entry(
        Permission.OUTLET_RESOLVE_DUPLICATE, resolution, method="post", answers=DONE | CONFLICT
    ),
    "web:item": Entry(VIEW, item, needs_territory=True),
    "web:item-evidence": Entry(VIEW, evidence, needs_territory=True),
    "web:meeting": Entry(VIEW, meeting, needs_territory=True),
    "web:meeting-minutes": Entry(VIEW, meeting, needs_territory=True),
    "web:campaign": Entry(VIEW, campaign, needs_territory=True, or_waters=True),
    "web:campaign-plan": Entry(VIEW, campaign, needs_territory=True, or_waters=True),
    "web:campaign-step": Entry(
        VIEW,
        campaign_step,
        method="post",
        answers=DONE | CONFLICT | FORBIDDEN,
        needs_territory=True,
        or_waters=True,
    ),
    "web:segment": Entry(VIEW, segment, needs_territory=True, or_waters=True),
    "web:recheck": Entry(VIEW, recheck, needs_territory=True, or_waters=True),
    "web:second-walk": Entry(
        VIEW, second_walk, answers=SEEN | CONFLICT | FORBIDDEN, needs_territory=True, or_waters=True
    ),
    "web:works": Entry(VIEW, stay),
    "web:works-act": Entry(
        Permission.REMEDIATION_WORK,
        lambda _country, one: {**stay(_country, one), "name": "evidence"},
        answers=SEEN | CONFLICT,
        scope_first=True,
    ),
    "web:evidence-picture": Entry(VIEW, lambda _country, one: {"pk": workings.evidence(one).pk}),
    "web:evidence-file": Entry(VIEW, lambda _country, one: {"pk": workings.evidence(one).pk}),
    "web:doubt": Entry(VIEW, lambda _country, one: {"pk": workings.doubt(one).pk}),
    "web:doubt-act": Entry(
        Permission.REMEDIATION_WORK,
        lambda _country, one: {"pk": workings.doubt(one).pk, "name": "explain"},
        method="post",
        answers=CONFLICT,
        scope_first=True,
    ),
    "web:triage": Entry(VIEW, outlet),
    "web:triage-act": Entry(
        Permission.REMEDIATION_TRIAGE,
        lambda _country, one: {"pk": one.pk, "act": "list"},
        method="post",
        answers=DONE | CONFLICT,
        scope_first=True,
    ),
    "web:finding-act": Entry(
        Permission.REMEDIATION_TRIAGE,
        lambda _country, one: {"pk": site.found_against(one).pk, "act": "confirm"},
        method="post",
        answers=DONE | CONFLICT,
        scope_first=True,
    ),
    "web:finding-basis": Entry(VIEW, lambda _country, one: {"pk": site.found_against(one).pk}),
    "web:review": Entry(Permission.REMEDIATION_ACCEPT, lambda _country, one: {"pk": closings.review(one).pk}),
    "web:filing-proof": Entry(VIEW, lambda _country, one: {"pk": closings.filing(one).pk}),
    "web:closing-seal": Entry(Permission.OUTLET_EXPORT, stay, method="post", answers=DONE | CONFLICT),
    "web:closing-pack": Entry(Permission.OUTLET_EXPORT, stay, answers=ABSENT),  # nothing is sealed yet
    "web:type-record": Entry(
        Permission.REMEDIATION_PLAN,
        lambda _country, one: {"pk": one.pk, "key": "irrigation_ecology"},
        answers=SEEN | ABSENT,  # a place of a scheme without such records
    ),
    "web:type-record-exited": Entry(
        Permission.REMEDIATION_PLAN,
        lambda _country, one: {"pk": site.type_record(one).pk},
        method="post",
        answers=CONFLICT,
    ),
    "web:round": Entry(VIEW, stay),
    "web:round-act": Entry(
        Permission.REMEDIATION_PLAN,
        lambda _country, one: {**stay(_country, one), "name": "draft"},
        answers=SEEN | CONFLICT,
        scope_first=True,
    ),
    "web:plan-paper": Entry(VIEW, lambda _country, one: {**stay(_country, one), "number": 1}, answers=ABSENT),
    "web:at-once": Entry(Permission.REMEDIATION_PLAN, outlet, answers=SEEN | CONFLICT, scope_first=True),
    "web:case": Entry(VIEW, case),
    "web:case-evidence": Entry(VIEW, case_file),
    "web:case-report": Entry(VIEW, case, answers=ABSENT),  # no conclusion, so no report
    "web:case-new": Entry(
        Permission.TRACING_OPEN, lambda *_: {}, about=lambda one: f"outlet={one.pk}", answers=SEEN | DONE
    ),
    "web:tracing-node": Entry(VIEW, node),
    "web:party": Entry(VIEW, party),
    "web:body": Entry(VIEW, party),
    "web:body-correct": Entry(Permission.BODIES_MAINTAIN, party),
    "web:body-functions": Entry(Permission.BODIES_MAINTAIN, party),
    "web:map-card": Entry(VIEW, lambda *_: {}, about=lambda one: f"id={one.pk}"),
    "web:officer": Entry(MANAGE, officer),
    "web:assign": Entry(MANAGE, officer, method="post", answers=CONFLICT),
    "web:one-time-password": Entry(MANAGE, officer, method="post"),
    "web:switch-off": Entry(MANAGE, unused, method="post", answers=DONE),
    "web:switch-on": Entry(MANAGE, unused, method="post", answers=SEEN),
    "web:reset-second-factor": Entry(MANAGE, officer, method="post", answers=DONE),
    "web:hand-over": Entry(MANAGE, officer),
    "web:delegate": Entry(MANAGE, assignment),
    "web:end-delegation": Entry(MANAGE, delegation, method="post", answers=DONE),
    "web:end-assignment": Entry(MANAGE, assignment, method="post", answers=DONE),
    "web:program": Entry(MANAGE, program),
    "web:program-assign": Entry(MANAGE, program, method="post", answers=CONFLICT),
    "web:program-issue": Entry(MANAGE, program, method="post", answers=CONFLICT),
    "web:program-end-token": Entry(MANAGE, token, method="post", answers=DONE),
    "web:plan": Entry(VIEW, plan, needs_territory=True),
    "web:plan-document": Entry(VIEW, plan, needs_territory=True),
    "web:plan-approve": Entry(Permission.PLAN_APPROVE, plan, method="post", answers=DONE | CONFLICT),
    "web:plan-refuse": Entry(Permission.PLAN_APPROVE, plan, method="post", answers=DONE | CONFLICT),
    "web:rules-proposal": Entry(VIEW, proposal, needs_territory=True),
    "web:rules-proposal-decide": Entry(Permission.RULEBOOK_APPROVE, approval, method="post", answers=CONFLICT),
    "web:import": Entry(IMPORT, batch),
    "web:import-progress": Entry(IMPORT, batch),
    "web:import-refused": Entry(IMPORT, batch),
    "web:import-columns": Entry(IMPORT, batch, method="post", answers=DONE | CONFLICT),
    "web:import-accept": Entry(IMPORT, batch, method="post", answers=DONE | CONFLICT),
    "web:import-skip": Entry(IMPORT, batch, method="post", answers=ABSENT),
    "web:import-take-in": Entry(IMPORT, batch, method="post", answers=DONE | CONFLICT),
    "web:places-file": Entry(Permission.PLACES_MAINTAIN, official_file),
    "web:places-file-act": Entry(
        Permission.PLACES_MAINTAIN,
        lambda country, one: {**official_file(country, one), "act": "take-in"},
        method="post",
        answers=DONE | CONFLICT,
    ),
    "web:survey-device": Entry(Permission.SURVEY_LEAD, phone),
    "web:survey-record": Entry(Permission.SURVEY_LEAD, field_record),
    "web:survey-record-accept": Entry(Permission.SURVEY_LEAD, field_record, method="post", answers=CONFLICT),
    "web:survey-record-amend": Entry(Permission.SURVEY_LEAD, field_record, method="post", answers=DONE),
    "web:survey-record-photo": Entry(Permission.SURVEY_LEAD, field_photo, answers=ABSENT),
    "web:water": Entry(VIEW, water),
    "web:water-paper": Entry(VIEW, lambda country, one: {**water(country, one), "flag": 0}, answers=ABSENT),
    "web:water-act": Entry(
        Permission.PLACES_MAINTAIN, lambda country, one: {**water(country, one), "act": "set-flag"}, answers=SEEN
    ),
    "web:import-undo": Entry(IMPORT, batch, method="post", answers=DONE | CONFLICT),
}
ACTS: dict[str, Permission] = {
    "verify": Permission.OUTLET_VERIFY,
    "open-tracing": Permission.OUTLET_FIX_PARTY,
    "fix-party": Permission.OUTLET_FIX_PARTY,
    "classify": Permission.OUTLET_CLASSIFY,
    "propose-type": Permission.OUTLET_PROPOSE_TYPE,
    "suggest-type": Permission.OUTLET_PROPOSE_TYPE,
    "correct": Permission.OUTLET_CORRECT,
    "change-unit": Permission.OUTLET_CHANGE_UNIT,
    "file-paper": Permission.OUTLET_FILE_PAPER,
    "enter-fact": Permission.OUTLET_ENTER_FACT,
    "add-channel": Permission.OUTLET_CORRECT,
    "retract-fact": Permission.OUTLET_ENTER_FACT,
    "correct-channel": Permission.OUTLET_CORRECT,
    "remove-channel": Permission.OUTLET_CORRECT,
    "set-main": Permission.OUTLET_CORRECT,
    "end-main": Permission.OUTLET_CORRECT,
}
PLAN_ACTS = {
    "draft": Permission.REMEDIATION_PLAN,
    "submit": Permission.REMEDIATION_PLAN,
    "recall": Permission.REMEDIATION_PLAN,
    "approve": Permission.REMEDIATION_APPROVE,
    "return": Permission.REMEDIATION_APPROVE,
    "start": Permission.REMEDIATION_PLAN,
    "order": Permission.REMEDIATION_ORDER,
    "transition": Permission.REMEDIATION_PLAN,
    "agree": Permission.REMEDIATION_APPROVE,
    "decline": Permission.REMEDIATION_APPROVE,
    "end-transition": Permission.REMEDIATION_PLAN,
    "hard": Permission.REMEDIATION_PLAN,
    "solved": Permission.REMEDIATION_PLAN,
}
ITEM_ACTS: dict[str, Permission] = {
    "feedback": Permission.DISPATCH_FEEDBACK,
    "close": Permission.DISPATCH_CLOSE,
    "urge": Permission.DISPATCH_URGE,
    "decide": Permission.DISPATCH_URGE,
    "pass-down": ISSUE,
    "add-body": ISSUE,
    "link-outlets": ISSUE,
    "reopen": ISSUE,
    "return": ISSUE,
    "name-body": ISSUE,
    "unlink-outlet": ISSUE,
}
CASE_ACTS: dict[str, Permission] = {
    "step": Permission.TRACING_WORK,
    "extend": Permission.TRACING_WORK,
    "connect": Permission.TRACING_WORK,
    "source": Permission.TRACING_WORK,
    "strike": Permission.TRACING_WORK,
    "end-source": Permission.TRACING_WORK,
    "disconnect": Permission.TRACING_WORK,
    "conclude": Permission.TRACING_CONCLUDE,
    "fix-party": Permission.OUTLET_FIX_PARTY,
    "lead": Permission.TRACING_OPEN,
}
CLOSING_ACTS: dict[str, Permission] = {
    **dict.fromkeys(("check", "accept", "return", "retain", "merge", "close"), Permission.REMEDIATION_ACCEPT),
    "file": Permission.REMEDIATION_FILE_UPWARD,
}
CLOSING_ABOUT: dict[tuple[str, str], Permission] = {
    ("filing", "take"): Permission.REMEDIATION_FILE_UPWARD,
    ("filing", "return"): Permission.REMEDIATION_FILE_UPWARD,
    ("look", "result"): Permission.REMEDIATION_REOPEN,
    ("relapse", "reopen"): Permission.REMEDIATION_REOPEN,
    ("relapse", "dismiss"): Permission.REMEDIATION_REOPEN,
    ("outlet", "relapse"): Permission.OUTLET_ENTER_FACT,
}
OF_A_BODY = {"feedback", "close"}
LEAD, RECORD = Permission.SURVEY_LEAD, Permission.SURVEY_RECORD
CAMPAIGN_ACTS: dict[str, Permission] = {
    **dict.fromkeys(("cut", "add-segment", "add-team", "assign", "file-plan", "start", "finish", "withdraw"), LEAD),
    "approve-plan": Permission.SURVEY_APPROVE,
    "track": RECORD,
    "place-track": RECORD,
    "draw": Permission.SURVEY_RECHECK,
}
STANDARDISATION_ACTS: dict[str, Permission] = {
    **dict.fromkeys(
        ("check", "facility", "paper", "state", "gate", "file", "withdraw"), Permission.STANDARDISATION_WORK
    ),
    **dict.fromkeys(("confirm", "supervise", "aside"), Permission.STANDARDISATION_CONFIRM),
}
SEGMENT_ACTS: dict[str, Permission] = {"level": RECORD, "track": RECORD, "close": RECORD, "reopen": LEAD}
ENTRIES = {
    **EVERYBODY,
    **ABOUT_ONE,
    "web:campaign-act": Entry(),
    "web:segment-act": Entry(),
    "web:act": Entry(),
    "web:item-act": Entry(),
    "web:case-act": Entry(),
    "web:closing-act": Entry(),
    "web:closing-about": Entry(),
    "web:standardisation-act": Entry(),
}


def addresses(patterns: list | None = None, spaces: tuple[str, ...] = ()) -> Iterator[str]:
    """The names of all addresses of the site."""
    for one in get_resolver().url_patterns if patterns is None else patterns:
        match one:
            case URLResolver() if str(one.pattern) in {"api/", "ogc/"}:
                pass  # programs: tests/api/test_oracle.py, tests/api/test_ogc.py
            case URLResolver():
                yield from addresses(one.url_patterns, (*spaces, *([one.namespace] if one.namespace else [])))
            case URLPattern():
                assert one.name, f"{one.pattern} has no name"
                yield ":".join([*spaces, one.name])


@pytest.fixture
def country(db):
    return site.country()


def signed_in(officer_of) -> Client:
    client = Client()
    client.force_login(officer_of, backend="django.contrib.auth.backends.ModelBackend")
    return client


def ask(client: Client, name: str, entry: Entry, country: Country, one: Outlet) -> int:
    query = entry.about(one) if entry.about else entry.query
    address = reverse(name, kwargs=entry.args(country, one) if entry.args else {}) + (f"?{query}" if query else "")
    answer = getattr(client, entry.method)(address)
    _read_out(answer)
    return answer.status_code


def _read_out(answer) -> None:
    """A download is read to its end, which closes its file."""
    if answer.streaming:
        b"".join(answer.streaming_content)


def test_every_address_has_an_entry_and_every_entry_an_address():
    assert set(addresses()) == set(ENTRIES)


def test_the_acts_of_the_outlet_page_have_their_entries():
    from qingyuan.web.outlets.acts import ACTS as OFFERED

    assert set(OFFERED) == set(ACTS)


def test_nobody_who_is_not_signed_in_sees_anything_but_the_sign_in(country):
    for name, entry in {**EVERYBODY, **ABOUT_ONE}.items():
        args = entry.args(country, country.near) if entry.args else {}
        address = reverse(name, kwargs=args)
        answer = getattr(Client(), entry.method)(address)
        if entry.open:
            assert answer.status_code in entry.answers, name
        else:
            assert answer.status_code == 302, name
            assert answer.url.startswith("/sign-in"), name


def test_every_address_answers_each_role_as_its_permissions_say(country):
    wrong = []
    for role, who in country.officers.items():
        client = signed_in(who)
        for name, entry in EVERYBODY.items():
            if name == "web:sign-out":
                continue
            permitted = entry.permission is None or entry.permission in GRANTS[role]
            expected = (entry.answers | AWAY if entry.open else entry.answers) if permitted else FORBIDDEN
            if entry.is_absent_for(role):
                # Without the permission either is a no: some pages look for the territory first.
                expected = ABSENT if permitted else ABSENT | FORBIDDEN
            if (answer := ask(client, name, entry, country, country.near)) not in expected:
                wrong.append((role, name, answer))
        if ask(client, "web:sign-out", EVERYBODY["web:sign-out"], country, country.near) != 302:
            wrong.append((role, "web:sign-out", "not signed out"))
    assert wrong == [], "\n".join(sorted({str(each[1:]) for each in wrong}))


def test_out_of_scope_does_not_exist_and_in_scope_without_permission_is_forbidden(country):
    wrong = []
    for role, who in country.officers.items():
        client = signed_in(who)
        for name, entry in ABOUT_ONE.items():
            permitted = entry.permission in GRANTS[role]
            # Who may not manage officers or import at all is told so before it is looked what is asked about.
            outside = ABSENT if permitted or entry.permission is VIEW or entry.scope_first else FORBIDDEN
            inside = entry.answers if permitted else FORBIDDEN
            if entry.is_absent_for(role):
                inside = outside
            if permitted and entry.is_absent_for(role):
                inside = ABSENT
            for where, expected in ((country.near, inside), (country.far, outside)):
                if (answer := ask(client, name, entry, country, where)) not in expected:
                    wrong.append((role, name, where.unit.name, answer))
            Assignment.objects.filter(officer=country.colleague).update(to_day=None)
    assert wrong == [], "\n".join(sorted({str(each[1:]) for each in wrong}))


@pytest.mark.parametrize("act", sorted(ACTS))
def test_an_act_is_absent_out_of_scope_forbidden_without_permission_and_else_asked_or_refused(country, act):
    wrong = []
    for role, who in country.officers.items():
        client = signed_in(who)
        for method in ("get", "post"):
            near = getattr(client, method)(reverse("web:act", args=[country.near.pk, act]), _read(country.near, method))
            far = getattr(client, method)(reverse("web:act", args=[country.far.pk, act]), _read(country.far, method))
            permitted = ACTS[act] in GRANTS[role]
            if near.status_code not in (SEEN | CONFLICT if permitted else FORBIDDEN) or far.status_code != 404:
                wrong.append((role, act, method, near.status_code, far.status_code))
    assert wrong == [], "\n".join(sorted({str(each[1:]) for each in wrong}))


def test_the_acts_of_the_item_page_have_their_entries():
    from qingyuan.web.dispatch.acts import ACTS as OFFERED

    assert {act.name: act.permission for act in OFFERED.values()} == ITEM_ACTS


@pytest.mark.parametrize("act", sorted(ITEM_ACTS))
def test_an_act_upon_an_item_is_absent_out_of_scope_and_forbidden_without_permission(country, act):
    """Who may feed back or close is asked of the body he acts for: a permission alone can still be refused."""
    wrong = []
    near, far = (reverse("web:item-act", args=[site.handed_out(one).pk, act]) for one in (country.near, country.far))
    for role, who in country.officers.items():
        client = signed_in(who)
        for method in ("get", "post"):
            here = getattr(client, method)(near).status_code
            permitted = ITEM_ACTS[act] in GRANTS[role]
            if role in {Role.RIVER_CHIEF, Role.ENTERPRISE}:
                expected = ABSENT
            else:
                expected = SEEN | CONFLICT | (FORBIDDEN if act in OF_A_BODY else set())
                expected = expected if permitted else FORBIDDEN
            if here not in expected or getattr(client, method)(far).status_code != 404:
                wrong.append((role, act, method, here))
    assert wrong == [], "\n".join(sorted({str(each[1:]) for each in wrong}))


def test_the_acts_of_the_case_page_have_their_entries():
    from qingyuan.web.tracing.acts import ACTS as OFFERED

    assert {act.name: act.permission for act in OFFERED.values()} == CASE_ACTS


@pytest.mark.parametrize("act", sorted(CASE_ACTS))
def test_an_act_upon_a_case_is_absent_out_of_scope_and_forbidden_without_permission(country, act):
    wrong = []
    near, far = (reverse("web:case-act", args=[site.traced(one).pk, act]) for one in (country.near, country.far))
    for role, who in country.officers.items():
        client = signed_in(who)
        for method in ("get", "post"):
            here = getattr(client, method)(near).status_code
            expected = SEEN | CONFLICT if CASE_ACTS[act] in GRANTS[role] else FORBIDDEN
            if here not in expected or getattr(client, method)(far).status_code != 404:
                wrong.append((role, act, method, here))
    assert wrong == [], "\n".join(sorted({str(each[1:]) for each in wrong}))


def test_the_acts_of_plans_have_their_entries():
    from qingyuan.web.remediation.plans_acts import ACTS as OFFERED

    assert {act.name: act.permission for act in OFFERED.values()} == PLAN_ACTS


def test_an_act_upon_a_plan_is_absent_out_of_scope_and_forbidden_without_permission(country):
    """An order belongs to the competent body: a permission alone can still be refused."""
    wrong = []
    near, far = (stays.stay(one).pk for one in (country.near, country.far))
    for role, who in country.officers.items():
        client = signed_in(who)
        for act, permission in PLAN_ACTS.items():
            here = client.get(reverse("web:round-act", args=[near, act])).status_code
            expected = SEEN | CONFLICT if permission in GRANTS[role] else FORBIDDEN
            expected = expected | FORBIDDEN if act == "order" else expected
            there = client.get(reverse("web:round-act", args=[far, act])).status_code
            if here not in expected or there != 404:
                wrong.append((role, act, here, there))
    assert wrong == [], "\n".join(sorted({str(each[1:]) for each in wrong}))


def test_the_acts_of_closure_have_their_entries():
    from qingyuan.web.remediation.closing import OTHER_ACTS, ROUND_ACTS

    assert {act.name: act.permission for act in ROUND_ACTS.values()} == CLOSING_ACTS
    assert {key: act.permission for key, act in OTHER_ACTS.items()} == CLOSING_ABOUT


@pytest.mark.parametrize("about", [*sorted(CLOSING_ACTS), *sorted(CLOSING_ABOUT)], ids=str)
def test_an_act_of_closure_is_absent_out_of_scope_and_forbidden_without_permission(country, about):
    def address(one: Outlet) -> str:
        if isinstance(about, str):
            return reverse("web:closing-act", args=[stays.stay(one).pk, about])
        of = {"filing": closings.filing, "look": closings.look, "relapse": closings.relapse, "outlet": lambda it: it}
        return reverse("web:closing-about", args=[about[0], of[about[0]](one).pk, about[1]])

    permission = CLOSING_ACTS[about] if isinstance(about, str) else CLOSING_ABOUT[about]
    wrong = []
    near, far = address(country.near), address(country.far)
    for role, who in country.officers.items():
        client = signed_in(who)
        for method in ("get", "post"):
            here = getattr(client, method)(near).status_code
            expected = SEEN | CONFLICT if permission in GRANTS[role] else FORBIDDEN
            if here not in expected or getattr(client, method)(far).status_code != 404:
                wrong.append((role, about, method, here))
    assert wrong == [], "\n".join(sorted({str(each[1:]) for each in wrong}))


def test_the_acts_of_standardisation_have_their_entries():
    from qingyuan.web.standardisation.archive_acts import ACTS as OFFERED

    assert {act.name: act.permission for act in OFFERED.values()} == STANDARDISATION_ACTS


@pytest.mark.parametrize("act", sorted(STANDARDISATION_ACTS))
def test_an_act_of_standardisation_is_absent_out_of_scope_and_forbidden_without_permission(country, act):
    wrong = []
    near, far = (reverse("web:standardisation-act", args=[one.pk, act]) for one in (country.near, country.far))
    for role, who in country.officers.items():
        client = signed_in(who)
        for method in ("get", "post"):
            here = getattr(client, method)(near).status_code
            expected = SEEN | CONFLICT if STANDARDISATION_ACTS[act] in GRANTS[role] else FORBIDDEN
            if here not in expected or getattr(client, method)(far).status_code != 404:
                wrong.append((role, act, method, here))
    assert wrong == [], "\n".join(sorted({str(each[1:]) for each in wrong}))


def test_the_acts_of_campaigns_and_segments_have_their_entries():
    from qingyuan.web.survey.acts import ACTS as CAMPAIGN
    from qingyuan.web.survey.segment_acts import ACTS as SEGMENT

    assert {act.name: act.permission for act in CAMPAIGN.values()} == CAMPAIGN_ACTS
    assert {act.name: act.permission for act in SEGMENT.values()} == SEGMENT_ACTS


@pytest.mark.parametrize(
    "act", [*(f"campaign {one}" for one in CAMPAIGN_ACTS), *(f"segment {one}" for one in SEGMENT_ACTS)]
)
def test_an_act_upon_a_campaign_is_absent_out_of_scope_and_forbidden_without_permission(country, act):
    """Who leads is asked of the body he acts for: the permission alone can still be refused."""
    about, _space, name = act.partition(" ")
    of = surveys.campaign if about == "campaign" else surveys.segment
    permission = (CAMPAIGN_ACTS if about == "campaign" else SEGMENT_ACTS)[name]
    near, far = (reverse(f"web:{about}-act", args=[of(one).pk, name]) for one in (country.near, country.far))
    wrong = []
    for role, who in country.officers.items():
        client = signed_in(who)
        for method in ("get", "post"):
            here = getattr(client, method)(near).status_code
            expected = SEEN | CONFLICT | (FORBIDDEN if permission is LEAD else set())
            expected = expected if permission in GRANTS[role] else FORBIDDEN
            if role is Role.ENTERPRISE:
                expected = ABSENT
            if here not in expected or getattr(client, method)(far).status_code != 404:
                wrong.append((role, act, method, here))
    assert wrong == [], "\n".join(sorted({str(each[1:]) for each in wrong}))


def _read(one: Outlet, method: str) -> dict[str, object]:
    return {"version": Outlet.objects.get(pk=one.pk).version} if method == "post" else {}


AT_A_UNIT = (
    *("outlets", "bodies", "register", "rules", "rules-targets", "home", "map", "scoreboard", "quality"),
    *("registers", "duplicates", "codes"),
)


@pytest.mark.parametrize("name", AT_A_UNIT)
def test_a_unit_out_of_ones_reach_cannot_be_chosen(country, name):
    client = signed_in(country.officers[Role.CLERK])
    address = reverse(f"web:{name}")
    assert client.get(address, {"unit": "140213"}).status_code == 200
    assert client.get(address, {"unit": "419001"}).status_code == 404
    assert client.get(address, {"unit": "nowhere"}).status_code == 404
