"""May they? Signboards: one function per action, same name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

from qingyuan.core import access
from qingyuan.core.access import Actor, Permission
from qingyuan.core.geometry import distance_m
from qingyuan.core.refusal import Refusal, guard
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.registry.guards import not_yet, withdrawn
from qingyuan.registry.models import Outlet
from qingyuan.registry.places_of import place_of
from qingyuan.stages.standardisation import rules
from qingyuan.stages.standardisation.models import Sign, Urging
from qingyuan.stages.standardisation.words import SignState

Position = tuple[Decimal, Decimal]


@guard
def design_sign(outlet: Outlet, *, by: Actor, on: date, at: datetime) -> Iterator[Refusal | None]:
    """设计标识牌: of a coded outlet, one at a time."""
    yield access.refusal(by, Permission.STANDARDISATION_WORK, place_of(outlet))
    yield withdrawn(outlet)
    if not outlet.national_code:
        clause = rules.clause_of(rules.policy_of(outlet.unit_path, on=on), "signboard.required")
        yield Refusal("signs.no_code", _("还没有国家编码，先命名编码再制作标识牌。"), {}, clause)
    used = Sign.objects.filter(outlet=outlet).exclude(state__in=[SignState.VOID, SignState.DESIGNED]).first()
    if used is not None:
        text = _("已有一块在用的标识牌（%(state)s），换新牌请先将它作废。")
        yield Refusal("signs.in_use", text, {"state": str(used.get_state_display())})
    yield not_yet(on, at)


def _works_on(sign: Sign, *, by: Actor, permission: Permission = Permission.STANDARDISATION_WORK) -> Refusal | None:
    return access.refusal(by, permission, place_of(sign.outlet)) or withdrawn(sign.outlet)


def _in_order(sign: Sign, on: date, *, since_design: bool = True) -> Refusal | None:
    days = (sign.designed_on if since_design else None, sign.printed_on, sign.erected_on, sign.damaged_on)
    latest = max((day for day in days if day), default=None)
    if latest is None or on >= latest:
        return None
    return Refusal("signs.out_of_order", _("日期不能早于上一步的日期 %(day)s。"), {"day": latest.isoformat()})


@guard
def mark_printed(sign: Sign, *, by: Actor, on: date, at: datetime) -> Iterator[Refusal | None]:
    """制作: what was designed and is still true."""
    yield _works_on(sign, by=by)
    if sign.state != SignState.DESIGNED:
        yield Refusal("signs.not_designed", _("只有“已设计”的标识牌可以登记制作。"))
    if sign.code != sign.outlet.national_code:
        yield Refusal("signs.other_code", _("编码已变更，请重新设计。"))
    yield _in_order(sign, on)
    yield not_yet(on, at)


@guard
def may_erect(sign: Sign, *, by: Actor, on: date, at: datetime) -> Iterator[Refusal | None]:
    """Against an erection whatever photograph is sent. The party that erects its own board hands in the photograph."""
    yield _works_on(sign, by=by, permission=Permission.SIGN_ERECT)
    if sign.state in {SignState.VOID, SignState.ERECTED}:
        text = _("该标识牌%(state)s，不能登记立牌。")
        yield Refusal("signs.not_erectable", text, {"state": str(sign.get_state_display())})
    if sign.code != sign.outlet.national_code:
        yield Refusal("signs.other_code", _("编码已变更，请重新设计。"))
    yield _in_order(sign, on, since_design=False)  # one that stood before it was recorded here
    yield not_yet(on, at)


@guard
def erect_sign(
    sign: Sign,
    *,
    photo_sha256: str,
    is_picture: bool,
    position: Position | None,
    taken_at: datetime | None,
    reason: str,
    by: Actor,
    on: date,
    at: datetime,
) -> Iterator[Refusal | None]:
    """立牌 with the photograph of the board where it stands, near the outlet (济源 三(三)4, 安阳 二(二)2, 新绛 三(六),
    大同 三(七), 吉林 二(七))."""
    policy = rules.policy_of(sign.outlet.unit_path, on=on)
    clause = rules.clause_of(policy, "signboard.required")
    yield may_erect(sign, by=by, on=on, at=at)
    if not photo_sha256:
        yield Refusal("signs.no_photo", _("请上传立牌后的照片。"), {}, clause)
    if not is_picture:
        yield Refusal("signs.no_picture", _("照片无法读取，请上传 JPG 或 PNG 图片。"))
    if Sign.objects.filter(photo_sha256=photo_sha256).exclude(pk=sign.pk).exists():
        yield Refusal("signs.photo_used", _("这张照片已用于另一块标识牌。"))
    if position is None:
        yield Refusal("signs.no_position", _("照片中没有位置，请填写立牌位置的经纬度。"))
    if taken_at is not None and taken_at > at:
        yield Refusal("signs.photo_future", _("照片的拍摄时间晚于现在，请核对相机时间。"))
    yield _too_far(sign, position, reason, on=on)


def _too_far(sign: Sign, position: Position | None, reason: str, *, on: date) -> Refusal | None:
    """Farther from the outlet than the scheme allows, without a word why."""
    far = away_m(sign.outlet, position)
    policy = rules.policy_of(sign.outlet.unit_path, on=on)
    most = policy.value("signboard.max_distance_m")
    if far is None or not isinstance(most, int | float) or far <= most or reason.strip():
        return None
    text = _("照片位置距排污口 %(far)s m，超过 %(most)s m，请核对位置或说明理由。")
    clause = rules.clause_of(policy, "signboard.max_distance_m")
    return Refusal("signs.too_far", text, {"far": f"{far:.0f}", "most": f"{most:g}"}, clause)


def away_m(outlet: Outlet, position: Position | None) -> float | None:
    """Metres between a position and the outlet; None where one of them is not known."""
    if position is None or outlet.longitude_deg is None or outlet.latitude_deg is None:
        return None
    longitude, latitude = position
    return distance_m(float(longitude), float(latitude), float(outlet.longitude_deg), float(outlet.latitude_deg))


@guard
def report_damage(sign: Sign, *, damage: str, by: Actor, on: date, at: datetime) -> Iterator[Refusal | None]:
    """登记损坏 of a board that stands."""
    yield _works_on(sign, by=by)
    if sign.state != SignState.ERECTED:
        yield Refusal("signs.not_up", _("只有“已立牌”的标识牌可以登记损坏。"))
    if not damage.strip():
        yield Refusal("signs.no_damage", _("请说明损坏情况。"))
    yield _in_order(sign, on)
    yield not_yet(on, at)


@guard
def void_sign(sign: Sign, *, reason: str, by: Actor, on: date, at: datetime) -> Iterator[Refusal | None]:
    """作废: a new one may be designed."""
    yield _works_on(sign, by=by)
    if not reason.strip():
        yield Refusal("signs.no_reason", _("请填写作废理由。"))
    yield _in_order(sign, on)
    yield not_yet(on, at)


@guard
def urge_party(outlet: Outlet, *, turn: int, by: Actor, on: date, at: datetime) -> Iterator[Refusal | None]:
    """敦促立牌 (大同 三(七)). `turn` 1 is the first."""
    yield access.refusal(by, Permission.DISPATCH_URGE, place_of(outlet))
    yield withdrawn(outlet)
    if not outlet.national_code:
        yield Refusal("signs.no_code", _("还没有国家编码，先命名编码再制作标识牌。"))
    if outlet.party_id is None:
        yield Refusal("signs.no_party", _("责任主体尚未明确，无从敦促。"))
    if Sign.objects.filter(outlet=outlet, state=SignState.ERECTED).exists():
        yield Refusal("signs.is_up", _("标识牌已立。"))
    if Urging.objects.filter(outlet=outlet, turn__gte=turn).exists():
        yield Refusal("signs.urged_already", _("本次敦促已发出。"))
    yield not_yet(on, at)
