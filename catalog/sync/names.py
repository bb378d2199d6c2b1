"""The sources of a sync by name, and what is said to a name that is none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from catalog.errors import SyncSourceUnknown

SOURCES: Final = (
    "bundled",
    "huggingface",
    "router",
    "azure_gallery",
    "azure_registry",
    "azure_retail",
    "litellm",
    "genai_prices",
    "ecb",
    "own",
)
"""All names, in the order of a sync: models before what is sold of them."""

LIVE: Final = SOURCES[1:9]
"""What ``modelcost sync`` reads where no name is given."""


def check_source_names(names: Sequence[str]) -> None:
    """Refuse a name that is no source.

    Raises:
        SyncSourceUnknown: with the nearest name.
    """
    for name in names:
        if name not in SOURCES:
            from rapidfuzz import process  # only where somebody mistyped

            nearest = process.extractOne(name, SOURCES, score_cutoff=50)
            hint = f" Did you mean {nearest[0]}?" if nearest else ""
            raise SyncSourceUnknown(
                f"Expected the name of a source ({', '.join(SOURCES)}), found {name!r}.{hint}"
            )
