"""Reading: who asks, what is answered, ETags."""

from __future__ import annotations

import pytest
from django.test import Client

from qingyuan.core.access import Role
from tests import build
from tests.api.asking import V1, caller


@pytest.fixture
def outlet(db):
    build.country()
    return build.outlet(build.unit("140213"), receiving=build.water("桑干河"))


def test_a_program_reads_the_list_and_the_file_of_an_outlet_in_its_scope(outlet):
    clerk = caller(Role.CLERK, build.unit("140200"))
    listed = clerk.get("outlets").json()
    assert [one["id"] for one in listed["items"]] == [outlet.pk]
    assert listed["next"] is None
    file = clerk.get(f"outlets/{outlet.pk}").json()
    assert file["name"] == outlet.name
    assert file["water"]["name"] == "桑干河"
    assert {move["act"] for move in file["moves"]} >= {"verify"}
    assert file["timeline"][0]["act"] == "outlet.register"


def test_what_was_read_is_not_sent_twice(outlet):
    clerk = caller(Role.CLERK, build.unit("140200"))
    first = clerk.get(f"outlets/{outlet.pk}")
    again = clerk.get(f"outlets/{outlet.pk}", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    assert not again.content


def test_out_of_scope_is_absent_and_without_a_token_nothing_is_said(outlet):
    elsewhere = caller(Role.CLERK, build.unit("419001"))
    answer = elsewhere.get(f"outlets/{outlet.pk}")
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
    assert elsewhere.get("outlets?unit=140213").status_code == 404
    nobody = Client().get(f"{V1}/outlets")
    assert nobody.status_code == 401
    assert nobody["WWW-Authenticate"].startswith("Bearer")


def test_the_document_and_the_page_are_open(client, db):
    document = client.get(f"{V1}/openapi.json").json()
    assert "/api/v1/outlets/{key}" in document["paths"]
    assert client.get(f"{V1}/docs").status_code == 200


def test_what_is_not_there_is_a_problem_not_a_page(client, db):
    for address, status in (("/api/nothing", 404), (f"{V1}/nothing", 404), (f"{V1}/outlets/%00", 404)):
        answer = client.get(address)
        assert answer.status_code == status
        assert answer["Content-Type"] == "application/problem+json"
    answer = client.post(f"{V1}/openapi.json")
    assert (answer.status_code, answer["Content-Type"]) == (405, "application/problem+json")
