"""What every export is made from: one answer with its words, its document and its seal."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from catalog.scenario import Scenario
from costing import BreakEven, Option
from costing.notices import LARGEST_DATE_GAP_DAYS
from dashboard.answer import Document, answer_document, without_sentences
from dashboard.exports.harmless_cells import printable
from dashboard.format import Format
from dashboard.hybrid_case import HybridRequest
from dashboard.sentences import Sentences
from dashboard.texts import Texts


@dataclass(frozen=True, kw_only=True)
class Paper:
    """An answer on its way to a paper.

    seal: the hash that the paper carries: of a sealed decision, or of the answer document itself.
    hybrid: which base, overflow and hours its sheet of them is about.
    """

    answer: BreakEven
    scenario: Scenario
    document: Document
    sentences: Sentences
    seal: str
    hybrid: HybridRequest

    @property
    def texts(self) -> Texts:
        """The words of the paper."""
        return self.sentences.texts

    @property
    def fmt(self) -> Format:
        """How the paper writes numbers."""
        return self.sentences.fmt

    @property
    def currency(self) -> str:
        """Of all money on the paper."""
        return self.answer.question.currency

    @cached_property
    def title(self) -> str:
        """The title of the question; where it has none, what is compared."""
        title = self.scenario.title or " / ".join(one.name for one in self.options)
        return printable(" ".join(title.split()))

    @property
    def options(self) -> tuple[Option, ...]:
        """The options in the order of the question."""
        return self.answer.question.options

    def remarks(self) -> list[str]:
        """What the answer rests on, each sentence once."""
        return list(dict.fromkeys(map(self.sentences.notice, self.answer.notices)))

    def valid_until(self) -> str:
        """Until when the oldest price holds, in a sentence."""
        dates = list(self._dates())
        if not dates:
            return self.texts("result.valid_until.unknown")
        last = min(dates) + timedelta(days=LARGEST_DATE_GAP_DAYS)
        return self.texts("result.valid_until", day=self.fmt.date(last))

    def _dates(self) -> Iterator[date]:
        for estimate in self.answer.at_workload.estimates:
            if estimate.prices_as_of is not None:
                yield estimate.prices_as_of


def paper_of(
    answer: BreakEven,
    scenario: Scenario,
    sentences: Sentences,
    seal: str | None = None,
    hybrid: HybridRequest | None = None,
) -> Paper:
    """The paper of an answer; without a seal it carries the hash of the answer document."""
    document = answer_document(answer, scenario, sentences)
    return Paper(
        answer=answer,
        scenario=scenario,
        document=document,
        sentences=sentences,
        seal=seal or answer_hash(document),
        hybrid=hybrid or HybridRequest(),
    )


def answer_hash(document: Document) -> str:
    """The sha256 of an answer document, whose first twelve digits stand under the answer on the
    page. Its sentences are left out: an answer has one hash in every language."""
    canonical = json.dumps(without_sentences(document), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()
