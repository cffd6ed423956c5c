"""docs/reference/five-schemes.md: twenty outlets, the same facts, and what each of the five schemes says of them.

Every cell is judged from the packs as they are shipped; a test holds some of them against the schemes' own words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import cast

from qingyuan.core.plans import Batch, Demand, Planned, demands, proposed
from qingyuan.core.policy.ladder import Policy, build
from qingyuan.core.policy.packs import Pack
from qingyuan.core.policy.words import WORDS
from qingyuan.rulebook.texts import parsed, shipped_texts
from qingyuan.stages.remediation import rules_plans
from qingyuan.stages.standardisation import board

SCHEMES = {"419001": "济源", "410500": "安阳", "140825": "新绛", "140200": "大同", "220000": "吉林"}
ON = date(2024, 1, 2)
BATCHES = {Batch.BAN: "取缔", Batch.MERGE: "清理合并", Batch.STANDARDISE: "规范整治", "block": "封堵"}
DEFECTS = "remediation.defects"
EFFECTS = {"block": "禁止", "require": "应当", "recommend": "原则上", "warn": "提示"}

Facts = Mapping[str, object]
OUTLETS: tuple[tuple[str, Facts], ...] = (
    ("园区外企业，两个工矿企业排污口", {"type_key": "GY.enterprise", "in_park": False, "industry_outlets_of_party": 2}),
    (
        "园区外企业，一个排污口、两个雨洪排口",
        {"type_key": "GY.enterprise_storm", "in_park": False, "storm_outlets_of_party": 2},
    ),
    ("园区外企业，一个排污口", {"type_key": "GY.enterprise", "in_park": False, "industry_outlets_of_party": 1}),
    ("园区内企业，园区两个排污口", {"type_key": "GY.enterprise", "in_park": True, "park_outlets": 2}),
    ("园区内企业，未雨污分流", {"type_key": "GY.enterprise", "in_park": True, "sewer_separated": False}),
    ("水源保护区内，未认定违法", {"type_key": "GY.enterprise", "in_zone_drinking_water": True}),
    (
        "水源保护区内，已认定违法",
        {"type_key": "GY.enterprise", "in_zone_drinking_water": True, "zone_finding_illegal": True},
    ),
    (
        "泉域重点保护区内，已认定违法",
        {"type_key": "GY.enterprise", "in_zone_spring_basin": True, "zone_finding_illegal": True},
    ),
    ("城镇雨洪排口，拟封堵", {"type_key": "YH.urban_storm", "planned_disposition": "block"}),
    ("城镇雨洪排口，旱天污水直排", {"type_key": "YH.urban_storm", "dry_weather_sewage": True}),
    ("城镇生活污水散排口，管网覆盖内", {"type_key": "QT.urban_domestic", "in_sewer_area": True}),
    (
        "村庄每日499 m³，人口少",
        {"type_key": "QT.rural_domestic", "village_sewage_m3_d": 499, "village_population_small": True},
    ),
    ("村庄每日500 m³", {"type_key": "QT.rural_domestic", "village_sewage_m3_d": 500}),
    (
        "村庄每日501 m³，较为集聚",
        {"type_key": "QT.rural_domestic", "village_sewage_m3_d": 501, "village_clustered": True},
    ),
    ("规模以下水产养殖排污口", {"type_key": "QT.aquaculture_small"}),
    ("规模化畜禽养殖，粪污处理不达标", {"type_key": "NY.livestock_large", "effluent_meets_standard": False}),
    ("灌区退水直排", {"type_key": "QT.irrigation", "direct_to_water": True}),
    ("借道排污", {"type_key": "GY.enterprise", "borrowed_discharge": True, "sharing_units": 2}),
    ("缺检查井、管线破损", {"type_key": "GY.enterprise", "defect_no_manhole": True, "defect_broken": True}),
    ("涉及民生的排污口", {"type_key": "QT.other", "livelihood_related": True}),
)


@cache
def policies() -> dict[str, Policy]:
    """What is in force in each scheme on the day, by the scheme's name."""
    packs = sorted((parsed(text) for text in shipped_texts().values()), key=lambda pack: pack.unit.rstrip("0"))
    return {name: build(_ladder(unit, packs)).policy(unit, ON) for unit, name in SCHEMES.items()}


def _ladder(unit: str, packs: Iterable[Pack]) -> list[Pack]:
    return [pack for pack in packs if unit.startswith(pack.unit.rstrip("0"))]


def said(facts: Facts, policy: Policy) -> list[Demand]:
    """What a scheme asks of any plan for these facts, what it forbids and recommends."""
    return [one for one in demands(policy.judge(facts), Planned("")) if one.met is not None]


def planned(facts: Facts, policy: Policy) -> str:
    """The batch and the measures a plan would begin with, and how strongly each rule speaks."""
    found = said(facts, policy)
    batch, measures = proposed(one for one in found if one.effect != "block" and one.rule != DEFECTS)
    against = rules_plans.for_defects(
        policy, facts=facts, batch=batch or Batch.STANDARDISE, type_key=str(facts["type_key"])
    )
    known = rules_plans.catalogue(policy)
    keys = dict.fromkeys([*measures, *(one.key for one in against)])
    head = "、".join([*([BATCHES[batch]] if batch else []), *(known[key].title for key in keys if key in known)])
    rules = "；".join(f"{EFFECTS.get(one.effect, one.effect)}（{one.clause}）" for one in _once(found))
    return f"{head}：{rules}" if head and rules else head or rules or "—"


def _once(found: Iterable[Demand]) -> list[Demand]:
    """Each clause once, the strongest effect first."""
    order = list(EFFECTS)
    ranked = sorted(found, key=lambda one: order.index(one.effect) if one.effect in order else len(order))
    return list({(one.effect, one.clause): one for one in ranked}.values())


def _words(value: object, words: Mapping[str, str] | None = None) -> str:
    if isinstance(value, list | tuple):
        return "、".join((words or {}).get(str(one), str(one)) for one in value) or "—"
    return "—" if value is None else str(value)


def _order(policy: Policy) -> str:
    rows = cast("Sequence[Mapping[str, object]]", policy.value("remediation.ban_authority", ()) or ())
    zones = {"drinking_water": "饮用水水源保护区", "other": "其他区域", "any": "各类区域"}
    return "；".join(f"{zones.get(str(row.get('zone')), '')}：{row.get('authority')}" for row in rows) or "—"


def beside_page() -> str:
    """The page."""
    found = policies()
    lines = [
        "# 五地方案并列：同样二十个排污口\n",
        f"按随系统发布的政策包在 {ON:%Y-%m-%d} 的规定判定；只写有规则说到的，“—”表示方案没有专门规定。\n",
        f"| 排污口 | {' | '.join(found)} |",
        f"|---|{'---|' * len(found)}",
    ]
    lines += [
        f"| {title} | {' | '.join(planned(facts, policy) for policy in found.values())} |" for title, facts in OUTLETS
    ]
    questions = {
        "谁可以作出取缔决定": _order,
        "销号层级": lambda policy: _words(policy.value("deregistration.levels")),
        "谁命名编码": lambda policy: _words(policy.value("coding.authority")),
        "标识牌内容": lambda policy: _words(policy.value("signboard.content"), board.LABELS),
        "标识牌由谁树立": lambda policy: _words(policy.value("signboard.erected_by")),
        "可设过渡期的主体": lambda policy: _words(policy.value("remediation.transition.subjects"), WORDS),
        "允许立行立改": lambda policy: "是" if policy.value("remediation.immediate_allowed") else "否",
    }
    lines += ["\n## 由谁办、怎么办\n", f"| 事项 | {' | '.join(found)} |", f"|---|{'---|' * len(found)}"]
    lines += [
        f"| {question} | {' | '.join(answer(policy) for policy in found.values())} |"
        for question, answer in questions.items()
    ]
    return "\n".join(lines) + "\n"
