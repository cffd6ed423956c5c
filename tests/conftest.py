"""What every test has: a database, a home of its own, hypothesis profiles, and the record of which clauses are shown.

SQLite unless QINGYUAN_DATABASE_URL names a PostgreSQL. The migrations are walked once in a run: the database of each
worker's tests, and every `site`, is a copy of that template.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.utils import translation
from hypothesis import HealthCheck, settings
from pytest_django import DjangoDbBlocker
from xdist.scheduler import LoadScopeScheduling

from qingyuan.core import memory
from tests.browser import demonstration, page  # noqa: F401 fixtures
from tests.sites import Site, Template

ROOT = Path(__file__).resolve().parent.parent
JOURNEYS = "tests/journeys/"
SHOWN = ROOT / "build" / "clauses-shown.json"

_calm = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]}
settings.register_profile("local", max_examples=50, **_calm)
settings.register_profile("ci", max_examples=100, print_blob=True, **_calm)
settings.register_profile("laws", max_examples=5_000, print_blob=True, **_calm)
settings.load_profile(os.environ.get("QINGYUAN_LAWS", "ci" if os.environ.get("CI") == "true" else "local"))


@pytest.fixture(scope="session")
def template(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, testrun_uid: str
) -> Iterator[Template]:
    """A migrated, empty site that is only copied from. One worker walks the migrations, the others take a copy."""
    own = tmp_path_factory.getbasetemp()
    of_all = own.parent if hasattr(request.config, "workerinput") else own
    with Template.of_the_run(of_all, name=f"qingyuan_{testrun_uid[:12]}") as made:
        yield made


@pytest.fixture(scope="session")
def django_db_setup(
    template: Template, tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """The database of this process's tests: a copy of the template, as its migrations left it."""
    site = template.copy(tmp_path_factory.mktemp("tests") / "home")
    with django_db_blocker.unblock():
        connection.close()
        name = site.database or str(site.home / "qingyuan.sqlite3")
        django_settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name
    yield
    with django_db_blocker.unblock():
        connection.close()
    site.drop()


@pytest.fixture
def site(template: Template, tmp_path: Path) -> Iterator[Site]:
    """A real site of its own for tests that start processes: `site.run("packs", "list")`, `site.environment`."""
    copied = template.copy(tmp_path / "home")
    yield copied
    copied.drop()


@pytest.fixture(autouse=True)
def chinese() -> None:
    """Every test begins in Chinese, whatever language the page that the test before it asked for left behind."""
    translation.activate(django_settings.LANGUAGE_CODE)


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """No figure of an earlier test's database is remembered."""
    from qingyuan.ledger import versions  # there are no models yet when this file is read

    versions.forget()


def pytest_collection_finish() -> None:
    """Look for garbage as a served site does."""
    memory.settle()


def pytest_itemcollected(item: pytest.Item) -> None:
    """Note the clauses of a test in its report; let browser journeys talk to the site they start."""
    for mark in item.iter_markers("clause"):
        item.user_properties.append(("clauses", list(mark.args)))
    if item.get_closest_marker("browser"):
        item.add_marker(pytest.mark.enable_socket)


class OneDemonstration(LoadScopeScheduling):
    """Tests go one by one to whichever worker is free; the journeys all to one, which makes their site once. They are
    the largest lot and go first."""

    def _split_scope(self, nodeid: str) -> str:
        return JOURNEYS if nodeid.startswith(JOURNEYS) else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> LoadScopeScheduling:
    """How the parallel workers share the tests."""
    return OneDemonstration(config, log)


class ClauseRecord:
    """Which tests that show a clause passed or failed, kept over the runs on both databases."""

    def __init__(self) -> None:
        self.found: dict[str, dict[str, object]] = {}
        self.database = "postgresql" if os.environ.get("QINGYUAN_DATABASE_URL", "").startswith("postgres") else "sqlite"

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Remember a test's worst outcome; a skipped test shows nothing."""
        clauses = sorted({key for name, keys in report.user_properties if name == "clauses" for key in keys})
        if not clauses:
            return
        key = f"{self.database} {report.nodeid}"
        if report.when == "call" or report.outcome != "passed":
            before = self.found.get(key, {}).get("outcome", "passed")
            outcome = report.outcome if before == "passed" else before
            self.found[key] = {"clauses": clauses, "outcome": outcome}

    def pytest_sessionfinish(self) -> None:
        """Write what was found beside what earlier runs found."""
        if self.found:
            kept = json.loads(SHOWN.read_text("utf-8")) if SHOWN.exists() else {}
            SHOWN.parent.mkdir(exist_ok=True)
            SHOWN.write_text(json.dumps(kept | self.found, ensure_ascii=False, indent=1, sort_keys=True), "utf-8")


def pytest_configure(config: pytest.Config) -> None:
    """Only the process that gathers the reports keeps the record."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(ClauseRecord(), "clause-record")
