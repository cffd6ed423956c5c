"""What still lacks before a segment or a campaign may be called done: each refusal names what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from django.db.models import F, Q, QuerySet

from qingyuan.core import coverage
from qingyuan.core.policy import Policy
from qingyuan.core.refusal import Refusal
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.places import queries as places
from qingyuan.registry.models import Outlet
from qingyuan.stages.survey import lines, queries, rules
from qingyuan.stages.survey.models import Campaign, Segment
from qingyuan.stages.survey.models_leads import Lead
from qingyuan.stages.survey.words import LevelResult, SurveyLevel
from qingyuan.stages.survey.words_leads import LeadState

NAMED = 8


def named(texts: Iterable[object], *, of: int) -> str:
    """The first few of a list, and how many there are in all."""
    shown = "、".join(str(one) for one in texts)
    return shown if of <= NAMED else f"{shown} 等 {of} 个"


# --- a segment


def lacking(segment: Segment, *, has_outlets: bool, on: date) -> list[Refusal]:
    """What a segment lacks to be closed with a result."""
    return list(_lacking(segment, rules.policy_of(segment.unit_path, on=on), has_outlets=has_outlets))


def _lacking(segment: Segment, policy: Policy, *, has_outlets: bool) -> Iterator[Refusal]:
    done, number = queries.levels_of(segment), {"number": segment.number}
    standard = rules.clause_of(policy, "survey.technical_standard")
    for level in (SurveyLevel.PAPERS, SurveyLevel.WALK):
        if level not in done:
            params = {**number, "level": str(level.label)}
            yield Refusal("survey.level_missing", _("岸段 %(number)s 没有“%(level)s”的结果。"), params, standard)
    walked = done.get(SurveyLevel.WALK)
    if walked and walked.result == LevelResult.DOUBTFUL and SurveyLevel.HARD not in done:
        text = _("岸段 %(number)s 二级结果存疑，须先完成三级（攻坚）。")
        yield Refusal("survey.hard_missing", text, number, standard)
    yield from _walked(segment, policy)
    there = outlets_there(segment)
    if has_outlets and not there:
        text = _("岸段 %(number)s 没有登记排污口或线索；确实没有的，请选择“无排口”。")
        yield Refusal("survey.no_outlet_there", text, number)
    if not has_outlets and there:
        text = _("岸段 %(number)s 已有%(names)s，不能写无排口。")
        names = named(there[:NAMED], of=len(there))
        yield Refusal("survey.outlets_there", text, {**number, "names": names})


def _walked(segment: Segment, policy: Policy) -> Iterator[Refusal]:
    clause = rules.clause_of(policy, "survey.completeness")
    required = rules.completeness(policy)
    if segment.covered_m < required * segment.length_m:
        left = coverage.gaps(segment.covered, segment.length_m, least_m=0.5)
        text = _("岸段 %(number)s 只走了 %(done)s 米，共 %(all)s 米，缺 %(gaps)s。")
        where = named([f"{round(a)}～{round(b)} 米" for a, b in left[:NAMED]], of=len(left))
        params = {"number": segment.number, "done": segment.covered_m, "all": segment.length_m, "gaps": where}
        yield Refusal("survey.not_walked", text, params, clause)
    if policy.value("survey.track_required") and queries.without_track(Segment.objects.filter(pk=segment.pk)).exists():
        clause = rules.clause_of(policy, "survey.track_required")
        yield Refusal("survey.no_track", _("岸段 %(number)s 没有踏勘轨迹。"), {"number": segment.number}, clause)


def outlets_there(segment: Segment) -> list[str]:
    """The names of leads and outlets found on a segment: leads that say so, outlets of its water on its line."""
    found = list(
        Lead.objects.filter(segment=segment, state__in=(LeadState.OPEN, LeadState.OUTLET))
        .order_by("pk")
        .values_list("name", flat=True)
    )
    return list(dict.fromkeys([*found, *(one.name for one in outlets_on(segment))]))


def outlets_on(segment: Segment) -> list[Outlet]:
    """Outlets of the register on a segment: of its water and unit, nearest to its line within the reach of a bank."""
    if segment.line is None:
        return []
    near = rules.limits(rules.policy_of(segment.unit_path, on=segment.campaign.starts_on)).bank_m
    rows = Outlet.objects.filter(
        water=segment.water_id,
        in_register=True,
        longitude_deg__isnull=False,
        longitude_deg__range=lines.widened(segment.west_deg, segment.east_deg),
        latitude_deg__range=lines.widened(segment.south_deg, segment.north_deg),
    ).order_by("pk")
    line = places.read_shape(segment.line)
    side = {"left": ("left", ""), "right": ("right", "")}.get(segment.bank)
    return [
        one
        for one in rows
        if places.line_distance_m(line, float(one.longitude_deg or 0), float(one.latitude_deg or 0)) <= near
        and (side is None or one.bank in side)
    ]


# --- a campaign


def missing(campaign: Campaign, *, on: date) -> list[Refusal]:
    """What a campaign lacks to be finished, the heaviest first."""
    return list(_missing(campaign, rules.policy_of(campaign.unit_path, on=on)))


def _missing(campaign: Campaign, policy: Policy) -> Iterator[Refusal]:
    if policy.value("survey.plan_required") and campaign.approved_on is None:
        clause = rules.clause_of(policy, "survey.plan_required")
        yield Refusal("PLAN_REQUIRED", _("排查溯源实施方案尚未审定。"), {}, clause)
    slogan = rules.clause_of(policy, "survey.slogan")
    rows = Segment.objects.filter(campaign=campaign)
    uncut = campaign.waters.exclude(pk__in=rows.values("water"))
    if names := list(uncut.order_by("path").values_list("name", flat=True)[: NAMED + 1]):
        text = _("%(names)s没有划分岸段。")
        yield Refusal("survey.water_uncut", text, {"names": named(names[:NAMED], of=uncut.count())}, slogan)
    if policy.value("survey.track_required"):
        clause = rules.clause_of(policy, "survey.track_required")
        yield from _segments(queries.without_track(rows), "survey.no_track", _("岸段 %(names)s 没有踏勘轨迹。"), clause)
    yield from _segments(rows.filter(closed_on=None), "survey.segments_open", _("岸段 %(names)s 尚未完成。"), slogan)
    unsaid = rows.filter(has_outlets=None)
    yield from _segments(unsaid, "survey.no_result", _("岸段 %(names)s 既没有排口也没有写明无排口。"), slogan)
    yield from _share(campaign, policy)
    yield from _leads_open(campaign, policy)


def _segments(rows: QuerySet[Segment], code: str, text: str, clause: str) -> Iterator[Refusal]:
    first = list(rows.order_by("number").values_list("number", flat=True)[:NAMED])
    if first:
        yield Refusal(code, text, {"names": named(first, of=rows.count())}, clause)


def _share(campaign: Campaign, policy: Policy) -> Iterator[Refusal]:
    done, required = queries.progress_of([campaign])[campaign.pk], rules.completeness(policy)
    if done.share is not None and done.share < required:
        text = _("已走岸线 %(done)s 米，占 %(share)s %%，未达到 %(required)s %%；缺口在岸段 %(names)s。")
        rows = Segment.objects.filter(campaign=campaign, covered_m__lt=F("length_m"))
        first = list(rows.order_by("number").values_list("number", flat=True)[:NAMED])
        params = {
            "done": done.covered_m,
            "share": f"{int(done.share * 1000) / 10:g}",
            "required": f"{required * 100:g}",
            "names": named(first, of=rows.count()),
        }
        yield Refusal("survey.share", text, params, rules.clause_of(policy, "survey.completeness"))


def _leads_open(campaign: Campaign, policy: Policy) -> Iterator[Refusal]:
    """Leads still open; those of earlier lists where the scheme builds on them."""
    rows = Lead.objects.filter(Q(campaign=campaign) | Q(segment__campaign=campaign), state=LeadState.OPEN)
    first = list(rows.order_by("pk").values_list("name", "pk")[:NAMED])
    if first:
        text = _("线索%(names)s尚未处置。")
        names = named([name or f"#{pk}" for name, pk in first], of=rows.count())
        yield Refusal("survey.leads_open", text, {"names": names}, rules.clause_of(policy, "survey.use_prior_results"))
