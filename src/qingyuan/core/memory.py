"""How a process looks for garbage. What start-up made (modules, tables of words, packs) lives as long as the process:
it is not looked through again, and young objects are looked through in large lots. By Python's own setting everything
is looked through again and again, and whoever asks for a page just then waits for it.
"""

from __future__ import annotations

import gc

YOUNG, MIDDLE, OLD = 50_000, 20, 100
"""Objects before the young are looked through; rounds of these before the middle ones; rounds of those before all."""


def settle() -> None:
    """Call it once a process has started up."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)
