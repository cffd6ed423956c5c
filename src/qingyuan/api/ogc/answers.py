"""How this service answers: JSON or HTML as asked (f, else Accept), links, and errors as problem+json."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext_noop as _
from django.views.decorators.csrf import csrf_exempt

from qingyuan.api.authentication import identify
from qingyuan.api.problems import Problem, foreseen, problem, sentence
from qingyuan.core.access import Permission
from qingyuan.core.access import refusal as access_refusal
from qingyuan.core.refusal import DomainError, Refused, require

JSON, HTML, GEOJSON = "application/json", "text/html", "application/geo+json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
SCHEMA = "application/schema+json"
OF_A_VALUE = "layer."
View = Callable[..., HttpResponseBase]
Link = dict[str, str]


def answered(view: View) -> View:
    """A view of this service: reads only, for who may see outlets; what is foreseen becomes a problem. Nobody signed in
    is asked for a token, or in a browser led to the sign-in."""

    @csrf_exempt  # nothing is written here, and a POST is told so as a program understands it
    @login_not_required
    @wraps(view)
    def asked(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if request.method not in {"GET", "HEAD"}:
            refused = problem(request, 405)
            refused["Allow"] = "GET, HEAD"
            return refused
        try:
            if _is_a_stranger(request) and wants_html(request):
                return redirect_to_login(request.get_full_path())
            require(access_refusal(identify(request), Permission.OUTLET_VIEW))
            answer = view(request, *args, **kwargs)
        except DomainError as error:
            told = foreseen(request, _of_the_request(error))
            if told is None:
                raise
            return told
        answer["Cache-Control"] = "private, no-cache"
        patch_vary_headers(answer, ("Accept", "Authorization", "Cookie"))
        return answer

    return asked


def _is_a_stranger(request: HttpRequest) -> bool:
    return "Authorization" not in request.headers and not request.user.is_authenticated


def _of_the_request(error: DomainError) -> DomainError:
    """A value that cannot be read is the client's fault (400), not a conflict with the state of things."""
    if isinstance(error, Refused) and error.refusal.code.startswith(OF_A_VALUE):
        return Problem(400, error.refusal.code, sentence(error.refusal))
    return error


def wants_html(request: HttpRequest) -> bool:
    """Whether a page is asked for: by f, else by Accept; programs that say nothing get JSON.

    Raises
    ------
    Problem
        400 for a form there is not.
    """
    form = request.GET.get("f", "")
    if form:
        if form not in {"json", "html"}:
            raise Problem(400, "ogc.form", _("f 只能是 json 或 html。"))
        return form == "html"
    return request.get_preferred_type([JSON, GEOJSON, HTML]) == HTML


def answer(
    request: HttpRequest, document: Mapping[str, object], template: str, context: Mapping[str, object] | None = None
) -> HttpResponseBase:
    """The document as JSON, or the same as a page."""
    if wants_html(request):
        shown = {"document": document, "as_json": here(request, f="json")} | dict(context or {})
        return render(request, f"ogc/{template}.html", shown)
    return JsonResponse(document, json_dumps_params={"ensure_ascii": False})


def links(request: HttpRequest, *, media: str = JSON) -> list[Link]:
    """self and alternate of what was asked."""
    html = wants_html(request)
    return [
        link("alternate" if html else "self", here(request, f="json"), media, "JSON"),
        link("self" if html else "alternate", here(request, f="html"), HTML, "HTML"),
    ]


def link(rel: str, href: str, media: str, title: str = "") -> Link:
    """One link."""
    return {"href": href, "rel": rel, "type": media, **({"title": title} if title else {})}


def here(request: HttpRequest, **changed: str) -> str:
    """The address asked for, with other parameters; an empty one is left out."""
    asked = {name: value for name, value in {**request.GET.dict(), **changed}.items() if value}
    return request.build_absolute_uri(request.path + (f"?{urlencode(asked)}" if asked else ""))
