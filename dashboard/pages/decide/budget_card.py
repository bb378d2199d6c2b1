"""The budget card on the Decide page: what `dashboard.budget_card` says, as components."""

from collections.abc import Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.answer import Document
from dashboard.format import Format
from dashboard.pages.aria import aria
from dashboard.pages.decide.explain import line_item
from dashboard.texts import Texts


def card_panel(card: Document, texts: Texts) -> Component:
    """The whole card; where no budget can be named, the reason."""
    title = html.H2(texts("budget.card.title"), id="budget-title")
    if "refused" in card:
        body: list[Component] = [html.P(card["refused"])]
    else:
        body = [_facts(card, texts), _items(card, texts), _prompt(card, texts)]
    return html.Section(
        [title, *body], className="panel budget-card", **aria(labelledby="budget-title")
    )


def _facts(card: Document, texts: Texts) -> Component:
    money, turn, tokens = card["money"], card["break_even"], card["tokens"]
    has_range = money["range"] is not None
    return html.Div(
        [
            _fact(
                texts("budget.card.money"),
                money["text"] if has_range else texts("budget.card.unknown"),
                [money["range"], money["option"], money["buffer"], money["assumed"]]
                if has_range
                else [money["text"]],
            ),
            _fact(
                texts("budget.card.answer"),
                card["answer"]["text"],
                [card["answer"]["per_1000"], card["answer"]["accepted"]],
            ),
            _fact(texts("budget.card.break_even"), turn["text"], [turn["at"], turn["more"]]),
            _fact(texts("budget.card.behind"), tokens["text"], [tokens["evidence"]]),
        ],
        className="facts",
    )


def _fact(title: str, value: str, more: Sequence[str | None]) -> Component:
    return html.Div(
        [html.H3(title), html.P(value, className="value"), *[html.P(one) for one in more if one]],
        className="fact",
    )


def _items(card: Document, texts: Texts) -> Component:
    money, fmt = card["money"], Format(texts.language, card["currency"])
    if not money["levels"]:
        return html.Div()
    levels = [
        html.Tr(
            [html.Th(one["name"], scope="row"), html.Td(one["answers"]), html.Td(one["text"])],
            className="cheapest" if place == 1 else "",
        )
        for place, one in enumerate(money["levels"])
    ]
    items = [
        html.Tr(
            [
                html.Th(
                    html.Details(
                        [html.Summary(one["name"]), line_item(one["line_item"], texts, fmt)],
                        className="explain",
                    ),
                    scope="row",
                ),
                html.Td(one["text"]),
            ]
        )
        for one in money["items"]
    ]
    total = html.Tr(
        [html.Th(texts("budget.card.total"), scope="row"), html.Td(money["total"]["text"])],
        className="cheapest",
    )
    return html.Details(
        [
            html.Summary(texts("budget.card.items")),
            html.Div(
                [
                    _table("budget.card.levels", ("volume", "answers", "cost"), levels, texts),
                    _table("budget.card.items", ("item", "cost"), [*items, total], texts),
                ],
                className="budget-tables",
            ),
        ],
        open=True,
    )


def _prompt(card: Document, texts: Texts) -> Component:
    prompt = card["prompt"]
    title = html.Summary(texts("budget.card.prompt"))
    if not prompt["rows"]:
        return html.Details([title, html.P(prompt["note"], className="small")])
    rows = [
        html.Tr(
            [
                html.Th(str(one["passages"]), scope="row"),
                *[html.Td(one[key]) for key in ("chunk_text", "tokens", "money", "break_even")],
            ],
            className="cheapest" if one["now"] else "",
        )
        for one in prompt["rows"]
    ]
    columns = ("k", "chunk", "input", "per_1000", "turn")
    return html.Details(
        [
            title,
            html.Div(texts("budget.card.prompt.formula"), className="formula"),
            html.P(prompt["parts"], className="small"),
            _table("budget.card.prompt.caption", columns, rows, texts),
            html.P(prompt["note"], className="small"),
        ],
        open=True,
    )


def _table(caption: str, columns: Sequence[str], rows: Sequence[Component], texts: Texts) -> Any:
    said = texts(caption)
    head = [html.Th(texts(f"budget.card.column.{name}"), scope="col") for name in columns]
    return html.Div(
        html.Table(
            [html.Caption(said), html.Thead(html.Tr(head)), html.Tbody(list(rows))],
            className="figures",
        ),
        className="scroll",
        tabIndex=0,
        role="group",
        **aria(label=said),
    )
