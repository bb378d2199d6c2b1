"""A row of the Hub's list of models, or the answer for one model, as a record."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any, Final

from catalog.sources.raw_rows import RawObject, RowInvalid, checked
from catalog.sync_records import HubModelRecord

EXPANDED: Final = (
    "author", "config", "createdAt", "disabled", "downloads", "downloadsAllTime", "gated", "gguf",
    "inference", "inferenceProviderMapping", "lastModified", "library_name", "likes",
    "pipeline_tag", "private", "safetensors", "sha", "tags",
)  # fmt: skip
"""What the list is asked for. One name that it refuses costs the page: 400."""

PACKED: Final = "packed_weights"
"""Flag: several weights share one counted element, so ``parameters`` is not their number."""

_ID: Final = re.compile(r"[A-Za-z0-9][\w.-]*(?:/[A-Za-z0-9][\w.-]*)?", re.ASCII)
_SHA: Final = re.compile(r"[0-9a-f]{40,64}")
_PACKED_TYPES: Final = ("U8", "I32")
_OF_QUANTIZED: Final = frozenset(
    {"4-bit", "8-bit", "awq", "bitsandbytes", "compressed-tensors", "gptq", "mxfp4", "nvfp4"}
)


def hub_model(raw: object) -> HubModelRecord:
    """The record of one row.

    Raises:
        RowInvalid: a field that is there is not of its kind.
    """
    row = RawObject(raw)
    tags = row.texts("tags")
    safetensors = row.nested("safetensors")
    by_type = _by_type(safetensors)
    gguf = row.nested("gguf") or RawObject({})
    config = row.nested("config") or RawObject({})
    quantization = config.nested("quantization_config") or RawObject({})
    quant_method = quantization.text("quant_method")
    return checked(
        HubModelRecord,
        {
            "hub_key": row.required_text("_id"),
            "id": _id(row),
            "author": row.text("author"),
            "sha": _sha(row),
            "created_at": row.moment("createdAt"),
            "last_modified_at": row.moment("lastModified"),
            "task": row.text("pipeline_tag"),
            "library": row.text("library_name"),
            "license": _license(row, tags),
            "languages": _languages(row),
            "base_models": _base_models(tags),
            "downloads": row.count("downloads"),
            "downloads_all_time": row.count("downloadsAllTime"),
            "likes": row.count("likes"),
            "gated": _gated(row),
            "private": row.truth("private"),
            "disabled": row.truth("disabled"),
            "parameters": None if safetensors is None else _total(safetensors),
            "parameters_by_type": json.dumps(by_type, sort_keys=True) if by_type else None,
            "gguf_parameters": gguf.count("total"),
            "gguf_architecture": gguf.text("architecture"),
            "gguf_context_tokens": gguf.count("context_length"),
            "model_type": config.text("model_type"),
            "architectures": config.texts("architectures"),
            "quant_method": quant_method,
            "inference": row.text("inference"),
            "served_by": _served_by(row),
            "flags": (PACKED,) if _is_packed(by_type, quant_method, tags) else (),
        },
    )


def is_model_id(text: str) -> bool:
    """Whether a text can be the id of a model on the Hub, and nothing else in a URL."""
    return _ID.fullmatch(text) is not None


def is_revision(text: str) -> bool:
    """Whether a text is the hash of a commit."""
    return _SHA.fullmatch(text) is not None


def _id(row: RawObject) -> str:
    found = row.required_text("id")
    if not is_model_id(found):
        raise row.wrong("id", "an id such as publisher/name")
    return found


def _sha(row: RawObject) -> str | None:
    found = row.text("sha")
    if found is not None and not is_revision(found):
        raise row.wrong("sha", "the hash of a commit")
    return found


def _gated(row: RawObject) -> str | None:
    value = row.fields.get("gated")
    if value is None:
        return None
    if value is False:
        return "no"
    if value not in ("auto", "manual"):
        raise row.wrong("gated", "false, auto or manual")
    return str(value)


def _license(row: RawObject, tags: Iterable[str]) -> str | None:
    """From the tags; from the card where it is there (it is not in the list)."""
    named = [tag.removeprefix("license:") for tag in tags if tag.startswith("license:")]
    return ", ".join(named) or ", ".join(_card_words(row, "license")) or None


def _languages(row: RawObject) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_card_words(row, "language")))


def _card_words(row: RawObject, name: str) -> tuple[str, ...]:
    """A word or a list of words of the model card; what a card says otherwise is not read."""
    card = row.fields.get("cardData")
    value = card.get(name) if isinstance(card, dict) else None
    values = value if isinstance(value, list) else [value]
    return tuple(one for one in values if isinstance(one, str) and one)


def _base_models(tags: Iterable[str]) -> tuple[str, ...]:
    """``relation:id``, and ``id`` where no tag names the relation."""
    found = [tag.removeprefix("base_model:") for tag in tags if tag.startswith("base_model:")]
    related = [one for one in found if ":" in one]
    known = {one.partition(":")[2] for one in related}
    return tuple(sorted({*related, *(one for one in found if ":" not in one and one not in known)}))


def _total(safetensors: RawObject) -> int:
    total = safetensors.count("total")
    if total is None:
        raise safetensors.wrong("total", "the number of parameters")
    return total


def _by_type(safetensors: RawObject | None) -> dict[str, int]:
    parameters = None if safetensors is None else safetensors.nested("parameters")
    if parameters is None:
        return {}
    counts = {name: parameters.count(name) for name in parameters.fields}
    return {name: count for name, count in counts.items() if count is not None}


def _is_packed(by_type: dict[str, int], quant_method: str | None, tags: Iterable[str]) -> bool:
    packed = sum(by_type.get(name, 0) for name in _PACKED_TYPES)
    if packed == 0:
        return False
    is_quantized = quant_method is not None or bool(_OF_QUANTIZED.intersection(tags))
    return is_quantized or 2 * packed > sum(by_type.values())


def _served_by(row: RawObject) -> tuple[str, ...]:
    """A list in the list of models, an object by provider in the answer for one model."""
    value: Any = row.fields.get("inferenceProviderMapping")
    if isinstance(value, dict):
        if not all(isinstance(one, dict) for one in value.values()):
            raise RowInvalid("inferenceProviderMapping: expected objects by provider")
        value = [{"provider": provider, **one} for provider, one in value.items()]
    served = RawObject({"inferenceProviderMapping": value}).objects("inferenceProviderMapping")
    return tuple(
        sorted(
            ":".join(one.required_text(name) for name in ("provider", "status", "providerId"))
            for one in served
        )
    )
