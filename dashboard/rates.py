"""Rates between currencies as one document: what `modelcost rates list` prints and REST sends."""

from typing import Any

from sqlmodel import Session

from catalog.errors import QueryInvalid
from catalog.rates import Rate, RateFilter, list_rates
from catalog.sample_rates import sample_rates
from catalog.views import Page
from catalog.vocabulary import RATE_SOURCES
from costing import decimal_text


def listed_rates(
    session: Session, wanted: RateFilter, limit: int, after: str | None = None
) -> Page[Rate]:
    """Rates of the database; those of the bundled sample only where that source is named.

    Raises:
        QueryInvalid: no such source, or own rates that were not asked for. CursorInvalid.
    """
    if wanted.source is not None and wanted.source not in RATE_SOURCES:
        known = ", ".join(RATE_SOURCES)
        raise QueryInvalid(
            f"Expected a source of rates ({known}), found {wanted.source!r}.", field="source"
        )
    if wanted.source == "own" and not wanted.own:
        raise QueryInvalid(
            "Own rates are private: expected them to be asked for with own_rates=true.",
            field="own_rates",
        )
    if wanted.source != "sample":
        return list_rates(session, wanted, limit, after)
    found = [
        rate
        for rate in sample_rates()
        if wanted.base in (None, rate.base) and wanted.quote in (None, rate.quote)
    ]
    return Page(items=tuple(found), total=len(found), next=None)


def rates_document(page: Page[Rate]) -> dict[str, Any]:
    """The page; each rate as exact text. A sample says so in a notice of its own."""
    return {
        "items": [_rate(rate) for rate in page.items],
        "total": page.total,
        "next": page.next,
    }


def _rate(rate: Rate) -> dict[str, Any]:
    document = rate.model_dump(mode="json") | {"rate": decimal_text(rate.rate)}
    if rate.sample:
        document["notice"] = f"Sample rate of {rate.as_of}, not of today."
    return document
