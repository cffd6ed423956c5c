"""Made-up papers: what a refused attempt filed goes with it, and is filed again when it is asked for."""

from __future__ import annotations

from datetime import date

import pytest

from qingyuan.core.access import CONSOLE
from qingyuan.core.lifecycle import Paper
from qingyuan.core.refusal import Refusal, Refused
from qingyuan.demo.papers import Papers
from qingyuan.library import queries as library
from tests.places_data import AT

pytestmark = pytest.mark.django_db


def test_a_paper_of_a_refused_attempt_is_filed_anew_for_the_next() -> None:
    papers = Papers("演示")
    asked = {"on": date(2025, 12, 1), "by": CONSOLE, "at": AT}

    def refused() -> None:
        with papers.all_or_nothing():
            papers.of([Paper.SURVEY_RECORD], **asked)
            raise Refused(Refusal("demo.not_here", "此处不办"))

    with pytest.raises(Refused):
        refused()
    found = papers.of([Paper.SURVEY_RECORD], **asked)
    assert library.file(found[Paper.SURVEY_RECORD]).sha256 == found[Paper.SURVEY_RECORD]
