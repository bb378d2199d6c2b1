"""An index of Azure AI Search, asked over its REST interface.

Two requests are all that is needed: the definition of the index, and a search. So they are written
here and go through the guard, in place of a further package that would be led around it.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from dashboard.chat.guard import Manners
from dashboard.chat.sources.calls import (
    MACHINE,
    Call,
    Came,
    ServiceCalls,
    SourceFailed,
    Way,
    failed_by_status,
)
from dashboard.chat.sources.defined import SearchIndex
from dashboard.chat.sources.search_schema import Mapped, as_written, map_fields

API_VERSION: Final = "2024-07-01"
SCOPE: Final = "https://search.azure.com/.default"
NEAREST: Final = 50
"""Passages that are compared by meaning before the best are told, as On Your Data had it."""
MANNERS: Final = Manners(
    headers=(
        ("content-type", "application/json"),
        ("accept", "application/json"),
        ("accept-encoding", "identity"),
        ("user-agent", "modelcost"),
    ),
    passed=("authorization", "api-key"),
    most_bytes=8_000_000,
    most_bytes_of_a_line=8_000_000,
)
LONGEST_TEXT: Final = 40_000
LONGEST_KEY: Final = 1_024
_OPERATORS: Final = re.compile(r"""(?<!\w)[-']|[-'](?!\w)|[+|"()\\*~]""")
_CODE: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,60}")


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundThere:
    """One result. rerank: the semantic ranker's score, 0 to 4; None where it was not asked."""

    key: str
    title: str
    url: str
    text: str
    score: float
    rerank: float | None


class SearchService:
    """One index. embeds: an endpoint turns questions into numbers for it."""

    def __init__(self, index: SearchIndex, *, embeds: bool = False, way: Way = MACHINE) -> None:
        self._index = index
        self._embeds = embeds
        self._way = way
        self._host = index.service.target.host

    def mapped(self) -> Mapped:
        """Which field is what, by the definition of the index.

        Raises SourceFailed, or ChatRefused for an index that cannot be used.
        """
        came = self._send("GET", "", None)
        if came.status in (401, 403):
            written = as_written(self._index)
            if written is not None and came.status == 403:
                return written
            code = "source_key_refused" if came.status == 401 else "source_schema_forbidden"
            raise SourceFailed(code, host=self._host, status=str(came.status))
        self._require_success(came)
        try:
            return map_fields(self._index, came.document(), embeds=self._embeds)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            raise self._not_understood() from None

    def search(
        self, mapped: Mapped, question: str, limit: int, numbers: Sequence[float] | None = None
    ) -> tuple[FoundThere, ...]:
        """The results for a question, best first.

        numbers: the question as an endpoint of ours turned it into numbers.
        Raises SourceFailed.
        """
        came = self._send("POST", "/docs/search", self._body(mapped, question, limit, numbers))
        if came.status in (400, 422):
            code = _code_of(came)
            raise SourceFailed(
                "source_question_refused", host=self._host, status=str(came.status), code=code
            )
        self._require_success(came)
        try:
            listed = came.document()["value"]
            return tuple(_found(one, mapped) for one in listed[:limit])
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            raise self._not_understood() from None

    def _body(
        self, mapped: Mapped, question: str, limit: int, numbers: Sequence[float] | None
    ) -> dict[str, Any]:
        query = self._index.query_type
        names = {name for role, name in mapped.fields().items() if role != "vector"}
        body: dict[str, Any] = {"top": limit, "select": ",".join(sorted(names))}
        if query != "vector":
            body["search"] = _OPERATORS.sub(" ", question)
            body["searchMode"] = "any"
        if "semantic" in query:
            body |= {"queryType": "semantic", "semanticConfiguration": mapped.semantic}
        elif query != "vector":
            body["queryType"] = "simple"
        if query.startswith("vector"):
            asked: dict[str, Any] = {"fields": mapped.vector, "k": NEAREST}
            if numbers is None:
                asked |= {"kind": "text", "text": question}
            else:
                asked |= {"kind": "vector", "vector": list(numbers)}
            body["vectorQueries"] = [asked]
        return body

    def _send(self, method: str, path: str, body: Mapping[str, Any] | None) -> Came:
        service = self._index.service
        name = quote(self._index.name, safe="")
        url = f"{service.target.url}/indexes/{name}{path}?api-version={API_VERSION}"
        headers = {}
        if service.auth == "key" and service.key is not None:
            headers["api-key"] = service.key.get_secret_value()
        content = b"" if body is None else json.dumps(body).encode()
        with ServiceCalls(service, MANNERS, SCOPE, self._way) as calls:
            return calls.send(Call(method=method, url=url, headers=headers, content=content))

    def _require_success(self, came: Came) -> None:
        if came.status not in (200, 206):  # 206: the semantic ranker gave up half-way
            raise failed_by_status(came.status, came.headers, self._host)

    def _not_understood(self) -> SourceFailed:
        return SourceFailed("source_not_understood", host=self._host)


def _found(one: Mapping[str, Any], mapped: Mapped) -> FoundThere:
    """One result. Raises ValueError, TypeError or KeyError for what is none."""
    rerank = one.get("@search.rerankerScore")
    if not all(math.isfinite(float(score)) for score in (one["@search.score"], rerank or 0)):
        raise ValueError("a score is no number")
    return FoundThere(
        key=_text(one[mapped.key], LONGEST_KEY),
        title=_text(one.get(mapped.title or ""), LONGEST_KEY),
        url=_text(one.get(mapped.url or ""), LONGEST_KEY),
        text=_text(one.get(mapped.content), LONGEST_TEXT),
        score=float(one["@search.score"]),
        rerank=None if rerank is None else float(rerank),
    )


def _text(value: object, most: int) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise TypeError("expected text")
    return value[:most]


def _code_of(came: Came) -> str:
    """The code of an error, where it is a plain word: never its message."""
    try:
        code = came.document()["error"]["code"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return "–"
    return code if isinstance(code, str) and _CODE.fullmatch(code) else "–"
