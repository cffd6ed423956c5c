"""The wizard's pages. Every button is one action of exchange; what may not be pressed is grey with its reason."""

from __future__ import annotations

import io
from pathlib import Path
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qingyuan.access.reading import with_rows
from qingyuan.core.access import Permission
from qingyuan.core.lifecycle import IN_REGISTER, STAGES, Stage
from qingyuan.core.refusal import NotFound
from qingyuan.exchange import actions, guards, queries, working
from qingyuan.exchange.container import MAX_FILE_BYTES
from qingyuan.exchange.models import FindingRow, Import
from qingyuan.exchange.refused import write_refused
from qingyuan.library import actions as library
from qingyuan.web import lookup
from qingyuan.web.imports import shown

STEPS = {"staged": 2, "judged": 3, "taking": 4, "taken": 5, "undone": 5}


class Upload(forms.Form):
    """The first step: a file, and for a register under way its source and stage."""

    file = forms.FileField(
        label=lazy("文件"),
        help_text=lazy("xlsx、xls、csv、GeoJSON、GeoPackage、KML、KMZ，或 shapefile 压缩成的 zip；表头不必改名"),
    )
    sheet = forms.CharField(label=lazy("工作表或图层（留空自动选择）"), max_length=64, required=False)
    source = forms.FileField(
        label=lazy("来源台账（带入在办台账时）"),
        required=False,
        help_text=lazy("附上来源文件，才能按文件或下面所写的阶段带入"),
    )
    stage = forms.ChoiceField(label=lazy("全部带入为"), required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        named = [(stage.value, _(STAGES[stage])) for stage in Stage if stage in IN_REGISTER]
        self.fields["stage"].choices = [("", _("按文件中的阶段列；没有则为已排查")), *named]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, object]:
        given = super().clean() or {}
        if given.get("stage") and not given.get("source"):
            self.add_error("source", _("按阶段带入须附来源台账。"))
        for name in ("file", "source"):
            sent = given.get(name)
            if sent is not None and sent.size > MAX_FILE_BYTES:
                limit = {"limit": MAX_FILE_BYTES // 1024 // 1024}
                self.add_error(name, _("文件超过 %(limit)d MB，请拆分后导入。") % limit)
        return given


@require_http_methods(["GET", "POST"])
def imports(request: HttpRequest) -> HttpResponse:
    """导入: what was imported, and a new file."""
    lookup.require(request, Permission.OUTLET_IMPORT)
    at_unit = lookup.here(request)
    form = Upload(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid() and at_unit is not None:
        batch = _stage(request, form)
        return redirect("web:import", pk=batch.pk)
    context = {
        "form": form,
        "at": at_unit,
        "batches": queries.imports_of(lookup.actor(request)),
        "trail": lookup.trail(request, at_unit),
    }
    return render(request, "imports/imports.html", context)


def _stage(request: HttpRequest, form: Upload) -> Import:
    given, by, at = form.cleaned_data, lookup.actor(request), timezone.now()
    unit = lookup.here(request)
    if unit is None:
        raise NotFound("unit", "")
    source = ""
    if given["source"]:
        source = library.file_bytes(given["source"].read(), name=given["source"].name, by=by, at=at).sha256
    upload = given["file"]
    lies = Path(upload.temporary_file_path()) if isinstance(upload, TemporaryUploadedFile) else None  # a long one
    return actions.stage(
        lies or upload.read(),
        upload.name,
        unit=unit,
        by=by,
        at=at,
        sheet=given["sheet"],
        stated=Stage(given["stage"]) if given["stage"] else None,
        source_sha256=source,
    )


def _batch(request: HttpRequest, pk: int) -> Import:
    lookup.require(request, Permission.OUTLET_IMPORT)
    return queries.import_batch(lookup.actor(request), pk)


@require_GET
def batch(request: HttpRequest, pk: int) -> HttpResponse:
    """One import: its four steps on one page."""
    found, by = _batch(request, pk), lookup.actor(request)
    kinds = shown.kinds(found)
    asked = (request.GET.get("code"), request.GET.get("severity"))
    fitting = [kind for kind in kinds if kind.code == asked[0] and asked[1] in (kind.severity, None)]
    kind = next(iter(fitting or kinds), None)
    page, rows = shown.rows_of(found, kind, request.GET.get("page", "1"))
    one = request.GET.get("finding", "")
    context = {
        "batch": found,
        "step": STEPS[found.state],
        "working": working.is_running(found) or found.state == "taking",
        "columns": shown.columns(found),
        "fields": shown.fields(),
        "sheet": shown.sheet(found),
        "kinds": kinds,
        "kind": kind,
        "page": page,
        "rows": rows,
        "one": one,
        "points": shown.points(found, rows, one) if kind and kind.code.startswith("coordinate.") else "",
        "said": _counts(found),
        "why_not_map": guards.judge(found, by=by),
        "why_not_accept": guards.accept(found, by=by),
        "why_not_take_in": guards.take_in(found, by=by),
        "why_not_undo": guards.undo(found, by=by),
        "trail": lookup.trail(request, found.unit),
    }
    return render(request, "imports/import.html", context)


def _counts(found: Import) -> str:
    words = {name: found.counts.get(name, 0) for name in ("new", "updated", "unchanged", "refused")}
    return _("新增 %(new)d，更新 %(updated)d，无变化 %(unchanged)d，退回 %(refused)d") % words


@require_POST
def columns(request: HttpRequest, pk: int) -> HttpResponse:
    """对应列: settle the columns and judge."""
    found, by = _batch(request, pk), lookup.actor(request)
    chosen = {number: request.POST.get(f"column-{number}", "") for number in range(len(found.labels))}
    if any(f"column-{number}" in request.POST for number in chosen):
        actions.map_columns(found, chosen, by=by)
    at = timezone.now()
    working.start(found, lambda: actions.judge(found, by=by, at=at))
    return redirect(reverse("web:import", args=[pk]) + "#problems")


@require_POST
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """接受 one suggestion, or 全部接受这类."""
    found, by, at = _batch(request, pk), lookup.actor(request), timezone.now()
    code = request.POST.get("code", "")
    if request.POST.get("finding"):
        finding = _finding(found, request.POST["finding"])
        working.start(found, lambda: actions.accept(found, [finding], by=by, at=at))
    else:
        working.start(found, lambda: actions.accept_all(found, code, by=by, at=at))
    messages.success(request, _("已采用建议并重新核对。"))
    return _back(found, code)


@require_POST
def skip(request: HttpRequest, pk: int) -> HttpResponse:
    """跳过 one finding."""
    found = _batch(request, pk)
    actions.skip(found, _finding(found, request.POST.get("finding", "")), by=lookup.actor(request))
    return _back(found, request.POST.get("code", ""))


def _finding(found: Import, pk: str) -> FindingRow:
    finding = found.findings.filter(pk=int(pk)).first() if pk.isdecimal() else None
    if finding is None:
        raise NotFound("finding", pk)
    return finding


def _back(found: Import, code: str) -> HttpResponse:
    still = found.findings.filter(code=code).exists()
    return redirect(
        reverse("web:import", args=[found.pk]) + (f"?{urlencode({'code': code})}" if still else "") + "#problems"
    )


@require_POST
def take_in(request: HttpRequest, pk: int) -> HttpResponse:
    """入库."""
    found, by, at = _batch(request, pk), lookup.actor(request), timezone.now()
    if working.start(found, lambda: actions.take_in(found, by=by, at=at)):
        messages.success(request, _("已入库：%(said)s。") % {"said": _counts(found)})
    return redirect(reverse("web:import", args=[pk]) + "#enter")


@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """撤销导入."""
    found, by, at = _batch(request, pk), lookup.actor(request), timezone.now()
    if working.start(found, lambda: actions.undo(found, by=by, at=at)):
        messages.success(request, _("已撤销本次导入。"))
    return redirect(reverse("web:import", args=[pk]) + "#enter")


@require_GET
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is, asked again every second while somebody works on it."""
    found = _batch(request, pk)
    going = working.is_running(found) or found.state == "taking"
    context = {"batch": found, "working": going, "done": _done(found), "of": _of(found)}
    answer = render(request, "imports/_progress.html", context)
    if not going:
        answer["HX-Refresh"] = "true"
    return answer


def _done(found: Import) -> int:
    if found.state in {"taking", "taken"}:
        return found.lines.filter(state="taken").count()
    return sum(found.counts.values())


def _of(found: Import) -> int:
    """Rows to be taken in; while judging nobody knows yet how many there are: 0."""
    if found.state in {"taking", "taken"}:
        return int(found.counts.get("new", 0)) + int(found.counts.get("updated", 0))
    return 0


@require_GET
def refused(request: HttpRequest, pk: int) -> HttpResponse:
    """退回的行: the file's own columns with line and reason, to be repaired and handed in again."""
    found = _batch(request, pk)
    answer = HttpResponse(content_type="text/csv; charset=utf-8", headers={"X-Content-Type-Options": "nosniff"})
    answer["Content-Disposition"] = 'attachment; filename="refused.csv"'
    out = io.BytesIO()
    rows = write_refused(out, found, line=_("行号"), reason=_("退回原因"))
    answer.write(out.getvalue())
    return with_rows(answer, rows)
