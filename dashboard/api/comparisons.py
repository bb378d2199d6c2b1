"""The routes of the comparison: options of a scenario in the body, or models by their names."""

import copy
import json
from datetime import UTC, datetime
from typing import Annotated, Any, Final

import anyio.to_thread
from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response

from dashboard.api.bodies import json_body, language_of
from dashboard.api.model_search import Country
from dashboard.api.query_parameters import Language, OwnPricesShown
from dashboard.comparison import MOST
from dashboard.texts import load_texts

Names = Annotated[
    list[Annotated[str, Query(max_length=300)]] | None,
    Query(max_length=MOST, description="names of options; none: the five that cost least"),
]
Models = Annotated[
    list[Annotated[str, Query(min_length=1, max_length=500)]],
    Query(
        min_length=1,
        max_length=MOST,
        description="any names of models",
        openapi_examples={
            "two": {"value": ["meta-llama/Llama-3.3-70B-Instruct", "Qwen/Qwen3-32B"]}
        },
    ),
]
Region = Annotated[str, Query(min_length=1, max_length=200, description="such as japaneast")]
Number = Annotated[str | None, Query(min_length=1, max_length=60, description="left out: assumed")]
EXAMPLE: Final[dict[str, Any]] = {
    "version": 1,
    "model": "meta-llama/Llama-3.3-70B-Instruct",
    "currency": "USD",
    "workload": {
        "requests_per_month": 4000000,
        "input_tokens": 1000,
        "output_tokens": 300,
        "peak_to_mean": 2,
    },
    "options": [
        {
            "name": "Per token",
            "kind": "serverless",
            "prices": {
                "input": {"amount": "0.71", "per": 1000000, "unit": "token"},
                "output": {"amount": "0.71", "per": 1000000, "unit": "token"},
            },
        },
        {
            "name": "H100 host",
            "kind": "dedicated",
            "instance": "Standard_ND96isr_H100_v5",
            "price": {"amount": "98.32", "per": 1, "unit": "hour"},
            "minimum_instances": 1,
            "spare_instances": 0,
        },
    ],
}
"""A question that is answered as it stands."""


def add_comparison_routes(
    router: APIRouter, errors: dict[int | str, dict[str, Any]], body: dict[str, Any]
) -> None:
    """Add the routes. errors, body: what the document of the API says of failures and the body."""
    described = copy.deepcopy(body)
    described["requestBody"]["content"]["application/json"]["examples"] = {
        "by_the_token_or_on_a_host": {"summary": "By the token or on a host", "value": EXAMPLE}
    }
    router.add_api_route(
        "/comparisons",
        comparisons,
        methods=["POST"],
        tags=["answers"],
        responses=errors,
        openapi_extra=described,
    )
    router.add_api_route(
        "/comparisons", models_compared, methods=["GET"], tags=["answers"], responses=errors
    )


async def comparisons(
    request: Request,
    option: Names = None,
    lang: Language = None,
    own_prices: OwnPricesShown = False,
) -> Response:
    """Up to five options of a question side by side, out of the answer of `break-even`: cost, a
    request, a million tokens, capacity, share of the break-even, what is unknown, what counts
    against each; and which nothing else beats in cost and latency. Quality is not compared: it is
    that of batch tests."""
    content = await json_body(request)
    texts = load_texts(language_of(request, lang))

    def compute() -> Response:
        # NumPy is loaded only where it is needed: the first page does not wait for it.
        from dashboard.comparison_answer import compare_bytes, comparison_document

        found, latencies = compare_bytes(
            request.app.state.database, content, option or [], own_prices=own_prices
        )
        document = comparison_document(found, latencies, texts)
        text = json.dumps(document, ensure_ascii=False, allow_nan=False)
        return Response(text, media_type=JSONResponse.media_type)

    return await anyio.to_thread.run_sync(compute)


def models_compared(
    request: Request,
    model: Models,
    region: Region,
    residency: Country = None,
    requests_per_month: Number = None,
    input_tokens: Number = None,
    output_tokens: Number = None,
) -> Response:
    """Up to five models side by side: what each costs a month by the token at a workload in a
    region, published latencies that were measured alike, and which nothing else beats in both."""
    from dashboard.model_comparison import AskedModels, compare_models, models_document

    typed = {
        "requests_per_month": requests_per_month,
        "input_tokens": input_tokens,
        "output_tokens": output_tokens,
    }
    asked = AskedModels(
        names=model,
        region=region,
        country=None if residency is None else residency.upper(),
        load={name: value for name, value in typed.items() if value is not None},
    )
    today = datetime.now(UTC).date()
    load, found = compare_models(request.app.state.database, asked, today)
    text = json.dumps(models_document(asked, load, found), ensure_ascii=False, allow_nan=False)
    return Response(text, media_type=JSONResponse.media_type)
