"""The filters of the list of items: read from the address, applied, said again in the address of the next page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from django.db.models import BooleanField, Case, Count, Q, QuerySet, Value, When
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from qingyuan.core.access import Actor
from qingyuan.core.duties import end_of_week
from qingyuan.places.paths import within_q
from qingyuan.stages.dispatch import queries
from qingyuan.stages.dispatch.models import Part, WorkItem
from qingyuan.stages.dispatch.words import ANSWERABLE, ItemKind, ItemStatus, PartKind

SIZE = 50
VIEWS = {
    "all": _("全部"),
    "responsible": _("我单位承办"),
    "supporting": _("我单位配合"),
    "issued": _("我交办的"),
}
DUES = {"overdue": _("已逾期"), "week": _("本周到期"), "later": _("以后到期"), "none": _("没有期限")}


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of the list. Anything unknown in the address is taken as not asked."""

    view: str = "all"
    status: str = ""
    due: str = ""
    kind: str = ""
    clause: str = ""
    body: str = ""
    q: str = ""

    def address(self, **changed: str) -> str:
        """The query string of these filters with some changed."""
        asked = {name: getattr(self, name) for name in self.__slots__} | changed
        return urlencode({name: value for name, value in asked.items() if value and (name, value) != ("view", "all")})


def read(given: QueryDict) -> Asked:
    """The filters an address asks for."""

    def one_of(name: str, known: object) -> str:
        asked = given.get(name, "")
        return asked if asked in known else ""  # type: ignore[operator]

    return Asked(
        view=one_of("view", VIEWS) or "all",
        status=one_of("status", ItemStatus.values),
        due=one_of("due", DUES),
        kind=one_of("kind", ItemKind.values),
        clause=given.get("clause", "")[:64],
        body=" ".join(given.get("body", "").split())[:60],
        q=" ".join(given.get("q", "").split())[:60],
    )


def found(asked: Asked, who: Actor, *, path: str, on: date) -> QuerySet[WorkItem]:
    """The items asked for, of those the actor may see: in the unit he stands at, and what his bodies have a part in."""
    mine = Part.objects.filter(body__in=queries.bodies_of(who))
    rows = queries.visible_to(who)
    match asked.view:
        case "responsible":
            rows = rows.filter(pk__in=mine.filter(part__in=ANSWERABLE).values("item"))
        case "supporting":
            rows = rows.filter(pk__in=mine.filter(part=PartKind.SUPPORTING).values("item"))
        case "issued":
            rows = rows.filter(Q(issued_by=who.id) | Q(issued_body__in=queries.bodies_of(who)))
        case _:
            rows = rows.filter(within_q("unit_path", path) | Q(pk__in=mine.values("item")))
    for name in ("status", "kind", "clause"):
        if value := getattr(asked, name):
            rows = rows.filter(**{name: value})
    if asked.body:
        rows = rows.filter(pk__in=Part.objects.filter(name__icontains=asked.body).values("item"))
    if asked.q:
        rows = rows.filter(subject__icontains=asked.q)
    return _due(rows, asked.due, on)


def _due(rows: QuerySet[WorkItem], due: str, on: date) -> QuerySet[WorkItem]:
    week = end_of_week(on)
    match due:
        case "overdue":
            return queries.overdue(rows, on=on)
        case "week":
            return rows.filter(due__gte=on, due__lte=week)
        case "later":
            return rows.filter(due__gt=week)
        case "none":
            return rows.filter(due=None)
    return rows


def page(rows: QuerySet[WorkItem], *, on: date, after: str, size: int = SIZE) -> tuple[list[WorkItem], str]:
    """One page, what is overdue first, then the newest; and the key of the page that follows."""
    late = Case(
        When(Q(due__lt=on) & ~Q(status=ItemStatus.CLOSED), then=Value(True)),
        default=Value(False),
        output_field=BooleanField(),
    )
    rows = rows.annotate(late=late)
    flag, _mark, number = after.partition("~")
    if number.isdecimal() and len(number) < 18:
        behind = Q(late=flag == "1", pk__lt=int(number))
        rows = rows.filter(behind | Q(late=False) if flag == "1" else behind)
    listed: list[WorkItem] = [*rows.prefetch_related("parts").order_by("-late", "-pk")[: size + 1]]
    if len(listed) <= size:
        return listed, ""
    last = listed[size - 1]
    return listed[:size], f"{int(_is_late(last, on))}~{last.pk}"


def _is_late(item: WorkItem, on: date) -> bool:
    """What the order of the list asks of an item, for its key."""
    return item.due is not None and item.due < on and item.status != ItemStatus.CLOSED


def counts(asked: Asked, who: Actor, *, path: str, on: date) -> Mapping[str, int]:
    """How many items each status has under the other filters; "" is all of them."""
    rows = found(replace(asked, status=""), who, path=path, on=on)
    numbers = dict(rows.order_by().values_list("status").annotate(many=Count("pk")))
    return {"": sum(numbers.values()), **{status: numbers.get(status, 0) for status in ItemStatus.values}}
