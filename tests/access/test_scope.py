"""Nobody sees one row too many, and nobody one too few: the list against a brute-force oracle."""

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from qingyuan.core.access import Actor, Grant, Reach, Role, may_see
from qingyuan.registry import queries
from qingyuan.registry.places_of import place_of
from tests import build
from tests.access import site


@pytest.fixture
def scattered(db):
    return site.scattered()


def reaches(outlets):
    """Random reaches over what the outlets touch, and what none of them touches."""
    paths = sorted({path[:cut] for one in outlets for path in (one.unit_path, one.managing_path) for cut in range(13)})
    paths += ["1402Z09", "99"]
    waters = sorted({one.water_path for one in outlets if one.water_path})
    waters += [path[:6] for path in waters] + ["HA9999"]
    bodies = [*sorted({one.managing_body_id for one in outlets if one.managing_body_id}), 10**9]
    parties = [*sorted({one.party_id for one in outlets if one.party_id}), 10**9]
    return st.builds(
        Reach,
        unit_paths=st.frozensets(st.sampled_from(paths), max_size=2),
        water_paths=st.frozensets(st.sampled_from(waters), max_size=2),
        body_ids=st.frozensets(st.sampled_from(bodies), max_size=1),
        party_ids=st.frozensets(st.sampled_from(parties), max_size=1),
    )


def test_what_one_sees_is_what_brute_force_over_the_reaches_finds(scattered):
    places = {one.pk: place_of(one) for one in scattered}

    @settings(max_examples=150)
    @given(given_reaches=st.lists(reaches(scattered), max_size=3))
    def law(given_reaches):
        actor = Actor("test:somebody", "某人", tuple(Grant(Role.CLERK, reach) for reach in given_reaches))
        seen = set(queries.visible_to(actor, leads=True).values_list("pk", flat=True))
        assert seen == {pk for pk, place in places.items() if may_see(actor, place)}

    law()


def test_an_officer_without_an_assignment_sees_nothing(scattered):
    assert not queries.visible_to(Actor("test:nobody", "某人", ())).exists()


@pytest.mark.parametrize(
    ("role", "where"),
    [(Role.CLERK, "140213"), (Role.REVIEWER, "140200"), (Role.LEADER, "140000"), (Role.AUDITOR, "000000")],
)
def test_the_list_page_shows_the_outlets_of_ones_scope_and_no_other(scattered, role, where):
    officer = build.officer(role, build.unit(where))
    client = Client()
    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    shown, address = set(), "/outlets/"
    while address:
        page = client.get(address)
        shown |= {row.outlet.pk for row in page.context["rows"]}
        address = f"/outlets/?{page.context['after']}" if page.context["after"] else ""
    path = build.unit(where).path
    assert shown == {one.pk for one in scattered if one.unit_path.startswith(path)}


def test_a_river_chief_sees_the_outlets_of_the_river_and_of_what_flows_into_it(scattered):
    chief = build.actor(Role.RIVER_CHIEF, None, water=build.water("桑干河"))
    seen = set(queries.visible_to(chief).values_list("pk", flat=True))
    into = {build.water("桑干河").pk, build.water("御河").pk}
    assert seen == {one.pk for one in scattered if one.water_id in into}


def test_a_department_confined_to_its_own_area_sees_that_area_only(scattered):
    department = scattered[1].managing_body
    actor = build.actor(Role.CLERK, None, body=department, own_area_only=True)
    seen = set(queries.visible_to(actor).values_list("pk", flat=True))
    assert seen == {one.pk for one in scattered if one.managing_body_id == department.pk}
