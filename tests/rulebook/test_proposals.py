"""A bureau's own pack: handed in, checked at once, compared, approved by a second officer, in force from its day."""

import io
import zipfile
from datetime import UTC, date, datetime

import pytest
import yaml

from qingyuan.core.access import Actor, Grant, Reach, Role
from qingyuan.core.policy import PackError
from qingyuan.core.policy.parameters import Status
from qingyuan.core.refusal import NotFound, Refused
from qingyuan.ledger import queries as ledger
from qingyuan.rulebook import differences, proposals, proposing, queries, texts
from qingyuan.rulebook.models import PackProposal, PackVersion
from tests import build

pytestmark = pytest.mark.django_db

AT = datetime(2024, 3, 1, 1, 0, tzinfo=UTC)
TODAY = date(2024, 3, 1)
NAME = "outlet.units_per_outlet"
STORM = "outside_park.max_storm_outlets"


def officer(role: Role, path: str, name: str) -> Actor:
    return Actor(f"test:{name}", name, (Grant(role, Reach(unit_paths=frozenset({path}))),))


CLERK = officer(Role.REVIEWER, "1402", "提交员")
LEADER = officer(Role.LEADER, "1402", "审定员")


@pytest.fixture
def country(db):
    build.country(waters=False)


def values(name: str, value: str, clause: str = "演示 一", since: str = "null") -> str:
    entry = f"{{from: {since}, value: {value}, clause: {clause}, status: read}}"
    return f'parameters:\n  "{name}":\n    values:\n      - {entry}\n'


def own(name: str = NAME, value: str = "1", unit: str = "140213", code: str = "140213-own", **more: str) -> dict:
    return {
        "pack.yaml": f'pack: {code}\nunit: "{unit}"\ntitle: 平城（演示）\n',
        "own.yaml": values(name, value, **more),
    }


def datong(**changed: str) -> dict:
    files = texts.read_folder(texts.SHIPPED / "140200-datong")["140200-datong"]
    return {**files, **changed}


def handed_in(files, code="140213", by=CLERK, **more) -> PackProposal:
    more = {"wanted_from": None, "reason": "演示", "by": by, "at": AT, **more}
    return proposing.propose(files, unit=build.unit(code), **more)


def approved(of: PackProposal, day: date = TODAY, by=LEADER, reason: str = "") -> PackVersion:
    return proposing.approve(of, from_day=day, reason=reason, by=by, at=AT)


def clause_on(day: date, path: str = "140213") -> str:
    return queries.policy_for(path, on=day).parameters[NAME].clause


def test_a_good_pack_waits_and_is_not_in_force_until_a_second_officer_names_the_day(country):
    made = handed_in(own())
    assert made.state == "waiting"
    assert clause_on(date(2024, 5, 1)) == "大同 三(七)"
    version = approved(made, date(2024, 4, 1))
    assert (version.in_force_from, version.pack, version.shipped) == (date(2024, 4, 1), "140213-own", False)
    assert clause_on(date(2024, 3, 31)) == "大同 三(七)"
    assert clause_on(date(2024, 4, 1)) == "演示 一"
    assert clause_on(date(2024, 4, 1), "140214") == "大同 三(七)"
    assert [line.act for line in ledger.timeline("pack", "140213-own")][::-1] == [
        "pack.propose",
        "pack.load",
        "pack.approve",
    ]
    assert not ledger.verify().breaks


def test_who_proposed_cannot_approve_and_a_stranger_can_do_neither(country):
    both = Actor("test:both", "一人", (CLERK.grants[0], LEADER.grants[0]))
    made = handed_in(own(), by=both)
    with pytest.raises(Refused) as caught:
        approved(made, by=both)
    assert caught.value.refusal.code == "rulebook.second_officer"
    for stranger in (CLERK, officer(Role.LEADER, "22", "外人")):
        with pytest.raises(Refused) as caught:
            approved(made, by=stranger)
        assert caught.value.refusal.code == "access.not_permitted"
    with pytest.raises(Refused):
        handed_in(own(), by=officer(Role.REVIEWER, "22", "外人"))
    with pytest.raises(NotFound):
        proposals.proposal(officer(Role.REVIEWER, "22", "外人"), made.pk)
    assert not PackVersion.objects.filter(pack="140213-own").exists()


def test_approving_or_rejecting_twice_changes_nothing_more(country):
    made = handed_in(own())
    assert handed_in(own()).pk == made.pk
    assert approved(made).pk == approved(made).pk
    other = handed_in(own(value="1", clause="演示 二"))
    proposing.reject(other, reason="条款有误", by=LEADER, at=AT)
    proposing.reject(other, reason="条款有误", by=LEADER, at=AT)
    assert PackVersion.objects.filter(pack="140213-own").count() == 1
    with pytest.raises(Refused) as caught:
        approved(other)
    assert caught.value.refusal.code == "rulebook.decided"


def test_a_day_that_lies_back_needs_a_reason_and_is_kept_as_retroactive(country):
    made = handed_in(own())
    with pytest.raises(Refused) as caught:
        approved(made, date(2024, 2, 1))
    assert caught.value.refusal.code == "rulebook.retroactive"
    approved(made, date(2024, 2, 1), reason="文件二月一日起施行")
    made.refresh_from_db()
    assert made.retroactive
    assert clause_on(date(2024, 2, 1)) == "演示 一"


def test_a_text_that_stood_against_another_version_is_not_approved_over_the_newer_one(country):
    first, second = handed_in(own()), handed_in(own(clause="演示 二"))
    approved(first)
    with pytest.raises(Refused) as caught:
        approved(second)
    assert caught.value.refusal.code == "rulebook.base_moved"
    proposing.withdraw_proposal(second, reason="", by=CLERK, at=AT)
    again = handed_in(own(clause="演示 二"))
    with pytest.raises(Refused) as caught:
        approved(again, date(2024, 2, 1), reason="追溯")
    assert caught.value.refusal.code == "rulebook.before_standing"
    approved(again)
    assert clause_on(TODAY) == "演示 二"


@pytest.mark.parametrize(
    ("files", "codes"),
    [
        (own("storm_outlets.may_be_merged_or_blocked", "true"), {"POLICY_LOCKED"}),
        (own("outside_park.max_industrial_outlets", "3"), {"POLICY_LOOSENED"}),
        (own("no.such", "1"), {"POLICY_UNDECLARED"}),
        (own(clause='""'), {"POLICY_CLAUSE"}),
        (own() | {"x.yaml": "colour: red\n"}, {"POLICY_SHAPE"}),
        (own() | {"x.yaml": "a: [\n"}, {"POLICY_YAML"}),
        (own(unit="140214"), {"POLICY_UNIT"}),
        (own(code="000000-national"), {"POLICY_UNIT"}),
    ],
)
def test_a_faulty_upload_is_kept_with_file_key_and_reason_and_the_last_good_version_stays(country, files, codes):
    before = queries.policy_for("140213", on=TODAY)
    made = handed_in(files)
    assert made.state == "faulty"
    assert {fault["code"] for fault in made.faults} == codes
    assert all(fault["file"] and fault["reason"] for fault in made.faults)
    assert queries.policy_for("140213", on=TODAY) == before
    with pytest.raises(Refused):
        approved(made)
    assert proposals.last_refused("", unit_path="140213") == made


def test_the_difference_names_value_clause_status_and_direction_and_who_inherits(country):
    approved(handed_in(own()))
    remediation = datong()["remediation.yaml"]
    data = yaml.safe_load(remediation)
    data["parameters"]["outside_park.max_industrial_outlets"]["values"].append(
        {"from": date(2024, 4, 1), "value": 0, "clause": "大同 补充", "status": "read"}
    )
    del data["parameters"]["rural.near_town_route"]
    made = handed_in(datong(**{"remediation.yaml": yaml.safe_dump(data, allow_unicode=True)}), "140200")
    assert made.state == "waiting", made.faults
    seen = proposals.examined(made, on=TODAY)
    found = {change.name: change for change in seen.difference.parameters}
    stricter = found["outside_park.max_industrial_outlets"]
    assert (stricter.change, stricter.direction) == (differences.Change.ADDED, differences.Direction.TIGHTENED)
    assert (stricter.before.value, stricter.before.clause) == (1, "大同 三(六)第二段")
    assert (stricter.after.value, stricter.after.clause, stricter.after.status) == (0, "大同 补充", "read")
    assert found["rural.near_town_route"].change == differences.Change.REMOVED
    assert set(found) == {"outside_park.max_industrial_outlets", "rural.near_town_route"}
    (below,) = seen.below
    assert (below.pack, below.own) == ("140213-own", ())
    assert set(below.inherited) == set(found)
    assert len(seen.cases) >= 9
    assert not seen.failed


def test_rules_that_come_change_and_go_are_named(country):
    data = yaml.safe_load(datong()["rules.yaml"])
    gone = data["rules"].pop()
    data["rules"][0]["text"] += "（修订）"
    data["cases"] = [case for case in data["cases"] if gone["id"] not in case["expect"]]
    made = handed_in(datong(**{"rules.yaml": yaml.safe_dump(data, allow_unicode=True)}), "140200")
    assert made.state == "waiting", made.faults
    rules = {rule.id: rule.change for rule in proposals.examined(made, on=TODAY).difference.rules}
    assert rules == {gone["id"]: "removed", data["rules"][0]["id"]: "changed"}


def test_a_case_that_comes_out_otherwise_refuses_the_upload_by_name(country):
    data = yaml.safe_load(datong()["rules.yaml"])
    name = data["cases"][0]["name"]
    rule = next(iter(data["cases"][0]["expect"]))
    data["cases"][0]["expect"][rule] = not data["cases"][0]["expect"][rule]
    made = handed_in(datong(**{"rules.yaml": yaml.safe_dump(data, allow_unicode=True)}), "140200")
    assert [(fault["key"], fault["code"]) for fault in made.faults] == [(name, "POLICY_CASE")]


def test_a_parent_that_breaks_a_pack_below_is_refused(country):
    approved(handed_in(own("outside_park.max_industrial_outlets", "1", since="2024-01-01")))
    data = yaml.safe_load(datong()["remediation.yaml"])
    data["parameters"]["outside_park.max_industrial_outlets"]["values"][0]["value"] = 0
    made = handed_in(datong(**{"remediation.yaml": yaml.safe_dump(data, allow_unicode=True)}), "140200")
    assert {fault["code"] for fault in made.faults} == {"POLICY_LOOSENED"}
    assert all(fault["file"].startswith("140213-own") for fault in made.faults)


def zipped(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def test_a_zip_with_a_folder_and_single_files_give_the_same_pack(country):
    files = own()
    packed = zipped(**{f"平城/{name}": text.encode() for name, text in files.items()})
    plain = [(name, text.encode()) for name, text in files.items()]
    by_zip = proposing.propose_files(
        [("pack.zip", packed)], unit=build.unit("140213"), wanted_from=None, reason="", by=CLERK, at=AT
    )
    by_files = proposing.propose_files(plain, unit=build.unit("140213"), wanted_from=None, reason="", by=CLERK, at=AT)
    assert by_zip.state == "waiting"
    assert by_zip.pk == by_files.pk


@pytest.mark.parametrize(
    "files",
    [
        [],
        [("pack.zip", b"PK broken")],
        [("pack.zip", zipped(**{"a/pack.yaml": b"", "b/pack.yaml": b""}))],
        [("bomb.zip", zipped(**{"pack.yaml": b" " * 5_000_000}))],
        [("pack.yaml", b"\xff\xfe\x00")],
        [("pack.exe", b"MZ")],
        [("pack.yaml", b"pack: x"), ("pack.yaml", b"pack: x")],
    ],
)
def test_files_that_are_no_pack_are_kept_as_refused(country, files):
    made = proposing.propose_files(files, unit=build.unit("140213"), wanted_from=None, reason="", by=CLERK, at=AT)
    assert made.state == "faulty"
    assert {fault["code"] for fault in made.faults} == {"POLICY_FILE"}


def setting(name: str, value: str, code: str = "140213", **more) -> PackProposal:
    more = {"clause": "平城局务会", "status": Status.READ, "from_day": date(2024, 4, 1), "reason": "本地明确", **more}
    return proposing.propose_setting(unit=build.unit(code), name=name, value=value, by=CLERK, at=AT, **more)


def test_one_setting_makes_a_unit_its_first_pack_with_exactly_that_change(country):
    made = setting("signin.password_days", "60")
    assert (made.state, made.pack, made.setting) == ("waiting", "140213-own", "signin.password_days"), made.faults
    (change,) = proposals.examined(made, on=TODAY).difference.parameters
    assert (change.before.value, change.after.value, change.after.clause) == (90, 60, "平城局务会")
    approved(made, date(2024, 4, 1))
    found = queries.policy_for("140213", on=date(2024, 4, 1)).parameters["signin.password_days"]
    assert (found.value, found.origin, found.status, found.inherited) == (60, "140213-own", "read", False)


def test_one_setting_of_a_unit_with_a_pack_changes_that_and_nothing_else(country):
    made = setting("rural.daily_sewage_threshold_m3", "400", "140200")
    assert made.state == "waiting", made.faults
    seen = proposals.examined(made, on=TODAY).difference
    assert [(one.name, one.before.value, one.after.value) for one in seen.parameters] == [
        ("rural.daily_sewage_threshold_m3", 500, 400)
    ]
    assert not seen.rules
    assert not seen.head
    assert made.pack == "140200-datong"


def test_a_locked_setting_an_unknown_one_and_a_value_of_the_wrong_type_are_refused(country):
    for name in ("storm_outlets.may_be_merged_or_blocked", "no.such"):
        with pytest.raises(Refused):
            setting(name, "是")
    with pytest.raises(PackError):
        setting("signin.password_days", "很久")
    with pytest.raises(Refused):
        setting("signin.password_days", "60", code="140213001")
    assert not PackProposal.objects.exists()


def test_two_versions_of_a_pack_are_compared_whatever_is_in_force(country):
    first = approved(handed_in(own()))
    second = approved(handed_in(own(clause="演示 二")))
    (change,) = proposals.between("140213-own", first.sha256, second.sha256, on=TODAY).parameters
    assert (change.before.clause, change.after.clause, change.direction) == ("演示 一", "演示 二", "same")
    with pytest.raises(NotFound):
        proposals.between("140213-own", first.sha256, "f" * 64, on=TODAY)
