"""Sites for tests that start processes (command line, browser): copies of one migrated template, on either database."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

POSTGRES = (
    os.environ.get("QINGYUAN_DATABASE_URL", "") if "postgres" in os.environ.get("QINGYUAN_DATABASE_URL", "") else ""
)
_number = count(1)


@dataclass(frozen=True, slots=True)
class Site:
    """A site's home and its database; every process started with `environment` works on this site."""

    home: Path
    database: str

    @property
    def environment(self) -> dict[str, str]:
        """What a process needs to work on this site and on no other."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("QINGYUAN_", "DJANGO_"))}
        url = {"QINGYUAN_DATABASE_URL": _with_name(self.database)} if self.database else {}
        return inherited | {"QINGYUAN_HOME": str(self.home), "QINGYUAN_SECRET_KEY": "only-for-tests"} | url

    def run(self, *words: str, expect: int = 0, timeout: float = 300) -> subprocess.CompletedProcess[str]:
        """Run `qingyuan WORDS` on this site; fails the test when the exit code is not the expected one."""
        done = subprocess.run(
            [sys.executable, "-c", "from qingyuan.commands.main import main; raise SystemExit(main())", *words],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        assert done.returncode == expect, f"exit {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    def drop(self) -> None:
        """Take the site away."""
        shutil.rmtree(self.home, ignore_errors=True)
        if self.database:
            _administer(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(self.database)))


@dataclass(frozen=True, slots=True)
class Template:
    """A site that is only copied from."""

    site: Site

    @classmethod
    @contextmanager
    def of_the_run(cls, folder: Path, *, name: str) -> Iterator[Template]:
        """The one template of a run: its first worker migrates it and drops it, the others only copy from it. Who
        comes when it is gone migrates it again."""
        made = folder / "template.made"
        with _alone(folder / "template.lock"):
            mine = not made.exists()
            template = cls.make(folder / "template", name=name) if mine else cls._standing(folder / "template", name)
            own = cls(template.copy(Path(tempfile.mkdtemp(dir=folder)) / "home"))
            made.touch()
        yield own
        own.drop()
        if mine:
            with _alone(folder / "template.lock"):
                made.unlink()
                template.drop()

    @classmethod
    def _standing(cls, home: Path, name: str) -> Template:
        return cls(Site(home, name if POSTGRES else ""))

    @classmethod
    def make(cls, home: Path, *, name: str) -> Template:
        """Migrate an empty site."""
        if POSTGRES:
            _administer(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
            _administer(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        made = cls._standing(home, name)
        command = [sys.executable, "-m", "django", "migrate", "--verbosity=0", "--settings=qingyuan.project.settings"]
        subprocess.run(command, env=made.site.environment, check=True, timeout=600)
        return made

    def copy(self, home: Path) -> Site:
        """A site of its own with the template's content."""
        shutil.copytree(self.site.home, home)
        if not self.site.database:
            return Site(home, "")
        name = f"{self.site.database.split('_of_')[0]}_of_{os.getpid()}_{next(_number)}"
        _administer(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(self.site.database))
        )
        return Site(home, name)

    def drop(self) -> None:
        """Take the template away."""
        self.site.drop()


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _with_name(name: str) -> str:
    return urlunsplit(urlsplit(POSTGRES)._replace(path=f"/{name}"))


def _administer(statement: sql.Composable) -> None:
    with psycopg.connect(_with_name("postgres"), autocommit=True) as connection:
        connection.execute(statement)
