"""A budget in words: what to ask for and by which rule, each volume, how far the money lasts."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from costing import HOURS_PER_MONTH, Call, Verdict
from costing.budget import Budget, BufferReason, LevelCost, OptionBudget, UpTo
from costing.budget_levels import LEVELS, Level
from costing.units import exact, to_decimal
from dashboard.format import Format
from dashboard.sentences import Sentences
from dashboard.texts import Texts


@dataclass(frozen=True, slots=True)
class BudgetWords:
    """Sentences of a budget in the language and currency of the others."""

    sentences: Sentences

    @property
    def texts(self) -> Texts:
        """The texts of the language."""
        return self.sentences.texts

    @property
    def fmt(self) -> Format:
        """How numbers are written."""
        return self.sentences.fmt

    def suggestion(self, found: Budget) -> str:
        """The range of the cheapest option at the plan, the buffer, and the rule of both."""
        one = found.planned
        if one is None:
            return self.texts("budget.nothing")
        low, plan, high = (self._money(level.cost_per_month) for level in one.levels.values())
        parts = [self.texts("budget.range", option=one.name, low=low, plan=plan, high=high)]
        parts += [self.buffer(one), self.texts("budget.rule")]
        at_plan = found.verdicts[LEVELS.index("plan")]
        if at_plan.call is Call.UNKNOWN:
            parts.append(self.texts("budget.open", verdict=self.sentences.call(at_plan)))
        return self.texts("space").join(parts)

    def buffer(self, one: OptionBudget) -> str:
        """The buffer of an option and what it pays for, or why there is none."""
        if one.buffer_reason is BufferReason.PAID_ALREADY:
            return self.texts("budget.buffer.paid_already")
        reason = self.texts(f"budget.reason.{one.buffer_reason.value}")
        if one.buffer_per_month is None or one.buffer_share is None:
            return self.texts("budget.no_buffer", reason=reason)
        money, share = self.fmt.money(one.buffer_per_month), self.fmt.share(one.buffer_share)
        return self.texts("budget.buffer", money=money, share=share, reason=reason)

    def level(self, level: Level, verdict: Verdict) -> str:
        """One volume: its requests a month, its part of the workload, the verdict there."""
        name = self.texts(f"budget.level.{level.name}")
        return self.texts(
            "budget.level",
            name=name,
            requests=self._requests(level.requests_per_hour),
            factor=self.fmt.exact_count(level.factor),
            verdict=self.sentences.call(verdict),
        )

    def option(self, one: OptionBudget) -> str | None:
        """How far the money lasts with an option; None where no amount is stated or its cost is
        not known."""
        used = one.used_up
        if used is None:
            return None
        load, up_to = used.requests_per_hour, used.up_to
        if load == 0:  # what no request is paid for with
            up_to = UpTo.START
        parts = [
            self.texts(
                f"budget.used.{up_to.value}",
                option=one.name,
                requests="" if load is None else self._requests(exact(load)),
                money=self._money(used.cost_per_month),
            )
        ]
        if one.slow is not None:
            message = "budget.slow.unknown" if one.slow.cost_per_month is None else "budget.slow"
            parts.append(self.texts(message, money=self._money(one.slow.cost_per_month)))
        return self.texts("space").join(parts)

    def cell(self, level: LevelCost) -> str:
        """Money a month, or why there is none."""
        if level.cost_per_month is None and level.estimate is not None:
            return self.sentences.no_cost(level.estimate)
        return self._money(level.cost_per_month)

    def within(self, one: OptionBudget) -> str:
        """Whether an option stays in the budget at every volume."""
        word = {True: "yes", False: "no", None: "unknown"}[one.within]
        return self.texts(f"budget.within.{word}")

    def _money(self, amount: Decimal | None) -> str:
        return "?" if amount is None else self.fmt.money(amount)

    def _requests(self, per_hour: Fraction) -> str:
        return self.fmt.count(to_decimal(per_hour * exact(HOURS_PER_MONTH)))
