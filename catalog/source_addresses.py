"""Where the live sources of the Hub and of price lists are, and what may be set in their place."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

HUGGINGFACE_URL: Final = "https://huggingface.co"
ROUTER_URL: Final = "https://router.huggingface.co"
LITELLM_URL: Final = (
    "https://raw.githubusercontent.com/BerriAI/litellm/main/model_prices_and_context_window.json"
)
ECB_URL: Final = "https://www.ecb.europa.eu/stats/eurofxref/eurofxref-daily.xml"

_THIS_MACHINE: Final = ("localhost", "127.0.0.1", "::1")
_PLAIN: Final = re.compile(r"[\x21-\x5b\x5d-\x7e]+")
_TOKEN: Final = re.compile(r"[\x21-\x7e]+")


def checked_source_url(value: str) -> str:
    """The address of a source in one form, without a slash at its end.

    Raises:
        ValueError: what cannot be such an address. The message never repeats the value, which may
            hold a password.
    """
    wanted = "expected https://HOST or https://HOST/PREFIX"
    text = value.strip().rstrip("/")
    try:
        parts = urlsplit(text)
        port_is_right = parts.port is None or parts.port > 0
    except ValueError:
        raise ValueError(f"{wanted}, found text that is no URL") from None
    if not _PLAIN.fullmatch(text) or not parts.hostname or not port_is_right:
        raise ValueError(f"{wanted}, found text that is no URL")
    if parts.scheme not in ("http", "https"):
        raise ValueError(f"{wanted}, found the scheme {parts.scheme!r}")
    if parts.scheme == "http" and parts.hostname not in _THIS_MACHINE:
        raise ValueError(f"{wanted}, found http, which only this machine may use")
    if "@" in parts.netloc:
        raise ValueError(f"{wanted}, found a user or password in it")
    if "?" in text or "#" in text:
        raise ValueError(f"{wanted}, found a query or a mark after it")
    return text


def checked_token(value: str) -> str:
    """A token as a header can carry it.

    Raises:
        ValueError: it holds blanks or other letters; the message never repeats it.
    """
    text = value.strip()
    if not _TOKEN.fullmatch(text):
        raise ValueError("expected a token of plain letters without blanks, found other text")
    return text
