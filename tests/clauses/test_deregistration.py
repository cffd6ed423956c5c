"""销号, 备案 and the list of those to keep, as the five schemes ask for them, each by the way an officer goes."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from qingyuan.core import sealing
from qingyuan.core.access import CONSOLE, Role
from qingyuan.core.functions import BodyFunction as F
from qingyuan.core.functions import BodyKind
from qingyuan.core.lifecycle import BITS, Milestone, Stage
from qingyuan.core.refusal import Refused
from qingyuan.ledger import actions as ledger
from qingyuan.ledger.models import Entry
from qingyuan.registry import registers
from qingyuan.registry.models import Outlet
from qingyuan.stages.remediation import actions, queries, queries_closure
from qingyuan.stages.remediation.models import Round
from qingyuan.stages.remediation.models_closure import Filing
from qingyuan.stages.remediation.models_plans import Plan
from qingyuan.stages.remediation.queries import Asked
from qingyuan.stages.remediation.words_works import EvidenceKind
from tests import build
from tests.stages.remediation import lives
from tests.stages.remediation.lives import later
from tests.stages.tracing.cases import PLACES
from tests.web.people import client_of, words

BEGAN = date(2024, 3, 1)
"""All five schemes are in force."""
UPPER = {"济源": "410000", "安阳": "410500", "新绛": "140800", "大同": "140200", "吉林": "220100"}


@pytest.fixture(autouse=True)
def country(db):
    build.country()


def schemes(**clauses: str):
    """A case for each scheme, with the clause it shows."""
    cases = [pytest.param(name, marks=pytest.mark.clause(*row.split()), id=name) for name, row in clauses.items()]
    return pytest.mark.parametrize("scheme", cases)


def awaiting(scheme: str, **more: object) -> Round:
    """An outlet of a register under way whose works were reported done; nobody has handed in a proof."""
    outlet = build.outlet(build.unit(PLACES[scheme]), stage=Stage.AWAITING_ACCEPTANCE, on=BEGAN, **more)
    made = actions.take_up(outlet, at=build.recorded(later(BEGAN)))
    assert made is not None
    return made


def proven(found: Round) -> None:
    given = actions.Given(f"竣工验收材料 {found.pk}".encode(), "竣工材料.pdf")
    day = found.outlet.stage_since
    actions.add_evidence(
        found, kind=EvidenceKind.OTHER, given=given, note="竣工材料", on=day, by=build.VERIFIER, at=build.recorded(day)
    )


def office(code: str, **more: object):
    """The browser of a reviewer of the ecology bureau of a unit."""
    where = build.unit(code)
    body = build.body(where, kind=BodyKind.GOVERNMENT, functions=(F.ECOLOGY,))
    return client_of(build.officer(Role.REVIEWER, where, body=body, **more))


def paper(name: str = "验收记录.txt") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, name.encode())


def press(browser, found: Round, act: str, **given: object):
    day = found.outlet.stage_since.isoformat()
    return browser.post(f"/remediation/{found.pk}/closing/{act}", {"on": day, **given})


def on_list(found: Round) -> bool:
    today = date(2026, 1, 1)
    return queries.problems(CONSOLE, asked=Asked(), on=today).filter(pk=found.outlet_id).exists()


def accept(browser, found: Round):
    press(browser, found, "check", passed="yes", note="现场核查合格")
    return press(browser, found, "accept", paper=paper())


@schemes(济源="JY-51", 安阳="AY-31", 新绛="XJ-33", 大同="DT-49", 吉林="JL-78")
def test_without_proof_no_outlet_leaves_the_list_and_with_it_it_does(scheme: str):
    found = awaiting(scheme)
    browser = office(PLACES[scheme])
    refused = accept(browser, found)
    assert refused.status_code == 409
    assert "还没有整治的证明材料，不能销号" in words(refused)
    assert on_list(found)
    proven(found)
    done = accept(browser, found)
    assert done.status_code == 302, words(done)[-500:]
    if scheme == "吉林":
        assert on_list(found)  # 待上级备案
        assert press(browser, found, "file").status_code == 409
        assert press(browser, found, "file", paper=paper("证明材料.txt")).status_code == 302
        filing = Filing.objects.get(round=found)
        address = f"/remediation/closing/filing/{filing.pk}/take"
        given = {"on": found.outlet.stage_since.isoformat()}
        assert office(UPPER[scheme]).post(address, given).status_code == 302
    assert not on_list(found)


@pytest.mark.clause("JY-74")
def test_each_outlet_is_accepted_for_itself():
    one, other = awaiting("济源"), awaiting("济源")
    browser = office(PLACES["济源"])
    proven(one)
    proven(other)
    assert accept(browser, one).status_code == 302
    assert not on_list(one)
    assert on_list(other)
    refused = press(browser, other, "retain")
    assert refused.status_code == 409
    assert "待验收" in words(refused)
    assert accept(browser, other).status_code == 302
    assert not on_list(other)


@pytest.mark.clause("JL-79", "JL-80")
def test_the_county_s_closure_waits_for_the_city_and_does_not_count_until_then():
    found = awaiting("吉林", receiving=build.water("第二松花江") if has_water("第二松花江") else None)
    county, city = office("220102"), office("220100")
    proven(found)
    assert accept(county, found).status_code == 302
    refused = press(county, found, "file")
    assert refused.status_code == 409
    assert not Filing.objects.exists()
    found.outlet.refresh_from_db()
    day = found.outlet.stage_since
    with pytest.raises(Refused) as no:
        actions.file_upward(found, proof_sha256="", on=day, by=CONSOLE, at=build.recorded(later(day)))
    assert no.value.refusal.code == "remediation.no_proof"
    assert no.value.refusal.clause.startswith("吉林")
    assert press(county, found, "file", paper=paper("证明材料.txt")).status_code == 302
    assert "待备案" in words(city.get("/remediation/filings/"))
    assert "待备案" in words(county.get("/remediation/acceptance/?tab=undecided"))
    assert not counted(found)
    filing = Filing.objects.get()
    own = county.post(f"/remediation/closing/filing/{filing.pk}/take", {"on": found.outlet.stage_since.isoformat()})
    assert own.status_code == 409
    assert not counted(found)
    taken = city.post(f"/remediation/closing/filing/{filing.pk}/take", {"on": found.outlet.stage_since.isoformat()})
    assert taken.status_code == 302
    assert "已备案" in words(city.get("/remediation/filings/?tab=filed"))
    assert counted(found)


def has_water(name: str) -> bool:
    from qingyuan.places.models import Water

    return Water.objects.filter(name=name).exists()


def counted(found: Round) -> bool:
    """Whether the outlet counts as remediated in the share on the board of its county."""
    outlet = Outlet.objects.select_related("unit").get(pk=found.outlet_id)
    board = client_of(build.officer(Role.LEADER, outlet.unit)).get("/scoreboard/").context["board"]
    figures = [one.figure for one in board.total.cells if one.target.metric == "remediation"]
    assert figures
    return any(one.numerator for one in figures)


@schemes(济源="JY-52 JY-75", 安阳="AY-32", 新绛="XJ-34", 大同="DT-50", 吉林="JL-81")
def test_of_ten_outlets_closed_merged_and_standardised_five_stand_on_the_list_to_keep(scheme: str):
    unit = build.unit(PLACES[scheme])
    keeper = build.outlet(unit, stage=Stage.CLASSIFIED, on=BEGAN)
    for number in range(10):
        found = awaiting(scheme, type_key="QT.other")
        proven(found)
        day = found.outlet.stage_since
        lives.accepted(found, on=day)
        day = found.outlet.stage_since
        how = {"on": day, "by": build.SURVEYOR, "at": build.recorded(later(day, 2))}
        if number < 2:
            actions.decide_close(found, order_sha256=build.paper(), record_sha256=build.paper(), **how)
        elif number < 5:
            actions.decide_merge(found, target=keeper, paper_sha256=build.paper(), **how)
        else:
            actions.decide_retain(found, **how)
    day = date(2024, 6, 1)
    kept = next(one for one in registers.registers_of(unit.path, on=day) if one.kind == "retained")
    assert kept.clause.startswith(scheme)
    assert registers.how_many(kept, unit, on=day) == 5
    assert registers.outlets_in(kept, unit, on=day).count() == 5
    browser = office(PLACES[scheme])
    page = words(browser.get(f"/registers/{kept.key}/"))
    for outlet in Outlet.objects.filter(stage=Stage.RETAINED):
        assert outlet.name in page
    ends = [BITS[one] for one in (Milestone.RETAINED, Milestone.MERGED, Milestone.CLOSED)]
    gone_through = Outlet.objects.exclude(pk=keeper.pk)
    assert all(sum(bool(one.milestones & end) for end in ends) == 1 for one in gone_through)
    assert set(queries_closure.outcomes(CONSOLE).items()) == {("retained", 5), ("merged", 3), ("closed", 2)}
    export = browser.get(f"/registers/{kept.key}/export?as=csv")
    assert export.status_code == 200
    lines = b"".join(export.streaming_content).decode("utf-8-sig").splitlines()
    assert sum("测试" in line and "排污口" in line for line in lines if "," in line) == 5


@schemes(新绛="XJ-37", 大同="DT-62")
def test_merged_domestic_sewage_names_the_works_that_take_it(scheme: str):
    began = date(2024, 1, 5)  # both schemes are in force
    outlet = lives.classified(build.unit(PLACES[scheme]), type_key="QT.urban_domestic", on=began)
    listed = lives.problem(outlet, on=began)
    found = lives.works_done(lives.planned(listed, "merge"))
    Plan.objects.filter(round=found).update(receiving_works="")
    day = later(found.outlet.stage_since)
    browser = office(PLACES[scheme])
    lives.checked(found, on=day)
    given = {"on": day.isoformat(), "paper": paper()}
    refused = browser.post(f"/remediation/{found.pk}/closing/accept", given)
    assert refused.status_code == 409
    assert "请在方案中写明接纳的污水处理设施" in words(refused)
    with pytest.raises(Refused) as no:
        actions.accept(found, paper_sha256=build.paper(), on=day, by=build.SURVEYOR, at=build.recorded(later(day)))
    assert no.value.refusal.clause.startswith(scheme)
    Plan.objects.filter(round=found).update(receiving_works="城区污水处理厂")
    assert browser.post(f"/remediation/{found.pk}/closing/accept", {**given, "paper": paper()}).status_code == 302


@schemes(新绛="XJ-51", 大同="DT-86")
def test_a_clustered_village_above_the_threshold_keeps_one_outlet(scheme: str):
    found = awaiting(scheme, type_key="QT.rural_domestic")
    proven(found)
    outlet, day = found.outlet, found.outlet.stage_since
    lives.accepted(found, on=day)
    facts = {"village_sewage_m3_d": 501, "village_clustered": True, "village_outlets": 2}
    for name, value in facts.items():
        lives.fact(outlet, name, value, on=day)
    browser = office(PLACES[scheme])
    refused = press(browser, found, "retain")
    assert refused.status_code == 409
    assert "统一设置一个入河排污口" in words(refused)
    lives.fact(outlet, "village_outlets", 1, on=day)
    assert press(browser, found, "retain").status_code == 302


def test_the_closing_pack_is_downloaded_and_verified_and_one_changed_byte_is_named():
    found = awaiting("大同")
    proven(found)
    browser = office(PLACES["大同"])
    assert press(browser, found, "seal").status_code == 409
    assert accept(browser, found).status_code == 302
    assert browser.post(f"/remediation/{found.pk}/closing/seal").status_code == 302
    answer = browser.get(f"/remediation/{found.pk}/closing/pack")
    content = b"".join(answer.streaming_content)
    seen = sealing.verify(content)
    assert seen.whole
    assert seen.about["title"] == found.outlet.name
    held = queries_closure.packs_of(found)
    assert [one.sha256 for one in held] == [seen.sha256]
    changed = content.replace("竣工验收材料".encode(), "竣工验收材枓".encode(), 1)
    assert changed != content
    (fault,) = sealing.verify(changed).faults
    assert "其他材料" in fault.name
    assert browser.post(f"/remediation/{found.pk}/closing/seal").status_code == 302
    assert len(queries_closure.packs_of(found)) == 1
    assert seen.anchored == ""  # no anchor was made yet


def test_after_the_next_anchor_the_pack_shows_the_way_of_every_entry_to_it():
    found = awaiting("大同")
    proven(found)
    browser = office(PLACES["大同"])
    assert accept(browser, found).status_code == 302
    seal = f"/remediation/{found.pk}/closing/seal"
    assert browser.post(seal).status_code == 302
    made = ledger.anchor(BEGAN, at=build.recorded(BEGAN))
    assert browser.post(seal).status_code == 302
    assert len(queries_closure.packs_of(found)) == 2
    seen = sealing.verify(b"".join(browser.get(f"/remediation/{found.pk}/closing/pack").streaming_content))
    entries = Entry.objects.filter(kind="outlet", subject_id=str(found.outlet_id)).count() - 1  # it says it was sealed
    entries += Entry.objects.filter(kind="round", subject_id=str(found.pk)).count()
    assert seen.whole
    assert seen.anchored == f"变更留痕 {entries} 条，其中 {entries} 条在 {BEGAN} 的锚定值 {made.hash} 之下"
    ledger.anchor(later(BEGAN), at=build.recorded(later(BEGAN)))
    assert browser.post(seal).status_code == 302
    assert len(queries_closure.packs_of(found)) == 2  # nothing more to prove
