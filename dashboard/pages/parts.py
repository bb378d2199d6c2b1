"""Small parts that several pages share: tables, links to sources, what is not known."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import dash_mantine_components as dmc
from babel import Locale
from dash import html
from dash.development.base_component import Component

from dashboard.pages.aria import aria
from dashboard.texts import Texts

Cell = Any
WIDE_FROM = 4
"""Columns that still fit on a telephone; a table with more scrolls in its frame."""


def unknown(texts: Texts) -> Component:
    """A dash for the eye, the word for a screen reader; never a 0."""
    return html.Span(
        [
            html.Span("–", **aria(hidden="true")),
            html.Span(texts("catalog.unknown"), className="unseen"),
        ],
        className="unknown",
    )


def known(value: Cell, texts: Texts) -> Cell:
    """The value, or that it is not known."""
    return unknown(texts) if value is None else value


def plain(number: Decimal) -> str:
    """A number without zeros at its end: 160, 0.167."""
    text = f"{number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def gibibytes(memory: Decimal | None, texts: Texts) -> Cell:
    """An amount of memory to a tenth, or that it is not known."""
    if memory is None:
        return unknown(texts)
    return texts("catalog.gib", number=plain(memory.quantize(Decimal("0.1"))))


def region_name(region: str | None, texts: Texts) -> str:
    """The name that a reader knows; the id where there is none."""
    if region is None:
        return texts("model.no_region")
    return texts.optional(f"catalog.region.{region}") or region


def task_name(task: str, texts: Texts) -> str:
    """What the page calls a task."""
    return texts.optional(f"catalog.task.{task}") or task


def source(name: str, url: str | None) -> Component:
    """Where it was read: a link where it has a public address."""
    if url is None or not url.startswith("https://"):
        return html.Span(name)
    return html.A(name, href=url, className="text-link", target="_blank", rel="noopener noreferrer")


def table(
    heads: Sequence[tuple[str, bool]],
    rows: Iterable[tuple[Mapping[str, Any], Sequence[Cell]]],
    *,
    caption: str,
    is_stacked: bool = False,
) -> Component:
    """A table that scrolls sideways where it is too wide; the first cell of a row is its head.

    heads: text, and whether the column holds text (left) or numbers (right).
    rows: attributes, cells.
    is_stacked: on a telephone each row is a list of its cells with their heads beside them.
    """
    kinds = [is_text for _, is_text in heads]
    labels: list[dict[str, Any]] = [{"data-label": text} if is_stacked else {} for text, _ in heads]
    body = [
        html.Tr(
            [
                html.Th(cells[0], scope="row", className="text"),
                *[
                    html.Td(cell, className="text" if is_text else None, **label)
                    for cell, is_text, label in zip(cells[1:], kinds[1:], labels[1:], strict=True)
                ],
            ],
            **attributes,
        )
        for attributes, cells in rows
    ]
    head = [
        html.Th(text, scope="col", className="text" if is_text else None) for text, is_text in heads
    ]
    looks = ["figures", *(["stacked"] if is_stacked else [])]
    looks += ["wide"] if len(heads) > WIDE_FROM else []
    return html.Div(
        html.Table(
            [html.Caption(caption), html.Thead(html.Tr(head)), html.Tbody(body)],
            className=" ".join(looks),
        ),
        className="scroll",
        tabIndex=0,
        role="region",
        **aria(label=caption),
    )


def folded_table(
    heads: Sequence[tuple[str, bool]],
    rows: Sequence[tuple[Mapping[str, Any], Sequence[Cell]]],
    texts: Texts,
    *,
    caption: str,
    most: int,
) -> list[Component]:
    """A table of the first rows, and under it the rest of them, folded."""
    shown = [table(heads, rows[:most], caption=caption)]
    if len(rows) > most:
        rest = texts.counted("model.offers.more", len(rows) - most)
        more = table(heads, rows[most:], caption=texts("model.offers.further", of=caption))
        shown.append(html.Details([html.Summary(rest), more]))
    return shown


def facts(pairs: Iterable[tuple[str, Cell]]) -> Component:
    """Names and values side by side."""
    entries = [html.Div([html.Dt(name), html.Dd(value)]) for name, value in pairs]
    return html.Dl(entries, className="keyfacts")


def region_picker(region: str, regions: Sequence[str], texts: Texts) -> Component:
    """The region whose prices are shown; a choice is remembered and stands in the address."""
    names = sorted({*regions, region}, key=lambda one: region_name(one, texts))
    return html.Div(
        dmc.Select(
            id="place",
            label=texts("model.region"),
            data=[{"value": one, "label": f"{region_name(one, texts)} · {one}"} for one in names],
            value=region,
            searchable=True,
            allowDeselect=False,
            nothingFoundMessage=texts("form.nothing_found"),
        ),
        className="inline-field",
    )


def country_name(code: str, texts: Texts) -> str:
    """A country in the language of the page; its code where that means none."""
    known = Locale(texts.language).territories
    return str(known.get(code, code))


def decide_button(href: str, what: str, texts: Texts, *, quiet: bool = False) -> Component:
    """The link by which the Decide page takes something over. what: its name, read aloud."""
    return html.A(
        texts("model.use"),
        href=href,
        className="button quiet" if quiet else "button",
        **aria(label=texts("model.use_named", name=what)),
    )
