"""Standing in, handing over, switching off: roles pass on for a time or for good, and nobody gains a second pair of
eyes by it."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from qingyuan.access import actions, people
from qingyuan.access.models import Assignment, Officer, ProgramToken
from qingyuan.access.programs import program_of_token
from qingyuan.access.queries import actor_of
from qingyuan.core.access import CONSOLE, Permission, Role
from qingyuan.core.refusal import Refused
from qingyuan.ledger import queries as ledger
from qingyuan.registry import actions as registry
from qingyuan.web.timeline import told
from tests import build
from tests.api.asking import caller
from tests.web.people import client_of, words

TODAY, LATER = date(2023, 6, 1), date(2023, 7, 1)


@pytest.fixture
def city(db):
    build.country()
    return build.unit("140200")


def own(officer: Officer) -> Assignment:
    return officer.assignments.get(delegated_from=None)


def lend(officer: Officer, to: Officer, *, by=None, from_day=TODAY, to_day=LATER, max_days=90) -> Assignment:
    by = by or actor_of(officer, on=TODAY)
    return actions.delegate(
        own(officer), to=to, from_day=from_day, to_day=to_day, max_days=max_days, on=TODAY, by=by, at=build.NOON
    )


def may(officer: Officer, permission: Permission, on: date) -> bool:
    return bool(actor_of(Officer.objects.get(pk=officer.pk), on=on).holding(permission))


def code_of(error) -> str:
    return error.value.refusal.code


def test_whoever_stands_in_has_the_role_from_the_day_until_the_day_and_the_holder_keeps_his(city):
    boss, clerk = build.officer(Role.REVIEWER, city), build.officer(Role.CLERK, build.unit("140213"))
    lend(boss, clerk)
    assert not may(clerk, Permission.OUTLET_VERIFY, TODAY - timedelta(1))
    assert may(clerk, Permission.OUTLET_VERIFY, TODAY)
    assert may(clerk, Permission.OUTLET_VERIFY, LATER - timedelta(1))
    assert not may(clerk, Permission.OUTLET_VERIFY, LATER)
    assert may(boss, Permission.OUTLET_VERIFY, TODAY)
    assert next(line.act for line in ledger.timeline("officer", str(clerk.pk))) == "officer.stand_in"
    assert "officer.delegate" in [line.act for line in ledger.timeline("officer", str(boss.pk))]


def test_who_stands_in_cannot_pass_it_on(city):
    boss, clerk, third = (build.officer(role, city) for role in (Role.REVIEWER, Role.CLERK, Role.CLERK))
    lent = lend(boss, clerk)
    with pytest.raises(Refused) as error:
        actions.delegate(
            lent,
            to=third,
            from_day=TODAY,
            to_day=LATER,
            max_days=90,
            on=TODAY,
            by=actor_of(clerk, on=TODAY),
            at=build.NOON,
        )
    assert code_of(error) == "delegation.passed_on"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"to_day": TODAY + timedelta(91)}, "delegation.too_long"),
        ({"to_day": TODAY}, "delegation.days"),
        ({"from_day": TODAY - timedelta(1)}, "delegation.begins_early"),
    ],
)
def test_a_delegation_ends_within_the_days_that_the_rulebook_sets(city, more, code):
    boss, clerk = build.officer(Role.REVIEWER, city), build.officer(Role.CLERK, city)
    with pytest.raises(Refused) as error:
        lend(boss, clerk, **more)
    assert code_of(error) == code
    assert not clerk.assignments.exclude(delegated_from=None).exists()


def test_only_the_holder_and_who_manages_officers_there_may_delegate_and_only_to_a_colleague(city):
    boss, clerk = build.officer(Role.REVIEWER, city), build.officer(Role.CLERK, city)
    stranger = build.officer(Role.CLERK, build.unit("419001"))
    with pytest.raises(Refused) as error:
        lend(boss, clerk, by=actor_of(clerk, on=TODAY))
    assert code_of(error) == "access.not_permitted"
    with pytest.raises(Refused) as error:
        lend(boss, stranger)
    assert code_of(error) == "delegation.no_colleague"
    manager = build.actor(Role.ADMINISTRATOR, city)
    assert lend(boss, clerk, by=manager).officer == clerk


def test_pressed_twice_it_delegates_once(city):
    boss, clerk = build.officer(Role.REVIEWER, city), build.officer(Role.CLERK, city)
    lend(boss, clerk)
    with pytest.raises(Refused) as error:
        lend(boss, clerk)
    assert code_of(error) == "delegation.twice"
    assert clerk.assignments.exclude(delegated_from=None).count() == 1


@pytest.mark.parametrize("by_holder", [True, False])
def test_either_side_may_end_it_early_and_ending_the_role_ends_what_was_lent_from_it(city, by_holder):
    boss, clerk = build.officer(Role.REVIEWER, city), build.officer(Role.CLERK, city)
    lent = lend(boss, clerk)
    who = boss if by_holder else clerk
    day = TODAY + timedelta(3)
    actions.end_delegation(lent, on=day, by=actor_of(who, on=day), at=build.NOON)
    assert not may(clerk, Permission.OUTLET_VERIFY, day)
    again = lend(boss, clerk, from_day=LATER, to_day=LATER + timedelta(9))
    actions.end_assignment(own(boss), on=LATER + timedelta(2), by=CONSOLE, at=build.NOON)
    again.refresh_from_db()
    assert again.to_day == LATER + timedelta(2)


def test_standing_in_gives_nobody_a_second_pair_of_eyes(city):
    """Who registered an outlet does not verify it, not even with a reviewer's role that was lent to him."""
    boss, clerk = build.officer(Role.REVIEWER, city), build.officer(Role.CLERK, city)
    lend(boss, clerk)
    who = actor_of(clerk, on=TODAY)
    (outlet,) = registry.register_many([build.new_outlet(build.unit("140213"))], by=who, at=build.NOON)
    with pytest.raises(Refused) as error:
        registry.verify(outlet, on=TODAY, by=who, at=build.NOON)
    assert code_of(error) == "registry.own_survey"


def test_when_an_officer_leaves_his_successor_holds_the_same_from_that_day_and_his_own_account_is_off(city):
    leaver, heir, third = (build.officer(role, city) for role in (Role.REVIEWER, Role.CLERK, Role.CLERK))
    lent = lend(leaver, third)
    borrowed = lend(third, leaver)
    day = TODAY + timedelta(5)
    done = actions.hand_over(leaver, to=heir, on=day, today=day, by=CONSOLE, at=build.NOON)
    assert [(one.role, one.unit_id, one.from_day) for one in done.passed] == [("reviewer", city.pk, day)]
    assert may(heir, Permission.OUTLET_VERIFY, day)
    assert not may(heir, Permission.OUTLET_VERIFY, day - timedelta(1))
    leaver.refresh_from_db()
    assert not leaver.is_active
    assert not leaver.has_usable_password()
    assert not actor_of(leaver, on=day).grants
    assert own(leaver).to_day == day
    for one in (lent, borrowed):
        one.refresh_from_db()
        assert one.to_day == day
    assert not heir.assignments.exclude(delegated_from=None).exists()
    acts = [line.act for line in ledger.timeline("officer", str(leaver.pk))]
    assert {"officer.hand_over", "officer.switch_off", "officer.end_assignment"} <= set(acts)


def test_what_the_successor_already_holds_is_not_doubled_and_a_second_press_changes_nothing(city):
    leaver, heir = build.officer(Role.CLERK, city), build.officer(Role.CLERK, city)
    done = actions.hand_over(leaver, to=heir, on=TODAY, today=TODAY, by=CONSOLE, at=build.NOON)
    assert done.passed == ()
    with pytest.raises(Refused) as error:
        actions.hand_over(leaver, to=heir, on=TODAY, today=TODAY, by=CONSOLE, at=build.NOON)
    assert code_of(error) == "officers.off_already"
    assert heir.assignments.count() == 1


def test_nobody_hands_over_or_switches_off_his_own_account_nor_one_of_another_place(city):
    manager = build.officer(Role.ADMINISTRATOR, city)
    stranger = build.officer(Role.CLERK, build.unit("419001"))
    by = actor_of(manager, on=TODAY)
    for officer, code in ((manager, "officers.oneself"), (stranger, "access.not_permitted")):
        with pytest.raises(Refused) as error:
            actions.switch_off(officer, on=TODAY, by=by, at=build.NOON)
        assert code_of(error) == code
        officer.refresh_from_db()
        assert officer.is_active


def test_an_account_switched_off_keeps_its_roles_for_the_day_it_is_switched_on_again(city):
    clerk = build.officer(Role.CLERK, city)
    actions.switch_off(clerk, on=TODAY, by=CONSOLE, at=build.NOON)
    assert not actor_of(clerk, on=TODAY).grants
    actions.switch_on(clerk, on=TODAY, by=CONSOLE, at=build.NOON)
    assert may(clerk, Permission.OUTLET_REGISTER, TODAY)
    assert not clerk.has_usable_password()


def test_switching_off_a_program_ends_its_tokens(city):
    program = actions.enrol(username="p", name="程序", password=None, by=CONSOLE, at=build.NOON, is_program=True)
    actions.assign(program, role=Role.CLERK, unit=city, from_day=TODAY, by=CONSOLE, at=build.NOON)
    _token, text = actions.issue_token(program, label="同步", from_day=TODAY, by=CONSOLE, at=build.NOON)
    assert program_of_token(text, on=TODAY)
    actions.switch_off(program, on=TODAY, by=CONSOLE, at=build.NOON)
    actions.switch_on(program, on=TODAY, by=CONSOLE, at=build.NOON)
    assert program_of_token(text, on=TODAY) is None
    assert not ProgramToken.objects.filter(ended_at=None).exists()


def test_an_enterprises_people_stand_in_for_one_another_only(city):
    party = build.body(build.unit("140213"))
    one, two = (build.officer(Role.ENTERPRISE, None, party=party) for _time in range(2))
    clerk = build.officer(Role.CLERK, build.unit("140213"), body=party)
    assert list(people.colleagues_of(own(one), on=TODAY)) == [two]
    assert not people.colleagues_of(own(clerk), on=TODAY).filter(pk__in=[one.pk, two.pk]).exists()


def last_of(outlet) -> ledger.Line:
    return ledger.timeline("outlet", str(outlet.pk), limit=1)[0]


def test_what_is_done_with_a_lent_role_says_in_whose_stead_and_what_is_done_with_ones_own_does_not(city):
    """李某 verifies with 张某's role and corrects with his own."""
    boss, clerk = build.officer(Role.REVIEWER, city), build.officer(Role.CLERK, city)
    lend(boss, clerk)
    who = actor_of(clerk, on=TODAY)
    outlet = build.outlet(build.unit("140213"))
    registry.correct(outlet, values={"remark": "说明"}, reason="笔误", on=TODAY, by=who, at=build.NOON)
    assert "delegated_from" not in last_of(outlet).details
    outlet.refresh_from_db()
    registry.verify(outlet, on=TODAY, by=who, at=build.NOON)
    line = last_of(outlet)
    assert (line.actor_id, line.details["delegated_from"]) == (f"officer:{clerk.pk}", f"officer:{boss.pk}")
    assert line.lender_name == boss.name
    assert told([line])[0].who == f"{clerk.name}（代 {boss.name}）"
    outlet.refresh_from_db()
    registry.correct(outlet, values={"remark": ""}, reason="复原", on=TODAY, by=who, at=build.NOON)
    assert "delegated_from" not in last_of(outlet).details
    assert ledger.verify("outlet", str(outlet.pk)).whole


def test_a_role_of_ones_own_goes_before_a_lent_one_where_both_reach(city):
    boss, second = build.officer(Role.REVIEWER, city), build.officer(Role.REVIEWER, build.unit("140213"))
    lend(boss, second)
    who = actor_of(second, on=TODAY)
    at_home, elsewhere = build.outlet(build.unit("140213")), build.outlet(build.unit("140212"))
    for outlet in (at_home, elsewhere):
        registry.verify(outlet, on=TODAY, by=who, at=build.NOON)
    assert "delegated_from" not in last_of(at_home).details
    assert last_of(elsewhere).details["delegated_from"] == f"officer:{boss.pk}"


def test_timeline_audit_and_program_say_in_whose_stead(city):
    boss, clerk = build.officer(Role.REVIEWER, city), build.officer(Role.CLERK, city)
    lend(boss, clerk)
    outlet = build.outlet(build.unit("140213"))
    registry.verify(outlet, on=TODAY, by=actor_of(clerk, on=TODAY), at=build.NOON)
    said = f"{clerk.name}（代 {boss.name}）"
    assert said in words(client_of(boss).get(reverse("web:outlet", args=[outlet.pk])))
    auditor = build.officer(Role.AUDITOR, city)
    assert said in words(client_of(auditor).get(reverse("web:audit")))
    exported = client_of(auditor).get(reverse("web:audit-export", args=["acts"]))
    assert said in b"".join(exported.streaming_content).decode()
    entry = caller(Role.CLERK, city).get(f"ledger/outlet/{outlet.pk}").json()[0]
    assert (entry["delegated_from"], entry["delegated_from_name"]) == (f"officer:{boss.pk}", boss.name)
