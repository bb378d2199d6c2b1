"""A document cut into passages: pieces small enough for a prompt, with the place of each."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

SENTENCE_END: Final = re.compile(r"[。!?]|[.!?](?=\s)|\n")

CountTokens = Callable[[str], int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Passage:
    """A piece of one document.

    Attributes:
        number: 1 for the first of its document.
        places: where in the document it stands, in order, each once; empty where nobody knows.
    """

    number: int
    text: str
    places: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class _Piece:
    """Letters `start` to `end` of a section."""

    section: int
    start: int
    end: int


def cut(
    sections: Sequence[tuple[str, str]], *, chunk_tokens: int, count_tokens: CountTokens
) -> tuple[Passage, ...]:
    """The passages of a document, none longer than `chunk_tokens` by `count_tokens`.

    Cut between paragraphs where that will do, else between sentences, else anywhere. No text is
    lost and none stands twice; white space at the cuts goes.

    sections: (text, place), in order.
    """
    texts = tuple(text for text, _ in sections)
    passages = []
    for number, pieces in enumerate(_packed(texts, chunk_tokens, count_tokens), start=1):
        parts = [
            (texts[section][first.start : last.end], sections[section][1])
            for section, first, last in _ends(pieces)
        ]
        places = tuple(dict.fromkeys(place for _, place in parts if place))
        text = "\n\n".join(text for text, _ in parts)
        passages.append(Passage(number=number, text=text, places=places))
    return tuple(passages)


def _ends(pieces: Sequence[_Piece]) -> Iterator[tuple[int, _Piece, _Piece]]:
    """Each section of a passage with its first and last piece there."""
    for section, group in groupby(pieces, key=lambda piece: piece.section):
        held = tuple(group)
        yield section, held[0], held[-1]


def _packed(
    texts: Sequence[str], chunk_tokens: int, count_tokens: CountTokens
) -> Iterator[Sequence[_Piece]]:
    """Neighbouring pieces together, as many as fit."""
    held: list[_Piece] = []
    held_tokens = 0
    for section, text in enumerate(texts):
        for start, end in _spans(text, chunk_tokens, count_tokens):
            # The line ends between two pieces are counted as one token.
            tokens = count_tokens(text[start:end]) + 1
            if held and held_tokens + tokens > chunk_tokens:
                yield held
                held, held_tokens = [], 0
            held.append(_Piece(section=section, start=start, end=end))
            held_tokens += tokens
    if held:
        yield held


def _spans(text: str, chunk_tokens: int, count_tokens: CountTokens) -> Iterator[tuple[int, int]]:
    """Paragraphs; the sentences of a paragraph that is too long; parts of such a sentence."""
    for start, end in _paragraphs(text):
        if count_tokens(text[start:end]) < chunk_tokens:
            yield start, end
            continue
        for sentence in _sentences(text, start, end):
            yield from _halved(text, sentence, chunk_tokens, count_tokens)


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """Runs of lines that are not blank. Line by line, because a pattern for this can take a time
    that grows with the square of a run of spaces."""
    start = at = 0
    end = None
    for line in text.splitlines(keepends=True):
        bare = line.strip()
        if bare:
            if end is None:
                start = at + line.index(bare[0])
            end = at + len(line.rstrip())
        elif end is not None:
            yield start, end
            end = None
        at += len(line)
    if end is not None:
        yield start, end


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for found in SENTENCE_END.finditer(text, start, end):
        yield start, found.end()
        start = found.end()
    yield start, end


def _halved(
    text: str, span: tuple[int, int], chunk_tokens: int, count_tokens: CountTokens
) -> Iterator[tuple[int, int]]:
    """The span, in halves of halves where it is too long: at a space where there is one."""
    start, end = span
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    if start == end:
        return
    if end - start == 1 or count_tokens(text[start:end]) < chunk_tokens:
        yield start, end
        return
    middle = (start + end) // 2
    space = text.rfind(" ", (start + middle) // 2, middle)
    at = space if space > start else middle
    yield from _halved(text, (start, at), chunk_tokens, count_tokens)
    yield from _halved(text, (at, end), chunk_tokens, count_tokens)
