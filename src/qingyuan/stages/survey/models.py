"""Campaigns, their plans and teams, the segments of bank they walk, and the tracks that show it.

Lengths are whole metres; a place on a segment is metres from its start. Lines are WKB in degrees, CGCS2000. Nothing is
deleted. Leads are in models_leads, what phones send in models_field, second walks in models_rechecks.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from qingyuan.bodies.models import Body
from qingyuan.places.models import Unit, Water
from qingyuan.stages.survey.words import (
    Bank,
    CampaignKind,
    CampaignState,
    LevelResult,
    LineSource,
    SurveyLevel,
)


class Campaign(models.Model):
    """排查专项. `key` is the one press that made it and its name for machines.

    `managing_body`: the department whose 责任区 is walked. `standard` is what the pack cited on the day. Columns from
    `plan_sha256` on are its plan; the rows of the timetable are PlanStep.
    """

    key = models.CharField(max_length=64, unique=True)
    title = models.CharField(_("专项名称"), max_length=200)
    kind = models.CharField(_("类别"), max_length=16, choices=CampaignKind, default=CampaignKind.SURVEY)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("行政区划"))
    unit_path = models.CharField(max_length=16)
    managing_body = models.ForeignKey(Body, models.PROTECT, null=True, related_name="+", verbose_name=_("责任区单位"))
    lead_body = models.ForeignKey(Body, models.PROTECT, null=True, related_name="+", verbose_name=_("牵头单位"))
    waters = models.ManyToManyField(Water, related_name="+", verbose_name=_("排查水体"))
    starts_on = models.DateField(_("开始日期"))
    ends_on = models.DateField(_("结束日期"))
    standard = models.CharField(_("技术标准"), max_length=64, blank=True)
    state = models.CharField(_("状态"), max_length=16, choices=CampaignState, default=CampaignState.DRAFTED)
    plan_sha256 = models.CharField(_("排查溯源方案"), max_length=64, blank=True)
    procedures = models.JSONField(_("工作程序"), default=list)
    roadmap = models.TextField(_("路线图"), blank=True)
    drafted_by = models.CharField(max_length=64)
    drafted_on = models.DateField(_("拟定日期"))
    plan_filed_by = models.CharField(max_length=64, blank=True)
    plan_filed_on = models.DateField(_("方案提交日期"), null=True)
    approved_by = models.CharField(max_length=64, blank=True)
    approved_on = models.DateField(_("方案审定日期"), null=True)
    started_on = models.DateField(_("启动日期"), null=True)
    finished_on = models.DateField(_("完成日期"), null=True)
    withdrawn_on = models.DateField(_("撤销日期"), null=True)
    withdrawn_reason = models.TextField(_("撤销原因"), blank=True)
    recorded_at = models.DateTimeField(_("登记时间"))
    is_demo = models.BooleanField(_("演示"), default=False)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("排查专项")
        indexes = [models.Index(fields=["unit_path", "state", "ends_on"], name="survey_campaign_unit")]
        constraints = [
            models.CheckConstraint(
                name="survey_campaign_ends_after_it_starts", condition=Q(ends_on__gte=F("starts_on"))
            ),
            models.CheckConstraint(
                name="survey_finished_has_a_day",
                condition=Q(state=CampaignState.FINISHED, finished_on__isnull=False)
                | (~Q(state=CampaignState.FINISHED) & Q(finished_on__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class CampaignBody(models.Model):
    """配合单位: a body that supports a campaign, as the scheme or its lead names it. `body` None: not registered."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="supporting")
    name = models.CharField(_("配合单位"), max_length=128)
    body = models.ForeignKey(Body, models.PROTECT, null=True, related_name="+", verbose_name=_("单位"))
    task = models.CharField(_("配合事项"), max_length=200, blank=True)
    clause = models.CharField(_("条款"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("配合单位")
        constraints = [models.UniqueConstraint(fields=["campaign", "name"], name="survey_supporting_once")]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.name}"


class PlanStep(models.Model):
    """A row of the plan's timetable: what, by when, by whom. It is a task of that body until it is done."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="steps")
    number = models.PositiveSmallIntegerField(_("序号"))
    procedure = models.CharField(_("程序"), max_length=16)
    text = models.CharField(_("工作内容"), max_length=200)
    due = models.DateField(_("完成时限"))
    body = models.ForeignKey(Body, models.PROTECT, null=True, related_name="+", verbose_name=_("责任单位"))
    body_name = models.CharField(_("责任单位"), max_length=128)
    done_on = models.DateField(_("完成日期"), null=True)
    done_by = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("时间表")
        indexes = [models.Index(fields=["done_on", "due"], name="survey_step_due")]
        constraints = [models.UniqueConstraint(fields=["campaign", "number"], name="survey_step_number")]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.number}"


class Team(models.Model):
    """排查队伍. `is_technical`: a 专业技术团队 (新绛 二(一)). `is_second`: it walks again what others walked."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="teams")
    name = models.CharField(_("队伍名称"), max_length=64)
    body = models.ForeignKey(Body, models.PROTECT, null=True, related_name="+", verbose_name=_("所属单位"))
    is_technical = models.BooleanField(_("专业技术团队"), default=False)
    is_second = models.BooleanField(_("复核队伍"), default=False)

    class Meta:
        verbose_name = _("排查队伍")
        constraints = [models.UniqueConstraint(fields=["campaign", "name"], name="survey_team_once")]

    def __str__(self) -> str:
        return self.name


class TeamMember(models.Model):
    """An officer in a team, or a person without an account (`officer_id` empty). `name` as it was."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="members")
    officer_id = models.CharField(max_length=64, blank=True)
    name = models.CharField(_("姓名"), max_length=64)
    from_day = models.DateField(_("起"))
    to_day = models.DateField(_("止"), null=True)

    class Meta:
        verbose_name = _("队员")
        indexes = [models.Index(fields=["officer_id"], name="survey_member_officer")]

    def __str__(self) -> str:
        return f"{self.team_id} {self.name}"


class Segment(models.Model):
    """岸段. `covered` are the pieces of it that tracks cover, [[from, to], …] in metres; `covered_m` their length.

    Without a line (`line_source` hand) it is covered whole once its walk was recorded. `start_m` is where it begins on
    the line it was cut from. `has_outlets` is stated when it is closed: None open, False 无排口.
    """

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="segments")
    number = models.PositiveIntegerField(_("岸段号"))
    water = models.ForeignKey(Water, models.PROTECT, related_name="+", verbose_name=_("水体"))
    bank = models.CharField(_("岸别"), max_length=8, choices=Bank)
    name = models.CharField(_("起止"), max_length=128, blank=True)
    line_source = models.CharField(_("河线来源"), max_length=8, choices=LineSource)
    line_name = models.CharField(_("河线出处"), max_length=256, blank=True)
    start_m = models.PositiveIntegerField(_("起点（m）"), default=0)
    length_m = models.PositiveIntegerField(_("长度（m）"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("行政区划"))
    unit_path = models.CharField(max_length=16)
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="segments", verbose_name=_("排查队伍"))
    starts_on = models.DateField(_("开始日期"), null=True)
    ends_on = models.DateField(_("结束日期"), null=True)
    covered_m = models.PositiveIntegerField(_("已排查长度（m）"), default=0)
    covered = models.JSONField(_("已排查部分"), default=list)
    has_outlets = models.BooleanField(_("有无排口"), null=True)
    closed_on = models.DateField(_("完成日期"), null=True)
    closed_by = models.CharField(max_length=64, blank=True)
    west_deg = models.FloatField(null=True)
    south_deg = models.FloatField(null=True)
    east_deg = models.FloatField(null=True)
    north_deg = models.FloatField(null=True)
    version = models.PositiveIntegerField(default=0)
    # Behind the rectangle: a row is looked over without its line being read.
    line = models.BinaryField(_("河线（WKB，CGCS2000）"), null=True)

    class Meta:
        verbose_name = _("岸段")
        indexes = [
            models.Index(fields=["unit_path", "water"], name="survey_segment_unit"),
            models.Index(fields=["team", "closed_on"], name="survey_segment_team"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "number"], name="survey_segment_number"),
            models.CheckConstraint(name="survey_segment_has_length", condition=Q(length_m__gt=0)),
            models.CheckConstraint(
                name="survey_segment_covered_within_length", condition=Q(covered_m__lte=F("length_m"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.number}"


class SegmentLevel(models.Model):
    """The result of one of the three levels on a segment. A later row of a level takes the place of an earlier."""

    segment = models.ForeignKey(Segment, models.PROTECT, related_name="levels")
    level = models.PositiveSmallIntegerField(_("级次"), choices=SurveyLevel)
    result = models.CharField(_("结果"), max_length=16, choices=LevelResult)
    done_on = models.DateField(_("完成日期"))
    by = models.CharField(max_length=64)
    techniques = models.JSONField(_("技术手段"), default=list)
    note = models.TextField(_("说明"), blank=True)
    recorded_at = models.DateTimeField(_("登记时间"))

    class Meta:
        verbose_name = _("级次结果")
        indexes = [models.Index(fields=["segment", "level", "id"], name="survey_level_segment")]
        constraints = [
            models.CheckConstraint(name="survey_level_is_known", condition=Q(level__in=SurveyLevel.values)),
        ]

    def __str__(self) -> str:
        return f"{self.segment_id} {self.level}"


class Track(models.Model):
    """轨迹: the way somebody walked. `points` are [longitude_deg, latitude_deg, epoch_s or null, accuracy_m or null].

    `findings` are jumps, clock errors and gaps with a sentence's code and numbers each; the track is kept with them.
    """

    client_id = models.UUIDField(unique=True)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="tracks")
    segment = models.ForeignKey(Segment, models.PROTECT, null=True, related_name="tracks")
    officer_id = models.CharField(max_length=64)
    officer_name = models.CharField(_("人员"), max_length=64)
    device = models.CharField(_("设备"), max_length=64, blank=True)
    started_at = models.DateTimeField(_("开始时间"), null=True)
    ended_at = models.DateTimeField(_("结束时间"), null=True)
    points = models.JSONField(_("轨迹点"), default=list)
    content = models.CharField(_("内容校验"), max_length=64)
    length_m = models.PositiveIntegerField(_("长度（m）"))
    findings = models.JSONField(_("发现的问题"), default=list)
    walked_on = models.DateField(_("行走日期"))
    recorded_at = models.DateTimeField(_("登记时间"))

    class Meta:
        verbose_name = _("轨迹")
        indexes = [models.Index(fields=["campaign", "-recorded_at"], name="survey_track_campaign")]

    def __str__(self) -> str:
        return str(self.client_id)


class Walk(models.Model):
    """What of a segment was walked on a day: by a track, or whole by a recorded walk where it has no line.

    `pieces` are [[from, to], …] in metres. Rows are never changed: any day can be asked again.
    """

    segment = models.ForeignKey(Segment, models.PROTECT, related_name="walks")
    track = models.ForeignKey(Track, models.PROTECT, null=True, related_name="walks")
    pieces = models.JSONField(default=list)
    walked_on = models.DateField(_("行走日期"))
    recorded_at = models.DateTimeField(_("登记时间"))

    class Meta:
        verbose_name = _("已走岸线")
        indexes = [models.Index(fields=["segment", "walked_on"], name="survey_walk_segment")]
        constraints = [
            models.UniqueConstraint(
                fields=["segment", "track"], condition=Q(track__isnull=False), name="survey_track_laid_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.segment_id} {self.walked_on}"


# Django finds the tables of a room in `models`; these three build on what stands above.
from qingyuan.stages.survey import models_field, models_leads, models_rechecks  # noqa: E402

__all__ = [
    "Campaign",
    "CampaignBody",
    "PlanStep",
    "Segment",
    "SegmentLevel",
    "Team",
    "TeamMember",
    "Track",
    "Walk",
    "models_field",
    "models_leads",
    "models_rechecks",
]
