"""A source as a face shows it: what it is, where passages go, how far it was read, what failed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from dashboard.chat.endpoints import Endpoint
from dashboard.chat.sessions import KEEP_DAYS
from dashboard.chat.sources.defined import Folder, SearchIndex, Source
from dashboard.texts import Texts

if TYPE_CHECKING:
    from catalog.database import Database
    from dashboard.chat.sources.copy import SourceCopy
    from dashboard.chat.sources.shelf import Shelf

DEFAULT_REGION: Final = "eastus"


def source_document(
    shelf: Shelf, source: Source, database: Database, texts: Texts, today: date
) -> dict[str, Any]:
    """A source as plain data.

    `lines` say where it stays, who sees its passages, how long, and how it is deleted: to be shown
    before anything is read. `state` is new, reading, ready, failed or not_ready.
    """
    document = {**source.plain(), "lines": source_lines(shelf, source, texts)}
    if source.not_ready is not None:
        sentence = texts("chat.source.state.not_ready", reason=source.not_ready.sentence(texts))
        return {**document, "state": "not_ready", "usable": False, "sentence": sentence}
    return {
        **document,
        **_state(shelf, source, texts),
        **_numbers(shelf, source, database, texts, today),
    }


def source_lines(shelf: Shelf, source: Source, texts: Texts) -> list[str]:
    """What a person should know before the source is read or asked."""
    stays = "search" if isinstance(source.holder, SearchIndex) else "copy"
    kind = texts(f"chat.source.kind.{source.kind}")
    words = source.data_stays or ""
    if source.region is not None:
        first = texts("chat.source.where", kind=kind, region=source.region, words=words)
    elif isinstance(source.holder, Folder):
        first = texts("chat.source.where_folder", kind=kind, words=words)
    else:
        first = texts("chat.source.where_unknown", kind=kind, words=words)
    lines = [first.strip(), texts(f"chat.source.stays.{stays}", days=str(KEEP_DAYS))]
    endpoint = _endpoint(shelf, source)
    if endpoint is not None:
        name = "embedding_question" if stays == "search" else "embedding"
        lines.append(
            texts(
                f"chat.source.{name}",
                endpoint=endpoint.label,
                model=str(endpoint.embedding_model),
                region=endpoint.region or texts("chat.source.region_unknown"),
            )
        )
    return lines


def _state(shelf: Shelf, source: Source, texts: Texts) -> dict[str, Any]:
    copy = shelf.copy(source)
    documents, passages = copy.sizes()
    count, skips = copy.skips()
    told = copy.told()
    found: dict[str, Any] = {
        "documents": documents,
        "passages": passages,
        "skipped": count,
        "skips": [texts(f"chat.refused.{one.code}", **one.facts) for one in skips],
        "changes": _changes(told, texts),
    }
    progress = shelf.progress(source.name)
    if progress is not None:
        sentence = texts(
            "chat.source.state.reading",
            done=f"{progress['done']:,}",
            listed="…" if progress["listed"] is None else f"{progress['listed']:,}",
        )
        return {**found, "state": "reading", "usable": bool(told), "sentence": sentence}
    if not told:
        usable = isinstance(source.holder, SearchIndex)
        return {
            **found,
            "state": "new",
            "usable": usable,
            "sentence": texts("chat.source.state.new"),
        }
    failure = shelf.failure(source)
    if failure is not None:
        reason = failure_sentence(failure, texts)
        code = "failed_kept" if documents else "failed"
        counted = _counted("documents", documents, texts)
        sentence = texts(f"chat.source.state.{code}", reason=reason, documents=counted)
        return {**found, "state": "failed", "usable": bool(documents), "sentence": sentence}
    return {**found, "state": "ready", **_ready(shelf, source, (documents, passages), texts)}


def _ready(shelf: Shelf, source: Source, sizes: tuple[int, int], texts: Texts) -> dict[str, Any]:
    documents, passages = sizes
    if isinstance(source.holder, SearchIndex):
        mapped = shelf.known_fields(source)
        sentence = texts("chat.source.state.ready_search")
        if mapped is None:
            return {"usable": True, "sentence": sentence}
        fields = ", ".join(f"{role}: {name}" for role, name in mapped.fields().items())
        more = texts("chat.source.fields", fields=fields, query_type=source.holder.query_type)
        assumed = [] if mapped.checked else [texts("chat.source.fields_assumed")]
        return {
            "usable": True,
            "sentence": " ".join([sentence, more, *assumed]),
            "fields": mapped.fields(),
        }
    code = "ready" if documents else "ready_empty"
    sentence = texts(
        f"chat.source.state.{code}",
        documents=_counted("documents", documents, texts),
        passages=_counted("passages", passages, texts),
    )
    return {"usable": bool(documents), "sentence": sentence}


def _counted(what: str, count: int, texts: Texts) -> str:
    one = ".one" if count == 1 else ""
    return texts(f"chat.source.{what}{one}", count=f"{count:,}")


def failure_sentence(failure: Mapping[str, Any], texts: Texts) -> str:
    """What ended a reading, in the language of the texts."""
    from dashboard.chat.events import Failed

    sentence = Failed(code=failure["code"], facts=failure["facts"]).sentence(texts)
    if "endpoint" not in failure:
        return sentence
    return texts("chat.refused.embedding_failed", endpoint=failure["endpoint"], reason=sentence)


def _changes(told: Mapping[str, Any], texts: Texts) -> str | None:
    if not told or told.get("listed") is None:
        return None
    counts = {name: f"{told[name]:,}" for name in ("added", "unchanged", "removed")}
    words = texts("chat.source.changes", **counts)
    if not told.get("is_cut"):
        return words
    return f"{words} {texts('chat.refused.source_beyond_listed', most=counts_limit())}"


def counts_limit() -> str:
    """How many files of a source are looked at."""
    from dashboard.chat.sources.files import MOST_LISTED

    return f"{MOST_LISTED:,}"


def _numbers(
    shelf: Shelf, source: Source, database: Database, texts: Texts, today: date
) -> dict[str, Any]:
    """What turning passages into numbers has taken: tokens as counted, money where known."""
    endpoint = _endpoint(shelf, source)
    if endpoint is None or isinstance(source.holder, SearchIndex):
        return {"embedded": None}
    copy = shelf.copy(source)
    there = set(copy.index.passage_ids())
    done = len(copy.vectors.known() & there) if copy.has_vectors else 0
    tokens = copy.vectors.tokens() if copy.has_vectors else 0
    cost = None if tokens is None else embedding_cost(database, endpoint, tokens, today)
    left = _left(copy, there)
    words = texts(
        "chat.source.embedded_more" if left else "chat.source.embedded",
        done=f"{done:,}",
        all=f"{len(there):,}",
        tokens=texts("chat.source.tokens_unknown") if tokens is None else f"{tokens:,}",
        cost=texts("chat.source.cost_unknown") if cost is None else f"{cost} USD",
        left=f"{left:,}",
    )
    return {
        "embedded": {
            "passages": done,
            "of": len(there),
            "tokens": tokens,
            "cost": cost,
            "tokens_left_about": left,
            "sentence": words,
        }
    }


def _left(copy: SourceCopy, there: set[int]) -> int:
    """About how many tokens the passages have that no numbers were made of yet."""
    from dashboard.chat.token_estimate import estimate_tokens

    known = copy.vectors.known() if copy.has_vectors else set()
    hits = [copy.index.passage(one) for one in sorted(there - known)]
    return sum(
        estimate_tokens(f"{hit.title}\n{hit.passage.text}") for hit in hits if hit is not None
    )


def embedding_cost(database: Database, endpoint: Endpoint, tokens: int, today: date) -> str | None:
    """What these tokens cost, exact; None where no price is known."""
    from costing import decimal_text
    from costing.answer_cost import TokenCount
    from dashboard.chat.money import cheapest_by_token

    model = endpoint.embedding_catalog_model
    if model is None:
        return None
    counted = TokenCount(input_tokens=tokens, output_tokens=0)
    with database.read() as session:
        found = cheapest_by_token(session, model, endpoint.region or DEFAULT_REGION, counted, today)
    return None if found is None else decimal_text(found.cost.cost)


def _endpoint(shelf: Shelf, source: Source) -> Endpoint | None:
    return next((one for one in shelf.endpoints.items if one.name == source.embeddings), None)
