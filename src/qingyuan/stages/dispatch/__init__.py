"""交办: work that one level hands to others, and what became of it.

Enters: a task under a clause, an issue that came up (新情况新问题), a decision of a meeting, an outlet nobody watches.
Happens: the scheme's table names the responsible and supporting bodies; the item is passed down to the bodies that
implement, comes back with feedback, is returned, urged, escalated when it grows old, and closed by a body that answers
for it. Leaves: counts over the bodies below, items on the outlet's page, overdue items on the coordinating office's
board. Clauses: the unit lists under every clause of 安阳 and 大同, 济源 五(一), 安阳 三(二) 四(一), 新绛 五(十一),
大同 五(十三), 吉林 四(十三).
"""
