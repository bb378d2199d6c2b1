"""A question that another page starts: what stands in it from the first moment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from catalog.choices import offer_choices
from catalog.database import Database
from dashboard.pages.decide.start import start, start_with_offers
from dashboard.texts import load_texts

LLAMA, PHI = "meta-llama/Llama-3.3-70B-Instruct", "microsoft/phi-4"
GLOBAL = "azure/Llama-3.3-70B-Instruct/global/japaneast"


def options(catalog: Database, **use: str) -> list[Mapping[str, Any]]:
    """The options of the question that these names start."""
    with catalog.read() as session:
        draft = start(session, use, load_texts("en"), date(2026, 11, 26))
    return list(draft["options"])


def test_an_offer_gets_the_host_that_azure_lists_beside_it(catalog: Database) -> None:
    """Phi-4 in Japan East: the cheapest size of Azure's list that has a price there."""
    offer, host = options(catalog, model=PHI, offer="some/offer", region="japaneast")

    assert ("serverless", "some/offer") == (offer["kind"], offer["offer"])
    assert ("dedicated", "Standard_NC24ads_A100_v4") == (host["kind"], host["instance"])
    assert ("estimated", "1") == (host["capacity"], host["minimum_instances"])
    assert "spare_instances" not in host  # the person chooses it


def test_where_azure_lists_no_host_the_cheapest_that_holds_the_weights_is_proposed(
    catalog: Database,
) -> None:
    """70.6 billion parameters are 131.4 GiB at 16 bits: two A100 of 80 GiB hold them."""
    _, host = options(catalog, model=LLAMA, offer=GLOBAL, region="japaneast")

    assert "Standard_NC48ads_A100_v4" == host["instance"]


def test_a_host_gets_an_offer_of_its_region_beside_it(catalog: Database) -> None:
    offer, host = options(
        catalog, model=LLAMA, instance="Standard_ND96isr_H200_v5", region="japaneast"
    )

    assert GLOBAL == offer["offer"]
    assert "Standard_ND96isr_H200_v5" == host["instance"]


@pytest.mark.parametrize(
    "use",
    [
        {},
        {"model": "nobody/nothing"},
        {"model": "nobody/nothing", "region": "moonbase"},
        {"model": LLAMA},
        {"region": "japaneast"},
    ],
)
def test_names_that_lead_nowhere_still_start_a_question(
    catalog: Database, use: dict[str, str]
) -> None:
    """One empty option by the token; what is wrong is said at its field."""
    [only] = options(catalog, **use)

    assert ("serverless", "") == (only["kind"], only["offer"])


def test_a_host_without_a_model_starts_a_question_about_the_host(catalog: Database) -> None:
    """From the list of hosts; the model is picked next."""
    [only] = options(catalog, instance="Standard_ND96isr_H200_v5", region="japaneast")

    assert ("dedicated", "Standard_ND96isr_H200_v5") == (only["kind"], only["instance"])


def test_a_country_that_data_must_not_leave_goes_along_and_bounds_what_is_proposed(
    catalog: Database,
) -> None:
    """A host of Japan East gets an offer that is processed there, or none; never the global one."""
    host = {"model": LLAMA, "instance": "Standard_ND96isr_H200_v5", "region": "japaneast"}
    anywhere = options(catalog, **host)
    bound = options(catalog, **host, residency="JP")
    with catalog.read() as session:
        use = {"model": LLAMA, "offer": GLOBAL, "residency": "JP"}
        draft = start(session, use, load_texts("en"), date(2026, 11, 26))

    assert any("/global/" in one.get("offer", "") for one in anywhere)
    assert not any("/global/" in one.get("offer", "") for one in bound)
    assert {"processing": "JP"} == draft["residency"]
    assert [GLOBAL] == [one["offer"] for one in draft["options"] if "offer" in one]


def test_offers_of_several_models_are_an_option_each_without_a_host(catalog: Database) -> None:
    """One that the catalog does not know stays under its id, to be refused by name there."""
    use = {"model": LLAMA, "region": "japaneast", "residency": "JP"}
    with catalog.read() as session:
        draft = start_with_offers(session, use, [GLOBAL, "no/such/offer", GLOBAL])

    known, unknown = draft["options"]
    assert (LLAMA, GLOBAL) == (known["model"], known["offer"])
    assert ("no/such/offer", "no/such/offer") == (unknown["name"], unknown["offer"])
    assert {"serverless"} == {one["kind"] for one in draft["options"]}
    assert {"processing": "JP"} == draft["residency"]


def test_two_offers_of_one_model_have_names_of_their_own(catalog: Database) -> None:
    """Names tell options apart in every answer."""
    with catalog.read() as session:
        other = next(
            one.id for one in offer_choices(session, "", LLAMA, "eastus") if one.id != GLOBAL
        )
        draft = start_with_offers(session, {"model": LLAMA}, [GLOBAL, other])

    assert 2 == len({one["name"] for one in draft["options"]})
