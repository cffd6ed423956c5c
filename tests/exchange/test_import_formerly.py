"""An old file after two entries became one: its rows lead to the kept entry, the dropped one never comes again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from qingyuan.core.access import CONSOLE
from qingyuan.core.days import local_day
from qingyuan.exchange import actions
from qingyuan.ledger import queries as ledger
from qingyuan.registry import actions as registry
from qingyuan.registry.guards_work import Decision
from qingyuan.registry.models import Outlet, Proposal
from tests import build
from tests.exchange.test_import import AT, CODED, LATER, A, counts, datong, found, row, run
from tests.exchange.workbooks import HEADER, table, xlsx

__all__ = ["datong"]  # the fixture of the neighbour

pytestmark = pytest.mark.django_db

KEPT, DROPPED = "CC-140213-0001-GY-00", "CC-140213-0002-GY-00"
OTHER = row(seq=2, name="大同市平城区甲厂东侧工矿企业排污口", lat="40.090301", water="十里河")
FORMS = {
    "coded": xlsx(CODED, [KEPT, *A], [DROPPED, *OTHER]),
    "coded, the dropped one first": xlsx(CODED, [DROPPED, *OTHER], [KEPT, *A]),
    "local codes": xlsx(CODED, ["EB140213001", *A], ["EB140213002", *OTHER]),
    "named": xlsx(HEADER, A, OTHER),
    "csv": table(HEADER, A, OTHER),
    "unnamed, by point and party": xlsx(HEADER, A, [*OTHER[:3], "", *OTHER[4:]]),
}


def resolve(keep: Outlet, drop: Outlet, *taken: str):
    asked = Decision(keep, drop, frozenset(taken), "同一个口")
    return registry.resolve_duplicate(asked, on=local_day(AT), by=CONSOLE, at=AT)


def two(data: bytes, datong, name: str) -> tuple[Outlet, Outlet]:
    assert counts(run(data, datong, name)) == (2, 0, 0, 0)
    keep = Outlet.objects.get(name=A[3])
    return keep, Outlet.objects.exclude(pk=keep.pk).get()


def said(outlet: Outlet) -> dict[str, object]:
    return Outlet.objects.filter(pk=outlet.pk).values().get()


@pytest.mark.parametrize("form", FORMS)
def test_the_same_file_again_changes_nothing_and_re_creates_nothing(datong, form):
    data, name = FORMS[form], "台账.csv" if form == "csv" else "台账.xlsx"
    keep, drop = two(data, datong, name)
    resolve(keep, drop, "remark")
    before, proposals = said(keep), Proposal.objects.count()
    again = run(data, datong, name, at=LATER)
    assert counts(again) == (0, 0, 2, 0)
    assert [item.severity for item in found(again, "identity.resolved")] == ["info"]
    assert (said(keep), Proposal.objects.count(), Outlet.objects.count()) == (before, proposals, 2)


@pytest.mark.parametrize("form", FORMS)
def test_the_dropped_entrys_row_alone_leads_to_the_kept_one(datong, form):
    data, name = FORMS[form], "台账.csv" if form == "csv" else "台账.xlsx"
    keep, drop = two(data, datong, name)
    resolve(keep, drop)
    codes = {"coded": DROPPED, "coded, the dropped one first": DROPPED, "local codes": "EB140213002"}
    cells = [*OTHER[:3], "", *OTHER[4:]] if form.startswith("unnamed") else OTHER
    alone = xlsx(CODED, [codes[form], *cells]) if form in codes else xlsx(HEADER, cells)
    outcome = run(alone, datong, at=LATER)
    assert counts(outcome) == (0, 0, 1, 0)
    assert keep.name in found(outcome, "identity.resolved")[0].text


def test_what_the_old_row_newly_says_reaches_the_kept_one(datong):
    keep, drop = two(FORMS["coded"], datong, "台账.xlsx")
    resolve(keep, drop)
    moved = [*OTHER[:6], "口泉河", *OTHER[7:]]
    outcome = run(xlsx(CODED, [DROPPED, *moved]), datong, at=LATER)
    assert counts(outcome) == (0, 1, 0, 0)
    keep.refresh_from_db()
    assert "口泉河" in (keep.water_text, keep.water.name if keep.water else "")
    assert (keep.name, keep.national_code) == (A[3], KEPT)
    assert not found(outcome, "claim.code")


def test_two_rows_that_would_change_the_kept_one_are_not_both_taken(datong):
    keep, drop = two(FORMS["coded"], datong, "台账.xlsx")
    resolve(keep, drop)
    both = xlsx(CODED, [KEPT, *row(water="十里河")], [DROPPED, *[*OTHER[:6], "口泉河", *OTHER[7:]]])
    outcome = run(both, datong, at=LATER)
    assert counts(outcome) == (0, 1, 0, 1)
    assert found(outcome, "identity.twice")


def test_dropped_twice_over_it_leads_to_the_last(datong):
    keep, drop = two(FORMS["coded"], datong, "台账.xlsx")
    run(xlsx(CODED, ["CC-140213-0003-GY-00", *row(name="丙排污口", lat="40.091001")]), datong)
    last = Outlet.objects.get(name="丙排污口")
    resolve(keep, drop)
    resolve(last, Outlet.objects.get(pk=keep.pk))
    before = said(last)
    outcome = run(FORMS["coded"], datong, at=LATER)
    assert counts(outcome) == (0, 0, 2, 0)
    assert said(last) == before


def test_undone_each_row_finds_its_own_entry_again(datong):
    keep, drop = two(FORMS["coded"], datong, "台账.xlsx")
    resolution = resolve(keep, drop)
    registry.undo_resolve(resolution, reason="确是两个口", on=local_day(LATER), by=CONSOLE, at=LATER)
    outcome = run(FORMS["coded"], datong, at=LATER + timedelta(1))
    assert counts(outcome) == (0, 0, 2, 0)
    assert not found(outcome, "identity.resolved")


def test_another_code_under_a_dropped_name_is_another_outlet(datong):
    keep, drop = two(FORMS["coded"], datong, "台账.xlsx")
    resolve(keep, drop)
    outcome = run(xlsx(CODED, ["CC-140213-0009-GY-00", *OTHER[:4], "113.310001", *OTHER[5:]]), datong, at=LATER)
    assert counts(outcome) == (1, 0, 0, 0)


def test_many_dropped_entries_cost_no_query_a_row(datong):
    lines = [
        [f"CC-140213-{number:04d}-GY-00", *row(name=f"丁厂{number}号排污口", lat=f"40.09{number:02d}01", party="")]
        for number in range(1, 13)
    ]
    run(xlsx(CODED, *lines), datong)
    keep, *others = Outlet.objects.order_by("pk")
    for drop in others:
        resolve(Outlet.objects.get(pk=keep.pk), drop)
    spent = []
    for data in (xlsx(CODED, lines[0], lines[1]), xlsx(CODED, *lines)):
        with CaptureQueriesContext(connection) as asked:
            outcome = run(data, datong, dry_run=True)
        assert outcome.new == outcome.refused == 0
        spent.append(len(asked))
    assert spent[0] == spent[1]


def test_judged_on_the_page_it_is_the_same(datong):
    keep, drop = two(FORMS["named"], datong, "台账.xlsx")
    resolve(keep, drop)
    entries = ledger.verify().entries
    batch = actions.stage(FORMS["named"], "台账.xlsx", unit=datong, by=CONSOLE, at=LATER)
    batch = actions.judge(batch, by=CONSOLE, at=LATER)
    actions.take_in(batch, by=CONSOLE, at=LATER)
    assert batch.counts == {"new": 0, "updated": 0, "unchanged": 2, "refused": 0}
    assert set(batch.lines.values_list("outlet_id", flat=True)) == {keep.pk}
    assert ledger.verify().entries - entries == 2
    assert build.unit("140200") == batch.unit


@pytest.mark.parametrize("form", ["coded", "named"])
def test_a_value_that_was_put_aside_when_two_became_one_does_not_come_back_with_an_old_file(datong, form):
    keep, drop = two(FORMS[form], datong, "台账.xlsx")
    resolve(keep, drop, "latitude_deg", "longitude_deg", "water", "water_text")
    before = said(keep)
    assert str(before["latitude_deg"]) == "40.090301"
    outcome = run(FORMS[form], datong, at=LATER)
    assert counts(outcome) == (0, 0, 2, 0)
    assert said(keep) == before
    (told,) = found(outcome, "identity.old_value")
    assert told.severity == "warning"
    assert "坐标" in told.text
    assert "受纳水体" in told.text


def test_what_the_file_newly_says_beside_an_old_value_is_taken(datong):
    keep, drop = two(FORMS["named"], datong, "台账.xlsx")
    resolve(keep, drop, "latitude_deg", "longitude_deg")
    outcome = run(xlsx(HEADER, [*A[:6], "口泉河", *A[7:]]), datong, at=LATER)
    assert counts(outcome) == (0, 1, 0, 0)
    assert found(outcome, "identity.old_value")
    keep.refresh_from_db()
    assert str(keep.latitude_deg) == "40.090301"
    assert "口泉河" in (keep.water_text, keep.water.name if keep.water else "")


def test_a_new_value_is_taken_whatever_was_put_aside(datong):
    keep, drop = two(FORMS["named"], datong, "台账.xlsx")
    resolve(keep, drop, "latitude_deg", "longitude_deg")
    outcome = run(xlsx(HEADER, row(lat="40.090401")), datong, at=LATER)
    assert counts(outcome) == (0, 1, 0, 0)
    assert not found(outcome, "identity.old_value")
    keep.refresh_from_db()
    assert str(keep.latitude_deg) == "40.090401"
