"""Lets the clients of azure-core send through our wire.

azure-core's own transport over requests is kept: it knows every kind of request and answer that the
clients use. Only the bottom of its session is ours. Addresses are led elsewhere there and nowhere
above, so a request keeps its true https address for repeats and for the rule that a token is never
sent in the clear.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter

from catalog.errors import SourceFailed
from catalog.sources.wire import Sent, Wire

AZURE_HOSTS: Final = ("management.azure.com", ".api.azureml.ms", ".experiments.azureml.net")
"""Hosts that a token for Azure may be sent to; those with a point before them by their end."""

_ALREADY_DECODED = frozenset({"content-encoding", "content-length", "transfer-encoding"})


def azure_transport(wire: Wire, *, base_url: str | None, timeout_seconds: float) -> Any:
    """A transport for ``MLClient(transport=...)`` that ends at a wire.

    Args:
        wire: where requests go.
        base_url: stands for all Azure hosts; None: they are reached themselves.
        timeout_seconds: for one request.
    """
    from azure.core.pipeline.transport import RequestsTransport

    session = requests.Session()
    session.trust_env = False  # no proxy, no .netrc: a secret of another host must not be added
    adapter = WireAdapter(wire, base_url=base_url, timeout_seconds=timeout_seconds)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return RequestsTransport(session=session, session_owner=False, use_env_settings=False)


class WireAdapter(HTTPAdapter):
    """The bottom of a session of requests: one prepared request to the wire, one answer back."""

    def __init__(self, wire: Wire, *, base_url: str | None, timeout_seconds: float) -> None:
        super().__init__()
        self._wire = wire
        self._base_url = base_url
        self._timeout_seconds = timeout_seconds

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: Any = True,
        cert: Any = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Send through the wire.

        Raises:
            SourceFailed: as the wire, or the address is none of Azure's.
        """
        url = request.url or ""
        refuse_other_host(url)
        body = request.body or b""
        if not isinstance(body, str | bytes):
            raise SourceFailed(
                f"Expected the body of a request to {url} as bytes, found {type(body).__name__}.",
                reason="unexpected",
            )
        answer = self._wire.send(
            Sent(
                method=request.method or "GET",
                url=led_to(url, self._base_url),
                headers={name: _text(value) for name, value in request.headers.items()},
                body=body.encode() if isinstance(body, str) else body,
            ),
            timeout_seconds=self._timeout_seconds,
        )
        headers = {
            name: value for name, value in answer.headers.items() if name not in _ALREADY_DECODED
        }
        raw = urllib3.HTTPResponse(
            body=io.BytesIO(answer.body),
            headers=headers,
            status=answer.status,
            preload_content=False,
        )
        return self.build_response(request, raw)


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def refuse_other_host(url: str) -> None:
    """Refuse an address that a token for Azure must not be sent to.

    Raises:
        SourceFailed: another host, or no https.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    is_azure = any(
        host.endswith(known) if known.startswith(".") else host == known for known in AZURE_HOSTS
    )
    if parts.scheme != "https" or not is_azure:
        raise SourceFailed(
            f"Expected an https address of Azure, found {parts.scheme}://{parts.netloc}. "
            "The request was not sent, because it carries a token.",
            reason="other_host",
        )


def led_to(url: str, base_url: str | None) -> str:
    """The address with the base in place of its scheme and host."""
    if base_url is None:
        return url
    parts = urlsplit(url)
    path = url[len(f"{parts.scheme}://{parts.netloc}") :]
    return base_url.rstrip("/") + path
