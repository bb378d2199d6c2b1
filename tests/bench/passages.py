"""Retrieval by the clock and by the bundled questions: how often the passage is among the first
five, and how long a question takes among many passages.

The many are made of words of the bundled sheets in random order, so that the words of a question
stand in far more passages than they would in documents of many subjects.
"""

from __future__ import annotations

import csv
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from importlib import resources
from pathlib import Path

from dashboard.chat.index import PassageIndex
from dashboard.chat.passages import Passage, cut
from dashboard.chat.sample_catalogue import sample_documents
from dashboard.chat.token_estimate import estimate_tokens
from tests.bench.search import percentile

AIM_SHARE = 0.9
AIM_MILLISECONDS = 40.0
WORDS_A_PASSAGE = 160
TURNS = 5


def run(many: int, seed: int) -> int:
    """Print both measurements; how many aims were missed."""
    questions = bundled_questions()
    missed = 0
    with tempfile.TemporaryDirectory() as folder:
        index = PassageIndex(Path(folder) / "sample.sqlite")
        for document in sample_documents():
            sections = [(document.text, "")]
            index.add(
                document.title,
                "md",
                cut(sections, chunk_tokens=1024, count_tokens=estimate_tokens),
            )
        for language in ("en", "ja"):
            asked = [one for one in questions if one["language"] == language]
            right = sum(is_found(index, one) for one in asked)
            first = sum(is_found(index, one, 1) for one in asked)
            sys.stdout.write(
                f"{language}: passage among the first five for {right} of {len(asked)} questions, "
                f"first for {first} (aim {AIM_SHARE:.0%})\n"
            )
            missed += right < AIM_SHARE * len(asked)
        missed += _speed(Path(folder), many, [one["question"] for one in questions], seed)
    return missed


def bundled_questions() -> list[dict[str, str]]:
    """The bundled questions with the words of their answer."""
    path = resources.files("dashboard").joinpath("chat/sample/questions.csv")
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def is_found(index: PassageIndex, question: dict[str, str], most: int = 5) -> bool:
    """Whether one of the first passages holds the answer."""
    hits = index.search(question["question"], most)
    return any(question["answer"] in hit.passage.text for hit in hits)


def _speed(folder: Path, many: int, questions: Sequence[str], seed: int) -> bool:
    path = folder / "many.sqlite"
    index = PassageIndex(path)
    start = time.perf_counter()
    for number, passages in enumerate(_random_documents(many, seed)):
        index.add(f"Document {number}", "txt", passages)
    built = time.perf_counter() - start
    took = []
    for _ in range(TURNS):
        for question in questions:
            start = time.perf_counter()
            index.search(question, 15)
            took.append((time.perf_counter() - start) * 1000)
    p95 = percentile(took, 95)
    size = path.stat().st_size / 1e6
    sys.stdout.write(
        f"{many:,} passages: built in {built:.1f} s, {size:.0f} MB; a question p50 "
        f"{statistics.median(took):.1f} ms, p95 {p95:.1f} ms, most {max(took):.1f} ms "
        f"(aim {AIM_MILLISECONDS:g} ms)\n"
    )
    return many >= 50_000 and p95 > AIM_MILLISECONDS


def _random_documents(many: int, seed: int) -> Iterator[tuple[Passage, ...]]:
    """Documents of a hundred passages, in one language each."""
    draw = random.Random(seed)
    texts = {
        language: [one.text for one in sample_documents() if one.language == language]
        for language in ("en", "ja")
    }
    english = " ".join(texts["en"]).split()
    japanese = [part for text in texts["ja"] for part in text.replace("。", "。 ").split()]
    for start in range(0, many, 100):
        vocabulary, words = (
            (english, WORDS_A_PASSAGE) if start % 200 else (japanese, WORDS_A_PASSAGE // 8)
        )
        yield tuple(
            Passage(number=number, text=" ".join(draw.choices(vocabulary, k=words)))
            for number in range(1, min(100, many - start) + 1)
        )
