"""Where requests may be processed: what may leave the country is refused, with the reason."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from catalog.database import Database
from catalog.regions import country_of
from catalog.tables import PRICE
from tests.catalog.questions import (
    ask,
    document,
    looked_up,
    on_hosts,
    per_token,
    resolve_problem,
    typed,
)

JAPAN = {"residency": {"processing": "JP"}}


def _catalog(deployment: str, model: str = "acme/regional") -> dict[str, Any]:
    return looked_up(provider="azure", deployment=deployment, model=model)


@pytest.mark.parametrize(
    "option",
    [
        _catalog("regional"),
        per_token(deployment="regional"),
        on_hosts(price=typed()),
        on_hosts(instance="Standard_X", price=typed()),
    ],
)
def test_what_stays_in_the_country_is_taken(shelf: Database, option: dict[str, Any]) -> None:
    """Regional by the token, and any host, in a region of that country."""
    question = ask(shelf, document(option, region="Japan East", **JAPAN))

    assert "japaneast" == question.options[0].sold.region


@pytest.mark.parametrize(
    ("option", "reason"),
    [
        (_catalog("global", "acme/everywhere"), "its deployment is global"),
        (_catalog("data_zone"), "its deployment is data_zone"),
        (per_token(deployment="unknown"), "its deployment is unknown"),
        (per_token(), "its deployment is not stated"),
        (per_token(deployment="regional", region="eastus"), "its region is eastus"),
        (on_hosts(price=typed(), region="westus"), "its region is westus"),
        (looked_up(offer="agreed/standard"), "its region is eastus"),
    ],
)
def test_what_may_leave_the_country_is_refused(
    shelf: Database, option: dict[str, Any], reason: str
) -> None:
    """By its deployment or its region, whatever the region of the question."""
    found = resolve_problem(shelf, document(option, region="japaneast", **JAPAN))

    assert "residency_refused" == found.code
    assert "options.0" == found.field
    assert f"This option may process requests outside JP: {reason}." == found.message


@pytest.mark.parametrize("option", [per_token(deployment="regional"), on_hosts(price=typed())])
def test_an_option_without_a_region_keeps_no_residency(
    shelf: Database, option: dict[str, Any]
) -> None:
    """Unknown is not "at home"."""
    found = resolve_problem(shelf, document(option, **JAPAN))

    assert found.message.endswith("its region is not stated.")


def test_only_the_options_that_may_leave_are_named(shelf: Database) -> None:
    """The others are fine."""
    found = resolve_problem(
        shelf,
        document(
            per_token(deployment="regional"),
            per_token(name="Abroad", deployment="global"),
            region="japaneast",
            **JAPAN,
        ),
    )

    assert "options.1" == found.field


@pytest.mark.parametrize("nowhere", [{}, {"residency": {"processing": None}}])
def test_without_a_residency_anything_goes(shelf: Database, nowhere: dict[str, Any]) -> None:
    """Flagged, not refused."""
    question = ask(shelf, document(per_token(deployment="global"), **nowhere))

    assert ("may_process_elsewhere",) == question.options[0].sold.flags


@pytest.mark.parametrize("country", ["jp", " JP "])
def test_a_country_may_be_written_in_small_letters(shelf: Database, country: str) -> None:
    """And with blanks around it."""
    whole = document(
        per_token(deployment="regional"), region="japaneast", residency={"processing": country}
    )

    assert "regional" == ask(shelf, whole).options[0].sold.deployment


def test_every_azure_region_of_the_catalog_lies_in_a_country(loaded: Database) -> None:
    """Else a host there could never satisfy a residency."""
    azure = select(PRICE.c.region).distinct().where(PRICE.c.provider_id == "azure")
    with loaded.read() as session:
        regions = session.execute(azure.where(PRICE.c.region.is_not(None))).scalars().all()

    without = [region for region in regions if country_of(region) is None]
    assert [] == without
    assert len(regions) > 50
    assert ("JP", "GB") == (country_of("japanwest"), country_of("ukwest"))
    assert country_of("atlantis") is None
    assert country_of(None) is None
