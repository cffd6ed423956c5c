"""Real units and waters for tests, quickly and without the built tables.

build_units(): the nation and five provinces around the five places (every county of theirs, a few towns and villages,
the zones without a code). build_waters(): the seed waters with their flags. Both may be called twice.
"""

from __future__ import annotations

from datetime import UTC, datetime

import shapely

from qingyuan.core.access import CONSOLE
from qingyuan.places import loading
from qingyuan.places.data.build import HERE, read_table
from qingyuan.places.loading import UnitRow
from qingyuan.places.models import Unit
from qingyuan.places.paths import ancestors_of, code_of, level_of, path_of

AT = datetime(2023, 1, 3, 1, 0, tzinfo=UTC)

DIVISIONS = """
000000 中华人民共和国
140000 山西省
140200 大同市
140212 新荣区
140213 平城区
140214 云冈区
140215 云州区
140221 阳高县
140222 天镇县
140223 广灵县
140224 灵丘县
140225 浑源县
140226 左云县
140800 运城市
140802 盐湖区
140825 新绛县
220000 吉林省
220100 长春市
220102 南关区
220103 宽城区
220104 朝阳区
220105 二道区
220106 绿园区
220112 双阳区
220113 九台区
220122 农安县
220182 榆树市
220183 德惠市
220184 公主岭市
220200 吉林市
220202 昌邑区
220203 龙潭区
220204 船营区
220211 丰满区
220221 永吉县
220281 蛟河市
220282 桦甸市
220283 舒兰市
220284 磐石市
220300 四平市
220302 铁西区
220303 铁东区
220322 梨树县
220323 伊通满族自治县
220382 双辽市
220400 辽源市
220402 龙山区
220403 西安区
220421 东丰县
220422 东辽县
220500 通化市
220502 东昌区
220503 二道江区
220521 通化县
220523 辉南县
220524 柳河县
220581 梅河口市
220582 集安市
220600 白山市
220602 浑江区
220605 江源区
220621 抚松县
220622 靖宇县
220623 长白朝鲜族自治县
220681 临江市
220700 松原市
220702 宁江区
220721 前郭尔罗斯蒙古族自治县
220722 长岭县
220723 乾安县
220781 扶余市
220800 白城市
220802 洮北区
220821 镇赉县
220822 通榆县
220881 洮南市
220882 大安市
222400 延边朝鲜族自治州
222401 延吉市
222402 图们市
222403 敦化市
222404 珲春市
222405 龙井市
222406 和龙市
222424 汪清县
222426 安图县
410000 河南省
410500 安阳市
410502 文峰区
410503 北关区
410505 殷都区
410506 龙安区
410522 安阳县
410523 汤阴县
410526 滑县
410527 内黄县
410581 林州市
419001 济源市
420000 湖北省
420200 黄石市
420222 阳新县
421000 荆州市
421083 洪湖市
140213001 南关街道
140213002 北关街道
140214100 口泉乡
140825100 龙兴镇
140825101 三泉镇
140825102 泽掌镇
140825106 阳王镇
140825108 横桥镇
220122100 农安镇
410502001 宝莲寺镇
410523100 城关镇
419001001 沁园街道
419001002 济水街道
419001100 克井镇
419001101 五龙口镇
419001102 轵城镇
419001105 坡头镇
140825100201 城北村委会
140825100202 城南村委会
419001100201 东许村委会
419001101201 西窑头村委会
"""

# Rectangles in place of the real outlines, for tests about points: west, south, east, north.
RECTANGLES = {
    "419001": (112.0, 34.85, 112.75, 35.3),
    "140825": (111.0, 35.45, 111.4, 35.8),
    "140213": (113.25, 40.0, 113.45, 40.2),
    "140214": (112.9, 39.9, 113.25, 40.2),
    "410502": (114.3, 35.95, 114.45, 36.1),
    "410503": (114.3, 36.1, 114.45, 36.2),
    "220102": (125.2, 43.6, 125.5, 43.9),
    "220122": (124.6, 44.0, 125.7, 44.9),
}


def unit_rows() -> list[UnitRow]:
    """The divisions above and the zones without a code, parents before children."""
    rows = []
    for line in DIVISIONS.split("\n"):
        if line:
            code, name = line.split()
            path = path_of(code)
            above = [code_of(one) for one in ancestors_of(path, itself=False)]
            rows.append(UnitRow(code, name, above[-1] if above else "", level_of(path), "division", path))
    for zone in read_table(HERE / "zones_without_code.csv"):
        path = path_of(zone["code"])
        given = (zone["code"], zone["name"], zone["parent_code"], level_of(path), "zone", path)
        rows.append(UnitRow(*given, zone["statistics_code"], zone["status"]))
    return rows


def build_units(*, outlines: bool = False) -> dict[str, Unit]:
    """Make the units; returns them by code. With `outlines` some counties get a rectangle (RECTANGLES)."""
    loading.put_units(unit_rows())
    loading.load_changes()
    if outlines:
        shapes = [(code, shapely.to_wkb(shapely.box(*box))) for code, box in RECTANGLES.items()]
        loading.put_outlines(shapes, source="演示", map_number="", at=AT)
    return {unit.code: unit for unit in Unit.objects.all()}


def build_waters() -> None:
    """Make the basins and the seed waters with their flags, sections and functional zones. Units come first."""
    loading.load_basins(at=AT, by=CONSOLE)
    loading.load_waters(at=AT, by=CONSOLE)
