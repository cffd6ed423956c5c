"""监管责任: who supervises an outlet, and where nobody does.

Reads the register, the registered bodies, officers and the packs (`supervision.local_owner`,
`supervision.department_by_type`, `organisations` …); writes nothing. Leaves: the owner of an outlet with its clause
and chief, the 无人监管 list and the duties it makes, the duty matrix, departments without a contact (责任落实) or
without any record of their supervision, and the supervision list. Clauses: 济源 四(二)、五(一), 安阳 三(二)、四(一),
新绛 五(十一), 大同 四(十)、五(十三), 吉林 一(二)、三(十)、四(十三).
"""
