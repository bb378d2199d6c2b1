"""What others than those who saved a decision are shown of it: totals and verdict, no price that a
person typed or that a contract says.

A price is hidden where it was typed, has the basis `contracted`, or is of the user's own list. Of
an option with such a price the total at the workload stays; its line items, its cost at other
loads, and formulas with their inputs go, because they would tell the price. Pure.
"""

from collections.abc import Mapping, Set
from typing import Any, Final

HIDDEN: Final = {"hidden": True}
_TYPED_COSTS: Final = frozenset({"owned", "one_off"})
_COSTS: Final = ("cost_per_hour", "cost_per_month")


def is_hidden(price: Mapping[str, Any]) -> bool:
    """Whether a price document is shown only to those who saved it."""
    return (
        price.get("derived") == "typed"
        or price.get("basis") == "contracted"
        or price.get("private") is True
    )


def without_prices(document: Mapping[str, Any]) -> dict[str, Any]:
    """A sealed decision as others may see it. hidden: whether anything of it is not shown."""
    options = hidden_options(document)
    shown = dict(document)
    shown["scenario"] = _scenario(document["scenario"])
    shown["prices"] = [one | {"price": _price(one["price"])} for one in document["prices"]]
    shown["answer"] = _answer(document["answer"], options)
    shown["hidden"] = bool(options) or shown["scenario"] != document["scenario"]
    return shown


def hidden_options(document: Mapping[str, Any]) -> frozenset[str]:
    """Options whose cost rests on a hidden price; an add-on counts for those that pay it."""
    found = {
        one["option"]
        for one in document["prices"]
        if one["option"] is not None and is_hidden(one["price"])
    }
    answer = document["answer"]
    for verdict in (answer["at_workload"], *answer["volumes"]):
        for estimate in verdict["estimates"]:
            if any(is_hidden(item["price"]) for item in estimate["line_items"]):
                found.add(estimate["name"])
    for option in document["scenario"].get("options", []):
        if any(option.get(name) for name in (*_TYPED_COSTS, "commitment")):
            found.add(option["name"])
    return frozenset(found)


def price_shown(price: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """A price document as others may see it."""
    return None if price is None else _price(price)


def _price(price: Mapping[str, Any]) -> dict[str, Any]:
    if not is_hidden(price):
        return dict(price)
    kept = {name: value for name, value in price.items() if name != "exchange"}
    return kept | {"amount": None, "per": None} | HIDDEN


def _scenario(value: Any) -> Any:
    """Without amounts that were typed, wherever they stand."""
    if isinstance(value, list):
        return [_scenario(one) for one in value]
    if not isinstance(value, dict):
        return value
    found = {
        name: dict(HIDDEN) if name in _TYPED_COSTS and part else _scenario(part)
        for name, part in value.items()
    }
    return found | {"amount": None} | HIDDEN if "amount" in value else found


def _answer(answer: Mapping[str, Any], options: Set[str]) -> dict[str, Any]:
    if not options:
        return dict(answer)
    shown = dict(answer)
    shown["at_workload"] = _verdict(answer["at_workload"], options, keep_total=True)
    shown["volumes"] = [_verdict(one, options, keep_total=False) for one in answer["volumes"]]
    shown["crossings"] = [
        one | {"cost_per_hour": None, "cost_per_hour_after": None, "formula": None, "inputs": {}}
        for one in answer["crossings"]
    ]
    shown["paper_crossings"] = [
        one | {"formula": None, "inputs": {}} for one in answer["paper_crossings"]
    ]
    shown["warnings"] = [one | {"facts": {}} for one in answer["warnings"]]
    shown["capacity_band"] = None
    return shown


def _verdict(verdict: Mapping[str, Any], options: Set[str], *, keep_total: bool) -> dict[str, Any]:
    shown = dict(verdict)
    shown["estimates"] = [
        _estimate(one, keep_total=keep_total) if one["name"] in options else one
        for one in verdict["estimates"]
    ]
    if not keep_total:
        shown |= {"gap_per_hour": None, "gap_share": None}
    return shown


def _estimate(estimate: Mapping[str, Any], *, keep_total: bool) -> dict[str, Any]:
    items = [
        {
            "code": item["code"],
            "name": item["name"],
            "unit": item["unit"],
            "quantity_per_hour": item["quantity_per_hour"],
            "cost_per_hour": None,
            "cost_per_month": None,
            "formula": None,
            "inputs": {},
            "price": _price(item["price"]),
        }
        | HIDDEN
        for item in estimate["line_items"]
    ]
    costs = {} if keep_total else dict.fromkeys(_COSTS)
    return dict(estimate) | {"line_items": items} | costs | HIDDEN
