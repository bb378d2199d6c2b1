"""The bundled camping-goods catalogue, in English and Japanese: documents to try the chat on."""

import hashlib
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Final

from dashboard.chat.index import PassageIndex
from dashboard.chat.passages import cut
from dashboard.chat.token_estimate import estimate_tokens

LANGUAGES: Final = ("en", "ja")
CHUNK_TOKENS: Final = 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class SampleDocument:
    """One sheet of the catalogue. name: its file, such as `trailwalker-hiking-shoes.md`."""

    name: str
    language: str
    title: str
    text: str


def sample_documents() -> tuple[SampleDocument, ...]:
    """All sheets: English first, each language in order of its files."""
    found = []
    for language in LANGUAGES:
        folder = resources.files("dashboard").joinpath(f"chat/sample/{language}")
        for file in sorted(folder.iterdir(), key=lambda file: file.name):
            text = file.read_text("utf-8")
            title = text.partition("\n")[0].lstrip("# ").strip()
            found.append(SampleDocument(name=file.name, language=language, title=title, text=text))
    return tuple(found)


def sample_index(data_dir: Path, chunk_tokens: int = CHUNK_TOKENS) -> PassageIndex:
    """The index of the catalogue, made at first use; another catalogue makes another file, and so
    do passages of another length."""
    documents = sample_documents()
    content = "\0".join(f"{chunk_tokens} {one.name} {one.text}" for one in documents)
    path = data_dir / f"sample-{hashlib.sha256(content.encode()).hexdigest()[:16]}.sqlite"
    index = PassageIndex(path)
    if len(index.documents()) < len(documents):
        _fill(index, documents, chunk_tokens)
    return index


def _fill(index: PassageIndex, documents: tuple[SampleDocument, ...], chunk_tokens: int) -> None:
    """What is missing, so that a program that was stopped half-way goes on."""
    there = {document.title for document in index.documents()}
    for one in documents:
        if one.title not in there:
            passages = cut(
                [(one.text, "")], chunk_tokens=chunk_tokens, count_tokens=estimate_tokens
            )
            index.add(one.title, "md", passages)
