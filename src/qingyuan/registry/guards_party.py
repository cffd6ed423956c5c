"""May this body answer for this outlet, on this basis? What the schemes say of tracing, fallback and designation."""

from __future__ import annotations

from datetime import date

from qingyuan.bodies.models import Body
from qingyuan.core.refusal import Refusal
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.registry import rules
from qingyuan.registry.fallback import fallback_of
from qingyuan.registry.models import Fact, Outlet, Proposal

KNOWN = ("responsibility_unclear", "tracing_concluded", "tracing_inconclusive")


def tracing_facts(outlet: Outlet, *, on: date) -> dict[str, object]:
    """What tracing says of an outlet on a day: unclear, concluded, inconclusive. Absent is unknown."""
    entered = Fact.objects.filter(
        subject_kind="outlet", subject_id=str(outlet.pk), name__in=KNOWN, from_day__lte=on, retracted_at=None
    )
    return dict(entered.order_by("from_day", "pk").values_list("name", "value"))


def party_refusal(outlet: Outlet, *, body: Body | None, basis: str, note: str, on: date) -> Refusal | None:
    """Against a body as responsible party on a basis: 责任不清 not traced yet; a fallback the scheme does not know; a
    designation it does not allow; another than the applicant without a reason (安阳 二(一)2)."""
    if body is None:
        return None
    return (
        _traced(outlet, basis=basis, on=on)
        or (_fallback(outlet, body, on=on) if basis == "fallback" else None)
        or (_designated(outlet, on=on) if basis == "designated" else None)
        or _instead_of_applicant(outlet, body, note=note)
    )


def _traced(outlet: Outlet, *, basis: str, on: date) -> Refusal | None:
    """Only a conclusion lets a party be set where it was unclear who answers (济源 三(二)2, 安阳 二(一)2, 大同 二(二),
    吉林 二(五))."""
    known = tracing_facts(outlet, on=on)
    clause = _clause(outlet, "tracing.scope", on=on)
    if basis == "applicant":
        return None
    if known.get("responsibility_unclear") is True and known.get("tracing_concluded") is not True:
        return Refusal("registry.not_traced", _("该口责任不清，溯源得出结论之后才能明确责任主体。"), {}, clause)
    if basis == "tracing" and known.get("tracing_inconclusive") is True:
        text = _("溯源结论为“无法确定”，不能以溯源结论为依据，应由方案规定的单位兜底。")
        return Refusal("registry.inconclusive", text, {}, _clause(outlet, "responsibility.fallback_party", on=on))
    return None


def _fallback(outlet: Outlet, body: Body, *, on: date) -> Refusal | None:
    found = fallback_of(outlet, on=on)
    if tracing_facts(outlet, on=on).get("tracing_inconclusive") is not True:
        text = _("经溯源仍无法确定的才由政府兜底，请先得出“无法确定”的溯源结论。")
        return Refusal("registry.fallback_untraced", text, {}, found.clause)
    if found.named is None:
        text = _("不知道该口在哪个镇（街道），请先更正所在区划，再由%(words)s兜底。")
        return Refusal("registry.fallback_place", text, {"words": "、".join(found.words)}, found.clause)
    if found.named.body is None:
        text = _("“%(name)s”尚未登记为单位，请先登记。")
        return Refusal("registry.fallback_unregistered", text, {"name": found.named.name}, found.clause)
    if found.named.body.pk != body.pk:
        text = _("本地由%(words)s兜底，该口应为“%(name)s”，“%(body)s”不能兜底。")
        words = {"words": "、".join(found.words), "name": found.named.body.name, "body": body.name}
        return Refusal("registry.not_fallback", text, words, found.clause)
    return None


def _designated(outlet: Outlet, *, on: date) -> Refusal | None:
    found = fallback_of(outlet, on=on)
    if found.may_designate:
        return None
    text = _("本地方案没有指定责任主体的规定，溯源后仍不明的由%(words)s为责任主体。")
    return Refusal("registry.no_designation", text, {"words": "、".join(found.words)}, found.clause)


def open_party_proposal(outlet: Outlet) -> Proposal | None:
    """The body that was proposed to answer and that nobody decided about; the applicant before others."""
    found = Proposal.objects.filter(outlet=outlet, about="party", decision="open").exclude(value="")
    return found.filter(origin="rule").order_by("-pk").first() or found.order_by("-pk").first()


def applicant_proposed(outlet: Outlet) -> Proposal | None:
    """The proposal that the applicant of an approved setting answers, while it is open or taken."""
    proposals = Proposal.objects.filter(outlet=outlet, about="party", origin="rule").exclude(value="")
    return proposals.order_by("-pk").first()


def _instead_of_applicant(outlet: Outlet, body: Body, *, note: str) -> Refusal | None:
    proposed = applicant_proposed(outlet)
    if proposed is None or proposed.value == str(body.pk) or note.strip():
        return None
    text = _("原则上设置申请单位“%(name)s”为责任主体，改为其他单位须写明理由。")
    return Refusal("registry.not_applicant", text, {"name": proposed.text}, proposed.clause)


def _clause(outlet: Outlet, parameter: str, *, on: date) -> str:
    resolved = rules.policy_of(outlet.unit_path, on=on).parameters.get(parameter)
    return resolved.clause if resolved else ""
