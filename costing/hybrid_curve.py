"""The cost of a base that always runs and an overflow by the token, over the size of the base.

Of n paid base hosts, n - spare serve (none below 0); of n units, the whole steps in it. With
`served_to` what those carry, in requests an hour, and k = cost of a request by the token minus what
one costs on the base by the request (add-ons):

    cost(n) = fixed + base slope * mean load + n * price + k * overflow(n)
    overflow(n) = mean over hours of max(0, load of the hour - served_to)

Sizes are numbered: size 0 is the minimum, each further one a host (or whole step) more.

Why the least cost is found without trying all. Once one size more means one step more that serves,
the overflow it removes lies in a band of loads no wider than the band before and above it, so what
is removed never grows. What it costs never falls: one host, or one step (less for the first, where
the minimum is no whole step). For k >= 0 cost(next) - cost(this) therefore never falls: the cost is
convex, and piecewise linear in what the base serves. The first size whose difference is 0 or more
is then the smallest cheapest one, and halving finds it. For k < 0 no difference is negative, and
the same rule gives the first size. Below, where all hosts are standby ones, each adds its price and
serves nothing, so of those only size 0 can be cheapest.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate

from costing.curve import Staircase
from costing.profile import LoadProfile


@dataclass(frozen=True, kw_only=True, slots=True)
class Overflow:
    """What a base leaves over, in requests an hour as mean over the profile.

    As numbers of the profile: load * weights_above / total of weights - hours_above * served_to /
    hours; hours_above: those with more load than the base serves, weights_above: of those.
    """

    requests: Fraction
    hours_above: int
    weights_above: Fraction


@dataclass(frozen=True, kw_only=True, slots=True)
class HybridCurve:
    """Cost an hour by size of the base at one mean load (requests an hour).

    ordered: weights of the profile, lowest first; sums: of the first of them, from none to all.
    fixed: fees and add-ons of both sides by the hour. base_slope, overflow_slope: money a request
    served by the base and by the token.
    """

    stairs: Staircase
    load: Fraction
    ordered: Sequence[Fraction]
    sums: Sequence[Fraction]
    fixed: Fraction
    base_slope: Fraction
    overflow_slope: Fraction

    def paid(self, size: int) -> int:
        """Hosts or units paid: the minimum, then whole steps above it."""
        stairs = self.stairs
        return (stairs.minimum // stairs.step + size) * stairs.step if size else stairs.minimum

    def serving(self, size: int) -> int:
        """Hosts or units that serve: spare ones do not, nor a part of a step."""
        return max(0, self.paid(size) // self.stairs.step * self.stairs.step - self.stairs.spare)

    def overflow(self, size: int) -> Overflow:
        """Requests by the token beside a base of this size."""
        each, serving = self.stairs.load_per_instance, self.serving(size)
        total, hours = self.sums[-1], len(self.ordered)
        if self.load == 0 or (each is None and serving):
            return Overflow(requests=Fraction(0), hours_above=0, weights_above=Fraction(0))
        served_to = Fraction(0) if each is None else serving * each
        # Load and weight of an hour: load_h = load * weight * hours / total.
        below = bisect_right(self.ordered, served_to * total / (self.load * hours))
        above, weights = hours - below, total - self.sums[below]
        return Overflow(
            requests=self.load * weights / total - above * served_to / hours,
            hours_above=above,
            weights_above=weights,
        )

    def cost(self, size: int) -> Fraction:
        """Money an hour, exact."""
        overflow = self.overflow(size).requests
        by_request = self.base_slope * (self.load - overflow) + self.overflow_slope * overflow
        return self.fixed + self.paid(size) * self.stairs.price + by_request

    def exists(self, size: int) -> bool:
        """Whether the base may have this size: not under the minimum, not over the maximum."""
        maximum = self.stairs.maximum
        return size >= 0 and (maximum is None or self.paid(size) <= maximum)

    def largest_size(self, otherwise: int) -> int:
        """The largest size that the maximum allows; `otherwise` without a maximum."""
        stairs = self.stairs
        if stairs.maximum is None:
            return otherwise
        return stairs.maximum // stairs.step - stairs.minimum // stairs.step

    def best_size(self) -> int:
        """The cheapest size, the smallest of equal ones; why: above."""
        stairs = self.stairs
        first = max(0, stairs.spare - stairs.minimum)
        last = max(first, self.size_that_serves_all())
        low, high = first, min(last, self.largest_size(last))
        while low < high:
            middle = (low + high) // 2
            if self.cost(middle + 1) >= self.cost(middle):
                high = middle
            else:
                low = middle + 1
        return 0 if self.cost(0) <= self.cost(low) else low

    def size_that_serves_all(self) -> int:
        """The smallest size beside which nothing is left over in any hour; it need not exist."""
        highest = self.load * self.ordered[-1] * len(self.ordered) / self.sums[-1]
        paid = self.stairs.paid(self.stairs.needed(highest))
        return paid // self.stairs.step - self.stairs.minimum // self.stairs.step


def hybrid_curve(
    profile: LoadProfile,
    stairs: Staircase,
    load: Fraction,
    fixed: Fraction,
    slopes: tuple[Fraction, Fraction],
) -> HybridCurve:
    """The curve at a mean load; slopes: money a request on the base, and by the token."""
    ordered = sorted(Fraction(weight) for weight in profile.weights)
    return HybridCurve(
        stairs=stairs,
        load=load,
        ordered=ordered,
        sums=tuple(accumulate(ordered, initial=Fraction(0))),
        fixed=fixed,
        base_slope=slopes[0],
        overflow_slope=slopes[1],
    )
