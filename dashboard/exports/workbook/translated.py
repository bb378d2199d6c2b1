"""Formulas of line items in the words of a spreadsheet.

    ceil(x)                            ROUNDUP(ROUND(x, 9), 0)
    max(a, b)                          MAX(a, b)
    requests_per_hour, requests /
    period_hours                       the cell of the load

A spreadsheet counts in float64, where a load that just fills its hosts may come out a hair above
them: within 10^-9 a number counts as whole.
"""

import ast
from collections.abc import Mapping
from dataclasses import dataclass

SIGNS: Mapping[type[ast.operator], tuple[str, int]] = {
    ast.Add: ("+", 1),
    ast.Sub: ("-", 1),
    ast.Mult: ("*", 2),
    ast.Div: ("/", 2),
}
ATOM = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """What stands for the names of a formula: cells for its inputs, a text for the load."""

    cells: Mapping[str, str]
    load: str


def translated(formula: str, words: Words) -> str:
    """A formula of a line item as a spreadsheet writes it. Raises ValueError for what is no
    arithmetic."""
    return _written(ast.parse(formula, mode="eval").body, words)[0]


def has_load(formula: str) -> bool:
    """Whether the value of a formula follows the load."""
    names = {node.id for node in ast.walk(ast.parse(formula)) if isinstance(node, ast.Name)}
    return bool(names & {"requests_per_hour", "requests"})


def under_ceil(formula: str) -> str | None:
    """What is rounded up in a formula, as a formula; None where nothing is."""
    for node in ast.walk(ast.parse(formula, mode="eval")):
        match node:
            case ast.Call(func=ast.Name(id="ceil"), args=[one]):
                return ast.unparse(one)
    return None


def _written(node: ast.expr, words: Words) -> tuple[str, int]:
    """The text of a part, and how strongly it holds together."""
    match node:
        case ast.Constant(value=int() as number):
            return str(number), ATOM
        case ast.Name(id="requests_per_hour"):
            return words.load, ATOM
        case ast.Name(id=name):
            return words.cells[name], ATOM
        case ast.BinOp(left=ast.Name(id="requests"), right=ast.Name(id="period_hours")):
            return words.load, ATOM
        case ast.BinOp(left=left, op=op, right=right) if type(op) in SIGNS:
            sign, strength = SIGNS[type(op)]
            before, after = _written(left, words), _written(right, words)
            first = before[0] if before[1] >= strength else f"({before[0]})"
            second = after[0] if after[1] > strength else f"({after[0]})"
            return f"{first}{sign}{second}", strength
        case ast.Call(func=ast.Name(id="ceil"), args=[one]):
            return f"ROUNDUP(ROUND({_written(one, words)[0]},9),0)", ATOM
        case ast.Call(func=ast.Name(id="max"), args=several):
            return f"MAX({','.join(_written(one, words)[0] for one in several)})", ATOM
    raise ValueError(f"expected arithmetic over names, found {ast.unparse(node)!r}")
