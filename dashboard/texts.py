"""Every word on the screen, by message id and language. The files are `locales/LANGUAGE.json`."""

import functools
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Final

LANGUAGES: Final = ("en", "ja")
PLACEHOLDER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Texts:
    """The messages of one language. Calling it with an id and facts gives the sentence."""

    language: str
    messages: Mapping[str, str]

    def __call__(self, message: str, /, **facts: str) -> str:
        """The text of this id with its placeholders filled; KeyError for an unknown id or gap.

        Only `{name}` is replaced, so that a person's own braces or markup pass through as text.
        """
        return PLACEHOLDER.sub(lambda match: facts[match[1]], self.messages[message])

    def counted(self, message: str, count: int, /, **facts: str) -> str:
        """The text of an id that names a `count`; where that is 1, the text of `ID.one`."""
        return self(f"{message}.one" if count == 1 else message, count=str(count), **facts)

    def optional(self, message: str) -> str | None:
        """The text of an id that need not exist, such as the hint of a field."""
        return self.messages.get(message)


@functools.cache
def load_texts(language: str) -> Texts:
    """The texts of a language; English where there is none of that name."""
    name = language if language in LANGUAGES else LANGUAGES[0]
    content = resources.files("dashboard").joinpath(f"locales/{name}.json").read_text("utf-8")
    return Texts(language=name, messages=json.loads(content))


def preferred_language(headers: Mapping[str, str]) -> str:
    """The language that a browser asks for first: Japanese, else English."""
    return "ja" if str(headers.get("accept-language", "")).lower().startswith("ja") else "en"
