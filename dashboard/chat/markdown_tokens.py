"""The pieces of an answer's Markdown as they are shown: links with their address, images as text,
citations as buttons, headings under those of the page."""

import html
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from dashboard.chat.citation_marks import find_marks, is_mark
from dashboard.chat.harmless import without_hidden
from dashboard.texts import Texts

MOST_CITATIONS: Final = 200
"""So many become buttons; those behind them stay as written."""

MOST_CHARACTERS_OF_TITLE: Final = 100
HEADINGS_BELOW: Final = 2
"""The first heading of an answer is an h3: the page has one above it."""

ALIGNED: Final = {"text-align:left": "left", "text-align:center": "center",
                  "text-align:right": "right"}  # fmt: skip


@dataclass(kw_only=True, slots=True)
class Citations:
    """Writes the citations of one answer; `written` counts them."""

    titles: Mapping[int, str]
    texts: Texts
    written: int = field(default=0, init=False)

    def in_text(self, text: str) -> str:
        """The text as HTML, its citations as buttons."""
        parts, at = [], 0
        for mark in find_marks(text):
            if self.written + len(mark.numbers) > MOST_CITATIONS:
                break
            self.written += len(mark.numbers)
            parts.append(html.escape(text[at : mark.start]))
            parts += [self._one(number) for number in mark.numbers]
            at = mark.end
        return "".join([*parts, html.escape(text[at:])])

    def _one(self, number: int) -> str:
        if number not in self.titles:
            told = html.escape(self.texts("chat.citation.unknown", number=str(number)))
            return f'<span class="citation-unknown" title="{told}">[doc{number}]</span>'
        title = " ".join(without_hidden(self.titles[number]).split())[:MOST_CHARACTERS_OF_TITLE]
        told = html.escape(self.texts("chat.citation.source", number=str(number), title=title))
        return (
            f'<button type="button" class="citation" data-citation="{number}" title="{told}"'
            f' aria-label="{told}">[{number}]</button>'
        )


def drop_references_called_like_citations(state: StateCore) -> None:
    """`[doc1]: https://...` at the end of an answer must not make its citations links."""
    references = state.env.get("references", {})
    for label in [label for label in references if is_mark(f"[{label}]")]:
        del references[label]


def shown(children: Sequence[Token], citations: Citations) -> Iterator[Token]:
    """The tokens of one line of text, with those replaced that must not be shown as they are."""
    address: str | None = None
    label: list[str] = []
    for token in children:
        if token.type == "image":
            token = _text(_image_as_text(token))
        if token.type == "link_open":
            address, label = str(token.attrs["href"]), []
            yield _link(address)
        elif token.type == "link_close" and address is not None:
            yield from _end_of_link(address, "".join(label), token)
            address = None
        elif token.type == "text":
            label.append(token.content)
            # No button inside a link: neither could be pressed for the other.
            as_html = html.escape(token.content) if address else citations.in_text(token.content)
            yield _html(as_html)
        else:
            label.append(token.content)
            yield token


class AnswerRenderer(RendererHTML):
    """Writes the tags of an answer."""

    def heading_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """`# A` is an h3, `###` an h5, and nothing is below h6."""
        return f"<{_heading(tokens[idx])}>"

    def heading_close(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """Its end."""
        return f"</{_heading(tokens[idx])}>\n"

    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """Code that can be scrolled by keyboard; the name of its language is left out."""
        return _code(tokens[idx])

    def code_block(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """The same for code that is set in."""
        return _code(tokens[idx])

    def table_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """A table in a box of its own, because it may be wider than the page."""
        return '<div class="answer-table" tabindex="0"><table>\n'

    def table_close(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """Its end."""
        return "</table></div>\n"

    def th_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """A head cell, aligned by a class."""
        return _cell(tokens[idx])

    def td_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """A cell, aligned by a class."""
        return _cell(tokens[idx])


def _image_as_text(token: Token) -> str:
    """An image as its words and its address: the browser must not ask for it."""
    words = "".join(child.content for child in token.children or ()).strip()
    address = str(token.attrs["src"])
    return f"{words} ({address})" if words else address


def _link(address: str) -> Token:
    return Token(type="link_open", tag="a", nesting=1, attrs={"href": address})


def _end_of_link(address: str, label: str, close: Token) -> Iterator[Token]:
    """The address inside where the label is empty, behind it where the label is another."""
    if not label.strip():
        yield _html(html.escape(address))
    yield close
    if label.strip() not in ("", address, address.removeprefix("mailto:")):
        yield _html(f' <span class="address">({html.escape(address)})</span>')


def _heading(token: Token) -> str:
    return f"h{min(6, int(token.tag[1:]) + HEADINGS_BELOW)}"


def _code(token: Token) -> str:
    return f'<pre tabindex="0"><code>{html.escape(token.content)}</code></pre>\n'


def _cell(token: Token) -> str:
    side = ALIGNED.get(str(token.attrs.get("style", "")))
    return f'<{token.tag} class="align-{side}">' if side else f"<{token.tag}>"


def _text(content: str) -> Token:
    return Token(type="text", tag="", nesting=0, content=content)


def _html(content: str) -> Token:
    """Ours, written out already; the reader makes no such tokens, as it knows no HTML."""
    return Token(type="html_inline", tag="", nesting=0, content=content)
