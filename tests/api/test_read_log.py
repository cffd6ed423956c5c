"""访问日志: a sensitive record leaves the same trace by page and by program."""

from __future__ import annotations

import re

import pytest
from django.urls import get_resolver, resolve, reverse

from qingyuan.access import reading
from qingyuan.access.models import Reading
from qingyuan.core.access import CONSOLE, Role
from qingyuan.project.watching import WATCHED
from tests import build
from tests.access import site
from tests.api.asking import caller
from tests.web.people import client_of


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.READING_ROOT = tmp_path / "reading"


def taken() -> list[Reading]:
    reading.take_in(by=CONSOLE, at=build.NOON, keep_days=200)
    return list(Reading.objects.order_by("pk"))


@pytest.fixture
def country(db):
    return site.country()


def sides(country) -> list[tuple[str, Role, str, str]]:
    """Page, role, its address, the operation about the same record."""
    near, boss, clerk = country.near, Role.ADMINISTRATOR, Role.CLERK
    paper, batch, given = site.paper_of(near), country.imports[near.unit.path], site.fed_back(near)
    plan, met, item = site.plan_of(near, near=True), site.met(near), given.part.item_id
    here = "unit=140213"
    table = [
        (clerk, "outlet-paper", (near.pk, paper.pk), "", f"outlets/{near.pk}/papers/{paper.pk}"),
        (clerk, "outlets-export", (), f"as=csv&{here}", f"exports/outlets?format=csv&{here}"),
        (clerk, "register-export", ("directory",), f"as=csv&{here}", f"registers/directory/export?{here}"),
        (clerk, "outlet-ledger", (near.pk,), "", f"ledger/outlet/{near.pk}"),
        (boss, "officers", (), "", "officers"),
        (boss, "officer", (country.colleague.pk,), "", f"officers/{country.colleague.pk}"),
        (clerk, "bodies", (), here, f"bodies?{here}"),
        (clerk, "body", (near.party_id,), "", f"bodies/{near.party_id}"),
        (clerk, "oversight-contacts", (), here, "supervision/140213/contacts"),
        (Role.AUDITOR, "audit", (), here, f"audit/acts?{here}"),
        (Role.AUDITOR, "audit-reads", (), here, f"audit/reads?{here}"),
        (clerk, "import-refused", (batch.pk,), "", f"imports/{batch.pk}/refused"),
        (clerk, "item-evidence", (item, given.pk), "", f"work-items/{item}/feedback/{given.pk}"),
        (clerk, "plan-document", (plan.pk,), "", f"plans/{plan.pk}/document"),
        (clerk, "meeting-minutes", (met.pk,), "", f"meetings/{met.pk}/minutes"),
    ]
    return [
        (page, role, f"{reverse(f'web:{page}', args=args)}?{query}", operation)
        for role, page, args, query, operation in table
    ]


def test_what_a_page_writes_down_its_operation_writes_down_too(country):
    unlike, unit = [], build.unit("140200")
    for name, role, page, operation in sides(country):
        before = len(taken())
        first = client_of(country.officers[role]).get(page)
        second = caller(role, unit).get(operation)
        for answer in (first, second):
            assert answer.status_code == 200, (name, answer.status_code)
            if answer.streaming:
                b"".join(answer.streaming_content)
        rows = taken()[before:]
        assert len(rows) == 2, (name, [row.kind for row in rows])
        by_page, by_program = rows
        same = ("kind", "subject", "unit_path", "status")
        if [getattr(by_page, one) for one in same] != [getattr(by_program, one) for one in same]:
            unlike.append((name, [(getattr(by_page, one), getattr(by_program, one)) for one in same]))
        assert (by_page.program, by_program.program) == ("", "测试程序")
    assert not unlike


def test_a_refused_try_of_a_program_is_written_down(country):
    surveyor = caller(Role.SURVEYOR, build.unit("140200"))
    assert surveyor.get("officers").status_code == 403
    assert surveyor.get(f"bodies/{country.far.party_id}").status_code == 404
    assert [(row.kind, row.status) for row in taken()] == [("officers", 403), ("body", 404)]


def test_how_many_rows_a_program_took_is_written_down(country):
    clerk = caller(Role.CLERK, build.unit("140200"))
    clerk.get("bodies").json()
    b"".join(clerk.get("exports/outlets?format=csv").streaming_content)
    bodies, export = taken()
    assert (bodies.rows, export.rows) == (2, 1)


def test_an_outlet_asked_for_by_its_code_is_written_down_by_its_number(country):
    near = country.near
    near.national_code = "DB-140213-0001-GY-00"
    near.save(update_fields=["national_code"])
    paper = site.paper_of(near)
    answer = caller(Role.CLERK, build.unit("140200")).get(f"outlets/{near.national_code}/papers/{paper.pk}")
    b"".join(answer.streaming_content)
    (row,) = taken()
    assert (row.subject, row.unit_path) == (f"outlet:{near.pk}:{paper.pk}", "140213")


def test_what_cannot_be_written_down_is_not_handed_to_a_program(country, settings, tmp_path):
    blocked = tmp_path / "blocked"
    blocked.write_text("no folder")
    settings.READING_ROOT = blocked / "reading"
    who = caller(Role.ADMINISTRATOR, build.unit("140200"))
    who.client.raise_request_exception = False
    answer = who.get("officers")
    assert (answer.status_code, answer["Content-Type"]) == (500, "application/problem+json")


def test_every_watched_name_is_an_address_that_answers_to_that_name():
    """A path of the API is shared by its operations and goes by the name of the first: the table must use that one."""
    named = {}

    def walk(patterns, before, spaces):
        for one in patterns:
            if hasattr(one, "url_patterns"):
                walk(
                    one.url_patterns, before + str(one.pattern), [*spaces, *([one.namespace] if one.namespace else [])]
                )
            else:
                named.setdefault(":".join([*spaces, one.name or ""]), before + str(one.pattern))

    walk(get_resolver().url_patterns, "", [])
    assert set(WATCHED) <= set(named)
    sample = {"kind": "outlet", "unit": "140213", "which": "acts", "what": "outlets", "form": "csv", "name": "x"}
    sample |= dict.fromkeys(("pk", "paper", "feedback"), 1) | {"key": "directory"}
    for name in WATCHED:
        args = {
            one: value
            for one, value in sample.items()
            if {f":{one}>", f"<{one}>"} & set(re.findall(r"[:<]\w+>", named[name]))
        }
        assert resolve(reverse(name, kwargs=args)).view_name == name, name
