"""What is paid for a whole term, used or not: from the first month of the plan until its end."""

from typing import Any

from dash.development.base_component import Component

from dashboard.pages.decide.document import Draft, get_at
from dashboard.pages.decide.fields import (
    fold,
    mode_switch,
    number_field,
    pair,
    text_field,
    word_field,
)
from dashboard.texts import Texts

MODES = ("none", "term")
AFTER = ("list_price", "renew")


def commitment_fold(draft: Draft, path: str, texts: Texts, *, counted: str) -> Component:
    """counted: hosts or units, of which so many are committed to."""
    place = f"{path}.commitment"
    is_made = get_at(draft, place) is not None
    switch = mode_switch(place, texts, "form.commitment", MODES[is_made], MODES)
    return fold(
        texts("form.commitment.title"),
        [switch, *(_fields(draft, place, texts, counted) if is_made else [])],
        is_open=is_made,
    )


def set_commitment(option: dict[str, Any], mode: str) -> None:
    """Put an empty commitment into an option, or take it out."""
    if mode == "term":
        option["commitment"] = {"months": "", "price": {"per": "1", "unit": "hour"}}
    else:
        option.pop("commitment", None)


def _fields(draft: Draft, place: str, texts: Texts, counted: str) -> list[Component]:
    unit = f"{draft.get('currency') or 'USD'}/h"
    price = number_field(
        draft, f"{place}.price.amount", texts, "form.commitment.price", unit=unit, required=True
    )
    months = number_field(draft, f"{place}.months", texts, "form.commitment.months", required=True)
    return [
        pair(months, price),
        pair(
            number_field(draft, f"{place}.{counted}", texts, f"form.commitment.{counted}"),
            number_field(draft, f"{place}.upfront_share", texts, "form.commitment.upfront_share"),
        ),
        word_field(draft, f"{place}.after", texts, "form.commitment.after", AFTER),
        pair(
            text_field(draft, f"{place}.price.source", texts, "form.source"),
            text_field(
                draft, f"{place}.price.as_of", texts, "form.as_of", placeholder="2026-01-31"
            ),
        ),
    ]
