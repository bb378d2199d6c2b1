"""Form fields bound to a path of the scenario: one component per leaf, its id carries the path."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.pages.aria import aria
from dashboard.pages.decide.document import Draft, get_at
from dashboard.texts import Texts

DEBOUNCE_MILLISECONDS = 350
ORDER = ["label", "input", "error", "description"]
Choice = dict[str, str]


def field_id(path: str) -> dict[str, str]:
    """The component id of the field that edits this path."""
    return {"type": "field", "path": path}


def found_id(path: str) -> dict[str, str]:
    """The component id of what a search for the field of this path has found."""
    return {"type": "found", "path": path}


def mode_id(path: str) -> dict[str, str]:
    """The component id of a switch that changes the shape of the scenario at this path."""
    return {"type": "mode", "path": path}


def number_field(draft: Draft, path: str, texts: Texts, label: str, **options: Any) -> Component:
    """A number as typed text: Dash must never turn it into a float. `label` is a message id."""
    unit = options.pop("unit", None)
    if unit is not None:
        options["rightSection"] = dmc.Text(unit, size="xs", pe="xs", className="unit")
        options["rightSectionWidth"] = options.pop("unit_width", 72)
        options["rightSectionPointerEvents"] = "none"
    return dmc.TextInput(
        id=field_id(path),
        label=texts(label),
        description=_hint(texts, label),
        inputWrapperOrder=ORDER,
        value=_shown(get_at(draft, path)),
        inputProps={"inputMode": "decimal", "autoComplete": "off"},
        debounce=DEBOUNCE_MILLISECONDS,
        **options,
    )


def text_field(draft: Draft, path: str, texts: Texts, label: str, **options: Any) -> Component:
    """A line of free text."""
    return dmc.TextInput(
        id=field_id(path),
        label=texts(label),
        description=_hint(texts, label),
        inputWrapperOrder=ORDER,
        value=_shown(get_at(draft, path)),
        inputProps={"autoComplete": "off", "spellCheck": "false"},
        debounce=DEBOUNCE_MILLISECONDS,
        **options,
    )


def select_field(
    draft: Draft, path: str, texts: Texts, label: str, choices: Sequence[Choice], **options: Any
) -> Component:
    """One of many; a value that is not among the choices is kept and shown, so that it can be
    refused by name."""
    value = get_at(draft, path)
    known = list(choices)
    if value is not None and value not in {choice["value"] for choice in known}:
        known.insert(0, {"value": str(value), "label": str(value)})
    return dmc.Select(
        id=field_id(path),
        label=texts(label),
        description=_hint(texts, label),
        inputWrapperOrder=ORDER,
        data=known,
        value=None if value is None else str(value),
        searchable=len(known) > 8,
        nothingFoundMessage=texts("form.nothing_found"),
        limit=60,
        **options,
    )


def search_field(
    draft: Draft, path: str, texts: Texts, label: str, choices: Sequence[Choice], **options: Any
) -> Component:
    """One of very many: the list is asked for anew with each word typed, by a callback.

    What is found goes into a store first; the browser joins it with what is picked meanwhile, or a
    late answer would clear the field.
    """
    value = get_at(draft, path)
    select = dmc.Select(
        id=field_id(path),
        label=texts(label),
        description=_hint(texts, label),
        inputWrapperOrder=ORDER,
        data=list(choices),
        value=None if value in (None, "") else str(value),
        searchable=True,
        clearable=True,
        allowDeselect=False,
        clearSearchOnFocus=True,
        filter={"function": "keepFound"},  # the server has filtered already
        nothingFoundMessage=texts("form.nothing_found"),
        placeholder=texts("form.search_placeholder"),
        **options,
    )
    return html.Div([select, dcc.Store(id=found_id(path))])


def drawn(fields: Sequence[Component], kind: str) -> Iterator[tuple[Mapping[str, Any], Any]]:
    """Id and value of each field, switch or button in what is drawn. kind: the type in its id."""
    for part in (part for one in fields for part in (one, *one._traverse())):
        at = getattr(part, "id", None)
        if isinstance(at, dict) and at.get("type") == kind:
            yield at, getattr(part, "value", None)


def mode_switch(
    path: str, texts: Texts, label: str, value: str, choices: Sequence[str]
) -> Component:
    """A labelled row of buttons; choosing one changes which fields there are."""
    return dmc.Stack(
        [
            dmc.Text(texts(label), size="sm", fw=500, id=f"label-{path.replace('.', '-')}"),
            dmc.SegmentedControl(
                id=mode_id(path),
                value=value,
                data=[
                    {"value": choice, "label": texts.optional(f"{label}.{choice}") or choice}
                    for choice in choices
                ],
                size="xs",
                fullWidth=True,
                **aria(labelledby=f"label-{path.replace('.', '-')}"),
            ),
        ],
        gap=4,
    )


def word_field(
    draft: Draft, path: str, texts: Texts, label: str, words: Sequence[str], **options: Any
) -> Component:
    """One of a few words of the scenario; left out it shows what is taken then."""
    choices = [{"value": word, "label": texts(f"{label}.{word}")} for word in words]
    unset = texts(f"{label}.unset")
    return select_field(
        draft, path, texts, label, choices, clearable=True, placeholder=unset, **options
    )


def fold(title: str, children: Sequence[Component], *, is_open: bool = False) -> Component:
    """A part of the form that is folded until it is used."""
    content = dmc.Stack(list(children), gap="xs", mt="xs")
    return html.Details([html.Summary(title), content], open=is_open)


def pair(*fields: Component) -> Component:
    """Two fields beside each other."""
    return html.Div(list(fields), className="two-columns")


def action_button(name: str, index: int, label: str, *, disabled: bool = False) -> Component:
    """A small button that changes the shape of the question."""
    return dmc.Button(
        label,
        id={"type": "action", "name": name, "index": index},
        variant="light",
        size="compact-xs",
        disabled=disabled,
    )


def remove_button(name: str, index: int, label: str) -> Component:
    """A small cross that takes a row out; what it takes out is said to who cannot see the row."""
    return dmc.Button(
        "×",
        id={"type": "action", "name": name, "index": index},
        variant="subtle",
        color="gray",
        className="quiet-button row-remove",
        size="compact-sm",
        **aria(label=label),
    )


def _shown(value: Any) -> str:
    return "" if value is None else str(value)


def _hint(texts: Texts, label: str) -> str | None:
    return texts.optional(f"{label}.hint")
