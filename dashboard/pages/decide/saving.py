"""The dialog that saves the answer on the Decide page as a sealed decision."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import dash
import dash_mantine_components as dmc
from dash import ALL, Input, Output, State, ctx, html, no_update
from dash.development.base_component import Component

from catalog.database import Database
from catalog.decision_request import read_decision
from catalog.errors import CatalogError
from catalog.problems import Refused
from dashboard.callback import offload
from dashboard.chat.desk import Desk
from dashboard.chat.sessions import COOKIE, KEEP_SECONDS
from dashboard.decisions.opened import (
    SavedDecision,
    require_held,
    save_further,
    save_new,
    secrets_of,
)
from dashboard.pages.decide.address import address_of
from dashboard.pages.decide.result import problem_text
from dashboard.pages.decisions.grounds import assumption_name, leaves
from dashboard.pages.visit import DECISIONS, read_visit
from dashboard.texts import Texts, load_texts

MOST_ASSUMPTIONS: Final = 40
LINKED: Final = re.compile(r"([A-Za-z0-9_-]{10,60})/?(?:[?#].*)?$")
EVIDENCE: Final = "save-evidence"


def save_button(texts: Texts) -> Component:
    """The button that opens the dialog."""
    return dmc.Button(texts("decisions.save"), id="save-open", size="compact-sm")


def save_dialog(texts: Texts) -> Component:
    """The closed dialog; Escape closes it, and what was typed stays until the page is left."""
    return dmc.Modal(
        id="save-dialog",
        title=texts("decisions.save.title"),
        size="lg",
        children=html.Div(
            [
                html.P(texts("decisions.save.why"), className="small"),
                dmc.TextInput(id="save-title", label=texts("decisions.save.name")),
                dmc.TextInput(id="save-owner", label=texts("decisions.save.owner")),
                dmc.TextInput(
                    id="save-of",
                    label=texts("decisions.save.of"),
                    description=texts("decisions.save.of.hint"),
                ),
                html.Details(
                    [
                        html.Summary(texts("decisions.save.evidence")),
                        html.P(texts("decisions.save.evidence.hint"), className="small"),
                        html.Div(id="save-assumptions"),
                    ]
                ),
                html.Div(id="save-result"),
                dmc.Button(texts("decisions.save.send"), id="save-send"),
            ],
            className="save-form",
        ),
        closeButtonProps={"aria-label": texts("explain.close")},
    )


def register_saving(app: dash.Dash, database: Database) -> None:
    """Attach the callbacks of the dialog."""

    @app.callback(
        Output("save-dialog", "opened"),
        Output("save-assumptions", "children"),
        Output("save-title", "value"),
        Output("save-result", "children"),
        Output("save-send", "disabled"),
        Input("save-open", "n_clicks"),
        State("answer-data", "data"),
        State("answer", "className"),
        State("save-title", "value"),
        State("address", "search"),
        prevent_initial_call=True,
    )
    @offload
    def open_dialog(
        clicks: int | None,
        answer: Mapping[str, Any] | None,
        looks: str | None,
        title: str | None,
        search: str | None,
    ) -> tuple[Any, ...]:
        if not clicks:
            return (no_update,) * 5
        texts = load_texts(_language(app, search))
        if not answer or "stale" in (looks or ""):
            text = html.Div(texts("decisions.save.no_answer"), className="problems", role="alert")
            return True, [], no_update, text, True
        scenario = answer["scenario"]
        return True, _assumptions(scenario, texts), title or scenario.get("title", ""), [], False

    @app.callback(
        Output("save-result", "children", allow_duplicate=True),
        Output("save-title", "error"),
        Output("save-owner", "error"),
        Input("save-send", "n_clicks"),
        State("save-title", "value"),
        State("save-owner", "value"),
        State("save-of", "value"),
        State({"type": EVIDENCE, "part": "text", "path": ALL}, "value"),
        State({"type": EVIDENCE, "part": "text", "path": ALL}, "id"),
        State({"type": EVIDENCE, "part": "owner", "path": ALL}, "value"),
        State({"type": EVIDENCE, "part": "url", "path": ALL}, "value"),
        State("answer-data", "data"),
        State("address", "search"),
        prevent_initial_call=True,
        # A second click would save it twice.
        running=[(Output("save-send", "loading"), True, False)],
    )
    @offload
    def save(
        clicks: int | None,
        title: str | None,
        owner: str | None,
        of: str | None,
        said: Sequence[str | None],
        ids: Sequence[Mapping[str, str]],
        owners: Sequence[str | None],
        urls: Sequence[str | None],
        answer: Mapping[str, Any] | None,
        search: str | None,
    ) -> tuple[Any, ...]:
        if not clicks or not answer:
            return no_update, no_update, no_update
        texts = load_texts(_language(app, search))
        paths = [one["path"] for one in ids]
        document = {
            "title": title or "",
            "owner": owner or "",
            "scenario": answer["scenario"],
            "evidence": _evidence(paths, said, owners, urls),
        }
        try:
            saved = _saved(app, database, json.dumps(document).encode(), of)
        except Refused as refused:
            wrong = {one.field: problem_text(one, texts) for one in refused.problems}
            lines = [f"{field}: {text}" for field, text in wrong.items()]
            return _failed(lines), wrong.get("title"), wrong.get("owner")
        except CatalogError as error:
            return _failed([str(error)]), None, None
        return _done(saved, texts, search), None, None


def _saved(app: dash.Dash, database: Database, content: bytes, of: str | None) -> SavedDecision:
    """The decision, sealed for this browser's session, which gets its cookie where it has none."""
    desk: Desk = app.server.state.chat
    request = app.backend.request_adapter()
    visitor = desk.visitor(request.cookies.get(COOKIE))
    sent, now = read_decision(content), datetime.now(UTC)
    # The page is the person's own, on their own machine: it may show their own prices.
    if of and of.strip():
        found = LINKED.search(of.strip())
        decision_id = found[1] if found else of.strip()
        require_held(database, decision_id, secrets_of(visitor.session, None))
        return save_further(database, decision_id, sent, now, own_prices=True)
    saved = save_new(database, sent, visitor.session, now, own_prices=True)
    ctx.response.set_cookie(
        COOKIE,
        visitor.cookie,
        max_age=KEEP_SECONDS,
        httponly=True,
        samesite="strict",
        secure=str(request.url).startswith("https:"),
    )
    return saved


def _language(app: dash.Dash, search: str | None) -> str:
    return address_of(search, app.backend.request_adapter().headers).language


def _assumptions(scenario: Mapping[str, Any], texts: Texts) -> list[Component]:
    """A row for each assumption: what it says, and why."""
    rows: list[Component] = []
    for path, value in [*leaves(scenario, texts)][:MOST_ASSUMPTIONS]:
        name = assumption_name(path, scenario, texts)

        def field(part: str, label: str, path: str = path) -> Component:
            return dmc.TextInput(
                id={"type": EVIDENCE, "part": part, "path": path}, label=label, size="xs"
            )

        rows.append(
            html.Div(
                [
                    html.P([html.B(name), f": {value}"]),
                    field("text", texts("decisions.evidence.of", name=name)),
                    html.Div(
                        [
                            field("owner", texts("decisions.evidence.owner")),
                            field("url", texts("decisions.evidence.url")),
                        ],
                        className="two-columns",
                    ),
                ],
                className="save-evidence",
            )
        )
    return rows


def _evidence(
    paths: Sequence[str],
    said: Sequence[str | None],
    owners: Sequence[str | None],
    urls: Sequence[str | None],
) -> list[dict[str, str]]:
    found = []
    for path, text, owner, url in zip(paths, said, owners, urls, strict=True):
        given = {"text": text, "owner": owner, "url": url}
        kept = {name: value for name, value in given.items() if value and value.strip()}
        if kept:
            found.append({"field": path, "text": "", **kept})
    return found


def _failed(lines: Sequence[str]) -> Component:
    return html.Div([html.P(line) for line in lines], className="problems", role="alert")


def _done(saved: SavedDecision, texts: Texts, search: str | None) -> Component:
    visit = read_visit("/", search, language=texts.language)
    path = f"{DECISIONS}/{saved.version.decision_id}"
    link = html.A(path, href=visit.link(path), className="text-link", id="saved-link", lang="en")
    parts: list[Component] = [
        html.B(texts("decisions.saved", number=str(saved.version.number))),
        html.P([f"{texts('decisions.saved.link')} ", link]),
        html.P(
            [f"{texts('decisions.hash')} ", html.Code(saved.version.sha256, lang="en")],
            className="small",
        ),
    ]
    if saved.key is not None:
        key = html.Code(saved.key, id="saved-key", lang="en")
        parts.append(html.P([f"{texts('decisions.saved.key')} ", key], className="small"))
    return html.Div(parts, className="seal", role="status")
