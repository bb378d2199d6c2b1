"""The parts of the prompts that a chat asked, as the cost comparison takes them over."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest

from costing.answers import Acceptance
from dashboard.pages.decide.address import read_address
from dashboard.pages.decide.measured import behind
from tests.dashboard.chat.service import chat_service
from tests.dashboard.chat.talking import KUTSU, ask, only


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("chat")


@pytest.fixture(scope="module")
def service(folder: Path) -> Iterator[str]:
    """URL of a service with five endpoints."""
    with chat_service(folder) as url:
        yield url


@pytest.fixture
def chat(service: str) -> Iterator[httpx.Client]:
    """A browser session of its own."""
    with httpx.Client(base_url=f"{service}/api/v1", trust_env=False, timeout=120) as client:
        yield client


def test_the_parts_of_the_prompts_go_with_the_measured_workload(chat: httpx.Client) -> None:
    """Rest and passages together are the tokens that the server counted, within their rounding; a
    larger chunk size makes no shorter passage; a thumb goes along."""
    found = [ask(chat, endpoints=["english"])]
    meta = only(found[0], "meta")
    found.append(ask(chat, KUTSU, endpoints=["english"], chat=meta["chat"], retrieval={"top_n": 3}))
    chat.put(f"/chats/answers/{meta['answers'][0]['answer']}/accepted", json={"accepted": True})

    [measured] = chat.get(f"/chats/{meta['chat']}/workload").json()["items"]
    address = measured["address"]
    told = behind(read_address("?" + urlencode(address)))
    passages = [len(only(one, "meta")["passages"]) for one in found]
    counted = Fraction(sum(only(one, "usage")["input_tokens"] for one in found), 2)
    assert told is not None
    assert told.parts is not None
    assert (3, 1024) == told.setting
    assert told.acceptance == Acceptance(accepted=Fraction(1), judged=Fraction(1))
    each = Fraction(told.parts.passage_tokens[1024])
    assert abs(Fraction(told.parts.rest_tokens) + each * sum(passages) / 2 - counted) < 1
    assert told.parts.rest_tokens > 20
    lengths = list(told.parts.passage_tokens.values())
    assert [256, 512, 1024, 1536] == list(told.parts.passage_tokens)
    assert lengths == sorted(lengths)
    assert lengths[0] < lengths[2]


def test_examples_are_measured_as_a_part_of_the_rest(chat: httpx.Client) -> None:
    """What a passage takes stays as it was; all that the examples add is in the rest."""
    example = {"user": "Is it waterproof? " * 20, "assistant": "Yes, to 2,000 mm. " * 20}
    told = []
    for count in (0, 1):
        found = ask(chat, endpoints=["english"], examples=[example] * count)
        number = only(found, "meta")["chat"]
        [measured] = chat.get(f"/chats/{number}/workload").json()["items"]
        taken = behind(read_address("?" + urlencode(measured["address"])))
        assert taken is not None
        assert taken.parts is not None
        told.append((taken.parts, only(found, "usage")["input_tokens"]))

    (bare, fewer), (shown, more) = told
    added = more - fewer
    assert added > 150
    assert abs(shown.rest_tokens - bare.rest_tokens - added) < added / 5
    assert abs(shown.passage_tokens[1024] / bare.passage_tokens[1024] - 1) < Decimal("0.1")


def test_without_documents_or_with_a_deleted_one_there_are_no_parts(chat: httpx.Client) -> None:
    """Nothing is guessed of what was not sent, or can no longer be read."""
    bare = only(ask(chat, endpoints=["english"], source="none"), "meta")["chat"]
    added = chat.post("/chat/documents", params={"name": "a.txt"}, content=b"Tents cost 480.")
    gone = only(ask(chat, "What do tents cost?", endpoints=["english"], source="uploads"), "meta")[
        "chat"
    ]
    chat.delete(f"/chat/documents/{added.json()['document']}")

    for number in (bare, gone):
        [measured] = chat.get(f"/chats/{number}/workload").json()["items"]
        assert "measured_parts" not in measured["address"]
        assert measured["questions"] == 1
