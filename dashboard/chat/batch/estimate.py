"""About what a batch test takes before anything is asked, and whether its cost is allowed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

from catalog.database import Database
from costing import decimal_text
from costing.answer_cost import TokenCount
from costing.units import exact, to_decimal
from dashboard.chat.batch.plan import Plan
from dashboard.chat.endpoints import Endpoint, shown
from dashboard.chat.errors import ChatRefused
from dashboard.chat.money import cheapest_by_token

ALLOWED_USD: Final = Decimal(1)
"""What a run may cost where nobody named a cap."""
ASSUMED_OUTPUT_TOKENS: Final = 150
"""Of an answer that nobody has seen yet; told with the estimate."""

_AMOUNT = re.compile(r"\d{1,12}(\.\d{1,12})?", re.ASCII)


@dataclass(frozen=True, kw_only=True, slots=True)
class EndpointEstimate:
    """What an endpoint is about to take.

    Attributes:
        input_tokens, output_tokens: of all its answers, planned and assumed.
        usd_per_input_token, usd_per_output_token: of the cheapest offer for a mean answer; None
            where nobody says which model it is, or no price is known.
        cost: in US dollars; None with them.
    """

    endpoint: str
    answers: int
    input_tokens: int
    output_tokens: int
    usd_per_input_token: Fraction | None
    usd_per_output_token: Fraction | None

    @property
    def cost(self) -> Decimal | None:
        """Input and output at their prices."""
        return self.cost_of(self.input_tokens, self.output_tokens)

    def cost_of(
        self, input_tokens: int, output_tokens: int = ASSUMED_OUTPUT_TOKENS
    ) -> Decimal | None:
        """What so many tokens cost here; None where no price is known."""
        if self.usd_per_input_token is None or self.usd_per_output_token is None:
            return None
        return to_decimal(
            input_tokens * self.usd_per_input_token + output_tokens * self.usd_per_output_token
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Estimate:
    """What a plan is about to take, an entry an endpoint."""

    endpoints: tuple[EndpointEstimate, ...]

    @property
    def cost(self) -> Decimal:
        """Of the endpoints whose price is known; `unpriced` names the others."""
        known = [one.cost for one in self.endpoints if one.cost is not None]
        return to_decimal(sum((exact(cost) for cost in known), Fraction(0)))

    @property
    def unpriced(self) -> tuple[str, ...]:
        """Endpoints of which nobody knows what they cost: no cap can hold for them."""
        return tuple(one.endpoint for one in self.endpoints if one.cost is None)

    def of(self, endpoint: str) -> EndpointEstimate:
        """The entry of an endpoint of the plan."""
        return next(one for one in self.endpoints if one.endpoint == endpoint)


def estimate(plan: Plan, database: Database, today: date) -> Estimate:
    """About how many tokens a plan takes and what they cost by the token; nothing is asked."""
    each = plan.input_tokens.values()
    answers = len(each) * plan.repeats
    read, written = sum(each) * plan.repeats, ASSUMED_OUTPUT_TOKENS * answers
    mean = TokenCount(input_tokens=read // answers, output_tokens=ASSUMED_OUTPUT_TOKENS)
    found = []
    for endpoint in plan.endpoints:
        rates = _rates(database, endpoint, plan.region, mean, today)
        found.append(
            EndpointEstimate(
                endpoint=endpoint.name,
                answers=answers,
                input_tokens=read,
                output_tokens=written,
                usd_per_input_token=rates[0],
                usd_per_output_token=rates[1],
            )
        )
    return Estimate(endpoints=tuple(found))


def require_allowed(found: Estimate, cap: Decimal | None) -> Decimal:
    """The cap that holds: the one that was named, else a small one of ours.

    Raises ChatRefused where the estimate is above ours and none was named.
    """
    if cap is not None:
        return cap
    if found.cost > ALLOWED_USD:
        raise ChatRefused("batch_cost", found=f"{found.cost:.2f}", most=decimal_text(ALLOWED_USD))
    return ALLOWED_USD


def read_cap(text: str) -> Decimal:
    """A cap as a person types it, in US dollars. Raises ChatRefused unless it is above 0."""
    if not _AMOUNT.fullmatch(text.strip()) or Decimal(text.strip()) == 0:
        raise ChatRefused("batch_cap", found=shown(text))
    return Decimal(text.strip())


def read_threshold(text: str) -> Decimal:
    """A share of right answers that is asked for. Raises ChatRefused unless above 0 and up to
    1."""
    if not _AMOUNT.fullmatch(text.strip()) or not 0 < Decimal(text.strip()) <= 1:
        raise ChatRefused("batch_threshold", found=shown(text))
    return Decimal(text.strip())


def _rates(
    database: Database, endpoint: Endpoint, region: str, mean: TokenCount, today: date
) -> tuple[Fraction | None, Fraction | None]:
    if endpoint.catalog_model is None:
        return None, None
    place = endpoint.region or region
    with database.read() as session:
        found = cheapest_by_token(session, endpoint.catalog_model, place, mean, today)
    if found is None or found.option.input is None or found.option.output is None:
        return None, None
    return found.option.input.for_one(), found.option.output.for_one()
