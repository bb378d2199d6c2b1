"""The terms of the index: pieces of one to three letters, made here and not by a database.

Because both databases store the very same terms, both find the very same candidates. A piece says
only "may match": the words are always checked against the folded text afterwards, but for a word
that is itself one term.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from itertools import chain
from typing import Final

from catalog.folding import safe_text

MOST_WORDS: Final = 12
MOST_LETTERS: Final = 100
MOST_TERMS: Final = 64
"""Of one question; what is left out makes more candidates, never another answer."""

_LONGEST_TERM: Final = 3
_SINGLE = re.compile(
    "[\u3005-\u3007\u3041-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\uac00-\ud7a3\U00020000-\U0003ffff]"
)
"""Letters that may be a whole word: kana, Chinese characters, Hangul."""


def fold_name(name: str) -> str:
    """A name as it is compared: width, case and half-width kana do not matter, blanks are hyphens.

    ``"Ｌｌａｍａ 2"`` becomes ``"llama-2"``, ``"ﾎﾝﾔｸ"`` becomes ``"ホンヤク"``.
    """
    return re.sub(r"\s+", "-", _fold(name).strip())


def fold_names(names: Iterable[str]) -> str:
    """The search text of several names: folded, each once, one a line."""
    return "\n".join(dict.fromkeys(filter(None, (fold_name(name) for name in names))))


def query_words(q: str) -> list[str]:
    """The words of a search, folded, each once: at most 12 of at most 100 letters."""
    found = (word[:MOST_LETTERS] for word in _fold(safe_text(q)).split())
    return list(dict.fromkeys(found))[:MOST_WORDS]


def index_terms(search_text: str) -> list[str]:
    """Every piece of two and three letters of every run of letters and digits, and every single
    letter that may be a word; sorted."""
    terms: set[str] = set()
    for run in set(_runs(search_text)):
        terms.update(run[start : start + 2] for start in range(len(run) - 1))
        terms.update(run[start : start + 3] for start in range(len(run) - 2))
        terms.update(_SINGLE.findall(run))
    return sorted(terms)


def word_terms(word: str) -> list[str]:
    """The terms that every name holding this word has: pieces of three that cover its runs.

    Empty where the word has no run that the index knows (one Latin letter, signs, emoji).
    """
    return list(dict.fromkeys(chain.from_iterable(_cover(run) for run in _runs(word))))


def is_term(word: str) -> bool:
    """Whether the index alone answers this word: a run of its own, as long as a term."""
    return [word] == word_terms(word)


def question_terms(words: Iterable[str]) -> list[str]:
    """The terms to ask the index for, each once; at most 64."""
    return list(dict.fromkeys(chain.from_iterable(map(word_terms, words))))[:MOST_TERMS]


def _fold(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return unicodedata.normalize("NFKC", folded)


def _runs(text: str) -> list[str]:
    """The stretches of letters and digits, as Python knows them."""
    return "".join(letter if letter.isalnum() else " " for letter in text).split()


def _cover(run: str) -> list[str]:
    if len(run) == 1:
        return _SINGLE.findall(run)
    if len(run) <= _LONGEST_TERM:
        return [run]
    last = len(run) - _LONGEST_TERM
    starts = [*range(0, last, _LONGEST_TERM), last]
    return [run[start : start + _LONGEST_TERM] for start in starts]
