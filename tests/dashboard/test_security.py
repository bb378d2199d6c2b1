"""What stands between the network and the program, seen from outside."""

from __future__ import annotations

import re
import socket
from contextlib import closing
from http.client import HTTPConnection
from urllib.parse import urlsplit

import httpx
import pytest

from dashboard.security import HEADERS
from tests.dashboard.documents import article
from tests.dashboard.problem_documents import problem_of

ADDRESS = re.compile(r"""(?:src|href|action)\s*=\s*["']([^"']*)["']|url\(\s*["']?([^"')]+)""")
POSTS = ("/api/v1/break-even", "/api/v1/estimates", "/_dash-update-component")


@pytest.mark.parametrize(
    "host",
    [
        "attacker.example",
        "attacker.example:8050",
        "127.0.0.1.attacker.example",
        "localhost.attacker.example",
        "attacker@127.0.0.1",
        "127.0.0.1:8050:8050",
        "10.0.0.1",
        "",
    ],
)
@pytest.mark.parametrize("path", ["/", "/api/v1/health", "/_dash-layout", "/assets/icon.svg"])
def test_a_foreign_host_is_refused_on_every_path(site: httpx.Client, host: str, path: str) -> None:
    """A name that an attacker binds to this address reads nothing (DNS rebinding)."""
    answer = site.get(path, headers={"host": host})

    assert repr(host.partition(":8050")[0])[1:-1] in problem_of(answer, 400)["detail"]


@pytest.mark.parametrize("host", ["127.0.0.1", "LOCALHOST:1", "localhost", "[::1]:8050"])
def test_the_own_names_are_served_with_any_port(site: httpx.Client, host: str) -> None:
    """A tunnel may change the port; the name stays that of this machine."""
    assert 200 == site.get("/api/v1/health", headers={"host": host}).status_code


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://attacker.example"},
        {"origin": "null"},
        {"origin": "https://127.0.0.1"},
        {"origin": "http://127.0.0.1:1"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "cross-site", "origin": "SELF"},
        {"sec-fetch-site": "same-origin", "origin": "http://attacker.example"},
    ],
    ids=str,
)
@pytest.mark.parametrize("path", POSTS)
def test_a_post_from_another_site_is_refused(
    site: httpx.Client, path: str, headers: dict[str, str]
) -> None:
    """Either header is enough, on REST and on the callbacks of the pages."""
    own = str(site.base_url).rstrip("/")
    sent = {name: own if value == "SELF" else value for name, value in headers.items()}

    answer = site.post(path, json=article(), headers=sent)

    problem_of(answer, 403)


@pytest.mark.parametrize("headers", [{}, {"sec-fetch-site": "same-origin"}, {"origin": "SELF"}])
def test_the_own_page_and_a_script_may_post(site: httpx.Client, headers: dict[str, str]) -> None:
    """What has no browser sends neither header."""
    own = str(site.base_url).rstrip("/")
    sent = {name: own if value == "SELF" else value for name, value in headers.items()}

    answer = site.post("/api/v1/estimates", json=article(), headers=sent)

    assert 200 == answer.status_code


def test_another_site_may_link_to_a_page_but_not_frame_it(site: httpx.Client) -> None:
    """Reading by a link is no attack; the headers keep the page out of a frame."""
    answer = site.get("/", headers={"sec-fetch-site": "cross-site"})

    assert 200 == answer.status_code
    assert "DENY" == answer.headers["x-frame-options"]
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    "path",
    ["/", "/docs", "/nothing", "/api/v1/health", "/api/v1/nothing", "/assets/icon.svg", "/_x?y"],
)
def test_every_answer_carries_the_security_headers(site: httpx.Client, path: str) -> None:
    """Pages, files, API and refusals alike."""
    answer = site.get(path)

    assert HEADERS == {name: answer.headers.get(name) for name in HEADERS}
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "server" not in answer.headers


def test_even_a_refusal_at_the_door_carries_them(site: httpx.Client) -> None:
    """The guards stand inside the headers, not beside them."""
    answer = site.get("/", headers={"host": "attacker.example"})

    assert "nosniff" == answer.headers["x-content-type-options"]
    assert "content-security-policy" in answer.headers


def test_the_page_may_run_own_scripts_only(site: httpx.Client) -> None:
    """No inline script but Dash's own by its hash, no eval, no outside source."""
    policy = _policy(site.get("/"))

    assert "'self'" == policy["script-src"][0]
    assert policy["script-src"][1:]
    assert all(source.startswith("'sha256-") for source in policy["script-src"][1:])
    for sources in policy.values():
        assert set(sources) <= {"'none'", "'self'", "'unsafe-inline'", "data:"} | {
            source for source in sources if source.startswith("'sha256-")
        }
    assert ["'none'"] == policy["base-uri"] == policy["frame-ancestors"]


@pytest.mark.parametrize("path", ["/", "/?lang=ja", "/docs", "/docs/oauth2-redirect", "/nothing"])
def test_a_page_loads_nothing_from_outside(site: httpx.Client, path: str) -> None:
    """Every address in its HTML is a path of this server, which answers there."""
    html = site.get(path).text

    found = {first or second for first, second in ADDRESS.findall(html)}
    outside = {link for link in found if urlsplit(link).netloc or urlsplit(link).scheme}
    assert set() == outside
    for link in found:
        assert 200 == site.get(link).status_code, link


def test_the_api_description_shows_itself_without_a_network(site: httpx.Client) -> None:
    """Script and style of /docs are served from here, as their own types."""
    html = site.get("/docs").text

    assert "cdn" not in html
    assert not re.search(r"https?://", html)
    assert "javascript" in _type(site, "/static-offline-docs/swagger-ui-bundle.js")
    assert "text/css" in _type(site, "/static-offline-docs/swagger-ui.css")
    assert "/openapi.json" in html


@pytest.mark.parametrize("path", ["/nothing", "/decide/x", "/redoc", "/index.html", "/assets"])
def test_an_unknown_page_is_not_found_in_the_language_of_the_browser(
    site: httpx.Client, path: str
) -> None:
    """Dash would answer it with its page and status 200."""
    english = site.get(path)
    japanese = site.get(path, headers={"accept-language": "ja"})

    assert (404, 404) == (english.status_code, japanese.status_code)
    assert 'lang="en"' in english.text
    assert 'lang="ja"' in japanese.text
    assert "react-entry-point" not in english.text


@pytest.mark.parametrize(
    "path",
    [
        "/assets/../app.py",
        "/assets/%2e%2e/app.py",
        "/assets/..%2fapp.py",
        "/assets/..%5capp.py",
        "/assets/%252e%252e/app.py",
        "/assets//etc/passwd",
        "/assets/%2fetc%2fpasswd",
        "/assets/",
        "/assets/%00",
        "/assets/icon.svg/../../app.py",
        "/static-offline-docs/..%2f..%2f__init__.py",
        "/_dash-component-suites/dash/..%2fdash.py",
        "/_dash-component-suites/dash/dash.py",
        "/_dash-component-suites/os/path.py",
        "/_dash-component-suites/nothing/x.js",
    ],
)
def test_no_path_leads_out_of_the_served_folders(server_url: str, path: str) -> None:
    """The path goes out as it is written, by a client that does not tidy it."""
    with closing(HTTPConnection(urlsplit(server_url).netloc, timeout=60)) as connection:
        connection.request("GET", path)

        answer = connection.getresponse()
        text = answer.read().decode()

    assert 404 == answer.status
    assert "import" not in text
    assert "root:" not in text


def test_a_websocket_is_refused(site: httpx.Client) -> None:
    """Nothing here uses one, and a page of another site could open it without being asked."""
    headers = {
        "connection": "Upgrade",
        "upgrade": "websocket",
        "sec-websocket-version": "13",
        "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA==",
    }

    answer = site.get("/_dash-ws-callback", headers=headers)

    assert 403 == answer.status_code


def test_a_client_that_leaves_in_the_middle_of_a_body_hurts_nobody(
    server_url: str, site: httpx.Client
) -> None:
    """Half of what was announced, then nothing; the next one is served."""
    address = urlsplit(server_url)
    with socket.create_connection((address.hostname, address.port), timeout=60) as connection:
        connection.sendall(
            f"POST /api/v1/estimates HTTP/1.1\r\nHost: {address.netloc}\r\n"
            "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{".encode()
        )

    assert 200 == site.get("/api/v1/health").status_code


def test_own_files_are_served_with_their_type(site: httpx.Client) -> None:
    """The refusals above are not because nothing is served."""
    assert "image/svg+xml" in _type(site, "/assets/icon.svg")
    assert "text/css" in _type(site, "/assets/decide.css")


def _type(site: httpx.Client, path: str) -> str:
    answer = site.get(path)
    assert 200 == answer.status_code
    return answer.headers["content-type"]


def _policy(answer: httpx.Response) -> dict[str, list[str]]:
    parts = [part.split() for part in answer.headers["content-security-policy"].split(";")]
    return {part[0]: part[1:] for part in parts}
