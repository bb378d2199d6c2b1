"""Order, pages, filters and counts of the list of models against a plain computation."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal
from itertools import product
from random import Random
from typing import Any

import pytest

from catalog.database import Database
from catalog.errors import CursorInvalid, QueryInvalid
from catalog.price_store import record_price
from catalog.search.facets import model_facets
from catalog.search.listing import rebuild_listing
from catalog.search.query import ModelFilter, search_models
from catalog.search.wanted import ListedModel, Sort
from tests.catalog.search.catalogs import NOW, Entry, fill, price

TASKS = ("chat-completion", "embeddings", None)
SORTS: tuple[Sort, ...] = ("popularity", "name", "input_price", "context")


def many(seed: int, count: int = 60) -> list[Entry]:
    """Models with gaps and ties in every column, the same for the same seed."""
    random = Random(seed)
    return [
        Entry(
            id=f"{random.choice(('acme', 'Zeta', 'omega'))}/Model-{number}",
            task=random.choice(TASKS),
            license=random.choice(("mit", "Apache-2.0", None)),
            context=random.choice((4096, 8192, None)),
            downloads=random.choice((0, 5, 1_000_000, None)),
            input=random.choice(("0.5", "2", "0.25", None)),
            region=random.choice(("japaneast", "eastus")),
            deployment=random.choice(("regional", "global", "data_zone")),
        )
        for number in range(count)
    ]


def walk(database: Database, wanted: ModelFilter, limit: int) -> list[ListedModel]:
    """All pages, one after the other."""
    items: list[ListedModel] = []
    after = None
    with database.read() as session:
        while True:
            page = search_models(session, wanted, limit, after)
            items += page.items
            after = page.next
            if after is None:
                assert page.total == len(items)
                return items


@pytest.fixture(params=[1, 2])
def shop(request: pytest.FixtureRequest, database: Database) -> tuple[Database, list[Entry]]:
    """A catalog of sixty random models, and what it was made of."""
    entries = many(request.param)
    with database.write() as session:
        fill(session, entries)
    return database, entries


@pytest.mark.parametrize(("sort", "descending"), list(product(SORTS, (False, True))))
def test_pages_in_any_order_repeat_and_miss_nothing_and_unknown_comes_last(
    shop: tuple[Database, list[Entry]], sort: Sort, descending: bool
) -> None:
    """Against sorting in Python, on both databases."""
    database, entries = shop
    values = {entry.id: _value(entry, sort) for entry in entries}

    items = walk(database, ModelFilter(sort=sort, descending=descending), 7)

    ids = [item.id for item in items]
    assert sorted(values) == sorted(ids)
    known: list[Any] = [value for item in items if (value := values[item.id]) is not None]
    falls = descending != (sort == "popularity")
    assert sorted(known, reverse=falls) == known
    assert all(values[one] is None for one in ids[len(known) :])


@pytest.mark.parametrize(("sort", "descending"), list(product(SORTS, (False, True))))
@pytest.mark.parametrize("filters", [{}, {"task": "embeddings"}, {"q": "model"}])
def test_a_jump_into_a_list_finds_what_walking_there_finds(
    shop: tuple[Database, list[Entry]], sort: Sort, descending: bool, filters: dict[str, str]
) -> None:
    """From the beginning and behind a page, on both databases; behind the end is nothing."""
    database, _ = shop
    wanted = ModelFilter.model_validate({"sort": sort, "descending": descending, **filters})
    ids = [item.id for item in walk(database, wanted, 7)]

    with database.read() as session:
        cursor = search_models(session, wanted, 3).next
        for offset in (0, 1, 5, len(ids) // 2, len(ids) - 4, len(ids) - 3, len(ids), 10**6):
            jumped = search_models(session, wanted, 4, offset=offset)
            behind = search_models(session, wanted, 4, cursor, offset)

            assert ids[offset : offset + 4] == [item.id for item in jumped.items]
            assert ids[3 + offset : 7 + offset] == [item.id for item in behind.items]
            assert (jumped.next is None) == (offset + 4 >= len(ids))


def test_a_jump_backwards_is_refused_by_its_name(database: Database) -> None:
    """Rows before the first one are none."""
    with database.read() as session, pytest.raises(QueryInvalid, match=r"offset: .* found -1\."):
        search_models(session, ModelFilter(), offset=-1)


@pytest.mark.parametrize(
    "wanted",
    [
        ModelFilter(),
        ModelFilter(task="embeddings", has_price=True),
        ModelFilter(q="model-1", retired=False),
        ModelFilter(region="japaneast", how="token"),
    ],
)
def test_all_models_of_a_filter_are_counted_beside_its_facets(
    shop: tuple[Database, list[Entry]], wanted: ModelFilter
) -> None:
    """As many as walking through all pages meets."""
    database, _ = shop

    with database.read() as session:
        total = model_facets(session, wanted).total

    assert len(walk(database, wanted, 20)) == total


def _value(entry: Entry, sort: Sort) -> object:
    values: dict[str, object] = {
        "popularity": entry.downloads,
        "name": entry.id.partition("/")[2].casefold(),
        "input_price": None if entry.input is None else Decimal(entry.input),
        "context": entry.context,
    }
    return values[sort]


def test_filters_keep_what_meets_all_of_them(shop: tuple[Database, list[Entry]]) -> None:
    """Task and licence whatever their case; a price; a region."""
    database, entries = shop
    wanted = ModelFilter(
        task="Chat-Completion", license="apache-2.0", has_price=True, region="japaneast"
    )

    found = {item.id for item in walk(database, wanted, 3)}

    assert {
        entry.id
        for entry in entries
        if entry.task == "chat-completion"
        and entry.license == "Apache-2.0"
        and entry.input is not None
        and entry.region == "japaneast"
    } == found


def test_residency_keeps_regional_offers_of_the_country_only(
    shop: tuple[Database, list[Entry]],
) -> None:
    """Global, data zone and unknown may be processed elsewhere."""
    database, entries = shop

    found = {item.id for item in walk(database, ModelFilter(residency="jp"), 5)}

    assert {
        entry.id
        for entry in entries
        if entry.input is not None and (entry.region, entry.deployment) == ("japaneast", "regional")
    } == found


def test_counts_ignore_the_filter_on_themselves(shop: tuple[Database, list[Entry]]) -> None:
    """So that a reader sees what another choice would give."""
    database, entries = shop

    with database.read() as session:
        facets = model_facets(session, ModelFilter(task="embeddings"))

    assert Counter(entry.task for entry in entries) == {
        count.value: count.count for count in facets.task
    }
    chosen = [entry for entry in entries if entry.task == "embeddings"]
    assert Counter(entry.license and entry.license.casefold() for entry in chosen) == {
        count.value: count.count for count in facets.license
    }


def test_the_list_follows_a_price_in_the_same_transaction(database: Database) -> None:
    """No reader ever sees a list that does not fit its prices."""
    entry = Entry(id="acme/one", input="2")
    with database.write() as session:
        fill(session, [entry])
    with database.write() as session:
        record_price(session, price(replace(entry, input="1.5")), NOW.replace(day=25))
        rebuild_listing(session)

    [item] = walk(database, ModelFilter(), 5)

    assert item.input is not None
    assert Decimal("1.5") == item.input.usd_per_million_tokens


def test_a_cursor_of_another_filter_or_order_is_refused(
    shop: tuple[Database, list[Entry]],
) -> None:
    """It would offset models in silence."""
    database, _ = shop
    with database.read() as session:
        cursor = search_models(session, ModelFilter(), 5).next
        for wanted in (ModelFilter(q="model"), ModelFilter(sort="name")):
            with pytest.raises(CursorInvalid):
                search_models(session, wanted, 5, cursor)
