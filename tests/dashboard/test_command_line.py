"""The command `modelcost`: what it prints, where, and with which exit code."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path

import httpx
import pytest

from dashboard import __version__
from dashboard.service import example_bytes, example_names
from tests.dashboard.commands import call, run
from tests.dashboard.documents import article, with_value, without

CENT = Decimal("0.01")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that the commands of this file share."""
    return tmp_path_factory.mktemp("data")


def test_the_article_breaks_even_once_at_its_published_load_and_stdout_is_json_only(
    tmp_path: Path,
) -> None:
    """As a process, on a fresh folder: 12,831,932.77 tokens an hour each way, at 18.36 an hour."""
    told = run("break-even", "article", "--json", folder=tmp_path)

    document = told.document()
    [crossing] = document["crossings"]
    assert Decimal("12831932.77") == Decimal(crossing["input_tokens_per_hour"]).quantize(CENT)
    assert Decimal("12831932.77") == Decimal(crossing["output_tokens_per_hour"]).quantize(CENT)
    assert ("18.36", "18.36", 3) == (
        crossing["cost_per_hour"],
        crossing["cost_per_hour_after"],
        crossing["instances"],
    )
    assert [None] == [paper["reachable"] for paper in document["paper_crossings"]]
    assert "" == told.stderr
    assert told.stdout == json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def test_the_answer_in_words_holds_the_finding_its_condition_and_the_table(folder: Path) -> None:
    """What a person reads in a terminal."""
    told = call("break-even", "article", folder=folder)

    assert (0, "") == (told.exit_code, told.stderr)
    first = told.stdout.splitlines()[0]
    assert "Per token is the cheapest at your load" in first
    assert "only if each host serves whatever load comes" in first
    assert "12.83M input + 12.83M output tokens an hour (capacity not considered)" in told.stdout
    assert re.search(r"^Three hosts +\$18\.36 +\$13,403 +3 +2024-03-17$", told.stdout, re.MULTILINE)
    assert re.search(r"^Per token +0 +12,832 +-$", told.stdout, re.MULTILINE)


def test_japanese_is_printed_as_japanese_with_columns_in_line(folder: Path) -> None:
    """Wide letters count as two columns, so that the costs stand under each other."""
    document = with_value("options.0.name", "トークン課金")

    told = call("break-even", "-", "--lang", "ja", folder=folder, stdin=json.dumps(document))

    assert 0 == told.exit_code
    assert "月936.7万" in told.stdout
    [serverless] = re.findall(r"^(トークン課金 +)\$9\.04 ", told.stdout, re.MULTILINE)
    [dedicated] = re.findall(r"^(Three hosts +)\$18\.36 ", told.stdout, re.MULTILINE)
    assert len(dedicated) == len(serverless) + len("トークン課金")


def test_several_stretches_and_host_counts_are_listed(folder: Path) -> None:
    """The article with a capacity: two stretches of the hosts, and then never again."""
    told = call("break-even", "article-with-capacity", folder=folder)

    rows = [line.split() for line in told.stdout.splitlines() if line.startswith("GPU hosts")]
    assert ["3", "4"] == [row[-1] for row in rows if row[2] in ("12,832", "17,975")]
    assert "changes 4 times" in told.stdout


def test_what_is_missing_is_said_in_the_place_of_the_cost(folder: Path) -> None:
    """A machine nobody knows: no capacity, no cost, no verdict; never a 0."""
    document = json.dumps(without("options.1.instance", without("options.1.capacity")))

    told = call("break-even", "-", folder=folder, stdin=document)

    [row] = [line for line in told.stdout.splitlines() if line.startswith("Three hosts ")]
    assert "the most one host can serve is missing" in row
    assert "$" not in row
    assert told.stdout.startswith("Cannot judge: ")
    assert "tokens an hour" not in told.stdout


def test_one_option_alone_is_answered_without_a_break_even(folder: Path) -> None:
    """Nothing to compare with: its cost, and no stretches."""
    document = json.dumps(without("options.1"))

    told = call("break-even", "-", folder=folder, stdin=document)

    assert 0 == told.exit_code
    assert "$9.04" in told.stdout
    assert "Up to (requests an hour)" not in told.stdout


def test_an_estimate_is_the_part_without_the_search(folder: Path) -> None:
    """The same document under the same keys, and in words no break-even."""
    whole = call("break-even", "article", "--json", folder=folder).document()

    part = call("estimate", "article", "--json", folder=folder).document()
    words = call("estimate", "article", folder=folder).stdout

    assert "crossings" not in part
    assert whole["verdict"]["at_workload"] == part.pop("verdict")["at_workload"]
    assert {key: whole[key] for key in part} == part
    assert "12.83M" not in words
    assert "$18.36" in words


@pytest.mark.parametrize("form", ["yaml", "json", "json with blanks"])
def test_a_dash_reads_the_scenario_from_stdin(folder: Path, form: str) -> None:
    """YAML or JSON, told apart by its first letter."""
    text = example_bytes("article").decode() if form == "yaml" else json.dumps(article())
    expected = call("break-even", "article", "--json", folder=folder).document()

    told = call("break-even", "-", "--json", folder=folder, stdin=text.rjust(len(text) + 3))

    assert expected == told.document()


@pytest.mark.parametrize("name", ["question.yaml", "question.JSON", "no-ending"])
def test_a_scenario_is_read_from_a_file(folder: Path, tmp_path: Path, name: str) -> None:
    """The ending .json says JSON; everything else is YAML."""
    file = tmp_path / name
    content = json.dumps(article()).encode() if "JSON" in name else example_bytes("article")
    file.write_bytes(content)

    told = call("estimate", str(file), "--json", folder=folder)

    assert call("estimate", "article", "--json", folder=folder).document() == told.document()


@pytest.mark.parametrize(
    ("scenario", "required", "exit_code"),
    [
        ("article", "Per token", 0),
        ("article", "Three hosts", 1),
        ("article", "Two hosts", 2),
        ("article-with-capacity", "GPU hosts", 1),
    ],
)
def test_a_required_winner_is_a_gate(
    folder: Path, scenario: str, required: str, exit_code: int
) -> None:
    """0 yes, 1 no, 2 there is no such option; the document is printed whatever the answer."""
    told = call("break-even", scenario, "--json", "--require", required, folder=folder)

    assert exit_code == told.exit_code
    assert "crossings" in json.loads(told.stdout)
    assert (exit_code == 0) == (told.stderr == "")
    assert exit_code == 0 or required in told.stderr


def test_a_gate_is_closed_where_it_is_too_close_to_call(folder: Path) -> None:
    """The cheapest by a few percent is not clearly the cheapest."""
    document = with_value("workload.requests_per_hour", "12500")

    told = call(
        "break-even", "-", "--require", "Per token", folder=folder, stdin=json.dumps(document)
    )

    assert 1 == told.exit_code
    assert "Too close to call" in told.stderr


def test_the_answer_is_the_document_of_the_rest_api(folder: Path, api: httpx.Client) -> None:
    """In either language."""
    for language in ("en", "ja"):
        expected = api.post(f"/break-even?lang={language}", json=article()).json()

        told = call("break-even", "article", "--json", "--lang", language, folder=folder)

        assert expected == told.document()


def test_names_of_examples_and_the_version_are_one_a_line(folder: Path) -> None:
    """Made to be read by a script."""
    assert list(example_names()) == call("examples", folder=folder).stdout.splitlines()
    assert f"{__version__}\n" == call("version", folder=folder).stdout
    for name in example_names():
        assert 0 == call("estimate", name, folder=folder).exit_code
