"""The text of a PDF, page by page, within limits on what is unpacked. Pictures are not read."""

import io
import re
import unicodedata
from typing import Final

from pypdf import PageObject, PdfReader, overwrite_configuration
from pypdf.errors import LimitReachedError, PyPdfError

from dashboard.chat.documents.gathered import Gathered
from dashboard.chat.documents.limits import Limits
from dashboard.chat.documents.megabytes import megabytes
from dashboard.chat.documents.parsed import page_place
from dashboard.chat.documents.refusals import Refusal, Unreadable

_SHAPES: Final = re.compile("[\u2e80-\u2fdf\ufb00-\ufb06]+")
"""Browsers write signs for shapes: a radical for the letter that looks alike, one sign for fi."""

_FAULTY_PAGE: Final = (
    PyPdfError,
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)
"""What pypdf raises where a page is not as the standard says."""


def read_pdf(content: bytes, into: Gathered, limits: Limits) -> None:
    """A section a page. A file that opens without a password is read, whatever it forbids.

    Raises:
        Unreadable: it needs a password, has too many pages, unpacks to too much, or no page has
            text. What else pypdf raises tells of a broken file.
    """
    _limit_pypdf(limits)
    try:
        reader = PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable(Refusal.ENCRYPTED)
        _check_pages(_stated_pages(reader), limits)
        _check_pages(len(reader.pages), limits)
        if reader.metadata is not None:
            into.call(_as_letters(str(reader.metadata.title or "")))
        _read_pages(reader, into, limits)
    except LimitReachedError:
        raise _unpacks_too_large(limits) from None


def _limit_pypdf(limits: Limits) -> None:
    """One stream may be as long as all may be together; nothing starts another program."""
    most = limits.unpacked_bytes
    overwrite_configuration(
        array_based_stream_maximum_output_length=most,
        brotli_maximum_output_length=most,
        image_maximum_buffer_size=most,
        jbig2_maximum_output_length=most,
        lzw_maximum_output_length=most,
        maximum_declared_stream_length=most,
        run_length_maximum_output_length=most,
        zlib_maximum_output_length=most,
        jbig2dec_binary=None,
        disable_legacy_handling=True,
    )


def _stated_pages(reader: PdfReader) -> int:
    """What the file says, before each page is looked for; 0 where it says nothing usable."""
    pages = reader.root_object.get("/Pages")
    tree = pages.get_object() if pages is not None else None
    stated = tree.get("/Count") if isinstance(tree, dict) else None
    return stated if isinstance(stated, int) else 0


def _check_pages(found: int, limits: Limits) -> None:
    if found > limits.pages:
        raise Unreadable(Refusal.TOO_MANY_PAGES, limit=f"{limits.pages:,}", found=f"{found:,}")


def _read_pages(reader: PdfReader, into: Gathered, limits: Limits) -> None:
    unpacked = without_text = not_read = 0
    count = len(reader.pages)
    for number, page in enumerate(reader.pages, start=1):
        before = len(into.sections)
        try:
            unpacked += _content_bytes(page)
            if unpacked > limits.unpacked_bytes:
                raise _unpacks_too_large(limits)
            into.add(_as_letters(page.extract_text()), page_place(number))
        except LimitReachedError:
            raise
        except _FAULTY_PAGE:
            not_read += 1
        else:
            without_text += len(into.sections) == before
    if not_read == count:
        raise Unreadable(Refusal.BROKEN)
    if not into.sections:
        raise Unreadable(Refusal.IMAGE_ONLY, pages=f"{count:,}")
    into.flags += [f"pages_without_text {without_text}"] if without_text else []
    into.flags += [f"pages_not_read {not_read}"] if not_read else []


def _as_letters(text: str) -> str:
    """The letters that a reader would type, so that they can be searched for."""
    return _SHAPES.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)


def _content_bytes(page: PageObject) -> int:
    """How long the drawing of a page is once unpacked."""
    contents = page.get_contents()
    return len(contents.get_data()) if contents is not None else 0


def _unpacks_too_large(limits: Limits) -> Unreadable:
    return Unreadable(Refusal.UNPACKS_TOO_LARGE, limit=megabytes(limits.unpacked_bytes))
