"""Under the chart: what each line stands for, and how to read the shaded and dotted parts."""

from collections.abc import Iterator
from decimal import Decimal

from dash import html
from dash.development.base_component import Component

from costing import (
    BreakEven,
    Capacity,
    Dedicated,
    EstimatedCapacity,
    Option,
    Provisioned,
    TypedCapacity,
    Unlimited,
)
from dashboard.format import Format
from dashboard.texts import Texts

SEPARATOR = " · "


def basis(answer: BreakEven, texts: Texts, fmt: Format) -> list[Component]:
    """One entry an option (what is bought, where, at which price of which day), then the reading
    aid."""
    entries: list[Component] = []
    for option in answer.question.options:
        entries += [
            html.Dt(option.name),
            html.Dd(SEPARATOR.join(_facts(answer.question.billed(option), texts, fmt))),
        ]
    aids = [texts("chart.too_close")]
    if any(
        isinstance(option, Dedicated) and isinstance(option.capacity, TypedCapacity)
        for option in answer.question.options
    ):
        aids.append(texts("chart.wall.hint"))
    if answer.low is not None:
        aids += [texts("chart.band"), texts("chart.wall.range")]
    return [
        html.Dl(entries, className="basis"),
        html.P(texts("space").join(aids), className="small"),
    ]


def _facts(option: Option, texts: Texts, fmt: Format) -> Iterator[str]:
    sold = option.sold
    yield sold.model or texts("subline.no_model")
    yield from filter(None, (sold.provider, sold.region))
    if isinstance(option, Dedicated):
        yield from filter(None, (sold.instance,))
        yield texts(f"form.term.{sold.term or 'on_demand'}")
        yield texts("basis.standby", count=str(option.spare_instances))
        yield capacity_text(option.capacity, texts, fmt)
    else:
        yield texts(f"deployment.{sold.deployment or 'unstated'}")
        if isinstance(option, Provisioned):
            yield texts(f"form.unit_term.{sold.term or 'hourly'}")
    yield from _prices(option, texts, fmt)


def capacity_text(capacity: Capacity, texts: Texts, fmt: Format) -> str:
    """What one host serves with its evidence, or that it is not known or not looked at."""
    if isinstance(capacity, Unlimited):
        return texts("result.capacity_not_considered")
    if not isinstance(capacity, TypedCapacity):
        return texts("basis.capacity.unknown")
    estimated = isinstance(capacity, EstimatedCapacity)
    rates = [
        texts(f"basis.capacity.{name}", rate=(fmt.about if estimated else fmt.exact_count)(rate))
        for name, rate in (
            ("input", capacity.input_tokens_per_second),
            ("output", capacity.output_tokens_per_second),
        )
        if rate is not None
    ]
    if isinstance(capacity, EstimatedCapacity):
        return texts(
            "basis.capacity.estimated",
            rates=" + ".join(rates),
            low=fmt.share(capacity.low_share),
            high=fmt.share(capacity.high_share),
            evidence=texts(f"evidence.{capacity.evidence}"),
            measurements=fmt.exact_count(Decimal(capacity.measurements)),
        )
    evidence = capacity.evidence or texts("basis.capacity.no_evidence")
    return texts("basis.capacity", rates=" + ".join(rates), evidence=evidence)


def _prices(option: Option, texts: Texts, fmt: Format) -> Iterator[str]:
    for kind in sorted({price.provenance.basis for price in option.prices}):
        yield texts(f"explain.basis.{kind}")
    days = sorted(
        {price.provenance.as_of for price in option.prices if price.provenance.as_of is not None}
    )
    if not days:
        yield texts("chart.no_dates")
    else:
        shown = [fmt.date(day) for day in dict.fromkeys((days[0], days[-1]))]
        yield texts("chart.price_dates", dates=" – ".join(shown))
