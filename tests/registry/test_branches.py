"""支口: one mouth, a main outlet and its branches, from a day to a day."""

from __future__ import annotations

from datetime import date

import pytest

from qingyuan.core.access import CONSOLE, Role
from qingyuan.core.refusal import Refused
from qingyuan.registry import actions, branches, duplicates, tallies
from qingyuan.registry.models import MainLink
from tests import build
from tests.web.people import client, words

pytestmark = pytest.mark.django_db
DAY = date(2023, 7, 3)
AT = build.recorded(DAY)


@pytest.fixture
def mouths(db):
    build.country()
    county = build.unit("140213")
    codes = ("DB-140213-0001-GY-00", "DB-140213-0001-GY-01", "DB-140213-0002-GY-00")
    return [build.outlet(county, fields={"national_code": code}) for code in codes]


def link(branch, main, *, on=DAY):
    return actions.set_main(branch, main=main, on=on, by=CONSOLE, at=AT)


def test_a_branch_is_shown_with_its_main_and_counts_for_itself(mouths):
    main, branch, _other = mouths
    made = link(branch, main)
    assert link(branch, main) == made
    assert branches.links_of(branch, on=DAY).main == main
    assert branches.links_of(main, on=DAY).branches == (branch,)
    assert branches.links_of(main, on=date(2023, 7, 2)).branches == ()
    assert not tallies.differences()
    assert (min(main.pk, branch.pk), max(main.pk, branch.pk)) in duplicates.settled_with([main.pk])
    page = words(client(Role.CLERK, build.unit("140213")).get(f"/outlets/{main.pk}"))
    assert "支口 · DB-140213-0001-GY-01" in page


def test_codes_that_are_not_of_one_mouth_and_chains_of_branches_are_refused(mouths):
    main, branch, other = mouths
    with pytest.raises(Refused) as caught:
        link(other, main)
    assert caught.value.refusal.code == "registry.branch_code"
    link(branch, main)
    for one, two, code in ((main, other, "registry.is_main"), (branch, other, "registry.has_main")):
        with pytest.raises(Refused) as caught:
            link(one, two)
        assert caught.value.refusal.code == code


def test_the_relation_ends_on_a_day_and_stays_on_record(mouths):
    main, branch, _other = mouths
    link(branch, main, on=date(2023, 6, 10))
    browser = client(Role.CLERK, build.unit("140213"))
    page = {"version": branch.version, "on": "2023-07-01"}
    assert browser.post(f"/outlets/{branch.pk}/acts/end-main", page).status_code == 302
    assert MainLink.objects.get().to_day == date(2023, 7, 1)
    assert branches.links_of(branch, on=date(2023, 6, 30)).main == main
    assert branches.links_of(branch, on=DAY).main is None


def test_a_main_outlet_is_chosen_by_its_code_on_the_page(mouths):
    main, branch, _other = mouths
    browser = client(Role.CLERK, build.unit("140213"))
    given = {"version": branch.version, "on": "2023-07-01", "main": main.national_code}
    for _press in range(2):
        assert browser.post(f"/outlets/{branch.pk}/acts/set-main", given).status_code == 302
    assert MainLink.objects.get().main == main
    unknown = browser.post(f"/outlets/{branch.pk}/acts/set-main", {**given, "main": "nothing"})
    assert (unknown.status_code, "没有编码或序号为“nothing”的排污口" in unknown.content.decode()) == (409, True)
