"""What happens when a person types, chooses or clicks on the Decide page."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import dash
from dash import ALL, MATCH, ClientsideFunction, Input, Output, State, ctx, no_update

from catalog.database import Database
from dashboard.callback import offload
from dashboard.pages.decide import result
from dashboard.pages.decide.address import Address, address_of, write_address
from dashboard.pages.decide.asked import (
    Click,
    Heard,
    asked,
    heard_and_drawn,
    heard_only,
    marked,
    removes,
)
from dashboard.pages.decide.document import Draft, with_values
from dashboard.pages.decide.explain import explanation
from dashboard.pages.decide.export_menu import register_exports
from dashboard.pages.decide.form import form
from dashboard.pages.decide.layout import page
from dashboard.pages.decide.reshape import reshaped
from dashboard.pages.decide.saving import register_saving
from dashboard.pages.decide.serving import serving_notes
from dashboard.pages.decide.state import PageState
from dashboard.pages.decide.steps import as_shown, with_step
from dashboard.pages.decide.studies.callbacks import register_studies
from dashboard.pages.decide.unchanged import OnScreen, only_changed
from dashboard.pages.still import draw_still, still
from dashboard.texts import Texts, load_texts

FIELDS = {"type": "field", "path": ALL}
FOUND = {"type": "found", "path": ALL}
Ids = Sequence[Mapping[str, str]]


def register(app: dash.Dash, database: Database) -> PageState:
    """Attach the callbacks of this page to the application; gives what `draw` needs."""
    state = PageState(database)
    _register_browser(app)
    _register_answer(app, state)
    _register_shape(app, state)
    _register_lists(app, state)
    _register_explanation(app)
    register_studies(app, database)
    register_exports(app)
    register_saving(app, database)
    return state


def _register_browser(app: dash.Dash) -> None:
    def browser(name: str, *arguments: Any, **options: Any) -> None:
        app.clientside_callback(ClientsideFunction("modelcost", name), *arguments, **options)

    browser(
        "look",
        Output("scheme", "data"),
        Input("theme-switch", "n_clicks"),
        State("address", "search"),
        State("scheme", "data"),
    )
    browser("scheme", Output("mantine", "forceColorScheme"), Input("scheme", "data"))
    browser(
        "showErrors",
        # Were the fields outputs of the server, each would be drawn anew while the answer is made.
        Output(FIELDS, "error"),
        Input("field-errors", "data"),
        State(FIELDS, "id"),
        State(FIELDS, "error"),
        prevent_initial_call=True,
    )
    draw_still(app, "first")
    draw_still(app, "rest")
    browser(
        "spreadFound",
        Output(FOUND, "data", allow_duplicate=True),
        Input("found-for-place", "data"),
        State(FOUND, "id"),
        prevent_initial_call=True,
    )
    browser("writeAddress", Output("address-now", "data"), Input("address-next", "data"))
    browser(
        "writeTab",
        Output("study-shown", "data"),
        Input("study", "value"),
        prevent_initial_call=True,
    )
    browser(
        "keepPicked",
        Output({"type": "field", "path": MATCH}, "data"),
        Input({"type": "found", "path": MATCH}, "data"),
        State({"type": "field", "path": MATCH}, "value"),
        State({"type": "field", "path": MATCH}, "data"),
        prevent_initial_call=True,
    )
    browser(
        "copyAddress",
        Output("saved", "data", allow_duplicate=True),
        Output("copied", "children"),
        Input("copy-link", "n_clicks"),
        State("saved", "data"),
        State("copy-texts", "data"),
        prevent_initial_call=True,
    )


def draw(state: PageState, search: str | None, headers: Mapping[str, str]) -> Any:
    """The page at an address; the router asks for it."""
    address = address_of(search, headers)
    texts = load_texts(address.language)
    draft, remark = state.open(address, texts)
    return page(
        address,
        search or "",
        draft,
        texts=texts,
        lists=state.lists(draft, texts),
        examples=state.examples(texts),
        remark=remark,
    )


def _register_answer(app: dash.Dash, state: PageState) -> None:
    @app.callback(
        Output("chart", "figure"),
        Output("still-first", "data"),
        Output("answer-data", "data"),
        Output("address-next", "data"),
        Output("history", "data"),
        Output("problems", "children"),
        Output("answer", "className"),
        Output("field-errors", "data"),
        Output("saved", "data"),
        Output("undo", "disabled"),
        Input(FIELDS, "value"),
        Input("load-axis", "value"),
        Input("cost-axis", "value"),
        Input("scheme", "data"),
        State("draft", "data"),
        State("history", "data"),
        State("saved", "data"),
        State("address", "search"),
        State("study", "value"),
        State("answer", "className"),
        State("field-errors", "data"),
        State("undo", "disabled"),
        prevent_initial_call=True,
    )
    @offload
    def answer(
        values: Sequence[Any],
        load_axis: str,
        cost_axis: str,
        look: Mapping[str, Any] | None,
        draft: Draft,
        history: list[Draft],
        saved: Mapping[str, str],
        search: str | None,
        tab: str | None,
        class_name: str | None,
        errors: Mapping[str, str | None] | None,
        is_first: bool,
    ) -> tuple[Any, ...]:
        # The ids come with the values: asked for again, they would double what is sent at each key.
        paths = [field["id"]["path"] for field in ctx.inputs_list[0]]
        on_screen = OnScreen(class_name, errors or {}, saved, is_first)
        address = _address(app, state, search, load_axis, cost_axis, look)
        address = replace(address, tab=tab or address.tab)
        now = with_values(draft, list(zip(paths, values, strict=True)))
        judged = state.judge(now)
        history = with_step(history, now)
        saved, address = state.keep(now, dict(saved), address)
        figure, summary, problems, class_name, found, document = result.answer_outputs(
            judged, address, look or {}, paths
        )
        names = [str(option.get("name")).strip() for option in now.get("options") or []]
        notes = serving_notes(judged.capacities, names, load_texts(address.language))
        first = notes if summary is no_update else {"summary": summary, **notes}
        first = {place: still(content) for place, content in first.items()}
        messages = {path: said for path, said in zip(paths, found, strict=True) if said}
        new = OnScreen(class_name, messages, saved, len(history) < 2)
        changed = only_changed(new, problems, on_screen)
        return (figure, first, document, write_address(address), history, *changed)


def _address(
    app: dash.Dash,
    state: PageState,
    search: str | None,
    load_axis: str,
    cost_axis: str,
    look: Mapping[str, Any] | None,
) -> Address:
    address = address_of(search, app.backend.request_adapter().headers)
    theme = str((look or {}).get("theme", "auto"))
    return replace(address, load_axis=load_axis, cost_axis=cost_axis, theme=theme)


def _register_shape(app: dash.Dash, state: PageState) -> None:
    @app.callback(
        Output("form", "children"),
        Output("draft", "data"),
        Output("history", "data", allow_duplicate=True),
        Output("saved", "data", allow_duplicate=True),
        Output("field-errors", "data", allow_duplicate=True),
        Output("heard", "data"),
        Input("asked", "data"),
        Input("undo", "n_clicks"),
        Input("example", "value"),
        State(FIELDS, "value"),
        State(FIELDS, "id"),
        State("draft", "data"),
        State("history", "data"),
        State("saved", "data"),
        State("heard", "data"),
        State("address", "search"),
        prevent_initial_call=True,
        # A second click before the first is done would undo the same step twice.
        running=[(Output("undo", "loading"), True, False)],
    )
    @offload
    def reshape(
        clicks: Sequence[Click] | None,
        _undo: int | None,
        _example: str | None,
        values: Sequence[Any],
        ids: Ids,
        draft: Draft,
        history: list[Draft],
        saved: Mapping[str, str],
        heard: Heard,
        search: str | None,
    ) -> tuple[Any, ...]:
        headers = app.backend.request_adapter().headers
        texts = load_texts(address_of(search, headers).language)
        now = with_values(
            draft, [(field["path"], value) for field, value in zip(ids, values, strict=True)]
        )
        # What was typed or clicked a moment ago is a step of its own, though no answer told of it.
        history = with_step(history, now)
        trigger, clicks = ctx.triggered_id, clicks or ()
        is_whole = trigger in ("undo", "example")
        asks = [(trigger, ctx.triggered[0]["value"])] if is_whole else asked(heard, clicks)
        new = reshaped(state, now, asks, history, texts)
        if new is None:
            return *(no_update,) * 5, heard_only(heard, clicks)
        fields = form(new, texts, state.lists(new, texts))
        is_undo = trigger == "undo"
        history = history[:-1] if is_undo else with_step(history, as_shown(new, fields))
        if trigger == "example":
            saved = {"scenario": str(ctx.triggered[0]["value"])}
        is_moved = is_whole or any(removes(one) for one in asks)
        heard = heard_and_drawn(heard, clicks, fields, is_moved=is_moved)
        # The fields are new and say nothing yet; what is wrong is told by the answer that follows.
        return marked(heard, fields), new, history, saved, {}, heard


def _register_lists(app: dash.Dash, state: PageState) -> None:
    """Words typed into a field find its list; another model or region finds all lists anew."""

    def now_and_texts(
        values: Sequence[Any], ids: Ids, draft: Draft, search: str | None
    ) -> tuple[Draft, Texts]:
        now = with_values(
            draft, [(field["path"], value) for field, value in zip(ids, values, strict=True)]
        )
        address = address_of(search, app.backend.request_adapter().headers)
        return now, load_texts(address.language)

    form_now = (
        State(FIELDS, "value"),
        State(FIELDS, "id"),
        State("draft", "data"),
        State("address", "search"),
    )

    @app.callback(
        Output({"type": "found", "path": MATCH}, "data"),
        Input({"type": "field", "path": MATCH}, "searchValue"),
        State({"type": "field", "path": MATCH}, "data"),
        *form_now,
        prevent_initial_call=True,
    )
    @offload
    def found_for_words(
        typed: str | None, shown: Sequence[Mapping[str, str]] | None, *form: Any
    ) -> Any:
        path = str(ctx.triggered_id["path"]) if ctx.triggered_id else ""
        if typed in [line["label"] for line in shown or ()]:
            return no_update  # the field shows what was picked: nothing was typed
        return state.list(path, typed or "", *now_and_texts(*form))

    @app.callback(
        Output("found-for-place", "data"),
        Input({"type": "field", "path": "model"}, "value"),
        Input({"type": "field", "path": "region"}, "value"),
        State(FOUND, "id"),
        *form_now,
        prevent_initial_call=True,
    )
    @offload
    def found_for_place(_model: str | None, _region: str | None, found: Ids, *form: Any) -> Any:
        now, texts = now_and_texts(*form)
        paths = [one["path"] for one in found if one["path"] != "model"]
        return {path: state.list(path, "", now, texts) for path in paths}


def _register_explanation(app: dash.Dash) -> None:
    """A number that was clicked opens what stands behind it; `still.js` names it."""

    @app.callback(
        Output("explain", "opened"),
        Output("explanation", "children"),
        Input("explain-asked", "data"),
        State("answer-data", "data"),
        State("address", "search"),
        prevent_initial_call=True,
    )
    @offload
    def explain(
        asked: Mapping[str, Any] | None, answer: Mapping[str, Any] | None, search: str | None
    ) -> tuple[Any, Any]:
        if not (asked and answer):
            return no_update, no_update
        headers = app.backend.request_adapter().headers
        texts = load_texts(address_of(search, headers).language)
        return True, explanation(dict(answer), str(asked["key"]), texts)
