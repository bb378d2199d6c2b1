"""Access to the fields of a result file; what is not as expected is told with its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, NoReturn

from catalog.errors import BenchmarkRefused

MOST_LETTERS: Final = 500
LARGEST_EXPONENT: Final = 15
"""No mean, rate or count of a run is as large, or as small, as 10 to this power."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Fields:
    """One object of a file: its content, the tool that wrote it, and where it stands.

    Numbers are Decimal or int, as the file was parsed. A field that is missing, null or no number
    of the world (NaN) is None; a field of another kind is refused, because it was misunderstood.
    """

    values: Mapping[str, Any]
    tool: str
    file: str
    place: str = ""

    def part(self, *names: str) -> Fields:
        """An object inside; an empty one where it is missing or null."""
        found = self._find(names)
        if found is None:
            found = {}
        if not isinstance(found, Mapping):
            self.refuse(names, "an object", found)
        return Fields(values=found, tool=self.tool, file=self.file, place=self._at(names))

    def parts(self, *names: str) -> Sequence[Fields]:
        """A list of objects inside; empty where it is missing or null."""
        found = self._find(names)
        if found is None:
            return ()
        if not isinstance(found, list) or not all(isinstance(one, Mapping) for one in found):
            self.refuse(names, "a list of objects", found)
        at = self._at(names)
        return tuple(
            Fields(values=one, tool=self.tool, file=self.file, place=f"{at}[{number}]")
            for number, one in enumerate(found)
        )

    def number(self, *names: str) -> Decimal | None:
        """A number; None where it is missing or null."""
        found = self._find(names)
        if found is None:
            return None
        if isinstance(found, bool) or not isinstance(found, (int, Decimal)):
            self.refuse(names, "a number", found)
        number = Decimal(found)
        if number and abs(number.adjusted()) > LARGEST_EXPONENT:
            self.refuse(names, "a number of a measurement", found)
        return number

    def positive(self, *names: str) -> Decimal | None:
        """A number above 0; None where it is missing, null or 0: these tools write 0 for a mean of
        nothing."""
        found = self.number(*names)
        if found is not None and found < 0:
            self.refuse(names, "a number from 0", found)
        return found or None

    def need(self, *names: str) -> Decimal:
        """A number above 0 that a run cannot do without."""
        found = self.positive(*names)
        if found is None:
            self.refuse(names, "a number above 0", self._find(names))
        return found

    def count(self, *names: str) -> int | None:
        """A whole number from 0; None where it is missing or null."""
        found = self.number(*names)
        if found is None:
            return None
        if found < 0 or found != int(found):
            self.refuse(names, "a whole number from 0", found)
        return int(found)

    def text(self, *names: str) -> str | None:
        """Text of one line; None where it is missing, null or empty."""
        found = self._find(names)
        if found is None:
            return None
        if not isinstance(found, str):
            self.refuse(names, "text", found)
        shown = "".join(letter if letter.isprintable() else " " for letter in found).strip()
        if len(shown) > MOST_LETTERS:
            self.refuse(names, f"text of at most {MOST_LETTERS} letters", found)
        return shown or None

    def has(self, *names: str) -> bool:
        """Whether a field is there, holds something and is no empty list or object."""
        return bool(self._find(names))

    def refuse(self, names: Sequence[str], expected: str, found: object) -> NoReturn:
        """End with where a field stands, what was expected there and what was found."""
        at = self._at(names)
        shown = "nothing" if found is None else repr(str(found)[:60])
        raise BenchmarkRefused(
            f"{self.file}: expected {expected} at {at} of a result of {self.tool}, found {shown}. "
            "Give the file as the tool wrote it; --tool names another tool.",
            field=at,
        )

    def _find(self, names: Sequence[str]) -> Any:
        found: Any = self.values
        for name in names:
            if not isinstance(found, Mapping):
                return None
            found = found.get(name)
        return found

    def _at(self, names: Sequence[str]) -> str:
        return ".".join(part for part in (self.place, *names) if part)


def none_completed(result: Fields, completed: int | None) -> BenchmarkRefused:
    """The refusal of a run in which no request came to its end."""
    at = f" at {result.place}" if result.place else ""
    found = "no count of them" if completed is None else "0"
    return BenchmarkRefused(
        f"{result.file}: expected completed requests in the run of {result.tool}{at}, found "
        f"{found}. Look at the errors of the deployment and measure again.",
        field=".".join(part for part in (result.place, "completed") if part),
    )
