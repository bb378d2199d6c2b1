"""Azure ML's registries, read with azure-ai-ml: versions of models, their least hardware and hosts.

This is the only file that imports azure-ai-ml, and only inside functions: it takes seconds and a
hundred megabytes. Choosing a cloud marks the whole process, so the sync runs in one of its own.

The list of a registry gives names only. Of each name the latest version is read raw, one request:
the client's own objects drop ``systemMetadata``. With ``all_versions`` the client lists them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from catalog.azure_addresses import AZURE_REGISTRIES
from catalog.errors import SourceFailed
from catalog.sources.azure_answers import text_of, unread
from catalog.sources.azure_credentials import Credential, refuse_open_token
from catalog.sources.azure_deployed import deployed_facts
from catalog.sources.azure_registry_facts import (
    VersionBody,
    registry_record,
    with_sibling_flags,
)
from catalog.sources.azure_transport import azure_transport
from catalog.sources.reading import Page, UnreadRow
from catalog.sources.wire import Answer, Sent, Wire
from catalog.sync_records import DeployedRecord, RegistryModelRecord

DISCOVERY_URL: Final = "https://eastus.api.azureml.ms"
"""Where Azure's registries are found. As a base address it means Azure itself, all its hosts."""

ACTIVE_ONLY: Final = "ActiveOnly"
"""As text: of its own enumeration the client sends the name, which is no value of the service."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Workspace:
    """A workspace of Azure ML whose deployments are listed."""

    subscription_id: str
    resource_group: str
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AzureRegistrySettings:
    """What is read.

    Attributes:
        registries: in order.
        base_url: stands for all Azure hosts, discovery and management alike.
        all_versions: every version of a model; else the latest only.
        workspaces: whose endpoints and deployments are listed after the registries.
        sizes: vCPUs and GPUs of machine sizes, to judge the least hardware that a model states.
        timeout_seconds: for one request.
    """

    registries: tuple[str, ...] = AZURE_REGISTRIES
    base_url: str = DISCOVERY_URL
    all_versions: bool = False
    workspaces: tuple[Workspace, ...] = ()
    sizes: Mapping[str, tuple[int, Decimal]] = field(default_factory=dict)
    timeout_seconds: float = 60.0


class AzureRegistry:
    """The source ``azure_registry``.

    Raises:
        SourceFailed: plain http to another machine, or a static token for one.
    """

    name = "azure_registry"
    tells_changes = False

    def __init__(self, settings: AzureRegistrySettings, wire: Wire, credential: Credential) -> None:
        self._settings = settings
        self._wire = _Counting(wire)
        self._credential = credential
        self._base_url = None if settings.base_url == DISCOVERY_URL else settings.base_url
        refuse_open_token(self._base_url, credential)
        versions = "all" if settings.all_versions else "latest"
        spaces = ",".join(space.name for space in settings.workspaces)
        self.scope = f"versions={versions};registries={','.join(settings.registries)}" + (
            f";workspaces={spaces}" if spaces else ""
        )

    def fetch(self, since: datetime | None = None, cursor: str | None = None) -> Iterator[Page]:
        """One page a page of names, then one a workspace. ``since`` is passed over.

        A cursor holds the place and the registry's own token for the next page of names.

        Raises:
            SourceFailed: no answer, or a token that is not accepted; a later run with a new one
                goes on at the cursor of the last page.
        """
        del since
        places = self._places()
        at, token = _read_cursor(cursor, places)
        for index in range(at, len(places)):
            following = places[index + 1] if index + 1 < len(places) else None
            workspace = index - len(self._settings.registries)
            if workspace >= 0:
                yield self._workspace_page(self._settings.workspaces[workspace], following)
            else:
                yield from self._registry_pages(places[index], token, following)
            token = None

    def _places(self) -> list[str]:
        workspaces = [f"workspace/{space.name}" for space in self._settings.workspaces]
        return [f"registry/{name}" for name in self._settings.registries] + workspaces

    def _registry_pages(
        self, place: str, token: str | None, following: str | None
    ) -> Iterator[Page]:
        registry = place.removeprefix("registry/")
        with _azure_errors(place):
            try:
                client = self._client(registry_name=registry)
                names = client.models.list(list_view_type=ACTIVE_ONLY)
                pages = names.by_page(continuation_token=token)
            except _not_found() as error:
                row = unread(place, "unknown_registry", "Azure knows no registry", str(error))
                yield Page(
                    records=(),
                    unread=(row,),
                    cursor=_cursor(following, None),
                    requests=self._wire.taken(),
                )
                return
        met = {token}
        while True:
            with _azure_errors(place):
                entities = next((list(page) for page in pages), None)
                if entities is None:
                    return
                records, unread_rows = self._models(client, registry, entities)
            token = pages.continuation_token
            if token and token in met:
                raise SourceFailed(
                    f"Expected a further page of {place}, found a link to one already read. "
                    "Try again later.",
                    reason="loop",
                )
            met.add(token)
            yield Page(
                records=tuple(with_sibling_flags(records)),
                unread=tuple(unread_rows),
                cursor=_cursor(place, token) if token else _cursor(following, None),
                requests=self._wire.taken(),
            )
            if not token:
                return

    def _models(
        self, client: Any, registry: str, entities: Iterable[Any]
    ) -> tuple[list[RegistryModelRecord], list[UnreadRow]]:
        records: list[RegistryModelRecord] = []
        unread_rows: list[UnreadRow] = []
        for entity in entities:
            name, latest = text_of(entity.name), text_of(entity.latest_version)
            key = f"{registry}/{name}"
            if name is None or latest is None:
                unread_rows.append(
                    unread(key, "no_version", "latestVersion: none is named", str(entity.name))
                )
                continue
            for version in self._versions(client, key, latest, unread_rows):
                try:
                    properties = raw_properties(client, name, version)
                except _not_found():
                    detail = "listed, and not found a moment later"
                    unread_rows.append(unread(f"{key}/{version}", "gone", detail, None))
                    continue
                body = VersionBody(
                    registry=registry,
                    name=name,
                    version=version,
                    is_latest=version == latest,
                    properties=properties,
                )
                try:
                    records.append(registry_record(body, self._settings.sizes))
                except (ValueError, TypeError) as problem:
                    unread_rows.append(
                        unread(f"{key}/{version}", "invalid", str(problem), properties)
                    )
        return records, unread_rows

    def _versions(
        self, client: Any, key: str, latest: str, unread_rows: list[UnreadRow]
    ) -> Sequence[str]:
        """The versions to read, the latest among them whatever the list of versions says."""
        if not self._settings.all_versions:
            return (latest,)
        try:
            listed = client.models.list(name=key.partition("/")[2])
            versions = [str(one.version) for one in listed if one.version is not None]
        except AttributeError:
            detail = "a version without flavors breaks the client's list; the latest was read raw"
            unread_rows.append(unread(key, "versions_unlisted", detail, latest))
            return (latest,)
        return tuple(dict.fromkeys((latest, *versions)))

    def _workspace_page(self, space: Workspace, following: str | None) -> Page:
        place = f"workspace/{space.name}"
        records: list[DeployedRecord] = []
        unread_rows: list[UnreadRow] = []
        with _azure_errors(place):
            client = self._client(
                subscription_id=space.subscription_id,
                resource_group_name=space.resource_group,
                workspace_name=space.name,
            )
            for key, facts in deployed_facts(client):
                try:
                    records.append(DeployedRecord(workspace=space.name, **facts))
                except ValueError as problem:
                    unread_rows.append(unread(f"{place}/{key}", "invalid", str(problem), facts))
        return Page(
            records=tuple(records),
            unread=tuple(unread_rows),
            cursor=_cursor(following, None),
            requests=self._wire.taken(),
        )

    def _client(self, **where: Any) -> Any:
        """azure-ai-ml's client; the wire alone decides about repeats and redirects."""
        from azure.ai.ml import MLClient

        transport = azure_transport(
            self._wire,
            base_url=self._base_url,
            timeout_seconds=self._settings.timeout_seconds,
        )
        return MLClient(
            self._credential,
            transport=transport,
            enable_telemetry=False,
            show_progress=False,
            retry_total=0,
            permit_redirects=False,
            **where,
        )


def raw_properties(client: Any, name: str, version: str) -> dict[str, Any]:
    """The object ``properties`` of one version, whole.

    The client's ``_get`` is private, and the one way that keeps ``systemMetadata`` and reads a
    version without ``flavors``. It is called here and nowhere else.
    """
    return dict(client.models._get(name, version).properties)


class _Counting:
    """Counts what goes through a wire since it was last asked."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._count = 0

    def send(self, request: Sent, *, timeout_seconds: float) -> Answer:
        self._count += 1
        return self._wire.send(request, timeout_seconds=timeout_seconds)

    def taken(self) -> int:
        """The number of requests, from now on counted anew."""
        count, self._count = self._count, 0
        return count


def _cursor(place: str | None, token: str | None) -> str | None:
    return None if place is None else json.dumps({"place": place, "token": token})


def _read_cursor(cursor: str | None, places: Sequence[str]) -> tuple[int, str | None]:
    if cursor is None:
        return 0, None
    try:
        held = json.loads(cursor)
        return places.index(held["place"]), held["token"]
    except (ValueError, KeyError, TypeError):
        raise SourceFailed(
            f"Expected a cursor of these registries, found {cursor[:200]!r}. "
            "Start from the beginning.",
            reason="cursor",
        ) from None


def _not_found() -> type[Exception]:
    from azure.core.exceptions import ResourceNotFoundError

    return ResourceNotFoundError


@contextmanager
def _azure_errors(place: str) -> Iterator[None]:
    """Errors of azure-core as :class:`SourceFailed`."""
    from azure.core.exceptions import (
        AzureError,
        ClientAuthenticationError,
        DecodeError,
        HttpResponseError,
    )

    try:
        yield
    except (DecodeError, ValueError) as error:
        raise SourceFailed(
            f"Expected models or deployments of {place}, found an answer that is no JSON. "
            "It may be cut; try again later.",
            reason="not_json",
        ) from error
    except AzureError as error:
        status = error.status_code if isinstance(error, HttpResponseError) else None
        if isinstance(error, ClientAuthenticationError) or status in (401, 403):
            reason, then = "unauthorized", "Sign in again and go on where it stopped"
        elif status == 429:
            reason, then = "limited", "Go on later"
        elif status is not None and status >= 500:
            reason, then = "server_error", "Go on later"
        else:
            reason, then = "refused", "See what it says"
        said = " ".join(str(error.message).split())[:300]
        raise SourceFailed(
            f"Expected models or deployments of {place}, found status {status}: {said}. {then}.",
            reason=reason,
        ) from error
    except (AttributeError, KeyError, TypeError) as error:
        raise SourceFailed(
            f"Expected models or deployments of {place} that azure-ai-ml reads, found others: "
            f"{error}. The service may have changed; run the live check.",
            reason="unexpected",
        ) from error
