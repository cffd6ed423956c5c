"""The questions of this board, in one place for the doors."""

from qingyuan.boards.progress.aims import Aim, Scope, aims_of, policy_at, scope_of
from qingyuan.boards.progress.basin import schemes_on_waters, waters_within
from qingyuan.boards.progress.behind import PART_LABELS, Page, Part, Row, aim_of, rows_behind
from qingyuan.boards.progress.explaining import Change, Explanation, explain, signed
from qingyuan.boards.progress.integrity import Integrity, integrity
from qingyuan.boards.progress.pioneers import PioneerLine, Pioneers, pioneers
from qingyuan.boards.progress.scoreboard import Board, By, Cell, Line, PartKind, name_of_body, scoreboard
from qingyuan.boards.progress.where import NONE, Asking, Where, check_scope

__all__ = [
    "NONE",
    "PART_LABELS",
    "Aim",
    "Asking",
    "Board",
    "By",
    "Cell",
    "Change",
    "Explanation",
    "Integrity",
    "Line",
    "Page",
    "Part",
    "PartKind",
    "PioneerLine",
    "Pioneers",
    "Row",
    "Scope",
    "Where",
    "aim_of",
    "aims_of",
    "check_scope",
    "explain",
    "integrity",
    "name_of_body",
    "pioneers",
    "policy_at",
    "rows_behind",
    "schemes_on_waters",
    "scope_of",
    "scoreboard",
    "signed",
    "waters_within",
]
