"""Which loads and costs a chart shows, in which units, and where its ticks stand."""

from dataclasses import dataclass
from decimal import Decimal
from math import ceil, floor, log10
from typing import Any

from costing import HOURS_PER_MONTH, BreakEven, OutlinePoint
from dashboard.format import Format
from dashboard.texts import Texts

LOG_FROM_RATIO = 10
CROSSINGS_IN_SIGHT = 6
PER_MILLION = Decimal(1_000_000)


@dataclass(frozen=True, kw_only=True, slots=True)
class View:
    """What the reader chose to see. load_axis, cost_axis: see `load_scale` and `cost_at`."""

    load_axis: str = "requests_per_month"
    cost_axis: str = "per_month"
    narrow: bool = False
    dark: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class LoadAxis:
    """The x axis: `scale` turns requests an hour into its unit; low and high in requests an
    hour."""

    name: str
    scale: Decimal
    low: Decimal
    high: Decimal
    is_log: bool

    def at(self, requests_per_hour: Decimal) -> float:
        """The value on the axis."""
        return float(requests_per_hour * self.scale)

    @property
    def range(self) -> list[float]:
        """Plotly's range: exponents of ten on a logarithmic axis."""
        ends = [self.at(self.low), self.at(self.high)]
        return [log10(end) for end in ends] if self.is_log else ends


def load_axis(answer: BreakEven, view: View) -> LoadAxis:
    """The axis that holds the workload, the volumes and the crossings next to the workload."""
    name, scale = _load_unit(answer, view.load_axis)
    loads = [answer.at_workload.requests_per_hour]
    loads += [volume.requests_per_hour for volume in answer.volumes]
    marks = _crossings_in_sight(answer)
    workload = answer.at_workload.requests_per_hour
    positive = [load for load in (*loads, *marks) if load > 0]
    if not positive:
        return LoadAxis(name=name, scale=scale, low=Decimal(0), high=Decimal(1000), is_log=False)
    far_apart = any(
        workload > 0 and max(mark, workload) > LOG_FROM_RATIO * min(mark, workload)
        for mark in marks[:1]
    )
    if far_apart:
        low, high = min(positive) / 3, max(positive) * 3
        return LoadAxis(name=name, scale=scale, low=low, high=high, is_log=True)
    high = max([max(loads) * Decimal("1.5"), *(mark * Decimal("1.3") for mark in marks)])
    return LoadAxis(name=name, scale=scale, low=Decimal(0), high=high, is_log=False)


def cost_at(point: OutlinePoint, view: View, tokens_per_request: Decimal) -> float:
    """The cost of a point in the unit of the y axis: a month, an hour, or a million tokens."""
    if view.cost_axis == "per_hour":
        return float(point.cost_per_hour)
    if view.cost_axis == "per_million_tokens":
        tokens = point.requests_per_hour * tokens_per_request
        return float(point.cost_per_hour / tokens * PER_MILLION)
    return float(point.cost_per_hour * HOURS_PER_MONTH)


def comparable_tokens(answer: BreakEven) -> bool:
    """Whether all options count the same tokens a request, so that tokens are a common unit."""
    question = answer.question
    return len({question.shape_of(option) for option in question.options}) == 1


def tokens_per_request(answer: BreakEven) -> Decimal:
    """Input and output tokens of a mean request of the workload."""
    shape = answer.question.workload.shape
    return shape.input_tokens + shape.output_tokens


def money_range(low: float, high: float, most: int, fmt: Format) -> dict[str, Any]:
    """A linear axis of money: its range, at most about so many marks, and their short texts."""
    marks = ticks(low, high, most)
    return {
        "range": [low, high],
        "tickvals": marks,
        "ticktext": [fmt.money_short(Decimal(repr(one))) for one in marks],
    }


def ticks(low: float, high: float, most: int) -> list[float]:
    """Round values within a linear range: steps of 1, 2, 2.5 or 5 times a power of ten."""
    span = high - low
    if span <= 0:
        return [low]
    power = 10.0 ** floor(log10(span / most))
    step = next(
        step for factor in (1, 2, 2.5, 5, 10, 20) if span / (step := factor * power) <= most
    )
    first = ceil(low / step - 1e-9)
    return [index * step for index in range(first, floor(high / step + 1e-9) + 1)]


def log_ticks(low: float, high: float, most: int) -> list[float]:
    """1, 2 and 5 times powers of ten within a range; powers alone where those are too many."""
    powers = range(floor(log10(low)), ceil(log10(high)) + 1)
    for factors in ((1, 2, 5), (1, 3), (1,)):
        found = [f * 10.0**p for p in powers for f in factors if low <= f * 10.0**p <= high]
        if len(found) <= most:
            return found
    return found[:: len(found) // most + 1]


def axis_title(axis: LoadAxis, texts: Texts) -> str:
    """The x axis in words with its unit."""
    return texts(f"chart.{axis.name}")


def tick_texts(values: list[float], fmt: Format) -> list[str]:
    """Loads as a reader writes them: 5M, 936.7万."""
    return [fmt.count(Decimal(repr(value))) for value in values]


def _load_unit(answer: BreakEven, name: str) -> tuple[str, Decimal]:
    if name == "tokens_per_hour" and comparable_tokens(answer):
        return name, tokens_per_request(answer)
    if name == "requests_per_hour":
        return name, Decimal(1)
    return "requests_per_month", HOURS_PER_MONTH


def _crossings_in_sight(answer: BreakEven) -> list[Decimal]:
    """The crossing nearest to the workload first, then those above it, a few in all."""
    load = answer.at_workload.requests_per_hour
    marks = [crossing.requests_per_hour for crossing in answer.crossings]
    marks = marks or [crossing.requests_per_hour for crossing in answer.paper_crossings]
    marks = [mark for mark in marks if mark > 0]
    if not marks:
        return []
    nearest = min(marks, key=lambda mark: abs(mark - load))
    following = [mark for mark in marks if mark > nearest][: CROSSINGS_IN_SIGHT - 1]
    return [nearest, *following]
