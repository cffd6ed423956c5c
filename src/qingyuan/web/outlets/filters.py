"""The filters of the list: read from the address, applied to the register, said as a sentence."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qingyuan.bodies.models import Body
from qingyuan.core.access import Actor
from qingyuan.core.classification import Tree
from qingyuan.core.lifecycle import GROUPS, IN_REGISTER, STAGES, Stage, StageGroup
from qingyuan.core.lifecycle_words import STAGE_GROUPS
from qingyuan.places.models import Unit, Water
from qingyuan.registry import queries as registry
from qingyuan.registry.listing import GROUP, Asked, stages_asked, types_asked
from qingyuan.registry.models import OutletQuerySet

POSITIONS = {"yes": gettext_lazy("有坐标"), "no": gettext_lazy("无坐标")}
SOURCES = {
    "survey": gettext_lazy("排查登记"),
    "file": gettext_lazy("文件导入"),
    "brought_in": gettext_lazy("带入在办台账"),
}
SPECIAL = {
    "pending": gettext_lazy("待补充"),
    "broken": gettext_lazy("断链"),
    "leads": gettext_lazy("线索（不在名录）"),
}
PLAIN = ("type", "stage", "position", "source", "special", "q", "sort")
SORTS = {"place": gettext_lazy("按区划"), "name": gettext_lazy("按名称")}


@dataclass(frozen=True, slots=True)
class Part:
    """One word of the filter sentence, and the address without it."""

    label: str
    value: str
    without: str


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked of the list. Anything unknown in the address is taken as not asked."""

    at: Unit | None = None
    type: str = ""
    stage: str = ""
    position: str = ""
    source: str = ""
    special: str = ""
    q: str = ""
    sort: str = "place"
    water: Water | None = None
    party: Body | None = None
    department: Body | None = None
    types: tuple[str, ...] = field(default=(), repr=False)

    @property
    def counted_by_tally(self) -> bool:
        """Whether only unit, type and stage are asked, so that the count is a sum of tallies."""
        others = (self.position, self.source, self.special, self.q, self.water, self.party, self.department)
        return self.at is not None and not any(others)

    def stages(self) -> tuple[str, ...] | None:
        """The stages asked for; None for any."""
        return stages_asked(self.stage)

    def asked(self) -> Asked:
        """The same without the words."""
        return Asked(
            at=self.at,
            types=self.types if self.type else None,
            stages=self.stages(),
            position={"yes": True, "no": False}.get(self.position),
            source=self.source,
            special=self.special,
            q=self.q,
            water=self.water,
            party=self.party,
            department=self.department,
        )

    def apply(self, found: OutletQuerySet) -> OutletQuerySet:
        """Narrow the outlets one may see to those asked for."""
        return self.asked().apply(found, on=timezone.localdate())

    def address(self, **changed: object) -> str:
        """The query string of these filters with some changed."""
        asked: dict[str, object] = {name: getattr(self, name) for name in PLAIN}
        asked |= {
            "unit": self.at.code if self.at else "",
            "water": self.water.code if self.water else "",
            "party": self.party.pk if self.party else "",
            "department": self.department.pk if self.department else "",
        }
        asked |= changed
        if asked["sort"] == "place":
            asked["sort"] = ""
        return urlencode({name: value for name, value in asked.items() if value not in ("", None)})

    def sentence(self, tree: Tree) -> list[Part]:
        """The filters as words, each with the address that drops it."""
        said = [
            ("type", _("类型"), type_words(tree, self.type)),
            ("stage", _("阶段"), stage_words(self.stage)),
            ("water", _("受纳水体"), self.water.name if self.water else ""),
            ("party", _("责任主体"), self.party.name if self.party else ""),
            ("department", _("责任区部门"), self.department.name if self.department else ""),
            ("position", _("坐标"), str(POSITIONS.get(self.position, ""))),
            ("source", _("来源"), str(SOURCES.get(self.source, ""))),
            ("special", _("范围"), str(SPECIAL.get(self.special, ""))),
            ("q", _("名称或编码含"), self.q),
        ]
        return [Part(label, value, self.address(**{name: ""})) for name, label, value in said if value]


def read(given: QueryDict, *, at: Unit | None, tree: Tree, who: Actor) -> Filters:
    """The filters an address asks for, at the unit one stands at."""
    asked = Filters(
        at=at,
        type=given.get("type", ""),
        stage=_known_stage(given.get("stage", "")),
        position=_one_of(given.get("position", ""), POSITIONS),
        source=_one_of(given.get("source", ""), SOURCES),
        special=_one_of(given.get("special", ""), SPECIAL),
        q=" ".join(given.get("q", "").split())[:60],
        sort=_one_of(given.get("sort", ""), sorts_at(at)) or "place",
        water=Water.objects.filter(code=given["water"]).defer("geometry").first() if given.get("water") else None,
        party=_body(who, given.get("party", "")),
        department=_body(who, given.get("department", "")),
    )
    keys = types_asked(tree, asked.type)
    return replace(asked, types=keys) if keys else replace(asked, type="")


def sorts_at(at: Unit | None) -> dict[str, object]:
    """The orders offered: by name within a county, whose outlets are few enough to be sorted for each page."""
    return {name: label for name, label in SORTS.items() if name == "place" or (at is not None and at.level >= 3)}


def type_words(tree: Tree, asked: str) -> str:
    """A type filter in words."""
    if asked == "none":
        return _("尚未分类")
    second = tree.second(asked)
    return _(second.name if second else next((top.name for top in tree.tops if top.code == asked), ""))


def stage_words(asked: str) -> str:
    """A stage filter in words."""
    if asked.startswith(GROUP):
        return _(STAGE_GROUPS[StageGroup(asked.removeprefix(GROUP))])
    return _("、").join(_(STAGES[Stage(one)]) for one in asked.split(",")) if asked else ""


def stage_choices() -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Groups of stages with the stages of the register in them: (value, label, [(value, label)])."""
    shown: dict[StageGroup, list[tuple[str, str]]] = {}
    for stage in Stage:
        if stage in IN_REGISTER:
            shown.setdefault(GROUPS[stage], []).append((stage.value, _(STAGES[stage])))
    return [(GROUP + group, _(STAGE_GROUPS[group]), stages) for group, stages in shown.items()]


def _known_stage(asked: str) -> str:
    if asked.startswith(GROUP):
        return asked if asked.removeprefix(GROUP) in set(StageGroup) else ""
    return asked if set(asked.split(",")) <= set(Stage) else ""


def _one_of(asked: str, known: Collection[str]) -> str:
    return asked if asked in known else ""


def _body(who: Actor, asked: str) -> Body | None:
    known = asked.isdecimal() and len(asked) < 18
    return registry.bodies_visible_to(who).filter(pk=int(asked)).first() if known else None
