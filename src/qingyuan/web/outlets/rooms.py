"""Moves that are made in a room of their own: the page there says what stands against each and files the papers."""

from __future__ import annotations

from django.urls import reverse

from qingyuan.core.lifecycle import Move
from qingyuan.registry.models import Outlet
from qingyuan.stages.remediation import queries as remediation

TRIAGE = frozenset({Move.LIST_AS_PROBLEM, Move.FIND_NO_PROBLEM, Move.RETAIN_WITHOUT_PROBLEM})
REMEDIATION = frozenset(
    {
        Move.DRAFT_PLAN,
        Move.APPROVE_PLAN,
        Move.START_WORKS,
        Move.ENTER_TRANSITION,
        Move.END_TRANSITION,
        Move.REPORT_DONE,
        Move.RETURN_WORKS,
        Move.ACCEPT,
        Move.FILE_UPWARD,
        Move.RETAIN,
        Move.MERGE,
        Move.CLOSE,
    }
)
STANDARDISATION = frozenset({Move.STANDARDISE, Move.SUPERVISE})
MOVES = TRIAGE | REMEDIATION | STANDARDISATION | {Move.REMEDIATE_AT_ONCE, Move.REOPEN}


def address_of(found: Outlet, move: Move) -> str:
    """The page on which a move of MOVES is made; empty where the outlet has no stay on the problem list to open."""
    if move in TRIAGE:
        return reverse("web:triage", args=[found.pk])
    if move in STANDARDISATION:
        return reverse("web:outlet-standardisation", args=[found.pk])
    if move is Move.REMEDIATE_AT_ONCE:
        return reverse("web:at-once", args=[found.pk])
    if move is Move.REOPEN:
        return reverse("web:closing-about", args=["outlet", found.pk, "relapse"])
    stay = remediation.round_of(found)
    return reverse("web:round", args=[stay.pk]) if stay is not None else ""
