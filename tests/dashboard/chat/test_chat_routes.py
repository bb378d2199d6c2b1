"""The test chat over REST: a real service, asking a real llama.cpp server."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.dashboard.chat.service import LLAMA, WRONG, chat_service
from tests.dashboard.chat.talking import (
    KUTSU,
    NEDAN,
    PRICE,
    SHOES,
    ask,
    events,
    only,
    refusal,
    text_of,
)


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


def test_an_answer_arrives_as_text_tokens_and_money(chat: httpx.Client) -> None:
    found = ask(chat, endpoints=["english"])

    names = [name for name, _ in found]
    assert (names[0], names[-2], names[-1]) == ("meta", "usage", "done")
    assert set(names[1:-2]) == {"delta"}
    assert text_of(found) == PRICE
    meta, done = only(found, "meta"), only(found, "done")
    assert meta["passages"][0]["title"] == "TrailWalker Hiking Shoes"
    assert "$110" in meta["passages"][0]["text"]
    assert {one["reason"] for one in meta["dropped"]} <= {"below_strictness", "beyond_top_n"}
    assert (done["state"], done["reason"], done["sentence"]) == (
        "finished",
        "stop",
        "The answer is whole.",
    )
    assert 'data-citation="1"' in done["html"]
    assert (done["invalid_citations"], done["numbers_not_found"]) == ([], [])
    assert done["ttft_seconds"] > 0


def test_the_cost_of_an_answer_is_that_of_its_tokens(chat: httpx.Client) -> None:
    done = only(ask(chat, endpoints=["english"]), "done")

    usage, money = done["usage"], done["money"]
    items = {item["code"]: item for item in money["by_token"]["items"]}
    priced = sum(
        item["tokens"] * Fraction(item["price"]["amount"]) / Fraction(item["price"]["per"])
        for item in items.values()
    )
    assert Fraction(money["by_token"]["cost"]) == priced
    assert (
        sum(one["tokens"] for code, one in items.items() if "input" in code)
        == (usage["input_tokens"])
    )
    assert items["output"]["tokens"] == usage["output_tokens"]
    assert (money["model_id"], money["region"]) == (LLAMA, "japaneast")
    assert Decimal(money["on_host"]["cost"]) > 0


def test_a_japanese_question_is_answered_out_of_japanese_passages(chat: httpx.Client) -> None:
    found = ask(chat, KUTSU, endpoints=["japanese"])

    assert text_of(found) == NEDAN
    assert "16,500円" in only(found, "meta")["passages"][0]["text"]
    assert only(found, "done")["numbers_not_found"] == []


def test_two_models_answer_one_question_side_by_side(chat: httpx.Client) -> None:
    found = ask(chat, endpoints=["english", "japanese"])

    first, second = (one["answer"] for one in only(found, "meta")["answers"])
    assert (text_of(found, first), text_of(found, second)) == (PRICE, NEDAN)
    invalid = {data["answer"]: data["numbers_not_found"] for name, data in found if name == "done"}
    assert invalid[first] == []
    assert invalid[second] != []


def test_without_a_model_nothing_is_generated_and_models_are_priced(chat: httpx.Client) -> None:
    found = ask(chat, region="japaneast")

    assert [name for name, _ in found] == ["meta", "done"]
    done = only(found, "done")
    assert done["state"] == "no_model"
    assert done["input_tokens_about"] < done["input_tokens_planned"]
    costs = [Decimal(one["cost"]) for one in done["models"]]
    assert costs == sorted(costs)
    assert LLAMA in [one["model_id"] for one in done["models"]]


def test_an_answer_that_is_left_half_way_is_kept_as_stopped(chat: httpx.Client) -> None:
    body = {"question": SHOES, "endpoints": ["endless"], "parameters": {}}
    came = ""
    with chat.stream("POST", "/chat", json=body) as response:
        for name, data in events(response):
            if name == "meta":
                number = data["chat"]
            came += data["text"] if name == "delta" else ""
            if len(came) > 50:
                break

    answer = wait_for_end(chat, number)
    assert answer["state"] == "stopped"
    assert answer["text"].startswith(came)
    assert "usage" not in answer


def wait_for_end(chat: httpx.Client, number: int) -> dict[str, Any]:
    """The one answer of a chat, as soon as it streams no more."""
    for _ in range(500):
        [turn] = chat.get(f"/chats/{number}").json()["turns"]
        [answer] = turn["answers"]
        if answer["state"] != "streaming":
            return dict(answer)
    raise AssertionError("the answer still streams")


def test_a_wrong_key_is_told_in_a_sentence_that_holds_no_key(
    chat: httpx.Client, folder: Path
) -> None:
    error = only(ask(chat, endpoints=["refused"]), "error")

    assert "refused the key" in error["message"]
    assert error["partial"] is False
    written = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert WRONG.encode() not in written
    assert chat.get("/chats").text.count("canary") == 0


def test_endpoints_are_told_without_keys_and_addresses(chat: httpx.Client) -> None:
    response = chat.get("/chat/endpoints")

    items = {one["name"]: one for one in response.json()["items"]}
    assert list(items) == ["english", "japanese", "endless", "refused", "missing"]
    assert items["missing"]["not_ready"].startswith("The environment variable MISSING is not set")
    assert "canary" not in response.text
    assert "127.0.0.1" not in response.text


def test_a_talk_goes_on_and_an_edited_question_takes_its_place(chat: httpx.Client) -> None:
    number = only(ask(chat, endpoints=["english"]), "meta")["chat"]
    second = only(ask(chat, "And in wide?", endpoints=["english"], chat=number), "meta")["turn"]
    ask(chat, "And in narrow?", endpoints=["english"], chat=number, replaces=second)

    turns = chat.get(f"/chats/{number}").json()["turns"]
    assert [turn["question"] for turn in turns] == [SHOES, "And in narrow?"]
    assert turns[0]["answers"][0]["text"] == PRICE
    assert 'data-citation="1"' in turns[0]["answers"][0]["html"]
    [line] = chat.get("/chats").json()["items"]
    assert (line["title"], line["turns"]) == (SHOES, 2)


def test_the_past_is_sent_again_with_each_question(chat: httpx.Client) -> None:
    """A server counts more tokens for the second question than for the same one alone."""
    first = ask(chat, endpoints=["english"], source="none")
    number = only(first, "meta")["chat"]
    again = ask(chat, endpoints=["english"], source="none", chat=number)
    alone = ask(chat, endpoints=["english"], source="none", chat=number, past_messages=0)

    tokens = [only(found, "usage")["input_tokens"] for found in (first, again, alone)]
    assert tokens[0] == tokens[2]
    assert tokens[1] > tokens[0] + len(PRICE) // 2


def test_what_was_measured_becomes_the_workload_of_a_comparison(chat: httpx.Client) -> None:
    found = [ask(chat, endpoints=["english"])]
    number = only(found[0], "meta")["chat"]
    found += [
        ask(chat, question, endpoints=["english"], chat=number, past_messages=0)
        for question in ("Which tent is the lightest?", "Do you repair stoves?")
    ]

    [measured] = chat.get(f"/chats/{number}/workload").json()["items"]
    usages = [only(one, "usage") for one in found]
    for name in ("input_tokens", "output_tokens"):
        assert measured[name] == round(Fraction(sum(one[name] for one in usages), 3))
    assert measured["questions"] == 3
    assert "from 3 questions, ±" in measured["sentence"]
    address = measured["address"]
    assert address["use_model"] == LLAMA
    assert address["use_region"] == "japaneast"
    assert address["use_offer"].startswith("azure/")
    assert address["measured"] == "3"
    assert address["input_tokens"] == str(measured["input_tokens"])


def test_a_judgement_is_kept_and_can_be_taken_back(chat: httpx.Client) -> None:
    meta = only(ask(chat, endpoints=["english"]), "meta")
    answer = meta["answers"][0]["answer"]
    for accepted in (True, False, None):
        chat.put(f"/chats/answers/{answer}/accepted", json={"accepted": accepted})
        [turn] = chat.get(f"/chats/{meta['chat']}").json()["turns"]
        assert turn["answers"][0]["accepted"] is accepted


def test_a_second_browser_reads_nothing_of_the_first_by_any_route(
    chat: httpx.Client, service: str
) -> None:
    meta = only(ask(chat, endpoints=["english"]), "meta")
    number, answer = meta["chat"], meta["answers"][0]["answer"]
    mine = chat.get(f"/chats/{number}").json()
    with httpx.Client(base_url=f"{service}/api/v1", trust_env=False, timeout=60) as other:
        assert other.get("/chats").json()["items"] == []
        for path in (f"/chats/{number}", f"/chats/{number}/workload", "/chat/passages/uploads/1"):
            assert other.get(path).status_code == 404, path
        assert other.delete(f"/chats/{number}").status_code == 404
        assert other.delete("/chat/documents/1").status_code == 404
        judged = other.put(f"/chats/answers/{answer}/accepted", json={"accepted": False})
        assert judged.status_code == 404
        assert refusal(other, chat=number)[0] == 404
        other.delete("/chat/session")

    assert chat.get(f"/chats/{number}").json() == mine


def test_a_forged_cookie_opens_no_session(chat: httpx.Client, service: str) -> None:
    ask(chat, endpoints=["english"])
    cookie = chat.cookies["modelcost_session"]
    forged = cookie.split(".")[0] + ".abc.def"
    with httpx.Client(
        base_url=f"{service}/api/v1", trust_env=False, cookies={"modelcost_session": forged}
    ) as other:
        assert other.get("/chats").json()["items"] == []


def test_the_cookie_is_for_this_site_and_no_script(chat: httpx.Client) -> None:
    header = chat.get("/chats").headers["set-cookie"].lower()

    assert "httponly" in header
    assert "samesite=strict" in header
    assert "secure" not in header  # plain HTTP on the loopback
    assert chat.get("/chats").headers["cache-control"] == "no-store"


def test_all_that_a_session_has_goes_at_its_wish(chat: httpx.Client) -> None:
    number = only(ask(chat, endpoints=["english"]), "meta")["chat"]

    assert chat.delete("/chat/session").json() == {"deleted": True}

    assert chat.get("/chats").json()["items"] == []
    assert chat.get(f"/chats/{number}").status_code == 404


MANUAL = "# ローバーテント\n\nこのテントの価格は48,000円です。\n\n## 保証\n\n保証は3年です。\n"


def upload(chat: httpx.Client, name: str, content: bytes, **asked: Any) -> httpx.Response:
    return chat.post("/chat/documents", params={"name": name, **asked}, content=content)


def test_an_uploaded_file_is_asked_about_and_deleted_for_good(
    chat: httpx.Client, folder: Path
) -> None:
    added = upload(chat, "../../etc/テント.md", MANUAL.encode("cp932")).json()
    assert (added["kind"], added["passages"]) == ("md", 1)

    found = ask(chat, "テントの価格は?", endpoints=["japanese"], source="uploads")
    passage = only(found, "meta")["passages"][0]
    assert "48,000円" in passage["text"]
    assert (
        chat.get(f"/chat/passages/uploads/{passage['passage']}").json()["text"] == (passage["text"])
    )

    assert chat.delete(f"/chat/documents/{added['document']}").json() == {"deleted": True}
    assert chat.get("/chat/documents").json()["items"] == []
    assert chat.get(f"/chat/passages/uploads/{passage['passage']}").status_code == 404
    [turn] = chat.get(f"/chats/{only(found, 'meta')['chat']}").json()["turns"]
    assert turn["passages"][0]["title"] == "A document that was deleted"
    stored = [path for path in (folder / "data").rglob("*") if path.is_file()]
    assert not any("ローバーテント".encode() in path.read_bytes() for path in stored)


@pytest.mark.parametrize(
    ("name", "content", "status", "words"),
    [
        ("empty.txt", b"", 422, "empty.txt"),
        ("picture.pdf", b"\x89PNG\r\n\x1a\n" + bytes(100), 422, "picture.pdf"),
        ("program.exe", b"MZ" + bytes(200), 422, "program.exe"),
        ("large.txt", b"a" * 16_050_000, 413, "large.txt"),
        ("larger.txt", b"a" * 16_200_000, 413, "at most 16,100,000 bytes"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_by_name(
    chat: httpx.Client, name: str, content: bytes, status: int, words: str
) -> None:
    response = upload(chat, name, content)

    assert response.status_code == status
    assert words in response.json()["detail"]
    assert chat.get("/chat/documents").json()["items"] == []


def test_a_chunk_size_that_is_not_offered_is_refused(chat: httpx.Client) -> None:
    response = upload(chat, "a.txt", b"text", chunk_tokens=1000)

    assert "chunk_tokens: expected one of 256, 512, 1024, 1536" in response.json()["detail"]


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({"question": " "}, 422, "The question is empty"),
        ({"endpoints": ["nobody"]}, 422, "english, japanese, endless"),
        ({"endpoints": ["missing"]}, 422, "The environment variable MISSING is not set"),
        ({"endpoints": ["english", "english"]}, 422, "each name once"),
        ({"endpoints": ["a", "b", "c", "d"]}, 422, "endpoints: "),
        ({"chat": 999}, 404, "no chat 999"),
        ({"retrieval": {"top_n": 4}}, 422, "top_n: expected one of 3, 5, 10, 20, found 4"),
        ({"retrieval": {"strictness": 9}}, 422, "strictness: expected one of"),
        ({"parameters": {"temperature": 3}}, 422, "temperature"),
        ({"parameters": {"grammar": "root"}}, 422, "grammar"),
        ({"past_messages": 1000}, 422, "100"),
        ({"examples": [{"user": "a", "assistant": "b"}] * 21}, 422, "at most 20 examples"),
        ({"examples": [{"user": "a", "assistant": "b" * 4001}]}, 422, "at most 4,000 characters"),
        ({"examples": [{"user": "a", "assistant": " "}]}, 422, "Example 1: expected both"),
        ({"examples": [{"user": "a"}]}, 422, "examples.0.assistant: "),
        (
            {"source": "internet"},
            404,
            "There is no data source internet. Known here: sample",
        ),
        ({"tools": []}, 422, "tools: "),
        ({"question": "x" * 20_001}, 422, "question: "),
    ],
)
def test_what_cannot_be_asked_is_refused_by_name(
    chat: httpx.Client, body: dict[str, Any], status: int, words: str
) -> None:
    found, sentence = refusal(chat, **{"question": SHOES} | body)

    assert found == status
    assert words in sentence


def test_half_a_letter_in_a_question_is_refused_by_name(chat: httpx.Client) -> None:
    """JSON can carry half of an emoji, no file and no server can."""
    content = b'{"question": "How much \\ud83d?"}'

    response = chat.post("/chat", content=content, headers={"content-type": "application/json"})

    assert response.status_code == 422
    assert response.json()["detail"].startswith("question: ")


def test_a_body_that_is_no_json_is_refused(chat: httpx.Client) -> None:
    broken = chat.post("/chat", content=b"{", headers={"content-type": "application/json"})
    other = chat.post("/chat", content=b"question=a", headers={"content-type": "text/plain"})

    assert (broken.status_code, other.status_code) == (422, 415)
    assert "not JSON" in broken.json()["detail"]


def test_a_foreign_page_cannot_ask(chat: httpx.Client) -> None:
    headers = {"origin": "https://elsewhere.example", "sec-fetch-site": "cross-site"}

    assert chat.post("/chat", json={"question": SHOES}, headers=headers).status_code == 403


def test_a_language_is_that_of_the_sentences(chat: httpx.Client) -> None:
    response = chat.post("/chat?lang=ja", json={"question": " "})

    assert "質問" in response.json()["detail"]
