"""The database cuts names into the same bigrams as we do, and none is left when a name goes."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingyuan.core.access import CONSOLE
from qingyuan.registry import actions, names
from qingyuan.registry.models import NameGram
from tests import build

pytestmark = pytest.mark.django_db
TEXTS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), max_size=40)


@given(st.lists(TEXTS, min_size=1, max_size=5))
def test_what_is_cut_by_the_database_is_what_grams_says(texts):
    spelt = [names.Spelling(10**9 + at, "140213", names._plain(text)) for at, text in enumerate(texts)]
    names.index(spelt)
    names.index(spelt)
    for one, text in zip(spelt, texts, strict=True):
        found = NameGram.objects.filter(outlet=one.outlet).values_list("gram", flat=True)
        assert set(found) == names.grams(text)
    names.forget(spelt)
    assert not NameGram.objects.filter(outlet__in=[one.outlet for one in spelt]).exists()


def test_a_corrected_name_leaves_no_bigram_of_the_old_one():
    build.country()
    outlet = actions.register(build.new_outlet(build.unit("140213")), by=build.SURVEYOR, at=build.NOON)
    at = build.recorded(date(2023, 8, 1))
    actions.correct(
        outlet, values={"name": "平城区新名称排污口"}, reason="更正", on=date(2023, 8, 1), by=CONSOLE, at=at
    )
    kept = NameGram.objects.filter(outlet=outlet).values_list("gram", flat=True)
    assert set(kept) == names.grams(outlet.name + outlet.local_code)
