"""What models and machines cost in a region, against the bundled files reckoned with by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from catalog.cheapest import cheapest_in_region
from catalog.database import Database
from catalog.priced_instances import (
    PricedInstance,
    hosts_with_memory,
    list_priced_instances,
    weights_gib,
)
from tests import snapshot_csv

TODAY = date(2026, 11, 24)
LLAMA = "meta-llama/Llama-3.3-70B-Instruct"
MIXTRAL = "mistralai/Mixtral-8x7B-Instruct-v0.1"


def all_ids() -> list[str]:
    return [row["model_id"] for row in snapshot_csv.rows("models")]


@pytest.mark.parametrize("region", ["japaneast", "eastus", "swedencentral"])
def test_the_cheapest_price_by_the_token_is_the_lowest_of_the_files(
    bundled: Database, region: str
) -> None:
    """Every model, both kinds: amount, and the day it was true."""
    day = TODAY.isoformat()
    expected = {
        (one, kind): (found.usd, found.as_of)
        for one in all_ids()
        for kind in ("input", "output")
        if (found := snapshot_csv.cheapest_token(one, kind, region, day))
    }

    with bundled.read() as session:
        found_here = cheapest_in_region(session, all_ids(), region, TODAY)

    assert expected == {
        (one.id, kind): (
            price.usd_per_million_tokens,
            "" if price.as_of is None else price.as_of.isoformat(),
        )
        for one in found_here
        for kind, price in (("input", one.input), ("output", one.output))
        if price is not None
    }
    assert len(expected) > 60


def test_the_cheapest_listed_host_is_the_lowest_of_the_files(bundled: Database) -> None:
    """Of the machines Azure lists for each model, in Japan East; others have none."""
    day = TODAY.isoformat()
    expected = {
        one: found.usd
        for one in all_ids()
        if (hosts := snapshot_csv.listed_hosts(one, day))
        and (found := snapshot_csv.cheapest_host(hosts, "japaneast", day))
    }

    with bundled.read() as session:
        found_here = cheapest_in_region(session, all_ids(), "japaneast", TODAY)

    assert expected == {one.id: one.host.usd_per_hour for one in found_here if one.host}
    assert Decimal("21.303") == expected[MIXTRAL]
    assert LLAMA not in expected


def test_answers_stand_in_the_order_asked_and_an_unknown_name_has_nothing(
    bundled: Database,
) -> None:
    """A NUL and half a surrogate pair are names of nothing, not errors."""
    names = ["nobody/nothing", LLAMA, "x\x00", "\ud800"]

    with bundled.read() as session:
        found = cheapest_in_region(session, names, "japaneast", TODAY)

    assert [False, True, False, False] == [one.input is not None for one in found]
    assert LLAMA == found[1].id
    assert "global" == (found[1].input and found[1].input.deployment)


def test_an_offer_that_ended_is_no_price_of_the_region(bundled: Database) -> None:
    """The same question on a later day: fewer models, none with another price."""
    ended = sorted(row["retired_on"] for row in snapshot_csv.rows("offers") if row["retired_on"])
    later = date.fromisoformat(ended[-1])

    with bundled.read() as session:
        now, then = (
            {one.id: one.offers for one in cheapest_in_region(session, all_ids(), "eastus", day)}
            for day in (date(2020, 1, 1), later)
        )

    assert all(then[one] <= now[one] for one in now)
    assert sum(then.values()) <= sum(now.values())


def test_every_machine_is_listed_once_with_its_prices(bundled: Database) -> None:
    """Pages of 50 lose none; the price here is that of the best source, the cheapest the lowest."""
    found = priced(bundled, "japaneast")
    ids = {f"{row['provider_id']}/{row['sku']}" for row in snapshot_csv.rows("instances")}

    assert ids == found.keys()
    for one in ids:
        here = snapshot_csv.cheapest_host([one], "japaneast", "")
        shown = found[one].here
        assert (None if here is None else here.usd) == (shown and shown.usd_per_hour)
    cheapest = found["azure/Standard_ND96is_MI300X_v5"].cheapest
    assert cheapest is not None
    assert (Decimal("48"), "eastus2") == (cheapest.usd_per_hour, cheapest.region)


def test_hosts_are_found_by_the_memory_of_their_gpus(bundled: Database) -> None:
    """70.55 billion weights of 16 bits: 131.4 GiB; the cheapest that holds them has 160."""
    need = weights_gib(70_553_706_496)
    expected = snapshot_csv.cheapest_host(
        snapshot_csv.hosts_that_hold(need), "japaneast", TODAY.isoformat()
    )

    with bundled.read() as session:
        found = hosts_with_memory(session, "japaneast", need)

    assert expected is not None
    assert (expected.usd, expected.of) == (found[0].usd_per_hour, found[0].instance_id)
    assert ("131.4", Decimal(160)) == (f"{need:.1f}", found[0].gpu_memory_gib)
    assert sorted(one.usd_per_hour for one in found) == [one.usd_per_hour for one in found]
    assert all(one.gpu_memory_gib >= need for one in found)


def test_nothing_holds_what_is_too_large(bundled: Database) -> None:
    """A region without prices, and a model beyond any machine, have no host."""
    with bundled.read() as session:
        assert [] == hosts_with_memory(session, "japaneast", Decimal(10_000))
        assert [] == hosts_with_memory(session, "atlantis", Decimal(1))


def priced(database: Database, region: str) -> dict[str, PricedInstance]:
    found: dict[str, PricedInstance] = {}
    after = None
    with database.read() as session:
        while True:
            page = list_priced_instances(session, region, limit=50, after=after)
            assert not found.keys() & {one.id for one in page.items}
            found |= {one.id: one for one in page.items}
            after = page.next
            if after is None:
                assert page.total == len(found)
                return found
