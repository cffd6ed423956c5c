"""进度: how far the work has come against each scheme's own targets.

Reads the standings and tallies of registry, the flags of places and the targets of rulebook; writes nothing. Leaves: a
scoreboard of any unit, department, river or type on any day as known at any time, the rows behind each figure, and why
a figure changed (requirements §2.1, §5.3; readings C-1, C-2, C-4, C-47, C-48).
"""
