"""The article from zero, what its hosts can serve, and a host on standby."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from fractions import Fraction

from playwright.sync_api import Page, expect

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

HOST = Fraction("6.12")
FEE = Fraction("3.09")
PER_REQUEST = Fraction("0.00067") + Fraction("0.00052")
TOKENS = 1000
PAPER = (3 * HOST - FEE) / PER_REQUEST
"""Requests an hour, with 1,000 tokens each way: 12,831.93."""


def hosts_win(capacity: int, spare: int, most: int) -> list[tuple[Fraction, Fraction]]:
    """Where hosts that serve so many requests an hour each cost less than tokens, reckoned host by
    host up to a load; at least three are paid, standby ones among them."""
    found: list[tuple[Fraction, Fraction]] = []
    for serving in range(1, math.ceil(most / capacity) + 1):
        paid = max(3, serving + spare)
        turn = (paid * HOST - FEE) / PER_REQUEST
        low = max(turn, Fraction((serving - 1) * capacity))
        high = Fraction(serving * capacity)
        if low < high and found and found[-1][1] == low:
            found[-1] = (found[-1][0], high)
        elif low < high:
            found.append((low, high))
    return found


@IN_BOTH_LANGUAGES
def test_the_article_is_read_from_zero_and_changes_when_its_hosts_have_a_limit(
    new_page: NewPage, server_url: str, locale: str, arrived: Callable[[Page, str], None]
) -> None:
    """From the first page: the number of the article with what it leaves out; then 1,250 tokens a
    second each way for a host are typed, and the hosts win in two short stretches only."""
    texts = texts_of(locale)
    page = new_page(locale=locale)
    page.goto(server_url)
    open_example(page, texts("example.llama-3.3-70b-japan-east"))
    expect(page.locator("#summary")).to_contain_text("Llama-3.3-70B")
    open_example(page, texts("example.article"))
    expect(break_even(page)).to_contain_text(volume(PAPER * TOKENS, locale))
    assert 2 == break_even(page).inner_text().count(volume(PAPER * TOKENS, locale))
    expect(break_even(page).locator(".tag")).to_have_text(texts("result.capacity_not_considered"))
    expect(verdict(page)).to_contain_text(share(Fraction(5000), PAPER, locale))
    arrived(page, "as-published")

    capacity = page.get_by_role("radiogroup", name=texts("form.capacity"), exact=True)
    capacity.get_by_text(texts("form.capacity.typed"), exact=True).click()
    for key in ("input_tokens_per_second", "output_tokens_per_second"):
        page.fill(field(page, f"options.1.capacity.{key}"), "1250")
    stretches = hosts_win(4500, 0, 500_000)
    assert 2 == len(stretches)

    table = page.locator("#tables section", has_text=texts("result.cheapest_at")).locator(
        "tbody tr"
    )
    expect(table).to_have_count(2 * len(stretches) + 1)
    for place, (low, high) in enumerate(stretches):
        row = table.nth(2 * place + 1)
        expect(row.locator("td").nth(0)).to_have_text(f"{round(low):,}")
        expect(row.locator("td").nth(1)).to_have_text(f"{round(high):,}")
    settled(page)
    expect(page.locator("#summary .tag")).to_have_count(0)
    expect(page.locator("#basis")).to_contain_text(re.compile("1,250.*1,250"))
    arrived(page, "with-a-limit")


@IN_BOTH_LANGUAGES
def test_a_standby_host_moves_the_verdict_of_the_article_with_capacity(
    new_page: NewPage, server_url: str, locale: str, arrived: Callable[[Page, str], None]
) -> None:
    """At 13,200 requests an hour three hosts win. A host on standby is a fourth host, its price
    counts, tokens win, and the first stretch of the hosts is gone from the tables."""
    texts = texts_of(locale)
    page = new_page(locale=locale)
    page.goto(server_url)
    open_example(page, texts("example.article-with-capacity"))
    expect(page.locator("#basis")).to_contain_text(re.compile("1,250.*1,250"))
    page.fill(field(page, "workload.requests_per_hour"), "13,200")
    load = 13_200
    by_token = (load * PER_REQUEST + FEE) * HOURS_PER_MONTH
    three, four = (count * HOST * HOURS_PER_MONTH for count in (3, 4))
    assert three < by_token < four
    expect(money_row(page, 0, "GPU hosts").locator("td").nth(1)).to_have_text(dollars(three))
    expect(money_row(page, 0, "Per token").locator("td").nth(1)).to_have_text(dollars(by_token))
    expect(page.locator("#tables tr.cheapest").first).to_contain_text("GPU hosts")

    page.fill(field(page, "options.1.spare_instances"), "1")

    expect(money_row(page, 0, "GPU hosts").locator("td").nth(1)).to_have_text(dollars(four))
    expect(page.locator("#tables tr.cheapest").first).to_contain_text("Per token")
    expect(verdict(page)).to_contain_text(dollars(four - by_token))
    expect(verdict(page)).to_contain_text(share(four - by_token, by_token, locale))
    settled(page)
    stretches = hosts_win(4500, 1, 500_000)
    table = page.locator("#tables section", has_text=texts("result.cheapest_at")).locator(
        "tbody tr"
    )
    expect(table).to_have_count(2 * len(stretches) + 1)
    arrived(page, "standby")

    page.go_back()
    page.go_forward()
    expect(page.locator(field(page, "options.1.spare_instances"))).to_have_value("1")
    expect(money_row(page, 0, "GPU hosts").locator("td").nth(1)).to_have_text(dollars(four))
    page.reload()
    expect(money_row(page, 0, "GPU hosts").locator("td").nth(1)).to_have_text(dollars(four))
