"""Which addresses of an answer may be links."""

import re
from typing import Final
from urllib.parse import urlsplit

MOST_CHARACTERS_OF_ADDRESS: Final = 2000
MAILBOX: Final = re.compile(r"[\w.!#$&'*+=^{|}~-]+@[\w.-]+")


def is_allowed(address: str) -> bool:
    """Whether an address may be opened from an answer: http, https or mailto, written in full.

    Not one with a name before the host (`https://bank.example@other.example`), which is there to
    be misread; not a relative one, which would lead into this program.
    """
    if len(address) > MOST_CHARACTERS_OF_ADDRESS or "\\" in address:
        return False
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return False
    if parts.scheme == "mailto":
        return not parts.netloc and MAILBOX.fullmatch(parts.path) is not None
    return parts.scheme in ("http", "https") and bool(host) and "@" not in parts.netloc
