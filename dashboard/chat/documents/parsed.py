"""What an uploaded file becomes: text, and where in the file each piece of it stands.

A place is a kind, a blank and a value, in no language, so that a face can word it: `page 3` of a
PDF, `row 12` of a table (as a spreadsheet counts, the header is row 1), `heading Shoes > Care`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from dashboard.chat.documents.kinds import DocumentKind

MOST_HEADING_CHARACTERS: Final = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """A piece of a document.

    Attributes:
        place: where it stands; empty where the file has no places.
    """

    text: str
    place: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Parsed:
    """The text of one file, in the order of the file.

    Attributes:
        title: what the file calls itself, else its name without the ending.
        sections: at least one; none is blank.
        encoding: of a text file, as Python calls it; empty for PDF and DOCX.
        flags: what its reader should know, each a code, or a code, a blank and a value:
            `encoding_guessed`, `bytes_not_read COUNT`, `pages_without_text COUNT`,
            `pages_not_read COUNT`.
    """

    kind: DocumentKind
    title: str
    sections: tuple[Section, ...]
    encoding: str = ""
    flags: tuple[str, ...] = ()


def page_place(number: int) -> str:
    """Page 1 is the first of the file, whatever is printed on it."""
    return f"page {number}"


def row_place(number: int) -> str:
    """Row 1 is the first of the file, as in a spreadsheet; lines within a cell do not count."""
    return f"row {number}"


def heading_place(path: Sequence[str]) -> str:
    """From the outermost heading to the innermost, each cut to a length that can be shown."""
    return "heading " + " > ".join(words[:MOST_HEADING_CHARACTERS] for words in path)


def place_parts(place: str) -> tuple[str, str]:
    """The kind of a place and its value; both empty for no place."""
    kind, _, value = place.partition(" ")
    return kind, value
