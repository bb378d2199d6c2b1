"""Text out of documents made harmless for a prompt: it cannot end its block or speak for a role.

What a chat template or a reader of the prompt could take for a mark (`</documents>`, `<|im_end|>`,
`[INST]`, `system:` at the start of a line, `[doc2]`) has its signs replaced by ones that look alike
and that no template knows, so that people can still read it. Signs hidden by full-width letters or
by invisible characters are found as well. What a text *says* cannot be made harmless here, and a
letter of another script that only looks the same is left: no template takes it for a mark.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from dashboard.chat.citation_marks import find_marks

LOOK_ALIKE: Final = {
    "<": "‹", ">": "›", "[": "⟦", "]": "⟧", "【": "⟦", "】": "⟧", "(": "⟦", ")": "⟧", ":": "∶",
}  # fmt: skip

TAGS: Final = (
    "s|documents?|system|user|assistant|developer|human|instructions?|bos|eos|eod|unk|pad|mask"
    "|think(?:ing)?|tools?|tool_calls?|tool_response|tool_results?|function_calls?|invoke|message"
    "|start_of_turn|end_of_turn|(?:reserved|unused|extra_id|special)_?[0-9_]*"
)
ROLES: Final = (
    "system|user|assistant|developer|human|ai|bot|tool|function|システム|ユーザー?|アシスタント"
    "|開発者|人間"
)
BRACKETED: Final = (
    "/?inst|/?system_prompt|/?available_tools|/?tool_results?|/?tool_calls|/?tool_content|/?think"
    "|/?args|/?call_id|prefix|suffix|middle|gmask|sop|unk|pad|bos|eos|cls|sep|mask"
)
SIGNS: Final = (
    # <documents>, </ document >, <s>, <think>, with what else stands inside.
    re.compile(rf"(?P<a><)\s{{0,9}}/?\s{{0,9}}(?:{TAGS})(?!\w)(?:[^<>]{{0,200}}(?P<b>>))?"),
    # <|im_start|>, <｜User｜>: whatever their name is.
    # a <| f |> b, with spaces, is code.
    re.compile(r"(?P<a><)\|(?=[^\s>|])"),
    re.compile(r"(?<=[^\s<|])\|(?P<a>>)"),
    re.compile(r"(?P<a><)\s{0,3}(?P<b><)\s{0,3}/?\s{0,3}sys\s{0,3}(?P<c>>)\s{0,3}(?P<d>>)"),
    re.compile(rf"(?P<a>\[)\s{{0,3}}(?:{BRACKETED})\s{{0,3}}(?P<b>\])"),
    re.compile(rf"^[^\w\n]*+(?:{ROLES})(?P<a>[^\w\n]*:)", re.MULTILINE),
    re.compile(
        r"^[^\w\n#]*+#[^\w\n]*+(?:instructions?|response|input)(?P<a>[^\w\n]*:)", re.MULTILINE
    ),
)
LINE_ENDS: Final = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
JOINERS: Final = "\u200c\u200d"
SELECTORS: Final = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
"""Invisible both, but emoji, Persian and Japanese names need them: one of each kind at a place."""

HIDDEN: Final = re.compile(
    "[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5"
    "\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e00ff\ud800-\udfff]"
    f"|[{JOINERS}]{{2,}}|[{SELECTORS}]{{2,}}|[{JOINERS}{SELECTORS}]{{3,}}"
)
"""Characters that nobody sees and models read; rows of them have no use but to hide something."""


def harmless(text: str, *, keep_citations: bool = False) -> str:
    """The text with every mark of a template or role made one that nobody knows, and those of a
    citation too, so that a document cannot pass for another: unless a person wrote them."""
    clean = without_hidden(text)
    letters = list(clean)
    shadow, origins = _shadow(clean)
    for at in (*_signs(shadow), *(() if keep_citations else _ends_of_citations(shadow))):
        letters[origins[at]] = LOOK_ALIKE[shadow[at]]
    return "".join(letters)


def harmless_line(text: str, *, most_characters: int) -> str:
    """The same for a title or a place: one line, cut where it is too long."""
    line = " ".join(harmless(" ".join(without_hidden(text).split())).split())
    return line if len(line) <= most_characters else f"{line[: most_characters - 1]}…"


def without_hidden(text: str) -> str:
    """The text without characters that nobody sees, and with one kind of line end."""
    return HIDDEN.sub("", LINE_ENDS.sub("\n", text))


def _signs(shadow: str) -> Iterator[int]:
    for pattern in SIGNS:
        for found in pattern.finditer(shadow):
            for name in found.groupdict():
                places = range(*found.span(name))
                yield from (at for at in places if shadow[at] in LOOK_ALIKE)


def _ends_of_citations(shadow: str) -> Iterator[int]:
    for mark in find_marks(shadow):
        yield from (mark.start, mark.end - 1)


def _shadow(text: str) -> tuple[str, list[int]]:
    """The text as a careless reader sees it, and where each of its characters comes from.

    Small plain letters for large, full-width and other forms of the same; nothing invisible.
    """
    if text.isascii():
        return text.lower(), list(range(len(text)))
    letters: list[str] = []
    origins: list[int] = []
    for at, letter in enumerate(text):
        plain = letter if letter.isascii() else _compatible(letter)
        for one in plain.casefold():
            letters.append(one)
            origins.append(at)
    return "".join(letters), origins


def _compatible(letter: str) -> str:
    """NFKC of one character; nothing of a joiner or of a mark that stands on another letter."""
    if unicodedata.category(letter) in ("Cf", "Mn", "Me"):
        return ""
    return unicodedata.normalize("NFKC", letter)
