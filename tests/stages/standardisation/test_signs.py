"""标识牌: what stands on a board, its life from design to void, the photograph of the erected one, urging the party."""

from __future__ import annotations

import io
from datetime import timedelta
from decimal import Decimal

import pytest
from PIL import Image

from qingyuan.bodies import actions as bodies
from qingyuan.core.access import CONSOLE, Role
from qingyuan.core.lifecycle import Paper, Stage
from qingyuan.core.refusal import Refused
from qingyuan.exchange import signboards
from qingyuan.flows import signboard_urging
from qingyuan.registry import actions as register
from qingyuan.registry.models import FiledPaper, Outlet
from qingyuan.stages.notice.models import Notice
from qingyuan.stages.standardisation import board, queries
from qingyuan.stages.standardisation.actions import coding, signs
from qingyuan.stages.standardisation.models import Sign, Urging
from qingyuan.stages.standardisation.words import SignState
from tests import build
from tests.stages.tracing.cases import DAY, NOON, place

BY = {"on": DAY, "by": CONSOLE, "at": NOON}


@pytest.fixture(autouse=True)
def country(db):
    build.country()


def coded(scheme: str = "大同", stage: Stage = Stage.RETAINED, **more: object) -> Outlet:
    made = build.outlet(place(scheme), stage=stage, on=DAY, **more)  # type: ignore[arg-type]
    coding.issue_code(made, **BY)
    return made


def picture(shade: int = 90) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (64, 48), (shade, 120, 90)).save(buffer, "JPEG")
    return buffer.getvalue()


def beside(outlet: Outlet, metres: float = 5) -> tuple[Decimal, Decimal]:
    return outlet.longitude_deg, outlet.latitude_deg + Decimal(str(round(metres / 111_000, 6)))


def erect(sign: Sign, shade: int = 90, **more: object) -> Sign:
    given = {"photo": picture(shade), "name": "a.jpg", "position": beside(sign.outlet), **BY, **more}
    return signs.erect_sign(sign, **given)


def refusal(call, *args: object, **more: object) -> str:
    with pytest.raises(Refused) as no:
        call(*args, **{**BY, **more})
    return no.value.refusal.code


def test_a_board_says_what_the_scheme_lists_and_leads_to_the_public_page():
    of = coded()
    content = {row["key"]: row["text"] for row in board.content_of(of, on=DAY)}
    assert list(content)[:3] == ["name", "code", "type"]
    assert content["code"] == of.national_code
    assert content["phone"] == "12345"
    assert content["party"] == of.party.name
    assert content["qr"].endswith(f"/o/{of.national_code}")


def test_without_a_code_there_is_no_board_and_one_is_in_use_at_a_time():
    uncoded = build.outlet(place("大同"), stage=Stage.CLASSIFIED, on=DAY)
    assert refusal(signs.design_sign, uncoded) == "signs.no_code"
    of = coded()
    first = signs.design_sign(of, **BY)
    assert signs.design_sign(of, **BY) == first
    signs.mark_printed([first], **BY)
    assert refusal(signs.design_sign, of) == "signs.in_use"
    signs.void_sign(first, reason="印错", **BY)
    assert signs.design_sign(of, **BY).number == 2


def test_an_erected_board_has_a_photograph_near_the_outlet():
    of = coded()
    sign = signs.design_sign(of, **BY)
    assert refusal(erect, sign, photo=b"") == "signs.no_photo"
    assert refusal(erect, sign, photo=b"no picture") == "signs.no_picture"
    assert refusal(erect, sign, position=None) == "signs.no_position"
    assert refusal(erect, sign, position=beside(of, 300)) == "signs.too_far"
    assert queries.sign_of(of).state == SignState.DESIGNED
    erect(sign)
    found = queries.sign_of(of)
    assert found.is_up
    assert found.distance_m == pytest.approx(5, abs=1)
    filed = FiledPaper.objects.get(outlet=of, kind=Paper.SIGNBOARD_PHOTO)
    assert filed.sha256 == found.photo_sha256
    other = signs.design_sign(coded(), **BY)
    assert refusal(erect, other) == "signs.photo_used"
    assert erect(other, 40, position=beside(other.outlet, 300), reason="河岸施工，移至路口").distance_m > 200


def test_damage_and_void_are_kept_and_a_new_board_gets_the_next_number():
    of = coded()
    sign = erect(signs.design_sign(of, **BY))
    assert refusal(signs.report_damage, sign, damage=" ") == "signs.no_damage"
    signs.report_damage(sign, damage="被撞倒", **BY)
    assert not queries.sign_of(of).is_up
    erect(sign, 30)
    assert queries.sign_of(of).is_up
    signs.void_sign(sign, reason="换新牌", **BY)
    assert queries.sign_of(of) is None
    assert [one.state for one in queries.signs_of(of)] == [SignState.VOID]


def test_a_change_of_party_or_type_flags_the_board():
    of = coded()
    sign = erect(signs.design_sign(of, **BY))
    assert queries.outdated(sign, on=DAY) == []
    party = build.body(of.unit)
    register.fix_party(of, body=party, basis="tracing", papers=build.papers(Paper.PARTY_BASIS), **BY)
    sign = queries.sign_of(of)
    (one,) = queries.outdated(sign, on=DAY)
    assert (one.key, one.today) == ("party", party.name)


def test_a_voided_code_cannot_be_put_on_a_board():
    of = coded()
    sign = signs.design_sign(of, **BY)
    coding.void_code(of, reason="区划调整", **BY)
    sign = queries.sign_of(of)
    assert refusal(erect, sign) == "signs.other_code"
    coding.issue_code(of, **BY)
    again = signs.design_sign(of, **BY)
    assert (again.pk, again.code) == (sign.pk, of.national_code)


def test_a_private_person_is_not_named_on_a_board():
    from qingyuan.core.functions import BodyKind

    of = coded()
    bodies.correct(of.party, values={"kind": BodyKind.INDIVIDUAL}, reason="更正", **BY)
    of.refresh_from_db()
    content = {row["key"]: row["text"] for row in board.content_of(of, on=DAY)}
    assert of.party.name not in content["party"]


def test_many_boards_are_one_pdf_and_one_can_be_looked_at():
    made = [signs.design_sign(coded(), **BY) for _one in range(3)]
    content = signboards.pdf_of(made, at=NOON)
    assert content.startswith(b"%PDF-")
    assert content == signboards.pdf_of(made, at=NOON)
    assert content.count(b"/Type /Page\n") + content.count(b"/Type/Page\n") in {0, 3}  # may lie in a packed stream
    assert signboards.svg_of(made[0].content, made[0].look, is_demo=True).startswith(b"<svg")
    with pytest.raises(ValueError, match="0 signboards"):
        signboards.pdf_of([], at=NOON)


def test_a_hostile_name_is_printed_and_not_run():
    of = coded(name='大同#read("/etc/passwd")排污口')
    assert signboards.pdf_of([signs.design_sign(of, **BY)], at=NOON).startswith(b"%PDF-")


def test_the_party_is_urged_once_a_turn_and_told():
    of = coded()
    owner = build.officer(Role.ENTERPRISE, None, party=of.party)
    later = {"by": CONSOLE, "at": NOON + timedelta(days=400)}
    assert signboard_urging.urge_due(on=DAY + timedelta(days=30), **later) == 0
    assert signboard_urging.urge_due(on=DAY + timedelta(days=31), **later) == 1
    assert signboard_urging.urge_due(on=DAY + timedelta(days=31), **later) == 0
    assert Urging.objects.get().clause == "大同 三(七)"
    assert Notice.objects.filter(officer=owner, kind="sign.urged").count() == 1
    assert signboard_urging.urge_due(on=DAY + timedelta(days=61), **later) == 1
    erect(signs.design_sign(of, **BY))
    assert signboard_urging.urge_due(on=DAY + timedelta(days=120), **later) == 0
    assert signboards.letter_of(Urging.objects.select_related("outlet__unit", "body").first(), at=NOON).startswith(
        b"%PDF-"
    )


@pytest.mark.parametrize("scheme", ["新绛", "吉林"])
def test_where_office_or_government_erects_the_board_the_party_is_not_urged(scheme):
    coded(scheme)
    assert signboard_urging.urge_due(on=DAY + timedelta(days=300), at=NOON + timedelta(days=400), by=CONSOLE) == 0
