"""The three acts of an import: stage, judge, take in; and undo. One function is one button.

A batch of at most 1,000 rows is one transaction with the import's cursor: killed at any moment, the import goes on from
there or is undone, and each row is wholly in or out.
"""

from qingyuan.exchange.actions.entering import take_in
from qingyuan.exchange.actions.judging import accept, accept_all, judge, skip
from qingyuan.exchange.actions.running import Outcome, outcome, run_import
from qingyuan.exchange.actions.staging import map_columns, stage
from qingyuan.exchange.actions.undoing import undo

__all__ = [
    "Outcome",
    "accept",
    "accept_all",
    "judge",
    "map_columns",
    "outcome",
    "run_import",
    "skip",
    "stage",
    "take_in",
    "undo",
]
