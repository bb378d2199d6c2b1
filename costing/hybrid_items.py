"""The parts of a hybrid's cost: base, overflow by kind of token, fees and add-ons.

overflow = load * weights above / total of weights - hours above * served / hours of the profile
base     = load * weights below / total of weights + hours above * served / hours of the profile
served   = serving hosts * load of one;  above: the hours with more load than that
"""

from dataclasses import replace
from decimal import Decimal

from costing.add_ons import AddOn
from costing.host_items import WrittenCount, host_items, interruption_items
from costing.hybrid_curve import HybridCurve
from costing.line_items import (
    LineItem,
    WrittenLoad,
    add_on_item,
    fee_item,
    hourly_item,
    priced_item,
    token_items,
    written_load,
)
from costing.options import Dedicated, Provisioned, Serverless, TypedCapacity
from costing.profile import LoadProfile
from costing.question import Question
from costing.surcharges import with_surcharges
from costing.units import MINUTES_PER_HOUR, SECONDS_PER_HOUR, exact, to_decimal
from costing.workload import RequestShape


def hybrid_items(
    question: Question,
    base: Dedicated | Provisioned,
    overflow: Serverless,
    profile: LoadProfile,
    curve: HybridCurve,
    size: int,
) -> tuple[LineItem, ...]:
    """Everything that is paid with a base of this size; an add-on by use has a part of each side
    it is on, named after it."""
    own, other = requests_of_sides(question, base, profile, curve, size)
    items = _base_items(base, curve.paid(size))
    items += token_items(overflow, question.shape_of(overflow), other)
    if overflow.hosting is not None:
        items.append(hourly_item("hosting", "Hosting fee", overflow.hosting))
    sides = ((base, own), (overflow, other))
    for add_on in question.add_ons:
        on = [(side, load) for side, load in sides if add_on in question.add_ons_of(side)]
        if on and add_on.hourly:
            items.append(fee_item(add_on))
            continue
        items += [_used(add_on, side.name, question.shape_of(side), load) for side, load in on]
    return with_surcharges(question, items)


def _base_items(base: Dedicated | Provisioned, paid: int) -> list[LineItem]:
    inputs = {"always_on": Decimal(paid)}
    if isinstance(base, Provisioned):
        assert base.price is not None  # only options with a cost reach this
        return [priced_item("units", "Base units", exact(paid), base.price, "always_on", inputs)]
    hosts = WrittenCount(exact=exact(paid), formula="always_on", inputs=inputs)
    return [*host_items(base, hosts, "Base hosts"), *interruption_items(base, hosts)]


def _used(add_on: AddOn, side: str, shape: RequestShape, load: WrittenLoad) -> LineItem:
    return replace(add_on_item(add_on, shape, load), name=f"{add_on.name}: {side}")


def requests_of_sides(
    question: Question,
    base: Dedicated | Provisioned,
    profile: LoadProfile,
    curve: HybridCurve,
    size: int,
) -> tuple[WrittenLoad, WrittenLoad]:
    """Requests of the base and of the overflow in the numbers that were given."""
    load, beyond = written_load(question, curve.load), curve.overflow(size)
    total, above = profile.total_of_weights, beyond.weights_above
    given = {**load.inputs, "total_of_weights": to_decimal(total)}
    by_base = f"{load.formula} * weights_below / total_of_weights"
    by_token = f"{load.formula} * weights_above / total_of_weights"
    below = {**given, "weights_below": to_decimal(total - above)}
    beyond_base = {**given, "weights_above": to_decimal(above)}
    serving = curve.serving(size)
    if beyond.hours_above and serving:
        one, inputs = load_of_one(base, question.shape_of(base))
        full = f"hours_above * serving * {one} / hours_in_profile"
        inputs |= {
            "hours_above": Decimal(beyond.hours_above),
            "serving": Decimal(serving),
            "hours_in_profile": Decimal(profile.hours),
        }
        by_base, by_token = f"({by_base} + {full})", f"({by_token} - {full})"
        below, beyond_base = below | inputs, beyond_base | inputs
    return (
        WrittenLoad(exact=curve.load - beyond.requests, formula=by_base, inputs=below),
        WrittenLoad(exact=beyond.requests, formula=by_token, inputs=beyond_base),
    )


def load_of_one(
    base: Dedicated | Provisioned, shape: RequestShape
) -> tuple[str, dict[str, Decimal]]:
    """Requests an hour that one host or unit carries; the names of its side start with base_."""
    if isinstance(base, Provisioned):
        return _load_of_unit(base, shape)
    assert isinstance(base.capacity, TypedCapacity)  # without a limit no hour is above
    limits = [
        (exact(rate) / exact(tokens), f"base_{kind}_tokens", tokens, rate)
        for kind, tokens, rate in (
            ("input", shape.input_tokens, base.capacity.input_tokens_per_second),
            ("output", shape.output_tokens, base.capacity.output_tokens_per_second),
        )
        if rate is not None and tokens > 0
    ]
    _, name, tokens, rate = min(limits)
    return f"seconds_per_hour * {name}_per_second / {name}", {
        "seconds_per_hour": Decimal(SECONDS_PER_HOUR),
        f"{name}_per_second": rate,
        name: tokens,
    }


def _load_of_unit(base: Provisioned, shape: RequestShape) -> tuple[str, dict[str, Decimal]]:
    assert base.input_tokens_per_minute_per_unit is not None
    taken = "base_input_tokens * (1 - base_cached_input_share)"
    inputs = {
        "minutes_per_hour": Decimal(MINUTES_PER_HOUR),
        "input_tokens_per_minute_per_unit": base.input_tokens_per_minute_per_unit,
        "base_input_tokens": shape.input_tokens,
        "base_cached_input_share": shape.cached_input_share,
    }
    if base.output_token_weight is not None and shape.output_tokens > 0:
        taken = f"({taken} + output_token_weight * base_output_tokens)"
        inputs["output_token_weight"] = base.output_token_weight
        inputs["base_output_tokens"] = shape.output_tokens
    return f"minutes_per_hour * input_tokens_per_minute_per_unit / ({taken})", inputs
