"""A plan to deploy as one shell script: what has to be known as comments, files, commands."""

from collections.abc import Iterator
from typing import Any, Final

from dashboard.texts import Texts

END_OF_FILE: Final = "END_OF_FILE"


def deployment_text(document: dict[str, Any], texts: Texts) -> str:
    """The document of `deployment_document` as a script, which begins with what it is for."""
    return "\n".join(_lines(document, texts)) + "\n"


def _lines(document: dict[str, Any], texts: Texts) -> Iterator[str]:
    yield "#!/bin/sh"
    yield _comment(texts("deploy.text.head", option=document["option"]))
    if len(document["ways"]) > 1:
        yield _comment(texts("deploy.text.ways"))
    for note in document["notes"]:
        yield _comment(f"- {note['text']}")
    if document["placeholders"]:
        yield _comment(texts("deploy.text.placeholders"))
    for one in document["placeholders"]:
        yield _comment(f"  {one['placeholder']}  {one['meaning']}")
    for way in document["ways"]:
        yield ""
        yield _comment(f"==== {way['title']}")
        yield from (_comment(f"     {page}") for page in way["documentation"])
        for file in way["files"]:
            yield f"cat > {file['name']} <<'{END_OF_FILE}'"
            yield f"{file['content']}{END_OF_FILE}"
        yield from way["commands"]


def _comment(text: str) -> str:
    """One line, whatever a person has typed into it."""
    plain = "".join(one if one.isprintable() else " " for one in text)
    return f"# {plain}".rstrip()
