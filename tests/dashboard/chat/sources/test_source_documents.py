"""What a source holds, over REST: its documents, and the passages of one of them."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest


@pytest.fixture
def chat(server_url: str) -> Iterator[httpx.Client]:
    """A browser session of its own."""
    with httpx.Client(base_url=f"{server_url}/api/v1", trust_env=False, timeout=60) as client:
        yield client


def test_documents_of_a_session_are_listed_with_their_passages_and_for_it_alone(
    chat: httpx.Client, server_url: str
) -> None:
    added = chat.post("/chat/documents", params={"name": "a.txt"}, content=b"Tents cost 480.")
    path = f"/chat/sources/uploads/documents/{added.json()['document']}"

    listed = chat.get("/chat/sources/uploads/documents").json()
    [passage] = chat.get(path).json()["items"]
    other = httpx.get(f"{server_url}/api/v1{path}", trust_env=False)

    assert (1, "a", 1) == (
        listed["total"],
        listed["items"][0]["title"],
        listed["items"][0]["passages"],
    )
    assert "Tents cost 480." in passage["text"]
    assert 404 == other.status_code


def test_the_bundled_catalogue_is_a_source_as_well(chat: httpx.Client) -> None:
    listed = chat.get("/chat/sources/sample/documents").json()

    first = listed["items"][0]
    found = chat.get(f"/chat/sources/sample/documents/{first['document']}").json()
    assert 38 == listed["total"]
    assert first["passages"] == found["total"] > 0


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("nowhere/documents", 404, "There is no data source nowhere."),
        ("sample/documents/999999", 404, "999999"),
        ("none/documents", 422, "none lists no documents"),
    ],
)
def test_what_is_not_there_is_refused_by_name(
    chat: httpx.Client, path: str, status: int, words: str
) -> None:
    response = chat.get(f"/chat/sources/{path}")

    assert status == response.status_code
    assert words in response.json()["detail"]
