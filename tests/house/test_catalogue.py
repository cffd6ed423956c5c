"""Every marked sentence is sound and has an English text that keeps its placeholders; the program reads that text."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import polib
import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "scripts"))
import catalogue  # noqa: E402

CHINESE = re.compile(r"[\u4e00-\u9fff]+")


def test_nothing_is_wrong_with_the_catalogues():
    assert catalogue.check() == []


def test_english_holds_no_chinese_but_what_it_quotes():
    said = [text for one in polib.pofile(str(catalogue.catalogues()[0])) for text in catalogue.texts_of(one)]
    loose = [text for text in said if CHINESE.search(re.sub(r"“[^”]*”|\(是/否\)", "", text))]
    assert loose == []


@pytest.mark.parametrize("path", catalogue.catalogues(), ids=catalogue.language)
def test_the_program_reads_what_the_catalogue_says(path):
    compiled = {one.msgid: catalogue.texts_of(one) for one in polib.mofile(str(path.with_suffix(".mo")))}
    written = {one.msgid: catalogue.texts_of(one) for one in polib.pofile(str(path)).translated_entries()}
    assert compiled == written, "make setup compiles it"


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('from django.utils.translation import gettext as _\n_("甲")', ["甲"]),
        ('from qingyuan.core.refusal import gettext_noop as noop\nnoop("甲" "乙")', ["甲乙"]),
        ('from django.utils.translation import ngettext\nngettext("甲", "乙", 2)', ["甲"]),
        ('from django.utils.translation import gettext as _\n_(f"甲{1}")', [""]),
        ('from django.utils.translation import gettext as _\n_("甲" + word)', [""]),
        ("from django.utils.translation import gettext as _\n_(label)", []),
        ('from elsewhere import _\n_("甲")', []),
    ],
)
def test_a_mark_is_known_by_where_it_comes_from(source, found):
    assert [one.text for one in catalogue._in_python(source, "here")] == found


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('{% translate "甲" %}', ["甲"]),
        ('{% known value _("甲") %}', ["甲"]),
        ("{% blocktranslate with n=x %}第 {{ n }} 行{% endblocktranslate %}", ["第 %(n)s 行"]),
        ("{% blocktranslate count n=x %}甲{% plural %}乙{% endblocktranslate %}", ["甲"]),
        ("{% translate label %}", []),
        ("{% comment %}{% translate '甲' %}{% endcomment %}", []),
    ],
)
def test_a_template_is_read_as_it_will_be_said(source, found):
    assert [one.text for one in catalogue._in_template("{% load i18n %}" + source, "here")] == found


def test_a_placeholder_that_is_broken_is_told():
    assert list(catalogue.faults("缺%(what)"))
    assert not list(catalogue.faults("缺%(what)s"))


def test_an_update_keeps_texts_and_drops_what_nobody_says(tmp_path, monkeypatch):
    path = tmp_path / "en" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    path.write_text('msgid ""\nmsgstr "Language: en\\n"\n\nmsgid "甲"\nmsgstr "A"\n\nmsgid "丙"\nmsgstr "C"\n', "utf-8")
    monkeypatch.setattr(catalogue, "marked", lambda: [catalogue.Sentence(text, where=["here"]) for text in "甲乙"])
    assert [one.text for one in catalogue.update(path)] == ["乙"]
    assert {one.msgid: one.msgstr for one in polib.pofile(str(path))} == {"甲": "A", "乙": ""}
