"""Reading a problem document, as strictly as the contract states it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx


def problem_of(answer: httpx.Response, status: int) -> Mapping[str, Any]:
    """The problem document of an answer, after its status, type and form were looked at."""
    assert (status, "application/problem+json") == (
        answer.status_code,
        answer.headers["content-type"],
    ), answer.text[:500]
    problem: dict[str, Any] = answer.json()
    assert {"type", "title", "status", "detail"} <= set(problem) <= {
        "type", "title", "status", "detail", "errors",
    }  # fmt: skip
    assert status == problem["status"]
    assert problem["title"]
    assert problem["detail"]
    assert "Traceback" not in answer.text
    return problem
