"""Names that would run, break out or overflow stay text in every paper."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import openpyxl
import pytest
from markdown_it import MarkdownIt

from dashboard.exports.harmless_cells import file_stem
from dashboard.exports.kinds import KINDS, export_file
from tests.contracts.questions import document_of
from tests.dashboard.exports.papers import paper

HOSTILE = (
    "=cmd|' /C calc'!A0",
    "<script>alert(1)</script>",
    "＝1+1 トークン課金 🦜",
    "[click](javascript:alert(1)) | # x",
    "@SUM(1;1)",
    "x" * 250,
)


def _named(name: str) -> dict[str, Any]:
    scenario = document_of("article")
    scenario["title"] = name
    scenario["options"][0]["name"] = name
    scenario["options"][0]["prices"]["input"]["source"] = name
    scenario["options"][0]["prices"]["input"]["owner"] = name
    return scenario


@pytest.mark.parametrize("name", HOSTILE)
def test_no_cell_of_a_workbook_runs_what_a_person_typed(name: str) -> None:
    """Only our own formulas are formulas, and none of them holds the name."""
    content = export_file(paper(_named(name)), "xlsx").content

    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = [cell for page in book.worksheets for row in page.iter_rows() for cell in row]
    typed = [cell for cell in cells if isinstance(cell.value, str) and name in cell.value]
    assert typed
    assert all("f" != cell.data_type for cell in typed)
    assert not any(str(cell.value).startswith(("=cmd", "@", "＝")) for cell in typed)


@pytest.mark.parametrize("kind", ["csv", "focus"])
@pytest.mark.parametrize("name", HOSTILE)
def test_no_cell_of_a_table_begins_like_a_formula(name: str, kind: Any) -> None:
    """Excel runs such a cell when it opens the file."""
    text = export_file(paper(_named(name)), kind).content.decode("utf-8-sig")

    rows = list(csv.reader(io.StringIO(text)))
    assert 1 == len({len(row) for row in rows})
    assert any(name in cell for row in rows for cell in row)
    assert not any(cell.startswith(("=", "@", "+", "＝")) for row in rows for cell in row)


@pytest.mark.parametrize("kind", ["print", "svg"])
@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_becomes_markup_of_a_page_or_drawing(name: str, kind: Any) -> None:
    """No script is in either, ours or another's."""
    text = export_file(paper(_named(name)), kind).content.decode()

    assert "<script" not in text
    assert "javascript:alert" not in re.sub(r">[^<]*<|\"[^\"]*\"", "", text)


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_becomes_markdown_of_a_record(name: str) -> None:
    """Rendered with tables and links, it holds neither a link nor markup of a name."""
    text = export_file(paper(_named(name)), "markdown").content.decode()

    html = MarkdownIt("gfm-like", {"linkify": False}).render(text)
    assert "<a " not in html
    assert "<script" not in html


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", HOSTILE)
def test_the_name_of_a_file_is_plain(name: str, kind: Any) -> None:
    """Letters, digits, hyphens and a dot, whatever the title."""
    file = export_file(paper(_named(name)), kind)

    assert re.fullmatch(r"modelcost-[a-z0-9-]{1,70}\.(xlsx|csv|md|html|svg)", file.name)


def test_a_title_without_a_latin_letter_has_a_file_name_all_the_same() -> None:
    assert "modelcost-answer" == file_stem("円で比べる 🦜")
