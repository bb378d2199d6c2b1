"""The lists of the command line: models, prices and hosts, as JSON and in words."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest

from tests.dashboard.commands import Told, call


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that the commands of this file share."""
    return tmp_path_factory.mktemp("data")


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        (("models", "llama 13b", "--limit", "3"), "/models?q=llama%2013b&limit=3"),
        (("models", "no such words"), "/models?q=no%20such%20words"),
        (("prices", "llama-2-7b"), "/prices?model=llama-2-7b"),
        (
            ("prices", "nc12s_v3", "--host", "--history", "--limit", "200"),
            "/prices?instance=nc12s_v3&history=true&limit=200",
        ),
        (("prices", "--region", "japaneast"), "/prices?region=japaneast"),
        (("hosts", "H100", "--region", "japaneast"), "/instances?q=H100&region=japaneast"),
    ],
)
def test_a_list_is_the_document_of_the_rest_api(
    folder: Path, api: httpx.Client, arguments: tuple[str, ...], path: str
) -> None:
    """`--json` prints the same items, total and cursor."""
    expected = api.get(path).json()

    told = call(*arguments, "--json", folder=folder)

    assert expected == told.document()
    assert "" == told.stderr


def test_a_list_in_words_says_on_stderr_how_to_go_on(folder: Path) -> None:
    """The cursor leads to the rows after it."""
    first = call("models", "llama", "--limit", "2", folder=folder)
    cursor = first.stderr.split()[-1]

    second = call("models", "llama", "--limit", "2", "--after", cursor, folder=folder)

    both = call("models", "llama", "--limit", "4", folder=folder)
    assert _names(both) == [*_names(first), *_names(second)]
    assert re.fullmatch(r"2 of \d+; more with --after \S+\n", first.stderr)


def test_prices_in_words_carry_unit_date_and_source(folder: Path) -> None:
    """One line a price, as published."""
    told = call("prices", "llama-2-7b", folder=folder)

    [line] = [line for line in told.stdout.splitlines() if " input " in line and "article" in line]
    assert "0.00067 USD / 1000 token" in line
    assert "2024-03-17" in line
    assert "current" in line


def test_closed_and_undated_prices_say_so(folder: Path) -> None:
    """History has a last day; a price whose source has no date is not given one."""
    history = call(
        "prices", "ND96is_H100_v5", "--host", "--region", "polandcentral", "--history",
        folder=folder,
    )  # fmt: skip
    undated = call("prices", "nc12s_v3", "--host", "--region", "eastus", folder=folder)

    assert "until 2025-05-16" in history.stdout
    assert "no date" in undated.stdout


def test_hosts_in_words_carry_gpus_and_the_day_they_were_retired(folder: Path) -> None:
    """The article's host is history."""
    told = call("hosts", "NC12s_v3", folder=folder)

    [line] = [line for line in told.stdout.splitlines() if line.startswith("Standard_NC12s_v3")]
    assert "retired 2025-09-30" in line


def _names(told: Told) -> list[str]:
    return [line.split()[0] for line in told.stdout.splitlines()[1:]]


def test_disagreements_of_sources_are_listed_in_words_and_as_json(tmp_path: Path) -> None:
    """The ready case of the facts: one H100 size in centralus, told twice."""
    told = call("prices", "--disagreements", folder=tmp_path)
    document = call("prices", "--disagreements", "--json", folder=tmp_path).document()

    assert 0 == told.exit_code
    assert "azure/Standard_NC40ads_H100_v5" in told.stdout
    assert "-18.7 %" in told.stdout
    assert {"azure/Standard_NC40ads_H100_v5", "azure/Standard_NC80adis_H100_v5"} == {
        one["instance_id"] for one in document["items"]
    }
    assert 2 == document["total"]
    nothing = call("prices", "--disagreements", "openai/gpt-4o-2024-11-20", folder=tmp_path)
    assert "No two sources disagree by more than 1 %.\n" == nothing.stdout


def test_models_of_a_region_are_listed_with_their_prices_there(tmp_path: Path) -> None:
    """Llama-3.3-70B is sold for 0.135 somewhere, and for 0.71 in Japan East."""
    here = call("models", "llama-3.3-70b", "--region", "japaneast", folder=tmp_path).stdout
    anywhere = call("models", "meta-llama llama-3.3-70b", folder=tmp_path).stdout

    assert "input/1M japaneast" in here
    assert "0.71 USD" in here
    assert "0.135 USD" not in here
    assert "input/1M anywhere" in anywhere
    assert "0.135 USD" in anywhere
