"""旱天污水直排 → 溯源: water and a sign of sewage at a 城镇雨洪排口 after so many dry hours opens a case for whom the
scheme has lead (新绛 三(五) 县住建局; 大同 四(十) the clause's responsible units; 吉林 三(十) the lead that was set).

The dry hours, the flow and the sign are facts with their paper; the hours that count are `storm_outlets.dry_hours`.
Each observation opens one case at most, whoever asks and however often.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction

from qingyuan.core.access import CONSOLE, Actor
from qingyuan.core.refusal import Refused, StaleRecord
from qingyuan.flows import tracing_support
from qingyuan.registry.models import Fact, Outlet
from qingyuan.registry.queries import stated_facts
from qingyuan.registry.rules import policy_of
from qingyuan.stages.tracing import actions, queries
from qingyuan.stages.tracing.models import Case
from qingyuan.stages.tracing.words import SIGNS_OF_NOTHING, Why

STORM = "YH.urban_storm"
WORDS = ("dry_hours", "dry_flow_seen", "sewage_sign", "dry_weather_sewage")
LOOK_BACK = timedelta(days=3)


def open_for(outlets: Iterable[Outlet], *, on: date, at: datetime, by: Actor = CONSOLE) -> list[Case]:
    """Open what the facts about these outlets ask for, right after one was saved."""
    return [case for outlet in outlets if (case := _open(outlet, on=on, by=by, at=at)) is not None]


def open_due(*, on: date, at: datetime, by: Actor = CONSOLE) -> int:
    """Open what facts of the last days ask for, for the clock. Returns how many."""
    lately = Fact.objects.filter(
        name__in=WORDS, subject_kind="outlet", recorded_at__gte=at - LOOK_BACK, retracted_at=None
    )
    pks = sorted({int(pk) for pk in lately.values_list("subject_id", flat=True)})
    opened = 0
    for begin in range(0, len(pks), 500):
        some = Outlet.objects.filter(pk__in=pks[begin : begin + 500], withdrawn_at=None)
        opened += len(open_for(some.select_related("unit", "managing_unit", "managing_body"), on=on, at=at, by=by))
    return opened


def observed(outlet: Outlet, *, on: date) -> str:
    """What was seen that asks for a case, in words; "" when nothing does. An unknown fact asks for nothing."""
    policy = policy_of(outlet.unit_path, on=on)
    if not policy.value("storm_outlets.dry_weather_tracing") or not is_storm_outlet(outlet):
        return ""
    known = stated_facts([("outlet", str(outlet.pk))], on=on)
    hours, needed = known.get("dry_hours"), policy.value("storm_outlets.dry_hours")
    if not isinstance(hours, int | float) or not isinstance(needed, int | float) or hours < needed:
        return ""
    sign = str(known.get("sewage_sign") or "").strip()
    if known.get("dry_weather_sewage") is True:
        return f"连续无雨 {hours} h，旱天有污水流出" + (f"：{sign}" if sign else "")
    if known.get("dry_flow_seen") is not True or sign in SIGNS_OF_NOTHING:
        return ""
    return f"连续无雨 {hours} h，有水流出，污水迹象：{sign}"


def is_storm_outlet(outlet: Outlet) -> bool:
    """Whether it is a 城镇雨洪排口, or is proposed to be one while no type is confirmed."""
    if outlet.type_key:
        return outlet.type_key == STORM
    return outlet.proposals.filter(about="type", decision="open", value=STORM).exists()


def _open(outlet: Outlet, *, on: date, by: Actor, at: datetime) -> Case | None:
    seen = observed(outlet, on=on)
    if not seen or not outlet.in_register or queries.open_case_of(outlet) is not None:
        return None
    key = f"dry:{outlet.pk}:{_observation(outlet, on=on)}"
    if Case.objects.filter(key=key).exists():
        return None
    return open_once(outlet, why=Why.DRY_FLOW, why_text=seen[:200], key=key, on=on, by=by, at=at)


def open_once(outlet: Outlet, *, why: Why, why_text: str, key: str, on: date, by: Actor, at: datetime) -> Case | None:
    """Open a case and hand out what supports it; None when another process, a door or a second clock, opened one or
    moved the outlet in between: whoever asks next finds it as it is then."""
    try:
        with transaction.atomic():
            case = actions.open_case(outlet, why=why, why_text=why_text, key=key, on=on, by=by, at=at)
            tracing_support.hand_out(case, by=by, on=on, at=at)
    except Refused as no:
        if no.refusal.code != "tracing.open_already":
            raise
        return None
    except StaleRecord:
        return None
    return case


def _observation(outlet: Outlet, *, on: date) -> int:
    """The latest fact of the observation: seen again later, it is another."""
    facts = Fact.objects.filter(
        subject_kind="outlet", subject_id=str(outlet.pk), name__in=WORDS, from_day__lte=on, retracted_at=None
    )
    return facts.order_by("-pk").values_list("pk", flat=True).first() or 0
