"""The text of a DOCX: body and tables, headings as places.

Left out: headers, footers, notes, comments, deleted text, hidden text, numbers that Word makes.
"""

import io
import zipfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Final

from dashboard.chat.documents.docx_part import Package
from dashboard.chat.documents.docx_styles import TITLE_LEVEL, StyleSheet, outline_level
from dashboard.chat.documents.gathered import Gathered, Outline
from dashboard.chat.documents.limits import Limits
from dashboard.chat.documents.refusals import Refusal, Unreadable
from dashboard.chat.documents.signatures import BODY_OF_DOCX

_LETTERS: Final = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_OFF: Final = ("0", "false", "off")


def read_docx(content: bytes, into: Gathered, limits: Limits) -> None:
    """A section a heading.

    Raises:
        Unreadable: see `Package.read`; or it has no text.
        xml.parsers.expat.ExpatError, zipfile.BadZipFile: it is broken.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        package, styles = Package(archive, limits), StyleSheet()
        with suppress(KeyError):  # a file without styles has no headings
            package.read("word/styles.xml", styles)
        name = next(name for name in archive.namelist() if BODY_OF_DOCX.fullmatch(name))
        body = _Body(into, styles.levels())
        package.read(name, body)
        body.finish()
    if not into.sections:
        raise Unreadable(Refusal.NO_TEXT)


class _Paragraph:
    """What is known of a paragraph until it ends."""

    __slots__ = ("hidden", "in_text", "level", "words")

    def __init__(self) -> None:
        self.words: list[str] = []
        self.level: int | None = None
        self.in_text = False
        self.hidden = False


class _Body:
    """Takes the elements of the document; paragraphs may stand within others (text boxes)."""

    def __init__(self, into: Gathered, levels: Mapping[str, int]) -> None:
        self._into, self._outline, self._levels = into, Outline(into), levels
        self._open: list[_Paragraph] = []
        self._tables = 0
        self._cell: list[str] = []
        self._row: list[str] = []

    def start(self, name: str, attribute: Callable[[str], str]) -> None:
        """An element of Word begins."""
        if name == "p":
            self._open.append(_Paragraph())
        elif name == "tbl":
            self._tables += 1
        elif self._open:
            self._start_within(self._open[-1], name, attribute)

    def _start_within(
        self, paragraph: _Paragraph, name: str, attribute: Callable[[str], str]
    ) -> None:
        if name == "r":
            paragraph.hidden = False
        elif name == "t":
            paragraph.in_text = True
        elif name == "vanish":
            paragraph.hidden = attribute("val") not in _OFF
        elif name == "pStyle":
            paragraph.level = self._levels.get(attribute("val"), paragraph.level)
        elif name == "outlineLvl":
            paragraph.level = outline_level(attribute("val"))
        elif name in _LETTERS and not paragraph.hidden:
            paragraph.words.append(_LETTERS[name])

    def end(self, name: str) -> None:
        """An element of Word ends."""
        if name == "t" and self._open:
            self._open[-1].in_text = False
        elif name == "p" and self._open:
            self._end_paragraph(self._open.pop())
        elif name == "tc" and self._tables == 1:
            self._row.append(" ".join(self._cell))
            self._cell = []
        elif name == "tr" and self._tables == 1:
            if any(self._row):
                self._outline.write(" | ".join(self._row))
            self._row = []
        elif name == "tbl":
            self._tables -= 1

    def text(self, data: str) -> None:
        """Text between tags; only that of a run is the document's."""
        if self._open and self._open[-1].in_text and not self._open[-1].hidden:
            self._open[-1].words.append(data)

    def finish(self) -> None:
        """The document is at its end."""
        self._outline.close()

    def _end_paragraph(self, paragraph: _Paragraph) -> None:
        words = "".join(paragraph.words)
        if self._tables:
            self._cell += [" ".join(words.split())] if words.strip() else []
        elif not words.strip():
            return
        elif paragraph.level == TITLE_LEVEL:
            self._into.call(words)
            self._outline.write(words)
        elif paragraph.level:
            self._outline.heading(paragraph.level, words)
        else:
            self._outline.write(words)
