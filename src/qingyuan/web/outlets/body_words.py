"""An organisation's ledger in words: its fields and the values they take."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from qingyuan.bodies.models import Body
from qingyuan.core.functions import BODY_KINDS, FUNCTIONS
from qingyuan.ledger.queries import Line
from qingyuan.web.timeline import Told, told


def told_of_body(lines: Iterable[Line]) -> list[Told]:
    """Entries about an organisation in words."""
    labels = {field.name: str(field.verbose_name) for field in Body._meta.concrete_fields}
    labels |= {"functions": _("职能"), "unit": _("所在区划")}
    values = {
        "kind": {kind.value: _(label) for kind, label in BODY_KINDS.items()},
        "functions": {one.value: _(label) for one, label in FUNCTIONS.items()},
    }
    return told(lines, labels=labels, values=values)
