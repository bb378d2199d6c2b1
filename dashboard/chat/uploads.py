"""An uploaded file becomes a document of a session."""

from pathlib import Path
from typing import Any, Final

from dashboard.chat.documents.limits import Limits
from dashboard.chat.documents.parse import parse_upload
from dashboard.chat.errors import ChatRefused
from dashboard.chat.index import PassageIndex
from dashboard.chat.passages import cut
from dashboard.chat.token_estimate import estimate_tokens
from dashboard.texts import Texts

MOST_DOCUMENTS: Final = 200


def add_upload(
    index: PassageIndex, path: Path, name: str, chunk_tokens: int, texts: Texts
) -> dict[str, Any]:
    """Read a file, cut it into passages and add it; what was added, as plain data.

    path: where its bytes are. name: what its owner calls it, text and never a path.
    Raises ChatRefused for a file that cannot be read, or one too many; then nothing is added.
    """
    if len(index.documents()) >= MOST_DOCUMENTS:
        raise ChatRefused("too_many_documents", most=str(MOST_DOCUMENTS))
    parsed = parse_upload(path, name, Limits())
    sections = [(section.text, section.place) for section in parsed.sections]
    passages = cut(sections, chunk_tokens=chunk_tokens, count_tokens=estimate_tokens)
    document = index.add(parsed.title, str(parsed.kind), passages)
    return {
        "document": document,
        "title": parsed.title,
        "kind": str(parsed.kind),
        "passages": len(passages),
        "remarks": [_remark(flag, texts) for flag in parsed.flags],
    }


def _remark(flag: str, texts: Texts) -> str:
    code, _, value = flag.partition(" ")
    return texts(f"chat.document.{code}", value=value)
