"""May they? One function per action, with the same name."""

from __future__ import annotations

from collections.abc import Iterator

from qingyuan.core.access import Actor
from qingyuan.core.refusal import Refusal, guard
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.stages.notice.queries import officer_id


@guard
def mark_read(*, by: Actor) -> Iterator[Refusal | None]:
    """Everybody reads what was told to himself, and nobody reads it for him."""
    if officer_id(by) is None:
        yield Refusal("access.no_officer", _("只有登录的人员才有消息。"))


mark_all_read = mark_read
