"""Where a URL leads: its origin (scheme, host, port), and whether an address is a public one."""

from __future__ import annotations

import ipaddress
import re
from typing import Final, NamedTuple
from urllib.parse import parse_qsl, quote, urlsplit, urlunsplit

_PLAIN = re.compile(r"[\x21-\x5b\x5d-\x7e]+")
"""Printable ASCII without blank and backslash: what every reader of URLs reads alike."""
_PORTS: Final = {"http": 80, "https": 443}
_LOCAL_NAMES: Final = ("localhost", "127.0.0.1", "::1")
_NEVER_PUBLIC: Final = tuple(
    ipaddress.ip_network(network)
    for network in (
        "168.63.129.16/32",  # the platform address of Azure's machines
        "192.0.0.0/24",  # protocol assignments
        "192.88.99.0/24",  # old 6to4 relays
        "::/96",  # from here on: IPv4 hidden in IPv6
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "2001::/32",
        "2002::/16",
        "fec0::/10",  # old site-local
    )
)
_SECRETS: Final = frozenset(
    {
        "access_token", "api-key", "api_key", "apikey", "assertion", "client_assertion",
        "client_secret", "code", "key", "password", "refresh_token", "secret", "sig", "signature",
        "subscription-key", "token",
    }
)  # fmt: skip
HIDDEN: Final = "***"


class Origin(NamedTuple):
    """Scheme, host in small letters, port."""

    scheme: str
    host: str
    port: int

    @property
    def is_loopback(self) -> bool:
        """Whether the host is this very machine, by a name that no resolver is asked for."""
        return self.host in _LOCAL_NAMES

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = _PORTS.get(self.scheme) == self.port
        return f"{self.scheme}://{host}" if usual else f"{self.scheme}://{host}:{self.port}"


def origin_of(url: str) -> Origin | None:
    """The origin of a URL; None for what is no plain http or https URL.

    A URL with user and password, a backslash, a blank or a letter outside ASCII is none: readers
    of URLs disagree about its host.
    """
    if not _PLAIN.fullmatch(url):
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not parts.hostname or "@" in parts.netloc:
        return None
    return Origin(parts.scheme, parts.hostname.rstrip("."), port or _PORTS[parts.scheme])


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet.

    Private, loopback and link-local addresses do not, however they are written.
    """
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    found = mapped or found
    hidden = any(found in network for network in _NEVER_PUBLIC if network.version == found.version)
    return found.is_global and not found.is_multicast and not hidden


def without_secrets(url: str) -> str:
    """A URL as it may be written down: no user, and ``***`` for the values of tokens and keys."""
    parts = urlsplit(url)
    query = "&".join(
        f"{quote(name, safe='$[]')}={HIDDEN if is_secret(name) else quote(value, safe='')}"
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
    )
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, query, ""))


def is_secret(name: str) -> bool:
    """Whether a value under this name (of a query, of a JSON object) is a secret."""
    return name.casefold() in _SECRETS


def place_of(url: str) -> str:
    """A URL for a message: without its query, which may hold a token or be very long."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
