"""What of an option's cost stands still, what follows the load, and what comes by the host.

    cost an hour = factor * (fixed + slope * load + host price * paid)
    paid         = max(minimum, (ceil(load * steps a request) + spare) * step)

Read out of the formulas of the line items, so that the workbook says what the answer says. Hosts
come in steps of one, units of provisioned throughput in steps of several.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from costing import Dedicated, LineItem, Option, Provisioned, estimate
from dashboard.exports.paper import Paper
from dashboard.exports.workbook.book import total
from dashboard.exports.workbook.inputs import SURCHARGES, Inputs
from dashboard.exports.workbook.translated import Words, has_load, translated, under_ceil

HOST_CODES = frozenset({"instances", "units", "interruption"})
OWNED = "owned_"
SMALL_LOAD = Fraction(1, 1000)
"""Below every maximum, and above 0, so that formulas read as they do under load."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Structure:
    """An option in formulas. items: its line items at a small load; empty where its cost is
    unknown. hosts: the formula of what is paid, in the words of the line items."""

    option: Option
    items: tuple[LineItem, ...]
    hosts: str | None
    fixed: str
    slope: str
    host_price: str
    steps_per_request: str
    minimum: str
    spare: str
    step: str
    maximum: str | None


def structure(paper: Paper, option: Option, inputs: Inputs) -> Structure:
    """The parts of an option's cost with the cells of `inputs` in them."""
    items = estimate(paper.answer.question, option, SMALL_LOAD).line_items
    host_items = [item for item in items if is_of_hosts(item)]
    hosts = host_items[0].quantity_formula if host_items else None
    plain = [item for item in items if not is_of_hosts(item) and item.code not in SURCHARGES]
    factor = _factor(option, items, inputs)

    def summed(chosen: list[LineItem], load: str) -> str:
        parts = [translated(one.formula, inputs.words(option, one, load)) for one in chosen]
        return f"({total(parts)}){factor}"

    each = [_without_hosts(item, hosts or "") for item in host_items]
    prices = [
        translated(formula, inputs.words(option, item, "1"))
        for formula, item in zip(each, host_items, strict=True)
    ]
    words = inputs.words(option, host_items[0], "1") if host_items else Words(cells={}, load="1")
    inner = None if hosts is None else under_ceil(hosts)
    is_unit = isinstance(option, Provisioned)
    return Structure(
        option=option,
        items=items,
        hosts=hosts,
        fixed=summed([item for item in plain if not has_load(item.formula)], "1"),
        slope=summed([item for item in plain if has_load(item.formula)], "1"),
        host_price=f"({total(prices)}){factor}",
        steps_per_request="0" if inner is None else translated(inner, words),
        minimum=words.cells.get("minimum_units" if is_unit else "minimum_instances", "0"),
        spare=words.cells.get("spare_instances", "0"),
        step=words.cells.get("step_units", "1"),
        maximum=inputs.maximum(option),
    )


def steps_over_hours(found: Structure, inputs: Inputs) -> str:
    """Hosts or steps that one request an hour takes where hours say the peak themselves; 0 without
    a limit."""
    inner = None if found.hosts is None else under_ceil(found.hosts)
    host_item = next((item for item in found.items if is_of_hosts(item)), None)
    if inner is None or host_item is None:
        return "0"
    cells = inputs.words(found.option, host_item, "1").cells
    return translated(inner, Words(cells={**cells, "peak_to_mean": "1"}, load="1"))


def fixed_in_both(one: Structure, other: Structure, inputs: Inputs) -> str:
    """The add-ons by the hour that both options pay, as money an hour: a hybrid pays them once."""
    names = {item.name for item in one.items if _is_hourly_add_on(item)}
    shared = [item for item in other.items if _is_hourly_add_on(item) and item.name in names]
    parts = [translated(item.formula, inputs.words(other.option, item, "1")) for item in shared]
    return f"({total(parts)}){_factor(other.option, other.items, inputs)}"


def _is_hourly_add_on(item: LineItem) -> bool:
    return item.code in ("add_on", "one_off_work") and not has_load(item.formula)


def _factor(option: Option, items: Sequence[LineItem], inputs: Inputs) -> str:
    """What support and tax make of a cost."""
    shares = [item for item in items if item.code in SURCHARGES]
    return "".join(f"*(1+{'/'.join(inputs.price(option, item))})" for item in shares)


def is_of_hosts(item: LineItem) -> bool:
    """Whether a line item grows with the hosts or units that are paid."""
    return item.code in HOST_CODES or item.code.startswith(OWNED)


def paid_hosts(found: Structure, inputs: Inputs) -> str | None:
    """The formula of the hosts or units that are paid at the workload; None without any."""
    host_item = next((item for item in found.items if is_of_hosts(item)), None)
    if host_item is None or found.hosts is None:
        return None
    if isinstance(found.option, Dedicated) and under_ceil(found.hosts) is None:
        # One host carries any load, and none is needed for no load at all.
        return f"MAX({found.minimum},IF({inputs.load}>0,1,0)+{found.spare})"
    return translated(found.hosts, inputs.words(found.option, host_item, inputs.load))


def _without_hosts(item: LineItem, hosts: str) -> str:
    """The formula of an item for one host."""
    return item.formula.replace(hosts, "1", 1)
