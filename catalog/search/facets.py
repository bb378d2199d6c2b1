"""Counts models by task, license, publisher, size, context, region and way, without reading rows.

The words of a search are answered by the index of names; everything else by the packed columns.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Text, cast, func, select
from sqlmodel import Session

from catalog.search.grams import query_words
from catalog.search.matching import match
from catalog.search.packed import LISTING_TEXTS, PackedListing, read_packed
from catalog.search.wanted import FacetCount, ModelFacets, ModelFilter, RangeCount

MOST_PUBLISHERS: Final = 20
BILLION: Final = 1_000_000_000
SIZES: Final = (0, 1 * BILLION, 4 * BILLION, 10 * BILLION, 40 * BILLION, 120 * BILLION)
"""Least numbers of parameters of the classes."""
CONTEXTS: Final = (0, 8_192, 32_768, 131_072, 1_000_000)
"""Least tokens of the classes."""

Rows = NDArray[np.bool_]


def model_facets(session: Session, wanted: ModelFilter) -> ModelFacets:
    """How many models have which value, under the filter without the facet's own part of it.

    Args:
        session: a session for reading.
        wanted: which models; its order does not matter.
    """
    packed = read_packed(session)
    tests = _tests(packed, wanted)
    always = _by_words(session, wanted, packed.models) & _by_flags(packed, wanted)

    def but(*ignored: str) -> Rows:
        kept = [rows for name, rows in tests.items() if name not in ignored]
        chosen: Rows = np.logical_and.reduce([always, *kept])
        return chosen

    def by_places(field: str, test: Callable[[], Rows]) -> tuple[FacetCount, ...]:
        rows = but("places")[packed.place_rows] & test()
        return _in_order(_models_of_places(packed, field, rows))

    texts = {name: packed.texts[name].counts(but(name)) for name in LISTING_TEXTS}
    return ModelFacets(
        total=int(np.count_nonzero(but())),
        task=_in_order(texts["task"]),
        license=_in_order(texts["license"]),
        publisher=_in_order(texts["publisher"], most=MOST_PUBLISHERS),
        size=_ranges(packed.numbers["parameters"][but("size")], SIZES),
        context=_ranges(packed.numbers["context_tokens"][but("context")], CONTEXTS),
        region=by_places("region", lambda: _places(packed, wanted, ignored="region")),
        how=by_places("how", lambda: _places(packed, wanted, ignored="how")),
    )


def _by_words(session: Session, wanted: ModelFilter, models: int) -> Rows:
    """Which rows hold the words; the positions come as one text, not as one row each."""
    if not query_words(wanted.q):
        return np.ones(models, dtype=bool)
    matching = match(session, ModelFilter(q=wanted.q))
    positions = cast(matching.position, Text)
    in_sqlite = session.get_bind().dialect.name == "sqlite"
    joined = func.group_concat(positions) if in_sqlite else func.string_agg(positions, ",")
    query = select(joined).select_from(matching.counted_from).where(*matching.conditions)
    found = session.execute(query).scalar() or ""
    rows = np.zeros(models, dtype=bool)
    rows[np.fromstring(found, dtype=np.int64, sep=",") - 1] = True
    return rows


def _by_flags(packed: PackedListing, wanted: ModelFilter) -> Rows:
    rows = np.ones(packed.models, dtype=bool)
    for name, holds in packed.flags.items():
        asked = getattr(wanted, name)
        if asked is not None:
            rows &= holds == asked
    if wanted.retired is not None:
        over = packed.retired_on > 0
        if wanted.today is not None:
            over &= packed.retired_on <= wanted.today.toordinal()
        rows &= over == wanted.retired
    return rows


def _tests(packed: PackedListing, wanted: ModelFilter) -> Mapping[str, Rows]:
    """Which rows meet each part of the filter that has a facet of its own."""
    tests: dict[str, Rows] = {}
    for name in LISTING_TEXTS:
        asked = getattr(wanted, name)
        if asked is not None:
            tests[name] = packed.texts[name].equal(asked)
    sizes = packed.numbers["parameters"]
    if wanted.size_from is not None or wanted.size_to is not None:
        tests["size"] = sizes >= (wanted.size_from or 0)
        if wanted.size_to is not None:
            tests["size"] &= sizes <= wanted.size_to
    if wanted.context_from is not None:
        tests["context"] = packed.numbers["context_tokens"] >= wanted.context_from
    if wanted.region or wanted.residency or wanted.how:
        tests["places"] = np.zeros(packed.models, dtype=bool)
        tests["places"][packed.place_rows[_places(packed, wanted)]] = True
    return tests


def _places(packed: PackedListing, wanted: ModelFilter, ignored: str = "") -> Rows:
    """Which places meet the filter's region, residency and way."""
    rows = np.ones(len(packed.place_rows), dtype=bool)
    if wanted.region is not None and ignored != "region":
        rows &= packed.places["region"].equal(wanted.region)
    if wanted.how in ("token", "host") and ignored != "how":
        rows &= packed.places["how"].equal(wanted.how)
    if wanted.residency is not None:
        rows &= packed.places["country"].equal(wanted.residency)
        stays = packed.places["deployment"].equal("regional")
        rows &= stays | packed.places["how"].equal("host")
    return rows


def _models_of_places(packed: PackedListing, field: str, rows: Rows) -> dict[str | None, int]:
    """How many models have a chosen place with each value; a place without one is no value."""
    column = packed.places[field]
    known = rows & (column.codes >= 0)
    width = len(column.texts) or 1
    pairs = np.sort(packed.place_rows[known].astype(np.int64) * width + column.codes[known])
    once = np.diff(pairs, prepend=-1) > 0
    counted = np.bincount(pairs[once] % width, minlength=width)
    return {column.texts[index]: int(counted[index]) for index in np.flatnonzero(counted)}


def _in_order(counts: Mapping[str | None, int], most: int | None = None) -> tuple[FacetCount, ...]:
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0] is None, item[0] or ""))
    return tuple(FacetCount(value=value, count=count) for value, count in ordered[:most])


def _ranges(values: NDArray[Any], starts: tuple[int, ...]) -> tuple[RangeCount, ...]:
    """Counts of each class that occurs, what is not known last."""
    classes = np.bincount(np.searchsorted(starts, values, side="right"), minlength=len(starts) + 1)
    ends = (*(start - 1 for start in starts[1:]), None)
    found = [
        RangeCount(least=least, most=most, count=int(count))
        for least, most, count in zip(starts, ends, classes[1:], strict=True)
        if count
    ]
    if classes[0]:
        found.append(RangeCount(least=None, most=None, count=int(classes[0])))
    return tuple(found)
