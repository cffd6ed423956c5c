"""What a record comes to: its revisions merged, checked, and taken into the register or left for a person."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from qingyuan.core.access import Actor, Grant, Reach, Role
from qingyuan.core.classification import tree_of
from qingyuan.core.days import local_day
from qingyuan.core.lifecycle import BITS, Milestone, Paper, Stage
from qingyuan.core.merging import Merged, Revision, merge
from qingyuan.core.refusal import NotFound, Refused
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.library.models import File
from qingyuan.registry import actions as registry
from qingyuan.registry import queries as register
from qingyuan.registry.models import FiledPaper, Outlet
from qingyuan.registry.positions import elsewhere
from qingyuan.stages.survey import checking_field as checking
from qingyuan.stages.survey import form, guards_field
from qingyuan.stages.survey.actions.field_sense import (
    NEAR,
    Sense,
    apart,
    column,
    columns_of,
    day_of,
    is_direct,
    name_of,
    paper_of,
    sense_of,
)
from qingyuan.stages.survey.actions.lead_endings import end_as_outlet
from qingyuan.stages.survey.checking_field import ERROR, Finding
from qingyuan.stages.survey.models import Campaign, Segment
from qingyuan.stages.survey.models_field import FieldPhoto, FieldRecord, FieldRevision, RecordState
from qingyuan.stages.survey.models_leads import Lead
from qingyuan.stages.survey.words_leads import LeadState

PHOTO, ABOUT, ASIDE = "photo/", "about/", "aside/"
SOON = timedelta(minutes=5)
UNTOUCHED = frozenset({Stage.CANDIDATE.value, Stage.SURVEYED.value})


def settle(record: FieldRecord, *, by: Actor, at: datetime) -> None:
    """Make the record again from its revisions, and take it into the register if nothing speaks against it. The caller
    holds the transaction."""
    revisions = list(record.revisions.order_by("occurred_at", "revision"))
    merged = merge(_revision(one) for one in revisions)
    _write(record, merged, revisions)
    sense = sense_of(record, revisions, at=at)
    record.unit = sense.unit
    record.unit_path = sense.unit.path if sense.unit else _fallback(record, by)
    _name_photos(record, sense)
    findings = [*_findings(record, sense, by=by, at=at), *_shared(record)]
    findings += _enter(record, sense, findings, by=by, at=at)
    _file_photos(record, sense, by=by, at=at)
    record.findings = [one.as_json() for one in findings]
    waits = bool(record.conflicts) or any(_stands(record, one) for one in findings)
    done = RecordState.ACCEPTED if record.outlet_id else RecordState.STORED
    record.state = RecordState.NEEDS_YOU if waits else done
    record.version += 1
    record.save()
    _tell_sharers(record)


def _stands(record: FieldRecord, one: Finding) -> bool:
    """An error nobody has let pass."""
    return one.severity == ERROR and one.code not in record.overruled


def _revision(one: FieldRevision) -> Revision:
    answers = {name: value for name, value in one.fields.items() if not name.startswith((PHOTO, ABOUT))}
    known, aside = form.read(answers)
    rest = {name: value for name, value in one.fields.items() if name.startswith((PHOTO, ABOUT))}
    return Revision(
        one.revision,
        {**known, **{f"{ASIDE}{name}": value for name, value in aside.items()}, **rest},
        frozenset(one.base),
        one.occurred_at.timestamp(),
        _who(one),
        frozenset(one.settles),
    )


def _who(one: FieldRevision) -> str:
    return f"{one.officer_name}·{one.device.label}" if one.device and one.device.label else one.officer_name


def _write(record: FieldRecord, merged: Merged, revisions: list[FieldRevision]) -> None:
    def part(mark: str) -> dict[str, object]:
        return {name[len(mark) :]: value for name, value in merged.fields.items() if name.startswith(mark)}

    record.fields = {name: value for name, value in merged.fields.items() if not name.startswith((PHOTO, ABOUT, ASIDE))}
    record.aside = part(ASIDE)
    record.photos = {
        sha256: one for sha256, one in part(PHOTO).items() if isinstance(one, dict) and not one.get("gone")
    }
    about = part(ABOUT)
    record.campaign = Campaign.objects.filter(pk=_key(about.get("campaign"))).first()
    record.segment = (
        Segment.objects.filter(pk=_key(about.get("segment"))).select_related("water", "unit", "campaign").first()
    )
    record.lead = Lead.objects.filter(pk=_key(about.get("lead"))).first()
    if record.campaign is None and record.segment is not None:
        record.campaign = record.segment.campaign
    record.conflicts = [
        {
            "field": one.field,
            "sayings": [
                {"value": each.value, "by": each.by, "at": each.at, "revision": each.revision} for each in one.sayings
            ],
        }
        for one in merged.conflicts
    ]
    first, last = revisions[0], revisions[-1]
    record.officer_id, record.officer_name, record.device = first.officer_id, first.officer_name, first.device
    record.occurred_at, record.form_version = first.occurred_at, last.form_version


def _key(value: object) -> int:
    return value if isinstance(value, int) else 0


def _fallback(record: FieldRecord, by: Actor) -> str:
    """Where a record without a unit is looked after: at its campaign, else where its sender stands."""
    if record.campaign is not None:
        return record.campaign.unit_path
    return record.unit_path or min((path for grant in by.grants for path in grant.reach.unit_paths), default="")


def _findings(record: FieldRecord, sense: Sense, *, by: Actor, at: datetime) -> list[Finding]:
    found = [
        *sense.position.findings,
        *checking.answers(record.fields, record.aside, record.form_version),
        *checking.photos(
            sense.photos,
            point=sense.position.point,
            occurred=record.occurred_at,
            offset_s=sense.offset_s,
            policy=sense.policy,
        ),
        *checking.clock(sense.offset_s, policy=sense.policy),
    ]
    if record.occurred_at > at + SOON:
        day = f"{record.occurred_at:%Y-%m-%d}"
        found.append(Finding("record.future", _("记录时间%(day)s晚于今天，请核对手机时钟。"), ERROR, {"day": day}))
    if sense.unit is None:
        found.append(Finding("record.no_unit", _("没有岸段、区划或位置，无法判断所在行政区划。"), ERROR))
    found += _area(record, sense, by=by)
    return found


def _area(record: FieldRecord, sense: Sense, *, by: Actor) -> list[Finding]:
    """Whether the record lies where its author was to walk, and the point in the unit that is said."""
    found: list[Finding] = []
    segment, point = record.segment, sense.position.point
    on = local_day(record.occurred_at)
    if segment is None:
        found.append(Finding("record.no_segment", _("记录没有对应的岸段。")))
    else:
        reason = guards_field.outside_area(segment, author=record.officer_id, by=by, on=on)
        if reason is not None and record.outlet_id is None:
            found.append(checking.of_refusal(reason))
        off = checking.metres_from(segment.line, point) if point else None
        if off is not None and off > float(str(sense.policy.value("field.outside_m", 1000))):
            text = _("位置距第%(number)s岸段%(metres)s m，请核对岸段或位置。")
            found.append(Finding("record.far", text, ERROR, {"number": segment.number, "metres": round(off)}))
    if sense.unit is not None and (away := elsewhere(point, unit_path=sense.unit.path)):
        found.append(checking.of_refusal(away, "longitude"))
    return found


def _shared(record: FieldRecord) -> list[Finding]:
    """The same photo file in another record that is not about the same outlet."""
    mine = list(record.photo_rows.values_list("sha256", flat=True))
    others = FieldPhoto.objects.filter(sha256__in=mine).exclude(record=record).select_related("record")
    text = _("同一张照片也用在“%(other)s”，请核对。")
    apart = (one.record for one in others if one.record.outlet_id is None or one.record.outlet_id != record.outlet_id)
    names = sorted({_title(one) for one in apart})
    return [Finding("photo.shared", text, params={"other": name}) for name in names]


def _title(record: FieldRecord) -> str:
    return str(record.fields.get("name") or "") or name_of(record, None)


def _tell_sharers(record: FieldRecord) -> None:
    """Both records that use a photo say so, whichever came first."""
    mine = list(record.photo_rows.values_list("sha256", flat=True))
    for other in FieldRecord.objects.filter(photo_rows__sha256__in=mine).exclude(pk=record.pk).distinct():
        kept = [one for one in other.findings if one["code"] != "photo.shared"]
        now = kept + [one.as_json() for one in _shared(other)]
        if now != other.findings:
            FieldRecord.objects.filter(pk=other.pk).update(findings=now, version=F("version") + 1)


def _name_photos(record: FieldRecord, sense: Sense) -> None:
    FieldPhoto.objects.bulk_create(
        [FieldPhoto(record=record, sha256=sha256) for sha256 in sense.photos], ignore_conflicts=True
    )
    FieldPhoto.objects.filter(record=record, filed=False).exclude(sha256__in=list(sense.photos)).delete()


# --- into the register ------------


def _enter(record: FieldRecord, sense: Sense, findings: list[Finding], *, by: Actor, at: datetime) -> list[Finding]:
    """Register, link or correct; what the register refuses is one more finding."""
    if any(_stands(record, one) for one in findings) and record.outlet_id is None:
        return []
    try:
        with transaction.atomic():
            if record.outlet is None:
                return _first(record, sense, by=by, at=at)
            return _again(record, sense, by=by, at=at)
    except Refused as no:
        return [checking.of_refusal(no.refusal, "same_as" if no.refusal.code == NEAR else "")]
    except NotFound:
        text = _("所指的排污口不存在，或不在管辖范围内。")
        return [Finding("record.no_outlet", text, ERROR, name="same_as")]


def _first(record: FieldRecord, sense: Sense, *, by: Actor, at: datetime) -> list[Finding]:
    assert sense.unit is not None
    if same := record.fields.get("same_as"):
        record.outlet = register.outlet(by, str(same))
        _file_paper(record, sense, by=by, at=at)
        return []
    return _new(record, sense, by=by, at=at)


def _new(record: FieldRecord, sense: Sense, *, by: Actor, at: datetime) -> list[Finding]:
    assert sense.unit is not None
    columns = columns_of(record, sense)
    name = name_of(record, sense.unit)
    taken = Outlet.objects.filter(unit=sense.unit, name=name, withdrawn_at=None, in_register=True)
    if taken.exclude(pk=(record.lead.outlet_id if record.lead else None) or 0).exists():
        text = _("该行政区划已有名为“%(name)s”的排污口，请改名或确认是同一个。")
        return [Finding("record.name_taken", text, ERROR, {"name": name}, "name")]
    direct = is_direct(record)
    key = str(record.fields.get("type_key") or "")
    if record.lead is not None and record.lead.outlet_id and direct:
        return _of_lead(record, record.lead, sense, key, by=by, at=at)
    new = registry.NewOutlet(
        name=name,
        unit=sense.unit,
        on=day_of(record, at),
        papers={Paper.SURVEY_RECORD: paper_of(record, sense, by=by, at=at)},
        managing_body=record.campaign.managing_body if record.campaign else None,
        water=sense.water,
        position=sense.position.point,
        fields={**columns, "is_direct": direct},
        type_proposed=(key, "") if tree_of(sense.policy).second(key) else None,
        party_proposed=str(record.fields.get("party") or "")[:128],
        details={"field_record": str(record.client_id)}
        | ({} if direct else {"not_direct": str(record.fields.get("not_direct") or "")}),
        is_demo=bool(record.campaign and record.campaign.is_demo),
        is_survey_record=True,
        unit_unknown=not record.fields.get("party"),
        apart_reason=apart(record),
    )
    record.outlet = registry.register(new, by=by, at=at)
    record.outlet_version = record.outlet.version
    return []


def _of_lead(record: FieldRecord, lead: Lead, sense: Sense, key: str, *, by: Actor, at: datetime) -> list[Finding]:
    """The lead the phone was sent to ends as an outlet; one that has ended as one already gets the sheet."""
    if lead.state == LeadState.OPEN:
        said = {
            **columns_of(record, sense),
            "name": name_of(record, sense.unit),
            "unit": sense.unit,
            "water": sense.water,
            "position": sense.position.point,
            "party_proposed": str(record.fields.get("party") or ""),
            "unit_unknown": not record.fields.get("party"),
            "type_proposed": key if tree_of(sense.policy).second(key) else "",
            "apart": apart(record),
        }
        sheet = paper_of(record, sense, by=by, at=at)
        lead = end_as_outlet(
            _author(by, lead.unit_path), lead, fields=said, paper_sha256=sheet, at=at, on=day_of(record, at), reason=""
        )
        record.outlet_version = lead.outlet.version if lead.outlet else None
    elif lead.state != LeadState.OUTLET:
        text = _("线索“%(name)s”已处置为“%(state)s”，与现场记录不符，请核对。")
        params = {"name": lead.name, "state": str(LeadState(lead.state).label)}
        return [Finding("record.lead_ended", text, ERROR, params)]
    record.outlet = lead.outlet
    if record.outlet_version is None:
        _file_paper(record, sense, by=by, at=at)
    return []


def _again(record: FieldRecord, sense: Sense, *, by: Actor, at: datetime) -> list[Finding]:
    """A later revision: while the outlet still is as this record left it, it follows; else the difference is said."""
    assert record.outlet is not None
    if record.outlet_version is None or sense.unit is None:
        return []
    outlet = record.outlet
    wanted = {
        **columns_of(record, sense),
        "name": name_of(record, sense.unit),
        "water": sense.water,
        "longitude_deg": sense.position.point[0] if sense.position.point else None,
        "latitude_deg": sense.position.point[1] if sense.position.point else None,
    }
    if record.lead is not None:  # what the lead knew and the phone did not say stays
        wanted = {name: value for name, value in wanted.items() if value not in (None, "")}
    changed = {name: value for name, value in wanted.items() if getattr(outlet, name) != value}
    findings: list[Finding] = []
    if is_direct(record) != outlet.is_direct or record.fields.get("same_as") or outlet.unit_id != sense.unit.pk:
        text = _("入库之后改了行政区划、是否直接入河或是否同一个排污口，请在排污口档案中办理。")
        findings.append(Finding("record.changed_kind", text, ERROR))
    key = str(record.fields.get("type_key") or "")
    registry.propose_anew(
        outlet,
        type_key=key if tree_of(sense.policy).second(key) else "",
        party=str(record.fields.get("party") or "").strip()[:128],
        reasons=f"现场记录更新（{record.officer_name}）",
        on=day_of(record, at),
        by=_author(by, outlet.unit_path),
        at=at,
    )
    if not changed:
        return findings
    own = outlet.version == record.outlet_version and outlet.stage in UNTOUCHED
    if not own or outlet.milestones & BITS[Milestone.VERIFIED]:
        names = "、".join(str(column(name).verbose_name) for name in sorted(changed))
        text = _("排污口入库后已有人办理，这些内容没有写入：%(names)s。")
        return [*findings, Finding("record.not_written", text, ERROR, {"names": names})]
    reason = f"现场记录更新（{record.officer_name}）"
    registry.correct(
        outlet, values=changed, reason=reason, on=day_of(record, at), by=_author(by, outlet.unit_path), at=at
    )
    record.outlet_version = outlet.version
    _file_paper(record, sense, by=by, at=at)
    return findings


def _author(by: Actor, path: str) -> Actor:
    """Until somebody verified it an outlet is what its record says: who may write the record thereby mends the outlet
    and ends the lead he was sent to."""
    return Actor(by.id, by.name, (*by.grants, Grant(Role.CLERK, Reach(unit_paths=frozenset({path})))))


def _file_paper(record: FieldRecord, sense: Sense, *, by: Actor, at: datetime) -> None:
    assert record.outlet is not None
    sha256 = paper_of(record, sense, by=by, at=at)
    if not FiledPaper.objects.filter(outlet=record.outlet, kind=Paper.SURVEY_RECORD, sha256=sha256).exists():
        registry.file_paper(record.outlet, kind=Paper.SURVEY_RECORD, sha256=sha256, on=day_of(record, at), by=by, at=at)


def _file_photos(record: FieldRecord, sense: Sense, *, by: Actor, at: datetime) -> None:
    """Photos that are whole go into the outlet's file, each once."""
    if record.outlet is None:
        return
    waiting = list(record.photo_rows.filter(filed=False))
    whole = set(File.objects.filter(pk__in=[one.sha256 for one in waiting]).values_list("pk", flat=True))
    for one in waiting:
        if one.sha256 not in whole:
            continue
        title = str(sense.photos.get(one.sha256, {}).get("subject") or "")[:100]
        known = FiledPaper.objects.filter(outlet=record.outlet, kind=Paper.PHOTO, sha256=one.sha256)
        try:
            with transaction.atomic():
                if not known.exists():
                    registry.file_paper(
                        record.outlet,
                        kind=Paper.PHOTO,
                        sha256=one.sha256,
                        title=title,
                        on=day_of(record, at),
                        by=by,
                        at=at,
                    )
                one.filed = True
                one.save(update_fields=["filed"])
        except Refused:
            continue
