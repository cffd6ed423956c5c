"""整治实施: the works page of a round, the acts upon it, and the evidence itself.

The works page stands alone, for who does the works on a phone; the round's own page shows the same section.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from qingyuan.core import access
from qingyuan.core.access import Actor, Permission
from qingyuan.core.refusal import NotFound, Refusal, Refused
from qingyuan.library import pictures
from qingyuan.library import queries as library
from qingyuan.registry.places_of import place_of
from qingyuan.stages.remediation import actions, guards_works, queries
from qingyuan.stages.remediation import queries_works as works
from qingyuan.stages.remediation.models import Round
from qingyuan.stages.remediation.words_works import DoubtKind, EvidenceKind, EvidenceState
from qingyuan.web import lookup, refusals
from qingyuan.web.dispatch.doing import kept
from qingyuan.web.remediation import works_forms as forms
from qingyuan.web.remediation.works_section import against_progress, section


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked: about which round, and which part of it, by a form that is in order."""

    found: Round
    form: Any
    of: int
    by: Actor
    at: datetime

    @property
    def given(self) -> Mapping[str, Any]:
        """The answers of the form."""
        return self.form.cleaned_data

    @property
    def acting(self) -> dict[str, Any]:
        """Who, when it happened, when it is recorded."""
        return {"on": self.given["on"], "by": self.by, "at": self.at}


@dataclass(frozen=True, slots=True)
class Act:
    """One act: its word, why it may not be done now, its form, the doing of it."""

    name: str
    label: str
    permission: Permission
    reason: Callable[[Round, Actor, date, datetime], Refusal | None]
    form: type[forms.AboutRound]
    do: Callable[[Asked], str]
    says: str = ""


def _add(asked: Asked) -> str:
    given = asked.given
    step = works.step(asked.found, int(given["step"])) if given.get("step") else None
    before = works.evidence(asked.by, int(given["before"])) if given.get("before") else None
    pieces = [
        actions.add_evidence(
            asked.found,
            kind=EvidenceKind(given["kind"]),
            given=actions.Given(file.read(), file.name or ""),
            measure=given.get("measure") or "",
            step=step,
            before=before,
            position=asked.form.position,
            bearing=given["bearing"],
            note=given["note"],
            **asked.acting,
        )
        for file in given["files"]
    ]
    doubtful = [one for one in pieces if one.state == EvidenceState.SUSPECTED]
    if doubtful:
        return _("已收下 %(n)d 件，其中 %(m)d 件有疑点，请在下面说明。") % {"n": len(pieces), "m": len(doubtful)}
    return ngettext("已收下 %(n)d 件佐证。", "已收下 %(n)d 件佐证。", len(pieces)) % {"n": len(pieces)}


def _progress(asked: Asked) -> str:
    step = works.step(asked.found, asked.of)
    given = asked.given
    actions.report_progress(
        asked.found, step=step, percent=given["percent"], text=given["text"], key=given["key"], **asked.acting
    )
    return _("已报告“%(step)s”的进度。") % {"step": step.title}


def _done(asked: Asked) -> str:
    actions.report_done(asked.found, sha256=kept(asked.given["paper"], by=asked.by, at=asked.at), **asked.acting)
    return _("已报告整治完成，等待验收。")


def _branch(asked: Asked) -> str:
    given = asked.given
    owner = asked.form.body
    actions.record_branch(
        asked.found.outlet,
        name=given["name"],
        owner=owner,
        owner_text="" if owner else given["owner"],
        is_illegal=given["is_illegal"],
        key=given["key"],
        **asked.acting,
    )
    return _("已登记支管。")


def _clear(asked: Asked) -> str:
    pipe = works.branch(asked.found.outlet, asked.of)
    paper = kept(asked.given["paper"], by=asked.by, at=asked.at)
    actions.clear_branch(pipe, how=asked.given["how"], sha256=paper, **asked.acting)
    return _("已登记清理。")


def _doubt(asked: Asked) -> str:
    given = asked.given
    actions.raise_doubt(
        asked.found.outlet, kind=DoubtKind(given["kind"]), text=given["text"], key=given["key"], **asked.acting
    )
    return _("已提出疑点。")


def _against_upload(found: Round, by: Actor, _on: date, _at: datetime) -> Refusal | None:
    return guards_works.upload(found, by=by)


def _against_progress(found: Round, by: Actor, _on: date, _at: datetime) -> Refusal | None:
    return against_progress(found, by)


def _against_done(found: Round, by: Actor, on: date, at: datetime) -> Refusal | None:
    return guards_works.report_done(found, has_paper=True, by=by, on=on, at=at)


def _allowed(permission: Permission) -> Callable[[Round, Actor, date, datetime], Refusal | None]:
    def reason(found: Round, by: Actor, _on: date, _at: datetime) -> Refusal | None:
        return access.refusal(by, permission, place_of(found.outlet))

    return reason


_WORK = Permission.REMEDIATION_WORK
ACTS: Mapping[str, Act] = {
    act.name: act
    for act in (
        Act("evidence", noop("提交佐证"), _WORK, _against_upload, forms.AddEvidence, _add),
        Act("progress", noop("报告进度"), _WORK, _against_progress, forms.Progress, _progress),
        Act(
            "done",
            noop("报告完工"),
            _WORK,
            _against_done,
            forms.Done,
            _done,
            says=noop("报告之后由验收单位现场核查、验收销号。"),
        ),
        Act(
            "branch",
            noop("登记支管、支线"),
            Permission.REMEDIATION_PLAN,
            _allowed(Permission.REMEDIATION_PLAN),
            forms.Branch,
            _branch,
            says=noop("违规接入的支管、支线清理之后，才能验收销号。"),
        ),
        Act("clear", noop("清理支管、支线"), _WORK, _allowed(_WORK), forms.Clear, _clear),
        Act(
            "doubt",
            noop("提出疑点"),
            Permission.REMEDIATION_REOPEN,
            _allowed(Permission.REMEDIATION_REOPEN),
            forms.Doubt,
            _doubt,
        ),
    )
}


@require_safe
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """The works of one round."""
    who = lookup.actor(request)
    found = queries.round_by_id(who, pk)
    return render(
        request,
        "remediation/works.html",
        {
            "round": found,
            "outlet": found.outlet,
            "trail": lookup.trail(request, found.outlet.unit),
            **section(who, found),
        },
    )


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """我的整治任务: the open rounds of one's own outlets, what each still owes, and the button to show it."""
    who = lookup.actor(request)
    rows = [
        (one, works.missing_of(one), [step for step in works.progress_of(one) if step.step.done_on is None])
        for one in works.own_rounds(who)
    ]
    return render(request, "remediation/works_mine.html", {"rows": rows, "today": timezone.localdate()})


@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """One act upon the works: the form, or the doing. A refusal is shown before anything is asked."""
    chosen = ACTS.get(name)
    if chosen is None:
        raise NotFound("act", name)
    by, at = lookup.actor(request), timezone.now()
    found = queries.round_by_id(by, pk)
    of = about(request)
    barred = chosen.reason(found, by, timezone.localdate(at), at)
    if request.method == "GET":
        if barred is not None:
            return refusals.refused(request, barred)
        return _ask(request, chosen, found, chosen.form(found=found, by=by, of=of), of=of)
    if barred is not None:
        raise Refused(barred)
    form = chosen.form(request.POST, request.FILES, found=found, by=by, of=of)
    if not form.is_valid():
        return _ask(request, chosen, found, form, of=of, status=409)
    try:
        with transaction.atomic():
            said = chosen.do(Asked(found, form, of, by, at))
    except Refused as refused:
        form.add_error(None, _(refused.refusal.text) % refused.refusal.params)
        return _ask(request, chosen, found, form, of=of, status=409)
    messages.success(request, said)
    return redirect("web:works", pk=pk)


def about(request: HttpRequest) -> int:
    """The number of the step or pipe in the address; 0 for none."""
    given = request.GET.get("of", "")
    return int(given) if given.isdecimal() and len(given) < 18 else 0


def _ask(
    request: HttpRequest, chosen: Act, found: Round, form: forms.AboutRound, *, of: int, status: int = 200
) -> HttpResponse:
    context = {
        "act": chosen,
        "label": _(chosen.label),
        "says": _(chosen.says) if chosen.says else "",
        "round": found,
        "outlet": found.outlet,
        "of": of,
        "form": form,
        "has_files": form.is_multipart(),
    }
    return render(request, "remediation/works_act.html", context, status=status)


@require_safe
def picture(request: HttpRequest, pk: int) -> HttpResponse:
    """A small drawing of a photograph, made anew: nothing uploaded is ever shown as a page of this site."""
    found = works.evidence(lookup.actor(request), pk)
    drawn = pictures.thumbnail(library.content_of(found.sha256)) if found.is_photo else None
    if drawn is None:
        raise NotFound("picture", str(pk))
    answer = HttpResponse(drawn, content_type="image/jpeg")
    answer["Cache-Control"] = "private, max-age=86400"
    return answer


@require_safe
def file(request: HttpRequest, pk: int) -> FileResponse:
    """A piece of evidence as it was handed in, always a download."""
    found = works.evidence(lookup.actor(request), pk)
    return FileResponse(BytesIO(library.content_of(found.sha256)), as_attachment=True, filename=found.title)
