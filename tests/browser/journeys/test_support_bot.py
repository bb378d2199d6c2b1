"""A support bot whose questions must be processed in Japan, with its budget in yen."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction

from playwright.sync_api import Page, expect

from tests import snapshot_csv
from tests.browser.conftest import NewPage
from tests.browser.grids import row_facts
from tests.browser.journeys.steps import (
    HOURS_PER_MONTH,
    IN_BOTH_LANGUAGES,
    choose_what_is_open,
    money_row,
    settled,
    share,
    texts_of,
    verdict,
)
from tests.browser.test_decide import field

REGION, COUNTRY = "japaneast", "JP"
GPT = "openai/gpt-4o-2024-11-20"
OFFER = "azure/gpt-4o-2024-11-20/regional/japaneast"
LLAMA = "meta-llama/Llama-3.3-70B-Instruct"
QUESTIONS = 200_000
INPUT, OUTPUT = 1200, 400
YEN = 150


def request_yen() -> Fraction:
    """A question by the token, out of the bundled list, in yen."""
    prices = {
        row["kind"]: Fraction(row["amount"]) / Fraction(row["per"])
        for row in snapshot_csv.rows("token_prices")
        if row["offer_id"] == OFFER and not row["valid_to"]
    }
    return (INPUT * prices["input"] + OUTPUT * prices["output"]) * YEN


def host_of_llama() -> snapshot_csv.Cheapest:
    """The cheapest machine in Japan East whose GPUs hold the weights of Llama-3.3-70B."""
    [parameters] = {
        row["total_params"] for row in snapshot_csv.rows("models") if row["model_id"] == LLAMA
    }
    today = datetime.now(UTC).date().isoformat()
    memory = Decimal(parameters) * 2 / 2**30
    found = snapshot_csv.cheapest_host(snapshot_csv.hosts_that_hold(memory), REGION, today)
    assert found is not None
    return found


@IN_BOTH_LANGUAGES
def test_a_support_bot_that_stays_in_japan_gets_its_budget_in_yen(
    new_page: NewPage, server_url: str, locale: str, arrived: Callable[[Page, str], None]
) -> None:
    """From the first page to the catalog, by filters to gpt-4o in Japan, to Decide, with
    Llama-3.3-70B on a host beside it: budget and break-even as reckoned from the files."""
    texts = texts_of(locale)
    page = new_page(locale=locale)
    page.goto(server_url)
    page.get_by_role("link", name=texts("nav.catalog"), exact=True).click()
    page.get_by_label(texts("catalog.region"), exact=True).select_option(value=REGION)
    page.get_by_label(texts("catalog.residency"), exact=True).select_option(value=COUNTRY)
    page.locator("input[type=search]").fill("gpt-4o")
    expect(row_facts(page, "gpt-4o-2024-11-20")).to_be_visible()
    arrived(page, "shortlist")
    page.get_by_role("link", name="gpt-4o-2024-11-20", exact=True).click()
    use = page.get_by_role("link", name=texts("model.use_named", name=OFFER), exact=True)
    use.first.click()

    expect(page.locator(field(page, "options.0.offer"))).to_have_value(
        re.compile(r"japaneast.*\$12\.1")
    )
    _fill_question(page, locale)
    _add_llama_on_a_host(page, locale)
    by_token = request_yen() * QUESTIONS
    host = Fraction(host_of_llama().usd) * YEN * HOURS_PER_MONTH
    tables = page.locator("#tables")
    expect(tables).to_contain_text(f"{round(by_token):,}")
    expect(money_row(page, 0, "Llama").locator("td").nth(1)).to_contain_text(f"{round(host):,}")
    settled(page)
    assert by_token < host
    turn = host / request_yen()
    said = share(Fraction(QUESTIONS), turn, locale)
    expect(verdict(page)).to_contain_text(said)
    card = page.locator("#budget-card")
    expect(card).to_contain_text(said)
    expect(card).to_contain_text(f"{round(by_token):,}")
    expect(card).not_to_contain_text("$")
    expect(page.locator("#basis")).to_contain_text(texts("deployment.regional"))
    arrived(page, "budget")

    offer = page.locator(field(page, "options.0.offer"))
    offer.fill("gpt-4o-2024-11-20 global japaneast")
    page.get_by_role("option", name=re.compile("2024-11-20.*japaneast")).first.click()
    expect(page.locator("#problems")).to_contain_text(re.compile("JP|Japan|日本"))


def _fill_question(page: Page, locale: str) -> None:
    """How much, where it may be processed, and the currency with the rate of finance."""
    texts = texts_of(locale)
    counted = page.get_by_role("radiogroup", name=texts("form.load"), exact=True)
    counted.get_by_text(texts("form.load.per_month"), exact=True).click()
    page.fill(field(page, "workload.requests_per_month"), f"{QUESTIONS:,}")
    page.fill(field(page, "workload.input_tokens"), str(INPUT))
    page.fill(field(page, "workload.output_tokens"), str(OUTPUT))
    choose_what_is_open(page, peak="2", standby="0")
    # The part is open: where the catalog was filtered to came along.
    expect(page.locator(field(page, "residency.processing"))).to_have_value(COUNTRY)
    page.get_by_text(texts("form.money"), exact=True).click()
    currency = page.get_by_role("radiogroup", name=texts("form.currency"), exact=True)
    currency.get_by_text("JPY", exact=True).click()
    rates = page.get_by_role("radiogroup", name=texts("form.rates"), exact=True)
    rates.get_by_text(texts("form.rates.typed"), exact=True).click()
    page.fill(field(page, "rates.JPY.per_usd"), str(YEN))
    page.fill(field(page, "rates.JPY.as_of"), "2026-11-01")
    page.fill(field(page, "rates.JPY.source"), "Finance")
    expect(page.locator("#tables")).to_contain_text("Finance")


def _add_llama_on_a_host(page: Page, locale: str) -> None:
    """The other way: one machine in Japan that serves 1,250 + 1,250 tokens a second, as tested."""
    texts = texts_of(locale)
    page.get_by_role("button", name=texts("form.add_dedicated")).click()
    page.fill(field(page, "options.1.name"), "Llama")
    name = host_of_llama().of.removeprefix("azure/")
    page.locator(field(page, "options.1.instance")).fill(name)
    page.get_by_role("option", name=re.compile(name)).first.click()
    card = page.locator(".option-card").nth(1)
    capacity = card.get_by_role("radiogroup", name=texts("form.capacity"), exact=True)
    capacity.get_by_text(texts("form.capacity.typed"), exact=True).click()
    for key in ("input_tokens_per_second", "output_tokens_per_second"):
        page.fill(field(page, f"options.1.capacity.{key}"), "1250")
    page.fill(field(page, "options.1.minimum_instances"), "1")
    page.fill(field(page, "options.1.capacity.evidence"), "load test")
    card.get_by_text(texts("form.own_question"), exact=True).click()
    page.locator(field(page, "options.1.model")).fill("Llama-3.3-70B-Instruct")
    page.get_by_role("option", name=LLAMA, exact=True).click()
    choose_what_is_open(page, peak="2", standby="0")
