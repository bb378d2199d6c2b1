"""What is chosen among the bundled offers: as asked, in the right place, at the right length."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from catalog.database import Database
from catalog.offers import resolve
from catalog.problems import Refused
from catalog.regions import country_of, zone_of
from catalog.scenario import parse_scenario
from catalog.tables import OFFER
from costing import Serverless
from tests.catalog.questions import ask_serverless, document, load, looked_up, resolve_problem

GPT_4O = "openai/gpt-4o-2024-11-20"


def usd_per_million(option: Serverless) -> tuple[Decimal, Decimal]:
    """Input and output."""
    assert option.input is not None
    assert option.output is not None
    million = Decimal(1_000_000)
    return (
        option.input.amount / option.input.per * million,
        option.output.amount / option.output.per * million,
    )


def test_a_regional_price_is_that_of_the_model_as_published(bundled_sqlite: Database) -> None:
    """3.025 and 12.10 in Japan East; a tuned variant is never taken in its place."""
    option = ask_serverless(
        bundled_sqlite,
        looked_up(model=GPT_4O, provider="azure", deployment="regional"),
        region="japaneast",
        residency={"processing": "JP"},
    )

    assert (Decimal("3.025"), Decimal("12.1")) == usd_per_million(option)
    assert ("japaneast", "regional") == (option.sold.region, option.sold.deployment)


def test_a_data_zone_is_that_of_the_region(bundled_sqlite: Database) -> None:
    """Stockholm lies in the European zone, Virginia in the American one, Tokyo in none of them."""
    found = looked_up(model="gpt-5.4", provider="azure", deployment="data_zone")

    europe = ask_serverless(bundled_sqlite, found, region="swedencentral")
    america = ask_serverless(bundled_sqlite, found, region="eastus")
    japan = resolve_problem(bundled_sqlite, document(found, region="japaneast"))

    assert europe.input is not None
    assert america.input is not None
    assert europe.input.provenance.price_id != america.input.provenance.price_id
    assert "no_price" == japan.code
    assert ("eu", "us", "us-gov", None, None) == (
        zone_of("swedencentral"),
        zone_of("eastus"),
        zone_of("usgovvirginia"),
        zone_of("japaneast"),
        zone_of(None),
    )


def test_a_global_price_of_the_own_region_comes_first_and_is_flagged(
    bundled_sqlite: Database,
) -> None:
    """It may be processed anywhere."""
    option = ask_serverless(
        bundled_sqlite,
        looked_up(model=GPT_4O, provider="azure", deployment="global"),
        region="japaneast",
    )

    assert "japaneast" == option.sold.region
    assert "may_process_elsewhere" in option.sold.flags


def test_a_prompt_longer_than_its_price_is_refused(bundled_sqlite: Database) -> None:
    """272,000 tokens are the last at this price; one more has another, which is not here."""
    found = looked_up(offer="azure/gpt-5.4/data_zone-us")

    within = ask_serverless(bundled_sqlite, found, workload=load(input_tokens="272000"))
    beyond = resolve_problem(
        bundled_sqlite, document(found, workload=load(input_tokens="272000.5"))
    )

    assert within.input is not None
    assert "long_prompt_price" == beyond.code
    assert "272,001" in beyond.message


@pytest.mark.parametrize(
    ("offer", "flag"),
    [
        ("azure/MAI-DS-R1/unknown", "offer_retired"),
        ("anthropic/claude-3-5-haiku-latest/unknown", "moving_name"),
        ("azure/gpt-4.1/global/eastus/fine_tuned", "tuned_hosting_fee_not_included"),
        ("azure/gpt-4o-2024-11-20/data_zone/japaneast", "priced_but_not_offered_there"),
    ],
)
def test_what_must_be_known_of_an_offer_is_flagged(
    bundled_sqlite: Database, offer: str, flag: str
) -> None:
    """It stands beside the answer."""
    assert flag in ask_serverless(bundled_sqlite, looked_up(offer=offer)).sold.flags


def test_no_offer_outside_japan_is_ever_chosen_where_processing_must_stay_there(
    bundled_sqlite: Database,
) -> None:
    """Every offer of the catalog is tried: it is refused, or it is regional in Japan."""
    kept: list[str] = []
    with bundled_sqlite.read() as session:
        offers = session.execute(select(OFFER.c.id, OFFER.c.region, OFFER.c.deployment)).all()
        for offer in offers:
            scenario = parse_scenario(
                document(looked_up(offer=offer.id), residency={"processing": "JP"})
            )
            try:
                [option] = resolve(session, scenario).options
            except Refused:
                continue
            assert ("regional", "JP") == (offer.deployment, country_of(offer.region))
            assert "JP" == country_of(option.sold.region)
            kept.append(offer.id)

    assert len(offers) > 3000
    assert "azure/gpt-4o-2024-11-20/regional/japaneast" in kept
