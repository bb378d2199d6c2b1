"""Columns of the list packed as numbers, so that counting needs no row: written by the rebuild,
read by the facets.

A column of texts is kept as the list of its texts and, for each model in order of position, the
place of its text in that list (-1: unknown). All numbers are little-endian.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import delete, insert, select
from sqlmodel import Session

from catalog.tables import LISTING_COLUMN

UNKNOWN: Final = -1

LISTING_TEXTS: Final = ("task", "license", "publisher")
LISTING_NUMBERS: Final = ("parameters", "context_tokens")
LISTING_FLAGS: Final = ("has_price", "has_architecture", "has_host")
LISTING_DAYS: Final = "retired_on"
PLACE_TEXTS: Final = ("how", "region", "country", "deployment")
PLACE_POSITIONS: Final = "place_position"


class PackedTexts(NamedTuple):
    """A column of texts: its texts in order, and one number a row."""

    texts: tuple[str, ...]
    codes: NDArray[Any]

    def equal(self, text: str) -> NDArray[np.bool_]:
        """Which rows hold this text."""
        if text not in self.texts:
            return np.zeros(len(self.codes), dtype=bool)
        rows: NDArray[np.bool_] = np.equal(self.codes, self.texts.index(text))
        return rows

    def counts(self, rows: NDArray[np.bool_]) -> dict[str | None, int]:
        """How many of the chosen rows hold each text; None: unknown. Only what occurs."""
        counted = np.bincount(self.codes[rows] + 1, minlength=len(self.texts) + 1)
        keys: tuple[str | None, ...] = (None, *self.texts)
        return {keys[index]: int(counted[index]) for index in np.flatnonzero(counted)}


class PackedListing(NamedTuple):
    """The columns of the list and of its places. ``place_rows``: the row of the model of a place,
    counted from 0. Days are counted as Python's ordinals, numbers unknown are -1."""

    texts: Mapping[str, PackedTexts]
    numbers: Mapping[str, NDArray[Any]]
    flags: Mapping[str, NDArray[np.bool_]]
    retired_on: NDArray[Any]
    places: Mapping[str, PackedTexts]
    place_rows: NDArray[Any]

    @property
    def models(self) -> int:
        """How many models the list has."""
        return len(self.retired_on)


def write_packed(
    session: Session, models: Sequence[Mapping[str, Any]], places: Sequence[Mapping[str, Any]]
) -> None:
    """Replace the packed columns by those of these rows, which stand in order of position."""
    rows = [_texts(name, [model[name] for model in models]) for name in LISTING_TEXTS]
    rows += [_numbers(name, [model[name] for model in models], "<i8") for name in LISTING_NUMBERS]
    rows += [_numbers(name, [model[name] for model in models], "<i1") for name in LISTING_FLAGS]
    days = [model[LISTING_DAYS] and model[LISTING_DAYS].toordinal() for model in models]
    rows.append(_numbers(LISTING_DAYS, days, "<i4"))
    rows += [_texts(name, [place[name] for place in places]) for name in PLACE_TEXTS]
    rows.append(_numbers(PLACE_POSITIONS, [place["position"] for place in places], "<i4"))
    session.execute(delete(LISTING_COLUMN))
    session.execute(insert(LISTING_COLUMN), rows)


def read_packed(session: Session) -> PackedListing:
    """All packed columns; empty ones where the list was never built."""
    stored = {row.name: row for row in session.execute(select(LISTING_COLUMN))}

    def numbers(name: str) -> NDArray[Any]:
        row = stored.get(name)
        if row is None:
            return np.zeros(0, dtype="<i4")
        kind, _, content = row.packed.partition(b"\n")
        return np.frombuffer(content, dtype=kind.decode("ascii"))

    def texts(name: str) -> PackedTexts:
        row = stored.get(name)
        return PackedTexts(() if row is None else tuple(json.loads(row.words)), numbers(name))

    return PackedListing(
        texts={name: texts(name) for name in LISTING_TEXTS},
        numbers={name: numbers(name) for name in LISTING_NUMBERS},
        flags={name: numbers(name) == 1 for name in LISTING_FLAGS},
        retired_on=numbers(LISTING_DAYS),
        places={name: texts(name) for name in PLACE_TEXTS},
        place_rows=numbers(PLACE_POSITIONS) - 1,
    )


def _texts(name: str, values: Sequence[str | None]) -> dict[str, Any]:
    known = sorted({value for value in values if value is not None})
    codes = {value: index for index, value in enumerate(known)}
    kind = "<i2" if len(known) < np.iinfo("<i2").max else "<i4"
    found = [UNKNOWN if value is None else codes[value] for value in values]
    return _row(name, known, np.array(found, dtype=kind))


def _numbers(name: str, values: Sequence[int | None], kind: str) -> dict[str, Any]:
    found = [UNKNOWN if value is None else value for value in values]
    return _row(name, [], np.array(found, dtype=kind))


def _row(name: str, words: Sequence[str], packed: NDArray[Any]) -> dict[str, Any]:
    kind = packed.dtype.newbyteorder("<").str.encode("ascii")
    return {
        "name": name,
        "words": json.dumps(words, ensure_ascii=False),
        "packed": kind + b"\n" + packed.tobytes(),
    }
