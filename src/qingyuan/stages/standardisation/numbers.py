"""The next free serial of a county: locked while it is taken, so that two officers at once never get the same one.

What was ever given stands in this room's codes, in the register and among the aliases of voided codes; ranges reserved
offline lie behind the counter. A number is given once and never again.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from qingyuan.core.coding import Code, CodeFault, parse_code
from qingyuan.core.refusal import Refusal, Refused
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.places.models import Unit
from qingyuan.places.paths import path_after, within_q
from qingyuan.registry.models import Alias, Outlet
from qingyuan.stages.standardisation.models import Counter, IssuedCode, Segment

HIGHEST = 9999


@dataclass(slots=True)
class Numbers:
    """The serials of a county (of one basin, or of all where `scope` is "") while the counter is locked.

    Only within a transaction: the lock ends with it.
    """

    counter: Counter
    taken: set[int]
    reserved: list[tuple[int, int]]
    is_locked: bool = True

    def take(self) -> int:
        """The next serial nobody has or had.

        Raises
        ------
        Refused
            All 9,999 are given or reserved.
        """
        for serial in range(self.counter.last + 1, HIGHEST + 1):
            if serial not in self.taken:
                return self._give(serial, moves=True)
        for serial in range(1, HIGHEST + 1):  # an old list jumped ahead: fill what nobody ever had
            if serial not in self.taken and not any(first <= serial <= last for first, last in self.reserved):
                return self._give(serial, moves=False)
        raise Refused(Refusal("coding.full", _("%(county)s的顺序码已用完。"), {"county": self.counter.county}))

    def reserve(self, count: int) -> tuple[int, int]:
        """A range of so many serials behind everything given, now behind the counter.

        Raises
        ------
        Refused
        """
        start = self.counter.last + 1
        while any(serial in self.taken for serial in range(start, start + count)):
            start = max(serial for serial in range(start, start + count) if serial in self.taken) + 1
        last = start + count - 1
        if last > HIGHEST:
            text = _("%(county)s剩余的顺序码不足 %(count)s 个。")
            raise Refused(Refusal("coding.full", text, {"county": self.counter.county, "count": count}))
        self._move(last)
        return start, last

    def _give(self, serial: int, *, moves: bool) -> int:
        self.taken.add(serial)
        if moves:
            self._move(serial)
        return serial

    def _move(self, serial: int) -> None:
        self.counter.last = serial
        if self.is_locked:
            self.counter.save(update_fields=["last"])


def lock(county: Unit, basin: str, *, scope: str) -> Numbers:
    """Lock the counter of a county until the transaction ends, and read what was ever given there."""
    Counter.objects.get_or_create(county=county.code, basin=scope)
    counter = Counter.objects.select_for_update().get(county=county.code, basin=scope)
    return read(county, basin, counter)


def peek(county: Unit, basin: str, *, scope: str) -> Numbers:
    """The same without a lock and without writing, to show what would come: never saved."""
    counter = Counter.objects.filter(county=county.code, basin=scope).first()
    found = read(county, basin, counter or Counter(county=county.code, basin=scope))
    found.is_locked = False
    return found


def read(county: Unit, basin: str, counter: Counter) -> Numbers:
    """Every serial given in the county, with the ranges reserved there."""
    taken = serials(county, basin, scope=counter.basin)
    if not counter.last:
        counter.last = max((serial for serial in taken if serial < HIGHEST), default=0)
    segments = Segment.objects.filter(county=county.code, **({"basin": basin} if counter.basin else {}))
    return Numbers(counter, taken, list(segments.values_list("first", "last")))


def serials(county: Unit, basin: str, *, scope: str) -> set[int]:
    """The serials of codes that stand or stood: here, in the register of the county, among the aliases."""
    issued = IssuedCode.objects.filter(county=county.code, **({"basin": basin} if scope else {}))
    found = set(issued.values_list("serial", flat=True))
    begin = f"{basin}-{county.code}"
    texts = set(Outlet.objects.filter(_between("national_code", begin)).values_list("national_code", flat=True))
    texts |= set(Alias.objects.filter(_between("text", begin), kind="national").values_list("text", flat=True))
    if not scope:
        inside = Outlet.objects.filter(within_q("unit_path", county.path), in_register=True)
        texts |= set(inside.exclude(national_code="").values_list("national_code", flat=True))
    for text in texts:
        code = parse_code(text)
        if not isinstance(code, CodeFault) and code.county == county.code and (not scope or code.basin == basin):
            found.add(code.serial)
    return found


def _between(column: str, begin: str) -> Q:
    """Texts that begin so, by a range of the index; said to be not empty, which the index asks for."""
    return Q(**{f"{column}__gte": begin, f"{column}__lt": path_after(begin)}) & ~Q(**{column: ""})


def next_branch(main: Code) -> int | None:
    """The next branch number beside a main code, 1 to 99; None: all are given."""
    begin = f"{main.basin}-{main.county}-{main.serial:04d}"
    given = {
        *IssuedCode.objects.filter(_between("text", begin)).values_list("text", flat=True),
        *Outlet.objects.filter(_between("national_code", begin)).values_list("national_code", flat=True),
        *Alias.objects.filter(_between("text", begin), kind="national").values_list("text", flat=True),
    }
    codes = [code for text in given if not isinstance(code := parse_code(text), CodeFault)]
    following = max((code.branch for code in codes if code.serial == main.serial), default=0) + 1
    return following if following <= 99 else None
