"""Words of an outlet workbook that are ours: usual values, what a file only claims. The annex names no lists. Data."""

from __future__ import annotations

# They number or describe and are not judged: an uncomputed formula in them keeps no row out.
KEPT_AS_GIVEN = frozenset({"seq", "note", "park", "park_area", "park_level"})

# Our own lists: the annex names none, so another word stays as text with a finding.
ENTRY_FORMS = ("管道", "明渠", "暗渠", "涵闸", "涵洞", "箱涵", "隧洞", "泵站", "其他")
DIVERSION_MODES = ("重力流", "泵送", "明渠", "管网", "无")
PARTY_TYPES = ("工矿企业", "园区管理机构", "污水处理厂", "养殖场", "镇村集体", "政府部门", "个体", "其他")
