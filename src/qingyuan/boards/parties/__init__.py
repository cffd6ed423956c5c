"""责任主体: what a body answers for, duty by duty (济源 三(二)2, 安阳 二(一)2, 新绛 二(二), 大同 二(二), 吉林 二(五)).

A town, a street office, a zone, a department and an enterprise are asked alike.
"""
