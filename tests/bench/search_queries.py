"""The twelve named queries of the search measurement; each has a few variants asked in turn.

The invented catalog holds other names than the bundled one, so the words differ where they must:
every variant finds something in its own catalog, but for those of the query that finds nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from catalog.search.query import ModelFilter

NO_HIT: Final = "no hit"


class Query(NamedTuple):
    """One of the twelve.

    Attributes:
        name: as in the table.
        invented: filters for the invented catalog.
        bundled: filters for the bundled catalog; empty: the same.
        facets: the counts are asked for, not a page.
        deepest: the last page is asked for, not the first.
    """

    name: str
    invented: Sequence[ModelFilter]
    bundled: Sequence[ModelFilter] = ()
    facets: bool = False
    deepest: bool = False

    def filters(self, *, invented: bool) -> Sequence[ModelFilter]:
        """Those for the invented or for the bundled catalog."""
        return self.invented if invented or not self.bundled else self.bundled


def words(*texts: str) -> list[ModelFilter]:
    """One filter a search text."""
    return [ModelFilter(q=q) for q in texts]


QUERIES: Final[Sequence[Query]] = (
    Query(
        "three words",
        words("llama chat 7b", "qwen instruct awq", "gemma 8b code"),
        words("llama instruct 70b", "qwen coder 32b", "mistral instruct 7b"),
    ),
    Query("one common word", words("llama", "qwen", "chat")),
    Query(
        "two filters",
        [
            ModelFilter(task="text-generation", license="apache-2.0"),
            ModelFilter(task="translation", license="mit"),
            ModelFilter(region="japaneast", has_price=True),
        ],
        [
            ModelFilter(task="text-generation", license="apache-2.0"),
            ModelFilter(task="chat-completion", license="mit"),
            ModelFilter(region="japaneast", has_price=True),
        ],
    ),
    Query(
        "facets",
        [ModelFilter(), ModelFilter(has_price=True), ModelFilter(q="llama")],
        facets=True,
    ),
    Query("two Japanese letters", words("翻訳", "医療", "要約"), words("翻訳", "音声", "要約")),
    Query(
        "rare substring",
        words("phyrine-1.2-70", "ranite-3.5-70b", "amba-2.3-32b"),
        words("hisper-large-v", "hi-4-mini", "ixtral-8x22"),
    ),
    Query("common substring", words("lam", "nstruc", "ist")),
    Query("most downloaded, page 1", [ModelFilter()]),
    Query(
        "by price",
        [ModelFilter(sort="input_price"), ModelFilter(sort="output_price", descending=True)],
    ),
    Query("deepest page", [ModelFilter(), ModelFilter(q="llama")], deepest=True),
    Query(NO_HIT, words("xyzzy", "llama xyzzyplugh", "存在しない")),
    Query(
        "by an alias",
        words("日本語機械翻訳", "llama-2.1-7b-chat", "質問応答対話"),
        words("azure_ai/FW-GPT-OSS-120B", "xiaomi/mimo-v2.5-pro", "google.gemma-3-12b-it"),
    ),
)
