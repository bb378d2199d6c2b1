"""Rows that were not read: how many for which reason, an example of each, and a search."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from dash import html
from dash.development.base_component import Component
from sqlmodel import Session

from catalog.sync.unread import UnreadReason, unread_reasons
from dashboard.pages.aria import aria
from dashboard.pages.parts import table
from dashboard.pages.reader import Reader
from dashboard.pages.visit import SYNC
from dashboard.texts import Texts

PREFIX: Final = "sync.search."
LONGEST_EXAMPLE: Final = 160


def unread_panel(reader: Reader, session: Session) -> Component:
    """The panel. The browser fills the search from REST; see `assets/sync.js`."""
    texts, reasons = reader.texts, unread_reasons(session)
    if not reasons:
        body: list[Component] = [html.P(texts("sync.unread.none"), className="subline")]
    else:
        heads = [
            (texts("sync.unread.reason"), True),
            (texts("sync.source"), True),
            (texts("sync.rows"), False),
            (texts("sync.unread.example"), True),
        ]
        rows = [_row(reader, one) for one in reasons]
        body = [
            html.P(texts("sync.unread.why"), className="subline"),
            table(heads, rows, caption=texts("sync.unread.caption")),
            html.H3(texts("sync.search"), className="sub-head"),
            html.Div(id="unread-form", className="filter-row unread-form", role="search"),
            html.P(id="unread-status", className="status", role="status"),
            html.Div(id="unread-found", className="unread-found"),
        ]
    title = texts("sync.unread.title")
    return html.Section(
        [html.H2(title), *body], className="panel", id="unread", **aria(label=title)
    )


def search_options(reader: Reader, sources: Sequence[str]) -> dict[str, Any]:
    """What the browser needs for the search and for copying."""
    texts = reader.texts
    messages = {name: text for name, text in texts.messages.items() if name.startswith(PREFIX)}
    return {
        "language": texts.language,
        "sources": list(sources),
        "texts": {
            **{name.removeprefix(PREFIX): text for name, text in messages.items()},
        },
    }


def reason_words(reason: str, texts: Texts) -> str:
    """What a reason means; what was left out by rule is one reason, whatever the rule."""
    known = "left_out" if reason.startswith("left_out") else reason
    return texts.optional(f"sync.reason.{known}") or texts("sync.reason.other")


def _row(reader: Reader, one: UnreadReason) -> tuple[Mapping[str, Any], Sequence[Any]]:
    texts = reader.texts
    link = html.A(
        one.reason,
        href=f"{reader.visit.link(SYNC, source=one.source, reason=one.reason)}#unread",
        className="text-link",
        lang="en",
    )
    detail, key = _cut(one.example_detail), _cut(one.example_key)
    example = [html.Span(key, lang="en"), html.Span(detail, className="small", lang="en")]
    if detail.startswith(key):
        example = [html.Span(detail, lang="en")]
    return {}, (
        [link, html.Span(reason_words(one.reason, texts), className="small")],
        html.Span(one.source, lang="en"),
        reader.fmt.exact_count(Decimal(one.rows)),
        example,
    )


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_EXAMPLE else f"{text[: LONGEST_EXAMPLE - 1]}…"
