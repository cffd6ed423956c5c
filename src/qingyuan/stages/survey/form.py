"""The form of the field: what is asked at an outlet, for which types, in which unit, with which choices.

Data only. The questions are those of the working sheet of field surveys (入河排污口现场工作记录单) and of the daily
look at an outlet; `column` names the column of the register an answer fills, so that nothing is asked twice. A phone
keeps the form it was given and says its version with each record; answers to questions that have been renamed since are
found by `formerly`, answers nobody asks for any more are kept aside.
"""

from __future__ import annotations

from dataclasses import dataclass

from qingyuan.core.refusal import gettext_noop as _

VERSION = "2026.1"
VERSIONS = frozenset({VERSION})
"""Versions whose answers need no second look. Others are kept and mapped by names."""

YES, NO, UNCLEAR = _("是"), _("否"), _("暂不确定")


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to be filled in. `kind`: text, number, choice, area (long text). `tops`: asked only of these first
    levels (empty: of all). `most` is the length of a text; `low` and `high` bound a number in `unit`."""

    name: str
    title: str
    kind: str = "text"
    unit: str = ""
    choices: tuple[str, ...] = ()
    tops: tuple[str, ...] = ()
    column: str = ""
    required: bool = False
    most: int = 128
    low: float | None = None
    high: float | None = None
    hint: str = ""
    formerly: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One screen of the form."""

    name: str
    title: str
    questions: tuple[Question, ...]


def _number(name: str, title: str, unit: str, low: float, high: float, *formerly: str) -> Question:
    return Question(name, title, "number", unit, low=low, high=high, formerly=formerly)


WHERE = Step(
    "where",
    _("位置"),
    (
        Question("water_text", _("排入水体名称"), column="water_text", most=64, formerly=("water_body", "river")),
        Question("bank", _("岸别"), "choice", choices=(_("左岸"), _("右岸")), column="bank"),
        Question("town_text", _("乡镇（街道）"), column="town_text", most=64, formerly=("town", "township")),
        Question("village_text", _("村（社区）"), column="village_text", most=64, formerly=("village",)),
        Question("mouth_text", _("口门及位置"), column="mouth_text", most=200, formerly=("mouth_position",)),
    ),
)
WHAT = Step(
    "what",
    _("排污口"),
    (
        Question("name", _("名称"), column="name", hint=_("现场标识牌所示，或县＋河流＋特征；不清楚可不填")),
        Question("sign_code", _("标识牌上的编码"), column="local_code", most=32, formerly=("outlet_code",)),
        Question("is_direct", _("直接排入水体"), "choice", choices=(YES, NO)),
        Question("not_direct", _("非直接入河的理由"), most=200),
        Question("conduit_form", _("入河方式"), "choice", column="conduit_form", formerly=("entry_method",)),
        Question("mouth_shape", _("口门形状"), column="mouth_shape", most=32, formerly=("gate_morphology",)),
        Question("mouth_size_mm", _("口门尺寸（mm）"), column="mouth_size_mm", most=64),
        Question("diversion_mode", _("引流方式"), column="diversion_mode", most=32, tops=("YH",)),
        Question("party", _("责任主体（现场了解）"), formerly=("responsible_party", "install_unit")),
    ),
)
FLOWING = Step(
    "flowing",
    _("排放情况"),
    (
        Question("is_discharging", _("正在排放污水"), "choice", choices=(YES, NO, UNCLEAR)),
        Question(
            "discharge_pattern",
            _("排放方式"),
            "choice",
            choices=(_("连续"), _("间歇"), _("雨天"), _("不排放")),
            column="discharge_pattern",
            formerly=("drainage_feature",),
        ),
        Question("dry_weather", _("近日无雨"), "choice", choices=(YES, NO, UNCLEAR), tops=("YH",)),
        Question("color", _("颜色"), most=64),
        Question("turbidity", _("浑浊度"), most=64),
        Question("odor", _("气味"), most=64),
        Question("oil_film", _("水面油膜"), "choice", choices=(_("有"), _("无")), formerly=("has_oil_film",)),
        Question("abnormal", _("异常状况"), "area", most=500, formerly=("has_abnormal",)),
    ),
)
TESTS = Step(
    "tests",
    _("现场快检"),
    (
        _number("flow_m3_s", _("流量"), "m³/s", 0, 1_000, "flow"),
        _number("water_temp", _("水温"), "℃", -5, 100),
        _number("ph", "pH", "", 0, 14),
        _number("conductivity", _("电导率"), "μS/cm", 0, 200_000),
        _number("quick_cod", _("化学需氧量（COD）"), "mg/L", 0, 100_000, "cod"),
        _number("quick_nh3n", _("氨氮"), "mg/L", 0, 10_000, "ammonia_nitrogen"),
        _number("quick_tp", _("总磷"), "mg/L", 0, 10_000, "total_phosphorus"),
        _number("quick_tn", _("总氮"), "mg/L", 0, 10_000, "total_nitrogen"),
        Question("sampled", _("已采样送检"), "choice", choices=(YES, NO), formerly=("sample_status",)),
        Question("sample_code", _("样品编号"), most=64),
        Question("laboratory", _("检测机构"), most=128, formerly=("test_institution",)),
    ),
)
REST = Step(
    "rest",
    _("其他"),
    (
        Question("with_whom", _("同行人员"), most=200, formerly=("participants",)),
        Question("remark", _("备注"), "area", column="remark", most=500),
    ),
)
STEPS = (WHERE, WHAT, FLOWING, TESTS, REST)
QUESTIONS = {one.name: one for step in STEPS for one in step.questions}
FORMERLY = {old: one.name for one in QUESTIONS.values() for old in one.formerly}

PLACE = frozenset({"longitude", "latitude", "datum", "accuracy_m", "unit_code", "type_key", "same_as", "not_same"})
"""Answers that are no question of a step: the point, the unit it lies in, the type thought of, and what is said of the
outlets near it (`same_as` an outlet's number, `not_same` true)."""
KNOWN = frozenset(QUESTIONS) | PLACE

SUBJECTS = (_("近景"), _("远景"), _("标识牌"), _("采样点"), _("快检结果"), _("其他"))
"""What a photo shows."""


def read(fields: dict[str, object]) -> tuple[dict[str, object], dict[str, object]]:
    """Answers as this form names them, and those it has no place for. A new name's own answer goes first."""
    known = {name: value for name, value in fields.items() if name in KNOWN}
    aside: dict[str, object] = {}
    for name, value in fields.items():
        if name in KNOWN:
            continue
        now = FORMERLY.get(name)
        if now is None:
            aside[name] = value
        else:
            known.setdefault(now, value)
    return known, aside
