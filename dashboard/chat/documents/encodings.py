"""Bytes of a text become letters: which encoding they are in is told, proven or guessed.

UTF-8 and UTF-16 prove themselves (by a mark, or because nothing else looks like UTF-8). The
Japanese encodings are told apart by the letters that come out. What remains is taken for Western
European and flagged, because any bytes at all could be that.
"""

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from dashboard.chat.documents.refusals import Refusal, Unreadable
from dashboard.chat.documents.signatures import starts_as_text

GUESSED: Final = "encoding_guessed"
BYTES_NOT_READ: Final = "bytes_not_read"

MOST_UNREADABLE_SHARE: Final = 0.01
"""Of the letters beyond ASCII: below it the text is damaged UTF-8, above it something else."""

MOST_CONTROL_SHARE: Final = 0.001
"""Of all bytes: control codes, which a text in a Western European encoding does not hold."""

LEAST_LIKENESS: Final = 0.5
"""Share of the letters beyond ASCII that must look Japanese for a text to be taken for it."""

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARABLE: Final = frozenset(
    {"utf-8", "cp932", "shift_jis", "euc_jp", "iso2022_jp", "iso8859-1", "cp1252", "ascii"}
)
_WIDER: Final = {"shift_jis": "cp932", "iso8859-1": "cp1252", "ascii": "cp1252"}
"""What browsers read instead, because writers mean it."""

_ISO_2022: Final = re.compile(rb"\x1b\$[@B]")
_CONTROLS: Final = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f]")
_BEYOND_ASCII: Final = re.compile(r"[^\x00-\x7f]")
_HALF_WIDTH_OR_PRIVATE: Final = re.compile("[\uff61-\uff9f\ue000-\uf8ff]")
_LONE_IN_WORD: Final = re.compile(
    r"(?<=[A-Za-z])[^\x00-\x7f](?![^\x00-\x7f])|(?<![^\x00-\x7f])[^\x00-\x7f](?=[A-Za-z])"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Decoded:
    """A text, the encoding that it was in, and what should be known about it."""

    text: str
    encoding: str
    flags: tuple[str, ...] = ()


def decoded(content: bytes, declared: str = "") -> Decoded:
    """The text of these bytes.

    declared: an encoding that the file names itself; believed where the bytes agree and are not
        UTF-8, which hardly any other text is by chance.

    Raises:
        Unreadable: NOT_TEXT where they are no text in any encoding that is read.
    """
    if not starts_as_text(content):
        raise Unreadable(Refusal.NOT_TEXT)
    attempts: tuple[Callable[[bytes], Decoded | None], ...] = (
        _as_marked,
        _as_utf_8,
        lambda rest: _as_declared(rest, declared),
        _as_japanese,
        _as_damaged_utf_8,
        _as_western,
    )
    for attempt in attempts:
        if found := attempt(content):
            return found
    raise Unreadable(Refusal.NOT_TEXT)


def _as_marked(content: bytes) -> Decoded | None:
    for mark, name in _MARKS:
        if content.startswith(mark):
            text = content.decode(name, "replace")
            return Decoded(text=text, encoding=name, flags=_not_read(text.count("\ufffd")))
    return None


def _as_declared(content: bytes, declared: str) -> Decoded | None:
    try:
        name = codecs.lookup(declared).name if declared.isascii() and declared else ""
    except LookupError:
        return None
    if name not in _DECLARABLE:
        return None
    return _strictly(content, _WIDER.get(name, name))


def _as_utf_8(content: bytes) -> Decoded | None:
    if _ISO_2022.search(content):  # seven bits, so it would pass for UTF-8
        return _strictly(content, "iso2022_jp") or _strictly(content, "utf-8")
    return _strictly(content, "utf-8")


def _as_japanese(content: bytes) -> Decoded | None:
    """Shift_JIS (as Windows writes it) or EUC-JP, if that gives letters that look Japanese."""
    both = [_strictly(content, name) for name in ("cp932", "euc_jp")]
    likely = [(_likeness(one.text), one) for one in both if one is not None]
    if not likely:
        return None
    likeness, best = max(likely, key=lambda pair: pair[0])
    return best if likeness > LEAST_LIKENESS else None


def _likeness(text: str) -> float:
    """How much the letters beyond ASCII look Japanese; 0 to 1.

    Bytes of a Western European text that happen to pass give lone, rare letters between Latin
    ones; those of the other Japanese encoding give half-width kana or private letters.
    """
    beyond = len(_BEYOND_ASCII.findall(text))
    odd = len(_HALF_WIDTH_OR_PRIVATE.findall(text)) + len(_LONE_IN_WORD.findall(text))
    return 1 - odd / beyond if beyond else 0.0


def _as_damaged_utf_8(content: bytes) -> Decoded | None:
    text = content.decode("utf-8", "replace")
    lost, beyond = text.count("\ufffd"), len(_BEYOND_ASCII.findall(text))
    if lost > MOST_UNREADABLE_SHARE * beyond:
        return None
    return Decoded(text=text, encoding="utf-8", flags=_not_read(lost))


def _as_western(content: bytes) -> Decoded | None:
    if len(_CONTROLS.findall(content)) > MOST_CONTROL_SHARE * len(content):
        return None
    found = _strictly(content, "cp1252") or _strictly(content, "iso8859-1")
    return found and Decoded(text=found.text, encoding=found.encoding, flags=(GUESSED,))


def _strictly(content: bytes, name: str) -> Decoded | None:
    try:
        return Decoded(text=content.decode(name), encoding=name)
    except UnicodeDecodeError:
        return None


def _not_read(count: int) -> tuple[str, ...]:
    return (f"{BYTES_NOT_READ} {count}",) if count else ()
