"""What an address asks of the comparison of options: a question as the Decide page names it, and
which of its options stand side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, urlencode

from dashboard.pages.decide.address import ALSO, USE_KEYS, Address, read_address
from dashboard.pages.visit import COMPARE, Visit

OPTION: Final = "option"
OWN_KEYS: Final = frozenset({OPTION, "metric", "latency"})
"""What this page reads itself; everything else is the question's."""
QUESTION_KEYS: Final = frozenset({"scenario", ALSO, *USE_KEYS})


@dataclass(frozen=True, kw_only=True, slots=True)
class AskedOptions:
    """The question of an address, and the numbers of the options it chooses, from 1; empty: none is
    chosen. refused: values of `option` that are no number, as they stand there."""

    address: Address
    chosen: tuple[int, ...]
    refused: tuple[str, ...]


def names_question(visit: Visit) -> bool:
    """Whether the address names a question, and not models of the catalog."""
    return any(name in QUESTION_KEYS for name, _ in visit.parameters)


def asked_options(visit: Visit) -> AskedOptions:
    """Read the address of a visit."""
    address = read_address("?" + urlencode(_question(visit)), language=visit.language)
    values = visit.all(OPTION)
    return AskedOptions(
        address=address,
        chosen=tuple(int(one) for one in values if _is_number(one)),
        refused=tuple(f"{OPTION}={one}" for one in values if not _is_number(one)),
    )


def decide_href(visit: Visit) -> str:
    """The Decide page with the question of this address."""
    return f"/?{urlencode(_question(visit))}"


def options_href(visit: Visit, chosen: Sequence[int]) -> str:
    """This page with other options chosen."""
    kept = [(name, value) for name, value in _pairs(visit) if name != OPTION]
    return f"{COMPARE}?{urlencode([*kept, *((OPTION, str(one)) for one in chosen)])}"


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 4


def _question(visit: Visit) -> list[tuple[str, str]]:
    return [(name, value) for name, value in _pairs(visit) if name not in OWN_KEYS]


def _pairs(visit: Visit) -> list[tuple[str, str]]:
    """Of the search itself: the parameters of a visit are cut, and ids of offers may be longer."""
    return parse_qsl(visit.search.lstrip("?"), keep_blank_values=True, errors="replace")
