"""What the question was after each step, so that undo goes back by exactly one."""

from collections.abc import Sequence
from typing import Final

from dash.development.base_component import Component

from dashboard.pages.decide.document import Draft, with_values

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
    found = [part for one in fields for part in (one, *one._traverse())]
    ids = [(getattr(part, "id", None), part) for part in found]
    return with_values(
        draft,
        [
            (one["path"], getattr(part, "value", None))
            for one, part in ids
            if isinstance(one, dict) and one.get("type") == "field"
        ],
    )
