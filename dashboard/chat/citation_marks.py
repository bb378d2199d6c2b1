"""Citations as models write them: `[doc1]`, and the many ways in which they come close to it.

Read here: `[doc1]`, `[doc 1]`, `[Doc1]`, `[doc1, doc2]`, `[doc1, 2]`, `[doc1-3]`, `[^doc1]`,
`【doc1】`, `［ｄｏｃ１］`, `【doc1†source】`, `(doc1)`, `[文書1]`. A bare `[1]` is not:
it stands for too much else.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

MOST_IN_RANGE: Final = 50
"""A range such as doc1-3 that is longer is taken for its two ends."""

NAME: Final = r"(?:doc(?:ument)?s?|文書|ドキュメント)"
NUMBER: Final = r" ?[:#_-]? ?[0-9]{1,6}"
BETWEEN: Final = r" {0,2}(?:[,、;&・–〜~-]|and|と) {0,2}"
MARK: Final = re.compile(
    rf"[\[【(]\^? ?(?P<list>{NAME}{NUMBER}(?:{BETWEEN}{NAME}?{NUMBER}){{0,20}})"
    r" ?(?:†[^\[\]【】\n]{0,60})?[\]】)]",
    re.IGNORECASE,
)
PART: Final = re.compile(
    rf"(?P<between>{BETWEEN})?{NAME}? ?[:#_-]? ?(?P<number>[0-9]{{1,6}})", re.IGNORECASE
)
RANGE: Final = frozenset("–〜~-")


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """Where a citation stands in a text, and the numbers that it names.

    Attributes:
        start, end: its place, counted in characters; `end` is behind it.
        numbers: as written, in order; a range is spelled out.
    """

    start: int
    end: int
    numbers: tuple[int, ...]


def find_marks(text: str) -> Iterator[Mark]:
    """Every citation of a text, from left to right."""
    for found in MARK.finditer(_half_width(text)):
        yield Mark(start=found.start(), end=found.end(), numbers=tuple(_numbers(found["list"])))


def is_mark(text: str) -> bool:
    """Whether the whole text is one citation."""
    return MARK.fullmatch(_half_width(text)) is not None


def without_marks(text: str) -> str:
    """The text without its citations, and without the space that stood before each."""
    kept: list[str] = []
    at = 0
    for mark in find_marks(text):
        kept.append(text[at : mark.start].rstrip(" "))
        at = mark.end
    return "".join([*kept, text[at:]])


def _numbers(listed: str) -> Iterator[int]:
    """The numbers of `doc1, doc3-5`: 1, 3, 4, 5."""
    last: int | None = None
    for part in PART.finditer(listed):
        number = int(part["number"])
        between = (part["between"] or "").strip()
        if between in RANGE and last is not None and last < number <= last + MOST_IN_RANGE:
            yield from range(last + 1, number)
        yield number
        last = number


def _half_width(text: str) -> str:
    """The text with full-width letters, digits and brackets as plain ones, in the same places."""
    return "".join(map(_plain, text))


def _plain(character: str) -> str:
    """One character for one; what would become several stays as it is."""
    if character.isascii():
        return character
    plain = unicodedata.normalize("NFKC", character)
    return plain if len(plain) == 1 else character
