"""A 70B model at three volumes, and the price of a host at which each verdict would turn."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

from playwright.sync_api import Page, expect

from tests import snapshot_csv
from tests.browser.conftest import NewPage
from tests.browser.journeys.steps import (
    HOURS_PER_MONTH,
    IN_BOTH_LANGUAGES,
    break_even,
    dollars,
    money_row,
    open_example,
    settled,
    share,
    texts_of,
    verdict,
    volume,
)
from tests.browser.test_decide import field

OFFER = "azure/Llama-3.3-70B-Instruct/data_zone/eastus"
HOST = "hf-inference-endpoints/aws/nvidia-h200 x4"
TOKENS = 1024
PEAK = Fraction("1.2")
CAPACITY = Fraction("6403.106") * 3600 / TOKENS
"""Requests an hour of a host."""
TOKEN_OPTION, HOST_OPTION = "Per token, data zone", "Hosts of four H200"


def request_price() -> Fraction:
    """Of a request by the token, out of the bundled list."""
    prices = {
        row["kind"]: Fraction(row["amount"]) / Fraction(row["per"])
        for row in snapshot_csv.rows("token_prices")
        if row["offer_id"] == OFFER and not row["valid_to"]
    }
    return TOKENS * (prices["input"] + prices["output"])


def host_price() -> Fraction:
    """Of a host and hour, out of the bundled list."""
    [amount] = {
        Fraction(row["amount"])
        for row in snapshot_csv.rows("instance_prices")
        if row["instance_id"].endswith(HOST.partition("/")[2])
        and (row["term"], row["valid_to"]) == ("on_demand", "")
    }
    return amount


def hosts_at(load: int) -> int:
    """Hosts that are paid for the peak of a mean load."""
    return max(1, math.ceil(load * PEAK / CAPACITY))


@IN_BOTH_LANGUAGES
def test_a_70b_model_is_judged_at_three_volumes_with_the_price_that_would_flip_it(
    new_page: NewPage, server_url: str, locale: str, arrived: Callable[[Page, str], None]
) -> None:
    """Tokens win at half the load, one host at the load, two at twice. The price at which the
    verdict turns is typed: a cent below it the host wins, a cent above it loses."""
    texts = texts_of(locale)
    page = new_page(locale=locale)
    page.goto(server_url)
    open_example(page, texts("example.llama-3.3-70b-three-volumes"))
    expect(page.locator("#basis")).to_contain_text("nvidia-h200")
    each, host = request_price(), host_price()
    others = page.locator("details.other-loads > summary")
    if others.count():  # tables of the other loads may be folded
        others.click()

    for place, load in enumerate((16_000, 8_000, 32_000)):
        tokens, hosts = each * load, host * hosts_at(load)
        row = money_row(page, place, TOKEN_OPTION).locator("td").nth(1)
        expect(row).to_have_text(dollars(tokens * HOURS_PER_MONTH))
        row = money_row(page, place, HOST_OPTION).locator("td")
        expect(row.nth(1)).to_have_text(dollars(hosts * HOURS_PER_MONTH))
        expect(row.nth(2)).to_have_text(str(hosts_at(load)))
        wins = money_row(page, place, HOST_OPTION if hosts < tokens else TOKEN_OPTION)
        expect(wins).to_have_class("cheapest")

    flip = each * 16_000 / hosts_at(16_000)
    flips = page.locator("#tables section", has_text=texts("result.flips"))
    expect(flips).to_contain_text(f"${float(flip):.2f}")
    full = CAPACITY / PEAK  # one host is full there, and a second one must be paid
    expect(verdict(page)).to_contain_text(share(Fraction(16_000), full, locale))
    expect(break_even(page)).to_contain_text(volume(full * TOKENS, locale))
    arrived(page, "three-volumes")

    price = page.get_by_role("radiogroup", name=texts("form.host_price"), exact=True)
    price.get_by_text(texts("form.host_price.typed"), exact=True).click()
    below, above = math.floor(flip * 100), math.floor(flip * 100) + 1
    for cents, winner in ((below, HOST_OPTION), (above, TOKEN_OPTION)):
        page.fill(field(page, "options.1.price.amount"), f"{cents / 100:.2f}")
        cost = Fraction(cents, 100) * HOURS_PER_MONTH
        expect(money_row(page, 0, HOST_OPTION).locator("td").nth(1)).to_have_text(dollars(cost))
        expect(money_row(page, 0, winner)).to_have_class("cheapest")
    settled(page)
