"""REST over real HTTP: lists to their end, names, filters, answers (DESIGN section 6)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from dashboard import __version__
from tests.dashboard.documents import article

LLAMA = "meta-llama/Llama-2-7b-chat-hf"
LISTS = ("models", "prices", "instances")


def test_health_says_what_the_catalog_holds(api: httpx.Client) -> None:
    """Counts are those that the lists report, so a monitor can trust them."""
    answer = api.get("/health")

    health = answer.json()
    assert (200, "application/json") == (answer.status_code, answer.headers["content-type"])
    assert (True, __version__) == (health["ok"], health["version"])
    for name in LISTS:
        assert api.get(f"/{name}?limit=1").json()["total"] == health["catalog"][name]
    assert "2024-03-17" == health["catalog"]["oldest_as_of"]


@pytest.mark.parametrize("name", LISTS)
def test_paging_to_the_end_loses_nothing_and_repeats_nothing(api: httpx.Client, name: str) -> None:
    """Each row once, as many as the total; the last page has no next; models by popularity."""
    pages = list(_pages(api, f"/{name}", limit=97))

    ids = [item["id"] for page in pages for item in page["items"]]
    further = {"total_is_exact"} if name == "models" else set()
    assert {"items", "next", "total"} | further == set(pages[0])
    assert [pages[0]["total"]] * len(pages) == [page["total"] for page in pages]
    assert pages[0]["total"] == len(ids) == len(set(ids))
    assert name == "models" or sorted(ids, key=str.encode) == ids
    assert [97] * (len(pages) - 1) == [len(page["items"]) for page in pages[:-1]]


def test_pages_of_one_row_meet_the_same_rows_as_one_page(api: httpx.Client) -> None:
    """The cursor is right at every row, also at the last one."""
    query = {"instance": "nc12s_v3", "history": "true"}
    whole = api.get("/prices", params={**query, "limit": 200}).json()

    pages = list(_pages(api, "/prices", limit=1, **query))

    assert whole["next"] is None
    assert whole["items"] == [page["items"][0] for page in pages]


@pytest.mark.parametrize(
    "name",
    [
        LLAMA,
        quote(LLAMA, safe=""),
        "llama-2-7b",
        "Llama%202%207B",
        "%20LLAMA-2-7B%20",
        "META-LLAMA%2fllama-2-7B-chat-hf",
    ],
)
def test_a_model_answers_by_any_name_with_its_canonical_id(api: httpx.Client, name: str) -> None:
    """Percent-encoded or not, by alias, in any case."""
    answer = api.get(f"/models/{name}")

    assert (200, LLAMA) == (answer.status_code, answer.json()["id"])
    assert LLAMA in {alias["model_id"] for alias in answer.json()["aliases"]}


def test_every_model_of_a_page_is_found_by_its_own_id(api: httpx.Client) -> None:
    """What the list says of a model, its own page says too."""
    items = api.get("/models?q=llama-2").json()["items"]

    singles = [api.get(f"/models/{quote(item['id'], safe='')}").json() for item in items]

    assert len(items) > 5
    for item, single in zip(items, singles, strict=True):
        assert (item["id"], item["publisher"], item["name"]) == tuple(
            single[key] for key in ("id", "publisher", "name")
        )
        assert item["has_architecture"] == (single["architecture"] is not None)


def test_all_words_of_a_search_must_occur(api: httpx.Client) -> None:
    """Case does not matter, `%` and `_` stand for themselves."""
    found = api.get("/models", params={"q": "LLAMA 13b chat"}).json()
    nothing = api.get("/models", params={"q": "llama_2%"}).json()

    assert found["total"] > 0
    for item in found["items"]:
        aliases = api.get(f"/models/{quote(item['id'], safe='')}").json()["aliases"]
        names = " ".join(alias["alias_folded"] for alias in aliases)
        assert all(word in names for word in ("llama", "13b", "chat"))
    assert {"items": [], "total": 0, "total_is_exact": True, "next": None} == nothing


@pytest.mark.parametrize(
    ("query", "field", "value"),
    [
        ("instance=Standard_NC12s_v3", "instance_id", "azure/Standard_NC12s_v3"),
        ("instance=nc12s%20v3", "instance_id", "azure/Standard_NC12s_v3"),
        ("model=llama-2-7b", "model_id", LLAMA),
        ("region=japaneast", "region", "japaneast"),
        ("kind=hosting", "kind", "hosting"),
        ("term=spot", "term", "spot"),
    ],
)
def test_a_filter_of_prices_keeps_the_matching_ones_only(
    api: httpx.Client, query: str, field: str, value: str
) -> None:
    """Fewer rows than all, and every one of them fits."""
    everything = api.get("/prices?limit=1").json()["total"]

    found = api.get(f"/prices?{query}&limit=200").json()

    assert 0 < found["total"] < everything
    assert {value} == {item[field] for item in found["items"]}
    assert {None} == {item["valid_to"] for item in found["items"]}


def test_filters_hold_together_and_history_adds_closed_prices(api: httpx.Client) -> None:
    """A host whose price fell in May 2025: the old row is closed, the new one is open."""
    query = {"instance": "ND96is_H100_v5", "region": "polandcentral", "term": "on_demand"}
    today = api.get("/prices", params=query).json()["items"]

    ever = api.get("/prices", params={**query, "history": "true"}).json()["items"]

    [now], [before] = today, [item for item in ever if item not in today]
    assert ("115.034", None) == (now["amount"], now["valid_to"])
    assert ("126.538", now["valid_from"]) == (before["amount"], before["valid_to"])
    assert now["series"] == before["series"]


def test_prices_are_text_with_all_their_digits_and_their_provenance(api: httpx.Client) -> None:
    """The article's input price, as published, with its date and where it is from."""
    found = api.get("/prices?model=llama-2-7b&kind=input").json()["items"]
    [price] = [item for item in found if item["offer_id"] == "article/llama-2-7b"]

    assert ("0.00067", "1000", "token", "USD") == tuple(
        price[key] for key in ("amount", "per", "unit", "currency")
    )
    assert ("2024-03-17", "published", "list") == tuple(
        price[key] for key in ("as_of", "derived", "basis")
    )
    assert "article" in price["source"]
    assert "historical" in price["flags"]


def test_hosts_are_found_by_gpu_region_and_provider(api: httpx.Client) -> None:
    """A region keeps hosts that have a price there today."""
    found = api.get("/instances", params={"q": "h100", "region": "japaneast"}).json()
    sold = api.get("/prices", params={"region": "japaneast", "limit": 200}).json()
    elsewhere = api.get("/instances", params={"provider": "nobody"}).json()

    assert found["total"] > 0
    assert all("H100" in f"{item['sku']} {item['gpu_model']}".upper() for item in found["items"])
    assert {item["id"] for item in found["items"]} <= {i["instance_id"] for i in sold["items"]}
    assert 0 == elsewhere["total"]


def test_break_even_answers_the_article(api: httpx.Client) -> None:
    """The published load, to the digits that the article prints."""
    answer = api.post("/break-even", json=article())

    [crossing] = answer.json()["crossings"]
    assert (200, "application/json") == (answer.status_code, answer.headers["content-type"])
    cent = Decimal("0.01")
    assert Decimal("12831932.77") == Decimal(crossing["input_tokens_per_hour"]).quantize(cent)
    assert "18.36" == crossing["cost_per_hour"] == crossing["cost_per_hour_after"]
    assert [None] == [paper["reachable"] for paper in answer.json()["paper_crossings"]]


def test_estimates_are_the_part_of_break_even_that_needs_no_search(api: httpx.Client) -> None:
    """The same numbers at the workload under the same keys, and no crossing."""
    whole = api.post("/break-even", json=article()).json()

    part = api.post("/estimates", json=article()).json()

    assert "crossings" not in part
    assert whole["verdict"]["at_workload"] == part.pop("verdict")["at_workload"]
    assert {key: whole[key] for key in part} == part
    assert {"at_workload", "currency", "prices_as_of", "warnings"} <= set(part)


def test_sentences_come_in_the_language_asked_for_and_numbers_do_not_change(
    api: httpx.Client,
) -> None:
    """`lang` wins over the header of the browser; an unknown one is English."""
    body, japanese = article(), {"accept-language": "ja-JP,ja;q=0.9"}
    english = api.post("/break-even", json=body).json()

    asked = api.post("/break-even?lang=ja", json=body).json()

    assert asked == api.post("/break-even", json=body, headers=japanese).json()
    assert english == api.post("/break-even?lang=en", json=body, headers=japanese).json()
    assert english == api.post("/break-even?lang=xx", json=body).json()
    assert english["verdict"] != asked["verdict"]
    assert english["at_workload"] == asked["at_workload"]


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "APPLICATION/JSON"])
def test_a_body_is_read_whatever_way_its_type_is_written(api: httpx.Client, kind: str) -> None:
    """Parameters and case of the media type do not matter, nor does a byte order mark."""
    content = b"\xef\xbb\xbf" + json.dumps(article()).encode()

    answer = api.post("/estimates", content=content, headers={"content-type": kind})

    assert 200 == answer.status_code


def _pages(api: httpx.Client, path: str, **query: Any) -> Iterator[dict[str, Any]]:
    """All pages of a list, following `next`."""
    after: dict[str, str] = {}
    while True:
        answer = api.get(path, params={**query, **after})
        assert 200 == answer.status_code
        page = answer.json()
        yield page
        if page["next"] is None:
            return
        after = {"after": page["next"]}
