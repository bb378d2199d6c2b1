"""Which styles of a DOCX are headings: their ids differ by language, their names do not."""

import re
from collections.abc import Callable, Mapping
from typing import Final

TITLE_LEVEL: Final = 0
MOST_STEPS: Final = 20
"""How far a style is followed to the one it is based on; they may lead in a circle."""

_HEADING: Final = re.compile(r"heading ([1-9])", re.I)


class StyleSheet:
    """Takes the elements of `word/styles.xml`; `levels` afterwards tells of each style's id."""

    def __init__(self) -> None:
        self._levels: dict[str, int] = {}
        self._based_on: dict[str, str] = {}
        self._style = ""

    def start(self, name: str, attribute: Callable[[str], str]) -> None:
        """What is told of a style: name, outline level, the style it is based on."""
        if name == "style":
            self._style = attribute("styleId")
        elif not self._style:
            return
        elif name == "name":
            heading = _HEADING.fullmatch(attribute("val").strip())
            if heading:
                self._levels[self._style] = int(heading[1])
            elif attribute("val").strip().lower() == "title":
                self._levels[self._style] = TITLE_LEVEL
        elif name == "basedOn":
            self._based_on[self._style] = attribute("val")
        elif name == "outlineLvl":
            level = outline_level(attribute("val"))
            if level is not None:
                self._levels.setdefault(self._style, level)

    def end(self, name: str) -> None:
        """A style is at its end."""
        if name == "style":
            self._style = ""

    def text(self, data: str) -> None:
        """Styles have no text."""

    def levels(self) -> Mapping[str, int]:
        """Level of each style that is a heading, 1 the outermost; 0 is the title."""
        found = dict(self._levels)
        for style in self._based_on:
            base = style
            for _ in range(MOST_STEPS):
                if base in self._levels:
                    found[style] = self._levels[base]
                    break
                base = self._based_on.get(base, "")
        return found


def outline_level(value: str) -> int | None:
    """Word writes 0 for the outermost of nine levels and 9 for text."""
    return int(value) + 1 if value in tuple("012345678") else None
