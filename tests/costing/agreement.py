"""Where the answer to a scenario and the brute computation of it disagree, as sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from costing import BreakEven, Estimate, Interval, Status, break_even
from tests.costing.brute import (
    Reading,
    candidates,
    cheapest,
    host_parts,
    item_costs,
    limit_from_right,
    read,
    rounded,
)
from tests.costing.formulas import evaluate, names_in
from tests.costing.questions import question_of
from tests.costing.scenarios import PlainCapacity, PlainDedicated, PlainServerless, Scenario

MOST_STEP_ENDS = 12
"""Host counts of one option looked at one by one; beyond, only the surroundings of an end."""

NEAR = Fraction(1, 10**20)
"""How closely a formula must give its result where its inputs were rounded to 28 digits."""

FAR = (Fraction(3, 2), Fraction(10), Fraction(1001), Fraction(10**6))


def disagreements(scenario: Scenario) -> list[str]:
    """Everything in which the answer differs from the brute computation; empty: nothing."""
    return list(_Comparison(scenario, break_even(question_of(scenario))).all())


@dataclass(frozen=True)
class _Comparison:
    scenario: Scenario
    answer: BreakEven

    def all(self) -> Iterator[str]:
        readings = {option.name: read(self.scenario, option) for option in self.scenario.options}
        known = [reading for reading in readings.values() if reading is not None]
        load = Fraction(self.scenario.requests) / Fraction(self.scenario.period_hours)
        yield from _on_estimates(self.scenario, self.answer, readings, load)
        yield from _on_paper(self.scenario, self.answer, readings)
        if len(known) < 2:
            yield from _expect((), self.answer.intervals, "intervals of fewer than two options")
            return
        yield from _on_edges(self.scenario, self.answer)
        if self.answer.intervals:
            yield from _on_envelope(self.scenario, self.answer, known)


def _on_estimates(
    scenario: Scenario, answer: BreakEven, readings: dict[str, Reading | None], load: Fraction
) -> Iterator[str]:
    costs: list[tuple[Fraction, str]] = []
    for option, found in zip(scenario.options, answer.at_workload.estimates, strict=True):
        reading = readings[option.name]
        cost = None if reading is None else reading.cost(load)
        at = f"{option.name} at the workload"
        yield from _expect(_rounded(cost), found.cost_per_hour, f"cost of {at}")
        month = None if cost is None else cost * 730
        yield from _expect(_rounded(month), found.cost_per_month, f"cost a month of {at}")
        if reading is None:
            yield from _expect(Status.UNKNOWN, found.status, f"status of {at}")
        elif cost is None:
            yield from _expect(Status.ABOVE_MAXIMUM, found.status, f"status of {at}")
        else:
            costs.append((cost, option.name))
            yield from _expect(reading.paid_hosts(load), found.instances, f"hosts of {at}")
            busy = _rounded(reading.utilization(load))
            yield from _expect(busy, found.utilization, f"utilization of {at}")
            yield from _on_items(item_costs(scenario, option, load), cost, found)
    if len(costs) == len(scenario.options):
        first = min(costs, key=lambda pair: pair[0])
        yield from _expect(first[1], answer.at_workload.cheapest, "cheapest at the workload")


def _on_items(parts: list[Fraction], cost: Fraction, found: Estimate) -> Iterator[str]:
    costs = [item.cost_per_hour for item in found.line_items]
    yield from _expect([rounded(part) for part in parts], costs, f"line items of {found.name}")
    yield from _expect(cost, sum(parts, Fraction(0)), f"sum of the parts of {found.name}")
    total = Fraction(0)
    for item in found.line_items:
        value = evaluate(item.formula, item.inputs)
        total += value
        place = f"{item.name} of {found.name}"
        yield from _expect(set(item.inputs), names_in(item.formula), f"inputs of {place}")
        yield from _expect(item.cost_per_hour, rounded(value), f"formula of {place}")
        month = rounded(value * 730)
        yield from _expect(item.cost_per_month, month, f"month of {place}")
    yield from _expect(cost, total, f"sum of the formulas of {found.name}")


def _on_paper(
    scenario: Scenario, answer: BreakEven, readings: dict[str, Reading | None]
) -> Iterator[str]:
    """Two straight lines, the hosts' with the fewest paid hosts, through their costs at 0 and 1."""
    expected = []
    for option in scenario.options:
        if not isinstance(option, PlainDedicated) or host_parts(option) is None:
            continue
        free = read(scenario, _without_limit(option))
        assert free is not None
        fewest = max(option.minimum, 1 + option.spare)
        for other in scenario.options:
            theirs = readings[other.name]
            if not isinstance(other, PlainServerless) or theirs is None:
                continue
            gap = _fixed(free) - _fixed(theirs)
            rise = theirs.per_request - free.per_request
            if rise == 0 or gap / rise <= 0:
                continue
            load, limited = gap / rise, readings[option.name]
            reachable = None
            if limited is not None and limited.hosts_per_request is not None:
                reachable = limited.paid_hosts(load) == fewest
            expected.append((option.name, other.name, fewest, rounded(load), reachable))
    found = [
        (one.option, one.against, one.instances, one.requests_per_hour, one.reachable)
        for one in answer.paper_crossings
    ]
    yield from _expect(expected, found, "paper crossings")
    for one in answer.paper_crossings:
        yield from _near(one.formula, one.inputs, one.requests_per_hour)


def _on_edges(scenario: Scenario, answer: BreakEven) -> Iterator[str]:
    """Intervals lie end to end from 0, and how far was searched is what is stated."""
    ends = [interval.to_requests_per_hour for interval in answer.intervals]
    starts = [interval.from_requests_per_hour for interval in answer.intervals]
    yield from _expect([Decimal(0), *ends[:-1]][: len(ends)], starts, "starts of intervals")
    searched = answer.searched_to_requests_per_hour
    if ends:
        yield from _expect(searched if answer.truncated else None, ends[-1], "the last end")
    codes = {notice.code for notice in answer.notices}
    if scenario.search_to is not None and "search_stopped_early" not in codes:
        yield from _expect(scenario.search_to, searched, "where the search ended")
    neighbors = {one.cheapest != other.cheapest for one, other in pairwise(answer.intervals)}
    yield from _expect(False, False in neighbors, "two neighbors with one winner")


def _on_envelope(
    scenario: Scenario, answer: BreakEven, readings: Sequence[Reading]
) -> Iterator[str]:
    searched = Fraction(answer.searched_to_requests_per_hour)
    takes = [one.hosts_per_request for one in readings if one.hosts_per_request]
    steps = [(1 + one.step) / one.hosts_per_request for one in readings if one.hosts_per_request]
    reach = max(searched, Fraction(1)) + max(steps, default=Fraction(1))
    points = candidates(readings, Fraction(0), reach, MOST_STEP_ENDS)
    rows = _Rows(readings=readings, answer=answer, points=points)
    yield from rows.check()
    for interval in answer.intervals[:-1]:
        end = Fraction(interval.to_requests_per_hour or 0)
        if end > points[-1]:
            width = min([1 / take for take in takes], default=Fraction(1)) / 2
            window = candidates(readings, end - width, end + width)
            yield from _Rows(readings=readings, answer=answer, points=window).check_winners()
    # What the answer states is rounded: the end of the points may be the very load it means.
    exact = {rounded(point): point for point in points}
    searched = exact.get(answer.searched_to_requests_per_hour, searched)
    if points[-1] > searched:
        yield from rows.check_crossings()
        yield from rows.check_steps_and_ties(searched)
    last = answer.intervals[-1]
    if last.to_requests_per_hour is None:
        base = max(searched, points[-1], Fraction(last.from_requests_per_hour))
        for factor in FAR:
            edges = [base * factor]
            edges += [(base * factor * take).__ceil__() / take for take in takes]
            for load in (
                spot for edge in edges for spot in (edge, edge * (1 + Fraction(1, 10**9)))
            ):
                best = cheapest(readings, load)
                if not _is_one_of(best, last.cheapest):
                    yield f"far out at {float(load)}: expected one of {best}, found {last.cheapest}"


@dataclass(frozen=True, kw_only=True)
class _Rows:
    """The loads where something can change, and what the answer says between them."""

    readings: Sequence[Reading]
    answer: BreakEven
    points: list[Fraction]

    def check(self) -> Iterator[str]:
        """Winners between the points, and every interval's end is one of the points."""
        yield from self.check_winners()
        known = {rounded(point) for point in self.points}
        for interval in self.answer.intervals[:-1]:
            end = interval.to_requests_per_hour
            if end is not None and end <= rounded(self.points[-1]) and end not in known:
                yield f"an interval ends at {end}, where nothing can change"

    def check_winners(self) -> Iterator[str]:
        """Between two points the first of the cheapest wins; at the upper one it is not beaten."""
        for low, high in pairwise(self.points):
            middle = (low + high) / 2
            interval = self.interval_at(middle)
            if interval is None or high - low < NEAR * max(high, Fraction(1)):
                continue  # ends are rounded to 28 digits: too narrow to say on which side it lies
            just_after = low + (high - low) / 10**6
            for load in (just_after, middle):
                best = cheapest(self.readings, load)
                if interval.cheapest != (best[0] if best else None):
                    yield f"at {float(load)}: expected {best}, found {interval.cheapest}"
            best = cheapest(self.readings, high)
            if not _is_one_of(best, interval.cheapest):
                yield f"at the end {float(high)}: expected {best}, found {interval.cheapest}"

    def interval_at(self, load: Fraction) -> Interval | None:
        """The interval that holds a load inside; None above the last."""
        for interval in self.answer.intervals:
            end = interval.to_requests_per_hour
            if end is None or load < Fraction(end):
                return interval
        return None

    def check_crossings(self) -> Iterator[str]:
        """Kind, load, costs, hosts and formula of every crossing."""
        exact = {rounded(point): index for index, point in enumerate(self.points)}
        by_name = {reading.name: reading for reading in self.readings}
        pairs = [
            (one, other)
            for one, other in pairwise(self.answer.intervals)
            if one.cheapest is not None and other.cheapest is not None
        ]
        yield from _expect(len(pairs), len(self.answer.crossings), "number of crossings")
        for (one, other), found in zip(pairs, self.answer.crossings, strict=False):
            end = one.to_requests_per_hour
            if end is None or end not in exact:
                continue  # said by check()
            index = exact[end]
            load, inside = self.points[index], self.points[index + 1]
            inside = (load + inside) / 2
            old, new = by_name[one.cheapest or ""], by_name[other.cheapest or ""]
            before, after = old.cost(load), limit_from_right(new, load, inside)
            expected = (
                "equal" if before == after else "step",
                rounded(load), old.name, new.name, new.paid_hosts(inside),
                _rounded(before), rounded(after),
            )  # fmt: skip
            yield from _expect(
                expected,
                (
                    found.kind.value, found.requests_per_hour, found.from_option, found.to_option,
                    found.instances, found.cost_per_hour, found.cost_per_hour_after,
                ),
                f"crossing at {end}",
            )  # fmt: skip
            shape = self.answer.question.workload.shape
            tokens = [load * Fraction(n) for n in (shape.input_tokens, shape.output_tokens)]
            yield from _expect(
                [rounded(count) for count in tokens],
                [found.input_tokens_per_hour, found.output_tokens_per_hour],
                f"tokens at {end}",
            )
            yield from _near(found.formula, found.inputs, found.requests_per_hour)

    def check_steps_and_ties(self, searched: Fraction) -> Iterator[str]:
        """Host counts of each winner, and who costs the same on a part of its interval."""
        by_name = {reading.name: reading for reading in self.readings}
        for interval in self.answer.intervals:
            steps: list[tuple[int, Decimal | None]] = []
            ties: set[str] = set()
            winner = by_name.get(interval.cheapest or "")
            for low, high in pairwise(sorted({*self.points, searched})):
                middle = (low + high) / 2
                if self.interval_at(middle) is not interval or winner is None:
                    continue
                ties |= set(cheapest(self.readings, middle)) - {winner.name}
                hosts = winner.paid_hosts(middle)
                if hosts is not None and low < searched:
                    if steps and steps[-1][0] == hosts:
                        steps.pop()
                    steps.append((hosts, rounded(min(high, searched))))
                elif hosts is not None and winner.hosts_per_request is None:
                    steps = [(hosts, None)]
            place = f"of {interval.cheapest} up to {interval.to_requests_per_hour}"
            found = [(step.instances, step.to_requests_per_hour) for step in interval.steps]
            yield from _expect(steps, found, f"host counts {place}")
            names = tuple(name for name in by_name if name in ties)
            yield from _expect(names, interval.tied_with, f"ties {place}")


def _near(formula: str, inputs: object, load: Decimal) -> Iterator[str]:
    assert isinstance(inputs, dict)
    value = evaluate(formula, inputs)
    if abs(value - Fraction(load)) > NEAR * max(Fraction(load), Fraction(1)):
        yield f"formula {formula} gives {value}, not {load}"


def _expect(expected: object, found: object, what: str) -> Iterator[str]:
    if expected != found:
        yield f"{what}: expected {expected}, found {found}"


def _is_one_of(best: Sequence[str], winner: str | None) -> bool:
    return winner in best if best else winner is None


def _rounded(value: Fraction | None) -> Decimal | None:
    return None if value is None else rounded(value)


def _fixed(reading: Reading) -> Fraction:
    tiny = reading.cost(Fraction(1))
    assert tiny is not None
    return tiny - reading.per_request


def _without_limit(option: PlainDedicated) -> PlainDedicated:
    return replace(option, capacity=PlainCapacity())
