"""How rows of virtual machines become prices of hosts."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from catalog.sources.azure_retail_hosts import HostRules
from tests.catalog.sources_azure.reading import amounts, hosts, only_unread, prices, reasons
from tests.emulators.azure.retail import vm_row

NC12 = "Standard_NC12s_v3"
H100 = "Standard_NCC40ads_H100_v5"
LINUX = "Virtual Machines NCv3 Series"


def test_a_linux_price_on_demand_keeps_what_was_published_and_where() -> None:
    page = hosts(vm_row(NC12, 6.12, meterId="m-1", skuId="DZH/0001"))
    (price,) = prices(page.records)
    assert (price.instance_id, price.region, price.term) == (f"azure/{NC12}", "eastus", "on_demand")
    assert (price.amount, price.per, price.unit) == (Decimal("6.12"), Decimal(1), "hour")
    assert (price.source, price.source_key, price.rank) == (
        "Azure Retail Prices API",
        "m-1/DZH/0001",
        1,
    )
    assert price.url == "https://prices.azure.com/api/retail/prices"
    assert price.valid_from == datetime(2023, 3, 1, tzinfo=UTC)
    assert (price.valid_to, price.as_of) == (None, date(2026, 11, 26))
    assert not page.unread


def test_windows_cloud_services_devtest_and_low_priority_are_left_out_and_counted() -> None:
    low = {"skuName": "NC12s v3 Low Priority", "meterName": "NC12s v3 Low Priority"}
    page = hosts(
        vm_row(NC12, 6.12),
        vm_row(NC12, 7.0, productName=f"{LINUX} Windows"),
        vm_row(H100, 8.82, productName="Virtual Machines NCCadsv5 Srs Win"),
        vm_row(NC12, 7.0, productName="NCv3 Series Cloud Services"),
        vm_row(NC12, 7.0, productName="NCv3 Series CloudServices"),
        vm_row(NC12, 6.12, productName=f"{LINUX} Windows", type="DevTestConsumption"),
        vm_row(NC12, 1.2, **low),
        vm_row("NVsv3_Type1", 12.0, productName="NVsv3 Series Dedicated Host"),
        vm_row("", 3.0),
    )
    assert amounts(page) == {"on_demand": "6.12 per 1 hour"}
    assert {row.reason: row.detail for row in page.unread} == {
        "left_out_cloud_services": "2 rows",
        "left_out_dedicated_host": "1 rows",
        "left_out_dev_test": "1 rows",
        "left_out_low_priority": "1 rows",
        "left_out_no_size": "1 rows",
        "left_out_windows": "2 rows",
    }


def test_the_linux_price_of_a_confidential_h100_is_found_among_windows_rows() -> None:
    """Karpenter's copy of the list reads 8.82 or 6.98 by the order of rows."""
    windows = vm_row(H100, 8.82, productName="Virtual Machines NCCadsv5 Srs Win")
    linux = vm_row(H100, 6.98, productName="Virtual Machines NCCadsv5 Srs")
    for rows in ((windows, linux), (linux, windows)):
        assert amounts(hosts(*rows)) == {"on_demand": "6.98 per 1 hour"}


def test_spot_shows_only_in_the_name_of_sku_or_meter() -> None:
    page = hosts(
        vm_row(NC12, 6.12),
        vm_row(NC12, 0.7956, skuName="NC12s v3 Spot", meterName="NC12s v3 Spot"),
    )
    assert amounts(page) == {"on_demand": "6.12 per 1 hour", "spot": "0.7956 per 1 hour"}


def test_a_spot_price_equal_to_the_price_on_demand_is_flagged() -> None:
    page = hosts(
        vm_row(NC12, 6.12), vm_row(NC12, 6.12, skuName="NC12s v3 Spot", meterName="NC12s v3 Spot")
    )
    flags = {price.term: price.flags for price in prices(page.records)}
    assert flags == {"on_demand": (), "spot": ("spot_equals_on_demand",)}


def test_a_reservation_is_a_total_for_the_term_whatever_its_unit_says() -> None:
    page = hosts(
        vm_row(NC12, 6.12),
        vm_row(NC12, 34_164.0, type="Reservation", reservationTerm="1 Year"),
        vm_row(NC12, 60_000.0, type="Reservation", reservationTerm="3 Years"),
        vm_row(NC12, 200_000.0, type="Reservation", reservationTerm="5 Years"),
    )
    found = {price.term: price for price in prices(page.records)}
    assert found["reserved_1y"].amount == Decimal("3.9")
    assert found["reserved_3y"].amount == Decimal("2.283105022831050228310502283")
    assert found["reserved_1y"].derived == "computed"
    assert found["reserved_1y"].flags == ("whole_term_total=34164",)
    assert found["reserved_3y"].flags == ("whole_term_total=60000",)
    assert found["on_demand"].derived == "published"
    assert reasons(page) == {"left_out_reservation_of_other_length": 1}


def test_savings_plans_are_per_hour_as_they_stand() -> None:
    plans = [
        {"unitPrice": 4.5, "retailPrice": 4.5, "term": "1 Year"},
        {"unitPrice": 3.1, "retailPrice": 3.1, "term": "3 Years"},
    ]
    page = hosts(vm_row(NC12, 6.12, savingsPlan=plans))
    assert amounts(page) == {
        "on_demand": "6.12 per 1 hour",
        "savings_plan_1y": "4.5 per 1 hour",
        "savings_plan_3y": "3.1 per 1 hour",
    }
    assert {price.derived for price in prices(page.records)} == {"published"}


def test_two_rows_that_contradict_each_other_are_both_unread_whichever_came_last() -> None:
    one, other = vm_row(NC12, 6.12, meterId="a"), vm_row(NC12, 8.82, meterId="b")
    for rows in ((one, other), (other, one)):
        page = hosts(*rows, vm_row("Standard_NC6s_v3", 3.06))
        assert [price.instance_id for price in prices(page.records)] == ["azure/Standard_NC6s_v3"]
        assert reasons(page) == {"ambiguous": 2}
        details = {row.detail for row in page.unread}
        assert len(details) == 1
        assert "6.12 USD an hour" in details.pop()


def test_two_rows_that_agree_are_one_price_and_flagged() -> None:
    page = hosts(vm_row(NC12, 6.12, meterId="b"), vm_row(NC12, 6.12, meterId="a"))
    (price,) = prices(page.records)
    assert price.flags == ("several_meters_agree",)
    assert price.source_key.startswith("a/")


def test_a_price_that_ended_and_the_one_that_followed_are_a_history() -> None:
    page = hosts(
        vm_row(NC12, 118.0, effectiveEndDate="2025-04-30T23:59:59Z"),
        vm_row(NC12, 84.8, effectiveStartDate="2025-05-01T00:00:00Z"),
    )
    old, new = prices(page.records)
    assert (old.amount, old.valid_to) == (Decimal(118), datetime(2025, 5, 1, tzinfo=UTC))
    assert old.as_of == date(2025, 4, 30)
    assert (new.amount, new.valid_to) == (Decimal("84.8"), None)
    assert old.source_key == new.source_key


def test_a_price_that_does_not_hold_yet_is_listed() -> None:
    page = hosts(vm_row(NC12, 7.0, effectiveStartDate="2027-01-01T00:00:00Z"))
    assert not page.records
    assert reasons(page) == {"not_yet_effective": 1}


def test_a_price_of_zero_is_a_placeholder_and_never_free() -> None:
    page = hosts(vm_row(NC12, 0.0))
    assert not page.records
    assert "retailPrice" in only_unread(page, "zero_placeholder").detail


def test_a_volume_tier_is_no_flat_price() -> None:
    page = hosts(vm_row(NC12, 6.12), vm_row(NC12, 5.0, tierMinimumUnits=1000.0))
    assert amounts(page) == {"on_demand": "6.12 per 1 hour"}
    assert reasons(page) == {"volume_tier": 1}


@pytest.mark.parametrize(
    ("listed", "rented"),
    [
        ("Standard_NC16as_T4_v3  ", "Standard_NC16as_T4_v3"),
        ("Standard_NG32adms_V620", "Standard_NG32adms_V620_v1"),
        ("Standard_ND96asr_A100_v4", "Standard_ND96asr_v4"),
    ],
)
def test_names_are_stripped_and_led_to_those_under_which_a_size_is_rented(
    listed: str, rented: str
) -> None:
    (price,) = prices(hosts(vm_row(listed, 1.0)).records)
    assert price.instance_id == f"azure/{rented}"


def test_a_region_in_capitals_is_asked_for_and_read_in_small_letters() -> None:
    page = hosts(vm_row(NC12, 6.12, armRegionName="WestUS3"), regions=("westus3",))
    assert [price.region for price in prices(page.records)] == ["westus3"]


def test_sizes_without_gpu_are_left_out_unless_they_are_asked_for() -> None:
    rows = [vm_row(sku, 0.5) for sku in ("Standard_D4s_v5", "Standard_NP10s", "Standard_NC6s_v3")]

    def sizes(rules: HostRules) -> list[str | None]:
        return [price.instance_id for price in prices(hosts(*rows, host_rules=rules).records)]

    assert sizes(HostRules()) == ["azure/Standard_NC6s_v3"]
    assert len(sizes(HostRules(gpu_only=False))) == 3
    assert sizes(HostRules(sizes=frozenset({"Standard_D4s_v5"}))) == [
        "azure/Standard_D4s_v5",
        "azure/Standard_NC6s_v3",
    ]


def test_a_row_without_a_product_name_is_listed_because_it_may_be_windows() -> None:
    assert reasons(hosts(vm_row(NC12, 6.12, productName=" "))) == {"no_product_name": 1}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"retailPrice": "6.12"}, "invalid"),
        ({"retailPrice": -1}, "invalid"),
        ({"retailPrice": None}, "invalid"),
        ({"retailPrice": True}, "invalid"),
        ({"effectiveStartDate": "yesterday"}, "invalid"),
        ({"effectiveStartDate": " "}, "invalid"),
        ({"effectiveEndDate": "2020-01-01T00:00:00Z"}, "invalid"),
        ({"meterId": ""}, "invalid"),
        ({"savingsPlan": [{"term": "1 Year"}]}, "invalid"),
        ({"armSkuName": 12}, "invalid"),
        ({"currencyCode": "EUR"}, "wrong_currency"),
        ({"unitOfMeasure": "1 Month"}, "unread_unit"),
        ({"type": "Reservation", "reservationTerm": "2 Years"}, "unread_term"),
        ({"type": "Loan"}, "unread_type"),
        ({"meterId": "half of a pair \ud800"}, "invalid"),
    ],
)
def test_a_broken_row_costs_only_itself(change: dict[str, Any], reason: str) -> None:
    page = hosts({**vm_row(NC12, 6.12), **change}, vm_row("Standard_NC6s_v3", 3.06))
    assert [price.instance_id for price in prices(page.records)] == ["azure/Standard_NC6s_v3"]
    assert reasons(page) == {reason: 1}
    assert len(page.unread[0].raw) <= 4_000
    page.unread[0].raw.encode()
    page.unread[0].key.encode()
