"""行政区划、水体、断面、区域: where things are.

Enter: division tables, boundary sets, river lines, zone files, the working-day calendar, each with its source and, for
boundaries, its map approval number (审图号). Happens: they are loaded whole or not at all; flags of waters are dated
and never overwritten. Leave: which units, zones and waters hold a point, and "cannot tell" where no layer was loaded.
Knows no outlet. Clauses: 济源 三(一), 大同 一, 新绛 一, 吉林 一(二)(三).
"""
