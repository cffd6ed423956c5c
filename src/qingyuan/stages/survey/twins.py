"""What a lead may be once more: outlets of the register and other leads near it along the bank, of its name, of its
code, or with the very same photo. A suspicion only; a person decides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from qingyuan.core.access import Actor
from qingyuan.core.geometry import bbox_around, tile_range, tiles_over
from qingyuan.core.leads import Spot, along_bank_m
from qingyuan.places.paths import within_q
from qingyuan.registry import queries as register
from qingyuan.registry.duplicates import share_of
from qingyuan.registry.models import FiledPaper, Outlet
from qingyuan.registry.nearby import ZOOM, near
from qingyuan.registry.rules import policy_of
from qingyuan.stages.survey.doctoring import Doctor, place_on
from qingyuan.stages.survey.models_leads import Lead
from qingyuan.stages.survey.words_leads import LeadState

MOST = 100


@dataclass(frozen=True, slots=True)
class Limits:
    """What the policy of a unit calls near (m along the bank), near enough for a like name, alike, and one point."""

    distance_m: float
    name_distance_m: float
    name_share: float
    sure_m: float


@dataclass(frozen=True, slots=True)
class Twin:
    """An outlet, or another lead, that may be the same. `distance_m` along the bank; None: one has no position."""

    outlet: Outlet | None
    lead: Lead | None
    distance_m: float | None
    name_share: float
    same_code: bool
    same_photo: bool

    @property
    def name(self) -> str:
        """What it is called."""
        return self.outlet.name if self.outlet else self.lead.name if self.lead else ""


def limits_at(unit_path: str, *, on: date) -> Limits:
    """What the policy of a unit says."""
    policy = policy_of(unit_path, on=on)

    def number(name: str, usual: float) -> float:
        return float(str(policy.value(name, usual)))

    return Limits(
        number("register.duplicate_distance_m", 50),
        number("duplicate.name_distance_m", 200),
        number("register.duplicate_name_share", 0.6),
        number("import.same_point_m", 10),
    )


def twins_of(actor: Actor, lead: Lead, *, seen: QuerySet[Lead], on: date, limit: int = 6) -> list[Twin]:
    """What the actor may see that may be this lead once more, the most suspicious first. `seen`: the leads he may see,
    a query set. A handful of queries, each along an index."""
    limits, doctor = limits_at(lead.unit_path, on=on), Doctor(on)
    found = [
        *(_of_outlet(lead, one, limits, doctor) for one in _outlets(actor, lead, limits)),
        *(_of_lead(lead, one, limits) for one in _leads(lead, seen, limits)),
    ]
    return sorted(filter(None, found), key=_suspicion)[:limit]


def _outlets(actor: Actor, lead: Lead, limits: Limits) -> list[Outlet]:
    own, standing = lead.outlet_id or 0, register.visible_to(actor)
    found: dict[int, Outlet] = {}
    if lead.longitude_deg is not None and lead.latitude_deg is not None:
        within = max(limits.distance_m, limits.name_distance_m)
        close = near(actor, float(lead.longitude_deg), float(lead.latitude_deg), within_m=within, limit=MOST)
        found = {one.outlet.pk: one.outlet for one in close if one.outlet.in_register}
    alike = Q(name=lead.name) & within_q("unit_path", lead.unit_path[:6])
    if lead.code:
        alike |= Q(national_code=lead.code) | Q(local_code=lead.code)
    if lead.photo_sha256:
        filed = FiledPaper.objects.filter(sha256=lead.photo_sha256).values_list("outlet", flat=True)
        alike |= Q(pk__in=list(filed[:MOST]))
    found |= {one.pk: one for one in standing.filter(alike).select_related("unit", "party")[:MOST]}
    found.pop(own, None)
    return list(found.values())


def _leads(lead: Lead, seen: QuerySet[Lead], limits: Limits) -> list[Lead]:
    alike = Q(name=lead.name) & within_q("unit_path", lead.unit_path[:6])
    if lead.longitude_deg is not None and lead.latitude_deg is not None:
        within = max(limits.distance_m, limits.name_distance_m)
        box = bbox_around(float(lead.longitude_deg), float(lead.latitude_deg), within)
        for x, y in tiles_over(box, ZOOM):
            first, last = tile_range(ZOOM, x, y)
            alike |= Q(mkey__gte=first, mkey__lt=last)
    if lead.code:
        alike |= Q(code=lead.code)
    if lead.photo_sha256:
        alike |= Q(photo_sha256=lead.photo_sha256)
    others = seen.filter(alike, state=LeadState.OPEN).exclude(pk=lead.pk)
    return list(others.select_related("unit", "water")[:MOST])


def _of_outlet(lead: Lead, outlet: Outlet, limits: Limits, doctor: Doctor) -> Twin | None:
    there = None
    if outlet.longitude_deg is not None and outlet.latitude_deg is not None:
        lon, lat = float(outlet.longitude_deg), float(outlet.latitude_deg)
        same_water = outlet.water_id is not None and outlet.water_id == lead.water_id
        place = place_on(doctor.line_of(lead.water), lon, lat) if same_water else None
        there = Spot(lon, lat, outlet.water_id, outlet.bank, place.along_m if place else None)
    codes = {outlet.national_code, outlet.local_code} - {""}
    photo = bool(lead.photo_sha256) and outlet.papers.filter(sha256=lead.photo_sha256).exists()
    return _suspected(lead, there, outlet.name, limits, code=lead.code in codes, photo=photo, outlet=outlet)


def _of_lead(lead: Lead, other: Lead, limits: Limits) -> Twin | None:
    photo = bool(lead.photo_sha256) and lead.photo_sha256 == other.photo_sha256
    code = bool(lead.code) and lead.code == other.code
    return _suspected(lead, spot_of(other), other.name, limits, code=code, photo=photo, lead_found=other)


def spot_of(lead: Lead) -> Spot | None:
    """Where a lead lies; None without a position."""
    if lead.longitude_deg is None or lead.latitude_deg is None:
        return None
    lon, lat = float(lead.longitude_deg), float(lead.latitude_deg)
    return Spot(lon, lat, lead.water_id, lead.bank, None if lead.along_m is None else float(lead.along_m))


def _suspected(
    lead: Lead,
    there: Spot | None,
    name: str,
    limits: Limits,
    *,
    code: bool,
    photo: bool,
    outlet: Outlet | None = None,
    lead_found: Lead | None = None,
) -> Twin | None:
    here = spot_of(lead)
    apart = along_bank_m(here, there, sure_m=limits.sure_m) if here and there else None
    share = share_of(lead.name, name)
    placed = here is not None and there is not None
    near_enough = apart is not None and apart <= limits.distance_m
    alike = share >= limits.name_share and apart is not None and apart <= limits.name_distance_m
    by_name_only = not placed and share == 1
    if code or photo or near_enough or alike or by_name_only:
        return Twin(outlet, lead_found, apart, share, code, photo)
    return None


def _suspicion(one: Twin) -> tuple[bool, bool, float, float, str]:
    far = one.distance_m if one.distance_m is not None else 1e9
    return not one.same_code, not one.same_photo, far, -one.name_share, one.name
