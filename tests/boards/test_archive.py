"""一口一档: what is there, what is missing, how complete; many at once as each alone; exported as one file set."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from PIL import Image

from qingyuan.boards.archive import completeness as board
from qingyuan.boards.archive.queries import archive_of
from qingyuan.core import sealing
from qingyuan.core.access import CONSOLE
from qingyuan.core.archive import Section, State
from qingyuan.core.lifecycle import Paper, Stage
from qingyuan.core.refusal import Refused
from qingyuan.exchange import archiving
from qingyuan.library import actions as library
from qingyuan.registry import actions as register
from qingyuan.registry.models import Outlet
from qingyuan.stages.standardisation.actions import standardising
from tests import build
from tests.stages.remediation import lives
from tests.stages.standardisation.standing import BY, complete, retained
from tests.stages.tracing.cases import DAY, NOON


@pytest.fixture(autouse=True)
def country(db):
    build.country()


def standing(outlet, section: Section):
    found = board.completeness_of(outlet, on=DAY)
    return next(one for one in found.sections if one.section is section)


def test_every_section_is_there_and_the_missing_ones_are_named():
    found = archive_of(retained("吉林"), on=DAY)
    assert {part.standing.section for part in found.parts} == set(Section)
    missing = {one.section: one.why for one in found.completeness.missing}
    assert missing[Section.CODE] == "国家编码"
    assert Section.PHOTOS in missing
    assert Section.MONITORING in missing
    assert not found.completeness.is_complete
    applying = found.completeness.applying
    assert found.completeness.score == 100 * found.completeness.present // len(applying)


def test_a_complete_file_says_so_and_needs_no_section_that_is_not_mandatory():
    outlet = complete(retained("大同"))
    found = board.completeness_of(outlet, on=DAY)
    assert found.is_complete
    assert found.score < 100
    assert {one.section for one in found.missing} == {
        Section.APPROVAL,
        Section.PERMIT,
        Section.MONITORING,
        Section.INSPECTION,
    }


def test_a_section_that_is_there_shows_what_it_consists_of():
    """Outlets of every stage, those brought in with a register among them; one approved by a fact alone."""
    outlets = [build.outlet(build.unit("140213"), stage=stage, on=DAY) for stage in (Stage.SURVEYED, Stage.NO_PROBLEM)]
    outlets += [retained("吉林"), complete(retained("大同"))]
    for outlet in outlets:
        lives.fact(outlet, "approved", True, on=DAY)
        found = archive_of(Outlet.objects.select_related("unit", "water", "party").get(pk=outlet.pk), on=DAY)
        there = {part.standing.section: part.lines for part in found.parts if part.standing.state is State.PRESENT}
        assert Section.APPROVAL in there
        assert all(there.values()), [section for section, lines in there.items() if not lines]
        (line,) = there[Section.APPROVAL]
        assert (line.text, line.day) == ("测试核查", DAY)
        assert line.sha256


def test_what_never_was_a_problem_has_no_plan_to_miss():
    outlet = build.outlet(build.unit("140213"), stage=Stage.NO_PROBLEM, on=DAY)
    found = standing(outlet, Section.PLAN)
    assert (found.state, found.why) == (State.NOT_APPLICABLE, "没有列入问题清单")


def test_a_paper_entered_by_hand_fills_a_section_and_its_withdrawal_empties_it():
    outlet = retained("济源")
    entry = standardising.enter_paper(
        outlet, section="monitoring", sha256=build.paper(), title="二季度监测报告", key="one", **BY
    )
    same = standardising.enter_paper(outlet, section="monitoring", sha256=build.paper(), key="one", **BY)
    assert same == entry
    assert standing(outlet, Section.MONITORING).state is State.PRESENT
    standardising.withdraw_entry(entry, **BY)
    assert standing(outlet, Section.MONITORING).state is State.MISSING
    standardising.put_aside(outlet, section="monitoring", reason="无排水", **BY)
    assert standing(outlet, Section.MONITORING).why == "无排水"


def test_what_the_register_says_is_not_filled_by_a_paper_nor_put_aside():
    outlet = retained("济源")
    with pytest.raises(Refused):
        standardising.enter_paper(outlet, section="code", sha256=build.paper(), **BY)
    with pytest.raises(Refused):
        standardising.put_aside(outlet, section="code", reason="不需要", **BY)


def test_many_at_once_say_the_same_as_each_alone():
    outlets = [retained("吉林"), complete(retained("大同")), build.outlet(build.unit("140825"), on=DAY)]
    rows = [board.row_of(one) for one in outlets]
    together = dict(board.completenesses(rows, on=DAY))
    alone = {one.pk: board.completeness_of(one, on=DAY) for one in outlets}
    assert together == alone
    assert board.archived(rows, on=DAY) == {pk: one.is_complete for pk, one in alone.items()}


def photo() -> str:
    out = io.BytesIO()
    Image.new("RGB", (1600, 1200), (90, 120, 60)).save(out, "JPEG")
    return library.file_bytes(out.getvalue(), name="口门.jpg", by=CONSOLE, at=NOON).sha256


def test_the_pack_holds_every_paper_verifies_alone_and_shows_one_changed_byte():
    outlet = complete(retained("大同"))
    register.file_paper(outlet, kind=Paper.PHOTO, sha256=photo(), **BY)
    broken = library.file_bytes(b"not a picture", name="broken.jpg", by=CONSOLE, at=NOON)
    register.file_paper(outlet, kind=Paper.PHOTO, sha256=broken.sha256, **BY)
    outlet = Outlet.objects.select_related("unit", "water").get(pk=outlet.pk)
    found = archive_of(outlet, on=DAY)
    made = archiving.as_pack(found, by="测试", at=NOON)
    assert made == archiving.as_pack(found, by="测试", at=NOON)
    seen = sealing.verify(made.content)
    assert seen.whole
    assert seen.about["complete"] is True
    with zipfile.ZipFile(io.BytesIO(made.content)) as pack:
        names = pack.namelist()
        document = json.loads(pack.read("archive.json"))
        assert pack.read("archive.pdf").startswith(b"%PDF")
    assert sum(name.startswith("papers/") for name in names) == len(found.papers)
    assert any(name.startswith("ledger/outlet-") for name in names)
    assert [one["section"] for one in document["sections"]] == [part.standing.section for part in found.parts]
    changed = bytearray(made.content)
    changed[len(changed) // 3] ^= 1
    assert not sealing.verify(bytes(changed)).whole
    assert archiving.as_pdf(found, at=NOON).content.startswith(b"%PDF")
