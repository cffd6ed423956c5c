"""标识牌: the list of coded outlets by their board, one board with its preview, what may be done to it, its files."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop
from django.views.decorators.http import require_POST, require_safe

from qingyuan.core.access import Permission
from qingyuan.core.refusal import NotFound, Refusal, Refused
from qingyuan.exchange import signboards
from qingyuan.library import queries as library
from qingyuan.registry import queries as registry
from qingyuan.registry.models import Outlet
from qingyuan.stages.standardisation import board, guards_signs, queries, rules
from qingyuan.stages.standardisation.actions import signs
from qingyuan.stages.standardisation.models import Sign
from qingyuan.stages.standardisation.words import SignState
from qingyuan.web import lookup
from qingyuan.web.outlets.act_forms import MOST_BYTES, position_of

SIZE = 50
LABELS = {"": noop("全部"), queries.NONE: noop("未设计")}


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Coded outlets by the state of their board."""
    lookup.require(request, Permission.OUTLET_VIEW)
    who, at = lookup.actor(request), lookup.here(request)
    state, text = request.GET.get("state", ""), request.GET.get("q", "").strip()[:60]
    state = state if state in queries.STATES else ""
    after, path = request.GET.get("after", ""), at.path if at else ""
    start = int(after) if after.isdecimal() and len(after) < 18 else 0
    rows = queries.listed(who, path=path, state=state, text=text, after=start, limit=SIZE + 1)

    def address(**more: object) -> str:
        return urlencode({name: value for name, value in {"state": state, "q": text, **more}.items() if value})

    policy = rules.policy_of(path, on=timezone.localdate())
    context = {
        "at": at,
        "rows": rows[:SIZE],
        "state": state,
        "q": text,
        "tabs": [(value, _word(value), address(state=value)) for value in ("", *queries.STATES)],
        "next": address(after=rows[SIZE - 1].outlet.pk) if len(rows) > SIZE else "",
        "settings": [policy.parameters[name] for name in board.STATUSES if name in policy.parameters],
        "erected_by": policy.parameters.get("signboard.erected_by"),
        "trail": lookup.trail(request, at),
    }
    return render(request, "standardisation/signs.html", context)


def _word(state: str) -> str:
    return _(LABELS[state]) if state in LABELS else str(SignState(state).label)


@require_POST
def together(request: HttpRequest) -> HttpResponse:
    """设计, 下载 PDF or 登记制作 for the outlets chosen on the list."""
    lookup.require(request, Permission.OUTLET_VIEW)
    who, at = lookup.actor(request), timezone.now()
    on = timezone.localdate(at)
    keys = [int(key) for key in request.POST.getlist("outlet")[:SIZE] if key.isdecimal() and len(key) < 18]
    found = list(registry.visible_to(who).filter(pk__in=keys).select_related("unit", "party", "water").order_by("pk"))
    if not found:
        raise Refused(Refusal("signs.none_chosen", noop("请至少选择一个排污口。")))
    match request.POST.get("act"):
        case "design":
            with transaction.atomic():
                for one in found:
                    signs.design_sign(one, on=on, by=who, at=at)
            messages.success(request, _("已设计 %(n)d 块标识牌。") % {"n": len(found)})
        case "print":
            with transaction.atomic():
                signs.mark_printed(_in_use(found), on=on, by=who, at=at)
            messages.success(request, _("已登记制作 %(n)d 块标识牌。") % {"n": len(found)})
        case _:
            return _pdf(_in_use(found), name="signboards.pdf")
    return redirect("web:signs")


def _in_use(outlets: list[Outlet]) -> list[Sign]:
    made = Sign.objects.filter(outlet__in=outlets).exclude(state=SignState.VOID)
    found = list(made.select_related("outlet__unit", "outlet__party", "outlet__water").order_by("outlet"))
    if len(found) < len(outlets):
        raise Refused(Refusal("signs.not_all_designed", noop("所选排污口中有的还没有标识牌，请先设计。")))
    return found


def _pdf(found: list[Sign], *, name: str) -> HttpResponse:
    answer = HttpResponse(signboards.pdf_of(found, at=timezone.now()), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@require_safe
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """One board: preview, what is not true any more, its life, what may be done."""
    lookup.require(request, Permission.OUTLET_VIEW)
    who, at = lookup.actor(request), timezone.now()
    on, found = timezone.localdate(at), queries.sign(who, pk)
    policy = rules.policy_of(found.outlet.unit_path, on=on)
    labels = {key: _(label) for key, label in board.LABELS.items()}
    context = {
        "sign": found,
        "outlet": found.outlet,
        "content": [(labels.get(row["key"], row["key"]), row["text"]) for row in found.content],
        "differences": [(labels.get(one.key, one.key), one) for one in queries.outdated(found, on=on)],
        "reasons": {name: ask(found, request) for name, ask in _REASONS.items()},
        "settings": [policy.parameters[name] for name in board.STATUSES if name in policy.parameters],
        "today": on,
        "furthest": policy.parameters.get("signboard.max_distance_m"),
        "trail": lookup.trail(request, found.outlet.unit),
    }
    return render(request, "standardisation/sign.html", context)


def _reason(guard: Callable[..., Refusal | None], **given: object) -> Callable[[Sign, HttpRequest], Refusal | None]:
    def asked(found: Sign, request: HttpRequest) -> Refusal | None:
        at = timezone.now()
        return guard(found, by=lookup.actor(request), on=timezone.localdate(at), at=at, **given)

    return asked


_REASONS: dict[str, Callable[[Sign, HttpRequest], Refusal | None]] = {
    "print": _reason(guards_signs.mark_printed),
    "erect": _reason(guards_signs.may_erect),
    "damage": _reason(guards_signs.report_damage, damage="…"),
    "void": _reason(guards_signs.void_sign, reason="…"),
}


@require_POST
def design(request: HttpRequest, pk: int) -> HttpResponse:
    """设计标识牌 of an outlet."""
    lookup.require(request, Permission.STANDARDISATION_WORK)
    at = timezone.now()
    with transaction.atomic():
        found = lookup.outlet(request, pk)
        made = signs.design_sign(found, on=timezone.localdate(at), by=lookup.actor(request), at=at)
    messages.success(request, _("标识牌已设计。"))
    return redirect("web:sign", pk=made.pk)


@require_POST
def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """制作, 立牌, 损坏, 作废."""
    lookup.require(request, Permission.SIGN_ERECT if name == "erect" else Permission.STANDARDISATION_WORK)
    if name not in _REASONS:
        raise NotFound("act", name)
    by, at = lookup.actor(request), timezone.now()
    with transaction.atomic():
        found = queries.sign(by, pk)
        if request.POST.get("version") != str(found.version):
            raise lookup.overtaken(request, ("outlet", found.outlet_id), name=str(found), back=f"/signboards/{pk}")
        _do(request, found, name, at=at)
    messages.success(request, _("标识牌：%(state)s。") % {"state": found.get_state_display()})
    return redirect("web:sign", pk=pk)


def _do(request: HttpRequest, found: Sign, name: str, *, at: datetime) -> None:
    by, given = lookup.actor(request), request.POST
    on = _day(given.get("on", "")) or timezone.localdate(at)
    match name:
        case "print":
            signs.mark_printed([found], on=on, by=by, at=at)
        case "damage":
            signs.report_damage(found, damage=given.get("damage", ""), on=on, by=by, at=at)
        case "void":
            signs.void_sign(found, reason=given.get("reason", ""), on=on, by=by, at=at)
        case _:
            photo = request.FILES.get("photo")
            if photo is not None and (photo.size or 0) > MOST_BYTES:
                raise Refused(Refusal("file.too_large", noop("文件超过 20 MB，请压缩或分开上传。")))
            signs.erect_sign(
                found,
                photo=photo.read() if photo else b"",
                name=(photo.name if photo else "") or "",
                position=_position(given.get("longitude", ""), given.get("latitude", "")),
                reason=given.get("reason", ""),
                on=on,
                by=by,
                at=at,
            )


def _position(longitude: str, latitude: str) -> tuple[Decimal, Decimal] | None:
    try:
        return position_of(longitude[:40], latitude[:40])
    except ValidationError as wrong:
        raise Refused(Refusal("signs.position", str(wrong.messages[0]))) from None


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


@require_safe
def picture(request: HttpRequest, pk: int) -> HttpResponse:
    """The board as SVG, to look at."""
    lookup.require(request, Permission.OUTLET_VIEW)
    found = queries.sign(lookup.actor(request), pk)
    content = signboards.svg_of(found.content, found.look, is_demo=found.is_demo)
    return HttpResponse(content, content_type="image/svg+xml")


@require_safe
def pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The board ready to print."""
    lookup.require(request, Permission.OUTLET_VIEW)
    found = queries.sign(lookup.actor(request), pk)
    return _pdf([found], name=f"signboard-{found.code}.pdf")


@require_safe
def photo(request: HttpRequest, pk: int) -> HttpResponse:
    """The photograph of the erected board."""
    lookup.require(request, Permission.OUTLET_VIEW)
    found = queries.sign(lookup.actor(request), pk)
    if not found.photo_sha256:
        raise NotFound("photo", str(pk))
    kind = library.file(found.photo_sha256).media_type
    content_type = kind if kind in {"image/jpeg", "image/png", "image/webp"} else "application/octet-stream"
    return HttpResponse(library.content_of(found.photo_sha256), content_type=content_type)


@require_safe
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """立牌敦促函 as PDF."""
    lookup.require(request, Permission.OUTLET_VIEW)
    found = queries.urging(lookup.actor(request), pk)
    answer = HttpResponse(signboards.letter_of(found, at=timezone.now()), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="urging-{found.outlet.national_code}-{found.turn}.pdf"'
    return answer
