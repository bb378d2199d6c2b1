"""Rows of the Hub's list, invented: the models of `many_models` with what the Hub tells of each.

They come in the order of a full walk: newest first, so that keys fall as the Hub's do.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from itertools import islice
from random import Random
from typing import Any, Final

from catalog.sources.huggingface import HubConfig
from catalog.sources.reading import Page
from catalog.sync_records import HubModelRecord
from tests.bench.many_models import invented_models

ROWS_PER_PAGE: Final = HubConfig().page_rows
CHANGED_EVERY: Final = 25
"""4 % of the rows differ on the second day."""
NEWEST: Final = datetime(2026, 11, 20, tzinfo=UTC)
LIBRARIES: Final = ("transformers", "transformers", "diffusers", "peft", "gguf", None)


class InventedHub:
    """A source that hands over validated records; what it takes to invent them is told apart.

    Attributes:
        invented_seconds, invented_cpu_seconds: spent on inventing rows since they were set to 0.
    """

    name = "huggingface"
    scope = "invented"
    tells_changes = True

    def __init__(self, rows: int, *, day: int, seed: int = 2026) -> None:
        self.rows = rows
        self.day = day
        self.seed = seed
        self.invented_seconds = self.invented_cpu_seconds = 0.0

    def fetch(self, since: datetime | None = None, cursor: str | None = None) -> Iterator[Page]:
        """All pages."""
        made = self.values()
        for number in range(-(-self.rows // ROWS_PER_PAGE)):
            start, cpu_start = time.perf_counter(), time.process_time()
            rows = list(islice(made, ROWS_PER_PAGE))
            self.invented_seconds += time.perf_counter() - start
            self.invented_cpu_seconds += time.process_time() - cpu_start
            yield Page(
                records=tuple(HubModelRecord.model_validate(row) for row in rows),
                cursor=str(number + 1),
                total=self.rows,
                requests=1,
            )

    def values(self) -> Iterator[dict[str, Any]]:
        """What the records are made of."""
        for model in invented_models(self.rows, Random(self.seed)):
            yield _values(model, self.rows, self.day)


def _values(model: dict[str, Any], rows: int, day: int) -> dict[str, Any]:
    rank: int = model["rank"]
    digest = blake2b(model["id"].encode(), digest_size=20).hexdigest()
    created = NEWEST - timedelta(seconds=90 * rank)
    changed = day * (rank % CHANGED_EVERY == 0)
    downloads = model["downloads"]
    parameters = model["parameters"]
    return {
        "hub_key": f"{int(created.timestamp()):08x}{digest[:16]}",
        "id": model["id"],
        "author": model["publisher"],
        "sha": digest,
        "created_at": created,
        "last_modified_at": created + timedelta(days=rank % 40 + changed),
        "task": model["task"],
        "library": LIBRARIES[rank % len(LIBRARIES)],
        "license": model["license"],
        "languages": ("en",) if rank % 3 else ("en", "ja"),
        "base_models": (f"finetune:{model['publisher']}/base",) if rank % 2 else (),
        "downloads": None if downloads is None else downloads + changed,
        "downloads_all_time": None if downloads is None else downloads * 9,
        "likes": (rows - rank) % 977 + changed,
        "gated": "no",
        "private": False,
        "disabled": False,
        "parameters": parameters,
        "parameters_by_type": f'{{"BF16": {parameters}}}',
        "model_type": "llama",
        "architectures": ("LlamaForCausalLM",),
        "served_by": ("together:live:x",) if rank % 50 == 0 else (),
    }
