"""排查: where the banks were walked, what was found there, and what became of every lead.

Enters: a campaign for the waters of a unit with its plan, its teams and the river lines cut into bank segments; leads
from papers, images and people; tracks and records from the field. Happens: each segment passes three levels (资料遥感,
徒步, 攻坚), tracks are laid on its line, each lead ends as an outlet, as none or as a duplicate, a second team walks a
sample again. Leaves: outlets in the register (through registry), the share of the banks that was walked (a share of the
scoreboard), gaps as a list and on the map. Clauses: 济源 三(二)1, 安阳 二(一)1, 新绛 二(一), 大同 二(一), 吉林 二(四).
"""
