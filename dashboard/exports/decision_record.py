"""The decision record as Markdown: context, options, decision, consequences, prices, hash.

Names, sources and every other text that a person may have typed are escaped, so that none becomes
a heading, a link or markup.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from costing import Call
from dashboard import __version__
from dashboard.answer import Document
from dashboard.exports.harmless_cells import printable
from dashboard.exports.paper import Paper

MARKED: Final = re.compile(r"([\\`*_{}\[\]#|~<>&@]|:(?=//))")
STARTS_A_LIST: Final = re.compile(r"^(\d*)([-+=.)])")
LONGEST: Final = 2000


def decision_record(paper: Paper) -> str:
    """The record in the language of the paper."""
    return "\n".join(_lines(paper)) + "\n"


def escaped(text: str) -> str:
    """A text of one line in which nothing is Markdown."""
    line = " ".join(printable(text)[:LONGEST].split())
    return STARTS_A_LIST.sub(r"\1\\\2", MARKED.sub(r"\\\1", line))


def _lines(paper: Paper) -> Iterator[str]:
    texts, sentences, answer = paper.texts, paper.sentences, paper.answer
    at = answer.at_workload
    yield f"# {escaped(paper.title)}"
    yield from ("", texts("papers.record.status"), "")
    yield f"## {texts('papers.record.context')}"
    yield from ("", escaped(sentences.subline(answer)), "")
    yield f"## {texts('papers.record.options')}"
    yield ""
    yield from _options(paper)
    yield from ("", f"## {texts('papers.record.decision')}", "")
    yield escaped(sentences.headline(answer))
    yield ""
    yield escaped(sentences.verdict(answer, at))
    if at.call is Call.UNKNOWN:
        yield from ("", texts("papers.record.no_decision"))
    yield from ("", f"## {texts('papers.record.consequences')}", "")
    yield escaped(sentences.break_even(answer))
    yield ""
    yield from (f"- {escaped(line)}" for line in sentences.flips(answer))
    yield from ("", f"### {texts('result.remarks')}", "")
    yield from (f"- {escaped(line)}" for line in paper.remarks())
    yield from ("", f"### {texts('result.not_included')}", "")
    yield escaped(sentences.not_included(answer.question))
    yield from ("", f"## {texts('papers.record.prices')}", "")
    yield from _prices(paper)
    yield from ("", escaped(paper.valid_until()), "")
    yield texts("papers.made_by", version=__version__)
    yield from ("", texts("papers.seal", seal=f"`{paper.seal}`"))


def _options(paper: Paper) -> Iterator[str]:
    texts, fmt, document = paper.texts, paper.fmt, paper.document
    heads = ("option", "per_hour", "per_month", "hosts", "as_of")
    rows = []
    for estimate, told in zip(
        paper.answer.at_workload.estimates, document["at_workload"]["estimates"], strict=True
    ):
        if estimate.cost_per_hour is None or estimate.cost_per_month is None:
            rows.append([escaped(estimate.name), paper.sentences.no_cost(estimate), "", "", ""])
            continue
        rows.append(
            [
                escaped(estimate.name),
                fmt.money(estimate.cost_per_hour),
                fmt.money(estimate.cost_per_month),
                paper.sentences.rented(estimate),
                told["prices_as_of"] or texts("explain.as_of.none"),
            ]
        )
    return _table([texts(f"papers.column.{name}") for name in heads], rows)


def _prices(paper: Paper) -> Iterator[str]:
    texts = paper.texts
    heads = ("option", "item", "amount", "as_of", "read_on", "source", "derived", "owner")
    rows = [
        _price(paper, estimate["name"], item)
        for estimate in paper.document["at_workload"]["estimates"]
        for item in estimate["line_items"]
    ]
    return _table([texts(f"papers.column.{name}") for name in heads], rows)


def _price(paper: Paper, option: str, item: Document) -> list[str]:
    texts, price = paper.texts, item["price"]
    unit = texts(f"unit.{price['unit']}")
    return [
        escaped(option),
        escaped(texts.optional(f"explain.item.{item['code']}") or item["name"]),
        f"{price['amount']} {price['currency']} / {price['per']} {unit}",
        price["as_of"] or texts("explain.as_of.none"),
        price["fetched_at"] or texts("explain.read_on.typed"),
        escaped(price["source"] or texts("explain.source.none")),
        texts(f"explain.derived.{price['derived']}"),
        escaped(price["owner"] or texts("papers.not_stated")),
    ]


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
