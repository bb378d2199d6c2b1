"""How the price list is asked and paged, and what happens when it misbehaves."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from catalog.errors import SourceFailed
from catalog.sources.azure_retail import (
    AZURE_REGIONS,
    AzureRetail,
    AzureRetailSettings,
    next_url,
)
from tests.catalog.sources_azure.reading import NOW, hosts, only_unread, prices, reasons
from tests.emulators.azure.loopback import LoopbackWire, Reply, serving
from tests.emulators.azure.retail import RetailList, meter_row, vm_row

SIZES = [f"Standard_NC{count}s_v3" for count in (6, 12, 24, 48, 96)]


def source(base: str, *regions: str, **changes: Any) -> AzureRetail:
    settings = AzureRetailSettings(base_url=base, regions=regions, **changes)
    return AzureRetail(settings, LoopbackWire(), now=NOW)


def failure(
    service_list: RetailList, reply: Reply | None = None, pattern: str = ""
) -> SourceFailed:
    with serving(service_list) as service:
        if reply is not None:
            service.fail(pattern, reply)
        with pytest.raises(SourceFailed) as caught:
            list(source(service.base, "eastus", models=False).fetch())
    return caught.value


def test_the_default_is_the_public_address_and_a_link_with_its_port_is_followed() -> None:
    listed = RetailList(
        rows=[vm_row(sku, 1.0) for sku in SIZES],
        page_size=2,
        link_host="https://prices.azure.com:443",
    )
    with serving(listed) as service:
        wire = LoopbackWire({"https://prices.azure.com": service.base})
        settings = AzureRetailSettings(regions=("eastus",), models=False)
        (page,) = AzureRetail(settings, wire, now=NOW).fetch()
    assert len(page.records) == 5
    assert page.requests == 3
    assert all(sent.url.startswith("https://prices.azure.com/api/retail") for sent in wire.sent)


def test_hosts_are_asked_by_region_and_ai_services_by_all_their_names() -> None:
    listed = RetailList(rows=[])
    with serving(listed) as service:
        pages = list(source(service.base, "eastus", "westus3").fetch())
    assert listed.filters == [
        "serviceName eq 'Virtual Machines' and armRegionName eq 'eastus'",
        "serviceName eq 'Virtual Machines' and "
        "(armRegionName eq 'westus3' or armRegionName eq 'WestUS3')",
        *(
            "(serviceName eq 'Foundry Models' or serviceName eq 'Foundry Tools' or "
            f"serviceName eq 'Cognitive Services') and {place}"
            for place in (
                "armRegionName eq 'eastus'",
                "(armRegionName eq 'westus3' or armRegionName eq 'WestUS3')",
                "armRegionName eq 'Global'",
                "armRegionName eq 'US Gov'",
            )
        ),
    ]
    assert [page.cursor for page in pages] == [
        "hosts/westus3",
        "models/eastus",
        "models/westus3",
        "models/Global",
        "models/US Gov",
        None,
    ]


def test_spaces_and_quotes_are_encoded_as_the_list_wants_them() -> None:
    with serving(RetailList(rows=[])) as service:
        list(source(service.base, "eastus", models=False).fetch())
        target = service.asked[0].target
    assert "$filter=serviceName%20eq%20%27Virtual%20Machines%27%20and%20" in target
    assert "currencyCode=%27USD%27" in target
    assert "+" not in target


def test_a_later_process_goes_on_at_the_query_after_the_last_page() -> None:
    rows = [vm_row(SIZES[0], 1.0, armRegionName=region) for region in ("eastus", "westus")]
    with serving(RetailList(rows=rows)) as service:
        first = next(source(service.base, "eastus", "westus", models=False).fetch())
        again = source(service.base, "eastus", "westus", models=False).fetch(cursor=first.cursor)
        assert [[price.region for price in prices(page.records)] for page in again] == [["westus"]]


def test_a_cursor_of_other_regions_is_refused() -> None:
    with pytest.raises(SourceFailed, match="cursor"):
        list(source("http://127.0.0.1:1", "eastus").fetch(cursor="hosts/japaneast"))


def test_a_failure_half_way_keeps_the_pages_before_and_takes_nothing_of_its_own() -> None:
    rows = [vm_row(sku, 1.0, armRegionName=area) for area in ("eastus", "westus") for sku in SIZES]
    with serving(RetailList(rows=rows, page_size=2)) as service:
        service.fail("westus.*skip=4", Reply(status=500, body={}))
        pages, reading = [], source(service.base, "eastus", "westus", models=False).fetch()
        pages.append(next(reading))
        with pytest.raises(SourceFailed) as caught:
            next(reading)
    assert caught.value.reason == "server_error"
    assert len(pages[0].records) == 5
    assert pages[0].cursor == "hosts/westus"


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply(status=429, body={}, headers={"Retry-After": "30"}), "limited"),
        (Reply(status=500, body={}), "server_error"),
        (Reply(status=403, body={}), "unauthorized"),
        (Reply(status=302, body={}, headers={"Location": "/elsewhere"}), "refused"),
        (Reply(raw=b'{"BillingCurrency": "USD", "Items": [{"retai'), "not_json"),
        (Reply(raw=b'{"BillingCurrency": "USD", "Items": [NaN]}'), "not_json"),
        (Reply(raw=b"\xff\xfe"), "not_json"),
        (Reply(raw=b"<html>Service unavailable</html>"), "not_json"),
        (Reply(body={"BillingCurrency": "USD", "Items": []}, cut=20), "cut"),
        (Reply(body=[]), "unexpected"),
        (Reply(body={"BillingCurrency": "USD", "Items": {}}), "unexpected"),
        (Reply(body={"BillingCurrency": "USD", "Items": [], "NextPageLink": 3}), "unexpected"),
    ],
)
def test_an_answer_that_is_none_stops_the_source_with_a_reason(reply: Reply, reason: str) -> None:
    failed = failure(RetailList(rows=[]), reply)
    assert failed.reason == reason
    assert failed.retry_after_seconds == (30 if reason == "limited" else None)


def test_what_the_list_says_about_a_bad_filter_is_passed_on() -> None:
    said = {"Error": {"Code": "BadRequest", "Message": "Invalid OData parameters supplied"}}
    failed = failure(RetailList(rows=[]), Reply(status=400, body=said))
    assert failed.reason == "refused"
    assert "Invalid OData parameters supplied" in failed.message


def test_another_currency_than_dollars_is_refused_on_each_page() -> None:
    failed = failure(RetailList(rows=[], currency="EUR"))
    assert failed.reason == "wrong_currency"
    second: dict[str, Any] = {"BillingCurrency": "EUR", "Items": [], "NextPageLink": None}
    rows = [vm_row(sku, 1.0) for sku in SIZES]
    failed = failure(RetailList(rows=rows, page_size=2), Reply(body=second), "skip=2")
    assert failed.reason == "wrong_currency"


def test_a_next_link_to_another_host_is_not_followed() -> None:
    listed = RetailList(
        rows=[vm_row(sku, 1.0) for sku in SIZES], page_size=2, link_host="https://prices.example"
    )
    failed = failure(listed)
    assert failed.reason == "other_host"
    assert "prices.example" in failed.message


@pytest.mark.parametrize(
    "link",
    [
        "https://prices.azure.com:8443/api?x",
        "http://prices.azure.com/api?x",
        "https://prices.azure.com.example/api",
        "https://prices.azure.com@evil.example/api",
        "https://prices.azure.com:x/api",
        "/api/retail/prices?$skip=1000",
    ],
)
def test_links_that_only_look_like_the_same_host_are_refused(link: str) -> None:
    with pytest.raises(SourceFailed, match="not followed"):
        next_url(link, "https://prices.azure.com")


def test_a_link_to_a_page_already_read_ends_instead_of_looping() -> None:
    with serving(RetailList(rows=[vm_row(sku, 1.0) for sku in SIZES], page_size=2)) as service:
        reading = source(service.base, "eastus", models=False)
        first = reading._first_url(reading._queries()[0])
        body = {"BillingCurrency": "USD", "Items": [], "NextPageLink": first}
        service.fail("skip=2", Reply(body=body))
        with pytest.raises(SourceFailed) as caught:
            list(reading.fetch())
    assert caught.value.reason == "loop"


def test_rows_repeated_between_pages_count_once_and_are_told() -> None:
    listed = RetailList(rows=[vm_row(sku, 1.0) for sku in SIZES], page_size=2, overlap=1)
    with serving(listed) as service:
        (page,) = source(service.base, "eastus", models=False).fetch()
    assert len(page.records) == 5
    assert only_unread(page, "pages_moved").detail.startswith("2 rows")


def test_no_row_for_a_region_that_exists_is_suspect_and_told() -> None:
    assert reasons(hosts()) == {"empty_region": 1}


def test_regions_whose_rows_name_no_product_are_not_asked_for() -> None:
    with serving(RetailList(rows=[])) as service:
        pages = list(source(service.base, "eastus2euap", models=False).fetch())
        assert service.asked == []
    assert reasons(pages[0]) == {"unusable_region": 1}


def test_a_count_that_differs_from_the_rows_is_told() -> None:
    body: dict[str, Any] = {"BillingCurrency": "USD", "Items": [], "NextPageLink": None, "Count": 7}
    with serving(RetailList(rows=[])) as service:
        service.fail("", Reply(body=body))
        (page,) = source(service.base, "eastus", models=False).fetch()
    assert "7" in only_unread(page, "count_differs").detail


def test_a_row_that_is_no_object_is_listed_by_its_place() -> None:
    body = {"BillingCurrency": "USD", "Items": [vm_row(SIZES[0], 1.0), "x"], "NextPageLink": None}
    with serving(RetailList(rows=[])) as service:
        service.fail("", Reply(body=body))
        (page,) = source(service.base, "eastus", models=False).fetch()
    assert only_unread(page, "invalid").key == "row 2"
    assert len(page.records) == 1


def test_the_scope_names_what_a_complete_run_covers() -> None:
    settings = AzureRetailSettings(regions=("eastus",))
    wire = LoopbackWire()
    whole = AzureRetail(settings, wire, now=NOW).scope
    assert whole == "hosts+models;sizes=gpu;regions=eastus"
    only_hosts = AzureRetail(replace(settings, models=False), wire, now=NOW).scope
    assert only_hosts == "hosts;sizes=gpu;regions=eastus"


def test_all_azure_regions_are_read_by_default_and_no_other_providers() -> None:
    assert {"eastus", "japaneast", "usgovvirginia"} <= set(AZURE_REGIONS)
    assert not [region for region in AZURE_REGIONS if "-" in region]


def test_rows_of_models_without_a_region_are_listed() -> None:
    rows = [meter_row("gpt 4.1 Inp glbl Tokens", 0.002, armRegionName=name) for name in ("Global",)]
    with serving(RetailList(rows=rows)) as service:
        pages = list(source(service.base, hosts=False).fetch())
    assert [reasons(page) for page in pages] == [{"no_region": 1}, {}]
