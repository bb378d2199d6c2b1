"""How sure an answer is, on the command line and over REST: one document, two languages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from dashboard.service import example_document
from tests.dashboard.commands import call
from tests.dashboard.documents import article, with_value

EXAMPLE = "article-on-real-hosts"


@pytest.fixture
def api(server_url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{server_url}/api/v1", timeout=30) as client:
        yield client


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def document(folder: Path) -> dict[str, Any]:
    told = call("risk", EXAMPLE, "--json", "--draws", "2000", folder=folder)
    answer: dict[str, Any] = json.loads(told.stdout)
    return answer


def test_the_command_line_and_rest_give_the_same_document(
    api: httpx.Client, document: dict[str, Any]
) -> None:
    sent = api.post("/risk", params={"draws": 2000}, json=example_document(EXAMPLE))

    assert 200 == sent.status_code
    assert document == sent.json()


def test_what_is_assumed_is_named_with_its_defaults(document: dict[str, Any]) -> None:
    """No drift of prices unless it is stated; hosts by the band of their estimate."""
    listed = {one["input"]: one for one in document["assumptions"]}

    assert {"load", "output_tokens", "capacity"} == set(listed)
    assert {"kind": "lognormal", "p10": "3500", "p90": "6500"} == listed["load"]["distribution"]
    assert "capacityband" == listed["capacity"]["distribution"]["kind"]
    assert all(one["default"] for one in document["assumptions"])


def test_shares_add_up_and_the_article_says_what_hosts_would_have_to_be(
    document: dict[str, Any],
) -> None:
    shares = [float(one["probability_cheapest"]) for one in document["options"]]
    assert 1 == pytest.approx(sum(shares) + float(document["nobody"]))
    for at in document["by_load"]:
        assert 1 == pytest.approx(sum(map(float, at["probability_cheapest"].values())))

    turned = {(one["input"], one["option"]): one for one in document["inverse"]}
    assert "3.0133" == turned["host_price", "Three hosts"]["turns"][0]["value"][:6]
    busy = turned["utilization", "Three hosts"]
    assert ("out_of_bounds", []) == (busy["reason"], busy["turns"])
    assert float(busy["beyond"]) > 2
    assert {False} == {one["capacity_kept"] for one in document["tornado"]["inputs"]}


def test_the_tornado_is_sorted_by_what_each_input_does_to_the_gap(document: dict[str, Any]) -> None:
    effects = [float(one["effect_per_hour"]) for one in document["tornado"]["inputs"]]

    assert effects == sorted(effects, reverse=True)
    assert {"load", "output_tokens", "peak", "price", "capacity"} == {
        one["input"] for one in document["tornado"]["inputs"]
    }


@pytest.mark.parametrize(
    ("lang", "said"), [("en", "Utilization of the paid hosts"), ("ja", "期待損失が最小なのは")]
)
def test_the_text_says_it_in_the_readers_language(folder: Path, lang: str, said: str) -> None:
    told = call("risk", EXAMPLE, "--draws", "500", "--lang", lang, folder=folder)

    assert 0 == told.exit_code
    assert said in told.stdout
    assert "?" not in told.stdout


def stated() -> dict[str, Any]:
    return {
        "load": {"fixed": 1},
        "input_tokens": {"low": "0.5", "mode": 1, "high": 2},
        "output_tokens": {"low": "0.9", "high": "1.1"},
        "drift": {"Per token": {"low": "0.5", "high": 1}},
        "cached_input_share": {"low": 0, "high": "0.2"},
    }


def test_each_default_can_be_set_in_the_scenario(api: httpx.Client, folder: Path) -> None:
    changed = with_value("uncertainty", stated())

    answer = api.post("/risk", params={"draws": 500, "seed": 9}, json=changed).json()

    assert (500, 9, False) == (
        answer["draws"], answer["seed"], any(one["default"] for one in answer["assumptions"]),
    )  # fmt: skip
    words = " ".join(one["text"] for one in answer["assumptions"])
    assert "always 3.65M" in words
    assert "from 500 to 2,000, most likely 1,000" in words
    assert "Prices (Per token): from 50 % to 100 %" in words
    assert stated()["load"] == {"fixed": int(answer["scenario"]["uncertainty"]["load"]["fixed"])}


def test_a_typed_capacity_at_other_lengths_is_said_to_be_kept(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "scenario.json"
    rates = {"input_tokens_per_second": 1250, "output_tokens_per_second": 1250}
    file.write_text(json.dumps(with_value("options.1.capacity", rates)), encoding="utf-8")

    told = call("risk", str(file), "--draws", "500", folder=folder).stdout

    assert "* Hosts are taken to serve as many tokens a second at the new lengths." in told


def test_hosts_that_are_never_enough_have_no_range_and_no_break_even(folder: Path) -> None:
    """One small host at the most: the same capacity a third time is neither of the two cheapest."""
    small = with_value("options.1.capacity", {"output_tokens_per_second": 10})
    small["options"][1] |= {"minimum_instances": 1, "maximum_instances": 1}
    dear = article()["options"][0] | {"name": "Dear"}
    dear["prices"]["hosting"]["amount"] = "9"
    small["options"] = [small["options"][0], dear, small["options"][1]]

    told = call("risk", "-", "--draws", "500", "--json", folder=folder, stdin=json.dumps(small))
    answer = json.loads(told.stdout)

    hosts = answer["options"][2]
    assert (None, "1", "0") == (
        hosts["cost_per_hour"], hosts["share_without_cost"], hosts["probability_cheapest"],
    )  # fmt: skip
    pair = answer["break_evens"][1]
    assert (None, "1") == (pair["requests_per_hour"], pair["never"])
    assert "Break-even of Per token and Three hosts: none (no break-even in 100 %" in pair["text"]
    assert {"Per token", "Dear"} == {one["option"] for one in answer["inverse"]}


def test_where_no_option_always_has_a_cost_none_is_named_for_least_regret(folder: Path) -> None:
    alone = with_value("options.1.capacity", {"output_tokens_per_second": 500})
    alone["options"] = [alone["options"][1] | {"maximum_instances": 3}]

    told = call("risk", "-", "--draws", "500", "--json", folder=folder, stdin=json.dumps(alone))
    answer = json.loads(told.stdout)

    assert answer["least_regret"] is None
    assert 0 < float(answer["nobody"]) < 1
    assert "regret" not in answer["text"]


def test_an_unknown_cost_leaves_no_probability(folder: Path, tmp_path: Path) -> None:
    """No capacity, no share; what is known of the other option is still told."""
    unknown = with_value("options.1.capacity", "estimated")
    unknown["options"][1]["instance"] = "no-such-host"
    file = tmp_path / "scenario.json"
    file.write_text(json.dumps(unknown), encoding="utf-8")

    told = call("risk", str(file), "--draws", "500", folder=folder)

    assert 0 == told.exit_code
    assert "Cannot judge how sure the answer is" in told.stdout
    assert "What turns the answer" not in told.stdout


def test_a_wrong_statement_is_refused_with_its_place(api: httpx.Client) -> None:
    wrong = with_value("uncertainty", {"drift": {"Nobody": {"fixed": 1}}})

    refused = api.post("/risk", json=wrong)

    assert (422, "uncertainty.drift") == (
        refused.status_code, refused.json()["errors"][0]["field"],
    )  # fmt: skip
    assert 422 == api.post("/risk", params={"draws": 10}, json=article()).status_code


@pytest.mark.parametrize("language", ["en", "ja"])
def test_units_of_throughput_are_drawn_like_every_other_way_to_buy(
    folder: Path, language: str
) -> None:
    """Ten ways, three of them units by the hour, the month and the year."""
    told = call(
        "risk", "every-way-to-buy", "--json", "--draws", "1000", "--lang", language, folder=folder
    )

    answer = json.loads(told.stdout)
    options = {one["name"]: one for one in answer["options"]}
    assert 0 == told.exit_code
    assert all(one["probability_cheapest"] is not None for one in options.values())
    units = [one for name, one in options.items() if name.startswith("PTU")]
    assert 3 == len(units)
    assert all(float(one["cost_per_hour"]["p10"]) > 0 for one in units)
    lacks = [one for one in answer["inverse"] if one["reason"] == "not_computed"]
    assert ["output_tokens"] == [one["input"] for one in lacks]
    assert ("reserved throughput" if language == "en" else "予約スループット") in lacks[0]["text"]
