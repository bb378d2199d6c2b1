"""Sentences about answers on estimated capacities: with their range, never its middle as a fact."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from costing import (
    BreakEven,
    Dedicated,
    EstimatedCapacity,
    Price,
    Question,
    RequestShape,
    Serverless,
    Unit,
    Workload,
    break_even,
)
from dashboard.format import Format
from dashboard.sentences import Sentences
from dashboard.texts import load_texts

TOKENS = Price(amount=Decimal(2), per=Decimal(1_000_000), unit=Unit.TOKEN, currency="USD")


def said(language: str = "en") -> Sentences:
    return Sentences(load_texts(language), Format(language, "USD"))


def asked(
    *, requests: int = 3000, low: str = "0.5", high: str = "2", rate: int = 1000, host: int = 5
) -> BreakEven:
    """1,000 output tokens a request: 0.002 USD by the token; a host costs 5 USD an hour and pays
    from 2,500 requests an hour, if it serves that many (at 1,000 tokens a second: 3,600)."""
    hosts = Dedicated(
        name="hosts",
        price=Price(amount=Decimal(host), per=Decimal(1), unit=Unit.HOUR, currency="USD"),
        minimum_instances=1,
        spare_instances=0,
        capacity=EstimatedCapacity(
            output_tokens_per_second=Decimal(rate),
            evidence="fitted_model",
            low_share=Decimal(low),
            high_share=Decimal(high),
            measurements=12,
        ),
    )
    return break_even(
        Question(
            currency="USD",
            workload=Workload(
                requests=Decimal(requests),
                shape=RequestShape(input_tokens=Decimal(0), output_tokens=Decimal(1000)),
                peak_to_mean=Decimal(1),
            ),
            options=(Serverless(name="tokens", input=None, output=TOKENS), hosts),
        )
    )


def test_a_winner_that_hangs_on_the_capacity_is_said_to() -> None:
    answer = asked()

    headline = said().headline(answer)

    assert headline.startswith(
        "hosts looks cheapest at your load, but what a host really serves decides between it and "
        "tokens"
    )
    assert said().call(answer.at_workload) == "It depends on what a host really serves"
    assert "another option can be the cheapest" in said().verdict(answer, answer.at_workload)


def test_a_turn_whose_load_moves_with_the_capacity_is_told_as_a_range() -> None:
    """The host is full at 3,600 requests an hour, 2.628M a month; at 90 and 120 % of its estimate
    at 3,240 and 4,320."""
    headline = said().headline(asked(low="0.9", high="1.2"))

    assert "above 2.628M requests a month it is tokens" in headline
    assert "likely between 2.4M and 3.2M" in headline


def test_a_turn_that_does_not_hang_on_the_capacity_has_no_range() -> None:
    """Costs meet at 2,500 requests an hour, whatever a host serves beyond."""
    headline = said().headline(asked(requests=100, low="0.9", high="1.2"))

    assert "above 1.825M requests a month it is hosts" in headline
    assert "likely between" not in headline


def test_a_turn_that_an_end_does_not_have_is_told_with_its_condition() -> None:
    """Slow hosts never pay."""
    answer = asked(requests=100, low="0.5", high="1.1")
    assert answer.low is not None
    assert answer.crossings
    assert not answer.low.crossings

    assert "if each host serves what is estimated" in said().headline(answer)


def test_a_load_that_only_fast_hosts_reach_is_not_sure() -> None:
    answer = asked(rate=600, low="0.5", high="2")

    [paper] = answer.paper_crossings

    assert "is not sure: a fast one can, a slow one cannot" in said().paper(paper, answer)
    assert "cannot serve that load" in said().paper(paper)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_what_an_estimate_rests_on_is_told_in_words(language: str) -> None:
    answer = asked()

    told = [said(language).notice(notice) for notice in answer.notices]

    evidence = load_texts(language)("evidence.fitted_model")
    assert any(evidence in one and "12" in one and "50" in one and "200" in one for one in told)


def test_an_estimate_favoring_hosts_carries_its_condition() -> None:
    answer = asked(low="0.9", high="1.2")

    assert "Only if each host of hosts serves what is estimated." in said().verdict(
        answer, answer.at_workload
    )


def test_a_headline_without_a_second_option_says_that_serving_is_not_sure() -> None:
    """Hosts alone, and slow ones serve nothing."""
    alone = asked(low="0")
    question = replace(alone.question, options=alone.question.options[1:])

    headline = said().headline(break_even(question))

    assert "whether its hosts serve it is not sure" in headline
