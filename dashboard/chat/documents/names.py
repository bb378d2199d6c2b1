"""The name of an uploaded file: text to show, never a path, and an ending to judge by.

A name comes from another machine: it may hold control characters, look like a path, or turn the
direction of writing so that `exe.pdf` is read where `fdp.exe` stands.
"""

import unicodedata
from typing import Final

MOST_CHARACTERS: Final = 200
END_KEPT: Final = 40
ELLIPSIS: Final = "…"
NAMELESS: Final = "?"

_DROPPED_CATEGORIES: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_JOINERS: Final = frozenset("\u200c\u200d")
"""They have no width but decide how Persian or an emoji is written, and turn nothing round."""


def shown_name(name: str) -> str:
    """The name as plain text: nothing invisible, at most 200 characters, its end always shown."""
    clean = _visible(name)
    if len(clean) <= MOST_CHARACTERS:
        return clean or NAMELESS
    start = clean[: MOST_CHARACTERS - END_KEPT - len(ELLIPSIS)]
    return start + ELLIPSIS + clean[-END_KEPT:]


def shown_stem(name: str) -> str:
    """The same without folders and ending: a title for a file that has none."""
    return shown_name(_parted(name)[0])


def ending_of(name: str) -> str:
    """The last part of the name from its dot on, in small letters; empty where there is none."""
    return _parted(name)[1]


def _parted(name: str) -> tuple[str, str]:
    base = _visible(name).replace("\\", "/").rpartition("/")[2].rstrip(". ")
    stem, dot, ending = base.rpartition(".")
    return (stem, f".{ending.lower()}") if dot and stem else (base, "")


def _visible(name: str) -> str:
    kept = (
        letter
        for letter in unicodedata.normalize("NFC", name)
        if letter in _JOINERS or unicodedata.category(letter) not in _DROPPED_CATEGORIES
    )
    return "".join(kept).strip()
