"""The duties that come with tracing: cases without a conclusion, parties to be fixed, duties a party has not done."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from qingyuan.core.access import Actor, Permission, Role
from qingyuan.core.lifecycle import Stage
from qingyuan.core.policy.duties import PARTY_FACTS
from qingyuan.registry.models import Fact, Outlet, OutletQuerySet, Responsibility
from qingyuan.registry.queries import scope_q
from qingyuan.stages.tracing.models import Case

SINCE = "party_since"
"""The annotated day since which the party answers."""


def to_conclude(scope: OutletQuerySet) -> QuerySet[Case]:
    """Cases under way about outlets of a scope."""
    # Asked of each of the few cases: a list of a whole country's outlets would have to be made first.
    return Case.objects.filter(Exists(scope.filter(pk=OuterRef("outlet"))), conclusion="").select_related("outlet")


def to_fix(scope: OutletQuerySet) -> OutletQuerySet:
    """Outlets at the stage of tracing about which no case is under way any more: the party is what is missing."""
    under_way = Case.objects.filter(outlet=OuterRef("pk"), conclusion="")
    return scope.filter(~Exists(under_way), stage=Stage.TRACING)


def undone(actor: Actor, *, path: str) -> QuerySet[Outlet]:
    """Outlets at which a record says that the party has not done a duty: for the party itself, and for who fixes
    parties there."""
    grants = tuple(
        grant
        for grant in actor.grants
        if grant.role is Role.ENTERPRISE or Permission.OUTLET_FIX_PARTY in grant.permissions
    )
    standing = Fact.objects.filter(subject_kind="outlet", name__in=PARTY_FACTS.values(), retracted_at=None)
    latest: dict[tuple[str, str], object] = {}
    # By the index of names: SQLite would else read every fact about every outlet.
    said_no = Fact.objects.filter(name__in=PARTY_FACTS.values(), retracted_at=None, value=False)
    subjects = {id for kind, id in said_no.values_list("subject_kind", "subject_id") if kind == "outlet"}
    denied = standing.filter(subject_id__in=subjects)
    for subject_id, name, value in denied.order_by("from_day", "pk").values_list("subject_id", "name", "value"):
        latest[(subject_id, name)] = value
    ids = {int(subject_id) for (subject_id, _name), value in latest.items() if value is False and grants}
    able = Actor(actor.id, actor.name, grants)
    since = Responsibility.objects.filter(outlet=OuterRef("pk"), to_day=None).values("from_day")[:1]
    found = Outlet.objects.filter(scope_q(able), pk__in=ids).exclude(party=None).standing().within(path)
    return found.annotate(**{SINCE: Subquery(since)})
