"""The judge of addresses: ways to make our server call what only it can reach, none of which pass.

Each form is written, or is what a name leads to; the resolver is an argument.
"""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.chat.addresses import (
    Network,
    Resolver,
    judge,
    judged_addresses,
    read_target,
    system_resolver,
)
from dashboard.chat.errors import ChatRefused
from dashboard.texts import load_texts

OFFICE: tuple[Network, ...] = (ipaddress.ip_network("10.20.0.0/16"),)
PUBLIC = "93.184.216.34"
PUBLIC_IPV6 = "2606:2800:220:1:248:1893:25c8:1946"

WRITTEN = [
    # Other spellings of 127.0.0.1 and 169.254.169.254.
    ("https://2130706433/v1", "address_number"),
    ("https://0x7f000001/v1", "address_number"),
    ("https://0x7f.1/v1", "address_number"),
    ("https://0x7f.0x0.0x0.0x1/v1", "address_number"),
    ("https://017700000001/v1", "address_number"),
    ("https://0177.0.0.1/v1", "address_number"),
    ("https://0177.0.0.01/v1", "address_number"),
    ("https://127.1/v1", "address_number"),
    ("https://127.0.1/v1", "address_number"),
    ("https://127.0.0.1.1/v1", "address_number"),
    ("https://256.0.0.1/v1", "address_number"),
    ("https://0/v1", "address_number"),
    ("https://2852039166/v1", "address_number"),
    ("https://0xa9fea9fe/v1", "address_number"),
    ("https://0xa9.0xfe.43518/v1", "address_number"),
    ("https://name.0x7f/v1", "address_number"),
    # Plain ones.
    ("https://127.0.0.1/v1", "address_here"),
    ("https://127.255.255.254/v1", "address_here"),
    ("https://[::1]/v1", "address_here"),
    ("https://[0:0:0:0:0:0:0:1]/v1", "address_here"),
    ("http://127.0.0.1:11434/v1", "address_here"),
    ("https://0.0.0.0/v1", "address_special"),
    ("https://[::]/v1", "address_hidden"),
    ("https://10.0.0.1/v1", "address_private"),
    ("https://172.31.255.255/v1", "address_private"),
    ("https://192.168.0.1/v1", "address_private"),
    ("https://100.64.0.1/v1", "address_private"),
    ("https://[fc00::1]/v1", "address_private"),
    ("https://[fec0::1]/v1", "address_special"),
    ("https://224.0.0.1/v1", "address_special"),
    ("https://[ff02::1]/v1", "address_special"),
    ("https://[ff0e::1]/v1", "address_special"),
    ("https://240.0.0.1/v1", "address_special"),
    ("https://255.255.255.255/v1", "address_special"),
    ("https://192.0.0.10/v1", "address_special"),
    ("https://192.88.99.1/v1", "address_special"),
    ("https://198.18.0.1/v1", "address_special"),
    ("https://203.0.113.5/v1", "address_special"),
    ("https://[2001:db8::1]/v1", "address_special"),
    ("https://[3fff::1]/v1", "address_special"),
    ("https://[100::1]/v1", "address_special"),
    ("https://[5f00::1]/v1", "address_special"),
    # Metadata services of clouds.
    ("https://169.254.169.254/v1", "address_metadata"),
    ("https://169.254.170.2/v1", "address_metadata"),
    ("https://168.63.129.16/v1", "address_metadata"),
    ("https://100.100.100.200/v1", "address_metadata"),
    ("https://192.0.0.192/v1", "address_metadata"),
    ("https://[fd00:ec2::254]/v1", "address_metadata"),
    ("https://[fd20:ce::254]/v1", "address_metadata"),
    ("https://[fe80::1]/v1", "address_metadata"),
    # IPv4 hidden in IPv6: mapped, compatible, translated, 6to4, Teredo, NAT64, ISATAP.
    ("https://[::ffff:127.0.0.1]/v1", "address_hidden"),
    ("https://[::ffff:7f00:1]/v1", "address_hidden"),
    ("https://[::ffff:a9fe:a9fe]/v1", "address_hidden"),
    ("https://[::ffff:10.20.0.1]/v1", "address_hidden"),
    ("https://[::127.0.0.1]/v1", "address_hidden"),
    ("https://[::ffff:0:127.0.0.1]/v1", "address_hidden"),
    ("https://[2002:7f00:1::]/v1", "address_hidden"),
    ("https://[2002:a9fe:a9fe::1]/v1", "address_hidden"),
    ("https://[2001:0:4136:e378:8000:63bf:80ff:fffe]/v1", "address_hidden"),
    ("https://[64:ff9b::7f00:1]/v1", "address_hidden"),
    ("https://[64:ff9b::169.254.169.254]/v1", "address_hidden"),
    ("https://[64:ff9b:1::1]/v1", "address_hidden"),
    ("https://[2606:2800::5efe:7f00:1]/v1", "address_hidden"),
    ("https://[2606:2800::200:5efe:a9fe:a9fe]/v1", "address_hidden"),
    # Zones.
    ("https://[fe80::1%25eth0]/v1", "address_form"),
    ("https://[fe80::1%eth0]/v1", "address_form"),
    ("https://[::1%25lo]/v1", "address_form"),
    # Users, and where one program sees another host than the next.
    ("https://api.example.com@127.0.0.1/v1", "address_user"),
    ("https://api.example.com:443@127.0.0.1/v1", "address_user"),
    ("https://127.0.0.1@api.example.com/v1", "address_user"),
    ("https://api.example.com&@127.0.0.1#@x/v1", "address_user"),
    ("https://@127.0.0.1/v1", "address_user"),
    ("https://127.0.0.1\\@api.example.com/v1", "address_form"),
    ("https://127.0.0.1\\.api.example.com/v1", "address_form"),
    ("https://127.0.0.1#.api.example.com/v1", "address_query"),
    ("https://127.0.0.1?.api.example.com/v1", "address_query"),
    ("https://api.example.com/v1?next=http://127.0.0.1", "address_query"),
    ("https://127.0.0.1;.api.example.com/v1", "address_host"),
    ("https://api.example.com/v1/../../admin", "address_form"),
    ("https://api.example.com:0/v1", "address_form"),
    ("https://api.example.com:99999/v1", "address_form"),
    ("https://api.example.com:/v1", "address_form"),
    ("https://api.example.com:80:80/v1", "address_form"),
    ("https://[::1/v1", "address_form"),
    ("https://[1:2]/v1", "address_form"),
    ("https://[::1]x/v1", "address_form"),
    ("https://x[::1]/v1", "address_form"),
    ("https://[::1]:443x/v1", "address_form"),
    ("https://[::1][::2]/v1", "address_form"),
    ("https://[]/v1", "address_form"),
    ("https://[v1.x]/v1", "address_form"),
    ("https:///v1", "address_form"),
    ("https:127.0.0.1/v1", "address_form"),
    # Letters that become other letters: dots, digits, blanks, encodings.
    ("https://127。0。0。1/v1", "address_form"),
    ("https://127\uff0e0\uff0e0\uff0e1/v1", "address_form"),
    ("https://127\uff610\uff610\uff611/v1", "address_form"),
    ("https://\uff11\uff12\uff17.0.0.1/v1", "address_form"),
    ("https://①②⑦.⓪.⓪.①/v1", "address_form"),
    ("https://ⓛocalhost/v1", "address_form"),
    ("https://locälhost/v1", "address_form"),
    ("https://%31%32%37.0.0.1/v1", "address_form"),
    ("https://127.0.0.1%00.api.example.com/v1", "address_form"),
    ("https://127.0.0.1%2f@api.example.com/v1", "address_form"),
    ("https://127.0.0.1\t/v1", "address_form"),
    ("https://127.0.0.1\n.api.example.com/v1", "address_form"),
    ("https://127.0.0.1 .api.example.com/v1", "address_form"),
    ("https://api.example.com/v1\r\nHost: x", "address_form"),
    ("https://local\u00adhost/v1", "address_form"),
    ("https://127.0.0.1./v1", "address_host"),
    ("https://localhost./v1", "address_host"),
    ("https://api..example.com/v1", "address_host"),
    ("https://-api.example.com/v1", "address_host"),
    (f"https://{'a' * 64}.example.com/v1", "address_host"),
    (f"https://{'a.' * 130}com/v1", "address_host"),
    (f"https://api.example.com/{'v' * 500}", "address_form"),
    # Other schemes.
    ("file:///etc/passwd", "address_scheme"),
    ("gopher://127.0.0.1:6379/_FLUSHALL", "address_scheme"),
    ("ftp://127.0.0.1/v1", "address_scheme"),
    ("dict://127.0.0.1:11211/stat", "address_scheme"),
    ("unix:/var/run/docker.sock", "address_scheme"),
    ("ws://127.0.0.1/v1", "address_scheme"),
    ("jar:https://api.example.com!/v1", "address_scheme"),
    ("data:text/plain,x", "address_scheme"),
    ("//127.0.0.1/v1", "address_scheme"),
    ("127.0.0.1/v1", "address_scheme"),
    ("localhost:8000/v1", "address_scheme"),
    ("", "address_form"),
    # Plain http to the world.
    ("http://api.example.com/v1", "address_open"),
    (f"http://{PUBLIC}/v1", "address_open"),
    (f"http://[{PUBLIC_IPV6}]/v1", "address_open"),
]

RESOLVED = [
    # A name and what it leads to; one address that may not be called is enough.
    ("https://localhost/v1", ["127.0.0.1"], "address_here"),
    ("https://LOCALHOST/v1", ["::1", "127.0.0.1"], "address_here"),
    ("https://a.localhost/v1", ["::1"], "address_here"),
    ("https://localhost.localdomain/v1", ["127.0.0.1"], "address_here"),
    ("https://ip6-localhost/v1", ["::1"], "address_here"),
    ("https://127.0.0.1.nip.io/v1", ["127.0.0.1"], "address_here"),
    ("https://metadata.google.internal/v1", ["169.254.169.254"], "address_metadata"),
    ("https://instance-data/v1", ["169.254.169.254"], "address_metadata"),
    ("https://wire.example.com/v1", ["168.63.129.16"], "address_metadata"),
    ("https://db.example.com/v1", ["10.0.0.5"], "address_private"),
    ("https://mixed.example.com/v1", [PUBLIC, "10.0.0.5"], "address_private"),
    ("https://mixed.example.com/v1", [PUBLIC_IPV6, PUBLIC, "127.0.0.1"], "address_here"),
    ("https://mixed.example.com/v1", ["10.20.0.5", "10.0.0.5"], "address_private"),
    ("https://mapped.example.com/v1", ["::ffff:10.20.0.5"], "address_hidden"),
    ("https://nat64.example.com/v1", ["64:ff9b::7f00:1"], "address_hidden"),
    ("https://zone.example.com/v1", ["fe80::1%eth0"], "address_zone"),
    ("https://odd.example.com/v1", ["nonsense"], "address_form"),
    ("https://odd.example.com/v1", ["0177.0.0.1"], "address_form"),
    ("https://gone.example.com/v1", [], "address_unknown"),
    ("http://open.example.com/v1", [PUBLIC], "address_open"),
    ("http://open.example.com/v1", ["10.20.0.5", PUBLIC], "address_open"),
]


def resolver_of(*answers: Sequence[str]) -> Resolver:
    """Gives these answers, one each time."""
    left = list(answers)

    async def resolve(host: str, port: int) -> Sequence[str]:
        return left.pop(0)

    return resolve


def sentences_of(refused: ChatRefused) -> list[str]:
    """In both languages."""
    return [refused.sentence(load_texts(language)) for language in ("en", "ja")]


@pytest.mark.parametrize(("url", "code"), WRITTEN)
def test_no_way_to_write_a_forbidden_address_gets_through(url: str, code: str) -> None:
    """No network is open but 10.20.0.0/16 and, for http to names, none at all."""
    allowed = () if url.startswith("http://api") else OFFICE

    with pytest.raises(ChatRefused) as caught:
        read_target(url, allowed)

    assert code == caught.value.code
    assert all(len(sentence) > 10 for sentence in sentences_of(caught.value))


@pytest.mark.parametrize(("url", "found", "code"), RESOLVED)
def test_no_name_that_leads_to_a_forbidden_address_gets_through(
    url: str, found: list[str], code: str
) -> None:
    """Every address of an answer is judged, not the first alone."""
    target = read_target(url, OFFICE)

    with pytest.raises(ChatRefused) as caught:
        asyncio.run(judged_addresses(target, OFFICE, resolver_of(found)))

    assert code == caught.value.code
    assert all(len(sentence) > 10 for sentence in sentences_of(caught.value))


def test_there_are_more_than_sixty_different_forms() -> None:
    """The lists hold no form twice."""
    forms = [url for url, _ in WRITTEN] + [f"{url} {found}" for url, found, _ in RESOLVED]

    assert len(forms) == len(set(forms)) > 140


@pytest.mark.parametrize(
    ("url", "found", "expected"),
    [
        ("https://api.example.com/v1", [PUBLIC], "https://api.example.com/v1"),
        ("https://API.Example.com:443/v1/", [PUBLIC_IPV6, PUBLIC], "https://api.example.com/v1"),
        ("https://api.example.com:8443", [PUBLIC], "https://api.example.com:8443"),
        (f"https://{PUBLIC}/v1", [PUBLIC], f"https://{PUBLIC}/v1"),
        (f"https://[{PUBLIC_IPV6}]/v1", [PUBLIC_IPV6], f"https://[{PUBLIC_IPV6}]/v1"),
        ("http://10.20.0.5:8000/v1", ["10.20.0.5"], "http://10.20.0.5:8000/v1"),
        ("http://gpu.example.com:8000/v1", ["10.20.0.5"], "http://gpu.example.com:8000/v1"),
        ("https://xn--caf-dma.example.com/v1", [PUBLIC], "https://xn--caf-dma.example.com/v1"),
        ("http://gpu_1/v1", ["10.20.0.6"], "http://gpu_1/v1"),
    ],
)
def test_what_may_be_called_is_given_as_judged_addresses_in_their_order(
    url: str, found: list[str], expected: str
) -> None:
    target = read_target(url, OFFICE)

    judged = asyncio.run(judged_addresses(target, OFFICE, resolver_of(found)))

    assert expected == target.url
    assert tuple(found) == judged


@pytest.mark.parametrize(
    "address", ["169.254.169.254", "168.63.129.16", "100.100.100.200", "fd00:ec2::254", PUBLIC]
)
def test_opening_everything_opens_no_metadata_and_changes_nothing_for_public_hosts(
    address: str,
) -> None:
    """Networks that hold a metadata address are legitimate; the address in them is not."""
    everything = tuple(
        ipaddress.ip_network(one) for one in ("0.0.0.0/0", "100.64.0.0/10", "fc00::/7", "::/0")
    )

    if address == PUBLIC:
        judge(address, everything)
        return
    with pytest.raises(ChatRefused) as caught:
        judge(address, everything)

    assert "address_metadata" == caught.value.code


def test_a_sentence_names_the_host_and_never_a_password() -> None:
    with pytest.raises(ChatRefused) as private:
        judge("10.0.0.5", (), host="db.example.com")
    with pytest.raises(ChatRefused) as user:
        read_target("https://me:canary@api.example.com/v1?key=canary", ())

    english, japanese = sentences_of(private.value)
    assert english.startswith("db.example.com leads to 10.0.0.5")
    assert japanese.startswith("db.example.comは私設ネットワーク内の10.0.0.5")
    assert "canary" not in f"{sentences_of(user.value)} {user.value!r}"


def test_a_resolver_that_fails_is_a_name_that_is_not_known() -> None:
    """Whether it raises or never answers."""

    async def fails(host: str, port: int) -> Sequence[str]:
        raise OSError("no such name")

    async def hangs(host: str, port: int) -> Sequence[str]:
        raise TimeoutError

    target = read_target("https://gone.example.com/v1", ())
    for resolve in (fails, hangs):
        with pytest.raises(ChatRefused) as caught:
            asyncio.run(judged_addresses(target, (), resolve))
        assert "address_unknown" == caught.value.code


def test_the_resolver_of_this_machine_knows_this_machine() -> None:
    assert "127.0.0.1" in asyncio.run(system_resolver("127.0.0.1", 80))


@given(st.ip_addresses(v=4))
def test_no_ipv4_address_passes_as_another_spelling_or_inside_ipv6(
    address: ipaddress.IPv4Address,
) -> None:
    """Public ones neither: what is hidden cannot be told apart by every program on the way."""
    number, hidden = int(address), f"{int(address):08x}"
    halves = f"{hidden[:4]}:{hidden[4:]}"
    spellings = [str(number), hex(number), f"0{number:o}", _in_octal(address)]
    inside = [
        f"::ffff:{address}", f"::{halves}", f"::ffff:0:{halves}", f"64:ff9b::{halves}",
        f"2002:{halves}::1", f"2001:0:4136:e378:8000:63bf:{halves}", f"2606:2800::5efe:{halves}",
    ]  # fmt: skip

    for host in (*spellings, *(f"[{one}]" for one in inside)):
        with pytest.raises(ChatRefused):
            read_target(f"https://{host}/v1", ())


@given(st.ip_addresses())
def test_what_passes_without_an_open_network_is_a_public_host(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    """By the registry of this Python, which knows less than the judge and never more."""
    try:
        judge(str(address), ())
    except ChatRefused:
        return

    assert address.is_global
    assert not address.is_multicast
    assert address.version == 4 or str(address)[0] in "23"


def _in_octal(address: ipaddress.IPv4Address) -> str:
    return ".".join(f"0{part:o}" for part in address.packed)
