"""The route of the comparison: a scenario in the body, the chosen options in the address."""

import copy
import json
from typing import Annotated, Any, Final

import anyio.to_thread
from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response

from dashboard.api.bodies import json_body, language_of
from dashboard.api.query_parameters import Language, OwnPricesShown
from dashboard.comparison import MOST
from dashboard.texts import load_texts

Names = Annotated[
    list[Annotated[str, Query(max_length=300)]] | None,
    Query(max_length=MOST, description="names of options; none: the five that cost least"),
]
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


def add_comparison_route(
    router: APIRouter, errors: dict[int | str, dict[str, Any]], body: dict[str, Any]
) -> None:
    """Add the route. errors, body: what the document of the API says of failures and the body."""
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
