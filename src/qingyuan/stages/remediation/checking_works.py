"""What speaks against a piece of evidence: its place, its day, its direction, where else the picture was used.

Nothing here writes. A `note` is said and stops nothing; a `doubt` makes the piece prove nothing until a person has
decided; a `false` one is suspected of falsification (大同 四(十)).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from qingyuan.core.days import local_day
from qingyuan.core.geometry import distance_m
from qingyuan.core.policy import Policy
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.library import queries as library
from qingyuan.registry.models import FiledPaper
from qingyuan.stages.remediation import rules_works as rules
from qingyuan.stages.remediation.models import Round
from qingyuan.stages.remediation.models_plans import AtOnce
from qingyuan.stages.remediation.models_works import Evidence
from qingyuan.stages.remediation.rules import clause_of
from qingyuan.stages.remediation.words_works import PHOTOS, WITHIN_WORKS, EvidenceKind

NOTE, DOUBT, FALSE = "note", "doubt", "false"
Position = tuple[Decimal, Decimal]


@dataclass(frozen=True, slots=True)
class Spoken:
    """One thing found, as it is kept."""

    code: str
    text: str
    severity: str
    params: dict[str, object] = field(default_factory=dict)
    clause: str = ""

    def as_json(self) -> dict[str, object]:
        """As it stands in Evidence.findings."""
        return {
            "code": self.code,
            "text": self.text,
            "severity": self.severity,
            "params": self.params,
            "clause": self.clause,
        }

    @property
    def sentence(self) -> str:
        """The source sentence, filled."""
        return self.text % self.params if self.params else self.text


@dataclass(frozen=True, slots=True)
class Shown:
    """What a photograph shows of itself: where (and who says so), how far from the outlet in m, when, which way."""

    position: Position | None
    source: str
    off_m: int | None
    taken_at: datetime | None
    bearing_deg: Decimal | None
    is_photo: bool


def shown(found: Round, sha256: str, *, position: Position | None, bearing: Decimal | None) -> Shown:
    """Read the picture; where the camera is silent, what the uploader states stands in."""
    picture = library.picture(sha256)
    camera = None
    if picture is not None and picture.longitude_deg is not None and picture.latitude_deg is not None:
        camera = (picture.longitude_deg, picture.latitude_deg)
    where, source = (camera, "camera") if camera else (position, "stated" if position else "")
    return Shown(
        where,
        source,
        off(found, where),
        picture.taken_at if picture else None,
        picture.bearing_deg if picture and picture.bearing_deg is not None else bearing,
        picture is not None and picture.width > 0,
    )


def off(found: Round, where: Position | None) -> int | None:
    """Metres from a position to the outlet; None where one of the two is unknown."""
    outlet = found.outlet
    if where is None or outlet.longitude_deg is None or outlet.latitude_deg is None:
        return None
    return round(distance_m(float(where[0]), float(where[1]), float(outlet.longitude_deg), float(outlet.latitude_deg)))


def place(seen: Shown, *, stated: Position | None, policy: Policy) -> Iterator[Spoken]:
    """Where it was taken against where the outlet is (大同 四(十))."""
    if seen.position is None:
        yield Spoken("evidence.no_position", _("照片没有拍摄位置。"), NOTE)
    far, false = rules.metres(policy, rules.FAR, 200), rules.metres(policy, rules.FALSIFIED, 1000)
    if seen.off_m is not None and seen.off_m > false:
        text = _("照片拍摄位置距排污口%(metres)s m，疑似不在现场拍摄。")
        yield Spoken("evidence.elsewhere", text, FALSE, {"metres": seen.off_m}, rules.integrity_clause(policy))
    elif seen.off_m is not None and seen.off_m > far:
        text = _("照片拍摄位置距排污口%(metres)s m，请说明。")
        yield Spoken("evidence.far", text, DOUBT, {"metres": seen.off_m}, clause_of(policy, rules.FAR))
    if seen.source == "camera" and stated is not None and seen.position is not None:
        apart = round(distance_m(*(float(one) for one in (*seen.position, *stated))))
        if apart > false:
            text = _("上传时手机的位置与照片内的位置相差%(metres)s m。")
            yield Spoken("evidence.two_places", text, NOTE, {"metres": apart})


def day(
    kind: EvidenceKind, seen: Shown, *, said: date, started: date | None, at: datetime, policy: Policy
) -> Iterator[Spoken]:
    """When it was taken against when the works were."""
    clause = clause_of(policy, rules.EVIDENCE)
    if seen.taken_at is None:
        if seen.is_photo:
            yield Spoken("evidence.no_time", _("照片没有拍摄时间。"), NOTE)
    else:
        taken = local_day(seen.taken_at)
        params: dict[str, object] = {"taken": taken.isoformat(), "day": said.isoformat()}
        if seen.taken_at > at + timedelta(hours=1):
            yield Spoken("evidence.future", _("照片的拍摄时间%(taken)s晚于上传时间。"), DOUBT, params, clause)
        elif taken != said:
            yield Spoken(
                "evidence.other_day", _("照片拍摄于%(taken)s，填报日期是%(day)s，请说明。"), DOUBT, params, clause
            )
        said = taken
    if kind in WITHIN_WORKS and started is not None and said < started:
        params = {"taken": said.isoformat(), "day": started.isoformat()}
        text = _("拍摄于%(taken)s，早于开工日期%(day)s。")
        yield Spoken("evidence.before_works", text, DOUBT, params, clause)
    if kind is EvidenceKind.BEFORE and started is not None and said > started:
        params = {"taken": said.isoformat(), "day": started.isoformat()}
        text = _("整治前照片拍摄于%(taken)s，晚于开工日期%(day)s。")
        yield Spoken("evidence.after_start", text, DOUBT, params, clause)


def pair(seen: Shown, before: Evidence | None, *, policy: Policy) -> Iterator[Spoken]:
    """Whether an after photo was taken from where its before photo was, in the same direction."""
    if before is None:
        yield Spoken("evidence.no_pair", _("没有对照的整治前照片。"), NOTE)
        return
    if seen.position and before.longitude_deg is not None and before.latitude_deg is not None:
        there = float(before.longitude_deg), float(before.latitude_deg)
        apart = round(distance_m(float(seen.position[0]), float(seen.position[1]), *there))
        if apart > (most := rules.metres(policy, rules.APART, 30)):
            text = _("与整治前照片的拍摄位置相差%(metres)s m（不应超过%(most)s m），请说明或重拍。")
            params: dict[str, object] = {"metres": apart, "most": most}
            yield Spoken("evidence.pair_apart", text, DOUBT, params, clause_of(policy, rules.APART))
    if seen.bearing_deg is not None and before.bearing_deg is not None:
        angle = abs(float(seen.bearing_deg - before.bearing_deg)) % 360
        angle = round(min(angle, 360 - angle))
        if angle > (most := rules.metres(policy, rules.BEARING, 45)):
            text = _("与整治前照片的拍摄方向相差%(angle)s°（不应超过%(most)s°），请说明或重拍。")
            params = {"angle": angle, "most": most}
            yield Spoken("evidence.pair_bearing", text, DOUBT, params, clause_of(policy, rules.BEARING))


def used(found: Round, kind: EvidenceKind, sha256: str, *, policy: Policy) -> Iterator[Spoken]:
    """Whether the register has the same picture, or an altered one, for something else. What was photographed of this
    outlet before its works may well be its before photo. Where else is not said: the reader may not see it."""
    altered = [copy.sha256 for copy in library.copies_of(sha256)]
    for hashes, code, text in (
        ([sha256], "evidence.reused", _("同一张照片已用于%(where)s，疑似冒用。")),
        (altered, "evidence.altered", _("与已用于%(where)s的照片是同一张（经裁剪、缩放、旋转或调色），疑似冒用。")),
    ):
        where = _where(found, kind, hashes)
        if where:
            yield Spoken(code, text, FALSE, {"where": where}, rules.integrity_clause(policy))
            return


def _where(found: Round, kind: EvidenceKind, hashes: list[str]) -> str:
    if not hashes:
        return ""
    evidence = Evidence.objects.filter(sha256__in=hashes)
    papers = FiledPaper.objects.filter(sha256__in=hashes)
    if (
        evidence.exclude(round__outlet=found.outlet_id).exists()
        or papers.exclude(outlet=found.outlet_id).exists()
        or AtOnce.objects.filter(before_sha256__in=hashes).exclude(round__outlet=found.outlet_id).exists()
        or AtOnce.objects.filter(after_sha256__in=hashes).exclude(round__outlet=found.outlet_id).exists()
    ):
        return _("另一处排污口")
    if kind is EvidenceKind.BEFORE:
        others = evidence.exclude(round=found, kind=kind).filter(kind__in=PHOTOS - {EvidenceKind.BEFORE})
        return _("本口的其他佐证") if others.exists() else ""
    if evidence.exclude(round=found, kind=kind).exists() or papers.exists():
        return _("本口的其他佐证")
    return ""
