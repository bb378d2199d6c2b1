"""What moved between two days, in words: who was and is the cheapest, why, and the gate."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal

from costing import Price, decimal_text
from costing.bridge import At, Gap, Part
from costing.bridge_steps import PartCode
from costing.repriced import GateCode, GateReason, PriceChange
from dashboard.format import Format
from dashboard.reprice_run import RepriceFindings
from dashboard.texts import Texts

PERCENT = 100
HUNDREDTH = Decimal("0.01")
METHOD = "method"
START_UNKNOWN = "start_unknown"


@dataclass(frozen=True, slots=True)
class RepriceWords:
    """Sentences in one language and one currency."""

    texts: Texts
    fmt: Format

    def headline(self, found: RepriceFindings) -> str:
        """Who was the cheapest then and who is now."""
        before = found.repriced.then.at_workload.cheapest
        after = found.repriced.now.at_workload.cheapest
        days = {"then": self.fmt.date(found.then), "now": self.fmt.date(found.now)}
        if before is None or after is None:
            return self.texts("reprice.unknown", **days)
        message = "reprice.same" if before == after else "reprice.flipped"
        return self.texts(message, before=before, after=after, **days)

    def part(self, code: PartCode, name: str | None) -> str:
        """What changed, with the name of the add-on that it is about."""
        text = self.texts(f"reprice.part.{code.value}")
        return text if name is None else self.texts("missing.of", what=text, option=name)

    def moved(self, part: Part) -> str:
        """A part of the bridge to the cent; the parts add up as they are shown."""
        cost, name = part.cost_per_month, self.part(part.code, part.name)
        if cost is None:
            return self.texts("reprice.part.open", part=name)
        return self.texts("reprice.part", part=name, money=self.signed(cost))

    def signed(self, cost: Decimal) -> str:
        """Money to the cent with its sign."""
        return ("+" if cost > 0 else "") + self.cents(cost)

    def cents(self, cost: Decimal | None) -> str:
        """Money to the cent, whatever its size."""
        return "?" if cost is None else self.fmt.list_price(cost)

    def gap(self, gap: Gap, found: RepriceFindings) -> str:
        """A cost that cannot be said, with its day; between the days it is one of neither."""
        day = self.fmt.date(found.then if gap.at is At.BEFORE else found.now)
        if gap.missing == METHOD:
            return self.texts("reprice.gap.method")
        what = self.texts.optional(f"missing.{gap.missing}")
        if what is None:
            return self.texts("reprice.gap.above_maximum", day=day)
        if gap.at is At.BETWEEN:
            return self.texts("reprice.gap.between", missing=what)
        return self.texts("reprice.gap", day=day, missing=what)

    def change(self, change: PriceChange, found: RepriceFindings) -> str:
        """A price that moved: old and new as published, since when, and where they were read."""
        return self.texts(
            "reprice.change",
            part=self.part(change.code, None),
            old=self._price(change.then, found),
            new=self._price(change.now, found),
        )

    def unknown(self, option: str, day: date | None, reason: str) -> str:
        """An option that has no known price on a day."""
        shown = self.texts("reprice.today") if day is None else self.fmt.date(day)
        return self.texts("reprice.unpriced", option=option, day=shown, reason=reason)

    def reason(self, reason: GateReason, found: RepriceFindings) -> str:
        """Why the gate is closed, as one sentence."""
        if reason.code is GateCode.FLIPPED or reason.option is None:
            return self.headline(found)
        if reason.code is GateCode.UNKNOWN:
            return self.texts("reprice.gate.unknown", option=reason.option)
        if reason.change is None:
            return self.texts("reprice.gate.from_zero", option=reason.option)
        return self.texts(
            "reprice.gate.moved",
            option=reason.option,
            share=self.share(reason.change),
            percent=f"{decimal_text(found.percent or Decimal(0))} %",
        )

    def share(self, change: Decimal | None) -> str:
        """A change in percent with its sign, to a hundredth; a smaller one keeps two digits, so
        that it is never none."""
        if change is None:
            return "?"
        rounded = (change * PERCENT).quantize(HUNDREDTH, ROUND_HALF_UP)
        if change and not rounded:
            rounded = Context(prec=2).create_decimal(change * PERCENT)
        return ("+" if change > 0 else "") + f"{decimal_text(rounded)} %"

    def _price(self, price: Price | None, found: RepriceFindings) -> str:
        if price is None:
            return self.texts("reprice.not_known")
        origin = price.provenance
        row = found.rows.get(origin.price_id or "")
        # As it was published: what a rate made of it is told by the part of the exchange rate.
        stated, fmt = price.amount, self.fmt
        if row is not None and row.currency != price.currency:
            stated, fmt = row.amount, Format(self.fmt.language, row.currency)
        facts = [] if origin.source is None else [origin.source]
        if row is not None:
            facts.append(
                self.texts("reprice.since_unknown")
                if START_UNKNOWN in row.flags
                else self.texts("reprice.since", day=self.fmt.date(row.valid_from.date()))
            )
        if origin.as_of is not None:
            facts.append(self.texts("reprice.seen", day=self.fmt.date(origin.as_of)))
        facts += [] if origin.price_id is None else [origin.price_id]
        amount = fmt.unit_price(stated)
        if price.per == 1:
            amount = self.texts(f"reprice.price.one.{price.unit.value}", amount=amount)
        else:
            unit = self.texts(f"reprice.unit.{price.unit.value}")
            per = self.fmt.exact_count(price.per)
            amount = self.texts("reprice.price.several", amount=amount, per=per, unit=unit)
        return self.texts("reprice.price", amount=amount, facts=", ".join(facts))
