"""数据质量: outlets whose record cannot carry the work yet.

Broken chains (断链清单, 济源 一), missing fields, no water, no party, no position, several outlets on one point. Each a
count and a list; nothing is stored, so a repair shows at once.
"""
