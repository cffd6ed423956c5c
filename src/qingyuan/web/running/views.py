"""How the site is: for a load balancer (a word and a status), for monitoring (figures), for people (a page)."""

from __future__ import annotations

import hmac
from datetime import datetime

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from qingyuan import __version__
from qingyuan.boards.running import queries
from qingyuan.boards.running.queries import STATES, Check, State
from qingyuan.core.access import Permission
from qingyuan.web import lookup
from qingyuan.web.running import figures
from qingyuan.web.templatetags.qingyuan import moment

UNAVAILABLE = 503
TONES = {State.WELL: "green", State.WARNING: "amber", State.FAILING: "red"}
STATUS_OF = {State.WELL: "ok", State.WARNING: "degraded", State.FAILING: "failing"}

JOBS = {
    "tallies.fold": noop("归并计数"),
    "ledger.anchor": noop("锚定变更留痕"),
    "registry.water_flags": noop("按水体标记重新计数"),
    "logs.turn_over": noop("更换日志文件"),
    "exchange.resume": noop("接续中断的导入"),
    "exchange.place": noop("判定导入点位所在区域"),
    "dispatch.escalate": noop("逾期交办提级"),
    "tracing.open": noop("自动立案溯源"),
    "remediation.problems": noop("按规则查找问题线索"),
    "remediation.borrowed": noop("核查借道排污"),
    "library.pictures": noop("读取照片信息"),
    "notice.items": noop("交办消息"),
    "notice.remediation": noop("整治消息"),
    "signboards.urge": noop("敦促立牌"),
    "notice.forget": noop("清理已读消息"),
    "reading.take_in": noop("归集访问日志"),
    "api.forget": noop("清理接口应答"),
}
"""What the periodic jobs do, in words."""


@login_not_required
@never_cache
@require_safe
def health(_request: HttpRequest) -> JsonResponse:
    """`ok`, `degraded` or `failing` (503), and the same of each part. Sentences and sizes are for the page only."""
    found = queries.checks(at=timezone.now())
    worst = queries.overall(found)
    document = {"status": STATUS_OF[worst], "checks": {check.name: STATUS_OF[check.state] for check in found}}
    return JsonResponse(document, status=UNAVAILABLE if worst is State.FAILING else 200)


@login_not_required
@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Figures as Prometheus reads them: with the token of QINGYUAN_METRICS_TOKEN, or straight from this machine."""
    if not _may_read(request):
        return HttpResponse(_("需要令牌。"), status=403, content_type="text/plain; charset=utf-8")
    return HttpResponse(figures.exposition(at=timezone.now()), content_type=CONTENT_TYPE_LATEST)


def _may_read(request: HttpRequest) -> bool:
    if token := settings.METRICS_TOKEN:
        return hmac.compare_digest(request.headers.get("Authorization", ""), f"Bearer {token}")
    # Behind a proxy everybody comes from this machine: who was passed on is not local.
    return request.META.get("REMOTE_ADDR") in {"127.0.0.1", "::1"} and "X-Forwarded-For" not in request.headers


@never_cache
@require_safe
def running(request: HttpRequest) -> HttpResponse:
    """运行状况: every part with its sentence."""
    lookup.require(request, Permission.SITE_OPERATE)
    at = timezone.now()
    context = {
        "version": __version__,
        "checks": [_shown(check) for check in queries.checks(at=at)],
        "pulses": [
            {"at": one.at, "jobs": [(_(JOBS.get(name, name)), _turn(turn)) for name, turn in one.jobs.items()]}
            for one in queries.pulses(at=at)
        ],
    }
    return render(request, "running/running.html", context)


def _turn(turn: str) -> str:
    """The turn a job ran in: a day or a month as it is, an instant in the site's time."""
    try:
        return moment(datetime.fromisoformat(turn)) if "T" in turn else turn
    except ValueError:
        return turn


def _shown(check: Check) -> dict[str, object]:
    return {
        "label": _(check.label),
        "tone": TONES[check.state],
        "word": _(STATES[check.state]),
        "text": _(check.text) % check.params,
    }
