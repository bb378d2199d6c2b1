"""What a recommendation refuses, and what holds for every host alike."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from catalog.database import Database
from catalog.problems import Refused
from costing.capacity_reasons import ReasonCode
from tests.catalog.recommended import code_of, question, recommended


def refusals(database: Database, load: dict[str, Any], **request: Any) -> list[str]:
    with pytest.raises(Refused) as caught:
        recommended(database, question(**load), **request)
    return [f"{one.field}: {one.message}" for one in caught.value.problems]


@pytest.mark.parametrize(
    ("load", "request_words", "message"),
    [
        ({"model": None}, {}, "model: Expected model, found nothing."),
        ({"region": None}, {}, "region: Expected region, found nothing."),
        (
            {"region": "japanest"},
            {},
            "region: The catalog knows no region 'japanest'. Nearest: japaneast, japanwest,",
        ),
        (
            {"model": "meta-llama/Llama-3.3-70B-Instrukt"},
            {},
            "model: The catalog knows no model 'meta-llama/Llama-3.3-70B-Instrukt'. Nearest: ",
        ),
        (
            {},
            {"regions": ["eastus", "tokyo-9"]},
            "regions.1: The catalog knows no region 'tokyo-9'.",
        ),
        (
            {},
            {"providers": ["azur"]},
            "providers.0: The catalog knows no GPU hosts of a provider 'azur'. Nearest: azure",
        ),
        (
            {},
            {"weights": ["fp8", "fp7"]},
            "weights.1: Expected one of bf16, fp16, fp8, int8, int4, nvfp4, mxfp4, found 'fp7'.",
        ),
        (
            {},
            {"engine": "ollama"},
            "engine: Expected one of vllm, tensorrt-llm, sglang, found 'ollama'.",
        ),
        (
            {"currency": "JPY"},
            {},
            "currency: The catalog's price is in USD and the scenario in JPY. The catalog has "
            "a sample rate of 2026-10-30, not of today: 1 USD = 157.2502685… JPY (European Central "
            "Bank, 1 EUR = 1.1172 USD; 1 EUR = 175.68 JPY). To use it, say catalog_rates: {source: "
            "sample, at_most_days_old: 25}. Or give a rate under rates, or type the price.",
        ),
        ({}, {"spare_hosts": -1}, "spare_hosts: Expected a number of 0 or more, found -1."),
        (
            {},
            {"regions": ["eastus"], "all_regions": True},
            "all_regions: Expected some regions or all of them, found both: all, and eastus.",
        ),
    ],
)
def test_a_word_that_is_not_known_is_refused_with_what_was_expected(
    bundled_sqlite: Database, load: dict[str, Any], request_words: dict[str, Any], message: str
) -> None:
    [found] = refusals(bundled_sqlite, load, **request_words)

    assert found.startswith(message)
    assert "leave the model out" not in found


def test_everything_that_is_wrong_is_told_at_once(bundled_sqlite: Database) -> None:
    found = refusals(bundled_sqlite, {"model": "nobody/nothing", "region": "x"}, providers=["none"])

    assert [one.partition(":")[0] for one in found] == ["model", "region", "providers.0"]


@pytest.mark.parametrize(
    ("model", "load", "code"),
    [
        ("openai/gpt-4o", {}, ReasonCode.FACT_MISSING),
        ("BAAI/bge-base-en-v1.5", {}, ReasonCode.FACT_MISSING),
        ("deepseek-ai/DeepSeek-V4-Pro", {}, ReasonCode.ARCHITECTURE_NOT_COMPUTED),
        ("meta-llama/Llama-3.3-70B-Instruct", {"output_tokens": "0"}, ReasonCode.NO_OUTPUT_TOKENS),
        (
            "meta-llama/Llama-3.3-70B-Instruct",
            {"input_tokens": "200000"},
            ReasonCode.CONTEXT_TOO_LONG,
        ),
    ],
)
def test_what_holds_for_every_host_is_one_reason(
    bundled_sqlite: Database, model: str, load: dict[str, str], code: ReasonCode
) -> None:
    found = recommended(bundled_sqlite, question(model=model, **load))

    [reason] = found.reasons
    assert reason.code is code
    assert (found.regions, found.losers) == ((), ())


def test_a_model_larger_than_any_host_is_one_reason(bundled_sqlite: Database) -> None:
    """Beside it stand only hosts whose GPUs are not known: they may be larger."""
    found = recommended(
        bundled_sqlite, question(model="deepseek-ai/DeepSeek-R1"), providers=["lambda"]
    )

    [reason] = found.reasons
    assert reason.code is ReasonCode.LARGER_THAN_ANY_HOST
    assert Decimal(reason.facts["weights_gib"]) > Decimal(reason.facts["largest_host_gib"])
    assert found.regions == ()
    assert {code_of(one.why) for one in found.losers} == {"gpu_unknown"}
