"""How the states read that the entries of the ledger name: each room has its own words for where a thing stands."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import TextChoices

from qingyuan.rulebook.models import PackVersion
from qingyuan.rulebook.models_proposals import PackProposal
from qingyuan.stages.dispatch.words import ItemStatus
from qingyuan.stages.reporting.models import PlanState
from qingyuan.stages.standardisation.words_archive import FacilityState
from qingyuan.stages.survey.words import CampaignState
from qingyuan.stages.survey.words_leads import LeadState

STATES: Mapping[tuple[str, str], type[TextChoices]] = {
    ("item", "status"): ItemStatus,
    ("plan", "state"): PlanState,
    ("facility", "state"): FacilityState,
    ("survey", "state"): CampaignState,
    ("lead", "state"): LeadState,
    ("pack", "state"): PackProposal.State,
    ("pack", "status"): PackVersion.Status,
}
"""What an act is about (the first part of its name) and the field it changes → the words of its states."""


def states_of(act: str) -> dict[str, dict[str, str]]:
    """The fields that tell a state in the entries of an act, with the words of their values."""
    kind = act.partition(".")[0]
    return {
        name: {value: str(label) for value, label in words.choices}
        for (about, name), words in STATES.items()
        if about == kind
    }
