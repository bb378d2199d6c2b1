"""Rows of the table of options: each fact of an option as a cell."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from dash import html
from dash.development.base_component import Component

from catalog.instance_queries import instance_name
from catalog.regions import country_of
from costing import Dedicated, Option
from dashboard.answer import Document
from dashboard.comparison import ComparedOption, Comparison, term_of
from dashboard.comparison_words import ComparisonWords
from dashboard.format import Format
from dashboard.pages.beside import Row
from dashboard.pages.decide.basis import capacity_text
from dashboard.pages.decide.explain import explanation
from dashboard.pages.parts import country_name, known, region_name, unknown
from dashboard.sentences import Sentences
from dashboard.texts import Texts


@dataclass(frozen=True, kw_only=True, slots=True)
class OptionFacts:
    """The cells of a comparison. document: the answer, from which totals are explained."""

    found: Comparison
    document: Document
    texts: Texts
    fmt: Format

    @property
    def words(self) -> ComparisonWords:
        """Sentences of the same language and currency."""
        return ComparisonWords(self.texts, self.fmt)

    def rows(self) -> list[Row]:
        """A row a fact, a cell an option."""
        cells: Sequence[tuple[str, Callable[[ComparedOption], Any]]] = (
            ("kind", self._kind),
            ("model", self._model),
            ("offer", self._offer),
            ("region", self._region),
            ("processed", self._processed),
            ("term", self._term),
            ("month", self._month),
            ("each", self._each),
            ("hosts", self._hosts),
            ("capacity", self._capacity),
            ("break_even", self._break_even),
            ("prices", self._prices),
            ("unknown", self._unknown),
            ("against", self._against),
        )
        return [
            (self.texts(f"options.row.{name}"), [cell(one) for one in self.found.options])
            for name, cell in cells
        ]

    def adds_up(self) -> list[Component]:
        """Every total opens to its formula, what went in, the source and the date."""
        return [
            html.Details(
                [
                    html.Summary(self.texts("options.open", name=one.name)),
                    explanation(self.document, f"estimate|0|{one.number - 1}", self.texts),
                ],
                className="adds-up",
            )
            for one in self.found.options
            if one.estimate.cost_per_month is not None
        ]

    def _kind(self, one: ComparedOption) -> Any:
        return self.texts(f"term.{one.estimate.kind}")

    def _model(self, one: ComparedOption) -> Any:
        return known(one.option.sold.model, self.texts)

    def _offer(self, one: ComparedOption) -> Any:
        sold = one.option.sold
        host = None if sold.instance is None else instance_name(sold.instance)
        names = [name for name in (sold.provider, host) if name]
        return known(" · ".join(names) or None, self.texts)

    def _region(self, one: ComparedOption) -> Any:
        region = one.option.sold.region
        return unknown(self.texts) if region is None else region_name(region, self.texts)

    def _processed(self, one: ComparedOption) -> Any:
        """Where requests may go; and the country they must not leave, where one is asked for: the
        answer refuses options that do not keep it."""
        texts, asked = self.texts, self.found.scenario.residency.processing
        lines = [html.Span(_place(one.option, texts), className="line")]
        if asked is not None:
            stays = texts("options.stays", country=country_name(asked.upper(), texts))
            lines.append(html.Span(stays, className="small"))
        return lines

    def _term(self, one: ComparedOption) -> Any:
        texts, option = self.texts, one.option
        if isinstance(option, Dedicated) and option.owned is not None:
            return texts("options.term.owned")
        term = term_of(option)
        if term is None:
            return texts("options.term.none")
        of_units = one.estimate.kind == "provisioned"
        return texts(f"form.{'unit_term' if of_units else 'term'}.{term}")

    def _month(self, one: ComparedOption) -> Any:
        if one.estimate.cost_per_month is None:
            return [unknown(self.texts), html.Span(self.words.no_cost(one), className="small")]
        money = self.fmt.money(one.estimate.cost_per_month)
        lines = [html.Span(self.texts("pareto.a_month", money=money), className="value")]
        if one.is_cheapest:
            lines.append(html.Span(self.texts("options.cheapest"), className="tag"))
        return lines

    def _each(self, one: ComparedOption) -> Any:
        lines = [
            html.Span(
                self.texts(f"options.each.{name}", money=self.fmt.money(cost)), className="line"
            )
            for name, cost in (
                ("request", one.cost_per_request),
                ("million", one.cost_per_million_tokens),
            )
            if cost is not None
        ]
        return lines or unknown(self.texts)

    def _hosts(self, one: ComparedOption) -> Any:
        sentences, result = Sentences(self.texts, self.fmt), one.estimate
        if result.instances is None:
            is_none = one.estimate.kind == "serverless"
            return self.texts("options.no_hosts") if is_none else unknown(self.texts)
        lines = [html.Span(sentences.rented(result), className="line")]
        if isinstance(one.option, Dedicated):
            spare = str(one.option.spare_instances)
            lines.append(html.Span(self.texts("basis.standby", count=spare), className="line"))
        if result.utilization is not None:
            busy = self.texts("options.busy", share=self.fmt.share(result.utilization))
            lines.append(html.Span(busy, className="small"))
        return lines

    def _capacity(self, one: ComparedOption) -> Any:
        if not isinstance(one.option, Dedicated):
            return self.texts("options.no_capacity")
        return capacity_text(one.option.capacity, self.texts, self.fmt)

    def _break_even(self, one: ComparedOption) -> Any:
        return self.words.break_even(one.against)

    def _prices(self, one: ComparedOption) -> Any:
        texts, prices = self.texts, one.option.prices
        bases = sorted({price.provenance.basis for price in prices})
        lines = [html.Span(texts(f"explain.basis.{kind}"), className="line") for kind in bases]
        oldest = one.estimate.prices_as_of
        if oldest is not None:
            said = texts("options.price_date", day=self.fmt.date(oldest))
            lines.append(html.Span(said, className="line"))
        if oldest is None or one.estimate.undated_prices:
            lines.append(html.Span(texts("chart.no_dates"), className="line"))
        return lines

    def _unknown(self, one: ComparedOption) -> Any:
        return self._list(
            [self.words.unknown(code) for code in one.unknown], "options.nothing.lacks"
        )

    def _against(self, one: ComparedOption) -> Any:
        told = [self.words.loss(loss, one.name) for loss in one.losses]
        return self._list(told, "options.nothing.against")

    def _list(self, lines: Sequence[str], none: str) -> Any:
        if not lines:
            return self.texts(none)
        return html.Ul([html.Li(line) for line in dict.fromkeys(lines)], className="tight")


def _place(option: Option, texts: Texts) -> str:
    if not isinstance(option, Dedicated):
        return texts(f"deployment.{option.sold.deployment or 'unstated'}")
    country = country_of(option.sold.region)
    if country is None:
        return texts("options.processed.unknown")
    return texts("options.processed.host", country=country_name(country, texts))
