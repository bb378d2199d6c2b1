"""The cost of each option as a curve over one input other than the load, the load as it is.

    price    cost = (all but the units that it is paid for) + units * price
    output   cost = (all but output) + x * (price + add-ons) * O, hosts by ceil(x * peak * O / rate)

A curve over output tokens is a staircase whose steps are output tokens; its minimum is what the
input and the minimum of hosts ask for.
"""

from dataclasses import replace
from fractions import Fraction

from costing.cost_terms import HostTerms, Inputs, OptionTerms
from costing.curve import CostCurve, Staircase


def over_constant(terms: OptionTerms, at: Inputs) -> CostCurve | None:
    """An option that the input does not touch; None where it has no cost."""
    cost = terms.cost(at)
    return None if cost is None else CostCurve(name=terms.name, fixed=cost, slope=Fraction(0))


def over_host_price(terms: OptionTerms, at: Inputs) -> CostCurve | None:
    """Hosts that are paid at this load, over the price of one; None above their maximum."""
    assert terms.hosts is not None
    free = over_constant(replace(terms, hosts=replace(terms.hosts, price=Fraction(0))), at)
    one = over_constant(replace(terms, hosts=replace(terms.hosts, price=Fraction(1))), at)
    return _through(free, one)


def over_input_price(terms: OptionTerms, at: Inputs, *, cached_too: bool) -> CostCurve | None:
    """Input tokens over their price; cached ones follow where they have no price of their own."""

    def priced(price: Fraction) -> OptionTerms:
        cached = price if cached_too else terms.cached_input_price
        return replace(terms, input_price=price, cached_input_price=cached)

    return _through(over_constant(priced(Fraction(0)), at), over_constant(priced(Fraction(1)), at))


def over_output_price(terms: OptionTerms, at: Inputs) -> CostCurve | None:
    """Output tokens over their price."""
    free, one = (
        over_constant(replace(terms, output_price=Fraction(price)), at) for price in (0, 1)
    )
    return _through(free, one)


def over_output_tokens(terms: OptionTerms, at: Inputs) -> CostCurve | None:
    """Over the output tokens of the workload; None where the input alone asks for too many hosts.

    The workload has output tokens, so that an option's own length is in proportion to them.
    """
    bare = replace(terms, hosts=None)
    none, one = (
        over_constant(bare, replace(at, output_tokens=Fraction(tokens))) for tokens in (0, 1)
    )
    curve = _through(none, one)
    if terms.hosts is None or curve is None:
        return curve
    return _with_hosts(curve, terms.hosts, terms, at)


def _with_hosts(
    curve: CostCurve, hosts: HostTerms, terms: OptionTerms, at: Inputs
) -> CostCurve | None:
    busy, bill = at.load * hosts.peak_to_mean, terms.surcharge_factor * hosts.bill
    read = terms.input_length.of(at.input_tokens)
    by_input = Fraction(0) if hosts.input_rate is None else read / hosts.input_rate
    least = Staircase(
        price=bill,
        load_per_instance=1 / by_input if by_input else None,
        minimum=hosts.minimum,
        spare=hosts.spare,
        maximum=hosts.maximum,
    )
    fewest = least.paid(least.needed(busy))
    if hosts.maximum is not None and fewest > hosts.maximum:
        return None
    scale = terms.output_length.scale
    if hosts.output_rate is None or busy * scale == 0:
        return replace(curve, fixed=curve.fixed + fewest * bill)
    each = hosts.output_rate / (busy * scale)
    return replace(curve, stairs=replace(least, load_per_instance=each, minimum=fewest))


def _through(at_zero: CostCurve | None, at_one: CostCurve | None) -> CostCurve | None:
    """The line through the costs at 0 and at 1."""
    if at_zero is None or at_one is None:
        return None
    return replace(at_zero, slope=at_one.fixed - at_zero.fixed)
