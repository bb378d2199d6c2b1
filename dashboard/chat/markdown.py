"""An answer's Markdown as HTML that a page may show: nothing in it loads, runs or hides anything.

Three walls. The Markdown reader knows no HTML and no links but http, https and mailto; what it does
not know stays as text. Our renderer writes few tags (`markdown_tokens`). Then nh3 parses the result
as a browser would, and keeps only the tags and attributes that are listed here.

What is too long, too deep or too wide for that is shown as plain text, so that no answer can hold
up the service: less than half a second of CPU each.
"""

import html
import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

from dashboard.chat.harmless import without_hidden
from dashboard.chat.links import is_allowed
from dashboard.chat.markdown_tokens import (
    AnswerRenderer,
    Citations,
    drop_references_called_like_citations,
    shown,
)
from dashboard.texts import Texts

MOST_MARKDOWN_CHARACTERS: Final = 20_000
MOST_CHARACTERS: Final = 100_000
MOST_CHARACTERS_OF_HTML: Final = 800_000
"""What the limits above come to at most; a test holds them to it."""

MOST_LINES: Final = 1_000
MOST_CELLS: Final = 5_000
"""Most pipes in a line x lines: what a table could come to, empty cells counted."""

MOST_BRACKETS: Final = 1_000
"""The time to look for links grows with the square of their number."""

MOST_QUOTES: Final = 6
MOST_DEPTH: Final = 20
READ_TO_DEPTH: Final = 30
"""The Markdown reader leaves out what lies deeper, so it must be more than what is shown."""

DEEP_QUOTES: Final = re.compile(rf"^[ \t]*+(?:>[ \t]*+){{{MOST_QUOTES + 1}}}", re.MULTILINE)
TAGS: Final = frozenset({
    "a", "blockquote", "br", "button", "code", "div", "em", "h3", "h4", "h5", "h6", "hr", "li",
    "ol", "p", "pre", "s", "span", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
})  # fmt: skip
CLASSES: Final = {
    "button": {"citation"},
    "span": {"citation-unknown", "address"},
    "div": {"answer-table"},
    "pre": {"answer-plain"},
    "td": {"align-left", "align-center", "align-right"},
    "th": {"align-left", "align-center", "align-right"},
}
ATTRIBUTES: Final = {
    "a": {"href"},
    "button": {"data-citation", "aria-label", "title"},
    "span": {"title"},
    "ol": {"start"},
}
DIGITS: Final = re.compile(r"[0-9]{1,9}")


def render_answer(answer: str, titles: Mapping[int, str], texts: Texts) -> str:
    """The HTML of an answer.

    titles: the title of each passage that the model was given, by its number. `[docN]` becomes a
        button `data-citation="N"` where it has one, else text that says so.
    """
    clean = without_hidden(answer)
    tokens = None if _too_much(clean) else _tokens(clean, Citations(titles=titles, texts=texts))
    if tokens is None or _depth(tokens) > MOST_DEPTH:
        rendered = _plain(clean, Citations(titles=titles, texts=texts))
    else:
        rendered = AnswerRenderer().render(tokens, _reader().options, {})
    return _cleaner().clean(rendered)


def _too_much(answer: str) -> bool:
    """Whether reading this as Markdown could take long or come to far more than it is."""
    if len(answer) > MOST_MARKDOWN_CHARACTERS or DEEP_QUOTES.search(answer):
        return True
    lines = answer.split("\n")
    if len(lines) > MOST_LINES or answer.count("[") > MOST_BRACKETS:
        return True
    return max(line.count("|") for line in lines) * len(lines) > MOST_CELLS


def _tokens(answer: str, citations: Citations) -> list[Token]:
    tokens = _reader().parse(answer, {})
    for token in tokens:
        if token.children is not None:
            token.children = list(shown(token.children, citations))
    return tokens


def _depth(tokens: Sequence[Token]) -> int:
    """The most tags that are open at once."""
    depth = deepest = 0
    for token in tokens:
        depth += token.nesting
        inside = _depth(token.children) if token.children else 0
        deepest = max(deepest, depth + inside)
    return deepest


def _plain(answer: str, citations: Citations) -> str:
    """The answer as it was written, with its citations; cut where it is far too long."""
    written = f'<pre class="answer-plain">{citations.in_text(answer[:MOST_CHARACTERS])}</pre>'
    if len(answer) <= MOST_CHARACTERS:
        return written
    told = citations.texts("chat.answer.cut", count=f"{MOST_CHARACTERS:,}")
    return f"{written}<p>{html.escape(told)}</p>"


class AnswerReader(MarkdownIt):
    """A Markdown reader that leaves a link as text where its address may not be opened."""

    def validateLink(self, url: str) -> bool:
        """The reader asks this for each link and image."""
        return is_allowed(url)


@cache
def _reader() -> AnswerReader:
    options = {"html": False, "linkify": False, "breaks": True, "maxNesting": READ_TO_DEPTH}
    reader = AnswerReader("commonmark", options)
    reader.enable(["table", "strikethrough"])
    reader.disable(["html_block", "html_inline"])
    reader.core.ruler.after("block", "references", drop_references_called_like_citations)
    return reader


@cache
def _cleaner() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(TAGS),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        allowed_classes={tag: set(names) for tag, names in CLASSES.items()},
        attribute_filter=_kept_value,
        tag_attribute_values={"pre": {"tabindex": {"0"}}, "div": {"tabindex": {"0"}}},
        set_tag_attribute_values={"a": {"target": "_blank"}, "button": {"type": "button"}},
        link_rel="noopener noreferrer nofollow",
        url_schemes={"http", "https", "mailto"},
        url_relative="deny",
    )


def _kept_value(tag: str, name: str, value: str) -> str | None:
    """The value of an attribute, or None where it is none that our renderer writes."""
    if name == "href":
        return value if is_allowed(value) else None
    if name in ("data-citation", "start"):
        return value if DIGITS.fullmatch(value) else None
    return value
