"""How complete the files of many outlets are: one reading for one outlet and for a register.

Law: many at once say the same as each alone. What the outlet's own columns already rule out is not read up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import NamedTuple

from qingyuan.core.archive import Asked, Completeness, Known, Section, completeness
from qingyuan.core.lifecycle import Paper
from qingyuan.registry.models import Fact, FiledPaper, Outlet
from qingyuan.registry.rules import policies
from qingyuan.stages.remediation.models_works import Evidence
from qingyuan.stages.standardisation import rules_archive as rules
from qingyuan.stages.standardisation.models import Sign
from qingyuan.stages.standardisation.models_archive import ArchiveEntry
from qingyuan.stages.standardisation.words import SignState
from qingyuan.stages.standardisation.words_archive import EntryKind
from qingyuan.stages.tracing.models import Case

CHUNK = 900
COLUMNS = (
    "id",
    "unit_path",
    "type_key",
    "milestones",
    "party_id",
    "national_code",
    "approval_date",
    "permit_date",
    "permit_number",
)
APPROVED = ("approved", "registered_filing")


class Row(NamedTuple):
    """What of an outlet's own columns its file asks."""

    id: int
    unit_path: str
    type_key: str
    milestones: int
    party_id: int | None
    national_code: str
    approval_date: date | None
    permit_date: date | None
    permit_number: str


@dataclass(slots=True)
class _Held:
    """What the rooms hold of one outlet."""

    papers: set[Paper] = field(default_factory=set)
    held: set[Section] = field(default_factory=set)
    under_way: set[Section] = field(default_factory=set)
    entered: set[Section] = field(default_factory=set)
    put_aside: dict[Section, str] = field(default_factory=dict)
    approved: bool = False


_NOTHING = _Held()


def row_of(outlet: Outlet) -> Row:
    """The columns of an outlet in hand."""
    return Row(*(getattr(outlet, name) for name in COLUMNS))


def completeness_of(outlet: Outlet, *, on: date) -> Completeness:
    """How complete one outlet's file is, as its packs ask on a day."""
    ((_pk, found),) = completenesses([row_of(outlet)], on=on)
    return found


def completenesses(rows: Iterable[Row], *, on: date) -> Iterator[tuple[int, Completeness]]:
    """Id → how complete, in the order given. A handful of queries for each chunk."""
    asking = Reading(on)
    waiting = iter(rows)
    while chunk := list(islice(waiting, CHUNK)):
        held = _held([row.id for row in chunk])
        for row in chunk:
            yield row.id, asking.judge(row, held.get(row.id, _NOTHING))


def archived(rows: Sequence[Row], *, on: date) -> Mapping[int, bool]:
    """Id → 是否完成登记建档. Only files that could be complete by what the outlet says itself are looked into."""
    return Reading(on).archived(rows)


_ALL = _Held(
    papers=set(Paper),
    held=set(Section),
    entered=set(Section),
    approved=True,
)


class Reading:
    """The packs, asked once for each county: for whoever reads a register in parts."""

    def __init__(self, on: date) -> None:
        self._policies, self._on = policies(), on
        self._asked: dict[str, tuple[tuple[Asked, ...], bool]] = {}
        self._alike: dict[tuple[tuple[Asked, ...], bool], int] = {}
        self._numbers: dict[str, int] = {}
        self._could: dict[tuple[object, ...], bool] = {}

    def of(self, unit_path: str) -> tuple[tuple[Asked, ...], bool]:
        """The sections asked in a unit, and whether a signboard is."""
        path = unit_path if "Z" in unit_path else unit_path[:6]
        if path not in self._asked:
            policy = self._policies(path, self._on)
            found = self._asked[path] = rules.sections(policy), policy.value("signboard.required") is True
            self._numbers[path] = self._alike.setdefault(found, len(self._alike))
        return self._asked[path]

    def _number(self, path: str) -> int:
        """Counties that ask for the same have one number."""
        if path not in self._numbers:
            self.of(path)
        return self._numbers[path]

    def judge(self, row: Row, held: _Held) -> Completeness:
        """How complete one file is."""
        asked, asks_signboard = self.of(row.unit_path)
        return completeness(asked, _known(row, held, asks_signboard))

    def archived(self, rows: Sequence[Row]) -> dict[int, bool]:
        """Id → 是否完成登记建档 of a part of a register."""
        found = {row.id: False for row in rows}
        possible = [row for row in rows if self.could_be(row)]
        for at in range(0, len(possible), CHUNK):
            chunk = possible[at : at + CHUNK]
            held = _held([row.id for row in chunk])
            found |= {row.id: self.judge(row, held.get(row.id, _NOTHING)).is_complete for row in chunk}
        return found

    def could_be(self, row: Row) -> bool:
        """Whether the file could be complete if every room held everything: by the outlet's own columns alone."""
        path = row.unit_path if "Z" in row.unit_path else row.unit_path[:6]
        mark = (self._number(path), row.type_key, row.milestones, row.party_id is None, not row.national_code)
        if mark not in self._could:
            self._could[mark] = self.judge(row, _ALL).is_complete
        return self._could[mark]


def _known(row: Row, held: _Held, asks_signboard: bool) -> Known:
    return Known(
        milestones=row.milestones,
        papers=frozenset(held.papers),
        type_key=row.type_key,
        national_code=row.national_code,
        has_party=row.party_id is not None,
        has_approval=held.approved or row.approval_date is not None,
        has_permit=bool(row.permit_number) or row.permit_date is not None,
        asks_signboard=asks_signboard,
        held=frozenset(held.held),
        under_way=frozenset(held.under_way),
        entered=frozenset(held.entered),
        put_aside=held.put_aside,
    )


def _held(ids: Sequence[int]) -> dict[int, _Held]:
    """What all rooms hold of some outlets. One query a room."""
    found: dict[int, _Held] = {}

    def of(pk: int) -> _Held:
        return found.setdefault(pk, _Held())

    papers = FiledPaper.objects.filter(outlet_id__in=ids).order_by().values_list("outlet_id", "kind").distinct()
    for pk, kind in papers:
        of(pk).papers.add(Paper(kind))
    for pk, conclusion in Case.objects.filter(outlet_id__in=ids).values_list("outlet_id", "conclusion"):
        (of(pk).held if conclusion else of(pk).under_way).add(Section.TRACING)
    for pk in Sign.objects.filter(outlet_id__in=ids, state=SignState.ERECTED).values_list("outlet_id", flat=True):
        of(pk).held |= {Section.SIGNBOARD, Section.PHOTOS}
    photos = Evidence.objects.filter(round__outlet_id__in=ids, is_photo=True).order_by()
    for pk in photos.values_list("round__outlet_id", flat=True).distinct():
        of(pk).held.add(Section.PHOTOS)
    subjects = [str(pk) for pk in ids]
    facts = Fact.objects.filter(
        subject_kind="outlet", subject_id__in=subjects, name__in=APPROVED, value=True, retracted_at=None
    )
    for subject in facts.values_list("subject_id", flat=True):
        of(int(subject)).approved = True
    entries = ArchiveEntry.objects.filter(outlet_id__in=ids, withdrawn_at=None).order_by("day", "pk")
    for pk, section, kind, reason in entries.values_list("outlet_id", "section", "kind", "reason"):
        if kind == EntryKind.PAPER:
            of(pk).entered.add(Section(section))
        else:
            of(pk).put_aside[Section(section)] = reason
    return found
