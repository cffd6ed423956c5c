"""Files out: 附件1, workbooks, csv and shapes of what an actor may see. Streaming; the register is never written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from operator import itemgetter
from pathlib import Path
from typing import BinaryIO

from qingyuan.bodies.models import Body
from qingyuan.core import access
from qingyuan.core.access import Actor, Permission, Place
from qingyuan.core.refusal import NotFound, Refusal, Refused, require
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.exchange import annex1, ground
from qingyuan.exchange.geofiles import writing
from qingyuan.exchange.models import Import
from qingyuan.exchange.records import Record, records
from qingyuan.exchange.streaming import write_csv, write_xlsx
from qingyuan.places import queries as places
from qingyuan.places.models import Unit
from qingyuan.places.paths import is_within
from qingyuan.registry import queries as registry
from qingyuan.registry.models import OutletQuerySet

FORMATS = ("annex1", "xlsx", "csv", *writing.SUFFIXES)
SUFFIXES = {"annex1": "xlsx", "xlsx": "xlsx", "csv": "csv"} | writing.SUFFIXES

_PLAIN = {
    "国家编码": "national_code",
    "地方编码": "local_code",
    "入河排污口名称": "name",
    "省份": "province",
    "地市": "city",
    "县区": "county",
    "乡镇（街道）": "town",
    "村（社区）": "village",
    "行政区划代码": "division_code",
    "责任区": "managing",
    "受纳水体名称": "water",
    "断面区间": "section_interval",
    "经度": "longitude",
    "纬度": "latitude",
    "入河方式": "entry_form",
    "入河排污口口门及位置": "mouth_text",
    "引流方式": "diversion_mode",
    "排污责任主体单位名称": "party",
    "排污单位经度": "party_longitude",
    "排污单位纬度": "party_latitude",
    "排污单位类型": "party_type",
    "统一社会信用代码": "party_credit_code",
    "入河排污口分类": "type",
    "阶段": "stage",
    "整治进展情况": "progress",
    "是否完成登记建档": "archived",
    "设置审批或排污许可批准时间": "approval_date",
    "排污许可证编号": "permit_number",
    "登记日期": "registered_on",
    "备注": "remark",
    "数据性质": "demo",
}
HEADER = tuple(_PLAIN)
_DAYS = {"设置审批或排污许可批准时间", "登记日期"}
# A file of shapes holds the position in the shape, not beside it.
_SHAPED = [label for label in HEADER if label not in ("经度", "纬度")]
FIELDS = writing.Fields(_SHAPED, frozenset(at for at, label in enumerate(_SHAPED) if label in _DAYS))


def _taken(labels: Iterable[str]) -> Callable[[Record], tuple]:
    """From a record the values under these labels, at once."""
    return itemgetter(*(Record._fields.index(_PLAIN[label]) for label in labels))


_plain, _shaped = _taken(HEADER), _taken(_SHAPED)


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written and what a reader should know of it."""

    rows: int
    format: str
    warnings: Sequence[str] = field(default_factory=list)

    def as_json(self) -> dict[str, object]:
        """The form of `outlets export --json`."""
        return {"rows": self.rows, "format": self.format, "warnings": list(self.warnings)}


def export_outlets(
    out: Path | BinaryIO,
    form: str,
    *,
    by: Actor,
    on: date,
    unit: Unit | None = None,
    body: Body | None = None,
    found: OutletQuerySet | None = None,
) -> Exported:
    """Write the outlets of a unit or of a department's 责任区 that the actor may see; `found` narrows them further.

    Raises
    ------
    Refused
        `exchange.format` for an unknown form, or no permission to export there.
    """
    if form not in FORMATS:
        raise Refused(Refusal("exchange.format", _("不支持导出为“%(form)s”。"), {"form": form}))
    place = None if unit is None else Place(unit_path=unit.path, managing_path=unit.path)
    if body is not None:
        place = Place(unit_path=body.unit_path, managing_body_id=body.pk)
    require(access.refusal(by, Permission.OUTLET_EXPORT, place))
    chosen = registry.visible_to(by) if found is None else found
    if unit is not None:
        chosen = chosen.within(unit.path)
    if body is not None:
        chosen = chosen.filter(managing_body=body)
    home = unit or (body.unit if body is not None else Unit.objects.get(path=""))
    rows = records(chosen, types=ground.types(home, on=on), on=on)
    if isinstance(out, Path):
        with out.open("wb") as stream:
            return _write(stream, form, rows, home=home, body=body, on=on)
    return _write(out, form, rows, home=home, body=body, on=on)


def _write(out: BinaryIO, form: str, rows: Iterator[Record], *, home: Unit, body: Body | None, on: date) -> Exported:
    if form == "annex1":
        written = annex1.write(out, rows, heading=heading(home, body), made_on=on)
        return Exported(written.rows, form, written.warnings)
    if form in writing.SUFFIXES:
        done = writing.write(out, form, FIELDS, map(_placed, rows))
        return Exported(done.rows, form, done.warnings())
    plain = map(_plain, rows)
    count = write_csv(out, HEADER, plain) if form == "csv" else write_xlsx(out, HEADER, plain)
    return Exported(count, form)


def _placed(one: Record) -> writing.Placed:
    point = (one.longitude, one.latitude) if one.longitude is not None and one.latitude is not None else None
    return writing.Placed(point, _shaped(one))


def heading(home: Unit, body: Body | None) -> str:
    """The title of 附件1: the city, then the county or the department that reports."""
    above = places.ancestors(home.path)
    city = next((one.name for one in above if one.level == 2), "")
    if not city and home.level >= 3:  # a county directly under its province
        city = home.name
    return annex1.title(city, body.name if body is not None else home.name)


def imports_of(actor: Actor, *, limit: int = 50) -> list[Import]:
    """Imports into units where the actor may import, newest first."""
    newest = Import.objects.select_related("unit").order_by("-pk")
    return [batch for batch in newest[: limit * 4] if may_see(actor, batch)][:limit]


def import_batch(actor: Actor, pk: int) -> Import:
    """One import; NotFound when there is none or it lies outside the actor's scope."""
    batch = Import.objects.select_related("unit").filter(pk=pk).first()
    if batch is None or not may_see(actor, batch):
        raise NotFound("import", str(pk))
    return batch


def may_see(actor: Actor, batch: Import) -> bool:
    """An import is seen by whoever may import into its whole unit."""
    path = batch.unit.path
    grants = actor.holding(Permission.OUTLET_IMPORT)
    return any(is_within(path, reached) for grant in grants for reached in grant.reach.unit_paths)


def unfinished_of(owner_id: str) -> list[Import]:
    """Imports that an officer began and nobody has taken in yet; whoever may import there can go on."""
    return list(
        Import.objects.filter(by_id=owner_id, state__in=("staged", "judged", "taking")).select_related("unit")[:100]
    )
