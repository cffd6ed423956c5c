"""单位: every organisation once, with its functions and dates."""

from datetime import date

import pytest

from qingyuan.bodies import actions, queries
from qingyuan.core.access import CONSOLE, Role
from qingyuan.core.credit_code import is_credit_code
from qingyuan.core.functions import BodyFunction, BodyKind
from qingyuan.core.refusal import NotFound, Refused, StaleRecord
from qingyuan.ledger import queries as ledger
from tests import build

pytestmark = pytest.mark.django_db
VALID = "91130200699229617X"


@pytest.fixture(autouse=True)
def _units():
    build.country(waters=False, packs=False)


def enter(name="某厂", **more):
    where = build.unit("140213")
    return actions.enter(name=name, kind=BodyKind.ENTERPRISE, unit=where, by=CONSOLE, at=build.NOON, **more)


def test_a_body_enters_with_its_functions_and_an_entry():
    made = enter("某分局", functions=[BodyFunction.ECOLOGY], from_day=date(2023, 1, 1))
    assert queries.functions_of(made, on=date(2023, 6, 1)) == {BodyFunction.ECOLOGY}
    assert queries.functions_of(made, on=date(2022, 6, 1)) == frozenset()
    assert ledger.timeline("body", str(made.pk))[0].act == "body.enter"


@pytest.mark.parametrize("code", [VALID, "91110000802100433B", "911302307808371268", "11110000MB1672773E"])
def test_real_credit_codes_check(code):
    assert is_credit_code(code)
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    assert not is_credit_code(wrong)


def test_a_credit_code_that_does_not_check_or_is_taken_is_refused():
    enter(credit_code=VALID)
    for code, reason in (("911302006992296170", "bodies.credit_code"), (VALID, "bodies.twice")):
        with pytest.raises(Refused) as caught:
            enter("另一厂", credit_code=code)
        assert caught.value.refusal.code == reason


def test_the_same_name_twice_in_one_unit_is_one_body():
    enter()
    with pytest.raises(Refused) as caught:
        enter()
    assert caught.value.refusal.sentence == "平城区已有名为“某厂”的单位。"


def test_a_clerk_enters_bodies_in_his_own_unit_only():
    clerk = build.actor(Role.CLERK, build.unit("140214"))
    with pytest.raises(Refused) as caught:
        actions.enter(name="某厂", kind=BodyKind.ENTERPRISE, unit=build.unit("140213"), by=clerk, at=build.NOON)
    assert caught.value.refusal.code == "access.not_permitted"


def test_a_correction_has_a_reason_and_a_stale_record_is_told():
    made = enter()
    other = queries.body(made.pk)
    with pytest.raises(Refused):
        actions.correct(made, values={"industry": "食品"}, reason=" ", by=CONSOLE, at=build.NOON, on=build.DAY)
    actions.correct(made, values={"industry": "食品"}, reason="营业执照", by=CONSOLE, at=build.NOON, on=build.DAY)
    assert ledger.timeline("body", str(made.pk))[0].changes == {"industry": ["", "食品"]}
    with pytest.raises(StaleRecord):
        actions.correct(other, values={"industry": "化工"}, reason="执照", by=CONSOLE, at=build.NOON, on=build.DAY)


def test_what_may_not_be_corrected_is_named():
    made = enter()
    with pytest.raises(Refused) as caught:
        actions.correct(made, values={"unit_path": "11"}, reason="改", by=CONSOLE, at=build.NOON, on=build.DAY)
    assert caught.value.refusal.code == "bodies.field"


def test_a_body_nobody_entered_is_not_found():
    with pytest.raises(NotFound):
        queries.body(1)


def test_a_name_finds_the_one_body_of_a_unit_or_none():
    made = enter()
    assert queries.named("某厂", path="1402") == made
    assert queries.named("某厂", path="41") is None
    assert list(queries.search("某", path="14")) == [made]
