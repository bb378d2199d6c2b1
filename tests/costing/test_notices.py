"""What a reader is told beside the numbers: assumptions, gaps and differences."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from costing import Dedicated, Option, Provenance, Sold, TypedCapacity, break_even
from tests.costing.questions import hosts, money, per_token, question, shape, typed


def told(*options: Option) -> list[tuple[str, str | None, dict[str, str]]]:
    """Code, option and facts of every notice but the ones on price dates."""
    notices = break_even(question(*options)).notices
    return [
        (one.code, one.option, dict(one.facts))
        for one in notices
        if one.code != "price_date_unknown"
    ]


def both(input_rate: str, output_rate: str, evidence: str | None = "a load test") -> Dedicated:
    """Hosts that carry so many tokens a second of both at once; requests have as many of each."""
    return hosts(
        capacity=TypedCapacity(
            input_tokens_per_second=Decimal(input_rate),
            output_tokens_per_second=Decimal(output_rate),
            evidence=evidence,
        )
    )


def test_hosts_without_a_limit_are_flagged_as_capacity_not_considered() -> None:
    """The article's headline number never stands alone."""
    assert [("capacity_not_considered", "Hosts", {})] == told(hosts())


@pytest.mark.parametrize(
    ("output_rate", "flagged"),
    [("100", False), ("105", False), ("105.01", True), ("95.24", False), ("95", True)],
)
def test_a_capacity_typed_at_a_mix_more_than_5_percent_off_is_flagged(
    output_rate: str, *, flagged: bool
) -> None:
    """100 tokens a second in, against requests of equal input and output."""
    notices = told(both("100", output_rate))

    assert ([("capacity_typed_at_other_mix", "Hosts", {})] if flagged else []) == notices


def test_a_capacity_of_one_kind_of_token_has_no_mix_and_one_without_evidence_says_so() -> None:
    """Nobody knows how it was found."""
    assert [] == told(hosts(capacity=typed("5")))
    assert [("capacity_without_evidence", "Hosts", {})] == told(both("9", "9", evidence=None))


def test_cached_input_billed_as_input_is_flagged() -> None:
    """Only where something is cached and has no price of its own."""
    cached = replace(per_token(), shape=shape(share="0.5"))

    assert [("cached_input_at_input_price", "Per token", {})] == told(cached)
    assert [] == told(replace(cached, cached_input=cached.input))
    assert [("cost_unknown", "Per token", {"missing": "input_price"})] == told(
        replace(cached, input=None)
    )


def test_what_makes_an_option_uncertain_is_listed_with_its_name() -> None:
    """Flags of the offer, a quota below the workload, and what is missing."""
    sold = Sold(flags=("retired", "global_may_process_anywhere"))

    assert [
        ("retired", "Per token", {}),
        ("global_may_process_anywhere", "Per token", {}),
        ("above_maximum", "Quota", {}),
        ("cost_unknown", "None", {"missing": "instance_price"}),
    ] == told(
        replace(per_token(), sold=sold),
        hosts("Quota", capacity=typed("1"), maximum=2),
        replace(hosts("None", capacity=typed("1")), price=None),
    )


def test_prices_without_a_date_are_counted() -> None:
    """Two of the three prices of this option, and the one of the hosts."""
    notices = break_even(question(per_token(), hosts())).notices

    assert [("Per token", {"prices": "3"}), ("Hosts", {"prices": "1"})] == [
        (one.option, dict(one.facts)) for one in notices if one.code == "price_date_unknown"
    ]


def test_what_differs_between_the_options_is_said_and_never_compared_silently() -> None:
    """Model, region, deployment and price basis, each with what stands against what."""
    one = replace(per_token("A"), sold=Sold(model="small", region="eastus", deployment="global"))
    other = replace(
        hosts("B", capacity=typed("5")),
        price=replace(money("4"), provenance=Provenance(basis="contracted")),
        sold=Sold(model="large", region="japaneast", deployment="regional"),
    )

    assert [
        ("models_differ", None, {"A": "small", "B": "large"}),
        ("regions_differ", None, {"A": "eastus", "B": "japaneast"}),
        ("deployments_differ", None, {"A": "global", "B": "regional"}),
        ("price_bases_differ", None, {"bases": "contracted, list"}),
    ] == told(one, other)


def test_options_alike_or_of_unknown_region_are_not_said_to_differ() -> None:
    """Unknown is not another region."""
    alike = Sold(model="small", region="eastus")
    unknown = Sold(model="small")

    assert [] == told(
        replace(per_token("A"), sold=alike),
        replace(hosts("B", capacity=typed("5")), sold=alike),
        replace(hosts("C", capacity=typed("4")), sold=unknown),
    )
