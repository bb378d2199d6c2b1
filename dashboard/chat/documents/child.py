"""The process that reads one file: content comes on stdin, a document of JSON goes to stdout.

It knows neither the name nor the path of the file. Whatever a reader raises that is not foreseen
here ends it with an exit code and no answer, which the parent takes for a broken file.
"""

import errno
import importlib
import json
import logging
import sys
from collections.abc import Callable
from typing import Any

from dashboard.chat.documents.bounds import NEEDS_TOO_MUCH_MEMORY, bind_process
from dashboard.chat.documents.encodings import decoded
from dashboard.chat.documents.gathered import Gathered
from dashboard.chat.documents.kinds import DocumentKind, kind_of
from dashboard.chat.documents.limits import Limits
from dashboard.chat.documents.megabytes import megabytes
from dashboard.chat.documents.refusals import Refusal, Unreadable


def main(request: str) -> None:
    """Read stdin and answer; end with NEEDS_TOO_MUCH_MEMORY where that bound is reached.

    request: JSON of `ending` (of the name) and `limits`.
    """
    asked = json.loads(request)
    limits = Limits(**asked["limits"])
    logging.disable()  # pypdf tells of each oddity, and formatting that takes its time
    bind_process(limits)
    try:
        said = json.dumps(answer(asked["ending"], limits), ensure_ascii=False).encode()
        sys.stdout.buffer.write(said)
    except MemoryError:
        sys.exit(NEEDS_TOO_MUCH_MEMORY)
    except OSError as error:
        if error.errno != errno.ENOMEM:
            raise
        sys.exit(NEEDS_TOO_MUCH_MEMORY)


def answer(ending: str, limits: Limits) -> dict[str, Any]:
    """What came of stdin: the document, or the reason why there is none."""
    content = sys.stdin.buffer.read(limits.upload_bytes + 1)
    try:
        return read_document(content, ending, limits)
    except Unreadable as refused:
        return {"refused": refused.refusal.value, "facts": refused.facts}


def read_document(content: bytes, ending: str, limits: Limits) -> dict[str, Any]:
    """The document of a file as it is sent to the parent; Unreadable says why there is none."""
    if not content:
        raise Unreadable(Refusal.EMPTY)
    if len(content) > limits.upload_bytes:
        raise too_large(len(content), limits)
    kind, into = kind_of(content, ending), Gathered(limits)
    if kind in (DocumentKind.PDF, DocumentKind.DOCX):
        encoding = ""
        _reader(kind)(content, into, limits)
    else:
        encoding = _read_letters(kind, content, into, limits)
    if not into.sections:
        raise Unreadable(Refusal.NO_TEXT)
    return {
        "kind": kind.value,
        "title": into.title,
        "sections": [[section.text, section.place] for section in into.sections],
        "encoding": encoding,
        "flags": into.flags,
    }


def too_large(found: int, limits: Limits) -> Unreadable:
    """More bytes than one upload may have."""
    return Unreadable(
        Refusal.TOO_LARGE, found=megabytes(found), limit=megabytes(limits.upload_bytes)
    )


def _read_letters(kind: DocumentKind, content: bytes, into: Gathered, limits: Limits) -> str:
    """Read a kind that is text; its encoding."""
    from dashboard.chat.documents.read_csv import read_csv
    from dashboard.chat.documents.read_html import declared_encoding, read_html
    from dashboard.chat.documents.read_text import read_markdown, read_plain_text

    found = decoded(content, declared_encoding(content) if kind is DocumentKind.HTML else "")
    into.flags += found.flags
    if kind is DocumentKind.CSV:
        read_csv(found.text, into, limits)
    else:
        {
            DocumentKind.TEXT: read_plain_text,
            DocumentKind.MARKDOWN: read_markdown,
            DocumentKind.HTML: read_html,
        }[kind](found.text, into)
    return found.encoding


def _reader(kind: DocumentKind) -> Callable[[bytes, Gathered, Limits], None]:
    """Loaded only when needed: pypdf takes longer to load than a small text to be read."""
    module = importlib.import_module(f"dashboard.chat.documents.read_{kind.value}")
    reader: Callable[[bytes, Gathered, Limits], None] = getattr(module, f"read_{kind.value}")
    return reader
