"""The routes. Bodies are read as they were sent, so that a number never passes through a float."""

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Annotated, Any, TypeAlias

import anyio.to_thread
from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Route

from catalog.database import Database
from catalog.instance_queries import list_instances
from catalog.price_queries import PriceFilter, catalog_summary, list_prices
from catalog.scenario import Scenario, scenario_schema
from costing import BreakEven
from dashboard import __version__
from dashboard.answer import Document, answer_document, estimates_document
from dashboard.api.actuals import add_actuals_route
from dashboard.api.batches import add_batch_routes
from dashboard.api.bodies import inlined, json_body, language_of
from dashboard.api.budgets import add_budget_route
from dashboard.api.chat import add_chat_routes
from dashboard.api.chat_documents import add_chat_document_routes
from dashboard.api.chat_exports import add_chat_export_route
from dashboard.api.chat_playground import add_chat_playground_route
from dashboard.api.chat_sources import add_chat_source_routes
from dashboard.api.comparisons import add_comparison_routes
from dashboard.api.decisions import add_decision_routes
from dashboard.api.deployments import add_deployment_route
from dashboard.api.exports import add_export_route
from dashboard.api.facts import add_fact_routes
from dashboard.api.hybrids import add_hybrid_route
from dashboard.api.model_search import add_model_routes
from dashboard.api.places import add_place_routes
from dashboard.api.problems import MEDIA_TYPE
from dashboard.api.query_names import require_known_names
from dashboard.api.query_parameters import Language, OwnPricesShown
from dashboard.api.recommendations import add_recommendation_route
from dashboard.api.repricing import add_repricing_route
from dashboard.api.sweeps import add_sweep_route
from dashboard.api.sync import add_sync_routes
from dashboard.api.traces import add_trace_route
from dashboard.format import Format
from dashboard.sentences import Sentences
from dashboard.service import answer_bytes, capacities_of_bytes, plan_of_bytes
from dashboard.texts import Texts, load_texts

Limit = Annotated[int, Query(ge=1, le=200, description="rows a page")]
Text = Annotated[str | None, Query(max_length=200)]
Cursor = Annotated[str | None, Query(max_length=400, description="`next` of the page before")]
Words = Annotated[str, Query(max_length=200, description="words, all of which must occur")]
PROBLEM = {
    "description": "What is wrong, with the path of the field",
    "content": {
        MEDIA_TYPE: {
            "schema": {
                "type": "object",
                "properties": {
                    "type": {"type": "string"},
                    "title": {"type": "string"},
                    "status": {"type": "integer"},
                    "detail": {"type": "string"},
                    "errors": {"type": "array", "items": {"type": "object"}},
                },
                "required": ["type", "title", "status", "detail"],
            }
        }
    },
}
ERRORS: dict[int | str, dict[str, Any]] = dict.fromkeys((400, 404, 409, 422), PROBLEM)
EVERY_METHOD = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
BODY_ERRORS = ERRORS | dict.fromkeys((403, 413, 415), PROBLEM)


def build_router() -> APIRouter:
    """All routes of version 1; the application's state holds the open database."""
    router = APIRouter(dependencies=[Depends(require_known_names)])
    router.add_api_route("/health", health, tags=["service"])
    add_model_routes(router, ERRORS)
    router.add_api_route("/prices", prices, tags=["catalog"], responses=ERRORS)
    router.add_api_route("/instances", instances, tags=["catalog"], responses=ERRORS)
    add_fact_routes(router, ERRORS)
    add_place_routes(router, ERRORS)
    add_sync_routes(router, ERRORS)
    body = {
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": inlined(scenario_schema())}},
        }
    }
    routes = (
        ("/estimates", estimates),
        ("/break-even", break_even),
        ("/capacity", capacity),
        ("/plan", plan),
        ("/hours", hours),
        ("/risk", risk),
    )
    for path, route in routes:
        router.add_api_route(
            path,
            route,
            methods=["POST"],
            tags=["answers"],
            responses=BODY_ERRORS,
            openapi_extra=body,
        )
    add_recommendation_route(router, BODY_ERRORS, body)
    add_comparison_routes(router, BODY_ERRORS, body)
    add_hybrid_route(router, BODY_ERRORS, body)
    add_budget_route(router, BODY_ERRORS, body)
    add_actuals_route(router, BODY_ERRORS)
    add_sweep_route(router, BODY_ERRORS, body)
    add_repricing_route(router, BODY_ERRORS, body)
    add_trace_route(router, BODY_ERRORS, body)
    add_export_route(router, BODY_ERRORS, body)
    add_deployment_route(router, BODY_ERRORS, body)
    add_decision_routes(router, BODY_ERRORS)
    add_chat_routes(router, BODY_ERRORS)
    add_chat_document_routes(router, BODY_ERRORS)
    add_chat_export_route(router, BODY_ERRORS)
    add_chat_playground_route(router, BODY_ERRORS)
    add_batch_routes(router, BODY_ERRORS)
    add_chat_source_routes(router, BODY_ERRORS)
    refuse_unknown(router, "/{path:path}", router.routes)
    return router


def refuse_unknown(router: APIRouter, path: str, known: Iterable[BaseRoute] = ()) -> None:
    """Answer what no route of the API serves, by any method: 405 where one of the known routes
    stands at the same path, else 404. path: with a part called `path`, or without parts."""
    routes = [route for route in known if isinstance(route, Route)]

    async def unknown(request: Request) -> Response:
        rest = f"/{request.path_params.get('path', '')}"
        detail = f"There is no {request.method} {request.url.path}. See /docs."
        allowed = _methods_at(rest, routes)
        if allowed:
            raise HTTPException(405, detail, headers={"Allow": ", ".join(allowed)})
        raise HTTPException(404, detail)

    router.add_api_route(path, unknown, methods=[*EVERY_METHOD], include_in_schema=False)


def _methods_at(path: str, routes: Sequence[Route]) -> list[str]:
    at_path = [route for route in routes if route.path_regex.match(path)]
    return sorted({method for route in at_path for method in route.methods or ()})


def health(request: Request) -> Document:
    """Whether the service answers, its version, and what the catalog holds."""
    database: Database = request.app.state.database
    with database.read() as session:
        summary = catalog_summary(session)
    return {"ok": True, "version": __version__, "catalog": summary.model_dump(mode="json")}


def prices(
    request: Request,
    model: Text = None,
    instance: Text = None,
    region: Text = None,
    kind: Text = None,
    term: Text = None,
    history: bool = False,
    limit: Limit = 50,
    after: Cursor = None,
) -> Response:
    """Prices with their provenance; `history` adds those that are no longer true."""
    wanted = PriceFilter(
        model=model,
        instance=instance,
        region=region,
        kind=kind,
        term=term,
        include_history=history,
    )
    with request.app.state.database.read() as session:
        return _json(list_prices(session, wanted, limit, after).model_dump(mode="json"))


def instances(
    request: Request,
    q: Words = "",
    region: Text = None,
    provider: Text = None,
    limit: Limit = 50,
    after: Cursor = None,
) -> Response:
    """GPU hosts whose names or GPUs contain all the words."""
    with request.app.state.database.read() as session:
        page = list_instances(session, q, region, provider, limit, after)
        return _json(page.model_dump(mode="json"))


async def estimates(
    request: Request, lang: Language = None, own_prices: OwnPricesShown = False
) -> Response:
    """What each option costs at the workload and the volumes, as line items."""
    return await _answered(request, lang, _costs(own_prices, estimates_document))


async def break_even(
    request: Request, lang: Language = None, own_prices: OwnPricesShown = False
) -> Response:
    """Where the cheapest option changes, and the verdict at the workload."""
    return await _answered(request, lang, _costs(own_prices, answer_document))


async def capacity(request: Request, lang: Language = None) -> Response:
    """What one host of each dedicated option serves within the targets, how sure that is, and the
    hosts for the load."""

    def document(database: Database, content: bytes, texts: Texts) -> Document:
        from dashboard.capacity_answer import capacity_document

        scenario, found = capacities_of_bytes(database, content, form="json")
        return capacity_document(found, scenario, texts)

    return await _answered(request, lang, document)


async def plan(
    request: Request, lang: Language = None, own_prices: OwnPricesShown = False
) -> Response:
    """What each option costs month by month, by fiscal year, when one pays back against another,
    and what stays to be paid if demand stops."""

    def document(database: Database, content: bytes, texts: Texts) -> Document:
        from dashboard.plan_answer import plan_document

        scenario, found = plan_of_bytes(database, content, form="json", own_prices=own_prices)
        fmt = Format(texts.language, found.question.currency)
        return plan_document(found, scenario, Sentences(texts, fmt))

    return await _answered(request, lang, document)


async def hours(
    request: Request,
    lang: Language = None,
    own_prices: OwnPricesShown = False,
    profile: Annotated[
        str | None, Query(max_length=300, description="hours in place of the question's own")
    ] = None,
) -> Response:
    """What each option costs over the hours of a day or week, hosts always on or by the hour."""

    def document(database: Database, content: bytes, texts: Texts) -> Document:
        from dashboard.hours import hours_bytes, hours_document

        scenario, found = hours_bytes(
            database, content, profile, form="json", own_prices=own_prices
        )
        fmt = Format(texts.language, found.question.currency)
        return hours_document(scenario, found, Sentences(texts, fmt))

    return await _answered(request, lang, document)


async def risk(
    request: Request,
    lang: Language = None,
    own_prices: OwnPricesShown = False,
    draws: Annotated[int, Query(ge=100, le=50_000, description="states of the world")] = 20_000,
    seed: Annotated[int, Query(ge=0, le=2**63 - 1, description="one seed, one answer")] = 1,
) -> Response:
    """How often each option is the cheapest, ranges of costs and break-even, expected regret, which
    input matters most, and the values at which the answer turns."""

    def document(database: Database, content: bytes, texts: Texts) -> Document:
        from dashboard.risk_answer import risk_document
        from dashboard.risk_run import RiskRun, risk_of_bytes
        from dashboard.risk_words import RiskWords

        run = RiskRun(draws=draws, seed=seed, own_prices=own_prices)
        found = risk_of_bytes(database, content, run, form="json")
        words = RiskWords(texts, Format(texts.language, found.question.currency))
        return risk_document(found, words)

    return await _answered(request, lang, document)


Answering: TypeAlias = Callable[[Database, bytes, Texts], Document]
"""From the database, a body and a language to the document that answers it."""


def _costs(
    own_prices: bool, document: Callable[[BreakEven, Scenario, Sentences], Document]
) -> Answering:
    def answer(database: Database, content: bytes, texts: Texts) -> Document:
        scenario, found = answer_bytes(database, content, form="json", own_prices=own_prices)
        fmt = Format(texts.language, found.question.currency)
        return document(found, scenario, Sentences(texts, fmt))

    return answer


async def _answered(request: Request, lang: str | None, answer: Answering) -> Response:
    content = await json_body(request)
    database: Database = request.app.state.database
    language = language_of(request, lang)

    def compute() -> Response:
        return _json(answer(database, content, load_texts(language)))

    return await anyio.to_thread.run_sync(compute)


def _json(document: Any) -> Response:
    """JSON text as the command line prints it, byte for byte but for the indent."""
    content = json.dumps(document, ensure_ascii=False, allow_nan=False)
    return Response(content, media_type=JSONResponse.media_type)
