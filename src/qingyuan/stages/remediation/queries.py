"""Asking for findings and rounds. What lies outside the asker's scope does not exist for him."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from qingyuan.bodies import naming
from qingyuan.bodies.naming import Named, Row
from qingyuan.core.access import Actor
from qingyuan.core.lifecycle import Stage
from qingyuan.core.refusal import NotFound
from qingyuan.places.models import Level, Unit
from qingyuan.places.paths import ancestors_of, within_q
from qingyuan.prepared import prepared
from qingyuan.registry import queries as registry
from qingyuan.registry.counts import at_stages
from qingyuan.registry.models import PROBLEM_STAGES, ChannelOutlet, ChannelSource, Outlet, OutletQuerySet
from qingyuan.registry.registers import still_listed
from qingyuan.registry.rules import policy_of
from qingyuan.stages.remediation.models import Finding, Round, Watch
from qingyuan.stages.remediation.words import FindingState

TRIAGE_STAGES = (Stage.CLASSIFIED,)
FEW = 2_000
AREA = "责任区"
"""In a table of leads by type: whatever lies in a department's own area (大同 五(十三))."""


# --- one outlet ------------


def round_of(outlet: Outlet) -> Round | None:
    """The stay on the problem list that is not over."""
    return next((one for one in _rounds(outlet=outlet.pk) if one.ended_on is None), None)


def rounds_of(outlet: Outlet) -> list[Round]:
    """All stays, the newest first."""
    return _rounds(outlet=outlet.pk)


@prepared
def _rounds(outlet: Any) -> QuerySet[Round]:
    return Round.objects.filter(outlet_id=outlet).order_by("-number")


def round_by_id(actor: Actor, pk: int) -> Round:
    """One stay of an outlet the actor may see.

    Raises
    ------
    NotFound
    """
    found = (
        Round.objects.filter(registry.seen(actor, leads=True), pk=pk)
        .select_related(
            "outlet__unit", "outlet__managing_unit", "outlet__managing_body", "outlet__party", "outlet__water"
        )
        .defer("outlet__water__geometry")
        .first()
    )
    if found is None:
        raise NotFound("round", str(pk))
    return found


def findings_of(outlet: Outlet) -> list[Finding]:
    """Everything that stands against an outlet: confirmed first, then leads, then what was dismissed."""
    order = {FindingState.CONFIRMED: 0, FindingState.LEAD: 1, FindingState.DISMISSED: 2}
    return sorted(_against(outlet=outlet.pk), key=lambda one: order[FindingState(one.state)])


@prepared
def _against(outlet: Any) -> QuerySet[Finding]:
    return Finding.objects.filter(outlet_id=outlet, withdrawn_at=None, settled_on=None).order_by("pk")


def findings_in(found: Round) -> list[Finding]:
    """The findings of a stay, settled or not."""
    return list(Finding.objects.filter(round=found, withdrawn_at=None).order_by("pk"))


def finding(actor: Actor, pk: int) -> Finding:
    """One finding about an outlet the actor may see.

    Raises
    ------
    NotFound
    """
    seen = registry.seen(actor, leads=True)
    found = Finding.objects.filter(seen, pk=pk).select_related("outlet__unit", "outlet__party").first()
    if found is None:
        raise NotFound("finding", str(pk))
    return found


def zone_finding(outlet: Outlet, *, on: date) -> bool | None:
    """是否违法设置 in a protected zone: found illegal, found lawful, or not found yet (济源 三(三)4, 安阳 二(二)2, 大同
    三(五), 吉林 二(六)3)."""
    value = registry.stated_facts([("outlet", str(outlet.pk))], on=on).get("zone_finding_illegal")
    return value if isinstance(value, bool) else None


def units_of(outlet: Outlet, *, on: date) -> int:
    """How many units discharge through the outlet's channels on a day."""
    return _units([outlet.pk], on=on).get(outlet.pk, 0)


def _standing(on: date, before: str = "") -> Q:
    since, until = f"{before}from_day", f"{before}to_day"
    return (Q(**{since: None}) | Q(**{f"{since}__lte": on})) & (Q(**{until: None}) | Q(**{f"{until}__gt": on}))


def _units(outlets: Collection[int] | None, *, on: date) -> dict[int, int]:
    """Outlet → units in its channels; `outlets` None: of all those that have two or more."""
    links = ChannelOutlet.objects.filter(
        _standing(on), channel__sources__in=ChannelSource.objects.filter(_standing(on))
    ).order_by()
    if outlets is not None:
        links = links.filter(outlet__in=outlets)
    counted = links.values_list("outlet").annotate(n=Count("channel__sources__body", distinct=True))
    return dict(counted if outlets is not None else counted.filter(n__gt=1))


def crowded(*, on: date) -> Mapping[int, int]:
    """Every outlet that two or more units use by its channels → how many."""
    return _units(None, on=on)


# --- lists ------------


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list of problems is narrowed to. `kind`: a kind of finding; `text`: name or code."""

    path: str = ""
    stage: str = ""
    kind: str = ""
    type_key: str = ""
    text: str = ""

    def narrow(self, found: OutletQuerySet) -> OutletQuerySet:
        """Those of a set of outlets that are asked for."""
        if self.path:
            found = found.within(self.path)
        if self.stage:
            found = found.filter(stage=self.stage)
        if self.type_key:
            found = found.filter(type_key=self.type_key)
        if self.kind:
            kinds = Finding.objects.filter(kind=self.kind, withdrawn_at=None, settled_on=None)
            found = _having(found, kinds.exclude(state=FindingState.DISMISSED))
        return registry.search(found, self.text) if self.text.strip() else found


def _having(found: OutletQuerySet, findings: QuerySet[Finding]) -> OutletQuerySet:
    """Of these the outlets with such a finding: the findings are gone through where there are few; else the outlets are
    in their own order, and each is asked, which soon fills a page."""
    if findings.order_by().values("pk")[:FEW].count() < FEW:
        return found.filter(pk__in=findings.values("outlet"))
    # With an "or" each row of the walk is asked; PostgreSQL would else gather all, and sort them.
    return found.filter(Q(Exists(findings.filter(outlet=OuterRef("pk")))) | Q(pk=None))


@dataclass(frozen=True, slots=True)
class Listed:
    """One outlet of the list with its stay (None: a register under way has not been taken up yet) and findings."""

    outlet: Outlet
    round: Round | None
    findings: tuple[Finding, ...]


After = tuple[str, int]
"""Where a page ended: unit path and id of its last outlet."""


def problems(actor: Actor, *, asked: Asked, on: date) -> OutletQuerySet:
    """问题排污口清单: listed and not through 销号, as the registers of the schemes have it."""
    whole = not asked.path and registry.everywhere(actor)
    types = [asked.type_key] if asked.type_key else None
    stages = [asked.stage] if asked.stage else PROBLEM_STAGES
    found = at_stages(registry.visible_to(actor), stages, whole=whole, types=types)
    return asked.narrow(still_listed(found, on=on))


def awaiting(actor: Actor, *, asked: Asked) -> OutletQuerySet:
    """待认定: classified, and nobody has said yet whether they are a problem."""
    return asked.narrow(registry.visible_to(actor).filter(stage__in=TRIAGE_STAGES))


def with_leads(actor: Actor, *, asked: Asked) -> OutletQuerySet:
    """待核查线索: outlets with a lead that nobody has looked at, wherever they stand."""
    leads = Finding.objects.filter(state=FindingState.LEAD, withdrawn_at=None)
    if asked.kind:
        leads = leads.filter(kind=asked.kind)
    return _having(asked.narrow(registry.visible_to(actor)), leads)


def watched(actor: Actor, *, asked: Asked) -> OutletQuerySet:
    """借道排污监管名单."""
    return asked.narrow(registry.visible_to(actor)).filter(pk__in=Watch.objects.filter(ended_on=None).values("outlet"))


def page(found: OutletQuerySet, *, after: After | None = None, limit: int = 50) -> list[Listed]:
    """A page of outlets in the order of units, with stays and findings: three queries."""
    if after is not None:
        path, pk = after
        found = found.filter(Q(unit_path__gt=path) | Q(unit_path=path, pk__gt=pk))
    rows = list(
        found.select_related("unit", "water", "party").defer("water__geometry").order_by("unit_path", "pk")[:limit]
    )
    return listed(rows)


def listed(outlets: Sequence[Outlet]) -> list[Listed]:
    """Some outlets with their open stays and what stands against them."""
    ids = [one.pk for one in outlets]
    rounds = {one.outlet_id: one for one in Round.objects.filter(outlet__in=ids, ended_on=None)}
    standing: dict[int, list[Finding]] = {}
    found = Finding.objects.filter(outlet__in=ids, withdrawn_at=None, settled_on=None)
    for one in found.exclude(state=FindingState.DISMISSED).order_by("-state", "pk"):
        standing.setdefault(one.outlet_id, []).append(one)
    return [Listed(one, rounds.get(one.pk), tuple(standing.get(one.pk, ()))) for one in outlets]


def watches_of(outlets: Iterable[Outlet]) -> dict[int, Watch]:
    """Outlet → its place on the watch list."""
    return {one.outlet_id: one for one in Watch.objects.filter(outlet__in=list(outlets), ended_on=None)}


def leads_count(actor: Actor, *, path: str = "", most: int = 1_000) -> int:
    """How many leads wait in the actor's scope, up to a number."""
    found = Finding.objects.filter(registry.all_seen(actor), state=FindingState.LEAD, withdrawn_at=None)
    if path:
        found = found.filter(within_q("outlet__unit_path", path))
    return found[:most].count()


def round_outcomes(actor: Actor, *, path: str = "") -> QuerySet[Round]:
    """Stays that are over, in the actor's scope."""
    found = Round.objects.filter(registry.all_seen(actor, leads=True), within_q("outlet__unit_path", path))
    return found.exclude(ended_on=None).order_by(F("ended_on").desc(), "-pk")


# --- who leads, by type ------------


@dataclass(frozen=True, slots=True)
class Lead:
    """Whom the scheme gives the outlets of a type, with its own word for the duty (牵头、执行、指导督导) and clause.
    `choose_one`: one of them is to be chosen (大同 三(六): 住建（或城管、市政）)."""

    bodies: tuple[Named, ...]
    duty: str
    clause: str
    choose_one: bool = False

    @property
    def supervises(self) -> bool:
        """指导督导 comments, urges and visits; it neither reports works done nor accepts."""
        return "指导" in self.duty or "督导" in self.duty

    @property
    def executes(self) -> bool:
        """执行: carries the work out."""
        return "执行" in self.duty


def leads_by_type(outlet: Outlet, *, on: date) -> tuple[Lead, ...]:
    """Who leads, carries out or supervises the remediation of an outlet by its type or its area (济源 五(二), 安阳
    四(一), 新绛 三(五), 大同 三(六)、五(十三)). 吉林 names nobody."""
    policy = policy_of(outlet.unit_path, on=on)
    keys = {outlet.type_key, outlet.special_kind} - {""}
    if outlet.managing_body_id is not None:
        keys.add(AREA)
    found = []
    for row in cast("tuple[Row, ...]", policy.value("lead_by_type", ())):
        if not keys & set(cast("Iterable[str]", row.get("types", ()))):
            continue
        bodies = _lead_bodies(row, outlet, on=on)
        text = str(row.get("lead", ""))
        found.append(Lead(tuple(bodies), str(row.get("duty", "")), str(row.get("clause", "")), "或" in text))
    return tuple(found)


def _lead_bodies(row: Row, outlet: Outlet, *, on: date) -> list[Named]:
    """The bodies a row of the table means at an outlet: its own area's department; the scheme's organisation of that
    function or name; else the functions the words stand for, at the county or zone."""
    types = set(cast("Iterable[str]", row.get("types", ())))
    ground = ground_of(outlet)
    if AREA in types and outlet.managing_body is not None:
        return [Named(outlet.managing_body.name, ground, outlet.managing_body)]
    policy = policy_of(outlet.unit_path, on=on)
    organisations = cast("tuple[Row, ...]", policy.value("organisations", ()))
    text = str(row.get("lead", ""))
    names = [str(one["name"]) for one in organisations if str(one["name"]) == text]
    if not names and row.get("function"):
        function = row["function"]
        names = [str(one["name"]) for one in organisations if one.get("function") == function and not one.get("seat")]
    if names:
        return naming.bodies_named(names[:1], policy=policy, unit=ground, on=on)
    functions = cast("Iterable[str]", row.get("functions", ()))
    found: list[Named] = []
    for function in functions:
        found += naming.seated(str(function), [ground], name="%s", on=on)
    return found or [Named(text, ground, None)]


def ground_of(outlet: Outlet) -> Unit:
    """Where bodies are looked for: the outlet's zone, else its county."""
    if outlet.managing_unit.kind == "zone":
        return outlet.managing_unit
    above = Unit.objects.filter(path__in=ancestors_of(outlet.unit_path), kind="division", level__lte=Level.COUNTY)
    return above.order_by("-level").first() or outlet.unit
