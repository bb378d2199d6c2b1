"""How sure an answer is, in words: what was assumed, how often an option wins, what turns it."""

from dataclasses import dataclass
from decimal import Decimal

from costing import HOURS_PER_MONTH, Dedicated
from costing.changes import Input
from costing.distributions import (
    CapacityBand,
    CapacityDistribution,
    Fixed,
    Lognormal,
    Triangular,
)
from costing.inverse import Inverse, Lever, NoTurn
from costing.uncertainty import BreakEvenRisk
from dashboard.format import Format
from dashboard.risk_run import RiskFindings
from dashboard.texts import Texts

MILLION = 1_000_000
NEARLY_ALL = Decimal("0.99")
TOKEN_PRICES = (Lever.INPUT_PRICE, Lever.OUTPUT_PRICE)
SHARES = (Lever.DISCOUNT, Lever.UTILIZATION)


@dataclass(frozen=True, kw_only=True, slots=True)
class Assumption:
    """One input that is drawn; stated: by the scenario, else by default."""

    input: Input
    option: str | None
    distribution: CapacityDistribution
    stated: bool


def assumptions_of(found: RiskFindings) -> list[Assumption]:
    """Everything that varies in the draws, in the order in which it is drawn."""
    uncertainty, typed = found.uncertainty, found.scenario.uncertainty
    listed: list[tuple[Input, str | None, CapacityDistribution, bool]] = []
    for which in (
        Input.LOAD, Input.INPUT_TOKENS, Input.OUTPUT_TOKENS, Input.CACHED_INPUT_SHARE,
    ):  # fmt: skip
        distribution = getattr(uncertainty, which.value)
        if distribution is not None:
            stated = getattr(typed, which.value, None) is not None
            listed.append((which, None, distribution, stated))
    listed += [(Input.PRICE, name, one, True) for name, one in uncertainty.drift.items()]
    for option in found.question.options:
        band = uncertainty.capacity_of(option) if isinstance(option, Dedicated) else None
        if band is not None:
            stated = option.name in uncertainty.capacity
            listed.append((Input.CAPACITY, option.name, band, stated))
    return [
        Assumption(input=which, option=name, distribution=one, stated=stated)
        for which, name, one, stated in listed
    ]


@dataclass(frozen=True, slots=True)
class RiskWords:
    """Sentences in one language and one currency."""

    texts: Texts
    fmt: Format

    def headline(self, found: RiskFindings) -> str:
        """How often the option that is cheapest now is the cheapest, and the least regret."""
        risk = found.risk
        one = next((one for one in risk.options if one.name == risk.cheapest), None)
        if one is None or one.probability_cheapest is None:
            return self.texts("risk.headline.unknown")
        parts = [
            self.texts(
                "risk.headline",
                option=one.name,
                share=self.part(one.probability_cheapest),
                draws=self.fmt.exact_count(Decimal(risk.draws)),
            )
        ]
        if risk.least_regret is not None:
            least = next(each for each in risk.options if each.name == risk.least_regret)
            parts.append(
                self.texts(
                    "risk.headline.regret",
                    option=least.name,
                    money=self.monthly(least.expected_regret_per_hour),
                )
            )
        return self.texts("space").join(parts)

    def assumption(self, one: Assumption) -> str:
        """One input with its distribution, and whether it is a default."""
        message = "risk.stated" if one.stated else "risk.default"
        spread = self._spread(one.input, one.distribution)
        return self.texts(message, input=self.input(one.input, one.option), spread=spread)

    def input(self, which: Input, option: str | None) -> str:
        """The name of an input, with that of its option."""
        name = self.texts(f"risk.input.{which.value}")
        return name if option is None else self.texts("risk.of", input=name, option=option)

    def value(self, which: Input, value: Decimal) -> str:
        """A value of an input: load by the month, shares in percent."""
        if which is Input.LOAD:
            return self.fmt.count(value * HOURS_PER_MONTH)
        if which in (Input.PRICE, Input.CAPACITY, Input.CACHED_INPUT_SHARE):
            return self.fmt.share(value)
        return self.fmt.exact_count(value)

    def _spread(self, which: Input, one: CapacityDistribution) -> str:
        if isinstance(one, Fixed):
            return self.texts("risk.fixed", value=self.value(which, one.value))
        if isinstance(one, Lognormal):
            ends, message = (one.p10, one.p90), "risk.p10_p90"
        elif isinstance(one, CapacityBand):
            ends, message = (one.low_share, one.high_share), "risk.p10_p90"
        else:
            ends, message = (one.low, one.high), "risk.low_high"
        low, high = (self.value(which, end) for end in ends)
        text = self.texts(message, low=low, high=high)
        if isinstance(one, Triangular):
            text += self.texts("risk.mode", mode=self.value(which, one.mode))
        return text

    def part(self, share: Decimal) -> str:
        """A share of the draws; one that is not all is never written as all."""
        if NEARLY_ALL <= share < 1:
            return self.texts("risk.nearly_all")
        return self.fmt.share(share)

    def monthly(self, hourly: Decimal | None) -> str:
        """Money an hour as money a month; a question mark where it is unknown."""
        return "?" if hourly is None else self.fmt.money(hourly * HOURS_PER_MONTH)

    def break_even(self, one: BreakEvenRisk) -> str:
        """The break-even of a pair over the draws, and the share of draws without one."""
        names = {"option": one.option, "against": one.against}
        without = self.texts(
            "risk.without",
            never=self.part(one.never),
            not_found=self.part(one.not_found),
        )
        if one.requests_per_hour is None:
            return self.texts("risk.break_even.none", without=without, **names)
        ends = one.requests_per_hour
        p10, p50, p90 = (
            self.fmt.about(end * HOURS_PER_MONTH) for end in (ends.p10, ends.p50, ends.p90)
        )
        return self.texts("risk.break_even", p10=p10, p50=p50, p90=p90, without=without, **names)

    def turn(self, one: Inverse) -> str:
        """The value at which the answer turns, next to the present one, or why there is none."""
        name = self.texts(f"risk.lever.{one.lever.value}")
        if one.lever not in (Lever.VOLUME, Lever.OUTPUT_TOKENS):
            name = self.texts("risk.of", input=name, option=one.option)
        turn = one.nearest
        if turn is not None:
            return self.texts(
                "risk.turn",
                input=name,
                value=self._lever(one, turn.value),
                now="?" if one.now is None else self._lever(one, one.now),
                below=turn.below or self.texts("table.no_option"),
                above=turn.above or self.texts("table.no_option"),
            )
        reason = one.reason or NoTurn.UNKNOWN
        if one.beyond is not None:
            beyond = self._lever(one, one.beyond)
            return self.texts("risk.no_turn.out_of_bounds", input=name, beyond=beyond)
        searched = "?" if one.searched_to is None else self._lever(one, one.searched_to)
        return self.texts(f"risk.no_turn.{reason.value}", input=name, searched=searched)

    def _lever(self, one: Inverse, value: Decimal) -> str:
        lever = one.lever
        if lever in SHARES:
            return self.fmt.share(value)
        if lever in TOKEN_PRICES:
            return self.texts("risk.per_million", money=self.fmt.money(value * MILLION))
        if lever is Lever.HOST_PRICE:
            message = "risk.per_unit" if one.of_units else "risk.per_host"
            return self.texts(message, money=self.fmt.money(value))
        if lever is Lever.VOLUME:
            return self.texts("flip.requests", requests=self.fmt.count(value * HOURS_PER_MONTH))
        return self.fmt.exact_count(value)
