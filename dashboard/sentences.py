"""The answer in words: every sentence is computed from the answer, none is typed.

A sentence never says more than the evidence holds: a break-even with unlimited or typed capacity
carries that condition, and a load that was not searched is named.
"""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from costing import (
    HOURS_PER_MONTH,
    BreakEven,
    BreakEvenState,
    Call,
    Capacity,
    Crossing,
    Dedicated,
    Estimate,
    EstimatedCapacity,
    Notice,
    PaperCrossing,
    Question,
    Status,
    Unlimited,
    Verdict,
)
from costing.flips import Flip, flips
from dashboard.format import Format
from dashboard.notice_words import NoticeWords
from dashboard.texts import Texts

NOT_INCLUDED = ("search", "storage", "network", "support", "people", "tax", "move")
"""What an answer leaves out unless it was added."""


@dataclass(frozen=True, slots=True)
class Sentences:
    """Sentences in one language and one currency."""

    texts: Texts
    fmt: Format

    def headline(self, answer: BreakEven) -> str:
        """The title of the answer and of its chart: the finding with its condition."""
        at = answer.at_workload
        if at.call is Call.UNKNOWN:
            return self.texts("headline.unknown", missing=self._missing(at))
        if at.call is Call.TOO_CLOSE and at.cheapest:
            first = self._too_close(at, at.cheapest)
        else:
            first = self.texts("headline.cheapest", option=at.cheapest or "")
        return self.texts("headline.joined", first=first, second=self._turn(answer))

    def _too_close(self, at: Verdict, cheapest: str) -> str:
        if at.second is None:
            return self.texts("headline.capacity_band.alone", one=cheapest)
        return self.texts(
            f"headline.{why_close({reason.code for reason in at.reasons})}",
            one=cheapest,
            other=at.second,
        )

    def subline(self, answer: BreakEven) -> str:
        """What is compared: model, region, tokens a request, peak, load."""
        question = answer.question
        shape, load = question.workload.shape, answer.at_workload.requests_per_hour
        sold = [option.sold for option in question.options]
        names = {
            "model": " / ".join(dict.fromkeys(part.model for part in sold if part.model))
            or self.texts("subline.no_model"),
            "region": " / ".join(dict.fromkeys(part.region for part in sold if part.region))
            or self.texts("subline.no_region"),
        }
        return self.texts(
            "subline",
            **names,
            requests=self.fmt.count(load * HOURS_PER_MONTH),
            input=self.fmt.exact_count(shape.input_tokens),
            output=self.fmt.exact_count(shape.output_tokens),
            peak=self.fmt.exact_count(question.workload.peak_to_mean),
        )

    def call(self, verdict: Verdict) -> str:
        """The verdict in a few words: Clearly cheaper: X; Too close to call; Cannot judge."""
        if verdict.call is Call.UNKNOWN:
            return self.texts("call.unknown", missing=self._missing(verdict))
        if verdict.call is Call.TOO_CLOSE:
            return self.texts(f"call.{why_close({reason.code for reason in verdict.reasons})}")
        return self.texts("call.clear", option=verdict.cheapest or "")

    def verdict(self, answer: BreakEven, verdict: Verdict) -> str:
        """Who is cheaper by how much a month, and why it cannot be called where it cannot."""
        if verdict.call is Call.UNKNOWN:
            return self.texts("verdict.unknown", missing=self._missing(verdict))
        parts: list[str] = []
        if verdict.gap_per_hour is None:
            parts.append(self.texts("verdict.only_option", option=verdict.cheapest or ""))
        elif verdict.gap_per_hour == 0:
            parts.append(
                self.texts("verdict.same", one=verdict.cheapest or "", other=verdict.second or "")
            )
        else:
            share = verdict.gap_share
            parts.append(
                self.texts(
                    "verdict.gap_from_zero" if share is None else "verdict.gap",
                    option=verdict.cheapest or "",
                    other=verdict.second or "",
                    money=self.fmt.money(verdict.gap_per_hour * HOURS_PER_MONTH),
                    share="" if share is None else self.fmt.share(share),
                )
            )
        parts += [
            self.texts(f"verdict.reason.{reason.code}")
            for reason in verdict.reasons
            if reason.code in ("close_costs", "price_dates", "capacity_band")
        ]
        parts += [self._position(answer, verdict), self._condition(answer, verdict.cheapest)]
        return self._join(parts)

    def break_even(self, answer: BreakEven) -> str:
        """Where the cheapest option changes, how often, or why never."""
        state = answer.state
        searched = self._requests(answer.searched_to_requests_per_hour)
        if state is BreakEvenState.UNKNOWN:
            return self.texts("break_even.unknown", missing=self._missing(answer.at_workload))
        if answer.crossings:
            first = answer.crossings[0]
            message = "break_even.once" if state is BreakEvenState.ONCE else "break_even.several"
            turn = self.texts(
                message,
                requests=self._requests(first.requests_per_hour),
                count=str(len(answer.crossings)),
                before=first.from_option,
                after=first.to_option,
                searched=self.texts("break_even.searched", searched=searched)
                if answer.truncated
                else "",
            ).strip()
            sides = (first.from_option, first.to_option)
            return self._join([turn, *(self._condition(answer, side) for side in sides)])
        if state is BreakEvenState.NOT_REACHABLE:
            return self.paper(answer.paper_crossings[0], answer)
        return self._no_turn(answer, searched)

    def _no_turn(self, answer: BreakEven, searched: str) -> str:
        """One option at every load; the load is named above which no option is left."""
        winner = next((interval.cheapest for interval in answer.intervals), None) or ""
        last = answer.intervals[-1]
        if last.cheapest is None:
            end = self._requests(last.from_requests_per_hour)
            return self.texts("break_even.never_to_end", option=winner, requests=end)
        sentence = self.texts(f"break_even.{answer.state.value}", option=winner, searched=searched)
        return self._join([sentence, self._condition(answer, winner)])

    def paper(self, crossing: PaperCrossing, answer: BreakEven | None = None) -> str:
        """The load where costs would meet on paper, and whether the hosts reach it; answer: so that
        it is not sure where slow and fast deployments differ in that."""
        reach = {True: "yes", False: "no", None: "not_judged"}[crossing.reachable]
        if answer is not None and _reach_differs(answer, crossing):
            reach = "unsure"
        return self.texts.counted(
            f"paper.{reach}",
            crossing.instances,
            option=crossing.option,
            against=crossing.against,
            requests=self._requests(crossing.requests_per_hour),
        )

    def notice(self, notice: Notice) -> str:
        """A remark in words; KeyError for a code without a sentence, which a test rules out."""
        return NoticeWords(self.texts, self.fmt).notice(notice)

    def rented(self, estimate: Estimate) -> str:
        """How many hosts, or units of throughput, are paid; a dash for an option without any."""
        if estimate.instances is None:
            return "–"
        count = self.fmt.exact_count(Decimal(estimate.instances))
        if estimate.kind == "provisioned":
            return self.texts("table.units", count=count)
        return count

    def no_cost(self, estimate: Estimate) -> str:
        """Why an option has no cost at this load."""
        if estimate.status is Status.ABOVE_MAXIMUM:
            return self.texts("no_cost.above_maximum")
        names = [self.texts(f"missing.{what.value}") for what in estimate.missing]
        return self.texts("no_cost.unknown", missing=self.texts("and").join(names))

    def flips(self, answer: BreakEven) -> list[str]:
        """What would turn the verdict at the workload, each with its value, or that nothing
        does."""
        found = [self._flip(flip) for flip in flips(answer)]
        return found or [self.texts("flip.none")]

    def _flip(self, flip: Flip) -> str:
        if flip.code == "volume":
            value = self.texts("flip.requests", requests=self._requests(flip.value))
        elif flip.code in ("host_price", "unit_price"):
            value = self.fmt.money(flip.value)
        else:
            value = self.fmt.exact_count(flip.value)
        now = "" if flip.now is None else self._now(flip)
        return self.texts(f"flip.{flip.code}", option=flip.option or "", value=value, now=now)

    def _now(self, flip: Flip) -> str:
        assert flip.now is not None
        return (
            self.fmt.money(flip.now)
            if flip.code in ("host_price", "unit_price")
            else self.fmt.exact_count(flip.now)
        )

    def _turn(self, answer: BreakEven) -> str:
        """The second half of the headline: where it turns, and under which condition."""
        state = answer.state
        if not answer.crossings:
            if state is BreakEvenState.NOT_REACHABLE:
                return self._if_served(answer, self.texts("headline.not_reachable"))
            none = self.texts(
                f"headline.{state.value}",
                searched=self._requests(answer.searched_to_requests_per_hour),
            )
            if self._unlimited(answer, answer.at_workload.cheapest):
                return self.texts("headline.if_unlimited", turn=none)
            return self._if_served(answer, none)
        crossing = answer.crossings[next_crossing(answer)]
        above = crossing.requests_per_hour >= answer.at_workload.requests_per_hour
        message = "headline.turns_above" if above else "headline.turned_at"
        turn = self.texts(
            message,
            after=crossing.to_option,
            before=crossing.from_option,
            requests=self._requests(crossing.requests_per_hour),
        )
        if self._unlimited(answer, crossing.to_option) or self._unlimited(
            answer, crossing.from_option
        ):
            return self.texts("headline.if_unlimited", turn=turn)
        if len(answer.crossings) > 1:
            first = crossing is answer.crossings[0]
            message = "headline.several" if first else "headline.one_of_several"
            turn = self.texts(message, turn=turn, count=str(len(answer.crossings)))
        return self._within(answer, crossing, turn)

    def _if_served(self, answer: BreakEven, none: str) -> str:
        """A statement that nothing turns, where an end of the estimated capacities says else."""
        ends = [end for end in (answer.low, answer.high) if end is not None]
        if any(end.crossings for end in ends):
            return self.texts("headline.if_served", turn=none)
        return none

    def _within(self, answer: BreakEven, crossing: Crossing, turn: str) -> str:
        """A turn with the range in which it lies when hosts serve less or more than estimated; the
        middle alone is no fact."""
        if answer.low is None or answer.high is None:
            return turn
        found = [_same_turn(end, crossing) for end in (answer.low, answer.high)]
        loads = [one.requests_per_hour for one in found if one is not None]
        if len(loads) < len(found):
            return self.texts("headline.if_served", turn=turn)
        if loads[0] == loads[1]:
            return turn
        low, high = (self.fmt.about(load * HOURS_PER_MONTH) for load in sorted(loads))
        return self.texts("headline.within", turn=turn, low=low, high=high)

    def _condition(self, answer: BreakEven, name: str | None) -> str:
        """What a statement in favor of an option hangs on: nothing, or hosts without any limit.

        A limit only makes hosts dearer, so a statement against them needs no condition.
        """
        capacity = _capacity(answer, name)
        if isinstance(capacity, Unlimited):
            return self.texts("condition.unlimited", option=name or "")
        if isinstance(capacity, EstimatedCapacity):
            return self.texts("condition.estimated", option=name or "")
        return ""

    def _unlimited(self, answer: BreakEven, name: str | None) -> bool:
        return isinstance(_capacity(answer, name), Unlimited)

    def _position(self, answer: BreakEven, verdict: Verdict) -> str:
        """You are at n % of the break-even: of the next one above, else of the last one below."""
        loads = [crossing.requests_per_hour for crossing in answer.crossings]
        if not loads or verdict.requests_per_hour == 0:
            return ""
        above = [load for load in loads if load >= verdict.requests_per_hour]
        reference = above[0] if above else loads[-1]
        share = self.fmt.share(verdict.requests_per_hour / reference)
        return self.texts("verdict.position", share=share)

    def _missing(self, verdict: Verdict) -> str:
        parts = [
            self.texts(
                "missing.of",
                what=self.texts(f"missing.{reason.missing}"),
                option=reason.option or "",
            )
            for reason in verdict.reasons
            if reason.missing is not None
        ]
        return self.texts("and").join(parts) or self.texts("missing.no_option")

    def not_included(self, question: Question) -> str:
        """What no cost of the answer holds: add-ons by their names are left out of it, support and
        tax where they are counted."""
        counted = {
            "support": question.support_share > 0,
            "tax": question.tax_share > 0,
        }
        parts = [
            self.texts(f"result.not_included.{part}")
            for part in NOT_INCLUDED
            if not counted.get(part)
        ]
        listed = self.texts("result.not_included.list").join(parts)
        if not question.add_ons:
            return self.texts("result.not_included.text", parts=listed[:1].upper() + listed[1:])
        names = self.texts("and").join(dict.fromkeys(one.name for one in question.add_ons))
        return self.texts("result.not_included.beside", names=names, parts=listed)

    def _requests(self, per_hour: Decimal) -> str:
        return self.fmt.count(per_hour * HOURS_PER_MONTH)

    def _join(self, parts: list[str]) -> str:
        return self.texts("space").join(part for part in parts if part)


def next_crossing(answer: BreakEven) -> int:
    """Which of the crossings, of which there is one at least, is told with the load: the next one
    above it, else the last one below."""
    load = answer.at_workload.requests_per_hour
    above = (place for place, one in enumerate(answer.crossings) if one.requests_per_hour >= load)
    return next(above, len(answer.crossings) - 1)


def why_close(codes: Collection[str]) -> str:
    """What forbids a call, of the codes of its reasons: close costs before all else, then the
    dates, then the capacities."""
    if "close_costs" in codes:
        return "too_close"
    return "dates_apart" if "price_dates" in codes else "capacity_band"


def _capacity(answer: BreakEven, name: str | None) -> Capacity | None:
    """The capacity of the option of this name; None for one without hosts."""
    hosts = (option for option in answer.question.options if isinstance(option, Dedicated))
    return next((option.capacity for option in hosts if option.name == name), None)


def _reach_differs(answer: BreakEven, crossing: PaperCrossing) -> bool:
    """Whether hosts reach a paper crossing at one end of the estimate only."""
    pair = (crossing.option, crossing.against)
    ends = [end for end in (answer.low, answer.high) if end is not None]
    reached = {
        one.reachable is True
        for end in ends
        for one in end.paper_crossings
        if (one.option, one.against) == pair
    }
    return len(reached) > 1


def _same_turn(end: BreakEven, crossing: Crossing) -> Crossing | None:
    """The crossing between the same options at an end of the estimate, the nearest of several."""
    sides = (crossing.from_option, crossing.to_option)
    same = [one for one in end.crossings if (one.from_option, one.to_option) == sides]
    return min(
        same,
        key=lambda one: abs(one.requests_per_hour - crossing.requests_per_hour),
        default=None,
    )
