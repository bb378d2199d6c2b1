"""The forms in which a tested set-up can be taken along, each as a file with a safe name."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias, assert_never

from dashboard.chat.errors import ChatRefused
from dashboard.chat.exports.curl import curl_command
from dashboard.chat.exports.prompty import prompty_file
from dashboard.chat.exports.python_program import python_bundle
from dashboard.chat.exports.tested_setup import ChatSetup
from dashboard.chat.index import PassageIndex
from dashboard.chat.sources.defined import OWN_NAMES

Form: TypeAlias = Literal["prompty", "python", "curl"]


@dataclass(frozen=True, kw_only=True, slots=True)
class ExportFile:
    """A file for download. name: of plain letters, digits, hyphens and dots."""

    name: str
    media_type: str
    content: bytes


def export_file(setup: ChatSetup, form: Form, indexes: Mapping[str, PassageIndex]) -> ExportFile:
    """The set-up in a form.

    indexes: the bundled catalogue and the session's own documents, by their names.
    Raises ChatRefused where a document is gone that prompty and curl need, and for a program with
    all documents of a source of the operator's.
    """
    stem = f"modelcost-chat-{setup.chat}-{setup.turn}"
    match form:
        case "prompty":
            name, media_type = f"{stem}.prompty", "text/plain; charset=utf-8"
            content = prompty_file(setup).encode("utf-8", "replace")
        case "curl":
            name, media_type = f"{stem}.sh", "text/plain; charset=utf-8"
            content = curl_command(setup).encode("utf-8", "replace")
        case "python":
            if setup.source not in OWN_NAMES:
                raise ChatRefused("export_source", name=setup.source)
            name, media_type = f"{stem}.zip", "application/zip"
            content = python_bundle(setup, indexes.get(setup.source))
        case _:  # pragma: no cover - the type leaves nothing else
            assert_never(form)
    return ExportFile(name=name, media_type=media_type, content=content)
