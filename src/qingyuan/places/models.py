"""Where things are: divisions and zones, waters and their dated flags, sections, functional zones, the calendar."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from qingyuan.core.waters import SectionLevel, Status, WaterFlagKind, WaterKind
from qingyuan.core.zones import ProtectionLevel, ZoneKind
from qingyuan.places.choices import flags, protection_levels, section_levels, statuses, unit_kinds, water_kinds, zones
from qingyuan.places.models_official import OfficialChange, OfficialFile
from qingyuan.places.paths import path_after, within_q

__all__ = [
    "OfficialChange",
    "OfficialFile",
]


class Level(models.IntegerChoices):
    """How deep a unit stands. 济源 is a county under its province."""

    NATION = 0, _("国家")
    PROVINCE = 1, _("省级")
    CITY = 2, _("市级")
    COUNTY = 3, _("县级")
    TOWN = 4, _("乡级")
    VILLAGE = 5, _("村级")


class Outline(models.Model):
    """A shape with the rectangle around it and where it came from. WKB in degrees, CGCS2000 (EPSG:4490)."""

    west_deg = models.FloatField(null=True)
    south_deg = models.FloatField(null=True)
    east_deg = models.FloatField(null=True)
    north_deg = models.FloatField(null=True)
    source = models.CharField(_("来源"), max_length=256, blank=True)
    map_number = models.CharField(_("审图号"), max_length=64, blank=True)  # empty reads 未标注
    # Behind the rectangle: a row is looked over without its polygon being read.
    geometry = models.BinaryField(_("图形（WKB，CGCS2000）"), null=True)

    class Meta:
        abstract = True


class UnitQuerySet(models.QuerySet["Unit"]):
    """Filters that chain. Whole questions live in queries.py."""

    def within(self, path: str) -> UnitQuerySet:
        """A unit and all below it."""
        return self.filter(within_q("path", path))

    def standing(self) -> UnitQuerySet:
        """Units that have not been abolished."""
        return self.filter(valid_to__isnull=True)


class Unit(models.Model):
    """行政区划或开发区. `code` has 6, 9 or 12 digits, or is a zone code; `path` is its significant part."""

    code = models.CharField(_("代码"), max_length=16, unique=True)
    name = models.CharField(_("名称"), max_length=64, db_index=True)
    level = models.PositiveSmallIntegerField(_("级别"), choices=Level)
    kind = models.CharField(_("类别"), max_length=16, choices=unit_kinds, default="division")
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children", verbose_name=_("上级"))
    path = models.CharField(_("路径"), max_length=16, unique=True)
    statistics_code = models.CharField(_("统计用区划代码"), max_length=12, blank=True, db_index=True)
    status = models.CharField(_("确认程度"), max_length=16, choices=statuses, default=Status.READ)
    valid_from = models.DateField(_("设立日期"), null=True)
    valid_to = models.DateField(_("撤销日期"), null=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("行政区划")
        ordering = ["path"]
        constraints = [
            models.CheckConstraint(name="unit_level_is_known", condition=Q(level__in=Level.values)),
            models.CheckConstraint(name="unit_kind_is_known", condition=Q(kind__in=["division", "zone"])),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def path_after(self) -> str:
        """The first path behind the subtree; ValueError for the nation."""
        return path_after(self.path)


class Boundary(Outline):
    """The outline of a unit, apart from it so that reading a unit never carries a polygon along."""

    unit = models.OneToOneField(Unit, models.CASCADE, primary_key=True, related_name="boundary")
    recorded_at = models.DateTimeField(_("登记时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("区划界线")

    def __str__(self) -> str:
        return f"{self.unit_id}"


class DivisionChange(models.Model):
    """One old code and what it became on a day. A split has several rows, a merger several rows with one new code."""

    old_code = models.CharField(_("原代码"), max_length=12, db_index=True)
    old_name = models.CharField(_("原名称"), max_length=64, blank=True)
    new_code = models.CharField(_("现代码"), max_length=16, blank=True)
    day = models.DateField(_("变更日期"), null=True)
    source = models.CharField(_("来源"), max_length=256, blank=True)
    status = models.CharField(_("确认程度"), max_length=16, choices=statuses)
    note = models.CharField(_("说明"), max_length=256, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("区划变更")
        constraints = [models.UniqueConstraint(name="division_change_once", fields=["old_code", "new_code"])]

    def __str__(self) -> str:
        return f"{self.old_code} → {self.new_code}"


class Basin(models.Model):
    """流域水系, one letter or two (SL 249-2012; the second letters are not confirmed, see `status`)."""

    code = models.CharField(_("代码"), max_length=2, unique=True)
    name = models.CharField(_("名称"), max_length=64)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    status = models.CharField(_("确认程度"), max_length=16, choices=statuses)

    class Meta:
        verbose_name = verbose_name_plural = _("流域水系")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Water(Outline):
    """水体. `parent` is the water it flows into.

    `code` is two basin letters and four digits; `path` is the codes from the last water down to this one without a mark
    between, so that a water and all that flows into it are one range (places.paths.within_q).
    """

    code = models.CharField(_("编码"), max_length=24, unique=True)
    name = models.CharField(_("名称"), max_length=64, db_index=True)
    other_names = models.CharField(_("别名"), max_length=128, blank=True)  # 、 between
    kind = models.CharField(_("类别"), max_length=16, choices=water_kinds, default=WaterKind.RIVER)
    basin = models.ForeignKey(Basin, models.PROTECT, null=True, related_name="waters", verbose_name=_("流域"))
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="tributaries", verbose_name=_("汇入"))
    path = models.CharField(_("路径"), max_length=252, unique=True)
    units = models.ManyToManyField(Unit, related_name="waters", verbose_name=_("流经"))
    status = models.CharField(_("确认程度"), max_length=16, choices=statuses, default=Status.PROPOSED)
    is_demo = models.BooleanField(_("演示"), default=False)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("水体")
        ordering = ["path"]
        constraints = [
            models.CheckConstraint(name="water_kind_is_known", condition=Q(kind__in=[one.value for one in WaterKind])),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class WaterFlag(models.Model):
    """A water bears a flag from a day on (null: always) to the day before `to_day` (null: still).

    Rows are never changed but for `retracted_at`: what was believed at any time can be asked again.
    """

    water = models.ForeignKey(Water, models.PROTECT, related_name="flags")
    flag = models.CharField(_("标记"), max_length=32, choices=flags)
    from_day = models.DateField(_("起"), null=True)
    to_day = models.DateField(_("止"), null=True)
    recorded_at = models.DateTimeField(_("登记时间"))
    retracted_at = models.DateTimeField(_("撤回时间"), null=True)
    source = models.CharField(_("依据"), max_length=256, blank=True)
    paper = models.CharField(max_length=64, blank=True)  # the hash of the paper it rests on
    status = models.CharField(_("确认程度"), max_length=16, choices=statuses, default=Status.PROPOSED)

    class Meta:
        verbose_name = verbose_name_plural = _("水体标记")
        indexes = [models.Index(fields=["flag", "water"], name="water_flag")]
        constraints = [
            models.CheckConstraint(
                name="water_flag_is_known", condition=Q(flag__in=[one.value for one in WaterFlagKind])
            ),
            models.CheckConstraint(
                name="water_flag_ends_after_it_begins",
                condition=Q(from_day=None) | Q(to_day=None) | Q(to_day__gt=F("from_day")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.water_id} {self.flag}"


class Section(models.Model):
    """考核断面, assessed by the nation, the province or the city."""

    name = models.CharField(_("名称"), max_length=64)
    water = models.ForeignKey(Water, models.PROTECT, related_name="sections", verbose_name=_("水体"))
    level = models.CharField(_("级别"), max_length=16, choices=section_levels)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="sections", verbose_name=_("行政区划"))
    longitude_deg = models.FloatField(_("经度（°，CGCS2000）"), null=True)
    latitude_deg = models.FloatField(_("纬度（°，CGCS2000）"), null=True)
    target_class = models.CharField(_("水质目标"), max_length=4, blank=True)
    source = models.CharField(_("来源"), max_length=256, blank=True)
    status = models.CharField(_("确认程度"), max_length=16, choices=statuses, default=Status.PROPOSED)
    is_demo = models.BooleanField(_("演示"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("考核断面")
        constraints = [
            models.UniqueConstraint(name="section_once", fields=["water", "name"]),
            models.CheckConstraint(
                name="section_level_is_known", condition=Q(level__in=[one.value for one in SectionLevel])
            ),
        ]

    def __str__(self) -> str:
        return self.name


class FunctionalZone(models.Model):
    """水功能区: a reach with a target class. Whether it was met is dated: FunctionalZoneResult."""

    code = models.CharField(_("编码"), max_length=24, unique=True)
    name = models.CharField(_("名称"), max_length=64)
    water = models.ForeignKey(Water, models.PROTECT, related_name="functional_zones", verbose_name=_("水体"))
    first_level = models.CharField(_("一级区"), max_length=32, blank=True)
    second_level = models.CharField(_("二级区"), max_length=32, blank=True)
    target_class = models.CharField(_("水质目标"), max_length=4, blank=True)
    from_text = models.CharField(_("起始断面"), max_length=64, blank=True)
    to_text = models.CharField(_("终止断面"), max_length=64, blank=True)
    source = models.CharField(_("来源"), max_length=256, blank=True)
    status = models.CharField(_("确认程度"), max_length=16, choices=statuses, default=Status.PROPOSED)
    is_demo = models.BooleanField(_("演示"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("水功能区")

    def __str__(self) -> str:
        return self.name


class FunctionalZoneResult(models.Model):
    """Whether a functional zone met its class in the period that begins on `from_day`. No row: nobody can tell."""

    zone = models.ForeignKey(FunctionalZone, models.PROTECT, related_name="results")
    from_day = models.DateField(_("评价期起"))
    met = models.BooleanField(_("达标"))
    recorded_at = models.DateTimeField(_("登记时间"))
    retracted_at = models.DateTimeField(_("撤回时间"), null=True)
    source = models.CharField(_("依据"), max_length=256, blank=True)

    def __str__(self) -> str:
        return f"{self.zone_id} {self.from_day}"


class Zone(Outline):
    """A polygon in which clauses forbid, restrict or ask something. Never altered: a new version is a new row."""

    kind = models.CharField(_("类别"), max_length=32, choices=zones)
    name = models.CharField(_("名称"), max_length=128)
    level = models.CharField(
        _("级别"), max_length=16, choices=protection_levels, default=ProtectionLevel.NONE, blank=True
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="zones", verbose_name=_("所在行政区划"))
    functional_zone = models.ForeignKey(FunctionalZone, models.PROTECT, null=True, related_name="outlines")
    valid_from = models.DateField(_("生效日期"), null=True)
    valid_to = models.DateField(_("失效日期"), null=True)
    status = models.CharField(_("确认程度"), max_length=16, choices=statuses, default=Status.READ)
    is_demo = models.BooleanField(_("演示"), default=False)
    recorded_at = models.DateTimeField(_("登记时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("特殊区域")
        indexes = [models.Index(fields=["kind", "unit"], name="zone_kind_unit")]
        constraints = [
            models.CheckConstraint(name="zone_kind_is_known", condition=Q(kind__in=[one.value for one in ZoneKind])),
        ]

    def __str__(self) -> str:
        return self.name


class Layer(models.Model):
    """The zones of one kind are loaded for a unit and everything below it. Without it "in no zone" is "cannot tell"."""

    kind = models.CharField(_("类别"), max_length=32, choices=zones)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="layers")
    loaded_at = models.DateTimeField(_("载入时间"))
    source = models.CharField(_("来源"), max_length=256, blank=True)
    is_demo = models.BooleanField(_("演示"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("图层")
        constraints = [models.UniqueConstraint(name="layer_once", fields=["kind", "unit"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.unit_id}"


class CalendarDay(models.Model):
    """A day somebody declared to be worked or free, over and above the published table."""

    day = models.DateField(_("日期"), unique=True)
    working = models.BooleanField(_("工作日"))
    name = models.CharField(_("说明"), max_length=64, blank=True)
    source = models.CharField(_("依据"), max_length=256, blank=True)
    recorded_at = models.DateTimeField(_("登记时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("工作日历")
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {self.working}"
