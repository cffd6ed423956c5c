"""确认规范化: the file of an outlet is read across the rooms, and the room decides by it, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from qingyuan.boards.archive.completeness import completeness_of
from qingyuan.core.access import Actor
from qingyuan.core.refusal import NotFound, Refusal, Refused, StaleRecord
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.registry import queries as registry
from qingyuan.registry.models import Outlet
from qingyuan.stages.standardisation import guards_archive as guards
from qingyuan.stages.standardisation.actions import standardising

STALE = Refusal("standardisation.stale", _("选中之后已有变更，请重新核对。"))
GONE = Refusal("standardisation.gone", _("没有这条记录，或者不在您的管辖范围内。"))


def refusal(outlet: Outlet, *, on: date, by: Actor, at: datetime) -> Refusal | None:
    """Why the outlet cannot be confirmed as standardised, or None."""
    return guards.standardise(outlet, archive=completeness_of(outlet, on=on), by=by, on=on, at=at)


@transaction.atomic
def standardise(outlet: Outlet, *, on: date, by: Actor, at: datetime) -> Outlet:
    """确认规范化 (T19).

    Raises
    ------
    Refused, StaleRecord
    """
    return standardising.standardise(outlet, archive=completeness_of(outlet, on=on), on=on, by=by, at=at)


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one chosen outlet: no reason means that it is standardised."""

    outlet_id: int
    name: str
    reason: Refusal | None


def standardise_many(chosen: Iterable[tuple[int, int]], *, on: date, by: Actor, at: datetime) -> list[Done]:
    """Each of the chosen (id, version as read) by the rule of the single act; those that may not be are told why. One
    that is standardised already is left as it is: sent twice it is done once."""
    done = []
    for pk, version in chosen:
        try:
            with transaction.atomic():
                outlet = registry.outlet(by, pk)
                if outlet.version != version and outlet.stage not in standardising.DONE:
                    raise Refused(STALE)
                standardise(outlet, on=on, by=by, at=at)
            done.append(Done(pk, outlet.name, None))
        except NotFound:
            done.append(Done(pk, "—", GONE))
        except StaleRecord:
            done.append(Done(pk, outlet.name, STALE))
        except Refused as error:
            done.append(Done(pk, outlet.name, error.refusal))
    return done
