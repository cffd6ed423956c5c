"""批量新建账号: a file, what it would do with every fault by its cell, one confirmation, passwords shown once."""

from __future__ import annotations

import base64
import io
from typing import Any

from django.core import signing
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from qingyuan.core.access import Permission
from qingyuan.core.refusal import NotFound, Refusal, Refused
from qingyuan.exchange import people as exchange
from qingyuan.exchange.streaming import write_csv
from qingyuan.web import lookup
from qingyuan.web.accounts.passwords import new_password

MOST_BYTES = 2 * 1024 * 1024
SALT = "qingyuan.officers.many"
MINUTES = 60
VERDICTS = {
    "new": noop("新建账号"),
    "role": noop("已有账号，新增任职"),
    "unchanged": noop("无变化"),
    "refused": noop("退回"),
}


@never_cache
@require_http_methods(["GET", "POST"])
def many(request: HttpRequest) -> HttpResponse:
    """The form; with a file what it would do; with its seal the doing. Between the two nothing is kept on the site: the
    lines travel sealed in the page."""
    lookup.require(request, Permission.OFFICERS_MANAGE)
    if request.method == "GET":
        return render(request, "accounts/many.html", {})
    who, today = lookup.actor(request), timezone.localdate()
    if sealed := request.POST.get("sealed"):
        return _enter(request, sealed)
    given = request.FILES.get("file")
    if given is None:
        raise Refused(Refusal("file.missing_upload", noop("请选择文件。")))
    if (given.size or 0) > MOST_BYTES:
        raise Refused(Refusal("file.too_large", noop("文件超过 2 MB，请分开上传。")))
    try:
        lines = exchange.texts_of(given.read(), given.name or "")
    except Refused as error:
        return render(request, "accounts/many.html", {"refusal": error.refusal}, status=409)
    judged = exchange.judge(lines, by=who, today=today)
    return render(request, "accounts/many_judged.html", _shown(judged, lines, given.name or ""))


def _shown(judged: exchange.Judged, lines: list[list[object]], name: str) -> dict[str, object]:
    wrong: dict[int, list[object]] = {}
    for one in judged.findings:
        wrong.setdefault(one.row, []).append(one)
    rows = [(row, _(VERDICTS[row.verdict]), wrong.get(row.number, [])) for row in judged.rows]
    new, roles = len({row.username for row in judged.rows if row.verdict == "new"}), judged.count("role")
    nothing = None if new or roles else Refusal("people.nothing", noop("没有可以新建的账号或任职。"))
    counts = [(_(VERDICTS[kind]), judged.count(kind)) for kind in VERDICTS]
    sealed = signing.dumps(lines, salt=SALT, compress=True)
    return {
        "filename": name,
        "rows": rows,
        "counts": counts,
        "new": new,
        "roles": roles,
        "nothing": nothing,
        "sealed": sealed,
    }


def _enter(request: HttpRequest, sealed: str) -> HttpResponse:
    try:
        lines: Any = signing.loads(sealed, salt=SALT, max_age=MINUTES * 60)
    except signing.BadSignature:
        reason = Refusal("people.seal", noop("核对结果已过期，请重新上传文件。"))
        return render(request, "accounts/many.html", {"refusal": reason}, status=409)
    who, at = lookup.actor(request), timezone.now()
    judged = exchange.judge(lines, by=who, today=timezone.localdate(at))
    done = exchange.enter(judged, password=new_password, by=who, at=at)
    out = io.BytesIO()
    write_csv(
        out, (_("登录名"), _("姓名"), _("一次性密码")), [(one.username, one.name, text) for one, text in done.made]
    )
    download = base64.b64encode(out.getvalue()).decode()
    return render(request, "accounts/many_done.html", {"done": done, "download": download})


@require_GET
def template(_request: HttpRequest, form: str) -> HttpResponse | FileResponse:
    """模板, csv or xlsx."""
    lookup.require(_request, Permission.OFFICERS_MANAGE)
    if form not in {"csv", "xlsx"}:
        raise NotFound("file", form)
    return FileResponse(io.BytesIO(exchange.template(form)), as_attachment=True, filename=f"人员模板.{form}")
