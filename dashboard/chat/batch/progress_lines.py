"""Progress of a batch test as lines: a failure or a wait at once, else one now and then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil
from typing import Final

from dashboard.chat.batch.run import Step
from dashboard.format import Format
from dashboard.texts import Texts

LINES: Final = 20
"""About so many lines tell of answers, however many there are."""
MOST_FAILURES: Final = 20
"""So many failures are told one by one; the table holds all."""


@dataclass(kw_only=True)
class ProgressLines:
    """Writes steps. write: takes a line without its end."""

    write: Callable[[str], None]
    texts: Texts
    failures: int = field(default=0, init=False)

    def told(self, step: Step) -> None:
        """Write what there is to say of a step."""
        texts = self.texts
        if step.wait_seconds is not None:
            seconds = str(ceil(step.wait_seconds))
            self.write(texts("chat.batch.waiting", name=step.endpoint, seconds=seconds))
            return
        if step.failure is not None:
            self.failures += 1
            if self.failures <= MOST_FAILURES:
                sentence = step.failure.sentence(texts)
                self.write(texts("chat.batch.failed", number=str(step.question), sentence=sentence))
        if step.given_up:
            self.write(texts("chat.batch.given_up", name=step.endpoint))
        if step.done == step.of or step.done % max(1, step.of // LINES) == 0:
            cost = Format(texts.language, "USD").money(step.spent)
            self.write(
                texts("chat.batch.progress", done=f"{step.done:,}", of=f"{step.of:,}", cost=cost)
            )
