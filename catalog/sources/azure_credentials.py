"""Who signs in at Azure, and that a token never leaves this machine in the clear."""

from __future__ import annotations

from typing import Any, Protocol

from catalog.azure_addresses import is_loopback
from catalog.errors import SourceFailed


class Credential(Protocol):
    """Gives tokens: any credential of azure-identity, or :class:`StaticToken`."""

    def get_token(self, *scopes: str, **options: Any) -> Any:
        """A token for these scopes."""


class StaticToken:
    """One token that never changes, for an emulator on this machine."""

    def __init__(self, token: str) -> None:
        self._token = token

    def get_token(self, *scopes: str, **options: Any) -> Any:
        """The token, valid for an hour whenever it is asked for."""
        import time

        from azure.core.credentials import AccessToken

        del scopes, options
        return AccessToken(self._token, int(time.time()) + 3_600)


def refuse_open_token(base_url: str | None, credential: Credential) -> None:
    """Refuse to send a token where others could read it.

    Raises:
        SourceFailed: plain http to another machine, or a static token for one.
    """
    is_near = base_url is not None and is_loopback(base_url)
    if base_url is not None and not base_url.startswith("https://") and not is_near:
        raise SourceFailed(
            f"Expected an https address in place of Azure, found {base_url}: a token would go over "
            "the network in the clear. Plain http is for this machine only.",
            reason="insecure",
        )
    if isinstance(credential, StaticToken) and not is_near:
        raise SourceFailed(
            "Expected a credential that signs in, found a fixed token. A fixed token is for an "
            "emulator on this machine only.",
            reason="insecure",
        )


def credential_for(base_url: str, *, replayed: bool = False) -> Credential:
    """A fixed token for an emulator on this machine; nothing for a recording, which asks nobody;
    else however this machine is signed in at Azure (environment, managed identity, command line).

    Raises:
        SourceFailed: azure-identity is not installed.
    """
    if is_loopback(base_url):
        return StaticToken("emulator")
    if replayed:
        return _Recorded()
    from azure.identity import DefaultAzureCredential

    return DefaultAzureCredential(exclude_interactive_browser_credential=True)


class _Recorded:
    """The place of a credential where nothing is sent."""

    def get_token(self, *scopes: str, **options: Any) -> Any:
        """A token that nobody reads."""
        return StaticToken("recorded").get_token(*scopes, **options)
