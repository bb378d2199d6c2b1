"""The article's question as plain data, and the same with one thing changed: what tests ask the
faces."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from typing import Any

from dashboard.service import example_document

MARK = "@@ the literal goes here @@"
Document = dict[str, Any]


def article() -> Document:
    """The founding example as plain data, numbers as the text they were written as."""
    return example_document("article")


def with_value(path: str, value: object, document: Mapping[str, Any] | None = None) -> Document:
    """The article (or another document) with another value at a path such as options.1.term."""
    changed = copy.deepcopy(dict(document or article()))
    holder, key = _holder(changed, path)
    holder[key] = value
    return changed


def without(path: str, document: Mapping[str, Any] | None = None) -> Document:
    """The article (or another document) with a key or item taken out."""
    changed = copy.deepcopy(dict(document or article()))
    holder, key = _holder(changed, path)
    del holder[key]
    return changed


def with_literal(path: str, literal: str) -> bytes:
    """The article as JSON with a literal of JSON at a path, which json.dumps might not write."""
    text = json.dumps(with_value(path, MARK))
    return text.replace(json.dumps(MARK), literal).encode("utf-8", "surrogatepass")


def _holder(document: Document, path: str) -> tuple[Any, Any]:
    holder: Any = document
    *above, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    for part in above:
        holder = holder[part]
    return holder, last
