"""May they? One function per act upon a lead. A lead ends once, with a reason; undoing is an act of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime

from qingyuan.core import access
from qingyuan.core.access import Actor, Permission, Place
from qingyuan.core.refusal import Refusal, guard
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.places.models import Unit
from qingyuan.places.paths import is_within
from qingyuan.registry.guards import not_yet
from qingyuan.registry.models import Outlet
from qingyuan.registry.places_of import place_of as place_of_outlet
from qingyuan.stages.survey.models import Campaign
from qingyuan.stages.survey.models_leads import Hint, Lead
from qingyuan.stages.survey.words import CampaignState
from qingyuan.stages.survey.words_leads import DATUMS, ENTERED_HINTS, HintKind, LeadSource, LeadState, NotOutlet

LEVELS = (1, 2, 3)


def place_of(lead: Lead) -> Place:
    """Where a lead lies, as far as scope asks."""
    department = lead.campaign.managing_body_id if lead.campaign else None
    water = lead.water.path if lead.water else ""
    return Place(unit_path=lead.unit_path, managing_body_id=department, water_path=water)


def may_settle(place: Place, by: Actor) -> Refusal | None:
    """Who settles leads there, or records what he finds on the bank."""
    reason = access.refusal(by, Permission.SURVEY_SETTLE, place)
    return None if reason is None else reason and access.refusal(by, Permission.SURVEY_RECORD, place) and reason


@guard
def report_lead(
    *,
    source: str,
    datum: str,
    unit: Unit,
    campaign: Campaign | None,
    level: int,
    by: Actor,
    on: date,
    at: datetime,
) -> Iterator[Refusal | None]:
    """登记线索. A faulty position is no reason to lose a lead: it is diagnosed and kept."""
    department = campaign.managing_body_id if campaign else None
    yield may_settle(Place(unit_path=unit.path, managing_body_id=department), by)
    if source not in LeadSource.values:
        yield Refusal("survey.lead_source", _("没有“%(source)s”这种线索来源。"), {"source": source})
    if datum not in DATUMS:
        yield Refusal("survey.lead_datum", _("没有“%(datum)s”这种坐标系。"), {"datum": datum})
    if level not in LEVELS:
        yield Refusal("survey.lead_level", _("级次只有一级、二级、三级。"))
    yield in_campaign(unit, campaign)
    yield not_yet(on, at)


def in_campaign(unit: Unit, campaign: Campaign | None) -> Refusal | None:
    """A lead of a campaign lies in its unit, and a campaign that is over takes no more."""
    if campaign is None:
        return None
    if campaign.state in (CampaignState.FINISHED, CampaignState.WITHDRAWN):
        text = _("排查专项“%(title)s”已结束，不能再登记线索。")
        return Refusal("survey.campaign_over", text, {"title": campaign.title})
    if not is_within(unit.path, campaign.unit_path) and campaign.managing_body_id is None:
        text = _("%(unit)s不在排查专项“%(title)s”的范围内。")
        return Refusal("survey.lead_elsewhere", text, {"unit": unit.name, "title": campaign.title})
    return None


def ended(lead: Lead) -> Refusal | None:
    """A lead that was ended rests until its ending is undone."""
    if lead.state == LeadState.OPEN:
        return None
    state = str(LeadState(lead.state).label)
    text = _("线索已处置为“%(state)s”，如有误请先撤销处置。")
    return Refusal("survey.lead_ended", text, {"state": state})


@guard
def end(lead: Lead, *, by: Actor, on: date, at: datetime) -> Iterator[Refusal | None]:
    """What any ending of a lead asks: the page greys its buttons by it."""
    yield may_settle(place_of(lead), by)
    yield ended(lead)
    yield campaign_over(lead)
    if on < lead.reported_on:
        text = _("处置日期%(day)s早于发现线索的日期%(since)s。")
        yield Refusal("survey.lead_order", text, {"day": on.isoformat(), "since": lead.reported_on.isoformat()})
    yield not_yet(on, at)


def campaign_over(lead: Lead) -> Refusal | None:
    """What a finished campaign reported stays as it was reported."""
    if lead.campaign is None or lead.campaign.state != CampaignState.FINISHED:
        return None
    text = _("排查专项“%(title)s”已完成，线索的处置不能再改。")
    return Refusal("survey.campaign_over", text, {"title": lead.campaign.title})


@guard
def end_as_outlet(
    lead: Lead, *, fields: Mapping[str, object], paper_sha256: str, level: int, by: Actor, on: date, at: datetime
) -> Iterator[Refusal | None]:
    """是排污口. The register asks the rest: the paper, the day, what stands near."""
    yield end(lead, by=by, on=on, at=at)
    if not str(fields.get("name") or lead.name).strip():
        yield Refusal("registry.no_name", _("请填写排污口名称。"))
    if not paper_sha256:
        yield Refusal("survey.no_record", _("登记为排污口须附排查记录。"))
    if level not in LEVELS:
        yield Refusal("survey.lead_level", _("级次只有一级、二级、三级。"))


@guard
def end_as_not_outlet(
    lead: Lead, *, why: str, reason: str, by: Actor, on: date, at: datetime
) -> Iterator[Refusal | None]:
    """不是排污口, also 非直接入河 (济源 三(一))."""
    yield end(lead, by=by, on=on, at=at)
    if why not in NotOutlet.values:
        yield Refusal("survey.no_why", _("请选择不是排污口的情形。"))
    if not reason.strip():
        yield Refusal("survey.no_reason", _("请填写理由。"))


@guard
def end_as_duplicate(
    lead: Lead,
    *,
    of_outlet: Outlet | None,
    of_lead: Lead | None,
    reason: str,
    by: Actor,
    on: date,
    at: datetime,
) -> Iterator[Refusal | None]:
    """重复: of an outlet of the register, or of another lead that is not itself a duplicate."""
    yield end(lead, by=by, on=on, at=at)
    if (of_outlet is None) == (of_lead is None):
        yield Refusal("survey.no_twin", _("请选择与哪一个排污口或线索重复。"))
    if of_outlet is not None and not access.may_see(by, place_of_outlet(of_outlet)):
        yield Refusal("survey.no_twin", _("请选择与哪一个排污口或线索重复。"))
    if of_outlet is not None and not of_outlet.in_register:
        yield Refusal(
            "survey.twin_not_registered", _("“%(name)s”不在名录中，不能作为已有的排污口。"), {"name": of_outlet.name}
        )
    if of_lead is not None and (of_lead.pk == lead.pk or of_lead.state == LeadState.DUPLICATE):
        yield Refusal("survey.twin_is_duplicate", _("请选择保留的那一条线索，不能是它自己或另一条重复线索。"))
    if not reason.strip():
        yield Refusal("survey.no_reason", _("请填写理由。"))


@guard
def reopen(lead: Lead, *, reason: str, by: Actor, on: date, at: datetime) -> Iterator[Refusal | None]:
    """撤销处置. Of an outlet only while nobody went on with it: what came later would be lost."""
    yield may_settle(place_of(lead), by)
    if lead.state == LeadState.OPEN:
        yield Refusal("survey.lead_open", _("线索尚未处置。"))
    yield campaign_over(lead)
    made_here = lead.state == LeadState.OUTLET and "version" in lead.previous
    if made_here and lead.outlet is not None and lead.outlet.version != lead.previous["version"]:
        text = _("“%(name)s”登记后已有变更，不能撤销；请在排污口档案中办理。")
        yield Refusal("survey.outlet_touched", text, {"name": lead.outlet.name})
    if not reason.strip():
        yield Refusal("survey.no_reason", _("请填写理由。"))
    yield not_yet(on, at)


@guard
def mend(lead: Lead, *, datum: str, reason: str, by: Actor, on: date, at: datetime) -> Iterator[Refusal | None]:
    """更正线索的位置: while it is open."""
    yield end(lead, by=by, on=on, at=at)
    if datum not in DATUMS:
        yield Refusal("survey.lead_datum", _("没有“%(datum)s”这种坐标系。"), {"datum": datum})
    if not reason.strip():
        yield Refusal("survey.no_reason", _("请填写理由。"))


@guard
def enter_hint(
    *, kind: str, unit: Unit, text: str, share: float | None, sha256: str, by: Actor, on: date, at: datetime
) -> Iterator[Refusal | None]:
    """登记研判依据: a fact with a paper, until the room it comes from exists."""
    yield access.refusal(by, Permission.SURVEY_SETTLE, Place(unit_path=unit.path))
    if kind not in ENTERED_HINTS:
        yield Refusal("survey.hint_kind", _("请选择依据的类别。"))
    if not text.strip():
        yield Refusal("survey.hint_text", _("请写明依据的内容。"))
    if kind == HintKind.LOAD_GAP and (share is None or not 0 < share <= 1):
        yield Refusal("survey.hint_share", _("断面负荷缺口须填写缺口比例（0～1）。"))
    if not sha256:
        yield Refusal("survey.hint_paper", _("研判依据须附材料。"))
    yield not_yet(on, at)


@guard
def retract_hint(hint: Hint, *, reason: str, by: Actor) -> Iterator[Refusal | None]:
    """撤回研判依据."""
    yield access.refusal(by, Permission.SURVEY_SETTLE, Place(unit_path=hint.unit_path))
    if not reason.strip():
        yield Refusal("survey.no_reason", _("请填写理由。"))
