"""An index of Azure AI Search on the loopback: its definition, and searches in its true shapes."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.emulators.azure.loopback import Asked, Reply

KEY = "canary-key-of-the-search-service"
_PATH = re.compile(r"/indexes/([a-z0-9-]+)(/docs/search)?")


def text_field(name: str, **changed: Any) -> dict[str, Any]:
    """A field of text as a definition writes it."""
    return {
        "name": name,
        "type": "Edm.String",
        "searchable": True,
        "retrievable": True,
        "key": False,
        **changed,
    }


@dataclass(kw_only=True)
class SearchAccount:
    """Answers for one index. reads_schema: whether the key may read its definition."""

    fields: list[dict[str, Any]]
    documents: list[dict[str, Any]] = field(default_factory=list)
    semantic: tuple[str, ...] = ()
    vectorizer: bool = False
    reads_schema: bool = True

    def __call__(self, asked: Asked) -> Reply:
        """The answer to one request."""
        parts = urlsplit(asked.target)
        found = _PATH.fullmatch(parts.path)
        if asked.headers.get("api-key") != KEY:
            return failed(403, "Forbidden")
        if found is None or found[1] != "products" or "api-version" not in parse_qs(parts.query):
            return failed(404, "ResourceNotFound")
        if found[2] is None:
            return self._definition() if self.reads_schema else failed(403, "Forbidden")
        return self._results(json.loads(asked.body))

    def _definition(self) -> Reply:
        profile = {"name": "p", "algorithm": "a", "vectorizer": "v" if self.vectorizer else None}
        body = {
            "@odata.context": "x",
            "name": "products",
            "fields": self.fields,
            "semantic": {"configurations": [{"name": one} for one in self.semantic]},
            "vectorSearch": {"profiles": [profile]},
        }
        return Reply(body=body)

    def _results(self, body: dict[str, Any]) -> Reply:
        known = {one["name"] for one in self.fields}
        chosen = body["select"].split(",")
        if not set(chosen) <= known:
            return failed(400, "InvalidRequestParameter")
        value = [
            {name: text for name, text in one.items() if name.startswith("@") or name in chosen}
            for one in self.documents[: body["top"]]
        ]
        return Reply(body={"@odata.context": "x", "value": value})


def failed(status: int, code: str) -> Reply:
    """A failure as the service tells it, with a text that repeats what was sent."""
    return Reply(status=status, body={"error": {"code": code, "message": f"canary {KEY}"}})
