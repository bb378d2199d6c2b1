"""The text of vLLM's /metrics: counters, histograms, old and new names, what cannot be."""

from __future__ import annotations

from decimal import Decimal

import pytest

from dashboard.actuals.used import ActualsRefused
from dashboard.actuals.vllm_metrics import read_vllm
from tests.dashboard.actuals.scrapes import metrics


@pytest.mark.parametrize("old", [False, True])
def test_two_scrapes_are_read_as_the_rise_between_them(old: bool) -> None:
    """By the names of old and new versions alike; the gauge is that of the later one."""
    used = read_vllm([metrics(old=old), metrics(1120, 1_008_000, 1_232_000, old=old)])

    assert (Decimal(1000), Decimal(900_000), Decimal(1_100_000), Decimal(90_000)) == (
        used.requests, used.input_tokens, used.output_tokens, used.cached_input_tokens,
    )  # fmt: skip
    assert (Decimal("0.25"), "llama", ()) == (used.cache_usage, used.model, used.flags)


def test_a_percentile_is_interpolated_in_its_bucket() -> None:
    """Of 120 first tokens 108 within 0.5 s, all within 2 s: the 114th lies half-way, at 1.25 s."""
    used = read_vllm([metrics()])

    assert Decimal("1.25") == used.seconds["ttft"]
    assert Decimal("0.0475") == used.seconds["tpot"]
    assert ("since_start",) == used.flags


def test_a_counter_that_fell_is_refused_by_its_name() -> None:
    """A server that was started anew, or two scrapes in the wrong order."""
    with pytest.raises(ActualsRefused, match=r"vllm:\w+ fell from .* started anew"):
        read_vllm([metrics(1120, 1_008_000, 1_232_000), metrics()])


def test_a_counter_that_is_gone_is_a_reset_too() -> None:
    """A server that began anew tells no histogram bucket before the first answer."""
    later = "\n".join(
        line for line in metrics(1120, 1_008_000, 1_232_000).splitlines() if "ttft" not in line
        and "time_to_first" not in line
    )  # fmt: skip
    with pytest.raises(ActualsRefused, match=r"time_to_first_token_seconds_\w+ fell from above 0"):
        read_vllm([metrics(), later])


def test_two_models_in_one_text_are_refused_until_one_is_named() -> None:
    """Their tokens are never added up; a name that is not there is refused with those that are."""
    both = metrics() + metrics(240, model="qwen")

    with pytest.raises(ActualsRefused, match="Several models: llama, qwen"):
        read_vllm([both])
    assert Decimal(240) == read_vllm([both], "qwen").requests
    with pytest.raises(ActualsRefused, match=r"no model gpt .* llama, qwen"):
        read_vllm([both], "gpt")


def test_a_histogram_without_buckets_leaves_its_percentile_unknown_and_says_so() -> None:
    """A mean is no 95th percentile."""
    bare = "\n".join(line for line in metrics().splitlines() if "_bucket" not in line)
    used = read_vllm([bare])

    assert {} == used.seconds
    assert ("since_start", "ttft_no_buckets", "tpot_no_buckets") == used.flags


def test_an_empty_a_missing_and_an_open_histogram_are_told_apart() -> None:
    """Nothing counted between the scrapes; no histogram at all; the rest beyond the last bucket."""
    none = "\n".join(line for line in metrics().splitlines() if "first_token" not in line)
    same = read_vllm([metrics(), metrics()])
    slow = metrics().replace('le="2.0",model_name="llama"} 120', 'le="2.0",model_name="llama"} 110')

    assert ("ttft_empty", "tpot_empty") == same.flags
    assert "ttft_missing" in read_vllm([none]).flags
    assert "ttft_beyond" in read_vllm([slow]).flags


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (metrics(extra='vllm:prompt_tokens_total{model_name="llama",x="1"} -5'), "expected 0 or"),
        (metrics(extra="vllm:prompt_tokens_total NaN"), r"Scrape 1, line \d+: expected a name"),
        (metrics(extra="vllm:prompt_tokens_total{"), r"Scrape 1, line \d+: expected a name"),
        ("# nothing\nprocess_start_time_seconds 1", "expected metrics of vLLM"),
        ("vllm:prompt_tokens_total 5", "the counter vllm:request_success_total, found none"),
        ("v" * 5_000_001, "at most 5,000,000 characters"),
    ],
)  # fmt: skip
def test_what_is_no_scrape_is_refused_with_its_line(text: str, expected: str) -> None:
    """A number below 0, no number, a cut line, another program, half a server, far too much."""
    with pytest.raises(ActualsRefused, match=expected):
        read_vllm([text])
