"""Files of a batch test: the questions it reads, the results it keeps, the table it writes."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Final

from rapidfuzz import fuzz

from dashboard.chat.batch.question_file import (
    SAMPLE,
    QuestionSet,
    read_questions,
    sample_questions,
)
from dashboard.chat.endpoints import shown
from dashboard.chat.errors import ChatRefused

FOLDER: Final = "evaluations"
LEAST_LIKENESS: Final = 75


def open_questions(name: str) -> QuestionSet:
    """The questions of a file, or those that are bundled. Raises ChatRefused."""
    if name == SAMPLE:
        return sample_questions()
    path = Path(name)
    try:
        content = path.read_bytes()
    except (OSError, ValueError) as error:
        near = fuzz.ratio(name.casefold(), SAMPLE) >= LEAST_LIKENESS
        raise ChatRefused(
            "question_file_like_sample" if near else "question_file_missing",
            file=shown(name),
            reason=getattr(error, "strerror", None) or str(error),
        ) from None
    return read_questions(content, name=path.name)


def result_path(given: Path | None, data_dir: Path, questions: str, now: datetime) -> Path:
    """Where results are kept: the file that was named, else a new one in the data folder."""
    if given is not None:
        return given
    folder = data_dir / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = f"{Path(questions).stem}-{now:%Y%m%d-%H%M%S}"
    for number in range(1, 1000):
        path = folder / (f"{name}.sqlite" if number == 1 else f"{name}-{number}.sqlite")
        try:
            path.touch(mode=0o600, exist_ok=False)
        except FileExistsError:
            continue
        return path
    raise ChatRefused("batch_file_unopened", file=name)


def require_table_place(out: Path | None, others: Iterable[Path]) -> None:
    """Refuse a table that could not be written, or would take the place of something else.

    Checked before anything is asked. Raises ChatRefused.
    """
    if out is None:
        return
    folder = out.parent
    if out.is_dir() or not folder.is_dir() or not os.access(folder, os.W_OK):
        raise ChatRefused("batch_out", file=shown(out.name))
    if any(other.exists() and out.exists() and out.samefile(other) for other in others):
        raise ChatRefused("batch_out_taken", file=shown(out.name))
    if any(out.absolute() == other.absolute() for other in others):
        raise ChatRefused("batch_out_taken", file=shown(out.name))


def write_table(text: str, out: Path) -> None:
    """Write the table whole or not at all; with the mark by which Excel knows UTF-8."""
    beside = out.with_name(f".{out.name}.part")
    beside.write_text(text, encoding="utf-8-sig", newline="")
    beside.replace(out)
