"""The questions of this board, in one place for the doors."""

from qingyuan.boards.oversight.joining import (
    PILOT,
    Pilot,
    Types,
    counties,
    joining,
    may_pilot,
    pilot_of,
    tree_at,
    types_of,
)
from qingyuan.boards.oversight.matrix import Gap, Line, Seat, matrix, month_of, without_contact, without_record
from qingyuan.boards.oversight.outlet import Authority, Chief, Department, Oversight, authority_of, oversight_of
from qingyuan.boards.oversight.owners import HOW_LABELS, Duty, How, Owner, Owners, Spot, owner_of, spot_of
from qingyuan.boards.oversight.unowned import Page, Row, Task, all_unowned, tasks, unowned, unowned_and_tasks

__all__ = [
    "HOW_LABELS",
    "PILOT",
    "Authority",
    "Chief",
    "Department",
    "Duty",
    "Gap",
    "How",
    "Line",
    "Oversight",
    "Owner",
    "Owners",
    "Page",
    "Pilot",
    "Row",
    "Seat",
    "Spot",
    "Task",
    "Types",
    "all_unowned",
    "authority_of",
    "counties",
    "joining",
    "matrix",
    "may_pilot",
    "month_of",
    "oversight_of",
    "owner_of",
    "pilot_of",
    "spot_of",
    "tasks",
    "tree_at",
    "types_of",
    "unowned",
    "unowned_and_tasks",
    "without_contact",
    "without_record",
]
