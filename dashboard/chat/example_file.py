"""Reads examples out of a YAML or JSON file: a list of objects with `user` and `assistant`."""

from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from catalog.document import Form, read_document
from dashboard.chat.asked import ExampleBody, examples_of
from dashboard.chat.errors import ChatRefused
from dashboard.chat.prompt import Example, PromptSettings


def read_example_file(path: Path) -> tuple[Example, ...]:
    """The examples of a file, in order.

    Raises:
        ChatRefused: a file that cannot be read or holds anything else, or examples beyond a limit.
        Refused: what is no YAML or JSON, with its line.
    """
    try:
        content = path.read_bytes()
    except OSError:
        raise ChatRefused("examples_unreadable", file=path.name) from None
    form: Form = "json" if path.suffix.lower() == ".json" else "yaml"
    document = read_document(content, form=form, name=path.name)
    try:
        found = examples_of(TypeAdapter(list[ExampleBody]).validate_python(document.value))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "-"
        raise ChatRefused("examples_file", file=path.name, place=place) from None
    return PromptSettings(examples=found).examples
