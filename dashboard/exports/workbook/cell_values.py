"""What the formulas of a workbook give, so that a viewer that does not calculate shows it too.

It knows the few functions that our sheets use; a test recalculates every cell with a spreadsheet
engine and finds the same.
"""

import math
import re
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from dashboard.exports.workbook.book import Formula, Sheet

Value: TypeAlias = float | str | bool
TOKEN = re.compile(
    r"(?P<number>\d+(?:\.\d+)?(?:E[+-]?\d+)?)"
    r'|(?P<text>"(?:[^"]|"")*")'
    r"|(?P<ref>'(?:[^']|'')+'!\$[A-Z]+\$\d+(?::\$[A-Z]+\$\d+)?)"
    r"|(?P<name>[A-Z]+)(?=\()"
    r"|(?P<sign><=|>=|<>|[-+*/&(),<>=])"
)
CELL = re.compile(r"\$([A-Z]+)\$(\d+)")


class NoValue(Exception):
    """A formula without a value, such as a division by 0."""


class CellValues:
    """The values of all cells of these sheets, each computed once when it is asked for."""

    def __init__(self, sheets: list[Sheet]) -> None:
        self._sheets: Mapping[str, Sheet] = {sheet.name: sheet for sheet in sheets}
        self._known: dict[tuple[str, int, int], Value] = {}

    def value(self, sheet: str, row: int, column: int) -> Value:
        """The value of a cell; 0 of an empty one, as a spreadsheet has it. Raises NoValue."""
        key = (sheet, row, column)
        if key not in self._known:
            cell = self._sheets[sheet].cells.get((row, column))
            content = 0 if cell is None else cell.content
            if isinstance(content, Formula):
                self._known[key] = _Reading(content.text, self).result()
            else:
                self._known[key] = content if isinstance(content, str) else float(content)
        return self._known[key]

    def values(self, reference: str) -> list[Value]:
        """The values of the cells that a reference names, row by row."""
        sheet, _, place = reference.rpartition("!")
        ends = [(int(row) - 1, _column(name)) for name, row in CELL.findall(place)]
        (top, left), (bottom, right) = ends[0], ends[-1]
        name = sheet.strip("'").replace("''", "'")
        return [
            self.value(name, row, column)
            for row in range(top, bottom + 1)
            for column in range(left, right + 1)
        ]


class _Reading:
    """One formula while it is read from left to right; IF looks only at the side it takes."""

    def __init__(self, formula: str, cells: CellValues) -> None:
        self._tokens = list(_tokens(formula))
        self._at = 0
        self._cells = cells
        self._idle = 0
        """Above 0 inside what is not looked at."""

    def result(self) -> Value:
        """The value of the whole formula."""
        return self._compared()

    def _compared(self) -> Value:
        left = self._joined()
        while (sign := self._peek()) in ("=", "<>", "<", ">", "<=", ">="):
            self._at += 1
            right = self._joined()
            if self._idle:
                continue
            if sign in ("=", "<>"):
                left = (left == right) == (sign == "=")
            else:
                one, other = _number(left), _number(right)
                left = one < other if sign[0] == "<" else one > other
                left = left or (len(sign) == 2 and one == other)
        return left

    def _joined(self) -> Value:
        left = self._summed()
        while self._take("&"):
            right = self._summed()
            left = f"{_text(left)}{_text(right)}"
        return left

    def _summed(self) -> Value:
        left = self._multiplied()
        while (sign := self._peek()) in ("+", "-"):
            self._at += 1
            right = self._multiplied()
            if not self._idle:
                left = _number(left) + (_number(right) if sign == "+" else -_number(right))
        return left

    def _multiplied(self) -> Value:
        left = self._one()
        while (sign := self._peek()) in ("*", "/"):
            self._at += 1
            right = self._one()
            if self._idle:
                continue
            if sign == "/" and _number(right) == 0:
                raise NoValue("division by 0")
            left = _number(left) * _number(right) if sign == "*" else _number(left) / _number(right)
        return left

    def _one(self) -> Value:
        kind, token = self._tokens[self._at]
        self._at += 1
        if kind == "number":
            return float(token)
        if kind == "text":
            return token[1:-1].replace('""', '"')
        if kind == "ref":
            return 0.0 if self._idle else self._cells.values(token)[0]
        if kind == "name":
            self._expect("(")
            return self._call(token)
        if token == "-":
            inner = self._one()
            return 0.0 if self._idle else -_number(inner)
        inner = self._compared()
        self._expect(")")
        return inner

    def _call(self, name: str) -> Value:
        if name == "IF":
            return self._choice()
        if self._take(")"):
            if self._idle:
                return 0.0
            raise NoValue(name)
        arguments: list[list[Value]] = []
        while True:
            kind, token = self._tokens[self._at]
            after = self._tokens[self._at + 1][1]
            if kind == "ref" and after in (",", ")"):
                self._at += 1
                arguments.append([0.0] if self._idle else self._cells.values(token))
            else:
                arguments.append([self._compared()])
            if not self._take(","):
                break
        self._expect(")")
        return 0.0 if self._idle else _function(name, arguments)

    def _choice(self) -> Value:
        asked = self._compared()
        self._expect(",")
        sides: list[Value] = []
        for wanted in (True, False):
            looked_at = bool(asked) == wanted
            self._idle += 0 if looked_at else 1
            sides.append(self._compared())
            self._idle -= 0 if looked_at else 1
            self._expect("," if wanted else ")")
        return sides[0] if asked else sides[1]

    def _peek(self) -> str:
        return self._tokens[self._at][1] if self._tokens[self._at][0] == "sign" else ""

    def _take(self, sign: str) -> bool:
        found = self._peek() == sign
        self._at += found
        return found

    def _expect(self, sign: str) -> None:
        if not self._take(sign):
            raise ValueError(f"expected {sign!r}, found {self._tokens[self._at][1]!r}")


def _tokens(formula: str) -> Iterator[tuple[str, str]]:
    at = 0
    while at < len(formula):
        found = TOKEN.match(formula, at)
        if found is None or found.lastgroup is None:
            raise ValueError(f"expected a formula of the workbook, found {formula[at : at + 40]!r}")
        yield found.lastgroup, found[0]
        at = found.end()
    yield "end", ""


def _function(name: str, arguments: list[list[Value]]) -> Value:
    first = arguments[0]
    match name:
        case "SUM":
            return sum(one for part in arguments for one in part if not isinstance(one, str))
        case "MAX" | "MIN":
            numbers = [one for part in arguments for one in part if not isinstance(one, str)]
            return float(max(numbers) if name == "MAX" else min(numbers))
        case "ROUND":
            return _rounded(_number(first[0]), int(_number(arguments[1][0])))
        case "ROUNDUP":
            return float(math.ceil(_number(first[0])))
        case "INT":
            return float(math.floor(_number(first[0])))
        case "SUMIF" | "COUNTIF":
            return _of_those_above(name, first, arguments[1][0])
        case "MATCH":
            return float(arguments[1].index(first[0]) + 1)
        case "INDEX":
            return first[int(_number(arguments[1][0])) - 1]
        case "AND":
            return all(one for part in arguments for one in part)
        case "OR":
            return any(one for part in arguments for one in part)
    raise ValueError(f"expected a function of the workbook, found {name}")


def _of_those_above(name: str, values: list[Value], criterion: Value) -> float:
    """The sum or count of the numbers above what the criterion says, such as ">12.5"."""
    limit = float(_text(criterion).removeprefix(">"))
    above = [one for one in values if not isinstance(one, str) and one > limit]
    return float(sum(above) if name == "SUMIF" else len(above))


def _rounded(number: float, places: int) -> float:
    """Half away from zero, as spreadsheets round."""
    scaled = abs(number) * 10.0**places
    if scaled >= 2**52:
        return number
    return math.copysign(math.floor(scaled + 0.5) / 10.0**places, number)


def _number(value: Value) -> float:
    if isinstance(value, str):
        raise NoValue(f"expected a number, found {value!r}")
    return float(value)


def _text(value: Value) -> str:
    if isinstance(value, str):
        return value
    number = float(value)
    return str(int(number)) if number == int(number) else repr(number)


def _column(name: str) -> int:
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
