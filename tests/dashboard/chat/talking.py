"""Asking a running service as a program does, and reading the events of its answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx

SHOES = "How much do the TrailWalker Hiking Shoes cost?"
PRICE = "The TrailWalker Hiking Shoes cost $110 [doc1]."
KUTSU = "トレイルウォーカー ハイキングシューズの値段はいくらですか?"
NEDAN = "価格は16,500円です [doc1]。"

Event = tuple[str, dict[str, Any]]


def ask(client: httpx.Client, question: str = SHOES, **body: Any) -> list[Event]:
    """All events of an answer. Raises AssertionError where the question is refused."""
    with client.stream("POST", "/chat", json={"question": question, **body}) as response:
        if response.status_code != httpx.codes.OK:
            raise AssertionError(response.read().decode())
        assert response.headers["content-type"].startswith("text/event-stream")
        return list(events(response))


def events(response: httpx.Response) -> Iterator[Event]:
    """Events as they come."""
    name = ""
    for line in response.iter_lines():
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            yield name, json.loads(line.removeprefix("data: "))


def only(found: list[Event], name: str) -> dict[str, Any]:
    """The data of the one event of this name."""
    [data] = [data for kind, data in found if kind == name]
    return data


def text_of(found: list[Event], answer: int | None = None) -> str:
    """The text of an answer, put together."""
    return "".join(
        data["text"] for kind, data in found if kind == "delta" and answer in (None, data["answer"])
    )


def refusal(client: httpx.Client, question: str = SHOES, **body: Any) -> tuple[int, str]:
    """Status and sentence of a question that is refused."""
    response = client.post("/chat", json={"question": question, **body})
    assert response.headers["content-type"] == "application/problem+json", response.text
    return response.status_code, response.json()["detail"]
