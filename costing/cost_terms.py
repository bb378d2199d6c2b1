"""The cost of an option as a formula of what may vary: load, lengths, cached share, prices,
capacity.

    cost an hour = surcharge factor * (add-ons an hour + drift * hosting
                   + x * (add-ons a request + add-ons a token * (I + O))
                   + x * drift * (I * ((1 - c) * input + c * cached input) + O * output)
                   + drift * host price * max(minimum, needed + spare))
    needed       = ceil(x * peak * max(I / input rate, O / output rate) / capacity share)
    of units     = ceil(x * peak * (I * (1 - c) + weight * O) / rate of a unit / step) * step

x: mean requests an hour, I and O: tokens a request, c: cached share of the input, rates: tokens an
hour. The same rules as `curve.py`, and held against it by `test_uncertainty_costs.py`.
"""

from dataclasses import dataclass, replace
from fractions import Fraction

from costing.curve import CostCurve, Staircase, money_per_hour
from costing.errors import CostingError
from costing.options import Dedicated, Option, Provisioned, Serverless, TypedCapacity, missing
from costing.prices import Price
from costing.question import Question
from costing.units import MINUTES_PER_HOUR, SECONDS_PER_HOUR, Unit, exact


@dataclass(frozen=True, kw_only=True, slots=True)
class Inputs:
    """One state of the world; the lengths are those of the workload's shape.

    drift: factor on every price of the option, add-ons not counted. capacity_share: what a host
    serves over its middle estimate, 0: it serves nothing.
    """

    load: Fraction
    input_tokens: Fraction
    output_tokens: Fraction
    cached_input_share: Fraction
    drift: Fraction = Fraction(1)
    capacity_share: Fraction = Fraction(1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Length:
    """Tokens a request of an option: scale * those of the workload + constant.

    An option's own length moves in proportion; where the workload has none of these tokens, it
    stays.
    """

    scale: Fraction
    constant: Fraction

    def of(self, tokens: Fraction) -> Fraction:
        """The option's tokens where the workload has so many."""
        return self.scale * tokens + self.constant


@dataclass(frozen=True, kw_only=True, slots=True)
class HostTerms:
    """Money an hour of one host and what it carries; rates in tokens an hour at the peak, all None
    where unlimited. Of a unit of provisioned throughput: unit_rate, in input tokens an hour, of
    which an output token takes `weight`; units come in steps. paid_per_useful_hour: of spot hosts,
    some of whose paid hours serve nothing."""

    price: Fraction
    input_rate: Fraction | None
    output_rate: Fraction | None
    minimum: int
    spare: int
    maximum: int | None
    peak_to_mean: Fraction
    unit_rate: Fraction | None = None
    weight: Fraction = Fraction(0)
    step: int = 1
    paid_per_useful_hour: Fraction = Fraction(1)

    @property
    def bill(self) -> Fraction:
        """Money an hour of one host that serves."""
        return self.price * self.paid_per_useful_hour

    @property
    def unlimited(self) -> bool:
        """Whether one host carries any load."""
        return self.input_rate is None and self.output_rate is None and self.unit_rate is None

    @property
    def least_steps(self) -> Fraction:
        """Hosts, or steps of units, that are always paid; no whole number where a minimum of units
        ends within a step."""
        return Fraction(self.minimum, self.step)

    @property
    def fewest_steps(self) -> Fraction:
        """The same at the smallest load above 0."""
        return max(self.least_steps, Fraction(1 + self.spare))

    @property
    def most_steps(self) -> int | None:
        """Hosts, or steps of units, at the most; None: no maximum."""
        return None if self.maximum is None else self.maximum // self.step

    def per_request(
        self, input_tokens: Fraction, output_tokens: Fraction, cached: Fraction, share: Fraction
    ) -> Fraction:
        """How much of a host or unit one mean request an hour takes at the peak. cached: share of
        the input, which units do not count; share: of its capacity that a host reaches, not 0."""
        if self.unit_rate is not None:
            weighed = input_tokens * (1 - cached) + self.weight * output_tokens
            return weighed / self.unit_rate * self.peak_to_mean
        takes = [
            tokens / rate
            for tokens, rate in ((input_tokens, self.input_rate), (output_tokens, self.output_rate))
            if rate is not None
        ]
        return max(takes, default=Fraction(0)) * self.peak_to_mean / share


@dataclass(frozen=True, kw_only=True, slots=True)
class OptionTerms:
    """The coefficients of one option: money an hour, a request and a token, exact.

    own_share: its cached share where that is not the workload's; it then stays as it is.
    surcharge_factor: what support and tax make of every cost.
    """

    name: str
    add_ons_per_hour: Fraction
    add_ons_per_request: Fraction
    add_ons_per_token: Fraction
    hosting: Fraction
    input_price: Fraction
    cached_input_price: Fraction
    output_price: Fraction
    input_length: Length
    output_length: Length
    own_share: Fraction | None
    hosts: HostTerms | None
    surcharge_factor: Fraction = Fraction(1)

    def curve(self, at: Inputs) -> CostCurve | None:
        """The cost over the load in this state; None where hosts serve nothing."""
        read, written = (
            self.input_length.of(at.input_tokens),
            self.output_length.of(at.output_tokens),
        )
        share = at.cached_input_share if self.own_share is None else self.own_share
        tokens = read * ((1 - share) * self.input_price + share * self.cached_input_price)
        curve = CostCurve(
            name=self.name,
            fixed=self.surcharge_factor * (self.add_ons_per_hour + at.drift * self.hosting),
            slope=self.surcharge_factor
            * (
                self.add_ons_per_request
                + self.add_ons_per_token * (read + written)
                + at.drift * (tokens + written * self.output_price)
            ),
        )
        hosts = self.hosts
        if hosts is None:
            return curve
        if at.capacity_share == 0:
            return None
        takes = hosts.per_request(read, written, share, at.capacity_share)
        stairs = Staircase(
            price=self.surcharge_factor * at.drift * hosts.bill,
            load_per_instance=None if hosts.unlimited or takes == 0 else 1 / takes,
            minimum=hosts.minimum,
            spare=hosts.spare,
            maximum=hosts.maximum,
            step=hosts.step,
        )
        return replace(curve, stairs=stairs)

    def cost(self, at: Inputs) -> Fraction | None:
        """Money an hour at the load of this state; None above the maximum of hosts and where they
        serve nothing."""
        curve = self.curve(at)
        piece = None if curve is None else curve.piece_at(at.load)
        return None if piece is None else piece.cost(at.load)


def terms_of(question: Question, option: Option) -> OptionTerms:
    """The coefficients of one option of the question. Raises CostingError where its cost is
    unknown."""
    shape, common = question.shape_of(option), question.workload.shape
    lacking = missing(option, shape)
    if lacking:
        raise CostingError(f"{option.name}: no cost without {', '.join(lacking)}")
    add_ons = {unit: Fraction(0) for unit in Unit}
    for add_on in question.add_ons_of(option):
        unit = Unit.HOUR if add_on.hourly else add_on.price.unit
        add_ons[unit] += add_on.per_hour() if add_on.hourly else add_on.for_one()
    token = option.at(shape) if isinstance(option, Serverless) else None
    read = None if token is None else token.input
    cached = None if token is None or read is None else token.cached_input or read
    own_share = shape.cached_input_share
    return OptionTerms(
        name=option.name,
        add_ons_per_hour=add_ons[Unit.HOUR],
        add_ons_per_request=add_ons[Unit.REQUEST],
        add_ons_per_token=add_ons[Unit.TOKEN],
        hosting=money_per_hour(token.hosting) if token and token.hosting else Fraction(0),
        input_price=_each(read),
        cached_input_price=_each(cached),
        output_price=_each(None if token is None else token.output),
        input_length=_length(exact(shape.input_tokens), exact(common.input_tokens)),
        output_length=_length(exact(shape.output_tokens), exact(common.output_tokens)),
        own_share=None if own_share == common.cached_input_share else exact(own_share),
        hosts=None
        if isinstance(option, Serverless)
        else _hosts(option, exact(question.workload.peak_to_mean)),
        surcharge_factor=question.surcharge_factor,
    )


def inputs_of(question: Question) -> Inputs:
    """The state of the world as the question has it."""
    shape = question.workload.shape
    return Inputs(
        load=question.workload.requests_per_hour,
        input_tokens=exact(shape.input_tokens),
        output_tokens=exact(shape.output_tokens),
        cached_input_share=exact(shape.cached_input_share),
    )


def _each(price: Price | None) -> Fraction:
    """Money for one token; 0 where there is no such price, because there is no such token
    (`missing` has said so)."""
    return Fraction(0) if price is None else price.for_one()


def _length(own: Fraction, common: Fraction) -> Length:
    if common == 0:
        return Length(scale=Fraction(0), constant=own)
    return Length(scale=own / common, constant=Fraction(0))


def _hosts(option: Dedicated | Provisioned, peak_to_mean: Fraction) -> HostTerms:
    assert option.price is not None  # `missing` has said so
    if isinstance(option, Provisioned):
        assert option.input_tokens_per_minute_per_unit is not None
        return HostTerms(
            price=money_per_hour(option.price),
            input_rate=None,
            output_rate=None,
            minimum=option.minimum_units,
            spare=0,
            maximum=option.maximum_units,
            peak_to_mean=peak_to_mean,
            unit_rate=MINUTES_PER_HOUR * exact(option.input_tokens_per_minute_per_unit),
            weight=exact(option.output_token_weight or 0),
            step=option.step_units,
        )
    capacity = option.capacity if isinstance(option.capacity, TypedCapacity) else None
    read = None if capacity is None else capacity.input_tokens_per_second
    written = None if capacity is None else capacity.output_tokens_per_second
    return HostTerms(
        price=money_per_hour(option.price),
        input_rate=None if read is None else SECONDS_PER_HOUR * exact(read),
        output_rate=None if written is None else SECONDS_PER_HOUR * exact(written),
        minimum=option.minimum_instances,
        spare=option.spare_instances,
        maximum=option.maximum_instances,
        peak_to_mean=peak_to_mean,
        paid_per_useful_hour=option.paid_per_useful_hour,
    )
