"""Ids of kept things that cannot be guessed, in addresses and on a command line."""

import re
import secrets
from typing import Final

IDENTIFIER: Final = re.compile(r"[A-Za-z0-9_-]{10,40}")
"""Any id that was ever given."""


def new_identifier() -> str:
    """128 random bits. It never begins with "-", which a command would read as an option."""
    while (made := secrets.token_urlsafe(16)).startswith("-"):
        pass
    return made
