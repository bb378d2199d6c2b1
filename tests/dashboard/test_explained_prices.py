"""Behind each number stands its price: as published, from where, of which day, with safe links."""

from __future__ import annotations

from dataclasses import replace

import pytest

from costing import BreakEven, Provenance, Serverless, break_even
from tests.costing.questions import hosts, question
from tests.dashboard.components import of_kind, pairs, words
from tests.dashboard.explained import READ, explain, price


def test_a_price_read_from_a_source_shows_all_of_its_provenance() -> None:
    """As published, from where, true when, read when, which row, whose."""
    shown = explain(with_provenance(READ), "estimate|0|0")

    assert {
        "Price": "0.5 USD / 1000 tokens",
        "Source": "Azure Retail Prices",
        "Price date": "2026-10-01",
        "Read on": "2026-11-20T08:30:00+00:00",
        "Basis": "contract price",
        "How known": "as published",
        "Catalog row": "azure-retail:abc",
        "Owner": "Finance",
    } == pairs(of_kind(shown, "Dl")[1])


def test_a_typed_price_says_that_a_person_typed_it_and_what_is_not_stated() -> None:
    """Unknown is said, never left blank."""
    shown = explain(with_provenance(Provenance()), "estimate|0|0")

    assert {
        "Price": "0.5 USD / 1000 tokens",
        "Source": "typed by a person, no source given",
        "Price date": "not stated",
        "Read on": "typed in, not read from a source",
        "Basis": "list price",
        "How known": "typed by a person",
    } == pairs(of_kind(shown, "Dl")[1])


@pytest.mark.parametrize("url", ["https://example.com/a?b=1", "http://example.com"])
def test_the_address_of_a_source_is_a_link_that_gives_nothing_away(url: str) -> None:
    """It opens apart, without a way back to this page."""
    shown = explain(with_provenance(replace(READ, url=url)), "estimate|0|0")

    [link, again] = of_kind(shown, "A")
    assert (url, url, "Azure Retail Prices") == (link.href, again.href, words(link))
    assert ("_blank", "noopener noreferrer") == (link.target, link.rel)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        " javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "//example.com",
        "https:alert(1)",
        "",
        None,
    ],
)
def test_an_address_that_could_run_is_never_a_link(url: str | None) -> None:
    """Only the name of the source is left, as text."""
    shown = explain(with_provenance(replace(READ, url=url)), "estimate|0|0")

    assert [] == of_kind(shown, "A")
    assert "Azure Retail Prices" == pairs(of_kind(shown, "Dl")[1])["Source"]


def with_provenance(provenance: Provenance) -> BreakEven:
    """An answer whose first price comes from there."""
    tokens = Serverless(name="Tokens", input=price(provenance), output=price(provenance))
    return break_even(question(tokens, hosts()))
