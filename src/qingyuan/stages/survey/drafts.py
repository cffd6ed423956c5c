"""What a door hands to the actions of campaigns: teams and rows of a timetable before they are records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from qingyuan.bodies.models import Body


@dataclass(frozen=True, slots=True)
class MemberDraft:
    """A member of a team. `officer_id` empty: a person without an account."""

    name: str
    officer_id: str = ""


@dataclass(frozen=True, slots=True)
class TeamDraft:
    """A team with its members."""

    name: str
    members: tuple[MemberDraft, ...]
    body: Body | None = None
    is_technical: bool = False
    is_second: bool = False


@dataclass(frozen=True, slots=True)
class StepDraft:
    """A row of a timetable: which procedure, what, by when, by whom."""

    procedure: str
    text: str
    due: date
    body_name: str
    body: Body | None = None
