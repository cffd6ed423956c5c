"""Hostile clients: schemathesis walks the whole document through the WSGI app, with no network between.

Every answer is declared, of the declared shape and type, and none is a fault of ours.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.db.models import Model
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import booleans
from schemathesis import APIOperation
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from qingyuan.access import actions as access
from qingyuan.api.openapi import document
from qingyuan.core.access import CONSOLE, Role
from qingyuan.registry.models import Outlet
from tests import build
from tests.access import site
from tests.api.asking import program

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@pytest.fixture(autouse=True)
def one_connection():
    """The app would close the test's own connection after each answer, as Django's test client knows."""
    told = (request_started, request_finished)
    for signal in told:
        signal.disconnect(close_old_connections)
    yield
    for signal in told:
        signal.connect(close_old_connections)


@dataclass(frozen=True)
class Siege:
    """The operations, a token that may do nearly everything in one city, and an outlet there."""

    operations: dict[str, APIOperation]
    headers: dict[str, str]
    outlet: Outlet
    batch: int
    there: dict[str, Model]

    def attack(self, name: str, examples: int) -> None:
        """Ask one operation whatever the schema allows, half of the time about a record that is there."""
        operation = self.operations[name]

        @settings(
            max_examples=examples,
            deadline=None,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(), real=booleans())
        def walk(case, real):
            headers = {**(case.headers or {}), **self.headers}
            if real:
                headers |= self._about_what_is_there(case)
            response = case.call(headers=headers, app=operation.schema.app)
            case.validate_response(response, checks=CHECKS)

        walk()

    def _about_what_is_there(self, case) -> dict[str, str]:
        given = case.path_parameters or {}
        there = {"key": self.outlet.pk, "unit": "140213", "code": "140213"}
        there["pk"] = self.batch if "imports" in case.operation.path else self.outlet.party_id
        there |= {"first": self.outlet.pk, "second": site.twin_of(self.outlet, "对照").pk, "name": "directory"}
        record = next((one for part, one in self.there.items() if f"/{part}/" in case.operation.path), None)
        if record is not None:
            there["pk"] = record.pk
        for place in set(given) & set(there):
            given[place] = there[place]
        version = Outlet.objects.get(pk=self.outlet.pk).version if "key" in given else 0
        if hasattr(record, "version"):
            record.refresh_from_db()
            version = record.version
        return {"If-Match": f'"{version}-0"'} if case.method == "POST" else {}


@pytest.fixture
def siege(db):
    country = site.country()
    where = country.near.unit.parent
    made, text = program(Role.REVIEWER, where)
    for role in (Role.ADMINISTRATOR, Role.AUDITOR):
        access.assign(made, role=role, unit=where, from_day=build.LONG_AGO.date(), by=CONSOLE, at=build.LONG_AGO)
    schema = schemathesis.openapi.from_dict(document())
    schema.app = closing(get_wsgi_application())
    operations = [result.ok() for result in schema.get_all_operations()]
    named = {f"{one.method.upper()} {one.path}": one for one in operations}
    batch = country.imports[country.near.unit.path].pk
    near = country.near
    there = {
        "work-items": site.fed_back(near).part.item,
        "meetings": site.met(near),
        "plans": site.plan_of(near, near=True),
        "regulations": site.regulation(),
        "resolutions": site.resolution_near(near),
        "code-lists": site.code_list(near.unit),
        "official-files": site.official_file(near.unit),
        "pack-proposals": country.proposals[near.unit.path],
        "notices": site.notice_to(made),
    }
    return Siege(named, {"Authorization": f"Bearer {text}"}, near, batch, there)


def closing(app):
    """The app with every answer read to its end and closed, as a server does."""

    def answered(environ, start_response):
        answer = app(environ, start_response)
        try:
            return [b"".join(answer)]
        finally:
            answer.close()

    return answered


def test_no_request_whatever_is_a_fault_or_an_answer_that_was_not_declared(siege):
    faults = {}
    for name in siege.operations:
        try:
            siege.attack(name, 6)
        except (Exception, BaseExceptionGroup) as error:
            faults[name] = str(error)[:1500]
    assert not faults, "\n\n".join(f"{name}\n{text}" for name, text in faults.items())


@pytest.mark.slow
def test_nor_is_a_long_siege(siege):
    for name in siege.operations:
        siege.attack(name, 100)
