"""Up to five options of one question side by side, out of the answer that Decide shows."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.answer import answer_document
from dashboard.chat.batch.tested import BatchResults
from dashboard.comparison import MOST, ComparedOption, Comparison, compare_options
from dashboard.comparison_latency import OptionLatency, option_latencies
from dashboard.comparison_words import ComparisonWords
from dashboard.format import Format
from dashboard.pages.aria import aria
from dashboard.pages.beside import beside
from dashboard.pages.decide.result import problem_place, problem_text
from dashboard.pages.decide.state import Judged, PageState
from dashboard.pages.model.measures import Priced, Sources, charts, shown
from dashboard.pages.model.worth import Worth, sources_of, worth_panel
from dashboard.pages.options.asked import (
    AskedOptions,
    asked_options,
    decide_href,
    options_href,
)
from dashboard.pages.options.facts import OptionFacts
from dashboard.pages.reader import Reader, reader_of
from dashboard.pages.shell import header
from dashboard.pages.visit import Visit
from dashboard.sentences import Sentences
from dashboard.texts import Texts

TestsOf = Callable[[Collection[str]], BatchResults | None]
"""What the reader's own batch tests say of models, by their ids."""


def draw(visit: Visit, state: PageState, tests_of: TestsOf = lambda _: None) -> Component:
    """The page at an address that names a question as Decide does."""
    reader, asked = reader_of(visit), asked_options(visit)
    texts = reader.texts
    draft, lost = state.open(replace(asked.address, refused=()), texts)
    remarks = (
        [texts("address.refused", parts=", ".join(refused))]
        if (refused := (*asked.address.refused, *asked.refused))
        else []
    )
    if lost is not None:
        # Another question than was asked for must not stand under its address.
        remarks.append(texts("options.lost", name=asked.address.scenario))
        body = [_head(reader), *_notes(remarks)]
    else:
        judged = state.judge(draft)
        if judged.answer is None or judged.scenario is None:
            body = [_head(reader), *_notes(remarks), _problems(judged, reader)]
        else:
            found = compare_options(state.database, judged.scenario, judged.answer, asked.chosen)
            remarks += _beyond(asked, found, texts)
            latencies = option_latencies(state.database, found, judged.capacities)
            worth = _worth(reader, found, latencies, tests_of)
            body = [_head(reader), *_notes(remarks), *_answered(reader, found, worth)]
    return html.Div(
        [
            header(texts, visit.search, visit.path),
            html.Main(body, id="content", className="paper", tabIndex=-1),
        ]
    )


def _head(reader: Reader) -> Component:
    texts = reader.texts
    back = html.A(texts("options.back"), href=decide_href(reader.visit), id="to-decide")
    return html.Section(
        [
            html.P(back, className="crumb"),
            html.H1(texts("options.title"), className="page-title"),
        ],
        className="panel",
    )


def _notes(remarks: Sequence[str]) -> list[Component]:
    return [html.Div(text, className="problems", role="alert") for text in remarks]


def _beyond(asked: AskedOptions, found: Comparison, texts: Texts) -> list[str]:
    """Chosen options that there are not, or that are too many."""
    count = len(found.answer.question.options)
    none = [str(number) for number in asked.chosen if not 1 <= number <= count]
    return [texts("options.no_such", numbers=", ".join(none), count=str(count))] if none else []


def _problems(judged: Judged, reader: Reader) -> Component:
    texts = reader.texts
    items = [
        html.Li(
            [
                html.Span(problem_place(one, texts), className="where"),
                " ",
                problem_text(one, texts),
            ]
        )
        for one in judged.problems
    ]
    return html.Div(
        [html.P(texts("options.no_answer")), html.Ul(items)], className="problems", role="alert"
    )


def _worth(
    reader: Reader,
    found: Comparison,
    latencies: Mapping[str, OptionLatency],
    tests_of: TestsOf,
) -> Worth:
    """Cost a month of the options against what the address asks for."""
    currency = found.answer.question.currency
    words = ComparisonWords(reader.texts, Format(reader.texts.language, currency))
    things = [
        Priced(
            label=one.name,
            model=one.option.sold.model,
            cost=one.estimate.cost_per_month,
            no_cost=words.no_cost(one) if one.estimate.cost_per_month is None else "",
        )
        for one in found.options
    ]
    tested = tests_of({one.model for one in things if one.model is not None})
    runs = {name: one.published for name, one in latencies.items()}
    sources = Sources(tested=tested, runs=runs, latencies=latencies)
    every = charts(things, sources, reader.texts)
    seen = shown(reader.visit, every)
    return Worth(
        shown=seen,
        points=every[seen.metric, seen.basis],
        tested=tested,
        sources=sources_of(reader, seen, sources),
        things="option",
        currency=currency,
    )


def _answered(reader: Reader, found: Comparison, worth: Worth) -> list[Component]:
    texts, answer = reader.texts, found.answer
    fmt = Format(texts.language, answer.question.currency)
    sentences = Sentences(texts, fmt)
    document = answer_document(answer, found.scenario, sentences)
    told = OptionFacts(found=found, document=document, texts=texts, fmt=fmt)
    heads = [_name(reader, found, one) for one in found.options]
    at = answer.at_workload
    verdict = html.Section(
        [
            html.H2(sentences.call(at), className="headline"),
            html.P(sentences.verdict(answer, at)),
            html.P(sentences.subline(answer), className="subline"),
        ],
        className="panel",
        id="verdict",
    )
    caption = texts("options.caption", requests=fmt.exact_count(at.requests_per_hour))
    table = beside(caption, heads, told.rows(), texts)
    adds_up = [html.H2(texts("options.adds_up")), *told.adds_up()]
    label: dict[str, Any] = aria(label=texts("options.title"))
    return [
        verdict,
        html.Section([*_left_out(reader, found), table], className="panel", id="options", **label),
        worth_panel(reader, worth),
        html.Section(adds_up, className="panel", id="adds-up"),
    ]


def _name(reader: Reader, found: Comparison, one: ComparedOption) -> list[Any]:
    """The name of an option, and the way to take it out of the table where others stay."""
    texts = reader.texts
    others = [other.number for other in found.options if other is not one]
    name: list[Any] = [html.Span(one.name)]
    if len(others) > 1:
        link = html.A(
            texts("form.remove"),
            href=options_href(reader.visit, others),
            className="text-link",
            **aria(label=texts("form.remove_named", name=one.name)),
        )
        name.append(html.Span(link, className="small"))
    return name


def _left_out(reader: Reader, found: Comparison) -> list[Component]:
    """Which options are not shown, each with the way to show it: beside the others, or in the place
    of the last where there are as many as fit."""
    if not found.left_out:
        return []
    texts, shown = reader.texts, [one.number for one in found.options]
    is_full = len(shown) >= MOST
    kept = shown[: MOST - 1]
    items = []
    for number, name in found.left_out:
        said = (
            texts("options.in_place_of", name=name, other=found.options[-1].name)
            if is_full
            else texts("options.show", name=name)
        )
        href = options_href(reader.visit, [*kept, number])
        items.append(html.Li(html.A(said, href=href, className="text-link")))
    count = str(len(found.answer.question.options))
    title = texts("options.left_out", most=str(MOST), count=count, shown=str(len(shown)))
    return [html.Div([html.P(title), html.Ul(items, className="tight")], className="left-out")]
