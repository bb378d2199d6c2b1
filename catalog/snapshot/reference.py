"""Reading the reference files that a snapshot is built from, with their columns held strictly."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from urllib.parse import quote

from catalog.errors import ReferenceDataInvalid
from catalog.exact_texts import decimal_text
from catalog.snapshot.reference_files import COLUMNS

LICENSES = {
    "AlexsJones/llmfit": "MIT",
    "Azure/azureml-assets": "MIT",
    "Azure/karpenter-provider-azure": "Apache-2.0",
    "Lightning-AI/litgpt": "Apache-2.0",
    "MicrosoftDocs/azure-ai-docs": "CC-BY-4.0 (not re-read)",
    "ai-dynamo/aiconfigurator": "Apache-2.0",
    "cli99/llm-analysis": "Apache-2.0",
    "coopslarhette/skypilot-catalog": "not checked; figures only",
    "huggingface/hf-endpoints-documentation": "no licence file; figures only",
    "kubernetes/autoscaler": "Apache-2.0",
    "mlc-ai/mlc-llm": "Apache-2.0",
    "mudler/LocalAI": "MIT",
    "skypilot-org/skypilot-catalog": "not checked; figures only",
    "the-full-stack/website": "MIT",
}
"""Licence of every repository that a snapshot may draw on."""

_REFERENCE = re.compile(r"(?P<repo>[\w.-]+/[\w.-]+)@(?P<commit>[0-9a-f]{7,40}):(?P<path>[^#\s]+)")


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a reference file, with what a message about it needs.

    Attributes:
        file: name of the file.
        number: line in the file, the header is 1.
        cells: column name to text, as it stands there.
    """

    file: str
    number: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    def exact(self, column: str) -> str:
        """The number in a cell in canonical text, or an empty text.

        Raises:
            ReferenceDataInvalid: not a number, negative, or not finite.
        """
        cell = self.cells[column]
        if cell == "":
            return ""
        try:
            number = Decimal(cell)
            if number < 0:
                raise ValueError
            return decimal_text(number)
        except (InvalidOperation, ValueError):
            raise self.wrong(column, "a number that is not negative") from None

    def moment(self, column: str) -> datetime:
        """The time in a cell, which must carry a time zone."""
        try:
            moment = datetime.fromisoformat(self.cells[column])
        except ValueError:
            raise self.wrong(column, "a time such as 2026-06-18T03:43:41Z") from None
        if moment.tzinfo is None:
            raise self.wrong(column, "a time with a time zone")
        return moment

    def wrong(self, column: str, expected: str) -> ReferenceDataInvalid:
        """The error that says where a cell is not as expected."""
        return ReferenceDataInvalid(
            f"{self.file} line {self.number}, column {column}: expected {expected}, found "
            f"{self.cells[column]!r}. Correct the file and build again."
        )


def read_reference(folder: Path, file: str) -> list[Line]:
    """All lines of one reference file.

    Raises:
        ReferenceDataInvalid: the file is missing, is no UTF-8 CSV, lacks a column, has an unknown
            one, or a line has too few or too many cells.
    """
    path = folder / file
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ReferenceDataInvalid(
            f"Expected the reference file {file} in {folder}, found: {error.strerror}. "
            "Name the folder that holds the reference data."
        ) from error
    except UnicodeDecodeError as error:
        raise ReferenceDataInvalid(
            f"Expected UTF-8 in {file}, found byte {error.start} to be none. Save it as UTF-8."
        ) from error
    rows = csv.reader(text.splitlines())
    header = next(rows, [])
    missing = [column for column in COLUMNS[file] if column not in header]
    unknown = [column for column in header if column not in COLUMNS[file]]
    if missing or unknown or len(set(header)) != len(header):
        raise ReferenceDataInvalid(
            f"{file}: expected the columns {', '.join(COLUMNS[file])}; missing: "
            f"{', '.join(missing) or 'none'}; unknown: {', '.join(unknown) or 'none'}. "
            "Correct the header, or teach the build the new column."
        )
    lines = []
    for number, row in enumerate(rows, start=2):
        if len(row) != len(header):
            raise ReferenceDataInvalid(
                f"{file} line {number}: expected {len(header)} cells, found {len(row)}. "
                "Correct the file and build again."
            )
        lines.append(Line(file=file, number=number, cells=dict(zip(header, row, strict=True))))
    return lines


def license_of(repository: str) -> str:
    """Licence of a repository that data was read from.

    Raises:
        ReferenceDataInvalid: the repository is not listed.
    """
    try:
        return LICENSES[repository]
    except KeyError:
        raise ReferenceDataInvalid(
            f"Expected a source whose licence is known, found {repository!r}. "
            "Look its licence up and add it to LICENSES in catalog/snapshot/reference.py."
        ) from None


def file_url(repository: str, commit: str, path: str) -> str:
    """Public address of one file at one commit."""
    return f"https://github.com/{repository}/blob/{commit}/{quote(path)}"


def reference_url(reference: str) -> str | None:
    """Public address of ``REPOSITORY@COMMIT:PATH``, None where the text is of another form."""
    found = _REFERENCE.match(reference)
    return None if found is None else file_url(found["repo"], found["commit"], found["path"])


def reference_parts(reference: str) -> tuple[str, str] | None:
    """Repository and commit of ``REPOSITORY@COMMIT`` with or without a path, else None."""
    repository, at, rest = reference.partition("@")
    return (repository, rest.partition(":")[0]) if at else None


def day_text(moment: datetime) -> str:
    """The UTC day of a moment, ``2026-06-18``."""
    return date(moment.year, moment.month, moment.day).isoformat()
