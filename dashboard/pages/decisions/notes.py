"""What people say of a decision: comments, and the forms that add one or a piece of evidence."""

from collections.abc import Mapping
from typing import Any

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from catalog.decisions import Note
from dashboard.decisions.opened import OpenedDecision
from dashboard.pages.aria import aria
from dashboard.pages.decisions.grounds import assumption_name, leaves
from dashboard.pages.reader import Reader


def comments_panel(reader: Reader, found: OpenedDecision) -> Component:
    """All comments, and the form under them."""
    texts = reader.texts
    title = texts("decisions.comments")
    return html.Section(
        [
            html.H2(title),
            html.Div(comments(reader, found.notes), id="comments", role="status"),
            html.Div(
                [
                    dmc.TextInput(id="comment-author", label=texts("decisions.comment.author")),
                    dmc.Textarea(
                        id="comment-text",
                        label=texts("decisions.comment.text"),
                        autosize=True,
                        minRows=2,
                        maxRows=12,
                    ),
                    dmc.Button(texts("decisions.comment.send"), id="comment-send", size="sm"),
                ],
                className="note-form",
            ),
        ],
        className="panel",
        id="decision-comments",
        **aria(label=title),
    )


def comments(reader: Reader, notes: tuple[Note, ...]) -> list[Component]:
    """The comments, or that there is none yet."""
    said = [one for one in notes if one.field is None]
    if not said:
        return [html.P(reader.texts("decisions.comments.none"), className="subline")]
    return [
        html.Ul(
            [
                html.Li(
                    [
                        html.Span(
                            [
                                html.B(one.author, lang="en"),
                                f" · {reader.fmt.moment(one.written_at)} · ",
                                reader.texts("decisions.version", number=str(one.version)),
                            ],
                            className="small",
                        ),
                        html.P(one.text, className="comment-text", lang="en"),
                    ]
                )
                for one in said
            ],
            className="rows",
        )
    ]


def evidence_form(reader: Reader, document: Mapping[str, Any]) -> Component:
    """The form that adds evidence to an assumption after sealing."""
    texts, scenario = reader.texts, document["scenario"]
    fields = [
        {"value": path, "label": f"{assumption_name(path, scenario, texts)} · {path}"}
        for path, _ in leaves(scenario, texts)
    ]
    return html.Div(
        [
            dmc.Select(
                id="evidence-field",
                label=texts("decisions.assumption"),
                data=fields,
                searchable=True,
                nothingFoundMessage=texts("form.nothing_found"),
            ),
            dmc.Textarea(id="evidence-text", label=texts("decisions.evidence"), minRows=2),
            dmc.TextInput(id="evidence-owner", label=texts("decisions.evidence.owner")),
            dmc.TextInput(id="evidence-url", label=texts("decisions.evidence.url")),
            dmc.Button(texts("decisions.evidence.send"), id="evidence-send", size="sm"),
        ],
        className="note-form",
    )
