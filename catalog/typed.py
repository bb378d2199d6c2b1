"""What a person typed, as costing values: prices, load, request shape, capacity."""

from __future__ import annotations

from decimal import Decimal
from typing import Final, Literal, TypeAlias

from catalog.currency import EXACT
from catalog.problems import Path
from catalog.refusals import refusing
from catalog.scenario import (
    CapacityFields,
    DedicatedFields,
    ProvisionedFields,
    Scenario,
    ServerlessFields,
    TokenPrices,
)
from catalog.scenario_fields import TypedPrice
from costing import (
    HOURS_PER_MONTH,
    Capacity,
    Price,
    PriceStep,
    Provenance,
    RequestShape,
    TypedCapacity,
    Unit,
    Unlimited,
    Workload,
)

TOKEN_KINDS: Final = ("input", "output", "cached_input", "hosting")
OptionDocument: TypeAlias = ServerlessFields | DedicatedFields | ProvisionedFields


def typed_price(price: TypedPrice, currency: str) -> Price:
    """A typed amount with the provenance its writer gave. Raises costing.InvalidValue."""
    return Price(
        amount=price.amount,
        per=price.per,
        unit=Unit(price.unit),
        currency=currency,
        provenance=Provenance(
            source=price.source,
            url=price.url,
            as_of=price.as_of,
            owner=price.owner,
            basis=price.basis,
        ),
    )


def workload_of(scenario: Scenario) -> Workload:
    """The load as typed: by the hour, the month, or users x requests a day x days a month."""
    load = scenario.workload
    if load.requests_per_hour is not None:
        requests, hours = load.requests_per_hour, Decimal(1)
    elif load.requests_per_month is not None:
        requests, hours = load.requests_per_month, HOURS_PER_MONTH
    else:
        users, daily, days = load.users, load.requests_per_user_per_day, load.days_per_month
        assert users is not None  # parse_scenario requires one complete form of the load
        assert daily is not None
        assert days is not None
        requests, hours = EXACT.multiply(EXACT.multiply(users, daily), days), HOURS_PER_MONTH
    return Workload(
        requests=requests,
        period_hours=hours,
        shape=RequestShape(
            input_tokens=load.input_tokens,
            output_tokens=load.output_tokens,
            cached_input_share=load.cached_input_share,
        ),
        peak_to_mean=load.peak_to_mean,
        ttft_seconds=load.ttft_seconds,
        tpot_seconds=load.tpot_seconds,
    )


def shape_of(scenario: Scenario, document: OptionDocument) -> RequestShape | None:
    """The tokens of an option of its own; None where it takes those of the workload."""
    own = (document.input_tokens, document.output_tokens, document.cached_input_share)
    if all(value is None for value in own):
        return None
    load = scenario.workload
    given = [
        default if value is None else value
        for value, default in zip(
            own, (load.input_tokens, load.output_tokens, load.cached_input_share), strict=True
        )
    ]
    return RequestShape(input_tokens=given[0], output_tokens=given[1], cached_input_share=given[2])


def capacity_of(capacity: CapacityFields | Literal["unlimited"]) -> Capacity:
    """What one host serves as a person says: unlimited, or so many tokens a second."""
    if isinstance(capacity, CapacityFields):
        return TypedCapacity(
            input_tokens_per_second=capacity.input_tokens_per_second,
            output_tokens_per_second=capacity.output_tokens_per_second,
            evidence=capacity.evidence,
        )
    return Unlimited()


def typed_token_prices(typed: TokenPrices, currency: str, path: Path) -> dict[str, Price | None]:
    """The typed prices by kind, None where there is none. Raises Refused."""
    prices: dict[str, Price | None] = {}
    for kind in TOKEN_KINDS:
        price: TypedPrice | None = getattr(typed, kind)
        with refusing((*path, kind)):
            prices[kind] = None if price is None else typed_price(price, currency)
    return prices


def typed_steps(typed: TokenPrices, currency: str, path: Path) -> tuple[PriceStep, ...]:
    """The typed prices of longer requests, in order. Raises Refused."""
    found = []
    for index, step in enumerate(typed.steps):
        with refusing((*path, "steps", index)):
            prices = [
                None if price is None else typed_price(price, currency)
                for price in (step.input, step.output, step.cached_input)
            ]
            found.append(
                PriceStep(
                    above_input_tokens=step.above_input_tokens,
                    input=prices[0],
                    output=prices[1],
                    cached_input=prices[2],
                )
            )
    return tuple(found)
