"""Endpoints: the model servers that an operator set up for the test chat.

A person who chats picks one by its name; only the operator writes them, in a file
(`endpoint_file.py`). A key stands in the environment, never in the file, and is never shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from pydantic import SecretStr

from dashboard.chat.addresses import Network, Target
from dashboard.chat.errors import ChatRefused
from dashboard.texts import Texts

if TYPE_CHECKING:
    from dashboard.chat.sources.defined import Source

Kind: TypeAlias = Literal["azure", "huggingface_router", "openai_compatible"]
Auth: TypeAlias = Literal["key", "entra_id", "none"]

KINDS: Final[tuple[Kind, ...]] = ("azure", "huggingface_router", "openai_compatible")
AUTHS: Final[tuple[Auth, ...]] = ("key", "entra_id", "none")


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """Why something cannot be used: `chat.refused.CODE` with its facts."""

    code: str
    facts: Mapping[str, str] = field(default_factory=dict)

    def sentence(self, texts: Texts) -> str:
        """The reason in the language of the texts."""
        return texts(f"chat.refused.{self.code}", **self.facts)


@dataclass(frozen=True, kw_only=True, slots=True)
class Capabilities:
    """What the model behind an endpoint is like.

    Attributes:
        reasoning: it thinks before it answers, and refuses a temperature.
        embeddings: it turns text into numbers.
    """

    reasoning: bool = False
    embeddings: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Endpoint:
    """One model server.

    Attributes:
        name: what it is picked by.
        label: what a person reads.
        target: where it is.
        model: the name that is sent: a model, or a deployment of Azure.
        catalog_model: id of the model in the catalog, from where prices come.
        auth: how it is told who asks.
        api_key: for auth `key`; None where the variable is not set.
        region: where it runs, as the operator says.
        data_stays: a sentence of the operator's about where prompts go.
        allowed: private networks that may be called, the same for all endpoints of a file.
        embedding_model: the name that is sent where text is to become numbers; None: it does not.
        embedding_catalog_model: id of that model in the catalog.
        not_ready: why it cannot be used now; None where it can.
    """

    name: str
    label: str
    target: Target
    kind: Kind
    model: str
    auth: Auth
    catalog_model: str | None = None
    api_key: SecretStr | None = None
    region: str | None = None
    data_stays: str | None = None
    capabilities: Capabilities = Capabilities()
    allowed: tuple[Network, ...] = ()
    embedding_model: str | None = None
    embedding_catalog_model: str | None = None
    not_ready: Reason | None = None

    def described(self, texts: Texts) -> dict[str, Any]:
        """What may be told to a person who chats: no key, no variable, no address."""
        return {
            "name": self.name,
            "label": self.label,
            "kind": self.kind,
            "model": self.model,
            "catalog_model": self.catalog_model,
            "region": self.region,
            "data_stays": self.data_stays,
            "reasoning": self.capabilities.reasoning,
            "embeddings": self.capabilities.embeddings or self.embedding_model is not None,
            "ready": self.not_ready is None,
            "not_ready": None if self.not_ready is None else self.not_ready.sentence(texts),
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class Endpoints:
    """All endpoints of a file, in its order, and its data sources. limits: those of the file, by
    name, as written."""

    items: tuple[Endpoint, ...] = ()
    sources: tuple[Source, ...] = ()
    limits: Mapping[str, str] = field(default_factory=dict)

    def named(self, name: str) -> Endpoint:
        """The endpoint of this name.

        Raises:
            ChatRefused: there is none, or it is not ready; says which there are, or why.
        """
        for one in self.items:
            if one.name != name:
                continue
            if one.not_ready is not None:
                raise ChatRefused(one.not_ready.code, **one.not_ready.facts)
            return one
        if not self.items:
            raise ChatRefused("no_endpoints")
        known = ", ".join(one.name for one in self.items)
        raise ChatRefused("endpoint_unknown", name=shown(name), known=known)


LONGEST_SHOWN: Final = 80


def shown(value: object) -> str:
    """What was found, short and on one line; letters that print nothing are made visible."""
    text = "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in str(value))
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}…"
