"""The public model gallery: its question, its two shapes of answer, and how it drifts."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.emulators.azure.loopback import Asked, Reply

FIELDS = ("name", "publisher", "registryName", "azureOffers", "labels")


@dataclass(kw_only=True)
class Gallery:
    """Answers ``POST /asset-gallery/v1.0/models``.

    Attributes:
        rows: summaries, or contracts where ``annotations`` is among their keys.
        most_rows: rows a page at most, whatever is asked for.
        last_token: what stands for no token at the end.
        drift: called after each page with its number; may change the gallery.
        total_of: the total that is told on a page, by its number; None: the true one.
    """

    rows: list[dict[str, Any]]
    most_rows: int = 50
    last_token: str | None = None
    drift: Callable[[int], None] = lambda page: None
    total_of: Callable[[int], int | None] | None = None
    questions: list[dict[str, Any]] = field(default_factory=list)

    def __call__(self, asked: Asked) -> Reply:
        """The page that is asked for."""
        if (asked.method, asked.target) != ("POST", "/asset-gallery/v1.0/models"):
            return Reply(status=404, body={"error": {"code": "NotFound", "message": "no route"}})
        question = json.loads(asked.body)
        self.questions.append(question)
        for wanted in question["filters"]:
            if wanted["field"] not in FIELDS:
                said = f"Unknown field {wanted['field']}. Valid fields: {', '.join(FIELDS)}"
                return Reply(status=400, body={"error": {"code": "UserError", "message": said}})
        start = int(question["continuationToken"] or 0)
        end = start + min(question["pageSize"], self.most_rows)
        total = len(self.rows)
        if self.total_of is not None:
            total = self.total_of(len(self.questions))  # type: ignore[assignment]
        is_whole = asked.headers.get("x-ms-use-full-service-contracts") == "true"
        body = {
            "totalCount": total,
            "value" if is_whole else "summaries": self.rows[start:end],
            "continuationToken": str(end) if end < len(self.rows) else self.last_token,
        }
        self.drift(len(self.questions))
        return Reply(body=body)


def asset_id(name: str, version: str = "1", registry: str = "azureml") -> str:
    """The id of one version of a model."""
    return f"azureml://registries/{registry}/models/{name}/versions/{version}"


def summary(name: str, /, **changes: Any) -> dict[str, Any]:
    """A row in the short shape, with the gaps that most rows have."""
    row = {
        "assetId": asset_id(name),
        "registryName": "azureml",
        "name": name,
        "version": "1",
        "displayName": name,
        "publisher": "Microsoft",
        "license": "mit",
        "createdTime": "2025-01-08T17:02:03.1234567+00:00",
        "inferenceTasks": ["chat-completion"],
        "fineTuningTasks": [],
        "modelCapabilities": [],
        "modelLimits": {
            "textLimits": {"inputContextWindow": 16384, "maxOutputTokens": 16384},
            "supportedLanguages": ["en"],
            "supportedInputModalities": ["text"],
            "supportedOutputModalities": ["text"],
        },
        "azureOffers": None,
        "lifecycle": None,
        "deprecation": {"inferenceRetirementDate": None},
        "popularity": 0.5,
        "keywords": [],
        "summary": None,
    }
    return {**row, **changes}


def contract(name: str, /, **changes: Any) -> dict[str, Any]:
    """A row in the long shape."""
    row = {
        "assetId": asset_id(name),
        "entityResourceName": "azureml",
        "annotations": {
            "tags": {"huggingface_model_id": "org/m", "task": "chat-completions", "author": "Org"},
            "systemCatalogData": {
                "publisher": "Organisation",
                "textContextWindow": 8192,
                "maxOutputTokens": 4096,
            },
            "labels": ["latest"],
            "archived": False,
        },
        "properties": {"creationContext": {"createdTime": "2025-01-08T17:02:03.1234567Z"}},
    }
    return {**row, **changes}
