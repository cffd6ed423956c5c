"""May they? One function per action, with the same name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from qingyuan.core import access
from qingyuan.core.access import Actor, Permission, Place
from qingyuan.core.refusal import Refusal, guard
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.rulebook.models import PackVersion


@guard
def load_packs(*, unit_paths: Sequence[str], by: Actor) -> Iterator[Refusal | None]:
    for path in unit_paths:
        yield access.refusal(by, Permission.RULEBOOK_LOAD, Place(unit_path=path))


@guard
def withdraw(version: PackVersion, *, by: Actor) -> Iterator[Refusal | None]:
    yield access.refusal(by, Permission.RULEBOOK_LOAD, Place(unit_path=version.unit_path))
    if version.status == PackVersion.Status.WITHDRAWN:
        yield Refusal("rulebook.withdrawn", _("该版本已经撤回。"))
    if version.shipped and version.unit_path == "":
        yield Refusal("rulebook.national", _("国家基准不能撤回，只能由新版本接替。"))
