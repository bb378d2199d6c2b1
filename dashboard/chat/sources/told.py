"""Reading a connected source in a terminal: what a person should know first, then how it goes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from dashboard.chat.sources.defined import OWN_NAMES
from dashboard.chat.sources.described import source_lines
from dashboard.chat.sources.shelf import Shelf
from dashboard.texts import Texts

EVERY = 25
"""Files between two lines of progress."""


def read_aloud(shelf: Shelf, name: str, texts: Texts, say: Callable[[str], None]) -> None:
    """Bring a connected source up to date, if `name` is one. say: takes lines for the person.

    Raises ChatRefused: there is none of that name, or it cannot be read.
    """
    if name in OWN_NAMES:
        return
    source = shelf.named(name)
    for line in source_lines(shelf, source, texts):
        say(line)
    said = [-1]

    def told() -> None:
        progress = shelf.progress(name)
        if progress is None or progress["listed"] is None:
            return
        done, listed = progress["done"], progress["listed"]
        if done != said[0] and (done % EVERY == 0 or done == listed):
            said[0] = done
            counts = {"done": f"{done:,}", "listed": f"{listed:,}"}
            say(texts("chat.source.state.reading", **counts))

    shelf.read(name, datetime.now(UTC), told)
    count, skips = shelf.copy(source).skips()
    if count:
        say(texts("chat.source.skipped", count=f"{count:,}"))
        for skip in skips:
            say(f"  {texts(f'chat.refused.{skip.code}', **skip.facts)}")
