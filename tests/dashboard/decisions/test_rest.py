"""Decisions over REST: saved, opened by their owner and by others, verified, refused."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.dashboard.decisions.questions import CONTRACT, decision

DIGITS = CONTRACT.lstrip("0.")


@pytest.fixture(scope="module")
def owner(server_url: str) -> Any:
    """A client that keeps its cookie."""
    with httpx.Client(base_url=f"{server_url}/api/v1", trust_env=False, timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
def made(owner: httpx.Client) -> dict[str, Any]:
    """A decision with a contract price."""
    response = owner.post("/decisions", json=decision())
    assert response.status_code == 201
    found: dict[str, Any] = response.json()
    return found


def test_only_its_session_and_its_key_show_a_contract_price(
    owner: httpx.Client, server_url: str, made: dict[str, Any]
) -> None:
    """Others get the same hash, verified, the total, and no digit of the price."""
    base = f"{server_url}/api/v1/decisions/{made['id']}"
    assert DIGITS in owner.get(f"/decisions/{made['id']}").text
    with httpx.Client(trust_env=False, timeout=60) as other:
        for path in ("", "/today", "/verify", "/versions", "/notes"):
            response = other.get(base + path)
            assert response.status_code == 200
            assert DIGITS not in response.text
        listed = other.get(f"{server_url}/api/v1/decisions", params={"today": "true"})
        assert DIGITS not in listed.text
        document = other.get(base).json()
        assert (document["sha256"], document["verified"], document["hidden"]) == (
            made["sha256"],
            True,
            True,
        )
        assert document["answer"]["at_workload"]["estimates"][1]["cost_per_month"] is not None
        assert DIGITS in other.get(base, headers={"X-Decision-Key": made["key"]}).text
        assert other.delete(base).status_code == 403
        assert other.post(f"{base}/holders").status_code == 403
        held = other.post(f"{base}/holders", headers={"X-Decision-Key": made["key"]})
        assert held.status_code == 200
        assert DIGITS in other.get(base).text


def test_a_hash_that_was_written_down_is_compared(
    owner: httpx.Client, made: dict[str, Any]
) -> None:
    """A record that was sealed anew would have another."""
    path = f"/decisions/{made['id']}/verify"
    assert owner.get(path, params={"sha256": made["sha256"]}).json()["verified"] is True
    other = owner.get(path, params={"sha256": "0" * 64}).json()
    assert (other["verified"], other["touched"]) == (False, ["expected"])


def test_comments_evidence_and_versions_are_added(
    owner: httpx.Client, made: dict[str, Any]
) -> None:
    """The sealed version stays as it was."""
    path = f"/decisions/{made['id']}"
    comment = {"author": "Ben", "text": "<script>alert(1)</script>"}
    assert owner.post(f"{path}/comments", json=comment).json()["text"] == comment["text"]
    evidence = {"field": "workload.peak_to_mean", "text": "Even load", "owner": "Ops"}
    assert owner.post(f"{path}/evidence", json=evidence).status_code == 201
    second = owner.post(f"{path}/versions", json=decision(title="Second")).json()
    assert (second["version"], second["previous_sha256"]) == (2, made["sha256"])
    first = owner.get(path, params={"version": 1}).json()
    assert (first["sha256"], first["title"]) == (made["sha256"], made["title"])


@pytest.mark.parametrize(
    ("path", "body", "status", "said"),
    [
        ("/decisions", {"title": ""}, 422, "Expected some text, found none."),
        ("/decisions", {"scenario": {}}, 422, "Expected workload, found nothing."),
        ("/decisions/unknown-id-123/comments", None, 422, "Expected at most 10,000 characters"),
        ("/decisions/unknown-id-123/versions", {}, 404, "Expected the id of a decision"),
    ],
)
def test_bad_input_is_refused_by_name(
    owner: httpx.Client, path: str, body: dict[str, Any] | None, status: int, said: str
) -> None:
    """As a problem document."""
    long_comment = {"author": "Ben", "text": "x" * 100_000}
    sent = long_comment if body is None else decision(**body)
    response = owner.post(path, json=sent)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert said in response.text


@pytest.mark.parametrize("path", ["unknown-id-123", "unknown-id-123/today", "a/verify"])
def test_an_unknown_decision_is_a_404(owner: httpx.Client, path: str) -> None:
    """With what was expected."""
    response = owner.get(f"/decisions/{path}")
    assert (response.status_code, "Expected the id of a decision" in response.text) == (404, True)


def test_a_wrong_version_is_a_404_with_those_that_are(
    owner: httpx.Client, made: dict[str, Any]
) -> None:
    """The range is told."""
    response = owner.get(f"/decisions/{made['id']}", params={"version": 99})
    assert response.status_code == 404
    assert "Expected a version from 1 to" in response.json()["detail"]


def test_the_list_is_filtered_and_sorted_by_how_decisions_stand(
    owner: httpx.Client, made: dict[str, Any]
) -> None:
    """Every line says how it stands, and `judged` that all were looked at; no price is told."""
    asked = {"status": "holds", "sort": "margin", "owner": "Aoi Tanaka", "wait_seconds": "60"}
    response = owner.get("/decisions", params=asked)
    document = response.json()
    judged = document["judged"]
    assert judged["complete"] is True
    assert judged["counts"]["holds"] == document["total"] > 0
    assert {one["status"] for one in document["items"]} == {"holds"}
    margins = [float(one["margin_share"]) for one in document["items"]]
    assert margins == sorted(margins)
    assert DIGITS not in response.text
    plain = owner.get("/decisions").json()
    assert "judged" not in plain
    assert "status" not in plain["items"][0]


def test_what_was_not_waited_for_is_told_as_not_judged(owner: httpx.Client) -> None:
    """With no time to wait, a new decision has no status yet, or a right one; never a guess."""
    made = owner.post("/decisions", json=decision(title="Unheard of")).json()
    asked = {"q": "unheard", "today": "true", "wait_seconds": "0"}
    document = owner.get("/decisions", params=asked).json()
    [line] = document["items"]
    assert line["id"] == made["id"]
    assert document["judged"]["complete"] is (line["status"] is not None)
    assert line["status_text"] in ("Being judged", "Still holds")


@pytest.mark.parametrize(
    ("asked", "field"),
    [({"status": "held"}, "status"), ({"sort": "age"}, "sort"), ({"wait_seconds": 61}, "wait")],
)
def test_a_filter_that_is_not_known_is_refused_by_name(
    owner: httpx.Client, asked: dict[str, Any], field: str
) -> None:
    response = owner.get("/decisions", params=asked)
    assert response.status_code == 422
    assert field in response.text


def test_a_removed_decision_can_be_put_back(owner: httpx.Client) -> None:
    """Off the list and back, nothing deleted."""
    made = owner.post("/decisions", json=decision(title="Short-lived")).json()
    path = f"/decisions/{made['id']}"
    assert owner.delete(path).json()["removed"] is True
    assert owner.get(path).status_code == 404
    assert owner.get("/decisions", params={"q": "short-lived"}).json()["total"] == 0
    assert owner.post(f"{path}/restore").json()["removed"] is False
    assert owner.get(path).json()["sha256"] == made["sha256"]
