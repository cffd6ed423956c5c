"""Somebody else was faster: the page the form stood on is read anew, with what was typed still in its fields.

One place for every form of the site. Hidden fields (the version read, the token of the form) are those of the new page,
so that the form can be sent again; chosen files are the browser's and are chosen anew.
"""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.urls import resolve
from django.utils.datastructures import MultiValueDict
from django.utils.http import url_has_allowed_host_and_scheme

from qingyuan.core.refusal import DomainError

CAME_FROM = "came_from"
"""The field that says on which page a form shown again stood at first."""
UNTYPED = frozenset({"hidden", "file", "submit", "button", "image", "reset", "password"})
TICKED = frozenset({"checkbox", "radio"})
MOST_TEXTS = 20

Attributes = list[tuple[str, str | None]]


def form_again(request: HttpRequest, notice: str) -> str | None:
    """The page with the form as it was filled in, `notice` at its head; None where the page is not to be had, or has
    the form no more."""
    for address in _pages_of(request):
        page = _read_anew(request, address)
        if page is None:
            continue
        forms = _Forms(address, request.path)
        forms.feed(page)
        if (found := forms.best(request.POST)) is None:
            continue
        kept = f'<input type="hidden" name="{CAME_FROM}" value="{escape(address)}">'
        filled = _Filled(found, request.POST, notice + kept)
        filled.feed(page)
        filled.close()
        return "".join(filled.out)
    return None


def typed(request: HttpRequest) -> list[str]:
    """The texts that were typed in words, to be read and copied where the form cannot be shown again."""
    texts = [text.strip() for name in request.POST for text in request.POST.getlist(name)]
    return [text for text in dict.fromkeys(texts) if not text.isascii()][:MOST_TEXTS]


def _pages_of(request: HttpRequest) -> Iterable[str]:
    """Where the form may have stood, the likeliest first; pages of this site alone."""
    given = (request.POST.get(CAME_FROM, ""), request.META.get("HTTP_REFERER", ""), request.get_full_path())
    seen = set()
    for one in given:
        if not one or not url_has_allowed_host_and_scheme(one, {request.get_host()}):
            continue
        parts = urlsplit(one)
        address = f"{parts.path}?{parts.query}" if parts.query else parts.path
        if address not in seen:
            seen.add(address)
            yield address


def _read_anew(request: HttpRequest, address: str) -> str | None:
    """What the page says now to the one who asks; None unless it is a page he may read."""
    parts = urlsplit(address)
    asked = copy.copy(request)
    asked.method, asked.path, asked.path_info = "GET", parts.path, parts.path
    asked.META = {**request.META, "REQUEST_METHOD": "GET", "PATH_INFO": parts.path, "QUERY_STRING": parts.query}
    asked.GET, asked.POST = QueryDict(parts.query), QueryDict()
    asked._files = MultiValueDict()  # type: ignore[attr-defined]
    asked.__dict__.pop("stands_at", None)
    try:
        match = asked.resolver_match = resolve(parts.path)
        answer = match.func(asked, *match.args, **match.kwargs)
    except (Http404, PermissionDenied, DomainError):
        return None
    is_page = answer.status_code == HttpResponse.status_code and not answer.streaming
    return answer.content.decode() if is_page and "html" in answer.get("Content-Type", "") else None


@dataclass(slots=True)
class _Form:
    """One form of a page: which it is, and the fields it has."""

    number: int
    is_ours: bool
    names: set[str] = field(default_factory=set)


class _Forms(HTMLParser):
    """The forms of a page that send to one address."""

    def __init__(self, page: str, target: str) -> None:
        super().__init__()
        self.page, self.target = page, target
        self.found: list[_Form] = []
        self.is_open = False

    def leads_there(self, given: dict[str, str | None], name: str) -> bool:
        """Whether an address written in the page is the one that was asked."""
        return urlsplit(urljoin(self.page, given.get(name) or self.page)).path == self.target

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        """Note forms and their fields."""
        given = dict(attrs)
        if tag == "form":
            ours = (given.get("method") or "").lower() == "post" and self.leads_there(given, "action")
            self.found.append(_Form(len(self.found), ours))
            self.is_open = True
        elif self.is_open and (name := given.get("name")):
            self.found[-1].names.add(name)
        if self.is_open and given.get("formaction") and self.leads_there(given, "formaction"):
            self.found[-1].is_ours = True

    def handle_endtag(self, tag: str) -> None:
        """A form ends."""
        self.is_open = self.is_open and tag != "form"

    def best(self, sent: QueryDict) -> _Form | None:
        """The form that has most of the fields that were sent."""
        ours = [one for one in self.found if one.is_ours]
        return max(ours, key=lambda one: len(one.names & set(sent)), default=None)


class _Filled(HTMLParser):
    """The page once more, word for word, but for the fields of one form."""

    def __init__(self, form: _Form, sent: QueryDict, notice: str) -> None:
        super().__init__(convert_charrefs=False)
        self.form, self.sent, self.notice = form, sent, notice
        self.out: list[str] = []
        self.forms = 0
        self.folds: list[int] = []
        self.is_inside = self.is_replaced = False
        self.chosen: list[str] | None = None
        self.taken: Counter[str] = Counter()

    def _next(self, name: str) -> str | None:
        """The value that was sent for the next field of a name; None when none was."""
        values = self.sent.getlist(name)
        if not values:
            return None
        self.taken[name] += 1
        return values[min(self.taken[name], len(values)) - 1]

    def _tag(self, tag: str, given: dict[str, str | None]) -> str:
        parts = [name if value is None else f'{name}="{escape(value)}"' for name, value in given.items()]
        return f"<{' '.join([tag, *parts])}>"

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        """A field of the form takes what was typed; everything else stays as it is."""
        text, given = self.get_starttag_text() or "", dict(attrs)
        if tag == "details":
            self.folds.append(len(self.out))
        elif tag == "form":
            self.is_inside = self.forms == self.form.number
            self.forms += 1
            if self.is_inside:
                text += self.notice
                self._unfold()
        elif self.is_inside and "disabled" not in given:
            text = self._field(tag, given, text)
        self.out.append(text)

    def _unfold(self) -> None:
        """Open what hides this place."""
        for number in self.folds:
            if " open" not in self.out[number]:
                self.out[number] = f"{self.out[number][:-1]} open>"
        self.folds = []

    def _field(self, tag: str, given: dict[str, str | None], text: str) -> str:
        name = given.get("name") or ""
        match tag:
            case "input":
                return self._input(given, name, text)
            case "textarea" if (value := self._next(name)) is not None:
                self.is_replaced = True
                if value:
                    self._unfold()
                return f"{text}\n{escape(value)}"
            case "select" if name in self.sent:
                one = self._next(name)
                self.chosen = self.sent.getlist(name) if "multiple" in given else [one or ""]
            case "option" if self.chosen is not None and "value" in given:
                given.pop("selected", None)
                return self._tag(tag, {**given, "selected": None} if given["value"] in self.chosen else given)
        return text

    def _input(self, given: dict[str, str | None], name: str, text: str) -> str:
        kind = (given.get("type") or "text").lower()
        if kind in TICKED:
            given.pop("checked", None)
            is_ticked = (given.get("value") or "on") in self.sent.getlist(name)
            return self._tag("input", {**given, "checked": None} if is_ticked else given)
        if kind in UNTYPED or (value := self._next(name)) is None:
            return text
        if value:
            self._unfold()
        return self._tag("input", {**given, "value": value})

    def handle_startendtag(self, tag: str, attrs: Attributes) -> None:
        """`<input … />` is `<input …>`."""
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        """The end of a field, of a fold or of the form."""
        if tag == "details" and self.folds:
            self.folds.pop()
        if tag == "textarea":
            self.is_replaced = False
        elif tag == "select":
            self.chosen = None
        elif tag == "form":
            self.is_inside = False
        self.out.append(f"</{tag}>")

    def _keep(self, text: str) -> None:
        if not self.is_replaced:
            self.out.append(text)

    def handle_data(self, data: str) -> None:
        """Text."""
        self._keep(data)

    def handle_entityref(self, name: str) -> None:
        """`&amp;`."""
        self._keep(f"&{name};")

    def handle_charref(self, name: str) -> None:
        """`&#39;`."""
        self._keep(f"&#{name};")

    def handle_comment(self, data: str) -> None:
        """A comment."""
        self._keep(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        """The head of the page."""
        self._keep(f"<!{decl}>")
