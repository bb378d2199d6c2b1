"""What stands side by side in words: what is not known of an option, and what counts against it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from costing.answers import Position
from dashboard.comparison import ComparedOption, Loss
from dashboard.format import Format
from dashboard.notice_words import NoticeWords
from dashboard.sentences import Sentences
from dashboard.texts import Texts


@dataclass(frozen=True, slots=True)
class ComparisonWords:
    """Sentences in one language and currency."""

    texts: Texts
    fmt: Format

    def no_cost(self, option: ComparedOption) -> str:
        """Why an option has no cost."""
        return Sentences(self.texts, self.fmt).no_cost(option.estimate)

    def unknown(self, code: str) -> str:
        """What is not known, by its code."""
        return self.texts.optional(f"options.unknown.{code}") or self.texts(f"missing.{code}")

    def loss(self, loss: Loss, option: str) -> str:
        """What counts against an option; remarks of the answer without its name, which stands
        above them."""
        if loss.notice is not None:
            said = NoticeWords(self.texts, self.fmt).notice(loss.notice)
            for sign in (": ", "："):
                said = said.removeprefix(f"{option}{sign}")
            return said[:1].upper() + said[1:]
        facts = dict(loss.facts)
        for name in ("on", "day"):
            if name in facts:
                facts[name] = self.fmt.date(date.fromisoformat(facts[name]))
        if "money" in facts:
            facts["money"] = self.fmt.money(Decimal(facts["money"]))
        if "term" in facts:
            facts["term"] = self.texts(f"form.term.{facts['term']}")
        return self.texts(f"options.loss.{loss.code}", **facts)

    def break_even(self, at: Position | None) -> str:
        """Where the load stands, against the break-even of which two."""
        if at is None:
            return self.texts("side.no_break_even")
        kind = "at" if not at.on_paper else "at_paper"
        if at.on_paper and at.reachable is False:
            kind = "at_unreachable"
        said = self.texts(f"side.{kind}", share=self.fmt.share(at.share))
        return self.texts("options.break_even", said=said, before=at.before, after=at.after)
