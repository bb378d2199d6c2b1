"""The scenario as the form holds it: plain nested data whose leaves are text as typed.

A path such as `options.1.price.amount` names one leaf, in the form, in a problem and in the URL.
"""

import copy
import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

Draft: TypeAlias = dict[str, Any]

GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?")
NUMBERS = frozenset(
    {
        "requests_per_hour",
        "requests_per_month",
        "users",
        "requests_per_user_per_day",
        "days_per_month",
        "input_tokens",
        "output_tokens",
        "cached_input_share",
        "peak_to_mean",
        "ttft_seconds",
        "tpot_seconds",
        "amount",
        "per",
        "quantity",
        "factor",
        "minimum_instances",
        "spare_instances",
        "maximum_instances",
        "input_tokens_per_second",
        "output_tokens_per_second",
        "tensor_parallel",
        "minimum_units",
        "step_units",
        "input_tokens_per_minute_per_unit",
        "output_token_weight",
        "maximum_units",
        "months",
        "start",
        "growth_per_year",
        "fiscal_year_starts_in",
        "interruption_share",
        "cold_start_minutes",
        "upfront_share",
        "hosts",
        "units",
        "above_input_tokens",
        "purchase_price",
        "residual_value",
        "useful_life_months",
        "power_kilowatts",
        "power_usage_effectiveness",
        "price_per_kilowatt_hour",
        "people_hours_per_month",
        "people_price_per_hour",
        "colocation_fee_per_month",
        "support_share",
        "tax_share",
        "per_usd",
        "at_most_days_old",
    }
)
TRUTHS = {"true": True, "false": False}
TRUTH_KEYS = frozenset({"tuned", "already_paid"})
ON_HOSTS = "rented hosts"
"""The mark of an add-on that is borne by every option that rents hosts, whatever their names."""


def get_at(draft: Mapping[str, Any], path: str) -> Any:
    """The value at a path, None where any part of it is absent."""
    value: Any = draft
    for key in path.split("."):
        if isinstance(value, list) and key.isdigit() and int(key) < len(value):
            value = value[int(key)]
        elif isinstance(value, Mapping):
            value = value.get(key)
        else:
            return None
    return value


def with_values(draft: Draft, values: Iterable[tuple[str, Any]]) -> Draft:
    """A copy with the leaves of the form put in; an emptied leaf is removed."""
    new = copy.deepcopy(draft)
    for path, value in values:
        set_at(new, path, as_typed(path, value))
    return new


def set_at(draft: Draft, path: str, value: Any) -> None:
    """Put a value at a path in place, making mappings on the way; None removes the leaf."""
    *parents, leaf = keys = path.split(".")
    here: Any = draft
    for key, below in zip(parents, keys[1:], strict=True):
        if isinstance(here, list):
            if not (key.isdigit() and int(key) < len(here)):
                return  # a field of an option that was removed meanwhile
            here = here[int(key)]
            continue
        if not isinstance(here.get(key), (dict, list)):
            if value is None:
                return
            here[key] = [] if below.isdigit() else {}
        here = here[key]
    if isinstance(here, list):
        _set_entry(here, leaf, value)
    elif value is None:
        here.pop(leaf, None)
    else:
        here[leaf] = value


def _set_entry(entries: list[Any], leaf: str, value: Any) -> None:
    """An entry that is emptied stays as a blank, so that those after it keep their places."""
    if leaf.isdigit() and int(leaf) < len(entries):
        entries[int(leaf)] = "" if value is None else value
    elif leaf == str(len(entries)) and value is not None:
        entries.append(value)


def as_typed(path: str, value: Any) -> str | None:
    """What a person typed, as text: full-width digits read as digits, 12,000 as 12000, blank as
    None.

    Only well-formed groups of three lose their commas; anything else stays and is refused by name.
    """
    if value is None:
        return None
    text = str(value).strip()
    if path.rsplit(".", 1)[-1] in NUMBERS:
        text = unicodedata.normalize("NFKC", text).strip()
        if GROUPED.fullmatch(text):
            text = text.replace(",", "")
    return text or None


def scenario_of(draft: Draft) -> Draft:
    """The draft as a scenario document: without blank leaves and the marks that only the form
    needs.

    A token price or fee without an amount is no price. A host price without one stays and is
    refused: leaving it out would silently take the price of the catalog instead.
    """
    cleaned: Draft = _without_blanks(draft)
    if isinstance(cleaned.get("workload"), dict):
        cleaned["workload"].pop("counted", None)
    for option in cleaned.get("options") or []:
        prices = option.get("prices")
        if isinstance(prices, dict):
            option["prices"] = _priced(prices)
            steps = prices.get("steps")
            if isinstance(steps, list):
                option["prices"]["steps"] = [_priced(step) for step in steps]
    for add_on in cleaned.get("add_ons") or []:
        add_on.pop("counted", None)
        if add_on.get("applies_to") == []:  # the person left it at every option
            del add_on["applies_to"]
    _name_those_with_hosts(cleaned)
    return cleaned


def _priced(prices: Draft) -> Draft:
    return {
        kind: price
        for kind, price in prices.items()
        if not isinstance(price, dict) or price.get("amount") is not None
    }


def rented_hosts(draft: Mapping[str, Any]) -> list[str]:
    """The names of the options that rent hosts; those of one's own say what their people cost."""
    return [
        str(option.get("name") or "")
        for option in draft.get("options") or []
        if option.get("kind") == "dedicated" and "owned" not in option
    ]


def _name_those_with_hosts(cleaned: Draft) -> None:
    """Put names in place of the mark of the form; without hosts there is nobody to bear the
    cost."""
    names = rented_hosts(cleaned)
    kept = [
        {**add_on, "applies_to": names} if add_on.get("applies_to") == ON_HOSTS else add_on
        for add_on in cleaned.get("add_ons") or []
        if names or add_on.get("applies_to") != ON_HOSTS
    ]
    if "add_ons" in cleaned:
        cleaned["add_ons"] = kept


def _without_blanks(draft: Any) -> Any:
    if isinstance(draft, dict):
        return {
            key: _truth(value) if key in TRUTH_KEYS else _without_blanks(value)
            for key, value in draft.items()
            if value not in (None, "")
        }
    if isinstance(draft, list):
        return [_without_blanks(value) for value in draft if value not in (None, "")]
    return draft


def _truth(value: Any) -> Any:
    return TRUTHS.get(value, value) if isinstance(value, str) else value
