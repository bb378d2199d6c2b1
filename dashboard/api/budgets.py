"""The route of the budget: a scenario in the body, the money and the volumes in the address."""

import json
from typing import Annotated, Any

import anyio.to_thread
from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response

from dashboard.api.bodies import json_body, language_of
from dashboard.api.query_parameters import Language, OwnPricesShown
from dashboard.budget_answer import budget_document
from dashboard.budget_run import budget_of_bytes, read_budget_request
from dashboard.budget_words import BudgetWords
from dashboard.format import Format
from dashboard.sentences import Sentences
from dashboard.texts import load_texts

Decimals = Annotated[str | None, Query(max_length=400, description="a number, read exactly")]


def add_budget_route(
    router: APIRouter, errors: dict[int | str, dict[str, Any]], body: dict[str, Any]
) -> None:
    """Add the route. errors, body: what the document of the API says of failures and the body."""
    router.add_api_route(
        "/budget",
        budget,
        methods=["POST"],
        tags=["answers"],
        responses=errors,
        openapi_extra=body,
    )


async def budget(
    request: Request,
    amount: Decimals = None,
    low: Decimals = None,
    plan: Decimals = None,
    high: Decimals = None,
    lang: Language = None,
    own_prices: OwnPricesShown = False,
) -> Response:
    """Money a month at a low, planned and high volume (each the workload times so much), which
    option wins at each, the buffer, and how far an amount of money a month lasts."""
    content = await json_body(request)
    texts = load_texts(language_of(request, lang))
    given = {"amount": amount, "low": low, "plan": plan, "high": high}

    def compute() -> Response:
        asked = read_budget_request(given)
        scenario, found = budget_of_bytes(
            request.app.state.database, content, asked, form="json", own_prices=own_prices
        )
        fmt = Format(texts.language, found.question.currency)
        document = budget_document(found, scenario, BudgetWords(Sentences(texts, fmt)))
        written = json.dumps(document, ensure_ascii=False, allow_nan=False)
        return Response(written, media_type=JSONResponse.media_type)

    return await anyio.to_thread.run_sync(compute)
