"""A file of questions, checked whole before anything is asked: each answer is paid for.

    question,expected,must_cite,language
    How much do the TrailWalker Hiking Shoes cost?,$110,true,en

CSV in UTF-8 or, flagged, in CP932 as Excel writes it in Japan; the same columns as a YAML list of
named values, or as JSONL. Only `question` must be there. Everything wrong is found at once, each
with its line and column.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import PurePath
from typing import Final

from catalog.folding import safe_text
from dashboard.chat.asked import LONGEST_QUESTION
from dashboard.chat.batch.question_rows import Form, Row, Rows, read_rows
from dashboard.chat.endpoint_file import Fault
from dashboard.chat.endpoints import shown
from dashboard.chat.errors import ChatRefused
from dashboard.texts import Texts

SAMPLE: Final = "sample"
FORMS: Final[Mapping[str, Form]] = {
    ".csv": "csv", ".yaml": "yaml", ".yml": "yaml", ".jsonl": "jsonl", ".ndjson": "jsonl",
}  # fmt: skip
MOST_QUESTIONS: Final = 2_000
MOST_BYTES: Final = 10_000_000
MOST_FAULTS: Final = 1_000
CP932: Final = "cp932"

_TRUTHS: Final = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", re.ASCII)


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """One question of a set.

    Attributes:
        line: where it begins in its file.
        expected: what a right answer says; empty where nobody said.
        must_cite: an answer without a citation is wrong.
        language: as the file says, such as ja; empty where it does not say.
    """

    line: int
    question: str
    expected: str = ""
    must_cite: bool = False
    language: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class QuestionSet:
    """All questions of a file, in its order. flags: what should be known of how it was read."""

    name: str
    questions: tuple[Question, ...]
    flags: tuple[str, ...] = ()

    @property
    def sha256(self) -> str:
        """Of what is asked and expected: the same questions in another form of file agree."""
        content = [
            [one.question, one.expected, one.must_cite, one.language] for one in self.questions
        ]
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()


class QuestionFileRefused(ChatRefused):
    """A question file that cannot be used, with everything found wrong in it."""

    def __init__(self, name: str, faults: Sequence[Fault]) -> None:
        self.faults = tuple(sorted(faults, key=lambda one: one.line or 0)[:MOST_FAULTS])
        super().__init__("question_file", file=name)

    def sentence(self, texts: Texts) -> str:
        """One line for the file, and one for each fault."""
        lines = [texts("chat.refused.question_file", **self.facts)]
        return "\n".join([*lines, *(one.sentence(texts) for one in self.faults)])


def read_questions(content: bytes, *, name: str) -> QuestionSet:
    """The questions in the bytes of a file. name: what it is called; its end tells the form.

    Raises:
        QuestionFileRefused: with every fault found (up to 1,000), in order of line.
        ChatRefused: the file as a whole cannot be read.
    """
    form = FORMS.get(PurePath(name).suffix.lower())
    if form is None:
        raise ChatRefused("question_form", file=shown(name), known=", ".join(FORMS))
    if len(content) > MOST_BYTES:
        raise ChatRefused("question_size", file=shown(name), most=f"{MOST_BYTES:,}")
    text, flags = _decoded(content, name)
    rows = read_rows(text, form, name)
    questions = [one for row in rows.rows if (one := _question(row, rows)) is not None]
    _refuse_twins(questions, rows)
    if rows.faults:
        raise QuestionFileRefused(name, rows.faults)
    if not questions:
        raise ChatRefused("question_none", file=shown(name))
    if len(questions) > MOST_QUESTIONS:
        raise ChatRefused(
            "question_many",
            file=shown(name),
            most=f"{MOST_QUESTIONS:,}",
            found=f"{len(questions):,}",
        )
    return QuestionSet(name=name, questions=tuple(questions), flags=flags)


def sample_questions() -> QuestionSet:
    """The bundled questions about the bundled catalogue; each answer has to cite."""
    written = resources.files("dashboard").joinpath("chat/sample/questions.csv").read_text("utf-8")
    questions = tuple(
        Question(
            line=line,
            question=row["question"],
            expected=row["answer"],
            must_cite=True,
            language=row["language"],
        )
        for line, row in enumerate(csv.DictReader(io.StringIO(written)), start=2)
    )
    return QuestionSet(name=SAMPLE, questions=questions)


def _decoded(content: bytes, name: str) -> tuple[str, tuple[str, ...]]:
    """UTF-8 proves itself; what is none may be what Excel writes in Japan, and is flagged."""
    try:
        return content.decode("utf-8-sig"), ()
    except UnicodeDecodeError as error:
        position = str(error.start)
    try:
        return content.decode(CP932), (CP932,)
    except UnicodeDecodeError:
        raise ChatRefused("question_encoding", file=shown(name), position=position) from None


def _question(row: Row, rows: Rows) -> Question | None:
    """The row as a question; None where anything is wrong with it."""
    before = len(rows.faults)
    question, expected, language = (
        _text(row, column, rows) for column in ("question", "expected", "language")
    )
    if len(rows.faults) == before and not question and not rows.unasked:
        rows.refuse(row.line_of("question"), "question", "question_blank")
    if language and not _LANGUAGE.fullmatch(language):
        rows.refuse(row.line_of("language"), "language", "question_language", found=shown(language))
    must_cite = _truth(row, rows)
    if len(rows.faults) > before:
        return None
    return Question(
        line=row.line_of("question"),
        question=question,
        expected=expected,
        must_cite=must_cite,
        language=language,
    )


def _text(row: Row, column: str, rows: Rows) -> str:
    value = row.values.get(column)
    if value is None:
        return ""
    if not isinstance(value, str):
        rows.refuse(row.line_of(column), column, "question_text", found=shown(value))
        return ""
    text = safe_text(value).strip()
    if len(text) > LONGEST_QUESTION:
        rows.refuse(
            row.line_of(column),
            column,
            "question_long",
            most=f"{LONGEST_QUESTION:,}",
            found=f"{len(text):,}",
        )
    return text


def _truth(row: Row, rows: Rows) -> bool:
    value = row.values.get("must_cite")
    if isinstance(value, bool):
        return value
    word = "" if value is None else str(value).strip().casefold()
    if word and word not in _TRUTHS:
        rows.refuse(row.line_of("must_cite"), "must_cite", "question_truth", found=shown(value))
    return _TRUTHS.get(word, False)


def _refuse_twins(questions: Sequence[Question], rows: Rows) -> None:
    """The same question twice would be paid twice, and count as one in the summary."""
    first: dict[str, Question] = {}
    for one in questions:
        key = " ".join(unicodedata.normalize("NFKC", one.question).casefold().split())
        before = first.setdefault(key, one)
        if before is not one and key:
            rows.refuse(one.line, "question", "question_twice", line=str(before.line))
