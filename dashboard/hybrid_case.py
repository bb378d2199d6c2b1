"""Which hybrid of a question is asked about: its sides and hours, chosen alike for every face.

The hours of the profile take the place of the scenario's peak: their highest hour is the peak.
"""

from dataclasses import dataclass, replace
from decimal import Decimal

from catalog.problems import Path, Refused, problem
from catalog.scenario import Scenario
from costing import (
    Dedicated,
    Hybrid,
    HybridCall,
    HybridTrace,
    LoadProfile,
    Notice,
    Option,
    Provisioned,
    Question,
    Serverless,
    SizeCost,
    best_hybrid,
    estimate,
    hybrid_call,
    hybrid_sizes,
    hybrid_trace,
)
from costing.band import at_ends
from costing.notices import notices
from dashboard.hours import BY_THE_HOUR, chosen_profile


@dataclass(frozen=True, kw_only=True, slots=True)
class HybridRequest:
    """What is asked beside the scenario. None: the first hosts or units, the first option by the
    token, the hours of the scenario or else the preset of office hours."""

    base: str | None = None
    overflow: str | None = None
    profile: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class HybridAnswer:
    """The cheapest hybrid and what a reader must know of it.

    traced: with the trees of its numbers. call: whether the cheapest way can be called. ends: with
    hosts as slow, and as fast, as the estimate of their capacity allows; None where it is no
    estimate. notices: on the two sides and on holding them against each other.
    """

    traced: HybridTrace
    call: HybridCall
    ends: tuple[Hybrid, Hybrid] | None
    notices: tuple[Notice, ...]

    @property
    def hybrid(self) -> Hybrid:
        """Its numbers."""
        return self.traced.hybrid


@dataclass(frozen=True, kw_only=True, slots=True)
class HybridCase:
    """One base, one overflow and the hours. question: with a peak of 1, all its options kept."""

    question: Question
    base: Dedicated | Provisioned
    overflow: Serverless
    profile: LoadProfile

    def answer(self) -> HybridAnswer:
        """All that a face says of it."""
        traced = hybrid_trace(self.question, self.base, self.overflow, self.profile)
        ends = self._at_ends()
        return HybridAnswer(
            traced=traced,
            call=hybrid_call(traced.hybrid, self._pair(), ends or ()),
            ends=ends,
            notices=self._notices(),
        )

    def sizes(self) -> tuple[SizeCost, ...]:
        """What it costs over the size of its base; empty where something is lacking."""
        return hybrid_sizes(self.question, self.base, self.overflow, self.profile)

    def _at_ends(self) -> tuple[Hybrid, Hybrid] | None:
        """The cheapest hybrid with hosts as slow, and as fast, as the estimate of their capacity
        allows; None where it is no estimate."""
        if at_ends(self._pair()) is None:
            return None
        ends = at_ends(self.question)
        assert ends is not None  # the pair is part of it
        low, high = (self._at(end) for end in ends)
        return low, high

    def _at(self, question: Question) -> Hybrid:
        base = next(one for one in question.options if one.name == self.base.name)
        return best_hybrid(question, base, self.overflow, self.profile)

    def _notices(self) -> tuple[Notice, ...]:
        """What a reader must know of the two sides and of holding them against each other."""
        pair = self._pair()
        told = notices(pair, [estimate(pair, option) for option in pair.options])
        return tuple(one for one in told if one.code != BY_THE_HOUR)

    def _pair(self) -> Question:
        """The question without its other options."""
        names = (self.base.name, self.overflow.name)
        kept = []
        for one in self.question.add_ons:
            on = one.applies_to
            if on is None or any(name in names for name in on):
                sides = None if on is None else tuple(name for name in on if name in names)
                kept.append(replace(one, applies_to=sides))
        options = tuple(one for one in self.question.options if one.name in names)
        return replace(self.question, options=options, add_ons=tuple(kept))


def hybrid_case(scenario: Scenario, question: Question, asked: HybridRequest) -> HybridCase:
    """The hybrid that is asked about. Raises Refused for a side or profile that is not there."""
    base = _option(asked.base, bases(question), ("base",))
    overflow = _option(asked.overflow, overflows(question), ("overflow",))
    profile = chosen_profile(scenario, asked.profile)
    flat = replace(question, workload=replace(question.workload, peak_to_mean=Decimal(1)))
    assert isinstance(base, Dedicated | Provisioned)
    assert isinstance(overflow, Serverless)
    return HybridCase(question=flat, base=base, overflow=overflow, profile=profile)


def bases(question: Question) -> tuple[Option, ...]:
    """The options that can be a base, in the order of the question."""
    return tuple(one for one in question.options if isinstance(one, Dedicated | Provisioned))


def overflows(question: Question) -> tuple[Option, ...]:
    """The options that can take the overflow, in the order of the question."""
    return tuple(one for one in question.options if isinstance(one, Serverless))


def _option(name: str | None, fitting: tuple[Option, ...], path: Path) -> Option:
    if not fitting:
        raise Refused([problem("no_hybrid_side", path, side=str(path[0]))])
    if name is None:
        return fitting[0]
    named = [option for option in fitting if option.name == name]
    if not named:
        names = ", ".join(option.name for option in fitting)
        raise Refused([problem("hybrid_side_unknown", path, found=repr(name), allowed=names)])
    return named[0]
