"""Reading JSON of others value by value: what is there must be of its kind, what is not is None."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, TypeVar

from pydantic import ValidationError

from catalog.errors import SourceFailed
from catalog.records import LARGEST_COUNT, Record
from catalog.sources.reading import MOST_RAW_CHARACTERS, UnreadRow

R = TypeVar("R", bound=Record)

_LONGEST_SHOWN: Final = 60
_MOST_DIGITS: Final = 40
_MOST_PLACES: Final = 18


class RowInvalid(Exception):
    """A row that is not taken; the text says which field and why."""


class RawObject:
    """One JSON object of a source. A field that is absent or null is None."""

    def __init__(self, value: object, path: str = "") -> None:
        """Take the object.

        Args:
            value: what stands there.
            path: where, for messages; empty for the row itself.

        Raises:
            RowInvalid: it is no object.
        """
        if not isinstance(value, dict):
            raise RowInvalid(f"{path or 'row'}: expected an object, found {shown(value)}")
        self.fields: Mapping[str, Any] = value
        self._path = path

    def text(self, *names: str) -> str | None:
        """Text, of the first of these fields that is there; blank text is None."""
        name, value = self._first(names)
        if value is None:
            return None
        if not isinstance(value, str):
            raise self._wrong(name, "text", value)
        return value.strip() or None

    def required_text(self, name: str) -> str:
        """Text that must be there."""
        found = self.text(name)
        if found is None:
            raise self._wrong(name, "text", self.fields.get(name))
        return found

    def count(self, *names: str) -> int | None:
        """A whole number from 0 to 2**63 - 1."""
        name, value = self._first(names)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= LARGEST_COUNT:
            raise self._wrong(name, "a whole number from 0", value)
        return value

    def number(self, name: str) -> Decimal | None:
        """A finite number, as it is written."""
        value = self.fields.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise self._wrong(name, "a number", value)
        number = Decimal(value)
        if not number.is_finite() or abs(number.adjusted()) > _MOST_PLACES:
            raise self._wrong(name, "a number", value)
        return number

    def truth(self, *names: str) -> bool | None:
        """True or false."""
        name, value = self._first(names)
        if value is None:
            return None
        if not isinstance(value, bool):
            raise self._wrong(name, "true or false", value)
        return value

    def moment(self, name: str) -> datetime | None:
        """A moment with its time zone, in ISO 8601 with any number of digits of a second."""
        value = self.text(name)
        if value is None:
            return None
        try:
            found = datetime.fromisoformat(value)
        except ValueError:
            raise self._wrong(name, "a date and time", value) from None
        if found.tzinfo is None:
            raise self._wrong(name, "a date and time with its zone", value)
        return found

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts; empty where there is none."""
        value = self.fields.get(name)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise self._wrong(name, "a list of texts", value)
        return tuple(value)

    def nested(self, name: str) -> RawObject | None:
        """An object within."""
        value = self.fields.get(name)
        return None if value is None else RawObject(value, self._at(name))

    def objects(self, name: str) -> tuple[RawObject, ...]:
        """A list of objects; empty where there is none."""
        value = self.fields.get(name)
        if value is None:
            return ()
        if not isinstance(value, list):
            raise self._wrong(name, "a list", value)
        return tuple(
            RawObject(one, f"{self._at(name)}[{place}]") for place, one in enumerate(value)
        )

    def wrong(self, name: str, expected: str) -> RowInvalid:
        """The field does not hold what was expected."""
        return self._wrong(name, expected, self.fields.get(name))

    def _first(self, names: Iterable[str]) -> tuple[str, Any]:
        name = ""
        for name in names:
            value = self.fields.get(name)
            if value is not None:
                return name, value
        return name, None

    def _at(self, name: str) -> str:
        return f"{self._path}.{name}" if self._path else name

    def _wrong(self, name: str, expected: str, found: object) -> RowInvalid:
        return RowInvalid(f"{self._at(name)}: expected {expected}, found {shown(found)}")


def json_of(body: bytes, where: str) -> Any:
    """The JSON of a body; numbers with a point are Decimal, as they are written.

    Raises:
        SourceFailed: ``not_json``.
    """
    try:
        return json.loads(body, parse_float=Decimal, parse_int=_whole, parse_constant=Decimal)
    except (ValueError, RecursionError):
        start = body[:_LONGEST_SHOWN].decode("utf-8", "replace")
        raise SourceFailed(f"{where}: expected JSON, found {start!r}.", reason="not_json") from None


def _whole(text: str) -> int | Decimal:
    """A whole number; one of so many digits that Python refuses it is none that a field takes."""
    return int(text) if len(text) <= _MOST_DIGITS else Decimal(text)


def checked(record: type[R], values: Mapping[str, Any]) -> R:
    """The record of these values.

    Raises:
        RowInvalid: the first field that the record refuses.
    """
    try:
        return record.model_validate(dict(values))
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False)[0]
        field = ".".join(str(part) for part in problem["loc"]) or "row"
        raise RowInvalid(f"{field}: {problem['msg']}") from None


def unread(key: object, raw: object, *, reason: str, detail: str) -> UnreadRow:
    """A row that is not taken, with what it holds."""
    text = json.dumps(raw, default=str, ensure_ascii=True)
    name = str(key).encode("utf-8", "backslashreplace").decode("utf-8").replace("\x00", "\\x00")
    return UnreadRow(key=name[:500], reason=reason, detail=detail, raw=text[:MOST_RAW_CHARACTERS])


def shown(value: object) -> str:
    """A value for a message, short."""
    if value is None:
        return "nothing"
    text = str(value) if isinstance(value, Decimal) else repr(value)
    text = text.encode("ascii", "backslashreplace").decode("ascii")
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}..."
