"""The tables of the tab Base and overflow: the three ways, the sizes beside the best, the parts."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from dash.development.base_component import Component

from costing import Hybrid, LineItem, ProfileCost, SizeCost, Way
from dashboard.answer import line_item_document
from dashboard.pages.decide.explain import line_item
from dashboard.pages.decide.studies.parts import Study
from dashboard.pages.parts import table, unknown

MOST_BESIDE = 3
"""Sizes shown on each side of the best."""
Row = tuple[dict[str, Any], list[Any]]


class HybridTables:
    """The tables of one hybrid."""

    def __init__(self, study: Study, found: Hybrid) -> None:
        self._texts = study.texts
        self._fmt = study.fmt
        self._found = found

    def ways(self) -> Component:
        """Both together, the base alone, the overflow alone: a month, and what is paid for it."""
        texts, found = self._texts, self._found
        heads = [(texts("table.option"), True), (texts("table.per_month"), False)]
        heads += [(texts(f"study.hybrid.{name}"), False) for name in ("paid", "busy")]
        both = [
            texts("hybrid.both"),
            self._money(found.cost_per_month),
            self._count(found.base_instances),
            self._share(found.base_utilization),
        ]
        rows = [
            (Way.HYBRID, both),
            (Way.BASE, self._alone(found.base, found.pure_base)),
            (Way.OVERFLOW, self._alone(found.overflow, found.pure_overflow)),
        ]
        marked: list[Row] = [
            ({"className": "cheapest"} if way is found.cheapest else {}, cells)
            for way, cells in rows
        ]
        return table(heads, marked, caption=texts("study.hybrid.ways"))

    def beside_best(self, sizes: Sequence[SizeCost]) -> Component:
        """The sizes of the base next to the best: a month, what it is more, who serves what."""
        texts = self._texts
        place = next(index for index, one in enumerate(sizes) if one.is_best)
        best = sizes[place]
        near = sizes[max(0, place - MOST_BESIDE) : place + MOST_BESIDE + 1]
        names = ("size", "month", "more", "share")
        heads = [(texts(f"study.hybrid.{name}"), False) for name in names]
        rows: list[Row] = [
            (
                {"className": "cheapest"} if one.is_best else {},
                [
                    self._count(one.instances),
                    self._money(one.cost_per_month),
                    "–" if one.is_best else self._money(one.cost_per_month - best.cost_per_month),
                    self._share(one.base_share),
                ],
            )
            for one in near
        ]
        return table(heads, rows, caption=texts("study.hybrid.beside"))

    def items(self) -> list[Component]:
        """Each part of the best hybrid's cost with its price, then with formula and provenance."""
        texts, items = self._texts, self._found.line_items
        names = ("part", "month", "source", "as_of")
        heads = [(texts(f"study.hybrid.{name}"), name != "month") for name in names]
        rows: list[Row] = [({}, self._item(one)) for one in items]
        total = self._money(self._found.cost_per_month)
        rows.append(({"className": "cheapest"}, [texts("study.whole.total"), total, "", ""]))
        return [
            table(heads, rows, caption=texts("study.hybrid.items")),
            *(line_item(line_item_document(one), texts, self._fmt) for one in items),
        ]

    def _item(self, one: LineItem) -> list[Any]:
        texts, origin = self._texts, one.price.provenance
        named = one.code in ("add_on", "one_off_work")
        return [
            one.name if named else texts(f"explain.item.{one.code}"),
            self._money(one.cost_per_month),
            origin.source or texts("explain.source.none"),
            texts("explain.as_of.none") if origin.as_of is None else self._fmt.date(origin.as_of),
        ]

    def _alone(self, name: str, cost: ProfileCost) -> list[Any]:
        texts = self._texts
        cells: list[Any] = [texts("hybrid.alone", option=name)]
        if cost.cost_per_month is None and not cost.missing:
            return [*cells, texts("hybrid.not_to_be_had"), "–", "–"]
        return [
            *cells,
            self._money(cost.cost_per_month),
            self._count(cost.peak_instances),
            self._share(cost.utilization),
        ]

    def _money(self, amount: Decimal | None) -> Any:
        return unknown(self._texts) if amount is None else self._fmt.money(amount)

    def _count(self, number: int | None) -> str:
        return "–" if number is None else self._fmt.exact_count(Decimal(number))

    def _share(self, share: Decimal | None) -> str:
        return "–" if share is None else self._fmt.share(share)
