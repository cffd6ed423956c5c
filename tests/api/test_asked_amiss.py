"""What a program's programmer gets wrong is told by its place: a parameter, a mark, a length, a version."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from qingyuan.api.problems import Problem
from qingyuan.core.access import Role
from tests import build
from tests.api.asking import Caller, caller


@pytest.fixture
def clerk(db) -> Caller:
    build.country()
    build.outlet(build.unit("140213"))
    return caller(Role.CLERK, build.unit("140200"))


def test_a_parameter_there_is_not_is_refused_by_name_never_ignored(clerk):
    for address in ("outlets?untt=140213", "work-items?stats=overdue", "tasks?offset=2", "me?x=1"):
        answer = clerk.get(address)
        name = address.partition("?")[2].partition("=")[0]
        assert (answer.status_code, answer.json()["code"]) == (400, "api.parameter")
        assert answer.json()["errors"] == [{"place": f"query.{name}", "text": answer.json()["detail"]}]
        assert name in answer.json()["detail"]


def test_a_parameter_of_a_write_or_said_twice_is_refused_as_well(clerk):
    assert clerk.get("outlets?unit=140213&unit=140200").json()["code"] == "api.parameter"
    assert clerk.post("outlets?dry_run=true", json={}).json()["code"] == "api.parameter"
    assert clerk.get("outlets?unit=140213&size=1&sort=name").status_code == 200


def test_a_mark_that_no_page_gave_is_refused_for_it_would_give_the_first_page_for_ever(clerk):
    for of in ("outlets", "bodies", "parties", "tasks/verify", "registers/directory", "problems", "duplicates"):
        for mark in ("abc", "~²", "😀"):
            answer = clerk.get(of, data={"after": mark})
            assert answer.status_code == 422, (of, mark, answer.content)
            assert answer.json()["errors"][0]["place"] == "query.after"


def test_a_fault_names_the_bound_or_the_words_there_are(clerk):
    told = clerk.get("outlets?size=0&source=air&q=" + "a" * 65).json()
    texts = {one["place"]: one["text"] for one in told["errors"]}
    assert texts["query.size"].endswith("1")
    assert "survey" in texts["query.source"]
    assert "64" in texts["query.q"]
    assert clerk.get("outlets?unit=410500").json()["errors"] == [{"place": "unit", "text": "410500"}]


def test_a_content_that_is_not_json_in_utf8_or_too_large_or_without_a_length_is_told_so(clerk, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 2**20
    sent = {"data": json.dumps({"name": "某某村"}, ensure_ascii=False), "content_type": "application/json"}
    amiss = clerk.post("outlets", **(sent | {"data": sent["data"].encode("gb18030")}))
    assert (amiss.status_code, amiss.json()["code"]) == (400, "api.not_json")
    large = clerk.post("outlets", **(sent | {"data": json.dumps({"name": "x" * 2**20})}))
    assert (large.status_code, large.json()["code"]) == (413, "api.too_large")
    assert "1 MB" in large.json()["detail"]
    chunked = clerk.post("outlets", **sent, CONTENT_LENGTH="", headers={"Transfer-Encoding": "chunked"})
    assert (chunked.status_code, chunked.json()["code"]) == (411, "api.no_length")


def test_a_tag_that_names_no_version_is_not_taken_for_a_stale_one(clerk):
    change = {"on": "2023-06-02", "reason": "笔误", "values": {"name": "改名"}}
    for tag in ("*", "abc", '"-9f"'):
        answer = clerk.post("outlets/1/correct", json=change, etag=tag)
        assert (answer.status_code, answer.json()["code"]) == (428, "api.no_version")


def test_a_read_is_asked_for_its_head_alone(clerk):
    answer = clerk.ask("head", "outlets")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer["ETag"] == clerk.get("outlets")["ETag"]


def test_a_sentence_with_a_percent_sign_is_said_as_it_stands():
    assert Problem(422, "x", "占比之和超过 100 %。").sentence == "占比之和超过 100 %。"


def test_a_filter_is_not_kept_without_the_part_that_was_misspelt(clerk):
    answer = clerk.post("saved-views", json={"name": "某", "query": "unit=140213&stge=verified"})
    assert (answer.status_code, answer.json()["errors"][0]["place"]) == (422, "body.query")
    kept = clerk.post("saved-views", json={"name": "某", "query": "unit=140213&after=x~1"})
    assert (kept.status_code, kept.json()["query"]) == (201, "unit=140213")


def test_a_field_of_a_form_there_is_not_is_refused_and_a_file_of_the_wrong_kind_is_no_conflict(clerk):
    def sent(name: str = "台账.xlsx", **fields: str):
        file = SimpleUploadedFile(name, b"no workbook")
        return clerk.post("imports", data={"file": file, "unit": "140200", **fields})

    slip = sent(shet="台账")
    assert (slip.status_code, slip.json()["errors"][0]["place"]) == (422, "form.shet")
    wrong = sent()
    assert (wrong.status_code, wrong.json()["code"]) == (422, "file.not_workbook")
