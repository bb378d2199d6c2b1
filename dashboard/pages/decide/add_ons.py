"""Costs beside the model: a search service, storage, a licence; typed, or a preset by its name."""

import copy
from typing import Any

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from catalog.whole_cost import ADD_ON_PRESETS
from dashboard.pages.decide.choices import people_at
from dashboard.pages.decide.document import Draft
from dashboard.pages.decide.fields import (
    action_button,
    fold,
    number_field,
    pair,
    remove_button,
    select_field,
    text_field,
    word_field,
)
from dashboard.pages.decide.owned import ALREADY_PAID
from dashboard.texts import Texts

UNITS = ("month", "hour", "request", "token", "once")
MOST_ADD_ONS = 12


def add_on_fields(draft: Draft, texts: Texts) -> Component:
    """A block an add-on; the people who run hosts are asked for elsewhere."""
    add_ons = draft.get("add_ons") or []
    shown = [index for index in range(len(add_ons)) if index != people_at(draft)]
    blocks = [_block(draft, index, texts) for index in shown]
    full = len(add_ons) >= MOST_ADD_ONS
    buttons = [
        action_button(f"add-preset-{name}", 0, preset.name, disabled=full)
        for name, preset in ADD_ON_PRESETS.items()
    ]
    own = action_button("add-add_on", 0, texts("form.add_ons.own"), disabled=full)
    hint = dmc.Text(texts("form.add_ons.hint"), size="xs", className="hint")
    content = [hint, *blocks, dmc.Group([*buttons, own], gap="xs")]
    return fold(texts("form.add_ons"), content, is_open=bool(shown))


def with_add_on(draft: Draft, preset: str | None = None) -> Draft:
    """The question with a preset, or with an empty add-on paid by the month."""
    new = copy.deepcopy(draft)
    added: dict[str, Any] = {"name": "", "amount": "", "unit": "month"}
    if preset in ADD_ON_PRESETS:
        added = {"preset": preset}
    new.setdefault("add_ons", []).append(added)
    return new


def without_add_on(draft: Draft, index: int) -> Draft:
    """The question without the add-on at this index."""
    new = copy.deepcopy(draft)
    add_ons = new.get("add_ons") or []
    if 0 <= index < len(add_ons):
        del add_ons[index]
    if not add_ons:
        new.pop("add_ons", None)
    return new


def _block(draft: Draft, index: int, texts: Texts) -> Component:
    path = f"add_ons.{index}"
    add_on = draft["add_ons"][index]
    preset = ADD_ON_PRESETS.get(str(add_on.get("preset")))
    name = str(add_on.get("name") or (preset.name if preset else ""))
    remove = remove_button("remove-add_on", index, texts("form.remove_named", name=name))
    quantity = number_field(
        draft, f"{path}.quantity", texts, "form.add_on.quantity", placeholder="1"
    )
    if preset is not None:
        said = texts("form.add_on.preset", name=preset.name)
        head = html.Div(
            [dmc.Text(said, size="xs", className="hint"), remove], className="removable-row wide"
        )
        rows = [head, pair(quantity, _for(draft, path, texts))]
        return html.Div(rows, className="step")
    title = text_field(draft, f"{path}.name", texts, "form.add_on.name", required=True)
    amount = number_field(
        draft,
        f"{path}.amount",
        texts,
        "form.add_on.amount",
        unit=str(draft.get("currency") or "USD"),
        required=True,
    )
    units = [{"value": unit, "label": texts(f"form.add_on.unit.{unit}")} for unit in UNITS]
    unit = select_field(draft, f"{path}.unit", texts, "form.add_on.unit", units)
    rest = [
        pair(quantity, _for(draft, path, texts)),
        pair(
            number_field(draft, f"{path}.per", texts, "form.add_on.per", placeholder="1"),
            number_field(draft, f"{path}.months", texts, "form.add_on.months"),
        ),
        word_field(draft, f"{path}.already_paid", texts, "form.already_paid", ALREADY_PAID),
        pair(
            text_field(draft, f"{path}.source", texts, "form.source"),
            text_field(draft, f"{path}.as_of", texts, "form.as_of", placeholder="2026-01-31"),
        ),
    ]
    head = html.Div([title, remove], className="removable-row wide")
    details = fold(texts("form.add_on.details"), rest)
    return html.Div([head, pair(amount, unit), details], className="step")


def _for(draft: Draft, path: str, texts: Texts) -> Component:
    """Which option bears it; several are kept as the question says them."""
    names = [str(option.get("name") or "") for option in draft.get("options") or []]
    choices = [{"value": name, "label": name} for name in dict.fromkeys(names) if name]
    return select_field(
        draft,
        f"{path}.applies_to.0",
        texts,
        "form.add_on.applies_to",
        choices,
        clearable=True,
        placeholder=texts("form.add_on.applies_to.unset"),
    )
