"""试算: a unit's whole register judged by other rules than those in force, and what that would change.

Enters: a unit and another way to judge it: another unit's packs, a proposal not yet in force, another day. Leaves: rule
by rule how many outlets would be judged otherwise, and which; the parameters that differ; how the classification and
the denominators of the targets would move. Nothing is written. Shown at the doors under 规则 → 试算 (issue B; 济源
under 大同 三(六)).
"""
