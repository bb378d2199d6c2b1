"""What a person reads in components of Dash: their words, and those of one kind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dash.development.base_component import Component


def parts(node: Any) -> Iterator[Any]:
    """A component, everything inside it, and the texts between, in the order of reading."""
    if isinstance(node, (list, tuple)):
        for one in node:
            yield from parts(one)
    elif node is not None:
        yield node
        if isinstance(node, Component):
            yield from parts(getattr(node, "children", None))


def words(node: Any) -> str:
    """All texts inside, without a space between them."""
    return "".join(str(one) for one in parts(node) if not isinstance(one, Component))


def of_kind(node: Any, kind: str) -> list[Any]:
    """All components of a kind inside, such as `Td`."""
    return [one for one in parts(node) if isinstance(one, Component) and one._type == kind]


def rows(node: Any) -> list[list[str]]:
    """The rows of the tables inside, without their heads, as texts."""
    return [
        [words(cell) for cell in parts(row.children) if getattr(cell, "_type", "") in ("Th", "Td")]
        for body in of_kind(node, "Tbody")
        for row in of_kind(body, "Tr")
    ]


def pairs(node: Any) -> dict[str, str]:
    """The names and values of the description lists inside."""
    names, values = of_kind(node, "Dt"), of_kind(node, "Dd")
    return {words(name): words(value) for name, value in zip(names, values, strict=True)}
