"""In a tab: what one host of each dedicated option serves, how full it is, what binds, how
many hosts a load takes, and on what the estimate rests; or why there is none."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from dash import html
from dash.development.base_component import Component

from catalog.capacity import OptionCapacity, option_capacity
from catalog.scenario import DedicatedFields
from costing import Workload
from costing.capacity import CapacityEstimate, NoCapacity
from dashboard.capacity_words import words_of
from dashboard.figures.axes import View
from dashboard.figures.capacity_hosts import hosts_figure
from dashboard.figures.capacity_memory import gib_text, memory_figure, memory_parts
from dashboard.figures.capacity_throughput import throughput_figure
from dashboard.pages.aria import aria
from dashboard.pages.decide.capacity_facts import CapacityWords
from dashboard.pages.decide.serving import narrower_weights
from dashboard.pages.decide.studies.parts import Study
from dashboard.pages.graph import graph
from dashboard.pages.parts import facts, table


def capacity_panel(study: Study) -> list[Component]:
    """One section for every host that is judged by an estimate, or can be estimated anyway."""
    texts, view = study.texts, study.view
    hosts = [one for one in study.scenario.options if isinstance(one, DedicatedFields)]
    with study.database.read() as session:
        capacities = [option_capacity(session, study.scenario, one) for one in hosts]
    words = CapacityWords(texts=texts, fmt=study.fmt)
    load = study.answer.question.workload
    estimated = [one for one in hosts if one.capacity == "estimated"]
    shown = [
        _Part(index=index, found=found, words=words, view=view, load=load).section(
            document, is_open=document in estimated[:1]
        )
        for index, (document, found) in enumerate(zip(hosts, capacities, strict=True))
        if document in estimated or found.answer is not None
    ]
    if not shown:
        return []
    head = [
        html.H2(texts("capacity.panel.title")),
        html.P(texts("capacity.intro"), className="small"),
    ]
    return [
        html.Section(
            [*head, *shown],
            className="panel capacity-panel",
            id="capacity-panel",
            **aria(label=texts("capacity.panel.title")),
        )
    ]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Part:
    """One option on its way to the panel."""

    index: int
    found: OptionCapacity
    words: CapacityWords
    view: View
    load: Workload

    def section(self, document: DedicatedFields, *, is_open: bool) -> Component:
        """Its name, the finding, and all that stands behind it, folded but for the first host."""
        texts = self.words.texts
        name = [self.found.option, *([document.instance] if document.instance else [])]
        title = html.H3(" · ".join(name))
        if isinstance(self.found.answer, CapacityEstimate):
            finding: list[Component] = [
                html.P(self.words.finding(self.found, self.load), className="finding")
            ]
            behind = list(self._behind(self.found.answer))
        else:
            finding, behind = self._none(), list(self._losers())
        if narrower_weights(self.found):
            finding.append(html.P(texts("form.serving.narrower"), className="caution"))
        if document.capacity != "estimated":
            kind = "unlimited" if document.capacity == "unlimited" else "typed"
            finding.insert(0, html.P(texts(f"capacity.unused.{kind}"), className="small"))
        if behind and not is_open and self._serves:
            inside = html.Div(behind, className="capacity-behind")
            behind = [html.Details([html.Summary(texts("capacity.behind")), inside])]
        return html.Section([title, *finding, *behind], className="capacity-option")

    @property
    def _serves(self) -> bool:
        return isinstance(self.found.answer, CapacityEstimate)

    def _none(self) -> list[Component]:
        """Why there is no capacity, the reason to lift first in front."""
        reasons = [
            reason for place, reason in enumerate(self.found.reasons) if place == 0 or reason.lifts
        ]
        texts = self.words.texts
        return [
            html.P(texts("capacity.panel.none"), className="finding"),
            html.Ul([html.Li(words_of(texts, one)) for one in reasons], className="remarks"),
        ]

    def _behind(self, answer: CapacityEstimate) -> Iterator[Component]:
        words, texts = self.words, self.words.texts
        look: dict[str, Any] = {"view": self.view, "fmt": words.fmt, "texts": texts}
        yield self._chart("memory", words.memory(answer), memory_figure(answer, **look))
        yield self._memory_table(answer)
        yield html.Div(
            [
                self._chart(
                    "throughput",
                    words.binds(answer, self.found.targets),
                    throughput_figure(answer, self.found.targets, **look),
                ),
                self._chart(
                    "hosts",
                    texts("capacity.chart.hosts.hint"),
                    hosts_figure(answer, self.load, **look),
                ),
            ],
            className="two-up",
        )
        yield facts(words.facts(self.found, answer))
        yield self._ends(answer)
        yield from self._losers()
        remarks = [words_of(texts, reason) for reason in answer.reasons]
        yield html.Ul([html.Li(one) for one in words.rests_on(self.found, answer, remarks)],
                      className="remarks small")  # fmt: skip

    def _chart(self, kind: str, title: str, figure: dict[str, Any]) -> Component:
        texts = self.words.texts
        name = f"capacity-{self.index}-{kind}"
        frame = html.Div(
            graph(name, texts, figure),
            className=f"capacity-chart {kind}",
            role="group",
            **aria(label=title),
        )
        kind_of = html.H4(texts(f"capacity.chart.{kind}"))
        return html.Div([kind_of, html.P(title, className="small"), frame])

    def _memory_table(self, answer: CapacityEstimate) -> Component:
        texts, fmt = self.words.texts, self.words.fmt
        parts = memory_parts(answer)
        total = sum(part.gibibytes for part in parts)
        rows: list[tuple[dict[str, Any], list[Any]]] = [
            (
                {},
                [
                    texts(f"capacity.memory.{part.name}"),
                    gib_text(part.gibibytes, texts, fmt),
                    fmt.share(Decimal(repr(part.gibibytes / total))),
                ],
            )
            for part in parts
        ]
        heads = [(texts(f"capacity.memory.head.{name}"), name == "part")
                 for name in ("part", "size", "share")]  # fmt: skip
        shown = table(heads, rows, caption=texts("capacity.chart.memory"))
        return html.Details([html.Summary(texts("capacity.as_table")), shown])

    def _ends(self, answer: CapacityEstimate) -> Component:
        texts = self.words.texts
        heads = [(texts("capacity.of_one_host"), True)]
        heads += [(texts(f"capacity.end.{end}"), False) for end in ("p10", "p50", "p90")]
        rows: list[tuple[dict[str, Any], list[str]]] = [
            ({"className": "cheapest"} if row[0] == texts("capacity.row.hosts") else {}, row)
            for row in self.words.band_rows(self.found, answer)
        ]
        return table(heads, rows, caption=texts("capacity.ends"))

    def _losers(self) -> Iterator[Component]:
        """The other ways to spread the model over the host, with what each would serve."""
        texts = self.words.texts
        if not self.found.losers:
            return
        heads = [(texts(f"capacity.loser.{name}"), name in ("how", "why"))
                 for name in ("how", "tokens", "in_flight", "why")]  # fmt: skip
        rows: list[tuple[dict[str, Any], list[Any]]] = [
            ({}, self.words.loser_row(one, self.found.targets)) for one in self.found.losers
        ]
        shown = table(heads, rows, caption=texts("capacity.losers"))
        served = isinstance(self.found.answer, NoCapacity)
        title = texts("capacity.losers.none" if served else "capacity.losers")
        yield html.Details([html.Summary(title), shown])
