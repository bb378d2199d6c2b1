"""Addresses and names of Azure's live sources as a setting may carry them."""

from __future__ import annotations

import ipaddress
import re
from typing import Final
from urllib.parse import urlsplit

AZURE_REGISTRIES: Final = (
    "azureml",
    "azureml-meta",
    "azureml-mistral",
    "azureml-cohere",
    "azureml-deepseek",
    "azureml-ai21",
    "azureml-stabilityai",
    "azureml-xai",
    "azureml-moonshotai",
    "azureml-blackforestlabs",
    "azureml-core42",
    "azureml-alibaba",
    "azureml-anthropic",
    "azureml-openai-oss",
    "azureml-fireworks",
    "azure-openai",
    "azure-mai",
    "HuggingFace",
)
"""Registries that Microsoft's documents name; whether each exists is not known."""

_REGISTRY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,62}")


def checked_address(value: str, *, takes_token: bool) -> str:
    """An address without a slash at its end.

    Args:
        value: scheme, host and perhaps a prefix.
        takes_token: a token is sent there, so plain http is for this machine only.

    Raises:
        ValueError: no such address; the message never repeats a password in it.
    """
    wanted = "expected https://HOST, with a prefix where there is one"
    text = value.strip()
    parts = urlsplit(text)
    try:
        _ = parts.port
    except ValueError:
        raise ValueError(f"{wanted}, found a port that is no number") from None
    if parts.username is not None or parts.password is not None:
        raise ValueError(f"{wanted}, found a user or a password in the address")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{wanted}, found {text!r}")
    if parts.query or parts.fragment:
        raise ValueError(f"{wanted}, found {text!r} with something after the path")
    if takes_token and parts.scheme == "http" and not is_loopback(text):
        raise ValueError(f"{wanted}, found plain http to another machine, where a token would go")
    return text.rstrip("/")


def is_loopback(url: str) -> bool:
    """Whether an address stays on this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def checked_registries(value: str) -> tuple[str, ...]:
    """The names of registries, each once, in order.

    Raises:
        ValueError: a name that no registry can have, or none at all.
    """
    names = [name.strip() for name in value.split(",") if name.strip()]
    wrong = [name for name in names if not _REGISTRY.fullmatch(name)]
    if wrong or not names:
        found = repr(wrong[0]) if wrong else "none"
        raise ValueError(f"expected names of registries with commas between them, found {found}")
    return tuple(dict.fromkeys(names))
