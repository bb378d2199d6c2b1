"""What costing refuses, as a problem at its place in the document."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from catalog.problems import Path, Refused, problem
from costing import InvalidQuestion, InvalidValue


@contextmanager
def refusing(path: Path) -> Iterator[None]:
    """Turn what costing refuses into a problem at this path of the document."""
    try:
        yield
    except InvalidValue as error:
        reason = f"Expected {error.expected}, found {error.found}."
        raise Refused([problem("invalid", (*path, *steps(error.field)), reason=reason)]) from None
    except InvalidQuestion as error:
        reason = sentence(error.reason)
        raise Refused([problem("invalid", (*path, *steps(error.field)), reason=reason)]) from None


def steps(field: str) -> Path:
    """A dotted path of costing as a path of the document."""
    return tuple(int(part) if part.isdigit() else part for part in field.split("."))


def sentence(reason: str) -> str:
    """The reason of an invalid question as a sentence."""
    return f"{reason[0].upper()}{reason[1:]}."
