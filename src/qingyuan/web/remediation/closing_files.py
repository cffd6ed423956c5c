"""销号: the sealed pack of a round and the proof of a filing, to take away."""

from __future__ import annotations

from io import BytesIO

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from qingyuan.core.access import Permission
from qingyuan.core.refusal import NotFound
from qingyuan.library import queries as library
from qingyuan.stages.remediation import actions, queries, queries_closure
from qingyuan.web import lookup


@require_POST
def seal(request: HttpRequest, pk: int) -> HttpResponse:
    """封存销号包 of a round; pressed twice it is one pack."""
    lookup.require(request, Permission.OUTLET_EXPORT)
    by, at = lookup.actor(request), timezone.now()
    found = queries.round_by_id(by, pk)
    actions.seal_round(found, on=timezone.localdate(at), by=by, at=at)
    messages.success(request, _("已封存，可以下载。"))
    return redirect(f"{reverse('web:round', args=[pk])}#closing")


@require_safe
def pack(request: HttpRequest, pk: int) -> FileResponse:
    """The pack sealed last, as a file."""
    lookup.require(request, Permission.OUTLET_EXPORT)
    found = queries.round_by_id(lookup.actor(request), pk)
    held = queries_closure.packs_of(found)
    if not held:
        raise NotFound("file", str(pk))
    content = library.content_of(held[0].sha256)
    name = f"closing-{found.outlet_id}-{found.number}.zip"
    return FileResponse(BytesIO(content), as_attachment=True, filename=name)


@require_safe
def proof(request: HttpRequest, pk: int) -> FileResponse:
    """The proof of a filing, always a download."""
    lookup.require(request, Permission.OUTLET_VIEW)
    found = queries_closure.filing(lookup.actor(request), pk)
    file = library.file(found.proof_sha256)
    return FileResponse(BytesIO(library.content_of(file.sha256)), as_attachment=True, filename=file.name or "proof")
