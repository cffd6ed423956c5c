"""排查专项: set up with its waters and teams, started, finished, withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import uuid4

from django.db import transaction

from qingyuan.bodies.models import Body
from qingyuan.core.access import Actor, Permission, Place
from qingyuan.core.refusal import require
from qingyuan.places.models import Unit, Water
from qingyuan.stages.survey import finishing, guards, rules
from qingyuan.stages.survey.actions.writing import change, record
from qingyuan.stages.survey.drafts import TeamDraft
from qingyuan.stages.survey.models import Campaign, CampaignBody, Team, TeamMember
from qingyuan.stages.survey.words import CampaignKind, CampaignState


@transaction.atomic
def draft(
    by: Actor,
    *,
    title: str,
    unit: Unit,
    waters: Sequence[Water],
    starts_on: date,
    ends_on: date,
    on: date,
    at: datetime,
    kind: CampaignKind = CampaignKind.SURVEY,
    managing_body: Body | None = None,
    teams: Sequence[TeamDraft] = (),
    supporting: Sequence[Body] = (),
    key: str = "",
    is_demo: bool = False,
) -> Campaign:
    """拟定排查专项. The scheme's supporting bodies come with it, `supporting` adds others (新绛 五(十三)). `key` names
    the press of the button: the same key again gives the campaign made before.

    Raises
    ------
    Refused
    """
    if key and (made := Campaign.objects.filter(key=key, drafted_by=by.id).first()):
        return made
    managing = managing_body.pk if managing_body else None
    require(
        guards.draft(
            title=title,
            unit=unit,
            managing_body_id=managing,
            waters=waters,
            starts_on=starts_on,
            ends_on=ends_on,
            teams=teams,
            on=on,
            by=by,
            at=at,
        )
    )
    policy = rules.policy_of(unit.path, on=on)
    campaign = Campaign.objects.create(
        key=key or uuid4().hex,
        title=title.strip(),
        kind=kind,
        unit=unit,
        unit_path=unit.path,
        managing_body=managing_body,
        lead_body_id=_lead_body(by, unit, managing),
        starts_on=starts_on,
        ends_on=ends_on,
        standard=str(policy.value("survey.technical_standard", "")),
        drafted_by=by.id,
        drafted_on=on,
        recorded_at=at,
        is_demo=is_demo,
    )
    campaign.waters.set(waters)
    for team in teams:
        _make(campaign, team, on=on)
    said = {
        **_said(campaign),
        "waters": [water.code for water in waters],
        "teams": [team.name for team in teams],
        "supporting": _support(campaign, supporting, on=on),
    }
    lead = "survey.lead_roles"
    record(campaign, "survey.draft", on=on, by=by, at=at, policy=policy, parameter=lead, details=said)
    return campaign


def _said(campaign: Campaign) -> dict[str, object]:
    """What an entry tells of a campaign that was set up."""
    return {
        "title": campaign.title,
        "kind": campaign.kind,
        "unit": campaign.unit.code,
        "from": campaign.starts_on,
        "to": campaign.ends_on,
    }


def _lead_body(by: Actor, unit: Unit, managing: int | None) -> int | None:
    place = Place(unit_path=unit.path, managing_body_id=managing)
    held = [
        grant for grant in by.holding(Permission.SURVEY_LEAD) if grant.body_id is not None and grant.reach.covers(place)
    ]
    return held[0].body_id if held else None


def _make(campaign: Campaign, draft: TeamDraft, *, on: date) -> Team:
    team = Team.objects.create(
        campaign=campaign,
        name=draft.name.strip(),
        body=draft.body,
        is_technical=draft.is_technical,
        is_second=draft.is_second,
    )
    TeamMember.objects.bulk_create(
        TeamMember(team=team, officer_id=one.officer_id, name=one.name.strip(), from_day=on)
        for one in draft.members
        if one.name.strip()
    )
    return team


def _support(campaign: Campaign, bodies: Sequence[Body], *, on: date) -> list[str]:
    policy = rules.policy_of(campaign.unit_path, on=on)
    named, clause = rules.supporting(policy, unit=campaign.unit, on=on)
    rows = {one.name: CampaignBody(campaign=campaign, name=one.name, body=one.body, clause=clause) for one in named}
    for body in bodies:
        rows.setdefault(body.name, CampaignBody(campaign=campaign, name=body.name, body=body))
    CampaignBody.objects.bulk_create(rows.values())
    return list(rows)


@transaction.atomic
def add_team(campaign: Campaign, team: TeamDraft, *, by: Actor, on: date, at: datetime) -> Team:
    """增加队伍.

    Raises
    ------
    Refused, StaleRecord
    """
    require(guards.add_team(campaign, team=team, by=by, on=on, at=at))
    made = _make(campaign, team, on=on)
    change(campaign)
    said = {"team": made.name, "technical": team.is_technical, "second": team.is_second, "members": len(team.members)}
    record(campaign, "survey.add_team", on=on, by=by, at=at, details=said)
    return made


@transaction.atomic
def start(campaign: Campaign, *, by: Actor, on: date, at: datetime) -> Campaign:
    """启动排查.

    Raises
    ------
    Refused, StaleRecord
    """
    require(guards.start(campaign, by=by, on=on, at=at))
    before = campaign.state
    change(campaign, state=CampaignState.STARTED, started_on=on)
    changes = {"state": (before, campaign.state)}
    record(campaign, "survey.start", on=on, by=by, at=at, parameter="survey.plan_required", changes=changes)
    return campaign


@transaction.atomic
def finish(campaign: Campaign, *, by: Actor, on: date, at: datetime) -> Campaign:
    """完成排查: every segment closed and walked, every lead ended.

    Raises
    ------
    Refused, StaleRecord
    """
    require(guards.finish(campaign, missing=finishing.missing(campaign, on=on), by=by, on=on, at=at))
    before = campaign.state
    change(campaign, state=CampaignState.FINISHED, finished_on=on)
    changes = {"state": (before, campaign.state)}
    record(campaign, "survey.finish", on=on, by=by, at=at, parameter="survey.completeness", changes=changes)
    return campaign


@transaction.atomic
def withdraw(campaign: Campaign, *, reason: str, by: Actor, on: date, at: datetime) -> Campaign:
    """撤销专项: set up wrongly. Nothing is deleted; it counts nowhere.

    Raises
    ------
    Refused, StaleRecord
    """
    require(guards.withdraw(campaign, reason=reason, by=by, on=on, at=at))
    before = campaign.state
    change(campaign, state=CampaignState.WITHDRAWN, withdrawn_on=on, withdrawn_reason=reason.strip())
    changes = {"state": (before, campaign.state)}
    said = {"reason": reason.strip()}
    record(campaign, "survey.withdraw", on=on, by=by, at=at, changes=changes, private=said)
    return campaign
