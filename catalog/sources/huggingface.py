"""The Hub: its list of models page by page, single models by name, and their config.json.

The pages are read raw: in huggingface-hub's own iterator one row that it cannot read ends the list
in silence. A full walk goes by the day of creation, which never changes, so that no model moves
past the cursor; a walk since a moment goes by the last change and stops an hour before that moment,
because the Hub's list may be behind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urljoin

import httpx2

from catalog.errors import SourceFailed
from catalog.records import Record
from catalog.source_addresses import HUGGINGFACE_URL
from catalog.sources.config_facts import architecture_of
from catalog.sources.hub_by_name import (
    checked_id,
    model_by_name,
    out_of_scope,
    pages_by_name,
)
from catalog.sources.hub_client import HubClient, NotGiven
from catalog.sources.hub_cursor import Place, read_place, require_same_origin
from catalog.sources.hub_rows import EXPANDED, PACKED, hub_model, is_revision
from catalog.sources.raw_rows import RowInvalid, unread
from catalog.sources.reading import Page, UnreadRow
from catalog.sources.wire import Wire
from catalog.sync_records import HubModelRecord

NAME: Final = "huggingface"
OVERLAP: Final = timedelta(hours=1)
SINGLE_PER_PAGE: Final = 50
FEWEST_ROWS: Final = 25
"""A page is not asked for with fewer rows than this, however often the Hub gives up on it."""

_LIMIT: Final = re.compile(r"(?<=[?&]limit=)\d+")


@dataclass(frozen=True, kw_only=True)
class HubConfig:
    """What to read.

    Attributes:
        base_url: scheme, host and prefix of the Hub or a mirror.
        token: of a person; None: anonymous, which half as many requests are allowed.
        tasks: one list each, in this order.
        fewest_downloads: models with fewer in 30 days are passed over, and kept up to date where
            they are known already.
        named_ids: read whatever their task and downloads; one request each where the pages of this
            reading did not have them, so name few for a walk since a moment.
        config_of: models whose config.json is read, each with the commit, None: its newest. A
            commit that the list gives in the same walk comes before.
        most_asked: after a full walk so many models that were in the list before and no longer are
            get asked for by name.
        page_rows: rows asked for at once; 500 is what the Hub's own client asks for.
        timeout_seconds: for one answer.
    """

    base_url: str = HUGGINGFACE_URL
    token: str | None = field(default=None, repr=False)
    tasks: tuple[str, ...] = ("text-generation", "image-text-to-text", "any-to-any")
    fewest_downloads: int = 1_000
    named_ids: tuple[str, ...] = ()
    config_of: Mapping[str, str | None] = field(default_factory=dict)
    most_asked: int = 200
    page_rows: int = 500
    timeout_seconds: float = 60.0


def make_huggingface(config: HubConfig, wire: Wire) -> HuggingFaceSource:
    """The source."""
    return HuggingFaceSource(config, wire)


class HuggingFaceSource:
    """Models of the Hub. One object may be read several times; each reading starts anew."""

    name = NAME
    tells_changes = True

    def __init__(self, config: HubConfig, wire: Wire) -> None:
        self._config = config
        self._wire = wire
        self._base = config.base_url.rstrip("/")
        self.most_asked = config.most_asked
        tasks = ",".join(config.tasks)
        self.scope = f"{self._base} tasks={tasks} downloads>={config.fewest_downloads}"

    def fetch(self, since: datetime | None = None, cursor: str | None = None) -> Iterator[Page]:
        """Pages of models, then of architectures.

        Args:
            since: begin of the last complete walk.
            cursor: of a page; ``since`` is then the one of that walk.

        Raises:
            SourceFailed: the Hub cannot be read on.
        """
        if cursor is None:
            stop = None if since is None else (since - OVERLAP).isoformat()
            place = Place(stop_before=stop)
        else:
            place = read_place(cursor, self._base)
        with closing(self._client()) as client:
            yield from _Walk(self._config, self._base, client, place).pages()

    def can_ask_for(self, record: Record) -> bool:
        """Models; a config.json is of a commit, and there as long as its model."""
        return isinstance(record, HubModelRecord)

    def ask_for(self, records: Sequence[Record]) -> Iterator[Page]:
        """A page for each of these models: as it is now, empty where it is not there any more.

        Raises:
            SourceFailed: the Hub cannot be asked on.
        """
        with closing(self._client()) as client:
            yield from pages_by_name(client, self._base, records, self._is_in_scope)

    def _client(self) -> HubClient:
        return HubClient(
            self._wire, token=self._config.token, timeout_seconds=self._config.timeout_seconds
        )

    def _is_in_scope(self, record: HubModelRecord) -> bool:
        is_listed = record.task in self._config.tasks and _has_downloads(self._config, record)
        return is_listed or record.id in self._config.named_ids


class _Walk:
    """One reading: where it stands, and what it has met."""

    def __init__(self, config: HubConfig, base: str, client: HubClient, place: Place) -> None:
        self._config = config
        self._base = base
        self._client = client
        self._place = place
        self._named = frozenset(config.named_ids)
        self._met: dict[str, HubModelRecord] = {}
        self._urls: set[str] = set()
        self._passed_over: list[HubModelRecord] = []

    def pages(self) -> Iterator[Page]:
        self._probe()
        place: Place | None = self._settled(self._place)
        while place is not None:
            records, rows, following = self._read(place)
            place = None if following is None else self._settled(following)
            taken, self._client.requests = self._client.requests, 0
            passed_over, self._passed_over = self._passed_over, []
            yield Page(
                records=tuple(records),
                unread=tuple(rows),
                passed_over=tuple(passed_over),
                cursor=None if place is None else place.text(),
                requests=taken,
            )

    def _probe(self) -> None:
        """Mirrors of files often lack the list; say so before anything else is tried."""
        url = f"{self._base}/api/models"
        answer = self._client.get(url, [("limit", "1")])
        try:
            found = self._client.json(answer)
        except NotGiven:
            found = None
        except SourceFailed as error:
            if error.reason == "unauthorized" or answer.status_code >= 500:
                raise
            found = None
        if not isinstance(found, list):
            raise SourceFailed(
                f"Expected the Hub's list of models at {url}, found status {answer.status_code} "
                "and no list. A mirror that serves files only cannot be read: set "
                f"MODELCOST_HUGGINGFACE_URL to {HUGGINGFACE_URL}, or to a mirror with this route.",
                reason="no_list",
            )

    def _settled(self, place: Place) -> Place | None:
        """The place itself, or the next where something is left to read; None: there is none."""
        if place.stage == "list":
            if place.task < len(self._config.tasks):
                return place
            place = Place(stage="named", stop_before=place.stop_before)
        if place.stage == "named":
            if self._named_after(place.after):
                return place
            place = Place(stage="config", stop_before=place.stop_before)
        return place if self._configs_after(place.after) else None

    def _named_after(self, after: str) -> list[str]:
        return sorted(one for one in self._named if one > after and one not in self._met)

    def _configs_after(self, after: str) -> list[str]:
        return sorted(one for one in self._config.config_of if one > after)

    def _read(self, place: Place) -> tuple[Sequence[Record], list[UnreadRow], Place | None]:
        if place.stage == "list":
            return self._list_page(place)
        ids = self._named_after if place.stage == "named" else self._configs_after
        read = self._named_model if place.stage == "named" else self._architecture
        records: list[Record] = []
        rows: list[UnreadRow] = []
        chosen = ids(place.after)[:SINGLE_PER_PAGE]
        for model_id in chosen:
            try:
                records.append(read(model_id))
            except RowInvalid as error:
                rows.append(unread(model_id, None, reason="invalid", detail=str(error)))
            except NotGiven as error:
                rows.append(unread(model_id, None, reason=error.reason, detail=str(error)))
        return records, rows, replace(place, after=chosen[-1])

    def _list_page(self, place: Place) -> tuple[list[Record], list[UnreadRow], Place]:
        answer = self._list_answer(place.url or self._first_url(place))
        raw_rows = self._client.json(answer)
        if not isinstance(raw_rows, list):
            raise SourceFailed(
                f"Expected a list of models from {self._base}, found another kind of JSON.",
                reason="drift",
            )
        records: list[Record] = []
        rows: list[UnreadRow] = []
        is_past = False
        stop = place.stop_moment
        for number, raw in enumerate(raw_rows, start=1):
            try:
                record = hub_model(raw)
            except RowInvalid as error:
                key = _key(raw) or f"row {number}"
                rows.append(unread(key, raw, reason="invalid", detail=str(error)))
                continue
            changed = record.last_modified_at
            is_past = stop is not None and changed is not None and changed < stop
            if is_past:
                continue
            if self._is_wanted(record):
                records.append(record)
            else:
                self._passed_over.append(out_of_scope(record))
        next_url = None if is_past else self._next_url(answer)
        if next_url is None:
            return records, rows, Place(task=place.task + 1, stop_before=place.stop_before)
        return records, rows, replace(place, url=next_url)

    def _is_wanted(self, record: HubModelRecord) -> bool:
        if record.id in self._named or record.id in self._config.config_of:
            self._met[record.id] = record
        return record.id in self._named or _has_downloads(self._config, record)

    def _first_url(self, place: Place) -> str:
        query = [
            ("pipeline_tag", self._config.tasks[place.task]),
            ("sort", "createdAt" if place.stop_before is None else "lastModified"),
            ("limit", str(self._config.page_rows)),
            *(("expand", name) for name in EXPANDED),
        ]
        return str(httpx2.URL(f"{self._base}/api/models", params=query))

    def _list_answer(self, url: str) -> httpx2.Response:
        """The answer to a page of the list, with fewer rows where the Hub gives up on so many."""
        self._urls.add(url)
        answer = self._client.get(url)
        while answer.status_code == httpx2.codes.GATEWAY_TIMEOUT:
            smaller = _LIMIT.sub(lambda found: str(int(found[0]) // 2), url)
            if smaller == url or int(_LIMIT.findall(smaller)[0]) < FEWEST_ROWS:
                break
            url = smaller
            answer = self._client.get(url)
        return answer

    def _next_url(self, answer: httpx2.Response) -> str | None:
        """Where the next page is.

        Raises:
            SourceFailed: ``other_host``, or ``loop`` where the Hub leads to a page read before.
        """
        link = answer.links.get("next", {}).get("url")
        if link is None:
            return None
        url = urljoin(str(answer.url), link)
        require_same_origin(url, self._base)
        if url in self._urls:
            raise SourceFailed(
                f"The list of {self._base} leads back to a page that was read before. It is not "
                "read on, and nothing is taken for gone.",
                reason="loop",
            )
        return url

    def _named_model(self, model_id: str) -> HubModelRecord:
        found = model_by_name(self._client, self._base, model_id)
        if model_id in self._config.config_of:
            self._met[model_id] = found
        return found

    def _architecture(self, model_id: str) -> Record:
        met = self._met.get(model_id)
        revision = None if met is None else met.sha
        revision = revision or self._config.config_of[model_id]
        if revision is None:
            met = self._named_model(model_id)
            revision = met.sha
        if revision is None or not is_revision(revision):
            raise RowInvalid(f"sha: expected the hash of a commit, found {revision!r}")
        url = f"{self._base}/{checked_id(model_id)}/resolve/{revision}/config.json"
        is_exact = met is not None and PACKED not in met.flags
        return architecture_of(
            self._config_json(url), model_id, url, met.parameters if met and is_exact else None
        )

    def _config_json(self, url: str) -> Any:
        """The content of a config.json; one that is no JSON is that model's fault alone."""
        try:
            return self._client.json(self._client.get(url))
        except SourceFailed as error:
            if error.reason not in ("not_json", "too_long"):
                raise
            raise RowInvalid(error.message) from None


def _has_downloads(config: HubConfig, record: HubModelRecord) -> bool:
    """Whether it is not known to have too few."""
    return record.downloads is None or record.downloads >= config.fewest_downloads


def _key(raw: object) -> str | None:
    """What names a row that could not be read."""
    if not isinstance(raw, dict):
        return None
    found = raw.get("_id") or raw.get("id")
    return found if isinstance(found, str) else None
