"""Things side by side: a column each, a row a fact, and a mark where the values of a row differ."""

from collections.abc import Sequence
from typing import Any, TypeAlias

from dash import html
from dash.development.base_component import Component

from dashboard.pages.aria import aria
from dashboard.pages.parts import unknown
from dashboard.texts import Texts

Row: TypeAlias = tuple[str, Sequence[Any]]


def beside(
    caption: str, heads: Sequence[Any], rows: Sequence[Row], texts: Texts, *, unmarked: str = ""
) -> Component:
    """The table, which scrolls sideways where it is too wide.

    heads: a cell a column. rows: the name of a fact, and a cell a column. unmarked: a row whose
    cells always differ.
    """
    head = [html.Th(html.Span(texts("model.fact"), className="unseen"), scope="col")]
    head += [html.Th(one, scope="col") for one in heads]
    body = [_row(row, texts, is_marked=row[0] != unmarked) for row in rows]
    return html.Div(
        html.Table(
            [html.Caption(caption), html.Thead(html.Tr(head)), html.Tbody(body)],
            className="figures compare",
        ),
        className="scroll",
        tabIndex=0,
        role="region",
        **aria(label=caption),
    )


def _row(row: Row, texts: Texts, *, is_marked: bool) -> Component:
    name, cells = row
    nothing = str(unknown(texts))  # what is not known may be the same
    told = {str(cell) for cell in cells} - {nothing}
    differs = len(told) > 1 and is_marked
    mark = [html.Span(texts("model.compare.differs"), className="differs-mark")]
    head = html.Th([name, *(mark if differs else [])], scope="row")
    line = [head, *[html.Td(cell) for cell in cells]]
    return html.Tr(line, className="differs") if differs else html.Tr(line)
