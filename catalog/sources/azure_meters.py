"""Reads a meter name: which model, input or output, where it may run, base or tuned."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal, cast

from catalog.sources.azure_meter_words import (
    BATCH,
    CACHED,
    DIRECTIONS,
    EMBEDDINGS,
    FAMILIES_OF_PRODUCT,
    FILLERS,
    HOSTING,
    HOSTING_FILLERS,
    MODELS,
    MONTH_AND_DAY,
    NOT_READ,
    SCOPES,
    SHORT_CONTEXT,
    TUNED,
    Direction,
)
from catalog.vocabulary import Deployment, Kind, Variant

_DATA_ZONE = re.compile(r"data\s*-?\s*zone", re.IGNORECASE)
_JOINT = re.compile(r"[\s_\-/]+")
_MILLION = re.compile(r"\b1M\b", re.IGNORECASE)
UNITS: Final = {"1k": 1_000, "1m": 1_000_000, "1k tokens": 1_000, "1m tokens": 1_000_000}
"""Units of measure, small letters, to the tokens that one of them counts."""


class MeterUnread(Exception):
    """A meter whose name is not understood, or means something that the catalog does not hold.

    The text says which word, in words for a person.
    """


@dataclass(frozen=True, kw_only=True, slots=True)
class Meter:
    """What a meter name says.

    Attributes:
        model: as the bundled offers spell it.
        kind: ``hosting`` for the hourly fee of a tuned model.
        deployment: ``unknown`` where the name does not say.
        short_context: the price holds for prompts up to a length that is not named.
    """

    model: str
    kind: Kind
    deployment: Deployment
    variant: Variant
    short_context: bool = False


def words_of(name: str) -> list[str]:
    """The words of a meter name in small letters; ``Data Zone`` is one word."""
    return [word for word in _JOINT.split(_DATA_ZONE.sub(" dzone ", name).casefold()) if word]


def read_token_meter(name: str, product: str, unit: str) -> Meter:
    """What a meter that counts tokens says.

    Raises:
        MeterUnread: a word or the unit is not understood, or two words contradict each other.
    """
    per = tokens_of(unit)
    if _MILLION.search(name) and per != UNITS["1m"]:
        raise MeterUnread(f"the name says 1M tokens, the unit {unit!r}")
    found = _sorted_words(words_of(name), FILLERS)
    if found.is_hosting:
        raise MeterUnread("a hosting fee by the token")
    direction = found.direction
    model = model_of(found.model_words, product)
    if direction is None and (found.is_cached or model in EMBEDDINGS):
        direction = "input"
    if direction is None:
        raise MeterUnread("neither input nor output is named")
    if direction == "output" and found.is_cached:
        raise MeterUnread("cached output")
    kind = "_".join(
        part for part in ("batch" * found.is_batch, "cached" * found.is_cached, direction) if part
    )
    return Meter(
        model=model,
        kind=cast(Kind, kind),
        deployment=found.deployment,
        variant="fine_tuned" if found.is_tuned else "base",
        short_context=found.is_short,
    )


def read_hosting_meter(name: str, product: str) -> Meter:
    """What a meter of an hourly hosting fee says.

    Raises:
        MeterUnread: it is none, or a word is not understood.
    """
    found = _sorted_words(words_of(name), FILLERS | HOSTING_FILLERS)
    if not found.is_hosting:
        raise MeterUnread("paid by the hour, and no hosting of a tuned model")
    return Meter(
        model=model_of(found.model_words, product),
        kind="hosting",
        deployment=found.deployment,
        variant="fine_tuned",
    )


def tokens_of(unit: str) -> int:
    """How many tokens the unit of measure counts.

    Raises:
        MeterUnread: it is no unit of tokens.
    """
    tokens = UNITS.get(" ".join(unit.casefold().split()))
    if tokens is None:
        raise MeterUnread(f"billed per {unit!r}, which is no number of tokens")
    return tokens


def deployment_of(words: Iterable[str]) -> Deployment:
    """Where requests may be processed, by the words of a meter.

    Raises:
        MeterUnread: two places are named.
    """
    scopes = sorted({SCOPES[word] for word in words if word in SCOPES})
    if len(scopes) > 1:
        raise MeterUnread(f"two deployments are named: {' and '.join(scopes)}")
    return scopes[0] if scopes else "unknown"


def model_of(words: list[str], product: str) -> str:
    """The model that the remaining words of a meter name, with what the product says.

    Raises:
        MeterUnread: a word is in no table.
    """
    named = MODELS.get(" ".join(words))
    if named is not None:
        return named
    family = FAMILIES_OF_PRODUCT.get(product.strip().casefold())
    if family is None or not words:
        raise MeterUnread(f"no model known as {' '.join(words)!r} in the product {product!r}")
    rest = words[1:] if words[0] == family.prefix.casefold() else words
    if not rest or not family.version.fullmatch(rest[0]):
        raise MeterUnread(f"no version in {' '.join(words)!r} of the product {product!r}")
    version = rest[0].upper() if rest[0][0].isalpha() else rest[0]
    parts = [family.prefix, version]
    for place, word in enumerate(rest[1:], start=2):
        is_last = place == len(rest)
        if word in family.words:
            parts.append(family.words[word])
        elif is_last and MONTH_AND_DAY.fullmatch(word):
            parts.append(word)
        else:
            raise MeterUnread(f"unknown word {word!r} in {' '.join(words)!r}")
    return "-".join(parts)


@dataclass(kw_only=True)
class _Found:
    """The words of a meter, sorted by what they say."""

    direction: Direction | None
    deployment: Deployment
    is_cached: bool
    is_batch: bool
    is_tuned: bool
    is_hosting: bool
    is_short: bool
    model_words: list[str]


_CLASSED: Final = (CACHED, BATCH, TUNED, HOSTING, SHORT_CONTEXT)


def _sorted_words(words: list[str], fillers: frozenset[str]) -> _Found:
    for word in words:
        if word in NOT_READ:
            raise MeterUnread(f"{word}: {NOT_READ[word]}")
    directions: set[Literal["input", "output"]] = {
        DIRECTIONS[word] for word in words if word in DIRECTIONS
    }
    if len(directions) > 1:
        raise MeterUnread("both input and output are named")
    held = set(words)
    return _Found(
        direction=next(iter(directions), None),
        deployment=deployment_of(words),
        is_cached=bool(held & CACHED),
        is_batch=bool(held & BATCH),
        is_tuned=bool(held & TUNED),
        is_hosting=bool(held & HOSTING),
        is_short=bool(held & SHORT_CONTEXT),
        model_words=[
            word
            for word in words
            if word not in fillers
            and word not in DIRECTIONS
            and word not in SCOPES
            and not any(word in known for known in _CLASSED)
        ],
    )
