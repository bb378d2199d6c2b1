"""A question of costing as plain data and back, exact to the last digit: what a seal keeps.

Every value that JSON has no form for is a mapping of one key that says what it is: {"decimal":
"0.1"}, {"day": ...}, {"moment": ...}, {"fraction": "1/3"}, {"word": [class, value]}, {"mapping":
{...}}, {"is": class, "fields": {...}}. Only the classes listed here are made again, so a record
can make nothing else.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Any, Final

from catalog.exact_texts import decimal_text
from costing import Price, Provenance, Question, RateKind, RateLeg, RequestShape, Unit, Workload
from costing.add_ons import AddOn, Lens
from costing.capacity_reasons import Lift, Reason, ReasonCode
from costing.exchange import Exchange
from costing.options import (
    CapacityAtLength,
    Dedicated,
    EstimatedCapacity,
    Provisioned,
    Serverless,
    Sold,
    TypedCapacity,
    UnknownCapacity,
    Unlimited,
)
from costing.owned import OwnedHost
from costing.prices import PriceStep
from costing.workload import Volume

_CLASSES: Final[Mapping[str, type]] = {
    one.__name__: one
    for one in (
        AddOn, CapacityAtLength, Dedicated, EstimatedCapacity, Exchange, OwnedHost, Price,
        PriceStep, Provenance, Provisioned, Question, RateLeg, Reason, RequestShape, Serverless,
        Sold, TypedCapacity, UnknownCapacity, Unlimited, Volume, Workload,
    )
}  # fmt: skip
_WORDS: Final[Mapping[str, type[Enum]]] = {
    one.__name__: one for one in (Lens, Lift, RateKind, ReasonCode, Unit)
}


class QuestionUnreadable(ValueError):
    """A kept question that this version of the program cannot make again."""


def question_data(question: Question) -> Any:
    """The question as plain data for JSON. Raises TypeError for a value that has no form here."""
    return _plain(question)


def question_of_data(data: Any) -> Question:
    """The question that was kept. Raises QuestionUnreadable where an earlier or later version of
    the program wrote what this one does not know."""
    try:
        made = _made(data)
    except (TypeError, ValueError, KeyError, ArithmeticError, AttributeError) as error:
        raise QuestionUnreadable(str(error)) from error
    if not isinstance(made, Question):
        raise QuestionUnreadable(f"expected a Question, found {type(made).__name__}")
    return made


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return {"word": [type(value).__name__, value.value]}
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Decimal):
        return {"decimal": decimal_text(value)}
    if isinstance(value, Fraction):
        return {"fraction": str(value)}
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    if isinstance(value, Mapping):
        return {"mapping": {str(key): _plain(one) for key, one in value.items()}}
    if is_dataclass(value) and type(value).__name__ in _CLASSES:
        kept = {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
        return {"is": type(value).__name__, "fields": kept}
    raise TypeError(f"expected a value of a question, found {type(value).__name__}")


def _made(data: Any) -> Any:
    if isinstance(data, list):
        return tuple(_made(one) for one in data)
    if not isinstance(data, dict):
        return data
    if "is" in data:
        kept = {name: _made(one) for name, one in data["fields"].items()}
        return _CLASSES[data["is"]](**kept)
    [(form, value)] = data.items()
    match form:
        case "decimal":
            return Decimal(value)
        case "fraction":
            return Fraction(value)
        case "moment":
            return datetime.fromisoformat(value)
        case "day":
            return date.fromisoformat(value)
        case "word":
            return _WORDS[value[0]](value[1])
        case "mapping":
            return {name: _made(one) for name, one in value.items()}
    raise QuestionUnreadable(f"a form {form!r} that is not known")
