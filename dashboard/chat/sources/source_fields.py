"""The `sources` of the operator's file, each field read and refused by name.

allowed_folders: [/srv/documents]       # a folder must lie in one of these; none by default
sources:
  - name: handbook
    kind: folder
    path: /srv/documents/handbook
  - name: contracts
    label: Contracts of this year
    kind: azure_blob
    base_url: https://ACCOUNT.blob.core.windows.net
    container: contracts
    prefix: 2026/                       # optional
    auth: entra_id                      # entra_id, key, sas, none
    api_key_env: CONTRACTS_SAS          # the NAME of the variable with the key or the SAS
    region: swedencentral               # optional, like what follows
    data_stays: Contracts stay in the EU.
    embeddings: mini                    # an endpoint with embedding_model
  - name: products
    kind: azure_search
    base_url: https://RESOURCE.search.windows.net
    index: products
    auth: key                           # key, entra_id
    api_key_env: SEARCH_KEY
    query_type: semantic                # simple by default
    semantic_configuration: default
    fields: {content: body, title: name, url: link, key: id, vector: numbers}
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from pydantic import SecretStr

from catalog.source_addresses import checked_token
from dashboard.chat.addresses import Network, Target, read_target
from dashboard.chat.endpoint_fields import NAME, VARIABLE, Fields
from dashboard.chat.endpoints import Endpoint, Reason, shown
from dashboard.chat.errors import ChatRefused
from dashboard.chat.sources.defined import (
    OWN_NAMES,
    QUERY_TYPES,
    SOURCE_KINDS,
    Container,
    Folder,
    Holder,
    SearchIndex,
    Service,
    Source,
    SourceAuth,
)

MOST_SOURCES: Final = 50
MAPPED: Final = ("content", "title", "url", "key", "vector")
COMMON: Final = ("name", "label", "kind", "region", "data_stays", "embeddings")
OWN: Final[Mapping[str, tuple[str, ...]]] = {
    "folder": ("path",),
    "azure_blob": ("base_url", "container", "prefix", "auth", "api_key_env"),
    "azure_search": (
        "base_url", "index", "auth", "api_key_env", "query_type", "semantic_configuration",
        "fields",
    ),
}  # fmt: skip
AUTHS: Final[Mapping[str, tuple[SourceAuth, ...]]] = {
    "azure_blob": ("entra_id", "key", "sas", "none"),
    "azure_search": ("entra_id", "key"),
}
ENTRA_HOSTS: Final = {
    "azure_blob": (".blob.core.windows.net", ".blob.core.usgovcloudapi.net",
                   ".blob.core.chinacloudapi.cn"),
    "azure_search": (".search.windows.net", ".search.azure.us", ".search.azure.cn"),
}  # fmt: skip
"""A token of Entra ID opens more than one service of Azure, so it goes to these hosts only."""

_CONTAINER = re.compile(r"\$root|[a-z0-9](?:-?[a-z0-9]){2,62}")
_INDEX = re.compile(r"[a-z0-9](?:[a-z0-9_-]{0,126}[a-z0-9])?")
_FIELD = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,127}")


def read_sources(
    fields: Fields,
    allowed: tuple[Network, ...],
    environment: Mapping[str, str],
    endpoints: Sequence[Endpoint | None],
) -> tuple[Source, ...]:
    """All sources of a file that are right; what is wrong is gathered in the fields."""
    listed = fields.listed("sources")
    if len(listed) > MOST_SOURCES:
        fields.refuse("source_too_many", "sources", most=str(MOST_SOURCES))
        return ()
    folders = _allowed_folders(fields)
    found: dict[str, Source] = {}
    for number, value in enumerate(listed):
        inner = fields.inside("sources", number, value)
        reader = _Reader(fields=inner, allowed=allowed, environment=environment, folders=folders)
        source = reader.read()
        if source is None:
            continue
        if source.name in found:
            inner.refuse("source_twice", "name", name=source.name)
        _check_embeddings(inner, source, endpoints)
        found[source.name] = source
    return tuple(found.values())


def _allowed_folders(fields: Fields) -> tuple[Path, ...]:
    folders = []
    for value in fields.listed("allowed_folders"):
        path = Path(value) if isinstance(value, str) else Path()
        if not path.is_absolute() or path == Path(path.anchor):
            fields.refuse("source_folder_form", "allowed_folders", found=shown(value))
        else:
            folders.append(path.resolve())
    return tuple(folders)


def _check_embeddings(fields: Fields, source: Source, endpoints: Sequence[Endpoint | None]) -> None:
    if source.embeddings is None:
        return
    able = [one.name for one in endpoints if one is not None and one.embedding_model is not None]
    if source.embeddings not in able:
        fields.refuse(
            "source_embeddings",
            "embeddings",
            found=shown(source.embeddings),
            known=", ".join(able) or "–",
        )


class _Reader:
    """Reads one source."""

    def __init__(
        self,
        *,
        fields: Fields,
        allowed: tuple[Network, ...],
        environment: Mapping[str, str],
        folders: tuple[Path, ...],
    ) -> None:
        self._fields = fields
        self._allowed = allowed
        self._environment = environment
        self._folders = folders
        self._not_ready: Reason | None = None

    def read(self) -> Source | None:
        fields = self._fields
        before = len(fields.found)
        kind = fields.word("kind", SOURCE_KINDS)
        if kind is None:
            return None
        fields.only(*COMMON, *OWN[kind])
        name = fields.text("name", required=True)
        if name is not None and not NAME.fullmatch(name):
            fields.refuse("endpoint_name", "name", found=shown(name))
        if name in OWN_NAMES:
            fields.refuse("source_name_taken", "name", found=str(name))
        texts = {key: fields.text(key) for key in ("label", "region", "data_stays", "embeddings")}
        holder: Holder | None
        match kind:
            case "folder":
                holder = self._folder()
            case "azure_blob":
                holder = self._container()
            case "azure_search":
                holder = self._index()
        if name is None or holder is None or len(fields.found) > before:
            return None
        return Source(
            name=name,
            label=texts["label"] or name,
            holder=holder,
            region=texts["region"],
            data_stays=texts["data_stays"],
            embeddings=texts["embeddings"],
            not_ready=self._not_ready,
        )

    def _folder(self) -> Folder | None:
        text = self._fields.text("path", required=True)
        if text is None:
            return None
        path = Path(text)
        if not path.is_absolute():
            self._fields.refuse("source_folder_form", "path", found=shown(text))
            return None
        resolved = path.resolve()
        if not any(resolved.is_relative_to(one) for one in self._folders):
            self._fields.refuse("source_folder_outside", "path")
            return None
        if not resolved.is_dir():
            self._not_ready = Reason(code="source_folder_missing")
        return Folder(path=resolved)

    def _container(self) -> Container | None:
        service = self._service("azure_blob")
        name = self._fields.text("container", required=True)
        prefix = self._fields.text("prefix")
        if name is not None and not _CONTAINER.fullmatch(name):
            self._fields.refuse("source_container", "container", found=shown(name))
        if service is None or name is None:
            return None
        return Container(service=service, name=name, prefix=prefix or "")

    def _index(self) -> SearchIndex | None:
        service = self._service("azure_search")
        name = self._fields.text("index", required=True)
        if name is not None and not _INDEX.fullmatch(name):
            self._fields.refuse("source_index", "index", found=shown(name))
        query = self._fields.word("query_type", QUERY_TYPES, required=False)
        semantic = self._fields.text("semantic_configuration")
        mapped = self._fields.named("fields")
        mapped.only(*MAPPED)
        chosen = {}
        for key in MAPPED:
            text = mapped.text(key)
            if text is not None and not _FIELD.fullmatch(text):
                mapped.refuse("source_field_form", key, found=shown(text))
            elif text is not None:
                chosen[key] = text
        if service is None or name is None:
            return None
        return SearchIndex(
            service=service,
            name=name,
            query_type=query or "simple",
            fields=chosen,
            semantic=semantic,
        )

    def _service(self, kind: str) -> Service | None:
        fields = self._fields
        auth = fields.word("auth", AUTHS[kind])
        target = self._target()
        variable = fields.text("api_key_env", required=auth in ("key", "sas"))
        if variable is not None and not VARIABLE.fullmatch(variable):
            fields.refuse("endpoint_variable", "api_key_env")
            return None
        if variable is not None and auth in ("entra_id", "none"):
            fields.refuse("source_key_unused", "api_key_env", auth=str(auth))
        if auth is None or target is None:
            return None
        hosts = ENTRA_HOSTS[kind]
        if auth == "entra_id" and (target.scheme != "https" or not target.host.endswith(hosts)):
            fields.refuse("source_entra", "auth", hosts=", ".join(f"*{one}" for one in hosts))
        key = None if variable is None else self._key(variable)
        return Service(target=target, auth=auth, key=key, allowed=self._allowed)

    def _target(self) -> Target | None:
        text = self._fields.text("base_url", required=True)
        if text is None:
            return None
        try:
            return read_target(text, self._allowed)
        except ChatRefused as refused:
            self._fields.refuse(refused.code, "base_url", **refused.facts)
            return None

    def _key(self, variable: str) -> SecretStr | None:
        text = self._environment.get(variable, "").strip().removeprefix("?")
        if not text:
            self._not_ready = Reason(code="source_no_key", facts={"variable": variable})
            return None
        try:
            return SecretStr(checked_token(text))
        except ValueError:
            self._not_ready = Reason(code="source_bad_key", facts={"variable": variable})
            return None
