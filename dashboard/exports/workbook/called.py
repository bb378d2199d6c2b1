"""The verdict as a formula: which way is clearly cheaper, or why none can be called so."""

from collections.abc import Collection, Sequence
from typing import Final

from costing.verdict import CLOSE_SHARE
from dashboard.exports.workbook.book import Formula
from dashboard.texts import Texts

FURTHER_REASONS: Final = ("price_dates", "capacity_band")
"""Reasons that no cell can take away."""
CLOSE: Final = CLOSE_SHARE.numerator / CLOSE_SHARE.denominator


def staying(codes: Collection[str]) -> list[str]:
    """Those of the reasons of an answer that stay as they are when a cell is changed."""
    return [code for code in FURTHER_REASONS if code in codes]


def call_formula(close: str, named: str, stay: Sequence[str], texts: Texts) -> Formula:
    """close: whether the two cheapest are too close; named: the cell with the cheapest."""
    words = [f'"{quoted(texts(f"papers.close.{code}"))}"' for code in (*stay[:1], "close_costs")]
    clear = words[0] if stay else f'"{quoted(texts("papers.clear"))} "&{named}'
    return Formula(f"IF({close},{words[-1]},{clear})")


def quoted(text: str) -> str:
    """A text between the quotes of a formula."""
    return text.replace('"', '""')
