"""What goes wrong with an answer of a service: each fault makes a wrong answer of a true one."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from tests.emulators.loopback import Breakage, Reply

Fault = Callable[[Reply, str], Reply]
"""Takes the true answer, and the address of the first request of a clean walk."""

ROWS = ("value", "summaries", "Items", "data")
KEPT_OF_A_SHRUNKEN_LIST = 3
RENAMED = {
    "id": "modelId",
    "assetId": "asset",
    "retailPrice": "price",
    "litellm_provider": "seller",
    "systemData": "system",
}


def of_status(status: int, headers: tuple[tuple[str, str], ...], reply: Reply, first: str) -> Reply:
    """An answer without success."""
    return Reply(status=status, content={"error": {"code": "x", "message": "x"}}, headers=headers)


def cut_json(reply: Reply, first: str) -> Reply:
    """The length fits, the text breaks off."""
    text = json.dumps(reply.content).encode()
    return replace(reply, content=text[: len(text) // 2])


def wrong_type(reply: Reply, first: str) -> Reply:
    """JSON of another kind."""
    return replace(
        reply, content={"a": 1} if isinstance(reply.content, list) else [1, 2], headers=()
    )


def broken(breakage: Breakage, reply: Reply, first: str) -> Reply:
    """A true answer over a bad connection."""
    return replace(reply, breakage=breakage)


def repeated_cursor(reply: Reply, first: str) -> Reply:
    """What should lead on leads back to the first page."""
    content = reply.content
    if isinstance(content, list):
        return replace(reply, headers=(*_without_link(reply), ("Link", f'<{first}>; rel="next"')))
    for name, back in (("continuationToken", "0"), ("NextPageLink", first), ("nextLink", first)):
        if name in content or (name == "nextLink" and "value" in content):
            return replace(reply, content={**content, name: back})
    return reply


def shrunken(reply: Reply, first: str) -> Reply:
    """A list that ends early, as if that were all."""
    content = reply.content
    if isinstance(content, list):
        return replace(reply, content=content[:KEPT_OF_A_SHRUNKEN_LIST], headers=())
    kept: dict[str, Any] = dict(content)
    rows = next((name for name in ROWS if name in content), None)
    if rows is None:
        kept = dict(list(content.items())[:KEPT_OF_A_SHRUNKEN_LIST])
    else:
        kept[rows] = content[rows][:KEPT_OF_A_SHRUNKEN_LIST]
        kept |= {name: None for name in ("continuationToken", "NextPageLink") if name in kept}
        kept.pop("nextLink", None)
        if "Count" in kept:
            kept["Count"] = len(kept[rows])
    return replace(reply, content=kept)


def drifted(reply: Reply, first: str) -> Reply:
    """Fields that every row needs have other names."""
    return replace(reply, content=_renamed(reply.content))


FAULTS: dict[str, Fault] = {
    "429": partial(of_status, 429, ()),
    "429 with a wait": partial(of_status, 429, (("Retry-After", "3"),)),
    "429 with a wait of a day": partial(of_status, 429, (("Retry-After", "86400"),)),
    "500": partial(of_status, 500, ()),
    "502": partial(of_status, 502, ()),
    "503": partial(of_status, 503, ()),
    "504": partial(of_status, 504, ()),
    "JSON cut": cut_json,
    "body cut": partial(broken, "cut"),
    "wrong type": wrong_type,
    "slow drip": partial(broken, "drip_body"),
    "reset": partial(broken, "reset"),
    "redirect to another host": partial(
        of_status, 302, (("Location", "https://other.example/elsewhere"),)
    ),
    "repeated cursor": repeated_cursor,
    "shrunken list": shrunken,
    "schema drift": drifted,
}


def _without_link(reply: Reply) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in reply.headers if name != "Link")


def _renamed(value: Any) -> Any:
    if isinstance(value, list):
        return [_renamed(one) for one in value]
    if isinstance(value, dict):
        return {RENAMED.get(name, name): _renamed(one) for name, one in value.items()}
    return value
