"""The cells that a person may change: assumptions with owner and source, prices with provenance.

Each number stands in one cell, and every formula that uses it points there.
"""

from decimal import Decimal
from typing import Final

from costing import (
    Dedicated,
    EstimatedCapacity,
    LineItem,
    Option,
    Price,
    Provisioned,
    Serverless,
    TypedCapacity,
)
from dashboard.exports.paper import Paper
from dashboard.exports.workbook.book import Formula, Sheet
from dashboard.exports.workbook.translated import Words

SHARED: Final = ("peak_to_mean", "input_tokens", "output_tokens", "cached_input_share")
CONSTANTS: Final = ("hours_per_month", "seconds_per_hour", "minutes_per_hour")
SHAPE: Final = frozenset(SHARED[1:])
CAPACITY: Final = frozenset(
    {
        "input_tokens_per_second",
        "output_tokens_per_second",
        "input_tokens_per_minute_per_unit",
        "output_token_weight",
    }
)
SURCHARGES: Final = frozenset({"support", "tax"})
ASSUMPTION_WIDTHS: Final = (44, 18, 30, 18, 52, 60)
PRICE_WIDTHS: Final = (30, 26, 16, 12, 12, 10, 14, 22, 14, 22, 34, 44, 30, 18, 34)


class Inputs:
    """The two sheets of inputs while they are filled, and where each number stands."""

    def __init__(self, paper: Paper) -> None:
        texts = paper.texts
        self._paper = paper
        self.assumptions = Sheet(texts("papers.sheet.assumptions"), ASSUMPTION_WIDTHS)
        self.prices = Sheet(texts("papers.sheet.prices"), PRICE_WIDTHS)
        self._cells: dict[tuple[str, ...], str] = {}
        self._prices: dict[tuple[str, ...], tuple[str, str]] = {}
        self._head()
        self.load = self._workload()
        self._constants()

    def words(self, option: Option, item: LineItem, load: str) -> Words:
        """What stands for the names in the formula of a line item of an option."""
        cells = {name: self._input(option, item, name) for name in item.inputs}
        if "amount" in item.inputs:
            cells["amount"], cells["per"] = self.price(option, item)
        return Words(cells=cells, load=load)

    def price(self, option: Option, item: LineItem) -> tuple[str, str]:
        """The cells of the amount and of what it is for."""
        key = _price_key(option, item)
        if key not in self._prices:
            name = self._item_name(key[-1], item)
            whose = self._paper.texts("papers.all_options") if len(key) < 3 else option.name
            self._prices[key] = self._price_row(whose, name, item.price)
        return self._prices[key]

    def maximum(self, option: Option) -> str | None:
        """The cell of the most hosts or units there may be; None without a limit."""
        limits = {Dedicated: "maximum_instances", Provisioned: "maximum_units"}
        name = limits.get(type(option))
        most = getattr(option, name) if name else None
        return None if most is None or name is None else self._own(option, name, Decimal(most))

    def unit_price(self, item: LineItem) -> bool:
        """Whether the price of an item is a number that can be changed; the parts of owned hosts
        follow from assumptions."""
        return "amount" in item.inputs

    def _head(self) -> None:
        texts = self._paper.texts
        heads = ("assumption", "value", "belongs", "owner", "source", "change")
        columns = ("option", "what", "amount", "per", "unit", "currency", "basis", "derived")
        further = ("as_of", "read_on", "source", "url", "row", "owner", "published")
        for sheet, title, names in (
            (self.assumptions, "papers.assumptions.title", heads),
            (self.prices, "papers.prices.title", (*columns, *further)),
        ):
            sheet.add((texts(title), "title"))
            sheet.add((texts("papers.seal", seal=self._paper.seal), "quiet"))
            sheet.add((texts("papers.change.hint"), "quiet"))
            sheet.row += 1
            sheet.add(*[(texts(f"papers.column.{name}"), "head") for name in names])
            sheet.frozen_rows = sheet.row

    def _workload(self) -> str:
        """The load as typed; gives the cell of requests an hour."""
        texts, typed = self._paper.texts, self._paper.scenario.workload
        month = "hours_per_month"
        if typed.requests_per_hour is not None:
            return self._put_shared("requests_per_hour", typed.requests_per_hour)
        if typed.requests_per_month is not None:
            monthly = self._put_shared("requests_per_month", typed.requests_per_month)
        else:
            names = ("users", "requests_per_user_per_day", "days_per_month")
            given = [getattr(typed, name) for name in names]
            monthly = "*".join(
                self._put_shared(name, Decimal(value or 0))
                for name, value in zip(names, given, strict=True)
            )
        hours = self._constant(month)
        row = self.assumptions.add(
            texts("input.requests_per_hour"),
            (Formula(f"{monthly}/{hours}"), "number"),
            texts("papers.workload"),
            "",
            "",
            texts("papers.follows"),
        )
        return self.assumptions.ref(row, 1)

    def _constants(self) -> None:
        workload = self._paper.answer.question.workload
        shape = workload.shape
        self._put_shared("peak_to_mean", workload.peak_to_mean)
        for name in SHARED[1:]:
            self._put_shared(name, getattr(shape, name))
        for volume in self._paper.answer.question.volumes:
            self._cells["volume", volume.name] = self._row(
                self._paper.texts("papers.volume", name=volume.name),
                volume.factor,
                (self._paper.texts("papers.workload"), "", ""),
            )
        for name in CONSTANTS:
            self._constant(name)

    def volume(self, name: str) -> str:
        """The cell of the factor of a volume."""
        return self._cells["volume", name]

    def shared(self, name: str) -> str:
        """The cell of a number of the workload, such as its input tokens."""
        return self._cells["workload", name]

    def hours_per_month(self) -> str:
        """The cell of the length of a month."""
        return self._constant("hours_per_month")

    def _input(self, option: Option, item: LineItem, name: str) -> str:
        if name in ("requests_per_hour", "requests", "period_hours", "amount", "per"):
            return ""  # the load and the price have cells of their own
        if name in CONSTANTS:
            return self._constant(name)
        if name in SHARED and (option.shape is None or name not in SHAPE):
            return self._cells["workload", name]
        if name == "quantity":
            return self._quantity(item)
        return self._own(option, name, item.inputs[name])

    def _quantity(self, item: LineItem) -> str:
        key = ("add_on", item.name, "quantity")
        if key not in self._cells:
            label = self._paper.texts("papers.quantity_of", name=item.name)
            origin = item.price.provenance
            whose = (self._paper.texts("papers.all_options"), origin.owner or "", "")
            self._cells[key] = self._row(label, item.inputs["quantity"], whose)
        return self._cells[key]

    def _own(self, option: Option, name: str, value: Decimal) -> str:
        key = ("option", option.name, name)
        if key not in self._cells:
            owner, source = _origin(option, name, self._paper)
            fixed = ""
            capacity = option.capacity if isinstance(option, Dedicated) else None
            if name in CAPACITY and isinstance(capacity, EstimatedCapacity):
                fixed = self._paper.texts("papers.fixed.estimated")
            whose = (option.name, owner, source)
            self._cells[key] = self._row(self._label(name), value, whose, fixed)
        return self._cells[key]

    def _put_shared(self, name: str, value: Decimal) -> str:
        whose = (self._paper.texts("papers.workload"), "", self._paper.texts("papers.typed"))
        self._cells["workload", name] = self._row(self._label(name), value, whose)
        return self._cells["workload", name]

    def _constant(self, name: str) -> str:
        values = dict(zip(CONSTANTS, (730, 3600, 60), strict=True))
        if ("constant", name) not in self._cells:
            whose = (self._paper.texts("papers.constant"), "", "")
            label, why = self._label(name), self._paper.texts("papers.fixed.constant")
            self._cells["constant", name] = self._row(label, Decimal(values[name]), whose, why)
        return self._cells["constant", name]

    def _row(self, label: str, value: Decimal, whose: tuple[str, str, str], fixed: str = "") -> str:
        stated = self._paper.texts("papers.not_stated")
        belongs, owner, source = whose
        row = self.assumptions.add(
            label,
            (value, "fixed" if fixed else "input"),
            belongs,
            owner or stated,
            source or stated,
            (fixed or self._paper.texts("papers.changeable"), "text"),
        )
        return self.assumptions.ref(row, 1)

    def _price_row(self, whose: str, name: str, price: Price) -> tuple[str, str]:
        texts, origin = self._paper.texts, price.provenance
        exchange = origin.exchange
        before = ""
        if exchange is not None:
            before = f"{exchange.amount:f} {exchange.currency} / {exchange.per:f}"
        row = self.prices.add(
            whose,
            name,
            (price.amount, "input_price"),
            (price.per, "input"),
            texts(f"unit.{price.unit.value}"),
            price.currency,
            texts(f"explain.basis.{origin.basis}"),
            texts(f"explain.derived.{origin.derived}"),
            texts("explain.as_of.none") if origin.as_of is None else origin.as_of.isoformat(),
            texts("explain.read_on.typed")
            if origin.fetched_at is None
            else origin.fetched_at.isoformat(timespec="minutes"),
            origin.source or texts("explain.source.none"),
            origin.url or "",
            origin.price_id or "",
            origin.owner or texts("papers.not_stated"),
            before,
        )
        return self.prices.ref(row, 2), self.prices.ref(row, 3)

    def _label(self, name: str) -> str:
        return self._paper.texts.optional(f"input.{name}") or name.replace("_", " ")

    def _item_name(self, code: str, item: LineItem) -> str:
        return self._paper.texts.optional(f"explain.item.{code}") or item.name


def item_label(paper: Paper, item: LineItem) -> str:
    """What a line item is called; an add-on by its own name."""
    return paper.texts.optional(f"explain.item.{item.code}") or item.name


def _price_key(option: Option, item: LineItem) -> tuple[str, ...]:
    """One cell for each price: of all options alike where it is an add-on or a surcharge."""
    if item.code in SURCHARGES:
        return ("surcharge", item.code)
    if item.code in ("add_on", "one_off_work"):
        return ("add_on", item.name)
    code = item.code
    if code == "cached_input" and isinstance(option, Serverless) and option.cached_input is None:
        code = "input"  # billed as ordinary input
    if code == "interruption":
        code = "instances"
    return ("option", option.name, code)


def _origin(option: Option, name: str, paper: Paper) -> tuple[str, str]:
    """Owner and source of an assumption about an option."""
    if isinstance(option, Dedicated):
        if name in CAPACITY and isinstance(option.capacity, EstimatedCapacity):
            return "", paper.texts(f"evidence.{option.capacity.evidence}")
        if name in CAPACITY and isinstance(option.capacity, TypedCapacity):
            return "", option.capacity.evidence or ""
        if option.owned is not None and hasattr(option.owned, name):
            origin = option.owned.provenance
            return origin.owner or "", origin.source or ""
    if isinstance(option, Provisioned):
        return "", option.sold.provider or ""
    return "", paper.texts("papers.typed")
