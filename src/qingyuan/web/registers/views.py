"""名录和清单: what the scheme of the unit names, live; published versions; what is new since the last one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from tempfile import TemporaryFile

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from qingyuan.access.models import Officer
from qingyuan.core.access import Permission, Place
from qingyuan.core.access import refusal as access_refusal
from qingyuan.core.comparing import Difference
from qingyuan.core.policy.registers import COLUMNS
from qingyuan.core.refusal import NotFound, Refusal, require
from qingyuan.exchange.registers import FORMATS, write_register
from qingyuan.places.models import Unit
from qingyuan.registry import actions, guards_work, paging, registers, versions
from qingyuan.registry.models import Outlet, RegisterVersion
from qingyuan.registry.registers import KINDS, Register, Row
from qingyuan.web import lookup

COMPARED_AT_MOST = 2_000
UNDETERMINED_SHOWN = 50
CHANGES_SHOWN = 50
PAGE = 50


@dataclass(frozen=True, slots=True)
class Listed:
    """A register on the first page: how many stand in it and the version published last."""

    register: Register
    meaning: str
    count: int
    last: RegisterVersion | None


@require_GET
def registers_here(request: HttpRequest) -> HttpResponse:
    """The registers the scheme of the unit names."""
    unit, on = _unit(request), timezone.localdate()
    listed = [
        Listed(one, _(KINDS[one.kind]), registers.how_many(one, unit, on=on), versions.last_of(unit, one.key))
        for one in registers.registers_of(unit.path, on=on)
    ]
    return render(request, "registers/list.html", {"at": unit, "listed": listed, "trail": lookup.trail(request, unit)})


@require_GET
def live(request: HttpRequest, key: str) -> HttpResponse:
    """What stands in the register now, page by page, and how it differs from the last version."""
    unit, on = _unit(request), timezone.localdate()
    register = registers.register_of(unit.path, key, on=on)
    found = registers.outlets_in(register, unit, on=on).select_related("water", "party", "managing_body")
    page = paging.page_of(
        found.defer("water__geometry"),
        sort="place",
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    published = versions.versions_of(unit, key)
    last = published[0] if published else None
    count = registers.how_many(register, unit, on=on)
    open_ones = registers.undetermined_in(register, unit, on=on)
    context = {
        **_frame(request, unit, register),
        "undetermined": list(open_ones[:UNDETERMINED_SHOWN]),
        "undetermined_count": registers.how_many_undetermined(register, unit, on=on),
        "rows": registers.page_rows(register, page.rows, unit, on=on),
        "after": page.after,
        "before": page.before,
        "count": count,
        "versions": published,
        "publishers": _names(published),
        "last": last,
        "difference": _since(register, unit, last, count=count, on=on),
        "most": COMPARED_AT_MOST,
        "publish_refusal": guards_work.publish_version(register, unit=unit, by=lookup.actor(request), on=on),
        "may_publish": bool(lookup.actor(request).holding(Permission.REGISTER_PUBLISH)),
        "export": _export_address(request, unit, key),
    }
    return render(request, "registers/register.html", context)


@require_GET
def version(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """One published version: its rows as they were, and what changed from the version before."""
    unit, on = _unit(request), timezone.localdate()
    register = registers.register_of(unit.path, key, on=on)
    shown = versions.version_of(unit, key, number)
    snapshot = versions.snapshot_of(shown)
    rows = versions.rows_as_listed(snapshot)
    start = _start(request)
    before = versions.snapshot_of(versions.version_of(unit, key, number - 1)) if number > 1 else None
    context = {
        **_frame(request, unit, register),
        "columns": [_(COLUMNS.get(name, name)) for name in snapshot.columns],
        "rows": rows[start : start + PAGE],
        "start": start,
        "next": start + PAGE if start + PAGE < len(rows) else None,
        "previous": max(0, start - PAGE) if start else None,
        "version": shown,
        "publisher": _names([shown]).get(shown.published_by, shown.published_by),
        "changes": _told(versions.differs(before, snapshot)) if number > 1 else None,
        "export": _export_address(request, unit, key, number),
    }
    return render(request, "registers/version.html", context)


@require_GET
def export(request: HttpRequest, key: str) -> FileResponse:
    """The live register, or a version of it, as xlsx or csv."""
    unit, on = _unit(request), timezone.localdate()
    require(access_refusal(lookup.actor(request), Permission.OUTLET_EXPORT, _place(unit)))
    register = registers.register_of(unit.path, key, on=on)
    number = request.GET.get("version", "")
    form = request.GET.get("as", FORMATS[0])
    if number:
        shown = versions.version_of(unit, key, int(number) if number.isdecimal() and len(number) < 9 else 0)
        snapshot = versions.snapshot_of(shown)
        columns, rows = snapshot.columns, iter(versions.rows_as_listed(snapshot))
        said = _("第%(number)s版") % {"number": shown.number} + shown.snapshot_day.isoformat()
    else:
        found = registers.outlets_in(register, unit, on=on)
        columns, rows = register.columns, registers.rows_of(register, found, unit, on=on)
        said = on.isoformat()
    out = TemporaryFile()  # noqa: SIM115 the answer closes it once it is sent
    try:
        write_register(out, form, name=register.name, columns=columns, rows=rows)
    except BaseException:
        out.close()
        raise
    out.seek(0)
    return FileResponse(out, as_attachment=True, filename=f"{unit.name}{register.name}{said}.{form}")


@require_POST
def publish(request: HttpRequest, key: str) -> HttpResponse:
    """发布新版. Who may not is told so before anything else."""
    lookup.require(request, Permission.REGISTER_PUBLISH)
    unit = _unit(request, code=request.POST.get("unit", ""))
    after = request.POST.get("after", "")
    made = actions.publish_version(
        unit,
        key,
        after=int(after) if after.isdecimal() and len(after) < 9 else 0,
        note=request.POST.get("note", "")[:200],
        by=lookup.actor(request),
        at=timezone.now(),
    )
    messages.success(
        request,
        _("已发布“%(name)s”第 %(number)s 版，共 %(rows)s 个：新增 %(added)s，减少 %(removed)s，变更 %(changed)s。")
        % {
            "name": made.name,
            "number": made.number,
            "rows": made.rows,
            "added": made.added,
            "removed": made.removed,
            "changed": made.changed,
        },
    )
    return redirect(f"{reverse('web:register-live', args=[key])}?unit={unit.code}")


def _unit(request: HttpRequest, *, code: str = "") -> Unit:
    """The unit one stands at, or the one named. A register is a unit's: who has no territory has none."""
    lookup.require(request, Permission.OUTLET_VIEW)
    found = lookup.unit_in_reach(request, code) if code else lookup.here(request)
    if found is None:
        raise NotFound("unit", "")
    return found


def _place(unit: Unit) -> Place:
    return Place(unit_path=unit.path, managing_path=unit.path)


def _frame(request: HttpRequest, unit: Unit, register: Register) -> dict[str, object]:
    return {
        "at": unit,
        "register": register,
        "meaning": _(KINDS[register.kind]),
        "columns": [_(COLUMNS[name]) for name in register.columns],
        "trail": lookup.trail(request, unit),
    }


def _export_address(request: HttpRequest, unit: Unit, key: str, number: int | None = None) -> str:
    who = lookup.actor(request)
    reason: Refusal | None = access_refusal(who, Permission.OUTLET_EXPORT, _place(unit))
    if reason is not None:
        return ""
    said = f"&version={number}" if number else ""
    return f"{reverse('web:register-export', args=[key])}?unit={unit.code}{said}"


@dataclass(frozen=True, slots=True)
class Change:
    """One row that differs, in words; `sign` is + new, − gone, ± changed."""

    sign: str
    outlet_id: int
    name: str
    said: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Told:
    """A difference in numbers, with the first of its rows."""

    added: int
    removed: int
    changed: int
    rows: tuple[Change, ...]
    more: int


def _since(register: Register, unit: Unit, last: RegisterVersion | None, *, count: int, on: date) -> Told | None:
    """How the live register differs from the last version; None without one, or where it would take too long here."""
    if last is None or count > COMPARED_AT_MOST or last.rows > COMPARED_AT_MOST:
        return None
    return _told(versions.differs(versions.snapshot_of(last), versions.live(register, unit, on=on)))


def _told(found: Difference) -> Told:
    listed: list[tuple[str, int, dict[str, tuple[str, str]]]] = [("+", pk, {}) for pk in found.added]
    listed += [("−", pk, {}) for pk in found.removed]
    listed += [("±", one.id, dict(one.changes)) for one in found.changed]
    shown = listed[:CHANGES_SHOWN]
    names = dict(Outlet.objects.filter(pk__in=[pk for _sign, pk, _said in shown]).values_list("pk", "name"))
    rows = tuple(
        Change(
            sign,
            pk,
            names.get(pk, str(pk)),
            tuple((_(COLUMNS.get(name, name)), then, now) for name, (then, now) in said.items()),
        )
        for sign, pk, said in shown
    )
    return Told(len(found.added), len(found.removed), len(found.changed), rows, len(listed) - len(shown))


def _names(published: list[RegisterVersion]) -> dict[str, str]:
    ids = {one.published_by for one in published}
    return _officers(ids) | {"console": _("系统（命令行）")}


def _officers(ids: set[str]) -> dict[str, str]:
    numbers = [int(one.rpartition(":")[2]) for one in ids if one.rpartition(":")[2].isdecimal()]
    return {f"officer:{pk}": name for pk, name in Officer.objects.filter(pk__in=numbers).values_list("pk", "name")}


def _start(request: HttpRequest) -> int:
    text = request.GET.get("from", "")
    return int(text) if text.isdecimal() and len(text) < 9 else 0


__all__ = ["Row", "export", "live", "publish", "registers_here", "version"]
