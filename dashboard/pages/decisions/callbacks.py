"""What happens on the pages of the decisions: notes are added, a copy is opened, a decision is
taken off the list or put back."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import dash
from dash import ClientsideFunction, Input, Output, State, no_update
from pydantic import ValidationError

from catalog.database import Database
from catalog.decision_request import CommentFields, EvidenceFields, require_assumption
from catalog.decisions import Note, add_note, notes_of, remove_decision
from catalog.drafts import save_draft
from catalog.errors import CatalogError
from catalog.problems import Problem, Refused
from catalog.scenario_problems import problem_of
from dashboard.callback import offload
from dashboard.chat.desk import Desk
from dashboard.chat.sessions import COOKIE, SessionId
from dashboard.decisions.documents import sealed_document
from dashboard.decisions.opened import open_decision, require_held, secrets_of
from dashboard.pages.decide.changes import with_form_defaults
from dashboard.pages.decide.result import problem_text
from dashboard.pages.decide.state import plain_draft
from dashboard.pages.decisions.listed import found_part, progress, read_list, state_of
from dashboard.pages.decisions.notes import comments
from dashboard.pages.reader import reader_of
from dashboard.pages.visit import DECISIONS, read_visit
from dashboard.texts import Texts, load_texts

Shown = Mapping[str, Any]


def register(app: dash.Dash, database: Database) -> None:
    """Attach the callbacks."""

    def browser(name: str, *arguments: Any) -> None:
        function = ClientsideFunction("modelcost_decisions", name)
        app.clientside_callback(function, *arguments, prevent_initial_call=True)

    browser("search", Output("decisions-q", "className"), Input("decisions-q", "value"))
    browser("owner", Output("decisions-owner", "className"), Input("decisions-owner", "value"))
    browser(
        "copyLink",
        Output("decision-said", "children"),
        Input("decision-copy-link", "n_clicks"),
        State("decision-shown", "data"),
    )
    browser(
        "holdKey",
        Output("decision-key", "error"),
        Output("decision-key", "value"),
        Input("decision-key-send", "n_clicks"),
        Input("decision-key", "n_submit"),
        State("decision-key", "value"),
        State("decision-shown", "data"),
        State("decision-key-words", "data"),
    )
    _register_list(app, database)
    _register_notes(app, database)
    _register_copy(app, database)


def session_of(app: dash.Dash) -> SessionId | None:
    """The browser's session; None where it has none, or the cookie is not ours."""
    desk: Desk = app.server.state.chat
    return desk.session_of(app.backend.request_adapter().cookies.get(COOKIE))


def _register_list(app: dash.Dash, database: Database) -> None:
    @app.callback(
        Output("decisions-progress", "children"),
        Output("decisions-found", "children"),
        Output("decisions-drawn", "data"),
        Output("decisions-tick", "disabled"),
        Input("decisions-tick", "n_intervals"),
        State("decisions-drawn", "data"),
        State("decisions-language", "data"),
        State("address", "search"),
        prevent_initial_call=True,
    )
    @offload
    def tick(
        _count: int | None, before: Any, language: str, search: str | None
    ) -> tuple[Any, Any, Any, bool]:
        """How far the judging is; the table only where it changed, so that no focus is lost."""
        visit = read_visit(DECISIONS, search, language=language)
        drawn = read_list(visit, database, app.server.state.standings, 0)
        state = state_of(drawn)
        table = no_update if state == before else found_part(drawn)
        return progress(drawn), table, state, drawn.found.is_complete


def _register_notes(app: dash.Dash, database: Database) -> None:
    @app.callback(
        Output("comments", "children"),
        Output("comment-author", "error"),
        Output("comment-text", "error"),
        Output("comment-text", "value"),
        Input("comment-send", "n_clicks"),
        State("comment-author", "value"),
        State("comment-text", "value"),
        State("decision-shown", "data"),
        prevent_initial_call=True,
        running=[(Output("comment-send", "loading"), True, False)],
    )
    @offload
    def comment(
        clicks: int | None, author: str | None, text: str | None, shown: Shown
    ) -> tuple[Any, ...]:
        if not clicks:
            return (no_update,) * 4
        texts = load_texts(shown["language"])
        typed = {"author": author or "", "text": text or ""}
        fields, wrong = _checked(CommentFields, typed, texts)
        if fields is None:
            return no_update, wrong.get("author"), wrong.get("text"), no_update
        add_note(database, _note(shown, fields.author, fields.text))
        reader = reader_of(read_visit(DECISIONS, "", language=shown["language"]))
        with database.read() as session:
            notes = tuple(notes_of(session, shown["id"]))
        return comments(reader, notes), None, None, ""

    @app.callback(
        Output("evidence-field", "error"),
        Output("evidence-text", "error"),
        Output("evidence-url", "error"),
        Output("address", "href", allow_duplicate=True),
        Input("evidence-send", "n_clicks"),
        State("evidence-field", "value"),
        State("evidence-text", "value"),
        State("evidence-owner", "value"),
        State("evidence-url", "value"),
        State("decision-shown", "data"),
        State("address", "search"),
        prevent_initial_call=True,
        running=[(Output("evidence-send", "loading"), True, False)],
    )
    @offload
    def evidence(
        clicks: int | None,
        field: str | None,
        text: str | None,
        owner: str | None,
        url: str | None,
        shown: Shown,
        search: str | None,
    ) -> tuple[Any, ...]:
        if not clicks:
            return (no_update,) * 4
        texts = load_texts(shown["language"])
        typed = {"field": field or "", "text": text or ""}
        typed |= {name: value for name, value in (("owner", owner), ("url", url)) if value}
        fields, wrong = _checked(EvidenceFields, typed, texts)
        if fields is None:
            return wrong.get("field"), wrong.get("text"), wrong.get("url"), no_update
        found = open_decision(database, shown["id"], shown["version"], (), removed_too=True)
        try:
            require_assumption(fields.field, found.version.section("scenario"))
        except Refused as refused:
            return problem_text(refused.problems[0], texts), None, None, no_update
        author = fields.owner or found.version.owner
        note = _note(shown, author, fields.text, field=fields.field, url=fields.url)
        add_note(database, note)
        return None, None, None, f"{DECISIONS}/{shown['id']}{search or ''}#decision-assumptions"


def _register_copy(app: dash.Dash, database: Database) -> None:
    @app.callback(
        Output("address", "href", allow_duplicate=True),
        Input("decision-copy", "n_clicks"),
        State("decision-shown", "data"),
        prevent_initial_call=True,
    )
    @offload
    def copy(clicks: int | None, shown: Shown) -> Any:
        """A question of its own on the Decide page; without the prices for who may not see them."""
        if not clicks:
            return no_update
        seen = secrets_of(session_of(app), None)
        found = open_decision(database, shown["id"], shown["version"], seen, removed_too=True)
        scenario = sealed_document(found.version, held=found.held)["scenario"]
        draft = with_form_defaults(plain_draft(_without_marks(scenario)))
        document = json.dumps(draft, ensure_ascii=False)
        name = save_draft(database, None, document, datetime.now(UTC))
        return f"/?v=1&scenario={name}&lang={shown['language']}"

    @app.callback(
        Output("address", "href", allow_duplicate=True),
        Output("decision-said", "children", allow_duplicate=True),
        Input("decision-remove", "n_clicks"),
        State("decision-shown", "data"),
        State("address", "search"),
        prevent_initial_call=True,
    )
    @offload
    def remove(clicks: int | None, shown: Shown, search: str | None) -> tuple[Any, Any]:
        """Off the list, or back on it: the same button undoes it."""
        if not clicks:
            return no_update, no_update
        seen = secrets_of(session_of(app), None)
        try:
            require_held(database, shown["id"], seen)
            found = open_decision(database, shown["id"], None, seen, removed_too=True)
            remove_decision(database, shown["id"], datetime.now(UTC), removed=not found.removed)
        except CatalogError as error:
            return no_update, str(error)
        return f"{DECISIONS}/{shown['id']}{search or ''}#seal", no_update


def _note(
    shown: Shown, author: str, text: str, *, field: str | None = None, url: str | None = None
) -> Note:
    return Note(
        decision_id=shown["id"],
        version=shown["version"],
        author=author,
        text=text,
        written_at=datetime.now(UTC),
        field=field,
        url=url,
    )


def _checked(kind: Any, typed: Mapping[str, str], texts: Texts) -> tuple[Any, dict[str, str]]:
    """The fields, or what is wrong with each."""
    try:
        return kind.model_validate(dict(typed)), {}
    except ValidationError as error:
        found: list[Problem] = [problem_of(one) for one in error.errors(include_url=False)]
        return None, {one.field: problem_text(one, texts) for one in found}


def _without_marks(value: Any) -> Any:
    """The scenario without what says that something is hidden, and without what is."""
    if isinstance(value, list):
        return [_without_marks(one) for one in value]
    if not isinstance(value, Mapping):
        return value
    return {
        name: _without_marks(part)
        for name, part in value.items()
        if part is not None and name != "hidden" and part != {"hidden": True}
    }
