"""What opens behind a number, for tests: its key in, the components out."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from catalog.scenario import parse_scenario
from costing import BreakEven, Price, Provenance, Unit
from dashboard.answer import Document, answer_document
from dashboard.pages.decide.explain import explanation
from dashboard.texts import load_texts
from tests.dashboard.answers import sentences
from tests.dashboard.documents import article

READ = Provenance(
    source="Azure Retail Prices",
    url="https://prices.azure.com/api",
    as_of=date(2026, 10, 1),
    fetched_at=datetime(2026, 11, 20, 8, 30, tzinfo=UTC),
    derived="published",
    basis="contracted",
    price_id="azure-retail:abc",
    owner="Finance",
)


def explain(answer: BreakEven, key: str, language: str = "en") -> Any:
    """What opens behind a key of this answer."""
    return explanation(document(answer, language), key, load_texts(language))


def document(answer: BreakEven, language: str = "en") -> Document:
    """The answer as the page holds it, beside some scenario."""
    scenario = parse_scenario(article())
    return answer_document(answer, scenario, sentences(language))


def price(provenance: Provenance, unit: Unit = Unit.TOKEN) -> Price:
    """Half a dollar for a thousand."""
    return Price(
        amount=Decimal("0.5"), per=Decimal(1000), unit=unit, currency="USD", provenance=provenance
    )
