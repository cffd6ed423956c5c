"""What stands on a demonstration outlet of each type: how often it occurs, who owns it, how it looks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """A second-level type. `owner`: enterprise, plant, farm, town, village, urban, irrigation, port."""

    key: str
    weight: int
    owner: str
    word: str
    flow_m3: tuple[int, int]
    conduit: str
    standard: str = ""


KINDS = (
    Kind("GY.enterprise", 12, "enterprise", "工矿企业排污口", (20, 1800), "管道", "污水综合排放标准 GB 8978—1996"),
    Kind("GY.park_wwtp", 3, "park", "园区污水处理厂排污口", (3000, 20000), "管道", "GB 18918—2002 一级A"),
    Kind("GY.enterprise_storm", 7, "enterprise", "工矿企业雨洪排口", (0, 0), "管道"),
    Kind("GY.park_wwtp_storm", 2, "park", "园区污水处理厂雨洪排口", (0, 0), "管道"),
    Kind("SH.municipal_wwtp", 6, "plant", "城镇污水处理厂排污口", (5000, 60000), "渠", "GB 18918—2002 一级A"),
    Kind("NY.livestock_large", 5, "farm", "规模化畜禽养殖排污口", (5, 120), "沟", "GB 18596—2001"),
    Kind("NY.aquaculture_large", 2, "farm", "规模化水产养殖排污口", (50, 900), "沟"),
    Kind("YH.urban_storm", 18, "urban", "城镇雨洪排口", (0, 0), "管道"),
    Kind("QT.irrigation", 6, "irrigation", "大中型灌区排口", (0, 5000), "渠"),
    Kind("QT.port", 1, "port", "港口码头排污口", (5, 60), "管道"),
    Kind("QT.livestock_small", 6, "village", "规模以下畜禽养殖排污口", (1, 20), "沟"),
    Kind("QT.aquaculture_small", 2, "village", "规模以下水产养殖排污口", (10, 100), "沟"),
    Kind("QT.urban_domestic", 8, "town", "城镇生活污水散排口", (5, 300), "管道"),
    Kind("QT.rural_facility", 9, "town", "农村污水处理设施排污口", (20, 520), "管道", "农村生活污水排放地方标准"),
    Kind("QT.rural_domestic", 10, "village", "农村生活污水散排口", (1, 60), "沟"),
    Kind("QT.other", 3, "town", "其他排污口", (1, 50), "涵闸"),
)
INDUSTRIES = ("焦化", "铸造", "化工", "食品", "造纸", "建材", "制药", "机械", "酿造", "电镀", "纺织", "洗煤")
INDUSTRY_OF_OWNER = {
    "enterprise": "工矿企业",
    "park": "工业及其他各类园区",
    "plant": "城镇污水处理",
    "farm": "畜禽养殖(规模化)",
    "irrigation": "灌区",
    "port": "港口码头",
}
