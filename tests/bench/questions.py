"""The founding example as a costing question, for measurements without files and database."""

from __future__ import annotations

from decimal import Decimal

from costing import (
    Dedicated,
    Price,
    Question,
    RequestShape,
    Serverless,
    Unit,
    Unlimited,
    Workload,
)


def article() -> Question:
    """Llama-2-7b by the token or on three hosts, capacity unlimited."""

    def usd(amount: str, per: str, unit: Unit) -> Price:
        return Price(amount=Decimal(amount), per=Decimal(per), unit=unit, currency="USD")

    return Question(
        currency="USD",
        workload=Workload(
            requests=Decimal(5000),
            shape=RequestShape(input_tokens=Decimal(1000), output_tokens=Decimal(1000)),
            peak_to_mean=Decimal(1),
        ),
        options=(
            Serverless(
                name="Per token",
                input=usd("0.00067", "1000", Unit.TOKEN),
                output=usd("0.00052", "1000", Unit.TOKEN),
                hosting=usd("3.09", "1", Unit.HOUR),
            ),
            Dedicated(
                name="Three hosts",
                price=usd("6.12", "1", Unit.HOUR),
                minimum_instances=3,
                spare_instances=0,
                capacity=Unlimited(),
            ),
        ),
    )
