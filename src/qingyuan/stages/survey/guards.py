"""May they? One function per action of campaigns, segments and tracks. Scope comes first: what one may not see does
not exist. Who opens and finishes campaigns is asked by the scheme: by the body for which the officer acts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime

from qingyuan.bodies import naming
from qingyuan.core import access
from qingyuan.core.access import Actor, Permission, Place
from qingyuan.core.refusal import Refusal, guard
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.places.models import Unit, Water
from qingyuan.registry.guards import not_yet
from qingyuan.stages.survey import rules
from qingyuan.stages.survey.drafts import StepDraft, TeamDraft
from qingyuan.stages.survey.models import Campaign, PlanStep, Segment, TeamMember
from qingyuan.stages.survey.words import CampaignState, LevelResult, SurveyLevel


def place_of(campaign: Campaign) -> Place:
    """Where a campaign lies, as far as scope asks."""
    return Place(unit_path=campaign.unit_path, managing_body_id=campaign.managing_body_id)


def place_of_segment(segment: Segment) -> Place:
    """Where a segment lies."""
    return Place(
        unit_path=segment.unit_path,
        managing_body_id=segment.campaign.managing_body_id,
        water_path=segment.water.path,
    )


def leading(place: Place, by: Actor, on: date) -> Refusal | None:
    """Only the bodies the scheme has survey open, run and finish campaigns; others get 403 (济源 三(二)1 五(二),
    安阳 四(一), 新绛 二(一), 大同 二(一), 吉林 二(四))."""
    refused = access.refusal(by, Permission.SURVEY_LEAD, place)
    if refused is not None:
        return refused
    policy = rules.policy_of(place.unit_path, on=on)
    held = [grant for grant in by.holding(Permission.SURVEY_LEAD) if grant.reach.covers(place)]
    if any(grant.role is access.Role.CONSOLE or rules.is_lead(grant, policy) for grant in held):
        return None
    names = "、".join(str(row["name"]) for row in naming.with_duty(policy, rules.LEADING))
    clause = rules.clause_of(policy, "survey.lead_roles")
    text = _("您任职的单位不是本地方案规定的排查主体（%(names)s），不能办理排查专项。")
    return Refusal("access.not_survey_lead", text, {"names": names}, clause)


def in_state(campaign: Campaign, *states: CampaignState) -> Refusal | None:
    """An act that a campaign's state allows."""
    if campaign.state in states:
        return None
    text = _("排查专项%(state)s，不能办理。")
    return Refusal("survey.state", text, {"state": str(CampaignState(campaign.state).label)})


UNDER_WAY = (CampaignState.DRAFTED, CampaignState.APPROVED, CampaignState.STARTED)


@guard
def draft(
    *,
    title: str,
    unit: Unit,
    managing_body_id: int | None,
    waters: Collection[Water],
    starts_on: date,
    ends_on: date,
    teams: Sequence[TeamDraft],
    on: date,
    by: Actor,
    at: datetime,
) -> Iterator[Refusal | None]:
    """拟定排查专项."""
    yield leading(Place(unit_path=unit.path, managing_body_id=managing_body_id), by, on)
    if not title.strip():
        yield Refusal("survey.no_title", _("请填写专项名称。"))
    if len(title.strip()) > 200:
        yield Refusal("survey.long_title", _("专项名称不超过 200 字。"))
    if not waters:
        yield Refusal("survey.no_waters", _("请选择要排查的水体。"))
    if ends_on < starts_on:
        yield Refusal("survey.ends_before_start", _("结束日期不能早于开始日期。"))
    yield from (_team(team) for team in teams)
    policy = rules.policy_of(unit.path, on=on)
    if policy.value("survey.technical_team_required") and not any(
        team.is_technical and not team.is_second for team in teams
    ):
        clause = rules.clause_of(policy, "survey.technical_team_required")
        yield Refusal("survey.technical_team", _("本地方案要求由专业技术团队排查，请写明团队名称和成员。"), {}, clause)
    yield not_yet(on, at)


def _team(team: TeamDraft) -> Refusal | None:
    if not team.name.strip():
        return Refusal("survey.team_no_name", _("请填写队伍名称。"))
    if not any(member.name.strip() for member in team.members):
        return Refusal("survey.team_no_members", _("队伍“%(name)s”没有写明成员。"), {"name": team.name})
    return None


@guard
def add_team(campaign: Campaign, *, team: TeamDraft, by: Actor, on: date, at: datetime) -> Iterator[Refusal | None]:
    """增加队伍."""
    yield leading(place_of(campaign), by, on)
    yield in_state(campaign, *UNDER_WAY, *((CampaignState.FINISHED,) if team.is_second else ()))
    yield _team(team)
    if campaign.teams.filter(name=team.name.strip()).exists():
        yield Refusal("survey.team_twice", _("已有队伍“%(name)s”。"), {"name": team.name})
    yield not_yet(on, at)


# --- the plan


@guard
def file_plan(
    campaign: Campaign, *, paper: str, steps: Sequence[StepDraft], by: Actor, on: date, at: datetime
) -> Iterator[Refusal | None]:
    """提交排查溯源方案."""
    yield leading(place_of(campaign), by, on)
    yield in_state(campaign, CampaignState.DRAFTED)
    if not paper:
        yield Refusal("survey.plan_no_paper", _("请上传排查溯源方案。"))
    if any(not step.text.strip() or not step.body_name.strip() for step in steps):
        yield Refusal("survey.step_incomplete", _("时间表每一行都要写明工作内容、完成时限和责任单位。"))
    yield not_yet(on, at)


@guard
def approve_plan(campaign: Campaign, *, by: Actor, on: date, at: datetime) -> Iterator[Refusal | None]:
    """审定方案, by a second officer. A plan that leaves out a procedure is refused and the procedure named (吉林
    二(四)1)."""
    yield access.refusal(by, Permission.SURVEY_APPROVE, place_of(campaign))
    yield in_state(campaign, CampaignState.DRAFTED)
    if not campaign.plan_filed_by:
        yield Refusal("survey.no_plan", _("尚未提交排查溯源方案。"))
    if by.id in {campaign.plan_filed_by, campaign.drafted_by}:
        yield Refusal("survey.own_plan", _("拟定人不能审定自己的方案，请由第二人审定。"))
    policy = rules.policy_of(campaign.unit_path, on=on)
    clause = rules.clause_of(policy, "survey.plan_procedures")
    missing = [one for one in rules.plan_procedures(policy) if one not in campaign.procedures]
    if missing:
        text = _("方案缺少工作程序：%(names)s。")
        yield Refusal("survey.plan_procedures", text, {"names": "、".join(missing)}, clause)
    if not campaign.roadmap.strip():
        yield Refusal("survey.plan_no_roadmap", _("方案没有路线图。"), {}, clause)
    if not campaign.steps.exists():
        yield Refusal("survey.plan_no_timetable", _("方案没有时间表。"), {}, clause)
    yield not_yet(on, at)


@guard
def start(campaign: Campaign, *, by: Actor, on: date, at: datetime) -> Iterator[Refusal | None]:
    """启动. Where the scheme asks for a plan it must have been approved (大同 二(一), 吉林 二(四)1)."""
    yield leading(place_of(campaign), by, on)
    yield in_state(campaign, CampaignState.DRAFTED, CampaignState.APPROVED)
    policy = rules.policy_of(campaign.unit_path, on=on)
    if policy.value("survey.plan_required") and campaign.state != CampaignState.APPROVED:
        clause = rules.clause_of(policy, "survey.plan_required")
        yield Refusal("PLAN_REQUIRED", _("本地方案要求先制定并审定排查溯源实施方案，才能启动排查。"), {}, clause)
    if not campaign.segments.exists():
        yield Refusal("survey.no_segments", _("还没有划分岸段，不能启动。"))
    yield not_yet(on, at)


@guard
def finish_step(step: PlanStep, *, on: date, by: Actor, at: datetime) -> Iterator[Refusal | None]:
    """完成时间表的一行: an officer of the body it names, or one who leads the campaign."""
    mine = step.body_id is not None and any(grant.body_id == step.body_id for grant in by.grants)
    if not mine:
        yield leading(place_of(step.campaign), by, on)
    yield in_state(step.campaign, CampaignState.APPROVED, CampaignState.STARTED)
    if step.done_on is not None:
        yield Refusal("survey.step_done", _("这一步已经完成。"))
    yield not_yet(on, at)


@guard
def withdraw(campaign: Campaign, *, reason: str, by: Actor, on: date, at: datetime) -> Iterator[Refusal | None]:
    """撤销: a campaign set up wrongly. Its segments and tracks stay to be seen and count nowhere."""
    yield leading(place_of(campaign), by, on)
    yield in_state(campaign, *UNDER_WAY)
    if not reason.strip():
        yield Refusal("survey.no_reason", _("请填写撤销原因。"))
    yield not_yet(on, at)


@guard
def finish(
    campaign: Campaign, *, missing: Sequence[Refusal], by: Actor, on: date, at: datetime
) -> Iterator[Refusal | None]:
    """完成. `missing` is what queries.missing found; each names what it misses."""
    yield leading(place_of(campaign), by, on)
    yield in_state(campaign, CampaignState.STARTED)
    yield from missing
    if campaign.started_on and on < campaign.started_on:
        yield Refusal("survey.before_start", _("不能早于启动日期%(day)s。"), {"day": str(campaign.started_on)})
    yield not_yet(on, at)


# --- segments


@guard
def cut(
    campaign: Campaign, *, water: Water, piece_m: int, by: Actor, on: date, at: datetime
) -> Iterator[Refusal | None]:
    """划分岸段."""
    yield leading(place_of(campaign), by, on)
    yield in_state(campaign, *UNDER_WAY)
    if not campaign.waters.filter(pk=water.pk).exists():
        text = _("“%(name)s”不在本专项的排查水体中。")
        yield Refusal("survey.other_water", text, {"name": water.name})
    if not 50 <= piece_m <= 100_000:
        yield Refusal("survey.piece_length", _("岸段长度应在 50 至 100000 米之间。"))
    yield not_yet(on, at)


@guard
def assign(segments: Sequence[Segment], *, team_id: int, by: Actor, on: date, at: datetime) -> Iterator[Refusal | None]:
    """分派岸段."""
    if not segments:
        yield Refusal("survey.nothing_chosen", _("请选择岸段。"))
    for campaign in {segment.campaign_id: segment.campaign for segment in segments}.values():
        yield leading(place_of(campaign), by, on)
        yield in_state(campaign, *UNDER_WAY)
        if not campaign.teams.filter(pk=team_id).exists():
            yield Refusal("survey.other_team", _("该队伍不属于本专项。"))
    yield not_yet(on, at)


@guard
def may_record(by: Actor, segment: Segment) -> Iterator[Refusal | None]:
    """Who may hand in tracks, levels and records on a segment: its team, and those who lead there."""
    place = place_of_segment(segment)
    yield access.refusal(by, Permission.SURVEY_RECORD, place)
    if segment.team_id is None or access.refusal(by, Permission.SURVEY_LEAD, place) is None:
        return
    if not TeamMember.objects.filter(team=segment.team_id, officer_id=by.id, to_day=None).exists():
        text = _("岸段 %(number)s 由%(team)s排查，您不是队员。")
        yield Refusal("access.not_on_team", text, {"number": segment.number, "team": str(segment.team)})


def recording(campaign: Campaign, by: Actor) -> Refusal | None:
    """Who may hand in a track of a campaign without naming a segment."""
    if TeamMember.objects.filter(team__campaign=campaign, officer_id=by.id, to_day=None).exists():
        return access.refusal(by, Permission.SURVEY_RECORD)
    return access.refusal(by, Permission.SURVEY_RECORD, place_of(campaign))


@guard
def record_level(
    segment: Segment, *, level: int, result: str, on: date, by: Actor, at: datetime
) -> Iterator[Refusal | None]:
    """记录级次结果: level 3 waits for the result of level 2 (HJ 1232; 安阳 二(一)1, 吉林 二(四)2)."""
    yield may_record(by, segment)
    yield in_state(segment.campaign, CampaignState.STARTED)
    yield not_closed(segment)
    if level not in SurveyLevel.values or result not in LevelResult.values:
        yield Refusal("survey.level_unknown", _("没有这一级次或结果。"))
    if level == SurveyLevel.HARD and not segment.levels.filter(level=SurveyLevel.WALK).exists():
        policy = rules.policy_of(segment.unit_path, on=on)
        text = _("岸段 %(number)s 尚无二级（徒步）结果，不能办结三级（攻坚）。")
        clause = rules.clause_of(policy, "survey.technical_standard")
        yield Refusal("survey.level_order", text, {"number": segment.number}, clause)
    if level == SurveyLevel.HARD and result == LevelResult.DOUBTFUL:
        yield Refusal("survey.level_last", _("三级（攻坚）须有结论，不能再存疑。"))
    yield not_yet(on, at)


def not_closed(segment: Segment) -> Refusal | None:
    """A closed segment rests until it is reopened."""
    if segment.closed_on is None:
        return None
    return Refusal("survey.segment_closed", _("岸段 %(number)s 已完成。"), {"number": segment.number})


@guard
def close_segment(
    segment: Segment, *, lacking: Sequence[Refusal], on: date, by: Actor, at: datetime
) -> Iterator[Refusal | None]:
    """完成岸段: levels done, the bank walked, and either outlets or leads there or 无排口 stated. `lacking` is what
    queries.lacking found."""
    yield may_record(by, segment)
    yield in_state(segment.campaign, CampaignState.STARTED)
    yield not_closed(segment)
    yield from lacking
    yield not_yet(on, at)


@guard
def reopen_segment(segment: Segment, *, reason: str, on: date, by: Actor, at: datetime) -> Iterator[Refusal | None]:
    """重新排查岸段."""
    yield leading(place_of(segment.campaign), by, on)
    yield in_state(segment.campaign, CampaignState.STARTED)
    if segment.closed_on is None:
        yield Refusal("survey.segment_open", _("岸段 %(number)s 尚未完成。"), {"number": segment.number})
    if not reason.strip():
        yield Refusal("survey.no_reason", _("请填写原因。"))
    yield not_yet(on, at)
