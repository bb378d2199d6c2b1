"""The optional parts of a scenario that speak of whole costs: add-ons, owned hosts, the hours of a
load, and what these say against each other."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BeforeValidator, Discriminator, Field, Tag

from catalog.plan_fields import Months
from catalog.problems import Path, Problem, problem
from catalog.scenario_fields import (
    AsText,
    Basis,
    Day,
    Line,
    Number,
    Part,
    Peak,
    Positive,
    Truth,
    Url,
    read_number,
    refuse,
    shown,
)

AddOnPreset: TypeAlias = Literal["azure_ai_search_basic"]
ProfileName: TypeAlias = Literal["flat", "office_hours", "office_hours_with_weekend"]
LensWord: TypeAlias = Literal["full", "marginal"]
BillingWord: TypeAlias = Literal["always_on", "hourly"]
HOURS = (24, 168)
OF_A_PRESET = ("amount", "per", "unit", "months", "source", "url", "as_of", "owner", "basis")


def read_share_below_one(value: Any) -> Decimal:
    """A number of 0 or more and under 1: of the time that is lost some must be left."""
    share = read_number(value)
    if share >= 1:
        raise refuse("not_below", limit=1, found=shown(value))
    return share


def read_minutes(value: Any) -> Decimal:
    """Minutes of a start, at most an hour."""
    minutes = read_number(value)
    if minutes > 60:
        raise refuse("above_most", most=60, found=shown(value))
    return minutes


ShareBelowOne: TypeAlias = Annotated[Decimal, BeforeValidator(read_share_below_one), AsText]
Minutes: TypeAlias = Annotated[Decimal, BeforeValidator(read_minutes), AsText]


class AddOnFields(Part):
    """A cost beside the model, on all options or on the named ones: typed, or a preset by name.

    quantity: how many of what is priced, such as gigabytes or hours of work. unit once: one amount,
    borne over so many months. already_paid: left out of the marginal lens. covers: what it stands
    for; people, so that a question can say that nobody who costs anything is meant.
    """

    preset: AddOnPreset | None = None
    name: Line | None = None
    amount: Number | None = None
    per: Positive = Field(default=1, validate_default=True)
    unit: Literal["token", "hour", "month", "request", "once"] | None = None
    months: Months | None = None
    quantity: Number = Field(default=1, validate_default=True)
    covers: Literal["people"] | None = None
    already_paid: Truth = False
    applies_to: tuple[Line, ...] | None = None
    source: Line | None = None
    url: Url | None = None
    as_of: Day | None = None
    owner: Line | None = None
    basis: Basis = "list"


class OwnedFields(Part):
    """What one host of one's own costs; what is left out is unknown, so that there is no cost.

    already_paid: the purchase, which is left out of the marginal lens.
    """

    purchase_price: Number | None = None
    residual_value: Number | None = None
    useful_life_months: Months | None = None
    power_kilowatts: Number | None = None
    power_usage_effectiveness: Peak | None = None
    price_per_kilowatt_hour: Number | None = None
    people_hours_per_month: Number | None = None
    people_price_per_hour: Number | None = None
    colocation_fee_per_month: Number | None = None
    already_paid: Truth = False
    source: Line | None = None
    url: Url | None = None
    as_of: Day | None = None
    owner: Line | None = None
    basis: Basis = "list"


class ProfileFields(Part):
    """The load of each hour of a day (24 numbers) or a week (168), in any unit."""

    weights: tuple[Number, ...]
    source: Line | None = None


def _profile_kind(value: Any) -> str:
    return "typed" if isinstance(value, (dict, ProfileFields)) else "word"


Profile: TypeAlias = Annotated[
    Annotated[ProfileName, Tag("word")] | Annotated[ProfileFields, Tag("typed")],
    Discriminator(_profile_kind),
]


class HostCostFields(Part):
    """What a dedicated option says of its hosts beside their price and their number."""

    owned: OwnedFields | None = None
    interruption_share: ShareBelowOne | None = None
    billing: BillingWord = "always_on"
    cold_start_minutes: Minutes | None = None


def add_on_problems(add_on: AddOnFields, path: Path) -> Iterator[Problem]:
    """What the fields of an add-on say against each other, or lack."""
    if add_on.preset is not None:
        typed = [name for name in OF_A_PRESET if name in add_on.model_fields_set]
        for name in typed:
            yield problem("preset_and_price", (*path, name), preset=add_on.preset, key=name)
        return
    for name in ("name", "amount", "unit"):
        if getattr(add_on, name) is None:
            yield problem("required", (*path, name), key=name)
    once = add_on.unit == "once"
    if once and add_on.months is None:
        yield problem("required", (*path, "months"), key="months")
    if once and add_on.per != 1:
        yield problem("once_and_per", (*path, "per"), found=format(add_on.per, "f"))
    if not once and add_on.months is not None:
        yield problem("months_without_once", (*path, "months"), found=add_on.months)


def profile_problems(profile: ProfileFields) -> Iterator[Problem]:
    """Hours that are no day and no week, or without any load."""
    count = len(profile.weights)
    if count not in HOURS:
        yield problem("profile_hours", ("profile", "weights"), found=count)
    elif not any(profile.weights):
        yield problem("profile_empty", ("profile", "weights"))


def host_cost_problems(
    option: HostCostFields, others: tuple[str, ...], term: str, minimum: int, path: Path
) -> Iterator[Problem]:
    """What an option says of its hosts that cannot be together; others: price and commitment, where
    they are typed."""
    if option.owned is not None:
        for name in others:
            yield problem("owned_and_rented", (*path, name), found=name)
        if term != "on_demand":
            yield problem("owned_and_rented", (*path, "term"), found=f"term {term}")
        owned = option.owned
        bought, left = owned.purchase_price, owned.residual_value
        if bought is not None and left is not None and left > bought:
            place = (*path, "owned", "residual_value")
            yield problem("above_most", place, most=format(bought, "f"), found=format(left, "f"))
    if option.interruption_share is not None and (option.owned is not None or term != "spot"):
        found = "an owned host" if option.owned is not None else f"term {term}"
        yield problem("not_spot", (*path, "interruption_share"), found=found)
    if option.cold_start_minutes is None:
        return
    if option.billing != "hourly":
        found = f"billing {option.billing}"
        yield problem("cold_start_always_on", (*path, "cold_start_minutes"), found=found)
    elif minimum > 0:
        yield problem("cold_start_minimum", (*path, "minimum_instances"), found=minimum)
