"""What the readers put their text into: it counts, and refuses what is too much."""

import re
from typing import Final

from dashboard.chat.documents.limits import Limits
from dashboard.chat.documents.names import shown_name
from dashboard.chat.documents.parsed import Section, heading_place
from dashboard.chat.documents.refusals import Refusal, Unreadable

_LINE_ENDS: Final = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_NEVER_SHOWN: Final = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f"  # control codes
    "\u202a-\u202e\u2066-\u2069"  # what turns the direction of all that follows
    "\ud800-\udfff\ufeff\ufffe\uffff"  # halves of letters, marks of an encoding
    "\U000e0000-\U000e007f]"  # tags: a hidden alphabet that a model reads and a person does not
)


class Gathered:
    """The sections of one file as they are found.

    Attributes:
        sections: in the order of the file.
        title: what the file calls itself; empty where it does not.
        flags: see `Parsed`.
    """

    def __init__(self, limits: Limits) -> None:
        self.sections: list[Section] = []
        self.title = ""
        self.flags: list[str] = []
        self._limits = limits
        self._characters = 0

    def add(self, text: str, place: str = "") -> None:
        """One more section, unless it is blank; Unreadable where the file has too much."""
        clean = shown_text(text)
        if not clean:
            return
        if len(self.sections) == self._limits.sections:
            raise Unreadable(Refusal.TOO_MANY_SECTIONS, limit=f"{self._limits.sections:,}")
        self._characters += len(clean) + len(place)
        if self._characters > self._limits.text_characters:
            raise Unreadable(Refusal.TOO_MUCH_TEXT, limit=f"{self._limits.text_characters:,}")
        self.sections.append(Section(text=clean, place=place))

    def call(self, title: str) -> None:
        """The first title that is not blank stays."""
        if not self.title and title.strip():
            self.title = shown_name(" ".join(title.split()))


class Outline:
    """Text under headings: each heading begins a section, whose place is the path to it."""

    def __init__(self, into: Gathered) -> None:
        self._into = into
        self._path: list[tuple[int, str]] = []
        self._body: list[str] = []

    def heading(self, level: int, words: str) -> None:
        """A heading of a level, 1 the outermost; it is the first line of its section too."""
        self.close()
        line = shown_name(" ".join(words.split()))
        while self._path and self._path[-1][0] >= level:
            self._path.pop()
        self._path.append((level, line))
        self._body = [words.strip()]

    def write(self, line: str) -> None:
        """One line of text under the last heading."""
        self._body.append(line)

    def close(self) -> None:
        """Hand on what was written since the last heading."""
        place = heading_place([words for _, words in self._path]) if self._path else ""
        self._into.add("\n".join(self._body), place)
        self._body = []


def shown_text(text: str) -> str:
    """A text without what cannot be seen, its lines ended in one way, no blank ones around it."""
    lines = _LINE_ENDS.sub("\n", text)
    clean = _NEVER_SHOWN.sub("", lines)
    return clean.rstrip().lstrip("\n") if clean.strip() else ""
