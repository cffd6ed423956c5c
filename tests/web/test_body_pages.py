"""单位 by page and by program: entering, correcting, its affiliation and functions; a double press does nothing."""

import pytest

from qingyuan.bodies import queries
from qingyuan.bodies.models import Body
from qingyuan.core.access import Role
from qingyuan.core.functions import BodyFunction, BodyKind
from qingyuan.ledger import queries as ledger
from tests import build
from tests.api.asking import caller
from tests.web.people import client, words

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _country():
    build.country(waters=False, packs=False)


@pytest.fixture
def factory():
    return build.body(build.unit("140213"), name="某化工厂")


@pytest.fixture
def clerk():
    return client(Role.CLERK, build.unit("140213"))


def sent(body, **more):
    return {
        "version": body.version,
        "name": body.name,
        "kind": body.kind,
        "on": "2023-06-01",
        "reason": "营业执照",
        **more,
    }


def test_a_clerk_enters_an_organisation_with_its_affiliation(clerk):
    group = build.body(build.unit("140213"), name="某集团")
    given = {"name": "某分厂", "kind": "enterprise", "unit": "140213", "parent": "某集团", "industry": "化工"}
    made = Body.objects.get(name="某分厂") if clerk.post("/bodies/new", given).status_code == 302 else None
    assert (made.parent, made.industry) == (group, "化工")
    again = clerk.post("/bodies/new", given)
    assert again.status_code == 409
    assert "已有名为“某分厂”的单位" in words(again)


def test_a_correction_by_page_sets_the_affiliation_and_tells_it_in_the_ledger(clerk, factory):
    build.body(build.unit("140213"), name="某集团")
    build.body(build.unit("140200"), name="某工业局", kind=BodyKind.GOVERNMENT)
    given = sent(factory, parent="某集团", supervising_body="某工业局", industry="化工", valid_from="2001-05-01")
    assert clerk.post(f"/bodies/{factory.pk}/correct", given).status_code == 302
    page = words(clerk.get(f"/bodies/{factory.pk}"))
    for text in ("隶属单位 某集团", "主管部门 某工业局", "行业类别 化工", "成立日期 2001-05-01", "更正单位信息"):
        assert text in page
    stale = clerk.post(f"/bodies/{factory.pk}/correct", given)
    assert stale.status_code == 409
    assert "没有重复写入" in words(stale)
    assert len(ledger.timeline("body", str(factory.pk))) == 2


def test_a_body_that_is_not_in_the_books_is_a_sentence_at_its_field(clerk, factory):
    answer = clerk.post(f"/bodies/{factory.pk}/correct", sent(factory, parent="查无此单位"))
    assert answer.status_code == 409
    assert "单位库中没有这个单位" in words(answer)
    assert queries.body(factory.pk).version == 0


def test_functions_are_adjusted_from_a_day_by_page(clerk, factory):
    given = {"version": 0, "functions": ["discharger"], "on": "2023-06-01", "reason": "授权文件"}
    assert clerk.post(f"/bodies/{factory.pk}/functions", given).status_code == 302
    assert queries.functions_of(factory, on=build.DAY) == {BodyFunction.DISCHARGER}
    page = words(clerk.get(f"/bodies/{factory.pk}"))
    assert "职能 排污单位" in page
    assert "调整职能" in page.partition("变更留痕")[2]


def test_who_may_not_correct_sees_the_reason_under_the_button(factory):
    auditor = client(Role.AUDITOR, build.unit("140213"))
    assert "您没有在此办理“维护单位”的权限" in words(auditor.get(f"/bodies/{factory.pk}"))
    assert auditor.get(f"/bodies/{factory.pk}/correct").status_code == 403


def test_a_program_corrects_the_same_and_reads_it_back(factory):
    group = build.body(build.unit("140213"), name="某集团")
    who = caller(Role.CLERK, build.unit("140213"))
    read = who.get(f"bodies/{factory.pk}")
    change = {"on": "2023-06-01", "reason": "执照", "values": {"parent": group.pk, "industry": "化工"}}
    answer = who.post(f"bodies/{factory.pk}/correct", json=change, etag=read["ETag"])
    assert answer.status_code == 200, answer.content
    assert answer.json()["parent"] == {"id": group.pk, "name": "某集团"}
    functions = {"on": "2023-06-01", "functions": ["discharger"], "reason": "执照"}
    assert who.post(f"bodies/{factory.pk}/functions", json=functions, etag=read["ETag"]).status_code == 412
    answer = who.post(f"bodies/{factory.pk}/functions", json=functions, etag=answer["ETag"])
    assert answer.json()["functions"] == ["discharger"]
    circle = {"on": "2023-06-01", "reason": "执照", "values": {"parent": factory.pk}}
    refused = who.post(f"bodies/{factory.pk}/correct", json=circle, etag=answer["ETag"])
    assert (refused.status_code, refused.json()["code"]) == (409, "bodies.circle")
