"""The service keeps what /openapi.json promises, asked with made-up parameters and bodies.

The examples are bounded and, in the gate, the same each time.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.contracts.questions import QUESTIONS, document_of

EXAMPLES = 25
CHECKS = [
    not_a_server_error,
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
]
OPERATIONS = (
    "GET /api/v1/health",
    "GET /api/v1/models",
    "GET /api/v1/models/facets",
    "GET /api/v1/coverage",
    "GET /api/v1/fees",
    "GET /api/v1/links",
    "GET /api/v1/rates",
    "GET /api/v1/prices/disagreements",
    "GET /api/v1/models/{model_id}",
    "GET /api/v1/prices",
    "GET /api/v1/instances",
    "GET /api/v1/instances/priced",
    "GET /api/v1/cheapest",
    "GET /api/v1/sync-runs",
    "GET /api/v1/sources",
    "GET /api/v1/unread-rows",
    "GET /api/v1/price-moves",
    "GET /api/v1/held-prices",
    "POST /api/v1/recommendations",
    "POST /api/v1/estimates",
    "POST /api/v1/exports/{kind}",
    "POST /api/v1/break-even",
    "POST /api/v1/actuals",
    "POST /api/v1/budget",
    "POST /api/v1/capacity",
    "GET /api/v1/comparisons",
    "POST /api/v1/comparisons",
    "POST /api/v1/hours",
    "POST /api/v1/hybrid",
    "POST /api/v1/plan",
    "POST /api/v1/reprice",
    "POST /api/v1/risk",
    "POST /api/v1/sweeps",
    "POST /api/v1/trace",
    "POST /api/v1/deployments",
    "GET /api/v1/decisions",
    "POST /api/v1/decisions",
    "GET /api/v1/decisions/{decision}",
    "DELETE /api/v1/decisions/{decision}",
    "POST /api/v1/decisions/{decision}/restore",
    "POST /api/v1/decisions/{decision}/holders",
    "GET /api/v1/decisions/{decision}/versions",
    "POST /api/v1/decisions/{decision}/versions",
    "GET /api/v1/decisions/{decision}/today",
    "GET /api/v1/decisions/{decision}/verify",
    "GET /api/v1/decisions/{decision}/notes",
    "POST /api/v1/decisions/{decision}/comments",
    "POST /api/v1/decisions/{decision}/evidence",
    "POST /api/v1/chat",
    "GET /api/v1/chat/endpoints",
    "DELETE /api/v1/chat/session",
    "GET /api/v1/chats",
    "GET /api/v1/chats/{chat}",
    "DELETE /api/v1/chats/{chat}",
    "GET /api/v1/chats/{chat}/workload",
    "GET /api/v1/chats/{chat}/turns/{turn}/export/{form}",
    "PUT /api/v1/chats/answers/{answer}/accepted",
    "POST /api/v1/batches/questions",
    "POST /api/v1/batches/estimates",
    "POST /api/v1/batches",
    "GET /api/v1/batches",
    "GET /api/v1/batches/{batch}",
    "DELETE /api/v1/batches/{batch}",
    "POST /api/v1/batches/{batch}/stop",
    "POST /api/v1/batches/{batch}/resume",
    "GET /api/v1/batches/{batch}/results",
    "GET /api/v1/batches/{batch}/answers/{number}",
    "GET /api/v1/batches/{batch}/table",
    "GET /api/v1/batches/{batch}/chart",
    "GET /api/v1/chat/limits",
    "GET /api/v1/chat/documents",
    "POST /api/v1/chat/documents",
    "POST /api/v1/chat/playground",
    "DELETE /api/v1/chat/documents/{document}",
    "GET /api/v1/chat/passages/{source}/{passage}",
    "GET /api/v1/chat/sources",
    "GET /api/v1/chat/sources/{source}",
    "POST /api/v1/chat/sources/{source}/readings",
    "GET /api/v1/chat/sources/{source}/documents",
    "GET /api/v1/chat/sources/{source}/documents/{document}",
)
NOTHING_TO_GET_WRONG = (
    "GET /api/v1/coverage",
    "GET /api/v1/health",
    "GET /api/v1/models/{model_id}",
    "GET /api/v1/sources",
    "DELETE /api/v1/chat/session",
    "GET /api/v1/chats",
    "GET /api/v1/chat/endpoints",
    "GET /api/v1/chat/limits",
    "GET /api/v1/batches",
    "GET /api/v1/chat/documents",
)
"""No parameter, or one that may be any text."""


@pytest.fixture(scope="module")
def schema(server_url: str) -> BaseSchema:
    """The description that the running service gives of itself."""
    return schemathesis.openapi.from_url(f"{server_url}/openapi.json")


@pytest.fixture(scope="module")
def session() -> Iterator[requests.Session]:
    """One connection for all made-up requests."""
    with requests.Session() as opened:
        opened.trust_env = False
        yield opened


def test_the_description_lists_the_contract_and_nothing_else(api: httpx.Client) -> None:
    """What is not listed here is a page, a file, or not there yet."""
    paths = _description(api)["paths"]

    found = [f"{method.upper()} {path}" for path, item in paths.items() for method in item]
    assert sorted(OPERATIONS) == sorted(found)


def test_no_reference_of_the_description_leads_nowhere(api: httpx.Client) -> None:
    """A client generated from it would not build otherwise."""
    description = _description(api)

    for reference in _references(description):
        assert reference.startswith("#/")
        part: Any = description
        for key in reference.removeprefix("#/").split("/"):
            assert key in part, reference
            part = part[key]


def test_every_error_is_described_as_a_problem(api: httpx.Client) -> None:
    """Status by status, with its media type; what both posts may refuse is listed with them."""
    for path, item in _description(api)["paths"].items():
        for operation in item.values():
            errors = {code: r for code, r in operation["responses"].items() if code >= "400"}
            assert errors or path in ("/api/v1/coverage", "/api/v1/health", "/api/v1/sources")
            for answer in errors.values():
                assert ["application/problem+json"] == list(answer["content"])
    posted = _description(api)["paths"]["/api/v1/estimates"]["post"]
    assert {"400", "403", "409", "413", "415", "422"} <= set(posted["responses"])


@pytest.mark.parametrize("operation", OPERATIONS)
def test_requests_within_the_description_are_answered_within_it(
    schema: BaseSchema, session: requests.Session, operation: str
) -> None:
    """No server error, a listed status, the media type and form listed for it."""
    _ask(schema, session, operation, GenerationMode.POSITIVE)


@pytest.mark.parametrize("operation", [o for o in OPERATIONS if o not in NOTHING_TO_GET_WRONG])
def test_requests_against_the_description_are_refused_within_it(
    schema: BaseSchema, session: requests.Session, operation: str
) -> None:
    """Wrong types, missing keys, limits passed: nearly all of it is refused by a 4xx."""
    statuses = _ask(schema, session, operation, GenerationMode.NEGATIVE)

    refused = sum(count for status, count in statuses.items() if 400 <= status < 500)
    assert refused > statuses.total() / 2


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize(
    "operation",
    [
        "POST /api/v1/estimates",
        "POST /api/v1/break-even",
        "POST /api/v1/comparisons",
        "POST /api/v1/plan",
    ],
)
def test_a_real_question_is_answered_as_described(
    schema: BaseSchema, session: requests.Session, operation: str, question: str
) -> None:
    """Made-up bodies are seldom a question; these are, and they fit the description."""
    asked = schema.find_operation_by_label(operation)
    assert asked is not None
    case = asked.Case(body=document_of(question), media_type="application/json")

    answer = case.call(session=session)

    assert 200 == answer.status_code, answer.text
    case.validate_response(answer, checks=CHECKS)


@pytest.mark.parametrize("operation", ["capacity", "hours", "hybrid", "risk", "recommendations"])
def test_a_question_with_hosts_and_tokens_is_answered_as_described(
    schema: BaseSchema, session: requests.Session, operation: str
) -> None:
    """These need hosts, tokens or a model in the question; this one has them."""
    asked = schema.find_operation_by_label(f"POST /api/v1/{operation}")
    assert asked is not None
    body = document_of("article-on-real-hosts")

    answer = asked.Case(body=body, media_type="application/json").call(session=session)

    assert 200 == answer.status_code, answer.text


def _ask(
    schema: BaseSchema, session: requests.Session, operation: str, mode: GenerationMode
) -> Counter[int]:
    """Ask one operation many times; how often each status came back."""
    asked = schema.find_operation_by_label(operation)
    assert asked is not None
    statuses: Counter[int] = Counter()

    @settings(
        max_examples=EXAMPLES,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )
    @given(asked.as_strategy(generation_mode=mode))
    def ask(case: Case[Any]) -> None:
        answer = case.call(session=session)
        statuses[answer.status_code] += 1
        case.validate_response(answer, checks=CHECKS)

    ask()
    assert statuses
    return statuses


def _description(api: httpx.Client) -> dict[str, Any]:
    answer = api.get(str(api.base_url.copy_with(path="/openapi.json")))
    description: dict[str, Any] = json.loads(answer.text)
    return description


def _references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        part = list(part.values())
    if isinstance(part, list):
        for one in part:
            yield from _references(one)
