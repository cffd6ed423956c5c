"""批量办理: one errand upon many outlets, each row by the rule of the single action. Law: the register is the same as
one by one. Rows that may not be done are refused one by one and say why; the others are done."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime

from django.db import IntegrityError, transaction

from qingyuan.bodies.models import Body
from qingyuan.core.access import Actor
from qingyuan.core.days import local_day
from qingyuan.core.lifecycle import Paper
from qingyuan.core.refusal import NotFound, Refusal, Refused, StaleRecord
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.ledger import actions as ledger
from qingyuan.places.models import Water
from qingyuan.registry import guards, queries
from qingyuan.registry.actions.correcting import correct
from qingyuan.registry.actions.deciding import fix_party, propose_type, verify
from qingyuan.registry.actions.filing import file_paper
from qingyuan.registry.models import BulkRun, FiledPaper, Outlet, Proposal

BATCH = 50
MOST_ROWS = 500
GONE = Refusal("registry.gone", _("没有这条记录，或者不在您的管辖范围内。"))
STALE = Refusal("registry.stale", _("选中之后已有变更，请重新核对。"))


@dataclass(frozen=True, slots=True)
class Errand:
    """What is to be done: the act, the day, and plain values (ids, texts, hashes of papers in the library)."""

    act: str
    on: date
    values: Mapping[str, object] = field(default_factory=dict)

    def plain(self) -> dict[str, object]:
        """The errand as JSON."""
        return {**asdict(self), "on": self.on.isoformat()}


def errand_from(plain: Mapping[str, object]) -> Errand:
    """The errand from its JSON."""
    return Errand(str(plain["act"]), date.fromisoformat(str(plain["on"])), dict(plain["values"]))  # type: ignore[call-overload]


@dataclass(frozen=True, slots=True)
class Way:
    """How an errand is asked about and done for one outlet."""

    may: Callable[[Outlet, Errand, Actor, datetime], Refusal | None]
    do: Callable[[Outlet, Errand, Actor, datetime], object]


def refusal_of(outlet: Outlet, errand: Errand, *, by: Actor, at: datetime) -> Refusal | None:
    """Why this errand may not be done upon this outlet: the refusal of the single action."""
    return WAYS[errand.act].may(outlet, errand, by, at)


def do_one(outlet: Outlet, errand: Errand, *, by: Actor, at: datetime) -> None:
    """The errand upon one outlet: the single action.

    Raises
    ------
    Refused, StaleRecord, NotFound
    """
    WAYS[errand.act].do(outlet, errand, by, at)


def do_together(
    key: str, errand: Errand, chosen: Sequence[tuple[int, int]], *, said: str, by: Actor, at: datetime
) -> BulkRun:
    """Do the errand upon the chosen outlets (id, version as read), in batches, each atomic with the run's receipt: a
    run that was stopped goes on where it was when the same key is sent again; a finished one is not done twice.

    Raises
    ------
    Refused
        An act nobody knows, too many rows, or the key of another errand.
    """
    run = _begun(key, errand, chosen, said=said, by=by, at=at)
    while run.finished_at is None:
        run = _do_part(run.pk, by=by, at=at)
    return run


def _begun(
    key: str, errand: Errand, chosen: Sequence[tuple[int, int]], *, said: str, by: Actor, at: datetime
) -> BulkRun:
    if errand.act not in WAYS:
        raise Refused(Refusal("registry.unknown_act", _("不能批量办理“%(act)s”。"), {"act": errand.act}))
    if len(chosen) > MOST_ROWS:
        raise Refused(Refusal("registry.too_many", _("一次最多办理 %(n)s 个，请缩小范围。"), {"n": MOST_ROWS}))
    rows = [list(one) for one in dict(chosen).items()]
    held = BulkRun.objects.filter(key=key).first()
    if held is None:
        try:
            with transaction.atomic():
                held = BulkRun.objects.create(
                    key=key,
                    act=errand.act,
                    said=said[:300],
                    errand=errand.plain(),
                    chosen=rows,
                    run_by=by.id,
                    run_at=at,
                )
                details = {"act": errand.act, "rows": len(rows), "said": said[:300]}
                on = local_day(at)
                ledger.record(("bulk", str(held.pk)), "bulk.run", by=by, at=at, occurred=on, details=details)
        except IntegrityError:  # the same button, pressed twice at once
            held = BulkRun.objects.get(key=key)
    if (held.run_by, held.errand, held.chosen) != (by.id, errand.plain(), rows):
        raise Refused(Refusal("registry.key_used", _("这个操作编号已用于另一次办理，请重新选择。")))
    return held


@transaction.atomic
def _do_part(pk: int, *, by: Actor, at: datetime) -> BulkRun:
    run = BulkRun.objects.select_for_update().get(pk=pk)
    if run.finished_at is not None:
        return run
    errand = errand_from(run.errand)
    part = run.chosen[len(run.results) : len(run.results) + BATCH]
    known = queries.visible_to(by, leads=True).select_related("unit", "water", "party", "managing_body")
    found = known.in_bulk([row[0] for row in part])
    for outlet_id, version in part:
        reason = _refused(found.get(outlet_id), version, errand, by=by, at=at)
        said = [reason.code, reason.text, dict(reason.params), reason.clause] if reason else ["", "", {}, ""]
        run.results.append([outlet_id, *said])
    run.finished_at = at if len(run.results) == len(run.chosen) else None
    run.save(update_fields=["results", "finished_at"])
    return run


def _refused(outlet: Outlet | None, version: int, errand: Errand, *, by: Actor, at: datetime) -> Refusal | None:
    """Do one row in a savepoint of its own; what stands against it is the answer."""
    if outlet is None:
        return GONE
    if outlet.version != version:
        return STALE
    try:
        with transaction.atomic():
            do_one(outlet, errand, by=by, at=at)
    except Refused as error:
        return error.refusal
    except StaleRecord:
        return STALE
    except NotFound:
        return GONE
    return None


# --- the errands


def _papers(errand: Errand, kind: Paper) -> dict[Paper, str]:
    sha256 = str(errand.values.get("paper") or "")
    return {kind: sha256} if sha256 else {}


def _body(errand: Errand) -> Body | None:
    pk = errand.values.get("body")
    return Body.objects.filter(pk=str(pk)).first() if pk else None


def _fix_party(outlet: Outlet, errand: Errand, by: Actor, at: datetime) -> None:
    body, basis = _body(errand), str(errand.values["basis"])
    held = outlet.responsibilities.filter(to_day=None).first()
    if body is None:
        raise NotFound("body", str(errand.values.get("body")))
    if held is not None and (held.body_id, held.basis) == (body.pk, basis):
        return
    papers, note = _papers(errand, Paper.PARTY_BASIS), str(errand.values.get("note", ""))
    fix_party(outlet, body=body, basis=basis, on=errand.on, by=by, at=at, papers=papers, note=note)


def _propose(outlet: Outlet, errand: Errand, by: Actor, at: datetime) -> None:
    key, reasons = str(errand.values["type_key"]), str(errand.values.get("reasons", ""))
    mine = {"outlet": outlet, "about": "type", "value": key, "proposed_by": by.id, "decision": "open"}
    if not Proposal.objects.filter(**mine, text=reasons).exists():
        propose_type(outlet, type_key=key, reasons=reasons, on=errand.on, by=by, at=at)


def _file(outlet: Outlet, errand: Errand, by: Actor, at: datetime) -> None:
    kind, sha256 = Paper(str(errand.values["kind"])), str(errand.values["paper"])
    if FiledPaper.objects.filter(outlet=outlet, kind=kind, sha256=sha256, round=outlet.round).exists():
        return
    title = str(errand.values.get("title", ""))
    file_paper(outlet, kind=kind, sha256=sha256, title=title, on=errand.on, by=by, at=at)


def _corrected(errand: Errand) -> dict[str, object]:
    """The values of a correction: a department, a water by its code, or a text."""
    if errand.act == "managing_body":
        return {"managing_body": _body(errand)}
    name, value = str(errand.values["field"]), errand.values.get("value", "")
    if name == "water":
        water = Water.objects.filter(code=value).first()
        return {"water": water, "water_text": water.name if water else ""}
    return {name: value}


def _reason(errand: Errand) -> str:
    return str(errand.values.get("reason", ""))


def _may_correct(outlet: Outlet, errand: Errand, by: Actor, at: datetime) -> Refusal | None:
    values = _corrected(errand)
    return guards.correct(outlet, values=values, reason=_reason(errand), by=by, on=errand.on, at=at)


def _correct(outlet: Outlet, errand: Errand, by: Actor, at: datetime) -> None:
    correct(outlet, values=_corrected(errand), reason=_reason(errand), on=errand.on, by=by, at=at)


WAYS: Mapping[str, Way] = {
    "verify": Way(
        lambda outlet, errand, by, at: guards.verify(outlet, by=by, on=errand.on, at=at),
        lambda outlet, errand, by, at: verify(
            outlet, on=errand.on, by=by, at=at, papers=_papers(errand, Paper.VERIFICATION_RECORD)
        ),
    ),
    "fix_party": Way(
        lambda outlet, errand, by, at: guards.fix_party(
            outlet,
            body=_body(errand),
            basis=str(errand.values["basis"]),
            given=set(_papers(errand, Paper.PARTY_BASIS)),
            by=by,
            on=errand.on,
            at=at,
            note=str(errand.values.get("note", "")),
        ),
        _fix_party,
    ),
    "propose_type": Way(
        lambda outlet, errand, by, _at: guards.propose_type(
            outlet, type_key=str(errand.values["type_key"]), by=by, on=errand.on
        ),
        _propose,
    ),
    "file_paper": Way(lambda outlet, errand, by, at: guards.file_paper(outlet, by=by, on=errand.on, at=at), _file),
    "managing_body": Way(_may_correct, _correct),
    "correct": Way(_may_correct, _correct),
}
