"""A tested set-up as a Python program of one file, with the passages in an index file beside it.

The program is made of the very modules that the pane runs (words, search, choice of passages,
prompt), joined into one file, so it asks as the pane does; only the reading of the index and the
call are its own. What a person or a document says stands in it as data: JSON inside string
literals that Python's own `repr` wrote.
"""

import ast
import io
import tempfile
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from importlib import resources
from pathlib import Path
from typing import Any, Final

from dashboard.chat.exports.plain_json import plain_json
from dashboard.chat.exports.tested_setup import (
    ADDRESS_SHAPES,
    BASE_URL_VARIABLE,
    KEY_VARIABLE,
    ChatSetup,
)
from dashboard.chat.index import PassageIndex
from dashboard.texts import LANGUAGES, load_texts

PROGRAM_FILE: Final = "ask.py"
INDEX_FILE: Final = "passages.sqlite"
REQUIREMENTS_FILE: Final = "requirements.txt"
REQUIREMENTS: Final = "openai>=2\n"
BASIS: Final = "exports/program_basis"
PARTS: Final = (
    BASIS,
    "citation_marks",
    "harmless",
    "question_language",
    "words",
    "index_search",
    "exports/program_reading",
    "retrieval",
    "prompt",
    "exports/program_asking",
)
"""Modules of the program in order, each behind those that it uses."""
PROMPT_TEXTS: Final = "chat.prompt."
SETTINGS_LINE: Final = "SETTINGS: Final[Mapping[str, Any]] = {}\n"
HEAD: Final = '''"""A chat bot on documents, as it was tested with modelcost.

    pip install -r requirements.txt
    export CHAT_BASE_URL=... CHAT_API_KEY=...
    python ask.py                     # the question that was tested
    python ask.py "Another question"

CHAT_API_KEY is a key of the service, or a token; at Azure, signed in with `az login`:
`az account get-access-token --resource https://ai.azure.com --query accessToken --output tsv`
It needs Python 3.11. Beside it lies the index of the documents, where it was tested with any.
"""
'''
TAIL: Final = """
if __name__ == "__main__":
    raise SystemExit(main(Path(__file__).parent, sys.argv[1:]))
"""


def python_bundle(setup: ChatSetup, index: PassageIndex | None) -> bytes:
    """A zip archive with the program, what it needs, and a copy of the index.

    index: of the documents that the set-up searches; None: of nobody's.
    """
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(PROGRAM_FILE, python_program(setup, has_index=index is not None))
        archive.writestr(REQUIREMENTS_FILE, REQUIREMENTS)
        if index is not None:
            with tempfile.TemporaryDirectory(prefix="modelcost-") as folder:
                copy = Path(folder) / INDEX_FILE
                index.copy_to(copy)
                archive.write(copy, INDEX_FILE)
    return held.getvalue()


def python_program(setup: ChatSetup, *, has_index: bool) -> str:
    """The text of the program. has_index: whether an index file lies beside it."""
    settings = program_settings(setup, INDEX_FILE if has_index else None)
    return joined_program(settings)


def program_settings(setup: ChatSetup, index_file: str | None) -> dict[str, Any]:
    """What the program reads of a set-up, as plain data."""
    return {
        "tested": {"chat": setup.chat, "turn": setup.turn, "endpoint_kind": setup.kind},
        "model": setup.model,
        "variables": {"base_url": BASE_URL_VARIABLE, "api_key": KEY_VARIABLE},
        "address_shape": ADDRESS_SHAPES[setup.kind],
        "parameters": dict(setup.sent),
        "system": setup.system,
        "index": index_file,
        "retrieval": {
            "top_n": setup.retrieval.top_n,
            "strictness": setup.retrieval.strictness,
            "in_scope": setup.retrieval.in_scope,
        },
        "prompt": {
            "in_scope": setup.prompt.in_scope,
            "past_messages": setup.prompt.past_messages,
        },
        "examples": [asdict(one) for one in setup.prompt.examples],
        "question": setup.question,
        "past": [one.as_sent() for one in setup.past],
        "sentences": {
            language: {
                name: text
                for name, text in load_texts(language).messages.items()
                if name.startswith(PROMPT_TEXTS)
            }
            for language in LANGUAGES
        },
    }


def joined_program(settings: dict[str, Any]) -> str:
    """The modules as one file, with these settings as its data."""
    sources = {part: _source(part) for part in PARTS}
    trees = {part: ast.parse(source) for part, source in sources.items()}
    imports = _joined_imports(trees.values())
    bodies = [_body(part, sources[part], trees[part]) for part in PARTS]
    text = "\n".join(
        [HEAD, "from __future__ import annotations\n", *imports, "\n", "\n\n".join(bodies), TAIL]
    )
    return text.replace(SETTINGS_LINE, _settings_literal(settings), 1)


def _source(part: str) -> str:
    return resources.files("dashboard").joinpath(f"chat/{part}.py").read_text("utf-8")


def _joined_imports(trees: Iterable[ast.Module]) -> list[str]:
    """All imports that are not of this program, each name once."""
    whole: set[str] = set()
    named: defaultdict[str, set[str]] = defaultdict(set)
    for node in (node for tree in trees for node in _imports(tree)):
        if isinstance(node, ast.Import):
            whole |= {one.name for one in node.names}
        elif node.module != "__future__" and not (node.module or "").startswith("dashboard."):
            named[node.module or ""] |= {one.name for one in node.names}
    return [
        *(f"import {name}" for name in sorted(whole)),
        *(f"from {name} import {', '.join(sorted(named[name]))}" for name in sorted(named)),
    ]


def _imports(tree: ast.Module) -> Iterator[ast.Import | ast.ImportFrom]:
    yield from (node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom)))


def _body(part: str, source: str, tree: ast.Module) -> str:
    """A module without its imports, its description as a comment."""
    lines = source.splitlines(keepends=True)
    description = ast.get_docstring(tree) or part
    for node in [tree.body[0], *_imports(tree)]:
        for at in range(node.lineno - 1, node.end_lineno or node.lineno):
            lines[at] = ""
    comment = "".join(f"# {line}".rstrip() + "\n" for line in description.splitlines())
    return f"# {'-' * 97}\n{comment}\n{''.join(lines).strip()}\n"


def _settings_literal(settings: dict[str, Any]) -> str:
    """The settings as a call of `json.loads` on string literals, one a line."""
    lines: Sequence[str] = plain_json(settings).splitlines(keepends=True)
    literals = "".join(f"    {line!r}\n" for line in lines)
    return f"SETTINGS: Final[Mapping[str, Any]] = json.loads(\n{literals})\n"
