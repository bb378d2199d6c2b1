"""Short ways to a question: from plain data, and the parts that most tests share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from costing import (
    AddOn,
    Capacity,
    Dedicated,
    Lens,
    Option,
    OwnedHost,
    Price,
    PriceStep,
    Provenance,
    Provisioned,
    Question,
    RequestShape,
    Serverless,
    TypedCapacity,
    Unit,
    UnknownCapacity,
    Unlimited,
    Volume,
    Workload,
)
from tests.costing.scenarios import (
    PlainCapacity,
    PlainDedicated,
    PlainOption,
    PlainOwned,
    PlainPrice,
    PlainProvisioned,
    PlainServerless,
    PlainShape,
    Scenario,
)


def question_of(scenario: Scenario) -> Question:
    """The question that a scenario in plain data asks."""
    return Question(
        workload=Workload(
            requests=scenario.requests,
            period_hours=scenario.period_hours,
            shape=_shape(scenario.shape),
            peak_to_mean=scenario.peak_to_mean,
        ),
        options=tuple(_option(option) for option in scenario.options),
        currency="USD",
        add_ons=tuple(
            AddOn(
                name=one.name,
                price=_known(one.price),
                applies_to=one.applies_to,
                quantity=one.quantity,
                already_paid=one.paid,
                once=one.once,
            )
            for one in scenario.add_ons
        ),
        search_to_requests_per_hour=scenario.search_to,
        support_share=scenario.support,
        tax_share=scenario.tax,
        lens=Lens.MARGINAL if scenario.marginal else Lens.FULL,
    )


def money(
    amount: str, unit: Unit = Unit.HOUR, *, per: str = "1", as_of: date | None = None
) -> Price:
    """A price in dollars."""
    return Price(
        amount=Decimal(amount),
        per=Decimal(per),
        unit=unit,
        currency="USD",
        provenance=Provenance(as_of=as_of),
    )


def token_money(amount: str, *, per: str = "1000", as_of: date | None = None) -> Price:
    """A price in dollars for 1,000 tokens, or for `per`."""
    return money(amount, Unit.TOKEN, per=per, as_of=as_of)


def shape(
    input_tokens: str = "3600", output_tokens: str = "3600", share: str = "0"
) -> RequestShape:
    """A request of 3,600 tokens in and 3,600 out: one a second is 3,600 requests an hour."""
    return RequestShape(
        input_tokens=Decimal(input_tokens),
        output_tokens=Decimal(output_tokens),
        cached_input_share=Decimal(share),
    )


def per_token(name: str = "Per token", cost_per_request: str = "1", fee: str = "0") -> Serverless:
    """A serverless option whose requests of the default shape cost so much; all on the output."""
    return Serverless(
        name=name,
        input=token_money("0"),
        output=token_money(cost_per_request, per="3600"),
        hosting=money(fee),
    )


def typed(requests_per_hour: str) -> TypedCapacity:
    """One host carries so many requests of the default shape an hour; its output is the limit."""
    return TypedCapacity(
        output_tokens_per_second=Decimal(requests_per_hour), evidence="a load test"
    )


def hosts(
    name: str = "Hosts",
    price: str = "4",
    capacity: Capacity | None = None,
    *,
    minimum: int = 1,
    spare: int = 0,
    maximum: int | None = None,
) -> Dedicated:
    """Dedicated hosts at a price an hour; unlimited unless told otherwise."""
    return Dedicated(
        name=name,
        price=money(price),
        minimum_instances=minimum,
        spare_instances=spare,
        maximum_instances=maximum,
        capacity=Unlimited() if capacity is None else capacity,
    )


def question(
    *options: Option,
    requests: str = "10",
    search_to: str | None = None,
    add_ons: Sequence[AddOn] = (),
    volumes: Sequence[Volume] = (),
    peak: str = "1",
) -> Question:
    """A question about requests of 3,600 tokens in and 3,600 out."""
    return Question(
        workload=Workload(requests=Decimal(requests), shape=shape(), peak_to_mean=Decimal(peak)),
        options=options,
        currency="USD",
        add_ons=tuple(add_ons),
        volumes=tuple(volumes),
        search_to_requests_per_hour=None if search_to is None else Decimal(search_to),
    )


ARTICLE_INPUT = PlainPrice(amount=Decimal("0.00067"), per=Decimal(1000), unit="token")
ARTICLE_OUTPUT = PlainPrice(amount=Decimal("0.00052"), per=Decimal(1000), unit="token")


def article(capacity: PlainCapacity, *, peak: Decimal = Decimal(1)) -> Scenario:
    """The founding example: Llama-2-7b per token against three hosts, in plain data.

    One host carries `capacity`; PlainCapacity() is the article's silent assumption of no limit.
    """
    return Scenario(
        requests=Decimal(5000),
        shape=PlainShape(input_tokens=Decimal(1000), output_tokens=Decimal(1000)),
        options=(
            PlainServerless(
                name="Per token",
                input=ARTICLE_INPUT,
                output=ARTICLE_OUTPUT,
                hosting=PlainPrice(amount=Decimal("3.09"), unit="hour"),
            ),
            PlainDedicated(
                name="Three hosts",
                price=PlainPrice(amount=Decimal("6.12"), unit="hour"),
                minimum=3,
                spare=0,
                capacity=capacity,
            ),
        ),
        peak_to_mean=peak,
    )


def _shape(plain: PlainShape) -> RequestShape:
    return RequestShape(
        input_tokens=plain.input_tokens,
        output_tokens=plain.output_tokens,
        cached_input_share=plain.cached_input_share,
    )


def _known(plain: PlainPrice) -> Price:
    return Price(amount=plain.amount, per=plain.per, unit=Unit(plain.unit), currency="USD")


def _price(plain: PlainPrice | None) -> Price | None:
    return None if plain is None else _known(plain)


def _option(plain: PlainOption) -> Option:
    own = None if plain.shape is None else _shape(plain.shape)
    if isinstance(plain, PlainServerless):
        return Serverless(
            name=plain.name,
            input=_price(plain.input),
            output=_price(plain.output),
            cached_input=_price(plain.cached_input),
            hosting=_price(plain.hosting),
            steps=tuple(
                PriceStep(
                    above_input_tokens=step.above,
                    input=_price(step.input),
                    output=_price(step.output),
                    cached_input=_price(step.cached_input),
                )
                for step in plain.steps
            ),
            shape=own,
        )
    if isinstance(plain, PlainProvisioned):
        return Provisioned(
            name=plain.name,
            price=_price(plain.price),
            minimum_units=plain.minimum,
            step_units=plain.step,
            maximum_units=plain.maximum,
            input_tokens_per_minute_per_unit=plain.input_tokens_per_minute,
            output_token_weight=plain.output_token_weight,
            shape=own,
        )
    owned = None if plain.owned is None else _owned(plain.owned)
    return Dedicated(
        name=plain.name,
        price=_price(plain.price) if owned is None else owned.price,
        owned=owned,
        interruption_share=plain.interruption,
        minimum_instances=plain.minimum,
        spare_instances=plain.spare,
        maximum_instances=plain.maximum,
        capacity=_capacity(plain.capacity),
        shape=own,
    )


def _owned(plain: PlainOwned) -> OwnedHost:
    return OwnedHost(
        currency="USD",
        purchase_price=plain.purchase,
        residual_value=plain.residual,
        useful_life_months=plain.life,
        power_kilowatts=plain.kilowatts,
        power_usage_effectiveness=plain.effectiveness,
        price_per_kilowatt_hour=plain.per_kilowatt_hour,
        people_hours_per_month=plain.hours,
        people_price_per_hour=plain.per_work_hour,
        colocation_fee_per_month=plain.fee,
        purchase_counts=not plain.sunk,
    )


def _capacity(plain: PlainCapacity | None) -> Capacity:
    if plain is None:
        return UnknownCapacity()
    into, out = plain.input_tokens_per_second, plain.output_tokens_per_second
    if into is None and out is None:
        return Unlimited()
    return TypedCapacity(input_tokens_per_second=into, output_tokens_per_second=out)
