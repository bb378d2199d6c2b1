"""The price of a host: typed, or the catalog's for this size, region and term."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from catalog.database import Database
from costing import Price, Unit
from tests.catalog.questions import (
    ask_dedicated,
    document,
    on_hosts,
    resolve_problem,
    typed,
)

V100, H100 = "Standard_NC12s_v3", "Standard_NC40ads_H100_v5"
LLAMA = "meta-llama/Llama-2-7b-chat-hf"


def _price(found: Price | None) -> Price:
    assert found is not None
    return found


def test_the_price_of_a_host_comes_with_where_it_was_read(bundled: Database) -> None:
    """On both databases: amount, id of the row, source, address, dates."""
    option = ask_dedicated(bundled, on_hosts(instance="nc12s v3"), region="eastus")

    price = _price(option.price)
    assert (Decimal("6.12"), Decimal(1), Unit.HOUR, "USD") == (
        price.amount,
        price.per,
        price.unit,
        price.currency,
    )
    assert "p-5635d3549e633a37" == price.provenance.price_id
    assert "Azure/karpenter-provider-azure" == price.provenance.source
    assert price.provenance.url is not None
    assert price.provenance.url.startswith("https://github.com/")
    assert date(2026, 6, 18) == price.provenance.as_of
    assert datetime(2026, 11, 25, tzinfo=UTC) == price.provenance.fetched_at
    assert ("published", "list") == (price.provenance.derived, price.provenance.basis)
    assert "azure" == option.sold.provider
    assert ("eastus", "on_demand") == (option.sold.region, option.sold.term)


def test_a_host_without_a_price_here_says_where_it_has_one(loaded: Database) -> None:
    """Up to five regions, of the same term."""
    found = resolve_problem(loaded, document(on_hosts(instance=H100), region="japanwest"))

    assert "no_price" == found.code
    assert "options.0" == found.field
    start = f"Found no on_demand price of {H100} in japanwest. It has one in "
    assert found.message.startswith(start)
    assert 5 == len(found.message.removeprefix(start).split(", "))


def test_a_host_without_any_price_of_that_term_is_to_be_typed(loaded: Database) -> None:
    """No public source has reserved prices."""
    found = resolve_problem(
        loaded, document(on_hosts(instance=V100, term="reserved_3y"), region="eastus")
    )

    assert f"Found no reserved_3y price of {V100} in eastus. Type the price." == found.message


def test_a_host_whose_provider_names_no_region_is_priced_and_says_so(bundled: Database) -> None:
    """Four H200 at 20 USD an hour, wherever they stand; the option then has no region."""
    host = on_hosts(instance="hf-inference-endpoints/aws/nvidia-h200 x4")

    for asked in ({"region": "eastus"}, {}):
        option = ask_dedicated(bundled, host, **asked)

        assert Decimal(20) == _price(option.price).amount
        assert option.sold.region is None
        assert "host_region_not_stated" in option.sold.flags


def test_a_host_without_a_region_never_satisfies_a_residency(loaded: Database) -> None:
    """Where it stands is not known, so it may not be said to stand in Japan."""
    host = on_hosts(instance="hf-inference-endpoints/aws/nvidia-h200 x4")
    asked = document(host, region="japaneast", residency={"processing": "JP"})

    found = resolve_problem(loaded, asked)

    assert "residency_refused" == found.code
    assert "its region is not stated" in found.message


def test_a_host_that_is_sold_by_region_needs_one(loaded: Database) -> None:
    """Taking any region's price would be a guess."""
    found = resolve_problem(loaded, document(on_hosts(instance=H100)))

    assert ("required", "options.0.region") == (found.code, found.field)


def test_the_term_of_a_host_decides_its_price(loaded: Database) -> None:
    """Spot is another row than on demand."""
    option = ask_dedicated(loaded, on_hosts(instance=V100, term="spot"), region="eastus")

    assert Decimal("0.7956") == _price(option.price).amount
    assert "spot" == option.sold.term


def test_the_better_source_wins_and_the_disagreement_is_flagged(bundled: Database) -> None:
    """H100 in centralus: 8.585 in the newest list, 6.98 in the undated second source."""
    option = ask_dedicated(bundled, on_hosts(instance=H100), region="centralus")

    assert Decimal("8.585") == _price(option.price).amount
    assert ("sources_disagree",) == option.sold.flags


def test_a_retired_host_is_flagged(loaded: Database) -> None:
    """Its meter is still listed, which does not mean that it can be rented."""
    by_catalog = ask_dedicated(loaded, on_hosts(instance=V100), region="eastus")
    by_hand = ask_dedicated(loaded, on_hosts(instance=V100, price=typed("5")))

    assert "host_retired" in by_catalog.sold.flags
    assert ("host_retired",) == by_hand.sold.flags
    assert Decimal(5) == _price(by_hand.price).amount


def test_a_host_that_the_catalog_does_not_know_may_have_a_typed_price(loaded: Database) -> None:
    """Flagged, because nothing is known of it; the provider is unknown too."""
    option = ask_dedicated(loaded, on_hosts(instance="My rack", price=typed("2.50")))

    assert ("instance_not_in_catalog",) == option.sold.flags
    assert "My rack" == option.sold.instance
    assert option.sold.provider is None
    assert Decimal("2.50") == _price(option.price).amount


def test_a_typed_price_keeps_what_its_writer_said_of_it(loaded: Database) -> None:
    """Source, address, day, owner and whether it is of a contract; nothing of it from us."""
    said = {
        "source": "offer 17",
        "url": "https://example.com/17",
        "as_of": "2026-01-31",
        "owner": "Mio",
        "basis": "contracted",
    }

    option = ask_dedicated(loaded, on_hosts(price=typed("5", **said)))

    provenance = _price(option.price).provenance
    assert ("offer 17", "https://example.com/17") == (provenance.source, provenance.url)
    assert (date(2026, 1, 31), "Mio") == (provenance.as_of, provenance.owner)
    assert ("contracted", "typed") == (provenance.basis, provenance.derived)
    assert provenance.price_id is None
    assert provenance.fetched_at is None


@pytest.mark.parametrize(
    ("option", "other", "key"),
    [
        (on_hosts(), {"region": "eastus"}, "instance"),
        (on_hosts(instance=V100), {}, "region"),
    ],
)
def test_a_catalog_price_needs_a_host_and_a_region(
    loaded: Database, option: dict[str, Any], other: dict[str, Any], key: str
) -> None:
    """Nothing is assumed where a price would depend on it."""
    found = resolve_problem(loaded, document(option, **other))

    assert f"options.0.{key}" == found.field
    assert f"Expected {key}, found nothing." == found.message
