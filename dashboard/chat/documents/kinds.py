"""What a file really is, judged by its content and its name together.

Content that says what it is wins; a name that says something else is refused, by the name of both.
Among texts, which all look alike, the name decides.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from dashboard.chat.documents.refusals import Refusal, Unreadable
from dashboard.chat.documents.signatures import format_of, pdf_starts_late, starts_as_text


class DocumentKind(StrEnum):
    """The kinds that are read."""

    TEXT = "txt"
    MARKDOWN = "md"
    CSV = "csv"
    HTML = "html"
    PDF = "pdf"
    DOCX = "docx"


KINDS_SHOWN: Final = ", ".join(kind.value for kind in DocumentKind)

KIND_OF_ENDING: Final[Mapping[str, DocumentKind]] = MappingProxyType(
    {
        ".txt": DocumentKind.TEXT,
        ".text": DocumentKind.TEXT,
        ".log": DocumentKind.TEXT,
        ".md": DocumentKind.MARKDOWN,
        ".markdown": DocumentKind.MARKDOWN,
        ".csv": DocumentKind.CSV,
        ".tsv": DocumentKind.CSV,
        ".html": DocumentKind.HTML,
        ".htm": DocumentKind.HTML,
        ".xhtml": DocumentKind.HTML,
        ".pdf": DocumentKind.PDF,
        ".docx": DocumentKind.DOCX,
    }
)

_KIND_OF_FORMAT: Final = {"PDF": DocumentKind.PDF, "DOCX": DocumentKind.DOCX}

_ADVICE: Final = {
    **dict.fromkeys(("DOC", "RTF", "ODT"), Refusal.SAVE_AS_DOCX),
    **dict.fromkeys(("XLS", "XLSX", "ODS"), Refusal.SAVE_AS_CSV),
    **dict.fromkeys(("PPT", "PPTX", "ODP", "EPUB", "PostScript"), Refusal.SAVE_AS_PDF),
    **dict.fromkeys(
        ("ZIP", "GZIP", "BZIP2", "XZ", "Zstandard", "7Z", "RAR", "TAR"), Refusal.UNPACK_FIRST
    ),
}
"""What to do with a format that is not read; for all others there is nothing to be done."""


def kind_of(content: bytes, ending: str) -> DocumentKind:
    """The kind of a file that is not empty.

    ending: of its name, with the dot, in small letters; empty where the name has none.

    Raises:
        Unreadable: it is of no kind that is read, or it is not what its name says.
    """
    named, found = KIND_OF_ENDING.get(ending), format_of(content)
    if found is None:
        return _kind_of_text(content, ending, named)
    kind = _KIND_OF_FORMAT.get(found)
    if kind is not None:
        if ending and kind is not named:
            raise _mislabelled(ending, found)
        return kind
    if named is DocumentKind.DOCX and found == "encrypted Office":
        raise Unreadable(Refusal.ENCRYPTED)
    if named is DocumentKind.DOCX and found == "ZIP":
        raise Unreadable(Refusal.BROKEN)  # a package without its body
    if named is not None:
        raise _mislabelled(ending, found)
    refusal = _ADVICE.get(found, Refusal.NOT_A_DOCUMENT)
    facts = {"kinds": KINDS_SHOWN} if refusal is Refusal.NOT_A_DOCUMENT else {}
    raise Unreadable(refusal, found=found, **facts)


def _kind_of_text(content: bytes, ending: str, named: DocumentKind | None) -> DocumentKind:
    """A file whose content tells no format: text, or something else that its name must answer."""
    if named is None:
        raise Unreadable(Refusal.UNKNOWN_KIND, kinds=KINDS_SHOWN)
    if named is DocumentKind.PDF and pdf_starts_late(content):
        return named
    if named in (DocumentKind.PDF, DocumentKind.DOCX):
        if starts_as_text(content):
            raise _mislabelled(ending, "TXT")
        raise Unreadable(Refusal.BROKEN)
    return named


def _mislabelled(ending: str, found: str) -> Unreadable:
    return Unreadable(Refusal.MISLABELLED, named=ending, found=found, kinds=KINDS_SHOWN)
