"""Words for types of outlets: 二级分类 by name or key, with or without its letters, in one unit's scheme. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from qingyuan.exchange.values import plain

_UNSURE = ("暂无法确定", "待定", "不详")


@dataclass(frozen=True, slots=True)
class TypeWord:
    """One class: `key` as stored (GY.enterprise), its letters, the names of its first and second level."""

    key: str
    letters: str
    first: str
    second: str = ""


class TypeIndex:
    """The classes of a scheme by every way of writing them."""

    def __init__(self, words: Iterable[TypeWord]) -> None:
        self._by_text: dict[str, TypeWord] = {}
        self.words = tuple(words)
        for word in self.words:
            own = word.second or word.first
            for text in (own, f"{own}{word.letters}", f"{word.letters}{own}", f"{word.first}{word.second}", word.key):
                self._by_text.setdefault(plain(text), word)
            for text in (word.first, word.letters, f"{word.first}{word.letters}"):
                self._by_text.setdefault(plain(text), TypeWord("", word.letters, word.first))
        self.endings = tuple({word.second or word.first for word in self.words}) or ("排污口", "排口")

    def find(self, text: str) -> TypeWord | None:
        """The class a text names; an empty one when it says that nobody knows yet; None when it is no class."""
        if plain(text) in map(plain, _UNSURE):
            return TypeWord("", "", "")
        found = self._by_text.get(plain(text))
        if found is None:
            bare = re.sub(r"[（(\[]?(GY|SH|NY|YH|QT)[)）\]]?", "", text)
            found = self._by_text.get(plain(bare)) or self._by_text.get(plain(re.split(r"[/\\|>—-]", bare)[-1]))
        return found

    def label(self, key: str) -> str:
        """二级分类（代码）, as 附件1 prints it."""
        word = next((word for word in self.words if word.key == key), None)
        return f"{word.second or word.first}（{word.letters}）" if word else ""

    def nearest(self, text: str) -> str:
        """The class name most like a text."""
        names = [word.second for word in self.words if word.second]
        return next(iter(get_close_matches(text, names, 1, 0.5)), "")
