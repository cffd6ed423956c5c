"""Waters by program: the same acts as by page, under the same guards, and progress follows."""

import pytest
from django.utils import timezone

from qingyuan.core.access import Role
from qingyuan.core.lifecycle import Stage
from tests import build
from tests.api.asking import caller
from tests.api.rooms import uploaded

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer():
    build.country()
    return caller(Role.REVIEWER, build.unit("419001"))


def denominator(who):
    told = who.get(f"progress/419001?as_of={timezone.localdate().isoformat()}").json()
    return next(one["denominator"] for one in told["targets"] if "tracing" in one["target"])


def test_a_flag_is_set_ended_and_taken_back_and_progress_follows(reviewer):
    build.outlet(build.unit("419001"), stage=Stage.VERIFIED, receiving=build.water("珠龙河"))
    assert denominator(reviewer) == 0
    read = reviewer.get("waters/DA0005")
    flag = {"flag": "main_river", "from_day": "2023-01-01", "source": "清单", "sha256": uploaded(reviewer, "清单")}
    answer = reviewer.post("waters/DA0005/flags", json=flag, etag=read["ETag"])
    assert answer.status_code == 201, answer.content
    assert denominator(reviewer) == 1
    row = answer.json()["flags"][0]
    assert (row["from_day"], row["sha256"]) == ("2023-01-01", flag["sha256"])
    stale = reviewer.post("waters/DA0005/flags", json=flag, etag=read["ETag"])
    assert stale.status_code == 412
    end = {"flag": "main_river", "on": "2024-01-01", "source": "通知"}
    answer = reviewer.post("waters/DA0005/flags/end", json=end, etag=answer["ETag"])
    assert denominator(reviewer) == 0
    (standing,) = [one for one in answer.json()["flags"] if one["retracted_at"] is None]
    assert (standing["from_day"], standing["to_day"]) == ("2023-01-01", "2024-01-01")
    gone = reviewer.post(f"waters/DA0005/flags/{standing['id']}/withdraw", json={"reason": "误"}, etag=answer["ETag"])
    assert all(one["retracted_at"] for one in gone.json()["flags"])


def test_a_water_is_entered_and_corrected_and_tells_its_upstream_and_downstream(reviewer):
    new = {"name": "村北沟", "kind": "ditch", "units": ["419001"], "flows_into": "DA0005", "source": "现场排查"}
    made = reviewer.post("waters", json=new)
    assert made.status_code == 201, made.content
    assert [one["name"] for one in made.json()["downstream"]] == ["珠龙河", "蟒河", "黄河"]
    code = made.json()["code"]
    change = {"on": "2023-06-01", "reason": "核对", "values": {"flows_into": "DA0003", "other_names": "北沟"}}
    answer = reviewer.post(f"waters/{code}/correct", json=change, etag=made["ETag"])
    assert (answer.json()["parent"], answer.json()["other_names"]) == ("DA0003", "北沟")
    assert code in [one["id"] for one in reviewer.get("waters/DA0003").json()["upstream"]]


def test_a_river_that_flows_through_others_is_refused_and_one_out_of_scope_is_absent(reviewer):
    flag = {"flag": "main_river", "source": "清单"}
    shared = reviewer.post("waters/DA0001/flags", json=flag, etag=reviewer.get("waters/DA0001")["ETag"])
    assert (shared.status_code, shared.json()["code"]) == (403, "access.water_beyond")
    assert reviewer.post("waters/CC0003/flags", json=flag, etag='"0-0"').status_code == 404
