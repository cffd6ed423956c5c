"""访问日志: who took what away is written down before it leaves, kept, and shown to those who may look."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from qingyuan.access import reading
from qingyuan.access.models import Reading, ReadingFile
from qingyuan.boards.audit import queries
from qingyuan.boards.audit.queries import Asked
from qingyuan.core.access import CONSOLE, Role
from qingyuan.core.reading import Reading as Line
from qingyuan.core.reading import ReadKind, read_line
from qingyuan.core.refusal import Refused
from qingyuan.ledger import queries as ledger
from qingyuan.registry import actions
from tests import build
from tests.web.people import client_of, words

NOW = datetime(2023, 6, 2, 4, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.READING_ROOT = tmp_path / "reading"
    return settings.READING_ROOT


def taken(at: datetime = NOW) -> list[Reading]:
    reading.take_in(by=CONSOLE, at=at, keep_days=200)
    return list(Reading.objects.order_by("pk"))


def line(**more: object) -> Line:
    return Line(**{"at": NOW, "actor_id": "officer:1", "kind": ReadKind.EXPORT, "rows": 3} | more)  # type: ignore[arg-type]


@pytest.fixture
def country(db):
    build.country()
    return build.unit("140200")


def test_an_export_is_written_down_with_who_what_where_and_how_many_rows(country):
    clerk = build.officer(Role.CLERK, country)
    for _number in range(2):
        build.outlet(build.unit("140213"))
    answer = client_of(clerk).get(reverse("web:outlets-export"), {"as": "csv", "stage": "surveyed"})
    b"".join(answer.streaming_content)

    (row,) = taken()
    assert (row.actor_id, row.kind, row.unit_path, row.rows, row.status) == (
        f"officer:{clerk.pk}",
        "export",
        "1402",
        2,
        200,
    )
    assert "stage=surveyed" in row.asked


def test_what_was_refused_is_written_down_as_refused(country):
    surveyor = build.officer(Role.SURVEYOR, country)
    assert client_of(surveyor).get(reverse("web:outlets-export"), {"as": "csv"}).status_code == 403
    assert [(row.kind, row.status, row.rows) for row in taken()] == [("export", 403, None)]


def test_a_page_that_cannot_be_written_down_is_not_handed_out(country, settings, tmp_path):
    blocked = tmp_path / "blocked"
    blocked.write_text("no folder")
    settings.READING_ROOT = blocked / "reading"
    client = client_of(build.officer(Role.CLERK, country))
    client.raise_request_exception = False
    assert client.get(reverse("web:outlets-export"), {"as": "csv"}).status_code == 500


def test_reading_a_page_writes_nothing_to_the_database(country, django_assert_max_num_queries):
    client = client_of(build.officer(Role.ADMINISTRATOR, country))
    client.get(reverse("web:officers"))
    with django_assert_max_num_queries(60) as asked:
        client.get(reverse("web:officers"))
    assert not [one["sql"] for one in asked.captured_queries if not one["sql"].lstrip().upper().startswith("SELECT")]


def test_taking_in_twice_takes_nothing_twice_and_a_torn_line_loses_only_itself(db, folder):
    reading.write(line())
    (path,) = folder.glob("*.jsonl")
    with path.open("ab") as file:
        file.write(b'{"at": "2023-06-')
    assert len(taken()) == 1
    with path.open("ab") as file:
        file.write(b"\n")
    reading.write(line(rows=4))
    assert [row.rows for row in taken()] == [3, 4]
    assert [row.rows for row in taken()] == [3, 4]
    assert ReadingFile.objects.get().torn == 1


def test_a_past_day_is_sealed_in_the_ledger_and_its_file_goes_after_its_term(db, folder):
    reading.write(line())
    taken()
    assert not ReadingFile.objects.get().sha256, "the day is not over"
    taken(NOW + timedelta(days=1))
    sealed = ReadingFile.objects.get()
    (entry,) = ledger.timeline("reading", sealed.name[:64])
    assert (entry.act, entry.details["sha256"], entry.details["lines"]) == ("reading.close", sealed.sha256, 1)
    taken(NOW + timedelta(days=200))
    assert list(folder.glob("*.jsonl"))
    taken(NOW + timedelta(days=202))
    assert not list(folder.glob("*.jsonl"))
    assert Reading.objects.count() == 1, "the rows stay"


@pytest.mark.parametrize("change", ["UPDATE access_reading SET rows = 0", "DELETE FROM access_reading"])
def test_the_database_itself_refuses_to_change_the_read_log(db, change):
    reading.write(line())
    taken()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


def test_a_line_reads_back_as_it_was_written():
    one = line(subject="outlet:7", asked="a=1&b=“”", unit_path="1402", program="水利平台", origin="127.0.0.1")
    assert read_line(one.line()) == one
    assert read_line("[]") is None
    assert read_line(json.dumps({"at": "2023-06-01", "kind": "nothing", "actor_id": "x"})) is None


def test_an_auditor_sees_the_readings_of_his_territory_and_of_what_holds_it(country):
    for path in ("140213", "1402", "14", "419001", ""):
        reading.write(line(unit_path=path))
    taken()
    auditor = build.actor(Role.AUDITOR, country)
    assert sorted(one.row.unit_path for one in queries.reads(auditor, Asked()).rows) == ["", "14", "1402", "140213"]
    nation = build.actor(Role.AUDITOR, build.unit("000000"))
    assert len(queries.reads(nation, Asked()).rows) == 5


def test_only_who_may_read_the_audit_reads_it(country):
    with pytest.raises(Refused):
        queries.reads(build.actor(Role.CLERK, country), Asked())
    with pytest.raises(Refused):
        queries.acts(build.actor(Role.CLERK, country), Asked())
    assert client_of(build.officer(Role.CLERK, country)).get(reverse("web:audit")).status_code == 403


def test_the_acts_of_ones_scope_are_listed_across_subjects_and_no_other(country):
    near, far = build.outlet(build.unit("140213")), build.outlet(build.unit("419001"))
    auditor = build.actor(Role.AUDITOR, country)
    page = queries.acts(auditor, Asked())
    told = {(one.kind, one.subject_id) for one in page.rows}
    assert ("outlet", str(near.pk)) in told
    assert ("outlet", str(far.pk)) not in told
    everything = queries.acts(build.actor(Role.AUDITOR, build.unit("000000")), Asked(), size=1_000)
    assert ("outlet", str(far.pk)) in {(one.kind, one.subject_id) for one in everything.rows}


def test_acts_are_found_by_officer_act_unit_and_day_and_paged_without_gap(country):
    found = build.outlet(build.unit("140213"))
    for number in range(5):
        actions.correct(
            found, values={"remark": f"第{number}次"}, reason="核对", by=build.VERIFIER, at=build.NOON, on=build.DAY
        )
        found.refresh_from_db()
    nation = build.actor(Role.AUDITOR, build.unit("000000"))
    asked = Asked(
        actor_id=build.VERIFIER.id, what="outlet.correct", unit_path="1402", from_day=build.DAY, to_day=build.DAY
    )
    seen, after = [], 0
    while True:
        page = queries.acts(nation, asked, after=after, size=2)
        seen += [one.id for one in page.rows]
        if not (after := page.after):
            break
    assert len(seen) == 5
    assert seen == sorted(seen, reverse=True)
    assert not queries.acts(nation, Asked(actor_id=build.VERIFIER.id, unit_path="41")).rows


def test_the_two_pages_of_the_audit_say_who_did_and_who_read(country):
    build.outlet(build.unit("140213"), name="某测试排污口")
    auditor = build.officer(Role.AUDITOR, country)
    client = client_of(auditor)
    assert "某测试排污口" in words(client.get(reverse("web:audit")))
    taken(datetime.now(UTC))
    page = words(client.get(reverse("web:audit-reads")))
    assert "查看审计" in page
    assert auditor.name in page
    for which in ("acts", "reads"):
        answer = client.get(reverse("web:audit-export", args=[which]))
        assert b"".join(answer.streaming_content).decode("utf-8-sig").count("\r\n") >= 2
    assert client.get(reverse("web:audit-export", args=["other"])).status_code == 404
    assert client.get(reverse("web:audit"), {"unit": "419001"}).status_code == 404


def test_the_command_says_the_same(site):
    site.run("init", "--unit", "140200", timeout=600)
    acts = json.loads(site.run("audit", "acts", "--json").stdout)
    assert acts
    assert {"actor", "act", "kind", "subject", "recorded"} <= set(acts[0])
    assert json.loads(site.run("audit", "reads", "--json").stdout) == []
