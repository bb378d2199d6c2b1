"""What a file is: content and name together, mislabelled ones refused by the name of both."""

from __future__ import annotations

import pytest

from dashboard.chat.documents.kinds import DocumentKind, kind_of
from dashboard.chat.documents.refusals import Refusal, Unreadable
from dashboard.chat.documents.signatures import format_of
from tests.dashboard.chat.documents.made_files import (
    EXE,
    PNG,
    docx_file,
    paragraph,
    pdf_drawing,
    pdf_file,
    zip_file,
)

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(64)


def refusal_of(content: bytes, ending: str) -> tuple[Refusal, str]:
    """The reason and what was found instead."""
    with pytest.raises(Unreadable) as refused:
        kind_of(content, ending)
    return refused.value.refusal, refused.value.facts.get("found", "")


@pytest.mark.parametrize(
    ("ending", "kind"),
    [(".txt", "txt"), (".log", "txt"), (".md", "md"), (".tsv", "csv"), (".htm", "html")],
)
def test_among_texts_the_name_decides(ending: str, kind: str) -> None:
    assert DocumentKind(kind) is kind_of(b"MZ, BM and GIF8 are words", ending)


def test_content_that_says_what_it_is_needs_no_ending() -> None:
    assert DocumentKind.PDF is kind_of(pdf_file([pdf_drawing("a")]), "")
    assert DocumentKind.DOCX is kind_of(docx_file(paragraph("a")), "")


def test_a_pdf_may_start_late_but_only_under_its_name() -> None:
    """Mail programs put lines before it; a text may speak of the mark."""
    late = b"\r\n\r\n" + pdf_file([pdf_drawing("a")])

    assert DocumentKind.PDF is kind_of(late, ".pdf")
    assert DocumentKind.TEXT is kind_of(b"A file starts with %PDF-1.7", ".txt")


@pytest.mark.parametrize(
    ("content", "ending", "found"),
    [
        (zip_file({"a": b"a"}), ".pdf", "ZIP"),
        (PNG, ".txt", "PNG"),
        (EXE, ".csv", "EXE"),
        (pdf_file([pdf_drawing("a")]), ".docx", "PDF"),
        (docx_file(paragraph("a")), ".zip", "DOCX"),
        (b"only words", ".pdf", "TXT"),
        (OLE + "WordDocument".encode("utf-16-le"), ".docx", "DOC"),
        (b"{\\rtf1 a}", ".md", "RTF"),
    ],
)
def test_a_wrong_name_is_refused_with_both(content: bytes, ending: str, found: str) -> None:
    with pytest.raises(Unreadable) as refused:
        kind_of(content, ending)

    assert Refusal.MISLABELLED is refused.value.refusal
    assert (ending, found) == (refused.value.facts["named"], refused.value.facts["found"])


@pytest.mark.parametrize(
    ("content", "ending", "refusal", "found"),
    [
        (OLE + "WordDocument".encode("utf-16-le"), ".doc", Refusal.SAVE_AS_DOCX, "DOC"),
        (OLE + "Workbook".encode("utf-16-le"), ".xls", Refusal.SAVE_AS_CSV, "XLS"),
        (OLE + "PowerPoint Document".encode("utf-16-le"), ".ppt", Refusal.SAVE_AS_PDF, "PPT"),
        (OLE, ".msg", Refusal.NOT_A_DOCUMENT, "OLE"),
        (zip_file({"xl/workbook.xml": b""}), ".xlsx", Refusal.SAVE_AS_CSV, "XLSX"),
        (zip_file({"ppt/presentation.xml": b""}), ".pptx", Refusal.SAVE_AS_PDF, "PPTX"),
        (zip_file({"a.txt": b"a"}), ".zip", Refusal.UNPACK_FIRST, "ZIP"),
        (b"PK\x05\x06" + bytes(18), ".zip", Refusal.UNPACK_FIRST, "ZIP"),
        (b"7z\xbc\xaf\x27\x1c", ".7z", Refusal.UNPACK_FIRST, "7Z"),
        (b"{\\rtf1 a}", ".rtf", Refusal.SAVE_AS_DOCX, "RTF"),
        (PNG, ".png", Refusal.NOT_A_DOCUMENT, "PNG"),
        (EXE, ".exe", Refusal.NOT_A_DOCUMENT, "EXE"),
        (b"words", ".json", Refusal.UNKNOWN_KIND, ""),
        (b"words", "", Refusal.UNKNOWN_KIND, ""),
        (b"PK\x03\x04 cut off", ".docx", Refusal.BROKEN, ""),
        (bytes(64), ".pdf", Refusal.BROKEN, ""),
        (OLE + "EncryptedPackage".encode("utf-16-le"), ".docx", Refusal.ENCRYPTED, ""),
    ],
)
def test_what_is_not_read_is_refused_with_what_to_do(
    content: bytes, ending: str, refusal: Refusal, found: str
) -> None:
    assert (refusal, found) == refusal_of(content, ending)


@pytest.mark.parametrize(
    ("kind", "found"),
    [
        (b"application/vnd.oasis.opendocument.text", "ODT"),
        (b"application/vnd.oasis.opendocument.spreadsheet", "ODS"),
        (b"application/epub+zip", "EPUB"),
        (b"application/other", "ZIP"),
    ],
)
def test_open_document_is_known_by_its_first_part(kind: bytes, found: str) -> None:
    assert found == format_of(zip_file({"mimetype": kind}, packing=0))
