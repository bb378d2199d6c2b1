"""A newcomer with a question and no help: the cheapest way to run a 70B model in Japan East."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import NamedTuple

import pytest
from playwright.sync_api import Page, expect

from tests import snapshot_csv
from tests.browser.conftest import NewPage
from tests.browser.grids import row_facts

LLAMA = "meta-llama/Llama-3.3-70B-Instruct"
REGION = "japaneast"


class Words(NamedTuple):
    """What the newcomer looks for on the screen, in one language."""

    catalog: str
    region: str
    japan_east: str
    size: str
    by_token: str
    by_hour: str
    anywhere: str
    not_listed: str
    gaps: str
    no_hosts: str
    no_capacity: str


ENGLISH = Words(
    catalog="Catalog",
    region="Region",
    japan_east="Japan East",
    size="40B to 120B",
    by_token="Pay per token",
    by_hour="GPU host, per hour",
    anywhere="may be processed anywhere",
    not_listed="Azure lists no host for this model",
    gaps="What is not known",
    no_hosts="Which hosts may serve it",
    no_capacity="A measurement of what one host sustains",
)
JAPANESE = Words(
    catalog="カタログ",
    region="リージョン",
    japan_east="東日本",
    size="400億〜1,200億",
    by_token="トークン従量課金",
    by_hour="GPUサーバー(時間課金)",
    anywhere="世界のどこかで処理",
    not_listed="Azureはこのモデルのサーバーを掲載していません",
    gaps="不明な点と補い方",
    no_hosts="対応サーバー: Azureの掲載がありません",
    no_capacity="1台の処理量の実測値",
)


@pytest.mark.parametrize(
    ("locale", "words"), [("en-US", ENGLISH), ("ja-JP", JAPANESE)], ids=["English", "Japanese"]
)
def test_a_newcomer_finds_the_cheapest_ways_to_run_a_70b_model_in_japan_east(
    new_page: NewPage, server_url: str, locale: str, words: Words
) -> None:
    """From the first page on by what is written there; the figures are reckoned from the files."""
    today = datetime.now(UTC).date().isoformat()
    token_input = snapshot_csv.cheapest_token(LLAMA, "input", REGION, today)
    token_output = snapshot_csv.cheapest_token(LLAMA, "output", REGION, today)
    parameters = next(
        row["total_params"] for row in snapshot_csv.rows("models") if row["model_id"] == LLAMA
    )
    assert not snapshot_csv.listed_hosts(LLAMA, today)
    memory = Decimal(parameters) * 2 / 2**30
    host = snapshot_csv.cheapest_host(snapshot_csv.hosts_that_hold(memory), REGION, today)
    assert token_input is not None
    assert token_output is not None
    assert host is not None

    page = new_page(locale=locale)
    page.goto(server_url)
    page.get_by_role("link", name=words.catalog, exact=True).click()
    page.get_by_label(words.region, exact=True).select_option(value=REGION)
    expect(page.locator("#catalog-chips")).to_contain_text(words.japan_east)
    page.get_by_role("button", name=re.compile(f"^{words.size}")).click()
    facts = row_facts(page, "Llama-3.3-70B-Instruct")
    expect(facts).to_contain_text("llama3.3")
    expect(facts).to_contain_text(dollars(token_input.usd))
    page.get_by_role("link", name="Llama-3.3-70B-Instruct").click()

    by_token = page.locator("#cheapest .fact", has_text=words.by_token)
    expect(by_token).to_contain_text(dollars(token_input.usd))
    expect(by_token).to_contain_text(dollars(token_output.usd))
    expect(by_token).to_contain_text(words.japan_east)
    expect(by_token).to_contain_text(words.anywhere)
    expect(by_token).to_contain_text(written(token_input.as_of, locale))
    by_hour = page.locator("#cheapest .fact", has_text=words.by_hour)
    expect(by_hour).to_contain_text(dollars(host.usd))
    expect(by_hour).to_contain_text(host.of.removeprefix("azure/"))
    expect(by_hour).to_contain_text(words.japan_east)
    expect(by_hour).to_contain_text(words.not_listed)
    expect(by_hour).to_contain_text(written(host.as_of, locale))

    gaps = page.locator("#unknown")
    expect(gaps).to_contain_text(words.gaps)
    expect(gaps).to_contain_text(words.no_hosts)
    expect(gaps).to_contain_text(words.no_capacity)


def test_a_newcomer_sees_the_cheapest_listed_host_of_a_large_model(
    page: Page, server_url: str
) -> None:
    """Azure lists hosts for Mixtral; the catalog and its page show the same one, with its date."""
    model = "mistralai/Mixtral-8x7B-Instruct-v0.1"
    today = datetime.now(UTC).date().isoformat()
    host = snapshot_csv.cheapest_host(snapshot_csv.listed_hosts(model, today), REGION, today)
    assert host is not None
    name = host.of.removeprefix("azure/")

    page.goto(f"{server_url}/catalog?region={REGION}&how=host&size=40000000000-119999999999")
    facts = row_facts(page, "Mixtral-8x7B-Instruct-v0.1")
    expect(facts).to_contain_text(f"{dollars(host.usd)} an hour")
    expect(facts).to_contain_text(name)
    page.get_by_role("link", name="Mixtral-8x7B-Instruct-v0.1").click()
    best = page.locator("#cheapest .fact", has_text="GPU host, per hour")
    expect(best).to_contain_text(f"{dollars(host.usd)} an hour")
    expect(best).to_contain_text(name)
    expect(best).to_contain_text(written(host.as_of, "en-US"))
    use = best.get_by_role("link", name="Use")
    expect(use).to_have_attribute(
        "href",
        f"/?use_model=mistralai%2FMixtral-8x7B-Instruct-v0.1&use_instance={name}"
        f"&use_region={REGION}",
    )


def dollars(amount: Decimal) -> str:
    """Two digits after the point at least, every digit that matters."""
    text = f"{amount:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    whole, _, fraction = text.partition(".")
    return f"${whole}.{fraction.ljust(2, '0')}"


def written(day: str, locale: str) -> str:
    """A day as the language writes it."""
    found = date.fromisoformat(day)
    if locale == "ja-JP":
        return f"{found:%Y/%m/%d}"
    return f"{found:%b} {found.day}, {found.year}"
