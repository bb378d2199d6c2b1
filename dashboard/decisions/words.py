"""What is said of a decision, in one language and the currency of its answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from catalog.decision_ends import End
from catalog.decision_seal import SealedVersion
from costing.bridge import At, Bridge, Gap, Part
from costing.bridge_steps import PartCode
from dashboard.decisions.judgement import Finding
from dashboard.decisions.today import Moved, Status, Why
from dashboard.format import Format
from dashboard.sentences import why_close
from dashboard.texts import Texts, load_texts


@dataclass(frozen=True, slots=True)
class DecisionWords:
    """Sentences; money is that of `fmt`."""

    texts: Texts
    fmt: Format

    def verdict(self, answer: Mapping[str, Any]) -> str:
        """The sealed finding at the workload: who is the cheapest, and by how much."""
        at = answer["at_workload"]
        if at["cheapest"] is None:
            return self.texts("decisions.verdict.unknown")
        why = why_close({one["code"] for one in at["reasons"]})
        share = _number(at["gap_share"])
        return self._verdict(at["cheapest"], at["second"], share, (at["class"], why))

    def verdict_now(self, now: Finding | None) -> str:
        """Today's finding at the workload; None: there is no answer today."""
        if now is None or now.cheapest is None:
            return self.texts("decisions.verdict.unknown")
        return self._verdict(now.cheapest, now.second, now.gap_share, (now.call, now.why))

    def _verdict(
        self, option: str, second: str | None, share: Decimal | None, call: tuple[str, str]
    ) -> str:
        if second is None or share is None:
            return self.texts("decisions.verdict.alone", option=option)
        verdict, why = call
        message = f"decisions.verdict.{why if verdict == 'too_close' else 'clear'}"
        return self.texts(message, option=option, second=second, share=self.fmt.share(share))

    def status(self, status: Status) -> str:
        """Holds, flipped, check, or the seal is broken."""
        return self.texts(f"decisions.status.{status.value}")

    def why(self, reason: Why) -> str:
        """A reason of the status as a sentence."""
        facts = {name: self._fact(name, value) for name, value in (reason.facts or {}).items()}
        option = {} if reason.option is None else {"option": reason.option}
        return self.texts(f"decisions.why.{reason.code}", **facts, **option)

    def end(self, end: End) -> str:
        """An end with its day, and whether its term was assumed to begin with the seal."""
        message = "decisions.end.assumed" if end.assumed else "decisions.end"
        what = self.texts(f"decisions.what.{end.what}")
        return self.texts(message, option=end.option, what=what, on=self.fmt.date(end.on))

    def part(self, part: Part) -> str:
        """What a line of the bridge is about."""
        return self.part_name(part.code, part.name)

    def part_name(self, code: PartCode | str, name: str | None) -> str:
        """A part or a price by its code, with the name of the add-on that it is about."""
        text = self.texts(f"reprice.part.{code}")
        return text if name is None else self.texts("missing.of", what=text, option=name)

    def gap(self, gap: Gap) -> str:
        """A cost that cannot be said."""
        if gap.missing == "method":
            return self.texts("reprice.gap.method")
        what = self.texts.optional(f"missing.{gap.missing}")
        if what is None:
            return self.texts("decisions.gap.above_maximum")
        return self.texts(f"decisions.gap.{_AT[gap.at]}", missing=what)

    def gaps(self, found: Bridge) -> list[str]:
        """Each gap once."""
        return list(dict.fromkeys(self.gap(one) for one in found.gaps))

    def money(self, cost: Decimal | None) -> str:
        """Money as the bridge adds it up; a question mark where it is not known."""
        return "?" if cost is None else self._coins(cost)

    def signed(self, cost: Decimal | None) -> str:
        """The same with its sign."""
        if cost is None:
            return "?"
        return ("+" if cost > 0 else "") + self._coins(cost)

    def share(self, share: Decimal | None) -> str:
        """A change in percent with its sign."""
        if share is None:
            return "?"
        return ("+" if share > 0 else "") + self.fmt.share(share)

    def price(self, price: Mapping[str, Any] | None) -> str:
        """A price document as published, in the currency in which it was; or that it is hidden or
        not known."""
        if price is None:
            return self.texts("reprice.not_known")
        if price.get("hidden"):
            return self.texts("decisions.price_hidden")
        told = price.get("exchange") or price
        amount = Format(self.fmt.language, told["currency"]).unit_price(Decimal(told["amount"]))
        if Decimal(told["per"]) == 1:
            return self.texts(f"reprice.price.one.{price['unit']}", amount=amount)
        per, unit = self.fmt.exact_count(Decimal(told["per"])), price["unit"]
        unit_text = self.texts(f"reprice.unit.{unit}")
        return self.texts("reprice.price.several", amount=amount, per=per, unit=unit_text)

    def moved_name(self, moved: Moved) -> str:
        """Which price of which option."""
        return self.part_name(moved.code, moved.option)

    def touched(self, sections: tuple[str, ...]) -> str:
        """The red sentence: the record is not as sealed, and what of it."""
        named = [self.texts(f"decisions.section.{one}") for one in sections]
        return self.texts(
            "decisions.why.touched", sections=self.texts("decisions.comma").join(named)
        )

    def _coins(self, cost: Decimal) -> str:
        if cost == cost.to_integral_value() and self.fmt.currency in ("JPY", "KRW"):
            return self.fmt.unit_price(cost)
        return self.fmt.list_price(cost)

    def _fact(self, name: str, value: Any) -> str:
        if isinstance(value, Decimal):
            return self.share(value)
        if isinstance(value, date):
            return self.fmt.date(value)
        if name == "sections":
            return self.texts("decisions.comma").join(
                self.texts(f"decisions.section.{one}") for one in value
            )
        if name == "what":
            return self.texts(f"decisions.what.{value}")
        return self.texts.optional(f"decisions.call.{value}") or str(value)


def words_of(language: str, version: SealedVersion) -> DecisionWords:
    """The words for a version: money is in the currency that its scenario names."""
    try:
        currency = str(version.section("scenario").get("currency", "USD"))
    except (ValueError, AttributeError):
        currency = "USD"
    return DecisionWords(load_texts(language), Format(language, currency))


_AT = {At.BEFORE: "before", At.AFTER: "after", At.BETWEEN: "between"}


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
