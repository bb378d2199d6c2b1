"""What holds for the whole question beside its load: residency, the hours of the load, support,
tax, which costs count, the currency and its rate."""

import copy
from typing import get_args

from dash.development.base_component import Component

from catalog.vocabulary import RateSource
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

CURRENCIES = ("USD", "EUR", "GBP", "JPY")
RATE_MODES = ("none", "typed", "catalog")
RATE_SOURCES: tuple[str, ...] = get_args(RateSource)
LENSES = ("full", "marginal")
PROFILES = ("flat", "office_hours", "office_hours_with_weekend")
CATALOG_RATE_DAYS = "7"


def question_folds(draft: Draft, texts: Texts) -> list[Component]:
    """Three folds, each open where the question says something of it."""
    return [_rules(draft, texts), _on_top(draft, texts), _money(draft, texts)]


def with_currency(draft: Draft, currency: str) -> Draft:
    """Typed prices keep their digits and are meant in the new currency; rates of the old one go."""
    new = copy.deepcopy(draft)
    new["currency"] = currency
    new.pop("rates", None)
    new.pop("catalog_rates", None)
    return new


def with_rates(draft: Draft, mode: str) -> Draft:
    """No rate, one's own number, or those of the catalog."""
    new = copy.deepcopy(draft)
    new.pop("rates", None)
    new.pop("catalog_rates", None)
    if mode == "typed":
        new["rates"] = {_currency(new): {"per_usd": ""}}
    if mode == "catalog":
        new["catalog_rates"] = {"source": "ecb", "at_most_days_old": CATALOG_RATE_DAYS}
    return new


def rate_mode_of(draft: Draft) -> str:
    """none, typed or catalog."""
    if draft.get("catalog_rates") is not None:
        return "catalog"
    return "typed" if draft.get("rates") else "none"


def _rules(draft: Draft, texts: Texts) -> Component:
    residency = text_field(draft, "residency.processing", texts, "form.residency", placeholder="JP")
    fields = [residency]
    if not isinstance(draft.get("profile"), dict):  # hours of one's own are kept as they are
        fields.append(word_field(draft, "profile", texts, "form.profile", PROFILES))
    used = get_at(draft, "residency.processing") or draft.get("profile")
    return fold(texts("form.rules"), [pair(*fields)], is_open=bool(used))


def _on_top(draft: Draft, texts: Texts) -> Component:
    fields = [
        pair(
            *(
                number_field(draft, key, texts, f"form.{key}", placeholder="0")
                for key in ("support_share", "tax_share")
            )
        ),
        word_field(draft, "lens", texts, "form.lens", LENSES),
    ]
    used = any(draft.get(key) not in (None, "0", "full") for key in ("support_share", "tax_share"))
    return fold(texts("form.on_top"), fields, is_open=used or draft.get("lens") == "marginal")


def _money(draft: Draft, texts: Texts) -> Component:
    currency, mode = _currency(draft), rate_mode_of(draft)
    known = CURRENCIES if currency in CURRENCIES else (*CURRENCIES, currency)
    fields: list[Component] = [
        mode_switch("currency", texts, "form.currency", currency, known),
    ]
    if currency != "USD" or mode != "none":
        fields.append(mode_switch("rates", texts, "form.rates", mode, RATE_MODES))
    if mode == "typed":
        fields += _own_rate(draft, texts)
    if mode == "catalog":
        fields += _catalog_rate(draft, texts)
    return fold(texts("form.money"), fields, is_open=len(fields) > 1)


def _own_rate(draft: Draft, texts: Texts) -> list[Component]:
    rows: list[Component] = []
    for currency in draft.get("rates") or {}:
        place = f"rates.{currency}"
        rows += [
            pair(
                number_field(
                    draft,
                    f"{place}.per_usd",
                    texts,
                    "form.rate.per_usd",
                    unit=currency,
                    required=True,
                ),
                text_field(
                    draft, f"{place}.as_of", texts, "form.rate.as_of", placeholder="2026-01-31"
                ),
            ),
            text_field(draft, f"{place}.source", texts, "form.rate.source"),
        ]
    return rows


def _catalog_rate(draft: Draft, texts: Texts) -> list[Component]:
    place = "catalog_rates"
    return [
        pair(
            word_field(draft, f"{place}.source", texts, "form.catalog_rate.source", RATE_SOURCES),
            number_field(
                draft,
                f"{place}.at_most_days_old",
                texts,
                "form.catalog_rate.at_most_days_old",
                required=True,
            ),
        ),
        pair(
            text_field(draft, f"{place}.owner", texts, "form.catalog_rate.owner"),
            text_field(
                draft, f"{place}.day", texts, "form.catalog_rate.day", placeholder="2026-01-31"
            ),
        ),
    ]


def _currency(draft: Draft) -> str:
    return str(draft.get("currency") or "USD")
