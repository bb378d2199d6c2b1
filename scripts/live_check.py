"""Reads a live source with a small budget and prints what came: rows, unread rows, drift of shape.

``scripts/live-check SOURCE``. For people, before a release or where a sync looks odd; no
test talks to a real service. Adding a source: a line in ``SOURCES``, and what its rows look like.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

from catalog.errors import SettingInvalid, SourceFailed
from catalog.settings import Settings, load_settings
from catalog.sources.live_wire import Hosts, LiveWire, SystemClock, Way
from catalog.sources.patient_wire import PatientWire, RunLimits
from catalog.sources.reading import Page, Source
from catalog.sources.recorded_wire import RecordingWire
from catalog.sources.wire import Answer, Sent, Wire

EXAMPLES: Final = 3
LONGEST_LINE: Final = 240
SOURCE_FAILED: Final = 3
AZURE: Final = ("azure_gallery", "azure_retail", "azure_registry")
ALL_OF_AZURE_ML: Final = ("https://*.api.azureml.ms", "https://management.azure.com")
"""Hosts that a registry may lead to."""

Raw = Iterator[tuple[str, Mapping[str, Any]]]
Print = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Check:
    """How one source is tried.

    Attributes:
        url_of: setting that holds its address.
        make: the source, from settings, a wire and the moment.
        rows: the raw rows of an answer, each with a word for its kind.
        fields: by kind, the fields that we know. Others are drift; one that no row has, too.
        content: an answer's body as `rows` takes it; a ValueError where it is something else.
    """

    url_of: str
    make: Callable[[Settings, Wire, datetime], Source]
    rows: Callable[[Any], Raw]
    fields: Mapping[str, frozenset[str]]
    content: Callable[[bytes], Any] = json.loads


class LookingWire:
    """Looks at the raw rows of the answers that pass through it."""

    def __init__(self, wire: Wire, check: Check) -> None:
        self._wire = wire
        self._check = check
        self.rows: Counter[str] = Counter()
        self.fields: dict[str, Counter[str]] = defaultdict(Counter)

    def send(self, request: Sent, *, timeout_seconds: float) -> Answer:
        """Send, and count the fields of what came."""
        answer = self._wire.send(request, timeout_seconds=timeout_seconds)
        try:
            content = self._check.content(answer.body)
        except (ValueError, RecursionError):
            return answer
        for kind, row in self._check.rows(content):
            self.rows[kind] += 1
            self.fields[kind].update(row.keys())
        return answer


@dataclass(kw_only=True)
class Seen:
    """What a source handed over."""

    records: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    unread: Counter[str] = field(default_factory=Counter)
    details: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def add(self, page: Page) -> None:
        """Count a page."""
        for record in page.records:
            name = type(record).__name__
            self.records[name] += 1
            if len(self.examples[name]) < EXAMPLES:
                self.examples[name].append(record.model_dump_json(exclude_none=True))
        for row in page.unread:
            self.unread[row.reason] += 1
            if len(self.details[row.reason]) < EXAMPLES:
                self.details[row.reason].append(f"{row.key}: {row.detail}")


def main(
    arguments: Sequence[str], environment: Mapping[str, str], say: Print, now: datetime
) -> int:
    """Try one source; 0, or 3 where it failed, or 2 where a setting is wrong."""
    given = _parser().parse_args(arguments)
    try:
        settings = load_settings(environment)
    except SettingInvalid as error:
        say(error.message)
        return 2
    check = SOURCES.get(given.source)
    url_of = check.url_of if check is not None else f"{given.source}_url"
    url = getattr(settings, url_of)
    is_configured = url_of in settings.model_fields_set
    hosts = Hosts(configured=(url,)) if is_configured else Hosts(public=(url, *ALL_OF_AZURE_ML))
    clock = SystemClock()
    limits = RunLimits(
        clock, started_at=now, seconds=given.seconds, most_requests=given.max_requests
    )
    way = Way(proxy=given.proxy, ca_file=given.ca_file)
    with LiveWire(hosts, clock=clock, way=way) as live:
        wire: Wire = PatientWire(live, limits=limits)
        if given.record:
            wire = RecordingWire(wire, given.record, source=given.source, recorded_at=now)
        if check is None:
            answered = _azure(given.source, settings, wire, now, say)
            say(f"requests: {limits.requests}")
            return 0 if answered else SOURCE_FAILED
        looking = LookingWire(wire, check)
        source = check.make(settings, looking, now)
        say(f"{source.name}: {source.scope}")
        seen = Seen()
        code = _read(source, seen, say)
    _tell(seen, limits, say)
    _tell_drift(check, looking, say)
    return code


def _azure(name: str, settings: Settings, wire: Wire, now: datetime, say: Print) -> bool:
    """Azure's sources have checks of their own; their client is heavy, so it comes late."""
    from catalog.sources.azure_credentials import credential_for
    from scripts import live_check_azure as azure

    if name == "azure_gallery":
        return azure.check_gallery(settings, wire, say)
    if name == "azure_retail":
        return azure.check_retail(settings, wire, now, say)
    return azure.check_registry(settings, wire, credential_for(settings.azure_registry_url), say)


def _read(source: Source, seen: Seen, say: Print) -> int:
    try:
        for page in source.fetch():
            seen.add(page)
            say(
                f"page: {len(page.records)} records, {len(page.unread)} unread, "
                f"{page.requests} requests, {'more follows' if page.cursor else 'the end'}"
            )
    except SourceFailed as failed:
        say(f"stopped ({failed.reason}): {failed.message}")
        return 0 if failed.reason == "budget" else SOURCE_FAILED
    return 0


def _tell(seen: Seen, limits: RunLimits, say: Print) -> None:
    say(f"requests: {limits.requests}")
    for name, count in seen.records.most_common():
        say(f"{name}: {count}")
        for example in seen.examples[name]:
            say(f"  {example[:LONGEST_LINE]}")
    for reason, count in seen.unread.most_common():
        say(f"unread, {reason}: {count}")
        for detail in seen.details[reason]:
            say(f"  {detail[:LONGEST_LINE]}")


def _tell_drift(check: Check, looking: LookingWire, say: Print) -> None:
    for kind, known in check.fields.items():
        rows, found = looking.rows[kind], looking.fields[kind]
        if not rows:
            say(f"shape of {kind}: no row seen")
            continue
        unknown = [f"{name} ({found[name]})" for name in sorted(found.keys() - known)]
        missing = sorted(known - found.keys())
        say(f"shape of {kind}, {rows} rows: unknown {', '.join(unknown) or 'none'}")
        say(f"shape of {kind}, {rows} rows: never there {', '.join(missing) or 'none'}")


def _hub(settings: Settings, wire: Wire, now: datetime) -> Source:
    from catalog.sources.huggingface import HubConfig, make_huggingface

    token = settings.huggingface_token
    config = HubConfig(
        base_url=settings.huggingface_url,
        token=None if token is None else token.get_secret_value(),
        page_rows=100,
    )
    return make_huggingface(config, wire)


def _router(settings: Settings, wire: Wire, now: datetime) -> Source:
    from catalog.sources.router import RouterConfig, make_router

    return make_router(RouterConfig(base_url=settings.router_url), wire, now=now)


def _litellm(settings: Settings, wire: Wire, now: datetime) -> Source:
    from catalog.sources.litellm import LitellmConfig, make_litellm

    return make_litellm(LitellmConfig(url=settings.litellm_url), wire, now=now)


def _ecb(settings: Settings, wire: Wire, now: datetime) -> Source:
    from catalog.sources.ecb import EcbConfig, make_ecb

    return make_ecb(EcbConfig(url=settings.ecb_url), wire, now=now)


def _ecb_content(body: bytes) -> Any:
    from catalog.sources.ecb import read_list

    try:
        return read_list(body, "the list", latest=date.max)[1]
    except SourceFailed as failed:
        raise ValueError(failed.message) from None


def _ecb_rows(content: Any) -> Raw:
    for row in content:
        yield "rate", row


def _hub_rows(content: Any) -> Raw:
    for row in content if isinstance(content, list) else ():
        if isinstance(row, dict):
            yield "model", row


def _router_rows(content: Any) -> Raw:
    data = content.get("data") if isinstance(content, dict) else None
    for row in data if isinstance(data, list) else ():
        if not isinstance(row, dict):
            continue
        yield "model", row
        providers = row.get("providers")
        for one in providers if isinstance(providers, list) else ():
            if isinstance(one, dict):
                yield "provider", one


def _litellm_rows(content: Any) -> Raw:
    for row in content.values() if isinstance(content, dict) else ():
        if isinstance(row, dict) and str(row.get("litellm_provider", "")).startswith("azure"):
            yield "entry", row


def _fields(words: str) -> frozenset[str]:
    return frozenset(words.split())


SOURCES: Final[Mapping[str, Check]] = {
    "huggingface": Check(
        url_of="huggingface_url",
        make=_hub,
        rows=_hub_rows,
        fields={
            "model": _fields(
                "_id id author config createdAt disabled downloads downloadsAllTime gated gguf "
                "inference inferenceProviderMapping lastModified library_name likes pipeline_tag "
                "private safetensors sha tags"
            )
        },
    ),
    "router": Check(
        url_of="router_url",
        make=_router,
        rows=_router_rows,
        fields={
            "model": _fields("id object created owned_by architecture providers"),
            "provider": _fields(
                "provider status context_length pricing throughput first_token_latency_ms is_free "
                "supports_tools supports_structured_output is_model_author"
            ),
        },
    ),
    "litellm": Check(
        url_of="litellm_url",
        make=_litellm,
        rows=_litellm_rows,
        fields={
            "entry": _fields(
                "litellm_provider mode input_cost_per_token output_cost_per_token "
                "cache_read_input_token_cost input_cost_per_token_batches "
                "output_cost_per_token_batches max_input_tokens max_output_tokens max_tokens "
                "deprecation_date source comment"
            )
        },
    ),
    "ecb": Check(
        url_of="ecb_url",
        make=_ecb,
        rows=_ecb_rows,
        fields={"rate": _fields("currency rate")},
        content=_ecb_content,
    ),
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/live-check", description=__doc__)
    parser.add_argument("source", choices=[*sorted(SOURCES), *AZURE])
    parser.add_argument("--max-requests", type=int, default=5, help="for the whole run (5)")
    parser.add_argument("--seconds", type=float, default=120, help="for the whole run (120)")
    parser.add_argument("--record", type=Path, help="folder to write the run down in")
    parser.add_argument("--proxy", help="URL of a proxy; the environment is not asked")
    parser.add_argument("--ca-file", help="certificates to trust in place of the usual ones")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ, print, datetime.now(UTC)))
