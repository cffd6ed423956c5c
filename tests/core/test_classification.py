"""The tree of types in the five places, and that nothing is lost between four types and five."""

import pytest

from qingyuan.core import classification
from tests.packs.test_shipped import ANYANG, DATONG, FIVE, JILIN, JIYUAN, XINJIANG, policy

FOUR = ["工业排污口", "城镇污水处理厂排污口", "农业排口", "其他排口"]
FIVE_TYPES = ["工业排污口", "城镇污水处理厂排污口", "农业排口", "城镇雨洪排口", "其他排口"]
STORM = "YH.urban_storm"


def tree(path):
    return classification.tree_of(policy(path))


def names(path, top):
    return [child.name for child in tree(path).children(top)]


@pytest.mark.parametrize(
    ("path", "tops"),
    [
        pytest.param(JIYUAN, FOUR, marks=pytest.mark.clause("JY-27")),
        pytest.param(ANYANG, FOUR),
        pytest.param(XINJIANG, FIVE_TYPES, marks=pytest.mark.clause("XJ-25")),
        pytest.param(DATONG, FIVE_TYPES, marks=pytest.mark.clause("DT-33")),
        pytest.param(JILIN, FOUR, marks=pytest.mark.clause("JL-42")),
    ],
)
def test_the_first_level_of_each_scheme(path, tops):
    assert [top.name for top in tree(path).tops] == tops
    codes = {"工业排污口": "GY", "城镇污水处理厂排污口": "SH", "农业排口": "NY", "城镇雨洪排口": "YH", "其他排口": "QT"}
    assert [top.code for top in tree(path).tops] == [codes[name] for name in tops]
    unknown = "海洋排口" if len(tops) == 5 else "城镇雨洪排口"
    assert classification.refusal(tree(path), top=unknown, type_key=STORM).code == "classification.unknown_top"
    assert [top.name for top in classification.national_view(policy(path)).tops] == FOUR


@pytest.mark.clause("JY-46")
def test_in_jiyuan_each_of_the_four_types_carries_its_standard():
    tops = tree(JIYUAN).tops
    assert len(tops) == 4
    assert all("HJ1235—2021" in top.basis for top in tops)


INDUSTRY = [
    "工矿企业排污口",
    "工业及其他各类园区污水处理厂排污口",
    "工矿企业雨洪排口",
    "工业及其他各类园区污水处理厂雨洪排口",
]
JIYUAN_INDUSTRY = [INDUSTRY[0], INDUSTRY[1], "工业企业雨洪排口", INDUSTRY[3]]
FARMING = ["规模化畜禽养殖排污口", "规模化水产养殖排污口"]
COMMON = [
    "港口码头排污口",
    "规模以下畜禽养殖排污口",
    "规模以下水产养殖排污口",
    "城镇生活污水散排口",
    "农村污水处理设施排污口",
    "农村生活污水散排口",
]


@pytest.mark.parametrize(
    ("path", "top", "children", "foreign"),
    [
        pytest.param(JIYUAN, "工业排污口", JIYUAN_INDUSTRY, "QT.port", marks=pytest.mark.clause("JY-28")),
        pytest.param(
            JIYUAN, "城镇污水处理厂排污口", ["城镇污水处理厂排污口"], "GY.park_wwtp", marks=pytest.mark.clause("JY-29")
        ),
        pytest.param(JIYUAN, "农业排口", FARMING, "QT.livestock_small", marks=pytest.mark.clause("JY-30")),
        pytest.param(
            JIYUAN,
            "其他排口",
            ["城镇雨洪排口", "大中型灌区排口", *COMMON, "其它排污口"],
            "NY.livestock_large",
            marks=pytest.mark.clause("JY-31"),
        ),
        pytest.param(DATONG, "工业排污口", INDUSTRY, "QT.other", marks=pytest.mark.clause("DT-35")),
        pytest.param(DATONG, "农业排口", FARMING, "GY.enterprise", marks=pytest.mark.clause("DT-36")),
        pytest.param(
            DATONG,
            "其他排口",
            ["大中型灌区口", *COMMON, "其他排污口"],
            "NY.aquaculture_large",
            marks=pytest.mark.clause("DT-37"),
        ),
        pytest.param(JILIN, "工业排污口", INDUSTRY, "SH.municipal_wwtp", marks=pytest.mark.clause("JL-43")),
        pytest.param(JILIN, "农业排口", FARMING, "QT.aquaculture_small", marks=pytest.mark.clause("JL-44")),
    ],
)
def test_the_second_level_offers_the_listed_children_and_a_foreign_child_is_refused(path, top, children, foreign):
    assert names(path, top) == children
    for child in tree(path).children(top):
        assert classification.refusal(tree(path), top=top, type_key=child.key) is None
    refused = classification.refusal(tree(path), top=top, type_key=foreign)
    assert refused.code == "classification.foreign_child"
    assert top in refused.sentence


@pytest.mark.clause("JL-45")
def test_in_jilin_the_other_type_has_its_four_named_children_and_the_rest_from_above():
    named = {"大中型灌区排口", "规模以下水产养殖排污口", "农村污水处理设施排污口", "农村生活污水散排口"}
    assert named <= set(names(JILIN, "其他排口"))
    assert "港口码头排污口" in names(JILIN, "其他排口")
    assert classification.refusal(tree(JILIN), top="其他排口", type_key="GY.enterprise") is not None


@pytest.mark.clause("DT-213")
def test_annex_2_has_five_first_level_and_sixteen_second_level_types():
    tops = tree(DATONG).tops
    assert [(top.code, len(top.children)) for top in tops] == [("GY", 4), ("SH", 1), ("NY", 2), ("YH", 1), ("QT", 8)]
    for top in tops:
        for other in tops:
            for child in other.children:
                refused = classification.refusal(tree(DATONG), top=top.name, type_key=child.key)
                assert (refused is None) == (top is other)


@pytest.mark.parametrize(
    ("path", "top", "code"),
    [
        pytest.param(JIYUAN, "其他排口", "QT", marks=pytest.mark.clause("JY-60")),
        pytest.param(ANYANG, "其他排口", "QT"),
        pytest.param(XINJIANG, "城镇雨洪排口", "YH", marks=pytest.mark.clause("XJ-26")),
        pytest.param(DATONG, "城镇雨洪排口", "YH", marks=pytest.mark.clause("DT-34")),
        pytest.param(JILIN, "其他排口", "QT", marks=pytest.mark.clause("JL-46")),
    ],
)
def test_where_an_urban_storm_outlet_belongs(path, top, code):
    found = tree(path).top_of(STORM)
    assert (found.name, found.code) == (top, code)
    assert tree(path).second(STORM).name == "城镇雨洪排口"
    for tag in ("farm_return", "ditch_confluence"):
        kind = tree(path).special(tag)
        assert tree(path).top_of(kind.under).name == "其他排口"


@pytest.mark.parametrize("path", FIVE)
def test_four_types_and_five_types_are_views_of_the_same_second_level(path):
    here, national = tree(path), classification.national_view(policy(path))
    keys = {child.key for top in here.tops for child in top.children}
    assert keys == {child.key for top in national.tops for child in top.children}
    assert len(keys) == 16
    for key in keys - {STORM}:
        assert here.top_of(key).name == national.top_of(key).name
    assert national.top_of(STORM).name == "其他排口"


@pytest.mark.parametrize("path", FIVE)
def test_a_name_as_people_write_it_leads_back_to_its_key(path):
    for top in tree(path).tops:
        for child in top.children:
            assert tree(path).key_of(child.name, top=top.name) == child.key


def test_a_ditch_confluence_is_registered_and_not_counted():
    assert not tree(JIYUAN).counted("ditch_confluence")
    assert tree(JIYUAN).counted("farm_return")
    assert tree(JIYUAN).counted("")


def test_the_third_level_of_the_later_standard_hangs_below():
    assert tree(DATONG).second("GY.enterprise").third == ("工业企业排污口", "矿山排污口", "尾矿库排污口")
    assert tree(DATONG).second("QT.port").third == ()


@pytest.mark.parametrize("path", FIVE)
def test_a_type_is_suggested_from_industry_and_character(path):
    (found,) = classification.suggest(policy(path), industry="畜禽养殖(规模化)", character="养殖废水")
    assert (found.top, found.type_key, found.clause) == ("农业排口", "NY.livestock_large", "新绛 二(三)")
    assert classification.suggest(policy(path), industry="畜禽养殖(规模化)", character="雨水") == []
