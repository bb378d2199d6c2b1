"""The workbook's sheet of a base is about the pair and hours that were asked for, by every face."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import httpx
import openpyxl
import pytest

from tests.contracts.questions import document_of
from tests.dashboard.commands import call, refusal
from tests.dashboard.documents import without

EXAMPLE = "every-way-to-buy"
SHEET = "Base and overflow"
CHOICE = {"base": "PTU for a year", "overflow": "Batch", "profile": "flat"}


def pair_of(content: bytes) -> str:
    """What the sheet says that it is about."""
    sheet = openpyxl.load_workbook(io.BytesIO(content))[SHEET]
    return str(sheet["A3"].value)


def test_rest_and_the_command_give_the_sheet_of_the_chosen_pair(
    api: httpx.Client, tmp_path: Path
) -> None:
    folder, file = tmp_path / "data", tmp_path / "answer.xlsx"
    folder.mkdir()
    options = [part for name, value in CHOICE.items() for part in (f"--{name}", value)]

    sent = api.post("/exports/xlsx", json=document_of(EXAMPLE), params=CHOICE)
    told = call("export", EXAMPLE, "--as", "xlsx", "-o", str(file), *options, folder=folder)
    default = api.post("/exports/xlsx", json=document_of(EXAMPLE))

    assert (200, 0, 200) == (sent.status_code, told.exit_code, default.status_code)
    said = "Base: PTU for a year. Overflow: Batch. Hours: the same in every hour."
    assert said == pair_of(sent.content)
    assert said == pair_of(file.read_bytes())
    assert pair_of(default.content).startswith("Base: PTU by the hour. Overflow: Per token, global")


@pytest.mark.parametrize(
    ("document", "asked", "said"),
    [
        (document_of(EXAMPLE), {"base": "x"}, "base: Expected one of PTU by the hour"),
        (document_of(EXAMPLE), {"overflow": "PTU for a year"}, "overflow: Expected one of"),
        (document_of(EXAMPLE), {"profile": "sunday"}, "profile: Expected one of flat"),
        (without("options.1", document_of("article")), {"base": "x"}, "base: Expected an option"),
    ],
)
def test_what_the_sheet_cannot_be_about_is_refused(
    tmp_path: Path, document: dict[str, Any], asked: dict[str, str], said: str
) -> None:
    file, folder = tmp_path / "question.json", tmp_path / "data"
    folder.mkdir()
    file.write_text(json.dumps(document, default=str), encoding="utf-8")
    options = [part for name, value in asked.items() for part in (f"--{name}", value)]
    out = tmp_path / "answer.xlsx"

    [line] = refusal(
        call("export", str(file), "--as", "xlsx", "-o", str(out), *options, folder=folder), 2
    )

    assert said in line
    assert not out.exists()
