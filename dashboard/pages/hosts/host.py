"""Stub."""

from typing import Any

from dash import html


def register(app: Any, database: Any = None) -> None:
    """Nothing yet."""


def draw(visit: Any, database: Any) -> Any:
    """Nothing yet."""
    return html.P("soon")
