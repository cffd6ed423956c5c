"""The rule library and a unit's own decisions: taking in, superseding, deciding, and asking.

Kept beside the packs: a regulation is a document people read, a decision a dated setting over a pack (大同 五(十三),
安阳 三(二), 大同 四(十), 吉林 三(十)).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from qingyuan.core import access
from qingyuan.core.access import Actor, Permission, Place
from qingyuan.core.refusal import NotFound, Refusal, guard, require
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.ledger import actions as ledger
from qingyuan.library.models import File
from qingyuan.places.models import Unit
from qingyuan.places.paths import ancestors_of, within_q
from qingyuan.rulebook.models_regulations import Decision, Regulation

# --- may they? ------------


@guard
def may_issue(
    *,
    unit_path: str,
    title: str,
    issuer: str,
    sha256: str,
    issued: date | None,
    valid_to: date | None,
    supersedes: Regulation | None,
    by: Actor,
) -> Iterator[Refusal | None]:
    """Reasons against taking a regulation in."""
    yield access.refusal(by, Permission.REGULATION_MAINTAIN, Place(unit_path=unit_path))
    if not title.strip():
        yield Refusal("regulation.no_title", _("请填写制度名称。"))
    if not issuer.strip():
        yield Refusal("regulation.no_issuer", _("请填写发文单位。"))
    if issued is None:
        yield Refusal("regulation.no_day", _("请填写印发日期。"))
    elif valid_to is not None and valid_to < issued:
        yield Refusal("regulation.ends_before", _("有效期不能早于印发日期。"))
    if not File.objects.filter(sha256=sha256).exists():
        yield Refusal("regulation.no_file", _("请上传制度文件。"))
    if supersedes is not None:
        if supersedes.unit_path != unit_path:
            yield Refusal("regulation.other_unit", _("新版本须由同一地区印发。"))
        if Regulation.objects.filter(supersedes=supersedes).exists():
            yield Refusal("regulation.superseded", _("该版本已有新版本代替。"))
        if issued is not None and issued < supersedes.issued:
            yield Refusal("regulation.older", _("新版本的印发日期不能早于原版本。"))


@guard
def may_decide(*, unit_path: str, by: Actor) -> Iterator[Refusal | None]:
    """Reasons against a unit's decision."""
    yield access.refusal(by, Permission.REGULATION_MAINTAIN, Place(unit_path=unit_path))


# --- acts ------------


@transaction.atomic
def issue(
    *,
    unit: Unit,
    title: str,
    issuer: str,
    issued: date,
    sha256: str,
    by: Actor,
    at: datetime,
    document_no: str = "",
    valid_to: date | None = None,
    supersedes: Regulation | None = None,
    is_demo: bool = False,
) -> Regulation:
    """登记制度: one document, or a new version of one. The same file as the same version again is the same regulation.

    Raises
    ------
    Refused
    """
    again = Regulation.objects.filter(unit_path=unit.path, sha256=sha256, title=title.strip(), issued=issued).first()
    if again is not None and access.refusal(by, Permission.REGULATION_MAINTAIN, Place(unit_path=unit.path)) is None:
        return again
    made = Regulation(
        unit_path=unit.path,
        title=title.strip(),
        document_no=document_no.strip(),
        issuer=issuer.strip(),
        issued=issued,
        valid_to=valid_to,
        number=supersedes.number + 1 if supersedes else 1,
        supersedes=supersedes,
        sha256=sha256,
        recorded_by=by.id,
        recorded_at=at,
        is_demo=is_demo,
    )
    said = ("unit_path", "title", "issuer", "sha256", "issued", "valid_to", "supersedes")
    require(may_issue(**{name: getattr(made, name) for name in said}, by=by))
    made.save(force_insert=True)
    _tell(made, unit, by=by)
    return made


def _tell(made: Regulation, unit: Unit, *, by: Actor) -> None:
    """The entry of a regulation, and of the one it takes the place of."""
    said, before = ("title", "document_no", "issuer", "number", "valid_to"), made.supersedes
    ledger.record(
        ("regulation", str(made.pk)),
        "regulation.issue",
        by=by,
        at=made.recorded_at,
        occurred=made.issued,
        details={name: getattr(made, name) for name in said} | {"unit": unit.code, "supersedes": made.supersedes_id},
        evidence=[made.sha256],
    )
    if before is not None:
        Regulation.objects.filter(pk=before.pk).update(superseded_on=made.issued)
        ledger.record(
            ("regulation", str(before.pk)),
            "regulation.supersede",
            by=by,
            at=made.recorded_at,
            occurred=made.issued,
            changes={"superseded_on": (None, made.issued)},
            details={"by": made.pk},
        )


@transaction.atomic
def decide(
    *,
    unit: Unit,
    name: str,
    value: object,
    from_day: date,
    reason: str,
    clause: str,
    by: Actor,
    at: datetime,
    key: str = "",
    is_demo: bool = False,
) -> Decision:
    """作出本地决定. Deciding what is decided already changes nothing.

    Raises
    ------
    Refused
    """
    require(may_decide(unit_path=unit.path, by=by))
    full = f"{name}#{key}" if key else name
    before = decision(unit.path, full, on=from_day)
    if before is not None and before.value == value and before.from_day <= from_day:
        return before
    made = Decision.objects.create(
        unit_path=unit.path,
        name=full,
        value=value,
        from_day=from_day,
        reason=reason.strip()[:200],
        decided_by=by.id,
        recorded_at=at,
        is_demo=is_demo,
    )
    ledger.record(
        ("decision", f"{unit.code}:{full}"),
        "decision.make",
        by=by,
        at=at,
        occurred=from_day,
        changes={"value": (before.value if before else None, value)},
        details={"unit": unit.code, "name": full, "reason": made.reason},
        clause=clause,
    )
    return made


# --- asking ------------


def decision(unit_path: str, name: str, *, on: date) -> Decision | None:
    """What a unit decided, as it stands on a day."""
    return (
        Decision.objects.filter(unit_path=unit_path, name=name, from_day__lte=on).order_by("-from_day", "-pk").first()
    )


def decisions(name: str, *, path: str, on: date) -> dict[str, Decision]:
    """What the units of a subtree decided, as it stands on a day, by the unit's path."""
    rows = Decision.objects.filter(within_q("unit_path", path), name=name, from_day__lte=on)
    return {one.unit_path: one for one in rows.order_by("from_day", "pk")}


def regulations(unit_path: str, *, text: str = "", on: date, all_versions: bool = False) -> QuerySet[Regulation]:
    """The regulations that apply in a unit or were made in it, newest first; those in force on a day, or all."""
    found = Regulation.objects.filter(Q(unit_path__in=ancestors_of(unit_path)) | within_q("unit_path", unit_path))
    if plain := text.strip():
        found = found.filter(Q(title__icontains=plain) | Q(document_no__icontains=plain) | Q(issuer__icontains=plain))
    if not all_versions:
        found = found.filter(
            Q(valid_to=None) | Q(valid_to__gte=on), Q(superseded_on=None) | Q(superseded_on__gt=on), issued__lte=on
        )
    return found.order_by("-issued", "-pk")


def regulation(pk: int) -> Regulation:
    """One regulation; NotFound when there is none."""
    found = Regulation.objects.filter(pk=pk).select_related("supersedes").first()
    if found is None:
        raise NotFound("regulation", str(pk))
    return found


def versions_of(one: Regulation) -> list[Regulation]:
    """Every version of a regulation, the newest first."""
    newest = one
    while (later := Regulation.objects.filter(supersedes=newest).first()) is not None:
        newest = later
    found = [newest]
    while found[-1].supersedes_id is not None:
        found.append(Regulation.objects.get(pk=found[-1].supersedes_id))
    return found


def ends_on(one: Regulation) -> date | None:
    """The last day a regulation is in force: by its own term, or the day before a new version took its place."""
    ends = [day for day in (one.valid_to, one.superseded_on and one.superseded_on - timedelta(days=1)) if day]
    return min(ends, default=None)
