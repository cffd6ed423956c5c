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
