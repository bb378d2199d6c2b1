"""Stands in, inside the exported program, for what the service has around it.

`python_program.py` puts these lines at the beginning of the program and its own data in the place
of SETTINGS; nothing here imports this file but the program's last part.
"""

from collections.abc import Mapping
from typing import Any, Final

SETTINGS: Final[Mapping[str, Any]] = {}


class ChatRefused(Exception):
    """A setting or a question that cannot be used."""

    def __init__(self, code: str, /, **facts: str) -> None:
        super().__init__(f"{code}: {facts}" if facts else code)


class Texts:
    """The sentences that stand around passages and question, in one language."""

    def __init__(self, language: str) -> None:
        self._sentences: Mapping[str, str] = SETTINGS["sentences"][language]

    def __call__(self, message: str) -> str:
        """The sentence of an id."""
        return self._sentences[message]


def load_texts(language: str) -> Texts:
    """The sentences of a language."""
    return Texts(language)
