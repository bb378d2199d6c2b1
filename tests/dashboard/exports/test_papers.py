"""What each paper says: the seal, unknown costs in words, both languages, REST and the command."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import httpx
import openpyxl
import pytest

from dashboard.exports.focus_rows import MAPPING
from dashboard.exports.kinds import KINDS, export_file
from dashboard.exports.paper import answer_hash
from tests.contracts.questions import document_of
from tests.dashboard.commands import call
from tests.dashboard.exports.papers import example_paper, paper

TEXTS = ("csv", "focus", "markdown", "print")


@pytest.mark.parametrize("kind", TEXTS)
@pytest.mark.parametrize("language", ["en", "ja"])
def test_each_paper_carries_the_hash_of_the_answer(kind: Any, language: str) -> None:
    asked = example_paper("article-with-capacity", language)

    text = export_file(asked, kind).content.decode()

    assert answer_hash(asked.document) == asked.seal
    assert asked.seal in text


def test_an_answer_has_one_hash_in_every_language() -> None:
    """Or a Japanese reader could not find the answer that an English paper names."""
    english, japanese = (example_paper("article-with-capacity", one) for one in ("en", "ja"))

    assert english.seal == japanese.seal
    assert english.document != japanese.document
    assert english.seal != example_paper("article").seal


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_sheet_carries_the_seal_that_is_given(language: str) -> None:
    sealed = paper(document_of("article"), language, seal="ab" * 32)

    book = openpyxl.load_workbook(io.BytesIO(export_file(sealed, "xlsx").content))

    assert 7 == len(book.worksheets)
    for page in book.worksheets:
        assert any("ab" * 32 in str(cell.value) for row in page.iter_rows() for cell in row)


@pytest.mark.parametrize("kind", TEXTS)
def test_an_unknown_answer_is_said_in_words_and_has_no_number(kind: Any) -> None:
    """The host nobody measured has no cost; the option by the token keeps its own."""
    asked = example_paper("unknown-capacity")

    text = export_file(asked, kind).content.decode()

    assert "missing" in text or "capacity" in text
    assert "Hosts nobody measured" in text


def test_a_workbook_of_an_unknown_answer_says_so_in_the_place_of_the_verdict() -> None:
    asked = example_paper("unknown-capacity")

    content = export_file(asked, "xlsx").content

    page = openpyxl.load_workbook(io.BytesIO(content), data_only=True)["Summary"]
    said = {row[0].value: row[1].value for row in page.iter_rows(max_col=2)}
    assert str(said["Verdict"]).startswith("Cannot judge")
    assert "missing" in str(said["Hosts nobody measured"])


def test_focus_rows_have_the_columns_of_the_mapping_and_sum_to_the_answer() -> None:
    asked = example_paper("article")

    text = export_file(asked, "focus").content.decode("utf-8-sig")

    rows = list(csv.DictReader(io.StringIO(text)))
    assert list(MAPPING) == list(rows[0])
    assert all(row["x_RowKind"] == "estimate" and row["BilledCost"] == "" for row in rows)
    hosts = [row for row in rows if row["x_OptionName"] == "Three hosts"]
    assert ["13402.8"] == [row["EffectiveCost"] for row in hosts]


def test_japanese_papers_have_the_boxes_of_a_japanese_company() -> None:
    text = export_file(example_paper("article", "ja"), "print").content.decode()

    assert all(f"<b>{word}</b>" in text for word in ("起案", "確認", "承認"))
    assert '<html lang="ja">' in text


@pytest.mark.parametrize("kind", KINDS)
def test_rest_gives_each_kind_as_a_file(server_url: str, kind: str) -> None:
    answer = httpx.post(
        f"{server_url}/api/v1/exports/{kind}", json=document_of("article"), timeout=60
    )

    assert 200 == answer.status_code
    assert answer.headers["content-disposition"].startswith('attachment; filename="modelcost-')
    assert answer.content


def test_rest_refuses_an_unknown_kind_and_a_broken_question(server_url: str) -> None:
    unknown = httpx.post(f"{server_url}/api/v1/exports/pdf", json=document_of("article"))
    broken = httpx.post(f"{server_url}/api/v1/exports/csv", json={"version": 1})

    assert (422, 422) == (unknown.status_code, broken.status_code)
    assert "'xlsx'" in unknown.json()["errors"][0]["message"]
    assert "workload" == broken.json()["errors"][0]["field"]


def test_the_page_to_print_loads_nothing_and_refuses_what_is_not_there(server_url: str) -> None:
    shown = httpx.get(f"{server_url}/print", params={"scenario": "article"})
    missing = httpx.get(f"{server_url}/print", params={"scenario": "no-such-question"})

    assert (200, 422) == (shown.status_code, missing.status_code)
    assert "default-src 'none'" in shown.headers["content-security-policy"]
    assert "script" not in shown.headers["content-security-policy"]
    assert 3 == shown.text.count('class="box"')
    assert "There is no paper" in missing.text


def test_the_command_writes_a_file_and_refuses_what_it_cannot(tmp_path: Path) -> None:
    folder, file = tmp_path / "data", tmp_path / "answer.xlsx"
    folder.mkdir()

    written = call("export", "article", "--as", "xlsx", "-o", str(file), folder=folder)
    unknown = call("export", "article", "--as", "pdf", folder=folder)
    nowhere = call("export", "article", "--as", "xlsx", folder=folder)
    lost = call("export", "article", "--as", "csv", "-o", "/none/x.csv", folder=folder)

    assert 0 == written.exit_code
    assert b"PK" == file.read_bytes()[:2]
    assert (2, 2, 3) == (unknown.exit_code, nowhere.exit_code, lost.exit_code)
    assert "Expected --as xlsx" in unknown.stderr
    assert "-o FILE" in nowhere.stderr
    assert "/none/x.csv" in lost.stderr
