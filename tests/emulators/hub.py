"""The Hub on 127.0.0.1: its list of models, single models, and files of a commit."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from tests.emulators.loopback import Loopback, Reply, Seen

REFUSED_IN_THE_LIST = frozenset({"baseModels", "childrenModelCount", "usedStorage"})
"""Known for one model, refused by the list: one of them costs the whole page."""

TASK = "text-generation"
RATE_HEADERS = (
    ("RateLimit", '"api";r=499;t=290'),
    ("RateLimit-Policy", '"fixed window";"api";q=500;w=300'),
)


def hub_row(number: int, **changes: Any) -> dict[str, Any]:
    """A row of the list, as the Hub writes it; later numbers were made and changed earlier."""
    return {
        "_id": f"64f000000000000000000{number:03d}",
        "id": f"org/model-{number}",
        "author": "org",
        "sha": f"{number:040x}",
        "createdAt": f"2026-10-{28 - number % 28:02d}T08:00:00.000Z",
        "lastModified": f"2026-11-{28 - number % 28:02d}T09:30:00.000Z",
        "private": False,
        "disabled": False,
        "gated": "manual" if number == 1 else False,
        "pipeline_tag": TASK,
        "library_name": "transformers",
        "likes": number,
        "downloads": 10_000 + number,
        "downloadsAllTime": 100_000,
        "tags": ["license:apache-2.0", "base_model:org/base", "base_model:finetune:org/base"],
        "safetensors": {"parameters": {"BF16": 8_030_261_248}, "total": 8_030_261_248},
        "config": {"architectures": ["LlamaForCausalLM"], "model_type": "llama"},
        "inferenceProviderMapping": [
            {
                "provider": "together",
                "providerId": "org/model",
                "status": "live",
                "task": "conversational",
                "providerDetails": {"context_length": 131072},
            }
        ],
        **changes,
    }


class HubEmulator(Loopback):
    """Attributes may be changed between requests.

    Attributes:
        rows: of the list, as :func:`hub_row` makes them; anything else stands on the first page.
        configs: repository to the content of its config.json, ``"gated"``, or bytes.
        page_rows: most rows of a page, whatever is asked for.
        link_base: host that the next link names; None: this one.
        relative_links: the next link without a host.
        renamed: old id to the new one.
    """

    def __init__(self, rows: Sequence[Any] = (), *, page_rows: int = 1000) -> None:
        super().__init__()
        self.rows = list(rows)
        self.configs: dict[str, Any] = {}
        self.page_rows = page_rows
        self.link_base: str | None = None
        self.relative_links = False
        self.renamed: dict[str, str] = {}

    def answer(self, request: Seen) -> Reply:
        """The route of a request."""
        url = urlsplit(request.path)
        path = unquote(url.path)
        if path == "/api/models":
            return self._list(parse_qs(url.query))
        if found := re.fullmatch(r"/api/models/(.+)", path):
            return self._model(found[1])
        if found := re.fullmatch(r"/(.+)/resolve/([0-9a-f]{40})/config\.json", path):
            return self._config(found[1])
        return Reply(status=404, content={"error": "no such route"})

    def _list(self, query: dict[str, list[str]]) -> Reply:
        expanded = query.get("expand", [])
        if refused := REFUSED_IN_THE_LIST.intersection(expanded):
            return Reply(status=400, content={"error": f"expand: {sorted(refused)} not allowed"})
        limit = min(int(query.get("limit", ["1000"])[0]), self.page_rows)
        task = query.get("pipeline_tag", [None])[0]
        sort = query.get("sort", ["createdAt"])[0]
        rows = sorted(
            (row for row in self.rows if task is None or _task_of(row) == task),
            key=lambda row: _sorted_by(row, sort),
            reverse=True,
        )
        if "cursor" in query:
            last = json.loads(base64.urlsafe_b64decode(query["cursor"][0]))
            rows = [row for row in rows if _sorted_by(row, sort) < tuple(last)]
        page, headers = rows[:limit], list(RATE_HEADERS)
        if len(rows) > limit:
            headers.append(("Link", f'<{self._next(query, page[-1], sort)}>; rel="next"'))
        return Reply(content=[_only(row, expanded) for row in page], headers=tuple(headers))

    def _next(self, query: dict[str, list[str]], last: Any, sort: str) -> str:
        mark = json.dumps(_sorted_by(last, sort)).encode()
        kept = [(name, one) for name, all_ in query.items() for one in all_ if name != "cursor"]
        cursor = base64.urlsafe_b64encode(mark).decode()
        base = "" if self.relative_links else (self.link_base or self.base)
        return f"{base}/api/models?{urlencode([*kept, ('cursor', cursor)])}"

    def _model(self, model_id: str) -> Reply:
        if model_id in self.renamed:
            location = f"/api/models/{self.renamed[model_id]}"
            return Reply(status=307, headers=(("Location", location),))
        for row in self.rows:
            if isinstance(row, dict) and row.get("id") == model_id:
                mapping = row.get("inferenceProviderMapping")
                if isinstance(mapping, list):  # here an object by provider
                    mapping = {one["provider"]: one for one in mapping}
                return Reply(content={**row, "inferenceProviderMapping": mapping})
        headers = (("X-Error-Code", "RepoNotFound"),)
        return Reply(status=404, content={"error": "Repository not found"}, headers=headers)

    def _config(self, model_id: str) -> Reply:
        config = self.configs.get(model_id)
        if config is None:
            headers = (("X-Error-Code", "EntryNotFound"),)
            return Reply(status=404, content={"error": "Entry not found"}, headers=headers)
        if config == "gated":
            return Reply(
                status=401, content={"error": "gated"}, headers=(("X-Error-Code", "GatedRepo"),)
            )
        return Reply(content=config, content_type="text/plain; charset=utf-8")


def _task_of(row: Any) -> Any:
    """Rows that are no objects, or name no task, stand in the list of text generation."""
    return row.get("pipeline_tag", TASK) if isinstance(row, dict) else TASK


def _sorted_by(row: Any, sort: str) -> tuple[str, str]:
    """Newest first; rows without a value to sort by come before all."""
    value = row.get(sort) if isinstance(row, dict) else None
    key = row.get("_id") if isinstance(row, dict) else None
    return (value if isinstance(value, str) else "9999", key if isinstance(key, str) else "")


def _only(row: Any, expanded: list[str]) -> Any:
    """Only the fields that were asked for, and the two that always come."""
    if not expanded or not isinstance(row, dict):
        return row
    return {name: value for name, value in row.items() if name in {"_id", "id", *expanded}}
