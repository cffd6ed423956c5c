"""A site with outlets, a paper and a ledger, made once and copied for each test."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sites import Site, Template

ROOT = Path(__file__).resolve().parent.parent.parent
FILL = """
import django; django.setup()
from datetime import UTC, date, datetime
from decimal import Decimal
from qingyuan.core.access import CONSOLE
from qingyuan.core.lifecycle import Paper
from qingyuan.library.actions import file_bytes
from qingyuan.registry import actions
from tests.places_data import build_units, build_waters
from qingyuan.places.models import Water
at = datetime(2024, 3, 1, 1, tzinfo=UTC)
units = build_units()
build_waters()
paper = file_bytes("排查记录（演示）".encode(), name="排查记录.txt", by=CONSOLE, at=at).sha256
for number in range(30):
    actions.register(
        actions.NewOutlet(
            name=f"运城市新绛县龙兴镇{number}号农村生活污水散排口",
            unit=units["140825100"],
            on=date(2024, 2, 1),
            papers={Paper.SURVEY_RECORD: paper},
            water=Water.objects.get(code="DB0001"),
            position=(Decimal("111.22"), Decimal("35.61")),
            fields={"remark": "演示", "missing": ["village"]},
            apart_reason="同一段河岸上逐户排出，各有口门",
            is_demo=True,
        ),
        by=CONSOLE,
        at=at,
    )
"""


@pytest.fixture(scope="session")
def filled_template(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Template]:
    """The filled site that is only copied from."""
    site = template.copy(tmp_path_factory.mktemp("filled") / "home")
    environment = {
        **site.environment,
        "DJANGO_SETTINGS_MODULE": "qingyuan.project.settings",
        "PYTHONPATH": str(ROOT),
    }
    subprocess.run([sys.executable, "-c", FILL], env=environment, check=True, timeout=300)
    made = Template(site)
    yield made
    made.drop()


@pytest.fixture
def filled(filled_template: Template, tmp_path: Path) -> Iterator[Site]:
    """A copy of the filled site."""
    copied = filled_template.copy(tmp_path / "home")
    yield copied
    copied.drop()
