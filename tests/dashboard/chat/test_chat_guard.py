"""The guard: what leaves this machine, and to where."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from dashboard.chat.addresses import Resolver, read_target
from dashboard.chat.client import open_client
from dashboard.chat.endpoints import Endpoint
from dashboard.chat.errors import ChatRefused
from dashboard.chat.events import Event
from dashboard.chat.guard import Guard
from dashboard.texts import load_texts
from tests.dashboard.chat.asking import HERE, KEY, NOON, answer_of, endpoint_at, failure_in, text_of
from tests.emulators.chat_faults import FaultServer, fault_server

PROXIES = ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")


class Resolving:
    """A resolver with answers in a row; `asked` lists the names."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.asked: list[str] = []
        self._answers = list(answers)

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked.append(host)
        return self._answers.pop(0)


async def through(endpoint: Endpoint, resolve: Resolver) -> list[Event]:
    """An answer whose names are looked up by this resolver."""
    async with open_client(endpoint, resolve=resolve) as client:
        return await answer_of(endpoint, client=client)


def test_a_name_is_looked_up_once_and_the_judged_address_is_called() -> None:
    """A second answer that leads elsewhere is never asked for; Host keeps the name."""
    resolve = Resolving(["127.0.0.1"], ["169.254.169.254"])

    async def ask() -> tuple[list[Event], FaultServer]:
        async with fault_server() as server:
            endpoint = endpoint_at(server.base("whole", host="gpu.example"))
            return await through(endpoint, resolve), server

    found, server = asyncio.run(ask())

    assert "Hello" == text_of(found)
    assert ["gpu.example"] == resolve.asked
    assert f"gpu.example:{server.port}" == server.seen[0].headers["host"]


def test_a_name_that_turns_bad_between_two_questions_is_refused_at_the_second() -> None:
    """Each request is judged, also on a client that stays open."""
    resolve = Resolving(["127.0.0.1"], ["127.0.0.1", "10.0.0.5"])

    async def ask() -> tuple[list[Event], list[Event], int]:
        async with fault_server() as server:
            endpoint = endpoint_at(server.base("whole", host="gpu.example"))
            async with open_client(endpoint, resolve=resolve) as client:
                first = await answer_of(endpoint, client=client)
                second = await answer_of(endpoint, client=client)
            return first, second, len(server.seen)

    first, second, requests = asyncio.run(ask())

    assert "Hello" == text_of(first)
    failed = failure_in(second)
    assert ("address_private", False, 1) == (failed.code, failed.partial_kept, requests)
    assert "gpu.example leads to 10.0.0.5" in failed.sentence(load_texts("en"))
    assert "gpu.exampleは私設ネットワーク内の10.0.0.5" in failed.sentence(load_texts("ja"))


def test_the_next_judged_address_is_tried_where_one_takes_no_connection() -> None:
    """`localhost` leads to ::1 and 127.0.0.1, and most servers listen on one of them."""

    async def ask() -> list[Event]:
        async with fault_server() as server:
            endpoint = endpoint_at(server.base("whole", host="localhost"))
            return await through(endpoint, Resolving(["::1", "127.0.0.1"]))

    assert "Hello" == text_of(asyncio.run(ask()))


@pytest.mark.parametrize("fault", ["302", "307"])
def test_a_redirect_is_followed_nowhere(fault: str) -> None:
    """Neither the question nor the key is sent a second time."""

    async def ask() -> tuple[list[Event], FaultServer]:
        async with fault_server() as server:
            return await answer_of(endpoint_at(server.base(fault))), server

    found, server = asyncio.run(ask())

    assert "redirected" == failure_in(found).code
    assert [f"/{fault}/chat/completions"] == [one.path for one in server.seen]


def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy would resolve the name by itself, behind the judge's back."""
    for name in PROXIES:
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    async def ask() -> list[Event]:
        async with fault_server() as server:
            return await answer_of(endpoint_at(server.base("whole")))

    assert "Hello" == text_of(asyncio.run(ask()))


def test_a_transport_serves_its_own_endpoint_only() -> None:
    """Another host, port or scheme is refused before any name is looked up."""
    target = read_target("https://gpu.example:8443/v1", HERE)
    resolve = Resolving()

    async def send(url: str) -> None:
        guard = Guard(target, HERE, resolve)
        async with httpx2.AsyncClient(transport=guard, trust_env=False, timeout=5) as client:
            await client.get(url)

    for url in ("https://other:8443/v1", "https://gpu.example/v1", "http://gpu.example:8443/v1"):
        with pytest.raises(ChatRefused) as caught:
            asyncio.run(send(url))
        assert "address_elsewhere" == caught.value.code
    assert [] == resolve.asked


def test_only_headers_that_a_question_needs_leave() -> None:
    """Nothing tells what program, system or version asks."""

    async def ask() -> FaultServer:
        async with fault_server() as server:
            await answer_of(endpoint_at(server.base("whole")))
            return server

    seen = asyncio.run(ask()).seen[0]

    known = {"accept", "accept-encoding", "authorization", "content-length"}
    assert known | {"content-type", "host", "user-agent"} == set(seen.headers)
    assert ("modelcost", f"Bearer {KEY}") == (
        seen.headers["user-agent"],
        seen.headers["authorization"],
    )


def test_an_endpoint_without_a_key_gets_no_authorization() -> None:
    async def ask() -> FaultServer:
        async with fault_server() as server:
            await answer_of(endpoint_at(server.base("whole"), auth="none", api_key=None))
            return server

    assert "authorization" not in asyncio.run(ask()).seen[0].headers


def test_the_certificate_is_checked_against_the_name_and_not_the_address(tmp_path: Path) -> None:
    """The server has a certificate for gpu.example; under another name it is not trusted."""
    server_tls, client_tls = certificate_for("gpu.example", tmp_path)

    async def ask(host: str, tls: ssl.SSLContext | None) -> list[Event]:
        names: list[str | None] = []
        server_tls.sni_callback = lambda _, name, __: names.append(name)
        async with fault_server(tls=server_tls) as server:
            url = server.base("whole", host=host).replace("http:", "https:")
            endpoint = replace(endpoint_at("http://127.0.0.1/v1"), target=read_target(url, HERE))
            client = open_client(endpoint, resolve=Resolving(["127.0.0.1"]), tls=tls)
            async with client:
                found = await answer_of(endpoint, client=client)
        assert [host] == names
        return found

    right = asyncio.run(ask("gpu.example", client_tls))
    wrong = asyncio.run(ask("other.example", client_tls))
    unknown = asyncio.run(ask("gpu.example", None))

    assert "Hello" == text_of(right)
    for found in (wrong, unknown):
        failed = failure_in(found)
        assert "not_secure" == failed.code
        assert "certificate" in failed.sentence(load_texts("en"))
        assert "証明書" in failed.sentence(load_texts("ja"))


def certificate_for(name: str, folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server with a certificate for this name, and a client that trusts nothing else."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOON - timedelta(days=9_000))
        .not_valid_after(NOON + timedelta(days=9_000))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "server.pem"
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(secret + certificate.public_bytes(pem))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file)
    return server, ssl.create_default_context(cafile=str(file))
