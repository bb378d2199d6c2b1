"""What answers whose tokens were counted cost: by the token, and as a share of a host.

    by the token: (input - cached) * input price + cached * cached input price
                  + output * output price
    of a host:    max(input / input rate, output / output rate) / 3600 * price an hour

Reasoning tokens are output tokens and counted among them. Hosting fees are no cost of an answer.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from costing.errors import InvalidValue
from costing.options import Serverless, TypedCapacity
from costing.prices import Price
from costing.units import SECONDS_PER_HOUR, Unit, exact, to_decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class TokenCount:
    """Tokens as a server counted them.

    Attributes:
        input_tokens: all of the prompt, cached ones included.
        cached_input_tokens: at most the input tokens; None: the server does not say.
        output_tokens: all that was written, reasoning included.

    Raises InvalidValue for a negative count, or more cached tokens than input tokens.
    """

    input_tokens: int
    output_tokens: int
    cached_input_tokens: int | None = None

    def __post_init__(self) -> None:
        _require_tokens("input_tokens", self.input_tokens)
        _require_tokens("output_tokens", self.output_tokens)
        if self.cached_input_tokens is not None:
            _require_tokens("cached_input_tokens", self.cached_input_tokens)
            if self.cached_input_tokens > self.input_tokens:
                raise InvalidValue(
                    field="cached_input_tokens",
                    expected=f"at most the {self.input_tokens} input tokens",
                    found=str(self.cached_input_tokens),
                )


@dataclass(frozen=True, kw_only=True, slots=True)
class TokenCostItem:
    """One priced part: cost = tokens x price.amount / price.per. code: input, cached_input or
    output."""

    code: str
    tokens: int
    price: Price
    cost: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class TokenCost:
    """The cost of counted tokens.

    Attributes:
        cost: the sum before rounding, to 28 digits.
        cached_at_input_price: cached tokens were paid as others, because no price for them is
            known: the true cost may be lower.
    """

    cost: Decimal
    items: tuple[TokenCostItem, ...]
    cached_at_input_price: bool


def token_cost(option: Serverless, counted: TokenCount) -> TokenCost | None:
    """The cost of counted tokens by the prices of an option.

    None where a price is missing that these tokens need: an unknown cost is never 0.
    """
    cached = counted.cached_input_tokens or 0
    wanted = (
        ("input", counted.input_tokens - cached, option.input),
        ("cached_input", cached, option.cached_input or option.input),
        ("output", counted.output_tokens, option.output),
    )
    items: list[TokenCostItem] = []
    total = Fraction(0)
    for code, tokens, price in wanted:
        if not tokens:
            continue
        if price is None:
            return None
        cost = tokens * price.for_one()
        total += cost
        items.append(TokenCostItem(code=code, tokens=tokens, price=price, cost=to_decimal(cost)))
    return TokenCost(
        cost=to_decimal(total),
        items=tuple(items),
        cached_at_input_price=bool(cached) and option.cached_input is None,
    )


def host_share_cost(price: Price, capacity: TypedCapacity, counted: TokenCount) -> Decimal:
    """What a host costs while it serves these tokens and is full: its least cost of an answer.

    price: of the host by the hour. capacity: what it sustains; a rate of None is not looked at, as
    where hosts are counted. A host that is half idle costs twice as much an answer.
    Raises InvalidValue for a price that is not by the hour.
    """
    if price.unit is not Unit.HOUR:
        raise InvalidValue(field="price", expected="a price by the hour", found=price.unit)
    seconds = [
        tokens / exact(rate)
        for tokens, rate in (
            (counted.input_tokens, capacity.input_tokens_per_second),
            (counted.output_tokens, capacity.output_tokens_per_second),
        )
        if rate is not None
    ]
    return to_decimal(max(seconds) / SECONDS_PER_HOUR * price.for_one())


def added(counts: Iterable[TokenCount]) -> TokenCount:
    """The tokens of many answers together; cached ones are known only where all are."""
    every = tuple(counts)
    cached = [one.cached_input_tokens for one in every]
    known = [one for one in cached if one is not None]
    return TokenCount(
        input_tokens=sum(one.input_tokens for one in every),
        output_tokens=sum(one.output_tokens for one in every),
        cached_input_tokens=sum(known) if len(known) == len(cached) else None,
    )


def _require_tokens(field: str, value: object) -> None:
    """Refuse what is no whole number from 0 on (InvalidValue)."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise InvalidValue(field=field, expected="a whole number from 0 on", found=repr(value))
