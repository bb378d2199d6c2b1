"""Data sources: documents that an operator opened to everybody who uses the test chat.

A person who chats picks one by its name; only the operator writes them, in the file of the
endpoints (`source_fields.py`). An address is never typed by whoever asks.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

from pydantic import SecretStr

from dashboard.chat.addresses import Network, Target
from dashboard.chat.endpoints import Reason, shown
from dashboard.chat.errors import ChatRefused

SourceKind: TypeAlias = Literal["folder", "azure_blob", "azure_search"]
SourceAuth: TypeAlias = Literal["key", "sas", "entra_id", "none"]
QueryType: TypeAlias = Literal[
    "simple", "semantic", "vector", "vector_simple_hybrid", "vector_semantic_hybrid"
]

SOURCE_KINDS: Final[tuple[SourceKind, ...]] = ("folder", "azure_blob", "azure_search")
QUERY_TYPES: Final[tuple[QueryType, ...]] = (
    "simple", "semantic", "vector", "vector_simple_hybrid", "vector_semantic_hybrid",
)  # fmt: skip
OWN_NAMES: Final = ("sample", "uploads", "none")
"""What a question names where it means no source of the operator."""
IDENTITY_LETTERS: Final = 32


@dataclass(frozen=True, kw_only=True, slots=True)
class Service:
    """Where a source is and how it is told who asks.

    Attributes:
        key: for auth `key` and `sas`; never shown.
        allowed: private networks that may be called.
    """

    target: Target
    auth: SourceAuth
    key: SecretStr | None = None
    allowed: tuple[Network, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Folder:
    """A folder of the computer that runs modelcost, with all its links resolved."""

    path: Path

    @property
    def parts(self) -> tuple[str, ...]:
        """What makes it another one."""
        return ("folder", str(self.path))


@dataclass(frozen=True, kw_only=True, slots=True)
class Container:
    """A container of Azure Blob storage. prefix: how names of blobs begin that are read."""

    service: Service
    name: str
    prefix: str = ""

    @property
    def parts(self) -> tuple[str, ...]:
        """What makes it another one."""
        return ("azure_blob", self.service.target.url, self.name, self.prefix)

    @property
    def account(self) -> str:
        """The account that a key belongs to: in the host, or behind it where that is a number."""
        target = self.service.target
        path = target.path.strip("/")
        return path.rpartition("/")[2] if path else target.host.partition(".")[0]


@dataclass(frozen=True, kw_only=True, slots=True)
class SearchIndex:
    """An index of Azure AI Search.

    Attributes:
        query_type: how it is asked, by the name that On Your Data gave it.
        fields: of the index, as the operator names them: content, title, url, key, vector.
        semantic: the configuration of the semantic ranker; its default where left out.
    """

    service: Service
    name: str
    query_type: QueryType = "simple"
    fields: Mapping[str, str]
    semantic: str | None = None

    @property
    def parts(self) -> tuple[str, ...]:
        """What makes it another one."""
        return ("azure_search", self.service.target.url, self.name)


Holder: TypeAlias = Folder | Container | SearchIndex


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """One data source.

    Attributes:
        name: what it is picked by.
        label: what a person reads.
        holder: where its documents are.
        region: where that is, as the operator says.
        data_stays: a sentence of the operator's.
        embeddings: the endpoint that turns passages into numbers; None: words alone.
        not_ready: why it cannot be used now.
    """

    name: str
    label: str
    holder: Holder
    region: str | None = None
    data_stays: str | None = None
    embeddings: str | None = None
    not_ready: Reason | None = None

    @property
    def kind(self) -> SourceKind:
        """The kind as it is written."""
        match self.holder:
            case Folder():
                return "folder"
            case Container():
                return "azure_blob"
            case SearchIndex():
                return "azure_search"

    @property
    def identity(self) -> str:
        """Names what is kept of the source here: another place is another source."""
        told = "\0".join((self.name, *self.holder.parts))
        return hashlib.sha256(told.encode()).hexdigest()[:IDENTITY_LETTERS]

    def plain(self) -> dict[str, Any]:
        """What may be told to a person who chats: no key, no variable, no address, no path."""
        return {
            "name": self.name,
            "label": self.label,
            "kind": self.kind,
            "region": self.region,
            "data_stays": self.data_stays,
            "embeddings": self.embeddings,
        }


def source_named(sources: Sequence[Source], name: str) -> Source:
    """The source of a name. Raises ChatRefused: there is none, or it is not ready."""
    for one in sources:
        if one.name == name:
            if one.not_ready is not None:
                raise ChatRefused(one.not_ready.code, **one.not_ready.facts)
            return one
    known = ", ".join((*OWN_NAMES, *(one.name for one in sources)))
    raise ChatRefused("source_unknown", found=shown(name), known=known)
