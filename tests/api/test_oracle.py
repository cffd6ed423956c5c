"""Every operation of the API against an oracle that says, by role and scope, what it answers.

A new operation without an entry here fails the first test: nobody can forget to say who may use it.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone

from qingyuan.access.models import Assignment, Officer
from qingyuan.api.openapi import document
from qingyuan.api.service import service
from qingyuan.api.shapes import Given, Told
from qingyuan.api.v1.files import version_of
from qingyuan.api.v1.outlet_shapes import OutletRow
from qingyuan.core.access import GRANTS, Permission, Role
from qingyuan.exchange.models import Import
from qingyuan.registry.models import Outlet
from tests import build
from tests.access import site
from tests.access.site import Country
from tests.api import (
    entries_closing,
    entries_plans,
    entries_remediation,
    entries_signs,
    entries_standardisation,
    entries_tracing,
    entries_works,
)
from tests.api.asking import V1, Caller, program
from tests.api.entries_rooms import ABOUT_ONE_ROOM, BY_EVERYBODY_ROOM, FORMS_ROOM
from tests.api.entry import Entry, Path

DONE, FORBIDDEN, ABSENT = {200, 201}, {403}, {404}
REFUSED = DONE | {409, 422}
SHARED = DONE | ABSENT
"""Who reaches waters or a party only is told what of them lies in the unit, which may be nothing."""
DAY = "2023-06-01"
HASH = "0" * 64
WITHOUT_A_UNIT = {Role.RIVER_CHIEF, Role.ENTERPRISE}


def of(tail: str = "") -> Path:
    return lambda _country, one: f"outlets/{one.pk}{tail}"


def body(tail: str = "") -> Path:
    return lambda _country, one: f"bodies/{one.party_id}{tail}"


def upon_water(tail: str, json, answers=DONE) -> Entry:
    """An act upon the water of an outlet; the one far away has none, 蟒河 stands for it."""

    def path(_country, one):
        return f"waters/{one.water.code if one.water else 'DA0003'}{tail}"

    return Entry(P.PLACES_MAINTAIN, path, json, answers, version=lambda *_: 0)


def batch(tail: str = "") -> Path:
    return lambda country, one: f"imports/{country.imports[one.unit.path].pk}{tail}"


def batch_version(country: Country, one: Outlet) -> int:
    return version_of(country.imports[one.unit.path])


def pack(tail: str = "") -> Path:
    return lambda country, one: f"pack-proposals/{country.proposals[one.unit.path].pk}{tail}"


def unit(before: str, after: str = "") -> Path:
    return lambda _country, one: f"{before}/{one.unit.code}{after}"


P = Permission


def officer(country: Country, one: Outlet) -> int:
    return (country.colleague if one == country.near else country.far_officer).pk


def assignment(country: Country, one: Outlet) -> int:
    return Assignment.objects.filter(officer=officer(country, one)).first().pk


def officer_version(country: Country, one: Outlet) -> int:
    return Officer.objects.get(pk=officer(country, one)).version


def upon_officer(tail: str, json, answers=DONE) -> Entry:
    def path(c, one):
        return f"officers/{officer(c, one)}{tail}"

    return Entry(P.OFFICERS_MANAGE, path, json, answers, scope_first=False, version=officer_version)


def upon_assignment(tail: str, json, answers=DONE) -> Entry:
    def path(c, one):
        return f"officers/{officer(c, one)}/assignments/{assignment(c, one)}{tail}"

    return Entry(P.OFFICERS_MANAGE, path, json, answers, scope_first=False, version=officer_version)


def lent(country: Country, _one: Outlet) -> dict:
    today = timezone.localdate()
    to = country.officers[Role.CLERK].pk
    return {"to": to, "from_day": today.isoformat(), "to_day": (today + timedelta(days=3)).isoformat()}


def succeeded(country: Country, _one: Outlet) -> dict:
    return {"to": country.officers[Role.CLERK].pk, "on": DAY}


VIEW, IMPORT, MANAGE, SHARE = P.OUTLET_VIEW, P.OUTLET_IMPORT, P.OFFICERS_MANAGE, P.DATA_SHARE
NEW = {"name": "新排污口", "unit": "140213", "on": DAY, "papers": {"survey_record": HASH}}
BODY = {"name": "新单位", "kind": "enterprise", "unit": "140213"}
ROLE = {"role": "clerk", "unit": "140213", "from_day": DAY}
CHANGE = {"on": DAY, "reason": "笔误", "values": {"remark": "说明"}}
WATER = {"name": "新沟", "kind": "ditch", "units": ["140213"], "flows_into": "CC0002", "source": "现场"}
FLAG = {"flag": "main_river", "from_day": DAY, "source": "清单"}
PACK = {"unit": "140213", "files": {"pack.yaml": "pack: x"}, "reason": "演示"}
SETTING = {
    "unit": "140213",
    "name": "signin.password_days",
    "value": "45",
    "clause": "演示 一",
    "from_day": DAY,
    "reason": "演示",
}
MOVED = {"on": DAY, "unit": "140213", "papers": {}}
BY_EVERYBODY: dict[str, Entry] = {
    "people_me": Entry(None, "me"),
    "files_fields": Entry(None, "imports/fields"),
    "places_units": Entry(None, "units"),
    "places_unit": Entry(None, "units/140200"),
    "places_locate": Entry(None, "places/locate?longitude_deg=113.3&latitude_deg=40.09"),
    "waters_listed": Entry(None, "waters"),
    "waters_shown": Entry(None, lambda country, _one: f"waters/{country.near.water.code}"),
    "places_zones": Entry(VIEW, "zones"),
    "places_zone": Entry(VIEW, "zones/1", answers=ABSENT),
    "policies_packs": Entry(None, "policies/packs"),
    "policies_facts": Entry(None, "facts"),
    "packs_proposals_listed": Entry(VIEW, "pack-proposals"),
    "packs_proposals_handed_in": Entry(P.RULEBOOK_PROPOSE, "pack-proposals", PACK),
    "packs_proposals_setting": Entry(P.RULEBOOK_PROPOSE, "pack-settings", SETTING),
    "tasks_waiting": Entry(None, "tasks"),
    "tasks_of_duty": Entry(None, "tasks/verify", answers=DONE | ABSENT),
    "outlets_listed": Entry(VIEW, "outlets"),
    "progress_schemes": Entry(VIEW, "progress"),
    "bodies_listed": Entry(VIEW, "bodies"),
    "files_imports": Entry(IMPORT, "imports"),
    "files_export": Entry(P.OUTLET_EXPORT, "exports/outlets?format=csv", answers={200, 404}),
    "files_map_info": Entry(VIEW, "map"),
    "files_tile": Entry(VIEW, "tiles/7/104/48"),
    "people_listed": Entry(MANAGE, "officers"),
    "people_acts_preview": Entry(MANAGE, "officer-files/preview", form=True, answers=REFUSED),
    "people_acts_many": Entry(MANAGE, "officer-files", form=True, answers=REFUSED),
    "ledger_verify_all": Entry(P.LEDGER_VERIFY, "ledger/verify", answers=FORBIDDEN),
    "records_upload": Entry(P.OUTLET_FILE_PAPER, "files", form=True),
    "files_stage": Entry(IMPORT, "imports", form=True, answers={201}),
    "outlets_register": Entry(P.OUTLET_REGISTER, "outlets", NEW, ABSENT),
    "outlets_bring_in": Entry(P.OUTLET_BRING_IN, "outlets/bring-in", {**NEW, "stage": "surveyed"}, ABSENT),
    "bodies_enter": Entry(P.BODIES_MAINTAIN, "bodies", BODY),
    "waters_enter": Entry(P.PLACES_MAINTAIN, "waters", WATER),
}
ABOUT_ONE: dict[str, Entry] = {
    "outlets_shown": Entry(VIEW, of()),
    "records_paper": Entry(VIEW, lambda _c, one: f"outlets/{one.pk}/papers/{site.paper_of(one).pk}"),
    "ledger_timeline": Entry(VIEW, lambda _c, one: f"ledger/outlet/{one.pk}"),
    "ledger_verify": Entry(P.LEDGER_VERIFY, lambda _c, one: f"ledger/outlet/{one.pk}/verify", scope_first=False),
    "bodies_shown": Entry(VIEW, body()),
    "bodies_correct": Entry(P.BODIES_MAINTAIN, body("/correct"), CHANGE | {"values": {"industry": "造纸"}}),
    "bodies_set_functions": Entry(
        P.BODIES_MAINTAIN, body("/functions"), {"on": DAY, "functions": ["discharger"], "reason": "演示"}
    ),
    "waters_correct": upon_water("/correct", CHANGE | {"values": {"other_names": "别名"}}),
    "waters_set_flag": upon_water("/flags", FLAG),
    "waters_end_flag": upon_water("/flags/end", {"flag": "main_river", "on": DAY, "source": "清单"}, REFUSED),
    "waters_withdraw_flag": upon_water("/flags/999999/withdraw", {"reason": "误"}, ABSENT),
    "policies_resolved": Entry(None, unit("policies", "/resolved"), of_a_unit=True),
    "policies_targets": Entry(None, unit("policies", "/targets"), of_a_unit=True),
    "policies_judge": Entry(None, unit("policies", "/judge"), {"facts": {}}, of_a_unit=True),
    "policies_compare": Entry(None, unit("policies", "/compare/419001"), of_a_unit=True),
    "packs_proposals_what_if": Entry(VIEW, unit("policies", "/what-if?by=419001"), of_a_unit=True),
    "packs_proposals_what_if_rows": Entry(VIEW, unit("policies", "/what-if/rows?by=419001&rule=x"), of_a_unit=True),
    "packs_proposals_one": Entry(VIEW, pack(), of_a_unit=True),
    "packs_proposals_approve": Entry(P.RULEBOOK_APPROVE, pack("/approve"), {"from_day": DAY}, {409}, scope_first=False),
    "packs_proposals_reject": Entry(P.RULEBOOK_APPROVE, pack("/reject"), {"reason": ""}, {409}, scope_first=False),
    "packs_proposals_withdraw": Entry(P.RULEBOOK_PROPOSE, pack("/withdraw"), {"reason": ""}, {409}, scope_first=False),
    "progress_board": Entry(VIEW, unit("progress"), of_a_unit=True, or_waters=True),
    "progress_rows": Entry(
        VIEW, unit("progress", "/rows?target=targets.tracing[2023-12-31]"), of_a_unit=True, or_waters=True
    ),
    "sharing_arranged": Entry(SHARE, unit("share"), of_a_unit=True, scope_first=False),
    "sharing_shared": Entry(SHARE, unit("share", "/outlets"), of_a_unit=True, scope_first=False),
    "people_shown": Entry(MANAGE, lambda c, one: f"officers/{officer(c, one)}", scope_first=False),
    "people_assign": upon_officer("/assignments", ROLE),
    "people_end_assignment": upon_assignment("/end", {"on": DAY}),
    "people_acts_delegate": upon_assignment("/delegate", lent, REFUSED),
    "people_acts_end_delegation": upon_assignment("/end-delegation", None, REFUSED),
    "people_acts_passing": Entry(MANAGE, lambda c, one: f"officers/{officer(c, one)}/hand-over", scope_first=False),
    "people_acts_hand_over": upon_officer("/hand-over", succeeded),
    "people_acts_switch_off": upon_officer("/switch-off", None),
    "people_acts_switch_on": upon_officer("/switch-on", None, REFUSED),
    "files_shown": Entry(IMPORT, batch(), scope_first=False),
    "files_findings": Entry(IMPORT, batch("/findings"), scope_first=False),
    "files_refused": Entry(IMPORT, batch("/refused"), scope_first=False),
    "files_columns": Entry(
        IMPORT, batch("/columns"), {"columns": {"0": "name"}}, scope_first=False, version=batch_version
    ),
    "files_accept": Entry(IMPORT, batch("/accept"), {"code": "x"}, REFUSED, scope_first=False, version=batch_version),
    "files_skip": Entry(IMPORT, batch("/skip"), {"finding": 1}, ABSENT, scope_first=False, version=batch_version),
    "files_take_in": Entry(IMPORT, batch("/take-in"), None, REFUSED, scope_first=False, version=batch_version),
    "files_undo": Entry(IMPORT, batch("/undo"), None, REFUSED, scope_first=False, version=batch_version),
    "acts_verify": Entry(P.OUTLET_VERIFY, of("/verify"), {"on": DAY}, REFUSED),
    "acts_open_tracing": Entry(P.OUTLET_FIX_PARTY, of("/open-tracing"), {"on": DAY}, REFUSED),
    "acts_fix_party": Entry(P.OUTLET_FIX_PARTY, of("/fix-party"), {"on": DAY, "basis": "tracing"}, REFUSED),
    "acts_classify": Entry(P.OUTLET_CLASSIFY, of("/classify"), {"on": DAY, "type_key": "GY.enterprise"}),
    "acts_propose_type": Entry(P.OUTLET_PROPOSE_TYPE, of("/propose-type"), {"on": DAY, "type_key": "GY.enterprise"}),
    "acts_suggest_type": Entry(
        P.OUTLET_PROPOSE_TYPE, of("/suggest-type"), {"on": DAY, "industry": "x", "character": "y"}, REFUSED
    ),
    "acts_correct": Entry(P.OUTLET_CORRECT, of("/correct"), CHANGE),
    "acts_change_unit": Entry(P.OUTLET_CHANGE_UNIT, of("/change-unit"), MOVED, REFUSED),
    "records_file_paper": Entry(P.OUTLET_FILE_PAPER, of("/papers"), form=True),
    "records_enter_fact": Entry(
        P.OUTLET_ENTER_FACT, of("/facts"), {"on": DAY, "name": "x", "value": 1, "source": "现场"}, REFUSED
    ),
    "records_retract_fact": Entry(P.OUTLET_ENTER_FACT, of("/facts/999999/retract"), {"reason": "误"}, ABSENT),
    "records_add_channel": Entry(P.OUTLET_CORRECT, of("/channels"), {"on": DAY, "name": "暗管"}),
    "records_correct_channel": Entry(
        P.OUTLET_CORRECT, of("/channels/999999/correct"), {"on": DAY, "name": "暗管", "reason": "误"}, ABSENT
    ),
    "records_remove_channel": Entry(
        P.OUTLET_CORRECT, of("/channels/999999/remove"), {"on": DAY, "reason": "封堵"}, ABSENT
    ),
}
BY_EVERYBODY |= BY_EVERYBODY_ROOM | entries_tracing.BY_EVERYBODY | entries_remediation.BY_EVERYBODY
BY_EVERYBODY |= entries_standardisation.BY_EVERYBODY
BY_EVERYBODY |= entries_plans.BY_EVERYBODY
ABOUT_ONE |= entries_plans.ABOUT_ONE
ABOUT_ONE |= ABOUT_ONE_ROOM | entries_tracing.ABOUT_ONE | entries_remediation.ABOUT_ONE
ABOUT_ONE |= entries_standardisation.ABOUT_ONE
ENTRIES = BY_EVERYBODY | ABOUT_ONE
FORMS = {
    "people_acts_preview": {},
    "people_acts_many": {},
    "records_upload": {},
    "files_stage": {"unit": "140213"},
    "records_file_paper": {"kind": "photo", "on": DAY},
    "leads_take_in": {"on": DAY, "title": "名单", "source": "permit", "unit": "140213"},
}
BY_EVERYBODY |= entries_signs.BY_EVERYBODY
ABOUT_ONE |= entries_signs.ABOUT_ONE
BY_EVERYBODY |= entries_closing.BY_EVERYBODY
ABOUT_ONE |= entries_closing.ABOUT_ONE
BY_EVERYBODY |= entries_works.BY_EVERYBODY
ABOUT_ONE |= entries_works.ABOUT_ONE
ENTRIES |= BY_EVERYBODY | ABOUT_ONE
FORMS |= FORMS_ROOM | entries_works.FORMS
OPEN = {"openapi.json", "docs"}


def operations() -> dict[str, str]:
    """Every operation with its method."""
    return {one["operationId"]: method for methods in document()["paths"].values() for method, one in methods.items()}


@pytest.fixture
def country(db):
    return site.country()


@pytest.fixture
def programs(country) -> dict[Role, Caller]:
    datong = build.unit("140200")
    bureau = Assignment.objects.filter(officer=country.officers[Role.CLERK]).get().body
    made = {role: program(role, datong, body=bureau)[1] for role in site.WITH_A_UNIT}
    made[Role.RIVER_CHIEF] = program(Role.RIVER_CHIEF, None, water=build.water("桑干河"))[1]
    made[Role.ENTERPRISE] = program(Role.ENTERPRISE, None, party=country.near.party)[1]
    return {role: Caller(text) for role, text in made.items()}


def ask(who: Caller, name: str, entry: Entry, country: Country, one: Outlet) -> int:
    """The status of an operation, everything it did undone."""
    path = entry.path if isinstance(entry.path, str) else entry.path(country, one)
    method = operations()[name]
    more: dict = {}
    if entry.form:
        more["data"] = {"file": SimpleUploadedFile("a.csv", "入河排污口名称\n某口\n".encode()), **FORMS[name]}
    elif method == "post":
        more["json"] = entry.json(country, one) if callable(entry.json) else entry.json or {}
    if path.startswith("outlets/"):
        more["etag"] = f'"{Outlet.objects.get(pk=one.pk).version}-0"'
    if path.startswith("bodies/"):
        more["etag"] = f'"{one.party.version}-0"'
    if entry.version is not None:
        more["etag"] = f'"{entry.version(country, one)}-0"'
    with transaction.atomic():
        answer = who.ask(method, path, **more)
        if answer.streaming:
            b"".join(answer.streaming_content)
        transaction.set_rollback(True)
    return answer.status_code


def test_every_operation_has_an_entry_and_every_entry_an_operation():
    assert set(operations()) == set(ENTRIES)


def test_every_write_wears_its_mark():
    unmarked = []
    for bound in service._get_bound_routers():
        for view in bound.path_operations.values():
            for one in view.operations:
                safe = set(one.methods) <= {"GET"}
                if not safe and not hasattr(one.view_func, "write") and not hasattr(one.view_func, "asks"):
                    unmarked.append(one.view_func.__qualname__)
    assert not unmarked


def test_no_two_shapes_share_a_name():
    """The document knows a shape by its name alone: the second of one name would stand for the first."""
    shapes: dict[str, set[type]] = {}
    for one in [*Told.__subclasses__(), *Given.__subclasses__(), *OutletRow.__subclasses__()]:
        if "[" not in one.__name__:
            shapes.setdefault(one.__name__, set()).add(one)
    assert [name for name, found in shapes.items() if len(found) > 1] == []


def test_every_operation_has_a_chinese_summary():
    said = [one for methods in document()["paths"].values() for one in methods.values()]
    assert [one["operationId"] for one in said if not any("一" <= sign <= "鿿" for sign in one["summary"])] == []


def test_nothing_below_api_answers_who_is_nobody(country):
    for name, method in operations().items():
        entry = ENTRIES[name]
        path = entry.path if isinstance(entry.path, str) else entry.path(country, country.near)
        answer = getattr(Client(), method)(f"{V1}/{path}")
        assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json"), name
    plain = next(one for one in get_resolver().url_patterns if str(one.pattern) == "api/").url_patterns
    assert {str(one.pattern).removeprefix("v1/") for one in plain if hasattr(one, "callback")} >= OPEN


def test_every_operation_answers_each_role_as_its_permissions_say(country, programs):
    wrong = []
    for role, who in programs.items():
        for name, entry in BY_EVERYBODY.items():
            permitted = entry.permission is None or entry.permission in GRANTS[role]
            expected = entry.answers if permitted else FORBIDDEN
            if name == "files_export" and permitted and role in WITHOUT_A_UNIT:
                expected = {200, 404}
            if (answer := ask(who, name, entry, country, country.near)) not in expected:
                wrong.append((role.value, name, answer))
    assert wrong == [], "\n".join(sorted({str((each[0], *each[2:])) for each in wrong}))


def test_out_of_scope_does_not_exist_and_in_scope_without_permission_is_forbidden(country, programs):
    wrong = []
    for role, who in programs.items():
        for name, entry in ABOUT_ONE.items():
            permitted = entry.permission is None or entry.permission in GRANTS[role]
            inside = entry.answers if permitted else FORBIDDEN
            outside = ABSENT if permitted or entry.scope_first else FORBIDDEN
            has_waters = entry.or_waters and role is Role.RIVER_CHIEF
            if entry.of_a_unit and (permitted or entry.scope_first) and role in WITHOUT_A_UNIT and not has_waters:
                inside = outside = SHARED if entry.permission is SHARE else ABSENT
            for where, expected in ((country.near, inside), (country.far, outside)):
                if (answer := ask(who, name, entry, country, where)) not in expected:
                    wrong.append((name, role.value, where.unit.name, answer))
    assert wrong == [], "\n".join(sorted({str((each[0], *each[2:])) for each in wrong}))
    assert Import.objects.count() == len(country.imports)
