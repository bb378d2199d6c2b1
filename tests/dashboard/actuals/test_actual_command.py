"""`modelcost actual`: estimate against actual, the measured scenario, refusals in one sentence."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from catalog.document import read_document
from catalog.scenario import parse_scenario
from dashboard.service import example_document
from dashboard.texts import load_texts
from tests.dashboard.actuals.scrapes import AZURE, OPENAI, OWN, metrics
from tests.dashboard.commands import call


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


def written(tmp_path: Path, *texts: str) -> list[str]:
    paths = [tmp_path / f"use{number}.txt" for number in range(len(texts))]
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text, encoding="utf-8")
    return [str(path) for path in paths]


def lines(document: dict[str, Any]) -> dict[str, dict[str, str | None]]:
    return {line["code"]: line for line in document["lines"]}


def test_two_scrapes_against_the_article_add_up_line_by_line(folder: Path, tmp_path: Path) -> None:
    """In 2 hours 1,000 requests of 900 + 1,100 tokens, where 5,000 an hour of 1,000 + 1,000 were
    planned."""
    files = written(tmp_path, metrics(), metrics(1120, 1_008_000, 1_232_000))
    found = call("actual", "article", *files, "--hours", "2", "--json", folder=folder).document()
    told = lines(found)

    assert ("Per token", "llama", "2") == (found["option"], found["model"], found["hours"])
    assert ("3650000", "365000") == (told["requests"]["planned"], told["requests"]["actual"])
    for line in told.values():
        if line["actual"] is not None:
            parts = [Decimal(line[part] or 0) for part in ("volume", "length", "price")]
            assert Decimal(line["actual"]) - Decimal(line["planned"] or 0) == sum(parts)
    each = (900 * Decimal("0.00067") + 1100 * Decimal("0.00052")) / 1000
    planned = Decimal("0.00119")
    assert Decimal(told["cost"]["length"] or 0) == 730 * 500 * (each - planned)
    assert told["cost"]["actual"] is None
    assert {"planned": "0", "actual": "0.1"} == found["cached_input_share"]
    assert "1.25" == found["targets"][0]["actual_p95"]


def test_a_bill_splits_its_cost_by_volume_length_and_price(folder: Path, tmp_path: Path) -> None:
    """The sum of the three is what was paid beyond the plan."""
    [file] = written(tmp_path, AZURE)
    options = ("--hours", "24", "--requests", "120", "--json")
    found = call("actual", "article", file, *options, folder=folder).document()
    cost = lines(found)["cost"]

    parts = [Decimal(cost[part] or 0) for part in ("volume", "length", "price")]
    paid = Decimal("0.0946") / 24 * 730
    assert abs(Decimal(cost["actual"] or 0) - paid) < Decimal("1e-20")
    assert abs(Decimal(cost["actual"] or 0) - Decimal(cost["planned"] or 0) - sum(parts)) < (
        Decimal("1e-20")
    )


def test_the_use_becomes_a_scenario_that_can_be_asked(folder: Path, tmp_path: Path) -> None:
    """With the mean tokens of the file; peak and targets stay."""
    [file] = written(tmp_path, OPENAI)
    told = call("actual", "article", file, "--hours", "48", "--scenario", folder=folder)
    document = read_document(told.stdout, form="yaml", name="measured")
    workload = parse_scenario(document.value, document.places, "measured").workload

    assert (Decimal("2.5"), Decimal(900), Decimal(1100), Decimal("0.1")) == (
        workload.requests_per_hour, workload.input_tokens, workload.output_tokens,
        workload.cached_input_share,
    )  # fmt: skip


def test_the_table_is_in_the_language_that_was_asked_for(folder: Path, tmp_path: Path) -> None:
    """Our own CSV, in Japanese, with the remark on what was left out."""
    [file] = written(tmp_path, OWN)
    told = call("actual", "article", file, "--hours", "1", "--lang", "ja", folder=folder)

    assert "見積りと実績の比較" in told.stdout
    assert load_texts("ja")("actual.flag.rows_without_tokens") in told.stdout
    assert "365万" in told.stdout


@pytest.mark.parametrize(
    ("texts", "options", "expected"),
    [
        (
            (AZURE,),
            ("--hours", "1"),
            "azure_cost counts no requests. Say how many requests there were.",
        ),
        ((OPENAI,), ("--hours", "0"), "hours: expected a number above 0, found 0"),
        ((OPENAI,), ("--hours", "soon"), "hours: expected a number above 0, found soon"),
        ((OPENAI,), ("--hours", "1", "--option", "Nope"), "There is no option Nope with a cost"),
        ((OPENAI, OPENAI), ("--hours", "1"), "one or two scrapes of vLLM, or one CSV"),
        ((metrics(),) * 3, ("--hours", "1"), "found 3 files"),
        ((metrics(), metrics()), ("--hours", "1"), "requests: expected a number above 0"),
        ((AZURE.replace("Outp", "x"),), ("--hours", "1", "--requests", "2"), "no output tokens"),
    ],
)
def test_what_cannot_be_compared_ends_with_one_sentence_and_2(
    folder: Path, tmp_path: Path, texts: tuple[str, ...], options: tuple[str, ...], expected: str
) -> None:
    """It says what was expected, what was found and what to do."""
    told = call("actual", "article", *written(tmp_path, *texts), *options, folder=folder)

    assert (2, "") == (told.exit_code, told.stdout)
    assert expected in told.stderr


def test_another_currency_is_flagged_and_its_cost_not_compared(
    folder: Path, tmp_path: Path
) -> None:
    """Yen are not dollars; tokens still are tokens."""
    [file] = written(tmp_path, AZURE.replace("USD", "JPY"))
    options = ("--hours", "24", "--requests", "120", "--json")
    found = call("actual", "article", file, *options, folder=folder).document()

    assert lines(found)["cost"]["actual"] is None
    assert "other_currency" in [flag["code"] for flag in found["flags"]]


def test_a_file_that_is_not_utf_8_is_refused_at_its_byte(folder: Path, tmp_path: Path) -> None:
    """Such as one of UTF-16."""
    path = tmp_path / "use.csv"
    path.write_bytes(OPENAI.encode("utf-16"))
    told = call("actual", "article", str(path), "--hours", "1", folder=folder)

    assert 2 == told.exit_code
    assert "File 1: expected text in UTF-8" in told.stderr


def test_the_command_and_rest_give_the_same_document(
    server_url: str, folder: Path, tmp_path: Path
) -> None:
    """And the same sentence where they refuse."""
    texts = (metrics(), metrics(1120, 1_008_000, 1_232_000))
    told = call("actual", "article", *written(tmp_path, *texts), "--hours", "2", "--json",
                folder=folder)  # fmt: skip
    body = {"scenario": example_document("article"), "files": list(texts)}
    url = f"{server_url}/api/v1/actuals"

    assert told.document() == httpx.post(url, json=body, params={"hours": "2"}, timeout=60).json()
    reset = {**body, "files": list(reversed(texts))}
    answer = httpx.post(url, json=reset, params={"hours": "2"}, timeout=60)
    assert (422, "counter_reset") == (answer.status_code, answer.json()["errors"][0]["code"])
    wrongs: list[Any] = [[], {"scenario": {}}, {**body, "files": [1]}, {**body, "more": 1}]
    for wrong in wrongs:
        answer = httpx.post(url, json=wrong, params={"hours": "2"}, timeout=60)
        assert (422, "body") == (answer.status_code, answer.json()["errors"][0]["code"])
