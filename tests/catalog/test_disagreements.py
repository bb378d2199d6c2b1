"""Where two sources tell different prices: listed with both rows, the better source first."""

from __future__ import annotations

from decimal import Decimal

import pytest

from catalog.database import Database
from catalog.disagreements import list_disagreements
from catalog.errors import ModelNotFound
from catalog.price_store import record_price
from tests.catalog.shelf import READ, stock, token_price


def test_the_two_sources_of_the_h100_host_in_centralus_disagree(bundled: Database) -> None:
    """8.585 against 6.98: the Windows or the Linux meter, nobody can tell from the files."""
    with bundled.read() as session:
        found = list_disagreements(session)

    [host] = [one for one in found if one.instance_id == "azure/Standard_NC40ads_H100_v5"]
    assert (("centralus",), "instance", "on_demand") == (host.regions, host.kind, host.term)
    assert (Decimal("8.585"), Decimal("6.98")) == (host.counts.amount, host.other.amount)
    assert host.counts.rank < host.other.rank
    assert host.counts.source != host.other.source
    assert Decimal("-0.1870") == host.gap_share


def test_a_price_without_a_region_is_held_against_those_of_all_regions(database: Database) -> None:
    """Both regions differ in the same way, so they stand in one line."""
    here = {"deployment": "global", "offer_id": None, "source_key": "here"}
    elsewhere = {"region": None, "source": "a map", "rank": 3, "source_key": "map"}
    with database.write() as session:
        stock(session)
        for region in ("westus", "eastus"):
            record_price(session, token_price("regional", "2", **here, region=region), READ)
        record_price(session, token_price("regional", "3", **here | elsewhere), READ)
    with database.read() as session:
        found = list_disagreements(session, "acme/regional")

    assert [(("eastus", "westus"), Decimal("0.5000"), "a map", None)] == [
        (one.regions, one.gap_share, one.other.source, one.other.region) for one in found
    ]


def test_a_gap_of_one_percent_is_no_disagreement(database: Database) -> None:
    """Rounding at a source is not a disagreement; a hair more is."""
    with database.write() as session:
        stock(session)
        for rank, (source, amount) in enumerate((("a", "100"), ("b", "101"), ("c", "101.01")), 1):
            told = token_price("regional", amount, source=source, rank=rank, region="norwayeast")
            record_price(session, told, READ)
    with database.read() as session:
        found = list_disagreements(session, "acme/regional")

    assert ["c"] == [one.other.source for one in found if "norwayeast" in one.regions]


def test_a_deployment_that_is_not_stated_is_held_against_nothing(bundled: Database) -> None:
    """It may be any of them."""
    with bundled.read() as session:
        found = list_disagreements(session)

    assert "unknown" not in {one.deployment for one in found}


def test_disagreements_of_an_unknown_model_are_refused_by_name(loaded: Database) -> None:
    with loaded.read() as session, pytest.raises(ModelNotFound, match="nobody/nothing"):
        list_disagreements(session, "nobody/nothing")
