"""The oracle on the rooms at work: items, notices, supervision, plans, registers, duplicates and the rest."""

from __future__ import annotations

from qingyuan.core.access import Permission
from qingyuan.registry.models import Outlet
from tests.access import phones, site, surveys
from tests.access.site import Country
from tests.api.entry import DONE, Entry, Path

FORBIDDEN, ABSENT = {403}, {404}
REFUSED = DONE | {409, 422}
DAY = "2023-06-01"
HASH = "0" * 64
P = Permission
VIEW, ISSUE, URGE, CORRECT = P.OUTLET_VIEW, P.DISPATCH_ISSUE, P.DISPATCH_URGE, P.OUTLET_CORRECT
RESOLVE, MAINTAIN = P.OUTLET_RESOLVE_DUPLICATE, P.PLACES_MAINTAIN
ON = {"on": DAY}


def item(tail: str = "") -> Path:
    return lambda _country, one: f"work-items/{site.handed_out(one).pk}{tail}"


def item_version(_country: Country, one: Outlet) -> int:
    return site.handed_out(one).version


def upon_item(permission: P, tail: str, json=ON, answers=REFUSED) -> Entry:
    return Entry(permission, item(tail), json, answers, of_a_unit=True, version=item_version)


def part(_country: Country, one: Outlet) -> dict:
    return {"on": DAY, "part": site.handed_out(one).parts.get().pk, "reason": "不全"}


def named(country: Country, one: Outlet) -> dict:
    return {"on": DAY, "part": part(country, one)["part"], "body": one.party_id}


def evidence(_country: Country, one: Outlet) -> str:
    given = site.fed_back(one)
    return f"work-items/{given.part.item_id}/feedback/{given.pk}"


def meeting(tail: str = "") -> Path:
    return lambda _country, one: f"meetings/{site.met(one).pk}{tail}"


def lead(tail: str = "") -> Path:
    return lambda _country, one: f"leads/{site.lead_near(one).pk}{tail}"


def lead_version(_country: Country, one: Outlet) -> int:
    return site.lead_near(one).version


def upon_lead(tail: str, json: dict, answers=REFUSED) -> Entry:
    return Entry(P.SURVEY_SETTLE, lead(tail), json, answers, of_a_unit=True, version=lead_version)


def hint(tail: str) -> Path:
    return lambda _country, one: f"hints/{site.hint_near(one).pk}{tail}"


def of(tail: str) -> Path:
    return lambda _country, one: f"outlets/{one.pk}{tail}"


def unit(before: str, after: str = "") -> Path:
    return lambda _country, one: f"{before}/{one.unit.code}{after}"


def asked(before: str) -> Path:
    return lambda _country, one: f"{before}?unit={one.unit.code}"


def of_unit(**more) -> object:
    return lambda _country, one: {"unit": one.unit.code, **more}


def plan(tail: str = "") -> Path:
    return lambda country, one: f"plans/{site.plan_of(one, near=one == country.near).pk}{tail}"


def plan_version(country: Country, one: Outlet) -> int:
    return site.plan_of(one, near=one == country.near).version


def new_plan(_country: Country, one: Outlet) -> dict:
    filer = f"unit:{one.unit.path}"
    return {"unit": one.unit.code, "filer": filer, "title": "方案", "sha256": HASH, "issued_on": DAY}


def campaign(tail: str = "") -> Path:
    return lambda _country, one: f"campaigns/{surveys.campaign(one).key}{tail}"


def campaign_version(_country: Country, one: Outlet) -> int:
    return surveys.campaign(one).version


def upon_campaign(permission: P, tail: str, json: dict) -> Entry:
    """Who leads is asked of the body he acts for: the permission alone can still be refused."""
    return Entry(
        permission,
        campaign(tail),
        {"on": DAY, **json},
        REFUSED | FORBIDDEN | ABSENT,
        of_a_unit=True,
        or_waters=True,
        version=campaign_version,
    )


def segment(tail: str = "") -> Path:
    return lambda _country, one: f"segments/{surveys.segment(one).pk}{tail}"


def segment_version(_country: Country, one: Outlet) -> int:
    return surveys.segment(one).version


def upon_segment(permission: P, tail: str, json: dict) -> Entry:
    return Entry(
        permission,
        segment(tail),
        {"on": DAY, **json},
        REFUSED | FORBIDDEN,
        of_a_unit=True,
        or_waters=True,
        version=segment_version,
    )


def recheck(tail: str = "") -> Path:
    return lambda _country, one: f"rechecks/{surveys.recheck(one).pk}{tail}"


def recheck_part(_country: Country, one: Outlet) -> str:
    found = surveys.recheck(one)
    return f"rechecks/{found.pk}/parts/{found.segments.get().pk}"


CAMPAIGN = {"on": DAY, "unit": "140213", "title": "排查", "waters": ["CC0003"], "starts_on": DAY, "ends_on": DAY}
TRACK = {
    "client_id": "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
    "campaign": "nowhere",
    "points": [[113.3, 40.1, None, None]],
}


def two(_country: Country, one: Outlet) -> dict:
    return {"first": one.pk, "second": site.twin_of(one, "对照").pk}


def resolve(_country: Country, one: Outlet) -> dict:
    other = site.twin_of(one, "对照")
    versions = {"keep_version": Outlet.objects.get(pk=one.pk).version, "drop_version": other.version}
    return {"keep": one.pk, "drop": other.pk, "reason": "同一个口", **versions}


def undo(_country: Country, one: Outlet) -> str:
    return f"duplicates/resolutions/{site.resolution_near(one).pk}/undo"


def codes(tail: str = "") -> Path:
    return lambda _country, one: f"code-lists/{site.code_list(one.unit).pk}{tail}"


def official(tail: str = "") -> Path:
    return lambda _country, one: f"official-files/{site.official_file(one.unit).pk}{tail}"


def field_record(tail: str = "") -> Path:
    return lambda _country, one: f"field/records/{phones.record(one).pk}{tail}"


def errand(_country: Country, one: Outlet) -> dict:
    version = Outlet.objects.get(pk=one.pk).version
    return {"on": DAY, "errand": {"act": "verify"}, "chosen": [{"outlet": one.pk, "version": version}]}


REGULATION = {"unit": "140213", "title": "制度", "issuer": "某局", "issued": DAY, "sha256": HASH}
MEETING = {"on": DAY, "unit": "140213", "mechanism": "某机制", "title": "会议", "decisions": [{"text": "通报"}]}

BY_EVERYBODY_ROOM: dict[str, Entry] = {
    "dispatch_listed": Entry(VIEW, "work-items"),
    "dispatch_issue": Entry(ISSUE, "work-items", {"on": DAY, "unit": "140213", "subject": "核实"}, REFUSED | ABSENT),
    "dispatch_clauses": Entry(VIEW, "work-items/clauses"),
    "dispatch_board": Entry(VIEW, "work-items/board"),
    "survey_listed": Entry(VIEW, "campaigns"),
    "survey_draft": Entry(P.SURVEY_LEAD, "campaigns", CAMPAIGN, REFUSED | FORBIDDEN | ABSENT),
    "survey_walks_take_track": Entry(P.SURVEY_RECORD, "tracks", TRACK, ABSENT),
    "meetings_listed": Entry(VIEW, "meetings"),
    "meetings_record": Entry(ISSUE, "meetings", MEETING, REFUSED),
    "notices_listed": Entry(None, "notices"),
    "notices_read_all": Entry(None, "notices/read", {"up_to": 1}),
    "notices_read": Entry(None, "notices/999999/read", None, ABSENT),
    "regulations_listed": Entry(None, "regulations"),
    "regulations_shown": Entry(None, lambda _c, _one: f"regulations/{site.regulation().pk}"),
    "regulations_document": Entry(None, lambda _c, _one: f"regulations/{site.regulation().pk}/document"),
    "regulations_issue": Entry(P.REGULATION_MAINTAIN, "regulations", REGULATION, REFUSED | ABSENT),
    "duplicates_listed": Entry(VIEW, "duplicates"),
    "duplicates_resolutions": Entry(VIEW, "duplicates/resolutions"),
    "codes_listed": Entry(CORRECT, "code-lists"),
    "codes_hand_in": Entry(CORRECT, "code-lists", form=True, answers=REFUSED),
    "bulk_preview": Entry(P.OUTLET_VERIFY, "bulk/preview", errand),
    "bulk_do": Entry(P.OUTLET_VERIFY, "bulk", errand),
    "bulk_receipt": Entry(None, "bulk/999999", answers=ABSENT),
    "saved_views_listed": Entry(VIEW, "saved-views"),
    "field_batch": Entry(P.SURVEY_RECORD, "field/batch", {"device": {"id": "oracle"}, "items": []}),
    "field_progress": Entry(P.SURVEY_RECORD, f"field/photos/{HASH}"),
    "field_piece": Entry(P.SURVEY_RECORD, f"field/photos/{HASH}", form=True, answers=REFUSED),
    "field_devices": Entry(P.SURVEY_LEAD, "field/devices"),
    "field_waiting": Entry(P.SURVEY_LEAD, "field/records"),
    "field_shown": Entry(P.SURVEY_LEAD, field_record(), scope_first=False, of_a_unit=True),
    "field_accept": Entry(
        P.SURVEY_LEAD,
        field_record("/accept"),
        None,
        REFUSED,
        scope_first=False,
        of_a_unit=True,
        version=lambda _country, one: phones.record(one).version,
    ),
    "leads_listed": Entry(VIEW, "leads"),
    "leads_report": Entry(P.SURVEY_SETTLE, "leads", {**ON, "source": "hand", "unit": "140213"}),
    "leads_take_in": Entry(P.SURVEY_SETTLE, "leads/import", form=True, answers=REFUSED),
    "leads_statistics": Entry(VIEW, "leads/statistics"),
    "leads_missing": Entry(VIEW, "leads/missing"),
    "leads_settle_many": Entry(
        P.SURVEY_SETTLE, "leads/settle", {**ON, "leads": {"999999": 1}, "why": "gone", "reason": "已封堵"}, ABSENT
    ),
    "leads_enter_hint": Entry(
        P.SURVEY_SETTLE,
        "hints",
        {**ON, "kind": "permit", "unit": "140213", "text": "排放口", "paper": HASH},
        REFUSED | ABSENT,
    ),
    "saved_views_save": Entry(VIEW, "saved-views", {"name": "常用", "query": "stage=surveyed"}),
    "saved_views_rename": Entry(VIEW, "saved-views/999999/rename", {"name": "常用"}, ABSENT),
    "saved_views_remove": Entry(VIEW, "saved-views/999999/remove"),
    "official_listed": Entry(MAINTAIN, "official-files"),
    "official_stage": Entry(MAINTAIN, "official-files", form=True, answers=REFUSED),
    "audit_acts": Entry(P.AUDIT_READ, "audit/acts"),
    "audit_reads": Entry(P.AUDIT_READ, "audit/reads"),
}
ABOUT_ONE_ROOM: dict[str, Entry] = {
    "survey_walks_coverage": Entry(VIEW, lambda _c, one: f"survey/coverage?unit={one.unit.code}", of_a_unit=True),
    "leads_shown": Entry(VIEW, lead(), of_a_unit=True),
    "leads_as_outlet": upon_lead("/outlet", {**ON, "record": HASH}, REFUSED | ABSENT),
    "leads_as_none": upon_lead("/not-outlet", {**ON, "why": "gone", "reason": "已封堵"}),
    "leads_as_duplicate": upon_lead("/duplicate", {**ON, "reason": "同一个"}),
    "leads_reopen": upon_lead("/reopen", {**ON, "reason": "核错"}),
    "leads_mend": upon_lead("/mend", {**ON, "reason": "复测", "longitude": "", "latitude": ""}),
    "leads_retract_hint": Entry(P.SURVEY_SETTLE, hint("/retract"), {**ON, "reason": "已查明"}, of_a_unit=True),
    "survey_shown": Entry(None, campaign(), of_a_unit=True, or_waters=True),
    "survey_segments_of": Entry(None, campaign("/segments"), of_a_unit=True, or_waters=True),
    "survey_walks_segment": Entry(None, segment(), of_a_unit=True, or_waters=True),
    "survey_walks_recheck": Entry(None, recheck(), of_a_unit=True, or_waters=True),
    "survey_walks_second_walk": Entry(
        None, recheck_part, {"on": DAY}, REFUSED | FORBIDDEN, of_a_unit=True, or_waters=True
    ),
    "survey_walks_draw": Entry(
        P.SURVEY_RECHECK,
        campaign("/rechecks"),
        {"on": DAY, "team": 1, "seed": "s", "share": 1},
        REFUSED | ABSENT,
        of_a_unit=True,
        or_waters=True,
    ),
    "survey_walks_place_track": Entry(
        P.SURVEY_RECORD,
        campaign("/tracks/6ba7b810-9dad-11d1-80b4-00c04fd430c8/place"),
        {"segment": 1},
        ABSENT,
        of_a_unit=True,
        or_waters=True,
    ),
    "survey_add_team": upon_campaign(
        P.SURVEY_LEAD, "/teams", {"team": {"name": "三组", "members": [{"name": "丙某"}]}}
    ),
    "survey_file_plan": upon_campaign(P.SURVEY_LEAD, "/plan", {"paper": HASH}),
    "survey_approve_plan": upon_campaign(P.SURVEY_APPROVE, "/approve-plan", {}),
    "survey_start": upon_campaign(P.SURVEY_LEAD, "/start", {}),
    "survey_finish": upon_campaign(P.SURVEY_LEAD, "/finish", {}),
    "survey_cut": upon_campaign(P.SURVEY_LEAD, "/cut", {"water": "CC0003", "banks": ["left"]}),
    "survey_add_segment": upon_campaign(
        P.SURVEY_LEAD, "/segments", {"water": "CC0003", "bank": "both", "name": "段", "length_m": 100}
    ),
    "survey_assign": upon_campaign(P.SURVEY_LEAD, "/assign", {"team": 1, "segments": [1]}),
    "survey_withdraw": upon_campaign(P.SURVEY_LEAD, "/withdraw", {"reason": "有误"}),
    "survey_walks_record_level": upon_segment(P.SURVEY_RECORD, "/levels", {"level": 1, "result": "none"}),
    "survey_walks_close_segment": upon_segment(P.SURVEY_RECORD, "/close", {"has_outlets": False}),
    "survey_walks_reopen_segment": upon_segment(P.SURVEY_LEAD, "/reopen", {"reason": "漏了"}),
    "dispatch_shown": Entry(None, item(), of_a_unit=True),
    "dispatch_evidence": Entry(None, evidence, of_a_unit=True),
    "dispatch_urge_many": Entry(
        URGE,
        "work-items/urge",
        lambda _c, one: {"on": DAY, "items": [site.handed_out(one).pk]},
        REFUSED,
        scope_first=False,
    ),
    "dispatch_pass_down": upon_item(ISSUE, "/pass-down"),
    "dispatch_feedback": upon_item(P.DISPATCH_FEEDBACK, "/feedback", {"on": DAY, "text": "已办"}, FORBIDDEN),
    "dispatch_return_feedback": upon_item(ISSUE, "/return", part),
    "dispatch_close": upon_item(P.DISPATCH_CLOSE, "/close", answers=FORBIDDEN),
    "dispatch_reopen": upon_item(ISSUE, "/reopen", {"on": DAY, "reason": "再办"}),
    "dispatch_escalate": upon_item(URGE, "/escalate"),
    "dispatch_decide": upon_item(URGE, "/decide", {"on": DAY, "text": "请抓紧"}),
    "dispatch_urge": upon_item(URGE, "/urge"),
    "dispatch_add_body": upon_item(ISSUE, "/add-body", lambda _c, one: {"on": DAY, "body": one.party_id}),
    "dispatch_name_body": upon_item(ISSUE, "/name-body", named),
    "dispatch_link_outlets": upon_item(ISSUE, "/link-outlets", lambda _c, one: {"on": DAY, "outlets": [one.pk]}),
    "dispatch_unlink_outlet": upon_item(ISSUE, "/unlink-outlet", lambda _c, one: {"on": DAY, "outlet": one.pk}),
    "meetings_shown": Entry(None, meeting(), of_a_unit=True),
    "meetings_minutes": Entry(None, meeting("/minutes"), of_a_unit=True),
    "supervision_of_outlet": Entry(VIEW, of("/supervision")),
    "supervision_matrix": Entry(VIEW, unit("supervision", "/matrix"), of_a_unit=True),
    "supervision_contacts": Entry(VIEW, unit("supervision", "/contacts"), of_a_unit=True),
    "supervision_daily": Entry(VIEW, unit("supervision", "/daily?month=2023-05"), of_a_unit=True),
    "supervision_unowned": Entry(VIEW, unit("supervision", "/unowned"), of_a_unit=True),
    "supervision_unowned_tasks": Entry(VIEW, unit("supervision", "/unowned-by-unit"), of_a_unit=True),
    "supervision_supervision_list": Entry(VIEW, unit("supervision", "/list"), of_a_unit=True),
    "supervision_pilots": Entry(VIEW, unit("supervision", "/pilots"), of_a_unit=True),
    "supervision_switch_pilot": Entry(
        P.REGULATION_MAINTAIN,
        unit("supervision", "/pilot"),
        {"on": True, "from_day": DAY},
        REFUSED,
        of_a_unit=True,
    ),
    "plans_listed": Entry(VIEW, asked("plans"), of_a_unit=True),
    "plans_file_plan": Entry(P.PLAN_FILE, "plans", new_plan, REFUSED, scope_first=False),
    "plans_set_due": Entry(P.PLAN_APPROVE, "plans/due", of_unit(day="2023-07-31"), REFUSED, scope_first=False),
    "plans_shown": Entry(VIEW, plan(), of_a_unit=True),
    "plans_document": Entry(VIEW, plan("/document"), of_a_unit=True),
    "plans_approve": Entry(P.PLAN_APPROVE, plan("/approve"), None, REFUSED, of_a_unit=True, version=plan_version),
    "plans_refuse": Entry(
        P.PLAN_APPROVE, plan("/refuse"), {"reason": "不全"}, REFUSED, of_a_unit=True, version=plan_version
    ),
    "registers_listed": Entry(VIEW, asked("registers"), of_a_unit=True),
    "registers_live": Entry(VIEW, asked("registers/directory"), of_a_unit=True),
    "registers_published": Entry(VIEW, asked("registers/directory/versions"), of_a_unit=True),
    "registers_version": Entry(VIEW, asked("registers/directory/versions/1"), answers=ABSENT, of_a_unit=True),
    "registers_difference": Entry(VIEW, asked("registers/directory/difference"), answers=ABSENT, of_a_unit=True),
    "registers_export": Entry(P.OUTLET_EXPORT, asked("registers/directory/export"), of_a_unit=True),
    "registers_publish": Entry(
        P.REGISTER_PUBLISH, "registers/directory/publish", of_unit(after=0), REFUSED | FORBIDDEN, of_a_unit=True
    ),
    "duplicates_pair": Entry(VIEW, lambda c, one: "duplicates/{first}/{second}".format(**two(c, one))),
    "duplicates_of_outlet": Entry(VIEW, of("/duplicates")),
    "duplicates_resolve": Entry(RESOLVE, "duplicates/resolve", resolve, REFUSED),
    "duplicates_apart": Entry(RESOLVE, "duplicates/apart", two, REFUSED),
    "duplicates_undo": Entry(RESOLVE, undo, {"reason": "看错了"}, REFUSED),
    "branches_links": Entry(VIEW, of("/branches")),
    "branches_set_main": Entry(
        CORRECT, of("/set-main"), lambda _c, one: {"on": DAY, "main": str(site.twin_of(one, "主口").pk)}, REFUSED
    ),
    "branches_end_main": Entry(CORRECT, of("/end-main"), ON, REFUSED),
    "codes_shown": Entry(CORRECT, codes(), scope_first=False),
    "codes_rows": Entry(CORRECT, codes("/rows"), scope_first=False),
    "codes_take": Entry(
        CORRECT,
        codes("/take"),
        lambda _c, one: {"outlet": one.pk, "code": "x"},
        REFUSED,
        scope_first=False,
        version=lambda _c, one: Outlet.objects.get(pk=one.pk).version,
    ),
    "official_layers": Entry(MAINTAIN, unit("layers"), of_a_unit=True, scope_first=False),
    "official_shown": Entry(MAINTAIN, official(), scope_first=False),
    "official_changes": Entry(MAINTAIN, official("/changes"), scope_first=False),
    "official_repair": Entry(MAINTAIN, official("/repair"), None, REFUSED, scope_first=False),
    "official_take_in": Entry(MAINTAIN, official("/take-in"), None, REFUSED, scope_first=False),
    "official_undo": Entry(MAINTAIN, official("/undo"), None, REFUSED, scope_first=False),
    "official_drop": Entry(MAINTAIN, official("/drop"), None, REFUSED, scope_first=False),
}
FORMS_ROOM = {
    "field_piece": {"size": 29, "offset": 0},
    "codes_hand_in": {"unit": "140213"},
    "official_stage": {
        "unit": "140213",
        "subject": "zones",
        "zone_kind": "park",
        "source": "某批复",
        "day": DAY,
    },
}
