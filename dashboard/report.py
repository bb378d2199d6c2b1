"""Answers and lists as plain text for a terminal: aligned, with units, without color."""

import unicodedata
from collections.abc import Sequence

from catalog.cheapest import ModelInRegion
from catalog.search.wanted import CheapestPrice, ListedModel
from catalog.views import Instance, Price
from costing import BreakEven, Verdict
from dashboard.sentences import Sentences


def answer_text(answer: BreakEven, sentences: Sentences, *, whole: bool) -> str:
    """The answer as a person reads it: finding, options, intervals, what it rests on."""
    parts = [sentences.headline(answer), sentences.subline(answer), ""]
    loads = (answer.at_workload, *answer.volumes)
    parts += [part for verdict in loads for part in (_options(verdict, sentences), "")]
    parts.append(sentences.verdict(answer, answer.at_workload))
    if whole:
        parts += [sentences.break_even(answer), *_crossings(answer, sentences)]
        if len(answer.intervals) > 1:
            parts += ["", _intervals(answer, sentences)]
    if answer.notices:
        parts += ["", sentences.texts("result.remarks") + ":"]
        parts += [f"- {sentences.notice(notice)}" for notice in answer.notices]
    return "\n".join(parts)


def model_rows(
    models: Sequence[ListedModel], here: Sequence[ModelInRegion] = (), region: str | None = None
) -> str:
    """Models with what they cost by the token at least, and what is known for running them.

    here: their prices in `region`, in the same order; without a region, the cheapest anywhere.
    """
    costs: Sequence[ModelInRegion | ListedModel] = here or models
    place = region or "anywhere"
    rows = [
        [
            model.id,
            _known(model.task),
            _known(model.license),
            _known(model.parameters and f"{model.parameters:,}"),
            _known(model.context_tokens),
            _cheapest(cost.input),
            _cheapest(cost.output),
            "yes" if model.has_host else "no",
        ]
        for model, cost in zip(models, costs, strict=True)
    ]
    head = ["model", "task", "license", "parameters", "context"]
    return table([*head, f"input/1M {place}", f"output/1M {place}", "hosts"], rows)


def _cheapest(price: CheapestPrice | None) -> str:
    return "?" if price is None else f"{price.usd_per_million_tokens.normalize():f} USD"


def price_rows(prices: Sequence[Price]) -> str:
    """Prices as published, with source and date."""
    rows = [
        [
            price.instance_id or price.model_id or "",
            price.region or "-",
            price.kind if price.term is None else price.term,
            f"{price.amount:f} {price.currency} / {price.per:f} {price.unit}",
            "no date" if price.as_of is None else price.as_of.isoformat(),
            "current" if price.valid_to is None else f"until {price.valid_to.date()}",
            price.source,
            price.id,
        ]
        for price in prices
    ]
    head = ["what", "region", "kind", "price", "as of", "valid", "source", "id"]
    return table(head, rows)


def host_rows(instances: Sequence[Instance]) -> str:
    """GPU hosts with their hardware and whether they are still on offer."""
    rows = [
        [
            instance.sku,
            f"{_known(instance.gpu_count)} x {_known(instance.gpu_model)}",
            _known(instance.vcpus),
            _known(instance.ram_gib),
            "" if instance.retired_on is None else f"retired {instance.retired_on}",
        ]
        for instance in instances
    ]
    return table(["host", "GPUs", "vCPUs", "RAM GiB", ""], rows)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns padded to their widest cell; Japanese letters count as two."""
    lines = [list(head), *[list(row) for row in rows]]
    widths = [max(_width(line[column]) for line in lines) for column in range(len(head))]
    return "\n".join(
        "  ".join(
            cell + " " * (width - _width(cell)) for cell, width in zip(line, widths, strict=True)
        ).rstrip()
        for line in lines
    )


def _options(verdict: Verdict, sentences: Sentences) -> str:
    texts, fmt = sentences.texts, sentences.fmt
    rows = []
    for estimate in verdict.estimates:
        if estimate.cost_per_hour is None or estimate.cost_per_month is None:
            rows.append([estimate.name, sentences.no_cost(estimate), "", "", ""])
            continue
        rows.append(
            [
                estimate.name,
                fmt.money(estimate.cost_per_hour),
                fmt.money(estimate.cost_per_month),
                "-" if estimate.instances is None else sentences.rented(estimate),
                texts("table.undated")
                if estimate.prices_as_of is None
                else estimate.prices_as_of.isoformat(),
            ]
        )
    name = texts("table.workload") if verdict.name == "workload" else verdict.name
    title = texts("table.at_load", name=name, requests=fmt.exact_count(verdict.requests_per_hour))
    columns = ("option", "per_hour", "per_month", "hosts", "as_of")
    return title + "\n" + table([texts(f"table.{column}") for column in columns], rows)


def _crossings(answer: BreakEven, sentences: Sentences) -> list[str]:
    texts, fmt = sentences.texts, sentences.fmt
    if not answer.crossings:
        return []
    first = answer.crossings[0]
    tokens = texts(
        "result.break_even.tokens",
        input=fmt.count(first.input_tokens_per_hour),
        output=fmt.count(first.output_tokens_per_hour),
    )
    unlimited = any(notice.code == "capacity_not_considered" for notice in answer.notices)
    condition = f" ({texts('result.capacity_not_considered')})" if unlimited else ""
    return [f"= {tokens}{condition}"]


def _intervals(answer: BreakEven, sentences: Sentences) -> str:
    texts, fmt = sentences.texts, sentences.fmt
    rows = []
    for interval in answer.intervals:
        high = interval.to_requests_per_hour
        end = texts("table.searched_to" if answer.truncated else "table.no_end")
        counts = sorted({step.instances for step in interval.steps})
        hosts = "-" if not counts else str(counts[0])
        rows.append(
            [
                interval.cheapest or texts("table.no_option"),
                fmt.exact_count(interval.from_requests_per_hour),
                end if high is None else fmt.exact_count(high),
                hosts if len(counts) < 2 else f"{counts[0]}-{counts[-1]}",
            ]
        )
    columns = ("cheapest", "above", "up_to", "hosts")
    return table([texts(f"table.{column}") for column in columns], rows)


def _known(value: object) -> str:
    return "-" if value is None else str(value)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
