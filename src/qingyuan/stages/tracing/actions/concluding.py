"""结论与责任主体: what a case found, who is proposed to answer, and the acceptance that fixes it (T5)."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from qingyuan.bodies.models import Body
from qingyuan.core.access import Actor, Permission
from qingyuan.core.access import refusal as access_refusal
from qingyuan.core.lifecycle import Paper
from qingyuan.core.refusal import require
from qingyuan.registry import actions as registry
from qingyuan.registry import queries as registry_queries
from qingyuan.registry.actions.moving import check_filed
from qingyuan.registry.fallback import fallback_of
from qingyuan.registry.models import Outlet
from qingyuan.registry.places_of import place_of
from qingyuan.stages.tracing import guards
from qingyuan.stages.tracing.actions.opening import follow_stage
from qingyuan.stages.tracing.actions.writing import change, record
from qingyuan.stages.tracing.models import Case, Source
from qingyuan.stages.tracing.words import Conclusion, NodeKind

CHANNEL = "溯源查明的排污通道"


@transaction.atomic
def conclude(
    case: Case, *, conclusion: Conclusion, on: date, by: Actor, at: datetime, note: str = "", sha256: str = ""
) -> Case:
    """得出结论. 确定: the sources become the outlet's channel, a single one is proposed to answer (溯源结论). 无法确定:
    the body the scheme names is proposed (政府兜底). The same conclusion again changes nothing.

    Raises
    ------
    Refused, StaleRecord, NotFound
    """
    if case.conclusion == conclusion:
        return case
    require(guards.conclude(case, conclusion=conclusion, note=note, on=on, by=by, at=at))
    if sha256:
        check_filed({sha256})
    follow_stage(case, on=on, by=by, at=at)
    change(
        case,
        conclusion=conclusion,
        concluded_on=on,
        concluded_by=by.id,
        note=note.strip(),
        paper_sha256=sha256,
    )
    sources = list(Source.objects.filter(case=case, ended_at=None).select_related("body").order_by("pk"))
    record(
        case,
        "case.conclude",
        on=on,
        by=by,
        at=at,
        details={
            "conclusion": conclusion,
            "sources": [[one.body_id, one.body.name, one.share] for one in sources],
        },
        private={"note": note},
        evidence=(sha256,) if sha256 else (),
    )
    _state(case, on=on, by=by, at=at)
    if conclusion is Conclusion.DEFINITE:
        _link(case, sources, on=on, by=by, at=at)
    _propose(case, sources, on=on, by=by, at=at)
    return case


def _state(case: Case, *, on: date, by: Actor, at: datetime) -> None:
    said = {"tracing_concluded": True, "tracing_inconclusive": case.conclusion == Conclusion.INCONCLUSIVE}
    for name, value in said.items():
        registry.enter_fact(
            ("outlet", str(case.outlet_id)),
            place=place_of(case.outlet),
            name=name,
            value=value,
            source=f"溯源案件 {case.pk}",
            on=on,
            by=by,
            at=at,
            sha256=case.paper_sha256,
        )


def _link(case: Case, sources: list[Source], *, on: date, by: Actor, at: datetime) -> None:
    """The sources into the outlet's chain, where they do not stand there yet and the officer may write it."""
    chain = registry_queries.chain(case.outlet, on=on)
    known = {source.body.pk for branch in chain.branches for source in branch.sources}
    new = [(one.body, one.share) for one in sources if one.body_id not in known]
    may = access_refusal(by, Permission.OUTLET_CORRECT, place_of(case.outlet)) is None
    if not new or not may:
        return
    pipe = case.edges.filter(ended_at=None, upper__kind__in=(NodeKind.PIPE, NodeKind.DITCH)).first()
    name = pipe.upper.name if pipe else CHANNEL
    registry.add_channel(name=name, unit=case.outlet.unit, outlet=case.outlet, on=on, by=by, at=at, sources=tuple(new))


def _propose(case: Case, sources: list[Source], *, on: date, by: Actor, at: datetime) -> None:
    """Whom the conclusion points at. Of several sources none is preferred: an officer chooses."""
    body, basis = None, ""
    if case.conclusion == Conclusion.DEFINITE and len(sources) == 1:
        body, basis = sources[0].body, "tracing"
    elif case.conclusion == Conclusion.INCONCLUSIVE:
        named = fallback_of(case.outlet, on=on).named
        body, basis = named.body if named else None, "fallback"
    if body is not None and case.outlet.party_id != body.pk:
        registry.propose_party(
            case.outlet, body=body, basis=basis, on=on, by=by, at=at, sha256=case.paper_sha256, clause=case.clause
        )


def fix_party(
    case: Case, *, body: Body, basis: str, on: date, by: Actor, at: datetime, sha256: str = "", note: str = ""
) -> Outlet:
    """接受并明确责任主体 (T5): by the register's own act. Without a paper of its own the case's report is the paper.

    Raises
    ------
    Refused, StaleRecord, NotFound
    """
    paper = sha256 or case.paper_sha256
    papers = {Paper.PARTY_BASIS: paper} if paper else {}
    return registry.fix_party(case.outlet, body=body, basis=basis, on=on, by=by, at=at, papers=papers, note=note)
