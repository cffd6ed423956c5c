"""文件库: a content is one file, whole or not there, and damage shows."""

import pytest

from qingyuan.core.access import CONSOLE
from qingyuan.core.refusal import NotFound
from qingyuan.ledger import queries as ledger
from qingyuan.library import actions, queries
from tests import build

pytestmark = pytest.mark.django_db


def keep(content=b"abc", name="证明.pdf"):
    return actions.file_bytes(content, name=name, by=CONSOLE, at=build.NOON)


def test_the_same_content_twice_is_one_file_with_one_entry():
    first, second = keep(), keep(name="另一个名字.pdf")
    assert first == second
    assert second.name == "证明.pdf"
    assert len(ledger.timeline("file", first.sha256)) == 1
    assert queries.content_of(first.sha256) == b"abc"


def test_a_file_copied_piece_by_piece_is_the_same_as_its_bytes(tmp_path):
    path = tmp_path / "台账.csv"
    path.write_bytes(b"abc" * 500_000)
    copied = actions.file_path(path, name=path.name, by=CONSOLE, at=build.NOON)
    assert copied == keep(path.read_bytes())
    assert copied.size_bytes == 1_500_000
    assert len(ledger.timeline("file", copied.sha256)) == 1
    assert queries.content_of(copied.sha256) == path.read_bytes()
    assert queries.damaged() == []


def test_bytes_changed_or_lost_on_disk_are_found():
    kept, lost = keep(b"one"), keep(b"two")
    assert queries.damaged() == []
    actions.path_of(kept.sha256).write_bytes(b"0ne")
    actions.path_of(lost.sha256).unlink()
    assert set(queries.damaged()) == {kept.sha256, lost.sha256}
    with pytest.raises(NotFound):
        queries.content_of(lost.sha256)


def test_a_file_nobody_filed_is_not_found():
    with pytest.raises(NotFound):
        queries.file("f" * 64)
