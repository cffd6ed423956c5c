"""溯源: where the water of an outlet comes from, step by step, and who answers for it.

An outlet enters when it is unclear who answers for it, when its scheme has every outlet traced, when a surveyed outlet
has no discharging unit, or when sewage runs from a storm outlet in dry weather. The case gathers steps with their
evidence, sources with their shares and the chain of pipes up to the dischargers; it leaves with the conclusion 确定 or
无法确定 and a proposal of who answers (济源 三(二)2, 安阳 二(一)2, 新绛 二(一)(二)、三(五), 大同 二(一)(二)、四(十),
吉林 二(五)、三(十)). The party itself, and every stage, is the register's.
"""
