"""The short lists of a form, on both databases."""

from __future__ import annotations

from itertools import pairwise

from catalog.choices import InstanceChoice, instance_choices, model_ids, offer_ids
from catalog.database import Database
from catalog.records import InstanceRecord
from catalog.store import save_records
from tests.catalog.shelf import MODELS, stock


def test_models_are_listed_in_order_of_id(bundled: Database) -> None:
    """All 1,264, capitals before small letters as everywhere in the catalog."""
    with bundled.read() as session:
        listed = model_ids(session)

    assert 1264 == len(listed)
    assert "meta-llama/Llama-2-7b-chat-hf" in listed
    assert all(first < second for first, second in pairwise(listed))


def test_hosts_are_listed_with_their_gpus_and_retired_ones_last(bundled: Database) -> None:
    """What may be rented comes first; the rest says since when it may not."""
    with bundled.read() as session:
        listed = instance_choices(session)

    v100 = InstanceChoice(name="Standard_NC12s_v3", gpus="2 × V100-16GB", retired_on="2025-09-30")
    retired = [choice.retired_on is not None for choice in listed]
    assert v100 in listed
    assert 4 == sum(retired)
    assert sorted(retired) == retired
    offered = [choice.name for choice in listed if choice.retired_on is None]
    assert sorted(offered, key=lambda name: ("/" in name, name)) == offered
    assert len(offered) == len(set(offered))


def test_a_host_without_a_current_price_is_not_listed(database: Database) -> None:
    """Nothing could be computed with it; one of unknown GPUs is listed without them."""
    unpriced = InstanceRecord(id="azure/Standard_Y", provider_id="azure", sku="Standard_Y")

    with database.write() as session:
        stock(session)
        save_records(session, [unpriced])
    with database.read() as session:
        listed = instance_choices(session)

    assert [InstanceChoice(name="Standard_X", gpus="", retired_on=None)] == listed


def test_offers_are_listed_once_each(database: Database) -> None:
    """In order of id, though most have several prices."""
    with database.write() as session:
        stock(session)
    with database.read() as session:
        listed = offer_ids(session)
        models = model_ids(session)

    assert [
        "agreed/standard",
        "batch-only/standard",
        "currencies/standard",
        "disputed/standard",
        "everywhere/standard",
        "nearly/standard",
        "regional/standard",
        "two-tariffs/reserve",
        "two-tariffs/standard",
    ] == listed
    assert list(MODELS) == models
