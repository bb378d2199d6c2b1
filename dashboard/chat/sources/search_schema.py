"""What an index of Azure AI Search holds, and which of its fields are what for us."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from dashboard.chat.errors import ChatRefused
from dashboard.chat.sources.defined import SearchIndex

TEXT_TYPE: Final = "Edm.String"
VECTOR_TYPES: Final = (
    "Collection(Edm.Single)", "Collection(Edm.Half)", "Collection(Edm.Int16)",
    "Collection(Edm.SByte)",
)  # fmt: skip
LIKELY: Final[Mapping[str, tuple[str, ...]]] = {
    "content": ("content", "chunk", "text", "page_content", "merged_content", "body", "passage"),
    "title": ("title", "name", "filename", "file_name", "metadata_storage_name", "heading"),
    "url": ("url", "link", "source", "filepath", "metadata_storage_path", "uri"),
}
"""Names that such fields usually have, the likeliest first."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Mapped:
    """Which field is what, and how the index may be asked.

    Attributes:
        vector: a field of numbers, where it is asked by meaning.
        vectorizer: whether the service itself turns a question into numbers.
        semantic: the configuration of its ranker.
        checked: against the definition of the index; else as the operator wrote it.
    """

    content: str
    key: str
    title: str | None = None
    url: str | None = None
    vector: str | None = None
    vectorizer: bool = False
    semantic: str | None = None
    checked: bool = True

    def fields(self) -> dict[str, str]:
        """Names of fields by what they are for us; only those that there are."""
        named = {"content": self.content, "title": self.title, "url": self.url, "key": self.key}
        return {role: name for role, name in named.items() if name is not None} | (
            {} if self.vector is None else {"vector": self.vector}
        )


def map_fields(index: SearchIndex, schema: Mapping[str, Any], *, embeds: bool) -> Mapped:
    """The mapping for the definition of an index: the operator's, filled up with what is likely.

    embeds: whether an endpoint turns questions into numbers for this source.

    Raises:
        ChatRefused: no text to search, a field that is not there, or no way to ask as wanted.
        ValueError, TypeError, KeyError: the definition is built as none is.
    """
    fields = [one for one in schema["fields"] if _is_shown(one)]
    texts = [one["name"] for one in fields if one["type"] == TEXT_TYPE]
    searchable = [
        one["name"]
        for one in fields
        if one["type"] == TEXT_TYPE and one.get("searchable", True) and not one.get("key")
    ]
    keys = [one["name"] for one in schema["fields"] if one.get("key")]
    if not searchable:
        raise ChatRefused("source_no_text_field", index=index.name)
    if not keys:
        raise ChatRefused("source_no_key_field", index=index.name)
    chosen = _Chosen(index)
    content = chosen.field("content", searchable, required=True)
    others = [name for name in texts if name not in (content, keys[0])]
    vector, vectorizer = _vector(chosen, schema, embeds=embeds)
    return Mapped(
        content=content or searchable[0],
        key=chosen.field("key", keys, required=True) or keys[0],
        title=chosen.field("title", others),
        url=chosen.field("url", others),
        vector=vector,
        vectorizer=vectorizer,
        semantic=_semantic(index, schema),
    )


def as_written(index: SearchIndex) -> Mapped | None:
    """The operator's own mapping, for a key that may ask and not read the definition."""
    fields = index.fields
    if "content" not in fields or "key" not in fields:
        return None
    return Mapped(
        content=fields["content"],
        key=fields["key"],
        title=fields.get("title"),
        url=fields.get("url"),
        vector=fields.get("vector"),
        semantic=index.semantic,
        checked=False,
    )


@dataclass(frozen=True, slots=True)
class _Chosen:
    index: SearchIndex

    def field(self, role: str, able: Sequence[str], *, required: bool = False) -> str | None:
        """The operator's field if it can be used so, else the likeliest."""
        wanted = self.index.fields.get(role)
        if wanted is not None:
            if wanted not in able:
                known = ", ".join(able[:20]) or "–"
                raise ChatRefused(
                    "source_field_unknown",
                    index=self.index.name,
                    found=wanted,
                    role=role,
                    known=known,
                )
            return wanted
        likely = _likeliest(LIKELY.get(role, ()), able)
        return likely or (able[0] if required and able else None)


def _likeliest(names: Iterable[str], able: Sequence[str]) -> str | None:
    small = {name.casefold(): name for name in able}
    return next((small[name] for name in names if name in small), None)


def _is_shown(one: Mapping[str, Any]) -> bool:
    return one.get("retrievable", True) is not False


def _vector(chosen: _Chosen, schema: Mapping[str, Any], *, embeds: bool) -> tuple[str | None, bool]:
    """The field of numbers and whether the service fills in those of the question."""
    if not chosen.index.query_type.startswith("vector"):
        return None, False
    search = schema.get("vectorSearch") or {}
    with_vectorizer = {one["name"] for one in search.get("profiles") or () if one.get("vectorizer")}
    able = {
        one["name"]: one.get("vectorSearchProfile") in with_vectorizer
        for one in schema["fields"]
        if one["type"] in VECTOR_TYPES and one.get("searchable", True)
    }
    wanted = chosen.field("vector", list(able)) or next(
        (name for name, has in able.items() if has or embeds), None
    )
    if wanted is None or not (able[wanted] or embeds):
        raise ChatRefused("source_no_vector", index=chosen.index.name)
    return wanted, able[wanted] and not embeds


def _semantic(index: SearchIndex, schema: Mapping[str, Any]) -> str | None:
    if "semantic" not in index.query_type:
        return None
    settings = schema.get("semantic") or {}
    names = [str(one["name"]) for one in settings.get("configurations") or ()]
    wanted = index.semantic or settings.get("defaultConfiguration") or next(iter(names), None)
    if wanted not in names:
        raise ChatRefused(
            "source_no_semantic",
            index=index.name,
            found=str(wanted or "–"),
            known=", ".join(names) or "–",
        )
    return str(wanted)
