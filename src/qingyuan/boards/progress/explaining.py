"""Why a figure changed between two askings: every outlet under exactly one reason, so that the reasons add up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from django.db.models import Min
from django.utils.translation import gettext

from qingyuan.boards.progress.aims import Aim, aims_of, flags_on, policy_at
from qingyuan.boards.progress.banks import Banks, banks
from qingyuan.boards.progress.where import Asking, Where, check_scope, known_on, standings
from qingyuan.core.access import Actor
from qingyuan.core.policy.parameters import Target
from qingyuan.core.progress import REASON_LABELS, Figure, Reason, Seen, adds, why
from qingyuan.registry.models import Standing
from qingyuan.registry.models_history import END_OF_TIME

_CHUNK = 500
_ORDER = {reason: place for place, reason in enumerate(Reason)}


@dataclass(frozen=True, slots=True)
class Change:
    """What one reason did to a figure: by how much, and which outlets."""

    reason: Reason
    numerator: int
    denominator: int
    outlets: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A target's figure then and now, and the reasons, which add up to the difference.

    A side is unknown when the scheme of its time does not count the target; it then adds nothing to the sums.
    """

    target: Target
    before: Figure
    after: Figure
    changes: tuple[Change, ...]

    @property
    def sentence(self) -> str:
        """完成 +9、−2；应计 +3: each reason with its signed numbers, 无变化 when nothing changed."""
        said = [words for change in self.changes if (words := _words(change))]
        return "；".join(said) if said else gettext("无变化")


def _words(change: Change) -> str:
    label = gettext(REASON_LABELS[change.reason])
    if change.reason in (Reason.WALKED, Reason.CUT):
        return gettext("%(reason)s %(n)s 米") % {"reason": label, "n": signed(change.numerator or change.denominator)}
    numbers = []
    if change.numerator:
        numbers.append(gettext("完成 %(n)s") % {"n": signed(change.numerator)})
    if change.denominator:
        numbers.append(gettext("应计 %(n)s") % {"n": signed(change.denominator)})
    numbers = numbers or [gettext("增减相抵")]
    return gettext("%(count)s 个%(reason)s（%(numbers)s）") % {
        "count": len(change.outlets),
        "reason": label,
        "numbers": "，".join(numbers),
    }


def signed(number: int) -> str:
    """+9, −2 (a true minus), 0."""
    return f"+{number}" if number > 0 else f"−{-number}" if number < 0 else "0"


def explain(where: Where, earlier: Asking, later: Asking, *, actor: Actor) -> tuple[Explanation, ...]:
    """Why each figure of the later asking differs from the earlier one's. Each is judged by the packs of its time.

    Raises
    ------
    NotFound
        The unit lies outside the actor's scope.
    """
    check_scope(actor, where)
    before = {aim.target.key: aim for aim in aims_of(policy_at(where.judged_by, earlier))}
    after = {aim.target.key: aim for aim in aims_of(policy_at(where.judged_by, later))}
    pairs = _pairs(where, earlier, later)
    dated = _dated_before([pk for pk, (was, _is) in pairs.items() if was is None], earlier, later)
    keys = [*after, *(key for key in before if key not in after)]
    walked = (banks(where, earlier, before.values()), banks(where, later, after.values()))
    return tuple(
        _of_banks(where, before.get(key), after.get(key), *walked)
        if (after.get(key) or before[key]).is_bank
        else _explained(before.get(key), after.get(key), pairs, dated)
        for key in keys
    )


def _of_banks(where: Where, was: Aim | None, now: Aim | None, before: Banks | None, after: Banks | None) -> Explanation:
    """Metres of bank: what was walked, and what was cut into segments; the two add up."""
    absent = Figure(None, None, gettext("当时的方案没有此项目标"))
    one = before.figure(was, where) if was and before else absent
    other = after.figure(now, where) if now and after else absent
    walked, cut = ((getattr(other, side) or 0) - (getattr(one, side) or 0) for side in ("numerator", "denominator"))
    changes = []
    if walked:
        changes.append(Change(Reason.WALKED, walked, 0, ()))
    if cut:
        changes.append(Change(Reason.CUT, 0, cut, ()))
    return Explanation((now or was).target, one, other, tuple(changes))  # type: ignore[union-attr]


Pair = tuple[Seen | None, Seen | None]


def _explained(was: Aim | None, now: Aim | None, pairs: Mapping[int, Pair], dated: set[int]) -> Explanation:
    rule_before, rule_after = (was.rule if was else None), (now.rule if now else None)
    moved: dict[Reason, list[tuple[int, int, int]]] = defaultdict(list)
    sums = [0, 0, 0, 0]
    for outlet_id, (before, after) in pairs.items():
        earlier, later = adds(rule_before, before), adds(rule_after, after)
        sums = [one + more for one, more in zip(sums, (*earlier, *later), strict=True)]
        if earlier == later:
            continue
        reason = why(before, after, rule_before=rule_before, rule_after=rule_after, dated_before=outlet_id in dated)
        if reason is not None:
            moved[reason].append((outlet_id, later[0] - earlier[0], later[1] - earlier[1]))
    changes = tuple(
        Change(reason, sum(one[1] for one in moved[reason]), sum(one[2] for one in moved[reason]), _ids(moved[reason]))
        for reason in sorted(moved, key=_ORDER.__getitem__)
    )
    target = (now or was).target  # type: ignore[union-attr]
    return Explanation(target, _side(was, sums[0], sums[1]), _side(now, sums[2], sums[3]), changes)


def _ids(moved: Iterable[tuple[int, int, int]]) -> tuple[int, ...]:
    return tuple(sorted(one[0] for one in moved))


def _side(aim: Aim | None, numerator: int, denominator: int) -> Figure:
    if aim is None:
        return Figure(None, None, gettext("当时的方案没有此项目标"))
    return Figure(numerator, denominator) if aim.rule is not None else Figure(None, None, aim.unknown)


def _pairs(where: Where, earlier: Asking, later: Asking) -> dict[int, Pair]:
    """Every outlet that lies here in either asking, as each of them sees it."""
    was = {row.outlet_id: row for row in standings(where, earlier)}
    now = {row.outlet_id: row for row in standings(where, later)}
    elsewhere_was = _rows_of([pk for pk in now if pk not in was], earlier)
    elsewhere_now = _rows_of([pk for pk in was if pk not in now], later)
    flags_was, flags_now = flags_on(earlier), flags_on(later)
    return {
        pk: (
            _seen(was.get(pk) or elsewhere_was.get(pk), where, flags_was),
            _seen(now.get(pk) or elsewhere_now.get(pk), where, flags_now),
        )
        for pk in {*was, *now}
    }


def _rows_of(ids: list[int], asking: Asking) -> dict[int, Standing]:
    found: dict[int, Standing] = {}
    for start in range(0, len(ids), _CHUNK):
        part = known_on(asking).filter(outlet_id__in=ids[start : start + _CHUNK])
        found |= {row.outlet_id: row for row in part}
    return found


def _seen(row: Standing | None, where: Where, flags: Mapping[int, int]) -> Seen | None:
    if row is None:
        return None
    seen = Seen(
        False,
        row.milestones,
        row.counted,
        flags.get(row.water_id, 0) if row.water_id else 0,
        row.unit_path,
        row.managing_path,
        row.body_id,
        row.water_id,
        row.type_key,
    )
    return replace(seen, inside=where.holds(seen))


def _dated_before(ids: list[int], earlier: Asking, later: Asking) -> set[int]:
    """Of the outlets the earlier asking did not know, those that by now are known to have stood on its day."""
    found: set[int] = set()
    for start in range(0, len(ids), _CHUNK):
        rows = Standing.objects.filter(outlet_id__in=ids[start : start + _CHUNK])
        if later.known_at is None:
            rows = rows.filter(recorded_to=END_OF_TIME)
        else:
            rows = rows.filter(recorded_from__lte=later.known_at, recorded_to__gt=later.known_at)
        first = rows.values("outlet_id").annotate(first=Min("valid_from"))
        found |= {row["outlet_id"] for row in first if row["first"] <= earlier.as_of}
    return found
