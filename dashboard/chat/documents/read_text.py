"""Plain text, which has no places, and Markdown, whose headings are places."""

import re
from typing import Final

from dashboard.chat.documents.gathered import Gathered, Outline, shown_text

_FENCE: Final = re.compile(r" {0,3}(`{3,}|~{3,})")
_HEADING: Final = re.compile(r" {0,3}(#{1,6})(?:[ \t]|$)")
_UNDERLINE: Final = re.compile(r" {0,3}(?:=+|-+)[ \t]*$")
_NO_PARAGRAPH: Final = re.compile(r"[ \t]*(?:[-*+>|#]|\d+[.)][ \t]|$)")


def read_plain_text(text: str, into: Gathered) -> None:
    """All of it as one section."""
    into.add(text)


def read_markdown(text: str, into: Gathered) -> None:
    """A section a heading, of both ways to write one; what stands in a code block is none.

    The text stays as written: marks of emphasis, links and tables are left in.
    """
    outline, fence, before = Outline(into), "", ""
    lines = shown_text(text).split("\n")
    underlined = False
    for number, line in enumerate(lines):
        if underlined:
            underlined = False
            before = ""
            continue
        mark = _FENCE.match(line)
        if fence:
            if mark and mark[1].startswith(fence) and not line.strip(" `~"):
                fence = ""
            outline.write(line)
        elif mark:
            fence = mark[1]
            outline.write(line)
        elif heading := _HEADING.match(line):
            _enter(outline, into, len(heading[1]), _without_closing_marks(line[heading.end() :]))
        elif level := _underlined_level(before, line, lines[number + 1 : number + 2]):
            _enter(outline, into, level, line)
            underlined = True
        else:
            outline.write(line)
        before = line
    outline.close()


def _enter(outline: Outline, into: Gathered, level: int, words: str) -> None:
    outline.heading(level, words)
    if level == 1:
        into.call(words)


def _without_closing_marks(words: str) -> str:
    stripped = words.strip()
    without = stripped.rstrip("#")
    return without.rstrip() if without != stripped and without.endswith((" ", "\t")) else stripped


def _underlined_level(before: str, line: str, following: list[str]) -> int:
    """1 or 2 for a paragraph of one line that is underlined, else 0."""
    if before.strip() or _NO_PARAGRAPH.match(line) or not following:
        return 0
    if not _UNDERLINE.match(following[0]):
        return 0
    return 1 if "=" in following[0] else 2
