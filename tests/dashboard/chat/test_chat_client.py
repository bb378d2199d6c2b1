"""The client: no secret of the environment leaves, and none of ours is shown."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import traceback
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote

import pytest

from dashboard.chat import client as client_room
from dashboard.chat.client import entra_sign_in, open_client, shared_sign_in
from dashboard.chat.endpoints import Endpoint, Reason
from dashboard.chat.errors import ChatRefused
from dashboard.chat.events import Event
from dashboard.chat.guard import KeyGiver
from dashboard.chat.parameters import Parameters
from dashboard.texts import load_texts
from tests.dashboard.chat.asking import (
    KEY,
    answer_of,
    end_of,
    endpoint_at,
    failure_in,
    text_of,
)
from tests.emulators.chat_faults import FaultServer, fault_server
from tests.emulators.loopback import Loopback, Reply, Seen

CANARIES: Mapping[str, str] = {
    "OPENAI_API_KEY": "canary-of-environment-key",
    "OPENAI_ADMIN_KEY": "canary-of-environment-admin",
    "OPENAI_ORG_ID": "canary-of-environment-organization",
    "OPENAI_PROJECT_ID": "canary-of-environment-project",
    "OPENAI_WEBHOOK_SECRET": "canary-of-environment-webhook",
    "OPENAI_BASE_URL": "http://127.0.0.1:9/canary-of-environment",
    "OPENAI_CUSTOM_HEADERS": (
        "X-Canary: canary-of-environment-header\nAuthorization: Bearer canary-of-environment\n"
        "Cookie: canary-of-environment\nHost: canary-of-environment\nX-é: canary-of-environment\n"
        "Content-Type: canary-of-environment\nContent-Length: 1\nX Y: canary-of-environment"
    ),
    "AZURE_OPENAI_API_KEY": "canary-of-environment-azure",
    "AZURE_OPENAI_AD_TOKEN": "canary-of-environment-token",
    "HF_TOKEN": "canary-of-environment-hub",
}


def answered(
    fault: str, sign_in: KeyGiver | None = None, **changed: object
) -> tuple[list[Event], FaultServer]:
    """An answer, and the server that gave it."""

    async def ask() -> tuple[list[Event], FaultServer]:
        async with fault_server() as server:
            endpoint = endpoint_at(server.base(fault), **changed)
            async with open_client(endpoint, sign_in=sign_in) as client:
                return await answer_of(endpoint, client=client), server

    return asyncio.run(ask())


@pytest.mark.parametrize("auth", ["key", "none"])
def test_nothing_of_the_environment_is_ever_sent(
    monkeypatch: pytest.MonkeyPatch, auth: str
) -> None:
    """The stock client sends all of these to whatever address it is given."""
    for name, value in CANARIES.items():
        monkeypatch.setenv(name, value)

    found, server = answered("whole", auth=auth)

    assert "Hello" == text_of(found)
    seen = server.seen[0]
    assert "canary-of-environment" not in f"{seen.headers} {seen.body} {seen.path}"
    assert {"key": f"Bearer {KEY}", "none": None}[auth] == seen.headers.get("authorization")
    assert f"127.0.0.1:{server.port}" == seen.headers["host"]


def test_the_key_is_in_no_log_no_client_and_no_traceback(caplog: pytest.LogCaptureFixture) -> None:
    """At the most talkative level of every package, whether the answer fails or not."""
    with caplog.at_level(logging.DEBUG):
        found = [answered(fault)[0] for fault in ("whole", "401", "cut", "302", "no-json")]

    async def look() -> str:
        async with open_client(endpoint_at("http://127.0.0.1:9/v1")) as client:
            return f"{client!r} {vars(client)!r} {client.default_headers!r}"

    assert len(caplog.records) > 20
    for words in (caplog.text, repr(found), asyncio.run(look())):
        assert KEY not in words


def test_an_error_inside_shows_no_key_in_its_traceback() -> None:
    """Even where locals are printed: the key is a SecretStr until it is a header."""

    async def breaks() -> str | None:
        raise ZeroDivisionError

    async def ask() -> str:
        endpoint = endpoint_at("http://127.0.0.1:9/v1", auth="entra_id")
        async with open_client(endpoint, sign_in=breaks) as client:
            try:
                await answer_of(endpoint, client=client)
            except ZeroDivisionError as error:
                whole = traceback.TracebackException.from_exception(error, capture_locals=True)
                return "".join(whole.format())
        return ""

    said = asyncio.run(ask())

    assert "ZeroDivisionError" in said
    assert KEY not in said


def test_a_token_is_asked_for_before_each_question() -> None:
    """Tokens run out; the one before is never sent again."""
    given: list[str] = []

    async def sign_in() -> str | None:
        given.append(f"token-{len(given) + 1}")
        return given[-1]

    async def ask() -> list[str | None]:
        async with fault_server() as server:
            endpoint = endpoint_at(server.base("whole"), auth="entra_id", api_key=None)
            async with open_client(endpoint, sign_in=sign_in) as client:
                for _ in range(2):
                    end_of(await answer_of(endpoint, client=client))
            return [one.headers.get("authorization") for one in server.seen]

    assert ["Bearer token-1", "Bearer token-2"] == asyncio.run(ask())


def test_a_failed_sign_in_is_a_failure_and_nothing_is_sent() -> None:
    async def refuses() -> str | None:
        raise ChatRefused("endpoint_sign_in")

    found, server = answered("whole", refuses, auth="entra_id", api_key=None)

    failed = failure_in(found)
    assert ("endpoint_sign_in", []) == (failed.code, server.seen)
    assert "Nobody is signed in at Azure" in failed.sentence(load_texts("en"))
    assert "サインインしていない" in failed.sentence(load_texts("ja"))


def test_signing_in_at_azure_without_any_identity_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The real package, on a machine with nothing to sign in with and no network."""
    for name in [name for name in os.environ if name.startswith(("AZURE_", "IDENTITY_", "MSI_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("AZURE_TOKEN_CREDENTIALS", "EnvironmentCredential")

    with pytest.raises(ChatRefused) as caught:
        asyncio.run(_token(entra_sign_in()))

    assert "endpoint_sign_in" == caught.value.code


async def _token(give: KeyGiver) -> str | None:
    return await give()


def test_an_endpoint_that_is_not_ready_is_refused_before_anything_is_sent() -> None:
    reason = Reason(code="endpoint_no_key", facts={"variable": "MY_KEY"})
    endpoint = endpoint_at("http://127.0.0.1:9/v1", api_key=None, not_ready=reason)

    failed = failure_in(asyncio.run(answer_of(endpoint)))

    assert "MY_KEY is not set" in failed.sentence(load_texts("en"))
    with pytest.raises(ChatRefused):
        open_client(endpoint)


def test_azure_is_not_imported_until_somebody_signs_in() -> None:
    """The package is named in text only, so the first page never waits for it."""
    source = str(client_room.__file__)

    assert callable(entra_sign_in())
    assert "import azure" not in Path(source).read_text("utf-8")


@pytest.mark.parametrize("fault", ["whole", "401", "cut", "page"])
def test_no_connection_is_left_open(fault: str) -> None:
    """A connection that is forgotten says so in a warning, which is an error here."""

    async def ask() -> None:
        async with fault_server() as server:
            for _ in range(3):
                await answer_of(endpoint_at(server.base(fault)), parameters=Parameters(seed=1))

    asyncio.run(ask())
    gc.collect()


def test_an_endpoint_shows_no_key() -> None:
    endpoint: Endpoint = endpoint_at("http://127.0.0.1:9/v1")

    assert KEY not in f"{endpoint!r} {endpoint} {endpoint.described(load_texts('en'))}"


class Identity(Loopback):
    """Plays the managed identity of an Azure App Service: tokens for who knows its header."""

    def answer(self, request: Seen) -> Reply:
        token = {"access_token": "token-of-azure", "expires_on": "4102444800"}
        return Reply(content={**token, "token_type": "Bearer", "resource": "https://ai.azure.com"})


def test_a_managed_identity_signs_in_for_azure_ai_and_its_token_is_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The real package of Azure; asked once for two questions, and for the scope of Azure AI."""
    with Identity() as identity:
        monkeypatch.setenv("IDENTITY_ENDPOINT", f"{identity.base}/msi/token")
        monkeypatch.setenv("IDENTITY_HEADER", "secret-of-the-service")
        monkeypatch.setenv("AZURE_TOKEN_CREDENTIALS", "ManagedIdentityCredential")
        shared_sign_in.cache_clear()

        async def ask() -> list[str | None]:
            async with fault_server() as server:
                endpoint = endpoint_at(server.base("whole"), auth="entra_id", api_key=None)
                for _ in range(2):
                    end_of(await answer_of(endpoint))
                return [one.headers.get("authorization") for one in server.seen]

        assert ["Bearer token-of-azure"] * 2 == asyncio.run(ask())
        shared_sign_in.cache_clear()
        assert 1 == len(identity.seen)
        assert unquote(identity.seen[0].path).endswith("resource=https://ai.azure.com")
