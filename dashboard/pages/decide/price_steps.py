"""Prices of long requests: a whole request whose input is longer than so many tokens."""

import copy

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from catalog.scenario_fields import MOST_PRICE_STEPS
from dashboard.pages.decide.document import Draft, get_at
from dashboard.pages.decide.fields import action_button, fold, number_field, remove_button
from dashboard.texts import Texts

PRICES = ("input", "output", "cached_input")


def price_steps(draft: Draft, path: str, texts: Texts) -> Component:
    """The steps of an option with typed prices, in rising order of length."""
    steps = get_at(draft, f"{path}.prices.steps") or []
    option = int(path.rpartition(".")[2])
    rows = [_step(draft, path, number, texts) for number in range(len(steps))]
    hint = dmc.Text(texts("form.steps.hint"), size="xs", className="hint")
    full = len(steps) >= MOST_PRICE_STEPS
    add = dmc.Group(action_button("add-step", option, texts("form.steps.add"), disabled=full))
    return fold(texts("form.steps"), [hint, *rows, add], is_open=bool(steps))


def with_step_added(draft: Draft, option: int) -> Draft:
    """The question with an empty step, priced by as many tokens as the input price is."""
    new = copy.deepcopy(draft)
    prices = get_at(new, f"options.{option}.prices")
    if isinstance(prices, dict):
        per = str((prices.get("input") or {}).get("per") or "1000000")
        empty = {kind: {"per": per, "unit": "token"} for kind in PRICES}
        prices.setdefault("steps", []).append({"above_input_tokens": "", **empty})
    return new


def without_step(draft: Draft, place: int) -> Draft:
    """The question without a step; place: see `_place`."""
    new = copy.deepcopy(draft)
    option, number = divmod(place, MOST_PRICE_STEPS)
    prices = get_at(new, f"options.{option}.prices")
    if isinstance(prices, dict) and number < len(prices.get("steps") or []):
        del prices["steps"][number]
        if not prices["steps"]:
            del prices["steps"]
    return new


def _step(draft: Draft, path: str, number: int, texts: Texts) -> Component:
    step = f"{path}.prices.steps.{number}"
    above = number_field(
        draft, f"{step}.above_input_tokens", texts, "form.above_input_tokens", required=True
    )
    amounts = [
        number_field(draft, f"{step}.{kind}.amount", texts, f"form.step.{kind}") for kind in PRICES
    ]
    name = texts("form.steps.name", number=str(number + 1))
    remove = remove_button(
        "remove-step", _place(path, number), texts("form.remove_named", name=name)
    )
    head = html.Div([above, remove], className="removable-row wide")
    return html.Div([head, html.Div(amounts, className="three-columns")], className="step")


def _place(path: str, number: int) -> int:
    """The option and the step in one number, as the id of a button holds one."""
    return int(path.rpartition(".")[2]) * MOST_PRICE_STEPS + number
