"""How names are folded before they are compared: case, width and blanks do not matter."""

from __future__ import annotations

import re
import unicodedata

_SKU_PREFIX = "standard_"


def fold(name: str) -> str:
    """``" Llama 2 7B "`` becomes ``"llama-2-7b"``: NFKC, lower case, blanks become one hyphen."""
    text = unicodedata.normalize("NFKC", name).strip().casefold()
    return re.sub(r"\s+", "-", text)


def fold_sku(name: str) -> str:
    """``"Standard_NC12s_v3"`` and ``"nc12s v3"`` become ``"nc12s_v3"``."""
    text = unicodedata.normalize("NFKC", name).strip().casefold()
    text = re.sub(r"\s+", "_", text)
    return text.removeprefix(_SKU_PREFIX)


def words(query: str) -> list[str]:
    """The words of a search text, folded; at most twelve."""
    return [fold(word) for word in query.split()][:12]


def like_pattern(word: str) -> str:
    """A LIKE pattern for "contains this word", to be used with ``ESCAPE '\\'``."""
    escaped = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def safe_text(text: str) -> str:
    """Text that a database can be asked for: no NUL, no half of a surrogate pair."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
