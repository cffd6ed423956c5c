"""变更留痕 as a workbook: every entry about the outlets of the list, one row for each value that changed.

Clauses: 安阳 三(三), 新绛 二(一), 大同 二(一), 吉林 二(四)2: the register is kept as a dynamic ledger.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from tempfile import TemporaryFile
from typing import BinaryIO

from django.http import FileResponse, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop
from django.views.decorators.http import require_GET

from qingyuan.core.access import Permission
from qingyuan.exchange.streaming import Value, write_xlsx
from qingyuan.ledger import queries as ledger
from qingyuan.registry import queries as registry
from qingyuan.registry.models import Outlet, OutletQuerySet
from qingyuan.web import lookup
from qingyuan.web.outlets import filters
from qingyuan.web.outlets.register import narrowed, tree_at
from qingyuan.web.timeline import Told, told

CHUNK = 200
HEADER = (
    noop("排污口编码"),
    noop("排污口名称"),
    noop("所在区划"),
    noop("留痕序号"),
    noop("事项"),
    noop("发生日期"),
    noop("登记时间"),
    noop("经办人"),
    noop("变更内容"),
    noop("原值"),
    noop("新值"),
    noop("说明"),
    noop("依据条款"),
    noop("哈希"),
)


@require_GET
def of_list(request: HttpRequest) -> FileResponse:
    """The entries about all outlets the list shows, every page of it."""
    lookup.require(request, Permission.OUTLET_EXPORT)
    at = lookup.here(request)
    asked = filters.read(request.GET, at=at, tree=tree_at(at), who=lookup.actor(request))
    found = narrowed(request, asked)
    if at is not None:
        found = found.within(at.path)
    return _answer(request, found, at.name if at else _("我的"))


@require_GET
def of_outlet(request: HttpRequest, pk: int) -> FileResponse:
    """The entries about one outlet."""
    lookup.require(request, Permission.OUTLET_EXPORT)
    outlet = lookup.outlet(request, pk)
    found = registry.visible_to(lookup.actor(request), leads=True).filter(pk=outlet.pk)
    return _answer(request, found, outlet.name)


def _answer(request: HttpRequest, found: OutletQuerySet, what: str) -> FileResponse:
    tree = tree_at(lookup.here(request))
    types = {child.key: child.name for top in tree.tops for child in top.children}
    out = TemporaryFile()  # noqa: SIM115 the answer closes it once it is sent
    try:
        write(out, found, types=types)
    except BaseException:
        out.close()
        raise
    out.seek(0)
    name = f"{what}{_('变更留痕')}{timezone.localdate().isoformat()}.xlsx"
    return FileResponse(out, as_attachment=True, filename=name)


def write(out: BinaryIO, found: OutletQuerySet, *, types: dict[str, str]) -> int:
    """Write the entries about these outlets, the oldest of each first. Gives the number of rows."""
    header = [str(_(label)) for label in HEADER]
    return write_xlsx(out, header, _rows(found, types), sheet=_("变更留痕"))


def _rows(found: OutletQuerySet, types: dict[str, str]) -> Iterator[Sequence[Value]]:
    outlets = found.select_related("unit").order_by("unit_path", "pk").iterator(chunk_size=CHUNK)
    while chunk := list(islice(outlets, CHUNK)):
        lines = ledger.timelines("outlet", [str(outlet.pk) for outlet in chunk])
        of = [(outlet, line) for outlet in chunk for line in lines.get(str(outlet.pk), ())]
        for (outlet, _line), entry in zip(of, told((line for _outlet, line in of), types=types), strict=True):
            yield from _entry_rows(outlet, entry)


def _entry_rows(outlet: Outlet, entry: Told) -> Iterator[Sequence[Value]]:
    recorded = timezone.localtime(entry.recorded_at).strftime("%Y-%m-%d %H:%M:%S")
    about = (outlet.national_code or outlet.local_code, outlet.name, outlet.unit.name)
    what = (entry.number, entry.what, entry.occurred, recorded, entry.who)
    told_else = "；".join(f"{label}：{value}" for label, value in entry.details)
    for one in entry.differences or (None,):
        changed = (one.label, one.old, one.new) if one else ("", "", "")
        yield (*about, *what, *changed, told_else, entry.clause, entry.hash)
