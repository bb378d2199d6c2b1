"""What an answer rests on: its citations and numbers held against the passages, and how near it
comes to an expected answer. No model judges here, so the same answer always gets the same words.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Final

from dashboard.chat.citation_marks import find_marks, without_marks
from dashboard.chat.numbers_in_text import Number, find_numbers, numbers_not_in, plain_text
from dashboard.chat.prompt import Passage

WORD_BY_CHARACTER: Final = (
    "\u3005-\u3007\u3041-\u30fa\u30fc-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Scripts without spaces between words: each character counts as a word."""

WORD: Final = re.compile(rf"[{WORD_BY_CHARACTER}]|[^\W\d_{WORD_BY_CHARACTER}]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Citation:
    """One citation of an answer.

    Attributes:
        number: N of `[docN]`.
        passage: None where no passage of that number was given to the model.
        written: the mark as it stands in the answer.
    """

    number: int
    passage: Passage | None
    written: str


def find_citations(answer: str, passages: Sequence[Passage]) -> tuple[Citation, ...]:
    """The citations of an answer in order; repeated ones stay. `[doc1, doc2]` is two."""
    by_number = {passage.number: passage for passage in passages}
    return tuple(
        Citation(
            number=number,
            passage=by_number.get(number),
            written=answer[mark.start : mark.end],
        )
        for mark in find_marks(answer)
        for number in mark.numbers
    )


def cited_passages(citations: Sequence[Citation]) -> tuple[Passage, ...]:
    """The passages that are cited, each once, in the order of their first citation."""
    found = {one.number: one.passage for one in citations if one.passage is not None}
    return tuple(found.values())


def invalid_citations(citations: Sequence[Citation]) -> tuple[str, ...]:
    """Citations of passages that do not exist, as written, each once."""
    return tuple(dict.fromkeys(one.written for one in citations if one.passage is None))


def unfounded_numbers(answer: str, passages: Sequence[Passage]) -> tuple[Number, ...]:
    """The numbers of an answer that stand in no passage, its title or its place."""
    sources = [f"{one.title}\n{one.place}\n{one.text}" for one in passages]
    return numbers_not_in(without_marks(answer), sources)


def similarity(first: str, second: str) -> Fraction | None:
    """How many pairs of neighbouring letters and digits two texts share: 0 to 1 (Dice).

    2 x common pairs / all pairs, counted as often as they occur, after NFKC, in small letters,
    without citations, spaces and punctuation. Needs no words, so Japanese is judged like English.
    None where neither text has a letter or digit.
    """
    one, other = (_letters(text) for text in (first, second))
    if not one and not other:
        return None
    pairs, other_pairs = (Counter(pairwise(letters)) for letters in (one, other))
    total = pairs.total() + other_pairs.total()
    if total == 0:
        return Fraction(one == other)
    return Fraction(2 * (pairs & other_pairs).total(), total)


def matches_expected(answer: str, expected: str) -> bool | None:
    """Whether the answer holds the expected one: the same words and numbers in the same order.

    Numbers are compared by value and unit (`12,000円` is `¥12000`; `110` is in `$110`), words as
    whole words without regard to case, full width and punctuation. Text around it does not matter,
    nor does what it says: "not $110" holds "$110". None where nothing is expected.
    """
    wanted = _tokens(expected)
    if not wanted:
        return None
    found = _tokens(answer)
    return any(
        all(map(_same, wanted, found[at : at + len(wanted)]))
        for at in range(len(found) - len(wanted) + 1)
    )


def _letters(text: str) -> str:
    folded = unicodedata.normalize("NFKC", without_marks(text)).casefold()
    return "".join(character for character in folded if character.isalnum())


def _same(want: str | Number, have: str | Number) -> bool:
    if isinstance(want, Number) and isinstance(have, Number):
        return want.agrees_with(have)
    return want == have


def _tokens(text: str) -> tuple[str | Number, ...]:
    return tuple(_words_and_numbers(without_marks(text)))


def _words_and_numbers(text: str) -> Iterator[str | Number]:
    plain, at = plain_text(text), 0
    for number in find_numbers(text):
        yield from WORD.findall(plain[at : number.start].casefold())
        yield number
        at = number.end
    yield from WORD.findall(plain[at:].casefold())
