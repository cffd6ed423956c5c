"""借道排污监管 (大同 四(十), 吉林 三(十)): once a month, which outlets are used by more units than their scheme allows.

Run twice in a month it changes nothing but what the facts have changed.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from qingyuan.core.access import CONSOLE, Actor
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.ledger import actions as ledger
from qingyuan.registry.models import Fact, Outlet
from qingyuan.registry.queries import stated_facts
from qingyuan.registry.rules import policies
from qingyuan.stages.remediation import queries, rules
from qingyuan.stages.remediation.actions.refreshing import judged
from qingyuan.stages.remediation.models import Watch

FACTS = ("borrowed_discharge", "sharing_units")
CHUNK = 500
UNITS = _("通道内有 %(n)s 家排污单位")
STATED = _("已录入借道排污的事实")


@transaction.atomic
def check_borrowed(*, on: date, at: datetime, by: Actor = CONSOLE) -> int:
    """The monthly check. Returns how many outlets are on the list after it."""
    crowded = queries.crowded(on=on)
    stated = Fact.objects.filter(subject_kind="outlet", name__in=FACTS, retracted_at=None, from_day__lte=on)
    ids = {int(pk) for pk in stated.values_list("subject_id", flat=True) if pk.isdecimal()} | set(crowded)
    standing = {one.outlet_id: one for one in Watch.objects.filter(ended_on=None)}
    ask = policies()
    kept: set[int] = set()
    new: list[Watch] = []
    wanted = sorted(ids | set(standing))
    for start in range(0, len(wanted), CHUNK):
        some = judged(Outlet.objects.filter(pk__in=wanted[start : start + CHUNK]))
        for outlet in some:
            policy = ask(outlet.unit_path, on)
            units, reason = _found(outlet, crowded.get(outlet.pk, 0), policy.value("outlet.units_per_outlet", 1), on)
            if not reason:
                continue
            kept.add(outlet.pk)
            clause = rules.clause_of(policy, "outlet.borrowed_watch") or rules.clause_of(
                policy, "outlet.units_per_outlet"
            )
            if (held := standing.get(outlet.pk)) is not None:
                Watch.objects.filter(pk=held.pk).update(checked_on=on, units=units, reason=reason, clause=clause)
            else:
                new.append(Watch(outlet=outlet, since=on, checked_on=on, units=units, reason=reason, clause=clause))
    Watch.objects.bulk_create(new)
    over = [one.pk for pk, one in standing.items() if pk not in kept]
    for start in range(0, len(over), CHUNK):
        Watch.objects.filter(pk__in=over[start : start + CHUNK]).update(ended_on=on, checked_on=on)
    if new or over:
        details = {"listed": [one.outlet_id for one in new][:CHUNK], "new": len(new), "ended": len(over)}
        ledger.record(("watch", "borrowed"), "watch.check", by=by, at=at, occurred=on, details=details)
    return len(kept)


def _found(outlet: Outlet, units: int, limit: object, on: date) -> tuple[int | None, str]:
    """How many units, and why the outlet is watched; no reason: it is not."""
    most = limit if isinstance(limit, int) else 1
    known = stated_facts([("outlet", str(outlet.pk))], on=on)
    sharing = known.get("sharing_units")
    many = max(units, sharing if isinstance(sharing, int) and not isinstance(sharing, bool) else 0)
    if many > most:
        return many, UNITS % {"n": many}
    if known.get("borrowed_discharge") is True:
        return many or None, STATED
    return None, ""
