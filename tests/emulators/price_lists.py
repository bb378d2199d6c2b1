"""One-page price lists on 127.0.0.1: the Hub's router, and a price map as a file."""

from __future__ import annotations

from typing import Any

from tests.emulators.loopback import Loopback, Reply, Seen

MAP_PATH = "/litellm/main/model_prices_and_context_window.json"


def served_by(provider: str = "together", **changes: Any) -> dict[str, Any]:
    """A provider of a model, as the router writes it."""
    return {
        "provider": provider,
        "status": "live",
        "context_length": 131072,
        "pricing": {"input": 0.88, "output": 1.0399999999999998},
        "throughput": 91.23456,
        "first_token_latency_ms": 412.5,
        "is_free": False,
        "supports_tools": True,
        "supports_structured_output": False,
        "is_model_author": False,
        **changes,
    }


def router_row(model_id: str = "org/model", *providers: Any) -> dict[str, Any]:
    """A model of the router with its providers; one provider where none is given."""
    return {
        "id": model_id,
        "object": "model",
        "created": 1_720_000_000,
        "owned_by": model_id.partition("/")[0],
        "architecture": {"input_modalities": ["text"], "output_modalities": ["text"]},
        "providers": list(providers) or [served_by()],
    }


class PriceLists(Loopback):
    """Attributes may be changed between requests.

    Attributes:
        models: rows of the router.
        price_map: content of the map; bytes as they are.
    """

    def __init__(self, models: list[Any] | None = None, price_map: Any = None) -> None:
        super().__init__()
        self.models = models or []
        self.price_map = price_map

    def answer(self, request: Seen) -> Reply:
        """The route of a request."""
        if request.path == "/v1/models":
            return Reply(content={"object": "list", "data": self.models})
        if request.path == MAP_PATH:
            return Reply(content=self.price_map, content_type="text/plain; charset=utf-8")
        return Reply(status=404, content={"error": "no such route"})
