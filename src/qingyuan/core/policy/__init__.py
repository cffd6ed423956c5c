"""政策包 (pure): what a pack may say, how packs of a ladder merge into one policy, and how its rules judge facts.

Enters: plain mappings (the door parses the YAML) and facts. Leaves: a `Policy` with every parameter resolved, where it
came from, its targets and its rules; verdicts that may be "cannot tell". Nothing here knows a county's number.
"""

from qingyuan.core.policy.facts import FACTS, FactType
from qingyuan.core.policy.judging import Verdict
from qingyuan.core.policy.ladder import Ladder, Policy, build
from qingyuan.core.policy.packs import Pack, read_pack
from qingyuan.core.policy.parameters import PackError, PackFault, Resolved, Rung, Target

__all__ = [
    "FACTS",
    "FactType",
    "Ladder",
    "Pack",
    "PackError",
    "PackFault",
    "Policy",
    "Resolved",
    "Rung",
    "Target",
    "Verdict",
    "build",
    "read_pack",
]
