"""The packs something was made under, in words: whose they are and of which day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from qingyuan.places.models import Unit
from qingyuan.rulebook.queries import packs


@dataclass(frozen=True, slots=True)
class Link:
    """One pack of a chain: whose it is, its title, and from when its text is in force (where that is not known, the day
    it was issued; None for neither). `place` is the code of a pack that is no longer in the rulebook."""

    code: str
    place: str
    title: str
    day: date | None

    def __str__(self) -> str:
        return f"{self.place}（{self.day.isoformat()}）" if self.day else self.place


def chain(codes: str, *, on: date) -> tuple[Link, ...]:
    """A chain as it is stored ("000000-national+140000-shanxi"), the nation first, by the texts in force on a day. Two
    queries."""
    if not codes:
        return ()
    known = {one.code: one for one in packs(on=on)}
    paths = {code: known[code].unit_path for code in codes.split("+") if code in known}
    names = dict(Unit.objects.filter(path__in=paths.values()).values_list("path", "name"))
    found = []
    for code in codes.split("+"):
        pack = known.get(code)
        if pack is None:
            found.append(Link(code, code, "", None))
            continue
        place = names.get(pack.unit_path, pack.title) if pack.unit_path else _("国家")
        found.append(Link(code, place, pack.title, pack.in_force_from or pack.issued))
    return tuple(found)
