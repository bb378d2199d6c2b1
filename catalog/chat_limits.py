"""Limits of the test chat as an operator writes them, in the environment or an endpoints file."""

import re
from typing import Final

WHOSE: Final = ("session", "service")
COUNTED: Final = ("answers_an_hour", "answers_a_day")
MONEY: Final = ("usd_an_hour", "usd_a_day")
NO_LIMIT: Final = "none"

_COUNT = re.compile(r"0*[1-9]\d{0,8}", re.ASCII)
_AMOUNT = re.compile(r"\d{1,9}(\.\d{1,9})?", re.ASCII)


def checked_limit(limit: str, text: str) -> str:
    """The text of a limit. limit: one of `COUNTED` (whole answers) or `MONEY` (US dollars).

    Raises:
        ValueError: it is neither `none` nor a number above 0; says what was expected and found.
    """
    found = text.strip()
    if found.casefold() == NO_LIMIT:
        return NO_LIMIT
    if limit in COUNTED:
        if _COUNT.fullmatch(found):
            return found
        expected = "a whole number of answers above 0 such as 100"
    else:
        if _AMOUNT.fullmatch(found) and found.strip("0."):
            return found
        expected = "an amount of US dollars above 0 such as 2.50"
    raise ValueError(f"expected {expected}, or none for no limit, found {found[:40]!r}")
