"""How packs are read, checked and merged from the nation down."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingyuan.core.policy import PackError, build, read_pack
from qingyuan.core.policy.facts import FactError

DAY = date(2024, 6, 1)


def value(what, *, clause="条款一", frm=None, status="read", **more):
    return {"from": frm, "value": what, "clause": clause, "status": status, **more}


def declared(*values, type="integer", **more):
    return {"title": "名称", "type": type, "values": list(values), **more}


def pack(code="000000-nation", unit="000000", *, rules=(), cases=(), **parameters):
    named = {name.replace("__", "."): body for name, body in parameters.items()}
    raw = {"pack": code, "unit": unit, "title": code, "parameters": named, "rules": list(rules), "cases": list(cases)}
    found, faults = read_pack({"pack.yaml": raw})
    if faults:
        raise PackError(faults)
    return found


def codes(packs):
    with pytest.raises(PackError) as caught:
        build(packs)
    return [(fault.code, fault.file, fault.key) for fault in caught.value.faults]


BASE = {"a__limit": declared(value(3), stricter="lower")}


@pytest.mark.clause("JL-13")
def test_a_national_parameter_cannot_be_changed_below():
    nation = pack(a__standard=declared(value("HJ 1"), type="text"))
    for code, unit in (("220000-province", "220000"), ("220100-city", "220100"), ("220102-county", "220102")):
        below = pack(code, unit, a__standard={"values": [value("HJ 2")]})
        assert codes([nation, below]) == [("POLICY_LOOSENED", f"{code}/pack.yaml", "a.standard")]


def test_a_pack_below_may_tighten_and_may_not_loosen():
    nation = pack(**BASE)
    tighter = build([nation, pack("41-p", "410000", a__limit={"values": [value(1, clause="省 一")]})])
    resolved = tighter.policy("41", DAY).parameters["a.limit"]
    assert (resolved.value, resolved.clause, resolved.origin, resolved.inherited) == (1, "省 一", "41-p", False)
    assert [rung.value for rung in resolved.ladder] == [3, 1]
    looser = pack("41-p", "410000", a__limit={"values": [value(5)]})
    assert codes([nation, looser]) == [("POLICY_LOOSENED", "41-p/pack.yaml", "a.limit")]


@pytest.mark.parametrize(
    ("stricter", "kind", "above", "tighter", "looser"),
    [
        ("lower", "integer", 3, 2, 4),
        ("higher", "share", 0.5, 0.6, 0.4),
        ("higher", "boolean", False, True, None),
        ("subset", "list", ["a", "b"], ["a"], ["a", "c"]),
        ("superset", "list", ["a"], ["a", "b"], ["b"]),
    ],
)
def test_each_direction_of_strictness(stricter, kind, above, tighter, looser):
    nation = pack(a__p=declared(value(above), type=kind, stricter=stricter))
    build([nation, pack("41-p", "410000", a__p={"values": [value(tighter)]})])
    with pytest.raises(PackError):
        build([nation, pack("41-p", "410000", a__p={"values": [value(looser)]})])


@pytest.mark.clause("JL-17")
def test_an_overridable_parameter_applies_in_its_city_only_and_its_origin_is_shown():
    nation = pack(a__limit=declared(value(3), stricter="lower", overridable=True))
    province = pack("220000-jilin", "220000")
    city = pack("220100-city", "220100", a__limit={"values": [value(9, clause="市 二")]})
    in_city = build([nation, province, city]).policy("2201", DAY).parameters["a.limit"]
    next_door = build([nation, province]).policy("2202", DAY).parameters["a.limit"]
    assert (in_city.value, in_city.origin, in_city.clause) == (9, "220100-city", "市 二")
    assert (next_door.value, next_door.origin, next_door.inherited) == (3, "000000-nation", True)


def test_what_is_locked_may_be_said_again_but_never_moves():
    nation = pack(a__flag=declared(value(False), type="boolean", locked=True, overridable=True))
    build([nation, pack("41-p", "410000", a__flag={"values": [value(False, clause="省 三")]})])
    moved = pack("41-p", "410000", a__flag={"values": [value(True)]})
    assert codes([nation, moved]) == [("POLICY_LOCKED", "41-p/pack.yaml", "a.flag")]


def test_a_pack_above_that_tightens_later_prevails_over_an_older_pack_below():
    nation = pack(a__limit=declared(value(3), value(1, frm=date(2025, 1, 1)), stricter="lower"))
    ladder = build([nation, pack("41-p", "410000", a__limit={"values": [value(2, frm=date(2023, 1, 1))]})])
    assert ladder.policy("41", DAY).value("a.limit") == 2
    assert ladder.policy("41", date(2025, 6, 1)).value("a.limit") == 1


def test_a_newer_word_from_above_is_pointed_out_where_the_unit_keeps_its_own():
    nation = pack(a__word=declared(value("备案"), value("登记", frm=date(2025, 1, 1)), type="text", overridable=True))
    ladder = build([nation, pack("41-p", "410000", a__word={"values": [value("备案审查", frm=date(2023, 1, 1))]})])
    resolved = ladder.policy("41", date(2025, 6, 1)).parameters["a.word"]
    assert (resolved.value, resolved.overtaken_by.value) == ("备案审查", "登记")
    assert ladder.policy("41", DAY).parameters["a.word"].overtaken_by is None


def test_the_latest_value_begun_applies_and_an_unknown_start_is_the_earliest():
    nation = pack(a__limit=declared(value(3), value(2, frm=date(2024, 1, 1)), stricter="lower"))
    policy = build([nation]).policy
    assert policy("", date(2023, 12, 31)).value("a.limit") == 3
    assert policy("", date(2024, 1, 1)).value("a.limit") == 2


def test_a_parameter_nobody_set_is_unset_and_takes_the_askers_default():
    policy = build([pack(a__limit=declared())]).policy("", DAY)
    assert policy.value("a.limit") is None
    assert policy.value("a.limit", 7) == 7
    assert policy.parameters["a.limit"].clause == "未作规定"


def test_a_value_that_stands_for_another_follows_it():
    share = declared(value(0.95, status="proposed"), type="share", overridable=True)
    target = declared(value({"same_as": "targets.basically_complete_share"}, quote="基本完成"), type="share")
    nation = pack(**{"targets.basically_complete_share": share, "targets.tracing[2024-12-31]": target})
    city = pack("41-p", "410000", **{"targets.basically_complete_share": {"values": [value(0.9)]}})
    (aim,) = build([nation]).policy("", DAY).targets()
    (moved,) = build([nation, city]).policy("41", DAY).targets()
    assert (aim.metric, aim.due, aim.required, aim.quote) == ("tracing", date(2024, 12, 31), 0.95, "基本完成")
    assert moved.required == 0.9


def test_every_fault_of_a_pack_is_reported_together():
    raw = {
        "pack": "000000-nation",
        "unit": "000000",
        "title": "t",
        1: "数字键",
    }
    _pack, faults = read_pack({"pack.yaml": raw})
    assert any("键不是文字" in fault.reason for fault in faults)
    raw = {
        "pack": "000000-nation",
        "unit": "000000",
        "title": "t",
        "colour": "red",
        "parameters": {
            "a.no_clause": declared(value(1, clause="")),
            "a.extra": {**declared(value(1)), "on": 1},
            "a.string_day": declared(value(1, frm="2024-01-01")),
            "a.waters": declared(value(1, waters=["main_river"])),
            "a.status": declared(value(1, status="heard")),
        },
        "rules": [
            {
                "id": "r.fact",
                "title": "t",
                "effect": "warn",
                "text": "t",
                "clause": "c",
                "when": {"fact": "x", "is": 1},
            },
            {
                "id": "r.word",
                "title": "t",
                "effect": "shout",
                "text": "t",
                "clause": "c",
                "when": {"fact": "in_park", "is": True},
            },
            {
                "id": "r.type",
                "title": "t",
                "effect": "warn",
                "text": "t",
                "clause": "c",
                "when": {"fact": "in_park", "is": "ja"},
            },
        ],
    }
    _pack, faults = read_pack({"pack.yaml": raw})
    assert {fault.key for fault in faults} == {
        "colour", "a.no_clause", "a.extra", "a.string_day", "a.waters", "a.status", "r.fact", "r.word", "r.type"
    }  # fmt: skip
    assert {fault.file for fault in faults} == {"pack.yaml"}


def test_what_no_rung_declares_is_refused_and_so_is_a_wrong_type():
    nation = pack(**BASE)
    below = pack("41-p", "410000", a__typo={"values": [value(1)]}, a__limit={"values": [value("one")]})
    assert {(code, key) for code, _file, key in codes([nation, below])} == {
        ("POLICY_UNDECLARED", "a.typo"),
        ("POLICY_TYPE", "a.limit"),
    }


def test_a_rule_reads_declared_parameters_and_replaces_only_what_is_overridable():
    rule = {
        "id": "r",
        "title": "t",
        "effect": "warn",
        "text": "t",
        "clause": "c",
        "when": {"fact": "in_park", "is": True},
    }
    limit = {**rule, "id": "q", "when": {"fact": "park_outlets", "over": "a.nowhere"}}
    assert codes([pack(rules=[limit])]) == [("POLICY_UNDECLARED", "000000-nation/pack.yaml", "q")]
    assert codes([pack(rules=[rule]), pack("41-p", "410000", rules=[rule])]) == [
        ("POLICY_LOOSENED", "41-p/pack.yaml", "r")
    ]
    build([pack(rules=[{**rule, "overridable": True}]), pack("41-p", "410000", rules=[rule])])


def test_a_rule_compares_with_numbers_and_looks_up_in_lists_only():
    def rule(when):
        return [{"id": "r", "title": "t", "effect": "warn", "text": "t", "clause": "c", "when": when}]

    for when in ({"fact": "park_outlets", "over": "a.word"}, {"fact": "type_key", "in": "a.word"}):
        assert codes([pack(rules=rule(when), a__word=declared(type="text"))]) == [
            ("POLICY_TYPE", "000000-nation/pack.yaml", "r")
        ]


def test_a_verdict_names_the_clause_of_the_limit_in_force_and_what_is_missing():
    rule = {
        "id": "r",
        "title": "t",
        "effect": "require",
        "text": "限一个",
        "clause_of": "a.limit",
        "when": {"all": [{"fact": "in_park", "is": False}, {"fact": "industry_outlets_of_party", "over": "a.limit"}]},
    }
    below = pack("41-p", "410000", a__limit={"values": [value(1, clause="省 一")]})
    policy = build([pack(rules=[rule], **BASE), below]).policy("41", DAY)
    (settled,) = policy.judge({"in_park": False, "industry_outlets_of_party": 2})
    (open_,) = policy.judge({"in_park": False})
    assert (settled.verdict, settled.clause, settled.origin, settled.effect) == (True, "省 一", "41-p", "require")
    assert (open_.verdict, open_.missing) == (None, ("industry_outlets_of_party",))


def test_facts_outside_the_vocabulary_or_of_a_wrong_type_are_refused():
    policy = build([pack()]).policy("", DAY)
    with pytest.raises(FactError) as caught:
        policy.judge({"in_prak": True, "in_park": "yes", "park_outlets": True, "near_town": None})
    assert set(caught.value.reasons) == {"in_prak", "in_park", "park_outlets"}


def test_a_value_may_not_point_in_a_circle_or_at_another_type():
    one = declared(value({"same_as": "a.two"}), type="share")
    two = declared(value({"same_as": "a.one"}), type="share")
    assert {code for code, _file, _key in codes([pack(a__one=one, a__two=two)])} == {"POLICY_TYPE"}
    text = declared(value("x"), type="text")
    assert codes([pack(a__one=one, a__two=text)]) == [("POLICY_TYPE", "000000-nation/pack.yaml", "a.one")]


@pytest.mark.parametrize(
    ("kind", "stricter"), [("text", "lower"), ("table", "subset"), ("list", "higher"), ("integer", "subset")]
)
def test_a_direction_that_a_type_does_not_have_is_refused(kind, stricter):
    with pytest.raises(PackError):
        pack(a__p=declared(type=kind, stricter=stricter))


leaves = (
    st.none()
    | st.booleans()
    | st.integers(-1, 2)
    | st.dates()
    | st.sampled_from(["x", "a.limit", "text", "list", "lower", "read", "in_park", "warn", "is", "all", "over"])
)
words = st.sampled_from(
    ["pack", "unit", "title", "parents", "glossary", "parameters", "rules", "cases", "readings", "a.limit", "values",
     "type", "stricter", "locked", "from", "value", "clause", "status", "waters", "same_as", "id", "effect", "when",
     "text", "gives", "name", "day", "facts", "expect", "fact", "is", "in", "over", "all", "not", "in_park", "number"]
)  # fmt: skip
anything = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words | st.integers(0, 1), inner, max_size=5),
    max_leaves=30,
)
heads = st.fixed_dictionaries(
    {"pack": st.just("x"), "unit": st.just("000000"), "title": st.just("x")},
    optional={"parameters": anything, "rules": st.lists(anything), "cases": st.lists(anything), "readings": anything},
)


@given(content=anything | heads)
def test_whatever_is_written_a_pack_is_read_or_its_faults_are_named(content):
    found, faults = read_pack({"pack.yaml": content})
    assert (found is None) == bool(faults)
    if found is not None:
        try:
            build([found]).policy("", DAY)
        except PackError:
            return
