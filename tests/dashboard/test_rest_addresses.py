"""Addresses that REST refuses: bad parameters, unknown names, unknown paths, wrong methods."""

from __future__ import annotations

import json

import httpx
import pytest

from tests.dashboard.problem_documents import problem_of

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")


@pytest.mark.parametrize("name", ["models", "prices", "instances"])
@pytest.mark.parametrize("limit", ["0", "-1", "201", "abc", "1.5", "", "1e2", "９"])
def test_a_limit_out_of_range_is_refused(api: httpx.Client, name: str, limit: str) -> None:
    """The path of the field is the name of the parameter."""
    answer = api.get(f"/{name}", params={"limit": limit})

    assert ["limit"] == [error["field"] for error in problem_of(answer, 422)["errors"]]


def test_a_cursor_works_in_the_list_that_made_it_only(api: httpx.Client) -> None:
    """Rubbish, nothing, too much, and the cursor of another list."""
    foreign = api.get("/instances?limit=1").json()["next"]
    assert foreign is not None

    for after in ("rubbish", "", "é", "a" * 401, foreign, "WyJwcmljZSJd"):
        assert "after" in json.dumps(problem_of(api.get("/prices", params={"after": after}), 422))


@pytest.mark.parametrize("name", ["models", "instances"])
def test_a_search_of_ten_thousand_characters_is_refused(api: httpx.Client, name: str) -> None:
    """It is refused by name, before any row is read."""
    answer = api.get(f"/{name}", params={"q": "a" * 10_000})

    assert ["q"] == [error["field"] for error in problem_of(answer, 422)["errors"]]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("sort=best", "sort"),
        ("how=both", "how"),
        ("residency=JPN", "residency"),
        ("size_from=-1", "size_from"),
        ("size_from=9&size_to=8", "size_to"),
        ("has_price=perhaps", "has_price"),
        ("order=up", "order"),
        ("context_from=9223372036854775808", "context_from"),
    ],
)
def test_a_wrong_filter_of_models_is_refused_by_its_name(
    api: httpx.Client, query: str, field: str
) -> None:
    """A filter that is passed over in silence would show the wrong models."""
    answer = api.get(f"/models?{query}")

    assert [field] == [error["field"] for error in problem_of(answer, 422)["errors"]]


@pytest.mark.parametrize("text", ["%00", "a%00b", "%ED%A0%80", "%FF%FE", "%25_%5C%27", "%EF%BF%BF"])
@pytest.mark.parametrize(
    "path",
    ["/models?q=", "/instances?q=", "/instances?region=", "/prices?region=", "/prices?kind="],
)
def test_odd_bytes_in_a_query_find_rows_or_nothing_but_never_fail(
    api: httpx.Client, path: str, text: str
) -> None:
    """NUL, half a surrogate pair, bytes that are no UTF-8, wildcards and quotes."""
    answer = api.get(f"{path}{text}")

    assert (200, "application/json") == (answer.status_code, answer.headers["content-type"])
    assert {"items", "next", "total"} <= set(answer.json())


@pytest.mark.parametrize("name", ["nobody", "%00", "%ED%A0%80", "%FF", "a/b/c", "", "a" * 3000])
def test_an_unknown_model_is_not_found(api: httpx.Client, name: str) -> None:
    """404 with a sentence; nothing that a name may hold is an error of the server."""
    assert "model" in problem_of(api.get(f"/models/{name}"), 404)["detail"]


def test_prices_of_what_is_not_known_are_not_an_empty_list(api: httpx.Client) -> None:
    """A mistyped model has no prices that could be missing."""
    problem_of(api.get("/prices?model=nobody"), 404)
    problem_of(api.get("/prices?instance=nobody"), 404)
    errors = problem_of(api.get("/prices?history=maybe"), 422)["errors"]

    assert ["history"] == [error["field"] for error in errors]


def test_a_name_that_may_mean_two_models_lists_both(api: httpx.Client) -> None:
    """409: a person has to pick."""
    problem = problem_of(api.get("/models/meta-llama-3-8b"), 409)

    for candidate in ("NousResearch/Meta-Llama-3-8B", "meta-llama/Meta-Llama-3-8B"):
        assert candidate in problem["detail"]


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/v1", "/api/v1/", "/api/v1/nothing"])
@pytest.mark.parametrize("method", METHODS)
def test_an_unknown_path_of_the_api_is_a_problem_by_every_method(
    api: httpx.Client, method: str, path: str
) -> None:
    """404 as JSON, never the page of the dashboard."""
    answer = api.request(method, api.base_url.copy_with(path=path))

    assert path in problem_of(answer, 404)["detail"]


@pytest.mark.parametrize("path", ["/api/v2/models", "/api/v1/model", "/api/v1/healthy"])
def test_a_path_near_a_known_one_is_unknown(api: httpx.Client, path: str) -> None:
    """Another version, a name too short, a name too long."""
    problem_of(api.get(str(api.base_url.copy_with(path=path))), 404)


@pytest.mark.parametrize(
    ("path", "allowed"),
    [("/models", "GET"), ("/models/a/b", "GET"), ("/health", "GET"), ("/estimates", "POST")],
)
def test_a_known_path_says_which_method_it_has(api: httpx.Client, path: str, allowed: str) -> None:
    """405 with Allow, for every other method."""
    for method in (*METHODS, "HEAD"):
        if method == allowed:
            continue
        answer = api.request(method, path)

        assert (405, allowed) == (answer.status_code, answer.headers["allow"])
        assert "application/problem+json" == answer.headers["content-type"]
