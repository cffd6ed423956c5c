"""材料、事实、排污通道: what is filed with an outlet, said of it, and leads to it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from io import BytesIO
from pathlib import Path

from django.http import FileResponse, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_noop as _
from ninja import File, Form, Router
from ninja.files import UploadedFile
from pydantic import Field

from qingyuan.api import asking
from qingyuan.api.openapi_parts import binary
from qingyuan.api.problems import Problem
from qingyuan.api.shapes import Day, Given, Id, Reasons, Text200, Told, Word
from qingyuan.api.v1 import act_shapes as shapes
from qingyuan.api.v1.act_reading import body_of, wrong
from qingyuan.api.v1.outlet_shapes import OutletFile, told
from qingyuan.api.writes import write
from qingyuan.bodies.models import Body
from qingyuan.core import access
from qingyuan.core.access import Permission
from qingyuan.core.lifecycle import Paper
from qingyuan.core.policy.facts import FACTS
from qingyuan.core.refusal import NotFound, Refusal, Refused, require
from qingyuan.flows import survey_opens_tracing
from qingyuan.library import actions as library
from qingyuan.library import guards as library_guards
from qingyuan.library import queries as library_queries
from qingyuan.registry import actions, guards
from qingyuan.registry.models import ChannelOutlet, Fact, FiledPaper, Outlet
from qingyuan.registry.places_of import place_of

router = Router(tags=["材料、事实、通道"])
MOST_BYTES = 20 * 1024 * 1024


class Kept(Told):
    """A file in the library."""

    sha256: str
    name: str
    size_bytes: int


class PaperSaid(Given):
    """What is said beside the file."""

    kind: Paper
    on: Day = Field(description="形成日期")
    title: Text200 = ""


@router.post("/files", response=Kept, summary="上传文件")
@write(status=201, upload=True)
def upload(request: HttpRequest, file: File[UploadedFile]) -> Kept:
    """存入文件库，得到内容哈希，供各项办理引用。同一内容只存一份。"""
    by = asking.require(request, Permission.OUTLET_FILE_PAPER)
    kept = library.file_bytes(content_of(file), name=name_of(file), by=by, at=timezone.now())
    return Kept(sha256=kept.sha256, name=kept.name, size_bytes=kept.size_bytes)


@router.post("/outlets/{key}/papers", response=OutletFile, summary="归入材料")
@write(status=201, upload=True, changes=True)
def file_paper(request: HttpRequest, key: Word, file: File[UploadedFile], given: Form[PaperSaid]) -> OutletFile:
    """上传一份材料并归入排污口档案。"""
    found, by, at = asking.outlet_to_change(request, key), asking.actor(request), timezone.now()
    require(guards.file_paper(found, by=by, on=given.on, at=at))
    kept = library.file_bytes(content_of(file), name=name_of(file), by=by, at=at)
    filed = FiledPaper.objects.filter(outlet=found, kind=given.kind, sha256=kept.sha256, round=found.round)
    if not filed.exists():  # the same content of the same kind stands in the file once
        actions.file_paper(found, kind=given.kind, sha256=kept.sha256, title=given.title, on=given.on, by=by, at=at)
    return told(request, found)


@router.get("/outlets/{key}/papers/{pk}", summary="下载材料", openapi_extra=binary())
def paper(request: HttpRequest, key: Word, pk: Id) -> FileResponse:
    """档案中的一份材料，总是作为附件。"""
    asking.require(request, Permission.OUTLET_VIEW)
    filed = FiledPaper.objects.filter(outlet=asking.outlet(request, key), pk=pk).first()
    if filed is None:
        raise NotFound("paper", str(pk))
    kept = library_queries.file(filed.sha256)
    content = BytesIO(library_queries.content_of(kept.sha256))
    return FileResponse(
        content, as_attachment=True, filename=kept.name or filed.title, content_type="application/octet-stream"
    )


@router.post("/outlets/{key}/facts", response=OutletFile, summary="录入事实")
@write(status=201, changes=True)
def enter_fact(request: HttpRequest, key: Word, given: shapes.EnterFact) -> OutletFile:
    """关于排污口、责任主体或受纳水体的事实，用 GET /facts 所列的词。"""
    found, by, at = asking.outlet_to_change(request, key), asking.actor(request), timezone.now()
    require(access.refusal(by, Permission.OUTLET_ENTER_FACT, place_of(found)))
    word = FACTS.get(given.name)
    if word is None:
        raise Refused(Refusal("registry.unknown_fact", _("没有名为“%(name)s”的事实。"), {"name": given.name}))
    actions.enter_fact(
        _subject(found, word.subject, word.title),
        place=place_of(found),
        name=given.name,
        value=given.value,
        source=given.source,
        on=given.on,
        by=by,
        at=at,
        sha256=given.sha256 or "",
    )
    survey_opens_tracing.after_act(found, on=asking.today(), at=at)
    return told(request, found)


@router.post("/outlets/{key}/facts/{pk}/retract", response=OutletFile, summary="撤回事实")
@write(changes=True)
def retract_fact(request: HttpRequest, key: Word, pk: Id, given: shapes.Retract) -> OutletFile:
    """录入有误：此后不再采用，原来的仍可查。"""
    found, by, at = asking.outlet_to_change(request, key), asking.actor(request), timezone.now()
    require(access.refusal(by, Permission.OUTLET_ENTER_FACT, place_of(found)))
    subjects = {("outlet", str(found.pk)), ("party", str(found.party_id)), ("water", str(found.water_id))}
    fact = Fact.objects.filter(pk=pk, retracted_at=None).first()
    if fact is None or (fact.subject_kind, fact.subject_id) not in subjects:
        raise NotFound("fact", str(pk))
    actions.retract_fact(fact, place=place_of(found), reason=given.reason, by=by, at=at)
    return told(request, found)


@router.post("/outlets/{key}/channels", response=OutletFile, summary="登记排污通道")
@write(status=201, changes=True)
def add_channel(request: HttpRequest, key: Word, given: shapes.AddChannel) -> OutletFile:
    """通向排污口的通道，及其排污单位和水量占比（0 至 1）。"""
    found, by, at = asking.outlet_to_change(request, key), asking.actor(request), timezone.now()
    require(access.refusal(by, Permission.OUTLET_CORRECT, place_of(found)))
    sources = _sources(given.sources)
    actions.add_channel(
        name=given.name,
        unit=found.unit,
        outlet=found,
        kind=given.kind,
        length_m=_exact(given.length_m, "0.1"),
        sources=sources,
        on=given.on,
        by=by,
        at=at,
    )
    return told(request, found)


class CorrectChannel(shapes.AddChannel):
    """A channel as it should have been recorded: all of it, with exactly these dischargers."""

    reason: Reasons


@router.post("/outlets/{key}/channels/{pk}/correct", response=OutletFile, summary="更正排污通道")
@write(changes=True)
def correct_channel(request: HttpRequest, key: Word, pk: Id, given: CorrectChannel) -> OutletFile:
    """名称、形式、长度和排污单位按应有的内容整体更正；更正前的内容留在变更留痕中。"""
    found, by, at = asking.outlet_to_change(request, key), asking.actor(request), timezone.now()
    require(access.refusal(by, Permission.OUTLET_CORRECT, place_of(found)))
    actions.correct_channel(
        _link(found, pk),
        name=given.name,
        kind=given.kind,
        length_m=_exact(given.length_m, "0.1"),
        sources=_sources(given.sources),
        reason=given.reason,
        on=given.on,
        by=by,
        at=at,
    )
    return told(request, found)


@router.post("/outlets/{key}/channels/{pk}/remove", response=OutletFile, summary="解除排污通道")
@write(changes=True)
def remove_channel(request: HttpRequest, key: Word, pk: Id, given: shapes.RemoveChannel) -> OutletFile:
    """自某日起该通道不再通向此排污口；以前的仍可查。"""
    found, by, at = asking.outlet_to_change(request, key), asking.actor(request), timezone.now()
    require(access.refusal(by, Permission.OUTLET_CORRECT, place_of(found)))
    actions.remove_channel(_link(found, pk), on=given.on, by=by, at=at, reason=given.reason)
    return told(request, found)


def _link(found: Outlet, pk: int) -> ChannelOutlet:
    link = ChannelOutlet.objects.filter(pk=pk, outlet=found, to_day=None).select_related("channel").first()
    if link is None:
        raise NotFound("channel", str(pk))
    link.outlet = found  # whose version the answer tells
    return link


def _sources(given: Sequence[shapes.ChannelSourceGiven]) -> tuple[tuple[Body, Decimal | None], ...]:
    """The dischargers with their shares; 422 for one named twice and for more than the whole."""
    if len({one.body for one in given}) != len(given):
        raise wrong("sources", _("同一个单位只填写一次。"))
    if sum(one.share or 0 for one in given) > 1.000001:
        raise wrong("sources", _("各单位水量占比之和超过 100 %。"))
    named = [(body_of(one.body), _exact(one.share, "0.0001")) for one in given]
    return tuple((body, share) for body, share in named if body is not None)


def content_of(file: UploadedFile, most: int = MOST_BYTES) -> bytes:
    """What was uploaded; 413 for too much, 422 for nothing, 409 for a program."""
    if (file.size or 0) > most:
        raise Problem(413)
    content: bytes = file.read()
    if not content:
        raise wrong("file", _("文件是空的。"))
    require(library_guards.paper(name_of(file), content))
    return content


def name_of(file: UploadedFile) -> str:
    """The name of an upload, without a path and without signs no database keeps."""
    plain = Path(file.name or "").name.replace("\x00", "")
    return plain.encode("utf-8", "replace").decode() or "file"


def _subject(found: Outlet, kind: str, title: str) -> tuple[str, str]:
    subject = {"party": found.party_id, "water": found.water_id}.get(kind, found.pk)
    if subject is None:
        text = _("“%(title)s”是关于责任主体或受纳水体的事实，请先明确责任主体或受纳水体。")
        raise Refused(Refusal("registry.no_subject", text, {"title": title}))
    return kind if kind in {"party", "water"} else "outlet", str(subject)


def _exact(value: float | None, step: str) -> Decimal | None:
    return None if value is None else Decimal(str(value)).quantize(Decimal(step))
