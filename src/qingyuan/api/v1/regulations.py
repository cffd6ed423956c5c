"""制度库: the management rules of a place, searched and read by everybody, brought in with their versions."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet
from django.http import FileResponse, HttpRequest
from django.utils import timezone
from ninja import Router
from pydantic import Field

from qingyuan.api import asking
from qingyuan.api.openapi_parts import binary
from qingyuan.api.paging import next_address
from qingyuan.api.shapes import Day, Given, Id, Mark, Page, Ref, Sha256, Told, Word, text
from qingyuan.api.v1.downloads import download
from qingyuan.api.writes import write
from qingyuan.core.access import Permission
from qingyuan.core.refusal import NotFound
from qingyuan.places import queries as places
from qingyuan.places.models import Unit
from qingyuan.rulebook import regulations as rules
from qingyuan.rulebook.models import Regulation

router = Router(tags=["制度库"])
SIZE = 50


class RegulationRow(Told):
    """One version of one regulation. `ends` null: no end is known."""

    id: int
    unit: Ref
    title: str
    document_no: str
    issuer: str
    issued: date
    ends: date | None
    number: int
    supersedes: int | None
    sha256: str
    is_demo: bool


class RegulationFile(RegulationRow):
    """A regulation with all its versions, the newest first."""

    versions: list[RegulationRow]


class NewRegulation(Given):
    """A regulation, or a new version of one (`supersedes`); its file is uploaded to /files before."""

    unit: Word
    title: text(200, least=1)  # type: ignore[valid-type]
    document_no: Word = ""
    issuer: text(128, least=1)  # type: ignore[valid-type]
    issued: Day
    valid_to: Day | None = Field(None, description="空为长期有效")
    sha256: Sha256
    supersedes: Id | None = Field(None, description="所代替的版本")


@router.get("/regulations", response=Page[RegulationRow], summary="制度列表")
def listed(
    request: HttpRequest, unit: Word = "", q: Word = "", all: bool = False, after: Mark = ""
) -> Page[RegulationRow]:
    """在某地适用的制度，新的在前；all 为包括已失效、已被代替的。"""
    at = asking.unit_or_own(request, unit) or places.unit("000000")
    found = rules.regulations(at.path, text=q, on=asking.today(), all_versions=all)
    rows = list(_after(found, after)[: SIZE + 1])
    last = f"{rows[SIZE - 1].issued.isoformat()}~{rows[SIZE - 1].pk}" if len(rows) > SIZE else ""
    return Page[RegulationRow](items=_rows(rows[:SIZE]), next=next_address(request, last))


@router.post("/regulations", response=RegulationFile, summary="登记制度")
@write(status=201)
def issue(request: HttpRequest, given: NewRegulation) -> RegulationFile:
    """存入一件制度，或者一件制度的新版本；原版本仍可查。"""
    by = asking.require(request, Permission.REGULATION_MAINTAIN)
    made = rules.issue(
        unit=asking.unit(request, given.unit),
        title=given.title,
        document_no=given.document_no,
        issuer=given.issuer,
        issued=given.issued,
        valid_to=given.valid_to,
        sha256=given.sha256,
        supersedes=_regulation(request, given.supersedes) if given.supersedes else None,
        by=by,
        at=timezone.now(),
    )
    asking.located(request, f"/api/v1/regulations/{made.pk}")
    return _told(made)


@router.get("/regulations/{pk}", response=RegulationFile, summary="一件制度")
def shown(request: HttpRequest, pk: Id) -> RegulationFile:
    """全部版本，新的在前。"""
    return _told(_regulation(request, pk))


@router.get("/regulations/{pk}/document", summary="下载制度文件", openapi_extra=binary())
def document(request: HttpRequest, pk: Id) -> FileResponse:
    """制度文件，总是作为附件。"""
    found = _regulation(request, pk)
    return download(found.sha256, found.title)


def _regulation(_request: HttpRequest, pk: int) -> Regulation:
    """A public document: open to every officer, as its page is."""
    return rules.regulation(pk)


def _after(found: QuerySet[Regulation], key: str) -> QuerySet[Regulation]:
    if not key:
        return found
    day, _mark, pk = key.partition("~")
    try:
        issued = date.fromisoformat(day)
    except ValueError:
        raise NotFound("page", key) from None
    if not (pk.isascii() and pk.isdigit() and len(pk) < 18):
        raise NotFound("page", key)
    return found.filter(Q(issued__lt=issued) | Q(issued=issued, pk__lt=int(pk)))


def _told(found: Regulation) -> RegulationFile:
    own, *versions = _rows([found, *rules.versions_of(found)])
    return RegulationFile(**own.model_dump(), versions=versions)


def _rows(found: list[Regulation]) -> list[RegulationRow]:
    units = {one.path: one for one in Unit.objects.filter(path__in={each.unit_path for each in found})}
    plain = ("title", "document_no", "issuer", "issued", "number", "sha256", "is_demo")
    return [
        RegulationRow(
            **{name: getattr(one, name) for name in plain},
            id=one.pk,
            unit=Ref(id=units[one.unit_path].code, name=units[one.unit_path].name),
            ends=rules.ends_on(one),
            supersedes=one.supersedes_id,
        )
        for one in found
    ]
