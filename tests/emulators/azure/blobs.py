"""A storage account of Azure Blob on the loopback: lists in pages, ranges, ETags and signatures."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

from tests.emulators.azure.loopback import Asked, Reply

ACCOUNT = "shopdocs"
KEY = base64.b64encode(b"canary-of-the-account-key-0123456789").decode()
SAS = "sv=2025-01-05&sp=rl&sig=canary%2Bsignature%3D"
TOKEN = "canary-token-of-entra"
XML = {"Content-Type": "application/xml"}
MODIFIED = "Thu, 26 Nov 2026 12:00:00 GMT"
SIGNED = (
    "content-encoding", "content-language", "content-length", "content-md5", "content-type",
    "date", "if-modified-since", "if-match", "if-none-match", "if-unmodified-since", "range",
)  # fmt: skip


@dataclass(kw_only=True)
class Blob:
    """One blob. size: what the list says, where that is a lie; tier: `Archive` cannot be read."""

    content: bytes
    size: int | None = None
    tier: str = "Hot"

    @property
    def etag(self) -> str:
        """Another content is another tag."""
        return f'"0x{hashlib.sha256(self.content).hexdigest()[:15].upper()}"'


@dataclass(kw_only=True)
class BlobAccount:
    """Answers for one account. auth: what it lets in: `key`, `sas`, `token` or `open`."""

    containers: dict[str, dict[str, Blob]] = field(default_factory=dict)
    auth: str = "open"
    page_size: int = 2

    def __call__(self, asked: Asked) -> Reply:
        """The answer to one request."""
        parts = urlsplit(asked.target)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if not self._lets_in(asked, query):
            return failed(403, "AuthenticationFailed")
        steps = unquote(parts.path).lstrip("/").split("/", 2)
        container = self.containers.get(steps[1]) if len(steps) > 1 else None
        if container is None:
            return failed(404, "ContainerNotFound")
        if query.get("comp") == "list":
            return self._page(container, query)
        blob = container.get(steps[2]) if len(steps) > 2 else None
        return failed(404, "BlobNotFound") if blob is None else _content(blob, asked)

    def _page(self, container: dict[str, Blob], query: dict[str, str]) -> Reply:
        prefix = query.get("prefix", "")
        names = sorted(name for name in container if name.startswith(prefix))
        start = int(query.get("marker", "0"))
        most = min(int(query.get("maxresults", "5000")), self.page_size)
        listed = "".join(_entry(name, container[name]) for name in names[start : start + most])
        following = str(start + most) if start + most < len(names) else ""
        xml = (
            '<?xml version="1.0" encoding="utf-8"?>'
            f'<EnumerationResults ServiceEndpoint="https://{ACCOUNT}.blob.core.windows.net/" '
            f'ContainerName="c"><Blobs>{listed}</Blobs><NextMarker>{following}</NextMarker>'
            "</EnumerationResults>"
        )
        return Reply(raw=xml.encode(), headers=XML)

    def _lets_in(self, asked: Asked, query: dict[str, str]) -> bool:
        given = asked.headers.get("authorization", "")
        match self.auth:
            case "key":
                return hmac.compare_digest(given, f"SharedKey {ACCOUNT}:{_signature(asked)}")
            case "sas":
                return query.get("sig") == "canary+signature=" and not given
            case "token":
                return given == f"Bearer {TOKEN}"
            case _:
                return not given


def failed(status: int, code: str) -> Reply:
    """A failure as the service tells it, with a text that repeats what was sent."""
    xml = (
        '<?xml version="1.0" encoding="utf-8"?>'
        f"<Error><Code>{code}</Code><Message>canary-in-a-message</Message></Error>"
    )
    return Reply(status=status, raw=xml.encode(), headers={**XML, "x-ms-error-code": code})


def _entry(name: str, blob: Blob) -> str:
    size = len(blob.content) if blob.size is None else blob.size
    return (
        f"<Blob><Name>{escape(name)}</Name><Properties><Last-Modified>{MODIFIED}</Last-Modified>"
        f"<Etag>{escape(blob.etag.strip(chr(34)))}</Etag><Content-Length>{size}</Content-Length>"
        "<Content-Type>application/octet-stream</Content-Type><BlobType>BlockBlob</BlobType>"
        f"<AccessTier>{blob.tier}</AccessTier></Properties></Blob>"
    )


def _content(blob: Blob, asked: Asked) -> Reply:
    wanted = asked.headers.get("if-match")
    if wanted is not None and wanted.strip('"') != blob.etag.strip('"'):
        return failed(412, "ConditionNotMet")
    whole = len(blob.content)
    headers = {
        "ETag": blob.etag,
        "Last-Modified": MODIFIED,
        "x-ms-blob-type": "BlockBlob",
        "Content-Type": "application/octet-stream",
    }
    given = asked.headers.get("x-ms-range") or asked.headers.get("range")
    if given is None:
        return Reply(raw=blob.content, headers=headers)
    first, _, last = given.removeprefix("bytes=").partition("-")
    end = min(int(last or whole - 1), whole - 1)
    if int(first) >= whole:
        return failed(416, "InvalidRange")
    headers["Content-Range"] = f"bytes {first}-{end}/{whole}"
    return Reply(status=206, raw=blob.content[int(first) : end + 1], headers=headers)


def _signature(asked: Asked) -> str:
    """The signature of a request, as the documentation of Shared Key writes it."""
    values = {name: asked.headers.get(name, "") for name in SIGNED}
    if values["content-length"] == "0":
        values["content-length"] = ""
    lines = [asked.method, *(values[name] for name in SIGNED)]
    own = sorted((name, text) for name, text in asked.headers.items() if name.startswith("x-ms-"))
    lines += [f"{name}:{text}" for name, text in own]
    parts = urlsplit(asked.target)
    resource = [f"/{ACCOUNT}{parts.path}"]
    resource += [
        f"{name.lower()}:{','.join(values)}"
        for name, values in sorted(parse_qs(parts.query).items())
    ]
    text = "\n".join([*lines, *resource])
    digest = hmac.new(base64.b64decode(KEY), text.encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()
