"""A part of a DOCX package, unpacked and parsed a block at a time, never trusting stated sizes."""

import zipfile
from collections.abc import Callable
from typing import Final, Protocol
from xml.parsers import expat

from dashboard.chat.documents.limits import Limits
from dashboard.chat.documents.megabytes import megabytes
from dashboard.chat.documents.refusals import Refusal, Unreadable

FIRST_BLOCK_BYTES: Final = 65_536
"""Each block is twice as long as the one before: an attribute that fills many is looked at from
its start again with each."""

RESERVE_BYTES: Final = 4 << 20
"""Given back when memory is over: Python needs some to leave a function by an exception, and tries
again and again where there is none."""

WORD: Final = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://purl.oclc.org/ooxml/wordprocessingml/main",
)
COMPATIBILITY: Final = "http://schemas.openxmlformats.org/markup-compatibility/2006"

_ENCRYPTED: Final = 0x1
_NO_MEMORY: Final = 1  # expat's XML_ERROR_NO_MEMORY


class PartReader(Protocol):
    """Takes the elements of a part; `name` is without namespace, `value` the one attribute."""

    def start(self, name: str, attribute: Callable[[str], str]) -> None:
        """An element of Word begins; `attribute(NAME)` is empty where it has none."""

    def end(self, name: str) -> None:
        """It ends."""

    def text(self, data: str) -> None:
        """Text within."""


class Package:
    """The parts of one file; all of them together may unpack to so many bytes."""

    def __init__(self, package: zipfile.ZipFile, limits: Limits) -> None:
        self._package = package
        self._limit = limits.unpacked_bytes
        self._unpacked = 0
        self._reserve = [bytes(RESERVE_BYTES)]

    def read(self, name: str, reader: PartReader) -> None:
        """Hand the elements of a part on.

        Raises:
            Unreadable: it needs a password, is packed in a way that Word does not use, declares a
                document type (a home of entities that grow), or unpacks to too much.
            xml.parsers.expat.ExpatError, zipfile.BadZipFile: it is broken.
        """
        part = self._package.getinfo(name)
        if part.flag_bits & _ENCRYPTED:
            raise Unreadable(Refusal.ENCRYPTED)
        if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Unreadable(Refusal.BROKEN)
        parser = _parser(reader)
        with self._package.open(part) as stream:
            wanted = FIRST_BLOCK_BYTES
            while block := stream.read(min(wanted, self._limit - self._unpacked + 1)):
                self._unpacked += len(block)
                if self._unpacked > self._limit:
                    raise Unreadable(Refusal.UNPACKS_TOO_LARGE, limit=megabytes(self._limit))
                self._parse(parser, block)
                wanted *= 2
        self._parse(parser, b"", last=True)

    def _parse(self, parser: expat.XMLParserType, block: bytes, *, last: bool = False) -> None:
        try:
            parser.Parse(block, last)
        except MemoryError:
            self._reserve.clear()
            raise
        except expat.ExpatError as error:
            if error.code != _NO_MEMORY:
                raise
            self._reserve.clear()
            raise MemoryError from None


def _parser(reader: PartReader) -> expat.XMLParserType:
    skipped = 0

    def start(full_name: str, attributes: dict[str, str]) -> None:
        nonlocal skipped
        space, _, name = full_name.rpartition("|")
        if skipped or (space == COMPATIBILITY and name == "Fallback"):
            skipped += 1  # the same text once more, for older programs
        elif space in WORD:
            reader.start(name, lambda wanted: attributes.get(f"{space}|{wanted}", ""))

    def end(full_name: str) -> None:
        nonlocal skipped
        space, _, name = full_name.rpartition("|")
        if skipped:
            skipped -= 1
        elif space in WORD:
            reader.end(name)

    def text(data: str) -> None:
        if not skipped:
            reader.text(data)

    def refuse(*_: object) -> None:
        raise Unreadable(Refusal.BROKEN)

    parser = expat.ParserCreate(namespace_separator="|")
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = text
    parser.buffer_text = True
    return parser
