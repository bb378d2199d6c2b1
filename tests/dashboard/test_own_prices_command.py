"""`modelcost own-prices`, and what break-even does with an own price."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from tests.dashboard.commands import call

QUESTION = """\
version: 1
region: japaneast
workload: {requests_per_hour: 10, input_tokens: 10, output_tokens: 10, peak_to_mean: 1}
options:
  - name: Hosts
    kind: dedicated
    instance: NC24ads_A100_v4
    minimum_instances: 1
    spare_instances: 0
    capacity: unlimited
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file of one own price."""
    path = tmp_path / "own.csv"
    path.write_text(
        "provider,instance,region,kind,amount,unit,currency\n"
        "azure,NC24ads_A100_v4,japaneast,instance,4.2001,hour,USD\n"
    )
    return path


def test_an_own_price_is_checked_loaded_listed_used_and_forgotten(
    tmp_path: Path, file: Path
) -> None:
    """Each step says what it did; the amount stands in no answer that was not asked for it."""
    question = tmp_path / "question.yaml"
    question.write_text(QUESTION)
    data = tmp_path / "data"

    checked = call("own-prices", "check", str(file), folder=data)
    loaded = call("own-prices", "load", str(file), folder=data)
    listed = call("own-prices", "list", folder=data)
    unasked = call("break-even", str(question), folder=data)
    asked = call("break-even", str(question), "--json", "--with-own-prices", folder=data)
    kept = call("own-prices", "remove", "own.csv", folder=data, stdin="n\n")
    removed = call("own-prices", "remove", "own.csv", "--yes", folder=data)
    plain = call("break-even", str(question), "--json", folder=data)

    assert "1 prices, nothing wrong" in checked.stdout
    assert "1 in place of a list price" in loaded.stdout
    assert "-21.1 %" in loaded.stdout
    assert "own.csv" in listed.stdout
    assert "4.2001" not in listed.stdout + unasked.stdout + unasked.stderr
    assert 2 == unasked.exit_code
    assert "Hosts" in unasked.stderr
    [hosts] = asked.document()["at_workload"]["estimates"]
    assert "4.2001" == hosts["cost_per_hour"]
    assert 2 == kept.exit_code
    assert "1 prices removed" in removed.stdout
    [hosts] = plain.document()["at_workload"]["estimates"]
    assert "5.326" == hosts["cost_per_hour"]


def test_a_wrong_file_is_refused_with_file_and_line_and_nothing_is_loaded(
    tmp_path: Path, file: Path
) -> None:
    """2, with the line and the column."""
    file.write_text(file.read_text().replace("4.2001", "-4"))

    told = call("own-prices", "load", str(file), folder=tmp_path / "data")
    listed = call("own-prices", "list", folder=tmp_path / "data")

    assert 2 == told.exit_code
    assert "own.csv:2: amount: Expected a number of 0 or more" in told.stderr
    assert "own.csv" not in listed.stdout


def test_a_file_that_is_not_there_and_a_name_that_is_not_loaded_are_one_sentence(
    tmp_path: Path,
) -> None:
    """3 for the file, 2 for the name."""
    missing = call("own-prices", "check", str(tmp_path / "none.csv"), folder=tmp_path)
    unknown = call("own-prices", "remove", "none.csv", "--yes", folder=tmp_path)

    assert 3 == missing.exit_code
    assert 2 == unknown.exit_code
    assert "none.csv" in unknown.stderr


def test_the_template_is_a_file_without_a_fault(tmp_path: Path) -> None:
    """What a person starts from must load."""
    template = tmp_path / "template.csv"
    template.write_text(call("own-prices", "template", folder=tmp_path).stdout)

    told = call("own-prices", "check", str(template), folder=tmp_path)

    assert "2 prices, nothing wrong" in told.stdout, told.stderr


def test_coverage_and_links_are_told_by_command_and_rest(tmp_path: Path, api: httpx.Client) -> None:
    """Both faces tell the same numbers; at least 60 models join a price with an architecture."""
    told = call("coverage", "--json", folder=tmp_path).document()
    words = call("coverage", folder=tmp_path).stdout
    links = call("links", "Llama-3.3-70B-Instruct", folder=tmp_path).stdout
    ambiguous = call("links", "--ambiguous", "--json", folder=tmp_path).document()

    assert api.get("/coverage").json() == told
    assert "price and architecture" in words
    assert "azure" in links
    assert api.get("/links?ambiguous=true").json() == ambiguous
    assert api.get("/links?model=Llama-3.3-70B-Instruct").json()["total"] > 3
    assert told["with_price_and_architecture"] >= 60
