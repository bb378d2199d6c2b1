"""The words by which passages are found: English words, and pairs of Japanese or Chinese letters.

SQLite's FTS5 knows no Japanese words: it takes a whole run of letters for one. So a run is cut into
overlapping pairs here, on both sides, and FTS5 sees them as words. English is stemmed by FTS5.
"""

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

HIRAGANA: Final = "\u3041-\u309f"
RUNS: Final = "\u3005\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
WORD: Final = re.compile(rf"(?P<run>[{RUNS}]+)|(?P<word>[^\W_{RUNS}]+)")
ONLY_HIRAGANA: Final = re.compile(rf"[{HIRAGANA}]+")
THOUSANDS: Final = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
STOP_WORDS: Final = frozenset(
    {
        "a",
        "about",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "be",
        "been",
        "but",
        "by",
        "can",
        "could",
        "did",
        "do",
        "does",
        "for",
        "from",
        "had",
        "has",
        "have",
        "how",
        "i",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "me",
        "my",
        "not",
        "of",
        "on",
        "or",
        "our",
        "out",
        "should",
        "so",
        "some",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "these",
        "they",
        "this",
        "to",
        "too",
        "up",
        "was",
        "we",
        "were",
        "what",
        "when",
        "where",
        "which",
        "who",
        "why",
        "will",
        "with",
        "would",
        "you",
        "your",
    }
)
"""English words that stand in nearly every passage: they slow a search down and decide nothing."""


def indexed_words(text: str) -> str:
    """The words of a text as FTS5 is to see them: in order, one space between them."""
    return " ".join(_words(text))


def asked_words(question: str) -> tuple[str, ...]:
    """The words of a question that decide, each once, in order; empty where there is none.

    Pairs of hiragana alone are grammar and left out, and so are English stop words, unless nothing
    else was asked.
    """
    words = tuple(dict.fromkeys(_words(question)))
    deciding = tuple(
        word for word in words if word not in STOP_WORDS and not ONLY_HIRAGANA.fullmatch(word)
    )
    return deciding or words


def match_expression(words: tuple[str, ...]) -> str:
    """What FTS5's MATCH takes for passages that hold any of the words.

    Each is quoted, so that nothing that a person types acts as an operator.
    """
    return " OR ".join(f'"{word}"' for word in words)


def _words(text: str) -> Iterator[str]:
    plain = THOUSANDS.sub("", unicodedata.normalize("NFKC", text)).casefold()
    for found in WORD.finditer(plain):
        run = found["run"]
        if run is None:
            yield found["word"]
        elif len(run) == 1:
            yield run
        else:
            yield from (first + second for first, second in pairwise(run))
