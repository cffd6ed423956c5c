"""May they? The draw of a second walk and its results: by another team than the one that walked first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from qingyuan.core import access
from qingyuan.core.access import Actor, Permission
from qingyuan.core.refusal import Refusal, guard
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.registry.guards import not_yet
from qingyuan.stages.survey import rules
from qingyuan.stages.survey.guards import in_state, place_of, place_of_segment
from qingyuan.stages.survey.models import Campaign, Team, TeamMember
from qingyuan.stages.survey.models_rechecks import RecheckSegment
from qingyuan.stages.survey.words import CampaignState, FindingKind

if TYPE_CHECKING:
    from qingyuan.stages.survey.actions.rechecks import Difference


@guard
def draw(
    campaign: Campaign,
    *,
    team: Team,
    seed: str,
    share: Decimal,
    closed: int,
    by: Actor,
    on: date,
    at: datetime,
) -> Iterator[Refusal | None]:
    """抽取岸段."""
    yield access.refusal(by, Permission.SURVEY_RECHECK, place_of(campaign))
    yield in_state(campaign, CampaignState.STARTED, CampaignState.FINISHED)
    if team.campaign_id != campaign.pk:
        yield Refusal("survey.other_team", _("该队伍不属于本专项。"))
    if not team.is_second:
        yield Refusal("survey.same_team", _("复核须由另一支队伍进行，请先增加复核队伍。"))
    if not seed.strip():
        yield Refusal("survey.no_seed", _("请填写随机种子，抽取结果可凭它复算。"))
    if not closed:
        yield Refusal("survey.nothing_closed", _("还没有完成的岸段可供抽取。"))
    policy = rules.policy_of(campaign.unit_path, on=on)
    least = policy.value("survey.recheck_share", 0)
    if not Decimal(str(least)) <= share <= 1:
        clause = rules.clause_of(policy, "survey.recheck_share")
        text = _("抽取比例应在 %(least)s %% 至 100 %% 之间。")
        yield Refusal("survey.recheck_share", text, {"least": f"{float(str(least)) * 100:g}"}, clause)
    yield not_yet(on, at)


@guard
def record_second_walk(
    part: RecheckSegment, *, findings: Sequence[Difference], by: Actor, on: date, at: datetime
) -> Iterator[Refusal | None]:
    """登记复核结果: by a member of the second team, or who may draw; never by one who walked the segment first."""
    segment, team = part.segment, part.recheck.team
    member = TeamMember.objects.filter(team=team, officer_id=by.id, to_day=None).exists()
    needed = Permission.SURVEY_RECORD if member else Permission.SURVEY_RECHECK
    yield access.refusal(by, needed, place_of_segment(segment))
    if segment.team_id and TeamMember.objects.filter(team=segment.team_id, officer_id=by.id).exists():
        yield Refusal("survey.own_segment", _("首次排查的队员不能复核同一岸段。"))
    if segment.closed_by == by.id:
        yield Refusal("survey.own_segment", _("完成岸段的人员不能复核同一岸段。"))
    if part.done_on is not None:
        yield Refusal("survey.rechecked", _("岸段 %(number)s 已复核。"), {"number": segment.number})
    if any(not one.name.strip() for one in findings):
        yield Refusal("survey.finding_no_name", _("请填写排污口名称。"))
    if any(one.kind != FindingKind.MISSED and one.outlet is None for one in findings):
        yield Refusal("survey.finding_which", _("一致、有误的，须选择首次排查的排污口。"))
    yield not_yet(on, at)
