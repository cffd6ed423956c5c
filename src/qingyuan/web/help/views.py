"""The handbook's pages: open to everybody, for who cannot sign in needs it most."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from qingyuan.web.help import handbook

SHOWN = 40  # hits on a page; more words find fewer
ADDRESSES = handbook.Addresses(
    page=lambda name: reverse("web:help") if name == handbook.INDEX else reverse("web:help-page", args=[name]),
    picture=lambda name: reverse("web:help-screen", args=[name]),
)


@login_not_required
@require_safe
def contents(request: HttpRequest) -> HttpResponse:
    """The contents of the handbook; with `words` the sections in which the words occur."""
    words = request.GET.get("words", "").strip()
    hits = handbook.search(words, ADDRESSES)
    more = {"q": words, "hits": hits[:SHOWN], "further": max(len(hits) - SHOWN, 0), "is_contents": True}
    return _shown(request, handbook.INDEX, more)


@login_not_required
@require_safe
def page(request: HttpRequest, name: str) -> HttpResponse:
    """One page of the handbook.

    Raises
    ------
    NotFound
    """
    if name == handbook.INDEX:
        return HttpResponseRedirect(reverse("web:help"))
    return _shown(request, name, {})


@login_not_required
@require_safe
def screen(_request: HttpRequest, name: str) -> HttpResponse:
    """A screenshot.

    Raises
    ------
    NotFound
    """
    return HttpResponse(handbook.picture(name).read_bytes(), content_type="image/png")


def _shown(request: HttpRequest, name: str, more: dict[str, object]) -> HttpResponse:
    chapter = handbook.chapter(name, ADDRESSES)
    headings = [section for section in chapter.sections if section.anchor]
    html = mark_safe(chapter.html)  # noqa: S308 made by the renderer with raw HTML switched off
    return render(request, "help/page.html", {"chapter": chapter, "html": html, "headings": headings, **more})
