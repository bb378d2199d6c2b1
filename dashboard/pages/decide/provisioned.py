"""Fields of an option that rents throughput in units (PTU): where, for how long, how many."""

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard.pages.decide.commitment import commitment_fold
from dashboard.pages.decide.document import Draft, get_at
from dashboard.pages.decide.fields import fold, mode_switch, number_field, select_field, text_field
from dashboard.texts import Texts

DEPLOYMENTS = ("global", "data_zone", "regional")
UNIT_TERMS = ("hourly", "reserved_1m", "reserved_1y")
SIZING = (
    "minimum_units",
    "step_units",
    "input_tokens_per_minute_per_unit",
    "output_token_weight",
)
UNIT_MODES = ("catalog", "typed")


def provisioned_fields(draft: Draft, path: str, texts: Texts) -> list[Component]:
    """The fields of the option at this path; a price and a sizing are each the catalog's or
    typed."""
    terms = [{"value": term, "label": texts(f"form.unit_term.{term}")} for term in UNIT_TERMS]
    term = select_field(
        draft,
        f"{path}.term",
        texts,
        "form.unit_term",
        terms,
        clearable=True,
        placeholder=texts("form.unit_term.hourly"),
    )
    return [
        html.Div([deployment_field(draft, path, texts), term], className="two-columns"),
        *_price(draft, path, texts),
        *_sizing(draft, path, texts),
        _more(draft, path, texts),
    ]


def _more(draft: Draft, path: str, texts: Texts) -> Component:
    most = number_field(draft, f"{path}.maximum_units", texts, "form.maximum_units")
    keys = ("maximum_units", "commitment")
    used = any(get_at(draft, f"{path}.{key}") is not None for key in keys)
    commitment = commitment_fold(draft, path, texts, counted="units")
    return fold(texts("form.more"), [most, commitment], is_open=used)


def deployment_field(draft: Draft, path: str, texts: Texts) -> Component:
    """Where requests may be processed."""
    places = [{"value": one, "label": texts(f"form.deployment.{one}")} for one in DEPLOYMENTS]
    return select_field(
        draft, f"{path}.deployment", texts, "form.deployment", places, clearable=True
    )


def _price(draft: Draft, path: str, texts: Texts) -> list[Component]:
    mode = UNIT_MODES[get_at(draft, f"{path}.price") is not None]
    switch = mode_switch(f"{path}.price", texts, "form.unit_price", mode, UNIT_MODES)
    if mode == "catalog":
        return [switch]
    currency = str(draft.get("currency") or "USD")
    amount = number_field(
        draft,
        f"{path}.price.amount",
        texts,
        "form.price.unit",
        unit=f"{currency}/h",
        required=True,
    )
    provenance = [
        text_field(draft, f"{path}.price.source", texts, "form.source"),
        text_field(draft, f"{path}.price.as_of", texts, "form.as_of", placeholder="2026-01-31"),
    ]
    return [switch, amount, html.Div(provenance, className="price-row")]


def _sizing(draft: Draft, path: str, texts: Texts) -> list[Component]:
    mode = UNIT_MODES[get_at(draft, f"{path}.sizing") is not None]
    switch = mode_switch(f"{path}.sizing", texts, "form.sizing", mode, UNIT_MODES)
    note = dmc.Text(texts(f"form.sizing.{mode}.hint"), size="xs", className="hint")
    if mode == "catalog":
        return [switch, note]
    numbers = [
        number_field(
            draft,
            f"{path}.sizing.{key}",
            texts,
            f"form.{key}",
            required=key != "output_token_weight",
        )
        for key in SIZING
    ]
    return [switch, note, html.Div(numbers, className="two-columns")]
