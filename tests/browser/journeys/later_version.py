"""A later version of the program, as a process of its own: `python -m` this file, `serve` behind.

It counts one percent of handling on every price, calls that method 2 and still has method 1. So it
is what a release would be that changes the arithmetic of costs; the rest is the program as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from fractions import Fraction

import dashboard
from costing import method
from costing.bridge import exact_cost_at_workload
from costing.options import Option
from costing.prices import Price
from costing.question import Question

HANDLING = Fraction(101, 100)
VERSION, METHOD = "0.2.0", "2"
_as_before: ContextVar[bool] = ContextVar("_as_before", default=False)
_of_version_1 = Price.for_one


def _with_handling(price: Price) -> Fraction:
    each = _of_version_1(price)
    return each if _as_before.get() else each * HANDLING


@contextmanager
def _before() -> Iterator[None]:
    token = _as_before.set(True)
    try:
        yield
    finally:
        _as_before.reset(token)


def _method_1(question: Question, option: Option) -> Fraction | None:
    with _before():
        return exact_cost_at_workload(question, option)


def main() -> None:
    """Become the later version, then do what the command line says."""
    dashboard.__version__ = VERSION
    vars(method).update(
        METHOD_VERSION=METHOD, METHODS={"1": _method_1, METHOD: exact_cost_at_workload}
    )
    setattr(Price, "for_one", _with_handling)  # noqa: B010
    from dashboard.cli import main as command

    command()


if __name__ == "__main__":
    main()
