"""Sizes in megabytes as exact text: nothing is rounded, so it stays right in any language."""

from decimal import Decimal


def megabytes(count: int) -> str:
    """Bytes as megabytes of 1,000,000 bytes: 16,000,000 is `16`, 16,777,216 is `16.777216`."""
    return f"{(Decimal(count) / 1_000_000).normalize():,f}"
