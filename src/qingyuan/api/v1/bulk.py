"""批量办理: one errand upon many outlets: asked about beforehand, done once, with a receipt for each."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as translated
from ninja import Router
from pydantic import Field

from qingyuan.api import asking
from qingyuan.api.problems import sentence
from qingyuan.api.shapes import Day, Given, Id, Reason, Sha256, Text120, Text200, Told, Word
from qingyuan.api.v1.act_reading import body_of, water_of, wrong
from qingyuan.api.v1.outlet_shapes import reason_of
from qingyuan.api.writes import KEY, asks, write
from qingyuan.core.access import Permission
from qingyuan.core.lifecycle import Paper
from qingyuan.core.refusal import NotFound, Refusal
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.library import queries as library
from qingyuan.registry import actions, queries
from qingyuan.registry.actions.together import GONE, MOST_ROWS, STALE, Errand, refusal_of
from qingyuan.registry.choices import PARTY_BASES
from qingyuan.registry.models import BulkRun, Outlet

router = Router(tags=["批量办理"])
COLUMNS = Literal["town_text", "water", "section_interval", "bank", "emission_standard", "remark"]
"""What may be corrected in one go: what many outlets have in common."""


class VerifyTogether(Given):
    """核实."""

    act: Literal["verify"]
    paper: Sha256 | None = None


class FixPartyTogether(Given):
    """明确责任主体."""

    act: Literal["fix_party"]
    body: Id
    basis: Word
    paper: Sha256 | None = None
    note: Text200 = ""


class ProposeTypeTogether(Given):
    """提出分类意见."""

    act: Literal["propose_type"]
    type_key: Word
    reasons: Text200 = ""


class FilePaperTogether(Given):
    """归入材料."""

    act: Literal["file_paper"]
    kind: Paper
    paper: Sha256
    title: Text200 = ""


class ManagingBodyTogether(Given):
    """更正责任区部门."""

    act: Literal["managing_body"]
    body: Id
    reason: Text200


class CorrectFieldTogether(Given):
    """更正一个栏目."""

    act: Literal["correct"]
    field: COLUMNS
    value: Text120
    reason: Text200


What = Annotated[
    VerifyTogether
    | FixPartyTogether
    | ProposeTypeTogether
    | FilePaperTogether
    | ManagingBodyTogether
    | CorrectFieldTogether,
    Field(discriminator="act"),
]


class Chosen(Given):
    """An outlet as it was read."""

    outlet: Id
    version: int = Field(ge=0, le=2**31 - 1)


class ErrandGiven(Given):
    """What is done upon which outlets, and when it happened."""

    on: Day
    errand: What
    chosen: list[Chosen] = Field(min_length=1, max_length=MOST_ROWS)


class Outcome(Told):
    """What became of one outlet, or would; `against` null: done."""

    outlet: int
    against: Reason | None


class Preview(Told):
    """What would be done, and what would not."""

    doable: int
    outcomes: list[Outcome]


class Receipt(Told):
    """A run with what became of each outlet."""

    id: int
    act: str
    said: str
    run_at: datetime
    finished_at: datetime | None
    done: int
    outcomes: list[Outcome]


@dataclass(frozen=True, slots=True)
class Kind:
    """The word of an errand and the permission it takes."""

    label: str
    permission: Permission


KINDS: Mapping[str, Kind] = {
    "verify": Kind(_("核实"), Permission.OUTLET_VERIFY),
    "fix_party": Kind(_("明确责任主体"), Permission.OUTLET_FIX_PARTY),
    "propose_type": Kind(_("提出分类意见"), Permission.OUTLET_PROPOSE_TYPE),
    "file_paper": Kind(_("归入材料"), Permission.OUTLET_FILE_PAPER),
    "managing_body": Kind(_("更正责任区部门"), Permission.OUTLET_CORRECT),
    "correct": Kind(_("更正一个栏目"), Permission.OUTLET_CORRECT),
}


@router.post("/bulk/preview", response=Preview, summary="批量办理：预览")
@asks
def preview(request: HttpRequest, given: ErrandGiven) -> Preview:
    """逐个说明能否办理、为什么不能；不写入任何内容。"""
    who, at = asking.require(request, KINDS[given.errand.act].permission), timezone.now()
    errand = _errand(given)
    found = _found(request, [one.outlet for one in given.chosen])
    outcomes = []
    for one in given.chosen:
        outlet = found.get(one.outlet)
        if outlet is None:
            reason: Refusal | None = GONE
        elif outlet.version != one.version:
            reason = STALE
        else:
            reason = refusal_of(outlet, errand, by=who, at=at)
        outcomes.append(Outcome(outlet=one.outlet, against=reason_of(reason)))
    return Preview(doable=sum(one.against is None for one in outcomes), outcomes=outcomes)


@router.post("/bulk", response=Receipt, summary="批量办理")
@write(status=201, in_one=False)
def do(request: HttpRequest, given: ErrandGiven) -> Receipt:
    """能办的办理，不能办的逐个写明理由。同一幂等键中断后重发，从中断处继续。"""
    kind = KINDS[given.errand.act]
    by, at = asking.require(request, kind.permission), timezone.now()
    errand = _errand(given)
    chosen = [(one.outlet, one.version) for one in given.chosen]
    said = translated("批量办理“%(act)s”，共 %(n)s 个") % {"act": translated(kind.label), "n": len(chosen)}
    key = hashlib.sha256(f"{by.id}\n{request.headers[KEY]}".encode()).hexdigest()
    run = actions.do_together(key, errand, chosen, said=said, by=by, at=at)
    asking.located(request, f"/api/v1/bulk/{run.pk}")
    return _receipt(run)


@router.get("/bulk/{pk}", response=Receipt, summary="批量办理结果")
def receipt(request: HttpRequest, pk: Id) -> Receipt:
    """本人办理的一次批量办理，逐个的结果。"""
    run = BulkRun.objects.filter(pk=pk, run_by=asking.actor(request).id).first()
    if run is None:
        raise NotFound("bulk", str(pk))
    return _receipt(run)


def _errand(given: ErrandGiven) -> Errand:
    """The errand with everything it names looked up beforehand: 404 or 422 rather than a refusal of each row."""
    one = given.errand
    values: dict[str, object] = one.model_dump(mode="json", exclude={"act"})
    if (paper := values.get("paper")) is not None:
        library.file(str(paper))
    match one:
        case FixPartyTogether():
            body_of(one.body)
            if one.basis not in PARTY_BASES:
                raise wrong("errand.basis", _("不在可选范围内"))
        case ManagingBodyTogether():
            body_of(one.body)
        case CorrectFieldTogether():
            if one.field == "water":
                water_of(one.value)
            elif len(one.value) > (Outlet._meta.get_field(one.field).max_length or 200):  # type: ignore[union-attr]
                raise wrong("errand.value", _("太长"))
        case _:
            pass
    return Errand(one.act, given.on, values)


def _found(request: HttpRequest, ids: Sequence[int]) -> dict[int, Outlet]:
    known = queries.visible_to(asking.actor(request), leads=True)
    return known.select_related("unit", "water", "party", "managing_body").in_bulk(list(ids))


def _receipt(run: BulkRun) -> Receipt:
    outcomes = [
        Outcome(outlet=pk, against=_reason(code, text, params, clause))
        for pk, code, text, params, clause in run.results
    ]
    plain = {name: getattr(run, name) for name in ("act", "said", "run_at", "finished_at")}
    return Receipt(id=run.pk, done=sum(one.against is None for one in outcomes), outcomes=outcomes, **plain)


def _reason(code: str, text: str, params: dict[str, object], clause: str) -> Reason | None:
    if not code:
        return None
    return Reason(code=code, text=sentence(Refusal(code, text, params, clause)), clause=clause)
