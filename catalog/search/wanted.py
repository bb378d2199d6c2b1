"""Which models are asked for, and what is answered: the filter, the items, the page, the counts."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Annotated, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from catalog.folding import safe_text
from catalog.records import LARGEST_COUNT, Exact
from catalog.views import Page

Sort = Literal["popularity", "name", "input_price", "output_price", "size", "context"]
How = Literal["token", "host", "either"]

MOST_COUNTED: Final = 10_000


def _storable(value: object) -> object:
    return safe_text(value) if isinstance(value, str) else value


Number = Annotated[int, Field(ge=0, le=LARGEST_COUNT)]
Words = Annotated[str, Field(max_length=20_000), BeforeValidator(_storable)]
Name = Annotated[str, Field(min_length=1, max_length=500), BeforeValidator(_storable)]


class ModelFilter(BaseModel):
    """Which models are wanted, and in which order; each field that is not None must hold.

    Attributes:
        q: words, each of which occurs in one of the names of the model; signs mean themselves.
        task, license: exact but for case; publisher: exact.
        size_from, size_to: number of parameters, both ends included; unknown sizes are left out.
        context_from: tokens of context at least.
        region, residency, how: there is one place that meets all of them. ``residency``: country
            code; the place is a host in that country, or a token offer that is regional there.
            ``how``: by the token, on a host, or either of them.
        has_price: sold by the token now. has_host: Azure lists a GPU host for it.
        retired: whether all known ways to get it have ended by ``today``.
        today: the day of the question; None: any announced end counts.
        sort: popularity is most downloaded first; name from A; prices, size, context: least first.
            What is unknown comes last either way; equals by popularity.
        descending: the other way round.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    q: Words = ""
    task: Name | None = None
    license: Name | None = None
    publisher: Name | None = None
    size_from: Number | None = None
    size_to: Number | None = None
    context_from: Number | None = None
    region: Name | None = None
    residency: Annotated[str, Field(pattern="^[A-Za-z]{2}$")] | None = None
    how: How | None = None
    has_price: bool | None = None
    has_host: bool | None = None
    has_architecture: bool | None = None
    retired: bool | None = None
    sort: Sort = "popularity"
    descending: bool = False
    today: date | None = None

    @field_validator("task", "license")
    @classmethod
    def _folded(cls, value: str | None) -> str | None:
        return None if value is None else value.strip().casefold()

    @field_validator("residency")
    @classmethod
    def _upper(cls, value: str | None) -> str | None:
        return None if value is None else value.upper()

    @field_validator("size_to")
    @classmethod
    def _range_in_order(cls, value: int | None, info: ValidationInfo) -> int | None:
        least = info.data.get("size_from")
        if value is not None and least is not None and value < least:
            raise PydanticCustomError(
                "range_reversed", "expected size_from ({least}) or more", {"least": least}
            )
        return value

    @property
    def scope(self) -> str:
        """The name of this list for its cursors: another filter or order is another list."""
        asked = self.model_dump_json(exclude={"today"}, exclude_none=True)
        digest = hashlib.sha256(asked.encode("utf-8")).hexdigest()
        return f"model_listing {digest[:16]}"


class CheapestPrice(BaseModel):
    """The cheapest current list price of one kind, computed from the stored row ``price_id``.

    Attributes:
        usd_per_million_tokens: exact where it ends, else to 28 digits.
        region, deployment: where it is sold and may be processed; region None: not stated.
        as_of: last day on which it was true at the provider; None: the source has no date.
    """

    model_config = ConfigDict(frozen=True)

    usd_per_million_tokens: Exact
    price_id: str
    offer_id: str | None
    provider_id: str
    region: str | None
    deployment: str
    as_of: date | None


class ListedModel(BaseModel):
    """A model as a row of the list. ``offers``: how many have a current price by the token."""

    model_config = ConfigDict(frozen=True)

    id: str
    publisher: str
    name: str
    task: str | None
    license: str | None
    parameters: int | None
    context_tokens: int | None
    downloads: int | None
    has_price: bool
    has_architecture: bool
    has_host: bool
    input: CheapestPrice | None
    output: CheapestPrice | None
    offers: int
    retired_on: date | None


class ModelPage(Page[ListedModel]):
    """One page of models. ``total`` stops at 10,000; ``total_is_exact`` says whether it did."""

    total_is_exact: bool

    @property
    def total_text(self) -> str:
        """``531``, or ``10,000+``."""
        return super().total_text if self.total_is_exact else f"{self.total:,}+"


class FacetCount(BaseModel):
    """How many models hold a value; ``value`` None: not known."""

    model_config = ConfigDict(frozen=True)

    value: str | None
    count: int


class RangeCount(BaseModel):
    """How many models lie in a range, both ends included; both None: not known."""

    model_config = ConfigDict(frozen=True)

    least: int | None
    most: int | None
    count: int


class ModelFacets(BaseModel):
    """Counts under a filter; each facet ignores the filter on itself, so that it shows the choice.

    Values stand in order of count, then value; ranges in their own order. ``publisher`` has the 20
    largest. ``region`` and ``how`` count models, of which one may be in several. ``total``: models
    under the whole filter, however many.
    """

    model_config = ConfigDict(frozen=True)

    total: int
    task: tuple[FacetCount, ...]
    license: tuple[FacetCount, ...]
    publisher: tuple[FacetCount, ...]
    size: tuple[RangeCount, ...]
    context: tuple[RangeCount, ...]
    region: tuple[FacetCount, ...]
    how: tuple[FacetCount, ...]
