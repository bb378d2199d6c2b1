"""The wire over TLS, with a certificate made on the spot, and by a proxy."""

from __future__ import annotations

import ipaddress
import json
import ssl
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from catalog.sources.live_wire import Hosts, LiveWire, SystemClock, Way
from tests.catalog.sources.run_of_sources import IN_TIME_SECONDS, failure, get, live_wire
from tests.emulators.clock import SetClock
from tests.emulators.loopback import Breakage, Loopback, Reply, Seen


class Echo(Loopback):
    """Answers with what it was asked."""

    def answer(self, request: Seen) -> Reply:
        return Reply(content={"path": request.path, "pad": "x" * 5000})


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 that nobody signed but itself, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "loopback")])
    start = datetime.now(UTC) - timedelta(days=1)
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    own_key = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=9))
        .add_extension(address, critical=False)
        .add_extension(own_key, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "loopback.pem"
    plain = serialization.NoEncryption()
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    )
    return path


def _secure_echo(certificate: Path) -> Echo:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return Echo(tls=context)


def test_a_certificate_that_nobody_vouches_for_is_refused(certificate: Path) -> None:
    with _secure_echo(certificate) as echo, live_wire(echo.base) as wire:
        failed = failure(partial(wire.send, get(echo.base), timeout_seconds=IN_TIME_SECONDS))

    assert "untrusted" == failed.reason
    assert [] == echo.seen


def test_a_certificate_that_the_operator_trusts_is_taken(certificate: Path) -> None:
    way = Way(ca_file=str(certificate))
    with _secure_echo(certificate) as echo, live_wire(echo.base, way=way) as wire:
        found = wire.send(get(f"{echo.base}/a"), timeout_seconds=IN_TIME_SECONDS)

    assert "/a" == json.loads(found.body)["path"]


@pytest.mark.parametrize("breakage", ["drip_header", "drip_body", "silent"])
def test_no_way_of_dripping_holds_a_secure_connection_either(
    certificate: Path, breakage: Breakage
) -> None:
    way = Way(ca_file=str(certificate))
    with (
        _secure_echo(certificate) as echo,
        live_wire(echo.base, way=way, clock=SystemClock()) as wire,
    ):
        echo.fail(Reply(content={"a": "b" * 5000}, breakage=breakage))
        failed = failure(partial(wire.send, get(echo.base), timeout_seconds=0.3))
        after = wire.send(get(echo.base), timeout_seconds=IN_TIME_SECONDS)

    assert "timeout" == failed.reason
    assert 200 == after.status


def test_a_proxy_that_was_named_gets_the_requests() -> None:
    hosts = Hosts(configured=("http://127.0.0.1:9",))
    with Echo() as proxy:
        way = Way(proxy=proxy.base)
        with LiveWire(hosts, clock=SetClock(), way=way) as wire:
            found = wire.send(get("http://127.0.0.1:9/a"), timeout_seconds=IN_TIME_SECONDS)

    assert "http://127.0.0.1:9/a" == json.loads(found.body)["path"]
