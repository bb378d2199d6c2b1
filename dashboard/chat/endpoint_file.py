"""Reads `endpoints.yaml`, where the operator sets up the endpoints of the test chat.

    allowed_networks: [10.20.0.0/16]        # private hosts that may be called; none by default
    limits:                                 # optional, like each of them; none: no limit
      session: {answers_an_hour: 100, answers_a_day: 500, usd_an_hour: 1, usd_a_day: 5}
      service: {usd_a_day: 50}
    endpoints:
      - name: mini
        label: GPT mini in Sweden
        kind: azure                         # azure, huggingface_router, openai_compatible
        base_url: https://RES.openai.azure.com/openai/v1
        model: my-deployment                # the name that is sent
        auth: key                           # key, entra_id, none
        api_key_env: AZURE_OPENAI_KEY       # the NAME of the variable that holds the key
        catalog_model: gpt-5-mini           # optional, like what follows
        region: swedencentral
        data_stays: Prompts stay in the EU.
        capabilities: {reasoning: true, embeddings: false}
        embedding_model: text-embedding-3-small         # only where it turns text into numbers
        embedding_catalog_model: text-embedding-3-small

`sources` of the same file are the data sources; see `sources/source_fields.py`.
Everything wrong is found at once, each with its line. A file that holds a key is refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from catalog.document import read_document
from catalog.problems import Problem, Refused
from catalog.settings import Settings
from dashboard.chat.addresses import Network
from dashboard.chat.endpoint_fields import Fields, Place, read_endpoint, read_networks
from dashboard.chat.endpoints import Endpoint, Endpoints, Reason
from dashboard.chat.errors import ChatRefused
from dashboard.chat.limits import read_limits
from dashboard.chat.sources.source_fields import read_sources
from dashboard.texts import Texts

FILE_NAME: Final = "endpoints.yaml"
MOST_ENDPOINTS: Final = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """One thing that is wrong: the field, its line, and the reason."""

    field: str
    line: int | None
    reason: Reason | Problem

    def sentence(self, texts: Texts) -> str:
        """Field, line and reason in the language of the texts."""
        if isinstance(self.reason, Reason):
            words = self.reason.sentence(texts)
        else:
            template = f"problem.{self.reason.code}"
            known = texts.optional(template) is not None
            words = texts(template, **self.reason.facts) if known else self.reason.message
        line = "?" if self.line is None else str(self.line)
        return texts("chat.refused.endpoint_place", line=line, field=self.field or "-", words=words)


class EndpointFileRefused(ChatRefused):
    """A file that cannot be used, with everything found wrong in it."""

    def __init__(self, name: str, faults: Sequence[Fault]) -> None:
        self.name = name
        self.faults = tuple(faults)
        super().__init__("endpoint_file", file=name)

    def sentence(self, texts: Texts) -> str:
        """One line for the file, and one for each fault."""
        lines = [texts("chat.refused.endpoint_file", **self.facts)]
        return "\n".join([*lines, *(one.sentence(texts) for one in self.faults)])


def load_endpoints(settings: Settings, environment: Mapping[str, str]) -> Endpoints:
    """The endpoints that the operator set up; none where there is no file.

    Args:
        settings: where the file is: `endpoints_file`, else `endpoints.yaml` in the data folder.
        environment: where the keys are, usually `os.environ`.

    Raises:
        EndpointFileRefused: something in the file is wrong.
        ChatRefused: the file cannot be read, or is not where the setting says.
    """
    path = settings.endpoints_file or settings.data_dir / FILE_NAME
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        if settings.endpoints_file is None:
            return Endpoints()
        raise ChatRefused("endpoint_file_missing", file=path.name) from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ChatRefused("endpoint_file_unreadable", file=path.name, reason=reason) from None
    return read_endpoints(content, environment, name=path.name)


def read_endpoints(
    content: bytes, environment: Mapping[str, str], *, name: str = FILE_NAME
) -> Endpoints:
    """The endpoints in the bytes of a file. Raises EndpointFileRefused with every fault found."""
    try:
        document = read_document(content, form="yaml", name=name)
    except Refused as refused:
        faults = [Fault(field=one.field, line=one.line, reason=one) for one in refused.problems]
        raise EndpointFileRefused(name, faults) from None
    found: list[tuple[Place, Reason]] = []
    fields = Fields(document.value, (), found)
    endpoints = replace(_read_whole(fields, environment), limits=read_limits(fields))
    if found:
        faults = [
            Fault(
                field=".".join(str(step) for step in place),
                line=_line(place, document.places),
                reason=reason,
            )
            for place, reason in found
        ]
        raise EndpointFileRefused(name, sorted(faults, key=lambda one: one.line or 0))
    return endpoints


def _read_whole(fields: Fields, environment: Mapping[str, str]) -> Endpoints:
    fields.only("allowed_networks", "endpoints", "allowed_folders", "sources", "limits")
    allowed = read_networks(fields)
    listed = fields.listed("endpoints", required=not fields.holds("sources"))
    if len(listed) > MOST_ENDPOINTS:
        fields.refuse("endpoint_too_many", "endpoints", most=str(MOST_ENDPOINTS))
        return Endpoints()
    items = [
        _read_one(fields.inside("endpoints", number, value), allowed, environment)
        for number, value in enumerate(listed)
    ]
    _refuse_twins(fields, items)
    sources = read_sources(fields, allowed, environment, items)
    return Endpoints(items=tuple(one for one in items if one is not None), sources=sources)


def _read_one(
    fields: Fields, allowed: tuple[Network, ...], environment: Mapping[str, str]
) -> Endpoint | None:
    before = len(fields.found)
    endpoint = read_endpoint(fields, allowed, environment)
    return endpoint if len(fields.found) == before else None


def _refuse_twins(fields: Fields, items: Sequence[Endpoint | None]) -> None:
    first: dict[str, int] = {}
    for number, one in enumerate(items):
        if one is not None and first.setdefault(one.name, number) != number:
            fields.inside("endpoints", number, {}).refuse("endpoint_twice", "name", name=one.name)


def _line(place: Place, places: Mapping[Place, tuple[int, int]]) -> int | None:
    for length in range(len(place), -1, -1):
        if place[:length] in places:
            return places[place[:length]][0]
    return None
