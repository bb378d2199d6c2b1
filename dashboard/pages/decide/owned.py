"""Hosts of one's own: what is bought, what it is worth in the end, power, people, space."""

from dash.development.base_component import Component

from dashboard.pages.decide.document import Draft, get_at
from dashboard.pages.decide.fields import fold, number_field, pair, text_field, word_field
from dashboard.texts import Texts

ALREADY_PAID = ("false", "true")
PAIRS = (
    ("purchase_price", "useful_life_months"),
    ("residual_value", "colocation_fee_per_month"),
    ("power_kilowatts", "power_usage_effectiveness"),
    ("price_per_kilowatt_hour", "people_hours_per_month"),
)


def owned_fields(draft: Draft, path: str, texts: Texts) -> list[Component]:
    """The cost of one host of one's own; what stays empty is unknown, and then there is no cost."""
    owned = f"{path}.owned"
    rows = [
        pair(*(number_field(draft, f"{owned}.{key}", texts, f"form.owned.{key}") for key in keys))
        for keys in PAIRS
    ]
    rate = number_field(
        draft, f"{owned}.people_price_per_hour", texts, "form.owned.people_price_per_hour"
    )
    paid = word_field(draft, f"{owned}.already_paid", texts, "form.already_paid", ALREADY_PAID)
    origin = ("source", "as_of", "owner")
    sources = fold(
        texts("form.sources"),
        [
            text_field(draft, f"{owned}.source", texts, "form.source"),
            pair(
                text_field(draft, f"{owned}.as_of", texts, "form.as_of", placeholder="2026-01-31"),
                text_field(draft, f"{owned}.owner", texts, "form.owner"),
            ),
        ],
        is_open=any(get_at(draft, f"{owned}.{key}") for key in origin),
    )
    return [*rows, pair(rate, paid), sources]
