"""What the bundled catalog says about the cases that everybody will look at first."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from catalog.database import Database
from catalog.errors import InstanceNotFound, ModelAmbiguous, ModelNotFound, PriceNotFound
from catalog.instance_queries import find_instance, list_instances
from catalog.model_queries import find_model
from catalog.price_queries import (
    PriceFilter,
    all_regions,
    catalog_summary,
    find_price,
    instance_prices,
    list_prices,
    model_prices,
    offer_prices,
    oldest_as_of,
    price_history,
    regions_of,
)
from catalog.search.query import ModelFilter, search_models


def test_the_catalog_is_as_large_as_its_sources(bundled: Database) -> None:
    """1,264 models, 349 GPU hosts; 17 of the 110 Azure sizes are known from old lists only."""
    with bundled.read() as session:
        summary = catalog_summary(session)
        machines = list_instances(session, limit=500)
    assert (summary.models, summary.instances) == (1264, 349)
    assert (summary.oldest_as_of, summary.newest_as_of) == (date(2024, 3, 17), date(2026, 6, 18))
    assert summary.undated_prices == 4251
    assert summary.past_prices == 593
    unknown = [one for one in machines.items if "facts_unknown" in one.flags]
    assert len(unknown) == 17
    assert all(one.gpu_count is None and one.gpu is None for one in unknown)


def test_the_host_of_the_article_never_moved(bundled: Database) -> None:
    """6.12 USD an hour in eastus in all eight lists, and the series is retired."""
    with bundled.read() as session:
        host = find_instance(session, "NC12s_v3")
        listed, second = instance_prices(session, host.id, "eastus", "on_demand")
        history = price_history(session, listed.series)
    assert host.id == "azure/Standard_NC12s_v3"
    assert host.retired_on == date(2025, 9, 30)
    assert (host.gpu_count, host.gpu_memory_gib_each) == (Decimal(2), Decimal(16))
    assert host.vcpus == 12
    assert host.gpu is not None
    assert host.gpu.key == "V100-PCIe-16"
    assert [price.amount for price in history] == [Decimal("6.12")]
    assert listed.valid_from == datetime(2023, 10, 27, 6, 44, 32, tzinfo=UTC)
    assert (listed.as_of, second.as_of) == (date(2026, 6, 18), None)
    assert "series_retired_meter_still_listed" in listed.flags


def test_the_h200_in_eastus2_fell_from_118_to_84_80(bundled: Database) -> None:
    """The old price is closed on the day of the list that shows the new one."""
    with bundled.read() as session:
        wanted = PriceFilter(
            instance="nd96isr_h200_v5", region="eastus2", term="on_demand", include_history=True
        )
        found = list_prices(session, wanted).items
        current = list_prices(session, wanted.model_copy(update={"include_history": False})).items
    old, new = sorted(found, key=lambda price: price.valid_from)
    assert (old.amount, new.amount) == (Decimal("118.0"), Decimal("84.8"))
    assert old.valid_to == new.valid_from
    assert old.valid_to is not None
    assert old.valid_to.date() == date(2025, 5, 16)
    assert (old.as_of, new.as_of) == (date(2024, 12, 13), date(2026, 6, 18))
    assert current == (new,)


def test_two_sources_that_disagree_are_both_shown_best_first(bundled: Database) -> None:
    """H100 in centralus: 8.585 in the newest list, 6.98 in the undated second source."""
    with bundled.read() as session:
        first, second = instance_prices(
            session, "azure/Standard_NC40ads_H100_v5", "centralus", "on_demand"
        )
    assert (first.amount, first.rank) == (Decimal("8.585"), 1)
    assert (second.amount, second.rank) == (Decimal("6.98"), 2)
    assert first.source != second.source


def test_a_spot_price_that_is_no_spot_price_is_not_there(bundled: Database) -> None:
    """Spot for the V100 is real; for the new H100 sizes upstream repeats the on-demand price."""
    with bundled.read() as session:
        (spot,) = instance_prices(session, "azure/Standard_NC12s_v3", "eastus", "spot")
        assert spot.amount == Decimal("0.7956")
        assert regions_of(session, "azure/Standard_NC40ads_H100_v5", "spot") == []


def test_the_offer_of_the_article_carries_its_warnings(bundled: Database) -> None:
    """By its name, by its offer, and by the model it means."""
    with bundled.read() as session:
        model = find_model(session, "llama-2-7b")
        prices = offer_prices(session, "article/llama-2-7b")
        azure = [p for p in model_prices(session, model.id) if p.provider_id == "azure"]
        assert azure == prices
        listed = list_prices(session, PriceFilter(model="Llama 2 7b", kind="input"))
        assert offer_prices(session, "article/other") == []
    assert model.id == "meta-llama/Llama-2-7b-chat-hf"
    assert [p for p in listed.items if p.provider_id == "azure"] == [
        price for price in prices if price.kind == "input"
    ]
    assert [(price.kind, price.amount, price.per) for price in prices] == [
        ("hosting", Decimal("3.09"), Decimal(1)),
        ("input", Decimal("0.00067"), Decimal(1000)),
        ("output", Decimal("0.00052"), Decimal(1000)),
    ]
    assert {price.deployment for price in prices} == {"unknown"}
    assert {price.url for price in prices} == {None}
    assert oldest_as_of(prices) == date(2024, 3, 17)
    assert oldest_as_of([]) is None


@pytest.mark.parametrize(
    ("name", "model"),
    [
        ("meta-llama/Llama-2-7b-chat-hf", "meta-llama/Llama-2-7b-chat-hf"),
        ("META-LLAMA/llama-2-7B-chat-HF", "meta-llama/Llama-2-7b-chat-hf"),
        ("Llama 2 7b", "meta-llama/Llama-2-7b-chat-hf"),
        ("llama-2-13b-chat", "meta-llama/Llama-2-13b-chat-hf"),
        ("DeepSeek-R1", "deepseek-ai/DeepSeek-R1"),
    ],
)
def test_a_model_is_found_by_any_of_its_names(bundled: Database, name: str, model: str) -> None:
    """Aliases answer with the canonical id."""
    with bundled.read() as session:
        assert find_model(session, name).id == model


def test_a_model_comes_with_its_shape_and_where_it_was_read(bundled: Database) -> None:
    """32 layers of 4096; the licence is unknown and says so."""
    with bundled.read() as session:
        model = find_model(session, "Llama-2-7b")
    assert model.architecture is not None
    assert (model.architecture.layers, model.architecture.hidden_size) == (32, 4096)
    assert model.license is None
    assert model.source_url is not None
    assert model.source_url.startswith("https://github.com/")
    assert {alias.evidence for alias in model.aliases} == {"exact", "rule", "typed"}


def test_an_ambiguous_name_lists_its_candidates(bundled: Database) -> None:
    """Two publishers have a Llama-2-7b-hf; a person picks."""
    with bundled.read() as session, pytest.raises(ModelAmbiguous) as caught:
        find_model(session, "llama-2-7b-hf")
    assert caught.value.candidates == ("NousResearch/Llama-2-7b-hf", "meta-llama/Llama-2-7b-hf")
    assert all(name in caught.value.message for name in caught.value.candidates)


def test_a_wrong_name_gives_the_nearest(bundled: Database) -> None:
    """A typing error is answered with what was probably meant; nonsense with nothing."""
    with bundled.read() as session:
        with pytest.raises(ModelNotFound) as model:
            find_model(session, "meta-llama/Llama-2-7b-chta-hf")
        with pytest.raises(InstanceNotFound) as host:
            find_instance(session, "Standard_NC12_v3")
        with pytest.raises(ModelNotFound) as nonsense:
            find_model(session, "\ud800\x00")
        with pytest.raises(InstanceNotFound):
            find_instance(session, "aws/Standard_NC12s_v3")
        with pytest.raises(InstanceNotFound) as nothing:
            find_instance(session, "")
        with pytest.raises(PriceNotFound):
            find_price(session, "p-0")
    assert model.value.nearest[0] == "meta-llama/Llama-2-7b-chat-hf"
    assert "azure/Standard_NC12s_v3" in host.value.nearest
    assert "Nearest" in host.value.message
    assert nonsense.value.nearest == ()
    assert nothing.value.nearest == ()


@pytest.mark.parametrize(
    "name",
    ["Standard_NC12s_v3", "NC12s_v3", "nc12s v3", "STANDARD_NC12S_V3", "azure/standard_nc12s_v3"],
)
def test_a_host_is_found_by_any_of_its_names(bundled: Database, name: str) -> None:
    """With or without the prefix, in any case."""
    with bundled.read() as session:
        assert find_instance(session, name).id == "azure/Standard_NC12s_v3"


def test_regions_and_hosts_answer_to_each_other(bundled: Database) -> None:
    """A host listed for a region has that region among its own."""
    with bundled.read() as session:
        assert "japaneast" in all_regions(session)
        hosts = list_instances(session, q="h100 NVL", region="japaneast", provider="azure")
        for host in hosts.items:
            assert "japaneast" in regions_of(session, host.id)
        assert list_instances(session, region="atlantis").total == 0
        assert list_instances(session, provider="nobody").total == 0
    assert {host.sku for host in hosts.items} == {
        "Standard_NC40ads_H100_v5",
        "Standard_NC80adis_H100_v5",
    }


def test_every_price_of_the_catalog_leads_to_its_source(bundled: Database) -> None:
    """Source, key, licence, date of reading; an address for all but the article."""
    after = None
    seen: set[str] = set()
    with bundled.read() as session:
        while True:
            page = list_prices(session, PriceFilter(include_history=True), limit=500, after=after)
            for price in page.items:
                assert price.source_key
                assert price.license
                assert price.amount > 0
                assert (price.url is None) == (price.offer_id == "article/llama-2-7b")
            seen |= {price.id for price in page.items}
            after = page.next
            if after is None:
                break
    assert len(seen) == page.total == 12614


def test_search_goes_by_words(bundled: Database) -> None:
    """All words must be there, in any order; no word lists everything."""
    with bundled.read() as session:
        found = search_models(session, ModelFilter(q="CHAT 7b llama-2"), 50)
        assert search_models(session, ModelFilter(q="  "), 1).total == 1264
        assert search_models(session, ModelFilter(q="\x00"), 1).total == 1264
    assert "meta-llama/Llama-2-7b-chat-hf" in {model.id for model in found.items}
    assert all("llama-2" in model.id.lower() for model in found.items)
