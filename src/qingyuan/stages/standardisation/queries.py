"""Asking for codes, number ranges and signboards. What lies outside the asker's scope does not exist for him."""

from __future__ import annotations

from django.db.models import QuerySet

from qingyuan.core.access import Actor
from qingyuan.core.refusal import NotFound
from qingyuan.registry import queries as registry
from qingyuan.registry.models import Outlet
from qingyuan.stages.standardisation.models import IssuedCode, Segment, Sign, Urging
from qingyuan.stages.standardisation.words import SignState


def sign_of(outlet: Outlet) -> Sign | None:
    """The signboard in use of an outlet, whatever its state; None: there is none. `.is_up` says that it stands and has
    its photograph (`photo_sha256`)."""
    return Sign.objects.filter(outlet=outlet).exclude(state=SignState.VOID).first()


def signs_of(outlet: Outlet) -> list[Sign]:
    """Every signboard an outlet had, the newest first."""
    return list(Sign.objects.filter(outlet=outlet).order_by("-number"))
