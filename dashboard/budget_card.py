"""The budget card: a workload in the money and answers that a budget is made of, as one document.

Pure: from an answer and what was measured to plain data, every number beside its text. Money is
text, exact, in the currency of the question; what is not known is null and its text says so.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from costing import BreakEven, InvalidQuestion, LineItem, decimal_text
from costing.answers import Acceptance, AnswerCost, Position, answer_cost, position
from costing.budget import Budget, LevelCost, OptionBudget, budget
from costing.budget_levels import LEVELS, Basis, Level
from costing.prompt_parts import PromptParts, PromptRow, prompt_rows
from costing.units import HOURS_PER_MONTH, exact, to_decimal
from dashboard.answer import Document, line_item_document, number_text
from dashboard.budget_words import BudgetWords

PASSAGES: Final = (3, 5, 10, 20)
PROMPT_FORMULA: Final = "rest + k * passage"
OWN_NAMES: Final = ("add_on", "one_off_work")


@dataclass(frozen=True, kw_only=True, slots=True)
class Behind:
    """What stands behind the tokens of a workload that was measured.

    Attributes:
        questions: that it was measured on.
        tokens: mean input and output tokens as measured.
        spreads: half widths of their 90 % intervals as shares; None where not known.
        acceptance: of its answers; None where nobody judged.
        parts: of the mean prompt; None where nobody counted them.
        setting: passages at most (top_n) and chunk size it was measured with.
    """

    questions: int
    tokens: tuple[Decimal | None, Decimal | None]
    spreads: tuple[Decimal | None, Decimal | None] = (None, None)
    acceptance: Acceptance | None = None
    parts: PromptParts | None = None
    setting: tuple[int | None, int | None] = (None, None)


def budget_card(answer: BreakEven, behind: Behind | None, words: BudgetWords) -> Document:
    """The card of a workload. behind None: its tokens were typed, not measured."""
    try:
        found = budget(answer.question, None)
    except InvalidQuestion as error:  # volumes that are named low, plan and high, out of order
        return {"refused": words.texts("budget.card.refused", reason=str(error))}
    return _Card(answer, found, behind, words).document()


class _Card:
    """One card on its way; the parts share the answer, the budget and the words."""

    def __init__(
        self, answer: BreakEven, found: Budget, behind: Behind | None, words: BudgetWords
    ) -> None:
        self._answer = answer
        self._budget = found
        self._behind = behind
        self._words = words
        self._texts = words.texts
        self._fmt = words.fmt

    def document(self) -> Document:
        """Everything that the card says."""
        one = self._budget.planned
        return {
            "currency": self._answer.question.currency,
            "option": None if one is None else one.name,
            "money": self._money(one),
            "answer": self._answers(one),
            "break_even": self._break_even(),
            "tokens": self._tokens(),
            "prompt": self._prompt(),
        }

    def _money(self, one: OptionBudget | None) -> Document:
        """Low, plan and high of the option that is cheapest at the plan, and what is in it."""
        texts, fmt = self._texts, self._fmt
        if one is None:
            return {"text": texts("budget.nothing"), "range": None, "levels": [], "items": []}
        levels = list(zip(self._budget.volumes, one.levels.values(), strict=True))
        low, plan, high = (self._short(level) for level in one.levels.values())
        assumed = self._budget.basis is Basis.ASSUMED_VOLUMES
        at_plan = one.levels["plan"].estimate
        assert at_plan is not None  # by volumes, each cost is an estimate
        return {
            "text": plan,
            "range": texts("budget.card.range", low=low, high=high),
            "option": texts("budget.card.option", option=one.name),
            "buffer_per_month": number_text(one.buffer_per_month),
            "buffer": self._words.buffer(one),
            "assumed": texts("budget.card.assumed") if assumed else None,
            "levels": [self._level(level, cost) for level, cost in levels],
            "items": [self._item(item) for item in at_plan.line_items],
            "total": {"text": fmt.money(one.levels["plan"].cost_per_month or Decimal(0))},
            "at_workload": self._budget.volumes[LEVELS.index("plan")].factor == 1,
        }

    def _short(self, level: LevelCost) -> str:
        if level.cost_per_month is None:
            return self._texts("budget.card.unknown")
        return self._fmt.money_short(level.cost_per_month)

    def _level(self, level: Level, cost: LevelCost) -> Document:
        answers = to_decimal(level.requests_per_hour * exact(HOURS_PER_MONTH))
        return {
            "name": self._texts(f"budget.level.{level.name}"),
            "answers_per_month": decimal_text(answers),
            "answers": self._fmt.count(answers),
            "cost_per_month": number_text(cost.cost_per_month),
            "text": self._words.cell(cost),
        }

    def _item(self, item: LineItem) -> Document:
        own = item.code in OWN_NAMES
        return {
            "name": item.name if own else self._texts(f"explain.item.{item.code}"),
            "cost_per_month": number_text(item.cost_per_month),
            "text": self._fmt.money(item.cost_per_month),
            "line_item": line_item_document(item),
        }

    def _answers(self, one: OptionBudget | None) -> Document:
        """Of the planned option, at the plan."""
        texts, acceptance = self._texts, None if self._behind is None else self._behind.acceptance
        cost = AnswerCost(each=None, accepted=None)
        if one is not None:
            load = self._budget.volumes[LEVELS.index("plan")].requests_per_hour
            cost = answer_cost(one.levels["plan"].unrounded_per_month, load, acceptance)
        unknown = texts("budget.card.unknown")
        return {
            "cost": number_text(cost.each),
            "text": unknown if cost.each is None else self._fmt.money(cost.each),
            "per_1000": None
            if cost.each is None
            else texts("budget.card.per_1000", money=self._fmt.money(1000 * cost.each)),
            "accepted_cost": number_text(cost.accepted),
            "accepted": self._accepted(cost, acceptance),
        }

    def _accepted(self, cost: AnswerCost, acceptance: Acceptance | None) -> str:
        if acceptance is None or not acceptance.judged:
            return self._texts("budget.card.not_judged")
        facts = {
            "accepted": self._fmt.exact_count(to_decimal(acceptance.accepted)),
            "judged": self._fmt.exact_count(to_decimal(acceptance.judged)),
        }
        if not acceptance.accepted:
            return self._texts("budget.card.none_accepted", **facts)
        if cost.accepted is None:
            return self._texts("budget.card.accepted_unknown", **facts)
        return self._texts("budget.card.accepted", money=self._fmt.money(cost.accepted), **facts)

    def _break_even(self) -> Document:
        found = position(self._answer)
        said = self._words.sentences.break_even(self._answer)
        if found is None:
            none = {"answers_per_month": None, "share": None, "at": None}
            return {**none, "text": self._texts("budget.card.no_break_even"), "more": said}
        return {
            "answers_per_month": decimal_text(found.answers_per_month),
            "share": decimal_text(found.share),
            "text": self._texts(
                "budget.card.answers_paper" if found.on_paper else "budget.card.answers",
                answers=self._fmt.count(found.answers_per_month),
            ),
            "at": self._texts("budget.card.at", share=self._fmt.share(found.share)),
            "more": self._turn(found),
        }

    def _turn(self, found: Position) -> str:
        message = "budget.card.turn"
        if found.on_paper:
            reach = {True: "paper_yes", False: "paper_no", None: "paper"}[found.reachable]
            message = f"budget.card.turn.{reach}"
        return self._texts(message, before=found.before, after=found.after)

    def _tokens(self) -> Document:
        """The tokens that the card counts with, and how sure they are."""
        shape, behind, fmt = self._answer.question.workload.shape, self._behind, self._fmt
        now = (shape.input_tokens, shape.output_tokens)
        shown = self._texts(
            "budget.card.tokens", input=fmt.exact_count(now[0]), output=fmt.exact_count(now[1])
        )
        measured = behind is not None and behind.tokens in (now, (None, None))
        return {
            "input_tokens": decimal_text(now[0]),
            "output_tokens": decimal_text(now[1]),
            "text": shown,
            "questions": None if behind is None or not measured else behind.questions,
            "evidence": self._evidence(behind, measured=measured),
        }

    def _evidence(self, behind: Behind | None, *, measured: bool) -> str:
        texts, fmt = self._texts, self._fmt
        if behind is None:
            return texts("budget.card.typed")
        count = fmt.exact_count(Decimal(behind.questions))
        if not measured:
            read, written = (fmt.exact_count(one or Decimal(0)) for one in behind.tokens)
            return texts("budget.card.changed", count=count, input=read, output=written)
        if None in behind.spreads:
            return texts.counted("chat.tokens.spread_unknown", behind.questions)
        read, written = (fmt.share(one or Decimal(0)) for one in behind.spreads)
        return texts("budget.card.spread", count=count, input=read, output=written)

    def _prompt(self) -> Document:
        """How money and break-even move with passages and chunk size."""
        parts = None if self._behind is None else self._behind.parts
        if self._behind is None or parts is None:
            return {"rows": [], "note": self._texts("budget.card.no_parts")}
        fmt, setting = self._fmt, self._behind.setting
        passages = sorted({*PASSAGES, *([setting[0]] if setting[0] else [])})
        rows = prompt_rows(self._answer.question, parts, passages)
        return {
            "formula": PROMPT_FORMULA,
            "rest_tokens": decimal_text(parts.rest_tokens),
            "passage_tokens": {
                str(chunk): decimal_text(tokens) for chunk, tokens in parts.passage_tokens.items()
            },
            "parts": self._texts(
                "budget.card.parts",
                rest=fmt.exact_count(parts.rest_tokens),
                passages=self._texts("budget.card.list").join(
                    self._texts(
                        "budget.card.passage",
                        chunk=fmt.exact_count(Decimal(chunk)),
                        tokens=fmt.exact_count(tokens),
                    )
                    for chunk, tokens in parts.passage_tokens.items()
                ),
            ),
            "rows": [self._prompt_row(row, setting) for row in rows],
            "note": self._texts("budget.card.prompt_note"),
        }

    def _prompt_row(self, row: PromptRow, setting: tuple[int | None, int | None]) -> Document:
        money, turn = row.money_per_1000_answers, row.break_even_answers_per_month
        unknown = self._texts("budget.card.unknown")
        never = unknown if money is None else self._texts("budget.card.none")
        return {
            "passages": row.passages,
            "chunk": row.chunk,
            "chunk_text": self._fmt.exact_count(Decimal(row.chunk)),
            "now": (row.passages, row.chunk) == setting,
            "input_tokens": decimal_text(row.input_tokens),
            "tokens": self._fmt.exact_count(to_decimal(exact(round(row.input_tokens)))),
            "money_per_1000_answers": number_text(money),
            "money": unknown if money is None else self._fmt.money(money),
            "break_even_answers_per_month": number_text(turn),
            "break_even": never if turn is None else self._fmt.count(turn),
        }
