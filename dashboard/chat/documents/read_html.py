"""The text of a web page that was saved: nothing it names is fetched, nothing in it is run."""

import re
from html.parser import HTMLParser
from typing import Final

from dashboard.chat.documents.gathered import Gathered, Outline

DECLARED_WITHIN_BYTES: Final = 1_024

_CHARSET: Final = re.compile(
    rb"""<meta[^>]{0,200}?charset\s{0,9}=\s{0,9}["']?([\w.:-]{1,40})""", re.I
)
_BLANKS: Final = re.compile(r"[ \t\r\n\f]+")
_HEADINGS: Final = {f"h{level}": level for level in range(1, 7)}
_UNREAD: Final = frozenset(
    {
        *("script", "style", "template", "noscript", "iframe", "object", "svg", "math"),
        *("canvas", "audio", "video", "select", "noframes"),
    }
)
_BLOCKS: Final = frozenset(
    {
        *("address", "article", "aside", "blockquote", "body", "br", "caption", "dd", "details"),
        *("div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "header", "hr"),
        *("li", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tr", "ul"),
    }
)


def declared_encoding(content: bytes) -> str:
    """What a page says of itself in its first bytes; empty where it says nothing."""
    found = _CHARSET.search(content[:DECLARED_WITHIN_BYTES])
    return found[1].decode("ascii", "ignore") if found else ""


def read_html(text: str, into: Gathered) -> None:
    """A section a heading. Scripts, styles, frames and drawings are left out, links keep words."""
    page = _Page(into)
    page.feed(text)
    page.close()
    page.finish()


class _Page(HTMLParser):
    """Lines of a page, from its tags as they come; tags that are never closed do no harm."""

    def __init__(self, into: Gathered) -> None:
        super().__init__(convert_charrefs=True)
        self._into, self._outline = into, Outline(into)
        self._line: list[str] = []
        self._title: list[str] | None = None
        self._heading = 0
        self._unread, self._unread_depth = "", 0
        self._as_typed = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag begins."""
        if self._unread:
            self._unread_depth += tag == self._unread
        elif tag in _UNREAD:
            self._unread, self._unread_depth = tag, 1
        elif tag == "title":
            self._title = []
        elif tag in _HEADINGS:
            self._end_line()
            self._heading = _HEADINGS[tag]
        elif tag in _BLOCKS:
            self._end_line()
            self._as_typed += tag == "pre"
        elif tag in ("td", "th") and self._line:
            self._line.append(" | ")

    def handle_endtag(self, tag: str) -> None:
        """A tag ends."""
        if self._unread:
            self._unread_depth -= tag == self._unread
            if not self._unread_depth:
                self._unread = ""
        elif tag == "title" and self._title is not None:
            self._into.call("".join(self._title))
            self._title = None
        elif tag in _HEADINGS or tag in _BLOCKS:
            self._end_line()
            self._heading = 0 if tag in _HEADINGS else self._heading
            self._as_typed = max(0, self._as_typed - (tag == "pre"))

    def handle_data(self, data: str) -> None:
        """Text between tags."""
        if self._unread:
            return
        if self._title is not None:
            self._title.append(data)
        else:
            self._line.append(data)

    def finish(self) -> None:
        """The page is at its end."""
        self._end_line()
        self._outline.close()

    def _end_line(self) -> None:
        raw = "".join(self._line)
        line = raw if self._as_typed else _BLANKS.sub(" ", raw).strip(" |")
        self._line = []
        if not line:
            return  # a heading may hold blocks that hold its words
        heading, self._heading = self._heading, 0
        if heading:
            self._outline.heading(heading, line)
        else:
            self._outline.write(line)
