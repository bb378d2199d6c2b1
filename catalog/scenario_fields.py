"""The kinds of value a scenario holds, each refusing what it does not mean by a code of its own,
and the typed price, which stands in many places."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer
from pydantic_core import PydanticCustomError

from costing.units import LARGEST_QUANTITY, MOST_DECIMAL_PLACES, decimal_text

NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,4})?", re.ASCII)
LONGEST_NUMBER = 400
LONGEST_TEXT = 300
MOST_COUNT = 1_000_000
MOST_PRICE_STEPS = 10


class Part(BaseModel):
    """Base of every part of a scenario: frozen, and a key that is not known is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


def refuse(code: str, **facts: object) -> PydanticCustomError:
    """A problem as pydantic carries it: the code as type, the facts as context."""
    return PydanticCustomError(code, code, {name: str(value) for name, value in facts.items()})


def read_number(value: Any) -> Decimal:
    """A finite Decimal of 0 or more out of literal text; never out of a float."""
    if isinstance(value, Decimal):
        value = format(value)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise refuse("not_a_number", found=shown(value))
    text = value.strip()
    if text.lower().lstrip("+-") in {"nan", ".nan", "inf", ".inf", "infinity", "-infinity"}:
        raise refuse("not_finite", found=text)
    if len(text) > LONGEST_NUMBER or not NUMBER.fullmatch(text):
        raise refuse("not_a_number", found=repr(value))
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise refuse("not_a_number", found=repr(value)) from None
    if number < 0:
        raise refuse("negative", found=text)
    if number > LARGEST_QUANTITY:
        raise refuse("too_large", most=f"{LARGEST_QUANTITY:,}", found=text)
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and -exponent > MOST_DECIMAL_PLACES:
        raise refuse("too_precise", most=MOST_DECIMAL_PLACES, found=text)
    return number


def read_positive(value: Any) -> Decimal:
    """A number above 0."""
    number = read_number(value)
    if number == 0:
        raise refuse("not_positive", found=shown(value))
    return number


def read_share(value: Any) -> Decimal:
    """A number from 0 to 1."""
    number = read_number(value)
    if number > 1:
        raise refuse("above_most", most=1, found=shown(value))
    return number


def read_peak(value: Any) -> Decimal:
    """A number of 1 or more."""
    number = read_number(value)
    if number < 1:
        raise refuse("below_least", least=1, found=shown(value))
    return number


def read_count(value: Any) -> int:
    """A whole number from 0 to one million."""
    number = read_number(value)
    if number != number.to_integral_value():
        raise refuse("not_whole", found=shown(value))
    if number > MOST_COUNT:
        raise refuse("above_most", most=f"{MOST_COUNT:,}", found=shown(value))
    return int(number)


def read_positive_count(value: Any) -> int:
    """A whole number from 1 to one million."""
    count = read_count(value)
    if count == 0:
        raise refuse("below_least", least=1, found=0)
    return count


def read_text(value: Any) -> str:
    """Text with something in it, of at most 300 characters; numbers count as their text."""
    if not isinstance(value, str):
        raise refuse("not_text", found=shown(value))
    text = str(value).strip()
    if not text:
        raise refuse("empty")
    if len(text) > LONGEST_TEXT:
        raise refuse("too_long", most=LONGEST_TEXT, found=len(text))
    if any("\ud800" <= letter <= "\udfff" or letter == "\0" for letter in text):
        raise refuse("not_text", found=repr(text))
    return text


def read_date(value: Any) -> date:
    """A day written as 2026-01-31."""
    if isinstance(value, date):
        return value
    try:
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value.strip(), re.ASCII):
            return date.fromisoformat(value.strip())
    except ValueError:
        pass
    raise refuse("not_a_date", found=shown(value))


def read_url(value: Any) -> str:
    """A web address; any other scheme, such as javascript:, is refused."""
    text = read_text(value)
    if not re.match(r"https?://\S+$", text):
        raise refuse("not_a_url", found=text)
    return text


def read_currency(value: Any) -> str:
    """A three-letter code such as USD."""
    if not isinstance(value, str) or not re.fullmatch(r"[A-Z]{3}", value.strip(), re.ASCII):
        raise refuse("not_a_currency", found=shown(value))
    return value.strip()


def read_version(value: Any) -> int:
    """Version 1 is the only one there is."""
    if str(value) != "1" or isinstance(value, bool):
        raise refuse("version_unknown", found=shown(value))
    return 1


def read_truth(value: Any) -> bool:
    """true or false, and nothing that looks like it."""
    if not isinstance(value, bool):
        raise refuse("not_a_truth", found=shown(value))
    return value


def read_steps(value: Any) -> Any:
    """A list of so many steps of prices at most; what stands in it is read one by one."""
    if isinstance(value, (list, tuple)) and len(value) > MOST_PRICE_STEPS:
        raise refuse("too_many", most=MOST_PRICE_STEPS, found=len(value))
    return value


def shown(value: Any) -> str:
    """A value as it is named in a message."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "null"
    if isinstance(value, dict):
        return "named values"
    if isinstance(value, list):
        return "a list"
    return repr(str(value)) if isinstance(value, str) else str(value)


# Text in JSON, never an exponent, so that it reads back as the same number anywhere.
AsText = PlainSerializer(decimal_text, return_type=str, when_used="json")
Number: TypeAlias = Annotated[Decimal, BeforeValidator(read_number), AsText]
Positive: TypeAlias = Annotated[Decimal, BeforeValidator(read_positive), AsText]
Share: TypeAlias = Annotated[Decimal, BeforeValidator(read_share), AsText]
Peak: TypeAlias = Annotated[Decimal, BeforeValidator(read_peak), AsText]
Count: TypeAlias = Annotated[int, BeforeValidator(read_count)]
PositiveCount: TypeAlias = Annotated[int, BeforeValidator(read_positive_count)]
Line: TypeAlias = Annotated[str, BeforeValidator(read_text)]
Day: TypeAlias = Annotated[date, BeforeValidator(read_date)]
Url: TypeAlias = Annotated[str, BeforeValidator(read_url)]
Currency: TypeAlias = Annotated[str, BeforeValidator(read_currency)]
Version: TypeAlias = Annotated[int, BeforeValidator(read_version)]
Truth: TypeAlias = Annotated[bool, BeforeValidator(read_truth)]
Basis: TypeAlias = Literal["list", "contracted"]
Term: TypeAlias = Literal[
    "on_demand", "spot", "savings_plan_1y", "savings_plan_3y", "reserved_1y", "reserved_3y"
]
UnitTerm: TypeAlias = Literal["hourly", "reserved_1m", "reserved_1y"]
AnyTerm: TypeAlias = Literal[Term, UnitTerm]


class TypedPrice(Part):
    """A price a person typed: amount per so many units, with where it comes from if they say so."""

    amount: Number
    per: Positive
    unit: Literal["token", "hour", "month", "request"]
    source: Line | None = None
    url: Url | None = None
    as_of: Day | None = None
    owner: Line | None = None
    basis: Basis = "list"
