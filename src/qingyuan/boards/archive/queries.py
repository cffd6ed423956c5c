"""一口一档 of one outlet: its sections with what stands in them, and how complete it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from qingyuan.boards.archive.completeness import completeness_of
from qingyuan.boards.archive.line import Line
from qingyuan.boards.archive.lines import lines_of, papers_in
from qingyuan.core.access import Actor
from qingyuan.core.archive import Completeness, Section, Standing
from qingyuan.core.standardising import Item
from qingyuan.registry import queries as registry
from qingyuan.registry.models import Outlet
from qingyuan.registry.rules import policy_of
from qingyuan.stages.standardisation import queries_archive


@dataclass(frozen=True, slots=True)
class Part:
    """A section: how it stands and its lines."""

    standing: Standing
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Archive:
    """The file of one outlet on a day. `form` is the name the scheme gives it, under its clause."""

    outlet: Outlet
    on: date
    form: str
    clause: str
    status: str
    completeness: Completeness
    parts: tuple[Part, ...]

    @property
    def papers(self) -> dict[str, tuple[Section, Line]]:
        """Every paper once, by its hash."""
        return papers_in({part.standing.section: part.lines for part in self.parts})


def archive(actor: Actor, key: str | int, *, on: date) -> Archive:
    """The file of an outlet of the actor's scope.

    Raises
    ------
    NotFound
    """
    return archive_of(registry.outlet(actor, key), on=on)


def archive_of(outlet: Outlet, *, on: date) -> Archive:
    """The file of an outlet in hand. Some fifteen small queries."""
    found, lines = completeness_of(outlet, on=on), lines_of(outlet, on=on)
    form = policy_of(outlet.unit_path, on=on).parameters.get("archive.form")
    return Archive(
        outlet,
        on,
        str(form.value) if form and form.value else "",
        form.clause if form else "",
        form.status if form else "",
        found,
        tuple(Part(one, tuple(lines[one.section])) for one in found.sections),
    )


def checklist_of(outlet: Outlet, *, on: date) -> tuple[Item, ...]:
    """The checklist of 规范化建设 of one outlet, its file read."""
    return queries_archive.items_of(outlet, archive=completeness_of(outlet, on=on), on=on)
