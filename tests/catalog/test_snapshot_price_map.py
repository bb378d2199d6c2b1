"""The price map in a wheel: read as data, refused where it is not as expected."""

from __future__ import annotations

import json
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from catalog.errors import ReferenceDataInvalid
from catalog.snapshot.map_offers import map_offers
from catalog.snapshot.price_map import MAP_PATH, PriceMap, read_price_map
from catalog.snapshot.sold import Sold

BUILT_ON = date(2025, 2, 1)
METADATA = "litellm-9.9.9.dist-info/METADATA"


def make_wheel(folder: Path, content: str | None, metadata: str = METADATA) -> Path:
    """A wheel with a map of this text; None: without a map."""
    path = folder / "litellm-9.9.9-py3-none-any.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(metadata, "Name: litellm\n")
        if content is not None:
            archive.writestr(MAP_PATH, content)
    return path


def _sold(**entries: dict[str, Any]) -> Sold:
    named = {key.replace("__", "/"): entry for key, entry in entries.items()}
    text = json.dumps({"m": named})
    parsed = json.loads(text, parse_float=Decimal)["m"]
    return map_offers(PriceMap(version="9.9.9", entries=parsed, url=""), BUILT_ON)


def _entry(**changes: Any) -> dict[str, Any]:
    return {
        "litellm_provider": "azure",
        "mode": "chat",
        "input_cost_per_token": 2e-06,
        "output_cost_per_token": 8e-06,
    } | changes


def _prices(sold: Sold) -> dict[tuple[str, str], str]:
    return {(row["offer_id"], row["kind"]): row["amount"] for row in sold.prices}


def test_numbers_of_the_map_stay_as_they_were_written(tmp_path: Path) -> None:
    """1.1e-7 through a float would be 1.0999999999999999e-07 somewhere."""
    entry = '{"litellm_provider":"azure","mode":"embedding","input_cost_per_token":1.10e-7}'
    wheel = make_wheel(tmp_path, f'{{"sample_spec": {{"mode": "x"}}, "azure/ada": {entry}}}')

    found = read_price_map(wheel)

    assert "9.9.9" == found.version
    assert ["azure/ada"] == list(found.entries)
    sold = map_offers(found, BUILT_ON)
    assert {("azure/ada/unknown", "input"): "0.00000011"} == _prices(sold)


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (None, f"no {MAP_PATH} in it"),
        ("{not json", "a map that is no JSON"),
        ("[1, 2]", "no JSON object of objects"),
        ('{"azure/x": 1}', "no JSON object of objects"),
        ("[" * 100_000, "a map that is no JSON"),
        (json.dumps({"azure/x": {"pad": "0" * 5000}}), "a map of more than 4000 bytes"),
    ],
    ids=["missing", "broken", "list", "flat", "deep", "large"],
)
def test_a_wheel_without_a_good_map_is_refused(
    tmp_path: Path, content: str | None, part: str
) -> None:
    wheel = make_wheel(tmp_path, content)

    with pytest.raises(ReferenceDataInvalid) as caught:
        read_price_map(wheel, largest_bytes=400_000 if part.endswith("JSON") else 4000)

    assert part in caught.value.message
    assert "\n" not in caught.value.message


def test_what_is_no_wheel_of_litellm_is_refused(tmp_path: Path) -> None:
    text = tmp_path / "map.whl"
    text.write_text("no zip")
    other = make_wheel(tmp_path, "{}", metadata="other-1.0.dist-info/METADATA")
    for path, part in (
        (tmp_path / "absent.whl", "No such file"),
        (text, "no readable zip"),
        (other, "no folder litellm-VERSION"),
    ):
        with pytest.raises(ReferenceDataInvalid, match=part):
            read_price_map(path)


@pytest.mark.parametrize(
    ("key", "offer_id", "deployment", "zone"),
    [
        ("azure/gpt-4.1", "azure/gpt-4.1/unknown", "unknown", ""),
        ("azure_ai/DeepSeek-R1", "azure/DeepSeek-R1/unknown", "unknown", ""),
        ("azure/global/gpt-4.1", "azure/gpt-4.1/global", "global", ""),
        ("azure/global-standard/gpt-4.1", "azure/gpt-4.1/global", "global", ""),
        ("azure/us/gpt-4.1", "azure/gpt-4.1/data_zone-us", "data_zone", "us"),
        ("azure/eu/gpt-4.1", "azure/gpt-4.1/data_zone-eu", "data_zone", "eu"),
        ("azure/apac/gpt-4.1", "azure/gpt-4.1/data_zone-apac", "data_zone", "apac"),
        ("azure/us-gov/gpt-4.1", "azure/gpt-4.1/data_zone-us-gov", "data_zone", "us-gov"),
    ],
)
def test_the_middle_of_a_key_tells_the_deployment(
    key: str, offer_id: str, deployment: str, zone: str
) -> None:
    sold = _sold(**{key: _entry()})

    (offer,) = sold.offers
    assert (offer_id, deployment, zone) == (offer["id"], offer["deployment"], offer["zone"])
    assert "" == offer["region"]


def test_a_middle_that_nobody_knows_is_left_out_and_counted() -> None:
    sold = _sold(**{"azure/moon/gpt-4.1": _entry()})

    assert [] == sold.offers
    assert 1 == sold.left_out["litellm price map", "a deployment that is not known: moon"]


def test_each_kind_of_price_is_read_and_the_rest_is_counted() -> None:
    sold = _sold(
        azure__m=_entry(
            cache_read_input_token_cost=2e-07,
            input_cost_per_token_batches=1e-06,
            output_cost_per_token_batches=4e-06,
            cache_read_input_token_cost_batches=1e-07,
            input_cost_per_token_above_272k_tokens=4e-06,
            output_cost_per_token_above_272k_tokens=12e-06,
            cache_creation_input_token_cost_above_1hr=5e-06,
            input_cost_per_token_priority=3e-06,
            deprecation_date="2027-01-31",
            max_input_tokens=1000,
            max_output_tokens=200,
            source="https://example.com/p",
        )
    )

    offer = "azure/m/unknown"
    assert {
        (offer, "input"): "0.000002",
        (offer, "cached_input"): "0.0000002",
        (offer, "output"): "0.000008",
        (offer, "batch_input"): "0.000001",
        (offer, "batch_output"): "0.000004",
        (offer, "batch_cached_input"): "0.0000001",
    } == _prices(sold)
    assert ("272000", "2027-01-31") == (
        sold.offers[0]["context_tier_tokens"],
        sold.offers[0]["retired_on"],
    )
    assert {"https://example.com/p"} == {row["url"] for row in sold.prices}
    assert {"2025-02-01T00:00:00Z"} == {row["valid_from"] for row in sold.prices}
    counted = {reason.split(":")[0]: number for (_, reason), number in sold.left_out.items()}
    assert {
        "price of prompts above a length": 2,
        "price of a kind that the catalog does not hold": 2,
    } == counted
    (facts,) = sold.names
    assert (1000, 200, "chat-completion") == (
        facts.context_tokens,
        facts.max_output_tokens,
        facts.task,
    )


def test_zero_is_kept_only_where_the_map_says_free() -> None:
    sold = _sold(
        azure__embed=_entry(mode="embedding", output_cost_per_token=0.0),
        azure__gift=_entry(input_cost_per_token=0, comment="free until June"),
    )

    assert ("azure/embed/unknown", "output") not in _prices(sold)
    assert "0" == _prices(sold)["azure/gift/unknown", "input"]
    assert 1 == sold.left_out["litellm price map", "price of zero that the map does not call free"]


def test_what_is_no_price_of_text_on_azure_is_left_out() -> None:
    sold = _sold(
        openai__m=_entry(litellm_provider="openai"),
        azure__picture=_entry(mode="image_generation"),
        azure__none={"litellm_provider": "azure", "mode": "chat"},
        **{"azure_ai/model-router": _entry(litellm_provider="azure_ai")},
        azure__odd=_entry(output_cost_per_token="8e-06", cache_read_input_token_cost=-1),
    )

    assert [("azure/odd/unknown", "input")] == list(_prices(sold))
    counted = {reason.split(":")[0]: number for (_, reason), number in sold.left_out.items()}
    assert {
        "azure key without a price of text tokens": 2,
        "a router's own fee on top of the price of another model": 1,
        "price that is no number, or a negative one": 2,
    } == counted


def test_two_keys_of_one_offer_are_one_price_or_an_ambiguity() -> None:
    sold = _sold(
        azure__m=_entry(deprecation_date="2027-05-01"),
        azure_ai__m=_entry(litellm_provider="azure_ai", output_cost_per_token=9e-06)
        | {"deprecation_date": "2027-04-01"},
    )

    (offer,) = sold.offers
    assert ("2027-04-01", "retired_on_disputed") == (offer["retired_on"], offer["flags"])
    told = [(row["kind"], row["amount"], row["flags"]) for row in sold.prices]
    assert [
        ("input", "0.000002", ""),
        ("output", "0.000008", "ambiguous"),
        ("output", "0.000009", "ambiguous"),
    ] == told


def test_a_model_that_fireworks_serves_on_azure_keeps_its_name() -> None:
    sold = _sold(**{"azure_ai/FW-GLM-5": _entry(litellm_provider="azure_ai")})

    assert "GLM-5" == sold.names[0].name.name
    assert "FW-GLM-5" == sold.offers[0]["model_key"]
