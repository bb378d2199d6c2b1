"""What REST refuses, and how: a problem document with status, code and the path of the field."""

from __future__ import annotations

import json

import httpx
import pytest

from tests.dashboard.documents import article, with_literal, with_value, without
from tests.dashboard.problem_documents import problem_of

LOAD = "workload.requests_per_hour"
INPUT_PRICE = "options.0.prices.input"
JSON = {"content-type": "application/json"}


@pytest.mark.parametrize(
    ("path", "literal", "code"),
    [
        (LOAD, "-1", "negative"),
        (LOAD, '"-0.5"', "negative"),
        (LOAD, '"NaN"', "not_finite"),
        (LOAD, '"-Infinity"', "not_finite"),
        (LOAD, "1e400", "too_large"),
        (LOAD, '"1e9999"', "too_large"),
        (LOAD, "1e-400", "too_precise"),
        (LOAD, "true", "not_a_number"),
        (LOAD, '"many"', "not_a_number"),
        (LOAD, '"5000 requests"', "not_a_number"),
        (LOAD, '"1,000"', "not_a_number"),
        (LOAD, "[5000]", "not_a_number"),
        (LOAD, "{}", "not_a_number"),
        ("workload.peak_to_mean", "0.5", "below_least"),
        ("workload.cached_input_share", "1.01", "above_most"),
        ("workload", "[]", "not_a_mapping"),
        ("options", '"both"', "not_a_list"),
        ("options", "[]", "no_options"),
        ("options.1.name", '"Per token"', "duplicate_name"),
        ("options.1.name", '" "', "empty"),
        ("options.1.name", '"a\\u0000b"', "not_text"),
        ("options.1.name", '"\\ud800"', "not_text"),
        ("options.1.minimum_instances", "1.5", "not_whole"),
        ("options.1.minimum_instances", "-3", "negative"),
        ("options.1.maximum_instances", "0", "below_least"),
        ("options.1.term", '"forever"', "not_one_of"),
        ("options.1.capacity", '"some"', "not_one_of"),
        (f"{INPUT_PRICE}.per", "0", "not_positive"),
        (f"{INPUT_PRICE}.amount", "-0.1", "negative"),
        (f"{INPUT_PRICE}.unit", '"word"', "not_one_of"),
        (f"{INPUT_PRICE}.as_of", '"2024-02-30"', "not_a_date"),
        (f"{INPUT_PRICE}.url", '"javascript:alert(1)"', "not_a_url"),
        ("currency", '"usd"', "not_a_currency"),
        ("version", "2", "version_unknown"),
        ("title", json.dumps("x" * 301), "too_long"),
        ("model", '"nobody/nothing"', "unknown_model"),
        ("model", '"meta-llama-3-8b"', "unknown_model"),
        ("options.1.model", '"nobody/nothing"', "unknown_model"),
        ("region", '"eastus3"', "unknown_region"),
        ("options.0.region", '"mars"', "unknown_region"),
        ("favorite_color", '"blue"', "unknown_key"),
        ("workload.peak", "2", "unknown_key"),
        (f"{INPUT_PRICE}.amuont", "1", "unknown_key"),
    ],
)
def test_a_bad_value_is_refused_at_its_place(
    api: httpx.Client, path: str, literal: str, code: str
) -> None:
    """Status 422, the code of what is wrong, and the path where it stands."""
    answer = api.post("/break-even", content=with_literal(path, literal), headers=JSON)

    errors = problem_of(answer, 422)["errors"]
    assert [(path, code)] == [(error["field"], error["code"]) for error in errors]
    assert all(error["message"] and error["line"] == 1 for error in errors)


@pytest.mark.parametrize("literal", ["NaN", "Infinity", "-Infinity"])
def test_a_number_that_is_not_finite_is_refused_though_python_reads_it(
    api: httpx.Client, literal: str
) -> None:
    """JSON has no such literal, but the library that reads it does."""
    answer = api.post("/estimates", content=with_literal(LOAD, literal), headers=JSON)

    [error] = problem_of(answer, 422)["errors"]
    assert "not_finite" == error["code"]


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("version", "version"),
        ("workload", "workload"),
        ("options", "options"),
        ("workload.peak_to_mean", "workload.peak_to_mean"),
        ("workload.output_tokens", "workload.output_tokens"),
        ("options.1.minimum_instances", "options.1.minimum_instances"),
        ("options.1.spare_instances", "options.1.spare_instances"),
        ("options.0.kind", "options.0.kind"),
        ("options.1.name", "options.1.name"),
        (f"{INPUT_PRICE}.amount", f"{INPUT_PRICE}.amount"),
        (f"{INPUT_PRICE}.per", f"{INPUT_PRICE}.per"),
        (f"{INPUT_PRICE}.unit", f"{INPUT_PRICE}.unit"),
    ],
)
def test_a_missing_required_key_is_named(api: httpx.Client, path: str, field: str) -> None:
    """No hidden default stands in for what a person has to decide."""
    answer = api.post("/break-even", json=without(path))

    errors = problem_of(answer, 422)["errors"]
    assert (field, "required") in {(error["field"], error["code"]) for error in errors}


def test_an_unknown_host_without_a_typed_price_is_refused_with_the_nearest(
    api: httpx.Client,
) -> None:
    """A mistyped size is not guessed; the answer names those that look alike."""
    document = with_value("options.1.instance", "Standard_ND96isr_H100", without("options.1.price"))

    [error] = problem_of(api.post("/break-even", json=document), 422)["errors"]

    assert ("options.1.instance", "unknown_instance") == (error["field"], error["code"])
    assert "Standard_ND96isr_H100_v5" in error["message"]


def test_a_host_that_has_no_price_in_the_region_is_refused(api: httpx.Client) -> None:
    """Unknown is never 0: the option is not answered without a price."""
    document = with_value("options.1.term", "reserved_3y", without("options.1.price"))

    [error] = problem_of(api.post("/break-even", json=document), 422)["errors"]

    assert "no_price" == error["code"]
    assert error["field"].startswith("options.1")


def test_all_that_is_wrong_is_said_at_once(api: httpx.Client) -> None:
    """Three slips are three entries, each with its own path."""
    document = with_value(LOAD, "-1", with_value("options.1.term", "x", without("version")))

    problem = problem_of(api.post("/break-even", json=document), 422)

    expected = {(LOAD, "negative"), ("options.1.term", "not_one_of"), ("version", "required")}
    assert expected == {(error["field"], error["code"]) for error in problem["errors"]}


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 400, "broken_document"),
        (b'{"version": 1,', 400, "broken_document"),
        (b"version: 1", 400, "broken_document"),
        (b'{"title": "\xff"}', 400, "not_utf8"),
        (json.dumps({"version": 1}).encode("utf-16"), 400, "not_utf8"),
        (b'{"version": 1, "version": 1}', 400, "duplicate_key"),
        (b"[" * 100_000 + b"]" * 100_000, 400, "too_deep"),
        (b'{"a":' * 60 + b"1" + b"}" * 60, 400, "too_deep"),
        (b"[]", 422, "not_a_mapping"),
        (b"null", 422, "not_a_mapping"),
        (b'"article"', 422, "not_a_mapping"),
        (b"1" * 6000, 422, "not_a_mapping"),
    ],
    ids=lambda value: repr(value)[:24],
)
@pytest.mark.parametrize("path", ["/estimates", "/break-even"])
def test_a_body_that_is_no_scenario_is_refused_whole(
    api: httpx.Client, path: str, content: bytes, status: int, code: str
) -> None:
    """Both routes read a body the same way, and none of these is a server error."""
    answer = api.post(path, content=content, headers=JSON)

    [error] = problem_of(answer, status)["errors"]
    assert ("", code) == (error["field"], error["code"])


@pytest.mark.parametrize("size", [1_000_001, 2_000_001, 5_000_000])
def test_a_body_above_the_limit_is_too_large(api: httpx.Client, size: int) -> None:
    """413, whether the reader of scenarios or the guard before it finds out."""
    content = b'{"title": "' + b"x" * (size - 13) + b'"}'

    answer = api.post("/estimates", content=content, headers=JSON)

    assert size == len(content)
    problem_of(answer, 413)


def test_a_body_in_pieces_is_counted_while_it_arrives(api: httpx.Client) -> None:
    """Without a stated length the limit holds all the same."""
    pieces = (b"x" * 100_000 for _ in range(40))

    answer = api.post("/estimates", content=pieces, headers=JSON)

    problem_of(answer, 413)


@pytest.mark.parametrize("kind", ["text/plain", "application/x-yaml", "multipart/form-data", None])
def test_a_body_of_another_type_is_refused(api: httpx.Client, kind: str | None) -> None:
    """A form of another site may send text/plain without asking; it is not read."""
    headers = {} if kind is None else {"content-type": kind}

    answer = api.post("/break-even", content=json.dumps(article()), headers=headers)

    problem_of(answer, 415)
