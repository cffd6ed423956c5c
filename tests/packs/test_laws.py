"""Laws of the rules shipped: one by one is column by column, and more facts never overturn a settled verdict."""

from hypothesis import given
from hypothesis import strategies as st

from qingyuan.core.policy import FACTS
from qingyuan.core.policy.judging import Column
from tests.packs.test_shipped import FIVE, policy

POLICIES = [policy(path) for path in FIVE]
TEXTS = {
    "type_key": ["GY.enterprise", "GY.enterprise_storm", "SH.municipal_wwtp", "YH.urban_storm", "QT.urban_domestic"],
    "planned_disposition": ["ban", "merge", "block", "standardise"],
    "eia_authority": ["national", "provincial", "city", "county"],
    "dispute_level": ["provincial", "city", "county", "none"],
    "party_kind": ["enterprise", "institution", "government"],
    "special_kind": ["", "inlet_overflow", "farm_return"],
    "basin_name": ["桑干河", "永定河"],
}


def values(fact):
    match fact.type:
        case "boolean":
            return st.booleans()
        case "integer":
            return st.integers(0, 3)
        case "number":
            return st.sampled_from([0, 499, 500, 500.5, 501])
        case _:
            return st.sampled_from(TEXTS.get(fact.name, ["甲", "乙"]))


subjects = st.fixed_dictionaries({}, optional={name: values(fact) for name, fact in FACTS.items()})


@given(among=st.sampled_from(POLICIES), many=st.lists(subjects, min_size=1, max_size=4))
def test_the_whole_register_at_once_is_judged_as_one_by_one(among, many):
    columns = {name: Column.of(facts.get(name) for facts in many) for name in FACTS}
    answers = among.judge_columns(columns, rows=len(many))
    for row, facts in enumerate(many):
        for verdict in among.judge(facts):
            assert answers[verdict.rule].as_truths()[row] is verdict.verdict


@given(among=st.sampled_from(POLICIES), facts=subjects, more=subjects)
def test_more_facts_never_overturn_a_settled_verdict(among, facts, more):
    before, after = among.judge(facts), among.judge({**more, **facts})
    for first, then in zip(before, after, strict=True):
        assert first.verdict is None or then.verdict is first.verdict
