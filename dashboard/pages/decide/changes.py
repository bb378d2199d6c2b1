"""Changes of the scenario's shape: another way of counting, another price source, one option more
or less."""

import copy
from decimal import Decimal, InvalidOperation
from typing import Any

from costing import HOURS_PER_MONTH, decimal_text
from dashboard.pages.decide.choices import PEOPLE, with_people, with_people_asked
from dashboard.pages.decide.commitment import set_commitment
from dashboard.pages.decide.document import Draft, get_at, set_at
from dashboard.pages.decide.form import LOAD_FORMS
from dashboard.pages.decide.provisioned import SIZING
from dashboard.pages.decide.question_more import with_currency, with_rates

PROVIDER = "azure"
KEPT_PLACES = Decimal("0.001")


def with_mode(draft: Draft, path: str, mode: str) -> Draft:
    """The scenario after a switch at `path` was set to `mode`; what both shapes share is kept."""
    new = copy.deepcopy(draft)
    if path == PEOPLE:
        return with_people(new, mode)
    if path == "currency":
        return with_currency(new, mode)
    if path == "rates":
        return with_rates(new, mode)
    if path == "workload":
        _count_load(new, mode)
    elif path.endswith(".capacity"):
        _set_capacity(new, path, mode)
    elif path.endswith(".prices"):
        _set_serverless_prices(new, path.removesuffix(".prices"), mode)
    elif path.endswith(".commitment"):
        set_commitment(get_at(new, path.removesuffix(".commitment")), mode)
    elif path.endswith(".sizing"):
        set_at(new, path, dict.fromkeys(SIZING, "") if mode == "typed" else None)
    elif path.endswith(".price"):
        _set_price(new, path, mode)
    return new


def with_option_added(draft: Draft, kind: str, name: str) -> Draft:
    """The scenario with one empty option of this kind at the end, under a name that is free; with
    hosts come the choices that hosts need."""
    new = copy.deepcopy(draft)
    options = new.setdefault("options", [])
    taken = {str(option.get("name")) for option in options}
    free = next(text for number in range(1, 1000) if (text := f"{name} {number}") not in taken)
    option: dict[str, Any]
    if kind == "dedicated":
        option = {
            "name": free,
            "kind": kind,
            "term": "on_demand",
            "minimum_instances": "1",
            "capacity": "estimated",
        }
        with_people_asked(new)
    elif kind == "provisioned":
        option = {"name": free, "kind": kind, "deployment": "global", "term": "hourly"}
    else:
        prices = {
            price: {"per": "1000000", "unit": "token"}
            for price in ("input", "output", "cached_input")
        }
        option = {
            "name": free,
            "kind": kind,
            "prices": {**prices, "hosting": {"per": "1", "unit": "hour"}},
        }
    options.append(option)
    return new


def without_option(draft: Draft, index: int) -> Draft:
    """The scenario without the option at this index; the last one stays."""
    new = copy.deepcopy(draft)
    options = new.get("options") or []
    if 0 <= index < len(options) and len(options) > 1:
        removed = options.pop(index)
        for add_on in new.get("add_ons") or []:
            if isinstance(add_on.get("applies_to"), list):
                add_on["applies_to"] = [
                    name for name in add_on["applies_to"] if name != removed.get("name")
                ]
    return new


def with_form_defaults(draft: Draft) -> Draft:
    """The scenario with the parts a form field hangs on, such as `per` of a price not yet typed."""
    new = copy.deepcopy(draft)
    for option in new.get("options") or []:
        if (
            option.get("kind") == "serverless"
            and "offer" not in option
            and "provider" not in option
        ):
            prices = option.setdefault("prices", {})
            per = str((prices.get("input") or {}).get("per") or "1000000")
            for kind in ("input", "output", "cached_input"):
                prices.setdefault(kind, {"per": per, "unit": "token"})
            prices.setdefault("hosting", {"per": "1", "unit": "hour"})
        rents = "price" not in option and "owned" not in option
        if option.get("kind") == "dedicated" and rents:
            option.setdefault("term", "on_demand")
    return new


def _count_load(draft: Draft, mode: str) -> None:
    workload = draft.setdefault("workload", {})
    hourly = _number(workload.get("requests_per_hour"))
    monthly = _number(workload.get("requests_per_month"))
    for keys in LOAD_FORMS.values():
        for key in keys:
            workload.pop(key, None)
    workload["counted"] = mode
    if mode == "per_month" and hourly is not None:
        workload["requests_per_month"] = decimal_text(hourly * HOURS_PER_MONTH)
    if mode == "per_hour" and monthly is not None:
        workload["requests_per_hour"] = decimal_text(
            (monthly / HOURS_PER_MONTH).quantize(KEPT_PLACES)
        )


def _set_capacity(draft: Draft, path: str, mode: str) -> None:
    empty = {"input_tokens_per_second": "", "output_tokens_per_second": ""}
    set_at(draft, path, empty if mode == "typed" else mode)


def _set_serverless_prices(draft: Draft, path: str, mode: str) -> None:
    option = get_at(draft, path)
    kept = {"offer": {"mode"}, "place": {"mode", "deployment"}}.get(mode, set())
    for key in {"prices", "offer", "provider", "deployment", "mode"} - kept:
        option.pop(key, None)
    if mode == "offer":
        option["offer"] = ""
    if mode == "place":
        option["provider"] = PROVIDER
        option.setdefault("deployment", "global")


def _set_price(draft: Draft, path: str, mode: str) -> None:
    option = get_at(draft, path.removesuffix(".price"))
    if mode == "owned":
        for key in ("price", "term", "commitment", "interruption_share"):
            option.pop(key, None)
        option["owned"] = {"purchase_price": ""}
        return
    option.pop("owned", None)
    if mode == "typed":
        set_at(draft, path, {"amount": "", "per": "1", "unit": "hour"})
    else:
        set_at(draft, path, None)
        if option.get("kind") == "dedicated":
            option.setdefault("term", "on_demand")


def _number(value: object) -> Decimal | None:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) < Decimal(10) ** 15 else None
