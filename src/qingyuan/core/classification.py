"""The classification of outlets as a policy has it: first level, second level, third level, special kinds.

The second level is kept by its key (`GY.enterprise`), which never changes; a scheme decides only its wording and, for
城镇雨洪排口, the first level it belongs to. So the four-type and the five-type view are both made from one record and
nothing is lost on the way (clauses 济源 三(三)3, 大同 附件2, 新绛 二(三), 吉林 二(六)1).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from qingyuan.core.policy import Policy
from qingyuan.core.refusal import Refusal
from qingyuan.core.refusal import gettext_noop as _

STORM = "YH.urban_storm"
OTHER_TOP, STORM_TOP = "其他排口", "城镇雨洪排口"
NATIONAL_TOPS = ("工业排污口", "城镇污水处理厂排污口", "农业排口", OTHER_TOP)


@dataclass(frozen=True, slots=True)
class Second:
    """A second-level type: its lasting key, the scheme's wording, the third level below it."""

    key: str
    name: str
    third: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Top:
    """A first-level type with its code, its children in order, and the standards it rests on."""

    name: str
    code: str
    children: tuple[Second, ...]
    basis: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SpecialKind:
    """A kind the texts name and the tree has no place for: a tag on a second-level type."""

    key: str
    name: str
    under: str
    counted_in_targets: bool
    clause: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A type proposed from the industry of the party and the character of the discharge, and why. A person confirms."""

    type_key: str
    name: str
    top: str
    industry: str
    character: str
    clause: str


@dataclass(frozen=True, slots=True)
class Tree:
    """The classification in force somewhere on a day."""

    tops: tuple[Top, ...]
    special_kinds: tuple[SpecialKind, ...]
    clause: str

    def top_of(self, type_key: str) -> Top | None:
        """The first-level type a second-level key belongs to here; None for a key nobody knows."""
        return next((top for top in self.tops if any(child.key == type_key for child in top.children)), None)

    def second(self, type_key: str) -> Second | None:
        """The second-level type of a key, in this scheme's wording."""
        return next((child for top in self.tops for child in top.children if child.key == type_key), None)

    def children(self, top: str) -> tuple[Second, ...]:
        """What may be chosen below a first-level type, named or by code; nothing for an unknown one."""
        return next((one.children for one in self.tops if top in (one.name, one.code)), ())

    def key_of(self, name: str, *, top: str = "") -> str | None:
        """The key of a second-level name as people write it, within a first-level type if one is given."""
        wanted = [one for one in self.tops if top in ("", one.name, one.code)]
        return next((child.key for one in wanted for child in one.children if child.name == name), None)

    def special(self, key: str) -> SpecialKind | None:
        """A special kind by its key."""
        return next((kind for kind in self.special_kinds if kind.key == key), None)

    def counted(self, special_kind: str) -> bool:
        """Whether outlets of a special kind count in the targets; "" is no special kind and counts."""
        found = self.special(special_kind)
        return found is None or found.counted_in_targets


def tree_of(policy: Policy) -> Tree:
    """The classification a policy sets."""
    storm_own = bool(policy.value("classification.storm_as_own_type", False))
    names: Iterable[str] = policy.value("classification.top_types", NATIONAL_TOPS)  # type: ignore[assignment]
    return _tree(policy, tuple(names), storm_own=storm_own)


def national_view(policy: Policy) -> Tree:
    """The same second level in the four national types: what national exports print (HJ 1312—2023)."""
    return _tree(policy, NATIONAL_TOPS, storm_own=False)


def _tree(policy: Policy, names: tuple[str, ...], *, storm_own: bool) -> Tree:
    codes: Mapping[str, str] = policy.value("coding.type_codes", {})  # type: ignore[assignment]
    basis: tuple[str, ...] = tuple(policy.value("classification.basis", ()))  # type: ignore[arg-type]
    seconds = _seconds(policy)
    tops = tuple(
        Top(
            name, codes.get(name, ""), tuple(s for s in seconds if _code_of(s.key, storm_own) == codes.get(name)), basis
        )
        for name in names
    )
    return Tree(tops, _special_kinds(policy), policy.parameters["classification.top_types"].clause)


def _seconds(policy: Policy) -> list[Second]:
    third: dict[str, list[str]] = {}
    for row in policy.value("classification.third_level", ()):  # type: ignore[attr-defined]
        third.setdefault(row["under"], []).append(row["name"])
    rows = policy.value("classification.second_level", ())
    return [Second(row["key"], row["name"], tuple(third.get(row["key"], ()))) for row in rows]  # type: ignore[attr-defined]


def _code_of(type_key: str, storm_own: bool) -> str:
    return "QT" if type_key == STORM and not storm_own else type_key.partition(".")[0]


def _special_kinds(policy: Policy) -> tuple[SpecialKind, ...]:
    rows = policy.value("classification.special_kinds", ())
    return tuple(SpecialKind(**row) for row in rows)  # type: ignore[attr-defined]


def refusal(tree: Tree, *, top: str, type_key: str) -> Refusal | None:
    """Why a first and a second level may not stand together; None when they may."""
    if top not in [one.name for one in tree.tops] + [one.code for one in tree.tops]:
        known = "、".join(one.name for one in tree.tops)
        return Refusal("classification.unknown_top", _("一级类型只能是：%(known)s。"), {"known": known}, tree.clause)
    if type_key in [child.key for child in tree.children(top)]:
        return None
    belongs = tree.top_of(type_key)
    if belongs is None:
        return Refusal(
            "classification.unknown_type", _("二级类型“%(key)s”不在分类表中。"), {"key": type_key}, tree.clause
        )
    second = tree.second(type_key)
    return Refusal(
        "classification.foreign_child",
        _("“%(name)s”属于%(belongs)s，不能归入%(top)s。"),
        {"name": second.name if second else type_key, "belongs": belongs.name, "top": top},
        tree.clause,
    )


def suggest(policy: Policy, *, industry: str, character: str) -> list[Suggestion]:
    """Types proposed for an industry and a discharge character, in the order of the pack; none if none fits."""
    tree = tree_of(policy)
    found = []
    for row in policy.value("classification.suggestions", ()):  # type: ignore[attr-defined]
        if (row["industry"], row["character"]) != (industry, character):
            continue
        second, top = tree.second(row["type"]), tree.top_of(row["type"])
        if second is not None and top is not None:
            found.append(Suggestion(second.key, second.name, top.name, industry, character, row["clause"]))
    return found
