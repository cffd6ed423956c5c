"""Who asks: a program by its token (`Authorization: Bearer …`), or an officer who is signed in, who may read only.

Either way `request.actor` is the Actor on today, and everything else asks it alone. Other doors below /api/ that are
plain views (OGC) call `identify(request)` first.
"""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from qingyuan.access.models import Officer
from qingyuan.access.programs import program_of_token, token_seen
from qingyuan.access.queries import actor_of
from qingyuan.api.problems import Problem
from qingyuan.core.access import Actor

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def identify(request: HttpRequest) -> Actor:
    """The actor of a request, also kept as `request.actor`.

    Raises
    ------
    Problem
        401 without a valid token or session, 403 for a session that would write.
    """
    scheme, _space, text = request.headers.get("Authorization", "").partition(" ")
    if scheme:
        actor = _by_token(scheme, text.strip())
    elif isinstance(request.user, Officer) and request.user.is_active:
        if request.method not in SAFE:
            raise Problem(403, "access.session_reads", _("登录会话只能读取；写入请使用访问令牌。"))
        actor = actor_of(request.user, on=timezone.localdate())
    else:
        raise Problem(401)
    request.actor = actor  # type: ignore[attr-defined]
    return actor


def _by_token(scheme: str, text: str) -> Actor:
    today = timezone.localdate()
    token = program_of_token(text, on=today) if scheme.lower() == "bearer" and text else None
    if token is None:
        raise Problem(401, "api.token", _("访问令牌无效、尚未生效或已经停用。"))
    token_seen(token, on=today)
    return actor_of(token.officer, on=today)
