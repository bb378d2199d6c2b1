"""Pauses as a person types them: 30m, 6h, 1d."""

from datetime import timedelta
from typing import Final

_MINUTES: Final = {"m": 1, "h": 60, "d": 1440}
_LONGEST: Final = timedelta(days=366)


def read_pause(text: str, option: str) -> timedelta:
    """A pause of a minute up to a year. option: whose value it is, such as ``--every``.

    Raises:
        ValueError: it is none.
    """
    number, unit = text[:-1], text[-1:]
    if unit in _MINUTES and number.isascii() and number.isdigit() and len(number) < 8:
        pause = timedelta(minutes=int(number) * _MINUTES[unit])
        if timedelta() < pause <= _LONGEST:
            return pause
    raise ValueError(f"{option}: expected such as 30m, 6h or 1d, found {text!r}")
