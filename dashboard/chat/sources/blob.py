"""A container of Azure Blob storage as a source: listed page by page, each blob read on its own.

Asked by Azure's own client, which signs with the key of an account and knows how pages and ranges
are written; all that it sends goes through the guard, so it reaches its own host and no other.
The client is slow to import and needed by few, so it is loaded by name at the first reading.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from dashboard.chat.documents.limits import Limits
from dashboard.chat.documents.names import shown_name
from dashboard.chat.errors import ChatRefused
from dashboard.chat.guard import Manners
from dashboard.chat.sources.calls import (
    MACHINE,
    Call,
    ServiceCalls,
    SourceFailed,
    Way,
    failed_by_status,
)
from dashboard.chat.sources.defined import Container
from dashboard.chat.sources.files import Listed, Skip, skip_of

SCOPE: Final = "https://storage.azure.com/.default"
PAGE: Final = 500
PART_BYTES: Final = 4_000_000
_MARK: Final = '"'
"""Lists write a version without the marks that a condition needs."""
MANNERS: Final = Manners(
    headers=(
        ("accept", "application/xml"),
        ("accept-encoding", "identity"),
        ("user-agent", "modelcost"),
    ),
    passed=("authorization", "x-ms-", "range", "if-match"),
    most_bytes=PART_BYTES * 2,
    most_bytes_of_a_line=PART_BYTES * 2,
)


class OpenedContainer:
    """The blobs of a container."""

    def __init__(self, container: Container, client: Any) -> None:
        self._container = container
        self._client = client
        self._host = container.service.target.host

    def listed(self) -> Iterator[Listed]:
        """Blobs in the order of the service: by name."""
        found = self._client.list_blobs(
            name_starts_with=self._container.prefix or None, results_per_page=PAGE
        )
        with self._told():
            for blob in found:
                yield _listed(blob)

    def fetch(self, file: Listed, place: Path) -> None:
        """Read a blob in parts; one that is longer than it said ends where an upload would."""
        most = Limits().upload_bytes + 1
        with self._told(file.name):
            stream = self._client.download_blob(
                file.name, etag=file.version, match_condition=_unmodified(), max_concurrency=1
            )
            size = 0
            with place.open("wb") as written:
                for part in stream.chunks():
                    written.write(part[: most - size])
                    size = min(size + len(part), most)
                    if size == most:
                        break

    @contextmanager
    def _told(self, name: str | None = None) -> Iterator[None]:
        """Errors of the client in our words. name: of a blob that may be gone or changed."""
        errors = importlib.import_module("azure.core.exceptions")
        try:
            yield
        except errors.HttpResponseError as error:
            status = error.status_code or 0
            headers = {} if error.response is None else dict(error.response.headers)
            if name is not None and status in (404, 409, 412):
                raise ChatRefused("source_file_gone", name=shown_name(name)) from None
            if not status or status < 300:
                raise SourceFailed("source_not_understood", host=self._host) from None
            raise failed_by_status(status, headers, self._host) from None
        except errors.AzureError:
            raise SourceFailed("source_not_understood", host=self._host) from None
        except (SyntaxError, ValueError, TypeError, AttributeError, KeyError):
            # A list that is no XML, or is built as no list of blobs is.
            raise SourceFailed("source_not_understood", host=self._host) from None


@contextmanager
def open_container(container: Container, way: Way = MACHINE) -> Iterator[OpenedContainer]:
    """The container for the time of one reading."""
    blob = importlib.import_module("azure.storage.blob")
    with ServiceCalls(container.service, MANNERS, SCOPE, way) as calls:
        client = blob.ContainerClient(
            account_url=container.service.target.url,
            container_name=container.name,
            credential=_credential(container),
            transport=_Transport(calls),
            retry_total=0,
            permit_redirects=False,
            max_single_get_size=PART_BYTES,
            max_chunk_get_size=PART_BYTES,
        )
        yield OpenedContainer(container, client)


def _credential(container: Container) -> Any:
    """For a key the client signs by itself; a token is set by whoever sends."""
    service = container.service
    if service.key is None:
        return None
    secret = service.key.get_secret_value()
    if service.auth == "key":
        return {"account_name": container.account, "account_key": secret}
    return importlib.import_module("azure.core.credentials").AzureSasCredential(secret)


def _unmodified() -> Any:
    return importlib.import_module("azure.core").MatchConditions.IfNotModified


def _listed(blob: Any) -> Listed:
    name, size = str(blob.name), int(blob.size)
    version = f'"{str(blob.etag).strip(_MARK)}"'
    if str(getattr(blob, "archive_status", None) or blob.blob_tier or "") == "Archive":
        skip: Skip | None = Skip(code="source_archived", facts={"name": shown_name(name)})
    else:
        skip = skip_of(name, size)
    return Listed(name=name, version=version, size=size, skip=skip)


class _Transport:
    """What Azure's client sends by: the guard, in the shape that its pipeline asks for."""

    def __init__(self, calls: ServiceCalls) -> None:
        self._calls = calls

    def __enter__(self) -> _Transport:
        return self

    def __exit__(self, *_: object) -> None:
        """Closed by whoever opened it."""

    def open(self) -> None:
        """Open already."""

    def close(self) -> None:
        """Closed by whoever opened it."""

    def send(self, request: Any, **_: Any) -> _Response:
        """One request; what the client asks of connections, proxies and certificates is not
        taken over."""
        came = self._calls.send(
            Call(method=request.method, url=request.url, headers=dict(request.headers))
        )
        return _Response(request, came.status, came.headers, came.content)


class _Response:
    """An answer in the shape that Azure's client reads."""

    def __init__(
        self, request: Any, status: int, headers: Mapping[str, str], content: bytes
    ) -> None:
        self.request = request
        self.internal_response = self
        self.status_code = status
        self.reason = str(status)
        self.block_size = PART_BYTES
        self.headers: Any = _insensitive(headers)
        self.content_type = self.headers.get("content-type", "")
        self._content = content

    def body(self) -> bytes:
        """All of it."""
        return self._content

    def text(self, encoding: str | None = None) -> str:
        """All of it as text."""
        return self._content.decode(encoding or "utf-8-sig", "replace")

    def stream_download(self, *_: Any, **__: Any) -> Iterator[bytes]:
        """All of it in one part."""
        return _Parts(self)

    def raise_for_status(self) -> None:
        """The client looks at the status by itself."""

    def read(self) -> bytes:
        """All of it."""
        return self._content


class _Parts(Iterator[bytes]):
    """The body as the client streams it."""

    def __init__(self, response: _Response) -> None:
        self.response = response
        self.content_length = len(response.body())
        self._left = [response.body()]

    def __next__(self) -> bytes:
        if not self._left:
            raise StopIteration
        return self._left.pop()


def _insensitive(headers: Mapping[str, str]) -> Any:
    return importlib.import_module("requests.structures").CaseInsensitiveDict(headers)
