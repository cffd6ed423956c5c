"""May they? One treatment and one outlet for several of aquaculture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from qingyuan.core import access
from qingyuan.core.access import Actor, Permission
from qingyuan.core.lifecycle import Stage
from qingyuan.core.refusal import Refusal, guard
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.registry.guards import not_yet
from qingyuan.registry.places_of import place_of
from qingyuan.registry.rules import policy_of
from qingyuan.stages.remediation import queries_clusters as queries
from qingyuan.stages.remediation.models import Round
from qingyuan.stages.remediation.rules_plans import clause_of


@guard
def propose_common(
    keep: Round, rounds: Sequence[Round], *, works: str, by: Actor, on: date, at: datetime
) -> Iterator[Refusal | None]:
    """统一收集、统一设口: neighbours of the type the scheme names, none of them planned; the treatment has a name."""
    for one in rounds:
        yield access.refusal(by, Permission.REMEDIATION_PLAN, place_of(one.outlet))
    policy = policy_of(keep.outlet.unit_path, on=on)
    clause = clause_of(policy, queries.PARAMETER)
    if not queries.is_encouraged(policy):
        yield Refusal("remediation.cluster_not_here", _("本地方案没有连片统一设口的规定。"))
    if len(rounds) < 2 or keep.pk not in {one.pk for one in rounds}:
        yield Refusal("remediation.cluster_few", _("请至少选择两个排污口，并从中选定保留的统一排污口。"), {}, clause)
    for one in rounds:
        params = {"name": one.outlet.name}
        if one.outlet.type_key not in queries.types(policy):
            yield Refusal("remediation.cluster_type", _("“%(name)s”不是中小型水产养殖散排口。"), params, clause)
        if not one.is_open or one.outlet.stage != Stage.PROBLEM:
            yield Refusal("remediation.cluster_planned", _("“%(name)s”已有整治方案。"), params, clause)
        if (one.outlet.unit_path[:6], one.outlet.water_id) != (keep.outlet.unit_path[:6], keep.outlet.water_id):
            yield Refusal(
                "remediation.cluster_apart", _("“%(name)s”与统一排污口不在同一县、同一水体。"), params, clause
            )
    if len(queries.together(rounds, reach=queries.reach_m(policy))) > 1:
        text = _("所选排污口不连片：相邻距离不应超过 %(reach)s m。")
        params = {"reach": f"{queries.reach_m(policy):g}"}
        yield Refusal("remediation.cluster_far", text, params, clause_of(policy, "aquaculture.cluster_distance_m"))
    if not works.strip():
        yield Refusal("remediation.cluster_works", _("请填写统一收集处理养殖尾水的设施。"), {}, clause)
    yield not_yet(on, at)
