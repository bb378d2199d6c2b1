"""What the question was after each step, so that undo goes back by exactly one."""

from collections.abc import Sequence
from typing import Final

from dash.development.base_component import Component

from dashboard.pages.decide.document import Draft, with_values
from dashboard.pages.decide.fields import drawn

HISTORY_LENGTH: Final = 20


def with_step(history: Sequence[Draft], now: Draft) -> list[Draft]:
    """The history with the question as it is now at its end; the oldest steps fall out."""
    steps = list(history)
    if not steps or steps[-1] != now:
        steps.append(now)
    return steps[-HISTORY_LENGTH:]


def as_shown(draft: Draft, fields: Sequence[Component]) -> Draft:
    """The question as it is read from the form drawn for it: a field may show more than the draft
    says, and the step would be recorded twice."""
    return with_values(draft, [(at["path"], value) for at, value in drawn(fields, "field")])
