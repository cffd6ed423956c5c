"""Every template is sound and keeps within the content security policy."""

import json
import re
from pathlib import Path

import pytest
from django.template.loader import get_template

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "src" / "qingyuan" / "web" / "templates"
PAGES = sorted(TEMPLATES.rglob("*.html"))
ICONS = set(json.loads((ROOT / "frontend" / "icons.json").read_text("utf-8")))


def name(path: Path) -> str:
    return str(path.relative_to(TEMPLATES))


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_a_template_compiles(path):
    get_template(name(path))


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_no_page_carries_script_or_style_of_its_own(path):
    text = re.sub(r"{%\s*comment\s*%}.*?{%\s*endcomment\s*%}", "", path.read_text("utf-8"), flags=re.S)
    assert re.findall(r"\sstyle=|<style|\son[a-z]+=\"|<script(?![^>]*\ssrc=)", text) == []


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_no_page_fetches_from_elsewhere(path):
    text = path.read_text("utf-8")
    assert re.findall(r"(?:src|href|action)=\"https?://", text) == []


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_every_icon_is_in_the_sprite(path):
    assert set(re.findall(r"{%\s*icon\s+[\"']([\w-]+)[\"']", path.read_text("utf-8"))) - ICONS == set()


@pytest.mark.parametrize(
    "path", sorted((ROOT / "docs").rglob("*.md")) + sorted(ROOT.glob("*.md")), ids=lambda path: path.name
)
def test_links_between_documents_lead_somewhere(path):
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", path.read_text("utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_a_decision_record_has_its_number_in_the_file_name_only():
    records = sorted((ROOT / "docs" / "adr").glob("*.md"))
    numbers = [int(path.name[:4]) for path in records]
    assert numbers == list(range(1, len(records) + 1))
    assert [path.name for path in records if re.match(r"#\s*\d", path.read_text("utf-8"))] == []
