"""疑似重复: the pairs, one pair side by side, and the three answers."""

from __future__ import annotations

from decimal import Decimal

import pytest

from qingyuan.core.access import Role
from qingyuan.registry import actions
from qingyuan.registry.models import ApartPair, Outlet, Resolution
from tests import build
from tests.web.people import client, words

pytestmark = pytest.mark.django_db


def entered(name, *, metres=0, **more):
    new = build.new_outlet(build.unit("140213"), name=name, **more)
    place = (Decimal("113.250000"), Decimal("40.080000") + Decimal(metres) / Decimal(111_195))
    placed = new._replace(position=(place[0], place[1].quantize(Decimal("1.000000"))))
    return actions.register(placed, by=build.SURVEYOR, at=build.NOON)


@pytest.fixture
def two(db):
    build.country()
    return entered("平城区甲厂工业排污口"), entered("平城区甲厂 工业排污口", metres=12, fields={"remark": "第二次登记"})


@pytest.fixture
def reviewer(two):
    return client(Role.REVIEWER, build.unit("140200"))


def asked(keep, drop, **more):
    return {
        "keep": keep.pk,
        f"version_{keep.pk}": keep.version,
        f"version_{drop.pk}": drop.version,
        "reason": "同一个口",
        **more,
    }


def test_the_list_names_the_pair_and_why(two, reviewer):
    page = words(reviewer.get("/duplicates/"))
    assert "平城区甲厂工业排污口" in page
    assert "相距 12 米" in page
    hint = words(reviewer.get(f"/outlets/{two[0].pk}"))
    assert "疑似重复登记" in hint


def test_resolved_with_the_values_chosen_and_undone_from_the_kept_page(two, reviewer):
    keep, drop = two
    address = f"/duplicates/{keep.pk}/{drop.pk}"
    assert "第二次登记" in words(reviewer.get(address))
    answer = reviewer.post(address, asked(keep, drop, value_remark=drop.pk))
    assert answer.url == f"/outlets/{keep.pk}"
    kept = Outlet.objects.get(pk=keep.pk)
    assert kept.remark == "第二次登记"
    page = words(reviewer.get(answer.url))
    assert "归并来的重复登记" in page
    assert "登记已撤销" in words(reviewer.get(f"/outlets/{drop.pk}"))
    assert reviewer.post(address, asked(keep, drop)).status_code == 302
    resolution = Resolution.objects.get()
    undone = reviewer.post(f"/duplicates/{resolution.pk}/undo", {"reason": "看错了"})
    assert undone.status_code == 302
    assert Outlet.objects.get(pk=drop.pk).in_register
    assert Outlet.objects.get(pk=keep.pk).remark == ""


def test_without_a_reason_or_from_a_stale_page_nothing_is_written(two, reviewer):
    keep, drop = two
    address = f"/duplicates/{keep.pk}/{drop.pk}"
    assert reviewer.post(address, asked(keep, drop, reason="")).status_code == 409
    assert reviewer.post(address, {**asked(keep, drop), f"version_{drop.pk}": 7}).status_code == 409
    assert not Resolution.objects.exists()


def test_not_a_duplicate_is_remembered(two, reviewer):
    keep, drop = two
    for _press in range(2):
        assert reviewer.post(f"/duplicates/{keep.pk}/{drop.pk}/apart", {"reason": "上下口"}).status_code == 302
    assert ApartPair.objects.count() == 1
    assert "没有疑似重复的登记" in words(reviewer.get("/duplicates/"))


def test_a_clerk_sees_the_pair_and_why_the_button_is_grey(two):
    clerk = client(Role.CLERK, build.unit("140213"))
    keep, drop = two
    page = clerk.get(f"/duplicates/{keep.pk}/{drop.pk}")
    assert "您没有在此办理“归并重复登记”的权限" in words(page)
    assert clerk.post(f"/duplicates/{keep.pk}/{drop.pk}", asked(keep, drop)).status_code == 403
