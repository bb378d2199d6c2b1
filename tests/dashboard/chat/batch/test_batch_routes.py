"""The batch test over REST: a real service, asking real llama.cpp servers."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.dashboard.chat.service import chat_service
from tests.servers import running_server

QUESTIONS = (
    "question,expected,must_cite,language\n"
    "How much do the TrailWalker Hiking Shoes cost?,$110,true,en\n"
    "=TrailWalker Hiking Shoes price,$987,true,\n"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("batches")


@pytest.fixture(scope="module")
def service(folder: Path) -> Iterator[str]:
    """URL of a service with five endpoints."""
    with chat_service(folder) as url:
        yield url


def visitor(url: str) -> httpx.Client:
    return httpx.Client(base_url=f"{url}/api/v1", trust_env=False, timeout=120)


@pytest.fixture
def browser(service: str) -> Iterator[httpx.Client]:
    """A browser session of its own."""
    with visitor(service) as client:
        yield client


def upload(client: httpx.Client, content: str = QUESTIONS, name: str = "own.csv") -> httpx.Response:
    return client.post("/batches/questions", params={"name": name}, content=content.encode())


def begin(client: httpx.Client, **body: Any) -> httpx.Response:
    given = {"endpoints": ["english"], "cost_cap": "1", "top_n": [3]}
    return client.post("/batches", json=given | body)


def ended(client: httpx.Client, batch: str) -> dict[str, Any]:
    """The state once it runs no more; each request waits for a turn of the service's loop."""
    while True:
        found: dict[str, Any] = client.get(f"/batches/{batch}").json()
        if found["state"] != "running":
            return found


def ran(client: httpx.Client, **body: Any) -> str:
    questions = upload(client).json()["questions"]
    response = begin(client, questions=questions, **body)
    assert response.status_code == httpx.codes.OK, response.text
    batch: str = response.json()["batch"]
    ended(client, batch)
    return batch


def test_an_uploaded_file_is_asked_scored_and_shown(browser: httpx.Client) -> None:
    """Each check of each answer, the failures alone, one answer with its passages, the table."""
    batch = ran(browser)

    state = browser.get(f"/batches/{batch}").json()
    found = browser.get(f"/batches/{batch}/results").json()
    failures = browser.get(f"/batches/{batch}/results", params={"failures": True}).json()
    answer = browser.get(f"/batches/{batch}/answers/1").json()
    table = browser.get(f"/batches/{batch}/table")
    chart = browser.get(f"/batches/{batch}/chart").json()

    assert ("complete", 2, 2) == (state["state"], state["done"], state["of"])
    right = [
        (row["right"], row["citations_right"], row["numbers_founded"]) for row in found["rows"]
    ]
    assert [(True, True, True), (False, True, True)] == right
    assert [2] == [row["number"] for row in failures["rows"]]
    assert "$110" in answer["passages"][0]["text"]
    assert 'data-citation="1"' in answer["html"]
    rows = list(csv.DictReader(io.StringIO(table.content.decode("utf-8-sig"), newline="")))
    assert "'=TrailWalker Hiking Shoes price" == rows[1]["question"]
    assert "attachment" in table.headers["content-disposition"]
    assert "In English" in chart["title"]
    assert "50" in chart["title"]
    assert chart["points"][0]["cost"] is not None
    assert found["summaries"][0]["workload"]["address"]["measured"] == "2"


def test_another_session_reaches_none_of_it(browser: httpx.Client, service: str) -> None:
    """By no route, though it knows the id and the name of the questions."""
    batch = ran(browser)
    questions = upload(browser).json()["questions"]

    with visitor(service) as other:
        seen = [
            other.get(f"/batches/{batch}{path}").status_code
            for path in ("", "/results", "/answers/1", "/table", "/chart")
        ]
        seen += [other.post(f"/batches/{batch}/{path}").status_code for path in ("stop", "resume")]
        seen.append(other.delete(f"/batches/{batch}").status_code)
        seen.append(begin(other, questions=questions).status_code)
        listed = other.get("/batches").json()["items"]

    assert {404} == set(seen)
    assert [] == listed
    assert 200 == browser.get(f"/batches/{batch}/results").status_code


def test_a_stopped_run_goes_on_and_pays_nothing_twice(browser: httpx.Client) -> None:
    """Stopped right after its start; what came is kept; afterwards all is there, once."""
    batch = begin(browser, questions="sample").json()["batch"]
    browser.post(f"/batches/{batch}/stop")
    stopped = ended(browser, batch)

    resumed = browser.post(f"/batches/{batch}/resume", json={})
    whole = ended(browser, batch)

    assert ("stopped", True) == (stopped["state"], stopped["done"] < 40)
    assert 200 == resumed.status_code, resumed.text
    assert ("complete", 40) == (whole["state"], whole["done"])
    assert 40 == browser.get(f"/batches/{batch}/results").json()["total"]


def test_a_run_that_a_restart_cut_off_goes_on(folder: Path, service: str) -> None:
    """The service ends in the middle; another on the same folder shows it, and goes on."""
    assert service
    settings = {"KEY": "canary-key-of-llama", "WRONG": "wrong"}
    with running_server(folder, **settings) as url, visitor(url) as client:
        batch = begin(client, questions="sample").json()["batch"]
        cookies = dict(client.cookies)

    with running_server(folder, **settings) as url, visitor(url) as client:
        client.cookies.update(cookies)
        before = client.get(f"/batches/{batch}").json()
        client.post(f"/batches/{batch}/resume")
        after = ended(client, batch)

    assert "cut_off" == before["state"]
    assert before["done"] < 40
    assert ("complete", 40) == (after["state"], after["done"])


def test_a_judge_is_named_and_decides_nothing(browser: httpx.Client) -> None:
    """It says neither word, so there is no verdict; what the rules say stands."""
    batch = ran(browser, judge="japanese")

    found = browser.get(f"/batches/{batch}/results").json()

    assert ("japanese", "tiny") == (found["judge"]["endpoint"], found["judge"]["model"])
    assert {"judge_unclear": 2} == found["judge"]["failed"]
    assert [None, None] == [row["judged_right"] for row in found["rows"]]
    assert True is found["rows"][0]["right"]
    assert "neither RIGHT nor WRONG" in found["rows"][0]["message"]


def test_a_judge_that_refuses_leaves_all_answers(browser: httpx.Client) -> None:
    batch = ran(browser, judge="refused")

    found = browser.get(f"/batches/{batch}/results").json()

    assert ["answered", "answered"] == [row["state"] for row in found["rows"]]
    assert 2 == sum(found["judge"]["failed"].values())
    assert found["rows"][0]["message"].startswith("No verdict: ")


def test_a_refused_key_keeps_what_others_answered(browser: httpx.Client) -> None:
    batch = ran(browser, endpoints=["english", "refused"])

    found = browser.get(f"/batches/{batch}/results").json()

    states = sorted((row["endpoint"], row["state"]) for row in found["rows"])
    assert [("english", "answered")] * 2 + [("refused", "failed")] * 2 == states
    [said, _] = [row["message"] for row in found["rows"] if row["state"] == "failed"]
    assert "key" in said


def test_lengths_of_passages_are_compared(browser: httpx.Client) -> None:
    batch = ran(browser, chunk_tokens=[256, 1024])

    found = browser.get(f"/batches/{batch}/results").json()

    assert [256, 1024] == [one["chunk_tokens"] for one in found["summaries"]]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"cost_cap": "0"}, "above 0"),
        ({"cost_cap": None}, "above 0"),
        ({"endpoints": []}, "at least one"),
        ({"endpoints": ["nobody"]}, "nobody"),
        ({"endpoints": ["missing"]}, "MISSING"),
        ({"judge": "nobody"}, "nobody"),
        ({"top_n": [4]}, "top_n"),
        ({"chunk_tokens": [7]}, "chunk_tokens"),
        ({"repeats": 0}, "Repeats"),
        ({"source": "uploads"}, "no documents of your own"),
        ({"questions": "../../etc"}, "not kept here"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_what_cannot_be_run_is_refused_by_name(
    browser: httpx.Client, body: dict[str, Any], said: str
) -> None:
    """Before anything is asked, and nothing is left of it."""
    response = begin(browser, **body)

    assert response.status_code in (404, 422), response.text
    assert said in response.json()["detail"]
    assert [] == browser.get("/batches").json()["items"]


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        ("frage,erwartet\na,b\n", "own.csv", "Expected a column question"),
        ("", "own.csv", "question"),
        ("question\n", "own.csv", "holds no question"),
        ("question\n" + "".join(f"q {n}\n" for n in range(10_000)), "own.csv", "at most 2,000"),
        ("question\na\n", "own.xlsx", ".xlsx"),
        ("{", "own.jsonl", "own.jsonl"),
    ],
)
def test_a_question_file_that_cannot_be_used_says_why(
    browser: httpx.Client, content: str, name: str, said: str
) -> None:
    response = upload(browser, content, name)

    assert 422 == response.status_code
    assert said in response.json()["detail"]


def test_the_cost_is_told_before_the_start(browser: httpx.Client) -> None:
    body = {"endpoints": ["english", "endless"], "questions": "sample", "repeats": 2}

    found = browser.post("/batches/estimates", json=body).json()

    assert 160 == found["answers"]
    assert float(found["cost"]) > 0
    assert ["endless"] == found["without_price"]
    assert [] == browser.get("/batches").json()["items"]


def test_a_batch_test_that_is_deleted_is_gone(browser: httpx.Client, folder: Path) -> None:
    batch = ran(browser)

    browser.delete(f"/batches/{batch}")

    assert 404 == browser.get(f"/batches/{batch}").status_code
    assert [] == list((folder / "data").rglob(f"{batch}*"))


def test_a_limit_ends_a_run_that_can_go_on(folder: Path, service: str) -> None:
    """Three answers an hour: the run keeps three, says when they come back, and so does the list
    of what is left."""
    assert service
    limit = {"MODELCOST_CHAT_SESSION_ANSWERS_AN_HOUR": "3"}
    with (
        running_server(folder, KEY="canary-key-of-llama", WRONG="w", **limit) as url,
        visitor(url) as client,
    ):
        batch = begin(client, questions="sample").json()["batch"]
        state = ended(client, batch)
        again = begin(client, questions="sample")
        left = client.get("/chat/limits").json()["items"]

    assert ("limit", 3) == (state["state"], state["done"])
    assert 429 == again.status_code
    assert "at most 3 answers an hour" in again.json()["detail"]
    assert int(again.headers["retry-after"]) <= 3600
    assert ("0", "3") == (left[0]["left"], left[0]["most"])
