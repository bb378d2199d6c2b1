"""Which format the first bytes of a file tell of, whatever the file is called."""

import io
import re
import zipfile
from dataclasses import dataclass
from typing import Final

TEXT_START_BYTES: Final = 8_192
"""A NUL among the first bytes is what `git` and `grep` take for a file that is no text."""

UTF_16_OR_32_MARKS: Final = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")

BODY_OF_DOCX: Final = re.compile(r"word/document\d*\.xml")

_ENCRYPTED_PACKAGE: Final = "EncryptedPackage".encode("utf-16-le")
_MIMETYPE: Final = b"mimetypeapplication/"
_WORD_OLE: Final = "WordDocument".encode("utf-16-le")
_EXCEL_OLE: Final = ("Workbook".encode("utf-16-le"), "Book\0".encode("utf-16-le"))
_SLIDES_OLE: Final = "PowerPoint Document".encode("utf-16-le")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Signature:
    start: bytes
    name: str
    at: int = 0
    words: bool = False  # letters that a text may start with too: it needs a NUL as well


_SIGNATURES: Final = (
    _Signature(start=b"%PDF-", name="PDF"),
    _Signature(start=b"{\\rtf", name="RTF"),
    _Signature(start=b"\x89PNG\r\n\x1a\n", name="PNG"),
    _Signature(start=b"\xff\xd8\xff", name="JPEG"),
    _Signature(start=b"GIF8", name="GIF", words=True),
    _Signature(start=b"BM", name="BMP", words=True),
    _Signature(start=b"II*\x00", name="TIFF"),
    _Signature(start=b"MM\x00*", name="TIFF"),
    _Signature(start=b"WEBP", name="WEBP", at=8, words=True),
    _Signature(start=b"RIFF", name="RIFF", words=True),
    _Signature(start=b"ftyp", name="MP4", at=4, words=True),
    _Signature(start=b"ID3", name="MP3", words=True),
    _Signature(start=b"OggS", name="OGG", words=True),
    _Signature(start=b"%!PS", name="PostScript"),
    _Signature(start=b"MZ", name="EXE", words=True),
    _Signature(start=b"\x7fELF", name="ELF"),
    _Signature(start=b"\xcf\xfa\xed\xfe", name="Mach-O"),
    _Signature(start=b"\xca\xfe\xba\xbe", name="Mach-O"),
    _Signature(start=b"\x00asm", name="WebAssembly"),
    _Signature(start=b"SQLite format 3\x00", name="SQLite"),
    _Signature(start=b"PAR1", name="Parquet", words=True),
    _Signature(start=b"\x1f\x8b", name="GZIP"),
    _Signature(start=b"BZh", name="BZIP2", words=True),
    _Signature(start=b"\xfd7zXZ\x00", name="XZ"),
    _Signature(start=b"\x28\xb5\x2f\xfd", name="Zstandard"),
    _Signature(start=b"7z\xbc\xaf\x27\x1c", name="7Z"),
    _Signature(start=b"Rar!\x1a\x07", name="RAR"),
    _Signature(start=b"ustar", name="TAR", at=257, words=True),
)


def format_of(content: bytes) -> str | None:
    """A short name such as PDF, DOCX, XLSX or PNG; None for a text, and for what is not known."""
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return _format_of_zip(content)
    if content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _format_of_ole(content)
    has_nul = b"\0" in content[:TEXT_START_BYTES]
    for one in _SIGNATURES:
        if content.startswith(one.start, one.at) and (has_nul or not one.words):
            return one.name
    return None


def pdf_starts_late(content: bytes) -> bool:
    """Readers of PDF take a file whose mark stands anywhere in its first 1,024 bytes."""
    return b"%PDF-" in content[:1_024]


def starts_as_text(content: bytes) -> bool:
    """No NUL among its first bytes, or a mark that says why there are some."""
    return content.startswith(UTF_16_OR_32_MARKS) or b"\0" not in content[:TEXT_START_BYTES]


def _format_of_zip(content: bytes) -> str:
    """What its parts are called; nothing is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            names = set(package.namelist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        return "ZIP"
    if any(BODY_OF_DOCX.fullmatch(name) for name in names):
        return "DOCX"
    if names & {"xl/workbook.xml", "xl/workbook.bin"}:
        return "XLSX"
    if "ppt/presentation.xml" in names:
        return "PPTX"
    return _format_of_mimetype(content[30:128])


def _format_of_mimetype(start: bytes) -> str:
    """OpenDocument and EPUB keep their type, not packed, as the first part."""
    if not start.startswith(_MIMETYPE):
        return "ZIP"
    kind = start.removeprefix(_MIMETYPE)
    for mark, name in (
        (b"vnd.oasis.opendocument.text", "ODT"),
        (b"vnd.oasis.opendocument.spreadsheet", "ODS"),
        (b"vnd.oasis.opendocument.presentation", "ODP"),
        (b"epub", "EPUB"),
    ):
        if kind.startswith(mark):
            return name
    return "ZIP"


def _format_of_ole(content: bytes) -> str:
    """The container of Office until 2003, and of today's files with a password."""
    if _ENCRYPTED_PACKAGE in content:
        return "encrypted Office"
    if _WORD_OLE in content:
        return "DOC"
    if any(mark in content for mark in _EXCEL_OLE):
        return "XLS"
    return "PPT" if _SLIDES_OLE in content else "OLE"
