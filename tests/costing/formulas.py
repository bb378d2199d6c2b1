"""What a formula of an answer gives: arithmetic, ceil and max over named numbers, exact."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cache
from math import ceil

_OPERATIONS: Mapping[type[ast.operator], Callable[[Fraction, Fraction], Fraction]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def evaluate(formula: str, inputs: Mapping[str, Decimal]) -> Fraction:
    """The value of a formula; ValueError for anything but numbers, names and + - * / ceil max."""
    return _value(_tree(formula).body, inputs)


def names_in(formula: str) -> set[str]:
    """The names that a formula reads."""
    nodes = ast.walk(_tree(formula))
    return {node.id for node in nodes if isinstance(node, ast.Name)} - {"ceil", "max"}


@cache
def _tree(formula: str) -> ast.Expression:
    return ast.parse(formula, mode="eval")


def _value(node: ast.expr, inputs: Mapping[str, Decimal]) -> Fraction:
    match node:
        case ast.Constant(value=int() as number):
            return Fraction(number)
        case ast.Name(id=name):
            return Fraction(inputs[name])
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATIONS:
            return _OPERATIONS[type(op)](_value(left, inputs), _value(right, inputs))
        case ast.Call(func=ast.Name(id="ceil"), args=[one], keywords=[]):
            return Fraction(ceil(_value(one, inputs)))
        case ast.Call(func=ast.Name(id="max"), args=several, keywords=[]):
            return max(_value(one, inputs) for one in several)
        case _:
            raise ValueError(f"no arithmetic: {ast.unparse(node)}")
