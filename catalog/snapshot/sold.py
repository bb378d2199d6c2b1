"""What every source of token prices gives to the build: offers, prices, names, and what was left.

Cells are text, as they stand in the snapshot files. The ``model_id`` of an offer is filled in when
all names of all sources are known (:mod:`catalog.snapshot.joins`).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time

from catalog.identity import PublishedName

TOKENS_PER_MILLION = "1000000"


@dataclass(frozen=True, kw_only=True)
class NameFacts:
    """What a source says of a model under one name, beside its price.

    Attributes:
        name: the name.
        told_by: the source in words.
        task: chat-completion or embeddings; None where the source does not say.
        context_tokens, max_output_tokens: as published; None where unknown.
    """

    name: PublishedName
    told_by: str
    task: str | None = None
    context_tokens: int | None = None
    max_output_tokens: int | None = None


@dataclass(frozen=True, kw_only=True)
class Sold:
    """The yield of one source."""

    providers: list[dict[str, str]] = field(default_factory=list)
    sources: list[dict[str, str]] = field(default_factory=list)
    offers: list[dict[str, str]] = field(default_factory=list)
    prices: list[dict[str, str]] = field(default_factory=list)
    names: list[NameFacts] = field(default_factory=list)
    name_of_offer: dict[str, PublishedName] = field(default_factory=dict)
    left_out: Counter[tuple[str, str]] = field(default_factory=Counter)


def day_start(day: date) -> str:
    """The first moment of a day in UTC, ``2025-08-25T00:00:00Z``."""
    return f"{datetime.combine(day, time(), UTC):%Y-%m-%dT%H:%M:%SZ}"


def joined(*flags: str) -> str:
    """Flags as a cell: sorted, each once, split by ``;``."""
    return ";".join(sorted({flag for flag in flags if flag}))
