"""What the square code of a signboard leads to: exactly what stands on the board, for everybody, and nothing more."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from qingyuan.stages.standardisation import board, queries


@login_not_required
@cache_control(public=True, max_age=300)
@require_safe
def board_page(request: HttpRequest, code: str) -> HttpResponse:
    """The rows of the board that bears the code. Whoever scans a code without a made board is told so, and whom to
    ask."""
    found = queries.public_sign(code[:24])
    if found is None:
        return render(request, "standardisation/public_sign_none.html", {"code": code[:24]}, status=404)
    labels = {key: _(label) for key, label in board.LABELS.items()}
    rows = [
        (labels.get(row["key"], row["key"]), row["text"], row["text"].split("、") if row["key"] == "phone" else [])
        for row in found.content
        if row["key"] != board.QR and row["text"]
    ]
    context = {"rows": rows, "is_demo": found.is_demo, "code": found.code}
    return render(request, "standardisation/public_sign.html", context)
