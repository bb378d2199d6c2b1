"""Which addresses an endpoint may have: the judge between our server and what only it can reach.

A model endpoint is an address that our server calls. Whoever may choose it could make the server
call the network around it: the metadata service of the cloud that hands out keys, a database, the
server itself. So an address is judged twice: as it is written, and as what its name leads to.
"""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias
from urllib.parse import urlsplit

from dashboard.chat.errors import ChatRefused

Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolver: TypeAlias = Callable[[str, int], Awaitable[Sequence[str]]]
"""Addresses of a name and port, in the order to try them. Raises OSError where there are none."""

RESOLVE_SECONDS: Final = 10
LONGEST_URL: Final = 500
LONGEST_HOST: Final = 253

_PLAIN = re.compile(r"[A-Za-z0-9\[\]:/?#@!$&'()*+,;=._~-]+")
_PLACE = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\[\]:]+)(:\d{1,5})?", re.ASCII)
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")


def _networks(*texts: str) -> tuple[Network, ...]:
    return tuple(ipaddress.ip_network(text) for text in texts)


PRIVATE: Final = _networks(
    "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8",
    "::1/128", "fc00::/7",
)  # fmt: skip
"""What an operator may open: networks of one's own, and this machine."""

METADATA: Final = _networks(
    "169.254.0.0/16", "fe80::/10",  # link-local: Azure, AWS, Google Cloud and most others
    "168.63.129.16/32",  # the platform of Azure
    "100.100.100.200/32",  # Alibaba Cloud
    "192.0.0.192/32",  # Oracle Cloud
    "fd00:ec2::/32", "fd20:ce::/32",  # AWS, Google Cloud
    "fd00:c1::/32", "fd00:42::/32",  # Oracle Cloud, Scaleway
)  # fmt: skip
"""Services of clouds that give keys to whoever asks. Nobody may open these."""

_HIDING: Final = _networks(
    "::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48",
    "2002::/16", "2001::/32",
)  # fmt: skip
_PUBLIC_IPV6: Final = ipaddress.ip_network("2000::/3")
_DENIED: Final = _networks(
    "192.0.0.0/24", "192.88.99.0/24", "2001::/23", "2001:db8::/32", "3fff::/20",
)  # fmt: skip
"""Not for hosts, though `ipaddress` of some Python versions calls them global."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """Where an endpoint is: its address as it is written, taken apart."""

    scheme: Literal["http", "https"]
    host: str
    port: int
    path: str

    @property
    def url(self) -> str:
        """The address in one form, without a slash at its end."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == _PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}{self.path}"


_PORTS: Final = {"http": 80, "https": 443}


def read_target(text: str, allowed: Sequence[Network]) -> Target:
    """An address as it is written, judged as far as that goes: no name is looked up.

    Args:
        text: scheme, host, perhaps a port and a path.
        allowed: private networks that the operator opened.

    Raises:
        ChatRefused: `address_...`. What may hold a password is never repeated.
    """
    written = text.strip()
    if len(written) > LONGEST_URL or not _PLAIN.fullmatch(written):
        raise ChatRefused("address_form")
    try:
        parts = urlsplit(written)
        port = parts.port
    except ValueError:
        raise ChatRefused("address_form") from None
    if "@" in parts.netloc:
        raise ChatRefused("address_user")
    if "?" in written or "#" in written:
        raise ChatRefused("address_query")
    if parts.scheme not in ("http", "https"):
        raise ChatRefused("address_scheme", scheme=parts.scheme or "-")
    if not _PLACE.fullmatch(parts.netloc) or not parts.hostname:
        raise ChatRefused("address_form")
    if port == 0 or ".." in parts.path:
        raise ChatRefused("address_form")
    scheme: Literal["http", "https"] = "https" if parts.scheme == "https" else "http"
    host = _checked_host(parts.hostname)
    path = parts.path.rstrip("/")
    target = Target(scheme=scheme, host=host, port=port or _PORTS[scheme], path=path)
    if _is_number(host):
        judge(host, allowed, host=host)
        _require_cover(target, host)
    elif scheme == "http" and not allowed:
        raise ChatRefused("address_open", host=host)
    return target


async def judged_addresses(
    target: Target, allowed: Sequence[Network], resolve: Resolver
) -> tuple[str, ...]:
    """What the host leads to, every address of it judged; these and no others may be called.

    Raises:
        ChatRefused: `address_...`; a single address that may not be called is enough.
    """
    if _is_number(target.host):
        found: Sequence[str] = (target.host,)
    else:
        try:
            async with asyncio.timeout(RESOLVE_SECONDS):
                found = await resolve(target.host, target.port)
        except (OSError, UnicodeError):
            raise ChatRefused("address_unknown", host=target.host) from None
    addresses = tuple(dict.fromkeys(found))
    if not addresses:
        raise ChatRefused("address_unknown", host=target.host)
    for address in addresses:
        judge(address, allowed, host=target.host)
        _require_cover(target, address)
    return addresses


async def system_resolver(host: str, port: int) -> Sequence[str]:
    """Addresses by the resolver of this machine."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(one[4][0]) for one in found]


def judge(address: str, allowed: Sequence[Network], *, host: str = "") -> None:
    """Whether a connection to this address is permitted.

    Args:
        address: IPv4 or IPv6, as a resolver gives it.
        allowed: networks that the operator opened; they open no more than private addresses.
        host: the name that led to it, for the sentence.

    Raises:
        ChatRefused: it is not.
    """
    facts = {"host": host or address, "address": address}
    if "%" in address:
        raise ChatRefused("address_zone", **facts)
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        raise ChatRefused("address_form") from None
    if _within(found, METADATA):
        raise ChatRefused("address_metadata", **facts)
    if _within(found, PRIVATE):
        if not _within(found, allowed):
            code = "address_here" if found.is_loopback else "address_private"
            raise ChatRefused(code, **facts)
        return
    if _hides_another(found):
        raise ChatRefused("address_hidden", **facts)
    outside = found.version == 6 and found not in _PUBLIC_IPV6
    if outside or not found.is_global or found.is_multicast or _within(found, _DENIED):
        raise ChatRefused("address_special", **facts)


def is_private(network: Network) -> bool:
    """Whether all of a network lies in one that an operator may open."""
    return any(
        network.version == whole.version
        and int(whole.network_address) <= int(network.network_address)
        and int(network.broadcast_address) <= int(whole.broadcast_address)
        for whole in PRIVATE
    )


def _within(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address, networks: Sequence[Network]
) -> bool:
    return any(address in one for one in networks if one.version == address.version)


def _hides_another(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """IPv6 that leads to an IPv4 address inside it: mapped, 6to4, Teredo, NAT64, ISATAP."""
    if address.version == 4:
        return False
    is_isatap = (int(address) >> 32) & 0xFCFFFFFF == 0x00005EFE
    return is_isatap or _within(address, _HIDING)


def _require_cover(target: Target, address: str) -> None:
    """Plain http, which others can read, is for private networks only."""
    if target.scheme == "http" and not _within(ipaddress.ip_address(address), PRIVATE):
        raise ChatRefused("address_open", host=target.host)


def _checked_host(host: str) -> str:
    """A name or a number in the one form that every program reads alike."""
    if ":" in host:
        try:
            return str(ipaddress.IPv6Address(host))
        except ValueError:
            raise ChatRefused("address_form") from None
    labels = host.split(".")
    if len(host) > LONGEST_HOST or not all(_LABEL.fullmatch(label) for label in labels):
        raise ChatRefused("address_host", host=host)
    if _NUMBER.fullmatch(labels[-1]) and not _is_number(host):
        raise ChatRefused("address_number", host=host)
    return host


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
