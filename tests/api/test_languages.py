"""The description of the API in both languages: Chinese as written, English through the catalogue."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from qingyuan.api.openapi import FOR_PEOPLE, document
from tests.api.asking import V1

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

import catalogue  # noqa: E402


def said(part: Any, name: str = "") -> Iterator[str]:
    """Every text for people in the document."""
    match part:
        case dict():
            for key, value in part.items():
                yield from said(value, key)
        case list() | tuple():
            for value in part:
                yield from said(value, name)
        case str() if name in FOR_PEOPLE:
            yield part


def test_every_chinese_text_of_the_document_has_its_place_in_the_catalogue():
    """So that the catalogue is whole only when the English document is. What a shape is, is written in English."""
    marked = {one.text for one in catalogue.marked()}
    marked |= {one.get("description", "") for one in document()["components"]["schemas"].values()}
    assert sorted({text for text in said(document()) if catalogue.HAN.search(text)} - marked) == []


def test_the_english_document_says_the_same_through_the_catalogue():
    chinese, english = list(said(document())), list(said(document("en")))
    with translation.override("en"):
        assert english == [translation.gettext(text) if text else text for text in chinese]
    assert english != chinese
    assert set(document("en")["paths"]) == set(document()["paths"])


@pytest.mark.parametrize(
    ("query", "accepts", "language"),
    [
        ("", "", "zh-hans"),
        ("?lang=en", "", "en"),
        ("?lang=en-GB", "zh-CN", "en"),
        ("", "en-US,en;q=0.9", "en"),
        ("?lang=zh-hans", "en", "zh-hans"),
        ("?lang=tlh", "", "zh-hans"),
    ],
)
def test_the_language_is_asked_for_in_the_address_or_by_the_client_and_is_chinese_without(
    client, db, query, accepts, language
):
    answer = client.get(f"{V1}/openapi.json{query}", headers={"Accept-Language": accepts} if accepts else {})
    assert answer["Content-Language"] == language
    outlets = document(language)["paths"]["/api/v1/outlets"]["get"]
    assert answer.json()["paths"]["/api/v1/outlets"]["get"]["summary"] == outlets["summary"]
