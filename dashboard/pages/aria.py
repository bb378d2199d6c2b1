"""Attributes for screen readers; Dash takes them only as names with a dash in them."""

from typing import Any


def aria(**names: str) -> dict[str, Any]:
    """`aria(label="x")` as the keyword arguments that a component takes: `aria-label`."""
    return {f"aria-{name}": value for name, value in names.items()}
