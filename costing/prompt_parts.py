"""How the length of a prompt moves money: passages in it, and how long a passage may be.

    input tokens       = rest + passages * tokens of a passage
    money of an answer = what the option by the token costs for one more request of that length
    break-even         = (fixed of the fewest hosts - fixed by the token)
                         / (money of an answer - money of a request on hosts)     answers an hour

It is the paper crossing: whether the hosts can serve that load is asked at one length at a time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from costing.curve import cost_curve, paper_curve
from costing.errors import InvalidValue
from costing.options import Dedicated, Serverless, missing
from costing.question import Question
from costing.units import HOURS_PER_MONTH, exact, require_quantity, to_decimal

ANSWERS = 1000


@dataclass(frozen=True, kw_only=True, slots=True)
class PromptParts:
    """Tokens of the mean prompt, by part.

    Attributes:
        rest_tokens: all but the passages: rules, system text, talk so far, question.
        passage_tokens: of one passage as it is sent, by how long a passage may be (chunk size).

    Raises InvalidValue for a number below 0, or where there is no chunk size.
    """

    rest_tokens: Decimal
    passage_tokens: Mapping[int, Decimal]

    def __post_init__(self) -> None:
        require_quantity("rest_tokens", self.rest_tokens)
        if not self.passage_tokens:
            raise InvalidValue(
                field="passage_tokens", expected="at least one chunk size", found="none"
            )
        for chunk, tokens in self.passage_tokens.items():
            require_quantity(f"passage_tokens.{chunk}", tokens)

    def input_tokens(self, passages: int, chunk: int) -> Decimal:
        """Tokens of a prompt with so many passages of that chunk size."""
        return to_decimal(exact(self.rest_tokens) + passages * exact(self.passage_tokens[chunk]))


@dataclass(frozen=True, kw_only=True, slots=True)
class PromptRow:
    """One setting. money_per_1000_answers: by the token; None: no option by the token has a price.
    break_even_answers_per_month: on paper; None: costs never meet, or a price is missing."""

    passages: int
    chunk: int
    input_tokens: Decimal
    money_per_1000_answers: Decimal | None
    break_even_answers_per_month: Decimal | None


def prompt_rows(
    question: Question, parts: PromptParts, passages: Sequence[int]
) -> tuple[PromptRow, ...]:
    """A row for each chunk size and number of passages; all else is as the question has it.

    Options with tokens of their own keep them. Of several options by the token the one that is
    cheapest an answer counts, of several hosts those whose break-even is lowest.
    """
    return tuple(
        _row(question, parts, many, chunk) for chunk in parts.passage_tokens for many in passages
    )


def _row(question: Question, parts: PromptParts, passages: int, chunk: int) -> PromptRow:
    tokens = parts.input_tokens(passages, chunk)
    shape = replace(question.workload.shape, input_tokens=tokens)
    asked = replace(question, workload=replace(question.workload, shape=shape))
    by_token = [
        cost_curve(asked, one).tail()
        for one in asked.options
        if isinstance(one, Serverless) and not missing(one, asked.shape_of(one))
    ]
    line = min(by_token, key=lambda one: (one.slope, one.low), default=None)
    turn = None if line is None else _turn(asked, (line.low, line.slope))
    return PromptRow(
        passages=passages,
        chunk=chunk,
        input_tokens=tokens,
        money_per_1000_answers=None if line is None else to_decimal(ANSWERS * line.slope),
        break_even_answers_per_month=(
            None if turn is None else to_decimal(turn * exact(HOURS_PER_MONTH))
        ),
    )


def _turn(question: Question, by_token: tuple[Fraction, Fraction]) -> Fraction | None:
    """Requests an hour from which the fewest hosts of some option are cheaper; the lowest."""
    found = []
    for option in question.options:
        if not isinstance(option, Dedicated) or option.price is None:
            continue
        hosts = paper_curve(question, option).tail()
        gap, rise = hosts.low - by_token[0], by_token[1] - hosts.slope
        if gap > 0 and rise > 0:
            found.append(gap / rise)
    return min(found, default=None)
