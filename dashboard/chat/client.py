"""One client for every service that speaks the chat completions of OpenAI.

The client of the `openai` package reads `OPENAI_...` variables: without an argument it sends the
operator's key, organization, project and headers of its own to whatever address it was given.
Every argument is passed here, its headers are ours, the key it knows is a mark that is replaced on
the way out (`guard.GivenKey`), and no header leaves that is not on a list (`guard.Guard`).
"""

from __future__ import annotations

import asyncio
import functools
import importlib
import ssl
from typing import Any, Final

import httpx2
from openai import AsyncOpenAI, Omit

from dashboard.chat.addresses import Resolver, system_resolver
from dashboard.chat.endpoints import Endpoint
from dashboard.chat.errors import ChatRefused
from dashboard.chat.guard import GivenKey, Guard, KeyGiver

NO_KEY: Final = "replaced-on-the-way-out"
AZURE_SCOPE: Final = "https://ai.azure.com/.default"
CONNECT_SECONDS: Final = 10.0
SILENCE_SECONDS: Final = 120.0
"""The longest wait for the next byte; the first token of a long prompt can take that long."""


def open_client(
    endpoint: Endpoint,
    *,
    sign_in: KeyGiver | None = None,
    resolve: Resolver = system_resolver,
    silence_seconds: float = SILENCE_SECONDS,
    tls: ssl.SSLContext | None = None,
) -> AsyncOpenAI:
    """A client of one endpoint; the caller closes it.

    Args:
        endpoint: a ready one.
        sign_in: who gives the token of Entra ID, asked before each request; if left out, however
            this machine is signed in at Azure.
        resolve: who looks names up.
        silence_seconds: longest wait for the next byte.
        tls: certificates to trust; those of this machine if left out.

    Raises:
        ChatRefused: the endpoint is not ready.
    """
    if endpoint.not_ready is not None:
        raise ChatRefused(endpoint.not_ready.code, **endpoint.not_ready.facts)
    timeout = httpx2.Timeout(silence_seconds, connect=min(CONNECT_SECONDS, silence_seconds))
    http = httpx2.AsyncClient(
        transport=Guard(endpoint.target, endpoint.allowed, resolve, tls=tls),
        auth=GivenKey(_key_giver(endpoint, sign_in)),
        follow_redirects=False,
        trust_env=False,
        timeout=timeout,
    )
    return _Client(
        api_key=NO_KEY,
        admin_api_key="",
        organization="",
        project="",
        webhook_secret="",
        base_url=endpoint.target.url,
        websocket_base_url=endpoint.target.url,
        timeout=timeout,
        max_retries=0,
        default_headers={},
        default_query={},
        http_client=http,
    )


class _Client(AsyncOpenAI):
    """Without the headers of `OPENAI_CUSTOM_HEADERS`, which no argument turns off."""

    @property
    def default_headers(self) -> dict[str, str | Omit]:
        """What the client asks for before it sends anything; replaced on the way out."""
        return {"Authorization": NO_KEY}


def _key_giver(endpoint: Endpoint, sign_in: KeyGiver | None) -> KeyGiver:
    if endpoint.auth == "entra_id":
        return sign_in if sign_in is not None else shared_sign_in()
    key = endpoint.api_key if endpoint.auth == "key" else None

    async def give() -> str | None:
        return None if key is None else key.get_secret_value()

    return give


@functools.cache
def shared_sign_in(scope: str = AZURE_SCOPE) -> KeyGiver:
    """One sign-in at Azure for the whole process, so that a token serves many answers."""
    return entra_sign_in(scope)


def entra_sign_in(scope: str = AZURE_SCOPE) -> KeyGiver:
    """Tokens of Entra ID, however this machine is signed in at Azure; kept until they run out.

    scope: what the tokens are to open.

    `azure-identity` is slow to import and needed by few, so it is loaded by name at the first
    request, in a thread, as is the sign-in itself.
    """
    provider: list[Any] = []

    def token() -> str:
        identity = importlib.import_module("azure.identity")
        failed = importlib.import_module("azure.core.exceptions").AzureError
        try:
            if not provider:
                credential = identity.DefaultAzureCredential(
                    exclude_interactive_browser_credential=True
                )
                provider.append(identity.get_bearer_token_provider(credential, scope))
            return str(provider[0]())
        except failed:
            raise ChatRefused("endpoint_sign_in") from None

    async def give() -> str | None:
        return await asyncio.to_thread(token)

    return give
