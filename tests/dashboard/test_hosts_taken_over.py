"""The links by which pages hand a host to Decide: each names a host that the catalog finds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from sqlalchemy import select

from catalog.database import Database
from catalog.instance_queries import find_instance, instance_name
from catalog.tables import INSTANCE
from dashboard.pages.hosts import host
from dashboard.pages.model import callbacks, compare
from dashboard.pages.visit import Visit, read_visit
from tests.dashboard.components import of_kind, words

LLAMA = "meta-llama/Llama-3.3-70B-Instruct"


def taken_over(page: Any) -> list[str]:
    """The hosts that the links of a page hand to Decide."""
    asked = [parse_qs(urlsplit(link.href).query) for link in of_kind(page, "A")]
    return [name for one in asked for name in one.get("use_instance", [])]


def test_every_machine_is_found_by_its_shortest_name(catalog: Database) -> None:
    """Azure's by the SKU alone, those of 18 other providers with the provider before it."""
    with catalog.read() as session:
        ids = list(session.execute(select(INSTANCE.c.id)).scalars())
        found = [find_instance(session, instance_name(one)).id for one in ids]

    assert ids == found
    assert {True, False} == {one.startswith("azure/") for one in ids}


@pytest.mark.parametrize(
    ("draw", "path", "query"),
    [
        (callbacks.draw, "/model/meta-llama%2FLlama-3.3-70B-Instruct", ""),
        (compare.draw, "/compare", f"&model={LLAMA}"),
        (host.draw, "/host/gcp%2Fa2-highgpu-2g", ""),
    ],
    ids=["model", "compare", "host"],
)
def test_a_host_of_another_provider_is_handed_over_with_its_provider(
    catalog: Database, draw: Callable[[Visit, Database], Any], path: str, query: str
) -> None:
    """Google's machines in Iowa: by the SKU alone, Decide would look for them at Azure."""
    page = draw(read_visit(path, f"?region=us-central1{query}", language="en"), catalog)

    names = taken_over(page)

    assert {"gcp"} == {name.partition("/")[0] for name in names}
    with catalog.read() as session:
        assert names == [find_instance(session, name).id for name in names]


@pytest.mark.parametrize(
    ("language", "says"), [("en", "processed in Japan and nowhere"), ("ja", "日本の中だけで")]
)
def test_the_page_of_a_model_keeps_to_the_country_that_was_asked_for(
    catalog: Database, language: str, says: str
) -> None:
    """The global price would be the cheapest; what goes to Decide names the country."""
    address = f"?region=japaneast&residency=jp&lang={language}"
    visit = read_visit(f"/model/{quote(LLAMA, safe='')}", address, language="en")

    page = callbacks.draw(visit, catalog)

    [cheapest] = [one for one in of_kind(page, "Section") if getattr(one, "id", "") == "cheapest"]
    assert says in words(cheapest)
    asked = [parse_qs(urlsplit(link.href).query) for link in of_kind(cheapest, "A")]
    handed = [one for one in asked if "use_model" in one]
    assert {"JP"} == {one["use_residency"][0] for one in handed}
    assert not any("/global/" in one.get("use_offer", [""])[0] for one in handed)
    assert any("residency" not in one and one.get("region") == ["japaneast"] for one in asked)


def test_a_host_of_another_country_is_no_way_to_stay(catalog: Database) -> None:
    visit = read_visit(
        f"/model/{quote(LLAMA, safe='')}", "?region=eastus&residency=JP", language="en"
    )

    page = callbacks.draw(visit, catalog)

    [cheapest] = [one for one in of_kind(page, "Section") if getattr(one, "id", "") == "cheapest"]
    assert "lies outside that country" in words(cheapest)
    assert "Nothing sold in" in words(cheapest)


@pytest.mark.parametrize("typed", ["", "Japan", "J1", "<b>"])
def test_a_country_that_is_none_asks_for_nothing(catalog: Database, typed: str) -> None:
    visit = read_visit("/model/x", f"?residency={quote(typed)}", language="en")

    assert visit.residency is None
