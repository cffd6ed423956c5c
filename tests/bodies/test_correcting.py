"""更正单位: affiliation, dates and functions follow from a paper; what a body was stays in its ledger."""

from datetime import date

import pytest

from qingyuan.bodies import actions, queries
from qingyuan.core.access import CONSOLE
from qingyuan.core.functions import BodyFunction, BodyKind
from qingyuan.core.refusal import Refused, StaleRecord
from qingyuan.ledger import queries as ledger
from tests import build

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _units():
    build.country(waters=False, packs=False)


def enter(name, kind=BodyKind.ENTERPRISE, **more):
    return actions.enter(name=name, kind=kind, unit=build.unit("140213"), by=CONSOLE, at=build.NOON, **more)


def correct(body, **values):
    return actions.correct(body, values=values, reason="营业执照", by=CONSOLE, at=build.NOON, on=build.DAY)


def set_functions(body, *functions, on=build.DAY):
    return actions.set_functions(body, functions=functions, reason="机构改革", by=CONSOLE, at=build.NOON, on=on)


def test_a_body_has_its_affiliation_parent_department_in_charge_and_trade():
    factory, group, bureau = enter("某厂"), enter("某集团"), enter("某局", BodyKind.GOVERNMENT)
    correct(factory, parent=group, supervising_body=bureau, industry="化工")
    read = queries.body(factory.pk)
    assert (read.parent, read.supervising_body, read.industry) == (group, bureau, "化工")
    changes = ledger.timeline("body", str(factory.pk))[0].changes
    assert changes["parent"] == [None, [group.pk, "某集团"]]
    assert changes["supervising_body"] == [None, [bureau.pk, "某局"]]
    correct(factory, parent=None)
    assert queries.body(factory.pk).parent is None


def test_a_body_belongs_neither_to_itself_nor_to_what_belongs_to_it():
    top, middle, low = enter("甲"), enter("乙"), enter("丙")
    correct(middle, parent=top)
    correct(low, parent=middle)
    for other in (top, low):
        with pytest.raises(Refused) as caught:
            correct(top, parent=other)
        assert caught.value.refusal.code == "bodies.circle"
    correct(top, supervising_body=low)  # another relation is another matter


def test_a_body_that_is_gone_has_nobody_below_it():
    gone, factory = enter("旧集团"), enter("某厂")
    correct(gone, valid_to=build.DAY)
    with pytest.raises(Refused) as caught:
        correct(factory, parent=gone)
    assert caught.value.refusal.code == "bodies.gone"


def test_a_body_keeps_a_name_and_ends_after_it_began():
    factory, other = enter("某厂"), enter("另一厂")
    refused = {
        "bodies.no_name": {"name": " "},
        "bodies.twice": {"name": "另一厂"},
        "bodies.day_order": {"valid_from": date(2020, 1, 1), "valid_to": date(2019, 1, 1)},
        "bodies.credit_code": {"credit_code": "911302006992296170"},
    }
    for code, values in refused.items():
        with pytest.raises(Refused) as caught:
            correct(factory, **values)
        assert caught.value.refusal.code == code
    assert queries.body(factory.pk).version == other.version == 0


def test_functions_change_from_a_day_and_what_was_done_before_stays():
    bureau = enter("某局", BodyKind.GOVERNMENT, functions=[BodyFunction.HOUSING], from_day=date(2020, 1, 1))
    set_functions(bureau, BodyFunction.URBAN_MANAGEMENT, on=date(2023, 6, 1))
    assert queries.functions_of(bureau, on=date(2023, 5, 31)) == {BodyFunction.HOUSING}
    assert queries.functions_of(bureau, on=date(2023, 6, 1)) == {BodyFunction.URBAN_MANAGEMENT}
    last = ledger.timeline("body", str(bureau.pk))[0]
    assert (last.act, last.changes) == ("body.set_functions", {"functions": [["housing"], ["urban_management"]]})


def test_saying_the_same_functions_again_changes_nothing():
    bureau = enter("某局", BodyKind.GOVERNMENT, functions=[BodyFunction.HOUSING], from_day=date(2020, 1, 1))
    assert set_functions(bureau, BodyFunction.HOUSING).version == 0
    assert len(ledger.timeline("body", str(bureau.pk))) == 1


def test_functions_corrected_twice_from_one_reading_are_stale():
    bureau = enter("某局", BodyKind.GOVERNMENT)
    other = queries.body(bureau.pk)
    set_functions(bureau, BodyFunction.WATER)
    with pytest.raises(StaleRecord):
        set_functions(other, BodyFunction.HOUSING)
