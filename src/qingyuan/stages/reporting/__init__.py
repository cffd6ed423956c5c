"""实施方案: the plans counties, zones and departments must make and file with the level that coordinates.

Enters: a plan as a document with the parts it has. Happens: it is filed, approved or refused with a reason; a plan
without the parts its scheme asks for is not approved. Leaves: the register of who filed and who is overdue on any day.
Clauses: 大同 二(一)、五(十三), 吉林 四(十三).
"""
