"""What the frame of every page reads: the site, the unit one stands at, the units one may switch to."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from qingyuan.access.models import Officer
from qingyuan.core.refusal import NotFound
from qingyuan.stages.notice import queries as notices
from qingyuan.web import lookup

_LOOKED_AGAIN_AFTER_S = 60.0
_demonstration: dict[str, tuple[float, bool]] = {}


def frame(request: HttpRequest) -> dict[str, object]:
    """Context of base.html. Lazy: a page without the frame asks nothing."""
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return {"site": SimpleLazyObject(site), "today": timezone.localdate()}
    return {
        "site": SimpleLazyObject(site),
        "here": SimpleLazyObject(lambda: _or_nothing(lookup.here, request)),
        "here_units": SimpleLazyObject(lambda: _or_nothing(lookup.switchable, request)),
        "unread_notices": SimpleLazyObject(lambda: notices.unread(lookup.actor(request))),
        "today": timezone.localdate(),
    }


def _or_nothing(asked: Callable[[HttpRequest], object], request: HttpRequest) -> object:
    """The page that says there is no such unit has a frame too."""
    try:
        return asked(request)
    except NotFound:
        return None


def site() -> dict[str, object]:
    """The site's name and whether its data are a demonstration (a demonstration is a site of its own)."""
    training = (settings.HOME / "training").exists()
    provider = (settings.OIDC_NAME or _("统一身份认证")) if settings.OIDC_ISSUER and settings.OIDC_CLIENT_ID else ""
    return {"name": _("清源"), "demonstration": is_demonstration(), "training": training, "provider": provider}


def is_demonstration() -> bool:
    """Whether this is a demonstration site: it has demonstration officers. Asked once a minute."""
    asked, known = _demonstration.get("site", (0.0, False))
    if not asked or monotonic() - asked > _LOOKED_AGAIN_AFTER_S:
        known = Officer.objects.filter(is_demo=True).exists()
        _demonstration["site"] = (monotonic(), known)
    return known
