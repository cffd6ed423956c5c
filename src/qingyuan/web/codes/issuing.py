"""命名编码: the outlets that wait for a code, one or many at once; one outlet's name, code and signboard; voiding."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast
from urllib.parse import urlencode

from django.contrib import messages
from django.core import signing
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop
from django.views.decorators.http import require_POST, require_safe

from qingyuan.core.access import Permission
from qingyuan.core.refusal import Refusal, Refused, require
from qingyuan.flows import standardisation_support
from qingyuan.library import guards as library_guards
from qingyuan.library.actions import file_bytes
from qingyuan.registry import queries as registry
from qingyuan.stages.standardisation import guards, guards_signs, names, queries, rules
from qingyuan.stages.standardisation.actions import coding
from qingyuan.web import lookup

Rows = Iterable[Mapping[str, str]]
SIZE = 50
SALT = "codes"
MAX_AGE_S = 12 * 3600
REASON_OF_DOUBT = {
    "code.unknown_basin": noop("流域水系字母不在代码表中，请核对。"),
    "code.other_basin": noop("流域水系字母与受纳水体的编码不一致，请核对。"),
}


@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """Outlets that may be coded and are not, with the code each would get."""
    lookup.require(request, Permission.OUTLET_VIEW)
    who, at, now = lookup.actor(request), lookup.here(request), timezone.now()
    path, after = at.path if at else "", request.GET.get("after", "")
    start = int(after) if after.isdecimal() and len(after) < 18 else 0
    rows = queries.waiting_for_code(who, path=path, after=start, limit=SIZE + 1)
    shown = coding.preview(rows[:SIZE], on=timezone.localdate(now), by=who, at=now)
    policy = rules.policy_of(path, on=timezone.localdate(now)) if at else None
    context = {
        "at": at,
        "rows": [{"outlet": one, "code": code, "reason": no} for one, code, no in shown],
        "able": sum(1 for _one, _code, no in shown if no is None),
        "next": urlencode({"after": rows[SIZE - 1].pk}) if len(rows) > SIZE else "",
        "authority": rules.authority(policy) if policy else None,
        "trail": lookup.trail(request, at),
    }
    return render(request, "codes/waiting.html", context)


@require_POST
def many(request: HttpRequest) -> HttpResponse:
    """批量赋码: first what exactly will happen, then, confirmed, exactly that."""
    lookup.require(request, Permission.CODE_ISSUE)
    who, at = lookup.actor(request), timezone.now()
    on = timezone.localdate(at)
    if token := request.POST.get("token", ""):
        return _issue_many(request, token)
    keys = [int(key) for key in request.POST.getlist("outlet")[:SIZE] if key.isdecimal() and len(key) < 18]
    found = registry.visible_to(who).filter(pk__in=keys).select_related("unit", "party", "water").order_by("pk")
    shown = coding.preview(list(found.defer("water__geometry")), on=on, by=who, at=at)
    able = [(one, code) for one, code, no in shown if no is None]
    if not able:
        reason = next((no for _one, _code, no in shown if no), None)
        raise Refused(reason or Refusal("coding.none_chosen", noop("请至少选择一个排污口。")))
    context = {
        "able": able,
        "barred": [(one, no) for one, _code, no in shown if no is not None],
        "token": signing.dumps({"codes": [[one.pk, code] for one, code in able]}, salt=SALT),
        "back": reverse("web:codes-waiting"),
    }
    return render(request, "codes/confirm.html", context)


def _issue_many(request: HttpRequest, token: str) -> HttpResponse:
    try:
        pairs = signing.loads(token, salt=SALT, max_age=MAX_AGE_S)["codes"]
    except signing.BadSignature:
        raise Refused(Refusal("coding.not_confirmed", noop("赋码的排污口与确认时不一致，请重新确认。"))) from None
    who, at = lookup.actor(request), timezone.now()
    on, expected = timezone.localdate(at), dict(pairs)
    with transaction.atomic():
        found = registry.visible_to(who).filter(pk__in=expected).select_related("unit", "party", "water").order_by("pk")
        made = coding.issue_many(list(found.defer("water__geometry")), expected=expected, on=on, by=who, at=at)
        for county in {one.outlet.unit_path[:6]: one.outlet for one in made}.values():
            standardisation_support.after_code(county, by=who, on=on, at=at)
    messages.success(request, _("已为 %(n)d 个排污口赋码。") % {"n": len(made)})
    return redirect("web:codes-waiting")


@require_safe
def outlet(request: HttpRequest, pk: int) -> HttpResponse:
    """命名编码与标识牌 of one outlet."""
    lookup.require(request, Permission.OUTLET_VIEW)
    who, at = lookup.actor(request), timezone.now()
    on = timezone.localdate(at)
    found = lookup.outlet(request, pk)
    policy = rules.policy_of(found.unit_path, on=on)
    issued, sign = queries.issued_of(found), queries.sign_of(found)
    doubts = [
        _(REASON_OF_DOUBT[key])
        for one in issued
        if one.text == found.national_code
        for key in one.doubts
        if key in REASON_OF_DOUBT
    ]
    letters = rules.letters_of(found, policy)
    context = {
        "outlet": found,
        "proposed": queries.proposed(found, on=on),
        "name_findings": names.findings(found, policy),
        "issued": issued,
        "doubts": doubts,
        "other_letters": bool(found.national_code and letters and f"-{letters.letters}-" not in found.national_code),
        "letters": letters,
        "cannot_issue": guards.issue_code(found, basin="", code="", name="", by=who, on=on, at=at),
        "cannot_void": guards.void_code(found, reason="…", by=who, on=on, at=at),
        "sign": sign,
        "signs": queries.signs_of(found),
        "differences": queries.outdated(sign, on=on) if sign else [],
        "cannot_design": guards_signs.design_sign(found, by=who, on=on, at=at),
        "urgings": queries.urgings_of(found),
        "trail": lookup.trail(request, found.unit),
    }
    return render(request, "standardisation/outlet_signs.html", context)


@require_POST
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    """赋码 of one outlet, with its name; a code written by hand is asked as strictly as one given."""
    lookup.require(request, Permission.CODE_ISSUE)
    who, at = lookup.actor(request), timezone.now()
    on = timezone.localdate(at)
    given = request.POST
    with transaction.atomic():
        found = lookup.outlet_as_read(request, pk)
        made = coding.issue_code(
            found,
            basin=given.get("basin", "").strip().upper()[:2],
            code=given.get("code", "").strip()[:40],
            name=given.get("name", "").strip()[:200],
            on=on,
            by=who,
            at=at,
        )
        standardisation_support.after_code(found, by=who, on=on, at=at)
    messages.success(request, _("已赋码 %(code)s。") % {"code": made.text})
    return redirect("web:outlet-signs", pk=pk)


@require_POST
def void(request: HttpRequest, pk: int) -> HttpResponse:
    """注销编码, with its reason."""
    lookup.require(request, Permission.CODE_ISSUE)
    who, at = lookup.actor(request), timezone.now()
    with transaction.atomic():
        found = lookup.outlet_as_read(request, pk)
        old, file = found.national_code, request.FILES.get("paper")
        content = file.read() if file else b""
        if file:
            require(library_guards.paper(file.name or "", content))
        sha256 = file_bytes(content, name=file.name or "", by=who, at=at).sha256 if file else ""
        reason = request.POST.get("reason", "")[:200]
        coding.void_code(found, reason=reason, on=timezone.localdate(at), by=who, at=at, sha256=sha256)
    messages.success(request, _("已注销编码 %(code)s。它将作为别名保留，不再使用。") % {"code": old})
    return redirect("web:outlet-signs", pk=pk)


@require_safe
def issued(request: HttpRequest) -> HttpResponse:
    """Codes that were issued here, the newest first."""
    lookup.require(request, Permission.OUTLET_VIEW)
    who, at = lookup.actor(request), lookup.here(request)
    text, after = request.GET.get("q", "").strip()[:30], request.GET.get("after", "")
    start = int(after) if after.isdecimal() and len(after) < 18 else 0
    rows = queries.issued(who, path=at.path if at else "", text=text, after=start, limit=SIZE + 1)
    context = {
        "at": at,
        "rows": rows[:SIZE],
        "q": text,
        "next": urlencode({"q": text, "after": rows[SIZE - 1].pk}) if len(rows) > SIZE else "",
        "trail": lookup.trail(request, at),
    }
    return render(request, "codes/issued.html", context)


@require_safe
def table(request: HttpRequest) -> HttpResponse:
    """代码表: type letters, special kinds, basin letters, pattern, with clause and how sure each is."""
    lookup.require(request, Permission.OUTLET_VIEW)
    at = lookup.here(request)
    policy = rules.policy_of(at.path if at else "", on=timezone.localdate())
    kinds = {row["key"]: row["name"] for row in cast("Rows", policy.value("classification.special_kinds", ()))}
    special = policy.parameters.get("coding.special_codes")
    context = {
        "at": at,
        "settings": {name: policy.parameters.get(f"coding.{name}") for name in ("type_codes", "pattern")},
        "letters": dict(cast("Mapping[str, str]", policy.value("coding.type_codes", {}))),
        "special": special,
        "special_rows": [
            {"kind": kinds.get(row["kind"], row["kind"]), "letters": row["letters"]}
            for row in cast("Rows", special.value if special else ())
        ],
        "basins": policy.parameters.get("coding.basins"),
        "authority": rules.authority(policy),
        "trail": lookup.trail(request, at),
    }
    return render(request, "codes/table.html", context)
