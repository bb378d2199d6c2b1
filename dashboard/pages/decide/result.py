"""The right side: the answer in words and the chart; then the tables and what it rests on."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from dash import html, no_update
from dash.development.base_component import Component

from catalog.problems import Problem, fill
from catalog.scenario import Scenario
from costing import BreakEven, Verdict
from costing.notices import LARGEST_DATE_GAP_DAYS
from dashboard import __version__
from dashboard.answer import Document, answer_document
from dashboard.budget_card import budget_card
from dashboard.budget_words import BudgetWords
from dashboard.exports.paper import answer_hash
from dashboard.figures.axes import View
from dashboard.figures.break_even import break_even_figure
from dashboard.format import Format
from dashboard.pages.aria import aria
from dashboard.pages.decide.address import Address
from dashboard.pages.decide.basis import basis
from dashboard.pages.decide.budget_card import card_panel
from dashboard.pages.decide.explain import number
from dashboard.pages.decide.measured import behind
from dashboard.pages.decide.side_by_side import side_by_side
from dashboard.pages.decide.state import Judged
from dashboard.sentences import Sentences, next_crossing
from dashboard.texts import Texts, load_texts

DIGEST_LENGTH = 12


def answer_outputs(
    judged: Judged, address: Address, look: Mapping[str, Any], paths: Sequence[str]
) -> tuple[Any, ...]:
    """What the page shows first: figure, summary, problems, class, field errors, the answer's data.
    The rest follows by `rest_outputs`, so that the chart does not wait for it.

    With problems the last answer stays in sight, faded, and each problem stands at its field.
    """
    texts = load_texts(address.language)
    if judged.answer is None or judged.scenario is None:
        errors = field_errors(judged.problems, paths, texts)
        shown = _problems(judged.problems, texts)
        return (*[no_update] * 2, shown, "answer stale", errors, no_update)
    answer = judged.answer
    fmt = Format(address.language, answer.question.currency)
    sentences = Sentences(texts, fmt)
    document = answer_document(answer, judged.scenario, sentences)
    view = View(
        load_axis=address.load_axis,
        cost_axis=address.cost_axis,
        narrow=bool(look.get("narrow")),
        dark=bool(look.get("dark")),
    )
    figure = break_even_figure(answer, view=view, fmt=fmt, texts=texts)
    summary = _Answer(answer, document, texts, fmt, sentences).summary()
    return (figure, summary, [], "answer", [None] * len(paths), document)


def rest_outputs(answer: BreakEven, scenario: Scenario, address: Address) -> tuple[Any, ...]:
    """What follows the chart: what it stands on, the budget card, the tables."""
    texts = load_texts(address.language)
    fmt = Format(address.language, answer.question.currency)
    sentences = Sentences(texts, fmt)
    document = answer_document(answer, scenario, sentences)
    card = card_panel(budget_card(answer, behind(address), BudgetWords(sentences)), texts)
    tables = _Answer(answer, document, texts, fmt, sentences).tables()
    return basis(answer, texts, fmt), card, tables


def field_errors(
    problems: Sequence[Problem], paths: Sequence[str], texts: Texts
) -> list[str | None]:
    """The message of each field. A problem of a part goes to the first field inside that part."""
    errors: list[str | None] = [None] * len(paths)
    for problem in problems:
        index = _field_of(problem.field, paths)
        if index is not None and errors[index] is None:
            errors[index] = problem_text(problem, texts)
    return errors


def problem_text(problem: Problem, texts: Texts) -> str:
    """A problem in the language of the page."""
    template = texts.optional(f"problem.{problem.code}")
    return problem.message if template is None else fill(template, problem.facts)


def _field_of(field: str, paths: Sequence[str]) -> int | None:
    if field in paths:
        return paths.index(field)
    inside = [index for index, path in enumerate(paths) if path.startswith(f"{field}.")]
    if inside:
        return inside[0]
    parents = [index for index, path in enumerate(paths) if field.startswith(f"{path}.")]
    return parents[0] if parents else None


def _problems(problems: Sequence[Problem], texts: Texts) -> Component:
    open_choices = all(problem.code.startswith("choose_") for problem in problems)
    name = "problems.choose" if open_choices else "problems.title"
    count = len(problems)
    title = texts(f"{name}.one") if count == 1 else texts(f"{name}.many", count=str(count))
    items = [
        html.Li(
            [
                html.Span(problem_place(problem, texts), className="where"),
                " ",
                problem_text(problem, texts),
            ]
        )
        for problem in problems
    ]
    return html.Div(
        [html.P(title), html.Ul(items), html.P(texts("problems.stale"), className="small stale")],
        className="problems open-choices" if open_choices else "problems",
    )


def problem_place(problem: Problem, texts: Texts) -> str:
    """The label of the field a problem belongs to, with the number of its option."""
    parts = problem.field.split(".")
    numbers = [int(part) + 1 for part in parts if part.isdigit()]
    named = [part for part in parts if not part.isdigit()]
    label = None
    for name in (".".join(named[-2:]), named[-1] if named else ""):
        label = label or texts.optional(f"place.{name}") or texts.optional(f"form.{name}")
    where = label or problem.field
    if not numbers:
        return f"{where}:"
    one = f"problems.one.{parts[0]}"
    thing = "problems.option" if texts.optional(one) is None else one
    return f"{texts(thing, number=str(numbers[0]))} · {where}:"


class _Answer:
    """One answer on its way to the screen; the parts share texts, formats and the document."""

    def __init__(
        self, answer: BreakEven, document: Document, texts: Texts, fmt: Format, sentences: Sentences
    ) -> None:
        self._answer = answer
        self._document = document
        self._texts = texts
        self._fmt = fmt
        self._sentences = sentences

    def summary(self) -> list[Component]:
        """Headline, what is compared, and the two verdicts."""
        return [
            html.H2(self._sentences.headline(self._answer), className="headline"),
            html.P(self._sentences.subline(self._answer), className="subline"),
            html.Div([self._verdict_fact(), self._break_even_fact()], className="facts"),
        ]

    def _verdict_fact(self) -> Component:
        verdict = self._answer.at_workload
        return html.Div(
            [
                html.H3(self._texts("result.verdict")),
                html.P(self._sentences.call(verdict), className="value"),
                html.P(self._sentences.verdict(self._answer, verdict)),
            ],
            className="fact",
        )

    def _break_even_fact(self) -> Component:
        texts, fmt = self._texts, self._fmt
        children: list[Component] = [html.H3(texts("result.break_even"))]
        if self._answer.crossings:
            place = next_crossing(self._answer)  # the headline and the share are of the same one
            crossing = self._answer.crossings[place]
            tokens = texts(
                "result.break_even.tokens",
                input=fmt.count(crossing.input_tokens_per_hour),
                output=fmt.count(crossing.output_tokens_per_hour),
            )
            children.append(html.P(number(f"crossing|{place}", tokens, texts), className="value"))
        said = self._sentences.break_even(self._answer)
        papers = {
            self._sentences.paper(paper, self._answer): f"paper|{index}"
            for index, paper in enumerate(self._answer.paper_crossings)
            if paper.reachable is False
        }
        if said not in papers:
            children.append(html.P(said))
        children += [html.P(number(key, text, texts)) for text, key in papers.items()]
        if any(notice.code == "capacity_not_considered" for notice in self._answer.notices):
            children.append(html.Span(texts("result.capacity_not_considered"), className="tag"))
        return html.Div(children, className="fact")

    def tables(self) -> list[Component]:
        """Everything under the chart, in the order in which a reviewer asks for it."""
        beside = side_by_side(self._answer, self._texts, self._fmt, self._sentences)
        return [
            *([self._panel("result.side_by_side", beside)] if beside else []),
            self._panel("result.options", self._options()),
            self._panel("result.cheapest_at", self._intervals()),
            self._panel("result.flips", self._flips()),
            self._panel("result.remarks", self._remarks()),
            self._panel("result.not_included", self._not_included()),
        ]

    def _panel(self, title: str, children: Sequence[Component]) -> Component:
        return html.Section([html.H2(self._texts(title)), *children], className="panel")

    def _options(self) -> list[Component]:
        volumes = [
            self._load_table(index, verdict)
            for index, verdict in enumerate(self._answer.volumes, start=1)
        ]
        plan = self._load_table(0, self._answer.at_workload)
        if not volumes:
            return [plan]
        summary = html.Summary(self._texts("result.other_loads"))
        return [plan, html.Details([summary, *volumes], className="other-loads")]

    def _load_table(self, load: int, verdict: Verdict) -> Component:
        texts, fmt = self._texts, self._fmt
        head = ("option", "per_hour", "per_month", "hosts", "busy", "as_of")
        rows = []
        for index, estimate in enumerate(verdict.estimates):
            cells: list[Any] = [html.Th(estimate.name, scope="row")]
            if estimate.cost_per_hour is None or estimate.cost_per_month is None:
                reason = self._sentences.no_cost(estimate)
                cells.append(html.Td(reason, colSpan=len(head) - 1))
            else:
                key = f"estimate|{load}|{index}"
                cells += [
                    html.Td(number(key, fmt.money(estimate.cost_per_hour), texts)),
                    html.Td(number(f"{key}|month", fmt.money(estimate.cost_per_month), texts)),
                    html.Td(self._sentences.rented(estimate)),
                    html.Td(
                        "–" if estimate.utilization is None else fmt.share(estimate.utilization)
                    ),
                    html.Td(
                        texts("table.undated")
                        if estimate.prices_as_of is None
                        else fmt.date(estimate.prices_as_of)
                    ),
                ]
            rows.append(
                html.Tr(cells, className="cheapest" if estimate.name == verdict.cheapest else "")
            )
        caption = texts(
            "table.at_load",
            name=texts("table.workload") if load == 0 else verdict.name,
            requests=fmt.exact_count(verdict.requests_per_hour),
        )
        return _table(caption, [texts(f"table.{name}") for name in head], rows)

    def _intervals(self) -> list[Component]:
        texts, fmt = self._texts, self._fmt
        if not self._answer.intervals:
            return [html.P(texts("table.no_intervals"))]
        rows = []
        for index, interval in enumerate(self._answer.intervals):
            low: Any = fmt.exact_count(interval.from_requests_per_hour)
            if index > 0 and index <= len(self._answer.crossings):
                low = number(f"crossing|{index - 1}", low, texts)
            high = interval.to_requests_per_hour
            open_end = (
                texts("table.searched_to") if self._answer.truncated else texts("table.no_end")
            )
            counts = [step.instances for step in interval.steps]
            hosts = "–" if not counts else _range(min(counts), max(counts))
            rows.append(
                html.Tr(
                    [
                        html.Th(interval.cheapest or texts("table.no_option"), scope="row"),
                        html.Td(low),
                        html.Td(open_end if high is None else fmt.exact_count(high)),
                        html.Td(hosts),
                    ]
                )
            )
        head = [texts(f"table.{name}") for name in ("cheapest", "above", "up_to", "hosts")]
        caption = texts(
            "table.intervals", requests=fmt.exact_count(self._answer.searched_to_requests_per_hour)
        )
        return [_table(caption, head, rows)]

    def _flips(self) -> list[Component]:
        flips = self._sentences.flips(self._answer)
        return [
            html.P(self._texts("result.flips.hint"), className="small"),
            html.Ul([html.Li(sentence) for sentence in flips], className="remarks"),
        ]

    def _remarks(self) -> list[Component]:
        remarks = [self._sentences.notice(notice) for notice in self._answer.notices]
        unique = list(dict.fromkeys(remarks))
        return [html.Ul([html.Li(remark) for remark in unique], className="remarks")]

    def _not_included(self) -> list[Component]:
        digest = answer_hash(self._document)[:DIGEST_LENGTH]
        footer = self._texts("result.footer", version=__version__, digest=digest)
        return [
            html.P(self._sentences.not_included(self._answer.question)),
            html.P(self._valid_until(), className="small"),
            html.P(footer, className="small"),
        ]

    def _valid_until(self) -> str:
        dates = [
            day
            for estimate in self._answer.at_workload.estimates
            if (day := estimate.prices_as_of) is not None
        ]
        if not dates:
            return self._texts("result.valid_until.unknown")
        last = min(dates) + timedelta(days=LARGEST_DATE_GAP_DAYS)
        return self._texts("result.valid_until", day=self._fmt.date(last))


def _table(caption: str, head: Sequence[str], rows: Sequence[Component]) -> Component:
    return html.Div(
        html.Table(
            [
                html.Caption(caption),
                html.Thead(html.Tr([html.Th(name, scope="col") for name in head])),
                html.Tbody(list(rows)),
            ],
            className="figures",
        ),
        className="scroll",
        tabIndex=0,
        role="group",
        **aria(label=caption),
    )


def _range(low: int, high: int) -> str:
    return str(low) if low == high else f"{low}–{high}"
