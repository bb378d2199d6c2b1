"""The version of the arithmetic of costs, and the arithmetics that gave earlier answers."""

from collections.abc import Mapping
from typing import Final

from costing.bridge import Method, exact_cost_at_workload

METHOD_VERSION: Final = "1"
"""Raised when any question gets another cost; the arithmetic it leaves stays in `METHODS`."""

METHODS: Final[Mapping[str, Method]] = {METHOD_VERSION: exact_cost_at_workload}
"""By version: what one option costs an hour at the workload of a question."""


def earlier_method(version: str) -> Method | None:
    """The arithmetic of an earlier version; None for today's, and where it is not at hand."""
    return None if version == METHOD_VERSION else METHODS.get(version)
