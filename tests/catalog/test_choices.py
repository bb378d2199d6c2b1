"""The short lists of a form, on both databases."""

from __future__ import annotations

from decimal import Decimal

import pytest

from catalog.choices import (
    MOST_CHOICES,
    InstanceChoice,
    OfferChoice,
    instance_choices,
    model_choices,
    offer_choices,
)
from catalog.database import Database
from catalog.records import InstanceRecord
from catalog.store import save_records
from tests.catalog.shelf import stock

LLAMA = "meta-llama/Llama-3.3-70B-Instruct"


def test_models_are_found_by_words_of_any_of_their_names(bundled: Database) -> None:
    """Words in any order; never more than the list can show."""
    with bundled.read() as session:
        found = model_choices(session, "70b llama-3.3")
        everything = model_choices(session)

    assert LLAMA in found
    assert all("70b" in name.lower() for name in found)
    assert MOST_CHOICES == len(everything)


@pytest.mark.parametrize("typed", ["'", '"', "%", "_", "\x00", "x" * 10_000, "京", "* OR 1=1"])
def test_nonsense_typed_into_a_list_finds_nothing_and_breaks_nothing(
    bundled: Database, typed: str
) -> None:
    with bundled.read() as session:
        for found in (
            offer_choices(session, typed, LLAMA, "japaneast"),
            instance_choices(session, typed, typed),
            model_choices(session, typed),
        ):
            assert len(found) <= MOST_CHOICES


def test_hosts_with_a_price_in_the_region_come_first_with_that_price(bundled: Database) -> None:
    """What costs money there now stands before what must be priced by hand."""
    with bundled.read() as session:
        listed = instance_choices(session, "", "japaneast")
        found = instance_choices(session, "nc24ads a100", "japaneast")

    priced = [choice.amount_per_hour is not None for choice in listed]
    assert sorted(priced, reverse=True) == priced
    assert any(priced)
    assert ["Standard_NC24ads_A100_v4"] == [choice.name for choice in found]
    assert "1 × A100-80GB" == found[0].gpus
    assert Decimal("5.326") == found[0].amount_per_hour
    assert "USD" == found[0].currency


def test_retired_hosts_are_listed_last_and_say_so(bundled: Database) -> None:
    with bundled.read() as session:
        found = instance_choices(session, "v100")

    retired = [choice.retired_on is not None for choice in found]
    assert sorted(retired) == retired
    v100 = InstanceChoice(
        name="Standard_NC12s_v3",
        gpus="2 × V100-16GB",
        amount_per_hour=None,
        currency=None,
        retired_on="2025-09-30",
    )
    assert v100 in found


def test_a_host_without_a_current_price_is_not_listed(database: Database) -> None:
    """Nothing could be computed with it; one of unknown GPUs is listed without them."""
    unpriced = InstanceRecord(id="azure/Standard_Y", provider_id="azure", sku="Standard_Y")

    with database.write() as session:
        stock(session)
        save_records(session, [unpriced])
    with database.read() as session:
        listed = instance_choices(session)

    assert ["Standard_X"] == [choice.name for choice in listed]
    assert "" == listed[0].gpus


def test_offers_of_the_model_are_listed_those_of_the_region_first(bundled: Database) -> None:
    """gpt-4o in Japan East: its own region, then offers that name none, then the others."""
    with bundled.read() as session:
        listed = offer_choices(session, "", "openai/gpt-4o-2024-11-20", "japaneast")

    assert listed
    places = [{"japaneast": 0, None: 1}.get(offer.region, 2) for offer in listed]
    current = [place for place, offer in zip(places, listed, strict=True) if not offer.retired_on]
    assert sorted(current) == current
    assert "japaneast" == listed[0].region


def test_an_offer_is_listed_with_its_prices_for_a_million_tokens(bundled: Database) -> None:
    """3.025 and 12.1 USD, as the price list has them for a thousand tokens."""
    with bundled.read() as session:
        found = offer_choices(session, "gpt-4o-2024-11-20 regional japaneast")

    expected = OfferChoice(
        id="azure/gpt-4o-2024-11-20/regional/japaneast",
        provider="azure",
        model_key="gpt-4o-2024-11-20",
        region="japaneast",
        deployment="regional",
        variant="base",
        input=Decimal("3.025"),
        output=Decimal("12.1"),
        retired_on=None,
    )
    assert [expected] == found


def test_words_that_no_offer_of_the_model_has_find_other_offers(bundled: Database) -> None:
    """A person who types another model's name wants that one, not an empty list."""
    with bundled.read() as session:
        found = offer_choices(session, "claude haiku", LLAMA, "japaneast")
        nothing = offer_choices(session, "", None, "japaneast")

    assert found
    assert all("claude" in offer.id for offer in found)
    assert [] == nothing
